"""What the processes of the crowded tests do. Loaded once by the fork server, so that a process starts at once."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event, func, select

from deskcore._value import from_us
from deskcore.adapters.sql import SqlHost, Worker, timers
from deskcore.adapters.sql.schema import STREAMS
from deskcore.desk import Accepted, Desk, Notify, Refused
from deskcore.desk import floor_commands as ask
from deskcore.hours import Calendar
from deskcore.log import Actor
from deskcore.routing import ToAgent
from deskcore.staff import Agent, Staff
from deskcore.testing.hosts import LIFE, START, check_host, small_desk
from deskcore.tickets import commands as do
from deskcore.tickets.commands import Command

T = TypeVar("T")
ANN, BO = Actor.requester("ann"), Actor.agent("bo")
TICKETS = 5


def fork_server() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.adapters.sql.crowd", "psycopg", "alembic.command"])
    return context


def together(job: Callable[..., T], count: int, *args: object) -> list[T]:
    """Run ``job(number, *args)`` in as many processes at once."""
    with ProcessPoolExecutor(count, mp_context=fork_server()) as pool:
        futures = [pool.submit(job, number, *args) for number in range(count)]
        return [future.result() for future in futures]


def full_desk(agents: int = 20) -> Desk:
    """Agents of capacity three and nobody else."""
    staff = Staff(agents=tuple(Agent(f"a-{number:02}", capacity=3) for number in range(agents)))
    return Desk.simple(calendar=Calendar.always(), staff=staff, routing=ToAgent())


def opened(url: str, desk: Desk, **options: Any) -> SqlHost:
    """A host for a crowd: nothing here cuts the power, so SQLite need not wait for the disk."""
    return SqlHost.open(url, desk, synchronous="OFF", timeout=timedelta(minutes=5), **options)


def post(number: int, url: str, times: int) -> int:
    """Post to the same few tickets as everybody else."""
    accepted = 0
    with opened(url, small_desk()) as host:
        for turn in range(times):
            ticket, name = f"T-{turn % TICKETS}", f"{number}/{turn}"
            answer = host.handle(do.Post(ticket, name, visibility="internal"), at=START, actor=BO, id=name)
            accepted += isinstance(answer, Accepted)
    return accepted


def claim(number: int, url: str, at: datetime) -> list[str]:
    """Claim due timers until there are none."""
    claimed: list[str] = []
    with opened(url, small_desk()) as host:
        while found := timers.claim(host.store, at=at, owner=f"w-{number}", limit=50, lease=timedelta(hours=1)):
            claimed += (timer.stream for timer in found)
    return claimed


def serve(number: int, url: str, count: int, agents: int) -> int:
    """Open tickets and resolve one's own as soon as somebody has them, until all are resolved."""
    turn = 0
    with opened(url, full_desk(agents)) as host:
        mine = [f"T-{number}-{place}" for place in range(count)]
        for place, ticket in enumerate(mine):
            host.handle(do.Open(ticket, subject="VPN", requester="ann"), at=START, actor=ANN)
            if place % 4 == 3:
                _resolve(host, mine[place - 3])
        while mine:
            turn += 1
            mine = [ticket for ticket in mine if not _resolve(host, ticket)]
            if turn > 10_000:
                raise AssertionError(f"never served: {mine}")
    return count


def _resolve(host: SqlHost, ticket: str) -> bool:
    case = host.case(ticket)
    if case.ticket.is_open and case.ticket.assignee is not None:
        host.handle(do.Resolve(ticket), at=START, actor=Actor.agent(case.ticket.assignee)).unwrap()
        return True
    return not case.ticket.is_open


class Doom:
    """Kills its own process, for good and without notice, at the n-th point that it passes."""

    def __init__(self, points: int) -> None:
        self.left = points

    def point(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, host: SqlHost) -> None:
        """Every statement has a point before and after it, every commit one before."""
        for name in ("before_cursor_execute", "after_cursor_execute", "commit", "begin", "checkin"):
            event.listen(host.store.engine, name, self.point)


def script(seed: int, size: int) -> list[tuple[str, Command | ask.FloorCommand, datetime, Actor]]:
    """Commands with their ids and instants, the same ones for a seed."""
    dice, at = random.Random(seed), START
    found: list[tuple[str, Command | ask.FloorCommand, datetime, Actor]] = [
        ("on-bo", ask.SignOn("bo"), at, BO),
        ("on-mia", ask.SignOn("mia"), at, BO),
    ]
    for place in range(size):
        at += timedelta(minutes=dice.choice((0, 5, 60, 700)))
        ticket = f"T-{dice.randrange(TICKETS)}"
        choices: list[tuple[Command | ask.FloorCommand, Actor]] = [
            (do.Open(ticket, subject="VPN", requester="ann"), ANN),
            (do.Open(ticket, subject="VPN", requester="ann"), ANN),
            (do.Post(ticket, f"m-{place}"), ANN),
            (do.Post(ticket, f"m-{place}"), BO),
            (do.Resolve(ticket), BO),
            (do.Unassign(ticket), BO),
            (ask.GoAway("bo", "lunch"), BO),
            (ask.ComeBack("bo"), BO),
        ]
        command, actor = dice.choice(choices)
        found.append((f"c-{place}", command, at, actor))
    return found


def send(
    host: SqlHost, command: Command | ask.FloorCommand, at: datetime, actor: Actor, name: str
) -> Accepted | Refused:
    """Send a command to whom it concerns, under its id."""
    if isinstance(command, ask.FloorCommand):
        return host.operate(command, at=at, actor=actor, id=name)
    return host.handle(command, at=at, actor=actor, id=name)


def clerk(url: str, seed: int, size: int, folder: Path, points: int) -> None:
    """Send the script's commands that are not acknowledged yet; note each acknowledgement."""
    doom = Doom(points)
    known = set(lines(folder / "acknowledged"))
    with opened(url, small_desk(), create=False) as host, (folder / "acknowledged").open("a", buffering=1) as notes:
        doom.watch(host)
        for name, command, at, actor in script(seed, size):
            if name in known:
                continue
            answer = send(host, command, at, actor, name)
            doom.point()
            notes.write(f"{name} {type(answer).__name__}\n")
            doom.point()


def bell(url: str, folder: Path, points: int) -> None:
    """Ring and deliver as a worker does, by the clock of what is recorded, until told to stop and idle."""
    doom = Doom(points)
    with opened(url, small_desk(), create=False) as host, (folder / "delivered").open("a", buffering=1) as notes:
        doom.watch(host)

        def deliver(notify: Notify) -> None:
            doom.point()
            notes.write(f"{notify.key}\n")
            doom.point()

        def clock() -> datetime:
            with host.store.reading() as connection:
                us = connection.execute(select(func.max(STREAMS.c.recorded_us))).scalar_one()
            return max(from_us(us), START)

        # A claim of one who died is free at once: here no clock runs by which its lease would end.
        worker = Worker(host, deliver, clock=clock, batch=4, lease=timedelta(0))
        while True:
            stopping = (folder / "stop").exists()
            if worker.turn().idle and stopping:
                return


def lines(path: Path) -> Iterable[str]:
    """The first word of every whole line."""
    if not path.exists():
        return []
    return [
        line.split()[0] for line in path.read_text().splitlines(keepends=True) if line.endswith("\n") and line.strip()
    ]


# What a process builds at first use, built before it is forked.
check_host(lambda desk: SqlHost.open("sqlite://", desk), steps=LIFE[:8])
