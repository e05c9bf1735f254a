"""Row of bulk work: figures over many logs on two workers against one. A piece is one ticket.

Both work in pools of processes that are started and warm before the clock starts, so that the ratio is that of the
work. On a machine with one processor to spare it cannot be more than one.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import Final

import attrs

from benchmarks.row import Row
from benchmarks.timing import Size, side_by_side
from deskcore.adapters.cluster import Kpis, run
from deskcore.cli.showcase import START, configuration, scenario
from deskcore.desk import Desk
from deskcore.log import Event
from deskcore.planning import Simulation
from deskcore.wire import dump_lines

WORKS: Final = ("cluster",)
TICKETS: Final = 4_000
HOUR: Final = timedelta(hours=1)
END: Final = START + 48 * HOUR


def lines(desk: Desk, count: int, end: datetime = END) -> list[tuple[str, ...]]:
    """Logs as a store gives them: two days of the demo's desk, over and over, each ticket by an id of its own."""
    host = Simulation(desk, attrs.evolve(scenario("cluster"), end=end)).run()
    few = [host.log(case.id) for case in host.cases()]
    return [tuple(dump_lines(_called(f"B-{number}", few[number % len(few)]))) for number in range(count)]


def _called(ticket: str, log: Iterable[Event]) -> Iterable[Event]:
    return (attrs.evolve(event, stream=ticket) for event in log)


def rows(size: Size) -> Iterable[Row]:
    """The row."""
    count = size.of(TICKETS, 40)
    desk = Desk(configuration())
    logs, job = lines(desk, count, START + size.of(48, 6) * HOUR), Kpis(desk, END, by=("priority", "team"))
    context = get_context("spawn")
    with ProcessPoolExecutor(2, context) as two, ProcessPoolExecutor(1, context) as one:
        found, alone = run(job, logs, on=two, workers=2), run(job, logs, on=one, workers=1)
        assert found.tickets == alone.tickets == count, "not every ticket counts"
        assert found.values() == alone.values(), "two workers answer something else"
        ours, peer = side_by_side(
            lambda: run(job, logs, on=two, workers=2),
            lambda: run(job, logs, on=one, workers=1),
            size=size,
            seconds=6.0,
            turns=3,
        )
    assert peer is not None
    yield Row("cluster", ours * count, "one worker", peer * count, "1.8x", at_least=1.8)
