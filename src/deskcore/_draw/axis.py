"""Where a number or an instant falls along an edge of a chart, and which ticks fit there.

Ticks are chosen so that their labels keep apart, and their number is bounded whatever the span. Instants are placed by
elapsed time; their labels show the wall clock of the zone in which the axis starts.

Layer: _draw. Imports _value and its own room.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, final

import attrs

from deskcore._draw.markup import number
from deskcore._draw.svg import text_width
from deskcore._value import DAY, HOUR, MINUTE, from_us, require_aware, to_us
from deskcore.errors import InvalidValue

Place = float | datetime

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WITHIN_DAY: Final = tuple(count * MINUTE for count in (1, 2, 5, 10, 15, 30)) + tuple(
    count * HOUR for count in (1, 2, 3, 6, 12)
)
_WHOLE_DAYS: Final = (1, 2, 7, 14)
_WHOLE_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 600, 1200, 6000, 12000)
_LABEL_GAP: Final = 14.0
_EXPONENT_FROM: Final = 1e12


@final
@attrs.frozen
class Tick:
    """A labelled place along an axis, as a share from 0 to 1 of its length."""

    share: float
    label: str


@final
@attrs.frozen
class NumberAxis:
    """An axis of plain numbers from ``low`` to ``high``.

    >>> axis = NumberAxis(0, 40)
    >>> axis.share(10), [tick.label for tick in axis.ticks(200)]
    (0.25, ['0', '10', '20', '30', '40'])
    """

    low: float
    high: float

    def __attrs_post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high)) or self.high <= self.low:
            raise InvalidValue("axis", (self.low, self.high), "must rise from one finite number to a greater one")

    @classmethod
    def around(cls, values: Sequence[float], *, from_zero: bool = True) -> NumberAxis:
        """The axis with round ends that holds all values, and zero where bars grow from it."""
        for value in values:
            if not math.isfinite(value):
                raise InvalidValue("value", value, "must be finite")
        held = [*values, 0.0] if from_zero or not values else list(values)
        low, high = min(held), max(held)
        if high == low:
            high = low + 1
        step = _round_step((high - low) / 5)
        return cls(math.floor(low / step) * step, math.ceil(high / step) * step)

    def share(self, value: Place) -> float:
        """Where ``value`` falls: 0 at the low end, 1 at the high end, beyond them outside."""
        if isinstance(value, datetime):
            raise InvalidValue("place", value, "must be a number on an axis of numbers")
        return (value - self.low) / (self.high - self.low)

    def ticks(self, length: float) -> tuple[Tick, ...]:
        """Round numbers whose labels keep apart along ``length`` pixels."""
        widest = max(text_width(_count(self.low)), text_width(_count(self.high)), 20.0) + _LABEL_GAP
        step = _round_step((self.high - self.low) / max(1.0, length / widest))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return tuple(Tick(self.share(place * step), _count(place * step)) for place in range(first, last + 1))


@final
@attrs.frozen
class TimeAxis:
    """An axis of instants from ``start`` to ``end``, both aware, labelled in the zone of ``start``.

    >>> from datetime import UTC
    >>> axis = TimeAxis(datetime(2026, 5, 22, 9, tzinfo=UTC), datetime(2026, 5, 22, 12, tzinfo=UTC))
    >>> [tick.label for tick in axis.ticks(300)]
    ['Fri 22 May 09:00', '10:00', '11:00', '12:00']
    """

    start: datetime
    end: datetime

    def __attrs_post_init__(self) -> None:
        if to_us(self.end, "end") <= to_us(self.start, "start"):
            raise InvalidValue("axis", (self.start, self.end), "must rise from one instant to a later one")

    @property
    def zone(self) -> tzinfo:
        """The zone whose wall clock the labels show."""
        zone = require_aware("start", self.start).tzinfo
        assert zone is not None
        return zone

    def share(self, value: Place) -> float:
        """Where ``value`` falls by elapsed time: 0 at the start, 1 at the end, beyond them outside."""
        if not isinstance(value, datetime):
            raise InvalidValue("place", value, "must be an instant on an axis of time")
        low = to_us(self.start)
        return (to_us(value, "place") - low) / (to_us(self.end) - low)

    def ticks(self, length: float) -> tuple[Tick, ...]:
        """Round wall-clock times whose labels keep apart along ``length`` pixels."""
        span = to_us(self.end) - to_us(self.start)
        per_pixel = span / max(length, 1.0)
        for step in _WITHIN_DAY:
            if step >= per_pixel * (text_width("Wed 22 May") + _LABEL_GAP):
                return self._within_day(step)
        room = per_pixel * (text_width("Wed 22 May") + _LABEL_GAP)
        for days in _WHOLE_DAYS:
            if days * DAY >= room:
                return self._kept((day, _day_label(day)) for day in self._dates(days))
        months = next((count for count in _WHOLE_MONTHS if count * 28 * DAY >= room), _WHOLE_MONTHS[-1])
        return self._kept((day, _month_label(day, months)) for day in self._months(months))

    def _within_day(self, step: int) -> tuple[Tick, ...]:
        ticks: list[Tick] = []
        last = -math.inf
        for day in self._dates(1):
            for minutes in range(0, DAY // MINUTE, step // MINUTE):
                wall = datetime.combine(day, datetime.min.time(), self.zone) + timedelta(minutes=minutes)
                share = self.share(wall)
                # A wall clock put forward would give the same instant twice.
                if share <= last or not 0 <= share <= 1:
                    continue
                clock = f"{wall:%H:%M}"
                label = _day_label(day) if minutes == 0 else clock
                if not ticks and minutes:
                    label = f"{_day_label(day)} {clock}"
                ticks.append(Tick(share, label))
                last = share
        return tuple(ticks)

    def _kept(self, labelled: Iterator[tuple[date, str]]) -> tuple[Tick, ...]:
        midnight = datetime.min.time()
        ticks = [Tick(self.share(datetime.combine(day, midnight, self.zone)), label) for day, label in labelled]
        return tuple(tick for tick in ticks if 0 <= tick.share <= 1)

    def _local_ends(self) -> tuple[date, date]:
        return self.start.date(), from_us(to_us(self.end), self.zone).date()

    def _dates(self, step: int) -> Iterator[date]:
        first, last = self._local_ends()
        if step % 7 == 0:
            first -= timedelta(days=first.weekday())
        for place in range(0, (last - first).days + 1, step):
            yield first + timedelta(days=place)

    def _months(self, step: int) -> Iterator[date]:
        first, last = self._local_ends()
        low = (first.year * 12 + first.month - 1) // step * step
        for place in range(low, last.year * 12 + last.month, step):
            if place // 12 >= 1:
                yield date(place // 12, place % 12 + 1, 1)


@final
@attrs.frozen
class DayAxis:
    """The 24 hours of any day, given as numbers and labelled as a clock shows them.

    >>> [tick.label for tick in DayAxis().ticks(200)]
    ['00:00', '06:00', '12:00', '18:00', '24:00']
    """

    def share(self, value: Place) -> float:
        """Where an hour falls: 0 at midnight, 1 at 24:00, beyond them outside."""
        return NumberAxis(0, 24).share(value)

    def ticks(self, length: float) -> tuple[Tick, ...]:
        """Every hour, every third or every sixth, as room allows."""
        room = (text_width("00:00") + _LABEL_GAP) * 24 / max(length, 1.0)
        step = next((hours for hours in (1, 3) if hours >= room), 6)
        return tuple(Tick(hour / 24, f"{hour:02}:00") for hour in range(0, 25, step))


Axis = NumberAxis | TimeAxis | DayAxis


def axis_of(places: list[Place]) -> Axis:
    """The axis that holds all places: of time when they are instants, of numbers otherwise."""
    times = [place for place in places if isinstance(place, datetime)]
    numbers = [place for place in places if not isinstance(place, datetime)]
    if times and numbers:
        raise InvalidValue("places", (times[0], numbers[0]), "must be all instants or all numbers")
    if not times:
        return NumberAxis.around(numbers, from_zero=False)
    start, end = min(times, key=to_us), max(times, key=to_us)
    return TimeAxis(start, end if to_us(end) > to_us(start) else start + timedelta(hours=1))


def moment_label(at: Place, zone: tzinfo | None = None) -> str:
    """An instant or a number in words short enough for a tooltip.

    >>> from datetime import UTC
    >>> moment_label(datetime(2026, 5, 22, 9, 30, tzinfo=UTC)), moment_label(2.5)
    ('Fri 22 May 2026 09:30', '2.5')
    """
    if not isinstance(at, datetime):
        return number(at)
    local = at if zone is None else from_us(to_us(at), zone)
    seconds = f":{local:%S}" if local.second else ""
    return f"{_day_label(local)} {local.year} {local:%H:%M}{seconds}"


def _day_label(day: date) -> str:
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def _month_label(day: date, step: int) -> str:
    return str(day.year) if step % 12 == 0 else f"{_MONTHS[day.month - 1]} {day.year}"


def _count(value: float) -> str:
    # Ticks are products of a round step, so what lies beyond ten digits is residue of the product.
    rounded = float(f"{value:.10g}")
    whole = rounded == round(rounded) and abs(rounded) < _EXPONENT_FROM
    return f"{round(rounded):,}" if whole else f"{rounded:g}"


def _round_step(raw: float) -> float:
    scale = 10.0 ** math.floor(math.log10(raw))
    for factor in (1.0, 2.0, 5.0):
        if raw <= factor * scale * (1 + 1e-9):
            return factor * scale
    return 10 * scale
