"""Gates set by hand, room called for on notice, tickets recalled from a partner, and the agent who had a ticket last."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from deskcore._value import FrozenDict
from deskcore.desk import Desk, Memory
from deskcore.desk import floor_commands as ask
from deskcore.desk.outcome import Accepted, Refused
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor
from deskcore.routing import Gate, HandOff, Overflow, RoutingPolicy, ToAgent
from deskcore.routing.ranking import LastAgent, LongestIdle
from deskcore.routing.recall import Recall
from deskcore.routing.requirements import ABLE
from deskcore.routing.signals import ByHand
from deskcore.staff import Agent, Partner, Scope, Staff
from deskcore.tickets import Party
from deskcore.tickets import commands as do

NINE = datetime(2026, 5, 22, 9, tzinfo=UTC)
ANN, BO = Actor.requester("ann"), Actor.agent("bo")
STORM = Gate("storm", ByHand())
SENT_OUT: RoutingPolicy = Overflow(STORM, inside=ToAgent(), outside=HandOff("manila") | ToAgent())


def after(**amount: float) -> datetime:
    return NINE + timedelta(**amount)


def house(policy: RoutingPolicy = SENT_OUT) -> Memory:
    manila = Partner("manila", scope=Scope.everything(), capacity=1, languages=("en",), notice=elapsed(hours=2))
    staff = Staff(agents=(Agent("bo", capacity=9), Agent("mia", capacity=9)), partners=(manila, Partner("cebu")))
    host = Memory(Desk.simple(calendar=Calendar.always(tz="UTC"), staff=staff, routing=policy))
    for name in ("bo", "mia"):
        host.operate(ask.SignOn(name), at=NINE, actor=Actor.agent(name))
    return host


def come(host: Memory, ticket: str, at: datetime) -> str | None:
    host.handle(do.Open(ticket, subject="VPN", requester=Party("ann")), at=at, actor=ANN)
    case = host.case(ticket).ticket
    return case.assignee or case.desk


def refusals(answer: Accepted | Refused) -> list[str]:
    return [] if isinstance(answer, Accepted) else [refusal.code for refusal in answer.refusals]


def test_a_gate_set_by_hand_stays_until_its_instant() -> None:
    host = house()
    assert come(host, "T-1", NINE) == "bo"
    host.operate(ask.SetGate("storm", "open", until=after(hours=1), why="the line is down"), at=after(minutes=1))
    assert come(host, "T-2", after(minutes=2)) == "manila"
    host.operate(ask.Tick(), at=after(hours=3))
    closed = [event for event in host.log() if event.type == "gate_closed"]
    assert [event.at for event in closed] == [after(hours=1)]
    assert come(host, "T-3", after(hours=3)) == "mia"


def test_setting_a_gate_as_it_stands_records_nothing_and_an_unknown_one_is_refused() -> None:
    host = house()
    host.operate(ask.SetGate("storm", "open"), at=NINE)
    assert host.operate(ask.SetGate("storm", "open"), at=NINE).unwrap().events == ()
    host.operate(ask.SetGate("storm", "by_signal"), at=NINE)
    assert not host.floor.routing.gates
    assert refusals(host.operate(ask.SetGate("strom", "open"), at=NINE)) == ["unknown_gate"]


def test_called_room_is_there_after_the_notice_and_until_its_end() -> None:
    host = house(HandOff("manila"))
    assert [come(host, name, NINE) for name in ("T-1", "T-2", "T-3")] == ["manila", None, None]
    host.operate(ask.CallCapacity("manila", 1, until=after(hours=4)), at=NINE)
    assert host.next_wake() == after(hours=2)
    host.operate(ask.Tick(), at=after(hours=2))
    assert host.floor.routing.desk_load("manila").units == 2
    host.handle(do.Resolve("T-1"), at=after(hours=5), actor=BO)
    assert list(host.floor.routing.waiting) == ["T-3"], "the called room is gone again"


def test_room_that_no_contract_knows_is_refused() -> None:
    host = house()
    assert refusals(host.operate(ask.CallCapacity("riga", 1), at=NINE)) == ["unknown_partner"]
    assert refusals(host.operate(ask.CallCapacity("cebu", 1), at=NINE)) == ["no_notice"]
    short = ask.CallCapacity("manila", 1, until=after(hours=1))
    assert refusals(host.operate(short, at=NINE)) == ["too_short_notice"]


def test_a_recalled_ticket_waits_in_its_old_place_and_goes_elsewhere() -> None:
    host = house()
    host.operate(ask.SetGate("storm", "open"), at=NINE)
    assert come(host, "T-1", NINE) == "manila"
    host.handle(Recall("T-1", why="the customer wants the house"), at=after(hours=1), actor=BO)
    assert host.case("T-1").ticket.assignee == "bo", "manila had it, so the house is next"
    types = [event.type for event in host.log("T-1")]
    assert types[types.index("recalled") :] == ["recalled", "transferred", "routed", "assigned"]
    queued = [event.data for event in host.log() if event.type == "queued"]
    assert queued[-1].facts.tried == ("manila",)  # type: ignore[attr-defined]
    assert queued[-1].facts.opened_at == NINE  # type: ignore[attr-defined]
    assert host.desk.replay(host.log("T-1").events) == host.case("T-1")


def test_a_recall_needs_a_partner_and_somebody_of_the_house() -> None:
    host = house()
    come(host, "T-1", NINE)
    assert refusals(host.handle(Recall("T-1"), at=NINE, actor=ANN)) == ["not_handed_off", "permission"]
    host.handle(do.Resolve("T-1"), at=NINE, actor=BO)
    assert refusals(host.handle(Recall("T-1"), at=NINE, actor=BO)) == ["not_handed_off", "final_state"]


def test_a_reopened_ticket_goes_back_to_who_had_it_where_the_policy_asks_for_that() -> None:
    host = house(ToAgent(ABLE, LastAgent().then(LongestIdle())))
    come(host, "T-0", NINE)
    assert come(host, "T-1", after(minutes=1)) == "mia"
    host.handle(do.Resolve("T-1"), at=after(hours=1), actor=Actor.agent("mia"))
    host.handle(do.Post("T-1", "m"), at=after(hours=2), actor=ANN)
    assert host.case("T-1").ticket.assignee == "mia"


def test_a_ticket_of_two_units_takes_two() -> None:
    host = house(ToAgent())
    opening = do.Open("T-1", subject="move", requester=Party("ann"), fields=FrozenDict({"units": 2}))
    host.handle(opening, at=NINE, actor=ANN)
    assert host.floor.routing.load("bo").units == 2
