"""Readiness: one fact each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar
from deskcore.oversight.readiness import (
    Certificate,
    KnowledgeItem,
    PairedGuard,
    TrainingChecklist,
    about_to_lapse,
    access_gap,
    coverage_gaps,
    frequent_callers,
)
from deskcore.testing.wire import check_roundtrip

MAY = date(2026, 5, 1)


def test_a_renewed_certificate_is_not_about_to_lapse() -> None:
    old = Certificate("ann", "SAP", date(2025, 5, 10), date(2026, 5, 10))
    new = Certificate("ann", "SAP", date(2026, 5, 11), date(2027, 5, 10))
    late = Certificate("ann", "SAP", date(2026, 5, 12), date(2027, 5, 10))
    assert about_to_lapse([old], on=MAY, within_days=9) == (old,)
    assert about_to_lapse([old], on=MAY, within_days=8) == ()
    assert about_to_lapse([old, new], on=MAY, within_days=30) == ()
    assert about_to_lapse([old, late], on=MAY, within_days=30) == (old,)


def test_two_desks_around_the_clock_leave_no_gap_even_when_the_clocks_change() -> None:
    """A week with the change to summer time, in the partner's and the own zone."""
    ams = ZoneInfo("Europe/Amsterdam")
    own = Calendar.weekly("Mon-Sun 08:00-20:00", tz=ams)
    partner = Calendar.weekly("Mon-Sun 20:00-08:00", tz=ams)
    start = datetime(2026, 3, 23, tzinfo=UTC)
    assert coverage_gaps([own, partner], start, start + timedelta(days=14)) == ()


def test_a_partner_on_another_clock_leaves_the_hour_that_moved() -> None:
    own = Calendar.weekly("Mon-Sun 08:00-20:00", tz="Europe/Amsterdam")
    night = Calendar.weekly("Mon-Sun 19:00-07:00", tz="UTC")
    winter, summer = datetime(2026, 1, 12, tzinfo=UTC), datetime(2026, 7, 13, tzinfo=UTC)
    assert coverage_gaps([own, night], winter, winter + timedelta(days=1)) == ()
    gaps = coverage_gaps([own, night], summer, summer + timedelta(days=1))
    assert [(a.hour, b.hour) for a, b in gaps] == [(18, 19)]


def test_without_calendars_everything_is_a_gap() -> None:
    start = datetime(2026, 5, 1, tzinfo=UTC)
    assert coverage_gaps([], start, start + timedelta(hours=1)) == ((start, start + timedelta(hours=1)),)
    assert coverage_gaps([], start, start) == ()


def test_training_of_nobody_has_no_coverage() -> None:
    assert TrainingChecklist().coverage is None
    list_ = TrainingChecklist(("a", "b"), FrozenDict({"ann": frozenset({"a", "b", "song"})}))
    assert list_.coverage == 1.0
    assert list_.missing("nobody") == ("a", "b")
    check_roundtrip(list_)


def test_a_guard_needs_both_movements() -> None:
    guard = PairedGuard("handling time", "falls", "reopens", "rises")
    assert guard.check([10, 8], [1, 2]) is not None
    assert guard.check([10, 10], [1, 2]) is None
    assert guard.check([8, 10], [1, 2]) is None
    assert guard.check([10], [1]) is None
    assert guard.check([0, 1], [1, 2]) is None
    check_roundtrip(guard)


def test_parity_is_an_empty_gap() -> None:
    assert access_gap(["crm"], ["wiki", "crm"]) == ()


def test_frequent_callers_come_by_number_then_name() -> None:
    came = [("bo", "x"), ("ann", "x"), ("cy", "x"), ("cy", "x")]
    assert [one.customer for one in frequent_callers(came, at_least=1)] == ["cy", "ann", "bo"]


def test_an_article_is_stale_after_its_date() -> None:
    assert not KnowledgeItem("KB-1", "dana", MAY).is_stale(MAY)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Certificate("ann", "SAP", MAY, date(2026, 4, 30)),
        lambda: about_to_lapse([], on=MAY, within_days=-1),
        lambda: TrainingChecklist(()),
        lambda: TrainingChecklist(("a", "a")),
        lambda: PairedGuard("a", "falls", "b", "rises", 0),
        lambda: PairedGuard("a", "falls", "b", "rises").check([1], []),
        lambda: frequent_callers([], at_least=0),
        lambda: coverage_gaps([], datetime(2026, 5, 2, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)),
        lambda: coverage_gaps([], datetime(2026, 5, 1), datetime(2026, 5, 2, tzinfo=UTC)),
    ],
)
def test_what_cannot_be_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidValue):
        wrong()
