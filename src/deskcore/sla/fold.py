"""The fold: a case's events, in order, to the running state of its clocks.

``step`` takes one event, ``fold`` many; by law the many equal the one by one. Instants only: no calendar is asked.

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from deskcore._value import to_us
from deskcore.log import Event, EventData
from deskcore.predicate import Facts
from deskcore.sla.beat import Beat, beats_of
from deskcore.sla.events import Signalled
from deskcore.sla.run import Run
from deskcore.sla.setup import Ready, SlaSetup, Watch
from deskcore.sla.state import Goal, SlaState, Terms, Track
from deskcore.tickets import TICKET_EVENTS, facts
from deskcore.tickets.events import (
    Adopted,
    Assigned,
    MessagePosted,
    PolicyPinned,
    StatusChange,
    Transferred,
    Unassigned,
)
from deskcore.tickets.ticket import Ticket

# What the commonest events can change: no other fact needs asking again after them. An event not listed may change any.
_MESSAGE: Final = frozenset({"replies", "contacts"})
_STATUS: Final = frozenset(
    {"status", "phase", "waits_for", "hold_reason", "holds", "reopens", "resolution", "assignee", "assigned"}
)
_PLACE: Final = frozenset({"assignee", "assigned", "team", "desk", "queue", "team_changes", "assignee_changes"})
_CHANGES: Final[dict[type[EventData], frozenset[str]]] = {
    MessagePosted: _MESSAGE,
    Assigned: _PLACE,
    Unassigned: _PLACE,
    Transferred: _PLACE,
    **{kind: _STATUS for kind in TICKET_EVENTS if issubclass(kind, StatusChange)},
}
_OURS: Final = frozenset(TICKET_EVENTS)


def begin() -> SlaState:
    """The state before the first event.

    >>> begin().beats
    ()
    """
    return SlaState()


def step(state: SlaState, event: Event, before: Ticket | None, after: Ticket, setup: SlaSetup) -> SlaState:
    """The state after one more event. Cost: linear in the metrics, and a copy of the beats' references.

    Args:
        state: the state so far.
        event: the event; one that clocks have nothing to do with changes nothing.
        before: the ticket before it, ``None`` when it opens.
        after: the ticket after it.
        setup: policies and calendars; the calendars are not asked.

    Raises:
        UnknownName: the ticket pins a policy that is not in the book.
    """
    return fold(((event, before, after),), setup, onto=state)


def fold(
    steps: Iterable[tuple[Event, Ticket | None, Ticket]], setup: SlaSetup, *, onto: SlaState | None = None
) -> SlaState:
    """The state after many events, each given with the ticket before and after it, in the order ``(at, seq)``.

    Equals ``step`` one by one, and is cheaper.

    Raises:
        UnknownName: the ticket pins a policy that is not in the book.
    """
    work = _Work(onto or SlaState(), setup)
    for event, before, after in steps:
        work.step(event, before, after)
    return work.frozen()


class _Change(NamedTuple):
    """What made us choose again, and what is known of the ticket since."""

    cause: str
    us: int
    known_us: int
    facts: Facts

    def goal(self, terms: Terms) -> Goal:
        return Goal(terms, self.us, self.known_us, self.cause)


class _Lane:
    """A track being worked on."""

    __slots__ = ("goals", "run", "touched", "track", "watch")

    def __init__(self, watch: Watch | None, goals: tuple[Goal, ...], run: Run, track: Track | None = None) -> None:
        self.watch = watch
        self.goals = goals
        self.run = run
        self.track = track
        self.touched = track is None

    def frozen(self, metric: str) -> Track:
        if self.track is not None and not self.touched:
            return self.track
        return Track(metric, self.goals, self.run.frozen())


class _Work:
    """A state being worked on: mutable, private to one call of ``fold``."""

    def __init__(self, state: SlaState, setup: SlaSetup) -> None:
        self.state, self.setup = state, setup
        self.ticket, self.known_from_us = state.ticket, state.known_from_us
        self.beats = list(state.beats)
        self.announced: set[str] | None = None
        self.ready: Ready | None = None
        if state.policy is not None:
            self.ready = setup.ready(setup.book.policy(state.policy))
        self.lanes: dict[str, _Lane] = {}
        watches = self.ready.watches if self.ready else {}
        for track in state.tracks:
            watch = watches.get(track.metric)

            run = Run(watch.stopwatch if watch else None, track.cycles)
            self.lanes[track.metric] = _Lane(watch, track.goals, run, track)

    def frozen(self) -> SlaState:
        tracks = tuple(lane.frozen(metric) for metric, lane in self.lanes.items())
        announced = self.state.announced if self.announced is None else frozenset(self.announced)
        policy = self.ready.policy.id if self.ready else None
        return SlaState(self.ticket, policy, tracks, tuple(self.beats), announced, self.known_from_us)

    def step(self, event: Event, before: Ticket | None, after: Ticket) -> None:
        data = event.data
        if isinstance(data, Signalled):
            if self.announced is None:
                self.announced = set(self.state.announced)
            self.announced.add(data.key)
            return
        kind = type(data)
        if kind not in _OURS:
            return
        last = self.beats[-1] if self.beats else None
        beats = beats_of(event, before, after, last)
        if last is None and beats:
            self.ticket = event.stream
            if isinstance(data, Adopted):
                self.known_from_us = to_us(event.at)
            self._choose(event, after, since_us=beats[0].us)
        elif kind is PolicyPinned or _CHANGES.get(kind, self.setup.asks_about) & self.setup.asks_about:
            self._choose(event, after, since_us=to_us(event.at))
        for beat in beats:
            self._beat(beat)

    def _beat(self, beat: Beat) -> None:
        before = self.beats[-1] if self.beats else None
        for lane in self.lanes.values():
            watch = lane.watch
            if watch is not None and beat.what in watch.reacts_to:
                lane.run.step(before, beat)
                lane.touched = True
        self.beats.append(beat)

    def _choose(self, event: Event, after: Ticket, *, since_us: int) -> None:
        """Which policy and which targets hold from here on."""
        known = facts(after) if self.setup.asks_about else {}
        policy = self.setup.book.find(known, pinned=after.header.policy)
        ready = None if policy is None else self.setup.ready(policy)
        change = _Change(event.data.TYPE, since_us, to_us(event.recorded_at), known)
        if (ready and ready.policy.id) != (self.ready and self.ready.policy.id):
            self._switch(ready, change)
        elif ready is not None:
            for lane in self.lanes.values():
                if lane.watch is not None:
                    self._aim(lane, lane.watch.terms(known), change)

    def _switch(self, ready: Ready | None, change: _Change) -> None:
        """Another policy, or none: what only the old one measured is cancelled, the rest is judged anew."""
        self.ready = ready
        watches = {} if ready is None else ready.watches
        for metric, lane in self.lanes.items():
            if metric not in watches and lane.watch is not None:
                left = lane.goals[-1].terms
                lane.run.end(change.us, change.known_us, f"policy {left.policy} no longer applies")
                lane.goals = (*lane.goals, change.goal(Terms(left.policy, metric, None, left.calendar)))
                lane.watch, lane.touched = None, True
        for metric, watch in watches.items():
            held = self.lanes.get(metric)
            if held is not None and held.watch is not None and held.watch.stopwatch == watch.stopwatch:
                lane = held
            else:
                goals = held.goals if held is not None else ()
                lane = self.lanes[metric] = _Lane(watch, goals, Run(watch.stopwatch).through(self.beats))
            lane.watch = watch
            self._aim(lane, watch.terms(change.facts), change)

    def _aim(self, lane: _Lane, terms: Terms, change: _Change) -> None:
        """Judge a lane by other terms from here on, as the policy's ``on_change`` rules."""
        if lane.goals and lane.goals[-1].terms == terms:
            return
        is_new = not lane.goals
        lane.touched = True
        lane.goals = (*lane.goals, change.goal(terms))
        if self.beats and terms.on_change == "from_change":
            lane.run.restart(self.beats[-1], change.us, change.known_us, forget=is_new)
