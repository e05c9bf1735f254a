"""The compact text form: what it says, how it is written back, what it refuses and where."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.errors import InvalidConfiguration, InvalidValue
from deskcore.hours import Calendar, EveryYear, OnDates, Recurring, Special, business
from deskcore.hours.text import read_rules
from deskcore.hours.week import normal_week
from deskcore.testing.hours import hours_of_a_day, weeks

CLOSED = OnDates.of([(date(2026, 12, 25), "Christmas Day")])


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Mo-Fr 9:00-17:00", "Mon-Fri 09:00-17:00"),
        ("Monday,wednesday 09:00-12:00", "Mon,Wed 09:00-12:00"),
        ("Sat-Mon 10:00-12:00", "Mon,Sat,Sun 10:00-12:00"),
        ("Mon-Fri 09:00-12:30 13:30-18:00", "Mon-Fri 09:00-12:30,13:30-18:00"),
        ("Mon-Fri 13:00-17:00,09:00-13:00", "Mon-Fri 09:00-17:00"),
        ("Mon-Fri 09:00-17:00; Fri 09:00-15:00", "Mon-Thu 09:00-17:00; Fri 09:00-15:00"),
        ("Mon-Fri 09:00-17:00; Wed off", "Mon,Tue,Thu,Fri 09:00-17:00"),
        ("Mon-Fri 22:00-06:00", "Mon-Fri 22:00-06:00"),
        ("Mon-Sun 00:00-24:00", "24/7"),
        ("Mon 09:00-09:00", "Mon 09:00-09:00"),
        ("Mon 06:00-20:00,20:00-10:00", "Mon 06:00-10:00,10:00-10:00"),
        ("Mon 09:00:30-17:00", "Mon 09:00:30-17:00"),
        ("09:00-17:00", "09:00-17:00"),
        ("24/7", "24/7"),
        ("", "off"),
        ("closed", "off"),
        (" ; Mon 09:00-10:00 ; ", "Mon 09:00-10:00"),
    ],
)
def test_a_week_has_one_normal_form(written: str, normal: str) -> None:
    assert normal_week("hours", written) == normal
    assert normal_week("hours", normal) == normal


@pytest.mark.parametrize(
    ("text", "column", "said"),
    [
        ("Mon-Fri 9-17", 9, "expected a time such as 09:00"),
        ("Mon-Fri 09:61-17:00", 9, "60 minutes"),
        ("Mon-Fri 25:00-26:00", 9, "within the day"),
        ("Mon-Fri 09:00-24:30", 15, "within the day"),
        ("Mon-Fri 24:00-06:00", 9, "start before 24:00"),
        ("Mon-Fry 09:00-17:00", 1, "expected a weekday"),
        ("Mon-Fri", 8, "expected hours"),
        ("Mon-Fri 09:00", 9, "expected hours such as 09:00-17:30"),
        ("Mon-Fri 09:00-12:00,11:00-13:00", 21, "overlaps"),
        ("Mon 09:00-17:00; Blursday 09:00-17:00", 18, "expected a weekday"),
        ("Mon 09:00-17:00; PH off", 18, "give it some with holidays="),
        ("Mon 09:00-17:00; Feb 30 off", 18, "no such day"),
        ("Mon 09:00-17:00; 2026-02-29 off", 18, "no such date"),
        ("Dec 24 off; Mon 09:00-17:00", 13, "come before"),
        ('Mon 09:00-17:00 "hello"', 17, "a comment names dates"),
        ("Dec 24 24/7", 8, "expected hours such as 00:00-24:00"),
        ("Dec 24, 09:00-12:00", 9, "expected a date"),
        ("Dec 09:00-20:00; Dec 10-20 Sun off", 18, "earlier rule"),
    ],
)
def test_a_mistake_is_shown_at_its_column(text: str, column: int, said: str) -> None:
    with pytest.raises(InvalidValue, match=rf"unreadable at column {column}: .*{said}"):
        read_rules(text, ())


def test_holidays_are_closed_without_being_told() -> None:
    plain = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC", holidays=CLOSED)
    assert Calendar.weekly("Mon-Fri 09:00-17:00; PH off", tz="UTC", holidays=CLOSED) == plain
    assert plain.to_text() == "Mon-Fri 09:00-17:00; PH off"


def test_holidays_may_have_hours_of_their_own() -> None:
    calendar = Calendar.weekly("Mon-Fri 09:00-17:00; PH 10:00-14:00", tz="UTC", holidays=CLOSED)
    christmas = datetime(2026, 12, 25, tzinfo=UTC)
    assert calendar.between(christmas, christmas + timedelta(days=1)) == business(hours=4)


@pytest.mark.parametrize(
    ("rule", "days", "normal"),
    [
        ("Dec 24 off", EveryYear("12-24", "12-24"), "Dec 24 off"),
        ("December 24-31 09:00-12:00", EveryYear("12-24", "12-31"), "Dec 24-31 09:00-12:00"),
        ("Dec 24-Jan 2 09:00-12:00", EveryYear("12-24", "01-02"), "Dec 24-Jan 02 09:00-12:00"),
        ("Jun-Aug 08:00-15:00", EveryYear("06-01", "08-31"), "Jun-Aug 08:00-15:00"),
        ("Feb 09:00-12:00", EveryYear("02-01", "02-29"), "Feb 09:00-12:00"),
        ('2026 Dec 31 off "stocktaking"', OnDates.of([("2026-12-31", "stocktaking")]), '2026 Dec 31 off "stocktaking"'),
        ("2026-12-31,2027-12-31 off", OnDates.of(["2026-12-31", "2027-12-31"]), "2026 Dec 31,2027 Dec 31 off"),
    ],
)
def test_dated_rules_are_read_and_written_back(rule: str, days: EveryYear | OnDates, normal: str) -> None:
    calendar = Calendar.weekly(f"Mon-Fri 09:00-17:00; {rule}", tz="UTC")
    assert calendar.hours.special[0].days == days  # type: ignore[attr-defined]
    assert calendar.to_text() == f"Mon-Fri 09:00-17:00; {normal}"
    assert Calendar.weekly(calendar.to_text(), tz="UTC") == calendar


@pytest.mark.parametrize(
    "text",
    [
        "Mon 10:00-12:00; PH off; Dec 25 Mon 10:00-12:00",
        "Mon,Sat,Sun 10:00-12:00; PH off; Feb 09:00-12:00; Dec 25 Sun off",
        'Mon-Fri 09:00-17:00; PH 10:00-14:00; 2026 Dec 25 09:00-12:00 "Christmas Day"',
    ],
)
def test_dated_rules_may_repeat_the_week_or_speak_of_a_holiday(text: str) -> None:
    """Such calendars can be written down and read back, on whatever dates the holidays fall."""
    calendar = Calendar.weekly(text, tz="UTC", holidays=CLOSED)
    assert Calendar.weekly(calendar.to_text(), tz="UTC", holidays=CLOSED) == calendar


def test_a_dated_rule_for_a_holiday_gives_way_to_it() -> None:
    """Whether the holidays are an own list or come from elsewhere."""
    text = 'Mon-Fri 09:00-17:00; PH off; 2026-12-25 09:00-12:00 "Christmas Day"'
    christmas = datetime(2026, 12, 25, tzinfo=UTC)
    for holidays in (CLOSED, EveryYear("12-25", "12-25")):
        calendar = Calendar.weekly(text, tz="UTC", holidays=holidays)
        assert calendar.between(christmas, christmas + timedelta(days=1)) == business(hours=0)


def test_a_rule_for_some_weekdays_leaves_the_others_alone() -> None:
    text = "Mon-Fri 09:00-17:00; Sat 10:00-14:00; Jun-Aug Mon-Fri 08:00-15:00"
    calendar = Calendar.weekly(text, tz="UTC")
    saturday = datetime(2026, 7, 4, tzinfo=UTC)
    assert calendar.between(saturday, saturday + timedelta(days=1)) == business(hours=4)
    assert calendar.to_text() == text


@given(
    week=weeks(),
    first=st.sampled_from(["01-01", "02-29", "06-01", "12-24"]),
    last=st.sampled_from(["01-31", "02-29", "08-31", "12-31"]),
    own=weeks() | hours_of_a_day(),
    named=st.sampled_from(["", "season"]),
    holidays=st.booleans(),
)
@settings(max_examples=80)
def test_what_lies_within_the_grammar_round_trips(
    week: str, first: str, last: str, own: str, named: str, holidays: bool
) -> None:
    """The text, read with the same holidays, is the same calendar."""
    closed = (CLOSED,) if holidays else ()
    special = Special(EveryYear(first, last, named), own)
    calendar = Calendar.weekly(week, tz="UTC", holidays=closed, special=[special] if own != week else [])
    try:
        text = calendar.to_text()
    except InvalidValue as error:
        assert "outside the text form" in str(error)  # noqa: PT017 - a repetition of the week's own hours
        return
    assert Calendar.weekly(text, tz="UTC", holidays=closed) == calendar


@pytest.mark.parametrize(
    ("calendar", "named"),
    [
        (Calendar.always(), "Always"),
        (Calendar.weekly("Mon 09:00-12:00", tz="UTC", breaks="10:00-10:15"), "breaks"),
        (Calendar.weekly("Mon 09:00-12:00", tz="UTC") | Calendar.never(), "Union"),
        (Calendar.weekly("Mon 09:00-12:00", tz="UTC", dated_breaks={"2026-01-05": "10:00-11:00"}), "special"),
        (Calendar.weekly("Mon 09:00-12:00", tz="UTC", special=[Special(Recurring("FREQ=DAILY", date(2026, 1, 1)), "off")]), "special"),
    ],
)  # fmt: skip
def test_what_lies_outside_the_grammar_is_named(calendar: Calendar, named: str) -> None:
    with pytest.raises(InvalidValue, match="outside the text form") as caught:
        calendar.to_text()
    assert named in str(caught.value)


PIECES = ["Mon", "Fr", "Sat-Sun", "PH", "off", "24/7", "09:00-17:00", "22:00-06:00", "Dec 24", "2026-12-31", "Jun-Aug",
          ",", ";", "-", " ", '"x"', "25:00", "closed", "2026 Feb 30", "09:00", "é", "\x00", "9999999999", "\u0660"]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=9).map(" ".join))


@given(text=TEXTS)
@settings(max_examples=300)
def test_any_text_gives_a_calendar_or_a_typed_error(text: str) -> None:
    """Never another exception, never a hang; what is read can be written back."""
    _check(text)


def _check(text: str) -> None:
    try:
        calendar = Calendar.weekly(text, tz="UTC", holidays=CLOSED)
    except InvalidConfiguration as error:
        assert "column" in str(error)  # noqa: PT017 - the place is part of the promise
        return
    assert Calendar.weekly(calendar.hours.week, tz="UTC").hours.week == calendar.hours.week  # type: ignore[attr-defined]
    calendar.next_change(datetime(2026, 1, 1, tzinfo=UTC))
