"""What cannot be opened, read or written says why, in one sentence and by a class of its own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from deskcore.adapters.sql import SchemaMismatch, SqlHost, StoreBusy, StoreFailed, StoreGone
from deskcore.testing.hosts import START, small_desk
from deskcore.tickets import commands as do
from tests.adapters.sql.crowd import ANN

DESK = small_desk()
SOON = timedelta(milliseconds=50)


@pytest.fixture
def held(tmp_path: Path) -> Path:
    """A database with one ticket."""
    path = tmp_path / "desk.db"
    with SqlHost.open(f"sqlite:///{path}", DESK) as host:
        host.handle(do.Open("T-1", subject="VPN", requester="ann"), at=START, actor=ANN).unwrap()
    return path


def test_tables_of_a_newer_release_are_left_alone(held: Path) -> None:
    with closing(sqlite3.connect(held)) as raw:
        raw.execute("UPDATE deskcore_version SET version_num = '9999'")
        raw.commit()
    with pytest.raises(SchemaMismatch, match="revision 9999, which a newer release made; accepted: that release"):
        SqlHost.open(f"sqlite:///{held}", DESK)


def test_a_read_only_database_is_read_and_a_command_says_that_it_cannot_write(held: Path) -> None:
    with SqlHost.open(f"sqlite:///file:{held}?mode=ro&uri=true", DESK) as host:
        assert host.case("T-1").ticket.subject == "VPN"
        with pytest.raises(StoreFailed, match="attempt to write a readonly database; check your rights there"):
            host.handle(do.Post("T-1", "m-1"), at=START, actor=ANN)
        assert len(host.log("T-1")) == host.case("T-1").version


def test_a_path_that_is_none_and_a_file_that_is_no_database(tmp_path: Path) -> None:
    missing, folder, text = tmp_path / "no" / "desk.db", tmp_path, tmp_path / "notes.txt"
    text.write_text("not a database, but long enough to be taken for one at first sight" * 20)
    with pytest.raises(StoreGone, match="unable to open database file"):
        SqlHost.open(f"sqlite:///{missing}", DESK)
    with pytest.raises(StoreGone, match="unable to open database file"):
        SqlHost.open(f"sqlite:///{folder}", DESK)
    with pytest.raises(StoreFailed, match="file is not a database"):
        SqlHost.open(f"sqlite:///{text}", DESK)
    with pytest.raises(StoreGone, match="there is no such file"):
        SqlHost.open(f"sqlite:///{tmp_path}/typo.db", DESK, create=False)
    assert not (tmp_path / "typo.db").exists()


def test_a_file_that_somebody_else_writes_is_waited_for_and_then_named(held: Path) -> None:
    with (
        SqlHost.open(f"sqlite:///{held}", DESK, timeout=SOON) as host,
        closing(sqlite3.connect(held, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusy, match="database is locked; repeat the command"):
            host.handle(do.Post("T-1", "m-1"), at=START, actor=ANN)
        other.execute("ROLLBACK")
        host.handle(do.Post("T-1", "m-1"), at=START, actor=ANN).unwrap()


def test_a_server_that_is_not_there_is_gone() -> None:
    with pytest.raises(StoreGone, match="cannot reach postgresql"):
        SqlHost.open("postgresql://nobody@127.0.0.1:1/none", DESK)
