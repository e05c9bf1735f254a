"""How far a share found in a sample can be trusted: intervals of a proportion, each by a named method.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal, TypeAlias, final

import attrs

from deskcore._value import not_negative
from deskcore.errors import InvalidValue
from deskcore.oversight.distributions import (
    as_written,
    beta_quantile,
    check_confidence,
    check_sample,
    hypergeometric_at_least,
    hypergeometric_at_most,
    z_value,
)

IntervalMethod: TypeAlias = Literal["wilson", "clopper_pearson", "finite_population", "normal"]


@final
@attrs.frozen
class Interval:
    """Where a share lies, with what confidence and by which method; both ends included.

    >>> print(Interval(0.9, 0.97, 0.95, "wilson"))
    90.0 % to 97.0 % (95 % confidence, wilson)
    """

    low: float
    high: float
    confidence: float
    method: IntervalMethod

    def __str__(self) -> str:
        method = self.method.replace("_", " ")
        return f"{self.low * 100:.1f} % to {self.high * 100:.1f} % ({self.confidence * 100:g} % confidence, {method})"

    def __contains__(self, share: float) -> bool:
        return self.low <= share <= self.high

    def explain(self) -> str:
        """The interval in one line."""
        return str(self)

    def to_dict(self) -> dict[str, object]:
        """For programs: every field by name."""
        return {"low": self.low, "high": self.high, "confidence": self.confidence, "method": self.method}


def _within_trials(instance: Proportion, field: attrs.Attribute[int], value: int) -> None:
    if not 0 <= value <= instance.trials:
        raise InvalidValue(field.name, value, f"must lie in 0..{instance.trials}, the number of trials")


@final
@attrs.frozen
class Proportion:
    """Successes among trials, and what they say of the share behind them.

    Of no trials there is no share and no interval: every question answers ``None``.

    >>> found = Proportion(successes=4, trials=200)
    >>> print(found.wilson())
    0.8 % to 5.0 % (95 % confidence, wilson)
    >>> Proportion(0, 0).wilson() is None
    True

    Raises:
        InvalidValue: negative numbers, or more successes than trials.
    """

    successes: int = attrs.field(validator=_within_trials)
    trials: int = attrs.field(validator=not_negative)

    @property
    def is_defined(self) -> bool:
        """Whether there is anything to divide by."""
        return self.trials > 0

    @property
    def share(self) -> float | None:
        """Successes over trials."""
        return self.successes / self.trials if self.trials else None

    def wilson(self, confidence: float = 0.95) -> Interval | None:
        """Wilson's score interval, without continuity correction: good for any share and small samples.

        Raises:
            InvalidValue: a confidence that is not strictly between 0 and 1; so do all intervals.
        """
        z = z_value(confidence)
        if not self.trials:
            return None
        return Interval(self._score(-z), self._score(z), confidence, "wilson")

    def wilson_lower(self, confidence: float = 0.95) -> float | None:
        """The one-sided lower bound: the share is at least this, with the confidence."""
        z = z_value(confidence, one_sided=True)
        return self._score(-z) if self.trials else None

    def wilson_upper(self, confidence: float = 0.95) -> float | None:
        """The one-sided upper bound."""
        z = z_value(confidence, one_sided=True)
        return self._score(z) if self.trials else None

    def clopper_pearson(self, confidence: float = 0.95) -> Interval | None:
        """The exact interval by the binomial's tails: never covers less than it says."""
        check_confidence(confidence)
        if not self.trials:
            return None
        tail, x, n = (1 - confidence) / 2, self.successes, self.trials
        low = 0.0 if x == 0 else beta_quantile(tail, x, n - x + 1)
        high = 1.0 if x == n else beta_quantile(1 - tail, x + 1, n - x)
        return Interval(low, high, confidence, "clopper_pearson")

    def margin(self, confidence: float = 0.95, *, population: int | None = None) -> float | None:
        """Half the width of the normal approximation; with a ``population``, corrected for drawing without replacement.

        >>> round(Proportion(72, 80).margin(population=400), 6)
        0.058873
        """
        z = z_value(confidence)
        if not self.trials:
            return None
        share = self.successes / self.trials
        plain = z * math.sqrt(share * (1 - share) / self.trials)
        if population is None:
            return plain
        check_sample(population=population, sample=self.trials)
        return plain * math.sqrt((population - self.trials) / (population - 1)) if population > 1 else 0.0

    def in_population(self, population: int, confidence: float = 0.95) -> PopulationCount:
        """How many of a finite population are successes: the exact interval for a sample without replacement.

        >>> found = Proportion(54, 60).in_population(200)
        >>> found.least, found.greatest, found.interval.low, found.interval.high
        (163, 190, 0.815, 0.95)
        """
        check_confidence(confidence)
        check_sample(population=population, sample=self.trials)
        tail = (1 - as_written(confidence)) / 2
        first, last = self.successes, population - (self.trials - self.successes)
        x, n = self.successes, self.trials

        def is_enough(count: int) -> bool:
            return hypergeometric_at_least(x, population=population, marked=count, sample=n) > tail

        def is_too_many(count: int) -> bool:
            return hypergeometric_at_most(x, population=population, marked=count, sample=n) <= tail

        least = _first(is_enough, first, last)
        return PopulationCount(least, _first(is_too_many, least, last + 1) - 1, population, confidence)

    def _score(self, z: float) -> float:
        n = self.trials
        if self.successes == (0 if z < 0 else n):
            return 0.0 if z < 0 else 1.0  # exact; the formula misses the end by a rounding
        share, square = self.successes / n, z * z
        spread = z * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
        return min(max((share + square / (2 * n) + spread) / (1 + square / n), 0.0), 1.0)


@final
@attrs.frozen
class PopulationCount:
    """The least and the greatest number of successes in a population that a sample leaves credible.

    >>> PopulationCount(163, 190, 200, 0.95).interval.high
    0.95
    """

    least: int
    greatest: int
    population: int
    confidence: float

    @property
    def interval(self) -> Interval:
        """The same as shares of the population."""
        of = self.population or 1
        return Interval(self.least / of, self.greatest / of, self.confidence, "finite_population")


def upper_bound_of_none(sample: int, *, confidence: float = 0.95) -> float:
    """The highest failure rate that a sample without any failure leaves credible, one-sided and exact.

    >>> round(upper_bound_of_none(300), 6), rule_of_three(300)
    (0.009936, 0.01)

    Raises:
        InvalidValue: nothing was sampled.
    """
    check_confidence(confidence)
    _some(sample)
    return -math.expm1(math.log1p(-confidence) / sample)


def rule_of_three(sample: int) -> float:
    """The usual short cut to the same at 95 %: 3 / n.

    >>> rule_of_three(100)
    0.03
    """
    _some(sample)
    return 3 / sample


def _some(sample: int) -> None:
    if sample <= 0:
        raise InvalidValue("sample", sample, "must be above zero")


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first number of ``low..high`` for which a condition holds that, once true, stays true; else ``high``."""
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
