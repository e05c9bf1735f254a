"""One cattrs converter with the house's rules in it: strict values, tags, short forms, defaults left out.

Four are made of each ``Converter`` at most, by two choices: whether unknown keys are faults (configurations) or passed
over (events), and whether every fault is gathered (slow, after a first try has failed) or the first one ends it.

Layer: wire. The only place that knows how cattrs is set up.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeVar, get_args, get_origin

import attrs
from cattrs import Converter
from cattrs.fns import identity
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn

from deskcore.errors import InvalidValue
from deskcore.log import Event, EventData
from deskcore.wire.events import EventCodec, EventTypes
from deskcore.wire.faults import Fault, not_one_of, wrong_type
from deskcore.wire.nodes import TAG, Families, must_be_registered, tag_of
from deskcore.wire.records import is_record, record_reader, record_writer
from deskcore.wire.scalars import SCALARS, Reader, Writer, read_enum, write_enum
from deskcore.wire.shapes import (
    literal_reader,
    mapping_reader,
    mapping_writer,
    row_reader,
    row_writer,
    set_reader,
    set_writer,
    tuple_reader,
    tuple_writer,
)
from deskcore.wire.shorthands import with_short
from deskcore.wire.unions import is_union, union_reader, union_writer


def engine(
    families: Families, events: EventTypes, *, thorough: bool, tolerant: Converter | None = None, instant: Writer
) -> Converter:
    """A cattrs converter that reads and writes as this room does.

    With a ``tolerant`` converter the new one is strict: unknown keys are faults, except in events, which the
    tolerant one reads. Without, unknown keys are passed over. ``instant`` writes instants: as text, or as they are for
    a JSON library that knows them.
    """
    converter = Converter(
        detailed_validation=thorough,
        forbid_extra_keys=tolerant is not None,
        omit_if_default=True,
        use_alias=True,
        unstructure_fallback_factory=_unwritable,
    )
    for cls, scalar in SCALARS.items():
        converter.register_structure_hook(cls, scalar.read)
        converter.register_unstructure_hook(cls, scalar.write or identity)
    converter.register_unstructure_hook(datetime, instant)
    _add_classes(converter, families)
    _add_shapes(converter, families)
    if tolerant is None:
        _add_events(converter, events, instant)
    else:
        _borrow_events(converter, tolerant)
    return converter


def _add_classes(converter: Converter, families: Families) -> None:
    converter.register_structure_hook_factory(_is_value_class, lambda cls: _class_reader(cls, converter, families))
    converter.register_unstructure_hook_factory(_is_value_class, lambda cls: _class_writer(cls, converter, families))
    converter.register_structure_hook_factory(families.has, lambda cls: _family_reader(cls, converter, families))
    converter.register_unstructure_hook_factory(families.has, lambda cls: _family_writer(cls, converter, families))


def _add_shapes(converter: Converter, families: Families) -> None:
    for is_shape, reader, writer in (
        (_is_tuple, tuple_reader, tuple_writer),
        (_is_row, row_reader, row_writer),
        (_is_set, set_reader, set_writer),
        (_is_mapping, mapping_reader, mapping_writer),
        (is_record, record_reader, record_writer),
    ):
        converter.register_structure_hook_factory(
            is_shape, lambda cls, reader=reader: with_short(cls, reader(cls, converter), converter, families)
        )
        converter.register_unstructure_hook_factory(is_shape, lambda cls, writer=writer: writer(cls, converter))
    converter.register_structure_hook_factory(is_union, lambda cls: union_reader(cls, converter, families))
    converter.register_unstructure_hook_factory(is_union, lambda cls: union_writer(cls, converter, families))
    converter.register_structure_hook_factory(_is_literal, lambda cls: literal_reader(cls, converter))
    converter.register_unstructure_hook_func(_is_literal, identity)
    converter.register_structure_hook_func(_is_enum, read_enum)
    converter.register_unstructure_hook_func(_is_enum, write_enum)
    converter.register_unstructure_hook_func(_is_parameter, converter.unstructure)


def _add_events(converter: Converter, events: EventTypes, instant: Writer) -> None:
    codec = EventCodec(converter, events, instant)
    converter.register_structure_hook(Event, codec.read)
    converter.register_unstructure_hook(Event, codec.write)
    converter.register_structure_hook_func(events.is_base, codec.read_data)
    converter.register_unstructure_hook_func(events.is_base, codec.write_data)


def _borrow_events(converter: Converter, tolerant: Converter) -> None:
    converter.register_structure_hook_factory(_is_event, tolerant.get_structure_hook)
    converter.register_unstructure_hook_factory(_is_event, tolerant.get_unstructure_hook)


def _is_event(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, Event | EventData)


def _is_value_class(cls: Any) -> bool:
    origin = get_origin(cls) or cls
    return isinstance(origin, type) and attrs.has(origin)


def _is_tuple(cls: Any) -> bool:
    return get_origin(cls) is tuple and len(get_args(cls)) == 2 and get_args(cls)[1] is Ellipsis  # noqa: PLR2004 - X, ...


def _is_row(cls: Any) -> bool:
    return get_origin(cls) is tuple and not _is_tuple(cls)


def _is_set(cls: Any) -> bool:
    return get_origin(cls) is frozenset


def _is_mapping(cls: Any) -> bool:
    origin = get_origin(cls)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _is_literal(cls: Any) -> bool:
    return get_origin(cls) is Literal


def _is_enum(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, enum.Enum)


def _is_parameter(cls: Any) -> bool:
    return isinstance(cls, TypeVar)


def _unwritable(cls: Any) -> Writer:
    raise InvalidValue("type", cls, "must be a frozen attrs class or a plain type to be written")


def _class_reader(cls: Any, converter: Converter, families: Families) -> Reader:
    origin = get_origin(cls) or cls
    read = make_dict_structure_fn(cls, converter)
    wanted = f"a table for {origin.__name__}"
    own = tag_of(origin) if origin in families.nodes else None

    def read_class(value: Any, _: Any) -> Any:
        if value.__class__ is not dict and not isinstance(value, Mapping):
            raise wrong_type(wanted, value)
        return read(value, cls)

    def read_node(value: Any, kind: Any) -> Any:
        if isinstance(value, Mapping) and TAG in value:
            if value[TAG] != own:
                raise not_one_of("is of another type:", value[TAG], (str(own),), "unknown_type")
            value = {key: part for key, part in value.items() if key != TAG}
        return read_class(value, kind)

    if own is not None:
        return with_short(origin, read_node, converter, families)
    # The quick reader of a class that needs a field trips over anything but a table by itself.
    trips = not converter.detailed_validation and any(
        field.init and field.default is attrs.NOTHING for field in attrs.fields(origin)
    )
    return with_short(origin, read if trips else read_class, converter, families)


def _class_writer(cls: Any, converter: Converter, families: Families) -> Writer:
    origin = get_origin(cls) or cls
    write: Writer = make_dict_unstructure_fn(cls, converter, _cattrs_omit_if_default=True)
    if origin not in families.nodes:
        return write
    own = tag_of(origin)
    return lambda value: {TAG: own, **write(value)}


def _family_reader(base: type, converter: Converter, families: Families) -> Reader:
    """Read by tag. Members are looked up at first use, because a family may contain itself."""
    members = families.of(base)
    hooks: dict[str, Reader] = {}
    known = ", ".join(sorted(members)) or "none"

    def read_family(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping) or TAG not in value:
            if isinstance(value, Mapping):
                raise Fault(f"must say its {TAG!r}; known: {known}", "missing")
            raise wrong_type(f"a table with a {TAG!r}", value)
        tag = value[TAG]
        node = members.get(tag) if tag.__class__ is str else None
        if node is None:
            raise not_one_of("is of the unknown type", tag, members, "unknown_type")
        if tag not in hooks:
            hooks[tag] = _member_reader(node, base, converter, families)
        return hooks[tag](value, node)

    return with_short(base, read_family, converter, families)


def _member_reader(node: type, base: type, converter: Converter, families: Families) -> Reader:
    # A registered class with registered classes below it stands for itself here, not for its family again.
    return _class_reader(node, converter, families) if families.has(node) or node is base else _hook(node, converter)


def _hook(node: type, converter: Converter) -> Reader:
    return converter.get_structure_hook(node)


def _family_writer(base: type, converter: Converter, families: Families) -> Writer:
    hooks: dict[type, Writer] = {}

    def write_family(value: Any) -> Any:
        kind = value.__class__
        write = hooks.get(kind)
        if write is None:
            if kind not in families.nodes or not issubclass(kind, base):
                raise InvalidValue(base.__name__, kind.__qualname__, must_be_registered(kind))
            write = hooks[kind] = _class_writer(kind, converter, families)
        return write(value)

    return write_family
