"""The records of a log: readable rows, and those that are listed with the reason why not.

Layer: adapters.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Final, Literal, NamedTuple, TypeAlias

from deskcore.adapters.logs.encodings import called
from deskcore.adapters.logs.mapping import LogMapping

Why: TypeAlias = Literal[
    "blank",
    "ragged",
    "undecodable",
    "nul",
    "unparsable",
    "left_out",
    "no_case",
    "bad_instant",
    "no_instant",
    "bad_number",
    "not_understood",
    "duplicate",
    "stepped_back",
]
"""Why a row is listed. ``stepped_back`` rows were applied, at their predecessor's instant; the others were not."""

MOST_CHARACTERS: Final = 16 * 1024 * 1024
"""A line, or one record of a JSON file, longer than this is no record of a ticket log."""

UNDECODED: Final = re.compile("[\ud800-\udfff]")
"""What "surrogateescape" makes of a byte that is not of the encoding, and JSON of half a character."""

_STRAY_BYTE: Final = re.compile("[\udc80-\udcff]")
_SHOWN: Final = 200


class Row(NamedTuple):
    """One record of the log: the line it begins on (from 1) and its cells.

    ``part`` tells the rows of one line apart, where a line holds several.
    """

    line: int
    cells: list[str]
    part: int = 0


class Listed(NamedTuple):
    """One record that could not be taken as it stands: where, of which case if known, why, and what it held.

    ``part`` tells the records of one line apart.

    >>> Listed(7, "T-1", "bad_instant", "updated 'sometime' is not ISO 8601").is_applied
    False
    """

    line: int
    case: str
    why: Why
    reason: str
    held: str = ""
    part: int = 0

    @property
    def is_applied(self) -> bool:
        """Whether the row took effect all the same."""
        return self.why == "stepped_back"


def legible(row: Row, mapping: LogMapping) -> Row | Listed:
    """The row, or why its characters cannot be taken."""
    joined = "".join(row.cells)
    if joined.isascii() and "\0" not in joined:
        return row
    why: Why = "unparsable"
    if "\0" in joined:
        why, reason = "nul", "holds NUL characters"
    elif _STRAY_BYTE.search(joined):
        why, reason = "undecodable", f"holds bytes that are not {called(mapping.encoding)}"
    elif UNDECODED.search(joined):
        reason = "holds half of a character"  # JSON can say what no encoding can
    else:
        return row
    return Listed(row.line, "", why, reason, as_line(row.cells, mapping), row.part)


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


def counted(count: int, noun: str) -> str:
    """A number of things.

    >>> counted(2, "cell")
    '2 cells'
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def span(first: int, last: int) -> str:
    """The warning for a record that runs over lines; empty where it does not."""
    return f"; it runs to line {last}: is a quote not closed?" if last > first else ""
