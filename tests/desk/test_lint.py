"""What lint finds between rooms: each fault made alone, and a sound desk that has none."""

from __future__ import annotations

from datetime import UTC, datetime

import attrs
import pytest

from deskcore._value import FrozenDict
from deskcore.cli.showcase import configuration
from deskcore.desk import Configuration, Desk
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Notify, TransferTo
from deskcore.escalation.recipients import Person, TeamLead
from deskcore.hours import Calendar, business, elapsed
from deskcore.predicate import ALWAYS, Condition, Has, InRange, Is, IsOneOf, where
from deskcore.predicate.pinned import disjoint, pinned
from deskcore.routing import HandOff, RoutingPolicy, ToAgent, When
from deskcore.routing.requirements import NeedsSkill
from deskcore.sla import PolicyBook, SlaPolicy, Target
from deskcore.staff import Agent, Partner, Scope, Staff, Team

OFFICE = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
EARLY = Calendar.weekly("Mon-Fri 09:00-13:00", tz="UTC")
LATE = Calendar.weekly("Mon-Fri 12:00-17:00", tz="UTC")
SCOPE = Scope(where(category=("password", "access")), excluded=Is("customer_tier", "gold"), max_tier=1)
BO = Agent("bo", calendar="default", skills=("vpn",))


def desk(
    *agents: Agent,
    targets: tuple[Target, ...] = (Target.resolution(business(hours=8)),),
    scope: Scope | None = None,
    routing: RoutingPolicy | None = None,
    matrix: Matrix | None = None,
    **calendars: Calendar,
) -> Desk:
    partners = () if scope is None else (Partner("manila", scope=scope, languages=("en",), calendar="default"),)
    staff = Staff(agents=agents or (BO,), partners=partners)
    return Desk.simple(
        calendar=OFFICE, targets=targets, staff=staff, routing=routing, matrix=matrix, calendars=calendars
    )


def found(of: Desk, code: str) -> list[tuple[str, str]]:
    return [(problem.path, problem.message) for problem in of.lint() if problem.code == code]


def test_a_sound_desk_has_nothing_to_mend() -> None:
    assert desk().lint() == ()
    assert Desk(configuration()).lint() == ()


# --- hours ----------------------------------------------------------------------------------------------------------


def test_promised_hours_that_nobody_covers_are_found() -> None:
    early = Agent("bo", calendar="early")
    message = (
        "is open at 2025-01-06T13:00:00+00:00 with nobody to work, 20 business hours in that week; "
        "give an agent or a partner those hours, or shorten the calendar"
    )
    assert found(desk(early, early=EARLY), "uncovered_hours") == [("calendars.default", message)]


def test_two_shifts_cover_a_day_together() -> None:
    both = (Agent("bo", calendar="early"), Agent("mia", calendar="late"))
    assert found(desk(*both, early=EARLY, late=LATE), "uncovered_hours") == []


def test_a_partner_covers_hours_too() -> None:
    early = Agent("bo", calendar="early")
    assert found(desk(early, early=EARLY, scope=Scope.everything()), "uncovered_hours") == []
    assert found(desk(early, early=EARLY, scope=Scope()), "uncovered_hours") != []


@pytest.mark.parametrize("agent", [Agent("bo"), Agent("dana", capacity=0, calendar="early")], ids=["any hour", "none"])
def test_somebody_without_hours_works_at_any_and_nobody_at_all_is_no_finding(agent: Agent) -> None:
    assert found(desk(agent, early=EARLY), "uncovered_hours") == []


def test_a_manager_without_room_covers_nothing() -> None:
    agents = (Agent("bo", calendar="early"), Agent("dana", capacity=0, calendar="default"))
    assert found(desk(*agents, early=EARLY), "uncovered_hours") != []


def test_elapsed_promises_need_no_cover() -> None:
    early = Agent("bo", calendar="early")
    assert found(desk(early, early=EARLY, targets=(Target.resolution(elapsed(days=3)),)), "uncovered_hours") == []


def test_hours_are_compared_from_the_instant_asked_about() -> None:
    shorter = Calendar.versions(OFFICE, (datetime(2026, 7, 1, tzinfo=UTC), EARLY))
    of = desk(Agent("bo", calendar="shifts"), shifts=shorter)
    assert found(of, "uncovered_hours") == []
    (problem,) = of.lint(at=datetime(2026, 6, 1, tzinfo=UTC))
    assert "2026-07-01T13:00:00+00:00" in problem.message


def test_a_calendar_that_never_opens_is_found_whether_a_target_uses_it_or_not() -> None:
    assert found(desk(closed=Calendar.never()), "never_opens") == [("calendars.closed", "never opens")]
    target = attrs.evolve(Target.resolution(business(hours=8)), calendar="closed")
    used = desk(targets=(target,), closed=Calendar.never())
    assert [path for path, _ in found(used, "never_opens")] == ["book.calendars.closed"]


# --- skills, priorities, rungs --------------------------------------------------------------------------------------


def test_a_skill_that_nobody_holds_is_found_in_a_condition_and_in_a_requirement() -> None:
    asked = When(Has("skills", "erp"), ToAgent(NeedsSkill("cobol"))) | When(Has("skills", "vpn"), ToAgent())
    assert {message for _, message in found(desk(routing=asked), "unknown_skill")} == {
        "asks for the skill 'erp', which nobody holds; known: vpn",
        "asks for the skill 'cobol', which nobody holds",
    }


