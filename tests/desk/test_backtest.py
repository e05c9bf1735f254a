"""A desk's own floor log is what a policy is tried on: the policy that was in force decides as it did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from deskcore.desk import Desk, Memory
from deskcore.desk import floor_commands as ask
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor
from deskcore.routing import HandOff, RoutingPolicy, Snapshot, ToAgent, Wait
from deskcore.routing.backtest import Happening, backtest, compare, recorded
from deskcore.routing.contract import UnderCap
from deskcore.routing.eligibility import UnderLimit
from deskcore.routing.pictures import comparison_table
from deskcore.routing.ranking import FewestOpen
from deskcore.routing.requirements import ABLE, WILLING
from deskcore.routing.turns import RoundRobin
from deskcore.staff import Agent, Partner, Scope, Staff
from deskcore.tickets import Party
from deskcore.tickets import commands as do

NINE = datetime(2026, 5, 22, 9, tzinfo=UTC)
STAFF = Staff(
    agents=(Agent("bo", capacity=2), Agent("mia", capacity=2)),
    partners=(Partner("manila", scope=Scope.everything(), languages=("en",)),),
)
IN_FORCE: RoutingPolicy = (
    ToAgent(ABLE & UnderLimit("few", most=2, window=elapsed(hours=2)), RoundRobin())
    | HandOff("manila", WILLING & UnderCap("cap", most=1))
    | Wait()
)


def lived() -> Memory:
    """A day at the desk: seven tickets, one taken by hand, one solved, an agent who leaves."""
    host = Memory(Desk.simple(calendar=Calendar.always(tz="UTC"), staff=STAFF, routing=IN_FORCE))
    host.operate(ask.SignOn("bo"), at=NINE, actor=Actor.agent("bo"))
    for number in range(7):
        at = NINE + timedelta(minutes=10 * number)
        if number == 2:
            host.operate(ask.SignOn("mia"), at=at, actor=Actor.agent("mia"))
        opening = do.Open(f"T-{number}", subject="VPN", requester=Party("ann"))
        host.handle(opening, at=at, actor=Actor.requester("ann"))
    host.handle(do.Assign("T-6", "mia"), at=NINE + timedelta(hours=1, minutes=5), actor=Actor.agent("mia"))
    host.handle(do.Resolve("T-0"), at=NINE + timedelta(hours=2, minutes=30), actor=Actor.agent("bo"))
    host.operate(ask.SignOff("bo"), at=NINE + timedelta(hours=3), actor=Actor.agent("bo"))
    return host


def happened(host: Memory) -> tuple[Happening, ...]:
    """What people did: the floor's log, and the cases' for what they assigned by hand."""
    cases = [event for case in host.cases() for event in host.log(case.id)]
    return tuple(recorded(host.log(), cases))


def test_the_policy_in_force_decides_as_it_did() -> None:
    host = lived()
    did = [
        (event.data.ticket, event.data.agent or event.data.desk)  # type: ignore[attr-defined]
        for event in host.log()
        if event.type == "placed" and event.data.ticket != "T-6"  # type: ignore[attr-defined]
    ]
    run = backtest(IN_FORCE, Snapshot(at=NINE, staff=STAFF), happened(host))
    assert [(made.decision.ticket, made.decision.agent or made.decision.desk) for made in run.decisions] == did
    assert {desk for _, desk in did} == {"bo", "mia", "manila"}
    assert run.at(NINE + timedelta(hours=4)).routing.held.keys() == host.floor.routing.held.keys()


def test_another_policy_is_compared_on_the_floors_that_were() -> None:
    host = lived()
    start = Snapshot(at=NINE, staff=STAFF)
    other = ToAgent(ABLE, FewestOpen()) | Wait()
    found = compare(IN_FORCE, other, start, happened(host))
    assert found
    assert len(comparison_table(found).splitlines()) == len(found) + 2
    assert compare(IN_FORCE, IN_FORCE, start, happened(host)) == ()
