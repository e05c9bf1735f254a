"""The converter that knows the rooms' own classes and nothing of a host's: functions for the common case.

A host with nodes of its own makes a ``Converter(nodes=[...])`` and uses its methods, which have the same names.

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from deskcore.log import Event, EventLog
from deskcore.wire import lines as _lines
from deskcore.wire.converter import OWN, Converter
from deskcore.wire.text import Plain

T = TypeVar("T")


def dump(value: object, as_type: object = None) -> Plain:
    """A value as plain data: what JSON and TOML can say. See ``Converter.dump``.

    >>> from deskcore.log import Actor
    >>> dump(Actor.requester("ann"))
    {'id': 'ann', 'role': 'requester'}
    """
    return OWN.dump(value, as_type)


def load(data: object, as_type: Callable[..., T], *, strict: bool = True) -> T:
    """The value of class ``as_type`` that plain data stands for. See ``Converter.load``.

    Raises:
        DecodeError: the data does not fit; it holds every fault with its path.

    >>> from deskcore.log import Actor
    >>> load({"id": "ann", "rolle": "requester"}, Actor)
    Traceback (most recent call last):
    deskcore.errors.DecodeError: cannot read Actor: 2 problems
      role: is missing
      rolle: is not known here; did you mean 'role'? known: desk, id, permissions, role
    """
    return OWN.load(data, as_type, strict=strict)


def dumps(value: object, as_type: object = None) -> str:
    """A value as one line of JSON text. See ``Converter.dumps``.

    >>> from deskcore.hours import business
    >>> dumps(business(hours=4))
    '"4 business hours"'
    """
    return OWN.dumps(value, as_type)


def loads(text: str, as_type: Callable[..., T], *, strict: bool = True) -> T:
    """The value that a JSON text stands for. See ``Converter.loads``.

    >>> from deskcore.hours import BusinessDuration
    >>> loads('"4 business hours"', BusinessDuration)
    business(hours=4)
    """
    return OWN.loads(text, as_type, strict=strict)


def roundtrip(value: T, as_type: object = None) -> T:
    """The value after a journey through JSON text. See ``Converter.roundtrip``.

    >>> from deskcore.predicate import Is
    >>> roundtrip(Is("priority", "p1")) == Is("priority", "p1")
    True
    """
    return OWN.roundtrip(value, as_type)


def dump_lines(events: Iterable[Event], *, converter: Converter = OWN) -> Iterator[str]:
    """Each event as a line of JSON, line break included. Lazy; the inverse of ``load_lines``.

    >>> list(dump_lines([]))
    []
    """
    return _lines.dump_lines(events, converter=converter)


def load_lines(lines: Iterable[str], *, converter: Converter = OWN) -> Iterator[Event]:
    """The event in each line that is not blank. Lazy: a file of any size is read in bounded memory.

    Raises:
        DecodeError: a line holds no event; the paths start with its number. Lines before it have been given out.

    >>> next(load_lines(["{}"]))
    Traceback (most recent call last):
    deskcore.errors.DecodeError: cannot read log: 7 problems
      line 1: stream: is missing
      line 1: seq: is missing
      line 1: at: is missing
      line 1: recorded_at: is missing
      line 1: actor: is missing
      line 1: type: is missing
      line 1: v: is missing
    """
    return _lines.load_lines(lines, converter=converter)


def load_log(lines: Iterable[str], *, converter: Converter = OWN) -> EventLog:
    """The log of one stream from its lines; the faults of all lines are found at once.

    Raises:
        DecodeError: some lines hold no event (at most a hundred faults are listed).
        InvalidValue: the events are not one stream numbered from 1 without gaps.

    >>> load_log([]).version
    0
    """
    return _lines.load_log(lines, converter=converter)


def load_logs(lines: Iterable[str], *, converter: Converter = OWN) -> Mapping[str, EventLog]:
    """The logs of all streams in one file, by stream, in the order of their first lines; every fault at once.

    The events of a stream stand in its order; those of different streams may alternate.

    Raises:
        DecodeError: some lines hold no event, or a stream has a gap (at most a hundred faults are listed).

    >>> dict(load_logs([]))
    {}
    """
    return _lines.load_logs(lines, converter=converter)
