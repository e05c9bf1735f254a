"""A log and its mapping, made sure of each other: the histories of its cases, one at a time.

Layer: adapters.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias, final

import attrs

from deskcore.adapters.documents import Document, load_document
from deskcore.adapters.faults import UnusableFile, nearest
from deskcore.adapters.logs.cells import Cells
from deskcore.adapters.logs.encodings import called
from deskcore.adapters.logs.fit import faults
from deskcore.adapters.logs.gather import Gathering
from deskcore.adapters.logs.history import History, history
from deskcore.adapters.logs.mapping import LogMapping
from deskcore.adapters.logs.reader import rows
from deskcore.adapters.logs.records import Listed, Row
from deskcore.adapters.logs.survey import Survey, survey
from deskcore.adapters.logs.toml import drafted
from deskcore.errors import InvalidConfiguration
from deskcore.tickets.lifecycle import Lifecycle

_OF_A_MAPPING: Final = frozenset({"rows", "columns"})
_OF_A_DESK: Final = frozenset({"preset", "calendars", "lifecycles", "policies", "book", "staff", "routing", "matrix"})

Told: TypeAlias = History | Listed
"""What reading a log gives: the history of a case, or a row that belongs to none."""


@final
@attrs.frozen
class TicketLog:
    """A log on disk that fits its mapping and its lifecycle. Made by ``open_log``, which has an example.

    Reading it again gives the same again, as long as the file stays as it is.
    """

    path: Path
    mapping: LogMapping
    lifecycle: Lifecycle
    survey: Survey

    @property
    def end(self) -> datetime | None:
        """The last instant in the log, in UTC; ``None`` when it holds none."""
        return self.survey.end

    def remarks(self) -> tuple[str, ...]:
        """What is questionable about the log as a whole though it can be read: a line each, most often none."""
        return tuple(f"{self.path}: {remark}" for remark in (*self._undecodable(), *self._repeated()))

    def _undecodable(self) -> Iterator[str]:
        found = self.survey.undecodable
        if found is not None:
            count = f"{found.rows:,} of {self.survey.rows:,} rows"
            told = f"{count} are not {called(self.mapping.encoding)}, first on line {found.line}"
            yield f"{told}, and are listed; {found.advice} in the mapping to read them"

    def _repeated(self) -> Iterator[str]:
        """Names that several columns have, of which only the first counts."""
        all_count = {self.mapping.each, *(self.mapping.columns.get(slot) for slot in ("tags", "skills"))}
        for name in sorted({*self.mapping.used_columns().values()} - all_count):
            count = self.survey.header.count(name)
            if count > 1:
                yield f"{count} columns are called {name!r}; the first counts"

    def histories(self) -> Iterator[Told]:
        """Every case's history, in the order of first appearance, and between them the rows that belong to no case.

        One case is in memory at a time. A log that is not grouped by case is grouped first, a large one through a
        temporary file. The rows of all that comes out add up to the rows of the log.

        Raises:
            UnusableFile: the file has gone or changed.
        """
        cells = self._cells()
        for found in self._cases(cells):
            yield found if isinstance(found, Listed) else history(*found, cells, self.lifecycle)

    def history_of(self, case: str) -> History:
        """The history of one case. Reads the log up to its end at worst.

        Raises:
            UnusableFile: the log has no such case, or no row of it can be read; or the file has gone or changed.
        """
        cells = self._cells()
        others: list[str] = []
        for found in self._cases(cells):
            if isinstance(found, Listed):
                continue
            if found[0] == case:
                told = history(*found, cells, self.lifecycle)
                if told.events:
                    return told
                first = told.listed[0]
                held = f"no row of ticket {case!r} can be read: {first.reason}"
                raise UnusableFile("log", str(self.path), first.line, held, "mend the row")
            others.append(found[0])
        raise UnusableFile("log", str(self.path), None, f"holds no ticket {case!r}", nearest(case, others))

    def _cells(self) -> Cells:
        return Cells(self.mapping, self._used(), self.lifecycle)

    def _used(self) -> list[str]:
        return sorted({*self.mapping.used_columns().values()})

    def _cases(self, cells: Cells) -> Iterator[tuple[str, list[Row]] | Listed]:
        places = [self.survey.header.index(column) for column in self._used()]
        told = _streamed if self.survey.grouped else _gathered
        return told(_projected(rows(self.path, self.mapping), places), cells)


def open_log(log: Path, mapping: Path, lifecycle: Lifecycle) -> TicketLog:
    r"""Read a mapping, look through a log once, and make sure that they fit each other and the lifecycle.

    Args:
        log: a CSV, JSON or XES file, plain, gzip or zip.
        mapping: the mapping, in TOML or JSON.
        lifecycle: the desk's, whose statuses and priorities the mapping must speak of.

    Raises:
        UnusableFile: a file cannot be opened or read.
        InvalidConfiguration: naming everything that is wrong with the mapping, each with file and line: unknown keys
            and zones, columns that the log lacks, statuses and other words that are not mapped.

    >>> import tempfile
    >>> from deskcore.presets import simple_lifecycle
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     log, mapping = Path(folder) / "log.csv", Path(folder) / "mapping.toml"
    ...     _ = log.write_text("id,at,state\nT-1,2026-05-22T16:00Z,New\nT-1,2026-05-22T17:00Z,Open\n")
    ...     _ = mapping.write_text('rows = "snapshots"\ncolumns = { case = "id", at = "at", status = "state" }')
    ...     [event.type for event in open_log(log, mapping, simple_lifecycle()).history_of("T-1").events]
    ['opened', 'started']
    """
    document = _document(mapping)
    read, problems = drafted(document.data)
    if read is None:
        raise InvalidConfiguration(f"mapping {mapping}", document.located(problems))
    seen = survey(log, read)
    told = {(problem.path, problem.code) for problem in problems}
    found = (problem for problem in faults(read, seen, lifecycle) if (problem.path, problem.code) not in told)
    problems = (*problems, *found)
    if problems:
        raise InvalidConfiguration(f"mapping {mapping}", document.located(problems))
    return TicketLog(log, read, lifecycle, seen)


def read_mapping(path: Path) -> LogMapping:
    r"""The mapping in a TOML or JSON file, without a log to hold it against.

    Raises:
        UnusableFile: the file cannot be opened or read.
        InvalidConfiguration: naming every fault with file and line.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "mapping.toml"
    ...     _ = path.write_text('rows = "snapshots"\ncolumns = { case = "id", at = "at" }')
    ...     read_mapping(path).columns["case"]
    'id'
    """
    document = _document(path)
    read, problems = drafted(document.data)
    if read is None or problems:
        raise InvalidConfiguration(f"mapping {path}", document.located(problems))
    return read


def _document(path: Path) -> Document:
    document = load_document(path, "mapping")
    if not _OF_A_MAPPING & document.data.keys() and _OF_A_DESK & document.data.keys():
        held = "this looks like a desk file, not a mapping"
        raise UnusableFile("mapping", str(path), None, held, "give it as --desk, and the meaning of the columns here")
    return document


def _projected(records: Iterator[Row | Listed], places: list[int]) -> Iterator[Row | Listed]:
    """Rows with the used columns only, equal texts shared: what an interleaved log costs in memory."""
    for record in records:
        if isinstance(record, Listed):
            yield record
        else:
            cells = record.cells
            yield Row(record.line, [sys.intern(cells[place]) for place in places], record.part)


def _streamed(records: Iterator[Row | Listed], cells: Cells) -> Iterator[tuple[str, list[Row]] | Listed]:
    held: list[Row] = []
    current = ""
    for record in records:
        case = "" if isinstance(record, Listed) else cells.case(record)
        if isinstance(record, Listed):
            yield record
        elif not case:
            yield _no_case(record, cells)
        elif case == current:
            held.append(record)
        else:
            if held:
                yield current, held
            current, held = case, [record]
    if held:
        yield current, held


def _gathered(records: Iterator[Row | Listed], cells: Cells) -> Iterator[tuple[str, list[Row]] | Listed]:
    with Gathering() as gathering:
        for record in records:
            if isinstance(record, Listed):
                yield record
            elif case := cells.case(record):
                gathering.add(case, record)
            else:
                yield _no_case(record, cells)
        yield from gathering.groups()


def _no_case(row: Row, cells: Cells) -> Listed:
    return Listed(row.line, "", "no_case", "names no case", cells.shown(row), row.part)
