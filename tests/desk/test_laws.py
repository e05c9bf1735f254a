"""The desk's laws, on lives made up by Hypothesis: replay, late looks, room on the floor, refusals that change nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.desk import Accepted, Case, Memory, Refused
from deskcore.desk import floor_commands as ask
from deskcore.escalation.events import RungFired
from deskcore.log import Actor, Event
from deskcore.sla import Signal
from deskcore.tickets import commands as do
from deskcore.tickets.commands import Command, Tick
from tests.desk.conftest import ANN, BO, MONDAY, small_desk

DESK = small_desk()
SYSTEM = Actor.system()
BREAD_AND_BUTTER = (
    do.Post("T", "m", visibility="public"),
    do.Post("T", "m", visibility="internal"),
    do.Start("T"),
    do.Hold("T", "requester"),
    do.Hold("T", "vendor"),
    do.Resume("T"),
    do.Resolve("T"),
    do.Close("T"),
    do.Reopen("T"),
    do.Cancel("T"),
    do.Assign("T", "bo"),
    do.Assign("T", "mia"),
    do.Unassign("T"),
    do.SetPriority("T", "p1"),
    do.SetPriority("T", "p4"),
    do.AddTag("T", "vip"),
)


class Act(NamedTuple):
    """Somebody asks something after a while; in between somebody may look."""

    after: timedelta
    command: Command
    actor: Actor
    looks: int


GAPS = st.sampled_from([timedelta(0), timedelta(minutes=20), timedelta(hours=3), timedelta(days=1), timedelta(days=6)])
ACTS = st.lists(
    st.builds(Act, GAPS, st.sampled_from(BREAD_AND_BUTTER), st.sampled_from([ANN, BO]), st.integers(0, 3)), max_size=9
)


def live(acts: list[Act], *, look: bool, end: bool = True) -> tuple[Case, list[Event]]:
    """One ticket's life: commands, and ticks in between if somebody looks."""
    first = DESK.handle(None, do.Open("T", subject="VPN", requester="ann"), at=MONDAY, actor=ANN).unwrap()
    case, log, now = first.case, list(first.events), MONDAY
    for act in acts:
        for part in range(1, act.looks + 1):
            if look:
                when = now + act.after * part / (act.looks + 1)
                ticked = DESK.handle(case, Tick("T"), at=when, actor=SYSTEM).unwrap()
                case, log = ticked.case, [*log, *ticked.events]
        now += act.after
        answer = DESK.handle(case, act.command, at=now, actor=act.actor)
        if isinstance(answer, Accepted):
            case, log = answer.case, [*log, *answer.events]
    if not end:
        return case, log
    after = DESK.handle(case, Tick("T"), at=now + timedelta(days=30), actor=SYSTEM).unwrap()
    return after.case, [*log, *after.events]


def undated(log: list[Event]) -> list[Event]:
    """A log without the instants at which its facts were found out."""
    return [attrs.evolve(event, recorded_at=event.at) for event in log]


@given(ACTS)
def test_replay_of_a_stored_log_equals_the_live_case(acts: list[Act]) -> None:
    """A case is a fold of its events and nothing else."""
    case, log = live(acts, look=True)
    assert DESK.case(log) == case


@given(ACTS)
def test_late_and_timely_looks_write_the_same_log(acts: list[Act]) -> None:
    """Whether somebody looks in between changes nothing but when things were found out."""
    timely, late = live(acts, look=True)[1], live(acts, look=False)[1]
    assert undated(timely) == undated(late)


@given(ACTS)
def test_a_second_tick_records_nothing(acts: list[Act]) -> None:
    """A tick is idempotent."""
    case, log = live(acts, look=False)
    again = DESK.handle(case, Tick("T"), at=log[-1].recorded_at, actor=SYSTEM).unwrap()
    assert (again.case, again.events, again.effects) == (case, (), ())


@given(ACTS)
def test_nothing_happens_before_next_change_and_something_at_it(acts: list[Act]) -> None:
    """``next_change`` is tight: a host needs no other timer."""
    case, _ = live(acts, look=False)
    now = case.recorded_at
    change = DESK.next_change(case, at=now)
    if change is None:
        assert DESK.handle(case, Tick("T"), at=now + timedelta(days=3650), actor=SYSTEM).unwrap().events == ()
        return
    just_before = change - timedelta(microseconds=1)
    if just_before >= now:
        assert DESK.handle(case, Tick("T"), at=just_before, actor=SYSTEM).unwrap().events == ()
    assert DESK.handle(case, Tick("T"), at=change, actor=SYSTEM).unwrap().events


@given(ACTS, st.sampled_from(BREAD_AND_BUTTER), st.sampled_from([ANN, BO]))
def test_refusals_are_empty_exactly_when_handle_accepts(acts: list[Act], command: Command, actor: Actor) -> None:
    case, log = live(acts, look=False)
    at = log[-1].recorded_at
    answer = DESK.handle(case, command, at=at, actor=actor)
    assert (DESK.refusals(case, command, at=at, actor=actor) == ()) == isinstance(answer, Accepted)


