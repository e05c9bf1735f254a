"""Bulk work over a database: workers read for themselves and find what one pass over the host finds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deskcore.adapters import cluster
from deskcore.adapters.cluster import Kpis, Replay, UnusableLog
from deskcore.adapters.sql import SqlHost, StoreGone
from deskcore.log import Actor
from deskcore.render import report, tally_of
from deskcore.testing.hosts import small_desk
from deskcore.tickets import commands as do

stored = pytest.importorskip("deskcore.adapters.cluster.stored")
MONDAY = datetime(2026, 5, 18, 9, tzinfo=UTC)
END = MONDAY + timedelta(days=1)
TICKETS = 30


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    found = f"sqlite:///{tmp_path_factory.mktemp('stored') / 'desk.db'}"
    with SqlHost.open(found, small_desk(), synchronous="OFF") as host:
        for number in range(TICKETS):
            at = MONDAY + timedelta(minutes=number)
            host.handle(do.Open(f"T-{number:02}", subject="VPN"), at=at, actor=Actor.requester("ann"))
            if number % 3 == 0:
                host.handle(do.Resolve(f"T-{number:02}"), at=at, actor=Actor.agent("bo"))
    return found


@pytest.mark.parametrize("workers", [0, 2])
def test_a_store_is_read_by_the_workers(url: str, workers: int) -> None:
    desk = small_desk()
    tally = cluster.run(Kpis(desk, END), stored.Stored(url, desk), workers=workers, per_chunk=8)
    assert tally.tickets == TICKETS
    assert tally.value("volume.received").value == TICKETS


def test_a_report_from_a_store_is_that_of_the_host(url: str) -> None:
    desk = small_desk()
    found = cluster.run(Replay(desk, END), stored.Stored(url, desk), workers=0, per_chunk=7)
    with SqlHost.open(url, desk) as host:
        cases = ((case, host.log(case.id)) for case in host.cases())
        assert report(found.digest()) == report(tally_of(desk, cases, at=END, floor=host.log()).digest())


def test_a_changed_row_is_named(url: str, tmp_path: Path) -> None:
    source = stored.Stored(url, small_desk())
    with SqlHost.open(url, small_desk()) as host, host.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deskcore_events SET body = '{}' WHERE stream = 'T-07' AND seq = 1")
    with pytest.raises(UnusableLog, match="T-07"):
        cluster.run(Kpis(small_desk(), END), source, workers=0)
    with pytest.raises(StoreGone):
        cluster.run(Kpis(small_desk(), END), stored.Stored(f"sqlite:///{tmp_path}/none.db", small_desk()), workers=0)
