"""Facts of business time that people argue about, in their words."""

from __future__ import annotations

import pickle
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest

from deskcore.errors import InvalidValue, NeverHappens, OutOfRange
from deskcore.hours import Calendar, EveryYear, Holidays, OnDates, Recurring, Special, WorkingDays, business, elapsed
from deskcore.hours.weekly import Weekly

AMS = ZoneInfo("Europe/Amsterdam")
NY = ZoneInfo("America/New_York")
OFFICE = Calendar.weekly("Mon-Fri 09:00-17:30", tz=AMS, holidays="NL")


def at(text: str, tz: ZoneInfo = AMS) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=tz)


def test_a_friday_afternoon_reaches_past_a_long_weekend() -> None:
    assert OFFICE.add(at("2026-05-22T16:45"), business(hours=2)) == at("2026-05-26T10:15")


def test_the_closing_instant_is_closed_and_the_opening_instant_open() -> None:
    assert OFFICE.is_open(at("2026-05-22T09:00"))
    assert not OFFICE.is_open(at("2026-05-22T17:30"))


def test_a_sum_that_ends_at_the_close_ends_at_the_close() -> None:
    assert OFFICE.add(at("2026-05-22T15:30"), business(hours=2)) == at("2026-05-22T17:30")


def test_the_far_side_of_the_gap_is_the_next_opening() -> None:
    assert OFFICE.add(at("2026-05-22T15:30"), business(hours=2), cross_gap=True) == at("2026-05-26T09:00")


def test_subtracting_down_to_an_opening_gives_the_opening_or_the_close_before() -> None:
    assert OFFICE.subtract(at("2026-05-21T11:00"), business(hours=2)) == at("2026-05-21T09:00")
    assert OFFICE.subtract(at("2026-05-21T11:00"), business(hours=2), cross_gap=True) == at("2026-05-20T17:30")


def test_adding_nothing_gives_the_instant_back_or_the_next_open_one() -> None:
    saturday = at("2026-05-23T12:00")
    assert OFFICE.add(saturday, business()) == saturday
    assert OFFICE.add(saturday, business(), cross_gap=True) == at("2026-05-26T09:00")
    assert OFFICE.add(at("2026-05-22T12:00"), business(), cross_gap=True) == at("2026-05-22T12:00")


def test_microseconds_are_kept() -> None:
    start = at("2026-05-22T09:00:00.000001")
    assert OFFICE.between(start, at("2026-05-22T09:00:01")).microseconds == 999_999
    assert OFFICE.add(start, business(microseconds=1)) == at("2026-05-22T09:00:00.000002")


def test_an_open_day_has_25_hours_when_the_clocks_go_back() -> None:
    day = Calendar.weekly("24/7", tz=AMS)
    assert day.between(at("2026-10-25T00:00"), at("2026-10-26T00:00")) == business(hours=25)
    assert day.between(at("2026-03-29T00:00"), at("2026-03-30T00:00")) == business(hours=23)


def test_an_opening_in_the_gap_opens_at_the_jump() -> None:
    night = Calendar.weekly("Sun 02:30-03:15", tz=AMS)
    assert night.next_open(at("2026-03-29T00:00")) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert night.between(at("2026-03-29T00:00"), at("2026-03-29T12:00")) == business(minutes=15)


def test_an_opening_in_the_repeated_hour_opens_the_first_time() -> None:
    night = Calendar.weekly("Sun 02:30-04:00", tz=AMS)
    opening = night.next_open(at("2026-10-25T00:00"))
    assert opening is not None
    assert opening.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert night.between(at("2026-10-25T00:00"), at("2026-10-25T12:00")) == business(hours=2, minutes=30)


def test_both_readings_of_a_repeated_hour_are_told_apart() -> None:
    night = Calendar.weekly("Sun 00:00-02:30", tz=AMS)
    assert night.is_open(at("2026-10-25T02:15"))
    assert not night.is_open(at("2026-10-25T02:15").replace(fold=1))


def test_the_date_that_samoa_skipped_has_no_hours() -> None:
    apia = Calendar.weekly("09:00-17:00", tz="Pacific/Apia")
    assert apia.between(datetime(2011, 12, 29, 10, tzinfo=UTC), datetime(2012, 1, 1, 12, tzinfo=UTC)) == business(
        hours=24
    )
    assert not apia.is_working_day(date(2011, 12, 30))


