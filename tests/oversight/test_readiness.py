"""Readiness: one fact each."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar
from deskcore.oversight.guards import PairedGuard
from deskcore.oversight.playbook import CategoryGuide, KnowledgeItem, Playbook, frequent_callers, repeat_rate
from deskcore.oversight.presence import coverage_gaps, shared_hours, total_time
from deskcore.oversight.quality import QualityCadence
from deskcore.oversight.readiness import (
    AccessGrant,
    Certificate,
    TrainingChecklist,
    about_to_lapse,
    access_gap,
)
from deskcore.oversight.selection import top_categories
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


def test_a_year_around_the_clock_has_its_gaps_listed_exactly() -> None:
    """An office and a night partner that rests on one holiday: the gap is that night, in UTC, and nothing else."""
    tz = ZoneInfo("Europe/Amsterdam")
    office = Calendar.weekly("Mon-Sun 08:00-20:00", tz=tz)
    night = Calendar.weekly("Mon-Sun 00:00-08:00, 20:00-24:00", tz=tz)
    start, end = datetime(2026, 1, 1, tzinfo=tz), datetime(2027, 1, 1, tzinfo=tz)
    assert coverage_gaps([office, night], start, end) == ()
    alone = coverage_gaps([office], start, end)
    assert total_time(alone) == timedelta(days=365) - timedelta(hours=12 * 365)


def test_what_two_desks_share_moves_with_summer_time() -> None:
    ours = Calendar.weekly("Mon-Fri 09:00-17:00", tz="Europe/Amsterdam")
    theirs = Calendar.weekly("Mon-Fri 13:00-22:00", tz="Asia/Manila")
    week = timedelta(days=7)
    winter, summer = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 7, 6, tzinfo=UTC)
    hours = [total_time(shared_hours(ours, theirs, one, one + week)) / timedelta(hours=1) for one in (winter, summer)]
    assert hours == [30, 35]


def test_a_playbook_is_measured_by_what_people_ask() -> None:
    asked = {f"topic {place:02}": 40 - place for place in range(25)}
    top = top_categories(asked)
    assert len(top) == 20
    book = Playbook("manila", tuple(CategoryGuide(one.name, article="KB") for one in top[:15]))
    coverage = book.coverage(top)
    assert (len(coverage.covered), coverage.missing) == (15, tuple(f"topic {place}" for place in range(15, 20)))
    assert coverage.share == sum(range(26, 41)) / sum(range(21, 41))
    assert Playbook("manila").coverage([]).share is None
    assert Playbook("manila").exemplar_share is None
    check_roundtrip(book)


def test_a_category_off_script_is_covered_only_by_an_article() -> None:
    book = Playbook(
        "manila", (CategoryGuide("payroll", is_scripted=False), CategoryGuide("vpn", exemplars=("call 1",)))
    )
    assert (book.answers("payroll"), book.answers("vpn"), book.off_script) == (False, True, ("payroll",))
    assert book.exemplar_share == 0.5


def test_quality_reviews_that_nobody_held_are_due() -> None:
    (ann,) = QualityCadence(2, days=7).check([("ann", MAY)], ["ann"], on=MAY + timedelta(days=6))
    assert (ann.done, ann.missing) == (1, 1)
    (later,) = QualityCadence(2, days=7).check([("ann", MAY)], ["ann"], on=MAY + timedelta(days=7))
    assert later.done == 0
    with pytest.raises(InvalidValue):
        QualityCadence(0)


def test_a_grant_ends_and_repeats_are_counted() -> None:
    assert not AccessGrant("manila", "crm", MAY, MAY).holds(MAY + timedelta(days=1))
    with pytest.raises(InvalidValue):
        AccessGrant("manila", "crm", MAY, MAY - timedelta(days=1))
    assert repeat_rate([]) is None


def test_what_was_taught_is_written_as_a_plain_dict_of_lists() -> None:
    plain = TrainingChecklist(("escalation", "product"), {"ann": ["product"]})
    assert plain == TrainingChecklist(("escalation", "product"), FrozenDict({"ann": frozenset({"product"})}))
    with pytest.raises(InvalidValue, match=r"taught\[ann\] must be a list of topics"):
        TrainingChecklist(("product",), {"ann": "product"})
