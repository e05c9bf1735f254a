"""Dating one rung: from its trigger and a case to a due instant, or to the reason why there is none.

Not here: which rungs are asked (``plans``) and what firing does (``firing``).

Layer: escalation. Imports hours, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore._value import from_us, to_us
from deskcore.errors import UnknownName
from deskcore.escalation.clock import ClockLike
from deskcore.escalation.due import Due
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import Rung
from deskcore.hours import Calendar
from deskcore.hours.duration import BusinessDuration
from deskcore.tickets.ticket import Ticket

State: TypeAlias = Literal["ahead", "paused", "waiting", "suspended", "ended", "fired"]
"""Where a rung stands: dated; on a clock that stands still; waiting for what it counts from; silenced, perhaps for now;
past firing for good; or fired."""

_OVER: Final = frozenset({"met", "met_late", "measured", "cancelled"})
_NO_DATE: Final = datetime.max.replace(tzinfo=UTC)
_RANK: Final = MappingProxyType({"functional": 0, "hierarchic": 1})


@final
@attrs.frozen
class Planned:
    """One rung in one case's plan.

    ``due`` is when it fires if nothing happens (``None`` unless ``ahead`` or ``fired``); ``reached`` is the bare
    instant that its trigger gives, which lies before ``due`` when a change found the rung past. ``key`` is unique for
    ever: ``{ticket}/{axis}/{episode}/{rung}``, where for a rung on an SLA clock the number is that clock's cycle;
    ``once="cycle"`` adds the cycle of acknowledgement from the second on, a rung that repeats ``/2`` for its second
    firing and so on; ``number`` is how many came before.

    >>> from deskcore.escalation.actions import AddTag
    >>> rung = Rung("late", Due.on_breach("resolution"), AddTag("late"))
    >>> print(Planned("T-1/hierarchic/1/late", rung, "paused", why="the resolution clock stands still").explain())
    late (hierarchic), when resolution is due: paused: the resolution clock stands still
    """

    key: str
    rung: Rung
    state: State
    due: datetime | None = None
    reached: datetime | None = None
    why: str = ""
    number: int = 0

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


@final
@attrs.define
class Board:
    """What dating the rungs of one row looks at, and the anchors found so far."""

    ticket: Ticket
    clocks: Mapping[str, ClockLike]
    ledger: Ledger
    calendars: Mapping[str, Calendar]
    rungs: Sequence[Rung]
    asking: tuple[str, ...] = ()
    changed_us: int = 0
    known_from_us: int | None = None
    dues: dict[str, datetime | None] = attrs.field(factory=dict[str, datetime | None])

    def __attrs_post_init__(self) -> None:
        changed, known = self.ledger.changed_at, self.ledger.known_from
        self.changed_us = 0 if changed is None else to_us(changed)
        self.known_from_us = None if known is None else to_us(known)

    def due_of(self, clock: ClockLike) -> datetime | None:
        """A clock's due, reckoned once for all rungs that hang on it."""
        if clock.metric not in self.dues:
            self.dues[clock.metric] = clock.due
        return self.dues[clock.metric]


def planned(rung: Rung, board: Board) -> Planned:
    """Where one rung stands. Total, but for names that nobody defines."""
    key = _key(rung, board)
    done = board.ledger.fired.get(key)
    number = 0
    if done is not None:
        number = board.ledger.repeats.get(key, 0) + 1
        if rung.repeat is None or (rung.repeat.times is not None and number > rung.repeat.times):
            return Planned(key, rung, "fired", done, done)
    silence = _silence(rung, board)
    if silence is not None:
        return Planned(key, rung, silence[0], why=silence[1])
    reached = _reached(rung, board)
    if not isinstance(reached, int):
        return Planned(key, rung, reached[0], why=reached[1])
    return _dated(key, rung, reached, board, number)


def _dated(key: str, rung: Rung, reached: int, board: Board, number: int) -> Planned:
    first = reached
    if number and rung.repeat is not None:
        reached = rung.repeat.nth_us(first, number, board.calendars)
    if board.known_from_us is not None and reached < board.known_from_us:
        return Planned(key, rung, "ended", None, from_us(reached), "was due before the ticket came here")
    floor = board.changed_us
    why = "past at the change that called for it, so it fires then"
    if rung.due.amount.microseconds < 0:
        started = board.clocks[rung.due.of or ""].started_at
        if started is not None and to_us(started) > max(floor, reached):
            floor = to_us(started)
            why = "the clock starts later than that, so it fires then"
    if rung.repeat is not None and reached < floor:
        # Of the firings that were past at the change only the latest is made up for.
        number = max(number, rung.repeat.last_us(first, floor, board.calendars))
        reached = rung.repeat.nth_us(first, number, board.calendars)
    if rung.during is not None:
        return _held(key, rung, first, max(reached, floor), board, number)
    name = f"{key}/{number + 1}" if number else key
    if reached >= floor:
        due = from_us(reached)
        return Planned(name, rung, "ahead", due, due, number=number)
    return Planned(name, rung, "ahead", from_us(floor), from_us(reached), why, number)


