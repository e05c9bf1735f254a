"""The first look at a log: is it as the mapping says, how long is it, and do its cases come one after the other?

One pass that keeps a few counters. It makes sure that what would be wrong with every row is said once, at once.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final, final

import attrs

from deskcore._value import FrozenDict
from deskcore.adapters.faults import nearest
from deskcore.adapters.logs.encodings import Undecodable, called
from deskcore.adapters.logs.instants import NoZone, Parse
from deskcore.adapters.logs.mapping import CLOSED_VALUES, InstantColumn, LogMapping
from deskcore.adapters.logs.reader import Listed, header, rows, undecodable
from deskcore.adapters.logs.words import Vocabulary
from deskcore.errors import Problem
from deskcore.tickets.lifecycle import Lifecycle

DELIMITERS: Final = (";", "\t", "|", ",")
"""What separates cells in the logs of this world."""

_PART: Final = 3
"""One part in so many may be of another encoding before the log as a whole is taken to be."""

_NO_WORDS: Final = FrozenDict[str]()


@final
@attrs.frozen
class Seen:
    """A text found in a column: on how many rows, and first on which line."""

    rows: int
    line: int


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

    ``rows`` counts every record after the header, the unreadable ones included; ``grouped`` tells that no case comes
    back after another one; ``end`` is the last instant in it.
    """

    header: tuple[str, ...]
    rows: int
    cases: int
    grouped: bool
    end: datetime | None
    texts: FrozenDict[FrozenDict[Seen]]
    instants: FrozenDict[InstantsSeen]
    undecodable: Undecodable | None = None


def survey(path: Path, mapping: LogMapping) -> Survey:
    """Look through a log. Linear in its length; keeps the ids of the cases and the different texts of few columns.

    Raises:
        UnusableFile: the file cannot be opened or read.
    """
    names = header(path, mapping)
    looking = _Looking(mapping, names)
    for record in rows(path, mapping):
        looking.count += 1
        if not isinstance(record, Listed):
            looking.look(record.line, record.cells)
        elif record.why == "undecodable":
            looking.undecodable.append(record.line)
    bad = looking.undecodable
    found = undecodable(path, mapping, names, len(bad), bad[0] if bad else 0)
    return attrs.evolve(looking.survey(), undecodable=found)


