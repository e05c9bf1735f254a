"""Values whose pickles outlive a release: a field that was added later has its default when an older pickle is read.

What attrs restores is what the pickle holds, no more: a slot that it does not name stays empty, and fails at the first
look. Not here: JSON, whose reader fills in defaults itself (``wire``).

Layer: _lasting, below _value. Imports errors and attrs only.
"""

from __future__ import annotations

from typing import Any, TypeVar

import attrs

from deskcore.errors import InvalidValue

T = TypeVar("T")


def lasting(kind: type[T]) -> type[T]:
    """A class decorator, below ``attrs.frozen``: pickles hold fields by name, and those they lack get their defaults.

    A base class says it for whatever is made of it, in its ``__init_subclass__``. A class with a way of its own
    (``__reduce__``, ``__getstate__``) keeps it. Memos, fields outside the constructor that have a default, are left out
    and start at it.

    >>> @attrs.frozen
    ... @lasting
    ... class Point:
    ...     x: int
    ...     y: int = 0
    >>> held = object.__new__(Point)
    >>> held.__setstate__({"x": 1})  # as a release wrote it that knew no y
    >>> held
    Point(x=1, y=0)
    """
    if not vars(kind).keys() & {"__reduce__", "__getstate__", "__setstate__"}:
        # Set before attrs builds the slotted class, which then keeps them in place of its own.
        made: Any = kind
        made.__getstate__, made.__setstate__ = _state, unpickled
    return kind


def pickled(value: Any) -> dict[str, object]:
    """The fields of a lasting value by name, memos left out."""
    return {field.name: getattr(value, field.name) for field in _fields(value) if not _is_memo(field)}


def unpickled(value: Any, state: Any) -> None:
    """What ``__setstate__`` does: fields from the state, and their defaults where an older release knew none of them.

    What the state holds besides is passed over: a newer release may have written it.

    Raises:
        InvalidValue: a field without a default is not in the state.
    """
    if not _is_attrs(value):
        _restore_plainly(value, state)
        return
    for field in _fields(value):
        name = field.name
        if name in state and not _is_memo(field):
            object.__setattr__(value, name, state[name])
        elif field.default is not attrs.NOTHING:
            object.__setattr__(value, name, _default(value, field))
        elif field.init:
            noun = f"{type(value).__name__}.{name}"
            raise InvalidValue(noun, sorted(state), "must be among the pickled fields, since it has no default")


def _state(value: object) -> object:
    return pickled(value) if _is_attrs(value) else object.__getstate__(value)


def _is_attrs(value: object) -> bool:
    """Not so for a plain subclass of a base that lasts."""
    return "__attrs_attrs__" in vars(type(value))


def _is_memo(field: attrs.Attribute[Any]) -> bool:
    return not field.init and field.default is not attrs.NOTHING


def _fields(value: Any) -> tuple[attrs.Attribute[Any], ...]:
    kind: type[attrs.AttrsInstance] = type(value)
    held: tuple[attrs.Attribute[Any], ...] = attrs.fields(kind)
    return held


def _default(value: object, field: attrs.Attribute[Any]) -> object:
    """As the constructor makes it: a factory is called, and a converter sees it."""
    made: Any = field.default
    if hasattr(made, "takes_self"):
        made = made.factory(value) if made.takes_self else made.factory()
    convert: Any = field.converter
    return made if convert is None else convert(made)


def _restore_plainly(value: object, state: Any) -> None:
    """As Python restores what has no way of its own, frozen or not."""
    for part in state if isinstance(state, tuple) else (state,):
        for name, held in (part or {}).items():
            object.__setattr__(value, name, held)
