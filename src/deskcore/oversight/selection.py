"""Before the contract: whether to look for a partner at all, and which.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import final

import attrs

from deskcore._value import FrozenDict, named, unique
from deskcore.errors import InvalidValue, UnknownName
from deskcore.oversight.distributions import as_written


@final
@attrs.frozen
class Question:
    """A yes-or-no question with its answer and the reason for it.

    >>> Question("cost", True, "cheaper by a fifth per resolution").is_yes
    True
    """

    name: str = attrs.field(validator=named)
    is_yes: bool
    because: str = ""


@final
@attrs.frozen
class Suitability:
    """Whether a kind of work is a candidate for a partner: every question must be answered yes.

    >>> asked = Suitability((Question("cost", True), Question("skills", False, "no SAP")))
    >>> asked.is_candidate, asked.explain()
    (False, 'not a candidate: skills (no SAP)')

    Raises:
        InvalidValue: no question, or one asked twice.
    """

    questions: tuple[Question, ...]

    def __attrs_post_init__(self) -> None:
        if not self.questions:
            raise InvalidValue("questions", self.questions, "must hold at least one question")
        unique("questions", tuple(question.name for question in self.questions))

    @property
    def blockers(self) -> tuple[Question, ...]:
        """What was answered no."""
        return tuple(question for question in self.questions if not question.is_yes)

    @property
    def is_candidate(self) -> bool:
        """Whether nothing stands against it."""
        return not self.blockers

    def explain(self) -> str:
        """The verdict and what stands against it."""
        if self.is_candidate:
            return "a candidate: every question is answered yes"
        reasons = (f"{one.name} ({one.because})" if one.because else one.name for one in self.blockers)
        return f"not a candidate: {', '.join(reasons)}"


@final
@attrs.frozen
class Weighted:
    """A criterion of selection: its weight, and the least score without which a bidder is out.

    >>> Weighted("references", 2, must_reach=0.5).must_reach
    0.5
    """

    name: str = attrs.field(validator=named)
    weight: float = 1.0
    must_reach: float | None = None

    def __attrs_post_init__(self) -> None:
        if not self.weight > 0:
            raise InvalidValue("weight", self.weight, "must be above zero")


@final
@attrs.frozen
class Evaluation:
    """How one bidder did: the weighted mean of its scores, and the must-haves it lacks.

    >>> Evaluation("acme", 0.9, ("references",)).is_eligible
    False
    """

    bidder: str
    score: float
    lacking: tuple[str, ...] = ()

    @property
    def is_eligible(self) -> bool:
        """Whether it has every must-have."""
        return not self.lacking

    def explain(self) -> str:
        """The verdict in one line."""
        out = f"; out, because it lacks {', '.join(self.lacking)}" if self.lacking else ""
        return f"{self.bidder}: {self.score * 100:.1f} %{out}"


@final
@attrs.frozen
class EvaluationSheet:
    """Weighted criteria for choosing a partner. Scores lie between 0 and 1.

    >>> sheet = EvaluationSheet((Weighted("references", 1, must_reach=0.5), Weighted("price", 3)))
    >>> for one in sheet.rank({"acme": {"references": 0.2, "price": 1}, "globex": {"references": 1, "price": 0.6}}):
    ...     print(one.explain())
    globex: 70.0 %
    acme: 80.0 %; out, because it lacks references

    Raises:
        InvalidValue: no criterion, or two of one name.
    """

    criteria: tuple[Weighted, ...]

    def __attrs_post_init__(self) -> None:
        if not self.criteria:
            raise InvalidValue("criteria", self.criteria, "must hold at least one criterion")
        unique("criteria", tuple(criterion.name for criterion in self.criteria))

    def evaluate(self, bidder: str, scores: Mapping[str, float]) -> Evaluation:
        """One bidder's result.

        Raises:
            UnknownName: a score for a criterion that the sheet lacks.
            InvalidValue: a criterion without a score, or a score outside 0..1.
        """
        names = tuple(criterion.name for criterion in self.criteria)
        for name, score in scores.items():
            if name not in names:
                raise UnknownName("criterion", name, names)
            if not 0 <= score <= 1:
                raise InvalidValue("scores", score, "must lie in 0..1")
        missing = [name for name in names if name not in scores]
        if missing:
            raise InvalidValue("scores", tuple(scores), f"must also speak of {', '.join(missing)}")
        weights = sum((as_written(one.weight) for one in self.criteria), Fraction(0))
        earned = sum((as_written(one.weight) * as_written(scores[one.name]) for one in self.criteria), Fraction(0))
        lacking = tuple(
            one.name for one in self.criteria if one.must_reach is not None and scores[one.name] < one.must_reach
        )
        return Evaluation(bidder, float(earned / weights), lacking)

    def rank(self, bidders: Mapping[str, Mapping[str, float]]) -> tuple[Evaluation, ...]:
        """Every bidder, those with all must-haves first, by falling score, then by name."""
        found = [self.evaluate(bidder, scores) for bidder, scores in bidders.items()]
        return tuple(sorted(found, key=lambda one: (not one.is_eligible, -one.score, one.bidder)))


@final
@attrs.frozen
class TopCategory:
    """A category, how often it came, its share and the share of all down to it.

    >>> TopCategory("vpn", 6, 0.6, 0.6, is_covered=True).count
    6
    """

    name: str
    count: int
    share: float
    cumulative: float
    is_covered: bool = attrs.field(default=False, kw_only=True)


def top_categories(counts: Mapping[str, int], n: int = 20, *, covered: Iterable[str] = ()) -> tuple[TopCategory, ...]:
    """The most frequent categories with their cumulative share; which of them a partner's playbook covers.

    Equal counts by name. Empty of nothing.

    >>> [(one.name, one.cumulative, one.is_covered) for one in top_categories({"vpn": 6, "mail": 3, "printer": 1}, 2, covered=["mail"])]
    [('vpn', 0.6, False), ('mail', 0.9, True)]

    Raises:
        InvalidValue: a negative count.
    """  # noqa: E501 - the table is shown whole
    if any(count < 0 for count in counts.values()):
        raise InvalidValue("counts", dict(counts), "must not be negative")
    total, known, so_far = sum(counts.values()), frozenset(covered), 0
    found: list[TopCategory] = []
    for name, count in sorted(FrozenDict(counts).items(), key=lambda item: (-item[1], item[0]))[:n]:
        so_far += count
        if total:
            found.append(TopCategory(name, count, count / total, so_far / total, is_covered=name in known))
    return tuple(found)
