"""Every value inside a value: for questions about a whole policy or register that no node answers by itself.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from deskcore.predicate import Condition
from deskcore.routing.waiting import OPEN_PREFIX


def walked(value: object) -> Iterator[object]:
    """A value and every value inside it: fields of nodes, items of tuples, sets and mappings. Linear in all of them.

    >>> from deskcore.predicate import Is
    >>> [str(one) for one in walked((Is("vip", True),)) if isinstance(one, Condition)]
    ['vip is True']
    """
    yield value
    kind = type(value)
    if attrs.has(kind):
        inner: Iterable[object] = (getattr(value, field.name) for field in attrs.fields(kind) if field.init)
    elif isinstance(value, Mapping):
        inner = value.values()  # pyright: ignore[reportUnknownVariableType,reportUnknownMemberType]
    elif isinstance(value, (tuple, frozenset)):
        inner = value  # pyright: ignore[reportUnknownVariableType]
    else:
        return
    for part in inner:  # pyright: ignore[reportUnknownVariableType]
        yield from walked(part)


def calendars_asked(*values: object) -> frozenset[str]:
    """The calendars that conditions inside some values ask about.

    >>> from deskcore.predicate import Is
    >>> calendars_asked(Is("open.office", True))
    frozenset({'office'})
    """
    conditions = (one for value in values for one in walked(value) if isinstance(one, Condition))
    names = (name for one in conditions for name in one.names())
    return frozenset(name.removeprefix(OPEN_PREFIX) for name in names if name.startswith(OPEN_PREFIX))
