"""What a ticket log's columns mean: the mapping, as a value.

Not here: its TOML form (``toml``), and the log itself. docs/reference/mapping.md lists every key.

Layer: adapters. Imports _value only.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import FrozenDict, named
from deskcore.adapters.logs.instants import InstantFormat

Rows: TypeAlias = Literal["events", "snapshots", "ticket", "activities"]
"""What one row is: an event, the ticket's state after an update, a whole ticket, or a piece of work."""

ROWS: tuple[Rows, ...] = get_args(Rows)
Opener: TypeAlias = Literal["requester", "actor"]
"""Who is taken to have opened a ticket: its requester where one is known, or whoever wrote the first row."""

OPENERS: tuple[Opener, ...] = get_args(Opener)
FieldKind: TypeAlias = Literal["text", "number", "flag"]
FIELD_KINDS: tuple[FieldKind, ...] = get_args(FieldKind)

STATE_COLUMNS = (
    "status",
    "priority",
    "impact",
    "urgency",
    "team",
    "assignee",
    "desk",
    "queue",
    "category",
    "service",
    "kind",
    "requester",
    "organisation",
    "customer_tier",
    "language",
    "data_class",
    "channel",
    "subject",
    "resolution",
    "tags",
    "skills",
)
"""What a row may say of the ticket's state. ``channel`` and ``subject`` are read from a case's first row
only, ``resolution`` (the code) where the status becomes resolved or closed."""

SETTABLE = (
    "status",
    "priority",
    "impact",
    "urgency",
    "team",
    "assignee",
    "desk",
    "queue",
    "category",
    "service",
    "kind",
    "resolution",
    "tags",
    "skills",
)
"""What an activity or a stamp may set."""

INSTANT_COLUMNS = ("at", "opened_at", "start", "complete")
EXTRA_COLUMNS = ("case", "activity", "transition", "actor", "actor_role", "author_role", "visibility", "message_id")
COLUMNS = (*EXTRA_COLUMNS, *INSTANT_COLUMNS, *STATE_COLUMNS)

CLOSED_VALUES = frozenset(
    {"status", "priority", "impact", "urgency", "transition", "actor_role", "author_role", "visibility"}
)
"""Columns whose every value must be understood: one that is neither mapped nor known is an error at once."""

COUNTERS = ("reopens", "team_changes", "assignee_changes", "holds", "messages", "replies", "contacts")
INSTANTS = ("opened_at", "first_response_at", "assigned_at", "first_resolved_at", "resolved_at", "closed_at")
COMPARABLE = (*COUNTERS, *INSTANTS)
"""What of a replayed ticket can be compared with a column of the log."""


@final
@attrs.frozen
class InstantColumn:
    """A column that holds instants, and how it writes them."""

    column: str = attrs.field(validator=named)
    format: InstantFormat = attrs.field(factory=InstantFormat)


@final
@attrs.frozen
class FieldColumn:
    """A column that becomes one of the ticket's custom fields."""

    column: str = attrs.field(validator=named)
    kind: FieldKind = "text"


@final
@attrs.frozen
class FromColumn:
    """A value taken from the row, out of the named column."""

    column: str = attrs.field(validator=named)


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
    tag: str | None = None
    untag: str | None = None

    @property
    def is_silent(self) -> bool:
        """Whether it does nothing by itself."""
        return self == _SILENT


_SILENT = Meaning()


@final
@attrs.frozen
class Activity:
    """An activity's meaning; of an activity with a beginning and an end, what each of them means."""

    complete: Meaning = _SILENT
    start: Meaning = _SILENT


@final
@attrs.frozen
class LogMapping:
    """How a CSV log is read as ticket histories. Read one from TOML with ``read_mapping``.

    ``columns`` maps what deskcore calls a thing to the log's column; ``values`` maps, for such a thing, the log's words
    to the desk's (``"*"`` for all others, ``""`` for "says nothing"). ``missing`` are the markers of an empty cell,
    besides the empty cell itself. ``restates`` are statuses that a row states anew even when the ticket is in them;
    ``opened_as`` is the status a ticket is opened in when its first row shows it past a new one (``None``: the
    one in which the lifecycle opens tickets). A response is owed only to a ticket that its requester opened:
    ``opened_by`` says whether the log's tickets are such.

    >>> LogMapping("snapshots", columns=FrozenDict({"case": "number", "status": "state"})).columns["case"]
    'number'
    """

    rows: Rows
    columns: FrozenDict[str]
    instants: FrozenDict[InstantColumn] = attrs.field(factory=FrozenDict[InstantColumn])
    fields: FrozenDict[FieldColumn] = attrs.field(factory=FrozenDict[FieldColumn])
    values: FrozenDict[FrozenDict[str]] = attrs.field(factory=FrozenDict[FrozenDict[str]])
    activities: FrozenDict[Activity] = attrs.field(factory=FrozenDict[Activity])
    stamps: FrozenDict[Meaning] = attrs.field(factory=FrozenDict[Meaning])
    compare: FrozenDict[str] = attrs.field(factory=FrozenDict[str])
    time: InstantFormat = attrs.field(factory=InstantFormat)
    encoding: str = "utf-8"
    delimiter: str = ","
    separator: str = ";"
    missing: frozenset[str] = frozenset()
    restates: frozenset[str] = frozenset()
    opened_as: str | None = None
    opened_by: Opener = "requester"
    name: str = ""

    def used_columns(self) -> FrozenDict[str]:
        """Every column of the log that is read, by the key of the mapping that names it."""
        used = {f"columns.{name}": column for name, column in self.columns.items()}
        used |= {f"columns.{name}": column.column for name, column in self.instants.items()}
        used |= {f"fields.{name}": field.column for name, field in self.fields.items()}
        used |= {f"stamps.{name}": name for name in self.stamps}
        used |= {f"compare.{name}": column for name, column in self.compare.items()}
        for path, meaning in self.meanings().items():
            used |= {
                f"{path}.{slot}": source.column for slot, source in _sources(meaning) if isinstance(source, FromColumn)
            }
        return FrozenDict(used)

    @property
    def zone(self) -> str | None:
        """The zone whose wall clock the log shows: that of ``time``, else of the first column that has one."""
        formats = (self.time, *(column.format for column in self.instants.values()))
        return next((form.zone for form in formats if form.zone is not None), None)

    def meanings(self) -> FrozenDict[Meaning]:
        """Every meaning in the mapping, by its key."""
        found = {f"stamps.{name}": meaning for name, meaning in self.stamps.items()}
        for name, activity in self.activities.items():
            found[f"activities.{name}"] = activity.complete
            if not activity.start.is_silent:
                found[f"activities.{name}.start"] = activity.start
        return FrozenDict(found)

    def translated(self, slot: str, text: str) -> str | None:
        """The desk's word for a cell of ``slot``; ``None`` when the cell says nothing."""
        words = self.values.get(slot)
        if words is None:
            return text
        found = words.get(text)
        if found is None:
            found = words.get("*", text)
        return found or None


def _sources(meaning: Meaning) -> list[tuple[str, Source]]:
    found = list(meaning.sets.items())
    if meaning.message is not None:
        parts = (("message.role", meaning.message.role), ("message.visibility", meaning.message.visibility))
        found += [(name, source) for name, source in parts if source is not None]
    return found
