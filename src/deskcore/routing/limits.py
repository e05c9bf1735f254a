"""Requirements over what the floor remembers: so many in a window of time, and who turned the ticket down.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, final

import attrs

from deskcore._value import from_us, named, to_us
from deskcore.hours import ElapsedDuration
from deskcore.log import EventData
from deskcore.routing.claims import PURE, Claims
from deskcore.routing.events import Metered
from deskcore.routing.kinds import amount, whole
from deskcore.routing.requirement import Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts

ALL: Final = "*"
"""The member under which a shared limit counts everybody."""

_LATEST: Final = 1 << 62
"""After every instant a datetime can hold."""


@final
@attrs.frozen
class UnderLimit(Requirement):
    """At most so many tickets through this step in a sliding window of elapsed time: for each candidate, or for all.

    What was given exactly ``window`` ago counts no more. ``shared`` counts all candidates together.

    >>> from deskcore.hours import elapsed
    >>> print(UnderLimit("fair", most=2, window=elapsed(hours=1)))
    at most 2 in 1h

    Raises:
        InvalidValue: a negative limit, or a window that is not above zero.
    """

    id: str = attrs.field(validator=named)
    most: int = attrs.field(kw_only=True, validator=whole())
    window: ElapsedDuration = attrs.field(kw_only=True, validator=amount(above_zero=True))
    shared: bool = attrs.field(default=False, kw_only=True)

    def _ends(self, candidate: Candidate, floor: Snapshot) -> list[int]:
        charges = floor.routing.charges(self.id, self._member(candidate))
        ends = (to_us(charge.at) + self.window.microseconds for charge in charges for _ in range(charge.amount))
        return sorted(end for end in ends if end > floor.at_us)

    def _member(self, candidate: Candidate) -> str:
        return ALL if self.shared else candidate.id

    def counted(self, candidate: Candidate, floor: Snapshot) -> int:
        """How many count against the limit now."""
        return len(self._ends(candidate, floor))

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket
        return self.counted(candidate, floor) < self.most

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        if self.most == 0 or self.test(ticket, candidate, floor):
            return None
        return self._ends(candidate, floor)[-self.most]

    def marks(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[EventData, ...]:
        del ticket, floor
        return (Metered(self.id, self._member(candidate), 1, self.window.microseconds),)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del ticket
        whose = "all together" if self.shared else candidate.called
        return f"{whose} had {self.counted(candidate, floor)} of at most {self.most} in {self.window}"

    @property
    def otherwise(self) -> str:
        return f"over limit {self.id}"

    @property
    def claims(self) -> Claims:
        return PURE.union(("keeps_shares",))

    def __str__(self) -> str:
        return f"at most {self.most} in {self.window}"


@final
@attrs.frozen
class NotRefused(Requirement):
    """The candidate has not turned the ticket down while it waits, or ``cool_down`` of elapsed time has passed since.

    Without a cool-down nobody is asked twice.

    >>> print(NotRefused())
    has not turned it down
    """

    cool_down: ElapsedDuration | None = attrs.field(default=None, validator=amount(optional=True))

    def _until(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        last = [one.at for one in floor.routing.refused(ticket.ticket) if one.by == candidate.id]
        if not last:
            return None
        return _LATEST if self.cool_down is None else to_us(last[-1]) + self.cool_down.microseconds

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        until = self._until(ticket, candidate, floor)
        return until is None or until <= floor.at_us

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        until = self._until(ticket, candidate, floor)
        return until if until is not None and floor.at_us < until < _LATEST else None

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return floor.routing.refused(ticket.ticket)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        until = self._until(ticket, candidate, floor)
        if until is None:
            return f"{candidate.called} has not turned the ticket down"
        again = "" if until == _LATEST else f", is asked again from {from_us(until).isoformat()}"
        return f"{candidate.called} turned the ticket down{again}"

    @property
    def otherwise(self) -> str:
        return "having turned it down"

    @property
    def claims(self) -> Claims:
        return PURE.union(("bounded_offers",))

    def __str__(self) -> str:
        return "has not turned it down" + ("" if self.cool_down is None else f" in {self.cool_down}")
