"""What dating the rungs of one row looks at, and what it has found so far: mutable, private to one plan.

Layer: escalation. Imports hours, staff, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias, final

from deskcore._value import to_us
from deskcore.escalation.clock import ClockLike, due_us, is_promised, started_us
from deskcore.escalation.gates import Quiet
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import MatrixRow, Passes
from deskcore.escalation.planned import Planned, State
from deskcore.escalation.rung import Once, Rung
from deskcore.hours import Calendar
from deskcore.predicate import Facts
from deskcore.staff import Staff
from deskcore.tickets.facts import facts as facts_of
from deskcore.tickets.ticket import Ticket

Nowhere: TypeAlias = "tuple[State, str]"
"""Why there is no instant."""


class Hush(NamedTuple):
    """A quiet time as dating sees it: bounds in microseconds, what it does, whom it is for, and why."""

    start: int
    end: int
    mode: str
    rungs: frozenset[str]
    why: str


class Hold(NamedTuple):
    """A clock of the agreement, asked once for all rungs that hang on it."""

    clock: ClockLike | None
    nowhere: Nowhere | None
    due_us: int | None

    @property
    def started_us(self) -> int:
        """When it started."""
        return 0 if self.clock is None else started_us(self.clock)


@final
class Board:
    """One row of one case, with the clocks, calendars, people and quiet times around it."""

    __slots__ = (
        "_begun",
        "_clocks",
        "_facts",
        "_heads",
        "_holds",
        "asking",
        "calendars",
        "called",
        "changed_us",
        "date",
        "found",
        "has_past",
        "hushes",
        "is_clear",
        "known_from_us",
        "ledger",
        "pass_number",
        "pass_start_us",
        "row",
        "silences",
        "staff",
        "ticket",
    )

    def __init__(
        self,
        ticket: Ticket,
        clocks: Mapping[str, ClockLike],
        ledger: Ledger,
        calendars: Mapping[str, Calendar],
        row: MatrixRow,
        staff: Staff,
        date: Callable[[Rung, Board], Planned],
    ) -> None:
        self.ticket, self.ledger, self.calendars, self.row, self.staff, self.date = (
            ticket,
            ledger,
            calendars,
            row,
            staff,
            date,
        )
        self.hushes: Sequence[Hush] = ()
        self.asking: tuple[str, ...] = ()
        self.found: dict[str, Planned] = {}
        self.pass_number = 0
        self.pass_start_us: int | None = None
        self._begun: dict[Once, int] = {}
        self._clocks = clocks
        self._facts: Facts | None = None
        self._heads: dict[str, str] = {}
        self._holds: dict[str, Hold] = {}
        changed, known = ledger.changed_at, ledger.known_from
        self.changed_us = 0 if changed is None else to_us(changed)
        self.known_from_us = None if known is None else to_us(known)
        self.called = ledger.hand.called or None
        self.has_past = known is not None or bool(ledger.hand.turned_at)
        self.silences = _silences(ticket, ledger)
        # Whether nothing but its own trigger and gates can say anything about a rung that has not fired.
        self.is_clear = self.silences is _LIVE and not (self.has_past or self.called or row.passes)
        if row.passes is not None and row.rungs:
            self._find_pass()

    @property
    def facts(self) -> Facts:
        """What conditions may ask of the ticket."""
        if self._facts is None:
            self._facts = facts_of(self.ticket)
        return self._facts

    def hold(self, metric: str) -> Hold:
        """The clock of a metric, and why nothing hangs on it, if so."""
        found = self._holds.get(metric)
        if found is None:
            found = self._holds[metric] = _hold(self._clocks.get(metric), metric)
        return found

    def begun_us(self, once: Once) -> int | None:
        """When the present episode, or cycle of acknowledgement, began."""
        found = self._begun.get(once)
        if found is None:
            begun = self.ledger.cycle_at if once == "cycle" else self.ledger.episode_at
            if begun is None:
                return None
            found = self._begun[once] = to_us(begun)
        return found

    def key(self, rung: Rung) -> str:
        """The key of a rung's first firing in the present episode, cycle of its clock, and so on."""
        head = self._heads.get(rung.kind)
        if head is None:
            head = self._heads[rung.kind] = self._head(rung)
        return head + rung.id

    def _head(self, rung: Rung) -> str:
        ledger, axis, metric = self.ledger, rung.axis, rung.metric
        number = str(ledger.episode)
        if metric is not None:
            clock = self._clocks.get(metric)
            number = str(clock.number if clock is not None else 1)
        if rung.once == "cycle" and ledger.cycle > 1:
            number = f"{number}.{ledger.cycle}"
        if self.has_past:
            turn = ledger.hand.turns.get(axis, 1)
            number = f"{number}-{turn}" if turn > 1 else number
        return f"{self.ticket.id}/{axis}/{number}/"

    def _find_pass(self) -> None:
        """Which pass of the ladder it is, and since when: a new one begins a wait after the last rung of the last."""
        passes, ledger = self.row.passes, self.ledger
        assert passes is not None
        key = self.key(_last(self.row.rungs))
        if key not in ledger.fired:
            return
        done = ledger.repeats.get(key, 0)
        is_over = passes.times is not None and done >= passes.times + ledger.hand.more_passes
        self.pass_number = done if is_over else done + 1
        if self.pass_number:
            self.pass_start_us = self._after_pass(nth_key(key, self.pass_number - 1), self.pass_number - 1, passes)

    def _after_pass(self, name: str, number: int, passes: Passes) -> int | None:
        """When the pass after one begins whose last rung fired under that name; ``None`` where it never did."""
        ledger = self.ledger
        fired = ledger.fired.get(name)
        if fired is None:
            return None
        end = to_us(fired)
        seen = ledger.looks.get(name) if passes.from_look else None
        waited = passes.wait.microseconds
        if ledger.outcomes.get(name) == "skipped" and self._took_time(number, end):
            waited = 0
        return (end if seen is None else to_us(seen)) + waited

    def _took_time(self, number: int, end: int) -> bool:
        """Whether a pass lasted any time: one that skipped everything has to wait, or passes would never end."""
        begun = self.ledger.fired.get(nth_key(self.key(self.row.rungs[0]), number))
        return begun is not None and to_us(begun) < end


