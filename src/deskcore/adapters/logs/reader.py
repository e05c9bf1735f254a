"""A CSV file (plain or gzip) as rows, each either readable or listed with the reason why not.

Streams: one row is held at a time. Nothing is dropped: what comes out is one ``Row`` or one ``Listed`` for every record
that the file holds, blank lines included.

Layer: adapters.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, Literal, NamedTuple, Self, TypeAlias, cast

from deskcore.adapters.documents import unopened
from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.logs.encodings import Undecodable, called, reading
from deskcore.adapters.logs.mapping import LogMapping

Why: TypeAlias = Literal[
    "blank",
    "ragged",
    "undecodable",
    "nul",
    "unparsable",
    "no_case",
    "bad_instant",
    "no_instant",
    "bad_number",
    "not_understood",
    "duplicate",
    "stepped_back",
]
"""Why a row is listed. ``stepped_back`` rows were applied, at their predecessor's instant; the others were not."""

_GZIP_MAGIC: Final = b"\x1f\x8b"
_SHOWN: Final = 200
# What the error handler "surrogateescape" makes of a byte that is not of the encoding.
_UNDECODED: Final = re.compile("[\udc80-\udcff]")


class Row(NamedTuple):
    """One record of the log: the line it begins on (from 1, the header's line) and its cells."""

    line: int
    cells: list[str]


class Listed(NamedTuple):
    """One record that could not be taken as it stands: where, of which case if known, why, and what it held.

    >>> Listed(7, "T-1", "bad_instant", "updated 'sometime' is not ISO 8601").is_applied
    False
    """

    line: int
    case: str
    why: Why
    reason: str
    held: str = ""

    @property
    def is_applied(self) -> bool:
        """Whether the row took effect all the same."""
        return self.why == "stepped_back"


def header(path: Path, mapping: LogMapping) -> tuple[str, ...]:
    """The names of the log's columns.

    Raises:
        UnusableFile: the file cannot be opened, is empty, or is not what its name says.
    """
    with _records(path, mapping) as records:
        return _header(path, records)


def rows(path: Path, mapping: LogMapping) -> Iterator[Row | Listed]:
    """Every record after the header, in the file's order.

    A blank line, and a record with too many or too few cells, bytes that are not of the encoding or NUL characters
    comes out as ``Listed``.

    Raises:
        UnusableFile: the file cannot be opened, or ends before its compressed data does.
    """
    with _records(path, mapping) as records:
        width = len(_header(path, records))
        for record in records:
            yield record if isinstance(record, Listed) else _checked(record, width, mapping)


def undecodable(path: Path, mapping: LogMapping, names: Iterable[str], listed: int, line: int) -> Undecodable | None:
    """What of the log is not of its encoding, as its header and the rows listed as such show; with a better guess.

    Reads the log once more when there is any. ``line`` is that of the first such row.

    Raises:
        UnusableFile: the file cannot be opened or read.
    """
    in_header = any(_UNDECODED.search(name) for name in names)
    if not listed and not in_header:
        return None
    try:
        with _opened(path) as raw:
            guess = reading(raw, mapping.encoding)
    except OSError as error:
        raise unopened("log", path, error) from None
    return Undecodable(listed, 1 if in_header else line, in_header, guess)


def _header(path: Path, records: Iterator[Row | Listed]) -> tuple[str, ...]:
    first = next(records, None)
    if not isinstance(first, Row) or not any(cell.strip() for cell in first.cells):
        held = "is empty" if first is None else "its first line names no columns"
        raise UnusableFile(
            "log", str(path), None if first is None else 1, held, "a line with the columns' names is needed"
        )
    return tuple(name.strip() for name in first.cells)


def _checked(row: Row, width: int, mapping: LogMapping) -> Row | Listed:
    line, cells = row
    if not cells:
        return Listed(line, "", "blank", "a blank line")
    if len(cells) != width:
        reason = f"{_counted(len(cells), 'cell')} where the header has {width}"
        more = sum(cell.count("\n") for cell in cells)
        return Listed(line, "", "ragged", f"{reason}{_span(line, line + more)}", as_line(cells, mapping))
    joined = "".join(cells)
    if joined.isascii() and "\0" not in joined:
        return row
    if "\0" in joined:
        return Listed(line, "", "nul", "holds NUL characters", as_line(cells, mapping))
    if _UNDECODED.search(joined):
        return Listed(
            line, "", "undecodable", f"holds bytes that are not {called(mapping.encoding)}", as_line(cells, mapping)
        )
    return row


@contextmanager
def _records(path: Path, mapping: LogMapping) -> Iterator[Iterator[Row | Listed]]:
    try:
        with _opened(path) as raw:
            text = io.TextIOWrapper(cast("BinaryIO", raw), mapping.encoding, errors="surrogateescape", newline="")
            yield _parsed(text, path, mapping)
    except OSError as error:
        raise unopened("log", path, error) from None


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedIOBase]:
    with path.open("rb") as file:
        zipped = file.peek(2)[:2] == _GZIP_MAGIC
        if path.suffix == ".gz" and not zipped:
            raise UnusableFile("log", str(path), None, "no gzip file, whatever its name says", "rename it, or zip it")
        if not zipped:
            yield file
            return
        with gzip.GzipFile(fileobj=file) as unzipped:
            yield unzipped


def _parsed(text: Iterable[str], path: Path, mapping: LogMapping) -> Iterator[Row | Listed]:
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=mapping.delimiter)
    last = 0
    while True:
        try:
            record: Row | Listed = Row(last + 1, next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            # The module gives up a cell at its own limit and goes on with the next line: so do we.
            record = Listed(last + 1, "", "unparsable", f"{error}{_span(last + 1, reader.line_num)}")
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise UnusableFile("log", str(path), last + 1, f"damaged gzip data: {error}", "fetch it anew") from None
        except UnicodeError as error:
            held = f"is not {mapping.encoding}: {error}"
            raise UnusableFile("log", str(path), last + 1, held, "name the encoding in the mapping") from None
        if lines.ended and isinstance(record, Row):  # the module asks for more lines only inside quotes
            reason = f"the file ends inside a quoted cell{_span(record.line, reader.line_num)}"
            record = Listed(record.line, "", "unparsable", reason, as_line(record.cells, mapping))
        yield record
        last = reader.line_num


class _Lines:
    """The lines of a file, and whether somebody asked for one more than there are."""

    def __init__(self, text: Iterable[str]) -> None:
        self._lines = iter(text)
        self.ended = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        try:
            return next(self._lines)
        except StopIteration:
            self.ended = True
            raise


def _span(first: int, last: int) -> str:
    return f"; it runs to line {last}: is a quote not closed?" if last > first else ""


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def as_line(cells: list[str], mapping: LogMapping) -> str:
    """A record as the line that the log has, in short and printable whatever it holds."""
    line = io.StringIO()
    csv.writer(line, delimiter=mapping.delimiter, lineterminator="").writerow(cells)
    return shown(line.getvalue())


def shown(text: str) -> str:
    """A text in short, printable whatever it holds."""
    text = text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode("utf-8")
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
