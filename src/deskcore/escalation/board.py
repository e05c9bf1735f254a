"""What dating the rungs of one row looks at, and what it has found so far: mutable, private to one plan.

Layer: escalation. Imports hours, staff, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias, final

import attrs

from deskcore._value import to_us
from deskcore.escalation.clock import ClockLike
from deskcore.escalation.gates import Quiet
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import MatrixRow, Rung
from deskcore.escalation.planned import Planned, State
from deskcore.hours import Calendar
from deskcore.predicate import Facts
from deskcore.staff import Staff
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


@final
@attrs.define
class Board:
    """One row of one case, with the clocks, calendars, people and quiet times around it."""

    ticket: Ticket
    facts: Facts
    clocks: Mapping[str, ClockLike]
    ledger: Ledger
    calendars: Mapping[str, Calendar]
    row: MatrixRow
    staff: Staff
    date: Callable[[Rung, Board], Planned]
    hushes: Sequence[Hush] = ()
    asking: tuple[str, ...] = ()
    found: dict[str, Planned] = attrs.field(factory=dict[str, Planned])
    changed_us: int = 0
    known_from_us: int | None = None
    pass_number: int = 0
    pass_start_us: int | None = None
    _dues: dict[str, datetime | None] = attrs.field(factory=dict[str, datetime | None])

    def __attrs_post_init__(self) -> None:
        changed, known = self.ledger.changed_at, self.ledger.known_from
        self.changed_us = 0 if changed is None else to_us(changed)
        self.known_from_us = None if known is None else to_us(known)
        if self.row.passes is not None and self.row.rungs:
            self._find_pass()

    def due_of(self, clock: ClockLike) -> datetime | None:
        """A clock's due, reckoned once for all rungs that hang on it."""
        if clock.metric not in self._dues:
            self._dues[clock.metric] = clock.due
        return self._dues[clock.metric]

    def key(self, rung: Rung) -> str:
        """The key of a rung's first firing in the present episode, cycle of its clock, and so on."""
        ledger = self.ledger
        number = str(ledger.episode)
        if rung.due.on_sla:
            clock = self.clocks.get(rung.due.of or "")
            number = str(clock.number if clock is not None else 1)
        if rung.once == "cycle" and ledger.cycle > 1:
            number = f"{number}.{ledger.cycle}"
        turn = ledger.hand.turns.get(rung.axis, 1) if ledger.hand.turns else 1
        if turn > 1:
            number = f"{number}-{turn}"
        return f"{self.ticket.id}/{rung.axis}/{number}/{rung.id}"

    def _find_pass(self) -> None:
        """Which pass of the ladder it is, and since when: a new one begins a wait after the last rung of the last."""
        passes, last, ledger = self.row.passes, self.row.rungs[-1], self.ledger
        assert passes is not None
        key = self.key(last)
        if key not in ledger.fired:
            return
        done = ledger.repeats.get(key, 0)
        name = nth_key(key, done)
        if passes.times is not None and done >= passes.times + ledger.hand.more_passes:
            self.pass_number = done
            return
        self.pass_number = done + 1
        end = to_us(ledger.fired[name])
        seen = ledger.looks.get(name) if passes.from_look else None
        waited = passes.wait.microseconds
        if ledger.outcomes.get(name) == "skipped" and self._took_time(done, end):
            waited = 0
        self.pass_start_us = (end if seen is None else to_us(seen)) + waited

    def _took_time(self, number: int, end: int) -> bool:
        """Whether a pass lasted any time: one that skipped everything has to wait, or passes would never end."""
        begun = self.ledger.fired.get(nth_key(self.key(self.row.rungs[0]), number))
        return begun is not None and to_us(begun) < end


def nth_key(key: str, number: int) -> str:
    """The key of the firing after ``number`` others, from that of the first.

    >>> nth_key("T-1/hierarchic/1/lead", 0), nth_key("T-1/hierarchic/1/lead", 1)
    ('T-1/hierarchic/1/lead', 'T-1/hierarchic/1/lead/2')
    """
    return f"{key}/{number + 1}" if number else key


def hushes(quiet: Sequence[Quiet], facts: Facts, ledger: Ledger) -> tuple[Hush, ...]:
    """The quiet times that a ticket is in or will be, its own snooze among them."""
    found = [
        Hush(to_us(one.start), to_us(one.end), one.mode, one.rungs, str(one)) for one in quiet if one.when.test(facts)
    ]
    until = ledger.hand.snoozed_until
    if until is not None:
        found.append(Hush(0, to_us(until), "hold", frozenset(), f"snoozed until {until.isoformat(sep=' ')}"))
    return tuple(found)
