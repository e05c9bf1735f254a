"""The host's own nodes inside a configuration, and those among them that the desk was not told of.

Layer: desk.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from deskcore.errors import Problem

_OURS = "deskcore"


def unregistered(value: object, known: frozenset[type], path: str = "") -> Iterator[Problem]:
    """Every place of a value that holds an instance of a host's class not among ``known``.

    Walks frozen attrs values, tuples, sets and mappings. Linear in the size of the value.
    """
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from unregistered(part, known, f"{path}.{key}" if path else str(key))
    elif isinstance(value, tuple | frozenset):
        for place, part in enumerate(value):
            yield from unregistered(part, known, f"{path}[{place}]")
    else:
        kind = type(value)
        if attrs.has(kind):
            yield from _of_attrs(value, kind, known, path)


def _of_attrs(value: object, kind: type[attrs.AttrsInstance], known: frozenset[type], path: str) -> Iterator[Problem]:
    if kind.__module__.partition(".")[0] != _OURS and kind not in known:
        message = f"is a {kind.__name__}, which the desk was not told of; pass it in Desk(..., nodes=[{kind.__name__}])"
        yield Problem(path, message, "unregistered_node")
    for field in attrs.fields(kind):
        if field.init:
            yield from unregistered(getattr(value, field.name), known, f"{path}.{field.name}" if path else field.name)
