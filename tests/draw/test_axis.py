"""Axes: ticks are few, in order, apart, and true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from deskcore._draw.axis import NumberAxis, TimeAxis, axis_of, moment_label
from deskcore._draw.frame import spread
from deskcore._draw.svg import text_width
from deskcore.errors import InvalidValue
from tests.draw.strategies import INSTANTS, NUMBERS

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SPANS = st.one_of(st.timedeltas(timedelta(seconds=1), timedelta(days=3)), st.timedeltas(timedelta(1), timedelta(36500)))


@given(start=INSTANTS, span=SPANS, length=st.floats(50, 1500))
def test_labels_along_time_keep_apart(start: datetime, span: timedelta, length: float) -> None:
    """Beside each other every two labels have room, whatever the span; the first may name its day as well."""
    assume((start + span).astimezone(UTC) > start.astimezone(UTC))
    ticks = TimeAxis(start, start.astimezone(UTC) + span).ticks(length)
    assert all(0 <= tick.share <= 1 for tick in ticks)
    for before, after in list(pairwise(ticks))[1:]:
        room = (after.share - before.share) * length
        assert room > (text_width(before.label, 11) + text_width(after.label, 11)) / 2 - 12


@given(low=NUMBERS, high=NUMBERS, length=st.floats(50, 1500))
def test_ticks_of_numbers_are_few_and_rising(low: float, high: float, length: float) -> None:
    assume(high - low > 1e-6)
    shares = [tick.share for tick in NumberAxis(low, high).ticks(length)]
    assert shares == sorted(shares)
    assert len(shares) <= length / 20 + 2


@given(values=st.lists(NUMBERS, min_size=1, max_size=6))
def test_an_axis_holds_its_values_and_zero(values: list[float]) -> None:
    axis = NumberAxis.around([float(value) for value in values])
    assert all(-1e-9 <= axis.share(float(value)) <= 1 + 1e-9 for value in [*values, 0.0])


def test_days_are_told_in_the_zone_of_the_start() -> None:
    axis = TimeAxis(datetime(2026, 5, 22, 12, tzinfo=AMSTERDAM), datetime(2026, 5, 25, 12, tzinfo=AMSTERDAM))
    assert [tick.label for tick in axis.ticks(300)] == ["Sat 23 May", "Sun 24 May", "Mon 25 May"]
    assert axis.ticks(300)[0].share == pytest.approx(12 / 72)


def test_an_hour_that_does_not_exist_has_no_tick_of_its_own() -> None:
    axis = TimeAxis(datetime(2026, 3, 29, 0, tzinfo=AMSTERDAM), datetime(2026, 3, 29, 6, tzinfo=AMSTERDAM))
    assert [tick.label for tick in axis.ticks(600)] == ["Sun 29 Mar", "01:00", "02:00", "04:00", "05:00", "06:00"]


def test_a_decade_is_told_in_years() -> None:
    axis = TimeAxis(datetime(2016, 5, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))
    assert [tick.label for tick in axis.ticks(600)][:2] == ["2018", "2020"]


def test_one_instant_alone_still_has_an_axis() -> None:
    noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    assert axis_of([noon]).share(noon) == 0


def test_an_axis_must_rise() -> None:
    noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    with pytest.raises(InvalidValue, match="must rise"):
        TimeAxis(noon, noon)
    with pytest.raises(InvalidValue, match="must rise"):
        NumberAxis(1, 1)


def test_seconds_are_told_only_when_there_are_any() -> None:
    assert moment_label(datetime(2026, 5, 22, 9, 0, 7, tzinfo=UTC)) == "Fri 22 May 2026 09:00:07"


@given(labels=st.lists(st.tuples(st.floats(0, 500), st.floats(1, 100)), max_size=12))
def test_labels_on_one_row_never_overlap(labels: list[tuple[float, float]]) -> None:
    rows = spread(labels)
    for row in set(rows):
        held = sorted(label for label, place in zip(labels, rows, strict=True) if place == row)
        for (left, left_width), (right, right_width) in pairwise(held):
            assert left + left_width / 2 <= right - right_width / 2
