"""For whoever writes a host of their own: what a host is, lives to play on it, and the laws that it must keep.

Give ``check_host`` a function that makes an empty host; it plays a life on it and on ``Memory``, and every answer, log
and state must be the same. A host that several processes share is given to ``check_like_memory`` more than once over
the same store: what one remembers must not hide what another has written. Not here: what a store does when its disk
is full or its process is killed; that is the store's own to test.

Layer: testing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, NamedTuple, Protocol, TypeAlias, get_args

from hypothesis import strategies as st

from deskcore.desk import FLOOR_STREAM, Accepted, Desk, Memory, Refused
from deskcore.desk import floor_commands as ask
from deskcore.desk.host import Host
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import AddTag, RaisePriority
from deskcore.escalation.actions import Notify as Tell
from deskcore.escalation.events import RungFired
from deskcore.escalation.recipients import Assignee, ManagerOf, Person
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor
from deskcore.predicate import ALWAYS, Is
from deskcore.routing import Gate, HandOff, Overflow, ToAgent
from deskcore.routing.signals import WaitingCount
from deskcore.sla import Target
from deskcore.sla.events import Signalled
from deskcore.staff import Agent, Partner, Scope, Staff, Team
from deskcore.testing.host_laws import check_adopts, check_consequences, check_corrections, check_reach
from deskcore.tickets import commands as do
from deskcore.tickets.commands import Command

START: Final = datetime(2026, 5, 18, 9, tzinfo=UTC)
"""The Monday on which every life begins."""

Answer: TypeAlias = Accepted | Refused


class AnsweringHost(Host, Protocol):
    """A host that knows commands by the ids of their requests."""

    def handle(self, command: Command, *, at: datetime, actor: Actor, id: str | None = None) -> Answer:  # noqa: A002
        """As ``Host.handle``; the same id again gives the same answer and stores nothing."""
        ...


What: TypeAlias = Literal[
    "open", "post", "answer", "hold", "assign", "resolve", "reopen", "cancel", "close", "on", "off", "away", "back",
    "capacity", "early",
]  # fmt: skip
"""What can happen in a life; ``early`` is a command dated before what is recorded."""

_AGENTS: Final = ("bo", "mia")
_ON_TICKETS: Final = 6


class Step(NamedTuple):
    """Something that happens ``after`` the step before: to a ticket, or to somebody."""

    after: timedelta
    what: What
    ticket: int = 0
    agent: str = "bo"


def lives(*, max_size: int = 30) -> st.SearchStrategy[list[Step]]:
    """Lives of up to ``max_size`` steps, from minutes to weeks long."""
    gaps = st.sampled_from(
        [timedelta(0), timedelta(minutes=7), timedelta(hours=2), timedelta(hours=15), timedelta(days=6)]
    )
    whats: Sequence[What] = ("open", "open", "open", *get_args(What))
    step = st.builds(Step, gaps, st.sampled_from(whats), st.integers(0, _ON_TICKETS), st.sampled_from(_AGENTS))
    return st.lists(step, max_size=max_size)


_LIFE: Final[tuple[tuple[int, What, int, str], ...]] = (
    (0, "on", 0, "bo"), (0, "open", 0, "bo"), (0, "open", 1, "bo"), (5, "open", 2, "bo"), (1, "open", 3, "bo"),
    (2, "on", 0, "mia"), (0, "open", 4, "bo"), (20, "answer", 0, "bo"), (5, "early", 0, "bo"), (90, "hold", 1, "bo"),
    (30, "away", 0, "bo"), (40, "open", 5, "bo"), (200, "post", 1, "bo"), (3, "back", 0, "bo"),
    (9, "resolve", 0, "bo"), (0, "resolve", 2, "bo"), (60, "reopen", 0, "bo"), (900, "assign", 3, "mia"),
    (1, "capacity", 0, "bo"), (1400, "cancel", 4, "bo"), (4000, "resolve", 3, "mia"), (1, "off", 0, "mia"),
    (9000, "close", 2, "bo"), (10, "open", 6, "bo"), (20000, "post", 5, "bo"),
)  # fmt: skip
LIFE: Final = tuple(Step(timedelta(minutes=minutes), what, ticket, agent) for minutes, what, ticket, agent in _LIFE)
"""One life that meets everything: queues, overflow, breaches, rungs, refusals, reopening."""


def small_desk() -> Desk:
    """The desk of the lives: two agents of capacity two, a partner behind a gate, four targets, three rungs.

    >>> small_desk().lint() == ()
    False
    """
    staff = Staff(
        agents=tuple(
            Agent(name, team="first", capacity=2, calendar="default", manager="dana", languages=("en",))
            for name in _AGENTS
        ),
        teams=(Team("first", lead="dana"),),
        partners=(Partner("manila", scope=Scope.everything(max_tier=1), capacity=3, languages=("en",)),),
    )
    rungs = (
        Rung("half", Due.at_share("resolution", 0.5), (Tell(Assignee()),)),
        Rung("breach", Due.on_breach("resolution"), (Tell(ManagerOf(Assignee())), AddTag("late"))),
        Rung("unowned", Due.unassigned_for(elapsed(hours=1)), (RaisePriority("p1"),)),
    )
    gate = Gate("busy", WaitingCount(), on=2, off=0)
    return Desk.simple(
        calendar=Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC"),
        targets=(
            Target.first_response(business(hours=1), when=Is("priority", "p1")),
            Target.first_response(business(hours=4)),
            Target.next_response(business(hours=4)),
            Target.resolution(business(hours=16)),
        ),
        staff=staff,
        routing=Overflow(gate, inside=ToAgent(), outside=ToAgent() | HandOff("manila")),
        matrix=Matrix("house", (MatrixRow(ALWAYS, rungs),), Person("dana")),
    )


def act(host: Host, step: Step, at: datetime) -> Answer:
    """Carry one step out."""
    if step.what in _FLOOR:
        return host.operate(_FLOOR[step.what](step.agent), at=at)
    ticket = f"T-{step.ticket}"
    command, actor = _commands(step, ticket, at)
    return host.handle(command, at=at - timedelta(days=400) if step.what == "early" else at, actor=actor)


_FLOOR: Final[dict[str, Callable[[str], ask.FloorCommand]]] = {
    "on": ask.SignOn,
    "off": ask.SignOff,
    "away": lambda agent: ask.GoAway(agent, "lunch"),
    "back": ask.ComeBack,
    "capacity": lambda agent: ask.SetCapacity(agent, 1),
}


def _commands(step: Step, ticket: str, at: datetime) -> tuple[Command, Actor]:
    ann, bo = Actor.requester("ann"), Actor.agent(step.agent)
    match step.what:
        case "open":
            return do.Open(ticket, subject="VPN", requester="ann"), ann
        case "post" | "reopen" | "early":
            return do.Post(ticket, f"{ticket}/{at.isoformat()}"), ann
        case "answer":
            return do.Post(ticket, f"{ticket}/{at.isoformat()}/answer", visibility="public"), bo
        case "hold":
            return do.Hold(ticket, "requester"), bo
        case "assign":
            return do.Assign(ticket, step.agent), bo
        case "resolve":
            return do.Resolve(ticket), bo
        case "close":
            return do.Close(ticket), bo
        case _:
            return do.Cancel(ticket), bo


def check_host(make: Callable[[Desk], Host], *, steps: Sequence[Step] = LIFE) -> None:
    """Every law of this module on one life, on an empty host that ``make`` makes.

    >>> check_host(Memory)
    """
    host = make(small_desk())
    check_like_memory([host], steps)
    check_streams(host)
    check_floor_agrees(host)
    check_refusals_store_nothing(host)
    for law in (check_reach, check_consequences, check_adopts, check_corrections, check_reach):
        law(host)
    check_streams(host)
    check_floor_agrees(host)


def check_like_memory(hosts: Sequence[Host], steps: Sequence[Step]) -> None:
    """Law: a life on a host is the same as on ``Memory``: every answer, every log and state, every timer.

    ``hosts`` are views of one store, empty; they take the steps in turn, as processes that share it would.
    """
    memory, at = Memory(hosts[0].desk), START
    for place, step in enumerate(steps):
        host, at = hosts[place % len(hosts)], at + step.after
        assert host.advance(at) == memory.advance(at), f"step {place}: other timers rang"
        assert act(host, step, at) == act(memory, step, at), f"step {place}, {step}: another answer"
        assert host.next_wake() == memory.next_wake(), f"step {place}, {step}: another timer is next"
    for host in hosts:
        check_same(host, memory)


def check_same(host: Host, other: Host) -> None:
    """Law: two hosts hold the same: cases, floor, logs, and what people were to be told."""
    assert {case.id: case for case in host.cases()} == {case.id: case for case in other.cases()}
    assert host.floor == other.floor
    for stream in (FLOOR_STREAM, *(case.id for case in other.cases())):
        assert host.log(stream) == other.log(stream), stream
    assert list(dict.fromkeys(host.told)) == list(dict.fromkeys(other.told))


def check_streams(host: Host) -> None:
    """Law: every stream is numbered without gaps, replays to the state that is stored, and says nothing twice."""
    if len(host.log()):
        assert host.desk.replay(host.log()) == host.floor
    for case in host.cases():
        log = host.log(case.id)
        assert [event.seq for event in log] == list(range(1, case.version + 1)), case.id
        assert host.desk.case(log) == case, case.id
        assert host.case(case.id) == case
        assert host.since(case.version - 1, case.id) == log.events[-1:]
        keys = Counter(event.data.key for event in log if isinstance(event.data, Signalled | RungFired))
        assert not [key for key, times in keys.items() if times > 1], case.id


def check_nobody_over_capacity(host: Host) -> None:
    """Law: where nobody was assigned by hand, nobody holds more than their room."""
    for agent in host.desk.configuration.staff.agents:
        assert host.floor.routing.load(agent.id).units <= agent.capacity, agent.id


def check_floor_agrees(host: Host) -> None:
    """Law: cases and floor agree on who has what, and no open ticket is forgotten."""
    routing = host.floor.routing
    for case in host.cases():
        held, waits = routing.held.get(case.id), case.id in routing.waiting
        assert not (held and waits), case.id
        if not case.ticket.is_open:
            assert held is None, case.id
            assert not waits, case.id
        elif case.ticket.assignee is not None:
            assert held is not None, case.id
            assert held.agent == case.ticket.assignee, case.id


def check_refusals_store_nothing(host: Host) -> None:
    """Law: what is refused leaves every log as it was."""
    at = max((host.floor.recorded_at or START, *(case.recorded_at for case in host.cases())))
    before = {case.id: case.version for case in host.cases()}, host.floor.version
    unheard_of = do.Start("no such ticket"), do.Open(FLOOR_STREAM, subject="the floor's own stream", requester="ann")
    for command in (*unheard_of, do.Open("T-0", subject="again", requester="ann")):
        if isinstance(host.handle(command, at=at, actor=Actor.agent("bo")), Refused):
            assert ({case.id: case.version for case in host.cases()}, host.floor.version) == before, command


def check_answered_once(host: AnsweringHost) -> None:
    """Law: the same id again gives the same answer and stores nothing, whatever has happened since."""
    ann = Actor.requester("ann")
    asked = do.Open("T-once", subject="VPN", requester="ann")
    at = max((host.floor.recorded_at or START, START))
    first = host.handle(asked, at=at, actor=ann, id="once")
    host.handle(do.Post("T-once", "m-1"), at=at, actor=ann, id="twice")
    held = host.case("T-once"), host.log("T-once"), host.floor
    assert host.handle(asked, at=at + timedelta(hours=1), actor=ann, id="once") == first
    assert (host.case("T-once"), host.log("T-once"), host.floor) == held
