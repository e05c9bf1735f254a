"""The peer of rows that have none: building a frozen slotted attrs class of 16 fields.

A machine twice as fast is twice as fast at this too, so "14 calibrations" means the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, final

import attrs

from benchmarks.row import Row
from benchmarks.timing import Size, side_by_side

PEER: Final = "calibration"


@final
@attrs.frozen
class Sixteen:
    """Sixteen fields, as many as a ticket has."""

    a: int
    b: int
    c: int
    d: int
    e: int
    f: int
    g: int
    h: int
    i: int
    j: int
    k: int
    l: int  # noqa: E741 - the twelfth letter
    m: int
    n: int
    o: int
    p: int


def build() -> object:
    """One calibration."""
    return Sixteen(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)


def calibrated(work: str, call: Callable[[], object], *, at_most: float, size: Size, pieces: int = 1) -> Row:
    """A row for work that may cost ``at_most`` calibrations a piece; one call does ``pieces`` of it."""
    ours, peer = side_by_side(call, build, size=size)
    return Row(work, ours * pieces, PEER, peer, f"at most {at_most:g} calibrations", at_least=1 / at_most)
