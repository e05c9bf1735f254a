"""Which dates are closed and by what name: countries, own lists, rules, pinned data."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from deskcore._value import FrozenDict
from deskcore.errors import InvalidConfiguration, InvalidValue, OutOfRange
from deskcore.hours import Calendar, EveryYear, Holidays, OnDates, Recurring, business
from deskcore.hours.days import PinnedDays


def loose(call: Callable[..., object]) -> Callable[..., object]:
    """Without its types: for what they forbid and callers do all the same."""
    return call


ROOT = Path(__file__).parents[2]
YEAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
DUTCH = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam", holidays="NL")


def test_holidays_have_names_in_the_language_asked_for() -> None:
    assert (date(2026, 4, 27), "King's Day") in Holidays("NL").dates(2026, 2026)
    assert (date(2026, 4, 27), "Koningsdag") in Holidays("NL", language="nl").dates(2026, 2026)


def test_the_environment_has_no_say_in_the_language() -> None:
    ask = "from deskcore.hours import Holidays; print(Holidays('NL').dates(2026, 2026)[4][1])"
    answer = subprocess.run(
        [sys.executable, "-c", ask], env={**os.environ, "LANGUAGE": "th"}, capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "King's Day"


@pytest.mark.parametrize("language", ["th"])
@pytest.mark.skipif("DESKCORE_IN_ANOTHER_LANGUAGE" in os.environ, reason="this is the run under another language")
def test_every_case_on_holidays_holds_whatever_language_the_machine_speaks(language: str) -> None:
    """The whole of this file and the pages on holidays, once more with the environment's language set."""
    pages = [
        ROOT / "docs" / "howto" / name
        for name in ("hours-half-day.md", "hours-pinning.md", "hours-company-calendar.md")
    ]
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", __file__, *map(str, pages)]
    spoken = {**os.environ, "LANGUAGE": language, "LC_ALL": "C.UTF-8", "DESKCORE_IN_ANOTHER_LANGUAGE": "1"}
    answer = subprocess.run(run, env=spoken, capture_output=True, text=True, check=False, cwd=ROOT)
    assert answer.returncode == 0, answer.stdout


def test_a_subdivision_has_holidays_of_its_own() -> None:
    bavaria = {day for day, _ in Holidays("DE", "BY").dates(2026, 2026)}
    assert date(2026, 1, 6) in bavaria - {day for day, _ in Holidays("DE").dates(2026, 2026)}
    assert Calendar.weekly("24/7", tz="UTC", holidays="DE-BY").hours.holidays == (Holidays("DE", "BY"),)  # type: ignore[attr-defined]


def test_observed_days_can_be_left_out() -> None:
    assert date(2022, 12, 26) in {day for day, _ in Holidays("US").dates(2022, 2022)}
    assert date(2022, 12, 26) not in {day for day, _ in Holidays("US", observed=False).dates(2022, 2022)}


def test_beyond_the_years_a_country_is_known_for_nothing_is_answered() -> None:
    assert DUTCH.next_open(datetime(2100, 12, 1, tzinfo=UTC)) is not None
    with pytest.raises(OutOfRange, match="the years 1966 to 2100"):
        DUTCH.is_open(datetime(2150, 1, 1, tzinfo=UTC))
    with pytest.raises(OutOfRange):
        DUTCH.add(datetime(2100, 12, 1, tzinfo=UTC), business(hours=10_000))


def test_a_calendar_may_say_that_unknown_years_have_no_holidays() -> None:
    lenient = Holidays("NL", beyond_known="no_holidays")
    calendar = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam", holidays=lenient)
    assert calendar.is_open(datetime(2150, 12, 25, 12, tzinfo=UTC))


