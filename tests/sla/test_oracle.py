"""The engine against a clock that walks through time grain by grain and shares no code with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.hours import BusinessDuration, business, elapsed
from deskcore.log import Event
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target
from deskcore.sla.cue import Whom
from deskcore.sla.look import clock
from deskcore.sla.stopwatch import OnReopen
from deskcore.testing.sla import GRAIN, OFFICE, amounts, folded, histories
from deskcore.testing.sla_oracle import Walker

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def office_is_open(at: datetime) -> bool:
    local = at.astimezone(AMSTERDAM)
    minutes = local.hour * 60 + local.minute
    return local.weekday() < 5 and (540 <= minutes < 750 or 780 <= minutes < 1050)


def always(at: datetime) -> bool:
    return True


def agree(
    events: tuple[Event, ...],
    metric: str,
    grains: int,
    pause_on: tuple[Whom, ...],
    on_reopen: OnReopen,
    *,
    in_hours: bool,
    after: int,
) -> None:
    amount = business(minutes=10 * grains) if in_hours else elapsed(minutes=10 * grains)
    policy = SlaPolicy("house", (Target(metric, amount),), pause_on={metric: pause_on}, on_reopen=on_reopen)
    setup = SlaSetup(PolicyBook((policy,)), {"default": OFFICE})
    at = events[-1].at + GRAIN * after
    walker = Walker(
        metric,
        grains,
        office_is_open if in_hours else always,
        GRAIN,
        pause_on,
        on_reopen if metric == "resolution" else "first_only",
    )
    walked = walker.walk(events, at)

    found = clock(folded(events, setup), setup, metric, at=at)

    expected = "cancelled" if walked.state == "void" else walked.state
    if expected == "stopped":
        expected = "met_late" if walked.breached_at else "met"
    elif expected in {"running", "paused"} and walked.breached_at:
        expected = "breached"
    assert found.state == expected
    assert found.consumed_us == walked.used * (GRAIN // timedelta(microseconds=1))
    if walked.state in {"running", "paused"}:
        assert found.due == walked.due
    assert found.breached_at == walked.breached_at
    assert walked.state == "not_started" or found.number == walked.cycle
    assert isinstance(found.consumed, BusinessDuration) is in_hours


PAUSES: st.SearchStrategy[tuple[Whom, ...]] = st.sampled_from(((), ("requester",), ("requester", "vendor"), ("any",)))
REOPENS: st.SearchStrategy[OnReopen] = st.sampled_from(
    ("continue_excluding_closed", "continue_including_closed", "restart", "first_only")
)


@given(
    events=histories(priorities=False, late=False),
    metric=st.sampled_from(("first_response", "next_response", "resolution")),
    grains=amounts(300),
    pause_on=PAUSES,
    on_reopen=REOPENS,
    in_hours=st.booleans(),
    after=st.integers(0, 200),
)
@settings(max_examples=150, deadline=None)
def test_a_clock_agrees_with_one_that_walks(
    events: tuple[Event, ...],
    metric: str,
    grains: int,
    pause_on: tuple[Whom, ...],
    on_reopen: OnReopen,
    in_hours: bool,
    after: int,
) -> None:
    """Stepping through every grain of time gives the same state, use, due and breach."""
    agree(events, metric, grains, pause_on, on_reopen, in_hours=in_hours, after=after)


@pytest.mark.slow
@given(
    events=histories(priorities=False, late=False, most=25),
    metric=st.sampled_from(("first_response", "next_response", "resolution")),
    grains=amounts(),
    pause_on=PAUSES,
    on_reopen=REOPENS,
    in_hours=st.booleans(),
    after=st.integers(0, 1000),
)
@settings(max_examples=4000, deadline=None)
def test_a_clock_agrees_with_one_that_walks_for_long(
    events: tuple[Event, ...],
    metric: str,
    grains: int,
    pause_on: tuple[Whom, ...],
    on_reopen: OnReopen,
    in_hours: bool,
    after: int,
) -> None:
    """The same over longer lives and many more of them."""
    agree(events, metric, grains, pause_on, on_reopen, in_hours=in_hours, after=after)


def test_the_walking_office_is_the_calendars() -> None:
    at = datetime(2026, 3, 27, tzinfo=UTC)
    while at < datetime(2026, 4, 10, tzinfo=UTC):
        assert OFFICE.is_open(at) is office_is_open(at), at
        at += GRAIN
