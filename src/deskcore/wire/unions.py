"""Unions: which member a piece of JSON is meant for, told by its shape, or by a tag where shapes coincide.

A text is a text if the union has ``str``; then a decimal, an instant or an amount beside it is written
``{"type": "decimal", "value": "12.50"}``. Classes beside other classes are written with their tag.

Layer: wire.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from functools import partial
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.fns import identity

from deskcore.errors import InvalidValue
from deskcore.wire.faults import Fault, not_one_of, wrong_type
from deskcore.wire.nodes import TAG, Families, tag_of
from deskcore.wire.scalars import AMOUNTS, SCALARS, Reader, Writer, write_float

_VALUE: Final = "value"
_NATIVE: Final = (str, int, float, bool)
_SHAPES: Final = {"list": "a list", "table": "a table"}
_SAID: Final[dict[Any, str]] = {str: "text", int: "a number", float: "a number", bool: "true or false"}


def is_union(cls: object) -> bool:
    """Whether an annotation offers a choice."""
    return get_origin(cls) in {Union, UnionType}


def members_of(cls: Any) -> tuple[Any, ...]:
    """The members of a union, those of unions inside it included, ``None`` left out."""
    found: list[Any] = []
    for member in get_args(cls):
        found.extend(members_of(member) if is_union(member) else [member])
    return tuple(member for member in dict.fromkeys(found) if member is not NoneType)


def has_none(cls: Any) -> bool:
    """Whether nothing at all is among the choices."""
    return any(member is NoneType or (is_union(member) and has_none(member)) for member in get_args(cls))


def kind_of(member: Any) -> str:
    """By what shape of JSON a member is told: ``native``, ``literal``, ``text``, ``list``, ``table`` or ``class``."""
    origin = get_origin(member) or member
    if origin is Literal:
        return "literal"
    if member in _NATIVE:
        return "native"
    if origin in {tuple, frozenset}:
        return "list"
    if origin in SCALARS or (isinstance(origin, type) and issubclass(origin, enum.Enum)):
        return "text"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return "table"
    return "class"


@attrs.frozen
class Plan:
    """How the members of one union are told apart; made once for each union."""

    none: bool
    natives: tuple[Any, ...]
    texts: tuple[Any, ...]
    lists: tuple[Any, ...]
    tables: tuple[Any, ...]
    classes: tuple[Any, ...]

    @classmethod
    def of(cls, union: Any) -> Plan:
        """The plan for an annotation."""
        by_kind: dict[str, list[Any]] = {}
        for member in members_of(union):
            by_kind.setdefault(kind_of(member), []).append(member)
        return cls(
            has_none(union),
            tuple(by_kind.get("native", []) + by_kind.get("literal", [])),
            tuple(by_kind.get("text", [])),
            tuple(by_kind.get("list", [])),
            tuple(by_kind.get("table", [])),
            tuple(by_kind.get("class", [])),
        )

    @property
    def members(self) -> tuple[Any, ...]:
        """Every member but ``None``."""
        return (*self.natives, *self.texts, *self.lists, *self.tables, *self.classes)

    @property
    def plain(self) -> bool:
        """Whether every member is said by JSON itself."""
        return not (self.texts or self.lists or self.tables or self.classes)

    @property
    def wrapped(self) -> frozenset[Any]:
        """Members whose shape another one has too, so that they are written with their name around them."""
        found: set[Any] = set()
        has_text = any(native is str or get_origin(native) is Literal for native in self.natives)
        if has_text or (len(self.texts) > 1 and not AMOUNTS.issuperset(self.texts)):
            found.update(self.texts)
        if len(self.lists) > 1:
            found.update(self.lists)
        if self.tables and (len(self.tables) > 1 or self.classes):
            found.update(self.tables)
        return frozenset(found)

    @property
    def tagged(self) -> bool:
        """Whether classes are written with their tag."""
        return len(self.classes) > 1 or bool(self.classes and self.wrapped)


def name_of(member: Any) -> str:
    """The name written around a member whose shape alone does not tell it."""
    return tag_of(get_origin(member) or member)


def union_writer(cls: Any, converter: Converter, families: Families) -> Writer:
    """Write a value of a union, by its own class."""
    plan = Plan.of(cls)
    if plan.plain:
        return _native_writer(plan) if float in plan.natives else identity
    if len(members_of(cls)) == 1:
        write_one = converter.get_unstructure_hook(members_of(cls)[0])
        return lambda value: None if value is None else write_one(value)
    hooks: dict[type, Writer] = {NoneType: identity}

    def hook_for(kind: type) -> Writer:
        for member in plan.members:
            if _holds(member, kind):
                return _member_writer(member, converter, plan, families)
        raise InvalidValue("value", kind.__qualname__, f"must be of a registered kind: {_listed(plan)}")

    def write_union(value: Any) -> Any:
        kind = value.__class__
        hook = hooks.get(kind)
        if hook is None:
            hook = hooks[kind] = hook_for(kind)
        return hook(value)

    return write_union


def _native_writer(plan: Plan) -> Writer:
    numbers = {float} if int in plan.natives else {float, int}
    return lambda value: write_float(value) if value.__class__ in numbers else value


def _holds(member: Any, kind: type) -> bool:
    origin = get_origin(member) or member
    if origin is Literal:
        return kind in {value.__class__ for value in get_args(member)}
    if isinstance(origin, TypeVar):
        return True
    return kind is origin if origin in _NATIVE else issubclass(kind, origin)


def _member_writer(member: Any, converter: Converter, plan: Plan, families: Families) -> Writer:
    write: Writer = converter.get_unstructure_hook(member)
    if member in plan.wrapped:
        name = name_of(member)
        return lambda value: {TAG: name, _VALUE: write(value)}
    if member in plan.classes and plan.tagged and not _tags_itself(member, families):
        name = name_of(member)
        return lambda value: {TAG: name, **write(value)}
    return write


def _tags_itself(member: Any, families: Families) -> bool:
    origin = get_origin(member) or member
    return origin in families.nodes or families.has(origin)


def _listed(plan: Plan) -> str:
    words = [word for member in plan.members for word in _said(member)]
    return " or ".join([*dict.fromkeys(words), *(["null"] if plan.none else [])])


def _said(member: Any) -> list[str]:
    """A member in a message: what should have stood there."""
    if get_origin(member) is Literal:
        return [repr(word) for word in get_args(member)]
    kind = kind_of(member)
    return [_SAID.get(member) or _SHAPES.get(kind) or name_of(member)]


def union_reader(cls: Any, converter: Converter, families: Families) -> Reader:
    """Read a value of a union, by its shape and tag."""
    plan = Plan.of(cls)
    members = members_of(cls)
    if len(members) == 1:
        return _optional_reader(members[0], converter)
    by_shape = {
        bool: _native(plan, converter, bool),
        int: _native(plan, converter, int) or _native(plan, converter, float) or _only_text(plan, converter),
        float: _native(plan, converter, float),
        str: _native(plan, converter, str) or _text_reader(plan, converter),
        list: _lists_reader(plan, converter),
        tuple: _lists_reader(plan, converter),
        dict: _tables_reader(plan, converter, families),
        NoneType: (lambda _value, _cls: None) if plan.none else None,
    }
    said = _listed(plan)

    def read_union(value: Any, kind: Any) -> Any:
        read = by_shape.get(value.__class__) or (by_shape[dict] if isinstance(value, Mapping) else None)
        if read is None:
            raise wrong_type(said, value)
        return read(value, kind)

    return read_union


def _optional_reader(member: Any, converter: Converter) -> Reader:
    read = converter.get_structure_hook(member)
    return lambda value, _: None if value is None else read(value, member)


def _native(plan: Plan, converter: Converter, shape: type) -> Reader | None:
    for member in plan.natives:
        if member is shape:
            return _bound(member, converter)
    literals = [
        member
        for member in plan.natives
        if get_origin(member) is Literal and any(word.__class__ is shape for word in get_args(member))
    ]
    return _bound(literals[0], converter) if literals else None


def _bound(member: Any, converter: Converter) -> Reader:
    read = converter.get_structure_hook(member)
    return lambda value, _: read(value, member)


def _only_text(plan: Plan, converter: Converter) -> Reader | None:
    return _bound(plan.texts[0], converter) if len(plan.texts) == 1 and not plan.wrapped else None


def _text_reader(plan: Plan, converter: Converter) -> Reader | None:
    """A text in a union without ``str``: the one kind written as text, or whichever amount it says."""
    unwrapped = [member for member in plan.texts if member not in plan.wrapped]
    if len(unwrapped) > 1:
        return _amounts_reader(unwrapped, converter)
    if unwrapped:
        return _bound(unwrapped[0], converter)
    return _bound(plan.classes[0], converter) if len(plan.classes) == 1 else None


def _amounts_reader(members: list[Any], converter: Converter) -> Reader:
    reads = [_bound(member, converter) for member in members]

    def read_amount(value: Any, kind: Any) -> Any:
        for read in reads[:-1]:
            try:
                return read(value, kind)
            except Fault:  # another kind of amount than this one
                continue
        return reads[-1](value, kind)

    return read_amount


def _lists_reader(plan: Plan, converter: Converter) -> Reader | None:
    return _bound(plan.lists[0], converter) if len(plan.lists) == 1 else None


def _tables_reader(plan: Plan, converter: Converter, families: Families) -> Reader | None:
    wrapped = {name_of(member): member for member in plan.wrapped}
    if not wrapped and not plan.tagged:
        only = (*plan.tables, *plan.classes)
        return _bound(only[0], converter) if only else None
    tagged: dict[str, Callable[[], Reader]] = {}
    for member in plan.classes:
        origin = get_origin(member) or member
        for tag, node in (families.of(origin) if families.has(origin) else {name_of(member): member}).items():
            tagged[tag] = partial(_tagged_reader, node, member, converter, families)
    known = [*wrapped, *tagged]

    def read_tagged(value: Any, kind: Any) -> Any:
        tag = value.get(TAG)
        if tag.__class__ is str and tag in wrapped:
            member = wrapped[tag]
            return converter.get_structure_hook(member)(value.get(_VALUE), member)
        if tag.__class__ is str and tag in tagged:
            return tagged[tag]()(value, kind)
        if TAG not in value:
            raise Fault(f"must say its {TAG!r}; known: {', '.join(sorted(known))}", "missing")
        raise not_one_of("is of the unknown type", tag, known, "unknown_type")

    return read_tagged


def _tagged_reader(node: Any, member: Any, converter: Converter, families: Families) -> Reader:
    read = converter.get_structure_hook(node)
    if _tags_itself(member, families):
        return lambda value, _: read(value, node)
    return lambda value, _: read({key: part for key, part in value.items() if key != TAG}, node)
