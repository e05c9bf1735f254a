"""What a zone's clock shows, and the instant that an edge of local time stands for.

Ruling: an edge is the earliest instant at which the zone's clock shows that time or later. In a gap that is the jump,
in a repeated hour the first occurrence, on a date that does not exist the jump again. The rule is monotone, so
intervals never invert, and it needs no notion of "summer time". Calendars that must agree with a system that reads
edges otherwise say so with a ``Reading``. Not here: opening hours.

Layer: hours. Imports _value and errors only.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, date, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Final, Literal, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from deskcore._value import DAY, SECOND, from_us
from deskcore.errors import InvalidValue, OutOfRange

EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
# A year around the range that calendars answer for, as zones and overnight hours reach past its ends.
_FIRST_DAY: Final = date(1899, 1, 1).toordinal() - EPOCH_DAY
_LAST_DAY: Final = date(2202, 1, 1).toordinal() - EPOCH_DAY
_FIXED: Final = re.compile(r"([+-])([01]\d|2[0-3]):([0-5]\d)")
_RULE: Final = "must be an IANA zone such as 'Europe/Amsterdam', 'UTC' or an offset such as '+02:00'"
# Between any two offset changes of any zone in tzdata 2026 since 1900 lie more than 3.98 days (Freetown, 1939);
# a test walks every zone to keep it so.
_STEP: Final = 3 * DAY


InGap = Literal["jump", "shift"]
InFold = Literal["first", "second"]


class Reading(NamedTuple):
    """Which instant an edge stands for where the clock does not show it exactly once.

    In a gap: ``jump``, the instant at which the clock jumps over it, or ``shift``, as far past the jump as the edge
    lies past the gap's beginning (02:30 becomes 03:30; RFC 5545 and ``fold=0`` of PEP 495). Repeated: the ``first`` or
    the ``second`` time. Only ``jump`` with ``first`` keeps the order of edges: with the others a span may end before it
    begins and is then left out.
    """

    in_gap: InGap = "jump"
    in_fold: InFold = "first"


EARLIEST: Final = Reading()


class Run(NamedTuple):
    """A stretch of instants, from ``start`` to the next run's, in which a zone keeps one offset (microseconds)."""

    start: int
    offset: int


def zone_key(zone: tzinfo | str) -> str:
    """The text that names a zone: an IANA key, ``UTC`` or a fixed offset such as ``+02:00``.

    Raises:
        InvalidValue: no such zone is known here, or the object does not say its name.

    >>> zone_key(UTC), zone_key(ZoneInfo("Asia/Tokyo")), zone_key(timezone(timedelta(hours=2)))
    ('UTC', 'Asia/Tokyo', '+02:00')
    """
    if isinstance(zone, str):
        zone_of(zone)
        return zone
    if zone is UTC:
        return "UTC"
    if isinstance(zone, ZoneInfo) and zone.key:
        return zone.key
    if isinstance(zone, timezone):
        offset = zone.utcoffset(None)
        sign, size = ("-", -offset) if offset < timedelta(0) else ("+", offset)
        minutes, rest = divmod(size, timedelta(minutes=1))
        if not rest:
            return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
    raise InvalidValue("tz", zone, _RULE)


@lru_cache(maxsize=1024)
def zone_of(key: str) -> tzinfo:
    """The zone that a key names; ``UTC`` is ``datetime.UTC``, whose look-ups cost least.

    Raises:
        InvalidValue: no such zone is known here.

    >>> zone_of("UTC"), zone_of("Europe/Paris")
    (datetime.timezone.utc, zoneinfo.ZoneInfo(key='Europe/Paris'))
    """
    if key == "UTC":
        return UTC
    fixed = _FIXED.fullmatch(key)
    if fixed:
        size = timedelta(hours=int(fixed[2]), minutes=int(fixed[3]))
        return timezone(-size if fixed[1] == "-" else size)
    try:
        return ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        raise InvalidValue("tz", key, _RULE) from None


def offset_at(key: str, instant: int) -> int:
    """The zone's offset from UTC, in microseconds, at an instant.

    >>> offset_at("Asia/Kolkata", 0) // SECOND
    19800
    """
    gap = from_us(instant, zone_of(key)).utcoffset()
    assert gap is not None  # zone_of only gives zones that know their offset
    return (gap.days * 86_400 + gap.seconds) * SECOND + gap.microseconds


