"""Amounts of elapsed time as a log writes them: a number of some unit, or hours and minutes with a colon between.

Layer: adapters.
"""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from deskcore.adapters.logs.mapping import CLOCK, UNITS

_MOST: Final = 100 * 365 * 86_400
_COLONS: Final = re.compile(r"(\d+):([0-5]?\d)(?::([0-5]?\d(?:\.\d+)?))?")


def amount(text: str, unit: str, decimal: str = ".") -> timedelta:
    """The amount that a text tells.

    Args:
        text: the cell.
        unit: one of ``UNITS``, or ``clock``.
        decimal: the mark before a fraction.

    Raises:
        ValueError: the text is no such amount, is negative, or is longer than a century; says what was expected.

    >>> amount("1,5", "hours", ",")
    datetime.timedelta(seconds=5400)
    >>> amount("26:15:00", "clock")
    datetime.timedelta(days=1, seconds=8100)
    """
    text = text.strip().replace(decimal, ".")
    if unit == CLOCK:
        found = _COLONS.fullmatch(text)
        if found is None:
            raise ValueError("hours and minutes such as 26:15 or 26:15:00")
        seconds = Decimal(found[1]) * 3600 + Decimal(found[2]) * 60 + Decimal(found[3] or 0)
    else:
        try:
            seconds = Decimal(text) * UNITS[unit]
        except (InvalidOperation, ArithmeticError):
            raise ValueError(f"a number of {unit}") from None
    if not (seconds.is_finite() and 0 <= seconds <= _MOST):
        raise ValueError(f"a number of {unit} from 0 to a century")
    return timedelta(microseconds=int((seconds * 1_000_000).to_integral_value()))
