"""Bar charts, plain and stacked: one row a bar, so that labels never collide.

Layer: _draw. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from deskcore._draw import frame, svg
from deskcore._draw.axis import NumberAxis
from deskcore._draw.frame import ROW, SMALL, TITLE_HEIGHT, Plot
from deskcore._draw.markup import Element, number
from deskcore._draw.palette import BLUE, Key, ink_on
from deskcore.errors import InvalidValue


def bar_chart(
    bars: Sequence[tuple[str, float]],
    *,
    title: str,
    unit: str = "",
    colour: str = BLUE,
    aim: float | None = None,
    width: float = 640,
) -> Element:
    """A row for each (label, value), its number at the bar's end; ``aim`` draws a dashed line across all.

    Bars grow from zero to either side. ``unit`` is written after each number.

    >>> "62 %" in str(bar_chart([("P1", 62), ("P2", 91)], title="SLA attainment", unit="%", aim=90))
    True

    Raises:
        InvalidValue: a value is not finite.
    """
    if not bars:
        return frame.empty(title, width)
    values = [float(value) for _, value in bars]
    axis = NumberAxis.around(values if aim is None else [*values, aim])
    ends = [f"{number(value)} {unit}".rstrip() for value in values]
    left = frame.label_column([label for label, _ in bars], width)
    margin = max(svg.text_width(end, SMALL) for end in ends) + 10
    plot = Plot(left, TITLE_HEIGHT, width - left - margin, ROW * len(bars))
    parts: list[Element] = [frame.heading(title), frame.bottom_axis(axis, plot, width)]
    zero = plot.x(axis.share(0.0))
    for place, ((label, _), value, end) in enumerate(zip(bars, values, ends, strict=True)):
        middle = plot.top + ROW * (place + 0.5)
        reach = plot.x(axis.share(value))
        box = (min(zero, reach), middle - 7, abs(reach - zero), 14.0)
        parts.append(frame.row_label(label, plot, middle))
        parts.append(svg.rect(*box, fill=colour, tip=f"{label}: {end}"))
        parts.append(svg.text(max(zero, reach) + 5, middle, end, size=SMALL))
    if aim is not None:
        x = plot.x(axis.share(aim))
        ends_at = ((x, plot.top), (x, plot.bottom))
        tip = f"aim: {number(aim)} {unit}".rstrip()
        parts.append(svg.line(*ends_at, tip=tip, stroke_dasharray="4 3", stroke_width=1.5))
    return svg.picture(width, plot.bottom + 22, *parts, title=title)


def stacked_bars(
    rows: Sequence[tuple[str, Sequence[float]]],
    keys: Sequence[Key],
    *,
    title: str,
    as_shares: bool = False,
    width: float = 640,
) -> Element:
    """A row for each (label, amounts), one amount a key, laid end to end; ``as_shares`` makes all rows equally long.

    Amounts must not be negative. A number is written inside its piece where it fits, and in the tooltip always.

    >>> keys = (Key("met", "met"), Key("late", "breached", "#D55E00"))
    >>> "breached: 2" in str(stacked_bars([("P1", [8, 2])], keys, title="Outcomes"))
    True

    Raises:
        InvalidValue: a row has another number of amounts than there are keys, or a negative one.
    """
    if not rows or not keys:
        return frame.empty(title, width)
    for label, amounts in rows:
        if len(amounts) != len(keys) or min(amounts) < 0:
            raise InvalidValue(f"row {label!r}", tuple(amounts), f"must hold {len(keys)} amounts, none negative")
    totals = [float(sum(amounts)) for _, amounts in rows]
    axis = NumberAxis(0, 100) if as_shares else NumberAxis.around(totals)
    left = frame.label_column([label for label, _ in rows], width)
    plot = Plot(left, TITLE_HEIGHT, width - left - 24, ROW * len(rows))
    definitions, paints = frame.fills(keys)
    parts: list[Element] = [*definitions, frame.heading(title), frame.bottom_axis(axis, plot, width)]
    for place, ((label, amounts), total) in enumerate(zip(rows, totals, strict=True)):
        scale = (100 / total if total else 0.0) if as_shares else 1.0
        middle = plot.top + ROW * (place + 0.5)
        parts.append(frame.row_label(label, plot, middle))
        ends = list(accumulate((amount * scale for amount in amounts), initial=0.0))
        for key, amount, start, end in zip(keys, amounts, ends, ends[1:], strict=False):
            if amount > 0:
                box = (plot.x(axis.share(start)), plot.x(axis.share(end)))
                parts += _piece(key, paints[key.kind], amount, box, (label, middle))
    swatches, height = frame.legend(keys, width, plot.bottom + 22)
    return svg.picture(width, plot.bottom + 22 + height, *parts, swatches, title=title)


def _piece(key: Key, fill: str, amount: float, ends: tuple[float, float], row: tuple[str, float]) -> list[Element]:
    label, middle = row
    breadth = ends[1] - ends[0]
    piece = svg.rect(ends[0], middle - 7, breadth, 14, fill=fill, tip=f"{label}, {key.label}: {number(amount)}")
    if key.hatched or svg.text_width(number(amount), SMALL) + 4 > breadth:
        return [piece]
    ink = svg.text(
        (ends[0] + ends[1]) / 2, middle, number(amount), anchor="middle", size=SMALL, fill=ink_on(key.colour)
    )
    return [piece, ink]
