"""The suite for hosts finds faults: a host that is wrong in one way fails it."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.desk import Accepted, ForTicket, Memory, Refused
from deskcore.desk import floor_commands as ask
from deskcore.desk.history import Inserted
from deskcore.log import Actor, EventData, EventLog
from deskcore.testing.host_laws import check_reach
from deskcore.testing.hosts import (
    LIFE,
    START,
    Step,
    act,
    check_host,
    check_like_memory,
    check_streams,
    lives,
    small_desk,
)
from deskcore.tickets import commands as do
from deskcore.tickets.commands import Command
from deskcore.tickets.events import Adopted

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


class Careless(Wrapped):
    """What follows on other tickets it gives to the desk as if the actor had asked for it, and never looks back."""

    def handle(self, command: Command, *, at: datetime, actor: Actor) -> Accepted | Refused:
        inner = self.inner
        known = {case.id: case.ticket for case in inner.cases()}
        case = inner._cases.get(command.ticket)
        answer = inner.desk.handle(case, command, at=at, actor=actor, others=known)
        if isinstance(answer, Accepted):
            inner._keep(answer.case, answer.events, at)
            for effect in answer.effects:
                if isinstance(effect, ForTicket):
                    self.handle(effect.command, at=at, actor=actor)
            inner._perform(tuple(one for one in answer.effects if not isinstance(one, ForTicket)), at, actor)
        return answer


class Greedy(Wrapped):
    def adopt(self, record: Adopted, ticket: str, *, at: datetime, actor: Actor = SYSTEM) -> Accepted | Refused:
        self.inner._cases.pop(ticket, None)
        return self.inner.adopt(record, ticket, at=at, actor=actor)


class Timid(Wrapped):
    def insert(self, ticket: str, data: EventData, *, happened_at: datetime, at: datetime, actor: Actor) -> Inserted:
        return self.inner.desk.insert(self.inner.log(ticket), data, happened_at=happened_at, at=at, actor=actor)


@settings(max_examples=25)
@given(lives(), st.lists(st.tuples(st.integers(0, 6), st.sampled_from(["house", "manila"])), max_size=4))
def test_a_partner_can_act_on_a_ticket_exactly_if_it_sees_it(steps: list[Step], moved: list[tuple[int, str]]) -> None:
    """Whatever has happened to a ticket: reach and sight are one rule."""
    host, at = Memory(small_desk()), START
    for step in steps:
        at += step.after
        host.advance(at)
        act(host, step, at)
    for ticket, desk in moved:
        host.handle(do.Transfer(f"T-{ticket}", desk=desk), at=at, actor=Actor.agent("bo"))
    check_reach(host)


@pytest.mark.parametrize("kind", [Forgetful, Deaf, Late, Eager, Careless, Greedy, Timid])
def test_a_faulty_host_is_found_out(kind: type[Wrapped]) -> None:
    with pytest.raises(AssertionError):
        check_host(lambda _: kind())  # type: ignore[arg-type, return-value]
