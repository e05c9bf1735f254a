"""Arrays of questions answer as single ones do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import to_us
from deskcore.errors import InvalidValue, NeverHappens, OutOfRange
from deskcore.hours import BusinessDuration, Calendar
from deskcore.testing.hours import amounts, calendars, instants

np = pytest.importorskip("numpy", reason="the extra fast is not installed")
from deskcore.hours import batch  # noqa: E402

OFFICE = Calendar.weekly("Mon-Fri 09:00-12:30,13:30-17:00", tz="America/New_York")


@given(calendar=calendars(), pairs=st.lists(st.tuples(instants(), instants()), max_size=6))
@settings(max_examples=40)
def test_between_in_a_batch_is_between_one_by_one(calendar: Calendar, pairs: list[tuple[datetime, datetime]]) -> None:
    """And so is is_open."""
    starts = np.array([to_us(start) for start, _ in pairs], dtype=np.int64)
    ends = np.array([to_us(end) for _, end in pairs], dtype=np.int64)
    assert batch.between(calendar, starts, ends).tolist() == [
        calendar.between_us(a, b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
    assert batch.is_open(calendar, starts).tolist() == [calendar.is_open_us(at) for at in starts.tolist()]


@given(calendar=calendars(), at=instants(), later=amounts(), length=amounts(), cross_gap=st.booleans())
@settings(max_examples=40)
def test_add_in_a_batch_is_add_one_by_one(
    calendar: Calendar, at: datetime, later: BusinessDuration, length: BusinessDuration, cross_gap: bool
) -> None:
    """The same instants, the same error."""
    starts = [to_us(at), to_us(at.astimezone(UTC) + abs(later.open_time)), to_us(at)]
    lengths = [length.microseconds, -length.microseconds, 0]
    try:
        expected = [calendar.add_us(a, b, cross_gap=cross_gap) for a, b in zip(starts, lengths, strict=True)]
    except (NeverHappens, OutOfRange) as error:
        with pytest.raises(type(error)):
            batch.add(calendar, np.array(starts), np.array(lengths), cross_gap=cross_gap)
        return
    assert batch.add(calendar, np.array(starts), np.array(lengths), cross_gap=cross_gap).tolist() == expected


def test_datetimes_come_back_as_datetimes() -> None:
    starts = np.array([["2026-05-22T16:00"], ["2026-05-23T12:00"]], dtype="datetime64[s]")
    ends = np.array(["2026-05-26T10:00", "2026-05-26T14:00"], dtype="datetime64[ns]")
    found = batch.between(OFFICE, starts, ends)
    assert found.dtype == "timedelta64[us]"
    assert found.shape == (2, 2)
    assert (
        found[0, 1]
        == OFFICE.between(datetime(2026, 5, 22, 16, tzinfo=UTC), datetime(2026, 5, 26, 14, tzinfo=UTC)).open_time
    )
    assert batch.add(OFFICE, starts, np.timedelta64(2, "h")).dtype == "datetime64[us]"


def test_hours_with_tiny_gaps_fall_back_to_a_search() -> None:
    tiny = Calendar.weekly("09:00-09:00:01,09:00:02-17:00", tz="UTC")
    at = np.array(
        [to_us(datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=600 * n, hours=9, seconds=1)) for n in range(20)]
    )
    assert batch.between(tiny, at[:-1], at[1:]).tolist() == [
        tiny.between_us(a, b) for a, b in zip(at.tolist(), at.tolist()[1:], strict=False)
    ]


def test_nothing_asked_is_nothing_answered() -> None:
    empty = np.array([], dtype=np.int64)
    assert batch.between(OFFICE, empty, empty).shape == (0,)
    assert batch.add(OFFICE, empty, empty).shape == (0,)
    assert batch.is_open(OFFICE, empty).shape == (0,)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (np.array([1.5]), "starts must be an array of int64"),
        (np.array(["NaT"], dtype="datetime64[us]"), "no NaT"),
        (np.array([1], dtype="datetime64[ns]"), "below a microsecond"),
        (np.array([1], dtype="timedelta64[s]"), "starts must be an array of int64"),
    ],
)
def test_arrays_that_mean_something_else_are_refused(wrong: Any, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        batch.between(OFFICE, wrong, np.array([0]))


def test_instants_out_of_range_are_refused() -> None:
    with pytest.raises(OutOfRange):
        batch.between(OFFICE, np.array([0]), np.array([2**62]))
