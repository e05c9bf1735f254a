"""Processes are killed at any point while commands and timers flow: nothing is lost, nothing happens twice."""

from __future__ import annotations

import os
import random
import signal
from collections import Counter
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from deskcore.adapters.sql import SqlHost
from deskcore.desk import Accepted, Case
from deskcore.testing.hosts import check_floor_agrees, check_nobody_over_capacity, check_streams, small_desk
from tests.adapters.sql import crowd

PROFILE = os.environ.get("HYPOTHESIS_PROFILE")
SEEDS = range(200 if PROFILE == "nightly" else 10)
SIZE = 30
POINTS = 400
"""A process meets its end after at most so many points; it passes some thirty for each command."""


def start(job: str, *args: object) -> BaseProcess:
    process = crowd.fork_server().Process(target=getattr(crowd, job), args=args)
    process.start()
    return process


def live_and_die(url: str, seed: int, folder: Path) -> int:
    """Run clerk and bell, kill them again and again, until the clerk is done and the bell idle; how many died."""
    dice, deaths = random.Random(seed), 0

    def begin(job: str) -> BaseProcess:
        points = dice.randrange(1, POINTS) if deaths < 6 else 0
        args = (url, seed, SIZE, folder, points) if job == "clerk" else (url, folder, points)
        return start(job, *args)

    running = {job: begin(job) for job in ("clerk", "bell")}
    while running:
        for job, process in list(running.items()):
            process.join(0.01)
            if process.exitcode is None:
                continue
            del running[job]
            if process.exitcode == -signal.SIGKILL:
                deaths += 1
                running[job] = begin(job)
            else:
                assert process.exitcode == 0, f"{job} failed by itself"
        if "clerk" not in running:
            (folder / "stop").touch()
    return deaths


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_lost_and_nothing_happens_twice(url: str, seed: int, tmp_path: Path) -> None:
    with SqlHost.open(url, small_desk()):
        pass
    assert live_and_die(url, seed, tmp_path) > 0
    with SqlHost.open(url, small_desk(), remembered=0) as host:
        check_streams(host)
        check_nobody_over_capacity(host)
        check_floor_agrees(host)
        for name, command, at, actor in crowd.script(seed, SIZE):
            stored = host.log().version, {case.id: case.version for case in host.cases()}
            answer = crowd.send(host, command, at, actor, name)
            assert (host.log().version, {case.id: case.version for case in host.cases()}) == stored, f"{name} was lost"
            if isinstance(answer, Accepted) and isinstance(answer.state, Case):
                until = answer.case.version
                assert host.log(answer.case.id).events[until - len(answer.events) : until] == answer.events
        delivered = Counter(crowd.lines(tmp_path / "delivered"))
        told = Counter(notify.key for notify in host.told)
        assert set(delivered) == set(told)
        assert set(told.values()) <= {1}
        assert all(parcel.delivered_at is not None for parcel in host.outbox.parcels())
