"""Why this one and why not each other; what lint finds; how policies and decisions look."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
import pytest

from deskcore.errors import UnknownName
from deskcore.hours import elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import Is
from deskcore.routing import (
    Gate,
    HandOff,
    Overflow,
    RoutingPolicy,
    RoutingState,
    Snapshot,
    ToAgent,
    Wait,
    WaitingFacts,
    When,
    lint,
)
from deskcore.routing.events import Placed
from deskcore.routing.explain import explain
from deskcore.routing.pictures import decision_table, policy_flowchart, policy_tree
from deskcore.routing.policy import AfterWait, Decline, Reject
from deskcore.routing.ranking import Cheapest
from deskcore.routing.requirements import InTeam, NeedsSkill
from deskcore.routing.signals import NobodyPresent, OutOfHours, WaitingCount
from deskcore.staff import Agent, Partner, Presence, Scope, Staff, Team
from deskcore.staff.events import SignedOn
from tests.routing.nodes import POLICIES, situations

NINE = datetime(2026, 5, 18, 9, tzinfo=UTC)
STAFF = Staff(
    agents=(Agent("abe", skills=["vpn"]), Agent("bo", skills=["vpn"]), Agent("cy"), Agent("di", skills=["vpn"])),
    teams=(Team("empty"),),
    partners=(Partner("manila", scope=Scope.everything(), languages=("en",)), Partner("mute")),
)
TICKET = WaitingFacts("T-1", opened_at=NINE, queued_at=NINE, skills={"vpn"})
BUSY = Gate("busy", WaitingCount(), on=10, off=5)


def _floor() -> Snapshot:
    facts: list[EventData] = [SignedOn("abe"), SignedOn("bo"), SignedOn("cy"), Placed("H-1", "bo")]
    stream = [Event("floor", seq, NINE, NINE, Actor.system(), data) for seq, data in enumerate(facts, start=1)]
    return Snapshot(at=NINE, staff=STAFF, presence=Presence.replay(stream), routing=RoutingState.replay(stream))


def test_every_loser_is_told_the_first_thing_that_stood_against_them() -> None:
    told = explain(ToAgent(), TICKET, _floor())

    assert told.chosen == "abe"
    assert told.why_not("abe") == "abe got it"
    assert told.why_not("bo") == "bo uses 1 of 3, abe uses 0 of 3"
    assert told.why_not("cy") == "cy lacks vpn"
    assert told.why_not("di") == "di is signed off"
    assert told.why_not("manila") == "manila was not asked: no step looked at it"


def test_the_last_tie_is_told_by_id() -> None:
    floor = attrs.evolve(_floor(), routing=RoutingState())

    assert explain(ToAgent(), TICKET, floor).why_not("bo") == "bo equals abe but for the id, which comes later"


def test_steps_that_declined_are_told_too() -> None:
    told = explain(ToAgent(NeedsSkill("cobol")) | HandOff("manila"), attrs.evolve(TICKET, skills=()), _floor())

    assert told.chosen == "manila"
    assert [step.policy for step in told.steps] == [
        "an agent of house (holds cobol), least utilised, then longest idle",
        "desk manila",
    ]
    assert told.why_not("abe") == "abe lacks cobol"


def test_an_explanation_is_text_for_people_and_data_for_programs() -> None:
    told = explain(ToAgent(), TICKET, _floor())

    lines = told.explain().splitlines()
    assert lines[0].startswith("T-1 goes to abe: first of 2 eligible agents of house")
    assert lines[2].strip().startswith("- abe: chosen (uses 0 of 3")
    candidates = told.to_dict()["steps"][0]["candidates"]  # type: ignore[index,call-overload]
    assert [candidate["id"] for candidate in candidates] == ["abe", "bo", "cy", "di"]  # type: ignore[index,call-overload,union-attr]
    assert str(told) == told.explain()


def test_a_decision_is_drawn_as_a_table() -> None:
    assert (
        decision_table(explain(ToAgent(), TICKET, _floor()))
        == """\
