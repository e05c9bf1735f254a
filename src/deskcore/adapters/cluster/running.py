"""Handing chunks out and joining what comes back, in order and a bounded number at a time.

Layer: adapters.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, closing, nullcontext
from functools import lru_cache
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from deskcore.adapters.cluster.jobs import Job
from deskcore.adapters.cluster.sources import Chunk, Logs, Source, UnusableLog
from deskcore.desk import Desk
from deskcore.errors import DeskcoreError, InvalidValue
from deskcore.log import Event, EventLog
from deskcore.wire import Converter

R = TypeVar("R")

Given: TypeAlias = Source | Iterable[Iterable[Event] | Iterable[str]]
"""A source, or logs as ``Logs`` takes them."""
Progress: TypeAlias = Callable[[int], object]
"""Told after each chunk how many logs have been dealt with since the last time."""

PER_CHUNK: Final = 100
"""Logs in a chunk: some tenths of a second of work, and less than a megabyte to send."""


def run(
    job: Job[R],
    logs: Given,
    *,
    on: Executor | None = None,
    workers: int | None = None,
    per_chunk: int = PER_CHUNK,
    ahead: int | None = None,
    progress: Progress | None = None,
) -> R:
    """What a job finds out about all logs. The same for any executor, any number of workers and any size of chunk.

    At most ``ahead`` chunks are out at once, and what they found is joined as it comes, so memory does not grow with
    the number of logs beyond what the findings themselves keep.

    Args:
        job: what to find out.
        logs: a source, or logs.
        on: any executor, and its owner closes it; Dask's is ``client.get_executor()``. By default a pool of processes
            of our own, started afresh, so that a script needs its ``if __name__ == "__main__":``.
        workers: how many processes, by default one for each processor this process may use; 0 works right here. With
            ``on``: how many that one has, for ``ahead``.
        per_chunk: logs in a chunk.
        ahead: chunks out at once, by default two for each worker.
        progress: told how many logs were dealt with; ``bar()`` makes one.

    Raises:
        InvalidValue: a number is too small.
        UnusableLog: a log cannot be evaluated; the first such, in the order of the logs.
        UnusableFile: as the source.
        BrokenExecutor: workers died (``concurrent.futures``).

    >>> from datetime import UTC, datetime
    >>> from deskcore.adapters.cluster import Kpis
    >>> from deskcore.hours import Calendar
    >>> from deskcore.testing.tickets import NOON, opening
    >>> job = Kpis(Desk.simple(calendar=Calendar.always()), at=NOON)
    >>> run(job, ([opening(f"T-{number}")] for number in range(1000)), workers=0).value("volume.received").value
    1000.0
    """
    found = job.begin()
    with closing(
        each(job, logs, on=on, workers=workers, per_chunk=per_chunk, ahead=ahead, progress=progress)
    ) as findings:
        for part in findings:
            found = job.join(found, part)
    return found


def each(
    job: Job[R],
    logs: Given,
    *,
    on: Executor | None = None,
    workers: int | None = None,
    per_chunk: int = PER_CHUNK,
    ahead: int | None = None,
    progress: Progress | None = None,
) -> Generator[R]:
    """What a job finds out about each chunk, in the order of the chunks: for findings too many to hold at once.

    A generator: nothing runs further ahead than ``ahead`` chunks of what was taken. Arguments and errors are those of
    ``run``; close it (``contextlib.closing``) when leaving early.
    """
    count = _count(workers)
    for name, value, least in (("workers", count, 0), ("per_chunk", per_chunk, 1), ("ahead", ahead, 1)):
        if value is not None and value < least:
            raise InvalidValue(name, value, f"must be at least {least}")
    source = logs if isinstance(logs, Source) else Logs(logs)
    return _findings(job, source.chunks(per_chunk), _executor(on, count), ahead or 2 * max(1, count), progress)


def _findings(
    job: Job[R],
    chunks: Iterator[Chunk],
    executor: AbstractContextManager[Executor | None],
    ahead: int,
    progress: Progress | None,
) -> Generator[R]:
    with executor as pool:
        out = deque[tuple[int, Future[R]]]()
        try:
            for chunk in chunks:
                out.append((len(chunk), _submitted(pool, job, chunk)))
                if len(out) >= ahead:
                    yield _taken(out, progress)
            while out:
                yield _taken(out, progress)
        finally:
            for _, future in out:
                future.cancel()


def _submitted(pool: Executor | None, job: Job[R], chunk: Chunk) -> Future[R]:
    if pool is not None:
        return pool.submit(evaluate, job, chunk)
    here = Future[R]()
    here.set_result(evaluate(job, chunk))
    return here


def _taken(out: deque[tuple[int, Future[R]]], progress: Progress | None) -> R:
    size, future = out.popleft()
    found = future.result()
    if progress is not None:
        progress(size)
    return found


def _count(workers: int | None) -> int:
    if workers is not None:
        return workers
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _executor(on: Executor | None, workers: int) -> AbstractContextManager[Executor | None]:
    if on is not None or workers == 0:
        return nullcontext(on)  # somebody else's: not ours to close
    # Started afresh: a copy of this process would inherit the locks of whatever threads it has.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def evaluate(job: Job[R], chunk: Chunk) -> R:
    """What a worker does: one chunk, here and now.

    Raises:
        UnusableLog: a log cannot be evaluated.
    """
    job = _warm(job)
    found = job.begin()
    for log in chunk.logs(_converter(job.desk.nodes)):
        found = _added(job, found, log)
    return found


def _added(job: Job[R], found: R, log: EventLog) -> R:
    try:
        return job.add(found, log)
    except DeskcoreError as error:
        raise UnusableLog(str(log.stream), str(error)) from error


def _warm(job: Job[R]) -> Job[R]:
    """The same job over desks that this process has seen before, whose calendars are compiled by now."""
    changes: dict[str, Any] = {
        field.name: _same(value)
        for field in attrs.fields(type(job))
        if isinstance(value := getattr(job, field.name), Desk)
    }
    return attrs.evolve(job, **changes)


def _same(desk: Desk) -> Desk:
    try:
        return _first_seen(desk)
    except TypeError:  # a host's own node without a hash: slower, and no harm
        return desk


@lru_cache(maxsize=8)
def _first_seen(desk: Desk) -> Desk:
    return desk


@lru_cache(maxsize=8)
def _converter(nodes: tuple[type, ...]) -> Converter:
    return Converter(nodes)
