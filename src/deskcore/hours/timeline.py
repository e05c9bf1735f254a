"""Open time as one sorted line of edges, and the counting function over it.

An *edge list* is ``[open, close, open, close, ...]`` in microseconds of UTC, strictly rising and of even length:
disjoint half-open spans
that do not touch. Every calendar compiles to one; set algebra is a sweep over two. A ``Table`` adds the open time
gathered before each edge, so that W(t) = open time before t is one binary search: ``between`` is a difference of W and
``add`` its inverse, whatever the span. Not here: zones, dates, reasons.

Layer: hours. Imports nothing of deskcore.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate
from operator import lt, sub
from typing import Final, final

import attrs

Edges = list[int]

UNION: Final = (False, True, True, True)
INTERSECTION: Final = (False, False, False, True)
DIFFERENCE: Final = (False, True, False, False)


def merged(edges: Edges) -> Edges:
    """The edge list of spans given as ``[start, end, start, end, ...]`` in any order, touching or overlapping or empty.

    >>> merged([5, 9, 0, 3, 3, 4, 7, 7])
    [0, 4, 5, 9]
    """
    if all(map(lt, edges, edges[1:])):  # already strictly rising: nothing touches, nothing is empty
        return edges
    result: Edges = []
    for start, end in sorted(zip(edges[::2], edges[1::2], strict=True)):
        if start >= end:
            continue
        if result and start <= result[-1]:
            result[-1] = max(result[-1], end)
        else:
            result += (start, end)
    return result


def clipped(edges: Edges, low: int, high: int) -> Edges:
    """The part of the line inside ``[low, high)``.

    >>> clipped([0, 4, 5, 9], 2, 6)
    [2, 4, 5, 6]
    """
    if low >= high:
        return []
    first, last = bisect_right(edges, low), bisect_left(edges, high)
    head = [low] if first % 2 else []
    tail = [high] if last % 2 else []
    return [*head, *edges[first:last], *tail]


def combined(left: Edges, right: Edges, keep: tuple[bool, bool, bool, bool]) -> Edges:
    """Sweep two lines at once; open where ``keep[left open + 2 * right open]``.

    >>> combined([0, 4], [2, 6], INTERSECTION), combined([0, 4], [2, 6], DIFFERENCE)
    ([2, 4], [0, 2])
    """
    if not left or not right:
        return (left if left and keep[1] else []) if not right else (right if keep[2] else [])
    result: Edges = []
    state = 0
    inside = False
    # Both are sorted, so sorting them together is one merge; the lowest bit says whose edge it is.
    for marked in sorted([*(edge << 1 for edge in left), *(edge << 1 | 1 for edge in right)]):
        state ^= 1 + (marked & 1)
        if keep[state] is not inside:
            inside = not inside
            if result and result[-1] == marked >> 1:
                result.pop()  # the other line's edge at the same instant undoes this one
            else:
                result.append(marked >> 1)
    return result


def union(left: Edges, right: Edges) -> Edges:
    """Open where either is."""
    return combined(left, right, UNION)


def intersection(left: Edges, right: Edges) -> Edges:
    """Open where both are."""
    return combined(left, right, INTERSECTION)


def difference(left: Edges, right: Edges) -> Edges:
    """Open where ``left`` is and ``right`` is not."""
    return combined(left, right, DIFFERENCE)


def complement(edges: Edges, low: int, high: int) -> Edges:
    """Open inside ``[low, high)`` exactly where the line is not.

    >>> complement([2, 4], 0, 9)
    [0, 2, 4, 9]
    """
    return difference([low, high] if low < high else [], edges)


def total(edges: Iterable[int]) -> int:
    """How much open time the whole line holds.

    >>> total([0, 4, 5, 9])
    8
    """
    edges = list(edges)
    return sum(edges[1::2]) - sum(edges[::2])


@final
@attrs.frozen(eq=False)
class Table:
    """A line compiled over ``[low, high)``, with the open time before each edge. Immutable, so threads share it.

    For ``i = bisect_right(edges, t)``, the number of edges at or before ``t``: ``t`` is open exactly when ``i`` is odd,
    and W(t) is ``gathered[i]``, plus ``t`` itself when open (``gathered`` has the opening subtracted there).

    >>> table = Table.of(0, 100, [10, 20, 40, 70])
    >>> table.counted(15), table.counted(30), table.counted(50), table.instants(20)
    (5, 10, 20, (50, 50))
    >>> table.instants(10)
    (20, 40)
    """

    low: int
    high: int
    edges: Edges
    gathered: list[int]
    before: list[int]
    memo: object = attrs.field(init=False, default=None, repr=False)
    """What the batch path derives from the table, kept beside it."""

    @classmethod
    def of(cls, low: int, high: int, edges: Edges) -> Table:
        """Gather once what every question reads."""
        opens, closes = edges[::2], edges[1::2]
        before = [0, *accumulate(map(sub, closes, opens))]
        gathered = [0] * (len(edges) + 1)
        gathered[2::2] = before[1:]
        gathered[1::2] = map(sub, before, opens)
        return cls(low, high, edges, gathered, before)

    def counted(self, instant: int) -> int:
        """W: open time from ``low`` to an instant inside the table."""
        i = bisect_right(self.edges, instant)
        return self.gathered[i] + instant if i & 1 else self.gathered[i]

    def instants(self, count: int) -> tuple[int | None, int | None]:
        """The earliest and the latest instant at which W is ``count``, where the table holds them.

        Apart only when ``count`` falls on a close: then they are that close and the next opening.
        """
        earliest = latest = None
        j = bisect_left(self.before, count) - 1
        if 0 <= j < len(self.before) - 1:
            earliest = self.edges[2 * j] + count - self.before[j]
        j = bisect_right(self.before, count) - 1
        if 0 <= j < len(self.before) - 1:
            latest = self.edges[2 * j] + count - self.before[j]
        return earliest, latest

    def joined(self, other: Table) -> Table:
        """One table over both ranges; ``other`` begins where this one ends."""
        seam = bool(self.edges and other.edges and self.edges[-1] == other.edges[0])
        edges = [*self.edges[:-1], *other.edges[1:]] if seam else [*self.edges, *other.edges]
        return Table.of(self.low, other.high, edges)
