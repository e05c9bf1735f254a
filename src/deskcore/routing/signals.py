"""What overflow gates measure: numbers read from a snapshot.

Waiting tickets are counted as they stand on the floor, a newcomer included once it is queued. Each signal states its
unit; thresholds of a gate are in that unit.

Layer: routing.
"""

from __future__ import annotations

import abc
from collections.abc import Iterator
from typing import final

import attrs

from deskcore._value import MINUTE, instance_of_kind, named, to_us
from deskcore.errors import Problem
from deskcore.predicate import ALWAYS, Condition
from deskcore.predicate.nodes import A_CONDITION
from deskcore.routing.claims import PURE, Claims
from deskcore.routing.context import Context
from deskcore.routing.snapshot import Candidate, Snapshot, changes_by_time
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import HOUSE


@attrs.frozen
class Signal(abc.ABC):
    """Something measured on the floor. Subclass it, frozen, for one of your own and register its name with the desk."""

    @abc.abstractmethod
    def reading(self, floor: Snapshot) -> float:
        """The present value, in the signal's unit. Pure and total."""

    def next_change(self, floor: Snapshot, level: float) -> int | None:
        """The next instant, strictly later, at which time alone may bring the reading to ``level`` or past it.

        In microseconds of UTC; ``None`` when time alone never does. It may be early, never late.
        """
        del floor, level
        return None

    @property
    def claims(self) -> Claims:
        """The laws it keeps: a pure reading never makes a gate flap."""
        return PURE.union(("steady_gates",))

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        """What is wrong with it whatever the floor."""
        del context, path
        yield from ()


def _counted(floor: Snapshot, when: Condition) -> list[WaitingFacts]:
    waiting = floor.routing.waiting.values()
    if when == ALWAYS:
        return list(waiting)
    return [ticket for ticket in waiting if when.test(floor.facts(ticket))]


def _next_fact_change(floor: Snapshot, names: frozenset[str]) -> int | None:
    if not changes_by_time(names):
        return None
    changes = (floor.next_fact_change(names, ticket) for ticket in floor.routing.waiting.values())
    return min((change for change in changes if change is not None), default=None)


def _is_there(candidate: Candidate, floor: Snapshot) -> bool:
    present = candidate.presence is not None and candidate.presence.is_present
    on_shift = candidate.calendar is None or floor.is_open(candidate.calendar)
    return present and on_shift and floor.is_there(candidate)


@final
@attrs.frozen
class WaitingCount(Signal):
    """How many tickets wait, of those a condition holds for. Unit: tickets.

    >>> print(WaitingCount())
    tickets waiting
    """

    when: Condition = attrs.field(default=ALWAYS, validator=instance_of_kind(Condition, A_CONDITION))

    def reading(self, floor: Snapshot) -> float:
        return len(_counted(floor, self.when))

    def next_change(self, floor: Snapshot, level: float) -> int | None:
        del level
        return _next_fact_change(floor, self.when.names())

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        yield from context.of_condition(self.when, f"{path}.when")

    def __str__(self) -> str:
        return "tickets waiting" if self.when == ALWAYS else f"tickets waiting where {self.when}"


@final
@attrs.frozen
class OldestWait(Signal):
    """How long the longest present wait has lasted, elapsed, from ``queued_at``. Unit: minutes; 0 when nobody waits.

    >>> print(OldestWait())
    minutes of the oldest wait
    """

    when: Condition = attrs.field(default=ALWAYS, validator=instance_of_kind(Condition, A_CONDITION))

    def reading(self, floor: Snapshot) -> float:
        begun = self._begun(floor)
        return 0 if begun is None else max(0, floor.at_us - begun) / MINUTE

    def next_change(self, floor: Snapshot, level: float) -> int | None:
        changes = [_next_fact_change(floor, self.when.names())]
        begun = self._begun(floor)
        if begun is not None:
            reached = begun + round(level * MINUTE)
            # One microsecond later the level is exceeded, which is what some gates wait for.
            changes += [instant for instant in (reached, reached + 1) if instant > floor.at_us]
        return min((change for change in changes if change is not None), default=None)

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        yield from context.of_condition(self.when, f"{path}.when")

    def _begun(self, floor: Snapshot) -> int | None:
        return min((to_us(ticket.queued_at) for ticket in _counted(floor, self.when)), default=None)

    def __str__(self) -> str:
        return "minutes of the oldest wait" + ("" if self.when == ALWAYS else f" where {self.when}")