def test_hours_long_before_standard_time_follow_the_zone_of_then() -> None:
    """Amsterdam kept +00:19:32 until 1937."""
    old = Calendar.weekly("09:00-17:00", tz=AMS)
    assert old.next_open(datetime(1925, 1, 1, tzinfo=UTC)) == datetime(1925, 1, 1, 8, 40, 28, tzinfo=UTC)


def test_an_overnight_interval_belongs_to_the_evening_it_starts() -> None:
    night = Calendar.weekly("22:00-06:00", tz=AMS, holidays=[date(2026, 5, 20)])
    assert night.is_open(at("2026-05-20T03:00"))
    assert not night.is_open(at("2026-05-20T23:00"))
    assert not night.is_open(at("2026-05-21T03:00"))


def test_a_break_cuts_the_instants_it_names_whoever_opened_them() -> None:
    night = Calendar.weekly("22:00-06:00", tz=AMS, dated_breaks={"2026-05-20": "00:00-24:00"})
    assert night.between(at("2026-05-19T12:00"), at("2026-05-21T12:00")) == business(hours=2 + 6)


def test_a_week_may_run_over_its_own_end() -> None:
    late = Calendar.weekly("Sun 20:00-04:00", tz=AMS)
    assert late.is_open(at("2026-05-25T03:59"))


def test_a_holiday_beats_the_hours_of_its_date_unless_they_say_otherwise() -> None:
    day = date(2026, 4, 27)
    closed = Calendar.weekly("Mon-Fri 09:00-17:00", tz=AMS, holidays="NL", dated={day: "10:00-12:00"})
    rule = Special(OnDates.of([day]), "10:00-12:00", over_holidays=True)
    opened = Calendar.weekly("Mon-Fri 09:00-17:00", tz=AMS, holidays="NL", special=[rule])
    window = at("2026-04-27T00:00"), at("2026-04-28T00:00")
    assert closed.between(*window) == business()
    assert opened.between(*window) == business(hours=2)


def test_an_extra_opening_comes_on_top_even_on_a_holiday() -> None:
    day = date(2026, 4, 27)
    calendar = Calendar.weekly(
        "Mon-Fri 09:00-17:00", tz=AMS, holidays="NL", extra={day: "10:00-12:00", date(2026, 4, 28): "18:00-19:00"}
    )
    assert calendar.between(at("2026-04-27T00:00"), at("2026-04-28T00:00")) == business(hours=2)
    assert calendar.between(at("2026-04-28T00:00"), at("2026-04-29T00:00")) == business(hours=9)


def test_half_day_holidays_keep_the_morning() -> None:
    half = Special(Holidays("GR", categories=("half_day",)), "09:00-13:00")
    athens = Calendar.weekly("Mon-Fri 09:00-17:00", tz="Europe/Athens", special=[half])
    eve = datetime(2026, 12, 24, tzinfo=athens.tz)
    assert athens.between(eve, eve + timedelta(days=1)) == business(hours=4)


def test_summer_hours_repeat_every_year_even_over_new_year() -> None:
    winter = Special(EveryYear("12-20", "01-05", "winter hours"), "Mon-Fri 10:00-14:00")
    calendar = Calendar.weekly("Mon-Fri 09:00-17:00", tz=AMS, special=[winter])
    assert [
        calendar.between(at(f"{day}T00:00"), at(f"{day}T23:00")).open_time.seconds // 3600
        for day in ("2026-12-18", "2026-12-21", "2027-01-05", "2027-01-06")
    ] == [8, 4, 4, 8]


def test_the_29th_of_february_is_left_out_where_there_is_none() -> None:
    assert EveryYear("02-29", "02-29").dates(2026, 2028) == ((date(2028, 2, 29), ""),)


