"""The suite for hosts finds faults: a host that is wrong in one way fails it."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings

from deskcore.desk import Accepted, Memory, Refused
from deskcore.desk import floor_commands as ask
from deskcore.log import Actor, EventLog
from deskcore.testing.hosts import LIFE, Step, check_host, check_like_memory, check_streams, lives, small_desk
from deskcore.tickets.commands import Command

SYSTEM = Actor.system("host")


@settings(max_examples=25)
@given(lives())
def test_memory_is_like_memory(steps: list[Step]) -> None:
    host = Memory(small_desk())
    check_like_memory([host], steps)
    check_streams(host)


def test_the_life_meets_everything() -> None:
    """A suite whose life never breached or overflowed would prove little."""
    host = Memory(small_desk())
    check_like_memory([host], LIFE)
    types = {event.type for case in host.cases() for event in host.log(case.id)} | {event.type for event in host.log()}
    assert types >= {"signalled", "rung_fired", "routed", "handed_off", "gate_opened", "reopened", "queued", "placed"}


class Wrapped:
    """A host in memory behind a door, for faults to be put into."""

    def __init__(self) -> None:
        self.inner = Memory(small_desk())

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)


class Forgetful(Wrapped):
    def log(self, stream: str = "floor") -> EventLog:
        return EventLog(self.inner.log(stream).events[:-1])


class Deaf(Wrapped):
    def operate(self, command: ask.FloorCommand, *, at: datetime, actor: Actor = SYSTEM) -> Accepted | Refused:
        if isinstance(command, ask.GoAway):
            command = ask.ComeBack(command.agent)
        return self.inner.operate(command, at=at, actor=actor)


class Late(Wrapped):
    def advance(self, until: datetime) -> int:
        return 0


class Eager(Wrapped):
    def handle(self, command: Command, *, at: datetime, actor: Actor) -> Accepted | Refused:
        self.inner.handle(command, at=at, actor=actor)
        return self.inner.handle(command, at=at, actor=actor)


@pytest.mark.parametrize("kind", [Forgetful, Deaf, Late, Eager])
def test_a_faulty_host_is_found_out(kind: type[Wrapped]) -> None:
    with pytest.raises(AssertionError):
        check_host(lambda _: kind())  # type: ignore[arg-type, return-value]
