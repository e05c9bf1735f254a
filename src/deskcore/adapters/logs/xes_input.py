"""An XES event log as rows: one for every event, with the attributes of its trace under ``case:``.

The names are those that the usual converters of XES to CSV write, so that one mapping reads both. Nothing of the
document but traces, events and their own attributes is read. A document type is refused, and with it every entity.

Layer: adapters.
"""

from __future__ import annotations

import xml.parsers.expat as expat  # noqa: PLR0402 - declarations are refused before they can expand
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.logs.json_input import SeenNames, record_rows
from deskcore.adapters.logs.mapping import LogMapping
from deskcore.adapters.logs.opening import DAMAGED, damaged, opened
from deskcore.adapters.logs.records import MOST_CHARACTERS, Listed, Row

_CHUNK: Final = 65_536
_VALUES: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})


def xes_rows(
    path: Path, mapping: LogMapping, columns: Sequence[str], seen: SeenNames | None = None
) -> Iterator[Row | Listed]:
    """A row for every event of the log.

    Raises:
        UnusableFile: the file cannot be opened, is no XML, or declares a document type.
    """
    with opened(path) as raw:
        reading = _Reading(path)
        while True:
            try:
                chunk = raw.read(_CHUNK)
            except DAMAGED as error:
                raise damaged(path, reading.line, error) from None
            for place, (line, record) in enumerate(reading.fed(chunk), start=reading.taken):
                yield from record_rows(line, place, record, mapping, columns, seen)
            if not chunk:
                return


class _Reading:
    """What is known of the document as it is read: the trace and the event that are open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._open: list[str] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._line = 1
        self._fed = 0
        self._done: list[tuple[int, Mapping[str, object]]] = []
        self.taken = 0

    @property
    def line(self) -> int:
        """The line that has been read up to."""
        return self._parser.CurrentLineNumber

    def fed(self, chunk: bytes) -> list[tuple[int, Mapping[str, object]]]:
        """The events that a piece of the file completes."""
        self.taken += len(self._done)
        self._done = []
        self._fed += len(chunk)
        try:
            self._parser.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            held = f"no XES: {expat.ErrorString(error.code)}"
            raise UnusableFile("log", str(self._path), error.lineno, held, "export it anew") from None
        except UnusableFile:
            raise
        except (LookupError, ValueError) as error:  # an encoding that Python or the parser does not know
            raise UnusableFile("log", str(self._path), 1, f"no XES: {error}", "save it as UTF-8") from None
        if self._fed - self._parser.CurrentByteIndex > MOST_CHARACTERS:
            held = f"holds a text of more than {MOST_CHARACTERS:,} bytes"
            raise UnusableFile("log", str(self._path), self.line, held, "is it an event log?")
        return self._done

    def _refuse(self, *_: object) -> None:
        held = "declares a document type, which an event log does not need"
        raise UnusableFile("log", str(self._path), self.line, held, "take the DOCTYPE out")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        around = self._open[-1] if self._open else ""
        self._open.append(name)
        if name == "trace":
            self._trace = {}
        elif name == "event":
            self._event, self._line = {}, self.line
        elif name in _VALUES and around in {"trace", "event"}:
            target = self._trace if around == "trace" else self._event
            prefix = "case:" if around == "trace" else ""
            target[f"{prefix}{attributes.get('key', '')}"] = attributes.get("value", "")

    def _end(self, name: str) -> None:
        if name.rpartition(":")[2] == "event":
            self._done.append((self._line, {**self._trace, **self._event}))
        self._open.pop()
