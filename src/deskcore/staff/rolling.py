"""Recurring shifts: an occurrence of fixed length on every eligible hour, day, week or month, groups taking turns.

Not here: rotations without breaks between the shifts (``rotation``).

Layer: staff. Imports hours and its own room.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import DAY, HOUR, aware, aware_or_none, from_us, to_us
from deskcore.errors import InvalidValue
from deskcore.hours import ElapsedDuration
from deskcore.hours.wall_clock import EPOCH_DAY, local_day, offset_at, zone_key
from deskcore.staff.roster import Roster, earliest, merge
from deskcore.staff.rotation import Group, groups_of
from deskcore.staff.turns import positive, shown_edge

Freq: TypeAlias = Literal["hourly", "daily", "weekly", "monthly"]
Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
_THURSDAY: Final = 3  # 1970-01-01 was one


def _days(given: Iterable[Weekday]) -> frozenset[Weekday]:
    return frozenset(given)


@final
@attrs.frozen
class RollingShifts(Roster):
    """Shifts of a fixed ``length`` that recur from ``start`` on, at its time of day in the zone ``tz``.

    ``freq`` and ``every``: every so many hours (elapsed), days, weeks or months. Without ``weekdays`` occurrences are
    on the weekday or the day of the month of ``start`` (the last day of a shorter month); with them on each of those
    days: of every week, of every ``every``-th week (weeks begin on ``week_start``; week 0 contains ``start``) or month.
    The groups take turns: by occurrence; by eligible day for days with ``weekdays``; else by week or month. A group
    holds ``hold`` turns in a row. Occurrences that begin before ``visible_from`` are hidden and take their turn all the
    same; none begins after ``until``. The length is elapsed time; overlapping ones are on duty together.

    The cost does not grow with the distance from ``start``, only with the number of occurrences that run at once.

    >>> from datetime import UTC
    >>> pairs = RollingShifts(
    ...     ("ann", "bo"), tz="UTC", start=datetime(2026, 5, 4, 9, tzinfo=UTC), length=ElapsedDuration.of_us(8 * HOUR),
    ...     freq="daily", hold=2, weekdays=("mon", "wed", "fri"),
    ... )
    >>> [pairs.on_call(datetime(2026, 5, day, 10, tzinfo=UTC)) for day in (4, 5, 6, 8)]
    [('ann',), (), ('ann',), ('bo',)]

    Raises:
        InvalidValue: no length, an unknown zone, frequency or weekday, or ``every`` or ``weekdays`` where the frequency
            gives them no meaning.
    """

    groups: tuple[Group, ...] = attrs.field(converter=groups_of)
    tz: str = attrs.field(kw_only=True, converter=zone_key)
    start: datetime = attrs.field(kw_only=True, validator=aware)
    length: ElapsedDuration = attrs.field(kw_only=True)
    freq: Freq = attrs.field(kw_only=True)
    every: int = attrs.field(default=1, kw_only=True, validator=positive)
    hold: int = attrs.field(default=1, kw_only=True, validator=positive)
    weekdays: frozenset[Weekday] = attrs.field(default=frozenset(), kw_only=True, converter=_days)
    week_start: Weekday = attrs.field(default="mon", kw_only=True)
    visible_from: datetime | None = attrs.field(default=None, kw_only=True, validator=aware_or_none)
    until: datetime | None = attrs.field(default=None, kw_only=True, validator=aware_or_none)

    def __attrs_post_init__(self) -> None:
        if self.length.microseconds <= 0:
            raise InvalidValue("length", self.length, "must be some time")
        if self.freq not in get_args(Freq):
            raise InvalidValue("freq", self.freq, f"must be one of {', '.join(get_args(Freq))}")
        for day in (*self.weekdays, self.week_start):
            if day not in WEEKDAYS:
                raise InvalidValue("weekdays", day, f"must be one of {', '.join(WEEKDAYS)}")
        if self.weekdays and self.freq == "hourly":
            raise InvalidValue("weekdays", sorted(self.weekdays), "has no meaning for hours; use During")
        if self.weekdays and self.freq == "daily" and self.every != 1:
            raise InvalidValue(
                "every", self.every, "has no meaning for eligible days; hold says how many a group takes"
            )

    def everybody(self) -> frozenset[str]:
        return frozenset(person for group in self.groups for person in group)

    def people_us(self, instant: int) -> tuple[str, ...]:
        if not self.groups:
            return ()
        return merge(tuple(person for _, turn in self._running(instant) for person in self._group(turn)))

    def edge_us(self, instant: int) -> int | None:
        ends = (start + self.length.microseconds for start, _ in self._running(instant))
        return earliest(iter((self._next_start(instant), *ends)))

    def _group(self, turn: int) -> Group:
        return self.groups[(turn // self.hold) % len(self.groups)]

    def _running(self, instant: int) -> list[tuple[int, int]]:
        """The occurrences that contain an instant, earliest first: start and turn."""
        since = instant - self.length.microseconds
        found: list[tuple[int, int]] = []
        for start, turn in self._before(instant):
            if start <= since:
                break
            if self._visible(start):
                found.append((start, turn))
        return found[::-1]

    def _visible(self, start: int) -> bool:
        return not (
            (self.visible_from is not None and start < to_us(self.visible_from))
            or (self.until is not None and start > to_us(self.until))
        )

    def _before(self, instant: int) -> Iterator[tuple[int, int]]:
        """The occurrences that may run at an instant, latest first."""
        if self.freq == "hourly":
            step, origin = self.every * HOUR, to_us(self.start)
            yield from ((origin + turn * step, turn) for turn in range((instant - origin) // step, -1, -1))
            return
        # A day on either side: a clock set back past midnight shows the day before again.
        first = max(local_day(self.tz, instant - self.length.microseconds) - 1, self._first_day)
        for day in range(local_day(self.tz, instant) + 1, first - 1, -1):
            turn = self._turn(day)
            start = instant + 1 if turn is None else self._begins(day)
            if turn is not None and start <= instant:
                yield start, turn

    def _next_start(self, instant: int) -> int | None:
        seen = instant if self.visible_from is None else max(instant, to_us(self.visible_from) - 1)
        if self.freq == "hourly":
            step, origin = self.every * HOUR, to_us(self.start)
            start = origin + max((seen - origin) // step + 1, 0) * step
        else:
            day = self._eligible(max(local_day(self.tz, seen), self._first_day))
            while self._begins(day) <= seen:
                day = self._eligible(day + 1)
            start = self._begins(day)
        return start if self._visible(start) else None

    # -- days

    @property
    def _shown(self) -> int:
        origin = to_us(self.start)
        return origin + offset_at(self.tz, origin)

    @property
    def _first_day(self) -> int:
        return self._shown // DAY

    def _begins(self, day: int) -> int:
        return shown_edge(self.tz, day * DAY + self._shown % DAY)

    def _turn(self, day: int) -> int | None:
        """The turn of the occurrence on a local date; ``None`` where there is none."""
        if day < self._first_day or (self.weekdays and WEEKDAYS[(day + _THURSDAY) % 7] not in self.weekdays):
            return None
        if self.freq == "daily":
            return self._days_between(day) if self.weekdays else _whole(day - self._first_day, self.every)
        if self.freq == "weekly":
            if self.weekdays:
                return _whole(self._week(day) - self._week(self._first_day), self.every)
            return _whole(day - self._first_day, 7 * self.every)
        months = _whole(_month(day) - _month(self._first_day), self.every)
        return months if self.weekdays or day == self._month_day(day) else None

    def _eligible(self, day: int) -> int:
        """The first date with an occurrence, from one on: by whole periods, then day by day in one of them."""
        if not self.weekdays and self.freq in {"daily", "weekly"}:
            return day + (self._first_day - day) % (self.every * (7 if self.freq == "weekly" else 1))
        day = self._in_period(day)
        while self._turn(day) is None:
            day = self._in_period(day + 1)
        return day

    def _in_period(self, day: int) -> int:
        """The first date from one on that lies in a week or month whose turn it is."""
        if self.freq == "weekly":
            behind = (self._week(day) - self._week(self._first_day)) % self.every
            return (self._week(day) + self.every - behind) * 7 + self._week_offset if behind else day
        if self.freq == "monthly":
            behind = (_month(day) - _month(self._first_day)) % self.every
            return _first_of(_month(day) + self.every - behind) if behind else day
        return day

    @property
    def _week_offset(self) -> int:
        return (WEEKDAYS.index(self.week_start) - _THURSDAY) % 7

    def _week(self, day: int) -> int:
        return (day - self._week_offset) // 7

    def _days_between(self, day: int) -> int:
        """The eligible days from the first date up to a date, without it."""
        weeks, rest = divmod(day - self._first_day, 7)
        tail = (WEEKDAYS[(day - back + _THURSDAY) % 7] for back in range(1, rest + 1))
        return weeks * len(self.weekdays) + sum(1 for name in tail if name in self.weekdays)

    def _month_day(self, day: int) -> int:
        year, month = divmod(_month(day), 12)
        first = from_us(self._first_day * DAY).day
        return _first_of(_month(day)) + min(first, monthrange(year, month + 1)[1]) - 1


def _whole(distance: int, step: int) -> int | None:
    return None if distance % step else distance // step


def _month(day: int) -> int:
    then = from_us(day * DAY)
    return then.year * 12 + then.month - 1


def _first_of(month: int) -> int:
    year, rest = divmod(month, 12)
    return date(year, rest + 1, 1).toordinal() - EPOCH_DAY
