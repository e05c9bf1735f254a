"""Laying a week of local hours over dates: the compiler's inner loop.

Where one offset holds, whole weeks are laid at once; dates that an offset change touches, and dates with hours of their
own, are resolved edge by edge. Not here: which dates are special.

Layer: hours. Imports _value only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from deskcore._value import DAY, SECOND
from deskcore.hours.timeline import Edges
from deskcore.hours.wall_clock import EARLIEST, Reading, Run, edge_in, edge_read
from deskcore.hours.week import Span, Week

_WEEK: Final = 7 * DAY
_MONDAY: Final = 3  # 1970-01-01 was a Thursday


def weekday(day: int) -> int:
    """The weekday of a date counted from 1970-01-01; Monday is 0.

    >>> weekday(0)
    3
    """
    return (day + _MONDAY) % 7


def resolved(span: Span, day: int, runs: Sequence[Run], reading: Reading = EARLIEST) -> Edges:
    """The instants of local hours on a date; empty where both ends fall on one instant, or the end falls first.

    >>> resolved(Span(0, 3600), 0, [Run(-DAY, 0)])
    [0, 3600000000]
    """
    base = day * DAY
    edges = base + span.start * SECOND, base + span.end * SECOND
    if reading is EARLIEST:
        start, end = edge_in(runs, edges[0]), edge_in(runs, edges[1])
    else:
        start, end = edge_read(runs, edges[0], reading), edge_read(runs, edges[1], reading)
    return [start, end] if start < end else []


def spread(
    week: Week,
    own: Mapping[int, tuple[Span, ...]],
    runs: Sequence[Run],
    first: int,
    last: int,
    reading: Reading = EARLIEST,
) -> Edges:
    """The week laid over dates ``[first, last)``, with the hours of ``own`` in place of the week's on its dates.

    In order of date; spans of neighbouring dates may touch or overlap.

    >>> spread(((Span(0, 1),),) * 7, {1: ()}, [Run(-DAY, 0)], 0, 3) == [0, SECOND, 2 * DAY, 2 * DAY + SECOND]
    True
    """
    daily = [[instant * SECOND for span in spans for instant in span] for spans in week]
    weekly = [number * DAY + instant for number, edges in enumerate(daily) for instant in edges]
    starts = [run.start + run.offset for run in runs]
    odd = _odd_days(runs, first, last)
    found: Edges = []
    here = first
    for day in [*sorted(odd | own.keys()), last]:
        if here < day:
            _lay(daily, weekly, here, day, runs[max(bisect_right(starts, here * DAY) - 1, 0)].offset, found)
        if day in odd:
            for span in own[day] if day in own else week[weekday(day)]:
                found += resolved(span, day, runs, reading)
        elif day < last:
            base = day * DAY - runs[max(bisect_right(starts, day * DAY) - 1, 0)].offset
            found += [base + instant * SECOND for span in own[day] for instant in span]
        here = day + 1
    return found


def _odd_days(runs: Sequence[Run], first: int, last: int) -> set[int]:
    """The dates whose edges an offset change touches, run-over into a second day included."""
    odd: set[int] = set()
    for before, after in pairwise(runs):
        low = after.start + min(before.offset, after.offset)
        high = after.start + max(before.offset, after.offset)
        odd.update(range(max(low // DAY - 2, first), min(high // DAY + 1, last)))
    return odd


def _lay(daily: list[Edges], weekly: Edges, first: int, last: int, offset: int, found: Edges) -> None:
    """Add the edges of dates ``[first, last)`` under one offset."""
    monday = min(first + -weekday(first) % 7, last)
    sunday = monday + (last - monday) // 7 * 7
    for day in range(first, monday):
        base = day * DAY - offset
        found += [base + instant for instant in daily[weekday(day)]]
    start, stop = monday * DAY - offset, sunday * DAY - offset
    found += [base + instant for base in range(start, stop, _WEEK) for instant in weekly]
    for day in range(sunday, last):
        base = day * DAY - offset
        found += [base + instant for instant in daily[weekday(day)]]
