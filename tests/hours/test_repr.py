"""How calendars print: as the call or the expression that makes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from deskcore.hours import Calendar, EveryYear, Holidays, OnDates, Special, business
from deskcore.hours.interval import Interval

PLAIN = Calendar.weekly("Mon-Fri 09:00-17:00", tz="Europe/Paris")


@pytest.mark.parametrize(
    "calendar",
    [
        PLAIN,
        Calendar.weekly("24/7", tz="UTC", name="round the clock"),
        Calendar.weekly("Mon 22:00-06:00", tz="Asia/Tokyo", breaks="23:00-23:30", holidays="JP"),
        Calendar.weekly("Mon 09:00-12:00", tz="Europe/Berlin", holidays="DE-BY"),
        Calendar.weekly("Mon 09:00-12:00", tz="Europe/Berlin", holidays=Holidays("DE", language="de")),
        Calendar.weekly("Mon 09:00-12:00", tz="UTC", holidays=[EveryYear("12-24", "12-26")], special=[Special(EveryYear("06-01", "08-31"), "off")]),
        Calendar.always(),
        Calendar.never(tz="+02:00", name="shut"),
        PLAIN | Calendar.always() | Calendar.never(),
        PLAIN & ~Calendar.always(),
        PLAIN - (Calendar.never() | PLAIN),
        (PLAIN | Calendar.always()).named("either"),
    ],
)  # fmt: skip
def test_what_is_printed_builds_the_calendar_again(calendar: Calendar) -> None:
    """With the names of this room in reach."""
    assert eval(repr(calendar)) == calendar


def test_long_lists_of_dates_are_cut_short() -> None:
    days: list[date | tuple[date | str, str]] = [
        (date(2026, 1, 1), "New Year"),
        *(date(2026, 2, day) for day in range(1, 9)),
    ]
    assert repr(Calendar.weekly("off", tz="UTC", holidays=days)).endswith(
        "holidays=<2026-01-01 New Year, 2026-02-01, 2026-02-02 and 6 more>)"
    )
    assert "[<2026-01-01>, 'NL']" in repr(Calendar.weekly("off", tz="UTC", holidays=[OnDates.of(["2026-01-01"]), "NL"]))


def test_ranges_and_versions_print_their_instants() -> None:
    short = PLAIN.restricted(date(2026, 1, 1), name="fair")
    assert repr(short) == f"{PLAIN!r}.restricted(2025-12-31T23:00:00+00:00, None, name='fair')"
    desk = Calendar.versions(PLAIN, (datetime(2026, 3, 1, tzinfo=UTC), Calendar.always()))
    assert repr(desk) == f"Calendar.versions({PLAIN!r}, (2026-03-01T00:00:00+00:00, Calendar.always(tz='UTC')))"
    assert repr(PLAIN.pin(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))).startswith(
        "Calendar(Pinned("
    )


def test_a_named_calendar_goes_by_its_name() -> None:
    assert str(PLAIN.named("office")) == "office"
    assert str(PLAIN) == repr(PLAIN)


def test_an_interval_is_a_pair_of_instants() -> None:
    span = next(PLAIN.intervals(datetime(2026, 5, 22, tzinfo=UTC)))
    start, end = span
    assert (start, end) == (span.start, span.end)
    assert span == Interval(start.astimezone(UTC), end.astimezone(UTC))
    assert span.open_time == business(hours=8)
    assert start in span
    assert end not in span
    assert str(span) == "2026-05-22T09:00:00+02:00 - 2026-05-22T17:00:00+02:00"
