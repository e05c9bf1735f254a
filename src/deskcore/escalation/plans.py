"""The dated plan: every rung of a case's ladder with its due instant, or the reason why it has none.

Not here: whom a rung addresses and what it does to the ticket (``firing``). Evaluating is reading which rungs are due
and not in the ledger; nothing is lost or doubled by looking late, twice or never.

Layer: escalation. Imports hours, sla, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore._value import from_us, to_us
from deskcore.errors import UnknownName
from deskcore.escalation.clock import ClockLike
from deskcore.escalation.due import Due
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import Matrix, Rung
from deskcore.hours import Calendar
from deskcore.hours.duration import BusinessDuration
from deskcore.tickets.facts import facts as facts_of
from deskcore.tickets.ticket import Ticket

State: TypeAlias = Literal["ahead", "paused", "waiting", "suspended", "ended", "fired"]
"""Where a rung stands: dated; on a clock that stands still; waiting for what it counts from; silenced, perhaps for now;
past firing for good; or fired."""

_OVER: Final = frozenset({"met", "met_late", "measured", "cancelled"})
_RANK: Final = MappingProxyType({"functional": 0, "hierarchic": 1})


@final
@attrs.frozen
class Planned:
    """One rung in one case's plan.

    ``due`` is when it fires if nothing happens (``None`` unless ``ahead`` or ``fired``); ``reached`` is the bare
    instant that its trigger gives, which lies before ``due`` when a change found the rung past. ``key`` is unique for
    ever: ``{ticket}/{axis}/{episode}/{rung}``, where for a rung on an SLA clock the number is that clock's cycle;
    ``once="cycle"`` adds the cycle of acknowledgement from the second on.
    """

    key: str
    rung: Rung
    state: State
    due: datetime | None = None
    reached: datetime | None = None
    why: str = ""

    def explain(self, *, zone: tzinfo = UTC) -> str:
        """One sentence: the rung, its trigger, and when it fires or why it does not."""
        head = f"{self.rung.id} ({self.rung.axis}), {self.rung.due}"
        if self.due is None:
            return f"{head}: {self.state}{f': {self.why}' if self.why else ''}"
        moment = self.due.astimezone(zone).isoformat(sep=" ")
        tail = f" ({self.why})" if self.why else ""
        return f"{head}: {'fired for' if self.state == 'fired' else 'due'} {moment}{tail}"

    def to_dict(self) -> dict[str, str | None]:
        """For programs: key, rung, axis, state, due and reached as ISO 8601 text, and why."""
        return {
            "key": self.key,
            "rung": self.rung.id,
            "axis": self.rung.axis,
            "state": self.state,
            "due": None if self.due is None else self.due.isoformat(),
            "reached": None if self.reached is None else self.reached.isoformat(),
            "why": self.why,
        }


def plan(
    matrix: Matrix,
    ticket: Ticket,
    clocks: Iterable[ClockLike],
    ledger: Ledger,
    *,
    calendars: Mapping[str, Calendar],
) -> tuple[Planned, ...]:
    """The ladder that the ticket's facts select, each rung dated where it can be; in the order in which they fire.

    A pure function of the case: it takes no instant, because dues are absolute. The order is total: dated rungs by
    due, functional before hierarchic, place in the row; then the others by place. A rung that an earlier row fired
    stands and does not fire again in a later one. Linear in the rungs of the row.

    Raises:
        UnknownName: a rung names a calendar that is not among ``calendars``, or a rung that its row lacks.
    """
    row = matrix.row_for(facts_of(ticket))
    if row is None or ledger.episode_at is None:
        return ()
    board = _Board(ticket, _latest(clocks), ledger, calendars, row.rungs)
    planned = [(_planned(rung, board), place) for place, rung in enumerate(row.rungs)]
    planned.sort(key=lambda pair: _order(pair[0], pair[1]))
    return tuple(entry for entry, _ in planned)


def owed(planned: Iterable[Planned], *, at: datetime) -> tuple[Planned, ...]:
    """Those that are due at or before ``at`` and have not fired, in the order in which they fire.

    >>> owed((), at=datetime(2026, 5, 22, tzinfo=UTC))
    ()

    Raises:
        InvalidValue: ``at`` is naive.
    """
    end = to_us(at)
    return tuple(
        entry for entry in planned if entry.state == "ahead" and entry.due is not None and to_us(entry.due) <= end
    )


def next_change(planned: Iterable[Planned], *, at: datetime) -> datetime | None:
    """When the next rung fires if nothing happens; ``at`` itself when one is owed; ``None`` when none is dated.

    >>> next_change((), at=datetime(2026, 5, 22, tzinfo=UTC)) is None
    True

    Raises:
        InvalidValue: ``at`` is naive.
    """
    start = to_us(at)
    dues = [to_us(entry.due) for entry in planned if entry.state == "ahead" and entry.due is not None]
    return from_us(max(min(dues), start)) if dues else None


def _latest(clocks: Iterable[ClockLike]) -> dict[str, ClockLike]:
    """Of each metric the clock of the latest cycle."""
    latest: dict[str, ClockLike] = {}
    for clock in clocks:
        held = latest.get(clock.metric)
        if held is None or clock.number >= held.number:
            latest[clock.metric] = clock
    return latest


@final
@attrs.define
class _Board:
    """What dating the rungs of one row looks at, and the anchors found so far."""

    ticket: Ticket
    clocks: Mapping[str, ClockLike]
    ledger: Ledger
    calendars: Mapping[str, Calendar]
    rungs: Sequence[Rung]
    asking: tuple[str, ...] = ()


def _planned(rung: Rung, board: _Board) -> Planned:
    key = _key(rung, board)
    done = board.ledger.fired.get(key)
    if done is not None:
        return Planned(key, rung, "fired", done, done)
    silence = _silence(rung, board)
    if silence is not None:
        return Planned(key, rung, silence[0], why=silence[1])
    reached = _reached(rung, board)
    if not isinstance(reached, int):
        return Planned(key, rung, reached[0], why=reached[1])
    return _dated(key, rung, reached, board)


def _dated(key: str, rung: Rung, reached: int, board: _Board) -> Planned:
    ledger = board.ledger
    if ledger.known_from is not None and reached < to_us(ledger.known_from):
        return Planned(key, rung, "ended", None, from_us(reached), "was due before the ticket came here")
    floor = to_us(ledger.changed_at) if ledger.changed_at is not None else reached
    why = "past at the change that called for it, so it fires then"
    clock = board.clocks.get(rung.due.of or "") if rung.due.on_sla else None
    if clock is not None and clock.started_at is not None and to_us(clock.started_at) > max(floor, reached):
        floor = to_us(clock.started_at)
        why = "the clock starts later than that, so it fires then"
    if reached >= floor:
        due = from_us(reached)
        return Planned(key, rung, "ahead", due, due)
    return Planned(key, rung, "ahead", from_us(floor), from_us(reached), why)


def _key(rung: Rung, board: _Board) -> str:
    ledger = board.ledger
    number = str(ledger.episode)
    if rung.due.on_sla:
        clock = board.clocks.get(rung.due.of or "")
        number = str(clock.number if clock is not None else 1)
    if rung.once == "cycle" and ledger.cycle > 1:
        number = f"{number}.{ledger.cycle}"
    return f"{board.ticket.id}/{rung.axis}/{number}/{rung.id}"


def _silence(rung: Rung, board: _Board) -> tuple[State, str] | None:
    """Why a rung cannot fire whatever its date, if so."""
    phase = board.ticket.phase
    if phase in {"closed", "cancelled"}:
        return "ended", f"the ticket is {phase}"
    if phase == "resolved" and rung.until != "closed":
        return "suspended", "the ticket is resolved"
    if rung.until == "acked" and board.ledger.is_acknowledged:
        return "suspended", f"acknowledged by {board.ledger.acknowledged_by}"
    return None


def _reached(rung: Rung, board: _Board) -> int | tuple[State, str]:
    """The bare instant of the rung's trigger in microseconds, or why there is none."""
    due = rung.due
    if due.on_sla:
        return _on_clock(due, board)
    if due.anchor == "rung":
        return _after_rung(rung, board)
    origin = _ANCHORED[due.anchor](board, rung)
    if origin is None:
        return "waiting", _LACKS[due.anchor]
    return _counted(origin, due, board)