@given(ACTS, st.integers(1, 40))
def test_signals_do_not_depend_on_who_polls(acts: list[Act], hours: int) -> None:
    """Windows that follow each other give what one long window gives, and the log has announced exactly those."""
    case, log = live(acts, look=True)
    start, end = MONDAY - timedelta(hours=1), log[-1].recorded_at
    whole = DESK.signals(case, after=start, until=end)
    pieces: list[Signal] = []
    cut = start
    while cut < end:
        nxt = min(cut + timedelta(hours=hours), end)
        pieces += DESK.signals(case, after=cut, until=nxt)
        cut = nxt
    assert pieces == list(whole)
    assert len({signal.key for signal in whole}) == len(whole)


@given(ACTS)
def test_a_preview_is_what_then_happens(acts: list[Act]) -> None:
    """If nobody does anything, exactly the rungs foreseen fire, when and for whom they were foreseen."""
    case, log = live(acts, look=True, end=False)
    now = log[-1].recorded_at
    foreseen = [(f.event.key, f.event.due, f.event.people) for f in DESK.preview(case, at=now).firings]
    came = []
    while (wake := DESK.next_change(case, at=now)) is not None:
        ticked = DESK.handle(case, Tick("T"), at=wake, actor=SYSTEM).unwrap()
        case, now = ticked.case, wake
        came += [(e.data.key, e.data.due, e.data.people) for e in ticked.events if isinstance(e.data, RungFired)]
    assert foreseen == came


class Shift(NamedTuple):
    """Something that happens on the floor or to one of several tickets."""

    after: timedelta
    what: str
    ticket: int
    agent: str


SHIFTS = st.lists(
    st.builds(
        Shift,
        st.sampled_from([timedelta(0), timedelta(minutes=7), timedelta(hours=2), timedelta(hours=15)]),
        st.sampled_from(["open", "open", "open", "resolve", "reopen", "on", "off", "away", "back", "cancel", "hold"]),
        st.integers(0, 7),
        st.sampled_from(["bo", "mia"]),
    ),
    max_size=30,
)


def act(host: Memory, shift: Shift, now: timedelta) -> None:
    at, name = MONDAY + now, f"T-{shift.ticket}"
    match shift.what:
        case "open":
            host.handle(do.Open(name, subject="VPN", requester="ann"), at=at, actor=ANN)
        case "on":
            host.operate(ask.SignOn(shift.agent), at=at)
        case "off":
            host.operate(ask.SignOff(shift.agent), at=at)
        case "away":
            host.operate(ask.GoAway(shift.agent, "lunch"), at=at)
        case "back":
            host.operate(ask.ComeBack(shift.agent), at=at)
        case "resolve":
            host.handle(do.Resolve(name), at=at, actor=BO)
        case "reopen":
            host.handle(do.Post(name, f"m{now}"), at=at, actor=ANN)
        case "hold":
            host.handle(do.Hold(name, "requester"), at=at, actor=BO)
        case _:
            host.handle(do.Cancel(name), at=at, actor=BO)


@settings(max_examples=60)
@given(SHIFTS)
def test_the_floor_agrees_with_the_cases_and_nobody_is_over_capacity(shifts: list[Shift]) -> None:
    """No ticket is lost: each open one waits, is held by who the case says, or wants nobody; loads stay within room."""
    host, now = Memory(DESK), timedelta(0)
    for shift in shifts:
        now += shift.after
        host.advance(MONDAY + now)
        act(host, shift, now)
        for agent in DESK.configuration.staff.agents:
            assert host.floor.routing.load(agent.id).units <= agent.capacity
        assert host.floor.routing.desk_load("manila").units <= 3
        check_floor(host)
    assert not host.log() or DESK.replay(host.log()) == host.floor
    for case in host.cases():
        assert DESK.case(host.log(case.id)) == case


def check_floor(host: Memory) -> None:
    routing = host.floor.routing
    for case in host.cases():
        ticket = case.ticket
        held, waits = routing.held.get(ticket.id), ticket.id in routing.waiting
        assert not (held and waits)
        if not ticket.is_open:
            assert held is None
            assert not waits
        elif ticket.assignee is not None:
            assert held is not None
            assert held.agent == ticket.assignee
        elif ticket.phase != "waiting":
            assert waits or (held is not None and held.desk == ticket.desk != "house")


@given(st.sampled_from(["bo", "mia"]))
def test_a_manual_assignment_is_seen_by_the_floor(agent: str) -> None:
    """Whoever was given work by hand has less room for the policy to fill."""
    host = Memory(DESK)
    host.handle(do.Open("T-1", subject="VPN", requester="ann"), at=MONDAY, actor=ANN)
    host.handle(do.Assign("T-1", agent), at=MONDAY, actor=BO)
    assert host.floor.routing.load(agent).units == 1
    assert host.floor.routing.held["T-1"].agent == agent


def test_a_command_before_the_last_record_is_refused_with_both_instants() -> None:
    case, _ = live([], look=False)
    answer = DESK.handle(case, do.Start("T"), at=MONDAY, actor=BO)
    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == ["backward_time"]
