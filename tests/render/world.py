"""A small desk and a few lives on it: what the tests of this room look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from deskcore.desk import Desk, Memory
from deskcore.desk import floor_commands as ask
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import AddTag, Notify
from deskcore.escalation.recipients import Assignee, ManagerOf, Person
from deskcore.hours import Calendar, business
from deskcore.log import Actor
from deskcore.predicate import ALWAYS, Is
from deskcore.render import Digest, Imported, tally_of
from deskcore.routing import Gate, HandOff, Overflow, ToAgent
from deskcore.routing.signals import WaitingCount
from deskcore.sla import Target
from deskcore.staff import Agent, Partner, Scope, Staff, Team
from deskcore.tickets import commands as do
from deskcore.tickets.commands import Command
from deskcore.tickets.party import Party

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
FRIDAY: Final = datetime(2026, 5, 22, 9, tzinfo=AMSTERDAM)
"""The Friday before Whit Monday."""
EVIL: Final = '<script>alert("x")</script> & "quotes"'
ANN: Final = Actor.requester("ann")
BO: Final = Actor.agent("bo")


def after(**amount: float) -> datetime:
    """Friday 09:00 and an amount of elapsed time."""
    return FRIDAY + timedelta(**amount)


def a_desk(*, subject: str = "house") -> Desk:
    """Two agents, one of whom knows VPN, a partner behind a gate, three targets, a matrix with three rungs."""
    office = Calendar.weekly("Mon-Fri 09:00-17:30", tz=AMSTERDAM, holidays="NL", name="office")
    staff = Staff(
        agents=(
            Agent(
                "bo", team="first", skills=("vpn",), capacity=2, calendar="default", manager="dana", languages=("nl",)
            ),
            Agent("mia", team="first", capacity=2, calendar="default", manager="dana", languages=("nl",)),
            Agent("dana", capacity=0, calendar="default"),
        ),
        teams=(Team("first", lead="dana"),),
        partners=(Partner("manila", scope=Scope.everything(max_tier=1), capacity=3, languages=("nl",)),),
    )
    rungs = (
        Rung("half", Due.at_share("resolution", 0.5), (Notify(Assignee()),), axis="functional"),
        Rung("breach", Due.on_breach("resolution"), (Notify(ManagerOf(Assignee())), AddTag("late"))),
    )
    return Desk.simple(
        calendar=office,
        targets=(
            Target.first_response(business(hours=1), when=Is("priority", "p1")),
            Target.first_response(business(hours=4)),
            Target.next_response(business(hours=4)),
            Target.resolution(business(hours=8)),
        ),
        staff=staff,
        routing=Overflow(
            Gate("busy", WaitingCount(), on=2, off=0), inside=ToAgent(), outside=ToAgent() | HandOff("manila")
        ),
        matrix=Matrix(subject, (MatrixRow(ALWAYS, rungs),), Person("dana")),
    )


def played(
    *acts: tuple[datetime, Command, Actor], subject: str = "VPN drops", skills: Sequence[str] = ("vpn",)
) -> Memory:
    """A host on which bo and mia have signed on and one ticket came in and went through ``acts``."""
    host = Memory(a_desk())
    for agent in ("bo", "mia"):
        host.operate(ask.SignOn(agent), at=FRIDAY)
    opening = do.Open("T-1", subject=subject, requester=Party("ann", languages=("nl",)), skills=frozenset(skills))
    host.handle(opening, at=after(minutes=5), actor=ANN).unwrap()
    for at, command, actor in acts:
        host.advance(at)
        host.handle(command, at=at, actor=actor).unwrap()
    return host


@cache
def eventful() -> Memory:
    """A ticket that was answered, waited for its requester over Whit Monday, came back late and was solved."""
    return played(
        (after(hours=1), do.Start("T-1"), BO),
        (after(hours=1), do.Post("T-1", "m-1"), BO),
        (after(hours=7), do.Hold("T-1", "requester"), BO),
        (after(days=4, hours=2), do.Post("T-1", "m-2"), ANN),
        (after(days=5, hours=3), do.Resolve("T-1", code="solved"), BO),
        (after(days=6), do.Post("T-1", "m-3"), ANN),
        (after(days=6, hours=1), do.Post("T-1", "m-4"), BO),
        (after(days=6, hours=2), do.Resolve("T-1", code="solved"), BO),
    )


@cache
def crowded() -> Memory:
    """Eight tickets at once: the house fills up, the gate opens, the partner takes the rest."""
    host = played()
    for number in range(2, 9):
        at = after(minutes=5 + number)
        opening = do.Open(f"T-{number}", subject=EVIL, requester="ann", impact=1 + number % 3, urgency=2)
        host.handle(opening, at=at, actor=ANN).unwrap()
    for number in range(2, 5):
        at = after(hours=1 + number)
        host.advance(at)
        host.handle(do.Resolve(f"T-{number}"), at=at, actor=BO)
    host.advance(after(days=5))
    return host


def digest_of(host: Memory, *, at: datetime, imported: Imported | None = None) -> Digest:
    """Everything on a host, digested."""
    told = ((case, host.log(case.id)) for case in host.cases())
    return tally_of(host.desk, told, at=at, floor=host.log()).digest(imported=imported)
