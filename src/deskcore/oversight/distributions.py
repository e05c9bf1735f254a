"""Probabilities without a statistics package: normal and beta quantiles, binomial and hypergeometric tails.

Hypergeometric tails are exact: whole numbers are added up and divided once. Not here: what they are used for
(``intervals``, ``audit``, ``acceptance``).

Layer: oversight. Imports errors only.
"""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist
from typing import Final

from deskcore.errors import InvalidValue

_STEPS: Final = 10_000
"""Bound of the continued fraction; it converges in about the square root of the larger parameter."""
_TINY: Final = 1e-300


def as_written(value: float | Decimal | Fraction) -> Fraction:
    """The number as the decimal it is written as, so that 0.95 is 95/100 and not a hair less.

    >>> as_written(0.95)
    Fraction(19, 20)
    """
    return value if isinstance(value, Fraction) else Fraction(str(value))


def z_value(confidence: float, *, one_sided: bool = False) -> float:
    """The standard normal quantile that belongs to a confidence: at 1 - (1 - c) / 2, or one-sided at c.

    >>> round(z_value(0.95), 6), round(z_value(0.95, one_sided=True), 6)
    (1.959964, 1.644854)

    Raises:
        InvalidValue: the confidence does not lie strictly between 0 and 1.
    """
    check_confidence(confidence)
    return NormalDist().inv_cdf(confidence if one_sided else 1 - (1 - confidence) / 2)


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that does not lie strictly between 0 and 1.

    >>> check_confidence(0.95)

    Raises:
        InvalidValue: it does not.
    """
    if not 0 < confidence < 1:
        raise InvalidValue("confidence", confidence, "must lie strictly between 0 and 1, for example 0.95")


def beta_at_most(x: float, a: float, b: float) -> float:
    """P(B <= x) of the beta distribution with parameters ``a`` and ``b`` above 0.

    >>> round(beta_at_most(0.5, 2, 2), 12)
    0.5
    """
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    if x < (a + 1) / (a + b + 2):
        return math.exp(logarithm) * _continued(x, a, b) / a
    return 1.0 - math.exp(logarithm) * _continued(1.0 - x, b, a) / b


def _continued(x: float, a: float, b: float) -> float:
    """Lentz's evaluation of the continued fraction of the incomplete beta function."""
    above, below = 1.0, 1.0 - (a + b) * x / (a + 1)
    below = 1.0 / (below or _TINY)
    value = below
    for step in range(1, _STEPS):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        change = 1.0
        for factor in (even, odd):
            below = 1.0 / (1.0 + factor * below or _TINY)
            above = 1.0 + factor / above or _TINY
            change = above * below
            value *= change
        if abs(change - 1.0) < 1e-16:  # noqa: PLR2004 - below one unit in the last place
            break
    return value


def beta_quantile(share: float, a: float, b: float) -> float:
    """The x below which a beta variable lies with probability ``share``. By bisection, to the last digits.

    >>> round(beta_quantile(0.5, 3, 3), 12)
    0.5
    """
    low, high = 0.0, 1.0
    for _ in range(1100):  # a double has no more halvings, down to the smallest
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        if beta_at_most(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def binomial_at_most(count: int, trials: int, probability: float) -> float:
    """P(X <= count) of a binomial: ``trials`` independent draws that each succeed with ``probability``.

    >>> binomial_at_most(1, 2, 0.5)
    0.75

    Raises:
        InvalidValue: a negative number of trials or a probability outside 0..1.
    """
    if trials < 0:
        raise InvalidValue("trials", trials, "must not be negative")
    if not 0 <= probability <= 1:
        raise InvalidValue("probability", probability, "must lie in 0..1")
    if count < 0:
        return 0.0
    if count >= trials or probability == 0:
        return 1.0
    if probability == 1:
        return 0.0
    return beta_at_most(1 - probability, trials - count, count + 1)


def hypergeometric_at_most(count: int, *, population: int, marked: int, sample: int) -> Fraction:
    """P(X <= count), exactly: X marked ones in a sample drawn without replacement.

    Cost: linear in ``count``, with numbers as long as the number of possible samples.

    >>> hypergeometric_at_most(0, population=4, marked=2, sample=2)
    Fraction(1, 6)

    Raises:
        InvalidValue: a negative number, or more marked or sampled than there are.
    """
    check_sample(population=population, sample=sample)
    if not 0 <= marked <= population:
        raise InvalidValue("marked", marked, f"must lie in 0..{population}, the population")
    least, most = max(0, sample - (population - marked)), min(marked, sample)
    if count < least:
        return Fraction(0)
    if count >= most:
        return Fraction(1)
    ways = math.comb(marked, least) * math.comb(population - marked, sample - least)
    total = ways
    for held in range(least, count):
        ways = ways * (marked - held) * (sample - held) // ((held + 1) * (population - marked - sample + held + 1))
        total += ways
    return Fraction(total, math.comb(population, sample))


def hypergeometric_at_least(count: int, *, population: int, marked: int, sample: int) -> Fraction:
    """P(X >= count), exactly; as ``hypergeometric_at_most``.

    >>> hypergeometric_at_least(1, population=4, marked=2, sample=2)
    Fraction(5, 6)
    """
    return 1 - hypergeometric_at_most(count - 1, population=population, marked=marked, sample=sample)


def check_sample(*, population: int, sample: int) -> None:
    """Refuse a sample larger than its population, or negative numbers.

    >>> check_sample(population=10, sample=10)

    Raises:
        InvalidValue: naming what is wrong.
    """
    if population < 0:
        raise InvalidValue("population", population, "must not be negative")
    if not 0 <= sample <= population:
        raise InvalidValue("sample", sample, f"must lie in 0..{population}, the population")
