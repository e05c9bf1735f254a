"""The laws over the whole breadth: every measure, cycle rule, choice among policies, zone, and kind of event."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta
from itertools import pairwise

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.hours import business
from deskcore.log import Actor, Event
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, SlaState, Target, cycles
from deskcore.sla.happenings import happenings
from deskcore.testing.sla import (
    ACTIVE,
    ASKED,
    GRAIN,
    OFFICE,
    START,
    check_asof,
    check_breaches,
    check_clock,
    check_fold,
    check_next_change,
    check_polling,
    folded,
    histories,
    policies,
    setups,
    steps_of,
)
from deskcore.testing.sla_laws import (
    check_exemption,
    check_late_arrival,
    check_no_concern,
    check_pause_outside_hours,
    check_round_the_clock,
)
from deskcore.testing.sla_wide import CALENDARS, wide_books, wide_histories, wide_setups
from deskcore.tickets import status_event
from deskcore.wire import Converter

OFTEN = settings(max_examples=15, deadline=None)
INSTANTS = st.integers(0, 20 * 144).map(lambda grains: START + GRAIN * grains)
PLACES = st.lists(st.integers(0, 9), max_size=4)


@given(events=wide_histories(), setup=wide_setups())
@OFTEN
def test_one_event_at_a_time_equals_all_at_once(events: tuple[Event, ...], setup: SlaSetup) -> None:
    """Whatever is measured, living through a case and replaying its log give the same state."""
    check_fold(events, setup)


@given(events=wide_histories(), setup=wide_setups(), at=INSTANTS)
@OFTEN
def test_sums_add_up_and_segments_tile(events: tuple[Event, ...], setup: SlaSetup, at: datetime) -> None:
    """Consumed plus remaining is the target, and segments leave no gap, in every measure."""
    for found in cycles(folded(events, setup), setup, at=at):
        if found.exemption is None:
            check_clock(found)
        assert found.explanation().to_dict()["sums"] == found.explanation().sums
        assert found.to_dict()["state"] == found.state


@given(events=wide_histories(late=False), setup=wide_setups(), at=INSTANTS)
@OFTEN
def test_the_past_does_not_know_the_future(events: tuple[Event, ...], setup: SlaSetup, at: datetime) -> None:
    """Clocks asked about an instant equal those of the log cut there."""
    check_asof(events, setup, at)


@given(events=wide_histories(), setup=wide_setups(), looks=st.lists(INSTANTS, min_size=2, max_size=6).map(tuple))
@OFTEN
def test_signals_do_not_depend_on_how_often_one_looks(
    events: tuple[Event, ...], setup: SlaSetup, looks: tuple[datetime, ...]
) -> None:
    """Windows that meet give together what one window gives, for signals and for happenings."""
    state = folded(events, setup)
    check_polling(state, setup, looks)
    low, *middle, high = sorted(looks)
    whole = happenings(state, setup, after=low, until=high)
    edges = [low, *middle, high]
    parts = [one for a, b in pairwise(edges) for one in happenings(state, setup, after=a, until=b)]
    assert list(whole) == parts
    assert len({one.key for one in whole}) == len(whole)


@given(events=wide_histories(), setup=wide_setups(), at=INSTANTS)
@OFTEN
def test_the_next_change_is_tight(events: tuple[Event, ...], setup: SlaSetup, at: datetime) -> None:
    """Nothing is owed before the instant answered, and something is at it."""
    check_next_change(folded(events, setup), setup, at)


@given(events=histories(late=False), setup=setups(), places=PLACES)
@OFTEN
def test_events_of_no_concern_may_stand_anywhere(events: tuple[Event, ...], setup: SlaSetup, places: list[int]) -> None:
    """Permuting what no condition asks about leaves every clock as it was."""
    check_no_concern(events, setup, places)


@given(events=wide_histories(late=False, pins=False), setup=wide_setups(), place=st.integers(0, 20), at=INSTANTS)
@OFTEN
def test_what_arrives_late_gives_what_it_would_have_given_in_time(
    events: tuple[Event, ...], setup: SlaSetup, place: int, at: datetime
) -> None:
    """Inserting an older event and folding again changes nothing but since when it is known."""
    check_late_arrival(events, setup, place, at)


@given(events=histories(late=False), policy=policies(), at=INSTANTS)
@OFTEN
def test_round_the_clock_open_time_is_all_time(events: tuple[Event, ...], policy: SlaPolicy, at: datetime) -> None:
    """On hours that never close a business promise and an elapsed one come to the same."""
    check_round_the_clock(events, policy, at)


@given(events=histories(late=False), setup=setups(), at=INSTANTS)
@OFTEN
def test_an_exemption_leaves_numerator_and_denominator(
    events: tuple[Event, ...], setup: SlaSetup, at: datetime
) -> None:
    """An exempt metric is neither met nor breached, says nothing, and no other metric notices."""
    check_exemption(events, setup, at)


@given(events=histories(priorities=False, late=False, most=4), night=st.integers(0, 3), grains=st.integers(0, 200))
@OFTEN
def test_a_pause_outside_hours_is_neutral(events: tuple[Event, ...], night: int, grains: int) -> None:
    """A wait between closing and opening takes nothing from a business clock."""
    policy = SlaPolicy("house", (Target.resolution(business(minutes=10 * grains)),))
    setup = SlaSetup(PolicyBook((policy,)), {"default": OFFICE})
    last = steps_of(events)[-1][2]
    if last.phase not in {"new", "active"}:
        return
    closed = OFFICE.next_close(events[-1].at + timedelta(days=night))
    opens = OFFICE.next_open(closed) if closed is not None else None
    assert closed is not None
    assert opens is not None
    after = status_event(last.status, ACTIVE)
    moves = [(closed, status_event(last.status, ASKED)), (opens, status_event(ASKED, ACTIVE))]
    waits = [*events]
    for at, data in moves:
        waits.append(Event("T-1", len(waits) + 1, at, at, Actor.agent("bo"), data))
    plain = [*events, Event("T-1", len(events) + 1, opens, opens, Actor.agent("bo"), after)]
    check_pause_outside_hours(plain, waits, setup, opens + timedelta(days=2))


@given(book=wide_books(), events=wide_histories(), at=INSTANTS)
@settings(max_examples=20, deadline=None)
def test_a_book_and_a_state_survive_the_wire(book: PolicyBook, events: tuple[Event, ...], at: datetime) -> None:
    """Serialise and load is identity, and what is loaded judges alike."""
    converter, setup = Converter(), SlaSetup(book, CALENDARS)
    again = converter.load(converter.dump(book), PolicyBook)
    assert again == book
    assert pickle.loads(pickle.dumps(book)) == book
    state = folded(events, setup)
    assert converter.load(converter.dump(state), SlaState) == state
    other = SlaSetup(again, CALENDARS)
    assert folded(events, other) == state
    assert cycles(state, other, at=at) == cycles(state, setup, at=at)


@given(events=wide_histories(late=False), setup=wide_setups(), at=INSTANTS)
@OFTEN
def test_every_breach_is_told_and_nothing_else(events: tuple[Event, ...], setup: SlaSetup, at: datetime) -> None:
    """The cycles breached at an instant are those with a breach signal by then; exemptions aside."""
    kept = tuple(
        attrs.evolve(event, seq=seq)
        for seq, event in enumerate((event for event in events if event.type != "exempted"), start=1)
    )
    check_breaches(folded(kept, setup), setup, at)
