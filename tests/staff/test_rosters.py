"""Rosters: rotations over clock changes, masks, layers, overrides, recurring shifts."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from deskcore.errors import InvalidValue, NeverHappens, UnknownName
from deskcore.hours import Calendar, elapsed
from deskcore.staff.layers import During, Layer, Layered, OnDuty, week_window
from deskcore.staff.overrides import (
    Overridden,
    Override,
    Replaced,
    Replacement,
    Shift,
    Substituted,
    Substitution,
    WrittenShifts,
)
from deskcore.staff.rolling import RollingShifts
from deskcore.staff.roster import Roster
from deskcore.staff.rotation import Anchor, Rotation, without
from deskcore.testing.rosters import (
    ZONES,
    check_partition,
    check_tight,
    moments,
    rolling_by_walking,
    rolling_shifts,
    rosters,
    rotation_by_walking,
    rotations,
)
from deskcore.testing.wire import check_roundtrip

FEW = settings(max_examples=40, deadline=None)
MAY = datetime(2026, 5, 4, tzinfo=UTC)


def hours_after(start: datetime, *hours: float) -> list[datetime]:
    return [start + timedelta(hours=number) for number in hours]


# --- laws


@FEW
@given(roster=rosters(), at=moments())
def test_shifts_partition_time_and_agree_with_on_call(roster: Roster, at: datetime) -> None:
    """Stretches touch, neighbours differ, and each says who is on call at both of its ends and in its middle."""
    check_partition(roster, at, at + timedelta(days=9))


@FEW
@given(roster=rosters(), at=moments())
def test_next_change_is_tight(roster: Roster, at: datetime) -> None:
    """Nothing changes strictly before it, and something does at it."""
    check_tight(roster, at)


@FEW
@given(rotation=rotations(), at=moments())
def test_a_rotation_agrees_with_walking_from_hand_off_to_hand_off(rotation: Rotation, at: datetime) -> None:
    """The closed form gives what a slow walk over local times gives, in eighteen zones."""
    assert rotation.on_call(at) == rotation_by_walking(rotation, at)


@FEW
@given(shifts=rolling_shifts(), at=moments())
def test_recurring_shifts_agree_with_walking_day_by_day(shifts: RollingShifts, at: datetime) -> None:
    """Turns by arithmetic are those that counting gives."""
    assert shifts.on_call(at) == rolling_by_walking(shifts, at)


@pytest.mark.parametrize("zone", ZONES)
def test_hours_and_days_agree_with_the_clock_minute_by_minute(zone: str) -> None:
    """Over both clock changes of a year a hand-off is at the first minute that shows its time or later."""
    tz = ZoneInfo(zone)
    daily = Rotation(("a", "b", "c"), tz=zone, on=date(2025, 1, 1), at=time(2, 30), unit="day")
    for around in _changes(tz):
        start = around - timedelta(hours=26)
        shown_best = datetime(2025, 1, 1)
        for minute in range(0, 52 * 60, 5):
            at = start + timedelta(minutes=minute)
            shown_best = max(shown_best, at.astimezone(tz).replace(tzinfo=None))
            turn = (shown_best - datetime(2025, 1, 1, 2, 30)) // timedelta(days=1)
            assert daily.on_call(at) == (("a", "b", "c")[turn % 3],), at


def _changes(tz: ZoneInfo) -> list[datetime]:
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=count) for count in range(365 * 24)]
    return [
        after
        for before, after in pairwise(hours)
        if before.astimezone(tz).utcoffset() != after.astimezone(tz).utcoffset()
    ]


@FEW
@given(roster=rosters())
def test_a_roster_comes_back_from_wire_and_pickle(roster: Roster) -> None:
    """load(dump(r)) == r, and as one of the family."""
    check_roundtrip(roster)
    check_roundtrip(roster, Roster)
    assert pickle.loads(pickle.dumps(roster)) == roster


# --- rotations


def test_a_week_is_an_hour_shorter_in_spring() -> None:
    weekly = Rotation(("a", "b"), tz="America/Chicago", on=date(2017, 3, 10), at=time(8), unit="week")
    assert weekly.shift(datetime(2017, 3, 12, tzinfo=UTC)).length == elapsed(hours=167)


def test_a_month_that_lacks_the_day_hands_over_on_its_last_and_the_next_one_on_the_day() -> None:
    monthly = Rotation(("a", "b"), tz="UTC", on=date(2026, 1, 31), at=time(9), unit="month")
    shift = monthly.shift(datetime(2026, 3, 1, tzinfo=UTC))
    assert (shift.start, shift.end) == (datetime(2026, 2, 28, 9, tzinfo=UTC), datetime(2026, 3, 31, 9, tzinfo=UTC))


def test_five_hours_are_elapsed_time_and_six_are_wall_clock_hours() -> None:
    night = datetime(2026, 3, 29, tzinfo=UTC)
    for every, hours in ((5, 5), (6, 5)):
        rotation = Rotation(("a", "b"), tz="Europe/Paris", on=date(2026, 3, 29), at=time(0), unit="hour", every=every)
        assert rotation.shift(night).length == elapsed(hours=hours)
    later = Rotation(("a", "b"), tz="Europe/Paris", on=date(2026, 3, 29), at=time(0), unit="hour", every=5)
    assert later.shift(night + timedelta(days=3)).length == elapsed(hours=5)


def test_nobody_is_on_duty_before_the_start_unless_turns_go_on_backwards() -> None:
    early = MAY - timedelta(days=1)
    plain = Rotation(("a", "b"), tz="UTC", on=MAY.date(), at=time(0), unit="day")
    assert plain.on_call(early) == ()
    assert plain.next_change(early) == MAY
    backwards = Rotation(("a", "b"), tz="UTC", on=MAY.date(), at=time(0), unit="day", before="periodic")
    assert backwards.on_call(early) == ("b",)


def test_an_anchor_says_whose_turn_a_shift_is() -> None:
    anchor = Anchor(MAY + timedelta(hours=5), 1)
    rotation = Rotation(("a", "b", "c"), tz="UTC", on=MAY.date(), at=time(0), unit="day", anchor=anchor)
    assert [rotation.on_call(at)[0] for at in hours_after(MAY, 0, 24, 48)] == ["b", "c", "a"]


def test_a_closed_shift_takes_no_turn_where_turns_need_opening() -> None:
    workdays = Calendar.weekly("Mon-Fri 00:00-24:00", tz="UTC")
    rotation = Rotation(("a", "b", "c"), tz="UTC", on=MAY.date(), at=time(0), unit="day", advance_when=workdays)
    masked = During(rotation, workdays)
    assert [masked.on_call(at) for at in hours_after(MAY, 96, 120, 168)] == [("b",), (), ("c",)]


def test_turns_that_need_opening_are_counted_far_away_and_before_the_start() -> None:
    workdays = Calendar.weekly("Mon-Fri 00:00-24:00", tz="UTC")
    names = ("a", "b", "c")
    rotation = Rotation(
        names, tz="UTC", on=MAY.date(), at=time(0), unit="day", before="periodic", advance_when=workdays
    )
    for weeks in (-200, -1, 104, 300, 3000):
        assert rotation.on_call(MAY + timedelta(weeks=weeks)) == (names[weeks * 5 % 3],)


def test_a_rotation_of_one_never_changes() -> None:
    single = Rotation(("a",), tz="UTC", on=MAY.date(), at=time(0), unit="hour")
    assert single.next_change(MAY) is None


def test_the_leaver_on_duty_stays_for_the_running_shift_and_the_next_one_follows() -> None:
    trio = Rotation(("a", "b", "c"), tz="UTC", on=MAY.date(), at=time(0), unit="day")
    fewer = without(trio, "b", at=MAY + timedelta(hours=30))
    assert [fewer.on_call(at) for at in hours_after(MAY, 29, 31, 48, 72, 96)] == [
        ("b",),
        ("b",),
        ("c",),
        ("a",),
        ("c",),
    ]


def test_two_may_leave_one_after_the_other() -> None:
    trio = Rotation(("a", "b", "c"), tz="UTC", on=MAY.date(), at=time(0), unit="day")
    two = without(trio, "a", at=MAY + timedelta(hours=30))
    one = without(two, "c", at=MAY + timedelta(hours=80))
    assert [one.on_call(at)[0] for at in hours_after(MAY, 0, 31, 49, 73, 97)] == ["a", "b", "c", "b", "b"]


def test_the_last_one_leaves_nobody() -> None:
    alone = Rotation(("a",), tz="UTC", on=MAY.date(), at=time(0), unit="day")
    empty = without(alone, "a", at=MAY + timedelta(hours=5))
    assert [empty.on_call(at) for at in hours_after(MAY, 6, 24)] == [("a",), ()]


def test_a_stranger_cannot_leave_and_written_shifts_have_no_turns() -> None:
    alone = Rotation(("a",), tz="UTC", on=MAY.date(), at=time(0), unit="day")
    with pytest.raises(UnknownName, match="cannot find person 'zoe'; known: a"):
        without(alone, "zoe", at=MAY)
    with pytest.raises(InvalidValue, match="must be a rotation"):
        without(OnDuty(("a",)), "a", at=MAY)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"every": 0}, "every must be at least 1"),
        ({"unit": "fortnight"}, "unit must be one of hour, day, week, month"),
        ({"tz": "Europe/Atlantis"}, "tz must be an IANA zone"),
        ({"before": "anybody"}, "before must be one of nobody, periodic"),
        ({"at": time(9, tzinfo=UTC)}, "at must be a wall-clock time"),
    ],
)
def test_a_rotation_that_cannot_be_is_refused(change: dict[str, object], message: str) -> None:
    plain: dict[str, object] = {"tz": "UTC", "on": MAY.date(), "at": time(0), "unit": "day"}
    with pytest.raises(InvalidValue, match=message):
        Rotation(("a",), **{**plain, **change})  # type: ignore[arg-type]


# --- masks, layers, overrides


def test_a_mask_over_the_end_of_the_week() -> None:
    weekend = During(OnDuty(("a",)), week_window("fri 20:00", "mon 08:00", tz="America/New_York"))
    assert weekend.next_change(datetime(2026, 3, 7, 12, tzinfo=UTC)) == datetime(2026, 3, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("mon 08:00", "mon 17:00", 9),
        ("mon 08:00", "mon 08:00", 168),
        ("mon 17:00", "mon 08:00", 159),
        ("tue 00:00", "wed 00:00", 24),
    ],
)
def test_a_window_of_the_week_lasts_as_long_as_it_says(start: str, end: str, hours: int) -> None:
    window = week_window(start, end, tz="UTC")
    assert window.between(MAY, MAY + timedelta(days=7)).microseconds == elapsed(hours=hours).microseconds


def test_a_window_needs_a_weekday_and_a_time() -> None:
    with pytest.raises(InvalidValue, match="must be a weekday and a time"):
        week_window("someday 08:00", "mon 08:00", tz="UTC")


def test_a_hidden_layer_changes_nothing_and_costs_nothing() -> None:
    hourly = Rotation(("b", "c"), tz="UTC", on=MAY.date(), at=time(0), unit="hour")
    assert Layered.first_wins(OnDuty(("a",)), hourly).next_change(MAY) is None


def test_of_equal_priorities_the_last_listed_alone_where_so_agreed() -> None:
    layers = (Layer(OnDuty(("a", "b"))), Layer(OnDuty(("a",))))
    assert Layered(layers).on_call(MAY) == ("a", "b")
    assert Layered(layers, "last").on_call(MAY) == ("a",)
    with pytest.raises(InvalidValue, match="ties must be one of all, last"):
        Layered((), "first")  # type: ignore[arg-type]


def test_all_overrides_look_at_the_roster_below() -> None:
    end = MAY + timedelta(hours=1)
    overrides = (
        Override(MAY, end, add="b", remove="a"),
        Override(MAY, end, add="c", remove="b"),
        Override(MAY, end, add="d"),
    )
    assert Overridden(OnDuty(("a",)), overrides).on_call(MAY) == ("b", "d")
    assert Overridden(OnDuty(("a",)), overrides).on_call(end) == ("a",)
    with pytest.raises(InvalidValue, match="or remove must name somebody"):
        Override(MAY, end)


def test_a_stand_in_is_not_replaced_in_turn_and_the_narrower_scope_comes_first() -> None:
    end = MAY + timedelta(hours=1)
    swaps = (
        Substitution(MAY, end, "a", "b"),
        Substitution(MAY, end, "b", "c"),
        Substitution(MAY, end, "a", "x", "net"),
    )
    assert Substituted(OnDuty(("a",)), swaps).on_call(MAY) == ("b",)
    assert Substituted(OnDuty(("a",)), swaps, "net").on_call(MAY) == ("x",)


def test_an_unanswered_swap_changes_nothing() -> None:
    assert Substituted(OnDuty(("a",)), (Substitution(MAY, None, "a", None),)).on_call(MAY) == ("a",)


def test_a_replacement_takes_the_whole_place_gaps_included() -> None:
    day = Replacement(MAY, MAY + timedelta(days=1), WrittenShifts((Shift(MAY, MAY + timedelta(hours=8), "z"),)))
    roster = Replaced(OnDuty(("a",)), (day,))
    assert [roster.on_call(at) for at in hours_after(MAY, 0, 9, 24)] == [("z",), (), ("a",)]
    assert [gap.start for gap in roster.gaps(MAY, MAY + timedelta(days=2))] == [MAY + timedelta(hours=8)]


def test_a_window_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidValue, match="must not lie before the start"):
        Shift(MAY, MAY - timedelta(hours=1), "a")
    with pytest.raises(InvalidValue, match="must not lie before the start"):
        OnDuty(("a",)).shifts(MAY, MAY - timedelta(hours=1))


def test_a_search_without_end_is_a_typed_error() -> None:
    twins = Rotation((("a", "b"), ("b", "a")), tz="UTC", on=MAY.date(), at=time(0), unit="hour")
    with pytest.raises(NeverHappens, match="cannot find the next change after"):
        twins.next_change(MAY)


# --- recurring shifts


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"length": elapsed(hours=0)}, "length must be some time"),
        ({"freq": "yearly"}, "freq must be one of"),
        ({"weekdays": ("funday",)}, "weekdays must be one of"),
        ({"freq": "hourly", "weekdays": ("mon",)}, "has no meaning for hours"),
        ({"every": 2, "weekdays": ("mon",)}, "has no meaning for eligible days"),
        ({"hold": 0}, "hold must be at least 1"),
    ],
)
def test_recurring_shifts_that_cannot_be_are_refused(change: dict[str, object], message: str) -> None:
    plain: dict[str, object] = {"tz": "UTC", "start": MAY, "length": elapsed(hours=8), "freq": "daily"}
    with pytest.raises(InvalidValue, match=message):
        RollingShifts(("a",), **{**plain, **change})  # type: ignore[arg-type]


def test_occurrences_that_overlap_are_on_duty_together() -> None:
    long = RollingShifts(("a", "b"), tz="UTC", start=MAY, length=elapsed(hours=36), freq="daily")
    assert [set(long.on_call(at)) for at in hours_after(MAY, 0, 24, 36)] == [{"a"}, {"a", "b"}, {"b"}]


def test_the_time_of_day_stays_over_a_clock_change() -> None:
    start = datetime(2026, 3, 28, 9, tzinfo=ZoneInfo("Europe/Paris"))
    daily = RollingShifts(("a",), tz="Europe/Paris", start=start, length=elapsed(hours=1), freq="daily")
    assert daily.next_change(datetime(2026, 3, 29, tzinfo=UTC)) == datetime(2026, 3, 29, 7, tzinfo=UTC)
