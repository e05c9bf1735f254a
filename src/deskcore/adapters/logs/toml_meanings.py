"""What activities and stamps mean, from the TOML form of a mapping.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from deskcore._value import FrozenDict
from deskcore.adapters.faults import nearest
from deskcore.adapters.logs.instants import InstantFormat
from deskcore.adapters.logs.mapping import CLEARABLE, CLOCK, SETTABLE, UNITS, InstantColumn, Stamp
from deskcore.adapters.logs.meanings import (
    FIELD_KINDS,
    Activity,
    FieldColumn,
    FieldKind,
    FromColumn,
    Meaning,
    MessageRule,
    Source,
)
from deskcore.adapters.logs.tables import TableReader
from deskcore.adapters.logs.toml_times import KEYS, instant_format
from deskcore.adapters.logs.words import VISIBILITIES
from deskcore.log.actor import ROLES

_EMPTY = ("unchanged", "clears")


def activities(table: TableReader) -> FrozenDict[Activity]:
    """Every activity with its meaning."""
    found: dict[str, Activity] = {}
    for name in table.keys():  # noqa: SIM118 - a reader, not a dict
        inner = table.table(name)
        start = _meaning(inner.table("start"))
        done = inner.table("complete") if inner.has("complete") else None
        complete = _meaning(inner, also=("start", "complete")) if done is None else _meaning(done)
        if done is not None:
            inner.end(("start", "complete"))
        found[name] = Activity(complete, start)
    return FrozenDict(found)


def stamps(table: TableReader, time: InstantFormat) -> FrozenDict[Stamp]:
    """Every stamp, with how its column is written and what it means."""
    found: dict[str, Stamp] = {}
    for name in table.keys():  # noqa: SIM118 - a reader, not a dict
        inner = table.table(name)
        column = InstantColumn(inner.text("column", name), instant_format(inner, time))
        unit = inner.choice("unit", (*UNITS, CLOCK), "") or None
        if unit is not None and any(map(inner.has, KEYS)):
            inner.wrong("unit", "stands beside format, zone or words: an amount of time has none of them")
        found[name] = Stamp(column, _meaning(inner, also=("column", "unit", *KEYS)), unit)
    return FrozenDict(found)


def custom_fields(table: TableReader) -> FrozenDict[FieldColumn]:
    """Custom fields, each with the column it is read from."""
    found: dict[str, FieldColumn] = {}
    for name in table.keys():  # noqa: SIM118 - a reader, not a dict
        if isinstance(table.take(name), dict):
            inner = table.table(name)
            column = inner.text("column", required=True)
            kind = cast("FieldKind", inner.choice("type", FIELD_KINDS, "text"))
            inner.end()
        else:
            column, kind = table.text(name), "text"
        if column:
            found[name] = FieldColumn(column, kind)
    return FrozenDict(found)


def _meaning(table: TableReader, also: Iterable[str] = ()) -> Meaning:
    sets: dict[str, Source] = {}
    for slot in SETTABLE:
        if (source := _source(table, slot, clears=slot in CLEARABLE)) is not None:
            sets[slot] = source
    message = _message(table)
    tag, untag = _source(table, "tag"), _source(table, "untag")
    meaning = Meaning(FrozenDict(sets), message, tag, untag, _clears(table, sets), custom_fields(table.table("fields")))
    if table.flag("ignore") and not meaning.is_silent:
        table.wrong("ignore", "stands beside something to do; keep one of them")
    table.end(also)
    return meaning


def _clears(table: TableReader, sets: dict[str, Source]) -> frozenset[str]:
    slots = frozenset(table.texts("clears"))
    if strange := sorted(slots - {*CLEARABLE}):
        table.wrong("clears", f"can take away {', '.join(CLEARABLE)} (got {', '.join(strange)})", "unknown")
    if both := sorted(slots & sets.keys()):
        table.wrong("clears", f"takes away what the same table sets: {', '.join(both)}")
    return slots & {*CLEARABLE}


def _source(table: TableReader, key: str, among: tuple[str, ...] = (), *, clears: bool = False) -> Source | None:
    value = table.take(key)
    if value is None:
        return None
    if isinstance(value, dict):
        inner = table.table(key)
        column = inner.text("column", required=True)
        empty = inner.choice("empty", _EMPTY, "unchanged") if clears else "unchanged"
        inner.end()
        return FromColumn(column, clears=empty == "clears") if column else None
    if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
        table.wrong(key, f"must be a text, or {{ column = ... }} (got {value!r})")
        return None
    if among and value not in among:
        table.wrong(key, f"must be one of {', '.join(among)} (got {value!r}); {nearest(str(value), among)}", "unknown")
        return None
    return str(value)


def _message(table: TableReader) -> MessageRule | None:
    value = table.take("message")
    if value is None or value is False:
        return None
    if value is True:
        return MessageRule()
    if isinstance(value, str):
        visibility = _source(table, "message", VISIBILITIES)
        return MessageRule(visibility=visibility)
    inner = table.table("message")
    rule = MessageRule(_source(inner, "role", ROLES), _source(inner, "visibility", VISIBILITIES), inner.flag("auto"))
    inner.end()
    return rule
