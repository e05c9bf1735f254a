"""Pictures of clocks: a lane for each, as SVG and as text, on one time axis.

Not here: what a clock is (``clock``) and whole pages (``deskcore.render``).

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from deskcore._draw import Element, Key, Lane, Mark, Segment, charts, text
from deskcore._draw.palette import BLUE, GREY, RED, SKY, YELLOW
from deskcore._value import from_us, to_us
from deskcore.errors import InvalidValue
from deskcore.sla.clock import Clock
from deskcore.sla.trace import stamp

KEYS: Final = (
    Key("running", "counts", BLUE),
    Key("paused", "paused", YELLOW, hatched=True),
    Key("settled", "settled", GREY),
    Key("settled_counted", "settled, counts", SKY),
    Key("void", "cancelled", GREY, hatched=True),
    Key("overdue", "overdue", RED),
)
_LETTERS: Final = {"running": "=", "paused": ".", "settled": "_", "settled_counted": "-", "void": " ", "overdue": "!"}


def clock_lanes(clocks: Sequence[Clock], *, title: str = "Clocks", width: float = 960) -> Element:
    """A lane chart of clocks that have started: what counted, what did not, where each was due. ``str`` is its SVG.

    The axis runs from the earliest start to the latest end, due or instant asked about.
    """
    started = [clock for clock in clocks if clock.started_at is not None]
    if not started:
        return charts.lane_chart([], start=_ANY, end=_ANY + timedelta(days=1), title=title, width=width)
    start, end = _span(started)
    lanes = [Lane(_label(clock), [Segment(*part) for part in _parts(clock)], _marks(clock)) for clock in started]
    return charts.lane_chart(lanes, start=start, end=end, title=title, keys=_used(started), width=width)


def clock_lanes_text(clocks: Sequence[Clock], *, width: int = 60) -> str:
    """The same as plain text: ``=`` counts, ``.`` paused, ``_`` settled, ``!`` overdue, ``|`` due.

    Raises:
        InvalidValue: ``width`` leaves no room for a lane.
    """
    if width < 1:
        raise InvalidValue("width", width, "must be at least 1")
    started = [clock for clock in clocks if clock.started_at is not None]
    if not started:
        return "no clock has started"
    start, end = _span(started)
    low, high = to_us(start), to_us(end)
    rows: list[tuple[str, str, str]] = []
    for clock in started:
        lane = [" "] * width
        for since, until, kind, _ in _parts(clock):
            first = _column(to_us(since), low, high, width)
            last = max(first, _column(to_us(until) - 1, low, high, width))
            lane[first : last + 1] = _LETTERS[kind] * (last + 1 - first)
        if clock.due_us is not None:
            lane[_column(clock.due_us, low, high, width)] = "|"
        rows.append((_label(clock), "".join(lane).rstrip(), clock.state.replace("_", " ")))
    return f"{stamp(start)} to {stamp(end)}\n{text.table(rows)}"


_ANY: Final = from_us(0)


def _label(clock: Clock) -> str:
    return clock.metric if clock.number == 1 else f"{clock.metric} {clock.number}"


def _column(us: int, low: int, high: int, width: int) -> int:
    return max(0, min(width - 1, (us - low) * width // (high - low)))


def _span(clocks: Sequence[Clock]) -> tuple[datetime, datetime]:
    zone = clocks[0].calendar.tz
    edges = [mark.us for clock in clocks for mark in clock.cycle.marks]
    edges += [clock.due_us for clock in clocks if clock.due_us is not None]
    edges += [clock.at_us for clock in clocks if clock.is_open]
    low, high = min(edges), max(edges)
    return from_us(low, zone), from_us(max(high, low + 1_000_000), zone)


def _parts(clock: Clock) -> list[tuple[datetime, datetime, str, str]]:
    """Its segments, and over them what ran past due."""
    found: list[tuple[datetime, datetime, str, str]] = []
    late = clock.breached_at
    for part in clock.segments():
        found.append((part.start, part.end, part.state, part.why))
        if late is not None and part.state == "running" and to_us(part.end) > to_us(late):
            since = part.start if to_us(part.start) > to_us(late) else late
            found.append((since, part.end, "overdue", part.why))
    return found


def _marks(clock: Clock) -> list[Mark]:
    return [] if clock.due is None else [Mark(clock.due, f"{clock.metric} due")]


def _used(clocks: Sequence[Clock]) -> list[Key]:
    kinds = {kind for clock in clocks for _, _, kind, _ in _parts(clock)}
    return [key for key in KEYS if key.kind in kinds]
