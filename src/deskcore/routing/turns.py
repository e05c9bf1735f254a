"""Rankings by turn, by record and by the host's own labels.

Layer: routing.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from datetime import UTC
from typing import Literal, final

import attrs

from deskcore._value import from_us, named
from deskcore.errors import InvalidValue
from deskcore.routing.claims import PURE, Claims
from deskcore.routing.ranking import Ranking, SortKey
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts


@final
@attrs.frozen
class RoundRobin(Ranking):
    """In turn: by default whoever comes after the one taken last, in the register's order.

    So who is passed over has lost the turn. With ``keep_turn`` or an ``order``, whoever was taken goes to the end and
    who is passed over keeps the turn.

    Every placement counts as a turn, by hand too. An order that disagrees with the desk's agents is rebuilt from the
    register. Over a constant set of candidates both are the same, and counts differ by at most one.

    >>> print(RoundRobin())
    in turn
    """

    keep_turn: bool = False
    order: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        if len(set(self.order)) != len(self.order):
            raise InvalidValue("order", self.order, "must not name the same one twice")

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket
        return (floor.turn_of(self, candidate),)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        (place,) = self.key(ticket, candidate, floor)
        return (f"is number {place} in turn",)

    def turn_order(self, floor: Snapshot, desk: str) -> tuple[str, ...]:
        """The agents of a desk, the one whose turn it is first."""
        members = floor.agents_of(desk)
        if not (self.keep_turn or self.order):
            last = max(members, key=lambda one: one.load.turn, default=None)
            if last is None or not last.load.turn:
                return tuple(one.id for one in members)
            place = members.index(last) + 1
            return tuple(one.id for one in (*members[place:], *members[:place]))
        agrees = set(self.order) == {one.id for one in members}
        listed = {name: place for place, name in enumerate(self.order)} if agrees else {}
        ordered = sorted(members, key=lambda one: (one.load.turn, listed.get(one.id, one.place)))
        return tuple(one.id for one in ordered)

    @property
    def reads_the_register_s_order(self) -> bool:
        return True

    @property
    def claims(self) -> Claims:
        return PURE.union(("fair_turns",))

    def __str__(self) -> str:
        return "in turn, kept by those passed over" if self.keep_turn or self.order else "in turn"


@final
@attrs.frozen
class ByPlace(Ranking):
    """As listed in the register, first come first: what products call configuration order, or first fit.

    >>> print(ByPlace())
    as listed
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket, floor
        return (candidate.place,)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del ticket, floor
        return (f"is listed at place {candidate.place + 1}",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        del ticket
        return ()

    @property
    def reads_the_register_s_order(self) -> bool:
        return True

    def __str__(self) -> str:
        return "as listed"


@final
@attrs.frozen
class LongestUntouched(Ranking):
    """Who has been there longest without a ticket coming or going first, whatever they hold.

    >>> print(LongestUntouched())
    longest untouched
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket, floor
        return (candidate.untouched_since_us,)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del ticket
        since = candidate.untouched_since_us
        return (f"untouched since {from_us(since, floor.at.tzinfo or UTC).isoformat()}" if since else "never touched",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        del ticket
        return ()

    def __str__(self) -> str:
        return "longest untouched"


@final
@attrs.frozen
class MostRoom(Ranking):
    """The most units of room left first. Elastic comes before every number.

    >>> print(MostRoom())
    most room
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket, floor
        return (-math.inf if candidate.capacity is None else float(candidate.load.units - candidate.capacity),)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del ticket, floor
        room = "any" if candidate.capacity is None else str(candidate.capacity - candidate.load.units)
        return (f"has {room} units left",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        del ticket
        return ()

    def __str__(self) -> str:
        return "most room"


@final
@attrs.frozen
class FewestTaken(Ranking):
    """Who was given the fewest tickets ever first, whatever became of them.

    >>> print(FewestTaken())
    fewest taken
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket, floor
        return (candidate.load.taken,)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del ticket, floor
        return (f"was given {candidate.load.taken} tickets",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        del ticket
        return ()

    def __str__(self) -> str:
        return "fewest taken"


@final
@attrs.frozen
class PreferredFirst(Ranking):
    """Whom the ticket asks for by name first, in its order.

    >>> print(PreferredFirst())
    asked for first
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del floor
        named_first = (
            ticket.preferred.index(candidate.id) if candidate.id in ticket.preferred else len(ticket.preferred)
        )
        return (named_first,)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del floor
        return ("asked for by name" if candidate.id in ticket.preferred else "not asked for",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        return ticket.preferred

    def __str__(self) -> str:
        return "asked for first"


@final
@attrs.frozen
class ByLabel(Ranking):
    """By a number among the agent's labels, the least first or the greatest. Who has no such number comes last.

    >>> print(ByLabel("finance", "desc"))
    label finance, greatest first
    """

    label: str = attrs.field(validator=named)
    direction: Literal["asc", "desc"] = "asc"

    def __attrs_post_init__(self) -> None:
        if self.direction not in {"asc", "desc"}:
            raise InvalidValue("direction", self.direction, "must be asc or desc")

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket, floor
        value = candidate.labels.get(self.label)
        if not isinstance(value, (int, float)):
            return ((1, 0.0),)
        return ((0, float(value if self.direction == "asc" else -value)),)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del ticket, floor
        return (f"has {self.label} {candidate.labels.get(self.label, 'none')}",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        del ticket
        return ()

    def __str__(self) -> str:
        return f"label {self.label}, {'least' if self.direction == 'asc' else 'greatest'} first"


TURNS: tuple[type[Ranking], ...] = (
    RoundRobin, ByPlace, LongestUntouched, MostRoom, FewestTaken, PreferredFirst, ByLabel,
)  # fmt: skip
"""Every ranking of this module."""
