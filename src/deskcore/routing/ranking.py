"""Rankings: keys that only order the candidates whom the requirements let through. They never let anybody in.

A key is a tuple and the least comes first; keys are compared place by place and never packed into one number. ``then``
appends further places: it is associative, and ``NO_PREFERENCE`` is its identity. After the last place the id decides,
so an order is always total and never depends on the order of the register.

Layer: routing.
"""

from __future__ import annotations

import abc
from collections.abc import Hashable, Iterable, Iterator
from datetime import UTC
from decimal import Context, Decimal
from hashlib import sha256
from typing import Final, Literal, TypeAlias, Union, final

import attrs

from deskcore._value import as_tuple, from_us, instance_of_kind, to_us
from deskcore.errors import InvalidValue, Problem
from deskcore.routing.claims import ORDERS, PURE, Claims, Law, kept_by_all
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Staff

SortKey: TypeAlias = Union[int, float, str, Decimal, "tuple[SortKey, ...]"]
"""One place of a key. The same ranking always gives the same shape, so that places compare."""


@attrs.frozen
class Ranking(abc.ABC):
    """An order of preference. Subclass it, frozen, for one of your own and register its name with the desk.

    >>> print(LeastUtilised().then(LongestIdle()))
    least utilised, then longest idle
    """

    @abc.abstractmethod
    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        """The candidate's places, the least first. Pure; always of the same length and types."""

    @abc.abstractmethod
    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        """The same places for people, one for one."""

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        """The next instant at which time alone may change the order, in microseconds of UTC; ``None`` for most."""
        del ticket, floor
        return None

    @property
    def reads_the_register_s_order(self) -> bool:
        """Whether the order in which the register lists its agents matters, as it does for turns; mostly not."""
        return False

    @property
    def claims(self) -> Claims:
        """The laws it keeps. ``fair_turns`` and ``cheapest`` are for those that order by turns and by cost alone."""
        return PURE

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        """What of the ticket the key depends on, where it depends on nothing else but the candidate; else ``None``.

        A board keeps an index by it. ``None``, the default, is always true and is not indexed.
        """
        del ticket
        return None

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        """What is wrong with it whatever the ticket."""
        del staff, path
        yield from ()

    def then(self, other: Ranking) -> Ranking:
        """Where this one leaves a tie, the other decides. Associative; not commutative."""
        parts = (*_parts(self), *_parts(other))
        return parts[0] if len(parts) == 1 else Then(parts)


A_RANKING: Final = "must be a ranking, for example LeastUtilised().then(LongestIdle())"
"""What a field that holds a ranking says of anything else."""


