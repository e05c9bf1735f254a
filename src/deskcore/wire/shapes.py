"""How compound annotations are read and written: tuples, sets, mappings, literals.

Each ``*_reader`` and ``*_writer`` makes a hook for one annotation of one cattrs converter. Not here: single values
(``scalars``), unions, classes (``converter``) and families (``nodes``).

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args, get_origin

from cattrs import Converter
from cattrs.fns import identity

from deskcore._value import FrozenDict
from deskcore.wire.faults import at_step, not_one_of, together, wrong_type
from deskcore.wire.scalars import Reader, Writer


def gathered(pairs: Iterable[tuple[int | str, Any]], read: Reader, of: Any, whole: Any) -> list[tuple[int | str, Any]]:
    """Every pair with its second part read; the faults of all parts are raised together, each with its step."""
    done: list[tuple[int | str, Any]] = []
    faults: list[Exception] = []
    for step, part in pairs:
        try:
            done.append((step, read(part, of)))
        except Exception as error:  # noqa: BLE001 - sorted out by faults.problems_of, nothing is swallowed
            faults.append(at_step(step, error))
    if faults:
        raise together(faults, whole)
    return done


def _element(cls: Any) -> Any:
    return get_args(cls)[0]


def tuple_reader(cls: Any, converter: Converter) -> Reader:
    """Read a list as ``tuple[X, ...]``."""
    of = _element(cls)
    read = converter.get_structure_hook(of)
    thorough = converter.detailed_validation

    def read_tuple(value: Any, _: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            raise wrong_type("a list", value)
        if thorough:
            return tuple(part for _, part in gathered(enumerate(value), read, of, cls))
        return tuple([read(part, of) for part in value])

    return read_tuple


def tuple_writer(cls: Any, converter: Converter) -> Writer:
    """Write ``tuple[X, ...]`` as a list."""
    write = converter.get_unstructure_hook(_element(cls))
    if write is identity:
        return list

    def write_tuple(value: tuple[Any, ...]) -> list[Any]:
        return [write(part) for part in value]

    return write_tuple


def row_reader(cls: Any, converter: Converter) -> Reader:
    """Read a list as ``tuple[X, Y]``: so many parts, each of its own kind."""
    kinds = get_args(cls)
    reads = [converter.get_structure_hook(kind) for kind in kinds]

    def read_row(value: Any, _: Any) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple) or len(value) != len(kinds):
            raise wrong_type(f"a list of {len(kinds)}", value)
        pairs = enumerate(zip(value, reads, kinds, strict=True))
        return tuple(part for _, part in gathered(pairs, lambda part, _: part[1](part[0], part[2]), cls, cls))

    return read_row


def row_writer(cls: Any, converter: Converter) -> Writer:
    """Write ``tuple[X, Y]`` as a list."""
    writes = [converter.get_unstructure_hook(kind) for kind in get_args(cls)]
    return lambda value: [write(part) for write, part in zip(writes, value, strict=True)]


def set_reader(cls: Any, converter: Converter) -> Reader:
    """Read a list as ``frozenset[X]``; the order does not matter."""
    of = _element(cls)
    read = converter.get_structure_hook(of)
    thorough = converter.detailed_validation

    def read_set(value: Any, _: Any) -> frozenset[Any]:
        if not isinstance(value, list | tuple | frozenset):
            raise wrong_type("a list", value)
        if thorough:
            return frozenset(part for _, part in gathered(enumerate(value), read, of, cls))
        return frozenset([read(part, of) for part in value])

    return read_set


def set_writer(cls: Any, converter: Converter) -> Writer:
    """Write ``frozenset[X]`` as a sorted list, so that equal sets are written equally."""
    write = converter.get_unstructure_hook(_element(cls))
    if write is identity:
        return sorted
    return lambda value: sorted((write(part) for part in value), key=repr)


def mapping_reader(cls: Any, converter: Converter) -> Reader:
    """Read an object as ``FrozenDict[X]`` or ``Mapping[str, X]``."""
    kinds = get_args(cls)
    of = kinds[-1]
    read = converter.get_structure_hook(of)
    make = dict if get_origin(cls) is dict else FrozenDict
    thorough = converter.detailed_validation

    def read_mapping(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            raise wrong_type("a table of names and values", value)
        for key in value:
            if key.__class__ is not str:
                raise wrong_type("a table whose keys are text", key)
        if thorough:
            return make(dict(gathered(value.items(), read, of, cls)))  # type: ignore[arg-type]
        return make({key: read(part, of) for key, part in value.items()})

    return read_mapping


def mapping_writer(cls: Any, converter: Converter) -> Writer:
    """Write ``FrozenDict[X]`` as an object, in its own order."""
    write = converter.get_unstructure_hook(get_args(cls)[-1])
    if write is identity:
        return dict
    return lambda value: {key: write(part) for key, part in value.items()}


def literal_reader(cls: Any, _: Converter) -> Reader:
    """Read one of the values of a ``Literal``, of exactly its type."""
    allowed = {(value.__class__, value): value for value in get_args(cls)}
    words = [str(value) for value in get_args(cls)]

    def read_literal(value: Any, _: Any) -> Any:
        try:
            return allowed[value.__class__, value]
        except (KeyError, TypeError):
            raise not_one_of("must be one of the known words, not", value, words, "unknown_word") from None

    return read_literal