def _last(rungs: Sequence[Rung]) -> Rung:
    """The rung that ends a pass: the last of the row, or of those that count as it does the one that fires last."""
    due = rungs[-1].due
    alike = [
        (rung.due.amount_us, rung.axis == "hierarchic", place)
        for place, rung in enumerate(rungs)
        if (rung.due.anchor, rung.due.clock) == (due.anchor, due.clock)
    ]
    return rungs[max(alike)[-1]] if due.anchor == "opened" else rungs[-1]


_OVER: Final = frozenset({"met", "met_late", "measured", "cancelled"})
_LIVE: Final[Mapping[str, Nowhere | None]] = MappingProxyType({"resolved": None, "acked": None, "closed": None})


def _silences(ticket: Ticket, ledger: Ledger) -> Mapping[str, Nowhere | None]:
    """By what silences a rung: why it cannot fire whatever its date, if so."""
    phase = ticket.phase
    over: Nowhere | None = None
    if phase in {"closed", "cancelled"}:
        over = "ended", f"the ticket is {phase}"
    elif ledger.hand.cancelled:
        over = "ended", f"the escalation was cancelled by {ledger.hand.cancelled_by}"
    if over is not None:
        return {"resolved": over, "acked": over, "closed": over}
    if phase == "resolved":
        solved: Nowhere = "suspended", "the ticket is resolved"
        return {"resolved": solved, "acked": solved, "closed": None}
    if ledger.is_acknowledged:
        return {**_LIVE, "acked": ("suspended", f"acknowledged by {ledger.acknowledged_by}")}
    return _LIVE


def _hold(clock: ClockLike | None, metric: str) -> Hold:
    if clock is None:
        return Hold(None, ("waiting", f"the agreement has no {metric} clock for this ticket"), None)
    state = clock.state
    nowhere: Nowhere | None = None
    if state in _OVER:
        nowhere = "ended", f"{metric} is {state.replace('_', ' ')}"
    elif state == "not_started":
        nowhere = "waiting", f"the {metric} clock has not started"
    elif not is_promised(clock):
        nowhere = "waiting", f"nothing is promised for {metric}"
    if nowhere is not None:
        return Hold(clock, nowhere, None)
    return Hold(clock, None, due_us(clock))


def nth_key(key: str, number: int) -> str:
    """The key of the firing after ``number`` others, from that of the first.

    >>> nth_key("T-1/hierarchic/1/lead", 0), nth_key("T-1/hierarchic/1/lead", 1)
    ('T-1/hierarchic/1/lead', 'T-1/hierarchic/1/lead/2')
    """
    return f"{key}/{number + 1}" if number else key


def hushes(quiet: Sequence[Quiet], board: Board) -> tuple[Hush, ...]:
    """The quiet times that a ticket is in or will be, its own snooze among them."""
    found = [
        Hush(to_us(one.start), to_us(one.end), one.mode, one.rungs, str(one))
        for one in quiet
        if one.when.test(board.facts)
    ]
    until = board.ledger.hand.snoozed_until
    if until is not None:
        found.append(Hush(0, to_us(until), "hold", frozenset(), f"snoozed until {until.isoformat(sep=' ')}"))
    return tuple(found)
