"""Figures not to be read alone: one that gets nicer while another pays for it.

Layer: oversight. Imports errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, final

import attrs

from deskcore.errors import InvalidValue

Direction: TypeAlias = Literal["falls", "rises"]


@final
@attrs.frozen
class Contradiction:
    """Two figures that moved in a way that should be looked at: one got nicer while the other paid for it.

    >>> Contradiction("handling time", "falls", "reopens", "rises", 0.9, 1.4).explain()
    'handling time falls (x 0.90) while reopens rises (x 1.40)'
    """

    figure: str
    moved: Direction
    other: str
    other_moved: Direction
    ratio: float
    other_ratio: float

    def explain(self) -> str:
        """Both movements in one line."""
        one = f"{self.figure} {self.moved} (x {self.ratio:.2f})"
        return f"{one} while {self.other} {self.other_moved} (x {self.other_ratio:.2f})"


@final
@attrs.frozen
class PairedGuard:
    """Watches that one figure does not move at another's cost: handling time falls while reopens rise.

    Compares the mean of the later half of a series with that of the earlier half (a middle value belongs to neither);
    a movement counts from a relative change of ``least`` on.

    >>> guard = PairedGuard("handling time", "falls", "reopens", "rises")
    >>> guard.check([10, 10, 8, 8], [0.05, 0.05, 0.08, 0.08]).explain()
    'handling time falls (x 0.80) while reopens rises (x 1.60)'
    >>> guard.check([10, 10, 8, 8], [0.05, 0.05, 0.05, 0.05]) is None
    True

    Raises:
        InvalidValue: a least change that is not above zero.
    """

    figure: str
    moved: Direction
    other: str
    other_moved: Direction
    least: float = 0.05

    def __attrs_post_init__(self) -> None:
        if not self.least > 0:
            raise InvalidValue("least", self.least, "must be above zero")

    def check(self, series: Sequence[float], other: Sequence[float]) -> Contradiction | None:
        """The contradiction in two series of the same periods, if there is one; none of fewer than two periods.

        Raises:
            InvalidValue: series of different lengths.
        """
        if len(series) != len(other):
            raise InvalidValue("other", len(other), f"must have as many periods, {len(series)}")
        one, two = _ratio(series), _ratio(other)
        if one is None or two is None or not (self._is(self.moved, one) and self._is(self.other_moved, two)):
            return None
        return Contradiction(self.figure, self.moved, self.other, self.other_moved, one, two)

    def _is(self, direction: Direction, ratio: float) -> bool:
        return ratio <= 1 - self.least if direction == "falls" else ratio >= 1 + self.least


def _ratio(series: Sequence[float]) -> float | None:
    half = len(series) // 2
    before = sum(series[:half])
    return sum(series[-half:]) / before if half and before else None