def test_recurring_closures_follow_their_rule() -> None:
    monthly = Recurring("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 1, 1), "stocktaking")
    calendar = Calendar.weekly("Mon-Fri 09:00-17:00", tz=AMS, holidays=monthly)
    assert calendar.next_open(at("2026-05-29T08:00")) == at("2026-06-01T09:00")


def test_working_days_keep_the_time_of_day() -> None:
    assert OFFICE.add(at("2026-05-22T16:45"), WorkingDays(2)) == at("2026-05-27T16:45")
    assert OFFICE.add(at("2026-05-27T16:45"), WorkingDays(-2)) == at("2026-05-22T16:45")


def test_working_days_may_run_to_the_end_of_the_day() -> None:
    assert OFFICE.add(at("2026-05-22T16:45"), WorkingDays(1), end_of_day=True) == at("2026-05-26T17:30")
    assert OFFICE.add(at("2026-05-22T16:45"), WorkingDays(0), end_of_day=True) == at("2026-05-22T17:30")
    assert OFFICE.add(at("2026-05-23T16:45"), WorkingDays(0), end_of_day=True) == at("2026-05-26T17:30")


def test_five_night_shifts_are_five_working_days() -> None:
    night = Calendar.weekly("Mon-Fri 22:00-06:00", tz=AMS)
    friday = at("2026-05-22T12:00")
    assert night.add(friday, WorkingDays(1)) == at("2026-05-25T12:00")
    assert night.add(friday, WorkingDays(0), end_of_day=True) == at("2026-05-23T06:00")
    assert night.working_days_between(at("2026-05-17T12:00"), at("2026-05-24T12:00")) == WorkingDays(5)


def test_a_working_day_whose_time_the_clocks_skip_lands_after_the_jump() -> None:
    daily = Calendar.weekly("24/7", tz=AMS)
    assert daily.add(at("2026-03-28T02:30"), WorkingDays(1)) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_working_days_between_are_signed() -> None:
    assert OFFICE.working_days_between(at("2026-05-27T09:00"), at("2026-05-22T09:00")) == WorkingDays(-2)


def test_elapsed_time_passes_whether_open_or_not() -> None:
    assert OFFICE.add(at("2026-03-28T12:00"), elapsed(days=1)) == at("2026-03-29T13:00")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("next_open", None), ("next_start", None), ("next_close", None),
        ("next_change", None), ("previous_open", None), ("previous_close", None), ("previous_start", None),
    ],
)  # fmt: skip
def test_a_calendar_that_never_opens_says_so(question: str, answer: None) -> None:
    for never in (Calendar.never(), Calendar.weekly("off", tz=AMS)):
        assert getattr(never, question)(at("2026-05-22T12:00")) is answer


def test_a_calendar_that_never_closes_has_no_edges() -> None:
    always = Calendar.weekly("24/7", tz=AMS)
    noon = at("2026-05-22T12:00")
    assert always.next_close(noon) is None
    assert always.previous_open(noon) is None
    assert always.next_open(noon) == always.previous_close(noon) == noon


def test_time_that_never_comes_is_a_named_error() -> None:
    with pytest.raises(NeverHappens, match="cannot add 1 h of open time to 2026-05-22T10:00"):
        Calendar.never().add(at("2026-05-22T12:00"), business(hours=1))
    with pytest.raises(NeverHappens):
        Calendar.never().add(at("2026-05-22T12:00"), WorkingDays(1))


def test_the_years_1900_to_2200_are_answered_and_no_others() -> None:
    plain = Calendar.weekly("Mon-Fri 09:00-17:00", tz=AMS)
    assert plain.next_open(datetime(2200, 12, 1, tzinfo=UTC)) is not None
    assert plain.previous_open(datetime(1900, 1, 20, tzinfo=UTC)) is not None
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        local = Calendar.weekly("24/7", tz=zone, holidays=[date(1950, 1, 1)])
        assert local.is_open(at("1900-01-01T00:00", ZoneInfo(zone)))
        assert local.is_open(at("2200-12-31T23:59", ZoneInfo(zone)))
    with pytest.raises(OutOfRange, match="1899-12-30 to 2201-01-03"):
        plain.is_open(datetime(2201, 1, 4, tzinfo=UTC))
    with pytest.raises(OutOfRange):
        plain.between(datetime(1899, 1, 1, tzinfo=UTC), datetime(1999, 1, 1, tzinfo=UTC))


