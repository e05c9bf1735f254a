"""Looking at a case's clocks: from its running state to ``Clock`` values at an instant.

Not here: what a clock can tell (``clock``) and what it announces (``signal``).

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from deskcore._value import to_us
from deskcore.errors import UnknownName
from deskcore.sla.beat import Scene
from deskcore.sla.clock import Clock, ClockState
from deskcore.sla.cue import NO_CUE
from deskcore.sla.meter import Meter, meter_of
from deskcore.sla.need import need_of
from deskcore.sla.reckon import breach, carried, judged, line_of, reach, shifted, tally
from deskcore.sla.setup import SlaSetup
from deskcore.sla.state import Cycle, Goal, Mark, Need, SlaState, Terms, Track


def clocks(state: SlaState, setup: SlaSetup, *, at: datetime) -> tuple[Clock, ...]:
    """The clocks of a case at an instant: the latest cycle of each metric, in the order of the policy.

    >>> from deskcore.testing.sla import START, sample
    >>> [(found.metric, found.state) for found in clocks(*sample(), at=START)]
    [('first_response', 'running'), ('resolution', 'running')]

    Asked about the past they answer as if nothing later had happened. Linear in the metrics and in a cycle's pauses,
    not in the time that passed.

    Raises:
        InvalidValue: ``at`` is naive.
        UnknownName: a calendar is not in the setup.
    """
    at_us = to_us(at)
    return tuple(_latest(state, track, setup, at_us) for track in _measured(state, at_us))


def clock(state: SlaState, setup: SlaSetup, metric: str, *, at: datetime) -> Clock:
    """The clock of one metric at an instant: its latest cycle.

    >>> from deskcore.testing.sla import START, sample
    >>> clock(*sample(), "fix", at=START)
    Traceback (most recent call last):
    deskcore.errors.UnknownName: cannot find metric 'fix'; known: first_response, resolution

    Raises:
        InvalidValue: ``at`` is naive.
        UnknownName: the case's policy does not speak of the metric, or did not yet, or a calendar is not in the setup.
    """
    at_us = to_us(at)
    measured = _measured(state, at_us)
    track = next((one for one in measured if one.metric == metric), None)
    if track is None:
        raise UnknownName("metric", metric, tuple(one.metric for one in measured))
    return _latest(state, track, setup, at_us)


def cycles(state: SlaState, setup: SlaSetup, *, at: datetime) -> tuple[Clock, ...]:
    """Every cycle of every metric at an instant, finished ones too: what statistics count.

    >>> from deskcore.testing.sla import START, sample
    >>> [found.number for found in cycles(*sample(), at=START)]
    [1, 1]

    Raises:
        InvalidValue: ``at`` is naive.
        UnknownName: a calendar is not in the setup.
    """
    at_us = to_us(at)
    return tuple(
        of_cycle(state, track, cycle, setup, at_us)
        for track in _measured(state, at_us)
        for cycle in track.cycles_at(at_us)
        if cycle.marks[0].us <= at_us
    )


def _measured(state: SlaState, at_us: int) -> Sequence[Track]:
    """The tracks of what was promised by then: a promise made later is none of an earlier instant's."""
    if not state.beats or at_us < state.beats[0].us:
        return state.tracks  # nothing was promised before the opening, so there is nothing to be told apart
    return [track for track in state.tracks if track.goals[0].since_us <= at_us]


_NOT_STARTED: Final = Cycle(1, ())


def _latest(state: SlaState, track: Track, setup: SlaSetup, at_us: int) -> Clock:
    known = track.cycles_at(at_us) if track.superseded else track.cycles
    if known:
        latest = known[-1]
        if latest.marks[-1].us <= at_us and len(track.goals) == 1 and not state.exemptions:
            terms = track.goals[0].terms
            if terms.is_steady:
                return _steady(state, track.goals, latest, setup, at_us)
        for cycle in reversed(known):
            if cycle.marks[0].us <= at_us:
                return of_cycle(state, track, cycle, setup, at_us)
    goals = _known(track.goals, at_us)[-1:]
    calendar = setup.calendar(goals[0].terms.calendar)
    need = goals[0].terms.need
    return Clock(
        state.ticket, _NOT_STARTED, goals, calendar, "not_started", at_us, 0, None, None, state.known_from_us,
        None if need is None else need.us,
    )  # fmt: skip


