"""All that happened to the clocks of a case, as signals of facts: started, paused, moved, fulfilled, exempted.

Warnings and breaches come of time and are announced once, by an event (``signal``). These come of events that the log
already holds, so nothing records them again: ask for a window, and forward what you find. What corrects something
announced before (an exemption, a target that changed) is a happening of its own; nothing is taken back.

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Literal, TypeAlias, final

import attrs

from deskcore._value import from_us, to_us
from deskcore.sla.look import of_cycle
from deskcore.sla.reckon import goals_of
from deskcore.sla.setup import SlaSetup
from deskcore.sla.state import Cycle, Goal, Mark, SlaState, Track

Kind: TypeAlias = Literal[
    "started", "paused", "resumed", "fulfilled", "reopened", "cancelled", "regraded", "due_moved", "exempted", "lifted"
]
"""``regraded``: another target judges it; ``due_moved``: its due is another instant than before (a pause moves it only
when it ends); ``lifted``: an exemption was taken back."""


@final
@attrs.frozen
class Happening:
    """Something that an event did to a clock.

    ``key`` is the same however often it is found. ``at`` is when it happened, ``known_at`` when it was recorded.
    ``before`` and ``after`` are what it changed: dues for ``due_moved``, targets in words for ``regraded``.
    """

    key: str
    kind: Kind
    metric: str
    cycle: int
    policy: str
    at: datetime
    known_at: datetime
    because: str
    before: str | None = None
    after: str | None = None

    def explain(self) -> str:
        """One line."""
        change = "" if self.before is None and self.after is None else f" from {self.before} to {self.after}"
        return f"{self.metric} #{self.cycle} {self.kind.replace('_', ' ')}{change}: {self.because}"

    def to_dict(self) -> dict[str, str | int | None]:
        """For programs: every field, instants as ISO 8601."""
        return {**attrs.asdict(self), "at": self.at.isoformat(), "known_at": self.known_at.isoformat()}


def happenings(state: SlaState, setup: SlaSetup, *, after: datetime, until: datetime) -> tuple[Happening, ...]:
    """What was recorded after ``after`` and up to ``until`` (that end is included), by ``known_at``, then ``at``.

    Windows that meet give together what one over both gives, and every key is found once.

    >>> from datetime import timedelta
    >>> from deskcore.testing.sla import START, sample
    >>> found = happenings(*sample(), after=START - timedelta(hours=1), until=START)
    >>> [one.explain() for one in found]
    ['first_response #1 started: New', 'resolution #1 started: New']

    Raises:
        InvalidValue: an instant is naive.
    """
    low, high = to_us(after, "after"), to_us(until, "until")
    found = [one for one in _all(state, setup) if low < to_us(one.known_at) <= high]
    found.sort(key=lambda one: (one.known_at, one.at))
    return tuple(found)


def _all(state: SlaState, setup: SlaSetup) -> Iterator[Happening]:
    for track in state.tracks:
        for cycle in track.cycles:
            yield from _marks(state, track, cycle)
            yield from _changes(state, track, cycle, setup)
            yield from _exempted(state, track, cycle)


def _happening(
    state: SlaState, track: Track, cycle: Cycle, kind: Kind, us: int, known_us: int, because: str, number: int
) -> Happening:
    terms = goals_of(cycle, track.goals)[0].terms  # that of its start, so that the key stays
    key = f"{state.ticket}/{terms.policy}/{track.metric}/{cycle.number}/{kind}/{number}"
    at, known_at = from_us(us), from_us(max(us, known_us))
    return Happening(key, kind, track.metric, cycle.number, terms.policy, at, known_at, because)


def _marks(state: SlaState, track: Track, cycle: Cycle) -> Iterator[Happening]:
    first = cycle.marks[0]
    yield _happening(state, track, cycle, "started", first.us, first.known_us, first.why, 0)
    if first.state != "running":
        yield _happening(state, track, cycle, _kind(None, first), first.us, first.known_us, first.why, 1)
    for place, (was, now) in enumerate(pairwise(cycle.marks), start=2):
        yield _happening(state, track, cycle, _kind(was, now), now.us, now.known_us, now.why, place)


def _kind(was: Mark | None, now: Mark) -> Kind:
    if now.state == "paused":
        return "paused"
    if now.state in {"stopped", "counted"}:
        return "fulfilled"
    if now.state in {"void", "cancelled"}:
        return "cancelled"
    return "reopened" if was is not None and was.state != "paused" else "resumed"


def _changes(state: SlaState, track: Track, cycle: Cycle, setup: SlaSetup) -> Iterator[Happening]:
    """A change of target, and where it moved the due; a wait that ended moves it too."""
    judged = goals_of(cycle, track.goals)
    for number, (was, now) in enumerate(pairwise(judged)):
        old, new = (str(goal.terms.within or "no promise") for goal in (was, now))
        told = _happening(state, track, cycle, "regraded", now.since_us, now.known_us, now.cause, number)
        yield attrs.evolve(told, before=old, after=new)
    resumed = [mark for was, mark in pairwise(cycle.marks) if was.state == "paused" and mark.state == "running"]
    moved = [(goal.since_us, goal.known_us, goal.cause) for goal in judged[1:]]
    moved += [(mark.us, mark.known_us, mark.why) for mark in resumed]
    for number, (us, known_us, why) in enumerate(sorted(moved, key=lambda one: one[0])):
        old_due, new_due = _due(state, track, cycle, setup, us, judged), of_cycle(state, track, cycle, setup, us).due
        if new_due is not None and new_due != old_due:
            told = _happening(state, track, cycle, "due_moved", us, known_us, why, number)
            before = None if old_due is None else old_due.isoformat()
            yield attrs.evolve(told, before=before, after=new_due.isoformat())


def _due(
    state: SlaState, track: Track, cycle: Cycle, setup: SlaSetup, us: int, judged: tuple[Goal, ...]
) -> datetime | None:
    """The due it last had before an instant: that of the last time it ran, since a paused clock has none."""
    ran = [mark.us for mark in cycle.marks if mark.state == "running" and mark.us < us]
    changed = [goal.since_us for goal in judged[1:] if goal.since_us < us]
    seen = max([*ran, *(at for at in changed if ran and at >= ran[-1])], default=None)
    return None if seen is None else of_cycle(state, track, cycle, setup, seen).due


def _exempted(state: SlaState, track: Track, cycle: Cycle) -> Iterator[Happening]:
    first, last = cycle.marks[0], cycle.marks[-1]
    for number, one in enumerate(state.exemptions):
        over = last.state == "cancelled" and last.us <= one.us
        if one.metric in {None, track.metric} and first.us <= one.us and not over:
            kind: Kind = "lifted" if one.lifted else "exempted"
            yield _happening(state, track, cycle, kind, one.us, one.known_us, f"{one.reason} ({one.by})", number)
