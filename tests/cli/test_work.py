"""``deskcore work``, ``migrate`` and ``demo --db``: beside a durable host, stopped by signals, killed and taken up again."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deskcore.adapters.sql import SqlHost
from deskcore.cli.app import app
from deskcore.desk import Notify
from deskcore.errors import InvalidValue
from deskcore.log import Actor
from deskcore.testing.hosts import START, small_desk
from deskcore.tickets import commands as do
from deskcore.wire import desk_to

MAIN = "from deskcore.cli.entry import main; main()"
DELIVERED: list[str] = []


def deliver(notify: Notify) -> None:
    """Named on the command line by a test below."""
    if "breach" in notify.message:
        raise ConnectionError("the mail server is down")
    DELIVERED.append(notify.key)


def filled(url: str) -> None:
    """Two tickets whose clocks ran out long ago, and nobody has looked since."""
    with SqlHost.open(url, small_desk()) as host:
        for name in ("T-1", "T-2"):
            host.handle(do.Open(name, subject="VPN", requester="ann"), at=START, actor=Actor.requester("ann"))


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/desk.db"


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout, result.stderr


def test_a_worker_rings_what_is_due_and_prints_what_to_tell(url: str) -> None:
    filled(url)

    code, out, err = run("work", "--db", url, "--until-idle")

    told = [json.loads(line) for line in out.splitlines()]
    with SqlHost.open(url, small_desk()) as host:
        assert [notify.key for notify in host.told] == [line["key"] for line in told] != []
        assert all(parcel.delivered_at is not None for parcel in host.outbox.parcels())
        assert {"signalled", "rung_fired"} <= {event.type for event in host.log("T-1")}
    assert (code, err.splitlines()[-1]) == (0, f"3 timers rung, {len(told)} messages delivered")
    assert run("work", "--db", url, "--until-idle")[1] == ""


def test_a_worker_delivers_by_a_function_and_keeps_what_fails(url: str) -> None:
    filled(url)
    DELIVERED.clear()

    code, _, err = run("work", "--db", url, "--until-idle", "--deliver", "tests.cli.test_work:deliver")

    with SqlHost.open(url, small_desk()) as host:
        kept = [parcel for parcel in host.outbox.parcels() if parcel.delivered_at is None]
    assert code == 0
    assert DELIVERED
    assert kept
    assert all(parcel.failure == "ConnectionError('the mail server is down')" for parcel in kept)
    assert f"{len(kept)} failures" in err.splitlines()[-1]


@pytest.mark.parametrize("name", ["nowhere:send", "json:nothing", "json:__name__", "json"])
def test_a_function_that_is_none_is_refused(url: str, name: str) -> None:
    assert run("work", "--db", url, "--deliver", name)[0] == 2


def test_a_desk_file_decides_where_one_is_given(url: str, tmp_path: Path) -> None:
    filled(url)
    (tmp_path / "desk.json").write_text(json.dumps(desk_to(small_desk())))

    assert run("work", "--db", url, "--desk", str(tmp_path / "desk.json"), "--until-idle")[0] == 0


def test_migrate_makes_the_tables_once(url: str) -> None:
    assert run("migrate", "--db", url)[1].endswith("from nothing to 0003\n")
    assert run("migrate", "--db", url)[1].endswith("at revision 0003 already\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_worker_after_the_batch_in_hand(url: str, number: signal.Signals) -> None:
    filled(url)
    with subprocess.Popen(
        [sys.executable, "-c", MAIN, "work", "--db", url, "--poll", "0.05"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline().startswith('{"key"')
        os.kill(worker.pid, number)
        _, err = worker.communicate(timeout=60)

    assert worker.returncode == 0, err
    with SqlHost.open(url, small_desk()) as host:
        delivered = [parcel for parcel in host.outbox.parcels() if parcel.delivered_at is not None]
    assert err.splitlines()[-1] == f"3 timers rung, {len(delivered)} messages delivered"


def demo(*arguments: str) -> list[str]:
    return [sys.executable, "-c", MAIN, "demo", "--days", "1", *arguments]


def test_a_killed_demo_goes_on_where_it_was_and_ends_with_the_same_files(url: str, tmp_path: Path) -> None:
    durable = demo("--out", str(tmp_path / "durable"), "--db", url)
    killed = subprocess.Popen(durable, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while killed.poll() is None and _tickets(tmp_path) < 60:
        time.sleep(0.05)
    killed.kill()
    assert killed.wait() == -signal.SIGKILL

    again = subprocess.run(durable, capture_output=True, text=True, check=True)
    subprocess.run(demo("--out", str(tmp_path / "memory")), capture_output=True, check=True)

    assert "commands are done already" in again.stderr
    for name in ("report.html", "events.jsonl", "configuration.json"):
        assert (tmp_path / "durable" / name).read_bytes() == (tmp_path / "memory" / name).read_bytes()
    with SqlHost.open(url, small_desk(), create=False) as host:
        assert host.next_wake() is not None


def _tickets(folder: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{folder}/desk.db?mode=ro", uri=True)) as raw:
            return int(raw.execute("SELECT count(*) FROM deskcore_streams").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


def test_a_demo_does_not_mix_with_other_tickets(url: str) -> None:
    filled(url)
    with pytest.raises(InvalidValue, match="nothing but the run"):
        run("demo", "--days", "1", "--db", url)
