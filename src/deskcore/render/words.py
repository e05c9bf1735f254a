"""How a page says instants, amounts and names. Not here: what is said of what.

Instants and amounts are exact inside and shown to the second. What is shown of a running sum is rounded down once and
each part is the difference of two shown sums, so that what a reader adds up agrees.

Layer: render. Imports _draw, _value and hours.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, tzinfo

from deskcore._draw.axis import moment_label
from deskcore._value import SECOND, require_aware
from deskcore.hours import Calendar
from deskcore.hours.explanation import amount_text


def moment(at: datetime, zone: tzinfo | None = None) -> str:
    """An instant to the second, on the wall clock of a zone (its own by default). Never in the machine's language.

    >>> moment(datetime(2026, 5, 22, 9, 30, 0, 250_000, tzinfo=UTC))
    'Fri 22 May 2026 09:30'
    """
    return moment_label(at.replace(microsecond=0), zone)


def day_name(day: date) -> str:
    """A date as ``Fri 22 May 2026``.

    >>> day_name(date(2026, 5, 22))
    'Fri 22 May 2026'
    """
    return moment_label(datetime(day.year, day.month, day.day, tzinfo=UTC)).rpartition(" ")[0]


def time_of_day(at: datetime) -> str:
    """The wall clock of an instant in its own zone, seconds only where there are some.

    >>> time_of_day(datetime(2026, 5, 22, 9, 30, tzinfo=UTC))
    '09:30'
    """
    return f"{at:%H:%M:%S}".removesuffix(":00")


def span(start: datetime, end: datetime) -> str:
    """A stretch, half-open: dates once where both ends share one, midnight at its end as 24:00.

    >>> span(datetime(2026, 5, 22, 17, 30, tzinfo=UTC), datetime(2026, 5, 23, tzinfo=UTC))
    'Fri 22 May 2026 17:30-24:00'
    """
    if end.date() == start.date():
        return f"{moment(start)}-{time_of_day(end)}"
    if _is_midnight_after(start, end):
        return f"{moment(start)}-24:00"
    return f"{moment(start)} to {moment(end)}"


def hours_of(start: datetime, end: datetime) -> str:
    """A stretch of one day by the clock alone: ``17:30-24:00``.

    >>> hours_of(datetime(2026, 5, 22, 17, 30, tzinfo=UTC), datetime(2026, 5, 23, tzinfo=UTC))
    '17:30-24:00'
    """
    return f"{time_of_day(start)}-{time_of_day(end) if end.date() == start.date() else '24:00'}"


def amount(microseconds: int) -> str:
    """An amount rounded down to the second, with its sign.

    >>> amount(4_500_900_000), amount(-60_000_000)
    ('1 h 15 min', '-1 min')
    """
    whole = abs(microseconds) // SECOND * SECOND
    if not whole and microseconds:
        return "under 1 s"
    return f"{'-' if microseconds < 0 else ''}{amount_text(whole)}"


def part_of_sum(before: int, after: int) -> str:
    """What a running sum grew by, as the difference of its two shown values.

    >>> part_of_sum(900_000, 2_100_000)
    '2 s'
    """
    return amount(after // SECOND * SECOND - before // SECOND * SECOND)


def listed(words: Iterable[str], *, otherwise: str = "none") -> str:
    """Words with commas between them, or another word for none.

    >>> listed(["bo", "mia"]), listed([])
    ('bo, mia', 'none')
    """
    return ", ".join(words) or otherwise


def zone_name(zone: tzinfo) -> str:
    """The name of a zone: ``Europe/Amsterdam``, ``UTC``.

    >>> zone_name(UTC)
    'UTC'
    """
    return getattr(zone, "key", None) or str(zone)


def zone_of_desk(calendars: Iterable[Calendar], at: datetime) -> tzinfo:
    """The zone in which a desk speaks: its first calendar's, else that of the instant asked about."""
    for calendar in calendars:
        return calendar.tz
    zone = require_aware("at", at).tzinfo
    assert zone is not None
    return zone


def _is_midnight_after(start: datetime, end: datetime) -> bool:
    return (end.hour, end.minute, end.second, end.microsecond) == (0, 0, 0, 0) and (end.date() - start.date()).days == 1
