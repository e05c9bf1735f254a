"""Questions about many instants at once, on numpy arrays (extra ``fast``).

Arrays of ``int64`` are microseconds of UTC since 1970; arrays of ``datetime64`` are UTC, as numpy takes them. Same
answers as the calendar's own questions. The table is indexed by ``(t - low) >> shift``: a cell is no longer than the
shortest closed gap, so it meets at most one open stretch and W(t) is ``base[cell] + min(max(t, open), close)``, without
a search. Not here: scalar questions.

Layer: hours. Imports numpy; _value, errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final, cast, final

import attrs
import numpy as np
import numpy.typing as npt

from deskcore.errors import InvalidValue, NeverHappens, OutOfRange
from deskcore.hours.calendar import Calendar
from deskcore.hours.timeline import Table

Ints = npt.NDArray[np.int64]
Instants = npt.NDArray[np.int64] | npt.NDArray[np.datetime64]
Amounts = npt.NDArray[np.int64] | npt.NDArray[np.timedelta64]

_MOST_CELLS: Final = 1 << 20
_CHUNK: Final = 1 << 14
_RULE: Final = "must be an array of int64 microseconds or of {kind}"


def between(calendar: Calendar, starts: Instants, ends: Instants) -> Amounts:
    """Open time between pairs of instants, signed. Arrays are broadcast together.

    ``int64`` microseconds come back, or ``timedelta64[us]`` for ``datetime64`` in.

    Raises:
        InvalidValue: an array is of another type, holds NaT, or holds digits below a microsecond.
        OutOfRange: an instant lies outside what the hours are known for.

    >>> office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
    >>> starts = np.array(["2026-05-22T16:00", "2026-05-23T12:00"], dtype="datetime64[m]")
    >>> between(office, starts, np.datetime64("2026-05-25T10:00", "m"))
    array([7200000000, 3600000000], dtype='timedelta64[us]')
    """
    first, last = _instants("starts", starts), _instants("ends", ends)
    low, high = _span(first, last)
    if high < low:
        counted = np.zeros(np.broadcast_shapes(first.shape, last.shape), dtype=np.int64)
    else:
        grid = _grid(calendar.table_over(low, high))
        counted = grid.counted(last) - grid.counted(first)
    dated = np.asarray(starts).dtype.kind == "M" or np.asarray(ends).dtype.kind == "M"
    return counted.view("timedelta64[us]") if dated else counted


def add(calendar: Calendar, at: Instants, amounts: Amounts, *, cross_gap: bool = False) -> Instants:
    """``calendar.add`` for every pair of instant and amount of open time; the type of ``at`` comes back.

    Raises:
        InvalidValue: as ``between``.
        NeverHappens: one of the amounts is not reached before the calendar's bound.

    >>> office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
    >>> add(office, np.array(["2026-05-22T16:00"], dtype="datetime64[us]"), np.array([2 * 3600 * 10**6]))
    array(['2026-05-25T10:00:00.000000'], dtype='datetime64[us]')
    """
    instants, wanted = np.broadcast_arrays(_instants("at", at), _amounts("amounts", amounts))
    if not instants.size:
        return cast("Instants", instants.copy())
    low, high = int(instants.min()), int(instants.max())
    # No answer lies outside these two; looking for them compiles the hours for all. They need not exist themselves.
    for instant, amount in ((low, int(wanted.min())), (high, int(wanted.max()))):
        with suppress(NeverHappens, OutOfRange):
            calendar.add_us(instant, amount, cross_gap=cross_gap)
    table = calendar.table_over(low, high)
    reached, known = _reached(table, _grid(table).counted(instants), instants, wanted, cross_gap=cross_gap)
    if not known.all():
        missing = int(np.flatnonzero(~known.ravel())[0])
        calendar.add_us(int(instants.flat[missing]), int(wanted.flat[missing]), cross_gap=cross_gap)  # says why
    return reached.view("datetime64[us]") if np.asarray(at).dtype.kind == "M" else reached


def is_open(calendar: Calendar, at: Instants) -> npt.NDArray[np.bool_]:
    """Whether each instant lies in ``[open, close)``.

    >>> office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
    >>> is_open(office, np.array(["2026-05-22T09:00", "2026-05-22T17:00"], dtype="datetime64[m]"))
    array([ True, False])
    """
    instants = _instants("at", at)
    if not instants.size:
        return np.zeros(instants.shape, dtype=np.bool_)
    grid = _grid(calendar.table_over(int(instants.min()), int(instants.max()) + 1))
    found: npt.NDArray[np.bool_] = grid.counted(instants + 1) != grid.counted(instants)
    return found


def _reached(
    table: Table, counted: Ints, instants: Ints, wanted: Ints, *, cross_gap: bool
) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """The answers, and where the table holds one."""
    before = np.array(table.before, dtype=np.int64)
    opens = np.array(table.edges[::2], dtype=np.int64)
    target = counted + wanted
    latest = (wanted >= 0) == cross_gap
    index = np.where(latest, np.searchsorted(before, target, "right"), np.searchsorted(before, target, "left")) - 1
    still = (wanted == 0) & (not cross_gap)
    known = ((index >= 0) & (index < len(opens))) | still
    if not len(opens):
        return instants.copy(), known
    index = np.clip(index, 0, len(opens) - 1)
    return np.where(still, instants, opens[index] + target - before[index]), known


@final
@attrs.frozen(eq=False)
class _Grid:
    """A table as arrays by cell; falls back to a search where cells would be too many."""

    start: int
    shift: int
    base: Ints
    low: Ints
    high: Ints
    edges: Ints
    gathered: Ints

    def counted(self, instants: Ints) -> Ints:
        """W of every instant inside the table."""
        flat = np.ascontiguousarray(instants).reshape(-1)
        result = np.empty_like(flat)
        if not len(self.base):
            index = np.searchsorted(self.edges, flat, "right")
            result = self.gathered[index] + np.where(index & 1, flat, 0)
        # In pieces that stay in the processor's cache.
        for begin in range(0, len(flat) if len(self.base) else 0, _CHUNK):
            piece = flat[begin : begin + _CHUNK]
            out = result[begin : begin + _CHUNK]
            cell = (piece - self.start) >> self.shift
            np.maximum(piece, self.low.take(cell, mode="clip"), out=out)
            np.minimum(out, self.high.take(cell, mode="clip"), out=out)
            out += self.base.take(cell, mode="clip")
        return result.reshape(instants.shape)


def _grid(table: Table) -> _Grid:
    held = table.memo
    if isinstance(held, _Grid):
        return held
    made = _made(table)
    object.__setattr__(table, "memo", made)  # published by one assignment; made twice at worst
    return made


def _made(table: Table) -> _Grid:
    edges = np.array(table.edges, dtype=np.int64)
    gathered = np.array(table.gathered, dtype=np.int64)
    opens, closes = edges[::2], edges[1::2]
    gaps = opens[1:] - closes[:-1]
    shift = int(gaps.min() if len(gaps) else table.high - table.low).bit_length() - 1
    cells = ((table.high - table.low) >> max(shift, 0)) + 1
    nothing = np.empty(0, dtype=np.int64)
    if cells > _MOST_CELLS or shift < 0:
        return _Grid(table.low, 0, nothing, nothing, nothing, edges, gathered)
    starts = table.low + (np.arange(cells, dtype=np.int64) << shift)
    # The first stretch that ends after the cell begins is the only one that can lie in it.
    index = np.searchsorted(closes, starts, "right")
    far = np.int64(table.high + 1)
    padded_opens, padded_closes = np.append(opens, far), np.append(closes, far)
    before = np.array(table.before, dtype=np.int64)
    return _Grid(
        table.low,
        shift,
        before[index] - padded_opens[index],
        padded_opens[index],
        padded_closes[index],
        edges,
        gathered,
    )


def _span(*arrays: Ints) -> tuple[int, int]:
    held = [array for array in arrays if array.size]
    if len(held) < len(arrays):
        return 0, -1
    return min(int(array.min()) for array in held), max(int(array.max()) for array in held)


def _instants(name: str, given: object) -> Ints:
    return _microseconds(name, given, "M", "datetime64")


def _amounts(name: str, given: object) -> Ints:
    return _microseconds(name, given, "m", "timedelta64")


def _microseconds(name: str, given: object, kind: str, word: str) -> Ints:
    array = np.asarray(cast("Sequence[int]", given))
    if array.dtype.kind == "i":
        return array.astype(np.int64, copy=False)
    if array.dtype.kind != kind:
        raise InvalidValue(name, str(array.dtype), _RULE.format(kind=word))
    if np.isnat(cast("npt.NDArray[np.datetime64]", array)).any():
        raise InvalidValue(name, "NaT", "must hold no NaT")
    micros: npt.NDArray[Any] = array.astype(f"{word}[us]")
    if (micros.astype(array.dtype) != array).any():
        raise InvalidValue(
            name, str(array.dtype), "must hold no digits below a microsecond, nor dates beyond its range"
        )
    return micros.view(np.int64)
