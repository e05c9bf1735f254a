"""Who may do what: permissions for every role, and a partner desk that reaches no further than its contract."""

from __future__ import annotations

from typing import Final

import attrs
import pytest

from deskcore import Accepted, Refused
from deskcore import commands as do
from deskcore._value import FrozenDict
from deskcore.desk import Case, Desk, Floor, Memory
from deskcore.desk import floor_commands as ask
from deskcore.escalation.acknowledge import Acknowledge, WithdrawAcknowledgement
from deskcore.hours import Calendar
from deskcore.log import Actor
from deskcore.predicate import where
from deskcore.routing import ToAgent
from deskcore.staff import HOUSE, Agent, Partner, Scope, Staff
from deskcore.tickets import Party
from deskcore.tickets.commands import Command
from deskcore.tickets.simple import simple_lifecycle
from tests.desk.conftest import MONDAY

WORK, LEAD = "ticket.work", "ticket.lead"
NEEDS: Final = FrozenDict(
    {
        "open": "ticket.open",
        "post": "ticket.post",
        "resolve": WORK,
        "assign": LEAD,
        "cancel": LEAD,
        "acknowledge": WORK,
        "withdraw_acknowledgement": LEAD,
    }
)
STAFF: Final = Staff(
    agents=(Agent("bo"), Agent("lea", desk="manila"), Agent("kai", desk="cebu")),
    partners=(
        Partner("manila", scope=Scope(where(category="password"), max_tier=1), clearances=frozenset({"health"})),
        Partner("cebu", scope=Scope.everything()),
    ),
)
DESK: Final = Desk.simple(
    calendar=Calendar.always(),
    lifecycle=attrs.evolve(simple_lifecycle(), name="guarded", permissions=NEEDS),
    staff=STAFF,
    routing=ToAgent(),
)

ROLES: Final = {
    "requester": Actor("ann", "requester", None, frozenset({"ticket.open", "ticket.post"})),
    "agent": Actor.agent("bo", permissions=frozenset({"ticket.open", "ticket.post", WORK})),
    "lead": Actor.agent("dana", permissions=frozenset({"ticket.open", "ticket.post", WORK, LEAD})),
    "partner": Actor.partner("lea", desk="manila", permissions=frozenset({"ticket.post", WORK})),
    "vendor": Actor("vic", "vendor"),
    "admin": Actor.admin("root"),
    "system": Actor.system(),
}
COMMANDS: Final[dict[str, Command]] = {
    "post": do.Post("T-1", "m-1"),
    "resolve": do.Resolve("T-1"),
    "assign": do.Assign("T-1", "bo"),
    "cancel": do.Cancel("T-1", why="asked twice"),
    "acknowledge": Acknowledge("T-1"),
    "withdraw_acknowledgement": WithdrawAcknowledgement("T-1"),
}
MAY: Final = {
    "requester": {"post"},
    "agent": {"post", "resolve", "acknowledge"},
    "lead": {*COMMANDS},
    "partner": {"post", "resolve", "acknowledge"},
    "vendor": set[str](),
    "admin": {*COMMANDS},
    "system": {*COMMANDS},
}


def opened(category: str | None = "password", *, data_class: str | None = None) -> Case:
    """A ticket that waits for somebody."""
    command = do.Open("T-1", subject="VPN drops", requester=Party("ann", data_class=data_class), category=category)
    return DESK.handle(None, command, at=MONDAY, actor=ROLES["admin"]).unwrap().case


def codes(case: Case | None, command: Command, actor: Actor) -> list[str]:
    return [refusal.code for refusal in DESK.refusals(case, command, at=MONDAY, actor=actor)]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("command", COMMANDS)
def test_the_lifecycle_says_who_may_do_what(role: str, command: str) -> None:
    """The whole matrix of roles and commands, by ``handle`` and by ``allowed`` alike."""
    case, actor, asked = opened(), ROLES[role], COMMANDS[command]
    answer = DESK.handle(case, asked, at=MONDAY, actor=actor)
    offered = {option.command for option in DESK.allowed(case, at=MONDAY, actor=actor)}
    if command in MAY[role]:
        assert isinstance(answer, Accepted)
        assert command in offered
    else:
        assert isinstance(answer, Refused)
        assert "permission" in {refusal.code for refusal in answer.refusals}
        assert command not in offered


@pytest.mark.parametrize("role", ["partner", "vendor"])
def test_who_may_not_open_is_refused(role: str) -> None:
    assert codes(None, do.Open("T-1", subject="VPN"), ROLES[role]) == ["permission"]


LEA: Final = Actor.partner("lea", desk="manila", permissions=frozenset({"*"}))


def handed(desk: str) -> Case:
    """A ticket that a desk has, in nobody's scope but everybody's."""
    assign = do.Assign("T-1", None, desk=desk)
    return DESK.handle(opened("payroll"), assign, at=MONDAY, actor=ROLES["admin"]).unwrap().case


