"""Arithmetic in working days: local dates to which hours belong.

Walks dates, at most to the bound of the calendar. Not here: amounts of open time (``arithmetic``).

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

from typing import Final

from deskcore._value import DAY, SECOND, from_us
from deskcore.errors import NeverHappens, OutOfRange
from deskcore.hours.arithmetic import Counting
from deskcore.hours.node import SYSTEM
from deskcore.hours.wall_clock import edge, local_day, offset_at

_LONGEST_CLOSURE: Final = 3_700
_BOUND: Final = "a calendar that opens on that many dates without ten years' break"


def closing(calendar: Counting, day: int) -> int | None:
    """The last close of a local date's own hours, or None when it is no working day.

    Raises:
        OutOfRange: the date lies outside what the hours are known for.
    """
    known = calendar.coverage()
    if not known.low - DAY <= day * DAY <= known.high:
        raise OutOfRange("calendar", from_us(day * DAY).date().isoformat(), str(known))
    return calendar.hours.closing_on(day, SYSTEM)


def shift(calendar: Counting, at: int, days: int, *, end_of_day: bool) -> int:
    """The instant ``days`` working days from ``at``, keeping the local time of day or at that date's last close.

    Zero keeps the date: ``at`` itself, or its own last close. A local time that the date does not have is resolved as
    every edge is.

    Raises:
        NeverHappens: ten years pass without a working day.
        OutOfRange: what is known of the hours ends before.
    """
    key = calendar.hours.zone_key
    day = local_day(key, calendar.checked(at))
    second, rest = divmod(at + offset_at(key, at) - day * DAY, SECOND)
    found, last = _counted_on(calendar, at, day, days, need_close=end_of_day)
    if end_of_day:
        assert last is not None
        return last
    return at if days == 0 else edge(key, found, second) + rest


def _counted_on(calendar: Counting, at: int, day: int, days: int, *, need_close: bool) -> tuple[int, int | None]:
    step = 1 if days >= 0 else -1
    last = closing(calendar, day) if days == 0 else None
    left, idle = abs(days), 0
    while left or (need_close and last is None):
        day += step
        last = closing(calendar, day)
        idle = idle + 1 if last is None else 0
        if last is not None:
            left = max(left - 1, 0)
        if idle > _LONGEST_CLOSURE:
            raise NeverHappens(f"count {abs(days)} working days from", from_us(at).isoformat(), _BOUND)
    return day, last


def count(calendar: Counting, start: int, end: int) -> int:
    """Working days after the local date of ``start`` up to that of ``end``; negative when ``end`` comes first."""
    key = calendar.hours.zone_key
    first, last = local_day(key, calendar.checked(start)), local_day(key, calendar.checked(end))
    if last < first:
        return -sum(closing(calendar, day) is not None for day in range(last, first))
    return sum(closing(calendar, day) is not None for day in range(first + 1, last + 1))
