"""Where logs come from, in chunks small enough to travel: from memory, or out of a file of events.

A chunk is a frozen value that a worker opens: it names what to read rather than carrying it, where that is possible.

Layer: adapters.
"""

from __future__ import annotations

import abc
import itertools
import json
import re
from array import array
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeAlias, final

import attrs

from deskcore.adapters.documents import unopened
from deskcore.adapters.faults import UnusableFile
from deskcore.errors import DeskcoreError
from deskcore.log import Event, EventLog
from deskcore.wire import Converter, load_log

Lines: TypeAlias = tuple[str, ...]
"""The events of one stream as JSON, in order: cheaper to send than values, and read by the worker."""

_STREAM: Final = re.compile(rb'\{"id":"(?:[^"\\]|\\.)*","stream":"((?:[^"\\])*)"')
_NOUN: Final = "event file"


@final
class UnusableLog(DeskcoreError, ValueError):
    """A log among many cannot be evaluated. ``stream`` names it, ``held`` says what is wrong.

    >>> raise UnusableLog("T-7", "events must be numbered without gaps from 1")
    Traceback (most recent call last):
    deskcore.adapters.cluster.sources.UnusableLog: cannot evaluate the log of T-7: events must be numbered without gaps from 1; mend it or leave it out
    """  # noqa: E501 - the message is shown whole

    def __init__(self, stream: str, held: str) -> None:
        super().__init__(stream, held)
        self.stream = stream
        self.held = held

    def __str__(self) -> str:
        return f"cannot evaluate the log of {self.stream}: {self.held}; mend it or leave it out"


class Chunk(abc.ABC):
    """Some logs, or directions for reading them. Picklable, because it travels to a worker."""

    @abc.abstractmethod
    def __len__(self) -> int:
        """How many logs it holds."""

    @abc.abstractmethod
    def logs(self, converter: Converter) -> Iterator[EventLog]:
        """The logs, read one after the other.

        Raises:
            UnusableLog: a log holds no events that can be read.
        """


class Source(abc.ABC):
    """Any number of logs, given out in chunks of a size. Asked once for each run."""

    @abc.abstractmethod
    def chunks(self, size: int) -> Iterator[Chunk]:
        """Chunks of ``size`` logs each, the last one smaller, always in the same order."""


@final
@attrs.frozen
class _Held(Chunk):
    held: tuple[Lines | tuple[Event, ...], ...]

    def __len__(self) -> int:
        return len(self.held)

    def logs(self, converter: Converter) -> Iterator[EventLog]:
        for log in self.held:
            yield _read(log, converter)


@final
class Logs(Source):
    """Logs that the host has, or makes as they are asked for: ``EventLog`` values, events, or lines of JSON.

    ``given`` is read lazily, a few chunks ahead of the workers. A generator can be read once.

    >>> from deskcore.testing.tickets import opening
    >>> [len(chunk) for chunk in Logs([opening(f"T-{number}")] for number in range(5)).chunks(2)]
    [2, 2, 1]
    """

    def __init__(self, given: Iterable[Iterable[Event] | Iterable[str]]) -> None:
        self._given = given

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Chunks of ``size`` logs each, the last one smaller."""
        logs = iter(self._given)
        while held := tuple(_kept(log) for log in itertools.islice(logs, size)):
            yield _Held(held)


@final
@attrs.frozen
class _Places(Chunk):
    """Where the lines of some streams begin in a file."""

    path: Path
    streams: tuple[tuple[str, array[int]], ...]

    def __len__(self) -> int:
        return len(self.streams)

    def logs(self, converter: Converter) -> Iterator[EventLog]:
        try:
            with self.path.open("rb") as file:
                for _, places in self.streams:
                    lines = list[str]()
                    for place in places:
                        file.seek(place)
                        lines.append(file.readline().decode("utf-8"))
                    yield _read(tuple(lines), converter)
        except OSError as error:
            raise unopened(_NOUN, self.path, error) from None


@final
@attrs.frozen
class EventFile(Source):
    """A file of events as JSON Lines, such as ``wire.dump_lines`` writes, streams in any mixture.

    The file is read twice: once to note where the events of each stream stand (eight bytes for each event, and the
    streams' names, are kept), then by the workers, who read only their own lines and must see the same path. The events
    of one stream stand in their order.

    Raises:
        UnusableFile: by ``chunks``: the file cannot be opened, or a line holds no event; with the line.
    """

    path: Path

    def chunks(self, size: int) -> Iterator[Chunk]:
        """Chunks of ``size`` streams each, in the order in which they begin in the file."""
        streams = iter(self._places().items())
        while held := tuple(itertools.islice(streams, size)):
            yield _Places(self.path, held)

    def streams(self) -> int:
        """How many logs there are. Reads the whole file."""
        return len(self._places())

    def _places(self) -> dict[str, array[int]]:
        found: dict[str, array[int]] = {}
        place = 0
        try:
            with self.path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    if not line.isspace():
                        stream = _stream(line) or self._parsed(line, number)
                        found.setdefault(stream, array("q")).append(place)
                    place += len(line)
        except OSError as error:
            raise unopened(_NOUN, self.path, error) from None
        return found

    def _parsed(self, line: bytes, number: int) -> str:
        """The stream of a line that is not written as we write it."""
        try:
            data: object = json.loads(line)
        except ValueError:
            raise UnusableFile(_NOUN, str(self.path), number, "no JSON", "mend that line") from None
        stream = data.get("stream") if isinstance(data, dict) else None
        if not isinstance(stream, str):
            raise UnusableFile(_NOUN, str(self.path), number, "an event without a stream", "mend that line")
        return stream


def _stream(line: bytes) -> str | None:
    found = _STREAM.match(line)
    return found[1].decode("utf-8") if found else None


def _kept(log: Iterable[Event] | Iterable[str]) -> Lines | tuple[Event, ...]:
    # One tuple of one kind; a checker cannot see that the union of iterables gives the union of tuples.
    return tuple(log)  # type: ignore[return-value]


def _read(log: Lines | tuple[Event, ...], converter: Converter) -> EventLog:
    try:
        lines = [line for line in log if isinstance(line, str)]
        return load_log(lines, converter=converter) if lines else EventLog(log)  # type: ignore[arg-type]
    except DeskcoreError as error:
        raise UnusableLog(_named(log), str(error)) from None


def _named(log: Lines | tuple[Event, ...]) -> str:
    first = log[0]
    if isinstance(first, Event):
        return first.stream
    return _stream(first.encode()) or "a stream without a name"
