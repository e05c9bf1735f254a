"""The statements that write: heads, events, timers, the outbox, snapshots. Bound parameters only.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from deskcore._value import to_us
from deskcore.adapters.sql.errors import Conflict
from deskcore.adapters.sql.schema import EVENTS, OUTBOX, SNAPSHOTS, STREAMS, TIMERS
from deskcore.adapters.sql.streams import Held, State, Streams, crc_of
from deskcore.desk import Case, Notify
from deskcore.log import Event
from deskcore.wire import Converter

_FACTS: Final = ("opened_us", "phase", "status", "priority", "desk", "team", "assignee", "requester")
_ADD_HEAD: Final = insert(STREAMS)
_MOVE_HEAD: Final = (
    update(STREAMS)
    .where(STREAMS.c.stream == bindparam("name"), STREAMS.c.version == bindparam("expected"))
    .values({name: bindparam(name) for name in ("version", "recorded_us", *_FACTS)})
)
_ADD_EVENT: Final = insert(EVENTS)
_NO_SNAPSHOT: Final = delete(SNAPSHOTS).where(SNAPSHOTS.c.stream == bindparam("name"))
_DROP_SNAPSHOT: Final = delete(SNAPSHOTS).where(
    SNAPSHOTS.c.stream == bindparam("name"), SNAPSHOTS.c.version == bindparam("old")
)
_SNAPSHOTS_OF: Final = select(SNAPSHOTS.c.version).where(SNAPSHOTS.c.stream == bindparam("name"))
_LOCK: Final = select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("stream"), 7_337)))


def _upsert(table: Table, keys: tuple[str, ...], *changed: str) -> Mapping[str, Any]:
    """An insert that replaces ``changed`` where the keys are there already, or nothing, for either database."""
    found: dict[str, Any] = {}
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql)):
        statement = dialect.insert(table)
        if changed:
            new = {column: statement.excluded[column] for column in changed}
            found[name] = statement.on_conflict_do_update(index_elements=keys, set_=new)
        else:
            found[name] = statement.on_conflict_do_nothing(index_elements=keys)
    return found


_SET_TIMER: Final = _upsert(TIMERS, ("stream",), "due_us", "lease_us", "owner")
_TELL: Final = _upsert(OUTBOX, ("key",))
_SET_SNAPSHOT: Final = _upsert(SNAPSHOTS, ("stream", "version"), "last_us", "tag", "body")


def head(connection: Connection, stream: str, expected: int, state: State, last: Event) -> None:
    """Move a stream's head on from ``expected``.

    Raises:
        Conflict: it is elsewhere by now.
    """
    values: dict[str, object] = {
        "version": state.version,
        "recorded_us": to_us(last.recorded_at),
        **(_facts(state) if isinstance(state, Case) else dict.fromkeys(_FACTS)),
    }
    if expected == 0 and isinstance(state, Case):
        try:
            connection.execute(_ADD_HEAD, {"stream": stream, **values})
        except IntegrityError as error:
            raise Conflict(stream, 0, None) from error
    elif connection.execute(_MOVE_HEAD, {"name": stream, "expected": expected, **values}).rowcount != 1:
        raise Conflict(stream, expected, None)


def _facts(case: Case) -> dict[str, object]:
    ticket = case.ticket
    return {
        "opened_us": to_us(ticket.opened_at),
        "phase": ticket.phase,
        "status": ticket.status.name,
        "priority": ticket.priority,
        "desk": ticket.desk,
        "team": ticket.team,
        "assignee": ticket.assignee,
        "requester": None if ticket.requester is None else ticket.requester.id,
    }


def events(connection: Connection, wire: Converter, new: Sequence[Event]) -> None:
    """Append events to a stream whose head was moved in this transaction."""
    rows = []
    for event in new:
        body = wire.dumps(event)
        row = {"stream": event.stream, "seq": event.seq, "type": event.type, "at_us": to_us(event.at)}
        rows.append({**row, "recorded_us": to_us(event.recorded_at), "crc": crc_of(body), "body": body})
    connection.execute(_ADD_EVENT, rows)


def timers(connection: Connection, due: Mapping[str, datetime | None]) -> None:
    """Set the timer of each stream, and let go of it if a worker had it."""
    if due:
        rows = [
            {"stream": stream, "due_us": None if when is None else to_us(when), "lease_us": 0, "owner": None}
            for stream, when in sorted(due.items())
        ]
        connection.execute(_SET_TIMER[connection.dialect.name], rows)


def outbox(connection: Connection, wire: Converter, told: Iterable[tuple[Notify, datetime]]) -> None:
    """Put what is to be told into the outbox; what is there already, by its key, stays as it is."""
    rows = [
        {
            "key": notify.key,
            "ticket": notify.ticket,
            "channel": notify.channel,
            "made_us": to_us(at),
            "due_us": to_us(at),
            "body": wire.dumps(notify),
        }
        for notify, at in told
    ]
    if rows:
        connection.execute(_TELL[connection.dialect.name], rows)


def snapshot(connection: Connection, streams: Streams, stream: str, held: Held, every: int) -> None:
    """Keep a state, to fold from instead of from the beginning."""
    row = {
        "stream": stream,
        "version": held.version,
        "last_us": held.last_us,
        "tag": streams.tag(stream),
        "body": streams.wire.dumps(held.state),
    }
    connection.execute(_SET_SNAPSHOT[connection.dialect.name], row)
    versions = connection.execute(_SNAPSHOTS_OF, {"name": stream}).scalars().all()
    spare = sorted({*versions} - kept(versions, every))
    if spare:
        connection.execute(_DROP_SNAPSHOT, [{"name": stream, "old": version} for version in spare])


def kept(versions: Iterable[int], every: int) -> set[int]:
    """The snapshots worth keeping: few, and one lies never much further back than what is asked for is old.

    Numbered by ``every``, the more often two divides a number, the longer it stays.

    >>> sorted(kept(range(100, 2600, 100), 100))
    [1600, 2000, 2200, 2300, 2400, 2500]
    """
    numbers = {version: version // every for version in versions}
    newest = max(numbers.values(), default=0)
    return {version for version, number in numbers.items() if newest - number <= 2 * (number & -number)}


def no_snapshot(connection: Connection, stream: str) -> None:
    """Drop snapshots that a late fact has made untrue."""
    connection.execute(_NO_SNAPSHOT, {"name": stream})


def wait_in_line(connection: Connection, stream: str) -> None:
    """Let those who lost a race for a stream write it one after the other. Only PostgreSQL races."""
    if connection.dialect.name == "postgresql":
        connection.execute(_LOCK, {"stream": stream})
