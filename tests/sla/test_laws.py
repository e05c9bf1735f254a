"""Laws that hold for every policy and every life of a ticket."""

from __future__ import annotations

import pickle
from datetime import date, datetime, timedelta

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.hours import Calendar, business
from deskcore.log import Actor, Event
from deskcore.sla import PolicyBook, Signal, SlaPolicy, SlaSetup, Target, cycles, owed, signals
from deskcore.sla.asking import DIRECT
from deskcore.sla.fold import step
from deskcore.sla.look import clock
from deskcore.sla.policy import OnChange
from deskcore.testing.sla import (
    ACTIVE,
    ASKED,
    GRAIN,
    METRICS,
    OFFICE,
    START,
    amounts,
    check_asof,
    check_breaches,
    check_clock,
    check_fold,
    check_next_change,
    check_polling,
    folded,
    histories,
    setups,
    steps_of,
)
from deskcore.tickets import status_event
from deskcore.tickets.events import FieldSet, PrioritySet, TagAdded
from deskcore.tickets.facts import facts

OFTEN = settings(max_examples=40, deadline=None)
INSTANTS = st.integers(0, 20 * 144).map(lambda grains: START + GRAIN * grains)


@given(events=histories(), setup=setups())
@OFTEN
def test_one_event_at_a_time_equals_all_at_once(events: tuple[Event, ...], setup: SlaSetup) -> None:
    """Living through a case and replaying its log give the same state."""
    check_fold(events, setup)


@given(events=histories(), setup=setups(), at=INSTANTS)
@OFTEN
def test_sums_add_up_segments_tile_and_met_excludes_breached(
    events: tuple[Event, ...], setup: SlaSetup, at: datetime
) -> None:
    """Consumed plus remaining is the target; segments leave no gap; no cycle is both met and breached."""
    for found in cycles(folded(events, setup), setup, at=at):
        check_clock(found)
        assert found.explain()
        assert found.summary()
        assert found.to_dict()["state"] == found.state


@given(events=histories(late=False), setup=setups(), at=INSTANTS)
@OFTEN
def test_the_past_does_not_know_the_future(events: tuple[Event, ...], setup: SlaSetup, at: datetime) -> None:
    """Clocks asked about an instant equal those of the log cut there."""
    check_asof(events, setup, at)


@given(events=histories(), setup=setups(), looks=st.lists(INSTANTS, min_size=2, max_size=6).map(tuple))
@OFTEN
def test_signals_do_not_depend_on_how_often_one_looks(
    events: tuple[Event, ...], setup: SlaSetup, looks: tuple[datetime, ...]
) -> None:
    """Windows that meet give together what one window gives."""
    check_polling(folded(events, setup), setup, looks)


@given(events=histories(), setup=setups(), at=INSTANTS)
@OFTEN
def test_the_next_change_is_tight(events: tuple[Event, ...], setup: SlaSetup, at: datetime) -> None:
    """Nothing is owed before the instant answered, and something is at it."""
    check_next_change(folded(events, setup), setup, at)


@given(events=histories(late=False), setup=setups(), at=INSTANTS)
@OFTEN
def test_every_breach_is_told_and_nothing_else(events: tuple[Event, ...], setup: SlaSetup, at: datetime) -> None:
    """The cycles breached at an instant are those with a breach signal by then."""
    check_breaches(folded(events, setup), setup, at)


@given(events=histories(late=False), setup=setups(), late=st.integers(1, 2000))
@OFTEN
def test_a_late_look_finds_what_timely_ones_found(events: tuple[Event, ...], setup: SlaSetup, late: int) -> None:
    """Looking after every event, or once at the end, announces the same keys for the same instants.

    What a later event takes back or moves (a change of target or policy, a reopening that counts closed time) is known
    to the late look only, so it is compared where nothing of that kind can happen.
    """
    policy = setup.book.policies[-1]
    rows = tuple(attrs.evolve(target, when=Target("x", None).when) for target in policy.targets)
    plain = attrs.evolve(policy, targets=rows, on_reopen="continue_excluding_closed")
    setup = SlaSetup(PolicyBook((plain,)), {"default": OFFICE})
    end = events[-1].at + GRAIN * late
    state, seq = folded((), setup), 0
    told: list[Signal] = []
    for event, before, after in steps_of(events):
        found = owed(state, setup, at=event.at) if state.beats else ()
        for signal in found:
            seq += 1
            note = Event("T-1", 100 + seq, signal.at, event.at, Actor.system(), signal.event())
            state = step(state, note, after, after, setup)
        told += found
        state = step(state, event, before, after, setup)
    told += owed(state, setup, at=end)

    once = signals(folded(events, setup), setup, after=START - GRAIN, until=end)

    assert [(signal.key, signal.at) for signal in told] == [(signal.key, signal.at) for signal in once]


@given(events=histories(priorities=False, late=False), setup=setups(), change=st.sampled_from(("retroactive", "carry")))
@OFTEN
def test_there_and_back_is_identity(events: tuple[Event, ...], setup: SlaSetup, change: OnChange) -> None:
    """A priority that changes and changes back in the same instant leaves every clock as it was."""
    policy = attrs.evolve(setup.book.policies[-1], on_change=change)
    setup = SlaSetup(PolicyBook((policy,)), {"default": OFFICE})
    last = events[-1]
    first = steps_of(events)[-1][2].priority
    moves = [PrioritySet("p1" if first == "p2" else "p2"), PrioritySet(first)]
    more = [Event("T-1", last.seq + n, last.at, last.recorded_at, last.actor, move) for n, move in enumerate(moves, 1)]
    at = last.at + timedelta(days=2)
    plain = [(c.due, c.consumed_us, c.is_open, c.segments()) for c in cycles(folded(events, setup), setup, at=at)]
    back = [
        (c.due, c.consumed_us, c.is_open, c.segments()) for c in cycles(folded((*events, *more), setup), setup, at=at)
    ]
    assert plain == back


