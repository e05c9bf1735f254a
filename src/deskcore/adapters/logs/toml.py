"""A mapping from its TOML form, with everything that is wrong with it found at once.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

from deskcore._value import FrozenDict
from deskcore.adapters.documents import Plain
from deskcore.adapters.logs.derived import HOWS, Derived, How
from deskcore.adapters.logs.instants import InstantFormat
from deskcore.adapters.logs.mapping import (
    COLUMNS,
    COMPARABLE,
    DUPLICATES,
    EMPTIES,
    INSTANT_COLUMNS,
    OPENERS,
    ORDERS,
    ROWS,
    STATE_COLUMNS,
    Duplicates,
    Empty,
    InstantColumn,
    LogMapping,
    Opener,
    Order,
    Rows,
)
from deskcore.adapters.logs.shapes import shape_problems
from deskcore.adapters.logs.tables import TableReader
from deskcore.adapters.logs.toml_file import written_as
from deskcore.adapters.logs.toml_meanings import activities, custom_fields, stamps
from deskcore.adapters.logs.toml_times import instant_column, instant_format, only_formats
from deskcore.errors import InvalidConfiguration, Problem

_KEYS_OF: Final[Mapping[How, tuple[str, ...]]] = {"join": ("with",), "first": (), "split": ("at", "part")}


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
    times = top.table("time")
    time = instant_format(times, InstantFormat())
    only_formats(times)
    columns, instants = _columns(top.table("columns"), time)
    mapping = LogMapping(
        rows=cast("Rows", rows),  # an unknown word is already a problem, and then no mapping is made
        columns=columns,
        instants=instants,
        fields=custom_fields(top.table("fields")),
        values=_values(top.table("values")),
        activities=activities(top.table("activities")),
        stamps=stamps(top.table("stamps"), time),
        compare=_compare(top.table("compare")),
        time=time,
        derived=_derived(top.table("derived")),
        only=_chosen(top.table("only")),
        leave_out=_chosen(top.table("leave_out")),
        separator=top.text("separator", ";"),
        missing=frozenset(top.texts("missing")),
        decimal=top.choice("decimal", (".", ","), "."),
        loose_words=top.flag("loose_words"),
        order=cast("Order", top.choice("order", ORDERS, "log")),
        duplicates=cast("Duplicates", top.choice("duplicates", DUPLICATES, "keep")),
        empty=cast("Empty | None", top.choice("empty", EMPTIES, "") or None),
        restates=frozenset(top.texts("restates")),
        opened_as=top.text("opened_as") or None,
        opened_by=cast("Opener", top.choice("opened_by", OPENERS, "requester")),
        name=top.text("name"),
    )
    mapping = written_as(mapping, top)
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
            if (column := instant_column(table, name, time)) is not None:
                instants[name] = column
        elif name in COLUMNS and (text := table.text(name)):
            plain[name] = text
    table.end(COLUMNS)
    return FrozenDict(plain), FrozenDict(instants)


def _values(table: TableReader) -> FrozenDict[FrozenDict[str]]:
    found: dict[str, FrozenDict[str]] = {}
    mappable = (*STATE_COLUMNS, "transition", "actor_role", "author_role", "visibility")
    for name in table.keys():  # noqa: SIM118 - a reader, not a dict
        if name not in mappable:
            continue
        found[name] = FrozenDict(table.words(name))
    table.end(mappable)
    return FrozenDict(found)


def _compare(table: TableReader) -> FrozenDict[str]:
    found = {name: table.text(name) for name in table.keys() if name in COMPARABLE}  # noqa: SIM118
    table.end(COMPARABLE)
    return FrozenDict({name: column for name, column in found.items() if column})


def _derived(table: TableReader) -> FrozenDict[Derived]:
    found: dict[str, Derived] = {}
    names = table.keys()
    for place, name in enumerate(names):
        made = _made(table.table(name))
        if made is None:
            continue
        if later := [column for column in made.columns if column in names[place:]]:
            table.wrong(name, f"is made of {later[0]!r}, which is itself derived: put that one before it")
        found[name] = made
    return FrozenDict(found)


def _made(table: TableReader) -> Derived | None:
    said: list[How] = [how for how in HOWS if table.has(how)]
    if len(said) != 1:
        table.wrong("", f"must say one of {', '.join(HOWS)} (says {' and '.join(said) or 'none'})", "missing")
        return None
    how, own = said[0], _KEYS_OF[said[0]]
    columns = table.one_or_more(how)
    mark = table.text(own[0], " ") if own else " "
    part = _part(table) if "part" in own else 1
    table.end(own)
    if not columns or (how == "split" and len(columns) > 1):
        table.wrong(how, "must name one column" if how == "split" else "must name columns")
        return None
    return Derived(how, columns, mark, part)


def _part(table: TableReader) -> int:
    value = table.take("part")
    if isinstance(value, int) and not isinstance(value, bool) and value != 0:
        return value
    table.wrong("part", f"must count the parts from 1, or from the end: -1 is the last (got {value!r})")
    return 1


def _chosen(table: TableReader) -> FrozenDict[tuple[str, ...]]:
    found = {name: table.one_or_more(name) for name in table.keys()}  # noqa: SIM118 - a reader, not a dict
    for name, words in found.items():
        if not words and table.take(name) == []:
            table.wrong(name, 'must hold a word; "*" is whatever is not empty')
    return FrozenDict({name: words for name, words in found.items() if words})
