"""The envelope as plain data: types and versions by name, old versions brought up to date, unknown types kept.

Reading is tolerant: keys that this release does not know are passed over, in the envelope and in its data, because a
newer release may have written them. Not here: JSON text (``text``) and lines (``lines``).

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, final

import attrs
from cattrs import Converter

from deskcore._value import named
from deskcore.errors import DecodeError, InvalidConfiguration, InvalidValue, Problem
from deskcore.log import Actor, Event, EventData, Unknown
from deskcore.wire.faults import TAKEN_AS_FAULTS, Fault, at_step, shown, together, wrong_type
from deskcore.wire.nodes import Families, must_be_registered, tag_of
from deskcore.wire.scalars import Writer, read_instant, read_int, read_text, write_instant
from deskcore.wire.text import Plain, decode, encode


@final
@attrs.frozen
class Upcaster:
    """How the data of an older version of an event becomes that of the next: from ``v`` to ``v + 1``.

    ``change`` gets a copy of the stored data and returns the new data; it must depend on nothing else. Chained by the
    converter until the version of the registered class is reached.

    >>> Upcaster("acme.coffee_served", 1, lambda data: {"cups": data["amount"]}).v
    1
    """

    type: str = attrs.field(validator=named)
    v: int
    change: Callable[[dict[str, Plain]], dict[str, Plain]]


@final
class EventTypes:
    """The registered events by type name, and the upcasters by type and version. Never changes once made."""

    __slots__ = ("by_type", "families", "upcasters")

    def __init__(self, events: Iterable[type[EventData]], upcasters: Iterable[Upcaster]) -> None:
        self.families = Families(events)
        self.by_type: dict[str, type[EventData]] = dict(self.families.of(EventData))
        self.upcasters = {(each.type, each.v): each.change for each in upcasters}
        problems = tuple(
            Problem(f"upcasters['{name}']", f"from version {v} leads nowhere: {self._newest(name)}", "no_such_version")
            for name, v in sorted(self.upcasters)
            if name not in self.by_type or not 1 <= v < self.by_type[name].V
        )
        if problems:
            raise InvalidConfiguration("upcasters", problems)

    def _newest(self, name: str) -> str:
        known = self.by_type.get(name)
        return "no such event is registered" if known is None else f"the registered version is {known.V}"

    def is_base(self, cls: object) -> bool:
        """Whether an annotation stands for several events."""
        return isinstance(cls, type) and issubclass(cls, EventData) and self.families.has(cls)

    def upcast(self, name: str, v: int, data: Any) -> Any:
        """Data of an old version as data of the registered one."""
        for step in range(v, self.by_type[name].V):
            change = self.upcasters.get((name, step))
            if change is None:
                raise Fault(f"of version {v} cannot be read: there is no upcaster from version {step}", "no_upcaster")
            try:
                data = change(dict(data))
            except TAKEN_AS_FAULTS as error:
                said = f"of version {step} cannot be brought up to date: its upcaster says {shown(error)}"
                raise Fault(said, "old_data") from error
        return data


_MOST_ACTORS: Final = 1_000
_NONE: Final[list[str]] = []


@final
class EventCodec:
    """Reads and writes envelopes through one cattrs converter."""

    __slots__ = ("_actor", "_actors", "_converter", "_instant", "_readers", "_types", "_write_actor", "_writers")

    def __init__(self, converter: Converter, types: EventTypes, instant: Writer = write_instant) -> None:
        self._converter = converter
        self._instant = instant
        self._actors: dict[tuple[object, ...], Actor] = {}
        self._types = types
        self._actor = converter.get_structure_hook(Actor)
        write_actor = converter.get_unstructure_hook(Actor)
        # What the JSON library gets nobody else sees, so there the same table may serve twice.
        self._write_actor = write_actor if instant is write_instant else _remembering(write_actor)
        self._readers: dict[type, Any] = {}
        self._writers: dict[type, tuple[str | None, int, Writer]] = {}

    def write(self, event: Event) -> dict[str, Any]:
        """An event as plain data."""
        data, stream, seq = event.data, event.stream, event.seq
        at = recorded_at = self._instant(event.at)
        if event.recorded_at is not event.at:
            recorded_at = self._instant(event.recorded_at)
        name, v, write = self._writers.get(data.__class__) or self._writer(data.__class__)
        if name is None:
            return self._written_unknown(event)
        return {
            "id": f"{stream}/{seq}",
            "stream": stream,
            "seq": seq,
            "at": at,
            "recorded_at": recorded_at,
            "actor": self._write_actor(event.actor),
            "type": name,
            "v": v,
            "data": write(data),
        }

    def _written_unknown(self, event: Event) -> dict[str, Any]:
        if self._instant is not write_instant:
            raise InvalidValue("data", event.type, "must be written as it was read, which plain data cannot say")
        return {
            "id": event.id,
            "stream": event.stream,
            "seq": event.seq,
            "at": write_instant(event.at),
            "recorded_at": write_instant(event.recorded_at),
            "actor": self._write_actor(event.actor),
            **_written_unknown(event.data),
        }

    def write_data(self, data: EventData) -> dict[str, Any]:
        """What happened, as ``type``, ``v`` and ``data``."""
        name, v, write = self._writers.get(data.__class__) or self._writer(data.__class__)
        return _written_unknown(data) if name is None else {"type": name, "v": v, "data": write(data)}

    def _writer(self, kind: type[EventData]) -> tuple[str | None, int, Writer]:
        if kind is Unknown:
            self._writers[kind] = (None, 0, _written_unknown)
            return self._writers[kind]
        if self._types.by_type.get(tag_of(kind)) is not kind:
            raise InvalidValue("event", kind.__qualname__, must_be_registered(kind))
        self._writers[kind] = (tag_of(kind), kind.V, self._converter.get_unstructure_hook(kind))
        return self._writers[kind]

    def read(self, value: Any, _: Any = Event) -> Event:
        """An event from plain data."""
        if value.__class__ is not dict and not isinstance(value, Mapping):
            raise wrong_type("an event: a table with type, v, stream, seq, at, recorded_at, actor and data", value)
        if self._converter.detailed_validation:
            return self._read_thoroughly(value)
        at = value["at"]
        moment = read_instant(at, None)
        recorded_at = value["recorded_at"]
        event = Event(
            read_text(value["stream"], str),
            read_int(value["seq"], int),
            moment,
            moment if recorded_at == at else read_instant(recorded_at, None),
            self._read_actor(value["actor"]),
            self.read_data(value),
        )
        return _same_id(event, value)

    def _read_actor(self, value: Any) -> Actor:
        """An actor from plain data. A log names the same few over and over: one value serves for all of them."""
        if value.__class__ is not dict:
            return self._actor(value, Actor)  # type: ignore[no-any-return]
        known = self._actors
        try:
            # Only texts are ever kept, and nothing but a text equals one.
            granted = value.get("permissions", _NONE)
            found = known.get(key := (value["id"], value["role"], value.get("desk"), *granted))
        except (KeyError, TypeError):
            return self._actor(value, Actor)  # type: ignore[no-any-return]
        if granted.__class__ is not list:
            return self._actor(value, Actor)  # type: ignore[no-any-return]
        if found is None:
            found = self._actor(value, Actor)
            if len(known) >= _MOST_ACTORS:
                known.clear()
            known[key] = found
        return found

    def _read_thoroughly(self, value: Mapping[str, Any]) -> Event:
        faults: list[Exception] = []

        def take(name: str, read: Callable[[], Any]) -> Any:
            try:
                return read()
            except Exception as error:  # noqa: BLE001 - sorted out by faults.problems_of, nothing is swallowed
                faults.append(at_step(name, error))

        parts = (
            take("stream", lambda: read_text(value["stream"], str)),
            take("seq", lambda: read_int(value["seq"], int)),
            take("at", lambda: read_instant(value["at"], None)),
            take("recorded_at", lambda: read_instant(value["recorded_at"], None)),
            take("actor", lambda: self._actor(value["actor"], Actor)),
        )
        name = take("type", lambda: read_text(value["type"], str))
        v = take("v", lambda: read_int(value["v"], int))
        data: Any = None if name is None or v is None else take("data", lambda: self.read_data(value))
        if not faults:
            try:
                return _same_id(Event(*parts, data), value)
            except ValueError as error:
                faults.append(error)
        raise together(faults, Event)

    def read_data(self, value: Any, _: Any = EventData) -> EventData:
        """What happened, from ``type``, ``v`` and ``data``."""
        if value.__class__ is not dict and not isinstance(value, Mapping):
            raise wrong_type("a table with type, v and data", value)
        name, v = read_text(value["type"], str), read_int(value["v"], int)
        if v < 1:
            raise Fault(f"of version {v} cannot be read: versions count from 1", "no_such_version")
        data = value.get("data", {})
        kind = self._types.by_type.get(name)
        if kind is None or v > kind.V:
            return _read_unknown(name, v, data, value.get("payload"))
        if v < kind.V:
            if not isinstance(data, Mapping):
                raise wrong_type("a table", data)
            data = self._types.upcast(name, v, data)
        read = self._readers.get(kind)
        if read is None:
            read = self._readers[kind] = self._converter.get_structure_hook(kind)
        return read(data, kind)  # type: ignore[no-any-return]


def _remembering(write: Writer) -> Writer:
    """Writes the same actor once: in a log they come in runs."""
    last: tuple[object, Any] = (None, None)

    def write_actor(actor: Actor) -> Any:
        nonlocal last
        held, written = last
        if held is not actor:
            written = write(actor)
            last = (actor, written)
        return written

    return write_actor


def _same_id(event: Event, value: Mapping[str, Any]) -> Event:
    if "id" in value and value["id"] != event.id:
        fault = Fault(f"must be {event.id!r}, by its stream and seq (got {value['id']!r})", "wrong_id")
        raise together([at_step("id", fault)], Event)
    return event


def _written_unknown(data: EventData) -> dict[str, Any]:
    """``data`` as read; with its very text beside it where that is not how this room would write it."""
    assert isinstance(data, Unknown)
    content = _content(data)
    written = {"type": data.type, "v": data.v, "data": content}
    return written if encode(content) == data.payload else {**written, "payload": data.payload}


def _read_unknown(name: str, v: int, data: Any, payload: Any) -> Unknown:
    if payload.__class__ is str and decode(payload) == data:
        return Unknown(name, v, payload)
    return Unknown(name, v, encode(data))


def _content(data: Unknown) -> object:
    try:
        return decode(data.payload)
    except DecodeError as error:
        raise InvalidValue("payload", data.payload, "must be JSON to be written") from error
