"""A worker in a terminal: signals stop it, failures are lines, totals are shown where somebody is looking.

Layer: cli.
"""

from __future__ import annotations

import importlib
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event as Flag
from types import FrameType
from typing import cast

import attrs
import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from deskcore.adapters.files import load_desk
from deskcore.adapters.sql import SqlHost, Turn, Worker
from deskcore.adapters.sql.database import database
from deskcore.adapters.sql.desks import latest
from deskcore.adapters.sql.worker import Deliver
from deskcore.desk import Desk, Notify
from deskcore.errors import InvalidValue, UnknownName
from deskcore.hours import Calendar
from deskcore.wire import dumps


@attrs.frozen
class Pace:
    """How a worker works, as its options say; lease and poll in seconds."""

    batch: int = 50
    lease: float = 60
    poll: float = 1
    attempts: int = 12


def run(db: str, desk: Path | None, *, deliver: str, pace: Pace, until_idle: bool) -> None:
    """Work until a signal comes, or until nothing is due."""
    told = _deliver(deliver)
    with _stopping() as stop, host_of(db, desk) as host, _shown() as progress:
        worker = Worker(
            host,
            told,
            batch=pace.batch,
            lease=timedelta(seconds=pace.lease),
            poll=timedelta(seconds=pace.poll),
            attempts=pace.attempts,
        )
        done = worker.run(stop, until_idle=until_idle, progress=progress)
    print(_line(done), file=sys.stderr)


def migrated(db: str) -> str:
    """Migrate, and say what was done."""
    store = database(db)
    try:
        return f"{store.name}: {store.migrate()}"
    finally:
        store.close()


def host_of(db: str, desk: Path | None, *, is_reading: bool = False) -> SqlHost:
    """A host over a database, with the desk of a file or the one that worked there last.

    ``is_reading``: any desk will do where there is none, and the one in the file is not noted as the one at work.

    Raises:
        InvalidValue: no desk is named, and none has worked there.
    """
    if desk is not None:
        return SqlHost.open(db, load_desk(desk).desk)
    store = database(db)
    try:
        store.check(create=False)
        held = latest(store)
    except UnknownName:
        if not is_reading:
            must = f"must be given: no desk has worked on {store.name} yet"
            raise InvalidValue("--desk", None, must) from None
        held = Desk.simple(calendar=Calendar.always())
    finally:
        store.close()
    return SqlHost(held, database(db)) if is_reading else SqlHost.open(db, held, create=False)


def _deliver(name: str) -> Deliver | None:
    if name in {"print", "nothing"}:
        return _print if name == "print" else None
    module, _, function = name.partition(":")
    sys.path.insert(0, "")  # as python -m does: the application's own modules
    try:
        found = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        message = f"{name!r} names no function: {error}"
        raise typer.BadParameter(message, param_hint="--deliver") from None
    if not callable(found):
        raise typer.BadParameter(f"{name!r} is no function", param_hint="--deliver")
    return cast("Deliver", found)


def _print(notify: Notify) -> None:
    print(dumps(notify), flush=True)


@contextmanager
def _stopping() -> Iterator[Flag]:
    """A flag that SIGTERM and SIGINT set; a second SIGINT interrupts."""
    stop = Flag()
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def ask(number: int, _: FrameType | None) -> None:
        stop.set()
        signal.signal(number, before[signal.Signals(number)])

    for number in before:
        signal.signal(number, ask)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _shown() -> Iterator[Callable[[Turn], None]]:
    """Totals on a terminal, and every failure as a line of its own."""
    console, total = Console(stderr=True), Turn()
    with Live(console=console, transient=True, auto_refresh=False) if console.is_terminal else _no_live() as live:

        def progress(turn: Turn) -> None:
            nonlocal total
            total += turn
            for failure in turn.failed:
                print(f"deskcore: {' '.join(failure.split())}", file=sys.stderr)
            if live is not None:
                live.update(Text(_line(total)), refresh=True)

        yield progress


@contextmanager
def _no_live() -> Iterator[None]:
    yield None


def _line(turn: Turn) -> str:
    failed = f", {len(turn.failed)} failures" if turn.failed else ""
    return f"{turn.rung} timers rung, {turn.delivered} messages delivered{failed}"
