"""Rankings by who somebody is to the ticket: skills, tier, language, and who had it before.

Layer: routing. Reached as ``deskcore.routing.ranking``.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import final

import attrs

from deskcore.routing.ordering import Ranking, SortKey
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts


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
