"""Counting open time on integer microseconds of UTC: the fast path under every question.

Holds an hours expression and, as a memo, the table compiled so far; the table only ever grows and is published by one
assignment, so threads share it without a lock. Every search ends at the bounds of what the hours are known for. Not
here: datetimes, zones of answers, reasons.

Layer: hours. Imports _value, errors.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

import attrs

from deskcore._value import DAY, from_us
from deskcore.errors import InvalidValue, NeverHappens, OutOfRange
from deskcore.hours.explanation import amount_text
from deskcore.hours.node import LATEST, SYSTEM, Coverage, Hours
from deskcore.hours.own_zone import OwnZone
from deskcore.hours.timeline import Edges, Table, clipped
from deskcore.hours.wall_clock import zone_of

BLOCK: Final = 128 * DAY
_BOUND: Final = "a calendar with enough opening hours between 1900 and 2200"


def _zone(counting: Counting) -> tzinfo:
    hours: object = counting.hours
    if not isinstance(hours, Hours):
        raise InvalidValue("hours", hours, "must be hours such as Weekly or Union")
    return zone_of(hours.zone_key)


@attrs.frozen
class Counting:
    """Open time counted on microseconds of UTC. ``Calendar`` is this with datetimes in and out.

    ``tz`` is the zone in which answers are given; like the memos it follows from ``hours``.
    """

    hours: Hours
    tz: tzinfo = attrs.field(init=False, default=attrs.Factory(_zone, takes_self=True), eq=False, repr=False)
    _table: Table | None = attrs.field(init=False, default=None, eq=False, repr=False)
    _own: OwnZone | None = attrs.field(init=False, default=None, eq=False, repr=False)

    # -- the compiled table

    def coverage(self) -> Coverage:
        """The instants for which the hours are known, and what limits them."""
        return self.hours.coverage()

    def checked(self, instant: int) -> int:
        """The instant itself.

        Raises:
            OutOfRange: it lies outside what the hours are known for.
        """
        known = self.coverage()
        if not known.low <= instant <= known.high:
            raise OutOfRange(self._noun(), _shown(instant), str(known))
        return instant

    def table_over(self, low: int, high: int) -> Table:
        """The table, grown to answer for every instant of ``[low, high]``.

        Raises:
            OutOfRange: an instant lies outside what the hours are known for.
        """
        table = self._table
        if table is not None and table.low <= low and high <= table.high:
            return table
        known = self.coverage()
        self.checked(low)
        self.checked(high)
        low, high = max(low // BLOCK * BLOCK, known.low), min((high // BLOCK + 1) * BLOCK, known.high)
        if table is None:
            table = self._compiled(low, high)
        else:
            if low < table.low:
                table = self._compiled(low, table.low).joined(table)
            if high > table.high:
                table = table.joined(self._compiled(table.high, high))
        object.__setattr__(self, "_table", table)
        return table

    def _compiled(self, low: int, high: int) -> Table:
        return Table.of(low, high, self.hours.edges(low, high, SYSTEM))

    def _noun(self) -> str:
        return f"calendar {self.hours.name!r}" if self.hours.name else "calendar"

    def _growing(self, at: int, *, forward: bool) -> Iterator[Table]:
        """Ever larger tables in one direction, doubling, up to the bound: what open-ended questions walk."""
        known = self.coverage()
        table = self.table_over(at, at)
        reach = 2 * BLOCK
        while True:
            yield table
            if (table.high >= known.high) if forward else (table.low <= known.low):
                return
            bound = min(at + reach, known.high) if forward else max(at - reach, known.low)
            table = self.table_over(min(at, bound), max(at, bound))
            reach *= 2

    def _exhausted(self, *, forward: bool) -> OutOfRange | None:
        """What to raise when a search reached the end of what is known, which is no proof that nothing comes."""
        known, whole = self.coverage(), Coverage()
        end, bound = (known.high, whole.high) if forward else (known.low, whole.low)
        return None if end == bound else OutOfRange(self._noun(), f"what lies beyond {_shown(end)}", str(known))

    def _own_zone(self) -> OwnZone | None:
        """The table in the calendar's own zone; None before anything was compiled."""
        own, table = self._own, self._table
        if table is None or (own is not None and own.table is table):
            return own
        own = OwnZone.of(table, self.hours.zone_key)
        object.__setattr__(self, "_own", own)
        return own

    # -- questions

    def between_us(self, start: int, end: int) -> int:
        """Open microseconds from one instant to another; negative when ``end`` comes first.

        Cost: two binary searches once the hours around are compiled, whatever the span.
        """
        table = self._table
        if table is None or not (table.low <= start <= table.high and table.low <= end <= table.high):
            table = self.table_over(min(start, end), max(start, end))
        edges, gathered = table.edges, table.gathered
        i, j = bisect_right(edges, start), bisect_right(edges, end)
        return (gathered[j] + end if j & 1 else gathered[j]) - (gathered[i] + start if i & 1 else gathered[i])

    def progress_us(self, start: int, end: int, amount: int) -> tuple[int, int] | None:
        """``between_us(start, end)`` and ``add_us(start, amount)`` in one go, for a positive amount.

        ``None``: more has to be compiled for it, so ask those two.
        """
        table = self._table
        if table is None or amount <= 0 or not table.low <= start <= end <= table.high:
            return None
        edges, gathered, before = table.edges, table.gathered, table.before
        i, j = bisect_right(edges, start), bisect_right(edges, end)
        gone = gathered[i] + start if i & 1 else gathered[i]
        k = bisect_left(before, gone + amount) - 1
        if 2 * k >= len(edges):
            return None
        here = (gathered[j] + end if j & 1 else gathered[j]) - gone
        return here, edges[2 * k] + gone + amount - before[k]

    def is_open_us(self, at: int) -> bool:
        """Whether an instant lies in ``[open, close)``."""
        table = self._table
        if table is None or not table.low <= at < table.high:
            table = self.table_over(at, at + 1)
        return bisect_right(table.edges, at) & 1 == 1

    def add_us(self, at: int, amount: int, *, cross_gap: bool = False) -> int:
        """The instant at which ``amount`` open microseconds have passed since ``at``; before it when negative.

        The earliest such instant going forward, the latest going back, hence the near side of a gap (a close forward,
        an opening back); with ``cross_gap`` the far side. Zero gives ``at`` itself, or with ``cross_gap`` the next open
        instant.

        Raises:
            NeverHappens: the calendar holds too little open time before its bound.
            OutOfRange: what is known of the hours ends before.
        """
        table = self._table
        if amount and not cross_gap and table is not None and table.low <= at <= table.high:
            edges, before = table.edges, table.before
            i = bisect_right(edges, at)
            target = amount + (table.gathered[i] + at if i & 1 else table.gathered[i])  # amount + table.counted(at)
            if amount > 0:
                j = bisect_left(before, target) - 1
                if 2 * j < len(edges):
                    return edges[2 * j] + target - before[j]
            elif 0 <= target < before[-1]:
                j = bisect_right(before, target) - 1
                return edges[2 * j] + target - before[j]
        if amount == 0 and not cross_gap:
            self.table_over(at, at)
            return at
        return self._searched(at, amount, cross_gap=cross_gap)

    def _searched(self, at: int, amount: int, *, cross_gap: bool) -> int:
        forward = amount >= 0
        for table in self._growing(at, forward=forward):
            earliest, latest = table.instants(table.counted(at) + amount)
            found = latest if forward == cross_gap else earliest
            if found is not None:
                return found
        unknown = self._exhausted(forward=forward)
        if unknown is not None:
            raise unknown
        length = amount_text(abs(amount))
        asked = f"add {length} of open time to" if forward else f"subtract {length} of open time from"
        raise NeverHappens(asked, from_us(at, self.tz).isoformat(), _BOUND)

    def next_change_us(self, at: int) -> int | None:
        """The first instant strictly after ``at`` at which the calendar opens or closes; None when it never does."""
        table = self._table
        if table is not None and table.low <= at < table.high:
            i = bisect_right(table.edges, at)
            if i < len(table.edges) and table.edges[i] < table.high:
                return table.edges[i]
        return self._edge_after(at, parity=None)

    def next_start_us(self, at: int) -> int | None:
        """The first opening strictly after ``at``."""
        return self._edge_after(at, parity=0)

    def next_close_us(self, at: int) -> int | None:
        """The first close strictly after ``at``."""
        return self._edge_after(at, parity=1)

    def previous_start_us(self, at: int) -> int | None:
        """The last opening strictly before ``at``."""
        return self._edge_before(at, parity=0)

    def previous_end_us(self, at: int) -> int | None:
        """The last close strictly before ``at``."""
        return self._edge_before(at, parity=1)

    def _edge_after(self, at: int, *, parity: int | None) -> int | None:
        for table in self._growing(at, forward=True):
            i = bisect_right(table.edges, at)
            i += 0 if parity is None else (i ^ parity) & 1
            # An edge on the table's own end is where compiling stopped, not where anything closes.
            if i < len(table.edges) and table.edges[i] < table.high:
                return table.edges[i]
        unknown = self._exhausted(forward=True)
        if unknown is not None:
            raise unknown
        return None

    def _edge_before(self, at: int, *, parity: int) -> int | None:
        for table in self._growing(at, forward=False):
            i = bisect_left(table.edges, at) - 1
            i -= (i ^ parity) & 1
            if i >= 0 and table.edges[i] > table.low:
                return table.edges[i]
        unknown = self._exhausted(forward=False)
        if unknown is not None:
            raise unknown
        return None

    def edges_us(self, low: int, high: int) -> Edges:
        """The open spans inside ``[low, high)`` as ``[open, close, open, close, ...]``."""
        return clipped(self.table_over(low, high).edges, low, high) if low < high else []

    def spans_us(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """The open spans inside ``[low, high)``, in order, compiled as far as they are asked for."""
        held: tuple[int, int] | None = None
        while low < high:
            stop = min(high, low + BLOCK)
            edges = self.edges_us(low, stop)
            for span in zip(edges[::2], edges[1::2], strict=True):
                if held is not None and held[1] == span[0]:
                    held = held[0], span[1]
                    continue
                if held is not None:
                    yield held
                held = span
            low = stop
        if held is not None:
            yield held

    def spans_back_us(self, low: int, high: int) -> Iterator[tuple[int, int]]:
        """As ``spans_us``, the latest first."""
        held: tuple[int, int] | None = None
        while low < high:
            stop = max(low, high - BLOCK)
            edges = self.edges_us(stop, high)
            for span in zip(edges[-2::-2], edges[-1::-2], strict=True):
                if held is not None and span[1] == held[0]:
                    held = span[0], held[1]
                    continue
                if held is not None:
                    yield held
                held = span
            high = stop
        if held is not None:
            yield held


def _shown(instant: int) -> str:
    try:
        return from_us(instant).isoformat()
    except OverflowError:
        side = "after" if instant > LATEST else "before"
        return f"an instant {side} all dates"
