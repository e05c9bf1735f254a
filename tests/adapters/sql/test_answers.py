"""An old answer costs what has happened beside it, not the whole log; old databases are brought along."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from deskcore.adapters.sql import SchemaMismatch, SqlHost
from deskcore.adapters.sql.database import database
from deskcore.adapters.sql.schema import SNAPSHOTS
from deskcore.adapters.sql.streams import Streams
from deskcore.adapters.sql.versions import NEWEST
from deskcore.adapters.sql.writing import kept
from deskcore.desk import Accepted
from deskcore.desk import floor_commands as ask
from deskcore.log import Event
from deskcore.testing.hosts import START, check_streams, small_desk

DESK = small_desk()
SAMPLE = Path(__file__).parent / "samples" / "revision-0002.sql"


def signed_on_and_off(host: SqlHost, times: int) -> list[Accepted]:
    return [
        host.operate(
            ask.SignOn("mia") if number % 2 == 0 else ask.SignOff("mia"),
            at=START + timedelta(minutes=number),
            id=f"r-{number}",
        ).unwrap()
        for number in range(times)
    ]


def test_a_floor_command_sent_again_reads_what_lies_beside_it_only(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    whole = Streams.event

    def counted(self: Streams, stream: str, seq: int, crc: int, body: str) -> Event:
        read.append(seq)
        return whole(self, stream, seq, crc, body)

    with SqlHost.open(url, DESK, snapshot_every=10) as host:
        answers = signed_on_and_off(host, 300)
        first = host.operate(ask.SignOn("bo"), at=START + timedelta(days=1), id="once").unwrap()
        signed_on = host.floor.version
        for number in range(40):
            command = ask.GoAway("bo") if number % 2 == 0 else ask.ComeBack("bo")
            host.operate(command, at=START + timedelta(days=1, minutes=number))
        monkeypatch.setattr(Streams, "event", counted)
        again = host.operate(ask.SignOn("bo"), at=START + timedelta(days=2), id="once").unwrap()
        assert again == first
        assert min(read) > signed_on - 45
        assert len(read) < 50 < signed_on

        assert host.operate(ask.SignOn("mia"), at=START + timedelta(days=2), id="r-0") == answers[0]
        check_streams(host)


def test_few_snapshots_are_kept(url: str) -> None:
    with SqlHost.open(url, DESK, snapshot_every=2) as host:
        signed_on_and_off(host, 200)
        with host.store.reading() as connection:
            count = connection.execute(select(func.count()).select_from(SNAPSHOTS)).scalar_one()
    assert count <= 21


@given(st.integers(1, 60), st.integers(1, 40))
def test_a_snapshot_is_never_much_further_back_than_the_question(every: int, times: int) -> None:
    """Of what lies some way back, one no more than thrice as far back is kept, and no more than a few dozens in all."""
    held: set[int] = set()
    for number in range(1, times + 1):
        held = kept([*held, number * every], every)
    newest = times * every
    assert len(held) <= 3 * times.bit_length()
    for asked in range(every, newest + 1):
        before = max((version for version in held if version <= asked), default=0)
        assert newest - before <= 3 * (newest - asked) + 2 * every


def test_a_database_of_an_older_release_is_migrated_and_answers_as_before(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as raw:
        raw.executescript(SAMPLE.read_text(encoding="utf-8"))
    url = f"sqlite:///{path}"
    with pytest.raises(SchemaMismatch):
        SqlHost.open(url, DESK)
    with closing(sqlite3.connect(path)) as raw:
        streams = dict(raw.execute("SELECT stream, version FROM deskcore_streams"))
    store = database(url)
    assert store.migrate() == f"from 0002 to {NEWEST}"
    store.close()
    with SqlHost.open(url, DESK, create=False) as again:
        check_streams(again)
        assert {case.id: case.version for case in again.cases()} | {"floor": again.floor.version} == streams
        signed_on = again.operate(ask.SignOn("bo"), at=START, id="sign-on").unwrap()
        assert {event.type for event in signed_on.events} >= {"signed_on"}
