"""The short cut for datetimes in the calendar's own zone: edges as datetimes of that zone, no offset looked up.

CPython compares and subtracts datetimes of the very same zone by their wall fields, which is fast, and right except
near a change of offset. Stretches near one are marked here and take the long way. A memo beside the table, never part
of a value.

Layer: hours. Imports _value only.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, final

import attrs

from deskcore._value import DAY
from deskcore.hours.timeline import Table
from deskcore.hours.wall_clock import offset_runs, zone_of

_MICROSECOND: Final = timedelta(microseconds=1)


@final
@attrs.frozen(eq=False)
class OwnZone:
    """A table's edges as datetimes of one zone object.

    Stretch ``i`` lies before edge ``i`` and after edge ``i - 1``, open when ``i`` is odd. Where ``sure[i]``, every
    datetime of the zone whose wall fields fall into it lies in it, and inside it wall time and real time run alike.

    >>> table = Table.of(0, 10**12, [10**9, 2 * 10**9])
    >>> own = OwnZone.of(table, "UTC")
    >>> own.walls[0].isoformat(), own.sure
    ('1970-01-01T00:16:40+00:00', [False, True, False])
    """

    table: Table
    walls: list[datetime]
    gathered: list[timedelta]
    sure: list[bool]

    @classmethod
    def of(cls, table: Table, key: str) -> OwnZone:
        """Lay the table's edges on the wall clock of a zone. Costs about a third of compiling them."""
        zone = zone_of(key)
        epoch = datetime(1970, 1, 1, tzinfo=zone)
        edges = table.edges
        walls: list[datetime] = []
        # The first and the last stretch reach beyond the table, so they are never sure.
        sure = [False, *[True] * (len(edges) - 1), False] if edges else [False]
        # A change just outside the table still makes wall times inside it ambiguous.
        runs = offset_runs(key, table.low - 2 * DAY, table.high + 2 * DAY)
        changes = [(after.start, before.offset, after.offset) for before, after in pairwise(runs)]
        stops = [*(bisect_left(edges, at) for at, _, _ in changes), len(edges)]
        for run, stop in zip(runs, stops, strict=True):
            walls += [epoch + (edge + run.offset) * _MICROSECOND for edge in edges[len(walls) : stop]]
        _doubt(walls, sure, changes, epoch)
        gathered = [count * _MICROSECOND for count in table.before for _ in (0, 1)]
        return cls(table, walls, gathered, sure)


def _doubt(walls: list[datetime], sure: list[bool], changes: list[tuple[int, int, int]], epoch: datetime) -> None:
    """Mark the stretches that a change of offset touches, unless one closed stretch holds all of it."""
    for at, before, after in changes:
        size = abs(after - before)
        low = epoch + (at + min(before, after) - size) * _MICROSECOND
        high = epoch + (at + max(before, after) + size) * _MICROSECOND
        first, last = bisect_right(walls, low), bisect_right(walls, high)
        if first != last or first % 2:
            sure[first : last + 1] = [False] * (last + 1 - first)