def test_a_restricted_calendar_needs_no_holidays_outside_its_range() -> None:
    short = DUTCH.restricted(date(2026, 1, 1), date(2027, 1, 1))
    assert short.next_open(datetime(2150, 1, 1, tzinfo=UTC)) is None
    assert short.between(datetime(1950, 1, 1, tzinfo=UTC), datetime(2150, 1, 1, tzinfo=UTC)) == DUTCH.between(*YEAR)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Holidays("ZZ"), "country must be an ISO 3166 code"),
        (lambda: Holidays("NL", "XX"), "subdivision must be one of NL"),
        (lambda: Holidays("NL", categories=("secret",)), "categories must be among those of NL"),
        (lambda: loose(Holidays)("NL", beyond_known="maybe"), "beyond_known must be"),
        (lambda: loose(OnDates.of)([(date(2026, 1, 1), 3)]), "dates must be a date and a name"),
        (lambda: OnDates.of(["2026-13-01"]), "dates must be a date such as"),
        (lambda: OnDates.of([datetime(2026, 1, 1, tzinfo=UTC)]), "must be a date, or"),
        (lambda: EveryYear("13-01", "01-01"), "first must be a month and day"),
        (lambda: EveryYear("02-30", "03-01"), "first must be a month and day"),
        (lambda: Recurring("FREQ=HOURLY", date(2026, 1, 1)), "rule must be a recurrence rule of whole days"),
        (lambda: Recurring("FREQ=MONTHLY;BYDAY=XX", date(2026, 1, 1)), "rule must be"),
        (lambda: Recurring("FREQ=DAILY;COUNT=3;UNTIL=20270101", date(2026, 1, 1)), "rule must be"),
        (lambda: Recurring("FREQ=DAILY;INTERVAL=0", date(2026, 1, 1)), "rule must be"),
        (lambda: Recurring("FREQ=DAILY", datetime(2026, 1, 1, tzinfo=UTC)), "start_on must be a date"),
        (lambda: Recurring("FREQ=DAILY", date(1, 1, 1)), "start_on must lie in the years 1900 to 2200"),
    ],
)  # fmt: skip
def test_dates_that_mean_nothing_are_refused(make: Callable[[], object], said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        make()


def test_a_day_that_never_comes_is_no_search_without_end() -> None:
    assert Recurring("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", date(2026, 1, 1)).dates(2026, 2027) == ()


def test_a_rule_may_count_or_end() -> None:
    assert [day.day for day, _ in Recurring("FREQ=DAILY;COUNT=3", date(2026, 1, 30)).dates(2025, 2027)] == [30, 31, 1]
    assert len(Recurring("FREQ=DAILY;UNTIL=20260105", date(2026, 1, 1)).dates(2026, 2027)) == 5
    assert len(Recurring("FREQ=YEARLY;COUNT=12", date(2026, 1, 1)).dates(2026, 2099)) == 12


def test_own_lists_and_countries_mix() -> None:
    both = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam", holidays=["NL", (date(2026, 5, 22), "outing")])
    assert not both.is_open(datetime(2026, 5, 22, 12, tzinfo=UTC))
    assert not both.is_open(datetime(2026, 5, 25, 12, tzinfo=UTC))


def test_a_pinned_calendar_means_the_same_and_records_its_sources() -> None:
    pinned = DUTCH.pin(*YEAR)
    assert pinned.same_hours(DUTCH, *YEAR)
    assert set(pinned.releases()) == {"holidays", "tzdata package"}
    assert "King's Day" in repr(pinned.hours)


def test_a_pinned_calendar_asks_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned = DUTCH.pin(*YEAR)
    expected = DUTCH.between(*YEAR)
    monkeypatch.setattr("deskcore.hours.closures._holidays_of_year", None)
    monkeypatch.setattr("deskcore.hours.node.offset_runs", None)
    assert Calendar(pinned.hours).between(*YEAR) == expected


def test_a_pinned_calendar_answers_for_its_range_alone() -> None:
    with pytest.raises(OutOfRange, match="pinned"):
        DUTCH.pin(*YEAR).is_open(datetime(2027, 1, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(("first", "last"), [(-261_660, 2027), (2026, 10**6), (1899, 2026), (2026, 2201)])
def test_pinned_days_know_years_that_a_calendar_has(first: int, last: int) -> None:
    with pytest.raises(InvalidValue, match="must lie in the years 1900 to 2200"):
        PinnedDays(FrozenDict({}), first, last, "NL")


def test_algebra_and_versions_can_be_pinned() -> None:
    london = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/London", holidays="GB")
    both = Calendar.versions(DUTCH | london, (date(2026, 6, 1), DUTCH - london))
    assert both.pin(*YEAR).same_hours(both, *YEAR)


def test_every_fault_of_a_calendar_is_reported_at_once() -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        Calendar.weekly(
            {"mon": ["09:61-17:00"], "funday": ["09:00-10:00"], "tue": ["09:00-12:00", "11:00-13:00"]},
            tz="Mars/Olympus",
            holidays="ZZ",
            breaks="lunch",
            dated={"2026-02-30": "09:00-10:00"},
        )
    paths = [problem.path for problem in caught.value.problems]
    assert paths == ["tz", "holidays", "hours.mon", "hours.funday", "hours.tue", "breaks", "dated"]


def test_overlapping_hours_count_once_when_asked_to() -> None:
    merged = Calendar.weekly({"mon": ["09:00-12:00", "11:00-13:00"]}, tz="UTC", overlaps="merge")
    assert merged.to_text() == "Mon 09:00-13:00"
    assert Calendar.weekly("Mon 09:00-12:00,11:00-13:00", tz="UTC", overlaps="merge") == merged
