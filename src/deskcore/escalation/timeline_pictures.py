"""A preview as a timeline: a lane for each axis, and for what holds the escalation back; text, SVG, HTML, Mermaid.

Not here: what fires (``timeline``), the preview as a table (``pictures.preview_html``), whole pages
(``deskcore.render``).

Layer: escalation. Imports _draw and its own room.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from typing import Final

from deskcore._draw import charts, mermaid, text
from deskcore._draw.charts import Key, Lane, Mark, Segment
from deskcore._draw.markup import Element
from deskcore._draw.mermaid import Task
from deskcore._draw.palette import HUES
from deskcore._value import from_us, to_us
from deskcore.errors import InvalidValue
from deskcore.escalation.firing import Firing
from deskcore.escalation.stretches import Stretch
from deskcore.escalation.timeline import Timeline

_AXES: Final = ("functional", "hierarchic")
_MARKS: Final = "123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SEVERAL: Final = "+"
_FILL: Final = {"acknowledged": "=", "snoozed": "~", "quiet": "x"}
_ANY: Final = datetime(2026, 1, 1, tzinfo=UTC)
_LEAST: Final = timedelta(hours=1)
_MOST_DRAWN: Final = 200
_KEYS: Final = (
    Key("climbed", "escalated", HUES[0]),
    Key("acknowledged", "acknowledged", HUES[2]),
    Key("snoozed", "snoozed", HUES[4]),
    Key("quiet", "quiet time", HUES[3]),
)


def timeline_text(timeline: Timeline, *, zone: tzinfo = UTC, width: int = 60) -> str:
    """A preview as lanes of plain text over a list of what fires: ``1``, ``2``, ... in order, ``+`` several at once.

    ``=`` acknowledged, ``~`` snoozed, ``x`` quiet. After the lanes the firings, numbered as they are marked, with who
    hears of them; then what has no date, and why. Of a thousand firings the first two hundred.

    Raises:
        InvalidValue: ``width`` leaves no room for a lane.

    >>> print(timeline_text(Timeline("T-1", (), ())))
    T-1: nothing is due
    """
    if width < 1:
        raise InvalidValue("width", width, "must be at least 1")
    if not timeline.firings:
        return "\n".join(
            [f"{timeline.ticket}: nothing is due", *(entry.explain(zone=zone) for entry in timeline.undated)]
        )
    start, end = _span(timeline)
    shown = timeline.firings[:_MOST_DRAWN]

    def column(moment: datetime) -> int:
        share = (to_us(moment) - to_us(start)) / (to_us(end) - to_us(start))
        return min(width - 1, max(0, int(share * width)))

    rows = [(axis, _marked(axis, shown, column, width)) for axis in _AXES]
    rows += [(kind, _filled(held, column, width, end)) for kind, held in _by_kind(timeline)]
    head = f"{timeline.ticket}, {_stamp(start, zone)} to {_stamp(end, zone)} ({zone})"
    listed = [(_mark(place), _stamp(one.event.due, zone), *_told(one)) for place, one in enumerate(shown)]
    more = [f"and {len(timeline.firings) - len(shown)} more"] if len(timeline.firings) > len(shown) else []
    undated = [entry.explain(zone=zone) for entry in timeline.undated]
    return "\n".join([head, text.table(rows), "", text.table(listed), *more, *undated])


def timeline_svg(timeline: Timeline, *, zone: tzinfo = UTC, width: float = 960) -> Element:
    """A preview as a lane chart: a diamond for each firing, its rung and people in its tooltip; ``str`` is its SVG.

    Between two firings of an axis the lane is coloured; lanes of their own show for how long the ticket is
    acknowledged, snoozed or in a quiet time. Labels are those of ``zone``. Of a thousand firings the first two hundred.

    >>> "T-1" in str(timeline_svg(Timeline("T-1", (), ())))
    True
    """
    title = f"Escalation of {timeline.ticket} if nothing happens"
    if not timeline.firings:
        return charts.lane_chart([], start=_ANY, end=_ANY + _LEAST, title=f"{title}: nothing is due", width=width)
    start, end = _span(timeline)
    lanes = [_lane(axis, timeline.firings[:_MOST_DRAWN], end) for axis in _AXES]
    for kind, held in _by_kind(timeline):
        lanes.append(Lane(kind, [Segment(one.start, one.end or end, kind, one.why) for one in held]))
    used = {part.kind for lane in lanes for part in lane.segments}
    keys = [key for key in _KEYS if key.kind in used]
    return charts.lane_chart(
        lanes, start=from_us(to_us(start), zone), end=from_us(to_us(end), zone), title=title, keys=keys, width=width
    )


def timeline_gantt(timeline: Timeline) -> str:
    """A preview as Mermaid source of a Gantt chart: a milestone for each firing, bars for what holds it back.

    Instants are in UTC, because Mermaid knows no zones. Of a thousand firings the first two hundred.

    >>> print(timeline_gantt(Timeline("T-1", (), ())))
    gantt
      title Escalation of T-1 if nothing happens
      dateFormat YYYY-MM-DDTHH:mm:ss
      axisFormat %d %b %H:%M
    """
    _, end = _span(timeline)
    sections: list[tuple[str, list[Task]]] = []
    for axis in _AXES:
        fired = [one for one in timeline.firings[:_MOST_DRAWN] if one.event.axis == axis]
        if fired:
            sections.append((axis, [(_label(one), one.event.due, one.event.due, "milestone") for one in fired]))
    for kind, held in _by_kind(timeline):
        sections.append((kind, [(one.why or kind, one.start, one.end or end, "done") for one in held]))
    return mermaid.gantt(f"Escalation of {timeline.ticket} if nothing happens", sections)


def _span(timeline: Timeline) -> tuple[datetime, datetime]:
    """From the instant asked about to the last firing drawn, and at least an hour; a little room after it."""
    moments = [one.event.due for one in timeline.firings[:_MOST_DRAWN]] or [timeline.at or _ANY]
    low, high = min(map(to_us, [*moments, *([timeline.at] if timeline.at else [])])), max(map(to_us, moments))
    room = max((high - low) // 20, 1) if high > low else _LEAST // timedelta(microseconds=1)
    return from_us(low), from_us(high + room)


def _by_kind(timeline: Timeline) -> list[tuple[str, list[Stretch]]]:
    """The stretches of each kind that lie in the picture."""
    start, end = (to_us(moment) for moment in _span(timeline))
    found: dict[str, list[Stretch]] = {}
    for one in timeline.stretches:
        if to_us(one.start) < end and (one.end is None or to_us(one.end) > start):
            found.setdefault(one.kind, []).append(one)
    return list(found.items())


def _lane(axis: str, firings: tuple[Firing, ...], end: datetime) -> Lane:
    mine = [one for one in firings if one.event.axis == axis]
    bounds = [*(one.event.due for one in mine), end]
    parts = [
        Segment(since, until, "climbed", _label(one))
        for one, (since, until) in zip(mine, pairwise(bounds), strict=True)
    ]
    return Lane(axis, parts, [Mark(one.event.due, _label(one)) for one in mine])


def _label(firing: Firing) -> str:
    rung, who, what = _told(firing)
    return f"{rung}: {who}, {what}" if who != "-" else f"{rung}: {what}"


def _told(firing: Firing) -> tuple[str, str, str]:
    """The rung, who hears of it, and what it does."""
    event = firing.event
    done = "; ".join(event.actions) or event.outcome.replace("_", " ")
    who = ", ".join(event.people) or ("next in " + ", ".join(firing.pools) if firing.pools else "-")
    return event.rung, who, done


def _mark(place: int) -> str:
    return _MARKS[place] if place < len(_MARKS) else _SEVERAL


def _marked(axis: str, firings: tuple[Firing, ...], column: Callable[[datetime], int], width: int) -> str:
    lane = ["."] * width
    for place, one in enumerate(firings):
        if one.event.axis == axis:
            at = column(one.event.due)
            lane[at] = _mark(place) if lane[at] == "." else _SEVERAL
    return "".join(lane)


def _filled(held: list[Stretch], column: Callable[[datetime], int], width: int, end: datetime) -> str:
    lane = ["."] * width
    for one in held:
        first, last = column(one.start), column(one.end or end)
        lane[first : max(last, first + 1)] = _FILL[one.kind] * (max(last, first + 1) - first)
    return "".join(lane)


def _stamp(moment: datetime, zone: tzinfo) -> str:
    return from_us(to_us(moment), zone).strftime("%a %Y-%m-%d %H:%M")