@pytest.mark.parametrize("command", COMMANDS.values(), ids=list(COMMANDS))
def test_a_partner_cannot_act_outside_its_scope(command: Command) -> None:
    """One refusal, which says nothing of the ticket; permissions make no difference."""
    assert codes(opened("payroll"), command, LEA) == ["out_of_scope"]
    assert DESK.allowed(opened("payroll"), at=MONDAY, actor=LEA) == ()


def test_the_refusal_tells_nothing_of_the_ticket() -> None:
    case = DESK.handle(opened("payroll"), do.Cancel("T-1", why="x"), at=MONDAY, actor=ROLES["admin"]).unwrap().case
    (refusal,) = DESK.refusals(case, do.Reopen("T-1"), at=MONDAY, actor=LEA)
    assert refusal.message == (
        "cannot reopen T-1: it is outside what manila has or could take; "
        "accepted: a ticket that manila has, or one that waits and is within its scope and clearances"
    )


def test_what_a_partner_has_is_within_reach_whatever_its_scope_says() -> None:
    assert DESK.unreachable(handed("manila"), actor=LEA, at=MONDAY) == ()
    assert codes(handed("manila"), do.Resolve("T-1"), LEA) == []


@pytest.mark.parametrize(
    ("case", "reached"),
    [
        (opened(), True),
        (opened("payroll"), False),
        (opened(None), False),
        (opened(data_class="health"), True),
        (opened(data_class="payroll"), False),
        (handed("cebu"), False),
        (handed(HOUSE), False),
    ],
    ids=["in scope", "not in scope", "not spoken of", "cleared", "not cleared", "another partner's", "the house's"],
)
def test_a_partner_reads_what_waits_within_its_scope(case: Case, reached: bool) -> None:
    assert (DESK.unreachable(case, actor=LEA, at=MONDAY) == ()) is reached


def test_a_higher_tier_of_work_is_out_of_reach() -> None:
    raised = DESK.handle(opened(), do.SetField("T-1", "tier", 2), at=MONDAY, actor=ROLES["admin"]).unwrap().case
    assert [refusal.code for refusal in DESK.unreachable(raised, actor=LEA, at=MONDAY)] == ["out_of_scope"]


def test_what_somebody_of_the_house_has_is_out_of_reach() -> None:
    taken = DESK.handle(opened(), do.Assign("T-1", "bo"), at=MONDAY, actor=ROLES["admin"]).unwrap().case
    assert DESK.unreachable(taken, actor=LEA, at=MONDAY)


@pytest.mark.parametrize("desk", ["nowhere", None])
def test_somebody_of_an_unknown_desk_reaches_nothing(desk: str | None) -> None:
    stranger = Actor("eve", "partner", desk, frozenset({"*"}))
    assert [refusal.code for refusal in DESK.unreachable(opened(), actor=stranger, at=MONDAY)] == ["unknown_desk"]


@pytest.mark.parametrize("role", ["requester", "agent", "vendor", "admin", "system"])
def test_reach_is_a_question_for_partners_only(role: str) -> None:
    assert DESK.unreachable(opened("payroll"), actor=ROLES[role], at=MONDAY) == ()


def test_a_partner_cannot_reach_a_ticket_by_way_of_another() -> None:
    """Merging into a ticket, or linking to it, is acting on it too."""
    host = Memory(attrs.evolve(DESK))
    for ticket, category in (("T-1", "password"), ("T-2", "payroll"), ("T-3", "password")):
        host.handle(do.Open(ticket, subject="x", category=category), at=MONDAY, actor=ROLES["admin"])
    for command in (do.Merge("T-1", "T-2"), do.AddLink("T-1", "relates_to", "T-2")):
        answer = host.handle(command, at=MONDAY, actor=LEA)
        assert isinstance(answer, Refused)
        assert [refusal.code for refusal in answer.refusals] == ["out_of_scope"]
    assert isinstance(host.handle(do.Merge("T-1", "T-3"), at=MONDAY, actor=LEA), Accepted)


ON_FLOOR: Final[tuple[ask.FloorCommand, ...]] = (
    ask.SignOn("bo"),
    ask.SignOff("bo"),
    ask.GoAway("bo"),
    ask.ComeBack("bo"),
    ask.SetCapacity("bo", 99),
    ask.DeclineOffer("T-1", "bo"),
    ask.SetGate("peak", "open"),
    ask.Tick(),
)


@pytest.mark.parametrize("command", ON_FLOOR, ids=[command.TYPE for command in ON_FLOOR])
@pytest.mark.parametrize("role", ["requester", "vendor", "partner"])
def test_the_floor_is_for_staff_and_a_partner_speaks_for_its_own(command: ask.FloorCommand, role: str) -> None:
    answer = DESK.operate(Floor(), command, at=MONDAY, actor=ROLES[role])
    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == ["out_of_scope" if role == "partner" else "permission"]


@pytest.mark.parametrize(("agent", "accepted"), [("lea", True), ("kai", False), ("bo", False), ("nobody", False)])
def test_a_partner_signs_on_its_own_agents(agent: str, accepted: bool) -> None:
    assert isinstance(DESK.operate(Floor(), ask.SignOn(agent), at=MONDAY, actor=LEA), Accepted) is accepted
