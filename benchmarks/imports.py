"""What ``import deskcore`` costs above a bare interpreter, beside importing attrs and zoneinfo alone."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Final

from benchmarks.row import Row
from benchmarks.timing import Size

WORKS: Final = ("import",)
_TURNS: Final = 15


def rows(size: Size) -> Iterator[Row]:
    """The one row ``import``: imports in a second."""
    codes = ("", "import deskcore", "import attrs, zoneinfo")
    best = [float("inf")] * len(codes)
    for _ in range(size.of(_TURNS, 1)):
        for place, code in enumerate(codes):
            best[place] = min(best[place], _seconds(code))
    bare, ours, peer = best
    yield Row(
        "import",
        1 / max(ours - bare, 1e-6),
        "importing attrs and zoneinfo",
        1 / max(peer - bare, 1e-6),
        "at most 2x the peer's time",
        at_least=0.5,
    )


def _seconds(code: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start
