"""Texts of instants, written the quick way."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import DAY, from_us
from deskcore.hours.stamps import iso_text

ZONES = [
    UTC,
    timezone(timedelta(hours=5, minutes=45, seconds=7)),
    *map(
        ZoneInfo, ("Europe/Amsterdam", "Australia/Lord_Howe", "Africa/Casablanca", "America/New_York", "Asia/Kolkata")
    ),
]


@given(st.integers(-40_000 * DAY, 80_000 * DAY), st.sampled_from(ZONES))
@settings(max_examples=300)
def test_the_text_is_that_of_the_datetime(us: int, zone: ZoneInfo) -> None:
    """Before 1970 and long after it, with fractions of a second, in zones of any offset."""
    assert iso_text(us, zone) == from_us(us, zone).isoformat()


@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_the_text_is_right_around_changes_of_offset(zone: ZoneInfo) -> None:
    """Every half hour of a year, in which most of these zones change twice."""
    for half_hour in range(2 * 24 * 365):
        us = 1_767_225_600_000_000 + half_hour * 1_800_000_000
        assert iso_text(us, zone) == from_us(us, zone).isoformat()
