"""What a store can be asked: cases and floor, their logs, lists of tickets, what people are to be told.

Each question is a transaction of its own that keeps nobody waiting. Not here: anything that writes.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from deskcore.adapters.sql import timers
from deskcore.adapters.sql.database import Database
from deskcore.adapters.sql.errors import CorruptedRow
from deskcore.adapters.sql.outbox import Outbox
from deskcore.adapters.sql.schema import OUTBOX, STREAMS
from deskcore.adapters.sql.streams import NAMES, Streams, some
from deskcore.desk import FLOOR_STREAM, Case, Desk, Floor, Notify
from deskcore.errors import DecodeError, UnknownName
from deskcore.log import Event, EventLog

_TOLD: Final = select(OUTBOX.c.key, OUTBOX.c.body).order_by(OUTBOX.c.position)


class StoredDesk:
    """The half of a durable host that only reads. Safe between threads; ``SqlHost`` is one."""

    def __init__(self, store: Database, streams: Streams) -> None:
        self.store = store
        self.streams = streams
        self.outbox = Outbox(store, streams.wire)

    @property
    def desk(self) -> Desk:
        """What decides."""
        return self.streams.desk

    def case(self, ticket: str) -> Case:
        """A case by its ticket's id.

        Raises:
            UnknownName: there is none.
            CorruptedRow: a stored event cannot be read.
        """
        with self.store.reading() as connection:
            state = self.streams.load(connection, ticket).state
            if not isinstance(state, Case):
                raise UnknownName("ticket", ticket, some(connection))
            return state

    @property
    def floor(self) -> Floor:
        """The floor as it is stored."""
        with self.store.reading() as connection:
            state = self.streams.load(connection, FLOOR_STREAM).state
            assert isinstance(state, Floor)
            return state

    @property
    def told(self) -> tuple[Notify, ...]:
        """What people were to be told, each key once, in the order in which it came up; delivered or not."""
        with self.store.reading() as connection:
            return tuple(self._notify(key, body) for key, body in connection.execute(_TOLD))

    def cases(self) -> Iterator[Case]:
        """All cases, by the tickets' ids. One at a time is in memory."""
        for ticket in self.tickets():
            yield self.case(ticket)

    def tickets(
        self,
        *,
        phase: str | None = None,
        desk: str | None = None,
        team: str | None = None,
        assignee: str | None = None,
        requester: str | None = None,
    ) -> Iterator[str]:
        """The ids of all tickets, or of those of which what is given holds, in order. One page at a time is read."""
        given = {"phase": phase, "desk": desk, "team": team, "assignee": assignee, "requester": requester}
        wanted = {name: value for name, value in given.items() if value is not None}
        statement = NAMES.where(*(STREAMS.c[name] == bindparam(name) for name in wanted))
        after, size = "", 1000
        while True:
            with self.store.reading() as connection:
                page = connection.execute(statement, {"after": after, "limit": size, **wanted}).scalars().all()
            yield from page
            if len(page) < size:
                return
            after = page[-1]

    def log(self, stream: str = FLOOR_STREAM) -> EventLog:
        """A stream's events: a ticket's, or the floor's; empty where there is no such stream.

        Raises:
            CorruptedRow: one of them cannot be read, or is missing.
        """
        return EventLog(self.since(0, stream))

    def since(self, seq: int, stream: str = FLOOR_STREAM) -> tuple[Event, ...]:
        """The events of a stream after its ``seq``-th. Cost: the length of the answer.

        Raises:
            CorruptedRow: one of them cannot be read, or is missing.
        """
        with self.store.reading() as connection:
            return tuple(self.streams.events(connection, stream, after=seq))

    def next_wake(self) -> datetime | None:
        """The earliest instant for which a timer is set; ``None`` when nothing waits for time."""
        timer = timers.earliest(self.store)
        return None if timer is None else timer.due

    def _notify(self, key: str, body: str) -> Notify:
        try:
            return self.streams.wire.loads(body, Notify)
        except DecodeError as error:
            raise CorruptedRow(f"{OUTBOX.name}/{key}", str(error)) from error
