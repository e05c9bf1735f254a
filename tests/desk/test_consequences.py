"""What follows on other tickets: done in the actor's name beyond their reach, or the command is refused with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest

from deskcore.desk import Desk, Memory, Refused
from deskcore.hours import Calendar
from deskcore.log import Actor
from deskcore.staff import Partner, Scope, Staff
from deskcore.tickets import Lifecycle
from deskcore.tickets import commands as do
from deskcore.tickets.links import Propagation
from deskcore.tickets.merging import Merging
from deskcore.tickets.simple import simple_lifecycle
from deskcore.tickets.thread import thread

NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)
ANN, BO = Actor.requester("ann"), Actor.agent("bo")
DI = Actor.partner("di", desk="manila")
FOLLOWING = attrs.evolve(simple_lifecycle(), propagation=(Propagation(("parent_of",), "closed", phases=("closed",)),))
MERGING = Merging(redirects=True, moves_links=True)


def opened(*tickets: str, lifecycle: Lifecycle | None = None) -> Memory:
    rules = attrs.evolve(simple_lifecycle() if lifecycle is None else lifecycle, merging=MERGING)
    staff = Staff(partners=(Partner("manila", scope=Scope()),))
    host = Memory(Desk.simple(calendar=Calendar.always(), lifecycle=rules, staff=staff))
    for ticket in tickets:
        host.handle(do.Open(ticket, subject="VPN", requester="ann"), at=NOON, actor=ANN).unwrap()
    return host


def given_away(host: Memory, *tickets: str) -> None:
    for ticket in tickets:
        host.handle(do.Transfer(ticket, desk="manila"), at=NOON, actor=BO).unwrap()


def codes(answer: object) -> list[str]:
    assert isinstance(answer, Refused)
    return [refusal.code for refusal in answer.refusals]


def test_a_partners_merge_moves_the_links_of_tickets_out_of_its_reach() -> None:
    host = opened("T-1", "T-2", "T-far")
    host.handle(do.AddLink("T-far", "child_of", "T-1"), at=NOON, actor=BO).unwrap()
    given_away(host, "T-1", "T-2")
    assert host.desk.unreachable(host.case("T-far"), actor=DI, at=NOON)

    host.handle(do.Merge("T-1", "T-2"), at=NOON, actor=DI).unwrap()

    assert [link.other for link in host.case("T-far").ticket.links] == ["T-2"]
    assert host.log("T-far").events[-1].actor == DI


def test_naming_a_ticket_out_of_reach_is_refused_as_ever() -> None:
    host = opened("T-1", "T-far")
    given_away(host, "T-1")
    assert codes(host.handle(do.Merge("T-1", "T-far"), at=NOON, actor=DI)) == ["out_of_scope"]


def test_permissions_are_asked_for_the_command_that_somebody_gave_and_not_again() -> None:
    rules = attrs.evolve(simple_lifecycle(), permissions={"receive_merge": "merge.all"})
    host = opened("T-1", "T-2", lifecycle=rules)
    given_away(host, "T-1", "T-2")

    host.handle(do.Merge("T-1", "T-2"), at=NOON, actor=DI).unwrap()

    received = host.log("T-2").events[-1]
    assert (received.type, received.actor) == ("merge_received", DI)
    assert codes(host.handle(do.ReceiveMerge("T-2", "T-1"), at=NOON, actor=DI)) == ["permission"]


def test_messages_are_never_split_off_into_nothing() -> None:
    host = opened("T-1", "T-2")
    host.handle(do.Post("T-1", "m-1"), at=NOON, actor=ANN)
    before = host.log("T-1")
    split = do.Split("T-1", "T-2", thread(host.log("T-1")).messages)
    assert codes(host.handle(split, at=NOON, actor=BO)) == ["already_open"]
    assert host.log("T-1") == before
    assert codes(host.handle(do.Copy("T-1", "T-2"), at=NOON, actor=BO)) == ["already_open"]


def test_a_reason_tells_a_partner_nothing_of_a_ticket_out_of_its_reach() -> None:
    host = opened("T-1", "T-far")
    given_away(host, "T-1")
    assert codes(host.handle(do.Copy("T-1", "T-far"), at=NOON, actor=DI)) == ["out_of_scope"]
    given_away(host, "T-far")
    host.handle(do.Merge("T-1", "T-far"), at=NOON, actor=DI).unwrap()
    host.handle(do.Transfer("T-far", desk="house"), at=NOON, actor=BO).unwrap()
    host.handle(do.Post("T-far", "m-1"), at=NOON + timedelta(hours=1), actor=ANN).unwrap()

    answer = host.handle(do.UndoMerge("T-1"), at=NOON, actor=DI)

    assert codes(answer) == ["entailed"]
    assert isinstance(answer, Refused)
    assert "T-far" not in answer.explain()
    assert codes(host.handle(do.UndoMerge("T-1"), at=NOON, actor=BO)) == ["backward_time"]


@pytest.mark.parametrize("late", [False, True])
def test_what_time_alone_entails_is_in_nobodys_name(late: bool) -> None:
    host = opened("T-1", "T-2", lifecycle=FOLLOWING)
    host.handle(do.AddLink("T-1", "parent_of", "T-2"), at=NOON, actor=BO).unwrap()
    host.handle(do.Resolve("T-1"), at=NOON, actor=BO).unwrap()
    end = NOON + timedelta(days=30)
    if late:
        host._timers.clear()  # nobody looked; the next command catches up
        host.handle(do.Tick("T-1"), at=end, actor=BO)
    else:
        host.advance(end)
    followed = [event for event in host.log("T-2") if event.type == "closed"]
    assert [event.actor.role for event in followed] == ["system"]
