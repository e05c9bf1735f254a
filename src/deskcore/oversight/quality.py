"""Quality reviews: weighted rubrics with critical criteria, who is due one, and how far two raters agree.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import final

import attrs

from deskcore._value import FrozenDict, named, unique
from deskcore.errors import InvalidValue, UnknownName
from deskcore.oversight.distributions import as_written


@final
@attrs.frozen
class Criterion:
    """What a review looks at, how much it weighs, and whether failing it fails the whole.

    >>> Criterion("identified the customer", 1, is_critical=True).weight
    1

    Raises:
        InvalidValue: a weight that is not above zero.
    """

    name: str = attrs.field(validator=named)
    weight: float = 1.0
    is_critical: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if not self.weight > 0:
            raise InvalidValue("weight", self.weight, "must be above zero")


@final
@attrs.frozen
class QualityScore:
    """One review scored: the weighted mean of its marks, and the critical criteria it failed.

    ``score`` is 0 after a critical fail, ``weighted`` tells what it would have been.

    >>> QualityScore("T-1", 0.0, 0.9, ("closing",)).is_pass(0.8)
    False
    """

    ticket: str
    score: float
    weighted: float
    failed_critical: tuple[str, ...] = ()

    def is_pass(self, threshold: float) -> bool:
        """Whether the score reaches a threshold; exactly on it passes."""
        return self.score >= threshold

    def explain(self) -> str:
        """The score in one line."""
        critical = f", critical fail: {', '.join(self.failed_critical)}" if self.failed_critical else ""
        return f"{self.ticket}: {self.score * 100:.1f} % (weighted {self.weighted * 100:.1f} %{critical})"


@final
@attrs.frozen
class QualityScorecard:
    """A weighted rubric. Marks lie between 0 and 1; a mark of 0 on a critical criterion fails the review.

    >>> card = QualityScorecard((Criterion("greeting", 1), Criterion("solution", 3), Criterion("privacy", 1, is_critical=True)))
    >>> card.score("T-1", {"greeting": 0, "solution": 1, "privacy": 1}).score
    0.8
    >>> print(card.score("T-2", {"greeting": 1, "solution": 1, "privacy": 0}).explain())
    T-2: 0.0 % (weighted 80.0 %, critical fail: privacy)

    Raises:
        InvalidValue: no criterion, or two of one name.
    """  # noqa: E501 - the rubric is shown whole

    criteria: tuple[Criterion, ...]

    def __attrs_post_init__(self) -> None:
        if not self.criteria:
            raise InvalidValue("criteria", self.criteria, "must hold at least one criterion")
        unique("criteria", tuple(criterion.name for criterion in self.criteria))

    def score(self, ticket: str, marks: dict[str, float] | FrozenDict[float]) -> QualityScore:
        """Score one review.

        Raises:
            UnknownName: a mark for a criterion that the rubric lacks.
            InvalidValue: a criterion without a mark, or a mark outside 0..1.
        """
        names = tuple(criterion.name for criterion in self.criteria)
        for name, mark in marks.items():
            if name not in names:
                raise UnknownName("criterion", name, names)
            if not 0 <= mark <= 1:
                raise InvalidValue("marks", mark, "must lie in 0..1")
        missing = [name for name in names if name not in marks]
        if missing:
            raise InvalidValue("marks", tuple(marks), f"must also speak of {', '.join(missing)}")
        weights = sum((as_written(one.weight) for one in self.criteria), Fraction(0))
        earned = sum((as_written(one.weight) * as_written(marks[one.name]) for one in self.criteria), Fraction(0))
        failed = tuple(one.name for one in self.criteria if one.is_critical and not marks[one.name])
        weighted = float(earned / weights)
        return QualityScore(ticket, 0.0 if failed else weighted, weighted, failed)


@final
@attrs.frozen
class ResolutionProtocol:
    """The steps that a solution must have gone through, by category; ``everywhere`` are those of every category.

    >>> protocol = ResolutionProtocol(("identify",), FrozenDict({"vpn": ("test the line", "confirm")}))
    >>> protocol.missing("vpn", done=["identify", "confirm"])
    ('test the line',)
    """

    everywhere: tuple[str, ...] = ()
    by_category: FrozenDict[tuple[str, ...]] = attrs.field(factory=FrozenDict[tuple[str, ...]])

    def required(self, category: str | None) -> tuple[str, ...]:
        """The steps of a category, those of every category first."""
        return (*self.everywhere, *self.by_category.get(category or "", ()))

    def missing(self, category: str | None, *, done: Iterable[str]) -> tuple[str, ...]:
        """The required steps that were not done, in their order."""
        held = frozenset(done)
        return tuple(step for step in self.required(category) if step not in held)


@final
@attrs.frozen
class ReviewsOfAgent:
    """How many quality reviews somebody had in a window, and how many were due.

    >>> ReviewsOfAgent("ann", done=1, due=4).missing
    3
    """

    agent: str
    done: int
    due: int

    @property
    def missing(self) -> int:
        """How many are still to be held."""
        return max(self.due - self.done, 0)


@final
@attrs.frozen
class QualityCadence:
    """So many quality reviews for each agent in every window of days.

    >>> held = [("ann", date(2026, 5, 4)), ("ann", date(2026, 5, 18)), ("bo", date(2026, 4, 1))]
    >>> for one in QualityCadence(2, days=30).check(held, ["ann", "bo"], on=date(2026, 5, 20)):
    ...     print(one.agent, one.done, one.missing)
    ann 2 0
    bo 0 2

    Raises:
        InvalidValue: no review, or no day.
    """

    reviews: int
    days: int = attrs.field(default=30, kw_only=True)

    def __attrs_post_init__(self) -> None:
        for name, value in (("reviews", self.reviews), ("days", self.days)):
            if value < 1:
                raise InvalidValue(name, value, "must be at least 1")

    def check(self, held: Iterable[tuple[str, date]], agents: Iterable[str], *, on: date) -> tuple[ReviewsOfAgent, ...]:
        """Reviews done and due of each agent in the window that ends on a date, itself included; sorted by agent."""
        first = on - timedelta(days=self.days - 1)
        done = Counter(agent for agent, day in held if first <= day <= on)
        return tuple(ReviewsOfAgent(agent, done[agent], self.reviews) for agent in sorted(frozenset(agents)))


def cohen_kappa(one: Iterable[Hashable], other: Iterable[Hashable]) -> float | None:
    """How far two raters of the same cases agree beyond chance: 1 is full agreement, 0 is chance.

    ``None`` when there is no case, or when both always give the same single rating, so that chance alone explains all.

    >>> cohen_kappa(["good", "good", "bad", "bad"], ["good", "bad", "bad", "bad"])
    0.5

    Raises:
        InvalidValue: the raters rated different numbers of cases.
    """
    first, second = list(one), list(other)
    if len(first) != len(second):
        raise InvalidValue("other", len(second), f"must rate the same {len(first)} cases")
    if not first:
        return None
    cases = len(first)
    seen, theirs = Counter(first), Counter(second)
    by_chance = Fraction(sum(count * theirs[rating] for rating, count in seen.items()), cases * cases)
    if by_chance == 1:
        return None
    agreed = Fraction(sum(mine == yours for mine, yours in zip(first, second, strict=True)), cases)
    return float((agreed - by_chance) / (1 - by_chance))