@final
@attrs.frozen
class AtRiskCount(Signal):
    """How many waiting tickets have a promise at risk: ``at_risk_from`` is reached. Unit: tickets.

    >>> print(AtRiskCount())
    tickets at risk
    """

    def reading(self, floor: Snapshot) -> float:
        waiting = floor.routing.waiting.values()
        risky = (ticket.at_risk_from for ticket in waiting if ticket.at_risk_from is not None)
        return sum(1 for instant in risky if to_us(instant) <= floor.at_us)

    def next_change(self, floor: Snapshot, level: float) -> int | None:
        del level
        return _next_fact_change(floor, frozenset({"at_risk"}))

    def __str__(self) -> str:
        return "tickets at risk"


@final
@attrs.frozen
class NobodyPresent(Signal):
    """1 when no agent of a desk is present, on shift and not absent, else 0. Room does not count: a full desk is there.

    >>> print(NobodyPresent())
    nobody present at house
    """

    desk: str = attrs.field(default=HOUSE, validator=named)

    def reading(self, floor: Snapshot) -> float:
        there = (candidate for candidate in floor.agents_of(self.desk) if _is_there(candidate, floor))
        return 0 if any(True for _ in there) else 1

    def next_change(self, floor: Snapshot, level: float) -> int | None:
        del level
        return floor.next_shift_edge(self.desk)

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        if self.desk not in context.staff.desks:
            yield Problem(f"{path}.desk", f"names the unknown desk {self.desk!r}", "unknown_desk")

    def __str__(self) -> str:
        return f"nobody present at {self.desk}"


@final
@attrs.frozen
class OutOfHours(Signal):
    """1 while a calendar is closed, else 0.

    >>> print(OutOfHours("office"))
    office closed
    """

    calendar: str = attrs.field(validator=named)

    def reading(self, floor: Snapshot) -> float:
        return 0 if floor.is_open(self.calendar) else 1

    def next_change(self, floor: Snapshot, level: float) -> int | None:
        del level
        return floor.calendar(self.calendar).next_change_us(floor.at_us)

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        if context.calendars is not None and self.calendar not in context.calendars:
            yield Problem(f"{path}.calendar", f"names the unknown calendar {self.calendar!r}", "unknown_calendar")

    def __str__(self) -> str:
        return f"{self.calendar} closed"


@final
@attrs.frozen
class Occupancy(Signal):
    """The share of room in use among a desk's agents who are present and on shift. Unit: 0 to 1; nobody there is 1.

    >>> print(Occupancy())
    occupancy of house
    """

    desk: str = attrs.field(default=HOUSE, validator=named)

    def reading(self, floor: Snapshot) -> float:
        used = room = 0
        for candidate in floor.agents_of(self.desk):
            if _is_there(candidate, floor):
                used += candidate.load.units
                room += candidate.capacity or 0
        return used / room if room else 1

    def next_change(self, floor: Snapshot, level: float) -> int | None:
        return NobodyPresent(self.desk).next_change(floor, level)

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        yield from NobodyPresent(self.desk).problems(context, path)

    def __str__(self) -> str:
        return f"occupancy of {self.desk}"


@final
@attrs.frozen
class ByHand(Signal):
    """0, always: for gates that somebody opens and closes, and nothing else does (``GateHeld``).

    >>> print(ByHand())
    by hand
    """

    def reading(self, floor: Snapshot) -> float:
        del floor
        return 0

    def __str__(self) -> str:
        return "by hand"


SIGNALS: tuple[type[Signal], ...] = (
    WaitingCount, OldestWait, AtRiskCount, NobodyPresent, OutOfHours, Occupancy, ByHand,
)  # fmt: skip
"""Every signal of this module."""
