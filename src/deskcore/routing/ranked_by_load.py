"""Rankings by what somebody has to do: how much, and since when nothing.

Layer: routing. Reached as ``deskcore.routing.ranking``.
"""

from __future__ import annotations

from collections.abc import Hashable
from datetime import UTC
from typing import final

import attrs

from deskcore._value import from_us, to_us
from deskcore.routing.ordering import Ranking, SortKey
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts


@final
@attrs.frozen
class LeastUtilised(Ranking):
    """The smallest share of capacity in use first. Elastic counts as unused, no capacity at all as fully used.

    >>> print(LeastUtilised())
    least utilised
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket, floor
        if candidate.capacity is None:
            return (0.0,)
        # Division rounds correctly, so equal shares give equal floats.
        return (candidate.load.units / candidate.capacity if candidate.capacity else 1.0,)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del ticket, floor
        return (f"uses {candidate.load.units} of {'any number' if candidate.capacity is None else candidate.capacity}",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        del ticket
        return ()

    def __str__(self) -> str:
        return "least utilised"


@final
@attrs.frozen
class FewestOpen(Ranking):
    """The fewest tickets held first, whatever the capacity.

    >>> print(FewestOpen())
    fewest open
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket, floor
        return (candidate.load.tickets,)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del ticket, floor
        return (f"holds {candidate.load.tickets} tickets",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        del ticket
        return ()

    def __str__(self) -> str:
        return "fewest open"


@final
@attrs.frozen
class LongestIdle(Ranking):
    """Who holds nothing first, and among them who has been there with nothing for the longest elapsed time.

    Idle time begins at sign-on, at coming back, or when the last ticket left, whichever is latest. Those who hold
    something follow, longest since their last ticket came first.

    >>> print(LongestIdle())
    longest idle
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket, floor
        idle = candidate.idle_since_us
        if idle is not None:
            return ((0, idle),)
        placed = candidate.load.last_placed_at
        return ((1, 0 if placed is None else to_us(placed)),)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del ticket
        idle, placed = candidate.idle_since_us, candidate.load.last_placed_at
        if idle is None:
            return ("not idle" if placed is None else f"not idle, given one at {placed.isoformat()}",)
        return (f"idle since {from_us(idle, floor.at.tzinfo or UTC).isoformat()}" if idle else "idle since sign-on",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        del ticket
        return ()

    def __str__(self) -> str:
        return "longest idle"


@final
@attrs.frozen
class LongestSinceAssigned(Ranking):
    """Whose last ticket came longest ago first, still held or not; who never had one comes before all.

    >>> print(LongestSinceAssigned())
    longest since assigned
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket, floor
        placed = candidate.load.last_placed_at
        return ((0, 0) if placed is None else (1, to_us(placed)),)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del ticket, floor
        placed = candidate.load.last_placed_at
        return ("never given one" if placed is None else f"given one at {placed.isoformat()}",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        del ticket
        return ()

    def __str__(self) -> str:
        return "longest since assigned"
