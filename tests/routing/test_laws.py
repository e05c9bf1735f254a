"""The laws of routing over generated floors, tickets and policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.log import EventData
from deskcore.routing import Gate, Snapshot, WaitingFacts
from deskcore.routing.policy import RoutingPolicy
from deskcore.routing.ranking import NO_PREFERENCE, Ranking
from deskcore.routing.requirement import Requirement
from deskcore.testing import routing as some
from deskcore.testing import routing_laws as laws
from deskcore.testing.routing_claims import check_claims
from deskcore.testing.staff import MONDAY

FEW = settings(max_examples=40)
LOOKALIKES: list[dict[str, Any]] = [
    {},
    {"priority": "p9", "priority_rank": 9, "last_agent": "zoe", "channel": "phone"},
    {"category": "password"},
    {"skills": {"vpn": 2}},
    {"languages": ("nl",)},
    {"tier": 3},
    {"units": 2},
    {"tried": ("a1",)},
    {"team": "second"},
    {"data_class": "health"},
    {"queued_at": MONDAY},
    {"due_at": MONDAY, "at_risk_from": MONDAY},
    {"tags": frozenset({"vip"})},
]
"""Tickets that differ from another in one thing, some of which no policy looks at."""


@st.composite
def situations(draw: st.DrawFn) -> tuple[RoutingPolicy, WaitingFacts, Snapshot]:
    """A policy, a ticket and a floor that belong together."""
    floor = draw(some.floors())
    return draw(some.policies(floor.staff)), draw(some.tickets()), floor


@pytest.mark.slow
@given(situations())
@settings(max_examples=20_000)
def test_nobody_unfit_is_ever_chosen_in_many_decisions(
    situation: tuple[RoutingPolicy, WaitingFacts, Snapshot],
) -> None:
    laws.check_nobody_unfit(*situation)


@given(situation=situations(), change=st.sampled_from(LOOKALIKES))
@settings(max_examples=120)
def test_generated_policies_keep_what_they_claim(
    situation: tuple[RoutingPolicy, WaitingFacts, Snapshot], change: dict[str, Any]
) -> None:
    """A combinator claims what its parts claim, less what combining loses: never more than it keeps.

    And nobody polls: before ``next_change`` asking again is pointless; tickets of equal demand fare alike, so the line
    may be served by asking once for each demand.
    """
    policy, ticket, floor = situation
    check_claims(policy, ticket, floor)
    laws.check_nobody_unfit(policy, ticket, floor)
    laws.check_survives_pickle(policy, ticket, floor)
    laws.check_next_change_is_never_late(policy, ticket, floor)
    laws.check_demand(policy, ticket, attrs.evolve(ticket, ticket="T-1", **change), floor)
    laws.check_draining_conserves_tickets(policy, floor)


@given(st.data())
@FEW
def test_first_of_is_associative_with_decline_as_identity(data: st.DataObject) -> None:
    floor = data.draw(some.floors())
    policies = some.policies(floor.staff)
    laws.check_first_of(data.draw(policies), data.draw(policies), data.draw(policies), data.draw(some.tickets()), floor)


@given(a=some.requirements(), b=some.requirements(), c=some.requirements(), ticket=some.tickets(), floor=some.floors())
@FEW
def test_requirements_form_a_lattice(
    a: Requirement, b: Requirement, c: Requirement, ticket: WaitingFacts, floor: Snapshot
) -> None:
    everybody = [floor.agent(agent.id) for agent in floor.staff.agents]
    everybody += [floor.desk(partner.id) for partner in floor.staff.partners]
    for candidate in everybody:
        laws.check_requirement_lattice(a, b, c, ticket, candidate, floor)


@given(a=some.requirements(), b=some.requirements(), ticket=some.tickets(), floor=some.floors())
@FEW
def test_a_further_requirement_lets_nobody_in(
    a: Requirement, b: Requirement, ticket: WaitingFacts, floor: Snapshot
) -> None:
    laws.check_adding_a_requirement_adds_nobody(a, b, ticket, floor)


@given(ranking=some.rankings(), ticket=some.tickets(), floor=some.floors())
@FEW
def test_rankings_are_total(ranking: Ranking, ticket: WaitingFacts, floor: Snapshot) -> None:
    laws.check_ranking_is_total(ranking, ticket, floor)


@given(a=some.rankings(), b=some.rankings(), c=some.rankings())
def test_then_is_associative_with_no_preference_as_identity(a: Ranking, b: Ranking, c: Ranking) -> None:
    assert a.then(b).then(c) == a.then(b.then(c))
    assert a.then(NO_PREFERENCE) == a == NO_PREFERENCE.then(a)


@given(st.lists(some.routing_events(), max_size=25))
@FEW
def test_the_floor_neither_loses_nor_doubles(data: Sequence[EventData]) -> None:
    """A ticket waits, or is held, or neither; a load is the sum of what is held, whatever is recorded in what order."""
    laws.check_state_conserves(data)


@given(gate=some.gates(), floor=some.floors())
@settings(max_examples=60)
def test_gates_come_to_rest(gate: Gate, floor: Snapshot) -> None:
    laws.check_gates_come_to_rest(gate, floor)


@given(
    st.tuples(*(some.tickets(id=f"T-{place}") for place in range(4))).flatmap(
        lambda line: st.tuples(st.just(list(line)), st.permutations(line))
    )
)
@FEW
def test_the_line_depends_on_the_tickets_alone(lines: tuple[list[WaitingFacts], list[WaitingFacts]]) -> None:
    laws.check_order_is_of_the_tickets(*lines)
