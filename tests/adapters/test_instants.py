"""Instants as logs write them."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore.adapters.logs.instants import InstantFormat, NoZone, zone_named
from deskcore.errors import InvalidValue

NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        (InstantFormat(), "2026-05-22T12:00:00Z"),
        (InstantFormat(), "2026-05-22 14:00+02:00"),
        (InstantFormat(zone="Europe/Amsterdam"), "2026-05-22 14:00:00"),
        (InstantFormat("%d/%m/%Y %H:%M", "UTC"), "22/5/2026 12:00"),
        (InstantFormat("%Y/%m/%d %H:%M:%S.%f", "America/New_York"), "2026/05/22 08:00:00.000"),
        (InstantFormat("%Y-%m-%d %H:%M %z"), "2026-05-22 13:00 +0100"),
        (InstantFormat("epoch"), "1779451200"),
        (InstantFormat("epoch"), " 1779451200.0 "),
        (InstantFormat("epoch_ms"), "1779451200000"),
        (InstantFormat("epoch_us"), "1779451200000000"),
    ],
)
def test_every_format_reads_the_same_noon(form: InstantFormat, text: str) -> None:
    assert form.parser()(text) == NOON


def test_an_offset_in_the_text_wins_over_the_zone() -> None:
    assert InstantFormat(zone="Asia/Tokyo").parser()("2026-05-22T12:00:00+00:00") == NOON


def test_a_wall_clock_time_that_occurs_twice_is_the_first() -> None:
    parse = InstantFormat(zone="Europe/Amsterdam").parser()

    assert parse("2026-10-25T02:30") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_wall_clock_time_that_is_skipped_is_read_as_if_clocks_had_not_changed() -> None:
    parse = InstantFormat(zone="Europe/Amsterdam").parser()

    assert parse("2026-03-29T02:30") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_naive_text_without_a_zone_is_its_own_error() -> None:
    with pytest.raises(NoZone):
        InstantFormat().parser()("2026-05-22T12:00")


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00Z", "nan", "inf", "1e400", "99999999999999"])
@pytest.mark.parametrize("name", ["iso", "epoch", "%d/%m/%Y"])
def test_what_is_no_instant_is_a_value_error(name: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        InstantFormat(name, "UTC").parser()(text)


@given(st.text(max_size=30))
def test_no_text_whatever_breaks_a_parser(text: str) -> None:
    """A parser answers with an instant in UTC or with ``ValueError``, nothing else."""
    for name in ("iso", "epoch", "epoch_us", "%d/%m/%Y %H:%M"):
        try:
            found = InstantFormat(name, "Europe/Amsterdam").parser()(text)
        except ValueError:
            continue
        assert found.tzinfo is UTC


@given(st.integers(-62_000_000_000_000_000, 250_000_000_000_000_000))
def test_whole_microseconds_are_read_exactly(us: int) -> None:
    """A float would lose the last digits of a microsecond of this century."""
    found = InstantFormat("epoch_us").parser()(str(us))

    gone = found - datetime(1970, 1, 1, tzinfo=UTC)
    assert (gone.days * 86_400 + gone.seconds) * 1_000_000 + gone.microseconds == us


def test_an_unknown_zone_is_refused_with_what_may_have_been_meant() -> None:
    with pytest.raises(InvalidValue, match="did you mean 'Europe/Amsterdam'"):
        zone_named("Europe/Amsterdm")


def test_a_zone_that_is_a_path_is_refused() -> None:
    with pytest.raises(InvalidValue):
        zone_named("../../etc/passwd")


def test_a_format_pickles() -> None:
    form = InstantFormat("%d/%m/%Y", "UTC")

    assert pickle.loads(pickle.dumps(form)) == form
