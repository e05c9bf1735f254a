"""Rankings: keys that only order the candidates whom the requirements let through. They never let anybody in.

What a ranking is stands in ``ordering``; those that stand alone are in ``ranked_by_load``, ``ranked_by_fit`` and here;
all can be had from here.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from decimal import Context, Decimal
from hashlib import sha256
from typing import Final, Literal, final

import attrs

from deskcore.errors import InvalidValue, Problem
from deskcore.routing.claims import PURE, Claims
from deskcore.routing.ordering import A_RANKING, NO_PREFERENCE, Ranking, SortKey, Then
from deskcore.routing.ranked_by_fit import BestMatch, FewestSkills, LastAgent, LowestTier, PreferredLanguage
from deskcore.routing.ranked_by_load import FewestOpen, LeastUtilised, LongestIdle, LongestSinceAssigned
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Staff

__all__ = [
    "A_RANKING",
    "NO_PREFERENCE",
    "RANKINGS",
    "AtRandom",
    "BestMatch",
    "Cheapest",
    "FewestOpen",
    "FewestSkills",
    "LastAgent",
    "LeastUtilised",
    "LongestIdle",
    "LongestSinceAssigned",
    "LowestTier",
    "PreferredLanguage",
    "Ranking",
    "SortKey",
    "Then",
]

_EXACT: Final = Context(prec=28)
"""How costs are divided, whatever the thread's own context says."""


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
