"""What is done to a whole store, on either database: how it stands, forgetting a person, taking over, stopped half-way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from deskcore.adapters.sql import SqlHost, Worker
from deskcore.adapters.sql.erasing import erase
from deskcore.adapters.sql.status import status
from deskcore.desk import Notify
from deskcore.desk.bulk import adopt_all
from deskcore.testing.hosts import LIFE, START, act, check_floor_agrees, check_streams, small_desk
from deskcore.tickets import Party
from deskcore.tickets.events import Adopted, Opened

DESK = small_desk()
LATER = START + timedelta(days=60)


@pytest.fixture
def host(url: str) -> Iterator[SqlHost]:
    """A life lived on either database."""
    with SqlHost.open(url, DESK, snapshot_every=5) as host:
        at = START
        for step in LIFE:
            at += step.after
            host.advance(at)
            act(host, step, at)
        yield host


def test_a_status_counts_what_there_is(host: SqlHost) -> None:
    found = status(host, at=LATER)
    assert sum(found.tickets.values()) == len(list(host.tickets()))
    assert found.tickets["closed"] == len(list(host.tickets(phase="closed")))
    assert (found.floor, found.waiting) == (host.floor.version, len(host.told))
    assert found.due == found.timers > 0

    def fail(_: Notify) -> None:
        raise OSError("no route")

    Worker(host, fail, clock=lambda: LATER, attempts=1, batch=2).send()
    Worker(host, fail, clock=lambda: LATER, attempts=9, batch=2).send()
    Worker(host, lambda _: None, clock=lambda: LATER, batch=1).send()
    found = status(host, at=LATER)
    assert (len(found.given_up), found.failing, found.delivered) == (2, 2, 1)
    assert not found.is_well
    assert {parcel.failure for parcel in found.given_up} == {"OSError('no route')"}


def test_nobody_remains_who_was_erased_and_every_clock_does(host: SqlHost) -> None:
    held = {case.id: (host.desk.clocks(case, at=LATER), case.version) for case in host.cases()}
    shown = erase(host, "ann", "person-7", texts="(erased)", is_preview=True)
    assert shown.streams > 1
    assert list(host.tickets(requester="ann"))

    done = erase(host, "ann", "person-7", texts="(erased)")

    assert (done.streams, done.events) == (shown.streams, shown.events)
    check_streams(host)
    check_floor_agrees(host)
    assert {case.id: (host.desk.clocks(case, at=LATER), case.version) for case in host.cases()} == held
    with host.store.reading() as connection:
        for table in ("events", "snapshots", "receipts", "streams"):
            rows = connection.execute(text(f"SELECT * FROM deskcore_{table}")).all()
            assert '"ann"' not in str(rows), table
            assert "'ann'" not in str(rows), table
    assert erase(host, "ann", "person-7", texts="(erased)").events == 0


def test_an_adoption_that_was_stopped_goes_on_where_it_was(host: SqlHost) -> None:
    lifecycle = DESK.configuration.lifecycles[0]
    opened = Opened("old", Party("cy"), lifecycle.status("Open"), lifecycle.name, assignee="bo")
    records = [(f"OLD-{number}", Adopted(opened, opened_at=START)) for number in range(6)]

    def stopped(_: int) -> None:
        if len(list(host.tickets(requester="cy"))) == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        adopt_all(host, records, at=LATER, progress=stopped)
    found = adopt_all(host, records, at=LATER)
    assert (found.adopted, found.known, found.faulty) == (2, 4, 0)
    check_streams(host)
    check_floor_agrees(host)
