"""A mapping from its TOML form, with everything that is wrong with it found at once.

Layer: adapters.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping
from typing import cast

from deskcore._value import FrozenDict
from deskcore.adapters.documents import Plain
from deskcore.adapters.faults import nearest
from deskcore.adapters.logs.instants import EPOCHS, ISO, InstantFormat, zone_named
from deskcore.adapters.logs.mapping import (
    COLUMNS,
    COMPARABLE,
    FIELD_KINDS,
    INSTANT_COLUMNS,
    OPENERS,
    ROWS,
    SETTABLE,
    STATE_COLUMNS,
    Activity,
    FieldColumn,
    FieldKind,
    FromColumn,
    InstantColumn,
    LogMapping,
    Meaning,
    MessageRule,
    Opener,
    Rows,
    Source,
)
from deskcore.adapters.logs.shapes import shape_problems
from deskcore.adapters.logs.tables import TableReader
from deskcore.adapters.logs.words import VISIBILITIES
from deskcore.errors import InvalidConfiguration, InvalidValue, Problem
from deskcore.log.actor import ROLES


def mapping_from(data: Mapping[str, Plain]) -> LogMapping:
    """The mapping that a TOML document describes.

    Raises:
        InvalidConfiguration: naming every fault, each with the path of its key.

    >>> mapping_from({"rows": "snapshots", "columns": {"case": "id", "at": "when"}}).rows
    'snapshots'
    >>> mapping_from({"rows": "snapshot", "columns": {"cse": "id"}})
    Traceback (most recent call last):
    deskcore.errors.InvalidConfiguration: cannot use mapping: 2 problems
      rows: must be one of events, snapshots, ticket, activities (got 'snapshot'); did you mean 'snapshots'?
      columns.cse: is no key here; did you mean 'case'?
    """
    mapping, problems = drafted(data)
    if mapping is None or problems:
        raise InvalidConfiguration("mapping", problems)
    return mapping


def drafted(data: Mapping[str, Plain]) -> tuple[LogMapping | None, tuple[Problem, ...]]:
    """The mapping as far as it can be understood, and what is wrong with it.

    Lets a caller look for faults against the log as well, before anything is raised. ``None``: not even the shape of
    the rows is known.
    """
    problems: list[Problem] = []
    mapping = _read(TableReader(data, "", problems), problems)
    return mapping, tuple(problems)


def _read(top: TableReader, problems: list[Problem]) -> LogMapping | None:
    if top.take("rows") is None:
        top.wrong("rows", f"is missing: one of {', '.join(ROWS)}", "missing")
    rows = top.choice("rows", ROWS, "")
    time = _format(top.table("time"), InstantFormat())
    columns, instants = _columns(top.table("columns"), time)
    activities = _activities(top.table("activities"))
    stamps = _stamps(top.table("stamps"))
    mapping = LogMapping(
        rows=cast("Rows", rows),  # an unknown word is already a problem, and then no mapping is made
        columns=columns,
        instants=instants,
        fields=_fields(top.table("fields")),
        values=_values(top.table("values")),
        activities=activities,
        stamps=stamps,
        compare=_compare(top.table("compare")),
        time=time,
        encoding=_encoding(top),
        delimiter=_one_character(top, "delimiter", ","),
        separator=top.text("separator", ";"),
        missing=frozenset(top.texts("missing")),
        restates=frozenset(top.texts("restates")),
        opened_as=top.text("opened_as") or None,
        opened_by=cast("Opener", top.choice("opened_by", OPENERS, "requester")),
        name=top.text("name"),
    )
    top.end()
    if not rows:
        return None
    problems += shape_problems(mapping)
    return mapping


def _columns(table: TableReader, time: InstantFormat) -> tuple[FrozenDict[str], FrozenDict[InstantColumn]]:
    plain: dict[str, str] = {}
    instants: dict[str, InstantColumn] = {}
    for name in table.keys():  # noqa: SIM118 - a reader, not a dict
        if name in INSTANT_COLUMNS:
            if (column := _instant(table, name, time)) is not None:
                instants[name] = column
        elif name in COLUMNS and (text := table.text(name)):
            plain[name] = text
    table.end(COLUMNS)
    return FrozenDict(plain), FrozenDict(instants)


def _instant(table: TableReader, name: str, time: InstantFormat) -> InstantColumn | None:
    if isinstance(table.take(name), dict):
        inner = table.table(name)
        column = inner.text("column", required=True)
        form = _format(inner, time, also=("column",))
    else:
        column, form = table.text(name), time
    return InstantColumn(column, form) if column else None


def _format(table: TableReader, default: InstantFormat, also: Iterable[str] = ()) -> InstantFormat:
    form = InstantFormat(table.text("format", default.format), table.text("zone") or default.zone)
    table.end(also)
    if form.format not in {ISO, *EPOCHS} and "%" not in form.format:
        words = (ISO, *EPOCHS)
        table.wrong("format", f"must be one of {', '.join(words)} or hold % directives (got {form.format!r})", "format")
    if form.zone is not None and form.zone != default.zone:
        try:
            zone_named(form.zone)
        except InvalidValue as error:
            table.wrong("zone", f"{error.rule} (got {form.zone!r})", "unknown_zone")
            return InstantFormat(form.format, "UTC")  # stands in, so that the other faults can still be looked for
    return form


def _fields(table: TableReader) -> FrozenDict[FieldColumn]:
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


def _values(table: TableReader) -> FrozenDict[FrozenDict[str]]:
    found: dict[str, FrozenDict[str]] = {}
    mappable = (*STATE_COLUMNS, "transition", "actor_role", "author_role", "visibility")
    for name in table.keys():  # noqa: SIM118 - a reader, not a dict
        if name not in mappable:
            continue
        inner = table.table(name)
        words: dict[str, str] = {}
        for word in inner.keys():  # noqa: SIM118 - a reader, not a dict
            meant = inner.take(word)
            if isinstance(meant, str | int) and not isinstance(meant, bool):
                words[word] = str(meant)
            else:
                inner.wrong(word, f"must be the desk's word, a text (got {meant!r})")
        found[name] = FrozenDict(words)
    table.end(mappable)
    return FrozenDict(found)


def _activities(table: TableReader) -> FrozenDict[Activity]:
    found: dict[str, Activity] = {}
    for name in table.keys():  # noqa: SIM118 - a reader, not a dict
        inner = table.table(name)
        start = _meaning(inner.table("start"))
        done = inner.table("complete") if "complete" in inner.keys() else None  # noqa: SIM118
        complete = _meaning(inner, also=("start", "complete")) if done is None else _meaning(done)
        if done is not None:
            inner.end(("start", "complete"))
        found[name] = Activity(complete, start)
    return FrozenDict(found)


def _stamps(table: TableReader) -> FrozenDict[Meaning]:
    names = table.keys()
    return FrozenDict({name: _meaning(table.table(name)) for name in names})


def _meaning(table: TableReader, also: Iterable[str] = ()) -> Meaning:
    sets: dict[str, Source] = {}
    for slot in SETTABLE:
        if (source := _source(table, slot)) is not None:
            sets[slot] = source
    message = _message(table)
    meaning = Meaning(FrozenDict(sets), message, table.text("tag") or None, table.text("untag") or None)
    if table.flag("ignore") and not meaning.is_silent:
        table.wrong("ignore", "stands beside something to do; keep one of them")
    table.end(also)
    return meaning


def _source(table: TableReader, key: str, among: tuple[str, ...] = ()) -> Source | None:
    value = table.take(key)
    if value is None:
        return None
    if isinstance(value, dict):
        inner = table.table(key)
        column = inner.text("column", required=True)
        inner.end()
        return FromColumn(column) if column else None
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


def _compare(table: TableReader) -> FrozenDict[str]:
    found = {name: table.text(name) for name in table.keys() if name in COMPARABLE}  # noqa: SIM118
    table.end(COMPARABLE)
    return FrozenDict({name: column for name, column in found.items() if column})


def _encoding(top: TableReader) -> str:
    encoding = top.text("encoding", "utf-8")
    try:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        top.wrong("encoding", f"names no encoding (got {encoding!r}); usual ones: utf-8, cp1252, latin-1, utf-16")
        return "utf-8"
    # A byte order mark at the start is not part of the first column's name.
    return "utf-8-sig" if name == "utf-8" else name


def _one_character(top: TableReader, key: str, default: str) -> str:
    text = top.text(key, default)
    if len(text) != 1 or text in '\r\n"':
        top.wrong(key, f"must be one character, such as a comma, a semicolon or a tab (got {text!r})")
        return default
    return text
