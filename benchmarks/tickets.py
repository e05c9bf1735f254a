"""Rows of the ticket room: commands answered and folded, and whole logs folded.

``tickets-handle`` is one move that asks for nothing, ``tickets-handle-life`` the mean over a life of six commands of
different kinds, both beside calibrations; ``tickets-handle-<library>`` the commands that hold and resume beside state
machines that change a status and do nothing else. ``tickets-fold-*`` stands beside the plainest fold there is,
``attrs.evolve`` for each event. Bytes a ticket go to standard error.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterable
from typing import Final

import attrs

from benchmarks.calibration import PEER, build, calibrated
from benchmarks.row import Row
from benchmarks.status_machines import machines
from benchmarks.timing import Size, in_turn, side_by_side
from deskcore.log import Actor, Event
from deskcore.presets import simple_lifecycle
from deskcore.testing.tickets import NOON, opening
from deskcore.tickets import Lifecycle, Ticket, decide, evolve, replay
from deskcore.tickets import commands as do
from deskcore.tickets.events import Assigned, Held, MessagePosted, StatusChange

BO: Final = Actor.agent("bo")
LIFE: Final = (
    do.Assign("T-1", "bo"),
    do.Start("T-1"),
    do.Post("T-1", "m-1"),
    do.Hold("T-1", "vendor"),
    do.Resume("T-1"),
)


def rows(size: Size) -> Iterable[Row]:
    """The rows, in the order of the table of aims."""
    lifecycle = simple_lifecycle()
    ticket = replay([opening("T-1")])
    handle = handling(lifecycle)
    assert (handle().status.name, handle().version) == ("Open", 2), "another move"
    yield calibrated("tickets-handle", handle, at_most=2.5, size=size)
    yield from _lives(lifecycle, size)
    for length, times in ((6, 3.0), (size.of(1000, 12), 8.0)):
        log = life(lifecycle, length)
        assert plain_fold(log) == replay(log), "the plain fold makes another ticket"
        ours, peer = side_by_side(lambda log=log: replay(log), lambda log=log: plain_fold(log), size=size)  # type: ignore[misc]
        per_event = None if peer is None else peer * length
        aim = f"{times:g}x a fold by attrs.evolve"
        yield Row(f"tickets-fold-{length}", ours * length, "attrs.evolve", per_event, aim, at_least=times)
    print(f"tickets: {weight(ticket)} bytes a ticket, {len(pickle.dumps(ticket))} pickled", file=sys.stderr)


def handling(lifecycle: Lifecycle) -> Callable[[], Ticket]:
    """The first move of one ticket after another, decided and folded."""
    asked = [(replay([opening(name)]), do.Move(name, "Open")) for name in (f"T-{number}" for number in range(256))]

    def handle(held: tuple[Ticket, do.Move]) -> Ticket:
        ticket, move = held
        answer = decide(lifecycle, ticket, move, at=NOON, actor=BO)
        return evolve(ticket, Event(ticket.id, 2, NOON, NOON, BO, answer.events[0]))

    return in_turn(handle, asked)


def _lives(lifecycle: Lifecycle, size: Size) -> Iterable[Row]:
    """A whole life, and its holds and resumes alone beside machines that keep a status only."""
    ticket, whole = replay([opening("T-1")]), (*LIFE, do.Resolve("T-1", code="fixed"))
    done = live(lifecycle, ticket, whole)
    assert (done.status.phase, done.version) == ("resolved", 1 + len(whole)), "another life"
    ours, peer = side_by_side(lambda: live(lifecycle, ticket, whole), build, size=size)
    yield Row("tickets-handle-life", ours * len(whole), PEER, peer, "none stated")
    started, wait = live(lifecycle, ticket, LIFE[:2]), LIFE[3:]
    for name, turn in machines():
        ours, theirs = side_by_side(lambda: live(lifecycle, started, wait), turn, size=size)
        yield Row(f"tickets-handle-{name}", ours * len(wait), name, theirs and theirs * len(wait), "none stated")


def live(lifecycle: Lifecycle, ticket: Ticket, commands: Iterable[do.Command]) -> Ticket:
    """The ticket after some commands, each decided and folded."""
    for command in commands:
        for data in decide(lifecycle, ticket, command, at=NOON, actor=BO).events:
            ticket = evolve(ticket, Event("T-1", ticket.version + 1, NOON, NOON, BO, data))
    return ticket


def life(lifecycle: Lifecycle, length: int) -> list[Event]:
    """A log of some length: one ticket assigned, started, answered, held and resumed over and over."""
    log = [opening("T-1")]
    ticket = replay(log)
    commands = [LIFE[0], LIFE[1], *(LIFE[2:] * length)]
    for command in commands:
        if len(log) == length:
            break
        for data in decide(lifecycle, ticket, command, at=NOON, actor=BO).events:
            log.append(Event("T-1", ticket.version + 1, NOON, NOON, BO, data))
            ticket = evolve(ticket, log[-1])
    return log


def plain_fold(log: list[Event]) -> Ticket:
    """The fold one writes first: a new frozen ticket for every event, of the kinds that ``life`` makes."""
    ticket = replay(log[:1])
    for event in log[1:]:
        data, at = event.data, event.at
        if isinstance(data, StatusChange):
            active = (ticket.marks.active_at or at) if data.status.phase == "active" else ticket.marks.active_at
            marks = attrs.evolve(
                ticket.marks, updated_at=at, recorded_at=event.recorded_at, status_since=at, active_at=active
            )
            counters = attrs.evolve(ticket.counters, holds=ticket.counters.holds + isinstance(data, Held))
            ticket = attrs.evolve(
                ticket, version=ticket.version + 1, marks=marks, counters=counters, status=data.status
            )
        elif isinstance(data, Assigned):
            marks = attrs.evolve(ticket.marks, updated_at=at, recorded_at=event.recorded_at, assigned_at=at)
            place = attrs.evolve(ticket.place, assignee=data.assignee)
            counters = attrs.evolve(ticket.counters, assignee_changes=ticket.counters.assignee_changes + 1)
            ticket = attrs.evolve(ticket, version=ticket.version + 1, marks=marks, place=place, counters=counters)
        elif isinstance(data, MessagePosted):
            marks = attrs.evolve(
                ticket.marks,
                updated_at=at,
                recorded_at=event.recorded_at,
                last_reply_at=at,
                first_response_at=ticket.marks.first_response_at or at,
                waiting_since=None,
            )
            held = ticket.counters
            counters = attrs.evolve(held, messages=held.messages + 1, replies=held.replies + 1)
            ticket = attrs.evolve(ticket, version=ticket.version + 1, marks=marks, counters=counters)
    return ticket


def weight(ticket: Ticket) -> int:
    """Bytes of a ticket and of the parts that no other ticket shares."""
    parts = (ticket, ticket.place, ticket.triage, ticket.header, ticket.counters, ticket.marks)
    return sum(sys.getsizeof(part) for part in parts)
