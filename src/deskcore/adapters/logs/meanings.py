"""What an activity, or a time stamp, of a log does to a ticket.

Layer: adapters. Imports _value only.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import FrozenDict, named

FieldKind: TypeAlias = Literal["text", "number", "flag"]
FIELD_KINDS: tuple[FieldKind, ...] = get_args(FieldKind)


@final
@attrs.frozen
class FieldColumn:
    """A column that becomes one of the ticket's custom fields."""

    column: str = attrs.field(validator=named)
    kind: FieldKind = "text"


@final
@attrs.frozen
class FromColumn:
    """A value taken from the row, out of the named column; ``clears``: an empty cell says that there is none."""

    column: str = attrs.field(validator=named)
    clears: bool = False


Source: TypeAlias = str | FromColumn
"""Where an activity gets a value: a constant, or a column of its row."""


@final
@attrs.frozen
class MessageRule:
    """An activity that is a message. ``None`` takes role and visibility from their columns, else agent and public."""

    role: Source | None = None
    visibility: Source | None = None
    auto: bool = False


@final
@attrs.frozen
class Meaning:
    """What an activity, or a time stamp, does to the ticket. ``Meaning()`` is known and does nothing.

    >>> Meaning(sets=FrozenDict({"status": "Resolved"})).sets["status"]
    'Resolved'
    """

    sets: FrozenDict[Source] = attrs.field(factory=FrozenDict[Source])
    message: MessageRule | None = None
    tag: Source | None = None
    untag: Source | None = None
    clears: frozenset[str] = frozenset()
    fields: FrozenDict[FieldColumn] = attrs.field(factory=FrozenDict[FieldColumn])

    @property
    def is_silent(self) -> bool:
        """Whether it does nothing by itself."""
        return self == SILENT

    def sources(self) -> list[tuple[str, Source]]:
        """Every value it sets or takes, by its key."""
        found = list(self.sets.items())
        found += [(f"fields.{name}", FromColumn(field.column)) for name, field in self.fields.items()]
        found += [(name, tag) for name, tag in (("tag", self.tag), ("untag", self.untag)) if tag is not None]
        if self.message is not None:
            parts = (("message.role", self.message.role), ("message.visibility", self.message.visibility))
            found += [(name, source) for name, source in parts if source is not None]
        return found


SILENT = Meaning()


@final
@attrs.frozen
class Activity:
    """An activity's meaning; of an activity with a beginning and an end, what each of them means."""

    complete: Meaning = SILENT
    start: Meaning = SILENT
