"""Closures from iCalendar files: dates, times, repetitions, and faults that name their event."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.ical import Closures, closures_from, read_closures
from deskcore.errors import DeskcoreError, InvalidConfiguration, InvalidValue
from deskcore.hours import Calendar, OnDates
from tests.hours.fuzz import Damage, within

AMSTERDAM = "Europe/Amsterdam"


def ics(*events: str) -> str:
    """A calendar of events, each given as its lines."""
    inner = "".join(f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//company//calendar//EN\n{inner}END:VCALENDAR\n".replace(
        "\n", "\r\n"
    )


def closures(*events: str, start: date = date(2026, 1, 1), end: date = date(2028, 1, 1)) -> Closures:
    return closures_from(ics(*events), tz=AMSTERDAM, start=start, end=end)


def days(*events: str) -> dict[str, str]:
    return dict(closures(*events).days.entries)


def breaks(*events: str) -> list[tuple[str, str]]:
    """Date and hours of every timed closure, in order of dates."""
    return sorted(
        (day, rule.hours)
        for rule in closures(*events).breaks
        if isinstance(rule.days, OnDates)
        for day in rule.days.entries
    )


def problems(*events: str) -> list[str]:
    with pytest.raises(InvalidConfiguration) as refused:
        closures_from(ics(*events), tz=AMSTERDAM, start=date(2026, 1, 1), end=date(2027, 1, 1), source="hr.ics")
    return [str(problem) for problem in refused.value.problems]


def test_an_all_day_event_closes_its_dates_without_the_end() -> None:
    event = "SUMMARY:Betriebsferien\nDTSTART;VALUE=DATE:20261228\nDTEND;VALUE=DATE:20270101"
    assert days(event) == {f"2026-12-{day}": "Betriebsferien" for day in range(28, 32)}


@pytest.mark.parametrize("end", ["", "DTEND;VALUE=DATE:20260904", "DURATION:P1D", "DTEND;VALUE=DATE:20260905"])
def test_a_single_day_may_be_written_in_several_ways(end: str) -> None:
    assert days(f"SUMMARY:outing\nDTSTART;VALUE=DATE:20260904\n{end}") == {"2026-09-04": "outing"}


def test_the_window_cuts_what_reaches_out_of_it() -> None:
    event = "DTSTART;VALUE=DATE:20251230\nDTEND;VALUE=DATE:20260103"
    assert list(closures(event, start=date(2026, 1, 1), end=date(2026, 1, 2)).days.entries) == ["2026-01-01"]


def test_dates_that_events_share_carry_both_names() -> None:
    found = days("SUMMARY:outing\nDTSTART;VALUE=DATE:20260904", "SUMMARY:stocktaking\nDTSTART;VALUE=DATE:20260904")
    assert found == {"2026-09-04": "outing, stocktaking"}


def test_repetitions_are_worked_out_and_left_out_dates_stay_open() -> None:
    event = (
        "SUMMARY:Christmas Eve\nDTSTART;VALUE=DATE:20201224\nRRULE:FREQ=YEARLY;UNTIL=20281224T000000Z\n"
        "EXDATE;VALUE=DATE:20261224\nRDATE;VALUE=DATE:20260102,20271224"
    )
    assert days(event) == {"2026-01-02": "Christmas Eve", "2027-12-24": "Christmas Eve"}


def test_a_repetition_that_began_before_the_window_reaches_into_it() -> None:
    event = "DTSTART;VALUE=DATE:20251229\nDTEND;VALUE=DATE:20260105\nRRULE:FREQ=YEARLY;COUNT=1"
    assert list(days(event)) == ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-04"]


def test_counts_count_from_the_first_time_not_from_the_window() -> None:
    event = "DTSTART;VALUE=DATE:20251229\nRRULE:FREQ=WEEKLY;COUNT=3"
    assert list(days(event)) == ["2026-01-05", "2026-01-12"]


def test_a_timed_event_is_a_break_by_the_clock_of_the_calendar() -> None:
    event = "SUMMARY:all hands\nDTSTART:20260907T130000Z\nDTEND:20260907T143000Z"
    assert breaks(event) == [("2026-09-07", "15:00-16:30")]


def test_times_without_a_zone_are_those_of_the_calendar() -> None:
    assert breaks("DTSTART:20260907T150000\nDURATION:PT90M") == [("2026-09-07", "15:00-16:30")]


def test_a_zone_that_the_file_describes_is_known() -> None:
    zone = (
        "BEGIN:VTIMEZONE\nTZID:House\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0545\nTZOFFSETTO:+0545\n"
        "END:STANDARD\nEND:VTIMEZONE\n"
    )
    event = ics("DTSTART;TZID=House:20260907T150000\nDURATION:PT1H")
    text = event.replace("BEGIN:VEVENT", zone.replace("\n", "\r\n") + "BEGIN:VEVENT")
    found = closures_from(text, tz="UTC", start=date(2026, 1, 1), end=date(2027, 1, 1))
    assert [rule.hours for rule in found.breaks] == ["09:15-10:15"]


def test_a_weekly_meeting_keeps_its_local_time_over_a_change_of_offset() -> None:
    event = "DTSTART;TZID=America/New_York:20260301T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"
    assert breaks(event) == [
        ("2026-03-01", "15:00-16:00"),
        ("2026-03-08", "14:00-15:00"),
        ("2026-03-15", "14:00-15:00"),
    ]


@pytest.mark.parametrize(("until", "last"), [("20260914T070000Z", "14"), ("20260914T065959Z", "07")])
def test_the_last_instant_of_a_rule_is_part_of_it(until: str, last: str) -> None:
    event = f"DTSTART;TZID={AMSTERDAM}:20260907T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL={until}"
    assert breaks(event)[-1][0] == f"2026-09-{last}"


def test_a_rule_may_run_to_the_end_of_time() -> None:
    event = "DTSTART:20260907T090000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;UNTIL=99991231T235959Z"
    assert [day for day, _ in breaks(event)] == ["2026-09-07", "2027-09-07"]


def test_a_closure_over_midnight_is_cut_there() -> None:
    event = "DTSTART:20260904T170000\nDTEND:20260907T090000"
    assert breaks(event) == [
        ("2026-09-04", "17:00-24:00"),
        ("2026-09-05", "24/7"),
        ("2026-09-06", "24/7"),
        ("2026-09-07", "00:00-09:00"),
    ]


def test_periods_bring_their_own_length() -> None:
    event = "DTSTART:20260907T150000\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20260908T130000Z/PT2H,20260909T130000Z/20260909T133000Z"
    assert breaks(event)[1:] == [("2026-09-08", "15:00-17:00"), ("2026-09-09", "15:00-15:30")]


def test_a_moved_time_stands_in_for_the_one_it_names() -> None:
    series = "UID:a\nDTSTART;TZID=Europe/Amsterdam:20260907T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3"
    moved = "UID:a\nRECURRENCE-ID:20260914T070000Z\nDTSTART:20260915T100000\nDURATION:PT1H"
    gone = "UID:a\nRECURRENCE-ID;TZID=Europe/Amsterdam:20260921T090000\nDTSTART:20260921T090000\nDURATION:PT1H\nSTATUS:CANCELLED"
    assert breaks(series, moved, gone) == [("2026-09-07", "09:00-10:00"), ("2026-09-15", "10:00-11:00")]


def test_cancelled_events_and_events_without_length_close_nothing() -> None:
    found = closures("DTSTART;VALUE=DATE:20260904\nSTATUS:CANCELLED", "DTSTART:20260907T150000")
    assert found == Closures(OnDates.of([]), ())


def test_a_calendar_of_closures_counts_and_explains_them() -> None:
    outing = "SUMMARY:outing\nDTSTART;VALUE=DATE:20260904"
    meeting = "SUMMARY:all hands\nDTSTART:20260907T150000\nDURATION:PT90M"
    found = closures(outing, meeting)
    office = Calendar.weekly("Mon-Fri 09:00-17:00", tz=AMSTERDAM, holidays=["NL", found.days], special=found.breaks)
    start = datetime(2026, 9, 4, tzinfo=UTC)
    assert office.between(start, start + timedelta(days=4)).open_time == timedelta(hours=6.5)
    reasons = [piece.name for day in office.explain(start, start + timedelta(days=4)).days for piece in day.pieces]
    assert {"outing", "all hands"} <= set(reasons)


@pytest.mark.parametrize(
    ("event", "said"),
    [
        ("SUMMARY:x", "VEVENT[0].DTSTART: of 'x' is missing"),
        ("DTSTART:20260907T250000", "VEVENT[0].DTSTART: is unreadable: Wrong datetime format"),
        ("DTSTART;TZID=Nowhere/Land:20260907T090000", "VEVENT[0].DTSTART: must name an IANA zone"),
        ("DTSTART:20260907T090000\nDTEND:20260907T080000", "VEVENT[0].DTEND: must not end before DTSTART"),
        ("DTSTART;VALUE=DATE:20260907\nDTEND:20260907T080000", "VEVENT[0].DTEND: must be a date where DTSTART is one"),
        ("DTSTART:20260907T090000\nRDATE;VALUE=DATE:20260908", "VEVENT[0].RDATE: must be dates where DTSTART is one"),
        ("DTSTART:20260907T090000\nRRULE:FREQ=HOURLY", "VEVENT[0].RRULE: must be a recurrence rule of whole days"),
        ("DTSTART:20260907T090000\nRRULE:FREQ=DAILY;UNTIL=202020", "VEVENT[0].RRULE: must run until a date"),
        ("DTSTART:20260907T090000\nRRULE:FREQ=WEEKLY;BYDAY=QQ", "VEVENT[0].RRULE: is unreadable: Expected weekday"),
        ("DTSTART:20260907T090000\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260907T090000", "VEVENT[0].RECURRENCE-ID: must stand for one"),
        ("DTSTART:99991231T235959", "VEVENT[0].DTSTART: must lie in the years"),
        ("DTSTART:20260907T090000\nDURATION:P1Q", "VEVENT[0].DURATION: is unreadable"),
        ("DTSTART:20260907T090000\nDTSTART:20260908T090000", "VEVENT[0].DTSTART: must be given once"),
    ],
)  # fmt: skip
def test_a_fault_names_file_event_and_property(event: str, said: str) -> None:
    (problem,) = problems(event)
    assert problem.startswith(f"hr.ics {said}")


def test_all_faults_are_named_at_once() -> None:
    assert [found.split(":")[0] for found in problems("SUMMARY:x", "DTSTART:2026", "RRULE:FREQ=DAILY")] == [
        "hr.ics VEVENT[0].DTSTART",
        "hr.ics VEVENT[1].DTSTART",
        "hr.ics VEVENT[2].DTSTART",
    ]


@pytest.mark.parametrize("held", [b"", b"hello", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"])
def test_what_is_no_icalendar_file_is_refused_by_name(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / "hr.ics"
    path.write_bytes(held)
    with pytest.raises(UnusableFile, match=r"iCalendar file .*hr\.ics: ") as refused:
        read_closures(path, tz="UTC", start=date(2026, 1, 1), end=date(2027, 1, 1))
    assert str(pickle.loads(pickle.dumps(refused.value))) == str(refused.value)


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "hr.ics"
    path.write_text(ics("DTSTART;VALUE=DATE:20260904"), encoding="utf-8-sig", newline="")
    found = read_closures(path, tz="UTC", start=date(2026, 1, 1), end=date(2027, 1, 1))
    assert list(found.days.entries) == ["2026-09-04"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="there is no such file"):
        read_closures(tmp_path / "hr.ics", tz="UTC", start=date(2026, 1, 1), end=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("start", "end", "tz"),
    [
        (date(2026, 1, 2), date(2026, 1, 1), "UTC"),
        (date(1899, 1, 1), date(2026, 1, 1), "UTC"),
        (datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 2), "UTC"),
        (date(2026, 1, 1), date(2026, 1, 2), "Nowhere/Land"),
    ],
)
def test_a_window_without_sense_is_refused(start: date, end: date, tz: str) -> None:
    with pytest.raises(InvalidValue):
        closures_from(ics(), tz=tz, start=start, end=end)


SOUND = (
    ics(
        "UID:a\nSUMMARY:outing\nDTSTART;VALUE=DATE:20200904\nDTEND;VALUE=DATE:20200906\nRRULE:FREQ=YEARLY;UNTIL=20300101\nEXDATE;VALUE=DATE:20260904",
        "UID:b\nDTSTART;TZID=America/New_York:20260301T090000\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=30\nEXDATE:20260327T130000Z",
        "UID:b\nRECURRENCE-ID:20260424T130000Z\nDTSTART:20260425T090000\nDTEND:20260426T100000",
        "UID:c\nDTSTART:20260907T150000Z\nRDATE;VALUE=PERIOD:20260908T130000Z/PT2H",
    ),
)  # fmt: skip


def test_any_damage_gives_closures_or_a_typed_error() -> None:
    """Never another exception, never a hang."""
    damage, read = Damage(5), 0
    for number in range(400):
        text = damage.text(SOUND)
        try:
            with within(20.0):
                closures_from(text, tz=AMSTERDAM, start=date(2026, 1, 1), end=date(2027, 1, 1))
            read += 1
        except DeskcoreError:
            continue
        except BaseException as error:
            error.add_note(f"input {number}: {text!r}")
            raise
    assert 10 < read < 380
