"""The logs of a store as a source: a chunk names tickets, and the worker reads them over a connection of its own.

Layer: adapters. Needs the extra ``sql``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache
from typing import final

import attrs

from deskcore.adapters.cluster.sources import Chunk, Source, UnusableLog
from deskcore.adapters.sql import CorruptedRow, SqlHost
from deskcore.adapters.sql.database import Database, database
from deskcore.desk import FLOOR_STREAM, Desk
from deskcore.log import EventLog
from deskcore.wire import Converter


@final
@attrs.frozen
class _Named(Chunk):
    """The names of some streams, and where they are."""

    url: str
    desk: Desk
    streams: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.streams)

    def logs(self, converter: Converter) -> Iterator[EventLog]:
        del converter  # the store has one of its own, of the same nodes
        host = _host(self.url, self.desk)
        for stream in self.streams:
            try:
                yield host.log(stream)
            except CorruptedRow as error:
                raise UnusableLog(stream, str(error)) from error


@final
@attrs.frozen
class Stored(Source):
    """Every ticket of a database of ``adapters.sql``, in the order of ids, and the floor last.

    ``url`` must mean the same to every worker. Reads in transactions that keep no writer waiting, one for each log: the
    logs are as they stand when each is read. Commands go on meanwhile; look as of an instant that is past.

    Raises:
        StoreError: by ``chunks``, and by a worker: of the class that says what is wrong with the database.
    """

    url: str
    desk: Desk = attrs.field(repr=False)

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Chunks of ``size`` streams each."""
        streams = itertools.chain(_host(self.url, self.desk).tickets(), (FLOOR_STREAM,))
        while held := tuple(itertools.islice(streams, size)):
            yield _Named(self.url, self.desk, held)


def _host(url: str, desk: Desk) -> SqlHost:
    """A host that only reads: unlike one that is opened, it does not stand in the store as the desk at work there."""
    return SqlHost(desk, _store(url))


@lru_cache(maxsize=4)
def _store(url: str) -> Database:
    """The connections of this process, kept from chunk to chunk."""
    store = database(url)
    store.check(create=False)
    return store
