"""What customers say, and how many of them: satisfaction of several kinds, recommendation, bounds for the silent.

A score stands with its response rate and with what it would be had everybody else been content, or not: absence of
complaints is not satisfaction.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Final, final

import attrs

from deskcore._value import not_negative
from deskcore.errors import InvalidValue
from deskcore.oversight.counts import figure, ratio
from deskcore.oversight.distributions import as_written
from deskcore.oversight.intervals import Proportion
from deskcore.oversight.value import KpiValue

_PROMOTER: Final = 9
_PASSIVE: Final = 7
_HIGHEST: Final = 10


@final
@attrs.frozen
class Satisfaction:
    """Good and bad answers of those who were asked.

    >>> asked = Satisfaction(good=45, bad=5, surveyed=200)
    >>> asked.score, asked.response_rate, asked.worst_case, asked.best_case
    (0.9, 0.25, 0.225, 0.975)

    Raises:
        InvalidValue: negative counts, or more answers than were asked.
    """

    good: int = attrs.field(validator=not_negative)
    bad: int = attrs.field(validator=not_negative)
    surveyed: int = attrs.field(validator=not_negative)

    def __attrs_post_init__(self) -> None:
        if self.answered > self.surveyed:
            raise InvalidValue("surveyed", self.surveyed, f"must not be less than the answers, {self.answered}")

    @property
    def answered(self) -> int:
        """How many answered."""
        return self.good + self.bad

    @property
    def score(self) -> float | None:
        """Good over answered."""
        return ratio(self.good, self.answered)

    @property
    def response_rate(self) -> float | None:
        """Answered over asked."""
        return ratio(self.answered, self.surveyed)

    @property
    def worst_case(self) -> float | None:
        """The score had all who kept silent been discontent: the share of those asked who said good."""
        return ratio(self.good, self.surveyed)

    @property
    def best_case(self) -> float | None:
        """The score had all who kept silent been content."""
        return ratio(self.surveyed - self.bad, self.surveyed)

    @property
    def proportion(self) -> Proportion:
        """Good among answered, for intervals."""
        return Proportion(self.good, self.answered)

    def figures(self, name: str = "csat") -> tuple[KpiValue, ...]:
        """Score, response rate and both bounds, named; the score never stands alone.

        >>> [one.shown for one in Satisfaction(45, 5, 200).figures()]
        ['90.0 %', '25.0 %', '22.5 %', '97.5 %']
        """
        silent = f"no answer, of {self.surveyed} asked"
        nobody = "nobody was asked"
        return (
            figure(f"{name}.score", self.good, self.answered, "good / good and bad answers", reason=silent),
            figure(f"{name}.response_rate", self.answered, self.surveyed, "answered / asked", reason=nobody),
            figure(f"{name}.worst_case", self.good, self.surveyed, "good / asked", reason=nobody),
            figure(
                f"{name}.best_case", self.surveyed - self.bad, self.surveyed, "asked and not bad / asked", reason=nobody
            ),
        )

    def explain(self) -> str:
        """The score with its response rate and bounds.

        >>> print(Satisfaction(45, 5, 200).explain())
        90.0 % of 50 answers good; 25.0 % answered; between 22.5 % and 97.5 % of all asked
        >>> print(Satisfaction(0, 0, 3).explain())
        no score, because none of 3 asked answered
        """
        if self.score is None:
            return f"no score, because none of {self.surveyed} asked answered"
        shares = [f"{(share or 0) * 100:.1f} %" for share in (self.response_rate, self.worst_case, self.best_case)]
        return (
            f"{self.score * 100:.1f} % of {self.answered} answers good; {shares[0]} answered; "
            f"between {shares[1]} and {shares[2]} of all asked"
        )


@final
@attrs.frozen
class Ratings:
    """Scores on a scale that ends at ``highest``: one set of answers, several figures all called satisfaction.

    >>> answers = Ratings((6, 7, 5, 3, 8, 9, 4, 10, 7, 1), highest=10)
    >>> answers.mean, answers.percent_of_possible, answers.top_box(9)
    (6.0, 0.6, 0.2)

    Raises:
        InvalidValue: a score below 0 or above the highest.
    """

    scores: tuple[float, ...]
    highest: float = attrs.field(kw_only=True)

    def __attrs_post_init__(self) -> None:
        for score in self.scores:
            if not 0 <= score <= self.highest:
                raise InvalidValue("scores", score, f"must lie in 0..{self.highest:g}")

    @property
    def mean(self) -> float | None:
        """The mean score; ``None`` of no answers, as are the others."""
        return ratio(self._sum, len(self.scores))

    @property
    def percent_of_possible(self) -> float | None:
        """The sum over the highest sum possible, a share."""
        return ratio(self._sum, len(self.scores) * as_written(self.highest))

    def top_box(self, start: float) -> float | None:
        """The share of scores of at least ``start``."""
        return ratio(sum(score >= start for score in self.scores), len(self.scores))

    def figures(self, top_from: float, name: str = "csat") -> tuple[KpiValue, ...]:
        """The three figures, named; the kind is part of the name.

        >>> [one.shown for one in Ratings((6, 7, 5, 3, 8, 9, 4, 10, 7, 1), highest=10).figures(9)]
        ['6.00', '60.0 %', '20.0 %']
        """
        count, top = len(self.scores), sum(score >= top_from for score in self.scores)
        possible, silent = count * as_written(self.highest), "no answer"
        return (
            figure(f"{name}.mean", self._sum, count, "scores / answers", unit="score", reason=silent),
            figure(f"{name}.percent_of_possible", self._sum, possible, "scores / highest possible", reason=silent),
            figure(f"{name}.top_box", top, count, f"scores of {top_from:g} and more / answers", reason=silent),
        )

    @property
    def _sum(self) -> Fraction:
        return sum((as_written(score) for score in self.scores), Fraction(0))


@final
@attrs.frozen
class Recommendation:
    """Net promoter score: promoters (9, 10) less detractors (0 to 6) per hundred; 7 and 8 are passive.

    The same score hides different distributions, so compare the counts.

    >>> said = Recommendation.of([9, 10, 9, 8, 3])
    >>> said.score, said.promoters, said.passives, said.detractors
    (40.0, 3, 1, 1)

    Raises:
        InvalidValue: negative counts.
    """

    promoters: int = attrs.field(validator=not_negative)
    passives: int = attrs.field(validator=not_negative)
    detractors: int = attrs.field(validator=not_negative)

    @classmethod
    def of(cls, scores: Iterable[int]) -> Recommendation:
        """Count scores of 0 to 10; a zero is a detractor's.

        Raises:
            InvalidValue: a score outside 0..10, or not a whole number.
        """
        counts = [0, 0, 0]
        for score in scores:
            if not 0 <= score <= _HIGHEST or score != int(score):
                raise InvalidValue("scores", score, "must be a whole number of 0..10")
            counts[0 if score >= _PROMOTER else 1 if score >= _PASSIVE else 2] += 1
        return cls(*counts)

    @property
    def responses(self) -> int:
        """How many answered."""
        return self.promoters + self.passives + self.detractors

    @property
    def score(self) -> float | None:
        """From -100 to 100; ``None`` of no answers."""
        return ratio(100 * (self.promoters - self.detractors), self.responses)

    def figures(self, name: str = "nps") -> tuple[KpiValue, ...]:
        """The score, named; its numerator is a hundred times promoters less detractors.

        >>> print(Recommendation(3, 1, 1).figures()[0].explain())
        nps: 40.00 (200 of 5; 100 x (promoters less detractors) / answers)
        """
        net = 100 * (self.promoters - self.detractors)
        what = "100 x (promoters less detractors) / answers"
        return (figure(name, net, self.responses, what, unit="score", reason="no answer"),)


@final
@attrs.frozen
class Effort:
    """Customer effort: agreement, from 1 to 7, that it was easy. Some print the mean, some the share that agrees.

    >>> said = Effort((7, 6, 5, 2))
    >>> said.mean, said.agreeing
    (5.0, 0.75)

    Raises:
        InvalidValue: a score outside 1..7.
    """

    scores: tuple[int, ...]

    def __attrs_post_init__(self) -> None:
        for score in self.scores:
            if not 1 <= score <= 7:  # noqa: PLR2004 - the scale
                raise InvalidValue("scores", score, "must lie in 1..7")

    @property
    def mean(self) -> float | None:
        """The mean score."""
        return ratio(sum(self.scores), len(self.scores))

    @property
    def agreeing(self) -> float | None:
        """The share of scores of 5 and more."""
        return ratio(self._agree, len(self.scores))

    def figures(self, name: str = "ces") -> tuple[KpiValue, ...]:
        """Both, named."""
        count = len(self.scores)
        return (
            figure(f"{name}.mean", sum(self.scores), count, "scores / answers", unit="score", reason="no answer"),
            figure(f"{name}.agreeing", self._agree, count, "scores of 5 and more / answers", reason="no answer"),
        )

    @property
    def _agree(self) -> int:
        return sum(score >= 5 for score in self.scores)  # noqa: PLR2004 - "somewhat agree" begins there
