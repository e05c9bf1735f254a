"""The requirements that come with deskcore.

Those of ``FIRM`` (in ``deskcore.routing.firm``, shown here too) are always required, of every candidate and by every
policy. The others a policy may drop, for instance after a wait.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import final

import attrs

from deskcore._value import named
from deskcore.errors import InvalidValue, Problem
from deskcore.routing.claims import ELIGIBLE, Claims
from deskcore.routing.firm import FIRM, Cleared, HasRoom, InScope, NotAbsent, OnShift, Present
from deskcore.routing.requirement import Dependence, Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Staff

__all__ = [
    "ABLE",
    "FIRM",
    "REQUIREMENTS",
    "WILLING",
    "AtTier",
    "Cleared",
    "HasRoom",
    "HasSkills",
    "InScope",
    "InTeam",
    "InTicketTeam",
    "NeedsSkill",
    "NotAbsent",
    "NotTried",
    "OnShift",
    "Present",
    "SpeaksLanguage",
]


@final
@attrs.frozen
class HasSkills(Requirement):
    """Every skill the ticket needs is held, at its level or above.

    >>> print(HasSkills())
    holds the skills
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        held = candidate.skills
        return all(held.get(name, 0) >= level for name, level in ticket.skills.items())

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return ticket.skills

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del floor
        short = [
            _shortfall(name, level, candidate.skills.get(name, 0))
            for name, level in ticket.skills.items()
            if candidate.skills.get(name, 0) < level
        ]
        if short:
            return f"{candidate.called} lacks {', '.join(short)}"
        return f"{candidate.called} holds {', '.join(ticket.skills) or 'all skills needed, which is none'}"

    @property
    def otherwise(self) -> str:
        return "without the skills"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "holds the skills"


@final
@attrs.frozen
class NeedsSkill(Requirement):
    """One skill is held, at a level or above, whatever the ticket says.

    >>> print(NeedsSkill("vpn", 2))
    holds vpn at level 2
    """

    skill: str = attrs.field(validator=named)
    level: int = 1

    def __attrs_post_init__(self) -> None:
        if self.level < 1:
            raise InvalidValue("level", self.level, "must be at least 1")

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket, floor
        return candidate.skills.get(self.skill, 0) >= self.level

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        held = candidate.skills.get(self.skill, 0)
        if self.test(ticket, candidate, floor):
            return f"{candidate.called} holds {self.skill}"
        return f"{candidate.called} lacks {_shortfall(self.skill, self.level, held)}"

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        held = [*(agent.skills for agent in staff.agents), *(partner.skills for partner in staff.partners)]
        best = max((levels.get(self.skill, 0) for levels in held), default=0)
        if best == 0:
            yield Problem(path, f"asks for the skill {self.skill!r}, which nobody holds", "unknown_skill")
        elif best < self.level:
            yield Problem(
                path, f"asks for {self.skill!r} at level {self.level}; the best holds {best}", "nobody_eligible"
            )

    @property
    def otherwise(self) -> str:
        return f"without {self.skill}"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"holds {self.skill}" if self.level == 1 else f"holds {self.skill} at level {self.level}"


@final
@attrs.frozen
class SpeaksLanguage(Requirement):
    """The candidate speaks one of the requester's languages. A ticket that states none is understood by all.

    >>> print(SpeaksLanguage())
    speaks the language
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        return not ticket.languages or any(language in candidate.languages for language in ticket.languages)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return ticket.languages

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del floor
        common = [language for language in ticket.languages if language in candidate.languages]
        if common:
            return f"{candidate.called} speaks {common[0]}"
        if not ticket.languages:
            return "the ticket states no language"
        return f"{candidate.called} does not speak {' or '.join(ticket.languages)}"

    @property
    def otherwise(self) -> str:
        return "without the language"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "speaks the language"


@final
@attrs.frozen
class AtTier(Requirement):
    """The agent works at the tier the ticket needs, or a higher one. For a desk as a whole its scope decides.

    >>> print(AtTier())
    at the tier
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        return candidate.tier is None or candidate.tier >= ticket.tier

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return ticket.tier

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del floor
        if candidate.tier is None:
            return f"{candidate.called} takes the tiers of its scope"
        return f"{candidate.called} works at tier {candidate.tier}, the ticket needs {ticket.tier}"

    @property
    def otherwise(self) -> str:
        return "below the tier"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "at the tier"


@final
@attrs.frozen
class InTicketTeam(Requirement):
    """The agent belongs to the team that the ticket was sent to. A ticket sent to no team is anybody's.

    >>> print(InTicketTeam())
    of the ticket's team
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        return ticket.team is None or candidate.team == ticket.team

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return ticket.team

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del floor
        if ticket.team is None:
            return "the ticket was sent to no team"
        return f"{candidate.called} is of team {candidate.team or 'none'}, the ticket of {ticket.team}"

    @property
    def otherwise(self) -> str:
        return "of another team"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "of the ticket's team"


@final
@attrs.frozen
class InTeam(Requirement):
    """The agent belongs to one team, whatever the ticket says.

    >>> print(InTeam("network"))
    of team network
    """

    team: str = attrs.field(validator=named)

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket, floor
        return candidate.team == self.team

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del ticket, floor
        return f"{candidate.called} is of team {candidate.team or 'none'}"

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        if not staff.knows_team(self.team):
            yield Problem(path, f"names the unknown team {self.team!r}", "unknown_team")
        elif not staff.members(self.team):
            yield Problem(path, f"asks for team {self.team!r}, which has no members", "nobody_eligible")

    @property
    def otherwise(self) -> str:
        return f"not of {self.team}"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"of team {self.team}"


@final
@attrs.frozen
class NotTried(Requirement):
    """The candidate neither had the ticket before nor declined it.

    >>> print(NotTried())
    not tried
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        return candidate.id not in ticket.tried

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return ticket.tried

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        state = "has not had" if self.test(ticket, candidate, floor) else "has had"
        return f"{candidate.called} {state} the ticket"

    @property
    def otherwise(self) -> str:
        return "tried before"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "not tried"


ABLE: Requirement = HasSkills() & SpeaksLanguage() & AtTier() & InTicketTeam() & NotTried()
"""What a policy asks of an agent unless it says otherwise."""

WILLING: Requirement = SpeaksLanguage() & NotTried()
"""What a policy asks of a partner desk unless it says otherwise; what it can do is for its scope to say."""

REQUIREMENTS: tuple[type[Requirement], ...] = (
    Present, OnShift, NotAbsent, HasRoom, InScope, Cleared, HasSkills, NeedsSkill, SpeaksLanguage, AtTier, InTicketTeam,
    InTeam, NotTried,
)  # fmt: skip
"""Every requirement of this module."""


def _shortfall(name: str, wanted: int, held: int) -> str:
    if wanted == 1:
        return name
    return f"{name} at level {wanted}" + (f" (holds {held})" if held else "")
