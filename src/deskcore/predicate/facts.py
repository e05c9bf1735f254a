"""Facts: the named, typed, documented things that conditions may ask about.

Not here: how a fact is known. Each room exports the facts it can answer; the desk lints every condition against
their union, so that a misspelt name is a configuration error and not a rule that never fires.

Layer: predicate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Literal, TypeAlias, final

import attrs

from deskcore._value import named

FactValue: TypeAlias = str | int | float | bool | Decimal | timedelta | frozenset[str] | None
"""What a fact may be: a scalar, an amount, a set of names, or nothing."""

Facts: TypeAlias = Mapping[str, FactValue]
"""What is known of one ticket at one instant, by the name of the fact."""

FactType: TypeAlias = Literal["text", "number", "flag", "amount", "names"]


@final
@attrs.frozen
class Fact:
    """A fact's declaration: its name, its type, and what it means.

    >>> Fact("priority", "text", "the ticket's priority, by name").name
    'priority'
    """

    name: str = attrs.field(validator=named)
    type: FactType
    meaning: str
    values: tuple[str, ...] = ()


def names_of(facts: Iterable[Fact]) -> frozenset[str]:
    """The names of some declared facts."""
    return frozenset(fact.name for fact in facts)
