"""A stretch of open time between two instants.

Half-open, as every span in deskcore: it contains its start and not its end. Not a set of stretches (that is a
calendar) and not an amount (that is a duration).

Layer: hours. Imports _value and errors only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import final

import attrs

from deskcore._value import aware, to_us
from deskcore.errors import InvalidValue
from deskcore.hours.duration import BusinessDuration


@final
@attrs.frozen
class Interval:
    """The instants from ``start``, inclusive, to ``end``, exclusive.

    Both aware, any zones; compared as instants. Never empty.

    Raises:
        InvalidValue: an end is naive, or ``end`` is not after ``start``.

    >>> from datetime import UTC, datetime
    >>> lunch = Interval(datetime(2026, 5, 22, 12, tzinfo=UTC), datetime(2026, 5, 22, 13, tzinfo=UTC))
    >>> lunch.start in lunch, lunch.end in lunch, lunch.open_time
    (True, False, business(hours=1))
    """

    start: datetime = attrs.field(validator=aware)
    end: datetime = attrs.field(validator=aware)

    def __attrs_post_init__(self) -> None:
        if to_us(self.end) <= to_us(self.start):
            raise InvalidValue("end", self.end.isoformat(), f"must lie after the start {self.start.isoformat()}")

    @property
    def open_time(self) -> BusinessDuration:
        """How long it is, in real time: a stretch over a DST change counts what a stopwatch would."""
        return BusinessDuration.of_us(to_us(self.end) - to_us(self.start))

    def __contains__(self, at: datetime) -> bool:
        return to_us(self.start) <= to_us(at) < to_us(self.end)

    def __iter__(self) -> Iterator[datetime]:
        yield self.start
        yield self.end

    def __str__(self) -> str:
        return f"{self.start.isoformat()} - {self.end.isoformat()}"
