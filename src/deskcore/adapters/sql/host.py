"""The durable host: what ``Memory`` does, in a database and one transaction a command.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import TracebackType
from typing import final

from sqlalchemy import Engine
from sqlalchemy.engine import URL

from deskcore._value import require_aware, to_us
from deskcore.adapters.sql import desks, receipts, timers
from deskcore.adapters.sql.database import Synchronous, database
from deskcore.adapters.sql.errors import Conflict
from deskcore.adapters.sql.streams import some
from deskcore.adapters.sql.transacting import Transacting
from deskcore.adapters.sql.work import SYSTEM, Work
from deskcore.desk import Accepted, Desk, Refused, Routed
from deskcore.desk import floor_commands as ask
from deskcore.desk.history import Inserted
from deskcore.errors import UnknownName
from deskcore.escalation.renaming import NO_NAMES
from deskcore.log import Actor, EventData
from deskcore.tickets.commands import Command
from deskcore.tickets.events import Adopted


@final
class SqlHost(Transacting):
    """A host over a database. Every command is one transaction: its events, timers, effects and receipt, or nothing.

    Safe between threads. ``open`` makes one from a URL.

    >>> from datetime import UTC
    >>> from deskcore.hours import Calendar
    >>> from deskcore.tickets import commands as do
    >>> host = SqlHost.open("sqlite://", Desk.simple(calendar=Calendar.always()))
    >>> noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> ask_for_help = do.Open("T-1", subject="VPN drops", requester="ann")
    >>> answer = host.handle(ask_for_help, at=noon, actor=Actor.requester("ann"), id="request-1")
    >>> again = host.handle(ask_for_help, at=noon, actor=Actor.requester("ann"), id="request-1")
    >>> again == answer, [event.type for event in host.log("T-1")]
    (True, ['opened'])
    """

    @classmethod
    def open(
        cls,
        url: str | URL | Engine,
        desk: Desk,
        *,
        create: bool = True,
        synchronous: Synchronous = "FULL",
        timeout: timedelta = timedelta(seconds=30),
        max_bytes: int | None = None,
        skew: timedelta = timedelta(seconds=5),
        retries: int = 100,
        snapshot_every: int = 100,
        remembered: int = 10_000,
    ) -> SqlHost:
        """A host over the database at ``url``: ``sqlite:///desk.db``, ``postgresql://user@host/name``, or an engine.

        Args:
            url: where the database is.
            desk: what decides.
            create: make the tables where there are none.
            synchronous: SQLite's setting; ``"FULL"`` keeps an answered command through a power cut.
            timeout: how long a command waits for another one's lock.
            max_bytes: how large a SQLite file may grow.
            skew: by how much the clocks of workers may differ: an instant that lies no further before a stream's last
                record is taken as that record's.
            retries: how often a command that lost a race is decided again before ``Conflict`` is raised.
            snapshot_every: a state is kept after so many events, so that reading it needs no more than these.
            remembered: of how many streams the state is kept in memory.

        Raises:
            InvalidValue: the URL is of no supported database.
            SchemaMismatch: the tables are of another revision, or missing and not to be made.
            StoreGone: there is no such database.
        """
        store = database(url, synchronous=synchronous, timeout=timeout, max_bytes=max_bytes)
        try:
            store.check(create=create)
            host = cls(desk, store, skew=skew, retries=retries, snapshot_every=snapshot_every, remembered=remembered)
            desks.keep(store, host.streams.digest, host.streams.written)
        except BaseException:
            store.close()
            raise
        return host

    def close(self) -> None:
        """Close the connections. The host may be used again; it then opens new ones."""
        self.store.close()

    def __enter__(self) -> SqlHost:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def handle(
        self,
        command: Command,
        *,
        at: datetime,
        actor: Actor,
        id: str | None = None,  # noqa: A002 - what a request calls it
        expected: int | None = None,
    ) -> Accepted | Refused:
        """Run a command on its ticket, store what follows, and perform every effect; people are told by the outbox.

        Args:
            command: what is asked.
            at: the instant. Aware.
            actor: who asks.
            id: the request's own id: the same id again gives the same answer and stores nothing.
            expected: the version of the case that the actor saw; without it the command is decided on the present one.

        Raises:
            Conflict: the case is not at the expected version, or others were quicker more often than ``retries``.
            CommandIdReused: the id stands for another command.
            ClockWentBack: ``at`` lies before what the floor has recorded, by more than ``skew``.
            StoreError: of the class that says what is wrong with the database. Nothing is stored then, except after
                ``StoreGone``, when repeating the command under its id finds out.
        """
        require_aware("at", at)

        def work(unit: Work) -> Accepted | Refused:
            if expected is not None and unit.version(command.ticket) != expected:
                raise Conflict(command.ticket, expected, unit.version(command.ticket))
            return unit.handle(command, at=at, actor=actor)

        return self._answered(work, command, at, actor, id)

    def operate(
        self,
        command: ask.FloorCommand,
        *,
        at: datetime,
        actor: Actor = SYSTEM,
        id: str | None = None,  # noqa: A002
    ) -> Accepted | Refused:
        """Run a command on the floor, store what follows, and route whatever can be routed now.

        Raises:
            CommandIdReused: the id stands for another command.
            StoreError: as ``handle``.
        """
        require_aware("at", at)
        return self._answered(lambda unit: unit.operate(command, at=at, actor=actor), command, at, actor, id)

    def route(self, ticket: str, *, at: datetime) -> Routed | Refused:
        """Find somebody for a waiting ticket: the events of both streams are stored, or neither's.

        Commands do this by themselves; a host calls it to try again what found nobody.

        Raises:
            UnknownName: there is no such ticket.
            StoreError: as ``handle``.
        """
        require_aware("at", at)

        def work(unit: Work) -> Routed | Refused:
            routed = unit.route(ticket, at=at)
            if routed is None:
                raise UnknownName("ticket", ticket, some(unit.connection))
            if isinstance(routed, Routed):
                unit.perform(routed.effects, at, SYSTEM)
            return routed

        return self.transact(work)

    def advance(self, until: datetime) -> int:
        """Let time pass up to and including ``until``: every timer rings at its instant. Answers how many rang.

        For simulated time and one process; workers ring in real time, see ``Worker``.
        """
        rang = 0
        while (timer := timers.earliest(self.store)) is not None and to_us(timer.due) <= to_us(until):
            self.ring(timer.stream, at=timer.due)
            rang += 1
        return rang

    def adopt(self, record: Adopted, ticket: str, *, at: datetime, actor: Actor = SYSTEM) -> Accepted | Refused:
        """Take over a ticket that lived elsewhere; refused with ``already_open`` where it is here already.

        Raises:
            StoreError: as ``handle``.
        """
        require_aware("at", at)
        return self.transact(lambda unit: unit.adopt(record, ticket, at=at, actor=actor))

    def insert(self, ticket: str, data: EventData, *, happened_at: datetime, at: datetime, actor: Actor) -> Inserted:
        """Put a fact where it belongs in a ticket's past: the log gets it, everything is folded again.

        Raises:
            UnknownName: there is no such ticket.
            InvalidValue: as ``Desk.insert``.
            StoreError: as ``handle``.
        """
        require_aware("at", at)
        return self.transact(lambda unit: unit.insert(ticket, data, happened_at=happened_at, at=at, actor=actor))

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
            StoreError: as ``handle``.
        """
        require_aware("at", at)
        return self.transact(
            lambda unit: unit.migrate(ticket, policy=policy, matrix=matrix, renamed=renamed, at=at, actor=actor)
        )

    def ring(self, *streams: str, at: datetime) -> None:
        """Do what a timer of each stream is for, all in one transaction: record what became true by ``at``.

        Raises:
            StoreError: as ``handle``.
        """

        def work(unit: Work) -> None:
            for stream in streams:
                unit.ring(stream, at=at)

        self.transact(work)

    def answered(self, id: str) -> bool:  # noqa: A002 - the field's own name
        """Whether a command with this id has been carried out or refused."""
        with self.store.reading() as connection:
            return receipts.known(connection, id)

    def forget_answers(self, *, before: datetime) -> int:
        """Drop the receipts of commands that came before an instant; how many. Their ids are new again from then on."""
        with self.store.writing() as connection:
            return receipts.drop(connection, before_us=to_us(before))

    def _answered(
        self,
        decide: Callable[[Work], Accepted | Refused],
        command: Command | ask.FloorCommand,
        at: datetime,
        actor: Actor,
        id_: str | None,
    ) -> Accepted | Refused:
        if id_ is None:
            return self.transact(decide)
        wanted = receipts.fingerprint(self.streams, command, actor)

        def once(unit: Work) -> Accepted | Refused:
            known = receipts.find(unit.connection, self.streams, id_, wanted)
            if known is not None:
                return known
            answer = decide(unit)
            receipts.add(unit.connection, self.streams, id_, wanted, answer, to_us(at))
            return answer

        return self.transact(once)
