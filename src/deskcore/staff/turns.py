"""Where the hand-offs of a rotation lie: boundary number k of a beat on the wall clock, and the number of a boundary.

Closed form in both directions: no counting from the start, no cap. Days, weeks and months keep the time of day; hours
that divide a day are wall-clock hours too, any other number of hours is elapsed time. An edge is the earliest instant
at which the zone's clock shows the time or later: a hand-off in a gap moves to its end, a repeated one is the first.
Not here: who is on duty.

Layer: staff. Imports hours and _value.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, time
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import DAY, HOUR, MINUTE, SECOND, from_us
from deskcore.errors import InvalidValue
from deskcore.hours.wall_clock import EPOCH_DAY, edge_in, offset_at, offset_runs, zone_key

Unit: TypeAlias = Literal["hour", "day", "week", "month"]
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
_SIZES: Final = {"hour": HOUR, "day": DAY, "week": 7 * DAY}


def wall(day: int, at: time) -> int:
    """What a clock shows, in microseconds since 1970-01-01 00:00 of its own: ``day`` counts from that date.

    >>> wall(0, time(1)) == HOUR
    True
    """
    return day * DAY + at.hour * HOUR + at.minute * MINUTE + at.second * SECOND + at.microsecond


def shown_edge(zone: str, shown: int) -> int:
    """The instant of a wall-clock time: the earliest at which the zone's clock shows it or later.

    >>> shown_edge("Europe/Paris", 0) == -HOUR
    True
    """
    if zone == "UTC":
        return shown
    return edge_in(offset_runs(zone, shown - 2 * DAY, shown + 2 * DAY), shown)


def positive(_: object, field: attrs.Attribute[int], value: int) -> None:
    """Attrs validator: one or more."""
    if value < 1:
        raise InvalidValue(field.name, value, "must be at least 1")


@final
@attrs.frozen
class Beat:
    """Boundaries every so many units on a zone's wall clock, in both directions from the one numbered 0.

    A month keeps the day of the month; in a month that lacks it the boundary is on the last day, and the next one is
    back on the day asked for.

    >>> weekly = Beat("America/Chicago", date(2017, 3, 10), time(8), "week")
    >>> (weekly.boundary(1) - weekly.boundary(0)) // HOUR
    167

    Raises:
        InvalidValue: an unknown zone or unit, or fewer than one unit.
    """

    zone: str = attrs.field(converter=zone_key)
    on: date
    at: time
    unit: Unit
    every: int = attrs.field(default=1, validator=positive)

    def __attrs_post_init__(self) -> None:
        if self.unit not in UNITS:
            raise InvalidValue("unit", self.unit, f"must be one of {', '.join(UNITS)}")

    @property
    def _elapsed(self) -> bool:
        return self.unit == "hour" and 24 % self.every != 0

    @property
    def _origin(self) -> int:
        return wall(self.on.toordinal() - EPOCH_DAY, self.at)

    def boundary(self, number: int) -> int:
        """The instant of a boundary. Rises with the number; two of them may share an instant at a gap."""
        if self._elapsed:
            return shown_edge(self.zone, self._origin) + number * self.every * HOUR
        if self.unit == "month":
            return shown_edge(self.zone, wall(self._month_day(number), self.at))
        return shown_edge(self.zone, self._origin + number * self.every * _SIZES[self.unit])

    def number(self, instant: int) -> int:
        """The number of the last boundary at or before an instant: that of the shift which contains it."""
        if self._elapsed:
            return (instant - shown_edge(self.zone, self._origin)) // (self.every * HOUR)
        shown = instant + offset_at(self.zone, instant)
        if self.unit == "month":
            then = from_us(shown)
            number = ((then.year - self.on.year) * 12 + then.month - self.on.month) // self.every
        else:
            number = (shown - self._origin) // (self.every * _SIZES[self.unit])
        # The clock may have been set in between: a guess is off by what one change of offset holds, never more.
        while self.boundary(number + 1) <= instant:
            number += 1
        while self.boundary(number) > instant:
            number -= 1
        return number

    def _month_day(self, number: int) -> int:
        year, month = divmod(self.on.year * 12 + self.on.month - 1 + number * self.every, 12)
        day = min(self.on.day, monthrange(year, month + 1)[1])
        return date(year, month + 1, day).toordinal() - EPOCH_DAY
