"""The envelope as plain data: types and versions by name, old versions brought up to date, unknown types kept.

Reading is tolerant: keys that this release does not know are passed over, in the envelope and in its data, because a
newer release may have written them. Not here: JSON text (``text``) and lines (``lines``).

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, final

import attrs
from cattrs import Converter

from deskcore._value import named
from deskcore.errors import DecodeError, InvalidConfiguration, InvalidValue, Problem
from deskcore.log import Actor, Event, EventData, Unknown
from deskcore.wire.faults import TAKEN_AS_FAULTS, Fault, at_step, shown, together, wrong_type
from deskcore.wire.nodes import Families, tag_of
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


@final
class EventCodec:
    """Reads and writes envelopes through one cattrs converter."""

    __slots__ = ("_actor", "_converter", "_readers", "_types", "_write_actor", "_writers")

    def __init__(self, converter: Converter, types: EventTypes) -> None:
        self._converter = converter
        self._types = types
        self._actor = converter.get_structure_hook(Actor)
        self._write_actor = converter.get_unstructure_hook(Actor)
        self._readers: dict[type, Any] = {}
        self._writers: dict[type, tuple[str | None, int, Writer]] = {}

    def write(self, event: Event) -> dict[str, Any]:
        """An event as plain data."""
        data, at = event.data, write_instant(event.at)
        name, v, write = self._writers.get(data.__class__) or self._writer(data.__class__)
        written = {
            "id": f"{event.stream}/{event.seq}",
            "stream": event.stream,
            "seq": event.seq,
            "at": at,
            "recorded_at": at if event.recorded_at is event.at else write_instant(event.recorded_at),
            "actor": self._write_actor(event.actor),
            "type": name,
            "v": v,
            "data": None,
        }
        if name is None:
            written.update(_written_unknown(data))
        else:
            written["data"] = write(data)
        return written

    def write_data(self, data: EventData) -> dict[str, Any]:
        """What happened, as ``type``, ``v`` and ``data``."""
        name, v, write = self._writers.get(data.__class__) or self._writer(data.__class__)
        return _written_unknown(data) if name is None else {"type": name, "v": v, "data": write(data)}

    def _writer(self, kind: type[EventData]) -> tuple[str | None, int, Writer]:
        if kind is Unknown:
            self._writers[kind] = (None, 0, _written_unknown)
            return self._writers[kind]
        if self._types.by_type.get(tag_of(kind)) is not kind:
            raise InvalidValue("event", kind.__qualname__, "must be registered to be written: Converter(nodes=[...])")
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
            self._actor(value["actor"], Actor),
            self.read_data(value),
        )
        return _same_id(event, value)

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