def local_day(key: str, instant: int) -> int:
    """The local date at an instant, in days since 1970-01-01.

    >>> local_day("Asia/Tokyo", 15 * 3_600 * SECOND)
    1
    """
    return (instant + offset_at(key, instant)) // DAY


def _start(run: Run) -> int:
    return run.start


@lru_cache(maxsize=4096)
def _runs_of_year(key: str, year: int) -> tuple[Run, ...]:
    start = (date(year, 1, 1).toordinal() - EPOCH_DAY) * DAY
    end = (date(year + 1, 1, 1).toordinal() - EPOCH_DAY) * DAY
    here = offset_at(key, start)
    runs = [Run(start, here)]
    for low in range(start, end, _STEP):
        high = min(low + _STEP, end)
        there = offset_at(key, high)
        if there != here:
            runs.append(Run(_jump(key, low, high, here), there))
            here = there
    return tuple(run for run in runs if run.start < end)


def _jump(key: str, low: int, high: int, before: int) -> int:
    low, high = low // SECOND, high // SECOND  # offsets change on whole seconds
    while high - low > 1:
        middle = (low + high) // 2
        if offset_at(key, middle * SECOND) == before:
            low = middle
        else:
            high = middle
    return high * SECOND


def offset_runs(key: str, low: int, high: int) -> list[Run]:
    """The zone's offsets over ``[low, high)``, in order; the first run starts at or before ``low``.

    >>> [run.offset // SECOND for run in offset_runs("Europe/Paris", 0, DAY)]
    [3600]
    """
    first, last = from_us(low).year, from_us(high).year
    found: list[Run] = []
    for year in range(first, last + 1):
        for run in _runs_of_year(key, year):
            if not found or found[-1].offset != run.offset:
                found.append(run)
    keep = max(bisect_right(found, low, key=_start) - 1, 0)
    return [run for run in found[keep:] if run.start < high]


def edge(key: str, day: int, second: int) -> int:
    """The instant that a local edge stands for: ``second`` seconds after the start of ``day`` on the zone's clock.

    ``day`` counts from 1970-01-01; ``second`` may exceed a day (an end on a later date).

    >>> from_us(edge("America/New_York", (date(2026, 3, 8).toordinal() - EPOCH_DAY), 9000)).isoformat()
    '2026-03-08T07:00:00+00:00'
    """
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise OutOfRange("local dates", f"day {day} since 1970", "the years 1899 to 2202")
    shown = day * DAY + second * SECOND
    return edge_in(offset_runs(key, shown - 2 * DAY, shown + 2 * DAY), shown)


def edge_in(runs: Sequence[Run], shown: int) -> int:
    """As ``edge``, for a local time in microseconds and the runs around it."""
    # Runs that end a day and more before the clock could show the edge cannot matter; no offset exceeds a day.
    first = max(bisect_right(runs, shown - 2 * DAY, key=_start) - 1, 0)
    for index in range(first, len(runs) - 1):
        instant = max(runs[index].start, shown - runs[index].offset)
        if instant < runs[index + 1].start:
            return instant
    return max(runs[-1].start, shown - runs[-1].offset)


def edge_read(runs: Sequence[Run], shown: int, reading: Reading) -> int:
    """As ``edge_in``, by another reading of edges in gaps and repeated hours.

    >>> spring = [Run(-DAY, 0), Run(2 * 3_600 * SECOND, 3_600 * SECOND)]  # at 02:00 the clock goes to 03:00
    >>> [edge_read(spring, 9_000 * SECOND, Reading(in_gap)) // SECOND for in_gap in ("jump", "shift")]
    [7200, 9000]
    """
    at = edge_in(runs, shown)
    here = bisect_right(runs, at, key=_start) - 1
    if at + runs[here].offset != shown:
        return shown - runs[here - 1].offset if reading.in_gap == "shift" and here else at
    if reading.in_fold == "second" and here + 1 < len(runs):
        again = shown - runs[here + 1].offset
        return again if again >= runs[here + 1].start else at
    return at
