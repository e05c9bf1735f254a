"""A CSV file as rows: one for every record that it holds, blank lines included.

Layer: adapters.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.logs.mapping import LogMapping
from deskcore.adapters.logs.opening import DAMAGED, damaged, next_line, text_of
from deskcore.adapters.logs.records import Listed, Row, as_line, counted, legible, span

_EXCEL_SEPARATOR: Final = re.compile(r"\ufeff?\"?sep=.\"?[\r\n]*")


def csv_names(path: Path, mapping: LogMapping) -> tuple[str, ...]:
    """The names of the columns: those of the mapping, else of the file's first line.

    Raises:
        UnusableFile: the file cannot be opened, is empty, or is not what its name says.
    """
    with _records(path, mapping) as records:
        return _header(path, records, mapping)


def csv_rows(path: Path, mapping: LogMapping) -> Iterator[Row | Listed]:
    """Every record after the header, in the file's order.

    Raises:
        UnusableFile: the file cannot be opened, or ends before its compressed data does.
    """
    with _records(path, mapping) as records:
        names = _header(path, records, mapping)
        unfolded = [place for place, name in enumerate(names) if name == mapping.each] if mapping.each else []
        for record in records:
            found = record if isinstance(record, Listed) else _checked(record, len(names), mapping)
            if unfolded and not isinstance(found, Listed):
                yield from _unfolded(found, unfolded)
            else:
                yield found


def _header(path: Path, records: Iterator[Row | Listed], mapping: LogMapping) -> tuple[str, ...]:
    if mapping.header:
        return mapping.header
    first = next(records, None)
    if not isinstance(first, Row) or not any(cell.strip() for cell in first.cells):
        held = "is empty" if first is None else "its first line names no columns"
        line = None if first is None else 1 + mapping.skip_lines
        raise UnusableFile("log", str(path), line, held, "a line with the columns' names is needed")
    return tuple(name.strip() for name in first.cells)


def _checked(row: Row, width: int, mapping: LogMapping) -> Row | Listed:
    line, cells, _ = row
    if not cells:
        return Listed(line, "", "blank", "a blank line")
    if len(cells) != width:
        if mapping.ragged == "fill" and not any(cells[width:]):
            return legible(Row(line, [*cells[:width], *[""] * (width - len(cells))]), mapping)
        reason = f"{counted(len(cells), 'cell')} where the header has {width}"
        more = sum(cell.count("\n") for cell in cells)
        return Listed(line, "", "ragged", f"{reason}{span(line, line + more)}", as_line(cells, mapping))
    return legible(row, mapping)


def _unfolded(row: Row, places: list[int]) -> Iterator[Row]:
    """A row for each of the columns of one name that holds something; one row where none does."""
    held = [row.cells[place] for place in places if row.cells[place].strip()]
    for part, text in enumerate(held or [""]):
        cells = list(row.cells)
        for place in places:
            cells[place] = text
        yield Row(row.line, cells, part)


@contextmanager
def _records(path: Path, mapping: LogMapping) -> Iterator[Iterator[Row | Listed]]:
    with text_of(path, mapping.encoding) as text:
        yield _parsed(_Lines(text, path), path, mapping)


def _parsed(lines: _Lines, path: Path, mapping: LogMapping) -> Iterator[Row | Listed]:
    reader = csv.reader(
        lines,
        delimiter=mapping.delimiter,
        quotechar=mapping.quote or None,
        quoting=csv.QUOTE_MINIMAL if mapping.quote else csv.QUOTE_NONE,
        escapechar=mapping.escape or None,
    )
    last = 0
    try:
        lines.skip(mapping.skip_lines)
        last = lines.skipped
        while True:
            try:
                record: Row | Listed = Row(last + 1, next(reader))
            except StopIteration:
                return
            except csv.Error as error:
                # The module gives up a cell at its own limit and goes on with the next line: so do we.
                reason = f"{error}{span(last + 1, lines.skipped + reader.line_num)}"
                record = Listed(last + 1, "", "unparsable", reason)
            if lines.ended and isinstance(record, Row):  # the module asks for more lines only inside quotes
                reason = f"the file ends inside a quoted cell{span(record.line, lines.skipped + reader.line_num)}"
                record = Listed(record.line, "", "unparsable", reason, as_line(record.cells, mapping))
            yield record
            last = lines.skipped + reader.line_num
    except DAMAGED as error:
        raise damaged(path, last + 1, error) from None
    except UnicodeError as error:
        held = f"is not {mapping.encoding}: {error}"
        raise UnusableFile("log", str(path), last + 1, held, "name the encoding in the mapping") from None


class _Lines:
    """The lines of a file, and whether somebody asked for one more than there are."""

    def __init__(self, text: io.TextIOWrapper, path: Path) -> None:
        self._text = text
        self._path = path
        self._first = True
        self.skipped = 0
        self.ended = False

    def skip(self, count: int) -> None:
        """Pass over lines before the header."""
        for _ in range(count):
            if not next_line(self._text, self._path):
                return
            self.skipped += 1

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = next_line(self._text, self._path)
        if self._first:
            self._first = False
            if _EXCEL_SEPARATOR.fullmatch(line):  # what Excel reads the delimiter from, and no column's name
                self.skipped += 1
                line = next_line(self._text, self._path)
        if not line:
            self.ended = True
            raise StopIteration
        return line
