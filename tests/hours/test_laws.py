"""The laws of business time, over calendars of every kind and instants near every kind of edge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import assume, example, given, settings

from deskcore._value import to_us
from deskcore.hours import BusinessDuration, Calendar, business
from deskcore.testing import hours as laws
from deskcore.testing.hours import amounts, calendars, hours_of_a_day, instants, weeks

LORD_HOWE = Calendar.weekly("Mon-Sun 22:00-06:00", tz="Australia/Lord_Howe", breaks="02:00-02:15")
APIA = Calendar.weekly("22:00-06:00", tz="Pacific/Apia")
SKIPPED = datetime(2011, 12, 30, 10, tzinfo=UTC)


@given(calendar=calendars(), a=instants(), b=instants(), c=instants())
@example(calendar=APIA, a=SKIPPED - timedelta(days=1), b=SKIPPED, c=SKIPPED + timedelta(days=1))
@settings(max_examples=60)
def test_open_time_is_additive(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    """What lies between a and c is what lies between a and b and between b and c."""
    laws.check_additivity(calendar, a, b, c)


@given(calendar=calendars(), a=instants(), b=instants())
@settings(max_examples=40)
def test_going_back_is_the_negative_of_going_forth(calendar: Calendar, a: datetime, b: datetime) -> None:
    """between(a, b) == -between(b, a)."""
    laws.check_antisymmetry(calendar, a, b)


@given(calendar=calendars(), a=instants(), b=instants(), c=instants())
@settings(max_examples=40)
def test_looking_later_never_counts_less(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    """Open time grows with the end of the span and never exceeds the span."""
    laws.check_monotonicity(calendar, a, b, c)


@given(calendar=calendars(), at=instants(), amount=amounts())
@example(
    calendar=Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC"),
    at=datetime(2026, 5, 22, 15, tzinfo=UTC),
    amount=business(hours=2),
)
@example(calendar=Calendar.always(), at=SKIPPED, amount=business(hours=0))
@settings(max_examples=50)
def test_add_is_the_inverse_of_between(calendar: Calendar, at: datetime, amount: BusinessDuration) -> None:
    """Both directions, both sides of a gap: the first and the last instant at which the amount has passed."""
    laws.check_add_inverts_between(calendar, at, amount)


@given(calendar=calendars(), at=instants(), days=amounts())
@settings(max_examples=50)
def test_intervals_are_disjoint_and_add_up(calendar: Calendar, at: datetime, days: BusinessDuration) -> None:
    """Listing, in either direction, and counting are the same question."""
    low, high = sorted((at, at.astimezone(UTC) + days.open_time), key=to_us)
    laws.check_intervals_add_up(calendar, low, high)


@given(calendar=calendars(), at=instants(), days=amounts(at_most=timedelta(days=12)))
@example(calendar=LORD_HOWE, at=datetime(2026, 4, 4, tzinfo=UTC), days=business(hours=72))
@settings(max_examples=60)
def test_an_explanation_adds_up_to_the_answer(calendar: Calendar, at: datetime, days: BusinessDuration) -> None:
    """Its pieces tile the span, forwards and backwards, and are open exactly where the calendar is."""
    laws.check_explanation_adds_up(calendar, at, at.astimezone(UTC) + days.open_time)


@given(calendar=calendars(), at=instants())
@settings(max_examples=40)
def test_the_next_and_last_edges_agree_with_each_other(calendar: Calendar, at: datetime) -> None:
    """next_change is the nearer of the next opening and close; next_open is open; previous ones lie behind."""
    laws.check_looks_agree(calendar, at)


@given(a=calendars(max_leaves=2), b=calendars(max_leaves=2), at=instants(), days=amounts())
@settings(max_examples=40)
def test_calendars_are_an_algebra_of_sets(a: Calendar, b: Calendar, at: datetime, days: BusinessDuration) -> None:
    """Union, intersection, difference, complement, De Morgan, absorption, inclusion and exclusion."""
    laws.check_algebra(a, b, at, at.astimezone(UTC) + days.open_time)


@given(calendar=calendars(), start=instants(), end=instants(), low=instants(), high=instants())
@settings(max_examples=40)
def test_restriction_is_intersection_with_a_range(
    calendar: Calendar, start: datetime, end: datetime, low: datetime, high: datetime
) -> None:
    """Inside the range nothing changes, outside nothing is open."""
    start, end = sorted((start, end), key=to_us)
    low, high = sorted((low, high), key=to_us)
    inside = calendar.restricted(start, end)
    cut_low, cut_high = max(start, low, key=to_us), min(end, high, key=to_us)
    expected = calendar.between(cut_low, cut_high) if to_us(cut_low) < to_us(cut_high) else business()
    assert inside.between(low, high) == expected


@given(old=calendars(max_leaves=2), new=calendars(max_leaves=2), change=instants(), days=amounts())
@settings(max_examples=40)
def test_a_version_holds_from_its_instant(
    old: Calendar, new: Calendar, change: datetime, days: BusinessDuration
) -> None:
    """Before the change the calendar means the old one, from then on the new one."""
    both = Calendar.versions(old, (change, new))
    span = abs(days.open_time)
    assert both.same_hours(old, change.astimezone(UTC) - span, change)
    assert both.same_hours(new, change, change.astimezone(UTC) + span)


@given(week=weeks(), breaks=hours_of_a_day(), at=instants(), amount=amounts())
@settings(max_examples=40)
def test_whole_weeks_shift_answers_where_no_clock_changes(
    week: str, breaks: str, at: datetime, amount: BusinessDuration
) -> None:
    """A plain week repeats exactly as long as the zone keeps one offset."""
    plain = Calendar.weekly(week, tz="Asia/Kolkata", breaks=breaks)
    assume(plain.next_open(at) is not None)
    later = timedelta(weeks=3)
    assert (
        plain.add(at.astimezone(UTC) + later, amount).astimezone(UTC) == plain.add(at, amount).astimezone(UTC) + later
    )


@given(calendar=calendars())
@settings(max_examples=60)
def test_a_calendar_survives_pickling(calendar: Calendar) -> None:
    """Equal, hashed equally, without its memo."""
    laws.check_round_trips(calendar)


@given(calendar=calendars(), at=instants(), amount=amounts(at_most=timedelta(days=100)))
@settings(max_examples=40)
def test_what_was_asked_before_changes_no_answer(calendar: Calendar, at: datetime, amount: BusinessDuration) -> None:
    """A fresh calendar and one that has compiled far around answer alike."""
    fresh = Calendar(calendar.hours)
    calendar.between(at.astimezone(UTC) - timedelta(days=900), at.astimezone(UTC) + timedelta(days=2_000))
    end = at.astimezone(UTC) + amount.open_time
    assert fresh.between(at, end) == calendar.between(at, end)
    assert fresh.next_change(at) == calendar.next_change(at)
