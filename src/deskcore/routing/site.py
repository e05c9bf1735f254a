"""Where work belongs: agents whose label is a fact of the ticket's, and shares by a weight among the labels.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from fractions import Fraction
from typing import Final, final

import attrs

from deskcore._value import named
from deskcore.errors import Problem
from deskcore.routing.claims import ELIGIBLE, Claims
from deskcore.routing.context import Context
from deskcore.routing.ranking import Ranking, SortKey
from deskcore.routing.requirement import Requirement
from deskcore.routing.snapshot import Candidate, Snapshot, changes_by_time
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Staff


@final
@attrs.frozen
class LabelIs(Requirement):
    """The agent's label has the value of a fact of the ticket: the site, the region, the product. Without one: anybody.

    ``fact`` is one of the ticket's facts, ``field.<name>`` for one of your own. A desk as a whole has no labels.

    >>> print(LabelIs("site", "field.site"))
    label site is the ticket's field.site
    """

    label: str = attrs.field(validator=named)
    fact: str = attrs.field(validator=named)

    def _wanted(self, ticket: WaitingFacts, floor: Snapshot) -> object:
        return floor.facts(ticket).get(self.fact)

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        wanted = self._wanted(ticket, floor)
        return wanted is None or candidate.labels.get(self.label) == wanted

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        del candidate
        names = frozenset({self.fact})
        return floor.next_fact_change(names, ticket) if changes_by_time(names) else None

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        value = self._wanted(ticket, floor)
        return (value, floor.next_fact_change(frozenset({self.fact}), ticket))

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        wanted = self._wanted(ticket, floor)
        if wanted is None:
            return f"the ticket states no {self.fact}"
        return f"{candidate.called} has {self.label} {candidate.labels.get(self.label)}, the ticket {wanted}"

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        if not any(self.label in agent.labels for agent in staff.agents):
            yield Problem(path, f"goes by the label {self.label!r}, which nobody has", "unknown_label")
        yield from Context(staff).of_fact(self.fact, path)

    @property
    def otherwise(self) -> str:
        return f"of another {self.label}"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"label {self.label} is the ticket's {self.fact}"


_LAST: Final = (1, 0.0)


@final
@attrs.frozen
class WeightedShare(Ranking):
    """Whoever is furthest behind the share of tickets that a number among their labels gives them first.

    The least (taken + 1) / weight comes first, as seats are given by highest averages: over a constant set everybody
    has at least their share rounded down. All tickets ever taken count, so that who was away catches up;
    use a ``Blend`` where that is not wanted. Without a number above zero an agent comes last.

    >>> print(WeightedShare("weight"))
    furthest behind the share by weight
    """

    label: str = attrs.field(default="weight", validator=named)

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        del ticket, floor
        weight = candidate.labels.get(self.label)
        if not isinstance(weight, (int, float)) or weight <= 0:
            return (_LAST,)
        return ((0, float(Fraction(candidate.load.taken + 1) / Fraction(weight))),)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        del ticket, floor
        return (f"took {candidate.load.taken} at {self.label} {candidate.labels.get(self.label, 'none')}",)

    def looks_at(self, ticket: WaitingFacts) -> Hashable | None:
        del ticket
        return ()

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        if not any(self.label in agent.labels for agent in staff.agents):
            yield Problem(path, f"goes by the label {self.label!r}, which nobody has", "unknown_label")

    def __str__(self) -> str:
        return f"furthest behind the share by {self.label}"
