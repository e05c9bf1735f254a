"""Which encoding a log is in, where the mapping's does not read it: a guess to suggest, never one to act on.

Layer: adapters.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from itertools import chain
from typing import Final, final

import attrs

CANDIDATES: Final = ("utf-8", "cp1252", "iso-8859-15")
"""What spreadsheets and help desks export, the strictest first."""

_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@final
@attrs.frozen
class Undecodable:
    """The records of a log that hold bytes which are not of its encoding.

    ``in_header`` tells that the columns' names do; ``line`` is the first such record's. ``reads_as`` is an encoding
    that reads every line, ``None`` where none of the usual ones does.
    """

    rows: int
    line: int
    in_header: bool
    reads_as: str | None

    @property
    def advice(self) -> str:
        """What to do about it."""
        if self.reads_as is None:
            return "mend those lines, or name the log's encoding"
        return f'set encoding = "{self.reads_as}"'


def reading(lines: Iterable[bytes], tried: str) -> str | None:
    """The first of the usual encodings that reads every line; ``None`` when there is none.

    A log of which ``tried`` reads some lines that are not plain ASCII is a mixture: another encoding would garble
    those.

    >>> reading(["Zürich".encode("cp1252"), b"Bern"], "utf-8")
    'cp1252'
    >>> reading(["Zürich".encode("cp1252"), "Genève".encode("utf-8")], "utf-8") is None
    True
    """
    rest = iter(lines)
    first = next(rest, b"")
    if first.startswith(_WIDE):
        return "utf-16"
    left = [name for name in CANDIDATES if codecs.lookup(name) != codecs.lookup(tried)]
    for line in chain([first], rest):
        if b"\0" in line:  # no text at all
            return None
        if line.isascii():
            continue
        if _reads(line, tried):
            return None
        left = [name for name in left if _reads(line, name)]
    return next(iter(left), None)


def called(encoding: str) -> str:
    """The encoding as people call it.

    >>> called("utf-8-sig")
    'utf-8'
    """
    return encoding.removesuffix("-sig")


def _reads(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeError:
        return False
    return True
