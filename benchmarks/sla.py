"""Rows of the clocks: four of them over a case of six events, and what the whole way costs.

``sla-evaluate`` folds six events and reads the four dues; ``sla-trace`` also reads the segments and all that a program
does. The tickets before and after each event are at hand, as they are in a host.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.calibration import calibrated
from benchmarks.row import Row
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import Is
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target, clocks
from deskcore.sla.fold import fold
from deskcore.tickets import Party, Status, Ticket, evolve
from deskcore.tickets.events import Held, MessagePosted, Opened, Resolved, Resumed, Started

AMS: Final = ZoneInfo("Europe/Amsterdam")
NEW, ACTIVE = Status("New", "new"), Status("Active", "active")
ASKED, SOLVED = Status("Pending", "waiting", "requester"), Status("Resolved", "resolved")
ANN, BO = Actor.requester("ann"), Actor.agent("bo")
HAPPENED: Final[tuple[tuple[datetime, Actor, EventData], ...]] = (
    (datetime(2026, 5, 22, 16, 45, tzinfo=AMS), ANN, Opened("VPN", Party("ann"), NEW, "simple", priority="p2")),
    (datetime(2026, 5, 26, 9, 30, tzinfo=AMS), BO, Started("New", ACTIVE)),
    (datetime(2026, 5, 26, 9, 50, tzinfo=AMS), BO, MessagePosted("m1", "agent")),
    (datetime(2026, 5, 26, 9, 50, tzinfo=AMS), BO, Held("Active", ASKED)),
    (datetime(2026, 5, 26, 15, 10, tzinfo=AMS), ANN, Resumed("Pending", ACTIVE)),
    (datetime(2026, 5, 27, 11, 20, tzinfo=AMS), BO, Resolved("Active", SOLVED)),
)
NOW: Final = datetime(2026, 5, 28, 12, tzinfo=AMS)


def setup() -> SlaSetup:
    """Four clocks by priority, on the hours of an office."""
    office = Calendar.weekly("Mon-Fri 09:00-17:30", tz=AMS, holidays="NL")
    gravest = Is("priority", "p1")
    rows = (
        Target.first_response(business(minutes=30), when=gravest),
        Target.first_response(business(hours=2)),
        Target.next_response(business(hours=4)),
        Target.resolution(business(hours=4), when=gravest),
        Target.resolution(business(hours=8)),
        Target.total_resolution(elapsed(days=5)),
    )
    return SlaSetup(PolicyBook((SlaPolicy("house", rows),)), {"default": office})


def steps() -> list[tuple[Event, Ticket | None, Ticket]]:
    """The six events with the tickets around them."""
    ticket: Ticket | None = None
    found: list[tuple[Event, Ticket | None, Ticket]] = []
    for seq, (at, actor, data) in enumerate(HAPPENED, start=1):
        event = Event("T-1", seq, at, at, actor, data)
        after = evolve(ticket, event)
        found.append((event, ticket, after))
        ticket = after
    return found


def evaluate(house: SlaSetup, life: list[tuple[Event, Ticket | None, Ticket]]) -> Callable[[], object]:
    """Fold the life and read every due."""

    def call() -> object:
        return [clock.due for clock in clocks(fold(life, house), house, at=NOW)]

    return call


def trace(house: SlaSetup, life: list[tuple[Event, Ticket | None, Ticket]]) -> Callable[[], object]:
    """The same with segments and everything a program reads."""

    def call() -> object:
        return [clock.to_dict() for clock in clocks(fold(life, house), house, at=NOW)]

    return call


def rows() -> Iterable[Row]:
    """Both rows."""
    house, life = setup(), steps()
    yield calibrated("sla-evaluate", evaluate(house, life), at_most=14)
    yield calibrated("sla-trace", trace(house, life), at_most=30)
