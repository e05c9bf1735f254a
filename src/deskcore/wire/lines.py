"""Logs as JSON Lines: one event a line. Text in, text out; opening files is the host's business.

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from deskcore._value import FrozenDict
from deskcore.errors import DecodeError, Problem
from deskcore.log import Event, EventLog
from deskcore.wire.converter import Converter

_MOST_SHOWN = 100


def dump_lines(events: Iterable[Event], *, converter: Converter) -> Iterator[str]:
    r"""Each event as a line of JSON, its line break included. Lazy; the inverse of ``load_lines``."""
    for event in events:
        yield f"{converter.dumps(event)}\n"


def load_lines(lines: Iterable[str], *, converter: Converter) -> Iterator[Event]:
    """The event in each line that is not blank. Lazy: a file of any size is read in bounded memory.

    Raises:
        DecodeError: a line holds no event; the paths start with its number. Lines before it have been given out.
    """
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _event_of(number, line, converter)


def load_log(lines: Iterable[str], *, converter: Converter) -> EventLog:
    """The log of one stream from its lines; the faults of all lines are found at once.

    Raises:
        DecodeError: some lines hold no event (at most a hundred faults are listed).
        InvalidValue: the events are not one stream numbered from 1 without gaps.
    """
    events: list[Event] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or len(problems) >= _MOST_SHOWN:
            continue
        try:
            events.append(_event_of(number, line, converter))
        except DecodeError as error:
            problems.extend(error.problems)
    if problems:
        raise DecodeError("log", tuple(problems[:_MOST_SHOWN]))
    return EventLog(tuple(events))


def load_logs(lines: Iterable[str], *, converter: Converter) -> Mapping[str, EventLog]:
    """The logs of all streams in one file, by stream, in the order of their first lines; every fault at once.

    The events of a stream stand in its order; those of different streams may alternate.

    Raises:
        DecodeError: some lines hold no event, or a stream has a gap (at most a hundred faults are listed).
    """
    streams: dict[str, list[Event]] = {}
    problems: list[Problem] = []
    unread = False  # behind a line that holds no event, a gap may only be its doing
    for number, line in enumerate(lines, start=1):
        if not line.strip() or len(problems) >= _MOST_SHOWN:
            continue
        try:
            event = _event_of(number, line, converter)
        except DecodeError as error:
            problems.extend(error.problems)
            unread = True
            continue
        held = streams.setdefault(event.stream, [])
        wanted = held[-1].seq + 1 if held else 1
        if event.seq != wanted and not unread:
            reason = f"holds {event.id} where {event.stream}/{wanted} is next; each stream is numbered without gaps"
            problems.append(Problem(f"line {number}: seq", reason, "gap"))
        held.append(event)
    if problems:
        raise DecodeError("logs", tuple(problems[:_MOST_SHOWN]))
    return FrozenDict({stream: EventLog(tuple(events)) for stream, events in streams.items()})


def _event_of(number: int, line: str, converter: Converter) -> Event:
    try:
        return converter.loads(line, Event)
    except DecodeError as error:
        where = f"line {number}"
        problems = tuple(
            Problem(f"{where}: {problem.path}" if problem.path else where, problem.message, problem.code)
            for problem in error.problems
        )
        raise DecodeError("log", problems) from None
