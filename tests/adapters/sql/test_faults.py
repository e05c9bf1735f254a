"""What can go wrong with a database: each leaves what was stored intact, and says by its type what to do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, delete, func, insert, select, text, update

from deskcore._value import to_us
from deskcore.adapters.sql import (
    ClockWentBack,
    CorruptedRow,
    SchemaMismatch,
    SqlHost,
    StoreBusy,
    StoreFull,
    StoreGone,
    Worker,
)
from deskcore.adapters.sql.schema import EVENTS, OUTBOX, SNAPSHOTS, STREAMS, TIMERS
from deskcore.adapters.sql.streams import crc_of
from deskcore.adapters.sql.versions import VERSION_TABLE
from deskcore.adapters.sql.work import Work
from deskcore.desk import Refused
from deskcore.errors import InvalidValue
from deskcore.log import Unknown
from deskcore.testing.hosts import START, check_floor_agrees, check_streams, small_desk
from deskcore.tickets import commands as do
from tests.adapters.sql.crowd import ANN, BO

DESK = small_desk()


def opening(number: int) -> do.Open:
    return do.Open(f"T-{number}", subject="VPN" * 50, requester="ann")


def change(host: SqlHost, work: Callable[[Connection], object]) -> None:
    """Somebody changes the tables behind the host's back."""
    with host.store.writing() as connection:
        work(connection)


def everything(host: SqlHost) -> list[tuple[str, int, str]]:
    with host.store.reading() as connection:
        rows = connection.execute(
            select(EVENTS.c.stream, EVENTS.c.seq, EVENTS.c.body).order_by(EVENTS.c.stream, EVENTS.c.seq)
        )
        return [(row.stream, row.seq, row.body) for row in rows]


def test_a_full_disk_keeps_what_is_stored_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    url, number = f"sqlite:///{tmp_path}/desk.db", 0

    def fill() -> None:
        nonlocal number
        for number in range(1000):
            host.handle(opening(number), at=START, actor=ANN, id=f"r-{number}")

    with SqlHost.open(url, DESK, max_bytes=200_000) as host:
        with pytest.raises(StoreFull):
            fill()
        assert number > 10
        stored = everything(host)
        check_streams(host)
        assert f"T-{number}" not in [case.id for case in host.cases()]
        with pytest.raises(StoreFull):
            host.handle(opening(number), at=START, actor=ANN, id=f"r-{number}")
        assert everything(host) == stored
    with SqlHost.open(url, DESK) as host:
        host.handle(opening(number), at=START, actor=ANN, id=f"r-{number}").unwrap()
        check_streams(host)
        check_floor_agrees(host)


def test_a_server_gone_mid_transaction_leaves_all_or_nothing(postgres_url: str) -> None:
    with SqlHost.open(postgres_url, DESK) as host:
        host.handle(opening(1), at=START, actor=ANN)
        stored = everything(host)
        admin = create_engine(postgres_url.replace("postgresql://", "postgresql+psycopg://"))

        def work(unit: Work) -> None:
            unit.handle(opening(2), at=START, actor=ANN)
            backend = unit.connection.execute(select(func.pg_backend_pid())).scalar_one()
            with admin.begin() as other:
                other.execute(select(func.pg_terminate_backend(backend)))

        with pytest.raises(StoreGone):
            host.transact(work)
        admin.dispose()
        assert everything(host) == stored
        host.handle(opening(2), at=START, actor=ANN).unwrap()
        check_streams(host)


def test_a_file_gone_mid_transaction_leaves_all_or_nothing(tmp_path: Path) -> None:
    url, away = f"sqlite:///{tmp_path}/desk.db", tmp_path / "away"
    away.mkdir()
    host = SqlHost.open(url, DESK)
    host.handle(opening(1), at=START, actor=ANN)
    stored = everything(host)

    def work(unit: Work) -> None:
        unit.handle(opening(2), at=START, actor=ANN)
        for file in tmp_path.glob("desk.db*"):
            file.rename(away / file.name)

    with pytest.raises(StoreGone):
        host.transact(work)
    host.close()
    for file in away.iterdir():
        file.rename(tmp_path / file.name)
    with SqlHost.open(url, DESK) as again:
        assert everything(again) == stored
        again.handle(opening(2), at=START, actor=ANN).unwrap()
        check_streams(again)


def test_no_server_at_all_is_gone_too(tmp_path: Path) -> None:
    with pytest.raises(StoreGone):
        SqlHost.open(f"postgresql://nobody@/nowhere?host={tmp_path}", DESK)
    with pytest.raises(StoreGone):
        SqlHost.open(f"sqlite:///{tmp_path}/no/such/folder/desk.db", DESK)


