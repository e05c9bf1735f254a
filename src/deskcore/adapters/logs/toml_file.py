"""How a log's file is written, from the TOML form of a mapping: encoding, delimiter, quotes, header.

Layer: adapters.
"""

from __future__ import annotations

import codecs
import io
from typing import Final, cast

import attrs

from deskcore.adapters.logs.mapping import INPUTS, RAGGED, Input, LogMapping, Ragged
from deskcore.adapters.logs.tables import TableReader

_MOST_SKIPPED: Final = 1000


def written_as(mapping: LogMapping, top: TableReader) -> LogMapping:
    """The mapping with what the document says of how its log is written."""
    delimiter = _one_character(top, "delimiter", ",")
    quote = "" if top.take("quote") == "" else _one_character(top, "quote", '"', quotes=True)
    escape = "" if top.take("escape") in {None, ""} else _one_character(top, "escape", "", quotes=True)
    if len({delimiter, quote, escape} - {""}) < len([sign for sign in (delimiter, quote, escape) if sign]):
        top.wrong("delimiter", "must differ from quote and escape")
    return attrs.evolve(
        mapping,
        input=cast("Input | None", top.choice("input", INPUTS, "") or None),
        encoding=_encoding(top),
        delimiter=delimiter,
        quote=quote,
        escape=escape,
        skip_lines=_skipped(top),
        header=_header(top),
        ragged=cast("Ragged", top.choice("ragged", RAGGED, "list")),
        each=top.text("each"),
    )


def _encoding(top: TableReader) -> str:
    encoding = top.text("encoding", "utf-8")
    try:
        io.TextIOWrapper(io.BytesIO(), encoding)
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        top.wrong("encoding", f"names no encoding (got {encoding!r}); usual ones: utf-8, cp1252, latin-1, utf-16")
        return "utf-8"
    # A byte order mark at the start is not part of the first column's name.
    return "utf-8-sig" if name == "utf-8" else name


def _one_character(top: TableReader, key: str, default: str, *, quotes: bool = False) -> str:
    text = top.text(key, default)
    if len(text) != 1 or text in "\r\n" or (text == '"' and not quotes):
        top.wrong(key, f"must be one character, such as a comma, a semicolon or a tab (got {text!r})")
        return default
    return text


def _skipped(top: TableReader) -> int:
    value = top.take("skip_lines")
    if value is None:
        return 0
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MOST_SKIPPED:
        return value
    top.wrong("skip_lines", f"must be a number of lines from 0 to {_MOST_SKIPPED} (got {value!r})")
    return 0


def _header(top: TableReader) -> tuple[str, ...]:
    names = tuple(name.strip() for name in top.texts("header"))
    if any(not name for name in names):
        top.wrong("header", "must name every column; a name that no key uses may be anything")
    return names