def _counted(origin: datetime, due: Due, board: _Board) -> int:
    start = to_us(origin)
    amount = due.amount
    if not amount.microseconds:
        return start
    if not isinstance(amount, BusinessDuration):
        return start + amount.microseconds
    calendar = board.calendars.get(due.calendar)
    if calendar is None:
        raise UnknownName("calendar", due.calendar, tuple(sorted(board.calendars)))
    return calendar.add_us(start, amount.microseconds)


def _on_clock(due: Due, board: _Board) -> int | tuple[State, str]:
    clock = board.clocks.get(due.of or "")
    if clock is None:
        return "waiting", f"the agreement has no {due.of} clock for this ticket"
    if clock.state in _OVER:
        return "ended", f"{due.of} is {clock.state.replace('_', ' ')}"
    if clock.state == "not_started":
        return "waiting", f"the {due.of} clock has not started"
    if clock.target is None:
        return "waiting", f"nothing is promised for {due.of}"
    found = clock.due if due.share is None else clock.reaches(due.share)
    if found is None:
        return "paused", f"the {due.of} clock stands still"
    return to_us(found) if due.share is not None else _counted(found, due, board)


def _after_rung(rung: Rung, board: _Board) -> int | tuple[State, str]:
    wanted = rung.due.of or ""
    other = next((held for held in board.rungs if held.id == wanted), None)
    if other is None:
        raise UnknownName("rung", wanted, tuple(held.id for held in board.rungs))
    if wanted in board.asking:
        return "waiting", f"rung {wanted} waits for this one in turn"
    fired = board.ledger.fired.get(_key(other, board))
    if fired is not None:
        return _counted(fired, rung.due, board)
    board.asking = (*board.asking, rung.id)
    found = _planned(other, board)
    board.asking = board.asking[:-1]
    if found.due is None:
        return found.state if found.state != "fired" else "waiting", f"rung {wanted}: {found.why}"
    return _counted(found.due, rung.due, board)


def _order(entry: Planned, place: int) -> tuple[int, int, int, int]:
    if entry.due is None:
        return (1, 0, 0, place)
    return (0, to_us(entry.due), _RANK[entry.rung.axis], place)


def _opening(board: _Board, rung: Rung) -> datetime | None:
    return board.ledger.cycle_at if rung.once == "cycle" else board.ledger.episode_at


_ANCHORED: Final[Mapping[str, Callable[[_Board, Rung], datetime | None]]] = MappingProxyType(
    {
        "opened": _opening,
        "created": lambda board, _: board.ticket.opened_at,
        "updated": lambda board, _: board.ticket.marks.updated_at,
        "contact": lambda board, _: board.ticket.marks.last_contact_at,
        "waiting": lambda board, _: board.ticket.marks.waiting_since,
        "assigned": lambda board, _: board.ticket.marks.assigned_at if board.ticket.assignee else None,
        "unassigned": lambda board, _: board.ledger.unassigned_since,
        "status": lambda board, _: board.ticket.marks.status_since,
    }
)
_LACKS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "opened": "the ticket has not begun",
        "contact": "the requester has not written",
        "waiting": "no message waits for an answer",
        "assigned": "nobody has the ticket",
        "unassigned": "somebody has the ticket",
    }
)
