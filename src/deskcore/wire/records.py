"""How named tuples are read and written: as tables, like classes, since they stand where a class would be too slow.

Not here: classes (``engine``), and tuples without names (``shapes``).

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_type_hints

from cattrs import Converter

from deskcore.wire.faults import Fault, at_step, together, unknown_key, wrong_type
from deskcore.wire.scalars import Reader, Writer
from deskcore.wire.shapes import gathered


def is_record(cls: Any) -> bool:
    """Whether it is a class of named tuples."""
    return isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields")


def record_reader(cls: Any, converter: Converter) -> Reader:
    """Read a table as a named tuple. Keys left out stand for their defaults."""
    hints, defaults = get_type_hints(cls), cls._field_defaults
    reads = {name: converter.get_structure_hook(hints[name]) for name in cls._fields}
    strict = converter.forbid_extra_keys

    def read_record(value: Any, _: Any) -> Any:
        if not isinstance(value, Mapping):
            raise wrong_type(f"a table for {cls.__name__}", value)
        for key in value if strict else ():
            if key not in reads:
                raise together([at_step(key, unknown_key(key, cls._fields))], cls)
        for name in cls._fields:
            if name not in value and name not in defaults:
                raise Fault(f"must say its {name!r}", "missing")
        given = [(name, value[name]) for name in cls._fields if name in value]
        parts = [(name, (part, reads[name], hints[name])) for name, part in given]
        return cls(**dict(gathered(parts, lambda one, _: one[1](one[0], one[2]), cls, cls)))  # type: ignore[arg-type]

    return read_record


def record_writer(cls: Any, converter: Converter) -> Writer:
    """Write a named tuple as a table, without what is as by default."""
    hints, defaults = get_type_hints(cls), cls._field_defaults
    writes = [(name, converter.get_unstructure_hook(hints[name])) for name in cls._fields]

    def write_record(value: Any) -> dict[str, Any]:
        return {
            name: write(part)
            for (name, write), part in zip(writes, value, strict=True)
            if name not in defaults or part != defaults[name]
        }

    return write_record
