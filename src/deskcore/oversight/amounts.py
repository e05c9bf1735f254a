"""Amounts of any one unit: mean, median, quantiles by a named method, and medians that do not forget what is open.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby, islice
from typing import Final, final

import attrs

from deskcore.errors import InvalidValue
from deskcore.oversight.counts import ratio
from deskcore.oversight.distributions import as_written
from deskcore.oversight.quantiles import Method, quantile

_HALF: Final = 0.5
_NEAR: Final = 1e-9
"""Nearer to the half than this, floats do not decide."""


@final
@attrs.frozen
class Amounts:
    """Some amounts, in any order. Of none there is neither mean nor quantile: ``None``.

    >>> waits = Amounts((10, 10, 10, 10, 10, 10, 10, 10, 10, 1000))
    >>> waits.mean, waits.median, waits.quantile(0.9), waits.quantile(0.9, method="linear_type7")
    (109.0, 10.0, 10, 109.0)
    """

    values: tuple[float, ...]

    @property
    def mean(self) -> float | None:
        """The sum over the number."""
        return ratio(sum((as_written(value) for value in self.values), Fraction(0)), len(self.values))

    @property
    def median(self) -> float | None:
        """The middle one, or the mean of the middle two."""
        return self.quantile(0.5, method="linear_type7")

    def quantile(self, q: float, *, method: Method = "nearest_rank") -> float | None:
        """The quantile ``q`` by a named method.

        Raises:
            InvalidValue: ``q`` outside 0..1, or an unknown method.
        """
        return quantile(self.values, q, method=method) if self.values else None


@final
@attrs.frozen
class CensoredAmounts:
    """Times to an end, some of which have not ended yet: those count as long as they have lasted (Kaplan-Meier).

    What has not ended at t still counts at t. Leaving out what is open flatters a median.

    >>> times = CensoredAmounts(ended=(1, 2, 3, 4), lasting=(5, 5, 5))
    >>> times.median_of_ended, times.median
    (2.5, 4)

    Raises:
        InvalidValue: a negative time.
    """

    ended: tuple[float, ...]
    lasting: tuple[float, ...] = ()

    def __attrs_post_init__(self) -> None:
        for name, times in (("ended", self.ended), ("lasting", self.lasting)):
            if any(not time >= 0 for time in times):
                raise InvalidValue(name, times, "must not be negative")

    @property
    def median_of_ended(self) -> float | None:
        """The median of what has ended alone."""
        return Amounts(self.ended).median

    @property
    def median(self) -> float | None:
        """The first time by which at most half is left; ``None`` when more than half is still left at the last end."""
        for place, step in enumerate(self._steps(), start=1):
            if step.left > _HALF + _NEAR:
                continue
            if step.left < _HALF - _NEAR or self._is_half_gone(place):
                return step.time
        return None

    def survival(self, time: float) -> float:
        """The share left after ``time``: 1 before the first end."""
        left = 1.0
        for step in self._steps():
            if step.time > time:
                break
            left = step.left
        return left

    def curve(self) -> tuple[tuple[float, float], ...]:
        """Each time at which something ended and the share left after it, in order."""
        return tuple((step.time, step.left) for step in self._steps())

    def _is_half_gone(self, count: int) -> bool:
        """Whether at most half is left after so many ends: in whole numbers, because a float may miss the half."""
        steps = list(islice(self._steps(), count))
        stayed = math.prod(step.at_risk - step.ended for step in steps)
        return 2 * stayed <= math.prod(step.at_risk for step in steps)

    def _steps(self) -> Iterator[_Step]:
        everything = sorted((*self.ended, *self.lasting))
        left, passed = 1.0, 0
        for time, same in groupby(sorted(self.ended)):
            while everything[passed] < time:
                passed += 1
            at_risk, ended = len(everything) - passed, len(list(same))
            left *= (at_risk - ended) / at_risk
            yield _Step(time, at_risk, ended, left)


@final
@attrs.frozen
class _Step:
    time: float
    at_risk: int
    ended: int
    left: float
