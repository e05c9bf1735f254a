"""Many processes at one store: every sequence without a gap, every timer claimed once, nobody over capacity."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import insert

from deskcore._value import to_us
from deskcore.adapters.sql import Conflict, SqlHost
from deskcore.adapters.sql.schema import TIMERS
from deskcore.adapters.sql.work import Work
from deskcore.desk import Accepted, Floor, Refused
from deskcore.desk import floor_commands as ask
from deskcore.routing.events import Placed
from deskcore.testing.hosts import START, check_floor_agrees, check_nobody_over_capacity, check_streams, small_desk
from deskcore.tickets import commands as do
from tests.adapters.sql import crowd
from tests.adapters.sql.crowd import ANN, BO, TICKETS, full_desk, together

SIZES = [
    pytest.param(3, id="few"),
    pytest.param(8, id="many", marks=pytest.mark.slow),
]


def open_tickets(host: SqlHost) -> None:
    for number in range(TICKETS):
        host.handle(do.Open(f"T-{number}", subject="VPN", requester="ann"), at=START, actor=ANN).unwrap()


def test_of_two_writers_one_wins_and_the_other_succeeds_on_retry(url: str) -> None:
    with SqlHost.open(url, small_desk()) as one, SqlHost.open(url, small_desk()) as other:
        open_tickets(one)
        seen, start = one.case("T-0").version, Barrier(2)

        def write(host: SqlHost, name: str) -> Accepted | Refused | Conflict:
            start.wait()
            try:
                return host.handle(do.Post("T-0", name), at=START, actor=ANN, expected=seen)
            except Conflict as conflict:
                return conflict

        with ThreadPoolExecutor(2) as pool:
            answers = [held.result() for held in (pool.submit(write, one, "m-1"), pool.submit(write, other, "m-2"))]
        lost = [answer for answer in answers if isinstance(answer, Conflict)]
        assert len(lost) == 1
        assert (lost[0].stream, lost[0].expected) == ("T-0", seen)
        again = "m-1" if isinstance(answers[0], Conflict) else "m-2"
        other.handle(do.Post("T-0", again), at=START, actor=ANN, expected=other.case("T-0").version).unwrap()
        assert one.case("T-0").version == one.log("T-0").version
        check_streams(one)


def test_two_who_decided_on_the_same_version_cannot_both_write(postgres_url: str) -> None:
    """PostgreSQL lets both decide at once; the head's version lets one of them write."""
    with SqlHost.open(postgres_url, small_desk(), retries=0) as host:
        open_tickets(host)
        both = Barrier(2)

        def write(name: str) -> bool:
            def work(unit: Work) -> None:
                unit.case("T-0")
                both.wait()
                unit.handle(do.Post("T-0", name, visibility="internal"), at=START, actor=BO).unwrap()

            try:
                host.transact(work)
            except Conflict:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(write, ["m-1", "m-2"])) == [False, True]
        check_streams(host)


def test_a_request_sent_twice_at_once_is_carried_out_once(url: str) -> None:
    with SqlHost.open(url, small_desk()) as host:
        open_tickets(host)
        start = Barrier(4)

        def send(_: int) -> Accepted | Refused:
            start.wait()
            return host.handle(do.Post("T-1", "m-1"), at=START, actor=ANN, id="one request")

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(send, range(4)))
        assert all(answer == answers[0] for answer in answers)
        assert [event.type for event in host.log("T-1")].count("message_posted") == 1


@pytest.mark.parametrize("processes", SIZES)
def test_processes_that_write_the_same_tickets_leave_no_gap(url: str, processes: int) -> None:
    times = 1000 if processes == 8 else 40
    with SqlHost.open(url, small_desk()) as host:
        open_tickets(host)
        assert together(crowd.post, processes, url, times) == [times] * processes
        check_streams(host)
        posted = Counter(event.type for case in host.cases() for event in host.log(case.id))
        assert posted["message_posted"] == processes * times


@pytest.mark.parametrize("processes", SIZES)
def test_every_timer_is_claimed_exactly_once(url: str, processes: int) -> None:
    count = 20_000 if processes == 8 else 1000
    names = [f"T-{number}" for number in range(count)]
    with SqlHost.open(url, small_desk()) as host:
        with host.store.writing() as connection:
            due = [{"stream": name, "due_us": to_us(START) + place} for place, name in enumerate(names)]
            connection.execute(insert(TIMERS), due)
        claimed = together(crowd.claim, processes, url, START + timedelta(hours=1))
    assert sorted(name for some in claimed for name in some) == sorted(names)


@pytest.mark.parametrize("processes", SIZES)
def test_nobody_is_ever_over_capacity(url: str, processes: int) -> None:
    tickets, agents = (125, 20) if processes == 8 else (15, 4)
    desk = full_desk(agents)
    with SqlHost.open(url, desk) as host:
        for agent in desk.configuration.staff.agents:
            host.operate(ask.SignOn(agent.id), at=START)
        assert sum(together(crowd.serve, processes, url, tickets, agents)) == tickets * processes
        floor, placed = Floor(), set[str]()
        for event in host.log():
            floor = floor.step(event)
            assert all(floor.routing.load(agent.id).units <= 3 for agent in desk.configuration.staff.agents), event.id
            if isinstance(event.data, Placed):
                placed.add(event.data.ticket)
        assert len(placed) == tickets * processes
        check_nobody_over_capacity(host)
        check_floor_agrees(host)
        check_streams(host)
