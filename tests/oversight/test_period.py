"""Periods and clocks: cohort and event view, and time on any clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.errors import InvalidValue
from deskcore.oversight import Kpi, TicketOutcome, measure
from deskcore.oversight.outcome import CycleOutcome, CycleState
from deskcore.oversight.period import Period
from deskcore.oversight.variants import Breaches, ClockTime, FirstSolution, FirstTime, PingPong
from deskcore.testing import oversight as t
from deskcore.testing.wire import check_roundtrip

LATE = datetime(2026, 5, 31, 23, tzinfo=UTC)
MAY = (date(2026, 5, 1), date(2026, 5, 31))
ONE = attrs.evolve(
    TicketOutcome("T-1", LATE, LATE), is_open=False, resolved_at=LATE + timedelta(hours=2), first_resolved_at=LATE
)
VARIANTS: tuple[Kpi, ...] = (
    Breaches("resolution", "last"),
    Breaches("resolution", "ever"),
    ClockTime("next_response", 0.9),
    ClockTime("resolution", None),
    FirstSolution(timedelta(hours=4)),
    FirstTime("level"),
    FirstTime("contact"),
    FirstTime("both"),
    PingPong(),
)


def test_cohort_and_event_view_differ() -> None:
    assert Period(*MAY, anchor="opened").of([ONE], tz=UTC) == (ONE,)
    assert Period(*MAY, anchor="resolved").of([ONE], tz=UTC) == ()


def test_days_are_local() -> None:
    assert not Period(*MAY, anchor="opened").holds(ONE, tz=ZoneInfo("Europe/Amsterdam"))


def test_what_has_not_happened_is_in_no_period() -> None:
    assert not Period(*MAY, anchor="first_response").holds(ONE, tz=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Period(MAY[1], MAY[0], anchor="opened"),
        lambda: Period(*MAY, anchor="born"),  # type: ignore[arg-type]
        lambda: ClockTime("x", 2),
        lambda: ClockTime("x", method="guess"),  # type: ignore[arg-type]
        lambda: FirstSolution(timedelta(-1)),
        lambda: FirstTime("luck"),  # type: ignore[arg-type]
        lambda: Breaches("x", "first"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidValue):
        wrong()


def test_a_clock_counts_each_ended_cycle() -> None:
    states: tuple[CycleState, ...] = ("met", "met_late", "running")
    cycles = tuple(
        CycleOutcome("next_response", number, state, consumed_us=number * 60_000_000)
        for number, state in enumerate(states, start=1)
    )
    waits = [
        attrs.evolve(ONE, cycles=cycles),
        attrs.evolve(ONE, id="T-2", cycles=cycles[2:]),
        attrs.evolve(ONE, id="T-3"),
    ]
    found = measure(waits, [ClockTime("next_response", None)]).value("clock.next_response.mean")
    assert (found.value, found.numerator, found.denominator) == (90, 180, 2)
    assert [one.reason for one in found.excluded] == ["clock still running", "no such clock"]
    assert measure(waits, [ClockTime("next_response")]).value("clock.next_response.p50").value == 60


@settings(max_examples=25)
@given(st.lists(t.outcomes(), max_size=10, unique_by=lambda one: one.id))
def test_the_laws_of_figures_hold_for_the_variants(records: list[TicketOutcome]) -> None:
    """Breakdowns add up, none only of nothing, shares are shares, order does not matter."""
    t.check_breakdowns_add_up(records, VARIANTS, ("priority",))
    t.check_none_only_of_nothing(records, VARIANTS)
    t.check_shares_are_shares(records, VARIANTS)
    t.check_order_does_not_matter(records, range(len(records) - 1, -1, -1), VARIANTS)


@pytest.mark.parametrize("kpi", VARIANTS, ids=lambda kpi: kpi.name)
def test_variants_are_data(kpi: Kpi) -> None:
    check_roundtrip(kpi)
