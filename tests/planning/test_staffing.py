"""Staffing: what so many agents give, and how many it takes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.errors import InvalidValue
from deskcore.planning.growth import hiring_plan, pool, staffing_curve
from deskcore.planning.staffing import Outlook, StaffingGoal, Workload, outlook, scheduled_agents
from deskcore.queueing import least_servers

MODEST = settings(max_examples=40)
GOAL = StaffingGoal(0.8, answer_within_s=20)
WORKS = st.builds(Workload, st.integers(1, 400), st.just(1800.0), st.integers(30, 600).map(float))


@MODEST
@given(WORKS)
def test_one_agent_fewer_breaks_the_goal(work: Workload) -> None:
    """The answer is the least, above the load."""
    agents = GOAL.agents_for(work)
    assert agents > work.exact_load
    assert (outlook(work, agents=agents, answer_within_s=20).service_level or 0) >= 0.8
    fewer = outlook(work, agents=agents - 1, answer_within_s=20)
    assert not fewer.is_stable or (fewer.service_level or 0) < 0.8
    assert agents == least_servers(work.load, level=0.8, within=20 / work.handling_s)


@MODEST
@given(WORKS, st.integers(2, 6))
def test_one_desk_never_takes_more_than_several(work: Workload, desks: int) -> None:
    assert pool(desks, work, GOAL).saved >= 0


@MODEST
@given(WORKS, st.integers(1, 60))
def test_more_agents_never_make_anybody_wait_longer(work: Workload, agents: int) -> None:
    """With patience, so that every number of agents is stable."""
    fewer, more = (outlook(work, agents=one, answer_within_s=20, patience_s=300) for one in (agents, agents + 1))
    assert (more.abandonment or 0) <= (fewer.abandonment or 0) + 1e-12
    assert (more.service_level or 0) >= (fewer.service_level or 0) - 1e-9


def test_impatient_customers_keep_an_overloaded_desk_stable() -> None:
    found = outlook(Workload(300, 1800, 180), agents=10, answer_within_s=20, patience_s=60)
    assert found.is_stable
    assert found.abandonment == pytest.approx(2 / 3, abs=1e-3)
    assert found.occupancy == pytest.approx(1, abs=1e-3)


def test_a_load_that_just_fills_a_group_is_not_stable() -> None:
    found = outlook(Workload(100, 1800, 180), agents=10, answer_within_s=20)
    assert found == Outlook(10, 10.0, is_stable=False)
    assert found.answered_immediately is None


def test_an_occupancy_that_is_just_kept_is_kept() -> None:
    assert StaffingGoal(0.0, answer_within_s=0, max_occupancy=0.8).agents_for(Workload(80, 1800, 180)) == 10


def test_shrinkage_divides() -> None:
    assert scheduled_agents(14, shrinkage=0.3) == 20
    assert scheduled_agents(7, shrinkage=0.3) == 10
    assert scheduled_agents(0, shrinkage=0.3) == 0


def test_nobody_calling_still_takes_somebody() -> None:
    assert GOAL.agents_for(Workload(0, 1800, 180)) == 1
    assert outlook(Workload(0, 1800, 180), agents=1, answer_within_s=20).uplift is None
    assert staffing_curve([], Workload(1, 1800, 180), GOAL) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Workload(-1, 1800, 180),
        lambda: Workload(1, 0, 180),
        lambda: StaffingGoal(1.0, answer_within_s=20),
        lambda: StaffingGoal(0.8, answer_within_s=-1),
        lambda: StaffingGoal(0.8, answer_within_s=20, max_occupancy=0),
        lambda: scheduled_agents(-1, shrinkage=0),
        lambda: scheduled_agents(1, shrinkage=1),
        lambda: pool(0, Workload(1, 1800, 180), GOAL),
        lambda: outlook(Workload(1, 1800, 180), agents=-1, answer_within_s=20),
        lambda: outlook(Workload(1, 1800, 180), agents=1, answer_within_s=-1),
        lambda: outlook(Workload(1, 1800, 180), agents=1, answer_within_s=1, patience_s=0),
        lambda: GOAL.agents_for(Workload(1e9, 1, 1)),
    ],
)
def test_what_cannot_be_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidValue):
        wrong()


def test_who_hires_when_the_need_is_seen_is_short_for_as_long_as_hiring_takes() -> None:
    each, goal = Workload(contacts=0.3, interval_s=3600, handling_s=360), StaffingGoal(0.8, answer_within_s=20)
    customers = [10, 10, 100, 100, 1000, 1000, 1000, 1000]
    plan = hiring_plan(customers, each, goal, lead_months=2)
    assert [one.start_hiring for one in plan] == [4, 0, 30, 0, 0, 0, 0, 0]
    assert [one.short_if_late for one in plan] == [0, 0, 4, 4, 30, 30, 0, 0]
    at_once = hiring_plan(customers, each, goal, lead_months=0)
    assert all(one.short_if_late == 0 for one in at_once)
    leavers = hiring_plan(customers, each, goal, lead_months=2, attrition=0.3, shrinkage=0.3)
    assert sum(one.start_hiring for one in leavers) > sum(one.start_hiring for one in plan)


@settings(max_examples=25)
@given(st.floats(1, 200), st.floats(30, 900))
def test_slower_handling_never_needs_fewer_people(contacts: float, handling_s: float) -> None:
    """A partner that knows the place less well takes more agents for the same calls."""
    work, goal = Workload(contacts, 1800, handling_s), StaffingGoal(0.8, answer_within_s=20)
    assert goal.agents_for(work.slower(1.25)) >= goal.agents_for(work)