def test_follow_the_sun_is_a_union_over_zones() -> None:
    tokyo, london, la = (
        Calendar.weekly("Mon-Fri 09:00-18:00", tz=zone)
        for zone in ("Asia/Tokyo", "Europe/London", "America/Los_Angeles")
    )
    sun = tokyo | london | la
    gaps = Calendar.weekly("Mon-Fri 00:00-24:00", tz="UTC") - sun
    wednesday = datetime(2026, 1, 14, tzinfo=UTC), datetime(2026, 1, 15, tzinfo=UTC)
    assert sun.between(*wednesday) == business(hours=24)
    assert gaps.between(*wednesday) == business()
    assert (london & la).between(*wednesday) == business(hours=1)


def test_hours_of_two_zones_intersect_as_instants() -> None:
    utc = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
    la = Calendar.weekly("Mon-Fri 09:00-17:00", tz="America/Los_Angeles")
    both = utc & la
    assert both.between(datetime(2026, 1, 12, tzinfo=UTC), datetime(2026, 1, 19, tzinfo=UTC)) == business()


def test_brackets_around_a_union_never_matter() -> None:
    a, b, c = Calendar.always(), Calendar.never(), OFFICE
    assert (a | b) | c == a | (b | c)
    assert (a & b) & c == a & (b & c)


def test_a_name_keeps_a_member_together() -> None:
    sun = (OFFICE | Calendar.never()).named("sun") | Calendar.always()
    assert len(sun.hours.members) == 2  # type: ignore[attr-defined]


def test_new_hours_hold_from_their_date_in_their_own_zone() -> None:
    old = Calendar.weekly("Mon-Fri 09:00-17:00", tz=AMS)
    new = Calendar.weekly("Mon-Fri 08:00-20:00", tz=NY)
    desk = Calendar.versions(old, (date(2026, 3, 2), new))
    assert desk.next_open(at("2026-03-01T12:00")) == at("2026-03-02T08:00", NY)
    assert desk.tz == NY


def test_versions_out_of_order_are_refused() -> None:
    with pytest.raises(InvalidValue, match="strictly rising"):
        Calendar.versions(OFFICE, (date(2026, 3, 1), OFFICE), (date(2026, 3, 1), OFFICE))


def test_equal_texts_make_equal_calendars() -> None:
    assert Calendar.weekly("mo-fr 9:00-12:00 12:00-17:30", tz=AMS, holidays="NL") == OFFICE
    assert hash(
        Calendar.weekly(
            {
                "mon": ["09:00-17:30"],
                "tue": "09:00-17:30",
                "wed": [("09:00", "17:30")],
                "thu": ["09:00-17:30"],
                "fri": ["09:00-12:00", "12:00-17:30"],
            },
            tz="Europe/Amsterdam",
            holidays="NL",
        )
    ) == hash(OFFICE)


def test_the_memo_is_outside_equality_and_pickles() -> None:
    fresh = Calendar(OFFICE.hours)
    fresh.between(at("2026-01-01T00:00"), at("2027-01-01T00:00"))
    assert fresh == OFFICE
    assert len(pickle.dumps(fresh)) == len(pickle.dumps(Calendar(OFFICE.hours)))


def test_twenty_years_take_less_than_four_megabytes() -> None:
    fresh = Calendar(OFFICE.hours)
    fresh.between(at("2010-01-01T00:00"), at("2030-01-01T00:00"))
    table = fresh._table
    assert table is not None
    fresh.between(at("2020-01-01T00:00"), at("2020-01-02T00:00"))  # builds the short cut for its own zone too
    own = fresh._own
    assert own is not None
    lists = (table.edges, table.gathered, table.before, own.walls, own.gathered, own.sure)
    assert sum(sys.getsizeof(held) + sum(map(sys.getsizeof, held)) for held in lists) < 4_000_000


def test_threads_share_a_calendar() -> None:
    shared = Calendar(OFFICE.hours)
    windows = [(at(f"{1990 + n}-01-01T00:00"), at(f"{1992 + n}-05-01T00:00")) for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda window: shared.between(*window), windows * 3))
    assert answers == [Calendar(OFFICE.hours).between(*window) for window in windows] * 3


