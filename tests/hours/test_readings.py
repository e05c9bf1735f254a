"""The other readings of edges that the clock does not show exactly once, and the peers that have them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import from_us
from deskcore.errors import InvalidConfiguration, InvalidValue
from deskcore.hours import BusinessDuration, Calendar
from deskcore.hours.wall_clock import EPOCH_DAY, InFold, InGap, Reading, edge_read, offset_runs
from deskcore.testing.hours import ZONES, offset_changes
from deskcore.testing.hours_oracle import minutes_between
from deskcore.wire import Converter
from tests.conformance.business_time import calendar_of

NEW_YORK = ZoneInfo("America/New_York")
GAPS: tuple[InGap, ...] = ("jump", "shift")
FOLDS: tuple[InFold, ...] = ("first", "second")


def _start(hours: str, day: datetime, in_gap: InGap = "jump", in_fold: InFold = "first") -> str:
    calendar = Calendar.weekly(hours, tz=NEW_YORK, in_gap=in_gap, in_fold=in_fold)
    found = calendar.next_start(day)
    assert found is not None
    return found.isoformat()


def test_an_edge_in_a_gap_is_the_jump_or_as_far_past_it() -> None:
    night = datetime(2026, 3, 8, tzinfo=NEW_YORK)
    assert _start("02:30-09:00", night) == "2026-03-08T03:00:00-04:00"
    assert _start("02:30-09:00", night, in_gap="shift") == "2026-03-08T03:30:00-04:00"


def test_a_repeated_edge_is_the_first_or_the_second_time() -> None:
    night = datetime(2026, 11, 1, tzinfo=NEW_YORK)
    assert _start("01:30-09:00", night) == "2026-11-01T01:30:00-04:00"
    assert _start("01:30-09:00", night, in_fold="second") == "2026-11-01T01:30:00-05:00"


def test_a_shifted_span_that_would_end_before_it_begins_is_left_out() -> None:
    calendar = Calendar.weekly("Sun 02:30-03:15", tz=NEW_YORK, in_gap="shift")
    night = datetime(2026, 3, 8, tzinfo=NEW_YORK)
    assert not list(calendar.intervals(night, night + timedelta(days=1)))


@given(
    zone=st.sampled_from(ZONES),
    change=st.integers(0, 10_000),
    minutes=st.integers(-200, 200),
    in_fold=st.sampled_from(FOLDS),
)
def test_a_shifted_or_second_edge_is_what_the_standard_library_calls_it(
    zone: str, change: int, minutes: int, in_fold: InFold
) -> None:
    """``shift`` is ``fold=0`` in a gap; ``first`` and ``second`` are ``fold`` 0 and 1 of a repeated time."""
    changes = offset_changes(zone) or [datetime(2020, 3, 1, tzinfo=UTC)]
    at = changes[change % len(changes)]
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0) + timedelta(minutes=minutes)
    day = local.toordinal() - EPOCH_DAY
    shown = (day * 86_400 + local.hour * 3_600 + local.minute * 60) * 1_000_000
    found = edge_read(offset_runs(zone, shown - 2 * 10**11, shown + 2 * 10**11), shown, Reading("shift", in_fold))
    one, other = (local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    assert from_us(found) == (max(one, other) if one > other or in_fold == "second" else one)


@given(
    zone=st.sampled_from(ZONES),
    change=st.integers(0, 10_000),
    in_gap=st.sampled_from(GAPS),
    in_fold=st.sampled_from(FOLDS),
)
@settings(max_examples=25)
def test_nights_of_a_change_are_counted_as_the_oracle_counts_under_every_reading(
    zone: str, change: int, in_gap: InGap, in_fold: InFold
) -> None:
    changes = offset_changes(zone) or [datetime(2020, 3, 1, tzinfo=UTC)]
    at = changes[change % len(changes)]
    hours = "Mon-Sun 00:15-02:30,02:45-03:15,22:00-00:30"
    calendar = Calendar.weekly(hours, tz=zone, breaks="01:30-01:45", in_gap=in_gap, in_fold=in_fold)
    start, end = at - timedelta(hours=8), at + timedelta(hours=8)
    assert calendar.between(start, end).open_time == timedelta(minutes=minutes_between(calendar, start, end))
    assert calendar.explain(start, end).total == calendar.between(start, end)


def test_a_reading_is_kept_by_print_wire_and_equality() -> None:
    other = Calendar.weekly("02:30-09:00", tz=NEW_YORK, in_gap="shift", in_fold="second")
    assert repr(other).endswith("in_gap='shift', in_fold='second')")
    assert Converter().load(Converter().dump(other, Calendar), Calendar) == other
    assert other != Calendar.weekly("02:30-09:00", tz=NEW_YORK)
    with pytest.raises(InvalidValue, match="in_gap"):
        other.to_text()


def test_another_word_for_a_reading_is_refused_with_the_accepted_ones() -> None:
    with pytest.raises(InvalidConfiguration, match=r"jump, shift(.|\n)*first, second"):
        Calendar.weekly("09:00-17:00", tz="UTC", in_gap="skip", in_fold="third")  # type: ignore[arg-type]


# -- the peers' own answers, by the option that the reference names


def _instant(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def _seconds(case: dict[str, Any]) -> BusinessDuration:
    return BusinessDuration(timedelta(seconds=case["args"]["seconds"]))


def _rolled(case: dict[str, Any]) -> object:
    ask = getattr(calendar_of(case["schedule"]), case["op"])
    return ask(_instant(case["args"]["at"]), _seconds(case), cross_gap=True)


def _with(in_gap: InGap = "jump", in_fold: InFold = "first") -> Callable[[dict[str, Any]], object]:
    def answer(case: dict[str, Any]) -> object:
        schedule = case["schedule"]
        calendar = Calendar.weekly(schedule["hours"], tz=schedule["time_zone"], in_gap=in_gap, in_fold=in_fold)
        args = [_instant(each) for each in case["args"].values()]
        if case["op"] == "intervals":
            # The dates of the question have no special hours in this case.
            return [[span.start.isoformat(), span.end.isoformat()] for span in calendar.intervals(*args)]
        return getattr(calendar, case["op"])(*args)

    return answer


def _clamped(case: dict[str, Any]) -> object:
    found = calendar_of(case["schedule"]).between(*(_instant(each) for each in case["args"].values()))
    return max(found.open_time, timedelta(0)).total_seconds()


def _closed_end(case: dict[str, Any]) -> object:
    calendar, at = calendar_of(case["schedule"]), _instant(case["args"]["at"])
    return calendar.is_open(at) or calendar.previous_close(at) == at


def _rounded(case: dict[str, Any]) -> object:
    found = calendar_of(case["schedule"]).between(*(_instant(each) for each in case["args"].values()))
    return round(found.open_time.total_seconds())


READINGS: dict[str, Callable[[dict[str, Any]], object]] = {
    "biz-022": _rolled,
    "pandas-007": _rolled,
    "pandas-015": _rolled,
    "pandas-049": _rolled,
    "biz-044": _with(in_gap="shift"),
    "biz-046": _with(in_gap="shift"),
    "biz-061": _with(in_fold="second"),
    "Znuny-015": _clamped,
    "moment-business-time-001": _closed_end,
    "working_hours-097": _rounded,
}
NO_READING = {"biz-057"}  # a defect of the peer: a shift matched by the date in UTC


def test_every_peer_that_reads_it_otherwise_is_answered_by_an_option(shared: Path) -> None:
    cases = json.loads((shared / "vectors" / "business-time.json").read_text())
    differing = {case["id"]: case for case in cases if "peer_expect" in case}
    assert differing.keys() == READINGS.keys() | NO_READING
    for name, answer in READINGS.items():
        found, theirs = answer(differing[name]), differing[name]["peer_expect"]
        if isinstance(found, datetime):
            assert found == _instant(theirs), name
        else:
            assert found == theirs, name


def test_a_whole_calendar_day_is_closed_by_a_break() -> None:
    """A holiday leaves the night before alone; with a break over the date it ends at midnight, as in OSM."""
    night, holiday = {"fri": ["20:00-04:00"]}, date(2026, 1, 10)
    start, end = datetime(2026, 1, 9, tzinfo=UTC), datetime(2026, 1, 12, tzinfo=UTC)
    plain = Calendar.weekly(night, tz="UTC", holidays=[holiday])
    cleared = Calendar.weekly(night, tz="UTC", holidays=[holiday], dated_breaks={holiday: "00:00-24:00"})
    assert [calendar.between(start, end).open_time.total_seconds() / 3_600 for calendar in (plain, cleared)] == [8, 4]


def test_a_day_counted_on_the_clock_itself_has_twenty_four_hours() -> None:
    """With local times said to be UTC, as libraries count that look at the clock: 24 hours, where 25 pass."""
    start, end = datetime(2026, 11, 1, tzinfo=NEW_YORK), datetime(2026, 11, 2, tzinfo=NEW_YORK)
    passed = Calendar.weekly("24/7", tz=NEW_YORK).between(start, end)
    shown = Calendar.weekly("24/7", tz="UTC").between(start.replace(tzinfo=UTC), end.replace(tzinfo=UTC))
    assert [amount.open_time for amount in (passed, shown)] == [timedelta(hours=25), timedelta(hours=24)]


def test_where_there_is_no_opening_the_instant_itself_may_stand_for_it() -> None:
    at = datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert (Calendar.never().next_open(at) or at) == at
