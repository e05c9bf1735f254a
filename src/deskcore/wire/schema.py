"""A JSON Schema of what a class is read from, short forms included: for editors and for checks outside Python.

A schema says less than reading does: rules of constructors and texts with a grammar are not in it. Whatever is written
by ``dump`` satisfies it.

Layer: wire.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from types import NoneType
from typing import Any, Final, Literal, TypeAlias, TypeVar, cast, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import attrs

from deskcore.desk import Configuration
from deskcore.hours import BusinessDuration, ElapsedDuration, WorkingDays
from deskcore.log import Actor, Event
from deskcore.wire.converter import OWN, Converter
from deskcore.wire.nodes import TAG, Families, tag_of
from deskcore.wire.schema_events import event_schema
from deskcore.wire.schema_shorts import class_shorts, list_shorts, mapping_shorts
from deskcore.wire.text import Plain
from deskcore.wire.unions import Plan, is_union, name_of

Schema: TypeAlias = dict[str, Plain]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_SCALARS: Final[dict[Any, Schema]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    NoneType: {"type": "null"},
    Decimal: {"type": ["string", "integer"], "pattern": r"^[+-]?[0-9.]+([Ee][+-]?[0-9]+)?$"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    time: {"type": "string", "pattern": r"^[0-9]{2}:[0-9]{2}"},
    tzinfo: {"type": "string"},
    ZoneInfo: {"type": "string"},
    timedelta: {"type": ["string", "object"]},
    BusinessDuration: {"type": "string", "examples": ["4 business hours"]},
    ElapsedDuration: {"type": "string", "examples": ["90m", "3 days"]},
    WorkingDays: {"type": "string", "examples": ["2 working days"]},
}


def schema(as_type: object = Configuration, *, nodes: Iterable[type] = ()) -> Schema:
    """The JSON Schema (draft 2020-12) of a class; of a desk's configuration unless said otherwise.

    ``nodes`` are the host's own classes that may occur in it.

    >>> from deskcore.predicate import Has
    >>> sorted(schema(Has)["$defs"]["Has"]["properties"])
    ['fact', 'name', 'type']
    """
    own = tuple(nodes)
    builder = _Builder(Converter(own) if own else OWN)
    found = builder.of(as_type)
    defs: Schema = dict(sorted(builder.defs.items()))
    if as_type is Configuration:
        _open_top(cast("Schema", defs["Configuration"]))
    return {"$schema": _DIALECT, **found, "$defs": defs}


def _open_top(top: Schema) -> None:
    """What ``desk_from`` takes besides the fields of ``Configuration``."""
    properties = cast("Schema", top["properties"])
    properties["policies"] = properties["book"]
    properties["$schema"] = {"type": "string"}
    del top["required"]


class _Builder:
    """Collects the definitions of one schema."""

    def __init__(self, converter: Converter) -> None:
        self.defs: Schema = {}
        self._names: dict[str, object] = {}
        self._families = Families(converter.nodes)
        self._events = converter.events

    def of(self, kind: Any) -> Schema:
        """The schema of an annotation, its short forms included."""
        if kind in _SCALARS:
            return dict(_SCALARS[kind])
        origin, args = get_origin(kind), get_args(kind)
        if origin is Literal:
            return {"enum": list(args)}
        if is_union(kind):
            return self._union(kind)
        if origin is tuple:
            return _either(self._tuple(args), list_shorts(args[0], self) if args[1:] == (Ellipsis,) else [])
        if origin is frozenset:
            return {"type": "array", "items": self.of(args[0])}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            table: Schema = {"type": "object", "additionalProperties": self.of(args[-1])}
            return _either(table, mapping_shorts(kind))
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return {"enum": [member.value for member in kind]}
        return self.named(kind)

    def named(self, kind: Any, part: str = "", make: Callable[[], Schema] | None = None) -> Schema:
        """A reference to the definition of a class, or of some part of it; made once."""
        origin = get_origin(kind) or kind
        name = origin.__name__ + "".join(f".{getattr(arg, '__name__', arg)}" for arg in get_args(kind)) + part
        if self._names.setdefault(name, kind) is not kind:
            name = f"{origin.__module__.removeprefix('deskcore.')}.{name}"
        if name not in self.defs:
            self.defs[name] = {}  # stands for itself while it is being made: classes may hold themselves
            self.defs[name] = self._definition(kind) if make is None else make()
        return {"$ref": f"#/$defs/{name}"}

    def members(self, base: type) -> dict[str, type]:
        """The members of a family by tag; empty where the class stands for itself alone."""
        return self._families.of(base) if self._families.has(base) else {}

    def table(self, kind: Any, *, tag: str = "", tag_needed: bool = False, without: str = "") -> Schema:
        """The object of a class's fields; ``without`` is the one that is said elsewhere."""
        origin = get_origin(kind) or kind
        hints = get_type_hints(origin)
        bound = dict(zip(getattr(origin, "__parameters__", ()), get_args(kind), strict=False))
        fields = [field for field in attrs.fields(origin) if field.init]
        properties: Schema = {TAG: {"const": tag}} if tag else {}
        properties.update({field.alias or field.name: self.of(_filled(hints[field.name], bound)) for field in fields})
        needed = [field.alias or field.name for field in fields if field.default is attrs.NOTHING]
        tags = [TAG] if tag_needed else []
        return {**_object(properties, [*tags, *(name for name in needed if name != without)]), **_described(origin)}

    def _definition(self, kind: Any) -> Schema:
        origin = get_origin(kind) or kind
        if origin is Event:
            return event_schema(self._events, self.of(Actor), self._data)
        if any(issubclass(each, origin) and each is not origin for each in self._events):
            return {"type": "object", "required": ["type", "v"]}
        members = self.members(origin)
        if members:
            nodes: list[Plain] = [self._node(members[tag], tag) for tag in sorted(members)]
            return {"anyOf": [*nodes, *class_shorts(origin, self)]}
        tag = tag_of(origin) if origin in self._families.nodes else ""
        return _either(self.table(kind, tag=tag), class_shorts(origin, self))

    def _data(self, kind: type) -> Schema:
        return self.named(kind, ".data", lambda: self.table(kind))

    def _node(self, member: type, tag: str) -> Schema:
        return self.named(member, "-tagged", lambda: self.table(member, tag=tag, tag_needed=True))

    def _tuple(self, args: tuple[Any, ...]) -> Schema:
        if args[1:] == (Ellipsis,):
            return {"type": "array", "items": self.of(args[0])}
        parts: list[Plain] = [self.of(arg) for arg in args]
        return {"type": "array", "prefixItems": parts, "minItems": len(args), "maxItems": len(args)}

    def _union(self, kind: Any) -> Schema:
        plan = Plan.of(kind)
        choices: list[Plain] = [self._choice(member, plan) for member in plan.members]
        if plan.none:
            choices.append({"type": "null"})
        return {"anyOf": choices}

    def _choice(self, member: Any, plan: Plan) -> Schema:
        if member in plan.wrapped:
            return _object({TAG: {"const": name_of(member)}, "value": self.of(member)}, [TAG, "value"])
        if member in plan.classes and plan.tagged and not self.members(member):
            return self._node(member, name_of(member))
        return self.of(member)


def _either(long: Schema, shorts: list[Plain]) -> Schema:
    return {"anyOf": [long, *shorts]} if shorts else long


def _filled(hint: Any, bound: Mapping[Any, Any]) -> Any:
    """An annotation with its type parameters filled in."""
    if isinstance(hint, TypeVar):
        return bound.get(hint, hint)
    parameters = getattr(hint, "__parameters__", ())
    return hint[tuple(bound[each] for each in parameters)] if parameters else hint


def _object(properties: Schema, needed: list[str]) -> Schema:
    required: list[Plain] = [*needed]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _described(origin: type) -> Schema:
    doc = (origin.__doc__ or "").strip().partition("\n\n")[0]
    return {"description": " ".join(doc.replace("``", "").split())} if doc else {}
