"""Every value that a room's own strategies give comes back: what is configured, and what a host keeps."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.testing import escalation, hours, oversight, routing, sla, staff, tickets
from deskcore.testing.wire import check_roundtrip
from deskcore.tickets import replay


@st.composite
def sla_states(draw: st.DrawFn) -> object:
    setup = draw(sla.setups())
    return sla.folded(draw(sla.histories()), setup)


@st.composite
def stories(draw: st.DrawFn) -> tuple[object, ...]:
    lifecycle = draw(tickets.lifecycles())
    story = draw(tickets.stories(lifecycle))
    return tuple(story.events)


@st.composite
def floors(draw: st.DrawFn) -> tuple[object, ...]:
    floor = draw(routing.floors())
    return (floor.staff, floor.presence, floor.routing, draw(routing.policies(floor.staff)))


ONE: dict[str, st.SearchStrategy[Any]] = {
    "calendars": hours.calendars(),
    "special days": hours.special_days(),
    "lifecycles": tickets.lifecycles(),
    "policies": sla.policies(),
    "sla states": sla_states(),
    "matrices": escalation.matrices(),
    "dues": escalation.dues(),
    "recipients": escalation.recipients(),
    "staffs": staff.staffs(),
    "scopes": staff.scopes(),
    "waiting tickets": routing.tickets(),
    "requirements": routing.requirements(),
    "rankings": routing.rankings(),
    "gates": routing.gates(),
    "outcomes": oversight.outcomes(),
}
SEVERAL: dict[str, st.SearchStrategy[tuple[Any, ...]]] = {
    "logs": stories(),
    "floors": floors(),
    "rungs": escalation.rungs(),
}


@pytest.mark.parametrize("name", ONE)
@given(data=st.data())
@settings(max_examples=15)
def test_a_value_comes_back(name: str, data: st.DataObject) -> None:
    """loads(dumps(x)) == x."""
    check_roundtrip(data.draw(ONE[name]))


@pytest.mark.parametrize("name", SEVERAL)
@given(data=st.data())
@settings(max_examples=15)
def test_each_of_several_values_comes_back(name: str, data: st.DataObject) -> None:
    """loads(dumps(x)) == x."""
    for value in data.draw(SEVERAL[name]):
        check_roundtrip(value)


@given(events=stories())
@settings(max_examples=15)
def test_a_ticket_comes_back(events: tuple[Any, ...]) -> None:
    """The state too, so that a host may keep it beside the log."""
    check_roundtrip(replay(events))
