"""Amounts of any one unit: mean, median, quantiles by a named method, and medians that do not forget what is open.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from fractions import Fraction
from typing import final

import attrs

from deskcore.errors import InvalidValue
from deskcore.oversight.counts import ratio
from deskcore.oversight.distributions import as_written
from deskcore.oversight.quantiles import Method, quantile


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
        return next((time for time, left in self._curve() if left <= Fraction(1, 2)), None)

    def survival(self, time: float) -> float:
        """The share left after ``time``: 1 before the first end."""
        left = Fraction(1)
        for end, share in self._curve():
            if end > time:
                break
            left = share
        return float(left)

    def curve(self) -> tuple[tuple[float, float], ...]:
        """Each time at which something ended and the share left after it, in order."""
        return tuple((time, float(left)) for time, left in self._curve())

    def _curve(self) -> list[tuple[float, Fraction]]:
        everything = sorted((*self.ended, *self.lasting))
        ends = sorted(self.ended)
        found: list[tuple[float, Fraction]] = []
        left, passed, place = Fraction(1), 0, 0
        while place < len(ends):
            time, died = ends[place], 0
            while place < len(ends) and ends[place] == time:
                place, died = place + 1, died + 1
            while everything[passed] < time:
                passed += 1
            left *= 1 - Fraction(died, len(everything) - passed)
            found.append((time, left))
        return found
