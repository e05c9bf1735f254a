"""What a trigger counts from in one case, and the bare instant that comes out, or why there is none.

Not here: what then moves it (``dating``, ``holding``).

Layer: escalation. Imports hours, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from deskcore._value import to_us
from deskcore.errors import UnknownName
from deskcore.escalation.board import Board, Hold, Nowhere, nth_key
from deskcore.escalation.clock import reaches_us
from deskcore.escalation.due import Anchor, Due
from deskcore.escalation.gates import reached_count
from deskcore.escalation.rung import Rung

_IN_EVERY_PASS: Final[frozenset[Anchor]] = frozenset({"opened", "rung", "hand"})


def reached_us(rung: Rung, board: Board) -> int | Nowhere:
    """The instant of the rung's trigger in microseconds, or why there is none."""
    due, metric = rung.due, rung.metric
    anchor = due.anchor
    if board.pass_number and anchor not in _IN_EVERY_PASS:
        return "ended", "belongs to the first pass"
    if metric is not None:
        return _on_clock(due, board.hold(metric), board, bare=rung.late == "drop")
    if anchor == "rung":
        return _after_rung(rung, board)
    if anchor == "opened" and board.pass_start_us is not None:
        return counted_us(board.pass_start_us, due, board)
    if anchor == "count":
        return _at_count(due, board)
    if anchor == "since":
        return _since(rung, board)
    origin = _opening(board, rung) if anchor == "opened" else _instant(_ANCHORED[anchor](board))
    return ("waiting", _LACKS[anchor]) if origin is None else counted_us(origin, due, board)


def counted_us(start: int, due: Due, board: Board) -> int:
    """An instant and the trigger's amount after it."""
    name = due.counts_on
    if name is None:
        return start + due.amount_us
    calendar = board.calendars.get(name)
    if calendar is None:
        raise UnknownName("calendar", name, tuple(sorted(board.calendars)))
    return calendar.add_us(start, due.amount_us)


def _on_clock(due: Due, held: Hold, board: Board, *, bare: bool) -> int | Nowhere:
    clock, nowhere, due_us = held
    if nowhere is not None:
        return nowhere
    if due.share is None:
        if due_us is not None:
            return counted_us(due_us, due, board)
    elif clock is not None:
        found = reaches_us(clock, due.share, bare=bare)
        if found is not None:
            return found
    return "paused", f"the {due.of} clock stands still"


def _at_count(due: Due, board: Board) -> int | Nowhere:
    instants = board.ledger.counts.get(due.of or "", ())
    found = reached_count(instants, due.times or 1, due.within)
    if found is None:
        return "waiting", f"{due.of} {len(instants)} times so far"
    return counted_us(to_us(found), due, board)


def _since(rung: Rung, board: Board) -> int | Nowhere:
    """Counted from the event that made the condition true, or from the episode's beginning where it held already."""
    condition = rung.due.condition
    assert condition is not None
    if not condition.test(board.facts):
        return "waiting", condition.explain(board.facts).explain()
    ledger = board.ledger
    # A matrix that is new to the case has made nobody watch: the ticket has been like that since its last change.
    held, begun = ledger.held_since.get(rung.due.watched) or board.ticket.marks.updated_at, _opening(board, rung)
    return counted_us(max(us for us in (_instant(held), begun) if us is not None), rung.due, board)


def _after_rung(rung: Rung, board: Board) -> int | Nowhere:
    wanted, due = rung.due.of or "", rung.due
    other = next((held for held in board.row.rungs if held.id == wanted), None)
    if other is None:
        raise UnknownName("rung", wanted, tuple(held.id for held in board.row.rungs))
    if wanted in board.asking:
        return "waiting", f"rung {wanted} waits for this one in turn"
    name = nth_key(board.key(other), board.pass_number)
    fired, outcome = board.ledger.fired.get(name), board.ledger.outcomes.get(name)
    if fired is None:
        found = board.found.get(wanted)
        if found is None:
            board.asking = (*board.asking, rung.id)
            found = board.date(other, board)
            board.asking = board.asking[:-1]
        if found.due_us is None:
            return found.state if found.state != "fired" else "waiting", f"rung {wanted}: {found.why}"
        return _following(found.due_us, found.outcome, due, board)
    if due.from_look:
        fired = board.ledger.looks.get(name, fired)
    return _following(to_us(fired), outcome, due, board)


def _following(origin: int, outcome: str | None, due: Due, board: Board) -> int | Nowhere:
    if outcome == "stopped":
        return "ended", f"rung {due.of} stopped what follows it"
    return origin if outcome == "skipped" else counted_us(origin, due, board)


def _opening(board: Board, rung: Rung) -> int | None:
    begun = board.begun_us(rung.once)
    turned = board.ledger.hand.turned_at.get(rung.axis) if board.has_past else None
    return begun if begun is None or turned is None else max(begun, to_us(turned))


def _instant(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)


_ANCHORED: Final[Mapping[str, Callable[[Board], datetime | None]]] = MappingProxyType(
    {
        "created": lambda board: board.ticket.opened_at,
        "updated": lambda board: board.ticket.marks.updated_at,
        "contact": lambda board: board.ticket.marks.last_contact_at,
        "waiting": lambda board: board.ticket.marks.waiting_since,
        "assigned": lambda board: board.ticket.marks.assigned_at if board.ticket.assignee else None,
        "unassigned": lambda board: board.ledger.unassigned_since,
        "status": lambda board: board.ticket.marks.status_since,
        "resolved": lambda board: board.ticket.marks.resolved_at if board.ticket.phase == "resolved" else None,
        "vendor": lambda board: board.ledger.vendor_since,
        "hand": lambda _: None,
    }
)
_LACKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "opened": "the ticket has not begun",
        "contact": "the requester has not written",
        "waiting": "no message waits for an answer",
        "assigned": "nobody has the ticket",
        "unassigned": "somebody has the ticket",
        "resolved": "no solution stands",
        "vendor": "no vendor has the ticket",
        "hand": "nobody has called for it",
    }
)
