"""The charts of a review: shares with their intervals and goals, figures over time with control limits.

Layer: render. Imports _draw and oversight.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Final

from deskcore._draw import Element, Key, frame, svg
from deskcore._draw.axis import NumberAxis, Place
from deskcore._draw.frame import ROW, SMALL, TITLE_HEIGHT, Plot
from deskcore._draw.lines import Point, Series, line_chart
from deskcore._draw.palette import BLUE, GREY, ORANGE, RED
from deskcore.oversight.goals import ReviewedFigure
from deskcore.oversight.trend import Trend
from deskcore.oversight.value import Unit

_COLOURS: Final = {"met": BLUE, "missed": RED, "no_value": ORANGE, "no_target": GREY}
_KEYS: Final = (Key("met", "met", BLUE), Key("missed", "missed", RED), Key("no_target", "no target", GREY))
_HOURS: Final = 3600.0


def interval_chart(figures: Sequence[ReviewedFigure], *, width: float = 640) -> Element:
    """Each share with its interval as a bar, its value as a dot and its goal as a stroke, from 0 to 100 %.

    >>> str(interval_chart([])).startswith("<svg")
    True
    """
    title = "Shares with their 95 % intervals; the stroke is the goal"
    held = [figure for figure in figures if figure.interval is not None]
    if not held:
        return frame.empty(title, width)
    axis, ends = NumberAxis(0.0, 100.0), [figure.value.shown for figure in held]
    left = frame.label_column([figure.value.name for figure in held], width)
    margin = max(svg.text_width(end, SMALL) for end in ends) + 12
    plot = Plot(left, TITLE_HEIGHT, width - left - margin, ROW * len(held))
    parts = [frame.heading(title), frame.bottom_axis(axis, plot, width)]
    for place, (figure, end) in enumerate(zip(held, ends, strict=True)):
        parts += _row(figure, axis, plot, plot.top + ROW * (place + 0.5))
        parts.append(svg.text(plot.right + 6, plot.top + ROW * (place + 0.5), end, size=SMALL))
    swatches, taken = frame.legend(_KEYS, width, plot.bottom + 24)
    return svg.picture(width, plot.bottom + 24 + taken, *parts, swatches, title=title)


def _row(figure: ReviewedFigure, axis: NumberAxis, plot: Plot, middle: float) -> list[Element]:
    interval, goal, value = figure.interval, figure.goal, figure.value.value
    colour = _COLOURS[figure.verdict]
    parts = [frame.row_label(figure.value.name, plot, middle)]
    if interval is not None and value is not None:
        low, high = plot.x(axis.share(interval.low * 100)), plot.x(axis.share(interval.high * 100))
        tip = f"{figure.value.name}: {figure.value.shown}, {interval}"
        parts.append(svg.rect(low, middle - 4, max(high - low, 1.0), 8, fill=colour, opacity=0.35, tip=tip))
        spot = plot.x(axis.share(value * 100))
        parts.append(svg.rect(spot - 3.5, middle - 3.5, 7, 7, rx=3.5, fill=colour, tip=tip))
    if goal is not None:
        end = goal.at_least if goal.at_most is None else goal.at_most
        x = plot.x(axis.share((end or 0.0) * 100))
        parts.append(svg.line((x, middle - 8), (x, middle + 8), stroke_width=2, tip=f"goal: {figure.wanted}"))
    return parts


def trend_chart(trend: Trend, *, width: float = 640) -> Element:
    """A figure over its periods, with its centre and control limits; shares in percent, times in hours.

    >>> str(trend_chart(Trend(()))).startswith("<svg")
    True
    """
    if not trend.points:
        return line_chart([], title="no periods", width=width)
    factor, unit = _scale(trend.points[0].value.unit)
    places = _places(trend)
    values = [(place, _scaled(value, factor)) for place, value in zip(places, trend.values, strict=True)]
    series = [Series(trend.name, values)]
    for label in ("centre", "high", "low"):
        edges: list[Point] = [
            (place, None if one is None else _scaled(getattr(one, label), factor))
            for place, one in zip(places, trend.limits, strict=True)
        ]
        series.append(Series({"centre": "centre", "high": "upper limit", "low": "lower limit"}[label], edges))
    return line_chart(series, title=trend.name, unit=unit, width=width, height=200)


def _places(trend: Trend) -> list[Place]:
    """The periods' first days where all are known, else 1, 2, 3 and so on."""
    starts = [point.start_on for point in trend.points]
    known = [datetime.combine(day, time(), UTC) for day in starts if day is not None]
    return [*known] if len(known) == len(starts) else [float(place) for place in range(1, len(starts) + 1)]


def _scale(unit: Unit) -> tuple[float, str]:
    return {"share": (100.0, "%"), "seconds": (1 / _HOURS, "hours")}.get(unit, (1.0, ""))


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
