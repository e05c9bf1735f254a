"""When an amount of time that began at an instant is over: elapsed, or open on a calendar named.

Layer: tickets. Imports _value, errors and hours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from deskcore._value import FrozenDict, from_us, to_us
from deskcore.errors import NeverHappens, UnknownName
from deskcore.hours import BusinessDuration, Calendar, ElapsedDuration

Calendars: TypeAlias = Mapping[str, Calendar]
"""Calendars by the names that policies and timers use."""

NO_CALENDARS: Final[Calendars] = FrozenDict()


def due_us(start: int, amount: BusinessDuration | ElapsedDuration, calendar: str, calendars: Calendars) -> int:
    """``start`` plus ``amount``, in microseconds of UTC.

    Raises:
        UnknownName: open time is asked of a calendar that is not among ``calendars``.
        NeverHappens: the calendar does not open for so long.
    """
    if isinstance(amount, ElapsedDuration):
        return start + amount.microseconds
    found = calendars.get(calendar)
    if found is None:
        raise UnknownName("calendar", calendar, tuple(sorted(calendars)))
    return found.add_us(start, amount.microseconds)


def next_open_us(instant: int, calendar: str, calendars: Calendars) -> int:
    """``instant`` itself when the calendar is open then, else its next opening, in microseconds of UTC.

    Raises:
        UnknownName: the calendar is not among ``calendars``.
        NeverHappens: it does not open any more.
    """
    found = calendars.get(calendar)
    if found is None:
        raise UnknownName("calendar", calendar, tuple(sorted(calendars)))
    if found.is_open_us(instant):
        return instant
    opens = found.next_open(from_us(instant))
    if opens is None:
        raise NeverHappens("wait for the opening of", calendar, "a calendar that opens")
    return to_us(opens)
