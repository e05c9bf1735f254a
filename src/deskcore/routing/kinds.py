"""Checks that nodes of routing share: the kind of what they hold, and several faults of one node told together.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import attrs

from deskcore._value import require_kind
from deskcore.errors import InvalidConfiguration, InvalidValue, Problem
from deskcore.hours import ElapsedDuration

AN_AMOUNT: Final = "must be an amount of elapsed time, for example elapsed(minutes=10)"


def amount(*, above_zero: bool = False, optional: bool = False) -> Callable[[object, attrs.Attribute[Any], Any], None]:
    """An attrs validator: elapsed time, not negative or above zero; or nothing where it is optional."""

    def check(_: object, field: attrs.Attribute[Any], value: object) -> None:
        if value is None and optional:
            return
        require_kind(field.name, value, ElapsedDuration, AN_AMOUNT)
        assert isinstance(value, ElapsedDuration)
        if above_zero and value.microseconds <= 0:
            raise InvalidValue(field.name, value, "must be above zero")
        if value.microseconds < 0:
            raise InvalidValue(field.name, value, "must not be negative")

    return check


def whole(least: int = 0, *, optional: bool = False) -> Callable[[object, attrs.Attribute[Any], Any], None]:
    """An attrs validator: a whole number, so many at least; or nothing where it is optional."""

    def check(_: object, field: attrs.Attribute[Any], value: object) -> None:
        if value is None and optional:
            return
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidValue(field.name, value, "must be a whole number")
        if value < least:
            raise InvalidValue(field.name, value, f"must be at least {least}" if least else "must not be negative")

    return check


def refuse(noun: str, faults: Iterable[InvalidValue]) -> None:
    """Raise the faults of one node: a single one as it is, several together under the node's name.

    >>> refuse("gate busy", [])

    Raises:
        InvalidValue: there is one fault.
        InvalidConfiguration: there are several.
    """
    found = tuple(faults)
    if len(found) == 1:
        raise found[0]
    if found:
        problems = (Problem(one.field, f"{one.rule} (got {one.got!r})", "bad_value") for one in found)
        raise InvalidConfiguration(noun, tuple(problems))
