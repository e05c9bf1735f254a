"""The reference host: everything in memory, for tutorials, tests, the demo and simulation.

It does what every host must: store the events, keep the state, perform the effects, keep one timer for each case and
one for the floor. A durable host does the same inside a transaction. Not here: anything that outlives the process.

Layer: desk.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Mapping
from datetime import datetime
from typing import final

from deskcore._value import from_us, to_us
from deskcore.desk import floor_commands as ask
from deskcore.desk.case import Case
from deskcore.desk.chain import Step, carried_out, entailed
from deskcore.desk.desk import Desk
from deskcore.desk.effects import Effect, FloorNotice, ForTicket, Notify, RouteNext
from deskcore.desk.floor import FLOOR_STREAM, Floor
from deskcore.desk.history import Inserted, known_already
from deskcore.desk.outcome import Accepted, Refused
from deskcore.errors import UnknownName
from deskcore.escalation.renaming import NO_NAMES
from deskcore.log import Actor, Event, EventData, EventLog
from deskcore.tickets.commands import Command, Tick
from deskcore.tickets.events import Adopted

SYSTEM = Actor.system("host")


@final
class Memory:
    """A host without a disk. Mutable, for one thread.

    >>> from datetime import UTC
    >>> from deskcore.hours import Calendar
    >>> from deskcore.tickets import commands as do
    >>> host = Memory(Desk.simple(calendar=Calendar.always()))
    >>> noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> ask_for_help = do.Open("T-1", subject="VPN drops", requester="ann")
    >>> answer = host.handle(ask_for_help, at=noon, actor=Actor.requester("ann"))
    >>> host.case("T-1").ticket.status.name, [event.type for event in host.log("T-1")]
    ('New', ['opened'])
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.floor = Floor()
        self.told: list[Notify] = []
        self._cases: dict[str, Case] = {}
        self._logs: dict[str, list[Event]] = {}
        self._timers: list[tuple[int, str]] = []
        self._armed: dict[str, int] = {}

    def case(self, ticket: str) -> Case:
        """A case by its ticket's id.

        Raises:
            UnknownName: there is none.
        """
        if ticket not in self._cases:
            raise UnknownName("ticket", ticket, tuple(self._cases)[-3:])
        return self._cases[ticket]

    def cases(self) -> tuple[Case, ...]:
        """All cases, in the order they were opened."""
        return tuple(self._cases.values())

    def log(self, stream: str = FLOOR_STREAM) -> EventLog:
        """A stream's events: a ticket's, or the floor's."""
        return EventLog(tuple(self._logs.get(stream, ())))

    def since(self, seq: int, stream: str = FLOOR_STREAM) -> tuple[Event, ...]:
        """The events of a stream after its ``seq``-th. Cost: the length of the answer."""
        return tuple(self._logs.get(stream, [])[seq:])

    def handle(self, command: Command, *, at: datetime, actor: Actor) -> Accepted | Refused:
        """Run a command on its ticket, store what follows, and perform every effect."""
        return self._take(carried_out(self.desk, self._cases, command, at=at, actor=actor), actor)

    def operate(self, command: ask.FloorCommand, *, at: datetime, actor: Actor = SYSTEM) -> Accepted | Refused:
        """Run a command on the floor, store what follows, and route whatever can be routed now."""
        answer = self.desk.operate(self.floor, command, at=at, actor=actor)
        if isinstance(answer, Accepted):
            self._keep_floor(answer.floor, answer.events)
            self._perform(answer.effects, at, actor)
            self._arm(FLOOR_STREAM, self.desk.next_change(self.floor, at=at))
        return answer

    def adopt(self, record: Adopted, ticket: str, *, at: datetime, actor: Actor = SYSTEM) -> Accepted | Refused:
        """Take over a ticket that lived elsewhere; refused with ``already_open`` where it is here already."""
        if ticket in self._cases:
            return known_already(self._cases[ticket])
        return self._kept(self.desk.adopt(record, ticket, at=at, actor=actor), at, actor)

    def insert(self, ticket: str, data: EventData, *, happened_at: datetime, at: datetime, actor: Actor) -> Inserted:
        """Put a fact where it belongs in a ticket's past: the log gets it, everything is folded again.

        Raises:
            UnknownName: there is no such ticket.
            InvalidValue: as ``Desk.insert``.
        """
        self.case(ticket)
        late = self.desk.insert(self.log(ticket), data, happened_at=happened_at, at=at, actor=actor)
        self._keep(late.case, (late.event,), at)
        self._perform(late.effects, at, actor)
        return late

    def migrate(
        self,
        ticket: str,
        *,
        policy: str | None = None,
        matrix: str | None = None,
        renamed: Mapping[str, str] = NO_NAMES,
        at: datetime,
        actor: Actor = SYSTEM,
    ) -> Accepted | Refused:
        """Pin a ticket to another policy or matrix of the desk, in which rungs may go by another id (``renamed``).

        Raises:
            UnknownName: there is no such ticket.
        """
        answer = self.desk.migrate(self.case(ticket), policy=policy, matrix=matrix, renamed=renamed, at=at, actor=actor)
        return self._kept(answer, at, actor)

    def next_wake(self) -> datetime | None:
        """The earliest instant for which a timer is set; ``None`` when nothing waits for time."""
        while self._timers and self._armed.get(self._timers[0][1]) != self._timers[0][0]:
            heapq.heappop(self._timers)
        return from_us(self._timers[0][0]) if self._timers else None

    def advance(self, until: datetime) -> int:
        """Let time pass up to and including ``until``: every timer rings at its instant. Answers how many rang."""
        rang = 0
        while (wake := self.next_wake()) is not None and to_us(wake) <= to_us(until):
            stream = heapq.heappop(self._timers)[1]
            del self._armed[stream]
            if stream == FLOOR_STREAM:
                self.operate(ask.Tick(), at=wake)
            else:
                self.handle(Tick(stream), at=wake, actor=SYSTEM)
            rang += 1
        return rang

    def _kept(self, answer: Accepted | Refused, at: datetime, actor: Actor) -> Accepted | Refused:
        if isinstance(answer, Accepted):
            self._keep(answer.case, answer.events, at)
            self._perform(answer.effects, at, actor)
        return answer

    def _take(self, steps: tuple[Step, ...] | Refused, actor: Actor) -> Accepted | Refused:
        """Store what a command did to its ticket and to others, perform the effects, and answer for the first."""
        if isinstance(steps, Refused):
            return steps
        for step in steps:
            self._keep(step.answer.case, step.answer.events, step.at)
        for step in steps:
            self._perform(step.effects, step.at, actor)
        return steps[0].answer

    def _perform(self, effects: tuple[Effect, ...], at: datetime, actor: Actor) -> None:
        """Effects may have effects of their own; they are done in the order in which they come up."""
        todo, before = deque(effects), self.floor
        while todo:
            effect = todo.popleft()
            match effect:
                case Notify():
                    self.told.append(effect)
                case ForTicket():
                    self._take(entailed(self.desk, self._cases, effect, at=at, actor=actor), actor)
                case FloorNotice():
                    heard = self.desk.operate(self.floor, ask.Hear(effect), at=at, actor=SYSTEM).unwrap()
                    self._keep_floor(heard.floor, heard.events)
                    todo.extend(heard.effects)
                case RouteNext(ticket=ticket):
                    todo.extend(self._route(ticket, at))
        if self.floor is not before:
            self._arm(FLOOR_STREAM, self.desk.next_change(self.floor, at=at))

    def _route(self, ticket: str, at: datetime) -> tuple[Effect, ...]:
        routed = self.desk.route(self._cases[ticket], self.floor, at=at)
        if isinstance(routed, Refused):
            return ()  # somebody got it since: the floor hears of it by the case's own notice
        self._keep(routed.case, routed.case_events, at)
        self._keep_floor(routed.floor, routed.floor_events)
        return routed.effects

    def _keep(self, case: Case, events: tuple[Event, ...], at: datetime) -> None:
        self._cases[case.id] = case
        self._logs.setdefault(case.id, []).extend(events)
        self._arm(case.id, self.desk.next_change(case, at=at))

    def _keep_floor(self, floor: Floor, events: tuple[Event, ...]) -> None:
        self.floor = floor
        self._logs.setdefault(FLOOR_STREAM, []).extend(events)

    def _arm(self, stream: str, wake: datetime | None) -> None:
        if wake is None:
            self._armed.pop(stream, None)
        elif self._armed.get(stream) != to_us(wake):
            self._armed[stream] = to_us(wake)
            heapq.heappush(self._timers, (to_us(wake), stream))
