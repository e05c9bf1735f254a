"""The worker and the outbox, lists, old answers, and commands within the caller's own transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Event as Flag

import pytest
from sqlalchemy import text

from deskcore.adapters.sql import Conflict, SqlHost, StoreGone, Turn, Worker, timers
from deskcore.desk import Notify
from deskcore.desk import floor_commands as ask
from deskcore.testing.hosts import START, check_floor_agrees, check_streams, small_desk
from deskcore.tickets import commands as do
from tests.adapters.sql.crowd import ANN, BO

DESK = small_desk()
LATE = START + timedelta(days=3)


def open_tickets(host: SqlHost, count: int) -> None:
    for number in range(count):
        host.handle(do.Open(f"T-{number}", subject="VPN", requester="ann"), at=START, actor=ANN).unwrap()


def test_a_lease_keeps_others_away_until_it_ends(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        open_tickets(host, 2)
        minute = timedelta(minutes=1)
        first = timers.claim(host.store, at=LATE, owner="a", limit=9, lease=minute)
        assert {"T-0", "T-1"} <= {timer.stream for timer in first}
        assert timers.claim(host.store, at=LATE, owner="b", limit=9, lease=minute) == ()
        assert timers.claim(host.store, at=LATE + minute, owner="b", limit=9, lease=minute) == first


def test_what_cannot_be_delivered_is_tried_later_and_later_then_given_up(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        open_tickets(host, 1)
        now = LATE

        def fail(_: Notify) -> None:
            raise OSError("no route")

        worker = Worker(host, fail, clock=lambda: now, attempts=3)
        pauses, turns = list[timedelta](), 0
        worker.ring()
        while (again := host.outbox.next_free()) is not None and turns < 20:
            pauses.append(again - now)
            now, turns = max(now, again), turns + 1
            worker.send()
        assert turns == 3
        assert pauses[1] < pauses[2]
        given_up = host.outbox.given_up()
        keys = [parcel.notify.key for parcel in given_up if parcel.notify is not None]
        assert len(keys) == len(given_up)
        assert {parcel.failure for parcel in given_up} == {"OSError('no route')"}
        sent: list[Notify] = []
        assert all(host.outbox.again(key, at=now) for key in keys)
        assert not host.outbox.again("nothing", at=now)
        Worker(host, sent.append, clock=lambda: now).send()
        assert [notify.key for notify in sent] == keys
        assert host.outbox.given_up() == ()


def test_a_worker_waits_for_a_database_that_is_away(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with SqlHost.open(url, DESK) as host:
        open_tickets(host, 1)
        worker, heard, away = (
            Worker(host, clock=lambda: LATE, poll=timedelta(milliseconds=1)),
            list[Turn](),
            [True, True],
        )
        claim = timers.claim

        def sometimes(*args: object, **more: object) -> tuple[timers.Timer, ...]:
            if away:
                away.pop()
                raise StoreGone("the store", "it is away")
            return claim(*args, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(timers, "claim", sometimes)
        done = worker.run(Flag(), until_idle=True, progress=heard.append)
        assert done.rung >= 1
        assert [bool(turn.failed) for turn in heard[:3]] == [True, True, False]
        check_streams(host)


def test_a_worker_told_to_stop_does_nothing_more(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        open_tickets(host, 1)
        stop = Flag()
        stop.set()
        assert Worker(host, clock=lambda: LATE).run(stop).idle
        assert timers.waiting(host.store, at=LATE) >= 1


def test_lists_are_made_of_what_tickets_are_now(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        host.operate(ask.SignOn("bo"), at=START)
        open_tickets(host, 3)
        host.handle(do.Resolve("T-0"), at=START, actor=BO).unwrap()
        assert list(host.tickets()) == ["T-0", "T-1", "T-2"]
        assert list(host.tickets(phase="resolved")) == ["T-0"]
        assert list(host.tickets(assignee="bo", phase="new")) == [
            case.id for case in host.cases() if (case.ticket.assignee, case.ticket.phase) == ("bo", "new")
        ]
        assert list(host.tickets(requester="nobody")) == []


def test_old_answers_can_be_dropped(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        host.handle(do.Open("T-1", subject="VPN", requester="ann"), at=START, actor=ANN, id="old")
        host.handle(do.Post("T-1", "m"), at=LATE, actor=ANN, id="new")
        assert host.forget_answers(before=LATE) == 1
        assert (host.answered("old"), host.answered("new")) == (False, True)


def test_commands_within_the_callers_transaction_share_its_fate(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        open_tickets(host, 1)
        with host.store.engine.begin() as connection:
            connection.execute(text("CREATE TABLE mine (ticket TEXT)"))

        def write(name: str, at: datetime, *, fail: bool) -> None:
            with host.store.engine.begin() as connection, host.within(connection) as work:
                connection.execute(text("INSERT INTO mine VALUES (:name)"), {"name": name})
                work.handle(do.Open(name, subject="VPN", requester="ann"), at=at, actor=ANN).unwrap()
                work.handle(do.Post("T-0", f"about {name}"), at=at, actor=ANN).unwrap()
                if fail:
                    raise RuntimeError("the caller thinks better of it")

        before = host.log("T-0"), host.floor
        with pytest.raises(RuntimeError):
            write("T-8", START, fail=True)
        assert (host.log("T-0"), host.floor, list(host.tickets())) == (*before, ["T-0"])
        write("T-9", START, fail=False)
        assert list(host.tickets()) == ["T-0", "T-9"]
        check_streams(host)
        check_floor_agrees(host)


def test_the_same_transaction_may_hold_several_blocks(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        with host.store.engine.begin() as connection:
            for number in range(2):
                with host.within(connection) as work:
                    work.handle(do.Open(f"T-{number}", subject="VPN", requester="ann"), at=START, actor=ANN).unwrap()
        check_streams(host)
        check_floor_agrees(host)


def test_routing_again_is_refused_when_somebody_has_the_ticket(url: str) -> None:
    with SqlHost.open(url, DESK, retries=0) as host:
        host.operate(ask.SignOn("bo"), at=START)
        open_tickets(host, 1)
        assert host.route("T-0", at=START).explain()
        with pytest.raises(Conflict):
            host.handle(do.Start("T-0"), at=START, actor=BO, expected=1)
