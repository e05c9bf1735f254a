"""Streams as rows: events read and written, and the state that they add up to, through a cache and snapshots.

A state is always the fold of the stored events. The cache and the snapshots only say from where to go on folding: both
name the version they stand for, and an event dated before what is folded already has the whole stream folded again.

Layer: adapters.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from threading import Lock
from typing import Final, TypeAlias, final

import attrs
from sqlalchemy import Connection, bindparam, select

from deskcore._value import to_us
from deskcore._version import __version__
from deskcore.adapters.sql.errors import CorruptedRow
from deskcore.adapters.sql.schema import EVENTS, SNAPSHOTS, STREAMS
from deskcore.desk import FLOOR_STREAM, Case, Desk, Floor
from deskcore.errors import DeskcoreError
from deskcore.log import Event
from deskcore.wire import desk_to
from deskcore.wire.converter import OWN, Converter

State: TypeAlias = Case | Floor

_CHUNK: Final = 1000
_HEAD: Final = select(STREAMS.c.version, STREAMS.c.recorded_us).where(STREAMS.c.stream == bindparam("stream"))
_HEAD_LOCKED: Final = _HEAD.with_for_update()
_EVENTS: Final = (
    select(EVENTS.c.seq, EVENTS.c.crc, EVENTS.c.body)
    .where(
        EVENTS.c.stream == bindparam("stream"), EVENTS.c.seq > bindparam("after"), EVENTS.c.seq <= bindparam("until")
    )
    .order_by(EVENTS.c.seq)
    .limit(_CHUNK)
)
_NEAREST: Final = 3
NAMES: Final = (
    select(STREAMS.c.stream)
    .where(STREAMS.c.stream > bindparam("after"), STREAMS.c.stream != FLOOR_STREAM)
    .order_by(STREAMS.c.stream)
    .limit(bindparam("limit"))
)
"""The ids of tickets in order, a page at a time."""
_SNAPSHOT: Final = (
    select(SNAPSHOTS)
    .where(SNAPSHOTS.c.stream == bindparam("stream"), SNAPSHOTS.c.version <= bindparam("version"))
    .order_by(SNAPSHOTS.c.version.desc())
    .limit(1)
)


@final
@attrs.frozen
class Held:
    """A state as the store has it: after ``version`` events, the latest of them at ``last_us``."""

    state: State | None = None
    version: int = 0
    recorded_us: int = 0
    last_us: int = -(2**62)


@final
class Streams:
    """Reads states and events of one desk. Safe between threads; what it remembers is only ever saved work."""

    def __init__(self, desk: Desk, *, remembered: int) -> None:
        self.desk = desk
        self.wire = Converter(desk.nodes) if desk.nodes else OWN
        self.written = json.dumps(desk_to(desk), sort_keys=True)
        self.digest = hashlib.sha256(self.written.encode()).hexdigest()[:16]
        self._remembered = remembered
        self._known: OrderedDict[str, Held] = OrderedDict()
        self._lock = Lock()

    def apart(self) -> Streams:
        """The same desk, remembering nothing: for a transaction that somebody else may undo."""
        other = copy(self)
        other._remembered, other._known = 0, OrderedDict()  # noqa: SLF001 - its own copy
        return other

    def load(self, connection: Connection, stream: str, *, lock: bool = False) -> Held:
        """The state of a stream as this transaction sees it; empty where there is none.

        Raises:
            CorruptedRow: an event or a snapshot cannot be read, or an event is missing.
        """
        row = connection.execute(_HEAD_LOCKED if lock else _HEAD, {"stream": stream}).one_or_none()
        if row is None or row.version == 0:
            return Held(Floor() if stream == FLOOR_STREAM else None)
        known = self._recall(stream)
        if known is not None and (known.version, known.recorded_us) == (row.version, row.recorded_us):
            return known
        if known is None or known.version >= row.version:
            known = self._snapshot(connection, stream, row.version)
        held = self._fold(connection, stream, known, row.version)
        self.remember({stream: held})
        return held

    def at_version(self, connection: Connection, stream: str, version: int) -> State:
        """The state of a stream after its first ``version`` events, folded from the nearest snapshot before.

        Raises:
            CorruptedRow: an event cannot be read, or is missing.
        """
        state = self._fold(connection, stream, self._snapshot(connection, stream, version), version).state
        assert state is not None
        return state

    def events(self, connection: Connection, stream: str, *, after: int = 0, until: int = 2**31 - 1) -> Iterator[Event]:
        """The events of a stream by ``seq`` in (after, until], each checked against what was written, a page at a time.

        Raises:
            CorruptedRow: one of them cannot be read, or is missing.
        """
        while True:
            rows = connection.execute(_EVENTS, {"stream": stream, "after": after, "until": until}).all()
            for seq, crc, body in rows:
                after += 1
                if seq != after:
                    raise CorruptedRow(f"{EVENTS.name}/{stream}/{after}", "it is missing")
                yield self.event(stream, seq, crc, body)
            if len(rows) < _CHUNK:
                return

    def event(self, stream: str, seq: int, crc: int, body: str) -> Event:
        """One event from its row.

        Raises:
            CorruptedRow: the row is not what was written.
        """
        row = f"{EVENTS.name}/{stream}/{seq}"
        if crc_of(body) != crc:
            raise CorruptedRow(row, "its text was changed")
        try:
            event = self.wire.loads(body, Event)
        except DeskcoreError as error:
            raise CorruptedRow(row, str(error)) from error
        if (event.stream, event.seq) != (stream, seq):
            raise CorruptedRow(row, f"it holds event {event.id}")
        return event

    def tag(self, stream: str) -> str:
        """What a snapshot must be tagged with to be of use: which release folded it, and by which desk's rules.

        The floor's fold asks no desk.
        """
        return __version__ if stream == FLOOR_STREAM else f"{__version__}/{self.digest}"

    def remember(self, held: dict[str, Held]) -> None:
        """Keep states that are known to be stored."""
        with self._lock:
            for stream, state in held.items():
                self._known[stream] = state
                self._known.move_to_end(stream)
            while len(self._known) > self._remembered:
                self._known.popitem(last=False)

    def forget(self, stream: str) -> None:
        """Read a stream from the store the next time."""
        with self._lock:
            self._known.pop(stream, None)

    def _recall(self, stream: str) -> Held | None:
        with self._lock:
            return self._known.get(stream)

    def _snapshot(self, connection: Connection, stream: str, version: int) -> Held:
        """The state to start folding from: a snapshot that fits, or nothing."""
        start = Held(Floor() if stream == FLOOR_STREAM else None)
        row = connection.execute(_SNAPSHOT, {"stream": stream, "version": version}).one_or_none()
        if row is None or row.tag != self.tag(stream):
            return start
        try:
            state: State = (
                self.wire.loads(row.body, Floor) if stream == FLOOR_STREAM else self.wire.loads(row.body, Case)
            )
        except DeskcoreError:
            return start  # a cache that cannot be read is no loss
        return Held(state, row.version, 0, row.last_us) if state.version == row.version else start

    def _fold(self, connection: Connection, stream: str, base: Held, version: int) -> Held:
        state, last_us, recorded_us, read = base.state, base.last_us, base.recorded_us, base.version
        for event in self.events(connection, stream, after=base.version, until=version):
            at_us = to_us(event.at)
            if at_us < last_us:
                return self._fold_all(connection, stream, version)
            state, last_us, recorded_us, read = self._step(state, event), at_us, to_us(event.recorded_at), event.seq
        if read != version:
            raise CorruptedRow(f"{EVENTS.name}/{stream}/{read + 1}", "it is missing")
        return Held(state, version, recorded_us, last_us)

    def _fold_all(self, connection: Connection, stream: str, version: int) -> Held:
        """The order of folds is (at, seq): after a late fact the stream is folded from its beginning."""
        events = list(self.events(connection, stream, until=version))
        try:
            state = self.desk.replay(events)
        except DeskcoreError as error:
            raise CorruptedRow(f"{EVENTS.name}/{stream}", str(error)) from error
        return Held(state, version, to_us(events[-1].recorded_at), max(to_us(event.at) for event in events))

    def _step(self, state: State | None, event: Event) -> State:
        try:
            return self.desk.step(state, event)
        except DeskcoreError as error:
            raise CorruptedRow(f"{EVENTS.name}/{event.id}", str(error)) from error


def some(connection: Connection) -> tuple[str, ...]:
    """A few tickets that there are, for a message about one that is not."""
    return tuple(connection.execute(NAMES, {"after": "", "limit": _NEAREST}).scalars())


def crc_of(body: str) -> int:
    """The check sum that stands beside an event's text."""
    return zlib.crc32(body.encode())


def last_us(before: int, events: Iterable[Event]) -> int:
    """The latest ``at`` after some more events."""
    return max([before, *(to_us(event.at) for event in events)])


def in_line(before: int, events: Sequence[Event]) -> bool:
    """Whether no event lies before one that is folded already."""
    for event in events:
        if to_us(event.at) < before:
            return False
        before = to_us(event.at)
    return True
