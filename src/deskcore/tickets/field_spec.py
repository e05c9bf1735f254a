"""Custom fields with a type: which values a lifecycle's own fields take, and when one must be there.

Values stay plain: a decimal and a date are text, as they are in JSON. Not here: fields of the ticket itself.

Layer: tickets. Imports _value and errors only.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._lasting import lasting
from deskcore._value import named
from deskcore.errors import InvalidValue
from deskcore.tickets._words import FieldValue

FieldType: TypeAlias = Literal["text", "integer", "decimal", "boolean", "date", "choice"]
Required: TypeAlias = Literal["never", "opening", "solving"]

_EXAMPLES: Final[dict[str, FieldValue]] = {
    "text": "-",
    "integer": 0,
    "decimal": "0",
    "boolean": False,
    "date": "2026-01-01",
}


@final
@attrs.frozen
@lasting
class FieldSpec:
    """One custom field: its name, the type of its values, and when it must have one.

    ``text`` takes any text of at most ``longest`` characters, ``choice`` one of ``choices``, ``integer`` a whole
    number, ``boolean`` true or false; ``decimal`` is text such as ``"12.50"`` and ``date`` text such as
    ``"2026-05-22"``, so that nothing is lost on the way through JSON. ``least`` and ``most`` bound numbers, ends
    included. ``required`` says whether a ticket must have it to be opened, to be resolved or closed by a person, or
    never. ``label`` is for people.

    >>> severity = FieldSpec("severity", "choice", choices=("low", "high"), required="opening")
    >>> severity.wants("medium"), severity.wants("high")
    ("one of 'low', 'high'", None)

    Raises:
        InvalidValue: the type is none of those known, or a choice without choices.
    """

    name: str = attrs.field(validator=named)
    type: FieldType = "text"
    choices: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    required: Required = attrs.field(default="never", kw_only=True)
    longest: int | None = attrs.field(default=None, kw_only=True)
    least: int | None = attrs.field(default=None, kw_only=True)
    most: int | None = attrs.field(default=None, kw_only=True)
    label: str = attrs.field(default="", kw_only=True)

    def __attrs_post_init__(self) -> None:
        for name, words in (("type", get_args(FieldType)), ("required", get_args(Required))):
            if getattr(self, name) not in words:
                raise InvalidValue(name, getattr(self, name), f"must be one of {', '.join(words)}")
        if (self.type == "choice") is not bool(self.choices):
            raise InvalidValue("choices", self.choices, "must be given for a field of type choice, and only there")

    def wants(self, value: FieldValue) -> str | None:
        """What it takes in the place of a value that it does not take, ``None`` where it does. It may be cleared."""
        if value is None:
            return None
        if self.type == "boolean":
            return None if isinstance(value, bool) else "true or false"
        if self.type == "integer":
            return self._number(value) if type(value) is int else "a whole number"
        if not isinstance(value, str):
            return f"a {self.type} as text"
        if self.type == "choice":
            return None if value in self.choices else f"one of {', '.join(map(repr, self.choices))}"
        if self.type == "date":
            return _no_date(value)
        return self._number(value) if self.type == "decimal" else self._text(value)

    def _text(self, value: str) -> str | None:
        fits = self.longest is None or len(value) <= self.longest
        return None if fits else f"a text of at most {self.longest} characters"

    def _number(self, value: str | int) -> str | None:
        try:
            number = Decimal(value)
        except InvalidOperation:
            return "a decimal number as text, such as '12.50'"
        if not number.is_finite():
            return "a finite number"
        low = self.least is not None and number < self.least
        high = self.most is not None and number > self.most
        ends = "any" if self.least is None else self.least, "any" if self.most is None else self.most
        return f"a number from {ends[0]} to {ends[1]}" if low or high else None

    @property
    def example(self) -> FieldValue:
        """Some value that it takes."""
        if self.type == "choice":
            return self.choices[0]
        if self.type in {"integer", "decimal"}:
            number = next((end for end in (self.least, self.most) if end is not None), 0)
            return number if self.type == "integer" else str(number)
        return _EXAMPLES[self.type]


def _no_date(value: str) -> str | None:
    try:
        written = date.fromisoformat(value).isoformat()
    except ValueError:
        written = ""
    return None if written == value else "a date as text, such as '2026-05-22'"
