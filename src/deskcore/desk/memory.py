"""The reference host: everything in memory, for tutorials, tests, the demo and simulation.

It does what every host must: store the events, keep the state, perform the effects, keep one timer for each case and
one for the floor. A durable host does the same inside a transaction. Not here: anything that outlives the process.

Layer: desk.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import final

from deskcore._value import from_us, to_us
from deskcore.desk import floor_commands as ask
from deskcore.desk.case import Case
from deskcore.desk.desk import Desk
from deskcore.desk.effects import Effect, FloorNotice, ForTicket, Notify, RouteNext
from deskcore.desk.floor import FLOOR_STREAM, Floor
from deskcore.desk.outcome import Accepted, Refused
from deskcore.errors import UnknownName
from deskcore.log import Actor, Event, EventLog
from deskcore.tickets import Ticket
from deskcore.tickets.commands import Command, Tick

SYSTEM = Actor.system("host")


@final
class _Tickets(Mapping[str, Ticket]):
    """The tickets of cases, without a copy."""

    __slots__ = ("_cases",)

    def __init__(self, cases: Mapping[str, Case]) -> None:
        self._cases = cases

    def __getitem__(self, key: str) -> Ticket:
        return self._cases[key].ticket

    def __iter__(self) -> Iterator[str]:
        return iter(self._cases)

    def __len__(self) -> int:
        return len(self._cases)


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
        case = self._cases.get(command.ticket)
        answer = self.desk.handle(case, command, at=at, actor=actor, others=_Tickets(self._cases))
        if isinstance(answer, Accepted):
            self._keep(answer.case, answer.events, at)
            self._perform(answer.effects, at, actor)
        return answer

    def operate(self, command: ask.FloorCommand, *, at: datetime, actor: Actor = SYSTEM) -> Accepted | Refused:
        """Run a command on the floor, store what follows, and route whatever can be routed now."""
        answer = self.desk.operate(self.floor, command, at=at, actor=actor)
        if isinstance(answer, Accepted):
            self._keep_floor(answer.floor, answer.events)
            self._perform(answer.effects, at, actor)
            self._arm(FLOOR_STREAM, self.desk.next_change(self.floor, at=at))
        return answer

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

    def _perform(self, effects: tuple[Effect, ...], at: datetime, actor: Actor) -> None:
        """Effects may have effects of their own; they are done in the order in which they come up."""
        todo, before = deque(effects), self.floor
        while todo:
            effect = todo.popleft()
            match effect:
                case Notify():
                    self.told.append(effect)
                case ForTicket(command=command):
                    self.handle(command, at=at, actor=actor)
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
