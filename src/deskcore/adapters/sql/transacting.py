"""Work in one transaction, begun again where somebody else was quicker: what every command of the durable host is.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection

from deskcore.adapters.sql import writing
from deskcore.adapters.sql.database import Database
from deskcore.adapters.sql.errors import Conflict, StoreBusy
from deskcore.adapters.sql.reading import StoredDesk
from deskcore.adapters.sql.streams import Held, Streams
from deskcore.adapters.sql.work import Work
from deskcore.desk import FLOOR_STREAM, Desk

T = TypeVar("T")


class Transacting(StoredDesk):
    """The half of a durable host that runs work in transactions. ``SqlHost`` is the whole."""

    def __init__(
        self,
        desk: Desk,
        store: Database,
        *,
        skew: timedelta = timedelta(seconds=5),
        retries: int = 100,
        snapshot_every: int = 100,
        remembered: int = 10_000,
    ) -> None:
        super().__init__(store, Streams(desk, remembered=remembered))
        self.skew = skew
        self.retries = retries
        self.snapshot_every = snapshot_every

    @contextmanager
    def within(self, connection: Connection) -> Iterator[Work]:
        """Commands as a part of the caller's own transaction: stored with the caller's rows, or undone with them.

        The ``Work`` that it gives has ``handle``, ``operate`` and ``route``, as the host has. What they decide is
        written when the block ends, and stored when the caller commits. A lost race is the caller's to repeat.

        Raises:
            Conflict: somebody else wrote one of the streams; the transaction is to be undone and begun again.
            StoreError: as ``handle``.
        """
        with self.store.faults():
            unit = Work(connection, self.streams.apart(), skew=self.skew, snapshot_every=self.snapshot_every)
            yield unit
            unit.flush()

    def transact(self, work: Callable[[Work], T]) -> T:
        """Run ``work`` in one transaction and write what it kept; again on newer states where it lost a race.

        Raises:
            Conflict: others were quicker more often than ``retries``.
            StoreError: as ``handle``.
        """
        lost: str | None = None
        for turn in range(self.retries + 1):
            try:
                with self.store.writing() as connection:
                    if lost is not None:
                        writing.wait_in_line(connection, lost)
                    answer, stored = self._run(connection, work)
            except Conflict as error:
                if turn == self.retries or error.held is not None:  # what the caller expected will not come back
                    raise
                lost = error.stream
                self.streams.forget(lost)
            except StoreBusy:
                if self.store.is_sqlite or turn == self.retries:
                    raise
                lost = FLOOR_STREAM
            else:
                self.streams.remember(stored)
                return answer
        raise AssertionError("the loop ends by an answer or an error")

    def _run(self, connection: Connection, work: Callable[[Work], T]) -> tuple[T, dict[str, Held]]:
        unit = Work(connection, self.streams, skew=self.skew, snapshot_every=self.snapshot_every)
        answer = work(unit)
        return answer, unit.flush()
