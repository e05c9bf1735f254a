"""The engine against the oracle that walks minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deskcore.hours import Calendar
from deskcore.testing.hours import ZONES, calendars, instants, offset_changes
from deskcore.testing.hours_oracle import minutes_between, walk


@given(calendar=calendars(), at=instants(whole_minutes=True), hours=st.integers(1, 60))
@example(
    calendar=Calendar.weekly("Mon-Sun 20:00-04:00", tz="Pacific/Apia"),
    at=datetime(2011, 12, 29, 12, tzinfo=UTC),
    hours=60,
)
@settings(max_examples=30)
def test_every_minute_is_open_as_the_oracle_says(calendar: Calendar, at: datetime, hours: int) -> None:
    """is_open and between agree with walking, whatever the zones and the nesting."""
    end = at.astimezone(UTC) + timedelta(hours=hours)
    walked = list(walk(calendar, at, end))
    assert [is_open for _, is_open in walked] == [calendar.is_open(minute) for minute, _ in walked]
    assert calendar.between(at, end).open_time == timedelta(minutes=sum(is_open for _, is_open in walked))


TRICKY = "Mon-Sun 00:15-02:30,02:45-03:15,22:00-00:30"


def _check_change(zone: str, change: datetime) -> None:
    calendar = Calendar.weekly(TRICKY, tz=zone, breaks="01:30-01:45")
    start, end = change - timedelta(hours=27), change + timedelta(hours=27)
    assert calendar.between(start, end).open_time == timedelta(minutes=minutes_between(calendar, start, end)), change


@pytest.mark.parametrize("zone", ZONES)
def test_nights_of_an_offset_change_are_counted_as_the_oracle_counts(zone: str) -> None:
    changes = offset_changes(zone)
    for change in changes[1 :: max(len(changes) // 3, 1)][:3]:
        _check_change(zone, change)


@pytest.mark.slow
@pytest.mark.parametrize("zone", ZONES)
def test_every_offset_change_of_1990_to_2037_is_counted_as_the_oracle_counts(zone: str) -> None:
    for change in offset_changes(zone):
        _check_change(zone, change)