def _rankings(given: Iterable[Ranking]) -> tuple[Ranking, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class Then(Ranking):
    """Several rankings, each deciding where those before it leave a tie. Prefer ``then``, which flattens.

    >>> print(Then((LastAgent(), FewestOpen())))
    last agent, then fewest open
    """

    parts: tuple[Ranking, ...] = attrs.field(
        converter=_rankings, validator=instance_of_kind(Ranking, A_RANKING, many=True)
    )

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        places: tuple[SortKey, ...] = ()
        for part in self.parts:
            places += part.key(ticket, candidate, floor)
        return places

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        return tuple(word for part in self.parts for word in part.words(ticket, candidate, floor))

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        changes = (part.next_change(ticket, floor) for part in self.parts)
        return min((change for change in changes if change is not None), default=None)

    @property
    def reads_the_register_s_order(self) -> bool:
        return any(part.reads_the_register_s_order for part in self.parts)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        seen = tuple(part.looks_at(ticket) for part in self.parts)
        return None if None in seen else seen

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        for part in self.parts:
            yield from part.lint(staff, path)

    @property
    def claims(self) -> Claims:
        first = self.parts[0].claims & ORDERS if self.parts else frozenset[Law]()
        return (kept_by_all(part.claims for part in self.parts) & PURE) | first

    def __str__(self) -> str:
        return ", then ".join(str(part) for part in self.parts) or "no preference"


_EXACT: Final = Context(prec=28)
"""How costs are divided, whatever the thread's own context says."""

NO_PREFERENCE: Ranking = Then(())
"""Only the id decides."""


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


@final
@attrs.frozen
class BestMatch(Ranking):
    """The highest sum of levels in the skills that the ticket needs first. Without needed skills all are equal.

    >>> print(BestMatch())
    best match
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del floor
        return (-sum(candidate.skills.get(name, 0) for name in ticket.skills),)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del floor
        held = [f"{name} {candidate.skills.get(name, 0)}" for name in ticket.skills]
        return (f"holds {', '.join(held)}" if held else "no skills needed",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        return tuple(ticket.skills)

    def __str__(self) -> str:
        return "best match"


@final
@attrs.frozen
class FewestSkills(Ranking):
    """Who holds the fewest skills first, so that those who can do much stay free for what only they can do.

    >>> print(FewestSkills())
    fewest skills
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket, floor
        return (len(candidate.skills),)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del ticket, floor
        return (f"has {len(candidate.skills)} skills",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        del ticket
        return ()

    def __str__(self) -> str:
        return "fewest skills"


@final
@attrs.frozen
class LowestTier(Ranking):
    """The lowest tier first: beside the requirement ``AtTier``, the lowest that will do. A whole desk comes first.

    >>> print(LowestTier())
    lowest tier
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket, floor
        return (candidate.tier or 0,)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del ticket, floor
        return ("no tier" if candidate.tier is None else f"tier {candidate.tier}",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        del ticket
        return ()

    def __str__(self) -> str:
        return "lowest tier"


@final
@attrs.frozen
class PreferredLanguage(Ranking):
    """Who speaks the language that stands first in the requester's list first.

    >>> print(PreferredLanguage())
    preferred language
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del floor
        for place, language in enumerate(ticket.languages):
            if language in candidate.languages:
                return (place,)
        return (len(ticket.languages),)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del floor
        common = [language for language in ticket.languages if language in candidate.languages]
        return (f"speaks {common[0]}" if common else "speaks none of the languages",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        return ticket.languages

    def __str__(self) -> str:
        return "preferred language"


@final
@attrs.frozen
class LastAgent(Ranking):
    """Whoever served the ticket or its requester last first.

    >>> print(LastAgent())
    last agent
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del floor
        return (0 if candidate.id == ticket.last_agent else 1,)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del floor
        return ("served it last" if candidate.id == ticket.last_agent else "did not serve it last",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        return (ticket.last_agent,)

    def __str__(self) -> str:
        return "last agent"


@final
@attrs.frozen
class Cheapest(Ranking):
    """The least cost first, of one contact or of one resolution; who states none comes last.

    A resolution costs the price of a contact divided by the share of contacts that are resolved (``resolves``): the
    cheaper hand may be the dearer cure. Amounts are compared as they stand: keep them in one currency.

    >>> print(Cheapest(), "|", Cheapest(per="resolution"))
    cheapest | cheapest per resolution
    """

    per: Literal["contact", "resolution"] = "contact"

    def __attrs_post_init__(self) -> None:
        if self.per not in {"contact", "resolution"}:
            raise InvalidValue("per", self.per, "must be contact or resolution")

    def cost(self, candidate: Candidate) -> Decimal | None:
        """What a ticket costs with a candidate; ``None`` where that is not stated."""
        if self.per == "contact" or candidate.cost is None:
            return candidate.cost
        return None if candidate.resolves is None else _EXACT.divide(candidate.cost, candidate.resolves)

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket, floor
        cost = self.cost(candidate)
        return ((1, Decimal(0)) if cost is None else (0, cost),)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del ticket, floor
        cost = self.cost(candidate)
        if self.per == "contact":
            return ("states no cost" if cost is None else f"costs {cost}",)
        return ("states no cost of a resolution" if cost is None else f"costs {float(cost):.6g} a resolution",)

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        currencies = sorted({partner.currency for partner in staff.partners if partner.currency is not None})
        if len(currencies) > 1:
            yield Problem(path, f"compares prices in {' and '.join(currencies)}", "mixed_currencies")
        if not any(agent.cost is not None for agent in staff.agents) and not currencies:
            yield Problem(path, "compares costs, and nobody states one", "no_costs")
        stated = [*(agent.resolves for agent in staff.agents), *(partner.resolves for partner in staff.partners)]
        if self.per == "resolution" and not any(stated):
            yield Problem(path, "compares costs of a resolution, and nobody states a share resolved", "no_costs")

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        del ticket
        return ()

    @property
    def claims(self) -> Claims:
        return PURE.union(("cheapest",))

    def __str__(self) -> str:
        return "cheapest" if self.per == "contact" else "cheapest per resolution"


@final
@attrs.frozen
class AtRandom(Ranking):
    """By lot: drawn from the snapshot's seed, the ticket's id and the candidate's, so that a replay draws the same.

    >>> print(AtRandom())
    by lot
    """

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        drawn = sha256(f"{floor.seed}\0{ticket.ticket}\0{candidate.id}".encode()).digest()
        return (int.from_bytes(drawn[:8], "big"),)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        (drawn,) = self.key(ticket, candidate, floor)
        return (f"drew {drawn}",)

    def __str__(self) -> str:
        return "by lot"


RANKINGS: tuple[type[Ranking], ...] = (
    LeastUtilised, FewestOpen, LongestIdle, LongestSinceAssigned, BestMatch, FewestSkills, LowestTier,
    PreferredLanguage, LastAgent, Cheapest, AtRandom,
)  # fmt: skip
"""Every ranking of this module that stands alone."""


def _parts(ranking: Ranking) -> tuple[Ranking, ...]:
    return ranking.parts if isinstance(ranking, Then) else (ranking,)
