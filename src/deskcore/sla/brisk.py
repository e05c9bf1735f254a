"""The fold of ordinary lives: opened under a policy that stays, then nothing but steps of its stopwatches.

Most events of most tickets only move a ticket from one way of standing to the next, which ``moves`` remembers: this
loop sets the marks that a move tells of, and keeps what did not change. It ends before the first event that asks for
more, where ``fold`` takes over. A test holds it to ``fold`` without it.

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple, TypeAlias

from deskcore._value import to_us
from deskcore.log import Event
from deskcore.sla.asking import asked, course_of
from deskcore.sla.beat import Beat, what_of
from deskcore.sla.book import MIXED
from deskcore.sla.events import Signalled
from deskcore.sla.lane import Lane, new
from deskcore.sla.moves import Stand
from deskcore.sla.run import State
from deskcore.sla.setup import SlaSetup
from deskcore.sla.state import Cycle, Goal, Mark, SlaState, Track
from deskcore.tickets.events import Opened
from deskcore.tickets.ticket import Ticket

Step: TypeAlias = "tuple[Event, Ticket | None, Ticket]"
"""An event, and the ticket before and after it."""


class _Start(NamedTuple):
    """From where the loop goes on: the policy and what it measures, and how the ticket stands."""

    ticket: str
    policy: str
    tracks: list[Track]
    versions_us: int | None
    stand: Stand


def brisk(state: SlaState, steps: Iterator[Step], setup: SlaSetup) -> tuple[SlaState, Step | None]:
    """The state after as many steps as are ordinary, and the first that is not, if any."""
    first = None if state.beats else next(steps, None)
    start = _resumed(state, setup) if first is None else _opened(first, setup)
    if start is None:
        return state, next(steps, None) if first is None else first
    ticket, policy, tracks, versions_us, stand = start
    marks: list[list[Mark] | None] = [None] * len(tracks)
    courses = setup.courses
    beats, told, left = list(state.beats), list[str](), None
    for step in steps if first is None else chain((first,), steps):
        event, before, after = step
        kind = type(event.data)
        course = courses.get(kind) or course_of(kind, setup)
        if course != "step" and step is not first:
            if isinstance(event.data, Signalled):
                told.append(event.data.key)
            elif course != "nothing":
                left = step
                break
            continue
        what = what_of(event, before, after)
        if what is None:
            continue
        move = stand.move(what, after.status, after.place)
        us = event.at_us
        known_us = us if event.recorded_at is event.at else to_us(event.recorded_at)
        for place, standing, why in move.marks:
            held = marks[place]
            if held is None:
                cycles = tracks[place].cycles
                held = marks[place] = list(cycles[-1].marks) if cycles else []
            held.append(new(Mark, (us, known_us, standing, why)))
        for place, done in move.todo:
            lane = Lane.of(_marked(tracks[place], marks[place]))
            lane.do(done, us, known_us)
            tracks[place], marks[place] = lane.frozen(), None
        beats.append(new(Beat, (us, known_us, move.scene)))
        stand = move.to
    announced = state.announced.union(told) if told else state.announced
    after_all = tuple(
        [track if held is None else _marked(track, held) for track, held in zip(tracks, marks, strict=True)]
    )
    return SlaState.of(
        ticket, policy, after_all, tuple(beats), announced, state.known_from_us, versions_us,
        state.exemptions, state.resets,
    ), left  # fmt: skip


def _opened(first: Step, setup: SlaSetup) -> _Start | None:
    """From where a ticket's life goes on that begins with this step; ``None``: more than steps will be asked for."""
    event, before, after = first
    if type(event.data) is not Opened or before is not None or setup.book.choice in MIXED:
        return None
    us = event.at_us
    aim = setup.aim(asked(after, setup.asks_about), after.header.policy, setup.book.epoch(us))
    ready = aim.ready
    if ready is None or ready.policy.on_new_version != "pinned":
        return None
    known_us = us if event.recorded_at is event.at else to_us(event.recorded_at)
    cause = event.data.TYPE
    tracks = [
        new(Track, (terms.metric, (new(Goal, (terms, us, known_us, cause, 1, False)),), (), ())) for terms in aim.terms
    ]
    return new(_Start, (event.stream, ready.policy.id, tracks, us, ready.moves.start()))


def _resumed(state: SlaState, setup: SlaSetup) -> _Start | None:
    """From where a known state goes on; ``None``: it measures other things than its policy does by now."""
    book = setup.book
    if state.policy is None or book.choice in MIXED:
        return None
    ready = setup.ready(book.version_of(state.policy, book.epoch(state.versions_us)))
    if ready.policy.on_new_version != "pinned" or [track.metric for track in state.tracks] != ready.metrics:
        return None
    states: tuple[State, ...] = tuple(
        [track.cycles[-1].marks[-1].state if track.cycles else None for track in state.tracks]
    )
    stand = ready.moves.at(state.beats[-1].scene if state.beats else None, states)
    return new(_Start, (state.ticket, state.policy, list(state.tracks), state.versions_us, stand))


def _marked(track: Track, marks: list[Mark] | None) -> Track:
    """A track whose latest cycle has these marks; ``None``: those it has."""
    if marks is None:
        return track
    metric, goals, cycles, superseded = track
    if cycles:
        latest = (*cycles[:-1], Cycle.of(len(cycles), tuple(marks), cycles[-1].judged_us))
    else:
        latest = (Cycle.of(1, tuple(marks)),)
    return new(Track, (metric, goals, latest, superseded))
