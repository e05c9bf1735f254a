"""TOML and JSON files as plain data that remembers where everything stood.

Layer: adapters. Imports errors only.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, TypeAlias, final

import attrs

from deskcore._value import FrozenDict
from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.positions import KeyPath, path_of, positions
from deskcore.errors import Problem

Plain: TypeAlias = object
"""What TOML and JSON can say: text, numbers, flags, dates, lists and tables of them."""

MOST_BYTES: Final = 16 * 1024 * 1024
"""A configuration file larger than this is refused unread: it is something else."""

_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$| \(at end of document\)$")


@final
@attrs.frozen
class Document:
    """One configuration file: its path, its data, and the line of every key.

    Equality is that of path and data.
    """

    path: str
    data: Mapping[str, Plain]
    text: str = attrs.field(default="", eq=False, repr=False)
    _lines: dict[KeyPath, int] = attrs.field(init=False, factory=dict, eq=False, repr=False)

    def where(self, path: KeyPath) -> str:
        """``file:line`` of a key, or of the nearest key around it."""
        depth = self.depth(path)
        return f"{self.path}:{self._positions[path[:depth]]}" if depth else self.path

    def depth(self, path: KeyPath) -> int:
        """How many steps of a key's path stand in this file."""
        return next((length for length in range(len(path), 0, -1) if path[:length] in self._positions), 0)

    @property
    def _positions(self) -> Mapping[KeyPath, int]:
        if not self._lines and self.text:
            self._lines.update(positions(self.text))
        return self._lines

    def located(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The same problems, each path preceded by the file and line it speaks of."""
        return tuple(
            problem._replace(path=f"{self.where(path_of(problem.path))} {problem.path}".rstrip())
            for problem in problems
        )


def load_document(path: Path, noun: str) -> Document:
    """Read a TOML file (or JSON, by its name).

    Args:
        path: the file; ``.json`` is read as JSON, everything else as TOML.
        noun: what the file is to the user, for the error message.

    Raises:
        UnusableFile: it cannot be opened, is larger than ``MOST_BYTES``, is not UTF-8, or holds neither TOML nor JSON;
            with the line.

    >>> load_document(Path("no", "such", "desk.toml"), "desk file")
    Traceback (most recent call last):
    deskcore.adapters.faults.UnusableFile: cannot use desk file no/such/desk.toml: there is no such file; there is no folder no/such either
    """  # noqa: E501 - the message is shown whole
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise UnusableFile(noun, str(path), None, f"holds {size:,} bytes", f"at most {MOST_BYTES:,} are read")
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnusableFile(noun, str(path), None, f"byte {error.start} is not UTF-8", "save it as UTF-8") from None
    except OSError as error:
        raise unopened(noun, path, error) from None
    try:
        data = _json(text, path, noun) if path.suffix == ".json" else _toml(text, path, noun)
    except RecursionError:
        raise UnusableFile(noun, str(path), None, "is nested too deeply", "flatten it") from None
    return Document(str(path), FrozenDict(data), text)


def unopened(noun: str, path: Path, error: OSError) -> UnusableFile:
    """The error for a file that the system would not open."""
    if isinstance(error, FileNotFoundError):
        return UnusableFile(noun, str(path), None, "there is no such file", _instead(path))
    if isinstance(error, IsADirectoryError):
        return UnusableFile(noun, str(path), None, "that is a folder", f"name a file in it{_listing(path)}")
    return UnusableFile(noun, str(path), None, (error.strerror or str(error)).lower(), "name a file you may read")


def _instead(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"there is no folder {folder} either"
    return f"check the name{_listing(folder, path.suffix)}"


def _listing(folder: Path, suffix: str = "") -> str:
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file() and entry.suffix == suffix)[:6]
    return f"; the folder holds {', '.join(names)}" if names else ""


def _toml(text: str, path: Path, noun: str) -> dict[str, Plain]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        place = _AT_LINE.search(said)
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        held = f"no TOML: {_AT_LINE.sub('', said)[:1].lower()}{_AT_LINE.sub('', said)[1:]}"
        raise UnusableFile(noun, str(path), line, held, "mend that line") from None
    except ValueError as error:
        raise UnusableFile(noun, str(path), None, f"no TOML: {error}", "shorten that number") from None


def _json(text: str, path: Path, noun: str) -> dict[str, Plain]:
    try:
        data: Plain = json.loads(text)
    except json.JSONDecodeError as error:
        said = f"no JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        raise UnusableFile(noun, str(path), error.lineno, said, "mend that line") from None
    except ValueError as error:
        raise UnusableFile(noun, str(path), None, f"no JSON: {error}", "shorten that number") from None
    if not isinstance(data, dict):
        raise UnusableFile(noun, str(path), 1, f"holds a {type(data).__name__}", "an object at the top is needed")
    return {str(key): value for key, value in data.items()}
