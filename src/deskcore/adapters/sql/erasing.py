"""Forgetting a person throughout a store: the one thing that rewrites what was appended.

Each stream that names the person is rewritten in a transaction of its own, numbers, instants and kinds of event as they
were. Old snapshots, and receipts and delivered messages that name the person, are dropped. Begun again, it goes on. Not
here: bodies of messages and backups, which are the host's.

Layer: adapters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, final

import attrs
from sqlalchemy import Connection, Executable, bindparam, delete, select, true, update

from deskcore.adapters.sql import writing
from deskcore.adapters.sql.host import SqlHost
from deskcore.adapters.sql.schema import EVENTS, OUTBOX, RECEIPTS, STREAMS
from deskcore.adapters.sql.streams import crc_of
from deskcore.desk import FLOOR_STREAM, Case
from deskcore.errors import InvalidValue
from deskcore.log import Event
from deskcore.tickets.erasure import erase_person

_CHANGE: Final = (
    update(EVENTS)
    .where(EVENTS.c.stream == bindparam("name"), EVENTS.c.seq == bindparam("place"))
    .values(body=bindparam("body"), crc=bindparam("crc"))
)
_HEAD: Final = (
    update(STREAMS)
    .where(STREAMS.c.stream == bindparam("name"))
    .values(requester=bindparam("requester"), assignee=bindparam("assignee"))
)
_PAGE: Final = 1000


@final
@attrs.frozen
class Erased:
    """What an erasure did, or would do: streams and events rewritten, messages and receipts dropped.

    ``owed``: messages that name the person and are yet to be delivered; they stay, and another run finds them.
    """

    streams: int = 0
    events: int = 0
    messages: int = 0
    receipts: int = 0
    owed: int = 0

    def explain(self) -> str:
        """The counts in a line.

        >>> Erased(2, 5).explain()
        '5 events of 2 streams rewritten, 0 messages and 0 receipts dropped'
        """
        done = f"{self.events:,} events of {self.streams:,} streams rewritten"
        more = f"; {self.owed:,} messages are yet to be delivered: run it again" if self.owed else ""
        return f"{done}, {self.messages:,} messages and {self.receipts:,} receipts dropped{more}"


def erase(
    host: SqlHost,
    person: str,
    pseudonym: str,
    *,
    texts: str | None = None,
    is_preview: bool = False,
    progress: Callable[[int], object] = int,
) -> Erased:
    """Put ``pseudonym`` in a person's place in every log of a store, as ``tickets.erasure.erase_person`` does in one.

    Restart other processes afterwards: they may remember states that name the person. SQLite's file is written anew, so
    that nothing is left in it; on PostgreSQL that is for ``VACUUM FULL`` to do.

    Args:
        host: over the store.
        person: the id.
        pseudonym: what stands in its place.
        texts: what takes the place of every free text in the logs of tickets that name the person; ``None`` keeps them.
        is_preview: count only.
        progress: told after each stream.

    Raises:
        InvalidValue: the person is on the desk's staff, which is for the desk's configuration to change first.
        StoreError: of the class that says what is wrong. What was rewritten before stays so; run it again.
    """
    if host.desk.configuration.staff.knows_agent(person):
        raise InvalidValue("person", person, "must not be an agent of the desk; take them off its staff first")
    found = Erased()
    for stream in (*host.tickets(), FLOOR_STREAM):
        events = _rewritten(host, stream, person, pseudonym, texts, is_preview=is_preview)
        found = attrs.evolve(found, streams=found.streams + bool(events), events=found.events + events)
        progress(1)
    dropped = _dropped(host, person, is_preview=is_preview)
    if not is_preview and host.store.is_sqlite:
        _write_anew(host)
    return attrs.evolve(found, messages=dropped[0], receipts=dropped[1], owed=dropped[2])


def _dropped(host: SqlHost, person: str, *, is_preview: bool) -> tuple[int, int, int]:
    """Drop delivered messages and receipts that name the person; how many of either, and how many messages stay."""
    written = host.streams.wire.dumps(person)[1:-1]
    word = re.compile(rf"(?<![\w-]){re.escape(written)}(?![\w-])")

    def naming(connection: Connection, statement: Executable) -> list[str]:
        rows = connection.execution_options(yield_per=_PAGE).execute(statement)
        return [row.key for row in rows if word.search(row.body)]

    counts: list[int] = []
    with host.store.reading() if is_preview else host.store.writing() as connection:
        for table, key, where in (
            (OUTBOX, OUTBOX.c.key, OUTBOX.c.delivered_us.is_not(None)),
            (RECEIPTS, RECEIPTS.c.id, true()),
        ):
            held = table.c.body.contains(written, autoescape=True)
            keys = naming(connection, select(key.label("key"), table.c.body).where(where, held))
            counts.append(len(keys))
            if keys and not is_preview:
                connection.execute(delete(table).where(key == bindparam("gone")), [{"gone": one} for one in keys])
        owed = select(OUTBOX.c.key, OUTBOX.c.body).where(OUTBOX.c.delivered_us.is_(None))
        counts.append(len(naming(connection, owed.where(OUTBOX.c.body.contains(written, autoescape=True)))))
    return counts[0], counts[1], counts[2]


def _rewritten(host: SqlHost, stream: str, person: str, pseudonym: str, texts: str | None, *, is_preview: bool) -> int:
    """Rewrite one stream; how many of its events change."""
    with host.store.reading() as connection:
        changed = _changed(host.streams.events(connection, stream), person, pseudonym, texts)
    if is_preview or not changed:
        return len(changed)
    with host.store.writing() as connection:
        host.streams.load(connection, stream, lock=True)
        changed = _changed(host.streams.events(connection, stream), person, pseudonym, texts)
        _store(host, connection, stream, changed)
    host.streams.forget(stream)
    return len(changed)


def _changed(log: Iterable[Event], person: str, pseudonym: str, texts: str | None) -> list[Event]:
    """The events that are not the same without the person; none where the log does not name them."""
    before = list(log)
    named = [old != new for old, new in zip(before, erase_person(before, person, pseudonym), strict=True)]
    if not any(named):
        return []
    after = erase_person(before, person, pseudonym, texts=texts)
    return [new for old, new in zip(before, after, strict=True) if old != new]


def _store(host: SqlHost, connection: Connection, stream: str, changed: list[Event]) -> None:
    bodies = [(event.seq, host.streams.wire.dumps(event)) for event in changed]
    rows = [{"name": stream, "place": seq, "body": body, "crc": crc_of(body)} for seq, body in bodies]
    if not rows:
        return
    connection.execute(_CHANGE, rows)
    writing.no_snapshot(connection, stream)
    state = host.desk.replay(host.streams.events(connection, stream))
    if isinstance(state, Case):
        party = state.ticket.requester
        facts = {"requester": None if party is None else party.id, "assignee": state.ticket.assignee}
        connection.execute(_HEAD, {"name": stream, **facts})


def _write_anew(host: SqlHost) -> None:
    """Leave nothing of what was overwritten in SQLite's file or its write-ahead log."""
    with host.store.faults(), host.store.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("VACUUM")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
