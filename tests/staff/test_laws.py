"""The laws of staff over generated registers, contracts and streams."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.log import EventData
from deskcore.predicate import Facts
from deskcore.staff import Presence, Scope, Staff
from deskcore.testing import staff as some

PEOPLE = ("a0", "a1", "a2", "a3", "a4")
FACTS = st.fixed_dictionaries(
    {}, optional={"category": st.sampled_from(some.CATEGORIES), "tier": st.integers(1, 3), "vip": st.booleans()}
)


@given(st.lists(some.presence_events(PEOPLE), max_size=20))
def test_presence_is_a_fold(data: Sequence[EventData]) -> None:
    """Stepping and replaying agree, and saying the same twice changes nothing more."""
    some.check_presence_is_a_fold(some.floor_events(data))


@given(
    staff=some.staffs(),
    data=st.lists(some.presence_events(PEOPLE), max_size=10),
    at=some.instants(),
    later=st.integers(0, 4000),
)
@settings(max_examples=60)
def test_shifts_are_recorded_once_and_dated_when_they_began(
    staff: Staff, data: Sequence[EventData], at: datetime, later: int
) -> None:
    presence = Presence.replay(some.floor_events(data, start=at))
    some.check_shifts_are_recorded_once(staff, presence, some.CALENDARS, at=at + timedelta(minutes=len(data) + later))


@given(scope=some.scopes(), facts=FACTS)
def test_a_scope_answers_as_it_reasons(scope: Scope, facts: Facts) -> None:
    some.check_scope(scope, facts)


@given(some.staffs())
def test_a_register_survives_pickle(staff: Staff) -> None:
    copy = pickle.loads(pickle.dumps(staff))

    assert copy == staff
    assert hash(copy) == hash(staff)
    assert all(copy.agent(agent.id) == agent for agent in staff.agents)


@given(some.staffs())
def test_every_agent_stands_at_one_desk(staff: Staff) -> None:
    """The desks part the register: nobody is lost between them and nobody counted twice."""
    everybody = [agent.id for desk in staff.desks for agent in staff.at_desk(desk)]
    assert sorted(everybody) == sorted(agent.id for agent in staff.agents)