def of_cycle(state: SlaState, track: Track, cycle: Cycle, setup: SlaSetup, at_us: int) -> Clock:
    """The clock of one cycle at an instant (microseconds of UTC), whatever it was judged by."""
    seen = _until(cycle, at_us)
    goals = _known(judged(seen, _known(track.goals, at_us), setup), at_us)
    marks, terms = seen.marks, goals[-1].terms
    calendar = setup.calendar(terms.calendar)
    meter = meter_of(terms, calendar)
    last = marks[-1]
    need = terms.need if terms.is_plain else need_of(terms, marks[0].us, calendar)
    over = carried(marks, goals, len(goals) - 1, setup) if len(goals) > 1 else 0
    if need is not None and over:
        need = shifted(need, over)
    used, due = tally(marks, meter, None if need is None else need.us, at_us)
    if need is not None and need.floor is not None:
        due = None if line_of(marks, meter, need) is None else _aimed(marks, meter, need)
    breached: int | None = None
    ended = last.us if last.state == "stopped" else at_us
    if len(goals) > 1 or (due is not None and due < ended):
        found = breach(seen, goals, setup)
        if found is not None and found.us <= at_us:
            breached = found.crossed_us
    if last.state in {"cancelled", "void"}:
        due = None
    elif due is None and need is not None and last.state == "stopped" and len(marks) > 1:
        if need.floor is None:
            due = reach(meter, last.us, need.us - used)
        else:
            due = _aimed((*marks[:-1], Mark(last.us, last.known_us, "running")), meter, need)
    how = _state(last, terms, breached=breached is not None)
    need_us = None if need is None else need.us - over
    hidden = terms.hide is not NO_CUE and _hidden(state, terms, at_us)
    exempt = state.exemption(terms.metric, at_us) if state.exemptions else None
    if exempt is not None:
        how, due = "cancelled", None
    return Clock(
        state.ticket, seen, goals, calendar, how, at_us, used - over, due, breached, state.known_from_us, need_us,
        hidden, exempt, over,
    )  # fmt: skip


def _steady(state: SlaState, goals: tuple[Goal, ...], cycle: Cycle, setup: SlaSetup, at_us: int) -> Clock:
    """``of_cycle`` for the common case: one promise of a plain amount held all along, and nothing lies ahead.

    A test holds it to the other.
    """
    terms, marks = goals[0].terms, cycle.marks
    calendar, meter = setup.meter(terms)
    need, last = terms.need, marks[-1]
    standing = last.state
    used, due = tally(marks, meter, None if need is None else need.us, at_us)
    breached: int | None = None
    if due is not None and due < (last.us if standing == "stopped" else at_us):
        found = breach(cycle, goals, setup)
        if found is not None and found.us <= at_us:
            breached = found.crossed_us
    if standing in {"cancelled", "void"}:
        due = None
    elif due is None and need is not None and standing == "stopped" and len(marks) > 1:
        due = reach(meter, last.us, need.us - used)
    return Clock(
        state.ticket, cycle, goals, calendar, _state(last, terms, breached=breached is not None), at_us, used, due,
        breached, state.known_from_us, None if need is None else need.us,
    )  # fmt: skip


def _aimed(marks: tuple[Mark, ...], meter: Meter, need: Need) -> int | None:
    """Due if the last mark goes on: a fixed date is itself, also where the clock was found running only later."""
    return need.floor if need.fixed else line_of(marks, meter, need)


def _hidden(state: SlaState, terms: Terms, at_us: int) -> bool:
    """Whether due is not to be shown as the ticket stands."""
    before: Scene | None = None
    now: Scene | None = None
    for beat in state.beats:
        if beat.us > at_us:
            break
        before, now = now, beat.scene
    return now is not None and terms.hide.seen(before, now)


def _state(last: Mark, terms: Terms, *, breached: bool) -> ClockState:
    if last.state in {"cancelled", "void"}:
        return "cancelled"
    if last.state == "stopped":
        if breached:
            return "met_late"
        return "met" if terms.is_promise else "measured"
    if breached:
        return "breached"
    return "paused" if last.state == "paused" else "running"


def _until(cycle: Cycle, at_us: int) -> Cycle:
    """The cycle as it was at an instant."""
    marks = cycle.marks
    if marks[-1].us <= at_us:
        return cycle
    marks = tuple(mark for mark in marks if mark.us <= at_us)
    if marks[-1].state == "counted":  # settled then; that its time would count was not yet so
        marks = (*marks[:-1], marks[-1]._replace(state="stopped"))
    return Cycle(cycle.number, marks, cycle.judged_us)


def _known(goals: tuple[Goal, ...], at_us: int) -> tuple[Goal, ...]:
    if goals[-1].since_us <= at_us:
        return goals
    return tuple(goal for goal in goals if goal.since_us <= at_us) or goals[:1]