def test_whoever_waits_too_long_is_told_that_it_is_busy(url: str) -> None:
    with (
        SqlHost.open(url, DESK) as host,
        SqlHost.open(url, DESK, timeout=timedelta(milliseconds=50), retries=1) as other,
    ):
        host.handle(opening(1), at=START, actor=ANN)

        def work(unit: Work) -> None:
            assert unit.floor.version
            with pytest.raises(StoreBusy):
                other.handle(opening(2), at=START, actor=ANN)

        host.transact(work)
        other.handle(opening(2), at=START, actor=ANN).unwrap()
        check_streams(host)


def test_a_clock_that_stepped_back_stores_nothing(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        ahead = START + timedelta(hours=1)
        host.handle(opening(1), at=ahead, actor=ANN)
        stored = everything(host)
        late = host.handle(do.Post("T-1", "m"), at=START, actor=ANN)
        assert isinstance(late, Refused)
        assert [refusal.code for refusal in late.refusals] == ["backward_time"]
        with pytest.raises(ClockWentBack) as caught:
            host.handle(opening(2), at=START, actor=ANN)
        assert caught.value.stream == "floor"
        with pytest.raises(ClockWentBack):
            host.ring("T-1", at=START)
        assert everything(host) == stored
        host.handle(opening(2), at=ahead, actor=ANN).unwrap()
        check_streams(host)


@pytest.mark.parametrize(
    "values",
    [
        {"body": "{"},
        {"body": '{"stream":"T-1"}', "crc": crc_of('{"stream":"T-1"}')},
        {"body": EVENTS.c.body + " "},
        {"seq": 77},
    ],
    ids=["no json", "no event", "one byte more", "another number"],
)
def test_a_corrupted_row_is_named_and_touches_no_other_ticket(url: str, values: dict[str, object]) -> None:
    with SqlHost.open(url, DESK, remembered=0) as host:
        for number in (1, 2):
            host.handle(opening(number), at=START, actor=ANN)
        host.handle(do.Post("T-1", "m-1"), at=START, actor=ANN)
        change(
            host, lambda c: c.execute(update(EVENTS).where(EVENTS.c.stream == "T-1", EVENTS.c.seq == 2).values(values))
        )
        stored = everything(host)
        for ask in (
            lambda: host.case("T-1"),
            lambda: host.log("T-1"),
            lambda: host.handle(do.Post("T-1", "m-2"), at=START, actor=ANN),
        ):
            with pytest.raises(CorruptedRow, match="deskcore_events/T-1/2"):
                ask()
        assert everything(host) == stored
        host.handle(do.Post("T-2", "m-2"), at=START, actor=ANN).unwrap()


def test_a_missing_last_row_is_seen(url: str) -> None:
    with SqlHost.open(url, DESK, remembered=0) as host:
        host.handle(opening(1), at=START, actor=ANN)
        last = host.case("T-1").version
        change(host, lambda c: c.execute(delete(EVENTS).where(EVENTS.c.stream == "T-1", EVENTS.c.seq == last)))
        with pytest.raises(CorruptedRow, match="is missing"):
            host.case("T-1")


def test_a_broken_case_keeps_no_timer_of_others_waiting(url: str) -> None:
    with SqlHost.open(url, DESK, remembered=0) as host:
        for number in (1, 2, 3):
            host.handle(opening(number), at=START, actor=ANN)
        change(host, lambda c: c.execute(update(EVENTS).where(EVENTS.c.stream == "T-2").values(body="")))
        late = START + timedelta(days=3)
        turn = Worker(host, clock=lambda: late).ring()
        assert turn.rung == 3  # two tickets and the floor's
        assert [failure.partition(":")[0] for failure in turn.failed] == ["T-2"]
        assert "signalled" in [event.type for event in host.log("T-1")]


def test_a_broken_snapshot_is_no_loss(url: str) -> None:
    with SqlHost.open(url, DESK, remembered=0, snapshot_every=2) as host:
        host.handle(opening(1), at=START, actor=ANN)
        host.handle(do.Post("T-1", "m-1"), at=START, actor=ANN)
        before = host.case("T-1"), host.floor
        for values in ({"body": "{"}, {"version": 1}, {"tag": "another release"}, {"version": 99}):
            change(host, lambda c, v=values: c.execute(update(SNAPSHOTS).values(v)))  # type: ignore[misc]
            assert (host.case("T-1"), host.floor) == before


def test_snapshots_save_reading_and_change_nothing(url: str) -> None:
    with SqlHost.open(url, DESK, remembered=0, snapshot_every=4) as host:
        host.handle(opening(1), at=START, actor=ANN)
        for number in range(9):
            host.handle(do.Post("T-1", f"m-{number}"), at=START, actor=ANN)
        check_streams(host)
        change(host, lambda c: c.execute(update(EVENTS).where(EVENTS.c.seq <= 4).values(body="")))
        assert host.case("T-1").version > 9


def test_an_event_of_a_newer_release_is_kept_and_changes_nothing(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        host.handle(opening(1), at=START, actor=ANN)
        case = host.case("T-1")
        place, at = case.version + 1, START.isoformat().replace("+00:00", "Z")
        body = (
            f'{{"id":"T-1/{place}","stream":"T-1","seq":{place},"at":"{at}","recorded_at":"{at}",'
            '"actor":{"id":"x","role":"system"},"type":"acme.of_the_future","v":3,"data":{"amount":1.50,"new":[1,2]}}'
        )
        row = {"stream": "T-1", "seq": place, "type": "acme.of_the_future", "at_us": to_us(START), "crc": crc_of(body)}

        def newer(connection: Connection) -> None:
            connection.execute(insert(EVENTS), {**row, "recorded_us": to_us(START), "body": body})
            connection.execute(update(STREAMS).where(STREAMS.c.stream == "T-1").values(version=place))

        change(host, newer)
        after = host.case("T-1")
        assert after.version == place
        assert (after.ticket.status, after.ticket.assignee) == (case.ticket.status, case.ticket.assignee)
        assert isinstance(host.log("T-1")[place - 1].data, Unknown)
        host.handle(do.Post("T-1", "m-1"), at=START, actor=ANN).unwrap()
        assert ("T-1", place, body) in everything(host)
        check_streams(host)


def test_what_is_kept_of_a_receipt_or_a_parcel_is_checked_too(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        host.handle(opening(1), at=START, actor=ANN, id="r-1")
        host.advance(START + timedelta(days=5))
        assert host.told
        change(host, lambda c: c.execute(text("UPDATE deskcore_receipts SET body = '{}'")))
        change(host, lambda c: c.execute(update(OUTBOX).values(body="[]")))
        with pytest.raises(CorruptedRow, match="receipts/r-1"):
            host.handle(opening(1), at=START, actor=ANN, id="r-1")
        with pytest.raises(CorruptedRow, match="outbox"):
            assert host.told


def test_tables_of_another_release_are_left_alone(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        change(host, lambda c: c.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")))
    with pytest.raises(SchemaMismatch) as caught:
        SqlHost.open(url, DESK)
    assert caught.value.held == "9999"


def test_migrating_twice_changes_nothing(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        host.handle(opening(1), at=START, actor=ANN)
        stored = everything(host)
        host.store.migrate()
        assert everything(host) == stored


def test_a_timer_without_its_case_rings_for_nothing(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        change(host, lambda c: c.execute(insert(TIMERS), {"stream": "T-9", "due_us": to_us(START)}))
        assert host.advance(START) == 1
        assert host.next_wake() is None


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", ""])
def test_an_unusable_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidValue):
        SqlHost.open(url, DESK)


def test_staff_may_not_be_refused_by_a_tick_of_the_clock(url: str) -> None:
    """Two machines' clocks are never the same: what lies within the tolerance is taken as the last record's instant."""
    with SqlHost.open(url, DESK, skew=timedelta(seconds=1)) as host:
        host.handle(opening(1), at=START + timedelta(seconds=1), actor=ANN)
        host.handle(do.Post("T-1", "m"), at=START, actor=BO).unwrap()
        late = host.handle(do.Post("T-1", "n"), at=START - timedelta(microseconds=1), actor=BO)
        assert isinstance(late, Refused)


def test_a_message_that_cannot_be_read_keeps_no_other_back(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        for number in (1, 2):
            host.handle(opening(number), at=START, actor=ANN)
        late = START + timedelta(days=3)
        Worker(host, clock=lambda: late).ring()
        keys = [parcel.key for parcel in host.outbox.parcels()]
        assert len(keys) > 1
        change(host, lambda c: c.execute(update(OUTBOX).where(OUTBOX.c.key == keys[0]).values(body="{")))
        told = list[str]()
        turn = Worker(host, lambda notify: told.append(notify.key), clock=lambda: late, attempts=1).send()
        assert told == keys[1:]
        assert [failure.partition(": ")[0] for failure in turn.failed] == keys[:1]
        (kept,) = host.outbox.given_up()
        assert (kept.key, kept.notify, kept.attempts) == (keys[0], None, 1)
        assert f"deskcore_outbox/{keys[0]}" in str(kept.failure)
        change(host, lambda c: c.execute(update(OUTBOX).where(OUTBOX.c.key == keys[0]).values(body="{}")))
        assert host.outbox.again(keys[0], at=late)  # whoever mends the row has it tried again


def test_threads_take_turns_on_a_database_in_memory() -> None:
    with SqlHost.open("sqlite://", DESK) as host, ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda number: host.handle(opening(number), at=START, actor=ANN), range(60)))
        assert not [answer for answer in answers if isinstance(answer, Refused)]
        assert sum(1 for _ in host.tickets()) == 60
        check_streams(host)
