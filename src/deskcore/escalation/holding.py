"""What holds a reached rung back: its gate, its hours, an empty roster, quiet times.

Each is a pure function of the case, the calendars, the rosters and the quiet times as they stand; a look changes none.

Layer: escalation. Imports hours, staff and its own room.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from deskcore._value import from_us, to_us
from deskcore.errors import UnknownName
from deskcore.escalation.actions import Notify
from deskcore.escalation.board import Board, Nowhere
from deskcore.escalation.events import Outcome
from deskcore.escalation.recipients import OnCall, Pool, addressed, back
from deskcore.escalation.rung import Rung
from deskcore.hours import Calendar

_ROUNDS: Final = 1_000
"""Hours, rosters and quiet times that put a rung off to each other more often than this never let it go."""


class Held(NamedTuple):
    """When a rung is let go, what becomes of it then, and why."""

    us: int
    outcome: Outcome
    why: str


def gate_us(rung: Rung, reached: int, board: Board) -> int | Nowhere:
    """When a rung's count of events lets it pass."""
    gate = rung.enough
    if gate is None:
        return reached
    instants = board.ledger.counts.get(gate.counted, ())
    passed = gate.passes_us(instants, reached)
    return ("waiting", f"held until {gate}: {len(instants)} so far") if passed is None else passed


def held_back(rung: Rung, due: int, board: Board) -> Held | Nowhere:
    """When hours, an empty roster and quiet times let a due rung go."""
    here, why = due, ""
    for _ in range(_ROUNDS):
        outside = _hours(rung, here, board)
        if outside is not None and not isinstance(outside, int):
            return outside
        there = None if rung.if_nobody != "hold" else _somebody(rung, outside or here, board)
        if there is not None and not isinstance(there, int):
            return there
        after = there or outside or here
        quiet = next((one for one in board.hushes if _hushes(one.rungs, rung) and one.start <= after < one.end), None)
        if quiet is not None and quiet.mode == "hold":
            after, why = quiet.end, quiet.why
        elif outside is not None or there is not None:
            why = f"held until {rung.during} opens" if outside is not None else "held until somebody is there"
        if after == here:
            return Held(here, _OUTCOMES[quiet.mode] if quiet is not None else "done", why)
        here = after
    return "waiting", "its hours, the rosters and the quiet times never agree"


_OUTCOMES: Final[dict[str, Outcome]] = {"drop": "dropped", "count_on": "muted"}


def _hushes(rungs: frozenset[str], rung: Rung) -> bool:
    return not rungs or rung.id in rungs


def _hours(rung: Rung, due: int, board: Board) -> int | Held | Nowhere | None:
    """When its own hours let it go: ``None`` at once; skipped or stopped where it says so."""
    if rung.during is None:
        return None
    hours = open_hours(rung.during, board)
    if hours.is_open_us(due):
        return None
    if rung.outside != "hold":
        return Held(due, "skipped" if rung.outside == "skip" else "stopped", f"outside {rung.during}")
    opens = hours.next_change_us(due)
    return ("waiting", f"{rung.during} never opens again") if opens is None else opens


def open_hours(name: str, board: Board) -> Calendar:
    """A calendar by name.

    Raises:
        UnknownName: there is none.
    """
    hours = board.calendars.get(name)
    if hours is None:
        raise UnknownName("calendar", name, tuple(sorted(board.calendars)))
    return hours


def _somebody(rung: Rung, due: int, board: Board) -> int | Nowhere | None:
    """When somebody is there to be told: ``None`` at once; only rosters and absences change by themselves."""
    told = [action.recipient for action in rung.actions if isinstance(action, Notify)]
    at = from_us(due)
    if not told or any(isinstance(one, Pool) or addressed(one, board.staff, board.ticket, at=at) for one in told):
        return None
    rosters = [
        board.staff.rosters[one.roster] for one in told if isinstance(one, OnCall) and one.roster in board.staff.rosters
    ]
    comes = [to_us(duty.start) for duty in (roster.next_on_call(at) for roster in rosters) if duty is not None]
    comes += back(told, board.staff, board.ticket, at)
    return min(comes, default=("waiting", "nobody is there, nor will be"))
