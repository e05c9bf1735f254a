"""What was agreed with a partner, when: terms by effective date, and amendments that never rewrite the past.

Not here: the promises' clocks (``sla``), the contract's price (``staff.Partner``).

Layer: oversight. Imports staff and its own room.
"""

from __future__ import annotations

from datetime import date
from typing import final

import attrs

from deskcore._value import Version, Versions, named
from deskcore.errors import InvalidValue
from deskcore.oversight.charges import VolumeBand
from deskcore.oversight.forecast import Commitment
from deskcore.oversight.goals import Goal
from deskcore.oversight.obligations import ReportingObligation
from deskcore.predicate import Facts
from deskcore.staff.scope import Scope, ScopeAnswer


@final
@attrs.frozen
class Terms:
    """What holds from a date on: scope, goals, the charge's volume band, reports owed, commitment, and why it changed.

    >>> Terms(goals=(Goal("overflow", at_most=0.3),)).scope.states_nothing
    True
    """

    scope: Scope = attrs.field(factory=Scope)
    goals: tuple[Goal, ...] = ()
    band: VolumeBand | None = None
    reports: tuple[ReportingObligation, ...] = ()
    because: str = ""
    commitment: Commitment | None = None


@final
@attrs.frozen
class Agreement:
    """Terms by effective date. The terms in force on a date judge it; an amendment changes nothing before its own.

    >>> first = Terms(goals=(Goal("attainment.resolution", at_least=0.90),))
    >>> better = Terms(goals=(Goal("attainment.resolution", at_least=0.95),), because="second year")
    >>> deal = Agreement.begin("manila", date(2025, 1, 1), first).amend(date(2026, 1, 1), better)
    >>> deal.on(date(2025, 12, 31)).goals[0].at_least, deal.on(date(2026, 1, 1)).goals[0].at_least
    (0.9, 0.95)

    Raises:
        InvalidValue: an empty partner, or versions that do not rise by date.
    """

    partner: str = attrs.field(validator=named)
    terms: Versions[Terms]

    @classmethod
    def begin(cls, partner: str, from_on: date, terms: Terms) -> Agreement:
        """A new agreement, in force from a date on."""
        return cls(partner, Versions((Version(from_on, terms),)))

    def amend(self, from_on: date, terms: Terms) -> Agreement:
        """The agreement with new terms from a date on.

        Raises:
            InvalidValue: the date does not come after the latest terms', so that two would hold at once.
        """
        latest = self.terms.entries[-1].from_on
        if from_on <= latest:
            raise InvalidValue(
                "from_on", from_on.isoformat(), f"must come after the latest terms', {latest.isoformat()}"
            )
        return Agreement(self.partner, Versions((*self.terms.entries, Version(from_on, terms))))

    def on(self, day: date) -> Terms:
        """The terms in force on a date.

        Raises:
            OutOfRange: the agreement had not begun.
        """
        return self.terms.on(day)

    def classify(self, facts: Facts, *, on: date) -> ScopeAnswer:
        """Whether work was provided, not provided or unstated on a date, with the reason.

        >>> Agreement.begin("manila", date(2026, 1, 1), Terms()).classify({}, on=date(2026, 1, 1)).answer
        'unstated'
        """
        return self.on(day=on).scope.classify(facts)

    def explain(self) -> str:
        """The dates on which something changed, and why."""
        lines = [f"agreement with {self.partner}"]
        for version in self.terms.entries:
            because = f": {version.value.because}" if version.value.because else ""
            lines.append(f"  from {version.from_on.isoformat()}{because}")
        return "\n".join(lines)
