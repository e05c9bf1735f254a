"""What every value shares: exact instants, refusal of naive ones, versions by date, mappings that never change."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore._value import FrozenDict, Version, Versions, from_us, require_aware, to_us
from deskcore.errors import InvalidValue, OutOfRange

MOMENTS = st.datetimes(timezones=st.timezones(), min_value=datetime(1900, 1, 2), max_value=datetime(2200, 1, 1))


@given(MOMENTS)
def test_microseconds_and_back_is_the_same_instant(moment: datetime) -> None:
    assert from_us(to_us(moment)) == moment.astimezone(UTC)


@given(MOMENTS, MOMENTS)
def test_microseconds_order_as_instants_do_even_in_one_zone(a: datetime, b: datetime) -> None:
    """Python compares wall clocks where two datetimes share a zone; integers do not."""
    assert (to_us(a) < to_us(b)) == (a.astimezone(UTC) < b.astimezone(UTC))


def test_a_repeated_hour_counts_both_times() -> None:
    paris = ZoneInfo("Europe/Paris")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=paris)
    assert to_us(first.replace(fold=1)) - to_us(first) == to_us(datetime(1970, 1, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("moment", [datetime(2026, 5, 22), "2026-05-22", None])
def test_a_naive_instant_is_refused_with_the_fix(moment: object) -> None:
    with pytest.raises(InvalidValue, match="at must carry a time zone, for example"):
        require_aware("at", moment)


def test_to_us_refuses_naive_too() -> None:
    with pytest.raises(InvalidValue, match="must carry a time zone"):
        to_us(datetime(2026, 5, 22))


def test_from_us_answers_in_the_zone_asked_for() -> None:
    assert from_us(0, timezone(timedelta(hours=2))).isoformat() == "1970-01-01T02:00:00+02:00"


def test_versions_hold_from_their_date_on() -> None:
    book = Versions((Version(date(2026, 1, 1), "a"), Version(date(2026, 3, 1), "b")))
    assert [book.on(date(2026, 2, 28)), book.on(date(2026, 3, 1)), book.on(date(2030, 1, 1))] == ["a", "b", "b"]
    with pytest.raises(OutOfRange, match="dates from 2026-01-01 on"):
        book.on(date(2025, 12, 31))


def test_versions_rise_and_are_not_empty() -> None:
    with pytest.raises(InvalidValue, match="at least one version"):
        Versions(())
    with pytest.raises(InvalidValue, match="strictly rising"):
        Versions((Version(date(2026, 3, 1), "b"), Version(date(2026, 3, 1), "a")))


def test_a_frozen_mapping_never_changes_hashes_and_pickles() -> None:
    items = FrozenDict({"a": 1, "b": 2})
    assert hash(items) == hash(FrozenDict({"b": 2, "a": 1}))
    assert pickle.loads(pickle.dumps(items)) == items == {"b": 2, "a": 1}
    assert items.without("a") == {"b": 2}
    assert items.with_item("a", 3)["a"] == 3
    assert items != 1
    with pytest.raises(AttributeError):
        items._items = {}
