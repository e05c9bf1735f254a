"""How work is timed: side by side, in turns, and the best turn counts.

On a shared machine a single number says little. Ours and the peer's work take turns in one process, so that both meet
the same weather, and the least disturbed turn of each is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import TypeVar, final

import attrs

T = TypeVar("T")
U = TypeVar("U")
Work = Callable[[], object]


@final
@attrs.frozen
class Size:
    """How much is measured: all of it, or with ``small`` the least there is.

    The least is for seeing that a row still runs and answers rightly; its figures mean nothing.
    """

    small: bool = False

    def of(self, whole: int, least: int) -> int:
        """How many pieces of work a row takes."""
        return least if self.small else whole


FULL = Size()


def side_by_side(
    ours: Work, peer: Work | None, *, size: Size = FULL, seconds: float = 1.0, turns: int = 7
) -> tuple[float, float | None]:
    """Calls in a second of both, the best of ``turns`` turns each; about ``seconds`` of each in all.

    Multiply by the amount of work in one call where a call does more than one piece. A small size is one call each.
    """
    if size.small:
        seconds, turns = 0.0, 1
    held = [work for work in (ours, peer) if work is not None]
    counts = [_calls_in(work, seconds / turns) for work in held]
    best = [0.0] * len(held)
    for _ in range(turns):
        for place, (work, count) in enumerate(zip(held, counts, strict=True)):
            best[place] = max(best[place], count / _time(work, count))
    return best[0], best[1] if peer is not None else None


def per_second(work: Work, *, size: Size = FULL, seconds: float = 1.0, turns: int = 7) -> float:
    """Calls in a second of one piece of work, the best of ``turns`` turns."""
    return side_by_side(work, None, size=size, seconds=seconds, turns=turns)[0]


def in_turn(ask: Callable[[T], U], inputs: Sequence[T]) -> Callable[[], U]:
    """A call that asks about the next of the inputs, over and over: no answer is remembered from the call before."""
    following = cycle(inputs).__next__
    return lambda: ask(following())


def _calls_in(work: Work, seconds: float) -> int:
    """How many calls take about ``seconds``; also warms the work up."""
    count = 1
    while True:
        taken = _time(work, count)
        if taken >= seconds / 4:
            return max(1, int(count * seconds / taken))
        count *= 4


def _time(work: Work, count: int) -> float:
    turns = range(count)
    start = time.perf_counter()
    for _ in turns:
        work()
    return max(time.perf_counter() - start, 1e-9)
