"""A small desk that the tests of this room share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deskcore.desk import Desk, Memory
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import AddTag, Notify, RaisePriority
from deskcore.escalation.recipients import Assignee, ManagerOf, Person
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor
from deskcore.predicate import ALWAYS, Is
from deskcore.routing import Gate, HandOff, Overflow, ToAgent
from deskcore.routing.signals import WaitingCount
from deskcore.sla import Target
from deskcore.staff import Agent, Partner, Scope, Staff, Team

MONDAY = datetime(2026, 5, 18, 9, tzinfo=UTC)
ANN, BO = Actor.requester("ann"), Actor.agent("bo")


def later(**amount: float) -> datetime:
    """Monday 09:00 and an amount of elapsed time."""
    return MONDAY + timedelta(**amount)


def small_desk() -> Desk:
    """Two agents of capacity two, a partner behind an overflow gate, three targets, a matrix with three rungs."""
    office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
    staff = Staff(
        agents=(
            Agent("bo", team="first", capacity=2, calendar="default", manager="dana", languages=("en",)),
            Agent("mia", team="first", capacity=2, calendar="default", manager="dana", languages=("en",)),
        ),
        teams=(Team("first", lead="dana"),),
        partners=(Partner("manila", scope=Scope.everything(max_tier=1), capacity=3, languages=("en",)),),
    )
    rungs = (
        Rung("half", Due.at_share("resolution", 0.5), (Notify(Assignee()),)),
        Rung("breach", Due.on_breach("resolution"), (Notify(ManagerOf(Assignee())), AddTag("late"))),
        Rung("unowned", Due.unassigned_for(elapsed(hours=1)), (RaisePriority("p1"),)),
    )
    return Desk.simple(
        calendar=office,
        targets=(
            Target.first_response(business(hours=1), when=Is("priority", "p1")),
            Target.first_response(business(hours=4)),
            Target.next_response(business(hours=4)),
            Target.resolution(business(hours=16)),
        ),
        staff=staff,
        routing=Overflow(
            Gate("busy", WaitingCount(), on=2, off=0), inside=ToAgent(), outside=ToAgent() | HandOff("manila")
        ),
        matrix=Matrix("house", (MatrixRow(ALWAYS, rungs),), Person("dana")),
    )


@pytest.fixture(scope="session")
def desk() -> Desk:
    return small_desk()


@pytest.fixture
def host(desk: Desk) -> Memory:
    return Memory(desk)
