"""When somebody is there: the gaps that several calendars leave, and the hours that two of them share.

Layer: oversight. Imports hours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TypeAlias

from deskcore._value import from_us, to_us
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar

Stretches: TypeAlias = tuple[tuple[datetime, datetime], ...]


def coverage_gaps(calendars: Iterable[Calendar], start: datetime, end: datetime) -> Stretches:
    """The stretches of ``[start, end)`` in which no calendar is open, in order and as wide as can be; in UTC.

    Abutting hours leave no gap. Linear in the calendars' spans: a year is fine.

    >>> from datetime import UTC
    >>> day = datetime(2026, 5, 22, tzinfo=UTC)
    >>> office = Calendar.weekly("Mon-Fri 08:00-20:00", tz=UTC)
    >>> [(a.hour, b.hour) for a, b in coverage_gaps([office], day, day + timedelta(days=1))]
    [(0, 8), (20, 0)]

    Raises:
        InvalidValue: a naive instant, or an end before the start.
    """
    first, last = to_us(start, "start"), to_us(end, "end")
    if last < first:
        raise InvalidValue("end", end.isoformat(), f"must not come before {start.isoformat()}")
    spans = sorted((to_us(span.start), to_us(span.end)) for one in calendars for span in one.intervals(start, end))
    gaps: list[tuple[int, int]] = []
    covered = first
    for begun, ended in spans:
        if begun > covered:
            gaps.append((covered, min(begun, last)))
        covered = max(covered, ended)
    if covered < last:
        gaps.append((covered, last))
    return tuple((from_us(begun), from_us(ended)) for begun, ended in gaps)


def shared_hours(one: Calendar, other: Calendar, start: datetime, end: datetime) -> Stretches:
    """The stretches of ``[start, end)`` in which both are open, in UTC: when client and partner can talk to each other.

    Each calendar keeps its own zone, so a change to summer time moves what they share.

    >>> from datetime import UTC
    >>> monday = datetime(2026, 5, 18, tzinfo=UTC)
    >>> ours = Calendar.weekly("Mon-Fri 09:00-17:00", tz="Europe/Amsterdam")
    >>> theirs = Calendar.weekly("Mon-Fri 13:00-22:00", tz="Asia/Manila")
    >>> total_time(shared_hours(ours, theirs, monday, monday + timedelta(days=7))) / timedelta(hours=1)
    35.0

    Raises:
        InvalidValue: a naive instant, or an end before the start.
    """
    return tuple((span.start, span.end) for span in (one & other).intervals(start, end))


def total_time(stretches: Stretches) -> timedelta:
    """How long they are together.

    >>> total_time(()) == timedelta(0)
    True
    """
    return sum((end - start for start, end in stretches), timedelta(0))
