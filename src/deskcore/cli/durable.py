"""A simulation on a durable host, taken up where a killed one stopped.

What people have in hand lives in the simulation alone, so a resumed one is played again from the beginning, in memory,
until it comes to a command that the store has not answered; from there on it goes on in the store.

Layer: cli.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import final

from deskcore.adapters.sql import SqlHost
from deskcore.desk import FLOOR_STREAM, Accepted, Case, Desk, Floor, Memory, Notify, Refused
from deskcore.desk import floor_commands as ask
from deskcore.desk.host import RunningHost
from deskcore.desk.memory import SYSTEM
from deskcore.errors import InvalidValue
from deskcore.log import Actor, Event, EventLog
from deskcore.tickets.commands import Command


@final
class Resumed:
    """A host whose first commands are known already: played in memory, then in the store.

    >>> from deskcore.hours import Calendar
    >>> store = SqlHost.open("sqlite://", Desk.simple(calendar=Calendar.always()))
    >>> Resumed(store, "a run").done
    0
    """

    def __init__(self, store: SqlHost, run: str) -> None:
        self.store = store
        self.run = run
        self.turn = 0
        self.done = _done(store, run)
        self._memory: Memory | None = Memory(store.desk)

    @property
    def desk(self) -> Desk:
        """What decides."""
        return self.store.desk

    @property
    def floor(self) -> Floor:
        """The floor as it stands in the simulation."""
        return self._now.floor

    @property
    def told(self) -> Sequence[Notify]:
        """What people were to be told."""
        return self._now.told

    def handle(self, command: Command, *, at: datetime, actor: Actor) -> Accepted | Refused:
        """Run a command, in memory where the store has run it already."""
        self.turn += 1
        if self.turn <= self.done:
            return self._now.handle(command, at=at, actor=actor)
        return self._stored().handle(command, at=at, actor=actor, id=f"{self.run}/{self.turn}")

    def operate(self, command: ask.FloorCommand, *, at: datetime, actor: Actor = SYSTEM) -> Accepted | Refused:
        """The same for what is asked of the floor."""
        self.turn += 1
        if self.turn <= self.done:
            return self._now.operate(command, at=at, actor=actor)
        return self._stored().operate(command, at=at, actor=actor, id=f"{self.run}/{self.turn}")

    def case(self, ticket: str) -> Case:
        """A case by its ticket's id."""
        return self._now.case(ticket)

    def cases(self) -> Iterable[Case]:
        """All cases."""
        return self._now.cases()

    def log(self, stream: str = FLOOR_STREAM) -> EventLog:
        """A stream's events."""
        return self._now.log(stream)

    def since(self, seq: int, stream: str = FLOOR_STREAM) -> tuple[Event, ...]:
        """The events of a stream after its ``seq``-th."""
        return self._now.since(seq, stream)

    def next_wake(self) -> datetime | None:
        """The earliest instant for which a timer is set."""
        return self._now.next_wake()

    def advance(self, until: datetime) -> int:
        """Ring every timer up to an instant. After the last known command some may have rung in the store already."""
        return (self._now if self.turn < self.done else self._stored()).advance(until)

    @property
    def _now(self) -> RunningHost:
        return self.store if self._memory is None else self._memory

    def _stored(self) -> SqlHost:
        """The store, from now on; what it holds must begin with what was played.

        Raises:
            InvalidValue: it holds something else: another desk's tickets, or another run.
        """
        memory, self._memory = self._memory, None
        if memory is not None:
            for stream in (FLOOR_STREAM, *(case.id for case in memory.cases())):
                log = memory.log(stream)
                if self.store.since(0, stream)[: len(log)] != log.events:
                    raise InvalidValue("db", self.store.store.name, f"must hold nothing but the run {self.run}")
        return self.store


def _done(store: SqlHost, run: str) -> int:
    """How many of a run's commands the store has answered: they come one after the other."""
    if not store.answered(f"{run}/1"):
        if any(True for _ in store.tickets()):
            raise InvalidValue("db", store.store.name, f"must hold nothing but the run {run}")
        return 0
    low, high = 1, 2
    while store.answered(f"{run}/{high}"):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if store.answered(f"{run}/{middle}") else (low, middle)
    return low
