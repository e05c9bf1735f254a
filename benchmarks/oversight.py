"""Rows of oversight: every figure, and a review pack, over a log of the size of a real one.

``oversight-kpis`` adds up every standard figure, by priority; ``oversight-review`` makes the review pack and its page.
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
from benchmarks.timing import side_by_side
from deskcore.oversight import TicketOutcome, measure
from deskcore.oversight.outcome import CycleOutcome
from deskcore.oversight.review import Goal, review
from deskcore.render.review import review_html

WORKS: Final = ("oversight-kpis", "oversight-review")
LOG: Final = Path(__file__).parents[2] / "shared" / "data" / "uci498_incident_event_log.csv.gz"
OPENED: Final = datetime(2016, 3, 1, tzinfo=UTC)


def tickets() -> list[TicketOutcome]:
    """The real log's records, or as many invented ones."""
    if LOG.exists():
        from tests.oversight.uci498 import records

        return list(records(LOG))
    return [_invented(number) for number in range(24_918)]


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


def rows() -> Iterable[Row]:
    """Both rows."""
    held = tickets()

    def kpis() -> object:
        return measure(held, by=["priority"]).values()

    def pack() -> object:
        goals = [Goal("attainment.resolution", at_least=0.9)]
        found = review("desk", held, first=date(2016, 3, 1), last=date(2016, 5, 31), goals=goals)
        return review_html(found)

    for work, call in zip(WORKS, (kpis, pack), strict=True):
        ours, peer = side_by_side(call, build, seconds=0.5, turns=1)
        yield Row(work, ours * len(held), PEER, peer, "printed, no aim")
