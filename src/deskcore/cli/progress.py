"""Progress on standard error, and only where somebody is looking.

Layer: cli.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def rows_done(total: int, what: str) -> Iterator[Callable[[int], None] | None]:
    """A bar over a known number of rows; gives the function to tell how many more are done.

    ``None`` where standard error is no terminal, so that logs of batch jobs stay readable.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TextColumn("rows"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)

        def done(rows: int) -> None:
            bar.advance(task, rows)

        yield done


@contextmanager
def share_done(what: str) -> Iterator[Callable[[float], object]]:
    """A bar over work whose share done is known; gives the function to tell it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield float
        return
    with Progress(TextColumn(what), BarColumn(), TimeRemainingColumn(), console=console, transient=True) as bar:
        task = bar.add_task(what, total=1.0)

        def done(share: float) -> None:
            bar.update(task, completed=share)

        yield done


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """A sign of life for work of unknown length."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield
