"""Rankings by a score: the highest first. A score only orders; who may have the ticket is for requirements.

Layer: routing.
"""

from __future__ import annotations

import abc
import math
from typing import final

import attrs

from deskcore._value import instance_of_kind
from deskcore.routing.asking import Selector
from deskcore.routing.ranking import Ranking, SortKey
from deskcore.routing.requirement import A_REQUIREMENT, Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts


@attrs.frozen
class Score(Ranking, abc.ABC):
    """A ranking that puts the highest score first. Subclass it, frozen, for one of your own."""

    @abc.abstractmethod
    def score(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> float:
        """How well the candidate fits, more is better. Pure and total."""

    def key(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[SortKey, ...]:
        return (-self.score(ticket, candidate, floor),)

    def words(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[str, ...]:
        return (f"scores {self.score(ticket, candidate, floor):.6g}",)


@final
@attrs.frozen
class SelectorScore(Score):
    """The share of the ticket's selectors that the agent's labels satisfy; 1 where the ticket has none.

    With ``by_margin`` a comparison of numbers that holds adds the logistic of its relative margin instead of 1, so that
    between 0.5 (just so) and 1 (by far) the better of two who both satisfy it comes first. It adds nothing where it
    fails. A selector on the value 0 has no relative margin: its plain margin is taken.

    >>> print(SelectorScore())
    share of selectors met
    """

    by_margin: bool = False

    def score(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> float:
        del floor
        if not ticket.selectors:
            return 1.0
        worth = (self._worth(one, candidate) for one in ticket.selectors)
        return math.fsum(worth) / len(ticket.selectors)

    def _worth(self, selector: Selector, candidate: Candidate) -> float:
        found, wanted = candidate.labels.get(selector.label), selector.value
        if not selector.holds(found):
            return 0.0
        numbers = isinstance(found, (int, float)) and isinstance(wanted, (int, float))
        if not self.by_margin or selector.op in {"eq", "ne"} or not numbers:
            return 1.0
        assert isinstance(found, (int, float))
        assert isinstance(wanted, (int, float))
        margin = found - wanted if selector.op in {"ge", "gt"} else wanted - found
        relative = margin / wanted if wanted else float(margin)
        return 1.0 / (1.0 + math.exp(-relative)) if relative >= 0 else 0.5  # one that holds has no negative margin

    def __str__(self) -> str:
        return "share of selectors met" + (", by margin" if self.by_margin else "")


@final
@attrs.frozen
class LabelMatch(Score):
    """The share of the ticket's own fields that the agent has as labels of the same value; 1 where it has none.

    With a ``prefix`` only the fields under it count, and the label's name is the rest.

    >>> print(LabelMatch())
    share of labels matched
    """

    prefix: str = ""

    def score(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> float:
        del floor
        asked = {
            name.removeprefix(self.prefix): value
            for name, value in ticket.fields.items()
            if name.startswith(self.prefix)
        }
        if not asked:
            return 1.0
        same = sum(name in candidate.labels and candidate.labels[name] == value for name, value in asked.items())
        return same / len(asked)

    def __str__(self) -> str:
        return "share of labels matched"


@final
@attrs.frozen
class ScoreLine:
    """One line of a score: its worth where the requirement is met. It admits and removes nobody.

    >>> from deskcore.routing.requirement import ANYBODY
    >>> ScoreLine(ANYBODY, 100).worth
    100
    """

    when: Requirement = attrs.field(validator=instance_of_kind(Requirement, A_REQUIREMENT))
    worth: float


@final
@attrs.frozen
class FirstScore(Score):
    """The worth of the first line that is met; 0 where none is.

    >>> from deskcore.routing.requirement import ANYBODY
    >>> print(FirstScore((ScoreLine(ANYBODY, 100),)))
    100 if anybody
    """

    lines: tuple[ScoreLine, ...] = attrs.field(
        validator=instance_of_kind(ScoreLine, "must be a line of a score, for example ScoreLine(ANYBODY, 1)", many=True)
    )

    def score(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> float:
        return next((line.worth for line in self.lines if line.when.test(ticket, candidate, floor)), 0.0)

    def __str__(self) -> str:
        return ", else ".join(f"{line.worth:g} if {line.when}" for line in self.lines) or "no score"


SCORES: tuple[type[Ranking], ...] = (SelectorScore, LabelMatch, FirstScore)
"""Every ranking of this module."""
