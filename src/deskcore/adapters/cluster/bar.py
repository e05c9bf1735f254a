"""A bar of progress on a terminal, in plain text.

Layer: adapters.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, TextIO

_WIDTH: Final = 30
_EVERY: Final = 0.1


@contextmanager
def bar(total: int | None = None, *, to: TextIO | None = None) -> Iterator[Callable[[int], None] | None]:
    """A bar for ``run(..., progress=)``: how many logs are done, how fast, and how long it will take yet.

    ``None`` where standard error (or ``to``) is no terminal, so that the logs of batch jobs stay readable. Without a
    ``total`` it shows the count and the speed.

    >>> with bar(1_000) as progress:
    ...     progress is None or progress(1_000)
    True
    """
    stream = sys.stderr if to is None else to
    if not stream.isatty():
        yield None
        return
    done, start, shown = 0, time.monotonic(), 0.0

    def advance(logs: int) -> None:
        nonlocal done, shown
        done += logs
        now = time.monotonic()
        if now - shown >= _EVERY or done == total:
            shown = now
            stream.write(f"\r{line(done, total, now - start)}\x1b[K")
            stream.flush()

    try:
        yield advance
    finally:
        stream.write("\n" if done else "")
        stream.flush()


def line(done: int, total: int | None, seconds: float) -> str:
    """What the bar says.

    >>> line(500, 2_000, 2.0)
    '[#######-----------------------] 500 of 2,000, 250/s, 6 s left'
    >>> line(500, None, 2.0)
    '500, 250/s'
    """
    speed = done / seconds if seconds > 0 else 0.0
    told = f"{speed:,.0f}/s"
    if not total:
        return f"{done:,}, {told}"
    filled = min(_WIDTH, _WIDTH * done // total)
    left = f", {(total - done) / speed:,.0f} s left" if speed else ""
    return f"[{'#' * filled}{'-' * (_WIDTH - filled)}] {done:,} of {total:,}, {told}{left}"
