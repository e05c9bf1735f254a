"""Strategies and laws for figures: records of tickets, and what must hold for every figure over them.

A host's own ``Kpi`` goes through the same laws.

Layer: testing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.oversight import Backlog, Kpi, TicketOutcome, measure
from deskcore.oversight.kpi import (
    Attainment,
    Duration,
    NextResponse,
    OneTouch,
    OpenMedian,
    Overflow,
    PassThrough,
    Reassignments,
    Reopens,
    SelfService,
    TimeSpent,
    Volume,
)
from deskcore.oversight.outcome import DIMENSIONS, CycleOutcome, CycleState, Dimension
from deskcore.oversight.tally import NONE
from deskcore.oversight.variants import Breaches, ClockTime, FirstSolution, FirstTime, PingPong

__all__ = [
    "EVERY_KPI",
    "START",
    "check_backlog_agrees",
    "check_breakdowns_add_up",
    "check_none_only_of_nothing",
    "check_order_does_not_matter",
    "check_shares_are_shares",
    "cycles",
    "outcomes",
]

START: Final = datetime(2026, 3, 2, tzinfo=UTC)
EVERY_KPI: Final[tuple[Kpi, ...]] = (
    Volume("received"),
    Volume("resolved"),
    Volume("open"),
    Attainment("resolution"),
    Attainment("first_response", "completed_only"),
    Attainment("next_response", "all_started", "each"),
    Attainment("periodic_update", cycle="any_breached"),
    Duration("first_response", 0.5),
    Duration("first_resolution", 0.9, "linear_type7"),
    Duration("resolution", None),
    Duration("resolution", 0.95, measure="sla"),
    Reopens("ticket"),
    Reopens("event"),
    Reassignments("team"),
    Reassignments("assignee", "ticket"),
    OneTouch("at_most_one"),
    OneTouch("exactly_one"),
    Overflow(),
    OpenMedian("first_response"),
    OpenMedian("resolution"),
    NextResponse(0.9),
    TimeSpent("requester_wait"),
    TimeSpent("agent_work", None),
    TimeSpent("on_hold", 0.9),
    TimeSpent("agent_wait"),
    ClockTime("next_response", 0.9),
    FirstSolution(timedelta(minutes=15)),
    FirstTime("level"),
    FirstTime("both"),
    Breaches("resolution", "ever"),
    PingPong(),
    PassThrough(),
    PassThrough("manila"),
    SelfService(),
)
"""Every figure of the room, in several variants."""

_STATES: Final[st.SearchStrategy[CycleState]] = st.sampled_from(
    ("met", "met_late", "breached", "running", "cancelled", "measured", "not_started")
)
_CYCLES: Final = st.builds(
    CycleOutcome,
    st.sampled_from(["first_response", "next_response", "periodic_update", "resolution"]),
    st.integers(1, 3),
    _STATES,
    st.integers(0, 10**12),
)
_MINUTES: Final = st.integers(0, 40 * 24 * 60)
_SPENT: Final = st.dictionaries(
    st.sampled_from(["new", "active", "waiting", "requester", "vendor"]), st.integers(0, 10**12), max_size=3
).map(FrozenDict[int])
_DESKS: Final = st.lists(st.sampled_from([None, "house", "manila", "lisbon"]), max_size=4).map(tuple)


def cycles() -> st.SearchStrategy[CycleOutcome]:
    """One cycle of one of four metrics, in any state."""
    return _CYCLES


@st.composite
def outcomes(draw: st.DrawFn) -> TicketOutcome:
    """The record of a ticket with a life of some spells within forty days, open or not."""
    edges = sorted(draw(st.lists(_MINUTES, min_size=1, max_size=6)))
    moments = [START + timedelta(minutes=minutes) for minutes in edges]
    spells = tuple(
        (begun, moments[place + 1] if place + 1 < len(moments) else None)
        for place, begun in list(enumerate(moments))[::2]
    )
    ended = [end for _, end in spells if end is not None]
    is_open = spells[-1][1] is None
    return TicketOutcome(
        id=f"T-{draw(st.integers(1, 10**6))}",
        at=START + timedelta(days=60),
        opened_at=moments[0],
        priority=draw(st.sampled_from([None, "p1", "p2", "p3"])),
        team=draw(st.sampled_from([None, "first", "network"])),
        desk=draw(st.sampled_from([None, "house", "manila"])),
        first_response_at=draw(st.sampled_from([None, moments[-1]])),
        first_resolved_at=ended[0] if ended else None,
        resolved_at=ended[-1] if ended else None,
        closed_at=None if is_open or draw(st.booleans()) else moments[-1],
        is_open=is_open,
        is_cancelled=not is_open and draw(st.booleans()),
        replies=draw(st.integers(0, 3)),
        reopens=len(spells) - 1,
        team_changes=draw(st.integers(0, 4)),
        assignee_changes=draw(st.integers(0, 4)),
        cycles=tuple(draw(st.lists(_CYCLES, max_size=4))),
        spells=spells,
        channel=draw(st.sampled_from([None, "email", "self_service"])),
        resolved_tier=draw(st.sampled_from([None, 1, 2])),
        contacts=draw(st.integers(0, 3)),
        groups=draw(_DESKS),
        desks=draw(_DESKS),
        spent_us=draw(_SPENT),
        next_responses_us=tuple(draw(st.lists(st.integers(0, 10**10), max_size=3))),
    )


def check_order_does_not_matter(records: Sequence[TicketOutcome], order: Sequence[int], kpis: Sequence[Kpi]) -> None:
    """Any order of the tickets, and any cut into parts that are merged, gives the same figures."""
    straight = measure(records, kpis)
    shuffled = [records[place] for place in order]
    half = len(shuffled) // 2
    merged = measure(shuffled[:half], kpis)
    merged.merge(measure(shuffled[half:], kpis))
    assert straight.values() == measure(shuffled, kpis).values() == merged.values()
    assert straight.tickets == merged.tickets == len(records)


def check_breakdowns_add_up(
    records: Sequence[TicketOutcome], kpis: Sequence[Kpi], dimensions: Sequence[Dimension] = DIMENSIONS
) -> None:
    """The parts of a breakdown add up to the total, and every ticket is counted or left out with a reason."""
    tally = measure(records, kpis, by=dimensions)
    for kpi in kpis:
        for dimension in dimensions:
            broken = tally.breakdown(kpi.name, dimension)
            parts = list(broken.parts.values())
            assert abs(sum(part.numerator for part in parts) - broken.total.numerator) <= 1e-9 * max(
                1, abs(broken.total.numerator)
            )
            assert sum(part.denominator for part in parts) == broken.total.denominator
            assert sorted(one for part in parts for one in part.excluded) == list(broken.total.excluded)
            values = {record.dimension(dimension) or NONE for record in records}
            assert set(broken.parts) == values


def check_none_only_of_nothing(records: Sequence[TicketOutcome], kpis: Sequence[Kpi]) -> None:
    """A figure of nothing has no value, never 0 or 100 %; a figure without a value says why, one with it does not."""
    for value in measure(records, kpis).values():
        if value.unit != "tickets" and not value.denominator:
            assert value.value is None
        assert bool(value.reason) == (value.value is None)
        assert all(one.reason for one in value.excluded)
        assert value.definition in value.explain()


def check_shares_are_shares(records: Sequence[TicketOutcome], kpis: Sequence[Kpi]) -> None:
    """A share lies between 0 and 1, an amount of time is not negative."""
    for value in measure(records, kpis).values():
        if value.value is not None:
            assert value.value >= 0
            assert value.unit != "share" or value.value <= 1


def check_backlog_agrees(records: Sequence[TicketOutcome]) -> None:
    """Stock after a day is stock before it plus flow, and equals a head count at its last instant."""
    backlog = Backlog(UTC)
    for record in records:
        backlog.add(record)
    days = backlog.days()
    for place, day in enumerate(days):
        midnight = datetime.combine(day.day, datetime.min.time(), UTC) + timedelta(days=1)
        counted = sum(
            begun < midnight and (ended is None or ended >= midnight)
            for record in records
            for begun, ended in record.spells
        )
        assert day.closing == counted
        assert place == 0 or days[place - 1].closing == day.opening
        assert backlog.days(day.day, day.day) == (day,)
