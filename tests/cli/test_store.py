"""What is done to a whole store from a terminal: adopt, pin, erase, what-if, verify, status; and what cannot be."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import attrs
import pytest
from typer.testing import CliRunner

from deskcore.adapters.sql import SqlHost, Worker
from deskcore.cli.app import app
from deskcore.cli.failures import lines_of
from deskcore.desk import Desk, Notify
from deskcore.errors import DeskcoreError
from deskcore.hours import business
from deskcore.log import Actor
from deskcore.sla import SlaPolicy, Target
from deskcore.testing.hosts import START, check_floor_agrees, check_streams, small_desk
from deskcore.tickets import commands as do
from deskcore.wire import desk_to

ANN, BO = Actor.requester("ann"), Actor.agent("bo")
DAY = (START + timedelta(days=1)).isoformat()
LOG = """id,at,state,prio,who,team,made
OLD-1,2026-05-04T09:00Z,New,p2,,,2026-05-04T09:00Z
OLD-1,2026-05-04T10:00Z,Open,p2,bo,first,2026-05-04T09:00Z
OLD-1,2026-05-05T10:00Z,Pending requester,p2,bo,first,2026-05-04T09:00Z
OLD-2,2026-05-06T09:00Z,New,p3,,,2026-05-06T09:00Z
OLD-3,yesterday,New,p3,,,yesterday
OLD-4,2026-05-06T09:00Z,New,p3,,,2026-05-06T09:00Z
OLD-4,2026-05-07T09:00Z,Resolved,p3,mia,first,2026-05-06T09:00Z
"""
MAPPING = """rows = "snapshots"
columns = { case = "id", at = "at", status = "state", priority = "prio", assignee = "who", team = "team" }
"""


def two_policies() -> Desk:
    """The small desk with a second, stricter policy to move to."""
    desk = small_desk()
    book = desk.configuration.book
    strict = SlaPolicy("strict", (Target.resolution(business(hours=1)),))
    return attrs.evolve(
        desk,
        configuration=attrs.evolve(desk.configuration, book=attrs.evolve(book, policies=(*book.policies, strict))),
    )


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/desk.db"


def filled(url: str, desk: Desk | None = None) -> None:
    with SqlHost.open(url, desk or small_desk()) as host:
        for name in ("T-1", "T-2"):
            host.handle(do.Open(name, subject=f"VPN of Ann, {name}", requester="ann"), at=START, actor=ANN, id=name)
        host.handle(do.Open("T-3", subject="Printer", requester="joanne"), at=START, actor=Actor.requester("joanne"))


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and what is said, as the command line itself would."""
    result = CliRunner().invoke(app, list(arguments))
    if isinstance(result.exception, DeskcoreError):
        (line,) = lines_of(result.exception)
        return 2, line
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_existing_tickets_are_adopted_once(url: str, tmp_path: Path) -> None:
    filled(url)
    log, mapping = tmp_path / "log.csv", tmp_path / "mapping.toml"
    log.write_text(LOG)
    mapping.write_text(MAPPING)
    arguments = ("adopt", str(log), "--mapping", str(mapping), "--db", url, "--at", DAY)

    code, said = run(*arguments)

    assert (code, said.splitlines()[0]) == (1, "3 tickets adopted, 0 here already, 1 at fault")
    assert said.splitlines()[1].startswith("  OLD-3: no row of it can be read; line 6: ")
    with SqlHost.open(url, small_desk()) as host:
        ticket = host.case("OLD-1").ticket
        assert (ticket.status.name, ticket.assignee, ticket.opened_at.isoformat()) == (
            "Pending requester",
            "bo",
            "2026-05-04T09:00:00+00:00",
        )
        first = host.log("OLD-1").events[0]
        assert first.type == "adopted"
        assert timedelta(microseconds=first.data.waited_us) == timedelta(days=13, hours=23)  # type: ignore[attr-defined]
        assert "OLD-2" in {*host.floor.routing.held, *host.floor.routing.waiting}
        check_floor_agrees(host)
        check_streams(host)
        versions = {case.id: case.version for case in host.cases()}
    assert run(*arguments)[1].splitlines()[0] == "0 tickets adopted, 3 here already, 1 at fault"
    with SqlHost.open(url, small_desk()) as host:
        assert {case.id: case.version for case in host.cases()} == versions


def test_a_move_is_shown_before_it_is_done(url: str) -> None:
    filled(url, two_policies())
    arguments = ("pin", "--db", url, "--policy", "strict", "--at", DAY)

    code, shown = run(*arguments)
    assert code == 0
    assert shown.splitlines()[0] == "3 tickets move, 0 are there already, 0 are done, 0 at fault"
    assert "  3 x resolution #1 state: running -> breached" in shown.splitlines()
    with SqlHost.open(url, two_policies()) as host:
        assert host.case("T-1").ticket.header.policy is None

    code, done = run(*arguments, "--yes")
    assert (code, done.splitlines()) == (0, shown.splitlines()[:-1])
    with SqlHost.open(url, two_policies()) as host:
        assert host.case("T-1").ticket.header.policy == "strict"
        check_streams(host)
    assert run(*arguments)[1].startswith("0 tickets move, 3 are there already")


