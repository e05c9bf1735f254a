"""Further signals for gates: how long a newcomer would wait, how much is at risk, for whom there is nobody.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Final, final

import attrs

from deskcore._value import MINUTE, instance_of_kind, named
from deskcore.errors import Problem
from deskcore.hours import ElapsedDuration
from deskcore.routing.context import Context
from deskcore.routing.firm import Cleared, InScope, NotAbsent, OnShift, Present
from deskcore.routing.kinds import amount
from deskcore.routing.requirement import A_REQUIREMENT, Requirement
from deskcore.routing.requirements import ABLE
from deskcore.routing.signals import AtRiskCount, NobodyPresent, Signal
from deskcore.routing.snapshot import Snapshot
from deskcore.staff import HOUSE

LONGEST: Final = 10_080.0
"""The predicted wait where nobody is there: a week, in minutes."""

_THERE: Final = Present() & OnShift() & NotAbsent() & InScope() & Cleared()


@final
@attrs.frozen
class AtRiskShare(Signal):
    """The share of waiting tickets that have a promise at risk. Unit: 0 to 1; 0 when nobody waits.

    >>> print(AtRiskShare())
    share of tickets at risk
    """

    def reading(self, floor: Snapshot) -> float:
        waiting = len(floor.routing.waiting)
        return AtRiskCount().reading(floor) / waiting if waiting else 0

    def next_change(self, floor: Snapshot, level: float) -> int | None:
        return AtRiskCount().next_change(floor, level)

    def __str__(self) -> str:
        return "share of tickets at risk"


@final
@attrs.frozen
class PredictedWait(Signal):
    """How long a newcomer would wait at a desk, elapsed. Unit: minutes; 0 while there is room and nobody waits.

    Worked out as (waiting + 1) x ``handling`` / units of room of those present and on shift: with everybody busy, room
    comes free so often. ``handling`` is the mean elapsed time from placing a ticket to its end; take it from your own
    records. Where nobody is there it is a week, 10,080 minutes.

    >>> from deskcore.hours import elapsed
    >>> print(PredictedWait(elapsed(minutes=20)))
    minutes a newcomer to house would wait at 20m each
    """

    handling: ElapsedDuration = attrs.field(validator=amount(above_zero=True))
    desk: str = attrs.field(default=HOUSE, validator=named)

    def reading(self, floor: Snapshot) -> float:
        used = room = 0
        for candidate in floor.agents_of(self.desk):
            present = candidate.presence is not None and candidate.presence.is_present
            on_shift = candidate.calendar is None or floor.is_open(candidate.calendar)
            if present and on_shift and floor.is_there(candidate):
                used += candidate.load.units
                room += candidate.capacity or 0
        if not room:
            return LONGEST
        if used < room and not floor.routing.waiting:
            return 0
        return min(LONGEST, (len(floor.routing.waiting) + 1) * self.handling.microseconds / MINUTE / room)

    def next_change(self, floor: Snapshot, level: float) -> int | None:
        return NobodyPresent(self.desk).next_change(floor, level)

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        yield from NobodyPresent(self.desk).problems(context, path)

    def __str__(self) -> str:
        return f"minutes a newcomer to {self.desk} would wait at {self.handling} each"


@final
@attrs.frozen
class NobodyEligible(Signal):
    """How many waiting tickets nobody of a desk could take, whatever their room. Unit: tickets.

    Counted are those for whom nobody is present, on shift, in scope, cleared and meets ``requires``.

    >>> print(NobodyEligible())
    tickets for whom house has nobody
    """

    requires: Requirement = attrs.field(default=ABLE, validator=instance_of_kind(Requirement, A_REQUIREMENT))
    desk: str = attrs.field(default=HOUSE, kw_only=True, validator=named)

    def reading(self, floor: Snapshot) -> float:
        asked, known = _THERE & self.requires, dict[Hashable, bool]()
        count = 0
        for ticket in floor.routing.waiting.values():
            demand = asked.demand(ticket, floor)
            if demand not in known:
                known[demand] = any(asked.test(ticket, one, floor) for one in floor.agents_of(self.desk))
            count += not known[demand]
        return count

    def next_change(self, floor: Snapshot, level: float) -> int | None:
        del level
        asked = _THERE & self.requires
        changes = (
            asked.next_change(ticket, one, floor)
            for ticket in floor.routing.waiting.values()
            for one in floor.agents_of(self.desk)
        )
        return min((change for change in changes if change is not None), default=None)

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        yield from NobodyPresent(self.desk).problems(context, path)
        yield from self.requires.lint(context.staff, f"{path}.requires")

    def __str__(self) -> str:
        asked = "" if self.requires == ABLE else f" ({self.requires})"
        return f"tickets for whom {self.desk} has nobody{asked}"


PRESSURE: tuple[type[Signal], ...] = (AtRiskShare, PredictedWait, NobodyEligible)
"""Every signal of this module."""
