"""A JSON file as rows: an object on each line, documents one after the other, or an array of objects.

Streams: one object is held at a time. Objects within objects are reached by dotted names, and a list in an object can
be unfolded into a row for each of its elements.

Layer: adapters.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias, final

from deskcore.adapters.documents import Plain
from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.logs.mapping import LogMapping
from deskcore.adapters.logs.opening import DAMAGED, damaged, next_line, text_of
from deskcore.adapters.logs.records import MOST_CHARACTERS, Listed, Row, legible, shown

Scope: TypeAlias = tuple[str, Plain]
"""Something that columns are looked up in, and the dotted name at which it stands."""

_DECODER: Final = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
_SPACE: Final = " \t\r\n\ufeff"
_CHUNK: Final = 65_536
_MOST_NAMES: Final = 500
_DEEPEST: Final = 5
_ABSENT: Final = object()


@final
class SeenNames:
    """The names that the objects of a file have been seen to hold; so many of them as fit in a message.

    Not a value: it fills while a file is read.
    """

    def __init__(self) -> None:
        self.names: dict[str, None] = {}
        self.found: set[str] = set()
        self.unfolds = False

    def note(self, held: Plain, path: str = "", depth: int = 0) -> None:
        """Remember the names of an object and of what is in it."""
        if isinstance(held, list):
            for one in held[:3]:
                self.note(one, path, depth)
        elif isinstance(held, Mapping) and depth < _DEEPEST:
            for key, inner in held.items():
                self.note(inner, f"{path}.{key}" if path else str(key), depth + 1)
        elif path and len(self.names) < _MOST_NAMES:
            self.names[path] = None


def json_rows(
    path: Path, mapping: LogMapping, columns: Sequence[str], seen: SeenNames | None = None
) -> Iterator[Row | Listed]:
    """A row for every object of the file, or for every element of the list that ``each`` names.

    Args:
        path: the file.
        mapping: its encoding, ``each`` and ``separator``.
        columns: the dotted names that the cells of a row are read from.
        seen: told the names that there are.

    Raises:
        UnusableFile: the file cannot be opened, or is no JSON.
    """
    with text_of(path, mapping.encoding) as text:
        try:
            for line, part, held in _documents(text, path):
                if isinstance(held, Listed):
                    yield held
                elif isinstance(held, dict):
                    yield from record_rows(line, part, held, mapping, columns, seen)
                else:
                    yield Listed(line, "", "unparsable", "no object", shown(json.dumps(held)), part)
        except DAMAGED as error:
            raise damaged(path, 1, error) from None
        except UnicodeError as error:
            held = f"is not {mapping.encoding}: {error}"
            raise UnusableFile("log", str(path), None, held, "name the encoding in the mapping") from None


def record_rows(
    line: int,
    part: int,
    record: Mapping[str, Plain],
    mapping: LogMapping,
    columns: Sequence[str],
    seen: SeenNames | None,
) -> Iterator[Row | Listed]:
    """The rows of one object."""
    if seen is not None:
        seen.note(record)
    each = tuple(mapping.each.split(".")) if mapping.each else ()
    for place, scopes in enumerate(_unfolded([("", record)], each)):
        if seen is not None and len(scopes) > 1:
            seen.unfolds = True
        cells: list[str] = []
        for column in columns:
            value = _looked_up(scopes, column)
            if seen is not None and value is not _ABSENT:
                seen.found.add(column)
            cells.append("" if value is _ABSENT else _text(value, mapping.separator))
        yield legible(Row(line, cells, part + place), mapping)


def _unfolded(scopes: list[Scope], each: tuple[str, ...]) -> Iterator[list[Scope]]:
    """The scopes of every element of the lists along a path; those of the object itself where there is none."""
    at, held = scopes[-1]
    for place, name in enumerate(each):
        held = held.get(name, _ABSENT) if isinstance(held, Mapping) else _ABSENT
        at = f"{at}.{name}" if at else name
        if isinstance(held, list) and held:
            for one in held:
                yield from _unfolded([*scopes, (at, one)], each[place + 1 :])
            return
    yield scopes


def _looked_up(scopes: Sequence[Scope], column: str) -> Plain:
    for at, held in reversed(scopes):
        if not at:
            return _member(held, column)
        if column == at:
            return held
        if column.startswith(f"{at}."):
            return _member(held, column[len(at) + 1 :])
    return _ABSENT


def _member(held: Plain, name: str) -> Plain:
    """What stands at a dotted name; of a list, what stands there in each element."""
    if isinstance(held, Mapping):
        if name in held:
            return held[name]
        head, dot, rest = name.partition(".")
        while dot:
            if head in held:
                return _member(held[head], rest)
            more, dot, rest = rest.partition(".")
            head = f"{head}.{more}"
        return _ABSENT
    if isinstance(held, list):
        found = [value for one in held if (value := _member(one, name)) is not _ABSENT]
        return found or _ABSENT
    return _ABSENT


def _text(value: Plain, separator: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return separator.join(filter(None, (_text(one, separator) for one in value)))
    return json.dumps(value, ensure_ascii=False)


Found: TypeAlias = tuple[int, int, Plain]
"""The line of a document, its part of that line, and the document."""


def _documents(text: io.TextIOWrapper, path: Path) -> Iterator[Found]:
    """Every object of a file. Lines are read for themselves, so that a broken one harms no other."""
    head = [text.readline(_CHUNK), ""]  # an array may stand on a single line of any length
    start = 1
    while head[0] and not head[0].strip(_SPACE):
        head[0], start = text.readline(_CHUNK), start + head[0].endswith("\n")
    if not head[0]:
        raise UnusableFile("log", str(path), None, "is empty", "an object on each line is needed")
    if head[0].lstrip(_SPACE).startswith("{") and not head[0].endswith("\n"):
        head[0] += next_line(text, path)
    first = head[0].strip(_SPACE)
    if first.startswith("{") and not _is_document(first):
        head[1] = next_line(text, path)
    if first.startswith("{") and (_is_document(first) or head[1].startswith("{")):
        yield from _lines([line for line in head if line], text, path, start)
    elif first.startswith(("{", "[")):
        yield from _Decoding(head, text, path, start).documents(in_array=first.startswith("["))
    else:
        raise UnusableFile(
            "log", str(path), start, "no JSON: it begins with neither { nor [", "export it as JSON lines"
        )


def _is_document(line: str) -> bool:
    try:
        _DECODER.decode(line)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(head: list[str], text: io.TextIOWrapper, path: Path, start: int) -> Iterator[Found]:
    number = start - 1
    for line in _with_head(head, text, path, start):
        number += 1
        stripped = line.strip(_SPACE)
        if not stripped:
            yield number, 0, Listed(number, "", "blank", "a blank line")
            continue
        try:
            yield number, 0, _DECODER.decode(stripped)
        except (ValueError, RecursionError) as error:
            said = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            reason = f"no JSON: {said[:1].lower()}{said[1:]}"
            yield number, 0, Listed(number, "", "unparsable", reason, shown(stripped))


def _with_head(head: Iterable[str], text: io.TextIOWrapper, path: Path, line: int) -> Iterator[str]:
    yield from head
    try:
        while found := next_line(text, path):
            line += 1
            yield found
    except DAMAGED as error:
        raise damaged(path, line, error) from None


class _Decoding:
    """Takes documents off a text that is read in pieces, so that no more than one of them is held."""

    def __init__(self, head: Sequence[str], text: io.TextIOWrapper, path: Path, line: int) -> None:
        self._text = text
        self._path = path
        self._held = "".join(head).lstrip("\ufeff")
        self._at = 0
        self._line = line
        self._ended = False

    def documents(self, *, in_array: bool) -> Iterator[Found]:
        """Every document; of an array, every element."""
        if in_array:
            self._at = self._held.index("[")
            self._at += 1
        part = 0
        while True:
            sign = self._next_sign()
            if not sign or (in_array and sign == "]"):
                if in_array and not sign:
                    raise self._broken("the array is not closed")
                self._at += len(sign)
                if self._next_sign():
                    raise self._broken("something follows the array")
                return
            line, held = self._line, self._document()
            yield line, part, held
            part += 1
            if in_array and self._next_sign() == ",":
                self._at += 1

    def _document(self) -> Plain:
        while True:
            try:
                held, end = _DECODER.raw_decode(self._held, self._at)
            except RecursionError:
                raise self._broken("it is nested too deeply") from None
            except ValueError as error:
                if self._ended:
                    raise self._broken(error.msg if isinstance(error, json.JSONDecodeError) else str(error)) from None
                self._more()
                continue
            self._line += self._held.count("\n", self._at, end)
            self._at = end
            return held

    def _next_sign(self) -> str:
        """The next character that is no space, not passed; empty at the end."""
        while True:
            while self._at < len(self._held) and self._held[self._at] in _SPACE:
                self._line += self._held[self._at] == "\n"
                self._at += 1
            if self._at < len(self._held):
                return self._held[self._at]
            if self._ended:
                return ""
            self._more()

    def _more(self) -> None:
        """Read on, as much again as is held: a long document is tried few times."""
        rest = self._held[self._at :]
        if len(rest) > MOST_CHARACTERS:
            raise self._broken(f"it holds a document of more than {MOST_CHARACTERS:,} characters")
        try:
            piece = self._text.read(max(_CHUNK, len(rest)))
        except DAMAGED as error:
            raise damaged(self._path, self._line, error) from None
        self._held, self._at, self._ended = rest + piece, 0, not piece

    def _broken(self, said: str) -> UnusableFile:
        held = f"no JSON: {said[:1].lower()}{said[1:]}"
        return UnusableFile("log", str(self._path), self._line, held, "mend it, or export an object a line")
