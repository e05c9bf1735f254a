"""The laws of routing over generated floors, tickets and policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.log import EventData
from deskcore.routing import Gate, Overflow, Snapshot, ToAgent, Wait, WaitingFacts, When
from deskcore.routing.policy import RoutingPolicy
from deskcore.routing.ranking import NO_PREFERENCE, Ranking
from deskcore.routing.requirement import Requirement
from deskcore.testing import routing as some
from deskcore.testing import routing_laws as laws
from deskcore.testing.staff import MONDAY

FEW = settings(max_examples=60)
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


@given(situations())
@settings(max_examples=120)
def test_nobody_unfit_is_ever_chosen(situation: tuple[RoutingPolicy, WaitingFacts, Snapshot]) -> None:
    """Whatever the policy asks or forgets to ask, nobody absent, full, off shift, out of scope or uncleared is given it."""
    laws.check_nobody_unfit(*situation)


@pytest.mark.slow
@given(situations())
@settings(max_examples=20_000)
def test_nobody_unfit_is_ever_chosen_in_many_decisions(
    situation: tuple[RoutingPolicy, WaitingFacts, Snapshot],
) -> None:
    laws.check_nobody_unfit(*situation)


@given(situations())
@FEW
def test_decisions_are_deterministic(situation: tuple[RoutingPolicy, WaitingFacts, Snapshot]) -> None:
    """Asked twice, through pickle or with the register turned round: the same decision."""
    laws.check_deterministic(*situation)
    laws.check_survives_pickle(*situation)


@given(situations())
@settings(max_examples=120)
def test_explanations_are_sound(situation: tuple[RoutingPolicy, WaitingFacts, Snapshot]) -> None:
    """What is told is what was decided: the winner's key is least, and every loser has a reason."""
    laws.check_explanation_is_sound(*situation)


@given(situations())
@settings(max_examples=120)
def test_next_change_is_never_late(situation: tuple[RoutingPolicy, WaitingFacts, Snapshot]) -> None:
    """Nobody polls: before the instant named, asking again is pointless."""
    laws.check_next_change_is_never_late(*situation)


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


@given(situations())
@FEW
def test_draining_the_line_conserves_tickets(situation: tuple[RoutingPolicy, WaitingFacts, Snapshot]) -> None:
    policy, _, floor = situation
    laws.check_draining_conserves_tickets(policy, floor)


@given(situation=situations(), change=st.sampled_from(LOOKALIKES))
@settings(max_examples=150)
def test_tickets_of_equal_demand_fare_alike(
    situation: tuple[RoutingPolicy, WaitingFacts, Snapshot], change: dict[str, Any]
) -> None:
    """The line may be served by asking once for each demand instead of once for each ticket."""
    policy, ticket, floor = situation
    laws.check_demand(policy, ticket, attrs.evolve(ticket, ticket="T-1", **change), floor)


@given(gate=some.gates(), floor=some.floors())
@settings(max_examples=120)
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


@given(situation=situations(), gate=some.gates())
@FEW
def test_overflow_is_one_of_its_sides(situation: tuple[RoutingPolicy, WaitingFacts, Snapshot], gate: Gate) -> None:
    """With a gate that is closed it decides as the inside, with an open one as the outside."""
    policy, ticket, floor = situation
    sides = {False: policy, True: ToAgent() | Wait("outside")}
    overflow = Overflow(gate, inside=sides[False], outside=sides[True])

    decision = overflow.answer(ticket, floor)

    expected = sides[floor.routing.is_open(gate.id)].answer(ticket, floor)
    assert (decision.kind, decision.agent, decision.desk) == (expected.kind, expected.agent, expected.desk)
    assert decision.because[1:] == expected.because


@given(situations())
@FEW
def test_when_always_is_the_policy_and_when_never_declines(
    situation: tuple[RoutingPolicy, WaitingFacts, Snapshot],
) -> None:
    from deskcore.predicate import ALWAYS, NEVER

    policy, ticket, floor = situation
    assert When(ALWAYS, policy).answer(ticket, floor) == policy.answer(ticket, floor)
    assert not When(NEVER, policy).answer(ticket, floor).answers
