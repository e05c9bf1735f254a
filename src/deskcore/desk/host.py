"""What every host can do: keep cases and the floor, run commands on them, and let time pass.

``Memory`` is one; a durable one does the same in a database. Whatever needs a host, a simulation say, asks for no more.

Layer: desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from deskcore.desk import floor_commands as ask
from deskcore.desk.case import Case
from deskcore.desk.desk import Desk
from deskcore.desk.effects import Notify
from deskcore.desk.floor import FLOOR_STREAM, Floor
from deskcore.desk.history import Inserted
from deskcore.desk.outcome import Accepted, Refused
from deskcore.escalation.renaming import NO_NAMES
from deskcore.log import Actor, Event, EventData, EventLog
from deskcore.tickets.commands import Command
from deskcore.tickets.events import Adopted


class RunningHost(Protocol):
    """What a simulation needs of a host: commands, time that passes, and what has come of it."""

    @property
    def desk(self) -> Desk:
        """What decides."""
        ...

    @property
    def floor(self) -> Floor:
        """The floor as it stands."""
        ...

    @property
    def told(self) -> Sequence[Notify]:
        """What people were to be told, in the order in which it came up."""
        ...

    def handle(self, command: Command, *, at: datetime, actor: Actor) -> Accepted | Refused:
        """Run a command on its ticket, store what follows, and perform every effect."""
        ...

    def operate(self, command: ask.FloorCommand, *, at: datetime, actor: Actor = ...) -> Accepted | Refused:
        """Run a command on the floor, store what follows, and route whatever can be routed now."""
        ...

    def case(self, ticket: str) -> Case:
        """A case by its ticket's id; ``UnknownName`` where there is none."""
        ...

    def cases(self) -> Iterable[Case]:
        """All cases, in any order."""
        ...

    def log(self, stream: str = FLOOR_STREAM) -> EventLog:
        """A stream's events; empty where there is no such stream."""
        ...

    def since(self, seq: int, stream: str = FLOOR_STREAM) -> tuple[Event, ...]:
        """The events of a stream after its ``seq``-th."""
        ...

    def next_wake(self) -> datetime | None:
        """The earliest instant for which a timer is set."""
        ...

    def advance(self, until: datetime) -> int:
        """Ring every timer up to and including ``until``, each at its instant; how many rang."""
        ...


class Host(RunningHost, Protocol):
    """A place where cases live. ``deskcore.testing.hosts`` has the laws that it must keep."""

    def adopt(self, record: Adopted, ticket: str, *, at: datetime, actor: Actor = ...) -> Accepted | Refused:
        """Take over a ticket that lived elsewhere; refused with ``already_open`` where the host has it already."""
        ...

    def insert(self, ticket: str, data: EventData, *, happened_at: datetime, at: datetime, actor: Actor) -> Inserted:
        """Put a fact where it belongs in a ticket's past, and store it; what that changed comes back."""
        ...

    def migrate(
        self,
        ticket: str,
        *,
        policy: str | None = None,
        matrix: str | None = None,
        renamed: Mapping[str, str] = NO_NAMES,
        at: datetime,
        actor: Actor = ...,
    ) -> Accepted | Refused:
        """Pin a ticket to another policy or matrix of the desk, and store what follows."""
        ...
