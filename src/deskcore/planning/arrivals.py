"""When tickets come: a Poisson process whose rate follows the week and the hours of the day.

Layer: planning.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import final
from zoneinfo import ZoneInfo

import attrs

from deskcore._value import HOUR, from_us, to_us
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar
from deskcore.planning.draws import Draws

HOURS_IN_WEEK = 168
SUNDAY = 6


def _whole_week(_: object, field: attrs.Attribute[tuple[float, ...]], value: tuple[float, ...]) -> None:
    if len(value) != HOURS_IN_WEEK or min(value) < 0 or max(value) == 0:
        raise InvalidValue(field.name, value, "must be 168 rates, Monday 00:00 first, none negative and one positive")


@final
@attrs.frozen
class WeeklyRate:
    """Tickets an hour for each of the 168 local hours of a week, Monday 00:00 first.

    ``workdays`` is the calendar of those who ask: on a local date on which it never opens they ask as on a Sunday.

    >>> office = WeeklyRate.shaped(ZoneInfo("Europe/Amsterdam"), per_week=100, day=(0.0,) * 9 + (1.0,) * 8 + (0.0,) * 7)
    >>> round(sum(office.per_hour))
    100
    """

    zone: ZoneInfo
    per_hour: tuple[float, ...] = attrs.field(validator=_whole_week)
    workdays: Calendar | None = None

    @classmethod
    def shaped(
        cls,
        zone: ZoneInfo,
        *,
        per_week: float,
        day: tuple[float, ...],
        weekend: float = 0.2,
        monday: float = 1.0,
        workdays: Calendar | None = None,
    ) -> WeeklyRate:
        """A week with the same 24-hour shape every day, Monday and the weekend scaled by a factor."""
        factors = (monday, 1.0, 1.0, 1.0, 1.0, weekend, weekend)
        weights = [factor * weight for factor in factors for weight in day]
        total = sum(weights)
        return cls(zone, tuple(per_week * weight / total for weight in weights), workdays)

    def at(self, moment: datetime) -> float:
        """The rate in force at an instant, in tickets an hour."""
        local = moment.astimezone(self.zone)
        weekday = SUNDAY if self._is_day_off(local) else local.weekday()
        return self.per_hour[weekday * 24 + local.hour]

    def _is_day_off(self, local: datetime) -> bool:
        if self.workdays is None:
            return False
        start = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        opens = self.workdays.next_open(start)
        return opens is None or opens.astimezone(self.zone).date() > local.date()


def arrivals(rate: WeeklyRate, draws: Draws, *, start: datetime, end: datetime) -> Iterator[datetime]:
    """The instants in [start, end) at which tickets come, by thinning a process at the highest rate.

    Exact for a rate that is constant within each hour. Cost: proportional to the length of the window.

    >>> from datetime import UTC, timedelta
    >>> always = WeeklyRate(ZoneInfo("UTC"), (2.0,) * 168)
    >>> monday = datetime(2026, 5, 18, tzinfo=UTC)
    >>> 30 < len(list(arrivals(always, Draws("x"), start=monday, end=monday + timedelta(days=1)))) < 66
    True
    """
    peak = max(rate.per_hour)
    now, last, step = to_us(start), to_us(end), 0
    while True:
        now += round(draws.exponential(HOUR / peak, "arrival", step))
        if now >= last:
            return
        moment = from_us(now)
        if draws.happens(rate.at(moment) / peak, "kept", step):
            yield moment
        step += 1
