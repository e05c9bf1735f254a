"""Tables, bars, sparklines and boxes of plain text, aligned by what a terminal shows.

Layer: _draw. Imports errors only.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from deskcore.errors import InvalidValue

__all__ = ["Align", "bar", "box", "pad", "sparkline", "table", "width_of"]

Align = Literal["<", ">", "^"]

_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"
_LEVELS: Final = "▁▂▃▄▅▆▇█"
_GAP: Final = "·"


def width_of(content: str) -> int:
    """How many columns of a terminal ``content`` takes: wide characters two, combining marks none.

    >>> width_of("日本"), width_of("café")
    (4, 4)
    """
    return sum(
        0 if unicodedata.combining(character) or unicodedata.category(character) == "Cf" else _columns(character)
        for character in content
    )


def pad(content: str, width: int, align: Align = "<") -> str:
    """``content`` filled up with blanks to ``width`` columns; longer content is left whole.

    >>> pad("ab", 5, ">"), pad("ab", 5, "^")
    ('   ab', ' ab  ')
    """
    lacking = max(0, width - width_of(content))
    left = {"<": 0, ">": lacking, "^": lacking // 2}[align]
    return " " * left + content + " " * (lacking - left)


def table(rows: Iterable[Sequence[object]], *, headers: Sequence[str] = (), align: str = "") -> str:
    """Columns two blanks apart, a rule under the headers, no blanks at line ends.

    ``align`` has one of ``<``, ``>``, ``^`` a column; where it is short the column is left-aligned. Short rows are
    filled up; line breaks inside a cell become blanks.

    >>> print(table([("P1", 12), ("P2", 140)], headers=("priority", "tickets"), align="<>"))
    priority  tickets
    --------  -------
    P1             12
    P2            140

    Raises:
        InvalidValue: ``align`` holds another character.
    """
    body = [[" ".join(str(cell).splitlines()) for cell in row] for row in rows]
    count = max((len(headers), *(len(row) for row in body)), default=0)
    sides: list[Align] = [_side(align, place) for place in range(count)]
    lines = [list(headers) + [""] * (count - len(headers))] if headers else []
    lines += [row + [""] * (count - len(row)) for row in body]
    widths = [max((width_of(line[place]) for line in lines), default=0) for place in range(count)]
    if headers:
        lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        "  ".join(pad(cell, widths[place], sides[place]) for place, cell in enumerate(line)).rstrip() for line in lines
    )


def bar(value: float, *, of: float, width: int = 20) -> str:
    """A horizontal bar, ``width`` columns long when ``value`` reaches ``of``; never longer, never negative.

    >>> bar(3, of=8, width=8) + "|"
    '███     |'

    Raises:
        InvalidValue: a number is not finite or ``of`` is negative.
    """
    if not (math.isfinite(value) and math.isfinite(of)) or of < 0:
        raise InvalidValue("bar", (value, of), "must be finite, and its whole not negative")
    share = min(1.0, max(0.0, value / of)) if of else 0.0
    eighths = round(share * width * 8)
    full, rest = divmod(eighths, 8)
    return ("█" * full + (_EIGHTHS[rest] if rest else "")).ljust(width)


def sparkline(values: Iterable[float | None]) -> str:
    """One character a value, from the least to the greatest; a missing value is a dot.

    >>> sparkline([1, 2, None, 8])
    '▁▂·█'

    Raises:
        InvalidValue: a value is not finite.
    """
    held = list(values)
    known = [value for value in held if value is not None]
    if not all(math.isfinite(value) for value in known):
        raise InvalidValue("sparkline", held, "must be finite numbers or None")
    low, high = min(known, default=0.0), max(known, default=0.0)
    top = len(_LEVELS) - 1
    return "".join(
        _GAP if value is None else _LEVELS[round((value - low) / (high - low) * top) if high > low else 0]
        for value in held
    )


def box(lines: Iterable[str], *, title: str = "") -> str:
    """Lines in a frame with an optional title.

    >>> print(box(["due 10:15"], title="T-1"))
    ┌─ T-1 ─────┐
    │ due 10:15 │
    └───────────┘
    """
    body = [line for text in lines for line in (text.splitlines() or [""])]
    head = f" {title} " if title else ""
    inner = max((width_of(line) + 2 for line in body), default=0)
    inner = max(inner, width_of(head) + 2 if head else 0)
    top = "┌" + (f"─{head}" if head else "") + "─" * (inner - (width_of(head) + 1 if head else 0)) + "┐"
    return "\n".join([top, *(f"│ {pad(line, inner - 2)} │" for line in body), "└" + "─" * inner + "┘"])


def _columns(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _side(align: str, place: int) -> Align:
    match align[place : place + 1]:
        case "" | "<":
            return "<"
        case ">":
            return ">"
        case "^":
            return "^"
        case other:
            raise InvalidValue("align", other, "must hold only '<', '>' and '^', one a column")
