"""The durable host keeps every law of hosts, on either database, alone and with another process at the same tables."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings

from deskcore.adapters.sql import SqlHost
from deskcore.testing.hosts import (
    LIFE,
    Step,
    check_answered_once,
    check_host,
    check_like_memory,
    check_streams,
    lives,
    small_desk,
)

DESK = small_desk()


def test_every_law_on_one_life(url: str) -> None:
    with SqlHost.open(url, DESK) as host:
        check_host(lambda _: host)
        check_answered_once(host)


def test_two_hosts_over_one_store_are_one_host(url: str) -> None:
    """What one remembers never hides what the other has written."""
    with SqlHost.open(url, DESK) as one, SqlHost.open(url, DESK, remembered=0, snapshot_every=3) as other:
        check_like_memory([one, other], LIFE)
        check_streams(one)


@settings(max_examples=12)
@given(lives())
def test_any_life_is_like_memory(steps: list[Step]) -> None:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder)}/desk.db"
        with (
            SqlHost.open(url, DESK, synchronous="OFF", snapshot_every=4) as one,
            SqlHost.open(url, DESK, synchronous="OFF", remembered=2) as other,
        ):
            check_like_memory([one, other], steps)
            check_streams(other)
