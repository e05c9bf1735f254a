"""Figures over a real log agree with what its description says, which was computed by other means."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from deskcore.oversight import Attainment, Duration, TicketOutcome, measure
from deskcore.oversight.amounts import Amounts
from deskcore.oversight.backlog import Backlog
from deskcore.oversight.kpi import Reassignments, Reopens, Volume
from deskcore.oversight.variants import PingPong
from tests.oversight.uci498 import records

HOUR = 3600


@pytest.fixture(scope="module")
def log(shared: Path) -> list[TicketOutcome]:
    return list(records(shared / "data" / "uci498_incident_event_log.csv.gz"))


def test_counts_of_a_real_log_agree_with_its_description(log: list[TicketOutcome]) -> None:
    tally = measure(
        log,
        [Volume("received"), Attainment("resolution"), Reopens("ticket"), Reassignments("team"), PingPong()],
        by=["priority"],
    )
    assert tally.value("volume.received").value == 24_918
    kept = tally.breakdown("attainment.resolution", "priority")
    assert kept.total.value == pytest.approx(0.6342, abs=5e-5)
    shares = {name: (part.denominator, round((part.value or 0) * 100, 1)) for name, part in kept.parts.items()}
    assert shares == {"1": (270, 1.9), "2": (408, 0.5), "3": (23_466, 64.5), "4": (774, 84.1)}
    assert tally.value("reopens.ticket_rate").value == pytest.approx(0.0110, abs=5e-5)
    assert tally.value("reassignments.team.event_rate").value == pytest.approx(0.94, abs=0.005)
    came_back = tally.value("ping_pong")
    assert came_back.numerator == 2_628  # 10.5 % of all; the figure divides by those that a named group ever held
    assert round(came_back.numerator / len(log) * 100, 1) == 10.5


def test_resolution_times_of_a_real_log_agree_with_its_description(log: list[TicketOutcome]) -> None:
    """Those with a resolved_at, by nearest rank: 381.55 h is the description's 381.6 (the linear one is 381.548)."""
    solved = [one for one in log if one.resolved_at is not None]
    assert len(solved) == 23_362
    kpis = [Duration("resolution", share) for share in (0.25, 0.5, 0.75, 0.9)]
    tally = measure(solved, [*kpis, Duration("resolution", None)])
    hours = [(value.value or 0) / HOUR for value in tally.values()]
    assert hours == pytest.approx([0.4, 22.1, 148.5, 381.6, 178.2], abs=0.05001)


def test_closing_times_and_the_backlog_of_a_real_log_agree(log: list[TicketOutcome]) -> None:
    closing = Amounts(tuple((one.closed_at - one.opened_at).total_seconds() / HOUR for one in log if one.closed_at))
    assert (closing.median, closing.mean) == pytest.approx((145.9, 315.3), abs=0.05001)
    backlog = Backlog(UTC)
    for one in log:
        backlog.add(one)
    days = backlog.days()
    assert (days[0].opening, days[-1].closing) == (0, 0)
    by_month = [
        sum(day.received for day in days if (day.day.year, day.day.month) == (2016, month)) for month in (3, 4, 5)
    ]
    assert by_month == [8_995, 7_934, 7_508]
