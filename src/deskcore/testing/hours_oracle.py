"""The slow oracle for open time: walks minute by minute and asks each whether it is open.

Shares nothing with the engine but the values asked about: no tables, no edges, no search. A local edge is reached as
soon as the zone's clock has ever shown that time, so all it keeps is the furthest time each clock has shown. Exact
where hours and offset changes fall on whole minutes (all of them since 1972).

Layer: testing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from deskcore.hours import Calendar
from deskcore.hours.algebra import Always, Complement, Difference, Intersection, Never, Union
from deskcore.hours.node import Hours
from deskcore.hours.pin import Pinned
from deskcore.hours.special import Special
from deskcore.hours.versions import Restricted, Versioned
from deskcore.hours.week import week_of
from deskcore.hours.weekly import Weekly

MINUTE: Final = timedelta(minutes=1)
_RUN_UP: Final = timedelta(days=3)
Clocks = dict[str, datetime]
Stretches = list[tuple[datetime, datetime]]


def walk(calendar: Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, bool]]:
    """Every whole minute of ``[start, end)`` and whether it is open.

    Raises:
        ValueError: ``start`` does not fall on a whole minute.

    >>> office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
    >>> friday = datetime(2026, 5, 22, 16, 58, tzinfo=UTC)
    >>> [is_open for _, is_open in walk(office, friday, friday + timedelta(minutes=4))]
    [True, True, False, False]
    """
    at, stop = start.astimezone(UTC), end.astimezone(UTC)
    if at.second or at.microsecond:
        msg = f"start must fall on a whole minute (got {start.isoformat()})"
        raise ValueError(msg)
    clocks: Clocks = {}
    here = at - _RUN_UP
    while here < stop:
        for key in calendar.hours.zone_keys():
            shown = here.astimezone(_zone(key)).replace(tzinfo=None, fold=0)
            clocks[key] = max(clocks.get(key, shown), shown)
        if here >= at:
            yield here, _is_open(calendar.hours, here, clocks)
        here += MINUTE


def minutes_between(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Open minutes of ``[start, end)``, counted one by one.

    >>> office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
    >>> minutes_between(office, datetime(2026, 5, 22, tzinfo=UTC), datetime(2026, 5, 23, tzinfo=UTC))
    480
    """
    return sum(is_open for _, is_open in walk(calendar, start, end))


def _zone(key: str) -> ZoneInfo:
    return ZoneInfo(key)


def _is_open(  # noqa: C901 - one branch a kind of hours
    hours: Hours, at: datetime, clocks: Clocks
) -> bool:
    match hours:
        case Always():
            return True
        case Never():
            return False
        case Weekly():
            if (hours.in_gap, hours.in_fold) != ("jump", "first"):
                return _read_otherwise(hours, at)
            return _weekly_is_open(hours, clocks[hours.zone])
        case Union():
            return any(_is_open(member, at, clocks) for member in hours.members)
        case Intersection():
            return all(_is_open(member, at, clocks) for member in hours.members)
        case Difference():
            return _is_open(hours.base, at, clocks) and not _is_open(hours.without, at, clocks)
        case Complement():
            return not _is_open(hours.base, at, clocks)
        case Restricted():
            begun = hours.from_at is None or at >= hours.from_at
            return begun and (hours.until_at is None or at < hours.until_at) and _is_open(hours.base, at, clocks)
        case Versioned():
            begun_versions = [version.hours for version in hours.later if version.from_at <= at]
            return _is_open(begun_versions[-1] if begun_versions else hours.first, at, clocks)
        case Pinned():
            return _is_open(hours.base, at, clocks)
        case _:
            msg = f"the oracle does not know {type(hours).__name__}"
            raise TypeError(msg)


def _weekly_is_open(hours: Weekly, shown: datetime) -> bool:
    days = [shown.date() - timedelta(days=back) for back in range(3)]
    inside = any(start <= shown < end for day in days for start, end in _hours_of(hours, day))
    return inside and not any(start <= shown < end for day in days for start, end in _breaks_of(hours, day))


def _read_otherwise(hours: Weekly, at: datetime) -> bool:
    """Membership by instants, each edge placed as the standard library's ``fold`` says."""
    day = at.astimezone(_zone(hours.zone)).date()
    days = [day - timedelta(days=back) for back in range(-2, 4)]
    inside = any(_between(hours, at, span) for day in days for span in _hours_of(hours, day))
    return inside and not any(_between(hours, at, span) for day in days for span in _breaks_of(hours, day))


def _between(hours: Weekly, at: datetime, span: tuple[datetime, datetime]) -> bool:
    return _placed(hours, span[0]) <= at < _placed(hours, span[1])


def _placed(hours: Weekly, local: datetime) -> datetime:
    zone = _zone(hours.zone)
    one, other = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if one <= other:
        return other if hours.in_fold == "second" else one
    if hours.in_gap == "shift":
        return one
    while other.astimezone(zone).replace(tzinfo=None) < local:
        other += MINUTE
    return other


def _name_on(special: Special, day: date) -> bool:
    return (day - date(1970, 1, 1)).days in special.days.in_year(day.year)


def _hours_of(hours: Weekly, day: date) -> Stretches:
    """The hours that start on a local date, by precedence."""
    holiday = any((day - date(1970, 1, 1)).days in days.in_year(day.year) for days in hours.holidays)
    found = [] if holiday else _on(hours.week, day)
    for special in hours.special:
        if special.effect == "break" or not _name_on(special, day) or (holiday and not special.over_holidays):
            continue
        found = [*(found if special.effect == "extra" else []), *_on(special.hours, day)]
    return found


def _breaks_of(hours: Weekly, day: date) -> Stretches:
    found = _on(hours.breaks, day)
    for special in hours.special:
        if special.effect == "break" and _name_on(special, day):
            found += _on(special.hours, day)
    return found


def _on(week: str, day: date) -> Stretches:
    midnight = datetime.combine(day, time())
    return [
        (midnight + timedelta(seconds=span.start), midnight + timedelta(seconds=span.end))
        for span in week_of(week)[day.weekday()]
    ]
