"""Bad input: a typed error that names the field, the value and what would be accepted."""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from deskcore._value import FrozenDict
from deskcore.errors import DeskcoreError, InvalidConfiguration, InvalidValue, NeverHappens, OutOfRange
from deskcore.hours import Calendar, EveryYear, Special, WorkingDays, business, elapsed
from deskcore.hours.algebra import Union
from deskcore.hours.interval import Interval
from deskcore.hours.pin import Pinned
from deskcore.hours.versions import HoursVersion, Restricted
from deskcore.hours.weekly import Weekly

OFFICE = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam")


def loose(call: Callable[..., object]) -> Callable[..., object]:
    """Without its types: for what they forbid and callers do all the same."""
    return call


NAIVE = datetime(2026, 5, 22, 12)
NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: OFFICE.between(NAIVE, NOON),
        lambda: OFFICE.between(NOON, NAIVE),
        lambda: loose(OFFICE.between)(None, NOON),
        lambda: loose(OFFICE.between)(NOON, NOON.date()),
        lambda: loose(OFFICE.is_open)("2026-05-22T12:00:00Z"),
        lambda: OFFICE.add(NAIVE, business(hours=1)),
        lambda: OFFICE.add(NAIVE, WorkingDays(1)),
        lambda: OFFICE.is_open(NAIVE),
        lambda: OFFICE.next_open(NAIVE),
        lambda: OFFICE.previous_close(NAIVE),
        lambda: OFFICE.intervals(NAIVE),
        lambda: OFFICE.explain(NAIVE, NOON),
        lambda: OFFICE.restricted(NAIVE),
        lambda: OFFICE.pin(NAIVE, NOON),
        lambda: OFFICE.same_hours(OFFICE, NAIVE, NOON),
        lambda: Calendar.versions(OFFICE, (NAIVE, OFFICE)),
        lambda: Interval(NAIVE, NOON),
        lambda: Restricted(OFFICE.hours, NAIVE),
        lambda: HoursVersion(NAIVE, OFFICE.hours),
    ],
)
def test_a_naive_datetime_is_refused_with_the_fix(ask: Callable[[], object]) -> None:
    with pytest.raises(InvalidValue, match=r"must carry a time zone, for example datetime\("):
        ask()


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: OFFICE.intervals(NOON, NOON - timedelta(1)), "end must not lie before start"),
        (lambda: OFFICE.restricted(date(2026, 2, 1), date(2026, 1, 1)), "until must not lie before from_"),
        (lambda: loose(OFFICE.restricted)("2026-01-01"), "from_ must be a date or an aware datetime"),
        (lambda: OFFICE.pin(NOON, NOON - timedelta(1)), "end must not lie before start"),
        (lambda: loose(OFFICE.add)(NOON, timedelta(hours=1)), "amount must be a duration"),
        (lambda: OFFICE.add(NOON, business(hours=1), end_of_day=True), "amount must be a duration"),
        (lambda: OFFICE.add(NOON, WorkingDays(1), cross_gap=True), "amount must be a duration"),
        (lambda: Interval(NOON, NOON), "end must lie after the start"),
        (lambda: loose(Special)(EveryYear("01-01", "01-02"), "09:00-10:00", "delete"), "effect must be one of replace"),
        (lambda: Special(EveryYear("01-01", "01-02"), "soon"), "hours is unreadable at column 1"),
        (lambda: loose(Special)("2026-12-24", "off"), "days must say which dates"),
        (lambda: loose(Weekly)("UTC", "off", holidays=["NL"]), "holidays must hold Days only"),
        (lambda: loose(Weekly)("UTC", "off", special=["NL"]), "special must hold Special only"),
        (lambda: Union(()), "members must be one or more hours"),
        (lambda: loose(Calendar)("Mon-Fri"), "hours must be hours such as Weekly"),
        (lambda: Calendar.always(tz="Nowhere"), "tz must be an IANA zone"),
        (lambda: Calendar.always(tz="../etc/passwd"), "tz must be an IANA zone"),
        (lambda: Calendar.always(name=" padded "), "name must be a text without surrounding blanks"),
        (lambda: Pinned(OFFICE.hours, NOON, NOON, FrozenDict({})), "must hold the zones Europe/Amsterdam"),
        (lambda: Pinned(OFFICE.hours, NOON, NOON, FrozenDict({"Europe/Amsterdam": "x"})), "offsets must be"),
        (lambda: Pinned(OFFICE.hours, NOON, NOON - timedelta(1), FrozenDict({"Europe/Amsterdam": "0@0"})), "until_at must"),
    ],
)  # fmt: skip
def test_a_value_that_means_nothing_is_refused(ask: Callable[[], object], said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        ask()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"hours": "Mon-Fri 09:00-17:00", "tz": "Nowhere"}, "tz: must be an IANA zone"),
        ({"hours": 9, "tz": "UTC"}, "hours: must be text such as"),
        ({"hours": {"mon": [9]}, "tz": "UTC"}, "must be hours such as '09:00-17:30'"),
        ({"hours": {"mon": [("09:00",)]}, "tz": "UTC"}, "must be an opening and a close"),
        ({"hours": {"mon": 9}, "tz": "UTC"}, "mon: must be hours such as"),
        ({"hours": {"mon": {"09:00": "17:00"}}, "tz": "UTC"}, "mon: must be hours such as"),
        ({"hours": None, "tz": None}, "hours: must be text such as"),
        ({"hours": "off", "tz": "UTC", "dated": ["2026-01-01"]}, "dated: dates must be a mapping"),
        ({"hours": "off", "tz": "UTC", "dated": {7: "off"}}, "dated: dates must be a date"),
        ({"hours": "off", "tz": "UTC", "special": 7}, r"special: must be Special\(days"),
        ({"hours": "off", "tz": "UTC", "breaks": 7}, "breaks: must be text such as"),
        ({"hours": "off", "tz": "UTC", "name": 7}, "name: must be a text"),
        ({"hours": "off", "tz": "UTC", "holidays": 7}, "holidays: must be a country code"),
        ({"hours": "off", "tz": "UTC", "special": ["x"]}, r"special: must be Special\(days"),
        ({"hours": "off", "tz": "UTC", "name": " x"}, "name: must be a text"),
        ({"hours": "off", "tz": "UTC", "breaks": "Mon 61:00-62:00"}, "within the day"),
    ],
)
def test_a_faulty_calendar_names_the_argument(arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidConfiguration, match=said):
        Calendar.weekly(**arguments)


