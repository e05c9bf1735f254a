"""The first look at a log: is it as the mapping says, how long is it, and do its cases come one after the other?

One pass that keeps a few counters. It makes sure that what would be wrong with every row is said once, at once.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final, final

import attrs

from deskcore._value import FrozenDict
from deskcore.adapters.logs.amounts import amount
from deskcore.adapters.logs.encodings import Undecodable
from deskcore.adapters.logs.instants import NoZone, plausible
from deskcore.adapters.logs.mapping import CLOSED_VALUES, LogMapping
from deskcore.adapters.logs.meanings import FromColumn
from deskcore.adapters.logs.reader import SeenNames, header, input_of, rows, undecodable
from deskcore.adapters.logs.records import Listed
from deskcore.adapters.logs.words import field_value

MOST_TEXTS: Final = 20_000
"""So many different texts of a column are looked at before anything is replayed."""


@final
@attrs.frozen
class Seen:
    """A text found in a column, or a reason with its words: on how many rows, and first on which line."""

    rows: int
    line: int
    said: str = ""


@final
@attrs.frozen
class InstantsSeen:
    """How the instants of a column read: how many, the last of them, and the first text that failed and why."""

    read: int = 0
    failed: int = 0
    last: datetime | None = None
    failure: str = ""
    lacks_zone: bool = False


@final
@attrs.frozen
class Survey:
    """What a log holds, before any of it is understood.

    ``header`` names the columns of a row, ``known`` those that the log has, where it has no header as far as seen.
    ``rows`` counts every record after the header, the unreadable ones included, and ``unread`` those by what is wrong;
    ``instants`` tells how instants, numbers and amounts read, ``unfolds`` whether ``each`` found something to unfold;
    ``grouped`` tells that no case comes back after another one; ``end`` is the last instant in it.
    """

    header: tuple[str, ...]
    rows: int
    cases: int
    grouped: bool
    end: datetime | None
    texts: FrozenDict[FrozenDict[Seen]]
    instants: FrozenDict[InstantsSeen]
    undecodable: Undecodable | None = None
    unread: FrozenDict[Seen] = attrs.field(factory=FrozenDict[Seen])
    known: tuple[str, ...] = ()
    unfolds: bool = True


def survey(path: Path, mapping: LogMapping) -> Survey:
    """Look through a log. Linear in its length; keeps the ids of the cases and the different texts of few columns.

    Raises:
        UnusableFile: the file cannot be opened or read.
    """
    names = header(path, mapping)
    looking = _Looking(mapping, names)
    inside = None if input_of(path, mapping) == "csv" else SeenNames()
    unread: dict[str, Seen] = {}
    for record in rows(path, mapping, inside):
        looking.count += 1
        if not isinstance(record, Listed):
            looking.look(record.line, record.cells)
        elif record.why in unread:
            unread[record.why] = attrs.evolve(unread[record.why], rows=unread[record.why].rows + 1)
        else:
            unread[record.why] = Seen(1, record.line, record.reason)
    bad = unread.get("undecodable", Seen(0, 0))
    found = undecodable(path, mapping, names, bad.rows, bad.line)
    known = names if inside is None else (*mapping.derived, *dict.fromkeys([*sorted(inside.found), *inside.names]))
    unfolds = not mapping.each or (mapping.each in names if inside is None else inside.unfolds)
    seen = looking.survey()
    return attrs.evolve(seen, undecodable=found, unread=FrozenDict(unread), known=known, unfolds=unfolds)


class _Looking:
    def __init__(self, mapping: LogMapping, names: tuple[str, ...]) -> None:
        self.names = names
        self.count = 0
        self.grouped = True
        self.cases: set[str] = set()
        self.case = ""
        self.case_place = _place(names, mapping.columns.get("case", ""))
        self.missing = frozenset({"", *mapping.missing})
        watched = {
            slot: column for slot, column in mapping.columns.items() if slot in CLOSED_VALUES or slot == "activity"
        }
        self.watched = [
            (slot, place, _Counts()) for slot, name in watched.items() if (place := _place(names, name)) >= 0
        ]
        self.meant = _Meant(mapping, names)
        held = {f"columns.{name}": column for name, column in mapping.instants.items()}
        held |= {f"stamps.{name}": stamp.at for name, stamp in mapping.stamps.items() if stamp.unit is None}
        read: list[tuple[str, str, Callable[[str], object]]] = [
            (path, column.column, plausible(column.format.parser())) for path, column in held.items()
        ]
        read += [
            (f"fields.{name}", field.column, field_value(field.kind, mapping.decimal))
            for name, field in mapping.fields.items()
            if field.kind != "text"
        ]
        read += [
            (f"stamps.{name}", stamp.at.column, partial(amount, unit=stamp.unit, decimal=mapping.decimal))
            for name, stamp in mapping.stamps.items()
            if stamp.unit is not None
        ]
        self.instants = [
            (path, place, _Readings(parse, column))
            for path, column, parse in read
            if (place := _place(names, column)) >= 0
        ]

    def look(self, line: int, cells: list[str]) -> None:
        if self.case_place >= 0:
            case = cells[self.case_place].strip()
            if case != self.case:
                self.grouped = self.grouped and case not in self.cases
                self.cases.add(case)
                self.case = case
        for _, place, counts in self.watched:
            counts.add(cells[place], line)
        self.meant.look(line, cells)
        for _, place, instants in self.instants:
            text = cells[place]
            if text not in self.missing and text.strip() not in self.missing:
                instants.add(text, line)

    def survey(self) -> Survey:
        instants = FrozenDict({path: seen.seen() for path, _, seen in self.instants})
        ends = [seen.last for seen in instants.values() if seen.last is not None]
        texts = {f"columns.{slot}": counts.seen(self.missing) for slot, _, counts in self.watched}
        texts |= {path: counts.seen(self.missing) for path, counts in self.meant.counts.items()}
        count = len(self.cases - self.missing)
        return Survey(self.names, self.count, count, self.grouped, max(ends, default=None), FrozenDict(texts), instants)


class _Meant:
    """What stands in the columns out of which activities and stamps take a word of the desk's."""

    def __init__(self, mapping: LogMapping, names: tuple[str, ...]) -> None:
        self._mapping = mapping
        self._place = _place(names, mapping.columns.get("activity", ""))
        self._taken: dict[str, list[tuple[int, _Counts]]] = {}
        self._keys: dict[str, str | None] = {}
        self.counts: dict[str, _Counts] = {}
        meant = [("", f"stamps.{name}", stamp.meaning) for name, stamp in mapping.stamps.items()]
        for name, activity in mapping.activities.items():
            ends = (("", activity.complete), (".start", activity.start))
            meant += [(name, f"activities.{name}{end}", meaning) for end, meaning in ends]
        for key, path, meaning in meant:
            for slot, source in meaning.sources():
                place = _place(names, source.column) if isinstance(source, FromColumn) else -1
                if slot in CLOSED_VALUES and place >= 0:
                    counts = self.counts.setdefault(f"{path}.{slot}", _Counts())
                    self._taken.setdefault(key, []).append((place, counts))

    def look(self, line: int, cells: list[str]) -> None:
        if not self._taken:
            return
        key: str | None = ""
        if self._place >= 0:
            name = cells[self._place].strip()
            if name not in self._keys and len(self._keys) < MOST_TEXTS:
                self._keys[name] = self._mapping.activity(name)
            key = self._keys.get(name)
        for place, counts in self._taken.get(key or "", ()):
            counts.add(cells[place], line)


