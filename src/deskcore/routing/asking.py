"""What a ticket may ask for beyond plain needs: selectors over an agent's labels, and skills that it would rather have.

Layer: routing.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import named, not_negative
from deskcore.errors import InvalidValue
from deskcore.hours import ElapsedDuration
from deskcore.staff.agent import Label

Comparison: TypeAlias = Literal["eq", "ne", "gt", "ge", "lt", "le"]

_SIGNS: Final[dict[str, str]] = {
    "eq": "is",
    "ne": "is not",
    "gt": "above",
    "ge": "at least",
    "lt": "below",
    "le": "at most",
}


def _comparison(_: object, field: attrs.Attribute[Comparison], value: Comparison) -> None:
    if value not in _SIGNS:
        raise InvalidValue(field.name, value, f"must be one of {', '.join(_SIGNS)}")


def _not_negative(_: object, field: attrs.Attribute[ElapsedDuration | None], value: ElapsedDuration | None) -> None:
    if value is not None and value.microseconds < 0:
        raise InvalidValue(field.name, value, "must not be negative")


@final
@attrs.frozen
@lasting
class Selector:
    """A comparison with one label of an agent. A label that is missing satisfies only ``ne``.

    ``expires_after`` drops it once the ticket has waited so much elapsed time; reached exactly counts as waited.

    >>> Selector("sales", "ge", 10).holds(12), Selector("sales", "ge", 10).holds(None)
    (True, False)
    """

    label: str = attrs.field(validator=named)
    op: Comparison = attrs.field(validator=_comparison)
    value: Label
    expires_after: ElapsedDuration | None = attrs.field(default=None, validator=_not_negative)

    def holds(self, found: Label) -> bool:
        """Whether a label's value satisfies it."""
        if found is None:
            return self.op == "ne"
        if self.op == "eq":
            return found == self.value
        if self.op == "ne":
            return found != self.value
        return _ordered(self.op, found, self.value)

    def __str__(self) -> str:
        return f"{self.label} {_SIGNS[self.op]} {self.value}"


def _ordered(op: str, found: Label, wanted: Label) -> bool:
    texts = isinstance(found, str) and isinstance(wanted, str)
    numbers = isinstance(found, (int, float)) and isinstance(wanted, (int, float))
    if not (texts or numbers):
        return False  # text and numbers have no order between them
    above, equal = found > wanted, found == wanted  # type: ignore[operator]  # both texts or both numbers
    return {"gt": above, "ge": above or equal, "lt": not above and not equal, "le": not above}[op]


@final
@attrs.frozen
@lasting
class PreferredSkill:
    """A skill that a ticket asks for on top of what it needs, for as long as its level of preference stands.

    Whole levels are dropped with time, the largest number first.

    >>> PreferredSkill("mouse", 2).skill
    'mouse'
    """

    skill: str = attrs.field(validator=named)
    drop_level: int = attrs.field(default=0, validator=not_negative)
    level: int = 1