@pytest.mark.parametrize("moment", [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)])
@pytest.mark.parametrize(
    "ask",
    [
        lambda at: OFFICE.between(at, NOON),
        lambda at: OFFICE.add(at, WorkingDays(1)),
        lambda at: OFFICE.add(at, elapsed(days=1)),
        lambda at: OFFICE.add(NOON, elapsed(days=300_000)),
        lambda at: OFFICE.add(NOON, WorkingDays(400_000)),
        lambda at: OFFICE.add(NOON, business(hours=9_000_000)),
        lambda at: OFFICE.working_days_between(at, NOON),
        lambda at: OFFICE.is_working_day(at.date()),
        lambda at: OFFICE.restricted(at.date()),
        OFFICE.next_open,
        OFFICE.previous_close,
        OFFICE.next_change,
        OFFICE.intervals,
        lambda at: OFFICE.explain(NOON, at),
        lambda at: OFFICE.week(at.date()),
        lambda at: OFFICE.year(at.year),
        lambda at: Calendar.versions(OFFICE, (at.date(), OFFICE)),
    ],
)
def test_the_ends_of_time_are_a_typed_error(ask: Callable[[datetime], object], moment: datetime) -> None:
    with pytest.raises((OutOfRange, NeverHappens)):
        ask(moment)


def test_calendars_combine_with_calendars_only() -> None:
    for combine in (operator.or_, operator.and_, operator.sub):
        with pytest.raises(TypeError):
            combine(OFFICE, 1)


def test_the_refusals_are_values_too() -> None:
    """Every one of them is a ValueError of the house."""
    with pytest.raises(DeskcoreError) as caught:
        OFFICE.is_open(NAIVE)
    assert isinstance(caught.value, ValueError)
