"""What all charts share: title, legend, label column, ticks. Not a chart itself.

Layer: _draw. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, final

import attrs

from deskcore._draw import svg
from deskcore._draw.axis import Axis
from deskcore._draw.palette import Key
from deskcore._draw.svg import Element

SMALL: Final = 11.0
TITLE_HEIGHT: Final = 26.0
ROW: Final = 20.0
GRID: Final = 0.18
_GAP: Final = 8.0
_SWATCH: Final = 12.0


@final
@attrs.frozen
class Plot:
    """The rectangle inside which a chart draws its data."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The y of its lower edge."""
        return self.top + self.height

    def x(self, share: float) -> float:
        """The x of a share of its width, held inside the rectangle."""
        return self.left + self.width * min(1.0, max(0.0, share))

    def y(self, share: float) -> float:
        """The y of a share of its height, counted from below, held inside the rectangle."""
        return self.bottom - self.height * min(1.0, max(0.0, share))


def label_column(labels: Sequence[str], width: float) -> float:
    """How broad the column of row labels must be: enough for the broadest, at most two fifths of the picture."""
    broadest = max((svg.text_width(label) for label in labels), default=0.0)
    return min(broadest + _GAP, width * 0.4) if broadest else 0.0


def heading(title: str) -> Element:
    """The chart's title in its upper left corner."""
    return svg.text(0, TITLE_HEIGHT / 2, title, font_weight="600")


def row_label(label: str, plot: Plot, middle: float) -> Element:
    """The label of a row, right-aligned beside the plot; cut labels keep their whole text as a tooltip."""
    shown = svg.shorten(label, plot.left - _GAP)
    tip = label if shown != label else ""
    return svg.text(plot.left - _GAP, middle, shown, anchor="end", tip=tip)


def fills(keys: Sequence[Key]) -> tuple[list[Element], dict[str, str]]:
    """The definitions that hatched keys need, and the ``fill`` of every kind."""
    definitions: list[Element] = []
    paints: dict[str, str] = {}
    for key in keys:
        if key.hatched:
            definition, paints[key.kind] = svg.hatch(key.colour)
            definitions.append(definition)
        else:
            paints[key.kind] = key.colour
    return definitions, paints


def legend(keys: Sequence[Key], width: float, top: float) -> tuple[Element, float]:
    """Swatches with words, broken into rows that fit ``width``; and the height they take."""
    _, paints = fills(keys)
    x, row, parts = 0.0, 0, list[Element]()
    for key in keys:
        room = _SWATCH + 6 + svg.text_width(key.label, SMALL) + 16
        if x > 0 and x + room > width:
            x, row = 0.0, row + 1
        middle = top + row * 18 + 9
        parts.append(svg.rect(x, middle - _SWATCH / 2, _SWATCH, _SWATCH, fill=paints[key.kind], rx=2))
        shown = svg.shorten(key.label, width - _SWATCH - 6, SMALL)
        parts.append(svg.text(x + _SWATCH + 6, middle, shown, size=SMALL))
        x += room
    return svg.group(*parts, class_="legend"), (row + 1) * 18.0 + 4 if keys else 0.0


def bottom_axis(axis: Axis, plot: Plot, width: float) -> Element:
    """Grid lines through the plot with their labels below it; a label at an edge stays inside the picture's width."""
    parts: list[Element] = []
    free_from = -1e9
    for tick in axis.ticks(plot.width):
        x = plot.x(tick.share)
        parts.append(svg.line((x, plot.top), (x, plot.bottom), opacity=GRID))
        half = svg.text_width(tick.label, SMALL) / 2
        middle = min(max(x, half), width - half)
        if middle - half < free_from:
            continue  # an edge label moved inwards, or a first label that also names its day
        parts.append(svg.text(middle, plot.bottom + 12, tick.label, anchor="middle", size=SMALL))
        free_from = middle + half + 6
    return svg.group(*parts, class_="axis")


def left_axis(axis: Axis, plot: Plot) -> Element:
    """Grid lines across the plot with their labels left of it."""
    parts: list[Element] = []
    # Lines of text stack closer than they run, so height is given as if it were three times as long.
    for tick in axis.ticks(plot.height * 1.6):
        y = plot.y(tick.share)
        parts.append(svg.line((plot.left, y), (plot.right, y), opacity=GRID))
        parts.append(svg.text(plot.left - _GAP, y, tick.label, anchor="end", size=SMALL))
    return svg.group(*parts, class_="axis")


def empty(title: str, width: float) -> Element:
    """What a chart shows when there is nothing to draw."""
    note = svg.text(0, TITLE_HEIGHT + ROW / 2, "no data", opacity=0.7)
    return svg.picture(width, TITLE_HEIGHT + ROW, heading(title), note, title=f"{title}: no data")


def spread(middles: Sequence[tuple[float, float]]) -> list[int]:
    """A row for each label, given as (middle, width), such that no two on a row overlap.

    >>> spread([(10, 20), (15, 20), (40, 20)])
    [0, 1, 0]
    """
    ends: list[float] = []
    rows = [0] * len(middles)
    for place in sorted(range(len(middles)), key=lambda index: middles[index]):
        middle, width = middles[place]
        start = middle - width / 2
        row = next((index for index, end in enumerate(ends) if end + 4 <= start), len(ends))
        rows[place] = row
        if row == len(ends):
            ends.append(0.0)
        ends[row] = middle + width / 2
    return rows
