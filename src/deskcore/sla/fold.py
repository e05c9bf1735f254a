"""The fold: a case's events, in order, to the running state of its clocks.

``step`` takes one event, ``fold`` many; by law the many equal the one by one. Instants only: no calendar is asked.

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Final

import attrs

from deskcore._value import to_us
from deskcore.log import Event, EventData
from deskcore.sla.asking import OURS, asked, touches
from deskcore.sla.beat import Beat, Scene, adopted, what_of
from deskcore.sla.book import MIXED
from deskcore.sla.brisk import brisk
from deskcore.sla.events import ClockReset, Exempted, Signalled
from deskcore.sla.lane import Change, Lane, new
from deskcore.sla.moves import Move
from deskcore.sla.ready import Ready, Watch
from deskcore.sla.setup import SlaSetup
from deskcore.sla.state import Exemption, Mark, Restart, SlaState, Superseded, Terms
from deskcore.tickets.events import Adopted, MergeReceived, PolicyPinned
from deskcore.tickets.ticket import Ticket


def begin() -> SlaState:
    """The state before the first event.

    >>> begin().beats
    ()
    """
    return _NOTHING


def step(state: SlaState, event: Event, before: Ticket | None, after: Ticket, setup: SlaSetup) -> SlaState:
    """The state after one more event. Cost: linear in the metrics, and a copy of the beats' references.

    >>> from datetime import UTC, datetime
    >>> from deskcore.log import Actor
    >>> from deskcore.testing.sla import life, sample, steps_of
    >>> from deskcore.tickets import Status
    >>> from deskcore.tickets.events import Opened
    >>> opened = Opened("VPN", None, Status("New", "new"), "simple")
    >>> (happened,) = steps_of(life((datetime(2026, 5, 22, 12, tzinfo=UTC), Actor.system(), opened)))
    >>> step(begin(), *happened, sample()[1]).ticket
    'T-1'

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

    Equals ``step`` one by one, and is cheaper. ``onto`` is the state they come after.

    >>> from deskcore.testing.sla import sample
    >>> fold((), sample()[1]) == begin()
    True

    Raises:
        UnknownName: the ticket pins a policy that is not in the book.
    """
    following = iter(steps)
    state, left = brisk(_NOTHING if onto is None else onto, following, setup)
    return state if left is None else fold_plainly(chain((left,), following), setup, onto=state)


def fold_plainly(steps: Iterable[tuple[Event, Ticket | None, Ticket]], setup: SlaSetup, *, onto: SlaState) -> SlaState:
    """``fold`` without the short way of ordinary lives: the same answer.

    >>> from deskcore.testing.sla import sample, sample_events, steps_of
    >>> state, setup = sample()
    >>> fold_plainly(steps_of(sample_events()), setup, onto=begin()) == state
    True

    Raises:
        UnknownName: the ticket pins a policy that is not in the book.
    """
    work = _Work(onto, setup)
    for event, before, after in steps:
        work.step(event, before, after)
    return work.frozen()


_NOTHING: Final = SlaState()


class _Work:
    """A state being worked on: mutable, private to one call of ``fold``."""

    def __init__(self, state: SlaState, setup: SlaSetup) -> None:
        self.state, self.setup = state, setup
        self.ticket, self.known_from_us, self.versions_us = state.ticket, state.known_from_us, state.versions_us
        self.beats = list(state.beats)
        self.announced: set[str] | None = None
        self.exemptions, self.resets = state.exemptions, state.resets
        self.lanes = {track.metric: Lane.of(track) for track in state.tracks}
        self.ready: Ready | None = None
        self.renews = False
        self.watched: list[Lane] = []
        self.stand = setup.unruled.at(self.beats[-1].scene if self.beats else None, ())
        self.is_mixed = state.policy is not None and setup.book.choice in MIXED
        if state.policy is not None and not self.is_mixed:
            held = setup.book.version_of(state.policy, setup.book.epoch(state.versions_us))
            self._watch(setup.ready(held))

    def frozen(self) -> SlaState:
        tracks = tuple([lane.track or lane.frozen() for lane in self.lanes.values()])
        announced = self.state.announced if self.announced is None else frozenset(self.announced)
        policy = self.state.policy if self.is_mixed else self.ready.policy.id if self.ready else None
        known_from, versions = self.known_from_us, self.versions_us
        beats = tuple(self.beats)
        return SlaState.of(
            self.ticket, policy, tracks, beats, announced, known_from, versions, self.exemptions, self.resets
        )

    def step(self, event: Event, before: Ticket | None, after: Ticket) -> None:
        data = event.data
        kind = type(data)
        if self.is_mixed and before is not None:  # the state names one policy only; the ticket tells the others
            self.is_mixed = False
            known, epoch = asked(before, self.setup.asks_about), self.setup.book.epoch(self.versions_us)
            self._watch(self.setup.aim(known, before.header.policy, epoch).ready)
        if kind not in OURS:
            self._ours(data, event)
            return
        us = event.at_us
        known_us = us if event.recorded_at is event.at else to_us(event.recorded_at)
        if isinstance(data, Adopted):
            self._adopt(data, event, after)
            return
        stand = self.stand
        what = what_of(event, before, after)
        move = None if what is None else stand.move(what, after.status, after.place)
        touched = self.setup.touched.get(kind)
        if touched is None:
            touched = self.setup.touched[kind] = touches(kind, self.setup)
        if stand.scene is None and move is not None:
            self.ticket, touched = event.stream, True
        if touched:
            self._choose(event, after, None if move is None else move.scene, since_us=us)
            if what is not None and self.stand is not stand:
                move = self.stand.move(what, after.status, after.place)
        if move is not None:
            self._go(move, us, known_us, after)
        if kind is MergeReceived and isinstance(data, MergeReceived) and self.ready is not None:
            self._absorb(data, self.ready, us, known_us)

    def _absorb(self, merged: MergeReceived, ready: Ready, us: int, known_us: int) -> None:
        """Count from the earlier origin of the two tickets, if the policy says so."""
        now = self.stand.scene
        if ready.policy.on_merge == "own" or now is None:
            return
        reply, contact = attrs.evolve(now, what="reply"), attrs.evolve(now, what="contact", waiting=True)
        for lane, watch in zip(self.watched, ready.stopwatches.values(), strict=True):
            answers = watch.stop.seen(now, reply)
            since = merged.waiting_since if answers else merged.opened_at
            start, is_open = us if since is None else to_us(since), lane.state in {"running", "paused"}
            earlier = is_open and start < lane.marks[0].us and (answers or not lane.cycles)
            again = lane.state is None or watch.cycles != "once"
            begins = answers and start < us and not is_open and again and watch.start.seen(now, contact)
            if earlier or (begins and not watch.done.seen(now, contact)):
                lane.date_back(start, us, known_us, f"merged with {merged.source}")
        self._settle()

    def _adopt(self, data: Adopted, event: Event, after: Ticket) -> None:
        """An adoption tells several things at once."""
        beats = adopted(data, event)
        if self.stand.scene is None:
            self.ticket, self.known_from_us = event.stream, event.at_us
            self._choose(event, after, beats[0].scene, since_us=beats[0].us)
        elif self.setup.asks_about:
            self._choose(event, after, beats[0].scene, since_us=event.at_us)
        for beat in beats:
            self._go(self.stand.to(beat.scene), beat.us, beat.known_us, after)

    def _ours(self, data: EventData, event: Event) -> None:
        if isinstance(data, Signalled):
            self._told(data)
        elif isinstance(data, Exempted):
            by, us, known = event.actor.id, event.at_us, to_us(event.recorded_at)
            self.exemptions = (*self.exemptions, Exemption(us, known, data.metric, data.reason, by, data.lifted))
        elif isinstance(data, ClockReset):
            self._reset(data, event)

    def _reset(self, reset: ClockReset, event: Event) -> None:
        lane, scene = self.lanes.get(reset.metric), self.stand.scene
        if lane is None or lane not in self.watched or scene is None or lane.state not in {"running", "paused"}:
            return
        us, known_us = event.at_us, to_us(event.recorded_at)
        why = f"started over: {reset.reason} ({event.actor.id})"
        self.resets = (*self.resets, Restart(us, known_us, reset.metric, why, len(self.beats)))
        lane.start_over(scene, us, known_us, why)
        self._settle()

    def _told(self, told: Signalled) -> None:
        if self.announced is None:
            self.announced = set(self.state.announced)
        self.announced.add(told.key)

    def _go(self, move: Move, us: int, known_us: int, after: Ticket) -> None:
        for place, state, why in move.marks:
            lane = self.watched[place]
            lane.track = None
            lane.marks.append(new(Mark, (us, known_us, state, why)))
        for place, done in move.todo:
            self.watched[place].do(done, us, known_us)
        self.beats.append(new(Beat, (us, known_us, move.scene)))
        self.stand = move.to
        if self.renews and self.ready is not None:
            self._renew(self.ready, move.begun, us, known_us, after)

    def _settle(self) -> None:
        """Stand as the tracks do, after something other than a move touched them."""
        moves = self.setup.unruled if self.ready is None else self.ready.moves
        self.stand = moves.at(self.stand.scene, tuple([lane.state for lane in self.watched]))

    def _choose(self, event: Event, after: Ticket, scene: Scene | None, *, since_us: int) -> None:
        """Which policy and which targets hold from here on; ``scene`` is the one that the event leads to."""
        known = asked(after, self.setup.asks_about)
        if self.versions_us is None or (isinstance(event.data, PolicyPinned) and not self._keeps_versions(event.data)):
            self.versions_us = since_us
        aim = self.setup.aim(known, after.header.policy, self.setup.book.epoch(self.versions_us))
        known_us = event.at_us if event.recorded_at is event.at else to_us(event.recorded_at)
        change = Change(event.data.TYPE, since_us, known_us)
        now = self.stand.scene
        if not self.lanes and now is None and aim.ready is not None:  # the opening, mostly: nothing to compare
            for watch, terms in zip(aim.ready.watches, aim.terms, strict=True):
                self.lanes[watch.metric] = Lane(watch.metric, (change.goal(terms),))
            if aim.ready.policy.on_new_version == "pinned":
                self.ready, self.watched, self.stand = aim.ready, list(self.lanes.values()), aim.ready.moves.start()
            else:
                self._watch(aim.ready)
            return
        if _label(aim.ready) != _label(self.ready):
            self._switch(aim.ready, change)
        watches = () if self.ready is None else self.ready.watches
        each = aim.terms
        if aim.ready is not None and watches is not aim.ready.watches:  # some are measured as a newer version does
            each = tuple(watch.terms(known) for watch in watches)
        for lane, terms, watch in zip(self.watched, each, watches, strict=True):
            resets = scene is not None and watch.stopwatch.reset.seen(now, scene)
            lane.aim(terms, change, now, resets=resets)
        self._settle()

    def _switch(self, ready: Ready | None, change: Change) -> None:
        """Another policy, or none: what only the old one measured is cancelled, the rest goes on or is caught up."""
        old = self.ready.stopwatches if self.ready else {}
        new = ready.stopwatches if ready else {}
        for metric in (name for name in old if name not in new):
            lane = self.lanes[metric]
            left = lane.goals[-1].terms
            lane.cancel(change, f"policy {left.policy} no longer applies")
            lane.goals = (*lane.goals, change.goal(Terms(left.policy, metric, None, left.calendar)))
        for metric, stopwatch in new.items():
            was = old.get(metric)
            if was is None or (was is not stopwatch and was != stopwatch):
                held = self.lanes.get(metric)
                over = () if held is None else (*held.superseded, Superseded(change.us, held.all_cycles))
                lane = self.lanes[metric] = Lane(metric, held.goals if held else (), over)
                lane.catch_up(stopwatch, self.beats, [one for one in self.resets if one.metric == metric])
        self._watch(ready)

    def _keeps_versions(self, pinned: PolicyPinned) -> bool:
        """Whether pinning changes nothing about versions: cycles take theirs one by one."""
        held = None if self.ready is None else self.ready.policy
        return held is not None and held.on_new_version == "each_cycle" and pinned.policy in {None, held.id}

    def _renew(self, ready: Ready, places: tuple[int, ...], us: int, known_us: int, after: Ticket) -> None:
        """Let cycles that just began be judged by the version in force now."""
        watches = list(ready.watches)
        for place in places:
            lane = self.watched[place]
            found = self.setup.watch(ready.policy.id, lane.metric, self.setup.book.epoch(us))
            if found is None or found.unpromised.version == lane.goals[-1].terms.version:
                continue
            terms = found.terms(asked(after, self.setup.asks_about))
            change = Change("new_version", us, known_us)
            lane.goals = (*lane.goals, change.goal(terms, len(lane.cycles) + 1))
            watches[place] = found
        self.ready = self.setup.mixed(ready, tuple(watches))
        if self.ready is not ready:
            self._settle()

    def _watch(self, ready: Ready | None) -> None:
        if ready is not None and ready.policy.on_new_version == "each_cycle":
            ready = self.setup.mixed(ready, tuple([self._latest(ready, watch) for watch in ready.watches]))
        self.ready = ready
        self.renews = ready is not None and ready.policy.on_new_version == "each_cycle"
        self.watched = [self.lanes[metric] for metric in ready.stopwatches] if ready else []
        self._settle()

    def _latest(self, ready: Ready, watch: Watch) -> Watch:
        """How the version measures a metric that its latest cycle is judged by."""
        lane = self.lanes[watch.metric]
        held = lane.goals[-1].terms if lane.goals else None
        if held is None or held.policy != ready.policy.id or held.version == watch.unpromised.version:
            return watch
        for policy in self.setup.book.whole:
            if (policy.id, policy.version) == (held.policy, held.version) and watch.metric in policy.metrics:
                return next(one for one in self.setup.ready(policy).watches if one.metric == watch.metric)
        return watch


def _label(ready: Ready | None) -> object:
    return None if ready is None else ready.label
