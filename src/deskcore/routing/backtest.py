"""A policy run against what happened: tickets that came and went, people who signed on and off.

The floor is driven as a desk would drive it: what is due is recorded when it becomes true, and after everything dated
one instant the line is drained in order. So a policy can be judged on last month's log before it meets a ticket, and
two policies compared decision by decision. Not here: making up arrivals, which is for a simulation.

Layer: routing.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Final, TypeAlias, final

import attrs

from deskcore._value import to_us
from deskcore.errors import NeverHappens
from deskcore.log import Actor, Event, EventData
from deskcore.routing.changes import floor_changes_due, next_floor_change
from deskcore.routing.commit import commit, in_line, next_placement, next_relaxation
from deskcore.routing.decision import Decision
from deskcore.routing.events import (
    Dequeued,
    GateClosed,
    GateOpened,
    LineChanged,
    Metered,
    Offered,
    OfferWithdrawn,
    Placed,
    Released,
    ShareServed,
    StageEntered,
)
from deskcore.routing.policy import RoutingPolicy
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.state import RoutingState
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Presence
from deskcore.tickets.events import Assigned

_ROUNDS: Final = 1_000_000
"""More changes than this at one instant go round in circles."""

_SYSTEM: Final = Actor.system()

_OF_A_POLICY: Final = (
    Placed, Offered, OfferWithdrawn, GateOpened, GateClosed, StageEntered, LineChanged, Metered, ShareServed,
)  # fmt: skip


@final
@attrs.frozen
class Finishes(EventData):
    """An agent, or everybody, is done with so many of the tickets they hold, the longest held first; ``None``: all.

    For logs that say how much was done and not which ticket; it is never stored.

    >>> Finishes("bo", 2).count
    2
    """

    agent: str | None = None
    count: int | None = None


@final
@attrs.frozen
class Happening:
    """Something of the floor and when: an event's data, or ``Finishes``.

    >>> Happening(datetime.fromisoformat("2026-05-22T09:00Z"), Released("T-1")).data.TYPE
    'released'
    """

    at: datetime
    data: EventData


Happenings: TypeAlias = Iterable[Happening]


@final
@attrs.frozen
class Made:
    """One decision of a backtest: when, on which floor, and which ticket went where.

    >>> from deskcore.staff import Staff
    >>> nine = datetime.fromisoformat("2026-05-22T09:00Z")
    >>> Made(nine, Decision("assign", "T-1", agent="bo"), Snapshot(at=nine, staff=Staff())).decision.agent
    'bo'
    """

    at: datetime
    decision: Decision
    floor: Snapshot


@final
@attrs.frozen
class Backtest:
    """What a policy made of the happenings: its decisions in order, and the floor at any instant.

    >>> from deskcore.staff import Staff
    >>> nine = datetime.fromisoformat("2026-05-22T09:00Z")
    >>> Backtest((), (Snapshot(at=nine, staff=Staff()),)).at(nine).routing.waiting
    FrozenDict({})
    """

    decisions: tuple[Made, ...]
    floors: tuple[Snapshot, ...]

    def at(self, instant: datetime) -> Snapshot:
        """The floor once everything dated at or before an instant has happened."""
        place = bisect_right(self.floors, to_us(instant), key=lambda floor: floor.at_us)
        return attrs.evolve(self.floors[max(0, place - 1)], at=instant)

    def of(self, ticket: str) -> tuple[Made, ...]:
        """The decisions about one ticket, in order."""
        return tuple(made for made in self.decisions if made.decision.ticket == ticket)


@final
@attrs.frozen
class Difference:
    """A decision on which two policies part: the same ticket, the same floor, another answer.

    >>> print(Difference(datetime.fromisoformat("2026-05-22T09:00Z"), Decision("assign", "T-1", agent="bo"),
    ...                  Decision("wait", "T-1")))
    2026-05-22T09:00:00+00:00: T-1 goes to bo; the other way, T-1 waits
    """

    at: datetime
    decision: Decision
    other: Decision

    def __str__(self) -> str:
        return f"{self.at.isoformat()}: {self.decision.explain()}; the other way, {self.other.explain()}"


def recorded(events: Iterable[Event], cases: Iterable[Event] = ()) -> Iterator[Happening]:
    """The happenings of a floor's recorded stream: what people did, without what a policy decided or time alone did.

    A placement by anybody but the system is kept: it was made by hand. The floor hears of an assignment from its case,
    so that the ``cases``' own events are needed to tell those that people made.

    >>> list(recorded(()))
    []
    """
    by_hand = {
        (event.stream, event.at) for event in cases if isinstance(event.data, Assigned) and event.data.how != "policy"
    }
    for event in events:
        data = event.data
        by_somebody = event.actor.role != "system" or not isinstance(data, _OF_A_POLICY)
        if by_somebody or (isinstance(data, Placed) and (data.ticket, event.at) in by_hand):
            yield Happening(event.at, data)


def backtest(
    policy: RoutingPolicy, start: Snapshot, happenings: Happenings, *, until: datetime | None = None
) -> Backtest:
    """Run a policy from a floor through happenings, given in order of time, and on to ``until`` where that is later.

    The same arguments give the same answer. A ticket that is released while it still waits leaves the line. Cost: of
    ``next_placement`` for each happening and decision.

    >>> from deskcore.routing import ToAgent
    >>> from deskcore.staff import Staff
    >>> nine = datetime.fromisoformat("2026-05-22T09:00Z")
    >>> backtest(ToAgent(), Snapshot(at=nine, staff=Staff()), ()).decisions
    ()

    Raises:
        NeverHappens: changes of the floor cause each other without end.
    """
    run = _Run(policy, start)
    run.settle()
    for at, group in groupby(happenings, key=lambda one: one.at):
        run.advance(at, including=False)
        run.move(at)
        for happening in group:
            run.apply(happening.data)
        run.settle()
    if until is not None:
        run.advance(until, including=True)
    return Backtest(tuple(run.made), tuple(run.floors))


def compare(
    policy: RoutingPolicy, other: RoutingPolicy, start: Snapshot, happenings: Happenings
) -> tuple[Difference, ...]:
    """Where another policy would have decided otherwise, on the very floors that the first one's decisions led to.

    >>> from deskcore.routing import ToAgent
    >>> from deskcore.staff import Staff
    >>> nine = datetime.fromisoformat("2026-05-22T09:00Z")
    >>> compare(ToAgent(), ToAgent(), Snapshot(at=nine, staff=Staff()), ())
    ()
    """
    found: list[Difference] = []
    for made in backtest(policy, start, happenings).decisions:
        ticket = made.floor.routing.waiting[made.decision.ticket]
        answer = other.decide(ticket, made.floor)
        mine = (made.decision.kind, made.decision.agent, made.decision.desk)
        if (answer.kind, answer.agent, answer.desk) != mine:
            found.append(Difference(made.at, made.decision, answer))
    return tuple(found)


class _Run:
    """A floor on its way through the happenings: mutable, private to one call."""

    def __init__(self, policy: RoutingPolicy, start: Snapshot) -> None:
        self.policy, self.floor = policy, start
        self.made: list[Made] = []
        self.floors: list[Snapshot] = []
        self.seq = 0

    def move(self, at: datetime) -> None:
        self.floor = attrs.evolve(self.floor, at=at)

    def apply(self, data: EventData) -> None:
        """Take one happening into the floor."""
        routing = self.floor.routing
        if isinstance(data, Finishes):
            mine = [ticket for ticket, held in routing.held.items() if data.agent in {None, held.agent}]
            for ticket in mine[: data.count]:
                self.record(Released(ticket, "finished"))
        elif isinstance(data, Released) and data.ticket in routing.waiting:
            self.record(Dequeued(data.ticket, data.why))
        else:
            self.record(data)

    def record(self, data: EventData) -> None:
        self.seq += 1
        event = Event("floor", self.seq, self.floor.at, self.floor.at, _SYSTEM, data)
        presence: Presence = self.floor.presence.step(event)
        routing: RoutingState = self.floor.routing.step(event)
        self.floor = attrs.evolve(self.floor, presence=presence, routing=routing)

    def settle(self) -> None:
        """Record what is due at this instant and drain the line, until nothing more happens."""
        line = self.policy.line()
        left = _ROUNDS if line is None or line.batch is None else line.batch
        order: list[WaitingFacts] | None = None  # placing one ticket leaves the order of the others
        for _ in range(_ROUNDS):
            due = floor_changes_due(self.policy, self.floor)
            for change in due:
                self.record(change.data)
            if due:
                order = None
                continue
            order = list(in_line(self.policy, self.floor)) if order is None else order
            decision = next_placement(self.policy, self.floor, order) if left else None
            if decision is None:
                self.floors.append(self.floor)
                return
            left -= 1
            self.made.append(Made(self.floor.at, decision, self.floor))
            for data in commit(decision, self.floor.routing.waiting[decision.ticket]).floor:
                self.record(data)
            order = [ticket for ticket in order if ticket.ticket != decision.ticket]
        raise NeverHappens("settle", "the floor", "changes that come to rest")

    def advance(self, until: datetime, *, including: bool) -> None:
        """Let time pass: stop wherever it may change something by itself."""
        limit = to_us(until) + (1 if including else 0)
        for _ in range(_ROUNDS):
            again = [next_floor_change(self.policy, self.floor), next_relaxation(self.policy, self.floor)]
            later = [moment for moment in again if moment is not None and self.floor.at_us < to_us(moment) < limit]
            if not later:
                return
            self.move(min(later, key=to_us))
            self.settle()
        raise NeverHappens("advance", "the floor", "an end to its changes")
