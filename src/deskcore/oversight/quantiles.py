"""Quantiles of numbers, each by a named method.

Layer: oversight. Imports errors only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Literal, TypeAlias, get_args

from deskcore.errors import InvalidValue

Method: TypeAlias = Literal["nearest_rank", "linear_type7"]
"""``nearest_rank``: value number ceil(q n) in ascending order, always one that was observed. ``linear_type7``: linear
between the values around position (n - 1) q counted from 0, as most spreadsheets do."""


def quantile(values: Sequence[float], q: float, *, method: Method = "nearest_rank") -> float:
    """The quantile ``q`` (0 to 1) of at least one value, in any order.

    ``q`` is taken as the decimal it is written as, so that the 7 % of 100 is 7 and not a hair more. With
    ``linear_type7`` the quantile 0.5 is the usual median, the mean of the middle two. Costs a sort.

    >>> ten = range(1, 11)
    >>> quantile(ten, 0.9), quantile(ten, 0.9, method="linear_type7"), quantile(ten, 0.5, method="linear_type7")
    (9, 9.1, 5.5)

    Raises:
        InvalidValue: there is no value, ``q`` lies outside 0..1, or the method is unknown.
    """
    if not values:
        raise InvalidValue("values", (), "must hold at least one value")
    if not 0 <= q <= 1:
        raise InvalidValue("q", q, "must lie in 0..1")
    ordered = sorted(values)
    share = Fraction(str(q))
    if method == "nearest_rank":
        return ordered[max(math.ceil(share * len(ordered)), 1) - 1]
    if method != "linear_type7":  # pyright: ignore[reportUnnecessaryComparison]
        raise InvalidValue("method", method, f"must be one of {', '.join(get_args(Method))}")
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    below, above = Fraction(ordered[low]), Fraction(ordered[high])
    return float(below + (place - low) * (above - below))
