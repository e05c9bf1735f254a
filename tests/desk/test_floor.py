"""The floor: each of its commands, what time alone does to it, and what routing counts there; all a fold of its stream."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from deskcore._value import FrozenDict
from deskcore.desk import Desk, FloorNotice, Memory, Refused
from deskcore.desk import floor_commands as ask
from deskcore.desk.effects import Gone, Held
from deskcore.hours import Calendar
from deskcore.log import Actor
from deskcore.routing import Gate, HandOff, Overflow, RoutingPolicy, ToAgent
from deskcore.routing.contract import Committed, UnderBudget, UnderCap
from deskcore.routing.requirements import ABLE, WILLING
from deskcore.routing.share import Blend, Portion
from deskcore.routing.signals import WaitingCount
from deskcore.routing.turns import RoundRobin
from deskcore.staff import Agent, Partner, Scope, Staff
from deskcore.tickets import commands as do

NINE = datetime(2026, 5, 18, 9, tzinfo=UTC)
BO, ANN = Actor.agent("bo"), Actor.requester("ann")
MANILA = Partner("manila", scope=Scope.everything(), price=Decimal("7.50"), currency="EUR", languages=("en",))


def later(**amount: float) -> datetime:
    return NINE + timedelta(**amount)


def house(policy: RoutingPolicy, *agents: Agent, calendar: Calendar | None = None) -> Memory:
    staff = Staff(agents=agents or (Agent("bo", capacity=2), Agent("mia", capacity=2)), partners=(MANILA,))
    host = Memory(Desk.simple(calendar=calendar or Calendar.always(), staff=staff, routing=policy))
    for agent in staff.agents:
        if not agent.signs_on_by_shift:
            host.operate(ask.SignOn(agent.id), at=NINE, actor=Actor.agent(agent.id))
    return host


def arrive(host: Memory, *tickets: str, at: datetime = NINE) -> list[str | None]:
    """Open tickets; who has each of them."""
    for ticket in tickets:
        host.handle(do.Open(ticket, subject="VPN", requester="ann"), at=at, actor=ANN).unwrap()
    places = [host.case(ticket).ticket.place for ticket in tickets]
    return [place.assignee or place.desk for place in places]


def types(host: Memory) -> list[str]:
    return [event.type for event in host.log()]


def folds(host: Memory) -> bool:
    """Whether the stored stream adds up to the floor that was lived through."""
    return host.desk.replay(host.log()) == host.floor


# --- commands -------------------------------------------------------------------------------------------------------


def test_signing_on_and_off_going_away_and_coming_back() -> None:
    host = house(ToAgent(), Agent("bo"))
    for number, command in enumerate((ask.GoAway("bo", "lunch"), ask.ComeBack("bo"), ask.SignOff("bo")), start=1):
        host.operate(command, at=later(minutes=number), actor=BO).unwrap()
    assert types(host) == ["signed_on", "went_away", "came_back", "signed_off"]
    assert host.floor.presence.of("bo").state == "off"
    assert host.floor.version == 4
    assert folds(host)


@pytest.mark.parametrize(
    ("command", "state"), [(ask.GoAway("bo", "lunch"), "away"), (ask.SignOff("bo"), "off")], ids=["away", "off"]
)
def test_who_is_not_there_gets_nothing(command: ask.FloorCommand, state: str) -> None:
    host = house(ToAgent(), Agent("bo"))
    host.operate(command, at=NINE, actor=BO)
    assert host.floor.presence.of("bo").state == state
    assert arrive(host, "T-1") == [None]


def test_coming_back_serves_what_waits() -> None:
    host = house(ToAgent(), Agent("bo"))
    host.operate(ask.GoAway("bo"), at=NINE, actor=BO)
    arrive(host, "T-1")
    host.operate(ask.ComeBack("bo"), at=later(minutes=9), actor=BO)
    assert host.case("T-1").ticket.assignee == "bo"


def test_more_capacity_serves_more_and_less_takes_nothing_away() -> None:
    host = house(ToAgent(), Agent("bo", capacity=1))
    assert arrive(host, "T-1", "T-2", "T-3") == ["bo", None, None]
    host.operate(ask.SetCapacity("bo", 2), at=later(minutes=1), actor=BO)
    assert host.case("T-2").ticket.assignee == "bo"
    host.operate(ask.SetCapacity("bo", 0), at=later(minutes=2), actor=BO)
    assert host.floor.routing.load("bo").units == 2
    assert folds(host)


def test_hearing_places_releases_and_takes_from_the_line() -> None:
    desk = house(ToAgent(), Agent("bo")).desk
    floor = desk.operate(None, ask.Hear(FloorNotice("T-1", Held("bo", None, "house"))), at=NINE, actor=BO).unwrap()
    assert floor.floor.routing.load("bo").units == 1
    gone = desk.operate(floor.floor, ask.Hear(FloorNotice("T-1", Gone("resolved"))), at=NINE, actor=BO).unwrap()
    assert [event.type for event in gone.events] == ["released"]
    assert gone.floor.routing.load("bo").units == 0


def test_only_what_is_offered_can_be_declined() -> None:
    host = house(ToAgent(), Agent("bo"))
    answer = host.operate(ask.DeclineOffer("T-1", "bo"), at=NINE, actor=BO)
    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == ["no_offer"]


def test_ticking_twice_records_once() -> None:
    host = house(ToAgent())
    before = host.floor
    host.operate(ask.Tick(), at=later(hours=1))
    assert host.floor == before


# --- time -----------------------------------------------------------------------------------------------------------


def test_shifts_begin_and_end_by_the_roster_dated_when_they_did() -> None:
    office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
    host = house(ToAgent(), Agent("bo", calendar="default", signs_on_by_shift=True), calendar=office)
    host.operate(ask.Tick(), at=later(hours=-1))
    assert host.desk.next_change(host.floor, at=later(hours=-1)) == NINE
    host.operate(ask.Tick(), at=NINE)
    host.operate(ask.Tick(), at=later(hours=20))
    found = [(event.type, event.at) for event in host.log()]
    assert found == [("shift_started", NINE), ("shift_ended", later(hours=8))]
    assert host.log()[-1].recorded_at == later(hours=20)
    assert folds(host)


def test_a_gate_opens_at_a_peak_and_closes_after_it() -> None:
    policy = Overflow(Gate("peak", WaitingCount(), on=2, off=0), inside=ToAgent(), outside=HandOff("manila"))
    host = house(policy, Agent("bo", capacity=1))
    arrive(host, "T-1", "T-2", "T-3", "T-4")
    gates = [(event.type, event.data) for event in host.log() if event.type.startswith("gate_")]
    assert [kind for kind, _ in gates][:2] == ["gate_opened", "gate_closed"]
    assert "manila" in {host.case(ticket).ticket.desk for ticket in ("T-2", "T-3", "T-4")}
    assert folds(host)


# --- what routing counts --------------------------------------------------------------------------------------------


def test_turns_go_round_and_the_cursor_is_in_the_stream() -> None:
    host = house(ToAgent(ABLE, RoundRobin()))
    assert arrive(host, "T-1", "T-2", "T-3", "T-4") == ["bo", "mia", "bo", "mia"]
    assert folds(host)


def test_shares_are_counted_on_the_floor() -> None:
    blend = Blend("50/50", (Portion("house", ToAgent(), 1), Portion("manila", HandOff("manila"), 1)))
    host = house(blend)
    assert sorted(str(place) for place in arrive(host, "T-1", "T-2", "T-3", "T-4")).count("manila") == 2
    assert types(host).count("share_served") == 4
    assert folds(host)


def test_what_is_spent_counts_against_a_budget() -> None:
    within = HandOff("manila", WILLING & UnderBudget("manila", most=Decimal(15)))
    host = house(within | ToAgent())
    assert arrive(host, "T-1", "T-2", "T-3") == ["manila", "manila", "bo"]
    assert types(host).count("metered") == 2
    assert folds(host)


def test_a_cap_and_a_commitment_are_counted_by_period() -> None:
    capped = house(HandOff("manila", WILLING & UnderCap("cap", most=1)) | ToAgent())
    assert arrive(capped, "T-1", "T-2") == ["manila", "bo"]
    committed = house(Committed("least", HandOff("manila"), ToAgent(), least=2))
    assert arrive(committed, "T-1", "T-2", "T-3") == ["manila", "manila", "bo"]
    june = datetime(2026, 6, 1, 9, tzinfo=UTC)
    assert arrive(committed, "T-4", at=june) == ["manila"]
    assert folds(capped)
    assert folds(committed)


def test_freed_capacity_drains_the_line_in_order() -> None:
    host = house(ToAgent(), Agent("bo", capacity=1))
    arrive(host, "T-1", "T-2", "T-3")
    for number, ticket in enumerate(("T-1", "T-2", "T-3"), start=1):
        assert host.case(ticket).ticket.assignee == "bo"
        host.handle(do.Resolve(ticket), at=later(minutes=number), actor=BO).unwrap()
    assert not host.floor.routing.waiting
    assert folds(host)


def test_of_two_routed_on_one_floor_only_one_can_be_stored() -> None:
    """Both decisions carry the same next number of the floor's stream, so a store lets in one; nobody is overbooked."""
    host = house(ToAgent(), Agent("bo", capacity=1))
    host.operate(ask.GoAway("bo"), at=NINE, actor=BO)
    arrive(host, "T-1", "T-2")
    floor = host.desk.operate(host.floor, ask.ComeBack("bo"), at=NINE, actor=BO).unwrap().floor
    first, second = (host.desk.route(host.case(ticket), floor, at=NINE) for ticket in ("T-1", "T-2"))
    assert not isinstance(first, Refused)
    assert not isinstance(second, Refused)
    assert {event.id for event in first.floor_events} & {event.id for event in second.floor_events}
    again = host.desk.route(host.case("T-2"), first.floor, at=NINE)
    assert not isinstance(again, Refused)
    assert not again.decision.places


def test_loads_are_those_of_the_cases() -> None:
    host = house(ToAgent())
    arrive(host, "T-1", "T-2", "T-3")
    held = FrozenDict({ticket: hold.agent for ticket, hold in host.floor.routing.held.items()})
    assert held == {case.id: case.ticket.assignee for case in host.cases()}
