"""How work is timed: side by side, in turns, and the best turn counts.

On a shared machine a single number says little. Ours and the peer's work take turns in one process, so that both meet
the same weather, and the least disturbed turn of each is kept.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Work = Callable[[], object]


def side_by_side(ours: Work, peer: Work | None, *, seconds: float = 1.0, turns: int = 7) -> tuple[float, float | None]:
    """Calls in a second of both, the best of ``turns`` turns each; about ``seconds`` of each in all.

    Multiply by the amount of work in one call where a call does more than one piece.
    """
    held = [work for work in (ours, peer) if work is not None]
    counts = [_calls_in(work, seconds / turns) for work in held]
    best = [0.0] * len(held)
    for _ in range(turns):
        for place, (work, count) in enumerate(zip(held, counts, strict=True)):
            best[place] = max(best[place], count / _time(work, count))
    return best[0], best[1] if peer is not None else None


def per_second(work: Work, *, seconds: float = 1.0, turns: int = 7) -> float:
    """Calls in a second of one piece of work, the best of ``turns`` turns."""
    return side_by_side(work, None, seconds=seconds, turns=turns)[0]


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