@given(events=histories(priorities=False, late=False), metric=st.sampled_from(METRICS), one=amounts(), more=amounts())
@OFTEN
def test_due_is_monotone_in_the_target(events: tuple[Event, ...], metric: str, one: int, more: int) -> None:
    """A longer promise is never due earlier."""
    at = events[-1].at
    dues = []
    for grains in (one, one + more):
        policy = SlaPolicy("house", (Target(metric, business(minutes=10 * grains)),))
        setup = SlaSetup(PolicyBook((policy,)), {"default": OFFICE})
        dues.append(clock(folded(events, setup), setup, metric, at=at).due)
    shorter, longer = dues
    if shorter is not None and longer is not None:
        assert shorter <= longer


@given(events=histories(priorities=False, late=False, most=4), grains=amounts(), wait=st.integers(1, 300))
@OFTEN
def test_a_pause_never_makes_due_earlier(events: tuple[Event, ...], grains: int, wait: int) -> None:
    """Waiting for the requester before the end moves due back or leaves it."""
    policy = SlaPolicy("house", (Target.resolution(business(minutes=10 * grains)),))
    setup = SlaSetup(PolicyBook((policy,)), {"default": OFFICE})
    last = steps_of(events)[-1][2]
    if last.phase not in {"new", "active"}:
        return
    since, until = last.marks.updated_at, last.marks.updated_at + GRAIN * wait
    asked = status_event(last.status, ASKED)
    back = status_event(ASKED, ACTIVE)
    paused = (
        *events,
        Event("T-1", len(events) + 1, since, since, Actor.agent("bo"), asked),
        Event("T-1", len(events) + 2, until, until, Actor.requester("ann"), back),
    )
    plain = clock(folded(events, setup), setup, "resolution", at=until).due
    moved = clock(folded(paused, setup), setup, "resolution", at=until).due
    if plain is not None:
        assert moved is not None
        assert plain <= moved


@given(events=histories(priorities=False, late=False), setup=setups(), weeks=st.integers(1, 30), at=INSTANTS)
@OFTEN
def test_a_week_later_everything_is_a_week_later(
    events: tuple[Event, ...], setup: SlaSetup, weeks: int, at: datetime
) -> None:
    """Shifting a life and its holidays by whole weeks shifts its clocks, in a zone that never changes its offset."""
    shift = timedelta(weeks=weeks)
    closed = [date(2026, 3, 30), date(2026, 4, 2)]
    setup, moved = (
        SlaSetup(setup.book, {"default": Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC", holidays=days)})
        for days in (closed, [day + shift for day in closed])
    )
    later = tuple(attrs.evolve(event, at=event.at + shift, recorded_at=event.at + shift) for event in events)
    now = cycles(folded(events, setup), setup, at=at)
    then = cycles(folded(later, moved), moved, at=at + shift)
    assert [(one.state, one.due_us and one.due_us + _us(shift)) for one in now] == [
        (one.state, one.due_us) for one in then
    ]


def _us(amount: timedelta) -> int:
    return amount // timedelta(microseconds=1)


@given(events=histories(), setup=setups(), place=st.integers(1, 9))
@OFTEN
def test_events_of_no_concern_change_nothing(events: tuple[Event, ...], setup: SlaSetup, place: int) -> None:
    """A field or a tag that no condition asks about leaves every clock as it was."""
    place = min(place, len(events))
    at = events[place - 1]
    extra = [
        Event("T-1", 1, at.at, at.recorded_at, Actor.agent("bo"), data)
        for data in (FieldSet("colour", "red"), TagAdded("odd"))
    ]
    mixed = [*events[:place], *extra, *events[place:]]
    numbered = tuple(attrs.evolve(event, seq=seq) for seq, event in enumerate(mixed, start=1))
    assert folded(numbered, setup) == folded(events, setup)


@given(events=histories(), setup=setups())
@OFTEN
def test_a_state_and_its_setup_survive_pickling(events: tuple[Event, ...], setup: SlaSetup) -> None:
    """What a host stores it gets back, with the same hash."""
    state = folded(events, setup)
    asked = signals(state, setup, after=START, until=START + GRAIN * 1000)  # leaves memos behind
    again, other = pickle.loads(pickle.dumps((state, setup)))
    assert (again, other) == (state, setup)
    assert hash(again) == hash(state)
    assert all(cycle.memo is None for track in again.tracks for cycle in track.cycles)
    assert signals(again, other, after=START, until=START + GRAIN * 1000) == asked
    assert signals(state, other, after=START, until=START + GRAIN * 1000) == asked


@given(events=histories())
@OFTEN
def test_the_quick_facts_are_the_facts(events: tuple[Event, ...]) -> None:
    """What policies ask about most is read the short way, and says the same."""
    for _, _, ticket in steps_of(events):
        known = facts(ticket)
        assert {name: read(ticket) for name, read in DIRECT.items()} == {name: known[name] for name in DIRECT}
