"""Rows of oversight: every figure, and a review pack, over a log of the size of a real one.

``oversight-kpis`` adds up every figure there is, by priority; ``oversight-review`` makes the review pack with weekly
trends and its page. What one pass over the whole log takes is printed beside.
The real incident log is taken where it lies beside the project, else as many invented tickets. A piece is one ticket.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import attrs

from benchmarks.calibration import PEER, build
from benchmarks.row import Row
from benchmarks.timing import Size, side_by_side
from deskcore.oversight import Attainment, Duration, KpiValue, TicketOutcome, measure
from deskcore.oversight.kpi import every_kpi
from deskcore.oversight.outcome import CycleOutcome
from deskcore.oversight.period import Period
from deskcore.oversight.review import Goal, review
from deskcore.oversight.trend import trends
from deskcore.render.review import review_html

WORKS: Final = ("oversight-kpis", "oversight-review")
LOG: Final = Path(__file__).parents[2] / "shared" / "data" / "uci498_incident_event_log.csv.gz"
OPENED: Final = datetime(2016, 3, 1, tzinfo=UTC)
SPRING: Final = Period(date(2016, 3, 1), date(2016, 5, 31), anchor="opened")


def tickets(size: Size) -> list[TicketOutcome]:
    """The real log's records, or as many invented ones; few are always invented."""
    if LOG.exists() and not size.small:
        from tests.oversight.uci498 import records

        return list(records(LOG))
    return [_invented(number) for number in range(size.of(24_918, 60))]


def _invented(number: int) -> TicketOutcome:
    opened = OPENED + timedelta(minutes=5 * number)
    solved = opened + timedelta(minutes=number * 37 % 9_000)
    return attrs.evolve(
        TicketOutcome(f"T-{number}", solved, opened),
        priority=f"p{number % 4}",
        first_resolved_at=solved,
        resolved_at=solved,
        is_open=False,
        cycles=(CycleOutcome("resolution", 1, "met" if number % 3 else "met_late"),),
    )


def rows(size: Size) -> Iterable[Row]:
    """Both rows."""
    held = tickets(size)

    def kpis() -> tuple[KpiValue, ...]:
        return measure(held, every_kpi(), by=["priority"]).values()

    def pack() -> str:
        goals = [Goal("attainment.resolution", at_least=0.9)]
        weekly = trends(held, [Attainment("resolution"), Duration("resolution", 0.9)], SPRING.split("week"), tz=UTC)
        found = review("desk", held, first=SPRING.first, last=SPRING.last, goals=goals, kpis=every_kpi(), trends=weekly)
        return review_html(found)

    received = kpis()[0]
    assert (received.name, received.value) == ("volume.received", len(held)), "not every ticket counts"
    assert pack().rstrip().endswith("</html>"), "no whole page"
    for work, call in zip(WORKS, (kpis, pack), strict=True):
        ours, peer = side_by_side(call, build, size=size, seconds=0.5, turns=1)
        yield Row(work, ours * len(held), PEER, peer, f"none; {1 / ours:.2f} s for {len(held):,} tickets")
