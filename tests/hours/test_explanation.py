"""Why an amount of open time is what it is: reasons, in words and as data."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from deskcore.errors import OutOfRange
from deskcore.hours import Calendar, EveryYear, Special, business

AMS = ZoneInfo("Europe/Amsterdam")
OFFICE = Calendar.weekly("Mon-Fri 09:00-17:30", tz=AMS, holidays="NL", breaks="Tue 12:30-13:00")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMS)


def reasons(calendar: Calendar, start: str, end: str) -> list[tuple[str, str, str]]:
    explained = calendar.explain(at(start), at(end))
    return [(f"{piece.start:%a %H:%M}", piece.reason, piece.name) for day in explained.days for piece in day.pieces]


def test_a_long_weekend_in_one_line() -> None:
    summary = OFFICE.explain(at("2026-05-22T16:45"), at("2026-05-26T10:15")).summary()
    assert summary == "Fri 45 min; Sat, Sun closed; Mon Pentecost Monday; Tue 1 h 15 min"


def test_each_piece_has_its_reason() -> None:
    assert reasons(OFFICE, "2026-05-25T12:00", "2026-05-26T14:00") == [
        ("Mon 12:00", "holiday", "Pentecost Monday"),
        ("Tue 00:00", "outside_hours", ""),
        ("Tue 09:00", "open", ""),
        ("Tue 12:30", "break", ""),
        ("Tue 13:00", "open", ""),
    ]


def test_a_due_instant_is_explained_up_to_itself() -> None:
    why = OFFICE.explain_add(at("2026-05-22T16:45"), business(hours=2))
    assert why.due == at("2026-05-26T10:15")
    assert str(why).splitlines()[0] == "2 business hours from 2026-05-22T16:45:00+02:00"
    assert str(why).splitlines()[-2:] == ["total 2 h", "due 2026-05-26T10:15:00+02:00"]
    assert why.explain() == str(why)
    assert why.summary() == why.hours.summary()


def test_replaced_hours_and_extra_ones_are_told_apart() -> None:
    eve = Special(EveryYear("12-24", "12-24", "Christmas Eve"), "09:00-12:00")
    calendar = Calendar.weekly("Mon-Fri 09:00-17:00", tz=AMS, special=[eve], extra={date(2026, 12, 23): "20:00-21:00"})
    assert reasons(calendar, "2026-12-23T16:00", "2026-12-24T13:00") == [
        ("Wed 16:00", "extra", ""),
        ("Wed 17:00", "outside_hours", ""),
        ("Wed 20:00", "extra", ""),
        ("Wed 21:00", "outside_hours", ""),
        ("Thu 00:00", "replaced", "Christmas Eve"),
        ("Thu 09:00", "replaced_open", "Christmas Eve"),
        ("Thu 12:00", "replaced", "Christmas Eve"),
    ]


def test_members_of_a_union_are_named() -> None:
    london = Calendar.weekly("Mon-Fri 09:00-17:00", tz="Europe/London", name="London")
    both = OFFICE.named("Amsterdam") | london
    assert reasons(both, "2026-05-21T16:00", "2026-05-21T19:00") == [
        ("Thu 16:00", "open", "Amsterdam"),
        ("Thu 17:30", "open", "London"),
        ("Thu 18:00", "outside_hours", "Amsterdam"),
    ]


def test_what_a_difference_takes_away_is_named() -> None:
    drill = Calendar.weekly("Thu 10:00-11:00", tz=AMS, name="fire drill")
    assert reasons(OFFICE - drill, "2026-05-21T09:30", "2026-05-21T11:30")[1] == ("Thu 10:00", "excluded", "fire drill")


def test_a_complement_turns_reasons_round() -> None:
    assert reasons(~OFFICE.named("office"), "2026-05-21T16:00", "2026-05-21T18:00") == [
        ("Thu 16:00", "excluded", "office"),
        ("Thu 17:30", "outside_hours", "office"),
    ]


def test_the_version_in_force_is_named() -> None:
    desk = Calendar.versions(
        OFFICE.named("2025 hours"), (date(2026, 5, 22), Calendar.always(tz=AMS, name="round the clock"))
    )
    assert reasons(desk, "2026-05-21T17:00", "2026-05-22T01:00") == [
        ("Thu 17:00", "open", "2025 hours"),
        ("Thu 17:30", "outside_hours", "2025 hours"),
        ("Fri 00:00", "open", "round the clock"),
    ]


def test_a_version_without_a_name_is_told_by_its_date() -> None:
    desk = Calendar.versions(OFFICE, (date(2026, 5, 22), Calendar.always(tz=AMS)))
    names = [name for _, _, name in reasons(desk, "2026-05-21T17:00", "2026-05-22T01:00")]
    assert names == ["hours until 2026-05-22", "hours until 2026-05-22", "hours from 2026-05-22"]


def test_a_break_by_date_names_itself_and_nothing_else() -> None:
    meeting = Special(EveryYear("05-21", "05-21", "meeting"), "10:00-11:00", "break")
    calendar = Calendar.weekly("Mon-Fri 09:00-12:00", tz=AMS, special=[meeting])
    assert reasons(calendar, "2026-05-21T09:00", "2026-05-21T12:00") == [
        ("Thu 09:00", "open", ""), ("Thu 10:00", "break", "meeting"), ("Thu 11:00", "open", ""),
    ]  # fmt: skip


def test_outside_a_restriction_is_a_reason() -> None:
    fair = Calendar.always(tz=AMS).restricted(date(2026, 5, 22), date(2026, 5, 23))
    assert [reason for _, reason, _ in reasons(fair, "2026-05-21T12:00", "2026-05-24T00:00")] == [
        "outside_range", "open", "outside_range",
    ]  # fmt: skip
    assert reasons(fair, "2026-05-24T12:00", "2026-05-24T13:00") == [("Sun 12:00", "outside_range", "")]
    assert Calendar.never(tz=AMS).explain(at("2026-05-21T12:00"), at("2026-05-21T13:00")).summary() == "Thu never open"


def test_an_overnight_run_over_belongs_to_the_evening_before() -> None:
    night = Calendar.weekly("Mon-Fri 22:00-06:00", tz=AMS)
    assert reasons(night, "2026-05-22T21:00", "2026-05-23T07:00") == [
        ("Fri 21:00", "outside_hours", ""),
        ("Fri 22:00", "open", ""),
        ("Sat 00:00", "open", ""),
        ("Sat 06:00", "closed_weekday", ""),
    ]


def test_going_back_explains_the_same_and_counts_negatively() -> None:
    back = OFFICE.explain(at("2026-05-26T10:15"), at("2026-05-22T16:45"))
    assert back.total == business(hours=-2)
    assert str(back).endswith("total -2 h")


def test_a_long_span_is_summed_up_in_the_middle() -> None:
    summary = OFFICE.explain(at("2026-01-01T00:00"), at("2026-12-31T00:00")).summary()
    assert summary.startswith("Thu 1 Jan New Year's Day; Fri 2 Jan 8 h 30 min; Sat 3 Jan, Sun 4 Jan closed; Mon 5 Jan")
    assert len(summary) < 400
    assert " days " in summary


def test_the_night_of_a_change_shows_its_real_length() -> None:
    day = Calendar.always(tz=AMS).explain(at("2026-10-25T00:00"), at("2026-10-26T00:00")).days
    assert [entry.counted for entry in day] == [business(hours=25)]


def test_an_explanation_is_plain_data_too() -> None:
    data = OFFICE.explain_add(at("2026-05-22T16:45"), business(hours=2)).to_dict()
    assert json.loads(json.dumps(data))["hours"]["days"][3]["pieces"][0] == {
        "start": "2026-05-25T00:00:00+02:00",
        "end": "2026-05-26T00:00:00+02:00",
        "open": False,
        "reason": "holiday",
        "name": "Pentecost Monday",
    }


def test_seconds_are_shown_where_there_are_some() -> None:
    assert OFFICE.explain(at("2026-05-22T16:45:30"), at("2026-05-22T16:46:00.5")).summary() == "Fri 30.5 s"


def test_nothing_asked_is_nothing_explained() -> None:
    same = OFFICE.explain(at("2026-05-22T12:00"), at("2026-05-22T12:00"))
    assert same.days == ()
    assert same.summary() == "nothing asked"


def test_beyond_what_is_known_nothing_is_explained() -> None:
    with pytest.raises(OutOfRange):
        OFFICE.explain(datetime(2150, 1, 1, tzinfo=UTC), datetime(2150, 1, 2, tzinfo=UTC))
