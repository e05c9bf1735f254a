"""Grids of cells: heat strips and maps of numbers, matrices of words.

Layer: _draw. Imports its own room only.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final, final

import attrs

from deskcore._draw import frame, svg
from deskcore._draw.frame import SMALL, TITLE_HEIGHT, Plot
from deskcore._draw.markup import Element, number
from deskcore._draw.palette import Key, ink_on, keys_for, shade
from deskcore.errors import InvalidValue

_CELL: Final = 22.0
_LINE: Final = 14.0
_MISSING: Final = "#B5BABF"


@final
@attrs.frozen
class Cell:
    """A cell of a matrix: its words, and a kind that gives it a colour (``""`` for none)."""

    text: str
    kind: str = ""


def heat_strip(cells: Sequence[tuple[str, float | None]], *, title: str, unit: str = "", width: float = 640) -> Element:
    """One row of (label, value) cells, the deeper the greater.

    >>> "Mon: 12 tickets" in str(heat_strip([("Mon", 12), ("Tue", 3)], title="Opened", unit="tickets"))
    True
    """
    rows = [("", [value for _, value in cells])] if cells else []
    return heat_map(rows, [label for label, _ in cells], title=title, unit=unit, width=width)


def heat_map(
    rows: Sequence[tuple[str, Sequence[float | None]]],
    columns: Sequence[str],
    *,
    title: str,
    unit: str = "",
    width: float = 640,
) -> Element:
    """A cell for each row and column, the deeper the greater; ``None`` is a cell without a value.

    Column labels are thinned where they would collide; each cell's tooltip has its row, column and number.

    >>> "Mon, 09: 4" in str(heat_map([("Mon", [4, 7])], ["09", "10"], title="Arrivals by hour"))
    True

    Raises:
        InvalidValue: a row has another number of cells than there are columns, or a value is not finite.
    """
    if not rows or not columns:
        return frame.empty(title, width)
    _check(rows, columns)
    known = [value for _, values in rows for value in values if value is not None]
    low, high = min([0.0, *known]), max(known, default=0.0)
    left = frame.label_column([label for label, _ in rows], width)
    plot = Plot(left, TITLE_HEIGHT, width - left - 4, _CELL * len(rows))
    breadth = plot.width / len(columns)
    parts: list[Element] = [frame.heading(title)]
    for place, (label, values) in enumerate(rows):
        top = plot.top + _CELL * place
        if label:
            parts.append(frame.row_label(label, plot, top + _CELL / 2))
        for index, (column, value) in enumerate(zip(columns, values, strict=True)):
            said = "no value" if value is None else f"{number(value)} {unit}".rstrip()
            tip = ", ".join(filter(None, [label, column])) + f": {said}"
            colour = _MISSING if value is None else shade((value - low) / (high - low) if high > low else 0.0)
            box = (plot.left + breadth * index + 0.5, top + 0.5, breadth - 1, _CELL - 1)
            parts.append(svg.rect(*box, fill=colour, fill_opacity=0.35 if value is None else None, tip=tip))
            shown = "" if value is None else number(value)
            if shown and svg.text_width(shown, SMALL) + 4 <= breadth:
                middle = (box[0] + box[2] / 2, top + _CELL / 2)
                parts.append(svg.text(*middle, shown, anchor="middle", size=SMALL, fill=ink_on(colour)))
    parts += _column_labels(columns, plot, breadth)
    return svg.picture(width, plot.bottom + 22, *parts, title=title)


def matrix(
    rows: Sequence[tuple[str, Sequence[Cell | str]]],
    columns: Sequence[str],
    *,
    title: str,
    keys: Sequence[Key] = (),
    width: float = 800,
) -> Element:
    """A table of words with headed rows and columns, such as an escalation matrix; words wrap inside their cell.

    >>> chart = matrix([("P1", ["team lead", Cell("duty manager", "page")])], ["50 %", "due"], title="Escalation")
    >>> "duty manager" in str(chart)
    True

    Raises:
        InvalidValue: a row has another number of cells than there are columns.
    """
    if not rows or not columns:
        return frame.empty(title, width)
    held = [(label, [cell if isinstance(cell, Cell) else Cell(cell) for cell in cells]) for label, cells in rows]
    _check(held, columns)
    used = keys_for((cell.kind for _, cells in held for cell in cells if cell.kind), keys)
    paints = {key.kind: key.colour for key in used}
    left = frame.label_column([label for label, _ in rows], width)
    breadth = (width - left - 1) / len(columns)
    heads = [svg.wrap(column, breadth - 10, SMALL) for column in columns]
    y = TITLE_HEIGHT + max(len(head) for head in heads) * _LINE + 8
    parts: list[Element] = [frame.heading(title)]
    for index, head in enumerate(heads):
        parts += _words(head, left + breadth * (index + 0.5), (TITLE_HEIGHT + y) / 2, font_weight="600")
    for label, cells in held:
        wrapped = [svg.wrap(cell.text, breadth - 10, SMALL) for cell in cells]
        height = max(len(lines) for lines in wrapped) * _LINE + 10
        parts.append(frame.row_label(label, Plot(left, y, 0, height), y + height / 2))
        for index, (cell, lines) in enumerate(zip(cells, wrapped, strict=True)):
            box = (left + breadth * index, y, breadth, height)
            colour = paints.get(cell.kind)
            parts.append(svg.rect(*box, fill=colour or "none", stroke="currentColor", stroke_opacity=0.4))
            ink = ink_on(colour) if colour else None
            parts += _words(lines, box[0] + breadth / 2, y + height / 2, fill=ink)
        y += height
    swatches, taken = frame.legend(used, width, y + 6)
    return svg.picture(width, y + 6 + taken, *parts, swatches, title=title)


def _words(
    lines: Sequence[str], middle: float, y: float, *, fill: str | None = None, font_weight: str | None = None
) -> list[Element]:
    top = y - _LINE * (len(lines) - 1) / 2
    return [
        svg.text(middle, top + _LINE * place, line, anchor="middle", size=SMALL, fill=fill, font_weight=font_weight)
        for place, line in enumerate(lines)
    ]


def _column_labels(columns: Sequence[str], plot: Plot, breadth: float) -> list[Element]:
    broadest = max(svg.text_width(column, SMALL) for column in columns) + 6
    every = max(1, math.ceil(broadest / breadth))
    return [
        svg.text(
            min(max(plot.left + breadth * (index + 0.5), broadest / 2 - 3), plot.right + 7 - broadest / 2),
            plot.bottom + 12,
            column,
            anchor="middle",
            size=SMALL,
        )
        for index, column in enumerate(columns)
        if index % every == 0
    ]


def _check(rows: Sequence[tuple[str, Sequence[object]]], columns: Sequence[str]) -> None:
    for label, cells in rows:
        if len(cells) != len(columns):
            raise InvalidValue(f"row {label!r}", len(cells), f"must hold {len(columns)} cells, one a column")
        for cell in cells:
            if isinstance(cell, float) and not math.isfinite(cell):
                raise InvalidValue(f"row {label!r}", cell, "must hold finite numbers")
