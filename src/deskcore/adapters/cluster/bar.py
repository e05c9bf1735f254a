"""A bar of progress on a terminal, drawn by rich where it is installed (extra ``cli`` or ``cluster``).

Layer: adapters.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def bar(total: int | None = None, *, to: TextIO | None = None) -> Iterator[Callable[[int], None] | None]:
    """A bar for ``run(..., progress=)``: how many logs are done, how long it took and will take yet.

    ``None`` where standard error (or ``to``) is no terminal, so that the logs of batch jobs stay readable. Without a
    ``total`` there is no telling how long it will take.

    >>> with bar(1_000) as progress:
    ...     progress is None or progress(1_000)
    True
    """
    stream = sys.stderr if to is None else to
    if not stream.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=stream, force_terminal=True)) as shown:
        task = shown.add_task("logs", total=total)

        def advance(logs: int) -> None:
            shown.advance(task, logs)

        yield advance
