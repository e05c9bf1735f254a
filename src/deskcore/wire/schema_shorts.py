"""The short forms of ``shorthands``, as JSON Schema.

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Protocol, get_type_hints

import attrs

from deskcore.escalation import Due, MatrixRow, Rung
from deskcore.escalation.matrix import Passes
from deskcore.escalation.repeat import Repeat
from deskcore.hours import Calendar
from deskcore.predicate import Condition
from deskcore.sla import PolicyBook, SlaPolicy, Target
from deskcore.tickets import Lifecycle, PriorityTable, Status, Transition
from deskcore.wire.nodes import TAG
from deskcore.wire.rows import spelling_of
from deskcore.wire.shorthands import JOINED, NAMED, WORDS
from deskcore.wire.text import Plain

_SCALAR: Final[dict[str, Plain]] = {"type": ["string", "number", "boolean"]}
_NAMES: Final[dict[str, Plain]] = {"type": "array", "items": {"type": "string"}}


class Builder(Protocol):
    """What makes the schemas of parts."""

    def of(self, kind: Any) -> dict[str, Plain]:
        """The schema of an annotation."""
        ...

    def named(self, kind: Any, part: str = "", make: Callable[[], dict[str, Plain]] | None = None) -> dict[str, Plain]:
        """A reference to the definition of a class, or of some part of it."""
        ...

    def members(self, base: type) -> dict[str, type]:
        """The members of a family by tag."""
        ...

    def table(self, kind: Any, *, tag: str = "", tag_needed: bool = False, without: str = "") -> dict[str, Plain]:
        """The object of a class's fields."""
        ...


def class_shorts(kind: type, builder: Builder) -> list[Plain]:
    """What may stand for a value of a class besides its long form."""
    make = _SHORTS.get(kind)
    if make is not None:
        return make(builder)
    return _of_family(kind, builder) if builder.members(kind) else []


def mapping_shorts(kind: Any) -> list[Plain]:
    """What may stand for a mapping besides a table: names of skills, clearances or agreements."""
    return [dict(_NAMES)] if kind in NAMED else []


def list_shorts(member: Any, builder: Builder) -> list[Plain]:
    """What may stand for a list of ``member`` besides a list."""
    if isinstance(member, type) and builder.members(member):
        return [builder.of(member)]
    if spelling_of(member) is None:
        return []
    found: list[Plain] = [{"type": "object", "additionalProperties": _entry(member, builder)}]
    return [*found, *_ready(builder)] if member is Lifecycle else found


def _condition(_: Builder) -> list[Plain]:
    asked: dict[str, Plain] = {
        "anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}, {"type": "object", "minProperties": 1}]
    }
    table: dict[str, Plain] = {"type": "object", "not": {"required": [TAG]}, "additionalProperties": asked}
    return [{"enum": ["always", "never"]}, table]


def _calendar(_: Builder) -> list[Plain]:
    loose: dict[str, Plain] = {"type": ["string", "object", "array"]}
    properties: dict[str, Plain] = {
        "hours": {"type": ["string", "object"], "examples": ["Mon-Fri 09:00-17:30"]},
        "tz": {"type": "string", "examples": ["Europe/Amsterdam"]},
        "name": {"type": "string"},
        **dict.fromkeys(("holidays", "breaks", "dated", "dated_breaks", "extra"), loose),
    }
    table: dict[str, Plain] = {
        "type": "object",
        "properties": properties,
        "required": ["hours", "tz"],
        "additionalProperties": False,
    }
    return [{"enum": ["always", "24x7", "24/7", "never"]}, table]


def _text(_: Builder) -> list[Plain]:
    return [{"type": "string", "examples": ["50 % of resolution", "1h after resolution is due", "unassigned for 15m"]}]


def _endless(_: Builder) -> list[Plain]:
    return [{"type": "object", "properties": {"times": {"const": "without end"}}, "required": ["times"]}]


def _book(builder: Builder) -> list[Plain]:
    return [builder.of(tuple[SlaPolicy, ...])]


def _priorities(_: Builder) -> list[Plain]:
    return [{"type": "array", "items": {"type": "array", "items": {"type": ["string", "null"]}}}]


def _ready(_: Builder) -> list[Plain]:
    return [{"enum": ["simple"]}]


_SHORTS: Final[dict[Any, Callable[[Builder], list[Plain]]]] = {
    Condition: _condition,
    Calendar: _calendar,
    Due: _text,
    Repeat: _endless,
    Passes: _endless,
    PolicyBook: _book,
    PriorityTable: _priorities,
    Lifecycle: _ready,
}


def _entry(member: Any, builder: Builder) -> dict[str, Plain]:
    """What stands under one key of a table that names its members."""
    if member is MatrixRow:
        return builder.of(tuple[Rung, ...])
    key = _KEYS.get(member) or attrs.fields(member)[0].name
    table = builder.named(member, "-keyed", lambda: builder.table(member, without=key))
    one: list[Plain] = [{"type": "string"}, table]
    many: dict[str, Plain] = {"type": "array", "items": {"anyOf": one}}
    if member is Status:
        return {"anyOf": one}
    if member is Transition:
        return {"anyOf": [*one, many]}
    if member is Target:
        rows: dict[str, Plain] = {"not": {"required": ["within"]}, "additionalProperties": {"anyOf": one}}
        return {"anyOf": [*one, {"type": "object", **rows}, many]}
    return table


_KEYS: Final[dict[Any, str]] = {Transition: "source", Target: "metric"}


def _of_family(base: type, builder: Builder) -> list[Plain]:
    members = builder.members(base)
    tags: list[Plain] = [*sorted({*members, *WORDS.get(base, {})})]
    single: dict[str, Plain] = {tag: {"anyOf": _arguments(members[tag], builder)} for tag in sorted(members)}
    one: dict[str, Plain] = {
        "type": "object",
        "properties": single,
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
    }
    found: list[Plain] = [{"enum": tags}, one]
    return [*found, {"type": "array", "items": builder.named(base), "minItems": 1}] if base in JOINED else found


def _arguments(member: type, builder: Builder) -> list[Plain]:
    """A node's fields, or the value of its first one."""
    table = builder.named(member, "-fields", lambda: builder.table(member))
    fields = [field for field in attrs.fields(member) if field.init]
    return [table, builder.of(get_type_hints(member)[fields[0].name])] if fields else [table]
