"""Lanes of coloured stretches over time or over the hours of a day: clocks, shifts, opening hours.

Layer: _draw. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, final

import attrs

from deskcore._draw import frame, svg
from deskcore._draw.axis import Axis, DayAxis, Place, TimeAxis, moment_label
from deskcore._draw.frame import SMALL, TITLE_HEIGHT, Plot
from deskcore._draw.markup import Element
from deskcore._draw.palette import HUES, Key, keys_for

_LANE: Final = 24.0
_LABEL_ROW: Final = 15.0


@final
@attrs.frozen
class Segment:
    """A stretch of a lane from ``start`` to ``end``, half-open, of a named kind; ``note`` goes into its tooltip.

    >>> Segment(9.0, 17.5, "open").kind
    'open'
    """

    start: Place
    end: Place
    kind: str
    note: str = ""


@final
@attrs.frozen
class Mark:
    """A labelled instant: on one lane a small diamond, on the whole chart a vertical line."""

    at: Place
    label: str
    colour: str = HUES[5]


# Typed by hand: a bare ``tuple`` as a converter loses the element's type for callers.
def _segments(given: Iterable[Segment]) -> tuple[Segment, ...]:
    return tuple(given)


def _marks(given: Iterable[Mark]) -> tuple[Mark, ...]:
    return tuple(given)


@final
@attrs.frozen
class Lane:
    """A row with its stretches, drawn in the order given (a later one covers an earlier), and its marks."""

    label: str
    segments: tuple[Segment, ...] = attrs.field(default=(), converter=_segments)
    marks: tuple[Mark, ...] = attrs.field(default=(), converter=_marks)


def lane_chart(
    lanes: Sequence[Lane],
    *,
    start: datetime,
    end: datetime,
    title: str,
    keys: Sequence[Key] = (),
    marks: Sequence[Mark] = (),
    width: float = 960,
) -> Element:
    """One row a lane between two instants, with a legend of its kinds; what lies outside is cut off.

    ``keys`` fixes words and colours of kinds; kinds without a key get one. ``marks`` cross all lanes.

    >>> from datetime import UTC
    >>> nine, noon = datetime(2026, 5, 22, 9, tzinfo=UTC), datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> clock = Lane("first response", [Segment(nine, noon, "running")], [Mark(noon, "due")])
    >>> "running, Fri 22 May 2026 09:00 to Fri 22 May 2026 12:00" in str(
    ...     lane_chart([clock], start=nine, end=noon.replace(hour=13), title="Clocks")
    ... )
    True

    Raises:
        InvalidValue: an instant is naive, or ``end`` is not after ``start``.
    """
    return _draw(lanes, TimeAxis(start, end), title, keys, marks, width)


def week_grid(
    days: Sequence[Lane], *, title: str, keys: Sequence[Key] = (), marks: Sequence[Mark] = (), width: float = 640
) -> Element:
    """One row a day with stretches given in hours from 0 to 24: opening hours, shifts, coverage of a week.

    >>> "open, 09:00 to 17:30" in str(week_grid([Lane("Mon", [Segment(9.0, 17.5, "open")])], title="Opening hours"))
    True

    Raises:
        InvalidValue: a stretch is given in instants.
    """
    return _draw(days, DayAxis(), title, keys, marks, width)


def _draw(
    lanes: Sequence[Lane], axis: Axis, title: str, given: Sequence[Key], marks: Sequence[Mark], width: float
) -> Element:
    if not lanes:
        return frame.empty(title, width)
    keys = keys_for((part.kind for lane in lanes for part in lane.segments), given)
    definitions, paints = frame.fills(keys)
    words = {key.kind: key.label for key in keys}
    left = frame.label_column([lane.label for lane in lanes], width)
    across = [mark for mark in marks if 0 <= axis.share(mark.at) <= 1]
    span = width - left - 16
    labels, head = _mark_labels(across, axis, Plot(left, TITLE_HEIGHT, span, 0))
    plot = Plot(left, TITLE_HEIGHT + head, span, _LANE * len(lanes))
    parts: list[Element | None] = [*definitions, frame.heading(title), frame.bottom_axis(axis, plot, width)]
    for place, lane in enumerate(lanes):
        middle = plot.top + _LANE * (place + 0.5)
        parts.append(frame.row_label(lane.label, plot, middle))
        parts += [_stretch(part, axis, plot, middle, (paints[part.kind], words[part.kind])) for part in lane.segments]
        parts += [_diamond(mark, axis, plot, middle) for mark in lane.marks]
    for mark in across:
        x = plot.x(axis.share(mark.at))
        ends = ((x, plot.top), (x, plot.bottom))
        parts.append(svg.line(*ends, stroke=mark.colour, stroke_width=1.5, tip=_told(mark, axis)))
    swatches, height = frame.legend(keys, width, plot.bottom + 22)
    return svg.picture(width, plot.bottom + 22 + height, *parts, *labels, swatches, title=title)


def _stretch(part: Segment, axis: Axis, plot: Plot, middle: float, look: tuple[str, str]) -> Element | None:
    low, high = axis.share(part.start), axis.share(part.end)
    if high < low or high < 0 or low > 1:
        return None
    x, right = plot.x(low), plot.x(high)
    said = f"{look[1]}, {_place(part.start, axis)} to {_place(part.end, axis)}"
    tip = f"{said}: {part.note}" if part.note else said
    # A stretch too short to see still happened.
    return svg.rect(x, middle - 8, max(right - x, 1.0), 16, fill=look[0], tip=tip)


def _diamond(mark: Mark, axis: Axis, plot: Plot, middle: float) -> Element | None:
    share = axis.share(mark.at)
    if not 0 <= share <= 1:
        return None
    x = plot.x(share)
    steps = [("M", (x, middle - 9)), ("L", (x + 6, middle)), ("L", (x, middle + 9)), ("L", (x - 6, middle)), ("Z", ())]
    return svg.path(steps, fill=mark.colour, stroke="#FFFFFF", stroke_width=1, tip=_told(mark, axis))


def _mark_labels(marks: Sequence[Mark], axis: Axis, plot: Plot) -> tuple[list[Element], float]:
    """The labels of marks that cross all lanes, on as many rows above as keep them apart."""
    sizes = [svg.text_width(mark.label, SMALL) for mark in marks]
    held = [
        (min(max(plot.x(axis.share(mark.at)), size / 2), plot.right + 16 - size / 2), size)
        for mark, size in zip(marks, sizes, strict=True)
    ]
    rows = frame.spread(held)
    top = plot.top + _LABEL_ROW / 2
    drawn = [
        svg.text(middle, top + row * _LABEL_ROW, mark.label, anchor="middle", size=SMALL, fill=mark.colour)
        for mark, (middle, _), row in zip(marks, held, rows, strict=True)
    ]
    return drawn, (max(rows) + 1) * _LABEL_ROW if rows else 0.0


def _place(place: Place, axis: Axis) -> str:
    if isinstance(axis, TimeAxis):
        return moment_label(place, axis.zone)
    assert not isinstance(place, datetime)
    minutes = round(place * 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _told(mark: Mark, axis: Axis) -> str:
    return f"{mark.label}: {_place(mark.at, axis)}"
