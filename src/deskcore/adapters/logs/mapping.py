"""What a ticket log's columns mean: the mapping, as a value.

Not here: its TOML form (``toml``), and the log itself. docs/reference/mapping.md lists every key.

Layer: adapters. Imports _value and its own words.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import FrozenDict, named
from deskcore.adapters.logs.derived import Derived
from deskcore.adapters.logs.instants import InstantFormat
from deskcore.adapters.logs.meanings import SILENT, Activity, FieldColumn, FromColumn, Meaning

Rows: TypeAlias = Literal["events", "snapshots", "ticket", "activities"]
"""What one row is: an event, the ticket's state after an update, a whole ticket, or a piece of work."""

ROWS: tuple[Rows, ...] = get_args(Rows)
Input: TypeAlias = Literal["csv", "json", "xes"]
"""How the file is written."""

INPUTS: tuple[Input, ...] = get_args(Input)
Opener: TypeAlias = Literal["requester", "actor"]
"""Who is taken to have opened a ticket: its requester where one is known, or whoever wrote the first row."""

OPENERS: tuple[Opener, ...] = get_args(Opener)
Order: TypeAlias = Literal["log", "reversed", "time"]
"""In which order a case's rows happened: as the log has them, the last first, or by their instants."""

ORDERS: tuple[Order, ...] = get_args(Order)
Duplicates: TypeAlias = Literal["keep", "list"]
DUPLICATES: tuple[Duplicates, ...] = get_args(Duplicates)
Ragged: TypeAlias = Literal["list", "fill"]
RAGGED: tuple[Ragged, ...] = get_args(Ragged)
Empty: TypeAlias = Literal["none", "unchanged"]
"""What an empty cell of the state says: that there is none, or nothing."""

EMPTIES: tuple[Empty, ...] = get_args(Empty)

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

CLEARABLE = ("team", "assignee", "desk", "queue", "tags", "skills")
"""What an activity or a stamp may take away."""

UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
CLOCK = "clock"
"""An amount written as hours, minutes and perhaps seconds with colons between them."""

INSTANT_COLUMNS = ("at", "opened_at", "start", "complete")
EXTRA_COLUMNS = (
    "case",
    "activity",
    "transition",
    "actor",
    "actor_role",
    "author_role",
    "visibility",
    "message_id",
    "sequence",
)
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
class Stamp:
    """A column of a whole ticket's row that says when something was done to it, and what.

    ``unit`` tells that the column holds an amount of elapsed time since the opening, not an instant.
    """

    at: InstantColumn
    meaning: Meaning = SILENT
    unit: str | None = None


def loosely(text: str) -> str:
    """A word without regard to case and to the spaces around and between its parts.

    >>> loosely(" In\u00a0 Progress ")
    'in progress'
    """
    return " ".join(text.casefold().split())


@final
@attrs.frozen
class LogMapping:
    """How a log is read as ticket histories. Read one from TOML with ``read_mapping``.

    ``columns`` maps what deskcore calls a thing to the log's column; ``values`` maps, for such a thing, the log's words
    to the desk's (``"*"`` for all others, ``""`` for "says nothing"). ``missing`` are the markers of an empty cell,
    besides the empty cell itself. ``restates`` are statuses that a row states anew even when the ticket is in them;
    ``opened_as`` is the status a ticket is opened in when its first row shows it past a new one (``None``: the
    one in which the lifecycle opens tickets). A response is owed only to a ticket that its requester opened:
    ``opened_by`` says whether the log's tickets are such. ``input`` and the eight keys after it say how the file is
    written; ``derived`` makes columns out of others, ``only`` and ``leave_out`` choose rows, ``order``, ``duplicates``
    and ``empty`` say how rows follow on each other. docs/reference/mapping.md describes every key.

    >>> LogMapping("snapshots", columns=FrozenDict({"case": "number", "status": "state"})).columns["case"]
    'number'
    """

    rows: Rows
    columns: FrozenDict[str]
    instants: FrozenDict[InstantColumn] = attrs.field(factory=FrozenDict[InstantColumn])
    fields: FrozenDict[FieldColumn] = attrs.field(factory=FrozenDict[FieldColumn])
    values: FrozenDict[FrozenDict[str]] = attrs.field(factory=FrozenDict[FrozenDict[str]])
    activities: FrozenDict[Activity] = attrs.field(factory=FrozenDict[Activity])
    stamps: FrozenDict[Stamp] = attrs.field(factory=FrozenDict[Stamp])
    compare: FrozenDict[str] = attrs.field(factory=FrozenDict[str])
    time: InstantFormat = attrs.field(factory=InstantFormat)
    derived: FrozenDict[Derived] = attrs.field(factory=FrozenDict[Derived])
    only: FrozenDict[tuple[str, ...]] = attrs.field(factory=FrozenDict[tuple[str, ...]])
    leave_out: FrozenDict[tuple[str, ...]] = attrs.field(factory=FrozenDict[tuple[str, ...]])
    input: Input | None = None
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    skip_lines: int = 0
    header: tuple[str, ...] = ()
    ragged: Ragged = "list"
    each: str = ""
    decimal: str = "."
    loose_words: bool = False
    order: Order = "log"
    duplicates: Duplicates = "keep"
    empty: Empty | None = None
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
        used |= {f"stamps.{name}": stamp.at.column for name, stamp in self.stamps.items()}
        used |= {f"only.{name}": name for name in self.only} | {f"leave_out.{name}": name for name in self.leave_out}
        used |= {
            f"derived.{name}{place or ''}": column
            for name, derived in self.derived.items()
            for place, column in enumerate(derived.columns)
        }
        used |= {f"compare.{name}": column for name, column in self.compare.items()}
        for path, meaning in self.meanings().items():
            used |= {
                f"{path}.{slot}": source.column for slot, source in meaning.sources() if isinstance(source, FromColumn)
            }
        return FrozenDict(used)

    @property
    def zone(self) -> str | None:
        """The zone whose wall clock the log shows: that of ``time``, else of the first column that has one."""
        formats = (self.time, *(column.format for column in self.instants.values()))
        return next((form.zone for form in formats if form.zone is not None), None)

    def meanings(self) -> FrozenDict[Meaning]:
        """Every meaning in the mapping, by its key."""
        found = {f"stamps.{name}": stamp.meaning for name, stamp in self.stamps.items()}
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
        if found is None and self.loose_words:
            said = loosely(text)
            found = next((meant for word, meant in words.items() if loosely(word) == said), None)
        if found is None:
            found = words.get("*", text)
        return found or None

    def activity(self, name: str) -> str | None:
        """The name under which ``activities`` has an activity of the log, ``None`` where it has none."""
        if name in self.activities:
            return name
        if self.loose_words:
            said = loosely(name)
            if (found := next((key for key in self.activities if loosely(key) == said), None)) is not None:
                return found
        return "*" if "*" in self.activities else None

    @property
    def empty_says_none(self) -> bool:
        """Whether an empty cell of the state says that there is none: ``empty``, else as the rows are.

        A row of a log of events speaks of what happened; a snapshot's empty cell says that there is none.
        """
        if self.empty is not None:
            return self.empty == "none"
        return self.rows in {"snapshots", "ticket"}
