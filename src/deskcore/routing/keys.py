"""How a board reads the place that a ranking gives an agent: once for each change of the agent, without the ticket.

A reader gives something that orders agents as the ranking's own key does. A ranking that looks at the ticket is read
with the ticket's part held fixed; one that only lifts a few named agents is read without them (``lifted``).

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from decimal import Decimal
from typing import Any, Final, cast

from deskcore.routing.live import Live, idle_from, untouched_from
from deskcore.routing.ranking import (
    Cheapest,
    FewestOpen,
    FewestSkills,
    LastAgent,
    LeastUtilised,
    LongestIdle,
    LongestSinceAssigned,
    LowestTier,
    Ranking,
    Then,
)
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.turns import ByPlace, FewestTaken, LongestUntouched, MostRoom, PreferredFirst
from deskcore.routing.waiting import WaitingFacts

Place = Any
"""Something that compares with its like: a number, or a tuple."""
Reader = Callable[[Live], Place]
Key = tuple[Any, ...]
"""Places in order, then the id, then the post that it is the key of."""
Keyed = Callable[[Live, object], Key]


_SHIFT: Final = 1 << 62


def _least_utilised(live: Live) -> float:
    return live.load.units / live.capacity if live.capacity else 1.0


def _fewest_open(live: Live) -> int:
    return live.load.tickets


def _longest_idle(live: Live) -> int:
    # One number for the pair (busy, since): exact, for no instant comes near a shift of 2^62 microseconds.
    load = live.load
    return load.placed_us if load.tickets else idle_from(live) - _SHIFT


def _longest_since_assigned(live: Live) -> int:
    load = live.load
    return -_SHIFT if load.last_placed_at is None else load.placed_us


def _fewest_skills(live: Live) -> int:
    return len(live.skills)


def _lowest_tier(live: Live) -> int:
    return live.tier


def _cheapest(live: Live) -> tuple[int, Decimal]:
    return (1, Decimal(0)) if live.cost is None else (0, live.cost)


def _by_place(live: Live) -> int:
    return live.place


def _most_room(live: Live) -> int:
    return live.load.units - live.capacity


def _fewest_taken(live: Live) -> int:
    return live.load.taken


_READERS: Final[dict[type[Ranking], Reader]] = {
    LeastUtilised: _least_utilised,
    FewestOpen: _fewest_open,
    LongestIdle: _longest_idle,
    LongestSinceAssigned: _longest_since_assigned,
    FewestSkills: _fewest_skills,
    LowestTier: _lowest_tier,
    Cheapest: _cheapest,
    ByPlace: _by_place,
    LongestUntouched: untouched_from,
    MostRoom: _most_room,
    FewestTaken: _fewest_taken,
}

_COARSE: Final = frozenset({LeastUtilised, FewestOpen, FewestSkills, LowestTier, Cheapest})
"""Rankings by which many agents are equal."""

_LIFTING: Final[tuple[type[Ranking], ...]] = (LastAgent, PreferredFirst)
"""Rankings by which all are equal but a few whom the ticket names."""


class Order:
    """A ranking as a board reads it. ``works`` is false where only the ranking itself can tell."""

    __slots__ = ("_lifting", "_parts", "ranking")

    def __init__(self, ranking: Ranking) -> None:
        parts = ranking.parts if isinstance(ranking, Then) else (ranking,)
        self.ranking = ranking
        self._lifting = tuple(part for part in parts if isinstance(part, _LIFTING))
        self._parts = tuple(part for part in parts if not isinstance(part, _LIFTING))

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        """What of the ticket the order depends on, those who are lifted apart; ``None`` where it cannot be read."""
        seen = tuple([part.looks_at(ticket) for part in self._parts])
        return None if None in seen else seen

    @property
    def is_of_agents_alone(self) -> bool:
        """Whether the order depends on nothing of the ticket, those who are lifted apart."""
        return all(type(part) in _READERS for part in self._parts)

    @property
    def lifts(self) -> bool:
        """Whether a ticket may name agents who come before others."""
        return bool(self._lifting)

    def lifted(self, ticket: WaitingFacts) -> tuple[str, ...]:
        """Whom the ticket names, so that their place must be asked for."""
        if not self._lifting:
            return ()
        last = (ticket.last_agent,) if ticket.last_agent is not None else ()
        return (*last, *ticket.preferred)

    def reader(self, ticket: WaitingFacts, floor: Snapshot) -> Keyed:
        """What reads an agent's key for tickets like this one: the places, then the id, then whose key it is.

        The first place takes few values, so that keys can be kept by it; where the ranking's own takes many, a 0 comes
        before.
        """
        if tuple(map(type, self._parts)) == (LeastUtilised, LongestIdle):
            return _fairly
        readers = tuple(_READERS.get(type(part)) or _asking(part, ticket, floor) for part in self._parts)
        if not self._parts or type(self._parts[0]) not in _COARSE:
            return lambda live, post: (0, *[read(live) for read in readers], live.id, post)
        return lambda live, post: (*[read(live) for read in readers], live.id, post)


def _fairly(live: Live, post: object) -> Key:
    """``FAIR``, the order that is used unless another is given, in one step."""
    load = live.load
    if not load.tickets:
        return (load.units / live.capacity if live.capacity else 1.0, idle_from(live) - _SHIFT, live.id, post)
    return (load.units / live.capacity if live.capacity else 1.0, load.placed_us, live.id, post)


def _asking(part: Ranking, ticket: WaitingFacts, floor: Snapshot) -> Reader:
    return lambda live: part.key(ticket, cast("Candidate", live), floor)
