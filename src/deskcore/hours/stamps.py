"""Instants in microseconds as ISO 8601 texts of a zone, many at a time: most of what a program reads of a clock.

What is remembered is of zones and dates, never of instants: by stretches of 19 hours the offset, where it stays the
same, and by days the date. Not here: reading such texts, and words for people.

Layer: hours. Imports _value only.
"""

from __future__ import annotations

from datetime import date, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from deskcore._value import DAY, HOUR, MINUTE, SECOND, from_us

_STRETCH: Final = 36
"""Stretches are as long as this power of two in microseconds."""
_LATEST: Final = 200 * 366 * DAY
_TWO: Final = tuple([f"{number:02}" for number in range(60)])
_EPOCH: Final = date(1970, 1, 1)


def iso_text(us: int, zone: tzinfo) -> str:
    """The text of an instant in a zone: ``from_us(us, zone).isoformat()``, in a third of the time.

    >>> from datetime import UTC
    >>> iso_text(90 * MINUTE, UTC)
    '1970-01-01T01:30:00+00:00'
    """
    known = _offset(zone, us >> _STRETCH) if 0 <= us < _LATEST else None
    if known is None:
        return from_us(us, zone).isoformat()
    offset, suffix = known
    day, rest = divmod(us + offset, DAY)
    hour, rest = divmod(rest, HOUR)
    minute, rest = divmod(rest, MINUTE)
    second, rest = divmod(rest, SECOND)
    fraction = f".{rest:06}" if rest else ""
    return f"{_date(day)}T{_TWO[hour]}:{_TWO[minute]}:{_TWO[second]}{fraction}{suffix}"


@lru_cache(4096)
def _offset(zone: tzinfo, stretch: int) -> tuple[int, str] | None:
    """The offset in microseconds over a stretch, and how it is written; ``None``: it changes."""
    first, last = from_us(stretch << _STRETCH, zone), from_us((stretch + 1 << _STRETCH) - 1, zone)
    offset = first.utcoffset()
    if offset is None or offset != last.utcoffset():
        return None
    return offset // timedelta(microseconds=1), first.isoformat()[len(first.replace(tzinfo=None).isoformat()) :]


@lru_cache(1024)
def _date(day: int) -> str:
    return (_EPOCH + timedelta(day)).isoformat()
