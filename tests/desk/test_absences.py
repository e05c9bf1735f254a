"""Nobody polls: a desk knows when an absence begins and ends, and a waiting ticket is routed when somebody comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from deskcore.desk import Desk, Memory
from deskcore.desk import floor_commands as ask
from deskcore.hours import Calendar
from deskcore.log import Actor
from deskcore.routing import ToAgent
from deskcore.routing.steps import Offering
from deskcore.staff import Agent, Partner, Scope, Staff
from deskcore.staff.absence import Absence
from deskcore.staff.validity import Validity
from deskcore.tickets import commands as do
from deskcore.tickets.party import Party

NINE = datetime(2026, 5, 18, 9, tzinfo=UTC)
TEN, NOON = NINE.replace(hour=10), NINE.replace(hour=12)
ANN, BO = Actor.requester("ann"), Actor.agent("bo")
OUT = Absence(TEN, NOON, "dentist")


def host_with(*agents: Agent, **more: object) -> Memory:
    staff = Staff(agents=agents, **more)  # type: ignore[arg-type]
    host = Memory(Desk.simple(calendar=Calendar.always(), staff=staff, routing=ToAgent()))
    for agent in agents:
        host.operate(ask.SignOn(agent.id), at=NINE, actor=Actor.agent(agent.id)).unwrap()
    return host


def given(host: Memory, *, at: datetime, data_class: str | None = None) -> None:
    party = Party("ann", data_class=data_class)
    host.handle(do.Open("T-1", subject="VPN", requester=party), at=at, actor=ANN).unwrap()


def next_change(host: Memory, at: datetime) -> datetime | None:
    return host.desk.next_change(host.floor, at=at)


def test_a_waiting_ticket_is_routed_when_the_absence_ends() -> None:
    host = host_with(Agent("bo", absences=[OUT]))
    given(host, at=TEN)
    assert host.case("T-1").ticket.assignee is None
    assert next_change(host, TEN) == NOON
    host.advance(NOON)
    assert host.case("T-1").ticket.assignee == "bo"


def test_a_waiting_ticket_is_routed_when_a_clearance_begins() -> None:
    host = host_with(Agent("bo", clearances={"health": Validity(NOON)}))
    given(host, at=TEN, data_class="health")
    assert next_change(host, TEN) == NOON
    host.advance(NOON)
    assert host.case("T-1").ticket.assignee == "bo"


def test_a_waiting_ticket_is_routed_when_an_agreement_is_signed() -> None:
    host = host_with(
        Agent("bo", clearances=["health"], agreements={"baa": Validity(NOON)}), data_agreements={"health": "baa"}
    )
    given(host, at=TEN, data_class="health")
    assert next_change(host, TEN) == NOON
    host.advance(NOON)
    assert host.case("T-1").ticket.assignee == "bo"


def test_an_offer_goes_on_to_somebody_else_when_the_absence_begins() -> None:
    staff = Staff(agents=(Agent("bo", absences=[OUT], skills={"vpn": 1}), Agent("mia", capacity=1)))
    desk = Desk.simple(calendar=Calendar.always(), staff=staff, routing=Offering(ToAgent()))
    host = Memory(desk)
    host.operate(ask.SignOn("bo"), at=NINE, actor=BO).unwrap()
    given(host, at=NINE)
    host.operate(ask.SignOn("mia"), at=NINE, actor=Actor.agent("mia")).unwrap()
    assert host.floor.routing.offers["T-1"].agent == "bo"
    assert next_change(host, NINE) is not None
    host.advance(TEN)
    assert host.floor.routing.offers["T-1"].agent == "mia"


def test_a_partner_reaches_what_waits_while_its_contract_and_its_clearance_run() -> None:
    year = Validity(NINE, NOON)
    manila = Partner("manila", scope=Scope.everything(), contract=year, clearances={"health": Validity(end=TEN)})
    host = Memory(Desk.simple(calendar=Calendar.always(), staff=Staff(partners=(manila,))))
    lea = Actor("lea", "partner", "manila")
    given(host, at=NINE, data_class="health")
    case, moments = host.case("T-1"), [NINE, TEN - timedelta(microseconds=1), TEN]
    assert [host.desk.unreachable(case, actor=lea, at=at) == () for at in moments] == [True, True, False]
    host.handle(do.Open("T-2", subject="VPN", requester="ann"), at=NINE, actor=ANN).unwrap()
    plain, moments = host.case("T-2"), [NINE - timedelta(1), NINE, TEN, NOON]
    assert [host.desk.unreachable(plain, actor=lea, at=at) == () for at in moments] == [False, True, True, False]