class _Looking:
    def __init__(self, mapping: LogMapping, names: tuple[str, ...]) -> None:
        self.names = names
        self.count = 0
        self.undecodable: list[int] = []
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
        held = {f"columns.{name}": column for name, column in mapping.instants.items()}
        held |= {f"stamps.{name}": InstantColumn(name, mapping.time) for name in mapping.stamps}
        self.instants = [
            (path, place, _Instants(column.format.parser(), column.column))
            for path, column in held.items()
            if (place := _place(names, column.column)) >= 0
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
        for _, place, instants in self.instants:
            text = cells[place]
            if text not in self.missing:
                instants.add(text, line)

    def survey(self) -> Survey:
        instants = FrozenDict({path: seen.seen() for path, _, seen in self.instants})
        ends = [seen.last for seen in instants.values() if seen.last is not None]
        texts = {slot: counts.seen(self.missing) for slot, _, counts in self.watched}
        count = len(self.cases - self.missing)
        return Survey(self.names, self.count, count, self.grouped, max(ends, default=None), FrozenDict(texts), instants)


class _Counts:
    """How often each text stands in a column, and where first."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.lines: dict[str, int] = {}

    def add(self, text: str, line: int) -> None:
        if text in self.counts:
            self.counts[text] += 1
        else:
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


class _Instants:
    """How the instants of a column read, with the last one."""

    def __init__(self, parse: Parse, column: str) -> None:
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
            at = self.parse(text)
        except ValueError as error:
            self.failed += 1
            if self.failed == 1 or isinstance(error, NoZone):
                failure = f"{text!r} on line {line} is not {error}"
                self.found = InstantsSeen(failure=failure, lacks_zone=isinstance(error, NoZone))
            return
        self.previous = text
        self.read += 1
        if self.last is None or at > self.last:
            self.last = at

    def seen(self) -> InstantsSeen:
        return attrs.evolve(self.found, read=self.read, failed=self.failed, last=self.last)


def _place(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else -1


def faults(mapping: LogMapping, seen: Survey, lifecycle: Lifecycle) -> tuple[Problem, ...]:
    """What the log, or the lifecycle, makes wrong with a mapping: every fault, by the path of its key."""
    words = Vocabulary(mapping, lifecycle)
    unread = (*_encoding(mapping, seen), *_delimiter(mapping, seen))
    if unread:  # whatever else is wrong follows from it
        return (*unread, *_own_words(mapping, words))
    return (*_columns(mapping, seen), *_instants(seen), *_texts(seen, words), *_own_words(mapping, words))


def _encoding(mapping: LogMapping, seen: Survey) -> Iterator[Problem]:
    """A log of which more than a third is not of the encoding is in another one."""
    found = seen.undecodable
    if found is not None and (found.in_header or found.rows * _PART > seen.rows):
        what = f"{found.rows:,} of {seen.rows:,} rows" + (" and the columns' names" if found.in_header else "")
        message = f"cannot read {what} as {called(mapping.encoding)}, first on line {found.line}; {found.advice}"
        yield Problem("encoding", message, "encoding")


def _delimiter(mapping: LogMapping, seen: Survey) -> Iterator[Problem]:
    """A header of a single name in which another delimiter stands is not separated by the mapping's."""
    if len(seen.header) != 1 or seen.header[0] in mapping.used_columns().values():
        return
    counts = {other: seen.header[0].count(other) for other in DELIMITERS if other != mapping.delimiter}
    best = max(counts, key=lambda other: counts[other])
    if counts[best]:
        message = f"the header looks separated by {best!r}, not by {mapping.delimiter!r}; set delimiter = {_toml(best)}"
        yield Problem("delimiter", message, "delimiter")


def _toml(text: str) -> str:
    return '"\\t"' if text == "\t" else f'"{text}"'


def _columns(mapping: LogMapping, seen: Survey) -> Iterator[Problem]:
    for path, column in mapping.used_columns().items():
        if column not in seen.header:
            yield Problem(path, f"the log has no column {column!r}; {nearest(column, seen.header)}", "missing_column")


def _instants(seen: Survey) -> Iterator[Problem]:
    for path, found in seen.instants.items():
        if found.lacks_zone:
            message = f"gives instants without an offset: {found.failure}; say zone in [time] or for the column"
            yield Problem(path, message, "no_zone")
        elif found.failed and not found.read:
            yield Problem(path, f"not one of {found.failed} texts can be read: {found.failure}", "format")


def _texts(seen: Survey, words: Vocabulary) -> Iterator[Problem]:
    """Every text of the log that means nothing to the desk, all of a column in one line."""
    activities = words.mapping.activities
    for slot, texts in seen.texts.items():
        if slot == "activity":
            strange = [text for text in texts if text not in activities and "*" not in activities]
            if strange:
                fix = 'give each an [activities."..."] table; ignore = true where it means nothing'
                yield Problem("activities", f"does not map {_listed(strange, texts)}; {fix}", "unmapped")
            continue
        mapped = words.mapping.values.get(slot, _NO_WORDS)  # a wrong word there is a fault of its own
        strange = [text for text in texts if text not in mapped and _is_strange(words, slot, text)]
        if strange:
            known = words.known.get(slot)
            fix = f"the desk knows {', '.join(known)}" if known else "wanted are whole numbers, 1 the gravest"
            message = f"does not map {_listed(strange, texts)}; map each in [values.{slot}]: {fix}"
            yield Problem(f"values.{slot}" if slot in words.mapping.values else f"columns.{slot}", message, "unmapped")


def _listed(strange: Iterable[str], texts: Mapping[str, Seen]) -> str:
    return ", ".join(
        f"{text!r} ({texts[text].rows} {'row' if texts[text].rows == 1 else 'rows'}, first on line {texts[text].line})"
        for text in strange
    )


def _is_strange(words: Vocabulary, slot: str, text: str) -> bool:
    try:
        words.value(slot, text.casefold() if slot == "transition" else text)
    except ValueError:
        return True
    return False


def _own_words(mapping: LogMapping, words: Vocabulary) -> Iterator[Problem]:
    """The mapping's own words for the desk's things: each must be one of the desk's."""
    said = [(f"values.{slot}.{text}", slot, word) for slot, row in mapping.values.items() for text, word in row.items()]
    for path, meaning in mapping.meanings().items():
        said += [(f"{path}.{slot}", slot, word) for slot, word in meaning.sets.items() if isinstance(word, str)]
    said += [("restates", "status", word) for word in sorted(mapping.restates)]
    said += [("opened_as", "status", word) for word in [mapping.opened_as] if word is not None]
    for path, slot, word in said:
        if not word:
            continue
        try:
            words.constant(slot, word)
        except ValueError as error:
            yield Problem(path, f"{word!r} is not {error}", "unknown")
