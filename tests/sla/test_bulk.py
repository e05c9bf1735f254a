"""Questions over a whole log stream: what they hold does not grow with the number of tickets."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator
from datetime import timedelta

import pytest

from deskcore.hours import business
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import Is
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target
from deskcore.sla.foresight import compare
from deskcore.testing.sla import ACTIVE, ASKED, NEW, OFFICE, ORDERED, RESOLVED, START, life
from deskcore.tickets import Party, Status, status_event
from deskcore.tickets.events import Assigned, MessagePosted, Opened, PrioritySet

NOW = START + timedelta(days=400)
ANN, BO = Actor.requester("ann"), Actor.agent("bo")


def house(hours: int) -> SlaSetup:
    rows = (
        Target.first_response(business(hours=1), when=Is("priority", "p1")),
        Target.first_response(business(hours=2)),
        Target.next_response(business(hours=4)),
        Target.resolution(business(hours=hours)),
    )
    return SlaSetup(PolicyBook((SlaPolicy("house", rows),)), {"default": OFFICE})


def logs(count: int, teams: int) -> Iterator[tuple[Event, ...]]:
    """Lives that all differ, made one by one."""
    for number in range(count):
        chance = random.Random(number)
        at, status = START + timedelta(minutes=chance.randrange(500_000)), NEW
        opened = Opened("help", Party(f"r-{number}"), NEW, "test", priority=chance.choice(("p1", "p2")))
        happened: list[tuple[timedelta, Actor, EventData]] = [(timedelta(0), ANN, opened)]
        gone = timedelta(0)
        for _ in range(5):
            gone += timedelta(minutes=chance.randrange(2_000))
            data, status = _next(chance, status, teams)
            happened.append((gone, BO, data))
        yield life(*((at + after, actor, data) for after, actor, data in happened), ticket=f"T-{number}")


def _next(chance: random.Random, status: Status, teams: int) -> tuple[EventData, Status]:
    kind = chance.randrange(4)
    if kind == 0:
        return MessagePosted("m", "agent"), status
    if kind == 1:
        return Assigned(f"a-{chance.randrange(40)}", team=f"team-{chance.randrange(teams)}"), status
    if kind == 2:
        return PrioritySet(chance.choice(("p1", "p2"))), status
    target = chance.choice([one for one in (ACTIVE, ASKED, ORDERED, RESOLVED) if one != status])
    return status_event(status, target), target


def peak(count: int, teams: int, now: SlaSetup, then: SlaSetup) -> int:
    """The most memory held at once while that many tickets are compared, in bytes."""
    tracemalloc.start(1)
    try:
        told = sum(1 for found in compare(logs(count, teams), now, then, at=NOW) if found)
        assert told > count // 10  # it is no empty question
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_what_if_over_many_tickets_holds_what_one_over_few_holds() -> None:
    """Beside what a set-up remembers of moves, which is bounded and here is filled before, nothing grows.

    Holding on to tickets would take some 5 kB each, two megabytes; when garbage is collected takes a tenth of that.
    """
    now, then = house(8), house(4)
    for _ in compare(logs(500, teams=1), now, then, at=NOW):
        pass
    few, many = peak(100, 1, now, then), peak(500, 1, now, then)
    assert many < few + 300_000, (few, many)


@pytest.mark.slow
def test_a_what_if_over_a_hundred_thousand_tickets_holds_what_one_over_few_holds() -> None:
    """The memory of moves fills up to its bound within some thousand tickets; after that nothing grows."""
    few = peak(10_000, 20, house(8), house(4))
    many = peak(100_000, 20, house(8), house(4))
    assert many < few + 8_000_000, (few, many)
    assert many < 20_000_000, (few, many)
