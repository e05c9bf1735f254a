"""On which line of a TOML or JSON text each key and element stands, so that a fault can be shown where it is.

Not a parser: the text has been accepted by ``tomllib`` or ``json`` before, so this only walks it.

Layer: adapters. Imports nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""The way to a value: names of keys, places in arrays from 0."""

_BLANK = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)+")
_SCALAR = re.compile(r"[^,\]}\r\n#]*")
_KEY = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*(\.?)""")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


def positions(text: str) -> Mapping[KeyPath, int]:
    r"""The line (from 1) of every key, array element and table header of a valid TOML or JSON text.

    >>> positions('rows = "events"\n[columns]\ncase = "id"\n')[("columns", "case")]
    3
    """
    walk = _Walk(text)
    walk.document()
    return walk.found


def path_of(dotted: str) -> KeyPath:
    """The steps of a path as problems write it.

    >>> path_of("policies[0].targets[2].within")
    ('policies', 0, 'targets', 2, 'within')
    """
    return tuple(int(step[1]) if step[1] else step[2] for step in _STEP.finditer(dotted))


def text_of(path: KeyPath) -> str:
    """A path as problems write it: the inverse of ``path_of``.

    >>> text_of(("policies", 0, "targets"))
    'policies[0].targets'
    """
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


class _Walk:
    """One pass over a text; ``place`` is where it has come to."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0
        self.found: dict[KeyPath, int] = {}
        self.counts: dict[KeyPath, int] = {}

    def document(self) -> None:
        table: KeyPath = ()
        while True:
            self.blanks()
            if self.place >= len(self.text):
                return
            if not table and not self.found and self.text[self.place] == "{":
                self.value(())  # JSON
                return
            if self.text[self.place] == "[":
                table = self.header()
            else:
                self.pair(table)

    def blanks(self) -> None:
        if blank := _BLANK.match(self.text, self.place):
            self.place = blank.end()

    def note(self, path: KeyPath) -> None:
        self.found.setdefault(path, self.text.count("\n", 0, self.place) + 1)

    def header(self) -> KeyPath:
        many = self.text.startswith("[[", self.place)
        start = self.place
        self.place += 2 if many else 1
        path = self.resolved(self.key())
        if many:
            self.counts[path] = self.counts.get(path, -1) + 1
            path = (*path, self.counts[path])
        end = self.place + (2 if many else 1)
        self.place = start
        for length in range(1, len(path) + 1):
            self.note(path[:length])
        self.place = end
        return path

    def resolved(self, key: KeyPath) -> KeyPath:
        """A header inside an array of tables speaks of the array's latest table."""
        path: KeyPath = ()
        for step in key[:-1]:
            path = (*path, step)
            if path in self.counts:
                path = (*path, self.counts[path])
        return (*path, key[-1])

    def key(self) -> KeyPath:
        steps: list[str | int] = []
        while found := _KEY.match(self.text, self.place):
            self.place = found.end()
            steps.append(_bare(found[1]))
            if not found[2]:
                break
        return tuple(steps) or ("",)

    def pair(self, table: KeyPath) -> None:
        start = self.place
        path = (*table, *self.key())
        end, self.place = self.place, start
        for length in range(len(table) + 1, len(path) + 1):
            self.note(path[:length])
        self.place = end + 1  # past "=" or ":"
        self.value(path)

    def value(self, path: KeyPath) -> None:
        while self.text[self.place : self.place + 1].isspace():
            self.place += 1
        opening = self.text[self.place : self.place + 1]
        if opening in {"[", "{"} and opening:
            self.place += 1
            self.inside(path, "]" if opening == "[" else "}")
        elif found := _STRING.match(self.text, self.place) or _SCALAR.match(self.text, self.place):
            self.place = max(found.end(), self.place + 1)

    def inside(self, path: KeyPath, closing: str) -> None:
        count = 0
        while True:
            self.blanks()
            if self.place >= len(self.text) or self.text[self.place] == closing:
                self.place += 1
                return
            if closing == "]":
                self.note((*path, count))
                self.value((*path, count))
                count += 1
            else:
                self.pair(path)


def _bare(key: str) -> str:
    if key.startswith('"'):
        try:
            return str(json.loads(key))
        except ValueError:
            return key[1:-1]
    return key[1:-1] if key.startswith("'") else key
