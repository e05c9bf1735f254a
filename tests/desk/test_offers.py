"""A ticket is offered, turned down, offered to the next, and taken: through the desk and its reference host."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from deskcore.desk import Desk, Memory
from deskcore.desk import floor_commands as ask
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor
from deskcore.routing import ToAgent
from deskcore.routing.eligibility import NotRefused
from deskcore.routing.requirements import ABLE
from deskcore.routing.steps import Offering
from deskcore.staff import Agent, Staff
from deskcore.tickets import commands as do

NINE = datetime(2026, 5, 22, 9, tzinfo=UTC)


def house() -> Memory:
    policy = Offering(ToAgent(ABLE & NotRefused()), lapses_after=elapsed(minutes=5))
    desk = Desk.simple(
        calendar=Calendar.always(tz="UTC"), staff=Staff(agents=(Agent("bo"), Agent("mia"))), routing=policy
    )
    host = Memory(desk)
    for name in ("bo", "mia"):
        host.operate(ask.SignOn(name), at=NINE, actor=Actor.agent(name))
    host.handle(do.Open("T-1", subject="VPN drops", requester="ann"), at=NINE, actor=Actor.requester("ann"))
    return host


def test_an_offer_holds_room_and_assigns_nobody() -> None:
    host = house()
    assert host.floor.routing.offers["T-1"].agent == "bo"
    assert host.case("T-1").ticket.assignee is None


def test_who_declines_is_passed_over() -> None:
    host = house()
    host.operate(ask.DeclineOffer("T-1", "bo"), at=NINE + timedelta(minutes=1), actor=Actor.agent("bo"))
    assert host.floor.routing.offers["T-1"].agent == "mia"


def test_an_offer_lapses_by_itself() -> None:
    host = house()
    host.operate(ask.Tick(), at=NINE + timedelta(minutes=7), actor=Actor.system())
    assert [one.by for one in host.floor.routing.refused("T-1")] == ["bo"]
    assert host.floor.routing.offers["T-1"].agent == "mia"


def test_who_takes_the_offer_holds_the_ticket() -> None:
    host = house()
    host.handle(do.Assign("T-1", "bo"), at=NINE + timedelta(minutes=1), actor=Actor.agent("bo"))
    assert not host.floor.routing.offers
    assert host.floor.routing.held["T-1"].agent == "bo"
