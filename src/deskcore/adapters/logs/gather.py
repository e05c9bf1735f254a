"""An interleaved log grouped by case: in memory while it is small, through a temporary database file once it is not.

Either way the cases come in the order in which they first appear, each with its rows in the order of the log. Not here:
what a row means.

Layer: adapters.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final, TypeAlias, final

from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.logs.records import Row

Group: TypeAlias = tuple[str, list[Row]]

IN_MEMORY: Final = 100_000
"""So many rows are kept in memory before all of them go to the disk."""

_BATCH: Final = 5000
_TABLES: Final = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -32000;
    CREATE TABLE cases (first INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE rows (place INTEGER PRIMARY KEY, name TEXT NOT NULL, line INTEGER NOT NULL, part INTEGER NOT NULL,
        cells TEXT NOT NULL);
"""
_INDEXES: Final = """
    CREATE INDEX by_case ON rows (name);
"""
_IN_ORDER: Final = """
    SELECT cases.name, rows.line, rows.part, rows.cells FROM cases
    CROSS JOIN rows INDEXED BY by_case ON rows.name = cases.name ORDER BY cases.first, rows.place
"""


@final
class Gathering:
    """Takes rows as they come, and gives them back by case. Used once, in a ``with`` block.

    >>> with Gathering(in_memory=1) as gathering:
    ...     for line, case in enumerate(("T-1", "T-2", "T-1"), start=2):
    ...         gathering.add(case, Row(line, [case]))
    ...     [(case, [row.line for row in rows]) for case, rows in gathering.groups()]
    [('T-1', [2, 4]), ('T-2', [3])]
    """

    def __init__(self, *, in_memory: int = IN_MEMORY) -> None:
        self._most = in_memory
        self._kept: dict[str, list[Row]] = {}
        self._count = 0
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._raw: sqlite3.Connection | None = None

    def __enter__(self) -> Gathering:
        return self

    def __exit__(self, *_: object) -> None:
        if self._raw is not None:
            self._raw.close()
        if self._folder is not None:
            self._folder.cleanup()

    def add(self, case: str, row: Row) -> None:
        """Take one row.

        Raises:
            UnusableFile: there is no room for the temporary file.
        """
        self._kept.setdefault(case, []).append(row)
        self._count += 1
        if self._count >= (self._most if self._raw is None else _BATCH):
            self._spill()

    def groups(self) -> Iterator[Group]:
        """Every case with its rows. Of what went to the disk one case at a time is in memory.

        Raises:
            UnusableFile: the temporary file cannot be read any more.
        """
        if self._raw is None:
            yield from self._kept.items()
            return
        self._spill()
        try:
            self._raw.executescript(_INDEXES)  # commits first
            with closing(self._raw.execute(_IN_ORDER)) as found:
                for case, rows in groupby(found, key=itemgetter(0)):
                    yield case, [Row(line, json.loads(cells), part) for _, line, part, cells in rows]
        except sqlite3.Error as error:
            raise _unusable(error) from error

    def _spill(self) -> None:
        """Move what is kept to the disk."""
        try:
            if self._raw is None:
                self._folder = tempfile.TemporaryDirectory(prefix="deskcore-")
                self._raw = sqlite3.connect(Path(self._folder.name) / "rows.db", isolation_level=None)
                self._raw.executescript(_TABLES)
                self._raw.execute("BEGIN")
            self._raw.executemany("INSERT OR IGNORE INTO cases (name) VALUES (?)", ((case,) for case in self._kept))
            every = ((case, *_stored(row)) for case, rows in self._kept.items() for row in rows)
            self._raw.executemany("INSERT INTO rows (name, line, part, cells) VALUES (?, ?, ?, ?)", every)
        except (sqlite3.Error, OSError) as error:
            raise _unusable(error) from error
        self._kept, self._count = {}, 0


def _stored(row: Row) -> tuple[int, int, str]:
    return row.line, row.part, json.dumps(row.cells)


def _unusable(error: Exception) -> UnusableFile:
    where, said = tempfile.gettempdir(), str(error)
    return UnusableFile("temporary file", where, None, f"cannot group the log by case there: {said}", "make room there")
