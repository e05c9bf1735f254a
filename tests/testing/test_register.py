"""Hosts' suites draw our values by type alone, once they have asked for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.escalation import Matrix
from deskcore.hours import Calendar
from deskcore.predicate import Condition
from deskcore.testing.register import register
from deskcore.tickets import Lifecycle

register()

MONDAY = datetime(2026, 5, 18, tzinfo=UTC)


@settings(max_examples=10)
@given(st.from_type(Calendar), st.from_type(Lifecycle), st.from_type(Condition), st.from_type(Matrix))  # type: ignore[type-abstract]
def test_values_are_drawn_by_their_type(
    calendar: Calendar, lifecycle: Lifecycle, condition: Condition, matrix: Matrix
) -> None:
    assert lifecycle.initial in lifecycle.statuses
    assert isinstance(condition, Condition)
    assert calendar.same_hours(calendar | calendar, MONDAY, MONDAY + timedelta(days=9))
    assert matrix.last_resort is not None