def _held(key: str, rung: Rung, first: int, due: int, board: Board, number: int) -> Planned:
    """A rung with hours of its own: what falls outside them waits for them to open, of a repetition the latest."""
    hours = board.calendars.get(rung.during or "")
    if hours is None:
        raise UnknownName("calendar", rung.during or "", tuple(sorted(board.calendars)))
    opens = due if hours.is_open_us(due) else hours.next_change_us(due)
    if opens is None:
        return Planned(key, rung, "waiting", None, from_us(due), f"{rung.during} never opens again", number)
    if rung.repeat is not None:
        number = max(number, rung.repeat.last_us(first, opens, board.calendars))
    name = f"{key}/{number + 1}" if number else key
    why = "" if opens == due else f"held until {rung.during} opens"
    return Planned(name, rung, "ahead", from_us(opens), from_us(due), why, number)


def _key(rung: Rung, board: Board) -> str:
    ledger = board.ledger
    number = str(ledger.episode)
    if rung.due.on_sla:
        clock = board.clocks.get(rung.due.of or "")
        number = str(clock.number if clock is not None else 1)
    if rung.once == "cycle" and ledger.cycle > 1:
        number = f"{number}.{ledger.cycle}"
    return f"{board.ticket.id}/{rung.axis}/{number}/{rung.id}"


def _silence(rung: Rung, board: Board) -> tuple[State, str] | None:
    """Why a rung cannot fire whatever its date, if so."""
    phase = board.ticket.phase
    if phase in {"closed", "cancelled"}:
        return "ended", f"the ticket is {phase}"
    if phase == "resolved" and rung.until != "closed":
        return "suspended", "the ticket is resolved"
    if rung.until == "acked" and board.ledger.is_acknowledged:
        return "suspended", f"acknowledged by {board.ledger.acknowledged_by}"
    return None


def _reached(rung: Rung, board: Board) -> int | tuple[State, str]:
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


def _counted(origin: datetime, due: Due, board: Board) -> int:
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


def _on_clock(due: Due, board: Board) -> int | tuple[State, str]:
    clock = board.clocks.get(due.of or "")
    if clock is None:
        return "waiting", f"the agreement has no {due.of} clock for this ticket"
    if clock.state in _OVER:
        return "ended", f"{due.of} is {clock.state.replace('_', ' ')}"
    if clock.state == "not_started":
        return "waiting", f"the {due.of} clock has not started"
    if clock.target is None:
        return "waiting", f"nothing is promised for {due.of}"
    found = board.due_of(clock) if due.share is None else clock.reaches(due.share)
    if found is None:
        return "paused", f"the {due.of} clock stands still"
    return to_us(found) if due.share is not None else _counted(found, due, board)


def _after_rung(rung: Rung, board: Board) -> int | tuple[State, str]:
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
    found = planned(other, board)
    board.asking = board.asking[:-1]
    if found.due is None:
        return found.state if found.state != "fired" else "waiting", f"rung {wanted}: {found.why}"
    return _counted(found.due, rung.due, board)


def order(entry: Planned, place: int) -> tuple[bool, datetime, int, int]:
    """What a plan is sorted by: dated entries by due, functional first, place in the row; then the others by place."""
    due = entry.due
    if due is None:
        return (True, _NO_DATE, 0, place)
    # Python compares two datetimes of one zone by wall clock; only UTC has no hour twice.
    return (False, due if due.tzinfo is UTC else due.astimezone(UTC), _RANK[entry.rung.axis], place)


def _opening(board: Board, rung: Rung) -> datetime | None:
    return board.ledger.cycle_at if rung.once == "cycle" else board.ledger.episode_at


_ANCHORED: Final[Mapping[str, Callable[[Board, Rung], datetime | None]]] = MappingProxyType(
    {
        "opened": _opening,
        "created": lambda board, _: board.ticket.opened_at,
        "updated": lambda board, _: board.ticket.marks.updated_at,
        "contact": lambda board, _: board.ticket.marks.last_contact_at,
        "waiting": lambda board, _: board.ticket.marks.waiting_since,
        "assigned": lambda board, _: board.ticket.marks.assigned_at if board.ticket.assignee else None,
        "unassigned": lambda board, _: board.ledger.unassigned_since,
        "status": lambda board, _: board.ticket.marks.status_since,
        "resolved": lambda board, _: board.ticket.marks.resolved_at if board.ticket.phase == "resolved" else None,
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
    }
)