def test_a_person_is_erased_from_every_log(url: str, tmp_path: Path) -> None:
    filled(url)
    with SqlHost.open(url, small_desk()) as host:
        host.handle(do.Watch("T-3", "ann"), at=START, actor=BO, id="watch")
        held = {case.id: host.desk.clocks(case, at=START + timedelta(days=1)) for case in host.cases()}

    arguments = ("erase", "ann", "person-7", "--db", url, "--texts", "(erased)")
    code, shown = run(*arguments)
    assert (code, shown.splitlines()[1]) == (0, "(nothing is stored; --yes does it)")
    assert run(*arguments, "--yes")[0] == 0

    with SqlHost.open(url, small_desk()) as host:
        check_streams(host)
        assert {case.id: host.desk.clocks(case, at=START + timedelta(days=1)) for case in host.cases()} == held
        assert list(host.tickets(requester="person-7")) == ["T-1", "T-2"]
        assert list(host.tickets(requester="joanne")) == ["T-3"]
        assert host.case("T-1").ticket.subject == "(erased)"
    files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    for written in (b'"ann"', b"VPN of Ann"):
        assert written not in files
    assert b"joanne" in files
    assert run(*arguments)[1].startswith("0 events of 0 streams rewritten, 0 messages and 0 receipts dropped")
    assert run("erase", "bo", "agent-1", "--db", url) == (
        2,
        "person must not be an agent of the desk; take them off its staff first (got 'bo')",
    )


def test_another_desk_is_tried_on_a_store(url: str, tmp_path: Path) -> None:
    filled(url)
    strict = Desk.simple(
        calendar=small_desk().configuration.calendars["default"], targets=(Target.resolution(business(hours=1)),)
    )
    path = tmp_path / "strict.json"
    path.write_text(json.dumps(desk_to(strict)))
    code, said = run("what-if", "--db", url, "--with", str(path), "--at", DAY)
    assert code == 0
    assert said.splitlines()[0] == "3 of 3 tickets change"
    assert "  3 x resolution: running -> breached" in said


def test_a_changed_row_is_found_by_verify(url: str, tmp_path: Path) -> None:
    filled(url)
    assert run("verify", "--db", url)[0] == 0
    with closing(sqlite3.connect(tmp_path / "desk.db")) as raw:
        raw.execute("UPDATE deskcore_events SET body = replace(body, 'VPN', 'WAN') WHERE stream = 'T-2'")
        raw.commit()
    code, said = run("verify", "--db", url)
    assert code == 1
    assert said.startswith("T-2: cannot read row deskcore_events/T-2/1: its text was changed")
    assert said.splitlines()[-1].endswith("1 streams are broken")


def test_what_was_given_up_is_seen_and_begun_again(url: str) -> None:
    filled(url)
    late = START + timedelta(days=3)

    def fail(_: Notify) -> None:
        raise OSError("no route")

    with SqlHost.open(url, small_desk()) as host:
        worker = Worker(host, fail, clock=lambda: late, attempts=1)
        while not worker.ring().idle:
            pass
        worker.send()
        given_up = host.outbox.given_up()
        assert given_up
    code, said = run("status", "--db", url)
    assert code == 1
    assert f"0 waiting, 0 failing, {len(given_up)} given up" in said
    assert f"given up after 1 attempts: {given_up[0].key}: OSError('no route')" in said
    assert json.loads(run("status", "--db", url, "--json")[1])["given_up"][given_up[0].key] == "OSError('no route')"

    code, said = run("status", "--db", url, "--again", "all")
    assert (code, f"{len(given_up)} waiting, 0 failing, 0 given up" in said) == (0, True)
    assert run("status", "--db", url, "--again", "no such key")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("status",), "there is no such file"),
        (("verify",), "there is no such file"),
        (("work", "--until-idle"), "there is no such file"),
        (("pin", "--policy", "x"), "there is no such file"),
    ],
)
def test_a_name_that_is_no_database_makes_none(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    path = tmp_path / "typo.db"
    code, line = run(*arguments, "--db", f"sqlite:///{path}")
    assert (code, said in line) == (2, True)
    assert not path.exists()


def test_a_fault_of_the_command_is_one_line(url: str, tmp_path: Path) -> None:
    run("migrate", "--db", url)
    assert run("verify", "--db", url)[1].startswith("--desk must be given: no desk has worked on sqlite:///")
    assert run("status", "--db", url)[0] == 0
    filled(url)
    assert run("pin", "--db", url)[0] == 2
    assert run("pin", "--db", url, "--policy", "stict")[1].startswith("--policy must be one that the desk has: default")
    assert run("pin", "--db", url, "--policy", "default", "--renamed", "half")[1].startswith(
        "--renamed must be two ids"
    )
    assert run("pin", "--db", url, "--policy", "default", "--at", "noon")[1].startswith("--at must be an instant")
    with closing(sqlite3.connect(tmp_path / "desk.db")) as raw:
        raw.execute("UPDATE deskcore_version SET version_num = '9999'")
        raw.commit()
    for command in ("migrate", "status"):
        code, line = run(command, "--db", url)
        assert (code, "revision 9999, which a newer release made" in line) == (2, True)