def test_intervals_come_lazily_and_without_end() -> None:
    plain = Calendar.weekly("Mon-Fri 09:00-17:00", tz=AMS)
    spans = plain.intervals(at("2026-05-22T12:00"))
    assert [next(spans).start, next(spans).start] == [at("2026-05-22T12:00"), at("2026-05-25T09:00")]
    back = plain.intervals(None, at("2026-05-22T12:00"), latest_first=True)
    assert next(back).start == at("2026-05-22T09:00")


def test_the_short_cut_for_its_own_zone_agrees_with_the_long_way() -> None:
    calendar = Calendar.weekly("00:30-02:30,02:45-03:30,22:00-23:45", tz=AMS)
    for night in ("2026-03-28", "2026-10-24"):
        start = at(f"{night}T20:00")
        walls = [start + timedelta(minutes=7 * step) for step in range(120)]
        calendar.between(start, walls[-1])
        for end in (moment.replace(fold=fold) for moment in walls for fold in (0, 1)):
            assert calendar.between(start, end) == calendar.between(start.astimezone(UTC), end.astimezone(UTC)), end


def test_hours_of_ones_own_are_a_node() -> None:
    """A host's subclass of Hours takes part in everything."""

    @attrs.frozen
    class Odd(Weekly.__mro__[1]):  # type: ignore[misc,name-defined]
        zone: str = "UTC"

        @property
        def zone_key(self) -> str:
            return self.zone

        def edges(self, low: int, high: int, zones: object) -> list[int]:
            hour = 3_600_000_000
            first = low // hour - 1
            spans = [(start * hour, start * hour + hour) for start in range(first, high // hour + 1) if start % 2]
            return [edge for a, b in spans if max(a, low) < min(b, high) for edge in (max(a, low), min(b, high))]

        def pieces(self, low: int, high: int, zones: object) -> list[object]:
            return []

    odd = Calendar(Odd())
    assert odd.between(at("2026-05-22T00:00"), at("2026-05-23T00:00")) == business(hours=12)
    assert (odd & OFFICE).next_open(at("2026-05-22T08:00")) == at("2026-05-22T09:00")


def test_working_days_of_a_union_end_with_its_last_member() -> None:
    early, late = (Calendar.weekly(hours, tz=AMS) for hours in ("Mon-Fri 08:00-12:00", "Mon-Thu 10:00-18:00"))
    both = early | late
    assert both.add(at("2026-05-20T09:00"), WorkingDays(1), end_of_day=True) == at("2026-05-21T18:00")
    assert both.add(at("2026-05-20T09:00"), WorkingDays(2), end_of_day=True) == at("2026-05-22T12:00")
    abroad = early | Calendar.weekly("Mon-Fri 09:00-17:00", tz=NY)
    assert abroad.add(at("2026-05-20T09:00"), WorkingDays(1), end_of_day=True) == at("2026-05-21T23:00")


def test_working_days_of_versions_and_pinned_hours_go_by_the_hours_in_force() -> None:
    short = Calendar.weekly("Mon-Fri 09:00-12:00", tz=AMS)
    desk = Calendar.versions(OFFICE, (date(2026, 5, 27), short))
    assert desk.add(at("2026-05-26T10:00"), WorkingDays(1), end_of_day=True) == at("2026-05-27T12:00")
    pinned = OFFICE.pin(at("2026-05-01T00:00"), at("2026-07-01T00:00"))
    assert pinned.add(at("2026-05-22T10:00"), WorkingDays(1), end_of_day=True) == at("2026-05-26T17:30")


def test_a_change_of_offset_just_before_a_table_is_not_taken_for_its_own() -> None:
    """The repeated hour ends half an hour into the pinned range: its first run lies before it."""
    change = datetime(2026, 10, 25, 1, tzinfo=UTC)
    pinned = Calendar.always(tz=AMS).pin(change + timedelta(minutes=10), change + timedelta(days=30))
    noon = at("2026-10-25T12:00")
    assert pinned.between(at("2026-10-25T02:40").replace(fold=1), noon) == business(hours=9, minutes=20)
    assert pinned.between(noon, noon + timedelta(hours=1)) == business(hours=1)
    with pytest.raises(OutOfRange):
        pinned.between(at("2026-10-25T02:40"), noon)