class _Counts:
    """How often each text stands in a column, and where first; of so many texts."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.lines: dict[str, int] = {}

    def add(self, text: str, line: int) -> None:
        if text in self.counts:
            self.counts[text] += 1
        elif len(self.counts) < MOST_TEXTS:  # what comes later is told row by row
            self.counts[text] = 1
            self.lines[text] = line

    def seen(self, missing: frozenset[str]) -> FrozenDict[Seen]:
        found: dict[str, Seen] = {}
        for text, count in self.counts.items():
            word = text.strip()
            if word not in missing:
                before = found.get(word, Seen(0, self.lines[text]))
                found[word] = Seen(before.rows + count, min(before.line, self.lines[text]))
        return FrozenDict(found)


class _Readings:
    """How the texts of a column read as instants, numbers, flags or amounts; of instants the last one, too."""

    def __init__(self, parse: Callable[[str], object], column: str) -> None:
        self.parse = parse
        self.column = column
        self.found = InstantsSeen()
        self.read = 0
        self.failed = 0
        self.last: datetime | None = None
        self.previous = ""

    def add(self, text: str, line: int) -> None:
        if text == self.previous:
            self.read += 1
            return
        try:
            found = self.parse(text.strip())
        except ValueError as error:
            self.failed += 1
            if self.failed == 1 or isinstance(error, NoZone):
                failure = f"{text!r} on line {line} is not {error}"
                self.found = InstantsSeen(failure=failure, lacks_zone=isinstance(error, NoZone))
            return
        self.previous = text
        self.read += 1
        if isinstance(found, datetime) and (self.last is None or found > self.last):
            self.last = found

    def seen(self) -> InstantsSeen:
        return attrs.evolve(self.found, read=self.read, failed=self.failed, last=self.last)


def _place(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else -1
