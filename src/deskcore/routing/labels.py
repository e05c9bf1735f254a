"""Requirements over labels and preferences: selectors of the ticket, labels of the agent, skills it would rather have.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, final

import attrs

from deskcore._value import named, to_us
from deskcore.hours import ElapsedDuration
from deskcore.routing.asking import Selector
from deskcore.routing.claims import ELIGIBLE, Claims
from deskcore.routing.kinds import amount
from deskcore.routing.requirement import Dependence, Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts

_LATEST: Final = 1 << 62
"""After every instant a datetime can hold."""


@final
@attrs.frozen
class MeetsSelectors(Requirement):
    """Every selector of the ticket that has not expired holds of the agent's labels. A desk as a whole has none.

    >>> print(MeetsSelectors())
    meets the selectors
    """

    def asked(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Selector, ...]:
        """The selectors that still stand, in the ticket's order."""
        return tuple(one for one in ticket.selectors if (_expiry(one, ticket) or _LATEST) > floor.at_us)

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        return all(one.holds(candidate.labels.get(one.label)) for one in self.asked(ticket, floor))

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        del candidate
        expiries = (_expiry(one, ticket) for one in ticket.selectors)
        return min((one for one in expiries if one is not None and one > floor.at_us), default=None)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return (ticket.selectors, ticket.queued_at) if ticket.selectors else None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        failed = [str(one) for one in self.asked(ticket, floor) if not one.holds(candidate.labels.get(one.label))]
        if failed:
            return f"{candidate.called} fails {', '.join(failed)}"
        return f"{candidate.called} meets every selector"

    @property
    def otherwise(self) -> str:
        return "failing a selector"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "meets the selectors"


@final
@attrs.frozen
class HasLabel(Requirement):
    """One label of the agent compares as asked, whatever the ticket says.

    >>> print(HasLabel("senior", "eq", True))
    label senior is True
    """

    label: str = attrs.field(validator=named)
    op: str = "eq"
    value: str | int | float | bool | None = True

    def _selector(self) -> Selector:
        return Selector(self.label, self.op, self.value)  # type: ignore[arg-type]  # the selector checks the word

    def __attrs_post_init__(self) -> None:
        self._selector()

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket, floor
        return self._selector().holds(candidate.labels.get(self.label))

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del ticket, floor
        return f"{candidate.called} has label {self.label} {candidate.labels.get(self.label)}"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"label {self._selector()}"


@final
@attrs.frozen
class HasLabelNamed(Requirement):
    """The agent has a true label whose name is a prefix and one of the ticket's own fields: ``Support_`` + its console.

    >>> print(HasLabelNamed("Support_", "console"))
    has the label Support_<console>
    """

    prefix: str
    field: str = attrs.field(validator=named)

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        return candidate.labels.get(f"{self.prefix}{ticket.fields.get(self.field)}") is True

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        state = "has" if self.test(ticket, candidate, floor) else "lacks"
        return f"{candidate.called} {state} the label {self.prefix}{ticket.fields.get(self.field)}"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"has the label {self.prefix}<{self.field}>"


@final
@attrs.frozen
class HasPreferredSkills(Requirement):
    """Every skill that the ticket would like and has not given up is held. Whole levels are given up with time.

    Every ``drop_every`` of waiting, elapsed, the largest level that is left is dropped: reached exactly it is gone.

    >>> from deskcore.hours import elapsed
    >>> print(HasPreferredSkills(elapsed(seconds=30)))
    holds the preferred skills, one level fewer every 30s

    Raises:
        InvalidValue: ``drop_every`` is not above zero.
    """

    drop_every: ElapsedDuration = attrs.field(validator=amount(above_zero=True))

    def _dropped(self, ticket: WaitingFacts, floor: Snapshot) -> int:
        return max(0, floor.at_us - to_us(ticket.queued_at)) // self.drop_every.microseconds

    def still_asked(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[str, ...]:
        """The preferred skills that still stand, in the ticket's order."""
        levels = sorted({one.drop_level for one in ticket.preferred_skills})
        standing = levels[: max(0, len(levels) - self._dropped(ticket, floor))]
        return tuple(one.skill for one in ticket.preferred_skills if one.drop_level in standing)

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        asked = self.still_asked(ticket, floor)
        wanted = {one.skill: one.level for one in ticket.preferred_skills}
        return all(candidate.skills.get(skill, 0) >= wanted[skill] for skill in asked)

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        del candidate
        if not self.still_asked(ticket, floor):
            return None
        return to_us(ticket.queued_at) + (self._dropped(ticket, floor) + 1) * self.drop_every.microseconds

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return (ticket.preferred_skills, ticket.queued_at) if ticket.preferred_skills else None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        lacking = [skill for skill in self.still_asked(ticket, floor) if skill not in candidate.skills]
        if lacking:
            return f"{candidate.called} lacks {', '.join(lacking)}, still preferred"
        return f"{candidate.called} holds every skill still preferred"

    @property
    def otherwise(self) -> str:
        return "without the preferred skills"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"holds the preferred skills, one level fewer every {self.drop_every}"


def _expiry(selector: Selector, ticket: WaitingFacts) -> int | None:
    after = selector.expires_after
    return None if after is None else to_us(ticket.queued_at) + after.microseconds
