"""What a clock counts with: a calendar's open time, or all of it.

Not here: what is counted (``reckon``).

Layer: sla.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Protocol

from deskcore._value import to_us
from deskcore.errors import NeverHappens
from deskcore.hours import Calendar
from deskcore.sla.state import Terms

_END: Final = to_us(datetime(9999, 1, 1, tzinfo=UTC))


class Meter(Protocol):
    """A way to count time between instants: a calendar's open time, or all of it."""

    def between_us(self, start: int, end: int, /) -> int: ...
    def add_us(self, start: int, amount: int, /) -> int: ...
    def progress_us(self, start: int, end: int, amount: int, /) -> tuple[int, int] | None: ...
    def is_open_us(self, at: int, /) -> bool: ...
    def next_change_us(self, at: int, /) -> int | None: ...


class _AllTime:
    """Counts all time: what an elapsed target is measured with."""

    def between_us(self, start: int, end: int, /) -> int:
        return end - start

    def add_us(self, start: int, amount: int, /) -> int:
        if start + amount > _END:
            raise NeverHappens("add", f"{amount} us to {start} us", "an amount that ends before the year 10000")
        return start + amount

    def progress_us(self, start: int, end: int, amount: int, /) -> tuple[int, int] | None:
        due = start + amount
        return None if due > _END else (end - start, due)

    def is_open_us(self, at: int, /) -> bool:  # noqa: ARG002 - always open
        return True

    def next_change_us(self, at: int, /) -> int | None:  # noqa: ARG002 - never changes
        return None


ALL_TIME: Final[Meter] = _AllTime()


def meter_of(terms: Terms, calendar: Calendar) -> Meter:
    """What the terms count with. A metric without a promise counts open time."""
    return ALL_TIME if terms.is_elapsed else calendar
