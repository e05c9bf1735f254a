"""Line and area charts over time or over numbers.

Layer: _draw. Imports its own room only.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Final, final

import attrs

from deskcore._draw import frame, svg
from deskcore._draw.axis import Axis, NumberAxis, Place, axis_of, moment_label
from deskcore._draw.frame import TITLE_HEIGHT, Plot
from deskcore._draw.markup import Element, number
from deskcore._draw.palette import HUES, Key

_DASHES: Final = (None, "6 3", "2 3", "8 3 2 3")
# More dots than this would hide the line, and their tooltips would outweigh the page.
_DOTS_UP_TO: Final = 60


Point = tuple[Place, float | None]


# Typed by hand: a bare ``tuple`` as a converter loses the element's type for callers.
def _points(given: Iterable[Point]) -> tuple[Point, ...]:
    return tuple(given)


@final
@attrs.frozen
class Series:
    """One line: its name and its (place, value) points in rising order; a value of ``None`` is a gap.

    >>> Series("backlog", ((1.0, 12.0), (2.0, None), (3.0, 9.0))).label
    'backlog'
    """

    label: str
    points: tuple[Point, ...] = attrs.field(converter=_points)


def line_chart(
    series: Sequence[Series],
    *,
    title: str,
    unit: str = "",
    area: bool = False,
    steps: bool = False,
    width: float = 640,
    height: float = 220,
) -> Element:
    """Lines over a common axis of instants or of numbers; each line has its colour and its own dashes.

    ``area`` fills below each line down to zero. ``steps`` holds a value until the next point, as a count does.

    >>> from datetime import UTC, datetime
    >>> day = datetime(2026, 5, 22, tzinfo=UTC)
    >>> chart = line_chart([Series("backlog", ((day, 12), (day.replace(day=23), 9)))], title="Backlog")
    >>> "<title>backlog, Fri 22 May 2026 00:00: 12</title>" in str(chart)
    True

    Raises:
        InvalidValue: a value is not finite, an instant is naive, or instants and numbers are mixed.
    """
    places = [place for one in series for place, _ in one.points]
    values = [value for one in series for _, value in one.points if value is not None]
    if not values:
        return frame.empty(title, width)
    along, up = axis_of(places), NumberAxis.around([float(value) for value in values])
    margin = max(svg.text_width(tick.label, frame.SMALL) for tick in up.ticks(height)) + 12
    plot = Plot(margin, TITLE_HEIGHT + 6, width - margin - 12, height - TITLE_HEIGHT - 30)
    parts = [frame.heading(f"{title} ({unit})" if unit else title), frame.left_axis(up, plot)]
    parts.append(frame.bottom_axis(along, plot, width))
    for index, one in enumerate(series):
        look = _Look(HUES[index % len(HUES)], _DASHES[index % len(_DASHES)], area=area, steps=steps)
        parts += _line(one, along, up, plot, look)
    keys = [Key(one.label, one.label, HUES[index % len(HUES)]) for index, one in enumerate(series)]
    swatches, taken = frame.legend(keys if len(keys) > 1 else [], width, plot.bottom + 24)
    return svg.picture(width, plot.bottom + 24 + taken, *parts, swatches, title=title)


@final
@attrs.frozen
class _Look:
    colour: str
    dashes: str | None
    area: bool
    steps: bool


def _line(one: Series, along: Axis, up: NumberAxis, plot: Plot, look: _Look) -> list[Element]:
    parts: list[Element] = []
    dots = len(one.points) <= _DOTS_UP_TO
    for known, run in itertools.groupby(one.points, key=lambda point: point[1] is not None):
        if not known:
            continue
        held = [(place, value) for place, value in run if value is not None]
        spots = [(plot.x(along.share(place)), plot.y(up.share(float(value)))) for place, value in held]
        drawn = _stairs(spots) if look.steps else spots
        if look.area:
            floor = plot.y(up.share(0.0))
            outline = [(drawn[0][0], floor), *drawn, (drawn[-1][0], floor)]
            parts.append(svg.polyline(outline, fill=look.colour, fill_opacity=0.25))
        parts.append(svg.polyline(drawn, stroke=look.colour, stroke_width=2, stroke_dasharray=look.dashes))
        if dots or len(spots) == 1:
            parts += [_dot(one.label, point, spot, look.colour) for point, spot in zip(held, spots, strict=True)]
    return parts


def _dot(label: str, point: tuple[Place, float], spot: tuple[float, float], colour: str) -> Element:
    tip = f"{label}, {moment_label(point[0])}: {number(point[1])}"
    return svg.rect(spot[0] - 2.5, spot[1] - 2.5, 5, 5, rx=2.5, fill=colour, tip=tip)


def _stairs(spots: list[tuple[float, float]]) -> list[tuple[float, float]]:
    corners = [(after[0], before[1]) for before, after in itertools.pairwise(spots)]
    return [spots[0], *itertools.chain.from_iterable(zip(corners, spots[1:], strict=True))]