step  candidate  verdict    because
----  ---------  ---------  --------------------------------------------------------------------
   1  abe        chosen     uses 0 of 3, idle since 2026-05-18T09:00:00+00:00, id abe
   1  bo         eligible   uses 1 of 3, not idle, given one at 2026-05-18T09:00:00+00:00, id bo
   1  cy         ruled out  cy lacks vpn
   1  di         ruled out  di is signed off"""
    )


def test_a_policy_is_drawn_as_a_tree() -> None:
    policy = Overflow(BUSY, inside=ToAgent(), outside=HandOff("manila") | ToAgent()) | AfterWait(
        elapsed(hours=1), When(Is("vip", True), ToAgent(InTeam("empty")))
    )

    assert (
        policy_tree(policy)
        == """\
first answer of
├─ gate busy (tickets waiting: opens at 10 or more, closes at 5 or less)
│  ├─ closed: an agent of house, least utilised, then longest idle
│  └─ open: first answer of
│     ├─ desk manila
│     └─ an agent of house, least utilised, then longest idle
└─ after waiting 1h
   └─ when vip is True
      └─ an agent of house (of team empty), least utilised, then longest idle"""
    )


def test_a_policy_is_drawn_as_a_flowchart() -> None:
    chart = policy_flowchart(Overflow(BUSY, inside=ToAgent(), outside=Wait()))

    assert chart.splitlines()[0] == "flowchart TD"
    assert '-->|"closed"|' in chart
    assert '-->|"open"|' in chart


def test_a_sound_policy_has_no_problems() -> None:
    policy = Overflow(BUSY, inside=ToAgent(), outside=HandOff("manila") | ToAgent()) | Wait()

    assert lint(policy, STAFF, calendars=["office"]) == ()


def test_lint_finds_every_mistake_with_its_place() -> None:
    policy = (
        ToAgent(NeedsSkill("cobol") & NeedsSkill("vpn", 3) & InTeam("empty") & ~InTeam("ghosts"), Cheapest())
        | ToAgent(desk="mars")
        | ToAgent(desk="manila")
        | HandOff("manilla")
        | HandOff("mute")
        | When(Is("priorty", "p1") & Is("open.offce", True), Decline())
        | Overflow(Gate("busy", OutOfHours("offce")), inside=Wait(), outside=Reject("closed"))
        | Overflow(Gate("busy", NobodyPresent("mars")), inside=Wait(), outside=Wait())
    )

    found = {(problem.path, problem.code) for problem in lint(policy, STAFF, calendars=["office"])}

    assert found == {
        ("routing.steps[0].requires", "unknown_skill"),
        ("routing.steps[0].requires", "nobody_eligible"),
        ("routing.steps[0].requires", "unknown_team"),
        ("routing.steps[0].ranking", "no_costs"),
        ("routing.steps[1].desk", "unknown_desk"),
        ("routing.steps[2].desk", "nobody_eligible"),
        ("routing.steps[3].partner", "unknown_partner"),
        ("routing.steps[4].partner", "no_scope"),
        ("routing.steps[5].condition", "unknown_fact"),
        ("routing.steps[5].condition", "unknown_calendar"),
        ("routing.steps[6].gate.signal.calendar", "unknown_calendar"),
        ("routing.steps[7]", "unreachable"),
        ("routing.steps[7].gate.signal.desk", "unknown_desk"),
        ("routing.gates[busy]", "contradictory_gates"),
    }


def test_calendars_are_left_alone_where_they_are_not_known() -> None:
    assert lint(When(Is("open.anything", True), ToAgent()), STAFF) == ()


def test_asking_about_nobody_is_an_error() -> None:
    with pytest.raises(UnknownName):
        _floor().agent("zoe")


@pytest.mark.parametrize("policy", POLICIES, ids=str)
def test_every_policy_draws_itself_with_all_its_parts(policy: RoutingPolicy) -> None:
    """One line a node in text, one box a node in Mermaid, and no node is drawn twice."""

    def count(node: RoutingPolicy) -> int:
        return 1 + sum(count(part) for _, part in node.parts_by_label())

    assert len(policy_tree(policy).splitlines()) == count(policy)
    boxes = [line for line in policy_flowchart(policy).splitlines()[1:] if "-->" not in line]
    assert len(boxes) == count(policy)


def test_an_explanation_for_programs_tells_what_a_gate_read() -> None:
    ticket, floor = situations()["with a line"]
    gate = Gate("busy", WaitingCount(), on=9, off=1)
    told = explain(Overflow(gate, inside=ToAgent(), outside=Wait()), ticket, floor).to_dict()
    assert "tickets waiting: 3, opens at 9" in str(told["steps"])
