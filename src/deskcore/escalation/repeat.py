"""Firing again: how often a rung repeats, how far apart.

Layer: escalation. Imports hours, _value and errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

import attrs

from deskcore.errors import InvalidValue, UnknownName
from deskcore.hours import Calendar
from deskcore.hours.duration import BusinessDuration, ElapsedDuration


@final
@attrs.frozen
class Repeat:
    """Again after each ``every``, ``times`` more times; ``times=None`` is without end and has to be written.

    Counted from the instant of the first firing, not from when somebody looked, so it never drifts; with ``from_look``
    from when somebody saw the first one due. The type of ``every`` is the clock, as for a ``Due``: elapsed time, or
    open time of ``calendar`` (a name).

    >>> from deskcore.hours.duration import elapsed
    >>> print(Repeat(elapsed(minutes=15), 3))
    every 15m, 3 more times
    >>> print(Repeat(elapsed(hours=1), None))
    every 1h, without end

    Raises:
        InvalidValue: no time between, or fewer than one more time.
    """

    every: BusinessDuration | ElapsedDuration
    times: int | None
    calendar: str = attrs.field(default="default", kw_only=True)
    from_look: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.every.microseconds <= 0:
            raise InvalidValue("every", str(self.every), "must be some time")
        if self.times is not None and self.times < 1:
            raise InvalidValue("times", self.times, "must be at least 1; None is without end")

    def __str__(self) -> str:
        return f"every {self.every}, " + ("without end" if self.times is None else f"{self.times} more times")

    def nth_us(self, first: int, number: int, calendars: Mapping[str, Calendar]) -> int:
        """The instant of the firing after ``number`` others, in microseconds, from that of the first.

        Raises:
            UnknownName: ``calendar`` is not among them.
        """
        if not number:
            return first
        if isinstance(self.every, BusinessDuration):
            return self._open(calendars).add_us(first, number * self.every.microseconds)
        return first + number * self.every.microseconds

    def last_us(self, first: int, until: int, calendars: Mapping[str, Calendar]) -> int:
        """The number of the last firing due at or before an instant; 0 when none follows the first.

        Raises:
            UnknownName: ``calendar`` is not among them.
        """
        if until <= first:
            return 0
        gone = until - first
        if isinstance(self.every, BusinessDuration):
            gone = self._open(calendars).between_us(first, until)
        number = gone // self.every.microseconds
        return number if self.times is None else min(number, self.times)

    def _open(self, calendars: Mapping[str, Calendar]) -> Calendar:
        calendar = calendars.get(self.calendar)
        if calendar is None:
            raise UnknownName("calendar", self.calendar, tuple(sorted(calendars)))
        return calendar