def test_a_priority_without_a_target_is_found() -> None:
    only = desk(targets=(Target.resolution(business(hours=8), when=Is("priority", "p1")),))
    assert [message.partition(";")[0] for _, message in found(only, "no_target")] == [
        f"promises nothing to tickets of priority {priority}" for priority in ("p2", "p3", "p4")
    ]


def test_a_rung_that_reaches_nobody_is_found() -> None:
    rung = Rung("half", Due.at_share("resolution", 0.5), (Notify(TeamLead("net")),))
    matrix = Matrix("house", (MatrixRow(ALWAYS, (rung,)),), Person("bo"))
    of = desk(matrix=matrix)
    staffed = attrs.evolve(of.configuration, staff=Staff(agents=(BO,), teams=(Team("net"),)))
    assert [path for path, _ in found(Desk(staffed), "nobody")] == ["matrix.rows[0].rungs[half].actions[0].recipient"]


# --- scopes ---------------------------------------------------------------------------------------------------------

OUTSIDE = {
    "tier": (Is("tier", 2), "its highest tier is 1, and tier is 2"),
    "tiers": (InRange("tier", least=2), "its highest tier is 1, and tier is at least 2"),
    "category": (Is("category", "payroll"), "it provides only where category is password or access"),
    "excluded": (where(customer_tier="gold", category="password"), "it excludes customer_tier is gold"),
}
INSIDE: dict[str, Condition] = {
    "tier": Is("tier", 1),
    "some tier": IsOneOf("tier", (1, 2)),
    "category": Is("category", "access"),
    "partly": IsOneOf("category", ("access", "payroll")),
    "not spoken of": Is("channel", "phone"),
    "not certain": IsOneOf("customer_tier", ("gold", "silver")),
}


@pytest.mark.parametrize("case", OUTSIDE)
def test_a_routing_rule_outside_a_partners_scope_is_found(case: str) -> None:
    when, why = OUTSIDE[case]
    of = desk(scope=SCOPE, routing=When(when, ToAgent() | HandOff("manila")) | ToAgent())
    (problem,) = found(of, "outside_scope")
    assert problem == ("routing.steps[0].policy.steps[1].partner", f"hands manila what it takes none of: {why}")


@pytest.mark.parametrize("case", INSIDE)
def test_a_rule_that_may_be_within_scope_is_let_alone(case: str) -> None:
    assert found(desk(scope=SCOPE, routing=When(INSIDE[case], HandOff("manila"))), "outside_scope") == []


def test_conditions_on_the_way_to_a_rule_count_together() -> None:
    nested = When(IsOneOf("category", ("payroll", "access")), When(Is("category", "payroll"), HandOff("manila")))
    assert len(found(desk(scope=SCOPE, routing=nested), "outside_scope")) == 1


def test_a_promise_for_what_a_partner_never_has_is_found() -> None:
    meant = Target.resolution(business(hours=4), when=Is("desk", "manila") & Is("category", "payroll"))
    of = desk(scope=SCOPE, targets=(meant, Target.resolution(business(hours=8))))
    (problem,) = found(of, "outside_scope")
    assert problem[0] == "book.policies[0].targets[0]"
    assert "it provides only where category is password or access" in problem[1]


def test_a_promise_that_the_house_may_keep_is_let_alone() -> None:
    either = Target.resolution(business(hours=4), when=IsOneOf("desk", ("manila", "house")) & Is("category", "payroll"))
    assert found(desk(scope=SCOPE, targets=(either,)), "outside_scope") == []


def test_a_policy_for_a_partner_contradicts_too() -> None:
    policy = SlaPolicy("manila", (Target.resolution(business(hours=4)),), when=where(desk="manila", category="payroll"))
    setup = attrs.evolve(desk(scope=SCOPE).configuration, book=PolicyBook((policy,)))
    assert [path for path, _ in found(Desk(setup), "outside_scope")] == ["book.policies[0].targets[0]"]


def test_a_rung_that_transfers_outside_a_scope_is_found() -> None:
    rung = Rung("breach", Due.on_breach("resolution"), (TransferTo(desk="manila"),))
    matrix = Matrix("house", (MatrixRow(Is("category", "payroll"), (rung,)),), Person("bo"))
    (problem,) = found(desk(scope=SCOPE, matrix=matrix), "outside_scope")
    assert problem[0] == "matrix.rows[0].rungs[breach].actions[0].desk"


def test_what_a_condition_pins_down() -> None:
    either = Is("priority", "p1") | (Is("priority", "p2") & Is("kind", "incident"))
    assert pinned(either) == {"priority": {"p1", "p2"}}
    assert pinned(~Is("priority", "p1")) == {}
    assert disjoint(either, Is("priority", "p3"))
    assert not disjoint(either, Is("kind", "request"))


def test_the_whole_configuration_is_checked_without_changing() -> None:
    setup = configuration()
    assert Desk(setup).lint(at=datetime(2026, 5, 18, tzinfo=UTC)) == ()
    assert setup == configuration()
    assert isinstance(setup, Configuration)
    assert isinstance(setup.calendars, FrozenDict)
