"""Laws of audits, and agreements whose amendments leave the past alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deskcore.errors import InvalidValue, OutOfRange
from deskcore.oversight import TicketOutcome
from deskcore.oversight.agreement import Agreement, Terms
from deskcore.oversight.intervals import Proportion
from deskcore.oversight.review import Goal
from deskcore.oversight.sampled import AuditPlan
from deskcore.predicate import Is
from deskcore.staff import Scope
from deskcore.testing import oversight_audit as t
from deskcore.testing.oversight import outcomes
from deskcore.testing.wire import check_roundtrip

FEW = settings(max_examples=30)
SHARES = st.floats(0.01, 0.99)


@FEW
@example(Proportion(0, 15), 0.5, 0.25)
@example(Proportion(15, 15), 0.5, 0.25)
@given(t.proportions(), SHARES, SHARES)
def test_intervals_are_sound(found: Proportion, confidence: float, more: float) -> None:
    """They hold what was found and grow with the confidence."""
    t.check_interval_is_sound(found, confidence, more)


@FEW
@given(t.ticket_ids(), st.data())
def test_draws_are_reproducible(ids: list[str], data: st.DataObject) -> None:
    """By anybody who knows seed and ids."""
    order = data.draw(st.permutations(range(len(ids))))
    t.check_draw(ids, order, data.draw(st.integers(0, len(ids))), data.draw(st.text(max_size=5)))


@FEW
@given(
    st.lists(outcomes(), max_size=12, unique_by=lambda one: one.id),
    st.sampled_from([None, "priority", "desk"]),
    st.data(),
)
def test_samples_can_be_verified(records: list[TicketOutcome], by: str | None, data: st.DataObject) -> None:
    """By whoever holds plan and batch."""
    plan = AuditPlan(data.draw(st.integers(0, len(records))), "s", by)
    t.check_sample_can_be_verified(plan, records, data.draw(st.permutations(range(len(records)))))


@settings(max_examples=12)
@given(st.integers(1, 25), SHARES)
def test_the_exact_interval_never_covers_less_than_it_says(trials: int, share: float) -> None:
    """Over every possible outcome."""
    assert t.coverage_of(lambda found: found.clopper_pearson(0.9), trials, share) >= 0.9 - 1e-9


def test_an_amendment_leaves_the_past_alone() -> None:
    first, second = (
        Terms(Scope(Is("category", "vpn"))),
        Terms(goals=(Goal("overflow", at_most=0.3),), because="year two"),
    )
    deal = Agreement.begin("manila", date(2025, 1, 1), first)
    amended = deal.amend(date(2026, 1, 1), second)
    assert amended.on(date(2025, 12, 31)) == first
    assert amended.classify({"category": "vpn"}, on=date(2025, 6, 1)).answer == "provided"
    assert amended.classify({"category": "vpn"}, on=date(2026, 6, 1)).answer == "unstated"
    assert amended.explain().splitlines()[-1] == "  from 2026-01-01: year two"
    check_roundtrip(amended)
    with pytest.raises(OutOfRange):
        deal.on(date(2024, 12, 31))


@pytest.mark.parametrize("day", [date(2025, 1, 1), date(2024, 1, 1)])
def test_amendments_never_overlap(day: Any) -> None:
    with pytest.raises(InvalidValue, match="must come after"):
        Agreement.begin("manila", date(2025, 1, 1), Terms()).amend(day, Terms())
