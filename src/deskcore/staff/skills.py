"""Skills and their levels: a mapping of names to whole numbers, 1 the least that counts as holding the skill.

Layer: staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import attrs

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue

Levels: TypeAlias = FrozenDict[int]
"""Skill name to level."""


def levels(held: Mapping[str, int] | Iterable[str]) -> Levels:
    """Skills as they may be written down: names with levels, or bare names, each then at level 1.

    >>> levels({"vpn": 3})
    FrozenDict({'vpn': 3})
    >>> levels(["vpn", "billing"]) == levels({"billing": 1, "vpn": 1})
    True

    Raises:
        InvalidValue: text instead of a list of names; the attrs validator refuses levels below 1.
    """
    if isinstance(held, FrozenDict):
        return held
    if isinstance(held, Mapping):
        return FrozenDict(held)
    if isinstance(held, str):
        raise InvalidValue("skills", held, "must be a list of names or a mapping of names to levels")
    return FrozenDict(dict.fromkeys(held, 1))


def are_levels(instance: object, field: attrs.Attribute[Levels], value: Levels) -> None:
    """Attrs validator: every level is a whole number of at least 1."""
    del instance
    for name, level in value.items():
        if type(level) is not int or level < 1:  # a flag is no level
            raise InvalidValue(f"{field.name}[{name}]", level, "must be a whole number of at least 1")
