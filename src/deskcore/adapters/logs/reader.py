"""A log as rows, each either readable or listed with the reason why not, whatever the file is written in.

Streams: one row is held at a time. Nothing is dropped: what comes out is one ``Row`` or one ``Listed`` for every record
that the file holds. Not here: how CSV, JSON and XES are parsed.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Final

from deskcore.adapters.documents import unopened
from deskcore.adapters.logs.csv_input import csv_names, csv_rows
from deskcore.adapters.logs.encodings import Undecodable, reading
from deskcore.adapters.logs.json_input import SeenNames, json_rows
from deskcore.adapters.logs.mapping import Input, LogMapping, loosely
from deskcore.adapters.logs.opening import inner_name, opened
from deskcore.adapters.logs.records import UNDECODED, Listed, Row, Why, as_line, shown
from deskcore.adapters.logs.xes_input import xes_rows

__all__ = ["Listed", "Row", "SeenNames", "Why", "header", "input_of", "rows", "shown", "undecodable"]

_BY_NAME: Final[dict[str, Input]] = {
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".xes": "xes",
}
_SETS: Final = ("tags", "skills")


def input_of(path: Path, mapping: LogMapping) -> Input:
    """How the file is written: what the mapping says, else what its name says, else CSV."""
    if mapping.input is not None:
        return mapping.input
    return _BY_NAME.get(Path(inner_name(path)).suffix, "csv")


def header(path: Path, mapping: LogMapping) -> tuple[str, ...]:
    """The names of the columns of a row: the log's own, and then those that the mapping derives from them.

    Raises:
        UnusableFile: the file cannot be opened, is empty, or is not what its name says.
    """
    names = csv_names(path, mapping) if input_of(path, mapping) == "csv" else _named(mapping)
    return (*names, *mapping.derived)


def rows(path: Path, mapping: LogMapping, seen: SeenNames | None = None) -> Iterator[Row | Listed]:
    """Every record after the header, in the file's order, with what is derived from it.

    A blank line, a record with too many or too few cells, bytes that are not of the encoding or NUL characters, and a
    record that the mapping leaves out comes out as ``Listed``. ``seen`` is told the names in a file without a header.

    Raises:
        UnusableFile: the file cannot be opened, or ends before its compressed data does.
    """
    kind = input_of(path, mapping)
    if kind == "csv":
        found, names = csv_rows(path, mapping), csv_names(path, mapping)
    else:
        names = _named(mapping)
        read = json_rows if kind == "json" else xes_rows
        found = read(path, mapping, names, seen)
    for change in (_joined(mapping, names), _deriving(mapping, names), _choosing(mapping, (*names, *mapping.derived))):
        if change is not None:
            found = _changed(found, change)
    return found


def undecodable(path: Path, mapping: LogMapping, names: Iterable[str], listed: int, line: int) -> Undecodable | None:
    """What of the log is not of its encoding, as its header and the rows listed as such show; with a better guess.

    Reads the log once more when there is any. ``line`` is that of the first such row.

    Raises:
        UnusableFile: the file cannot be opened or read.
    """
    in_header = any(UNDECODED.search(name) for name in names)
    if not listed and not in_header:
        return None
    try:
        with opened(path) as raw:
            guess = reading(raw, mapping.encoding)
    except OSError as error:
        raise unopened("log", path, error) from None
    return Undecodable(listed, 1 if in_header else line, in_header, guess)


Change = Callable[[Row], Row | Listed]


def _named(mapping: LogMapping) -> tuple[str, ...]:
    """The columns that a file without a header is asked for."""
    return tuple(sorted({*mapping.used_columns().values()} - {*mapping.derived}))


def _changed(found: Iterator[Row | Listed], change: Change) -> Iterator[Row | Listed]:
    for record in found:
        yield record if isinstance(record, Listed) else change(record)


def _joined(mapping: LogMapping, names: Collection[str]) -> Change | None:
    """Where columns of tags share a name, all of them count."""
    repeated = {
        column: places
        for column in (mapping.columns.get(slot) for slot in _SETS)
        if column is not None and len(places := [place for place, name in enumerate(names) if name == column]) > 1
    }
    if not repeated or mapping.each in repeated:
        return None

    def joined(row: Row) -> Row:
        for places in repeated.values():
            texts = (row.cells[place].strip() for place in places)
            row.cells[places[0]] = mapping.separator.join(filter(None, texts))
        return row

    return joined


def _deriving(mapping: LogMapping, names: tuple[str, ...]) -> Change | None:
    if not mapping.derived:
        return None
    every = (*names, *mapping.derived)
    missing = frozenset({"", *mapping.missing})
    # A column that is not there is told as a fault of the mapping; until then it reads as empty.
    steps = [
        (derived, [every.index(column) if column in every else -1 for column in derived.columns])
        for derived in mapping.derived.values()
    ]

    def deriving(row: Row) -> Row:
        cells = row.cells
        for derived, places in steps:
            texts = [cells[place].strip() if 0 <= place < len(cells) else "" for place in places]
            cells.append(derived.of(["" if text in missing else text for text in texts]))
        return row

    return deriving


def _choosing(mapping: LogMapping, names: tuple[str, ...]) -> Change | None:
    def tests(chosen: Iterable[tuple[str, tuple[str, ...]]]) -> list[tuple[str, int, frozenset[str]]]:
        return [(name, names.index(name), frozenset(map(said, words))) for name, words in chosen if name in names]

    said = loosely if mapping.loose_words else str.strip
    missing = frozenset({"", *mapping.missing})
    wanted, unwanted = tests(mapping.only.items()), tests(mapping.leave_out.items())
    if not wanted and not unwanted:
        return None

    def holds(row: Row, place: int, words: frozenset[str]) -> bool:
        text = row.cells[place].strip()
        if text in missing:
            return "" in words
        return "*" in words or said(text) in words

    def choosing(row: Row) -> Row | Listed:
        refusing = [name for name, place, words in wanted if not holds(row, place, words)]
        refusing += [name for name, place, words in unwanted if holds(row, place, words)]
        return _left_out(row, refusing[0], names, mapping) if refusing else row

    return choosing


def _left_out(row: Row, by: str, names: tuple[str, ...], mapping: LogMapping) -> Listed:
    text = row.cells[names.index(by)].strip()
    reason = f"the mapping leaves out {by} {shown(text)!r}" if text else f"the mapping leaves out empty {by}"
    own = row.cells[: len(row.cells) - len(mapping.derived)]
    return Listed(row.line, "", "left_out", reason, as_line(own, mapping), row.part)
