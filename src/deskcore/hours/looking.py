"""When it is open: the questions of a calendar that look up, down and along its line of open time.

Datetimes in and out over the integer answers of ``arithmetic``. Not here: amounts of open time, calendars being made
or combined, reasons.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime  # noqa: F401 - UTC is for the examples

import attrs

from deskcore._value import SECOND, from_us, to_us
from deskcore.errors import InvalidValue
from deskcore.hours.arithmetic import Counting
from deskcore.hours.interval import Interval
from deskcore.hours.node import LATEST


@attrs.frozen
class Looking(Counting):
    """The part of ``Calendar`` that answers when it is open, on aware datetimes; answers are given in ``tz``."""

    def is_open(self, at: datetime) -> bool:
        """Whether ``at`` lies in ``[open, close)``.

        >>> from deskcore.hours import Calendar
        >>> office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
        >>> [office.is_open(datetime(2026, 5, 22, hour, tzinfo=UTC)) for hour in (9, 17)]
        [True, False]
        """
        return self.is_open_us(to_us(at))

    def next_open(self, at: datetime) -> datetime | None:
        """``at`` itself when open, else the next opening; None when there is none before 2201.

        >>> from deskcore.hours import Calendar
        >>> Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC").next_open(datetime(2026, 5, 23, tzinfo=UTC)).isoformat()
        '2026-05-25T09:00:00+00:00'
        """
        instant = to_us(at)
        return self._at(instant) if self.is_open_us(instant) else self._maybe(self.next_start_us(instant))

    def next_start(self, at: datetime) -> datetime | None:
        """The first opening strictly after ``at``, or None."""
        return self._maybe(self.next_start_us(to_us(at)))

    def next_close(self, at: datetime) -> datetime | None:
        """The first close strictly after ``at``, or None."""
        return self._maybe(self.next_close_us(to_us(at)))

    def next_change(self, at: datetime) -> datetime | None:
        """The first instant strictly after ``at`` at which it opens or closes, or None when it never does."""
        return self._maybe(self.next_change_us(to_us(at)))

    def previous_close(self, at: datetime) -> datetime | None:
        """``at`` itself when it lies in ``(open, close]``, else the last close before it; None when there is none."""
        instant = to_us(at)
        inside = bool(self.edges_us(instant - 1, instant))
        return self._at(instant) if inside else self._maybe(self.previous_end_us(instant))

    def previous_open(self, at: datetime) -> datetime | None:
        """The last opening at or before ``at``, or None."""
        return self._maybe(self.previous_start_us(to_us(at) + 1))

    def previous_start(self, at: datetime) -> datetime | None:
        """The last opening strictly before ``at``, or None."""
        return self._maybe(self.previous_start_us(to_us(at)))

    def intervals(
        self, start: datetime | None = None, end: datetime | None = None, *, latest_first: bool = False
    ) -> Iterator[Interval]:
        """Every open interval that meets ``[start, end)``, cut to it, in order or the latest first. Lazy.

        Without ``start`` (``end``) it runs from (to) the bound of what the hours are known for.

        Raises:
            InvalidValue: ``end`` lies before ``start``.
            OutOfRange: an end lies outside what the hours are known for.

        >>> from deskcore.hours import Calendar
        >>> office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
        >>> print(next(office.intervals(datetime(2026, 5, 23, tzinfo=UTC))))
        2026-05-25T09:00:00+00:00 - 2026-05-25T17:00:00+00:00
        """
        known = self.coverage()
        low = known.low if start is None else self.checked(to_us(start, "start"))
        high = known.high if end is None else self.checked(to_us(end, "end"))
        if low > high:
            raise InvalidValue(
                "end", self._at(high).isoformat(), f"must not lie before start {self._at(low).isoformat()}"
            )
        spans = self.spans_back_us(low, high) if latest_first else self.spans_us(low, high)
        return (Interval(self._at(a), self._at(b)) for a, b in spans)

    def _at(self, instant: int) -> datetime:
        # Halves the cost of the way back; exact, as a double holds every microsecond of these years.
        if 0 <= instant < LATEST:
            return datetime.fromtimestamp(instant / SECOND, self.tz)
        return from_us(instant, self.tz)

    def _maybe(self, instant: int | None) -> datetime | None:
        return None if instant is None else self._at(instant)
