"""What holds for every lifecycle and every story."""

from __future__ import annotations

import pickle
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.presets import simple_lifecycle
from deskcore.testing.tickets import (
    ACTORS,
    Step,
    Story,
    check_allowed,
    check_answer,
    check_order,
    check_replay,
    check_tick,
    check_unknown,
    commands,
    lifecycles,
    steps,
    stories,
)
from deskcore.tickets import Lifecycle, Transition

SOME = settings(max_examples=30, deadline=None)


@SOME
@given(story=stories())
def test_replay_equals_live(story: Story) -> None:
    """A log adds up to the ticket that was there when it was written."""
    check_replay(story.events)
    check_order(story.events)


@SOME
@given(story=stories(simple_lifecycle()), data=st.data())
def test_simple_replays_and_answers(story: Story, data: st.DataObject) -> None:
    check_replay(story.events)
    step = data.draw(st.builds(Step, st.just(timedelta(0)), st.sampled_from(ACTORS), commands(story.lifecycle)))
    check_answer(story.lifecycle, story.ticket, step, at=story.ended_at)


@SOME
@given(story=stories(), data=st.data())
def test_refused_exactly_when_the_dry_run_says_so(story: Story, data: st.DataObject) -> None:
    step = data.draw(st.builds(Step, st.just(timedelta(0)), st.sampled_from(ACTORS), commands(story.lifecycle)))
    check_answer(story.lifecycle, story.ticket, step, at=story.ended_at)


@settings(max_examples=50, deadline=None)
@given(story=stories(), data=st.data())
def test_allowed_is_sound_and_complete(story: Story, data: st.DataObject) -> None:
    """Every option is accepted once its needs are met, and what is accepted was an option."""
    step = data.draw(st.builds(Step, st.just(timedelta(0)), st.sampled_from(ACTORS), commands(story.lifecycle)))
    check_allowed(story.lifecycle, story.ticket, step, at=story.ended_at)


@SOME
@given(story=stories(), later=st.sampled_from((timedelta(0), timedelta(hours=1), timedelta(days=40))))
def test_ticks_are_idempotent_and_on_time(story: Story, later: timedelta) -> None:
    check_tick(story.lifecycle, story.ticket, at=story.ended_at + later)


@SOME
@given(story=stories(), place=st.integers(0, 30))
def test_unknown_events_never_change_the_known_part(story: Story, place: int) -> None:
    check_unknown(story.events, place)


@SOME
@given(lifecycle=lifecycles())
def test_a_lifecycle_survives_pickle_and_keeps_answering(lifecycle: Lifecycle) -> None:
    again = pickle.loads(pickle.dumps(lifecycle))

    assert again == lifecycle
    assert hash(again) == hash(lifecycle)
    for source in lifecycle.status_names:
        for target in lifecycle.status_names:
            assert again.transition(source, target) == lifecycle.transition(source, target)


@SOME
@given(lifecycle=lifecycles())
def test_precedence_is_exact_then_to_then_from_then_any(lifecycle: Lifecycle) -> None:
    """The row that holds is the most specific one that fits, found by looking at all of them."""
    for source in lifecycle.status_names:
        for target in lifecycle.status_names:
            fitting = [
                row for row in lifecycle.transitions if row.source in {source, "*"} and row.target in {target, "*"}
            ]
            wanted = min(fitting, key=_precedence, default=None)
            assert lifecycle.transition(source, target) == wanted


def _precedence(row: Transition) -> int:
    return [(False, False), (True, False), (False, True), (True, True)].index((row.source == "*", row.target == "*"))


@SOME
@given(data=st.data())
def test_no_reply_or_timer_or_person_goes_where_leads_says_nothing_does(data: st.DataObject) -> None:
    """``leads`` covers every move that ever happens, whoever makes it."""
    story = data.draw(stories())
    held = story.events[0].data.status  # type: ignore[attr-defined]
    for event in story.events[1:]:
        entered = getattr(event.data, "status", None)
        if entered is not None:
            assert story.lifecycle.leads(held.name, entered.name)
            held = entered


@SOME
@given(data=st.data())
def test_lint_is_total(data: st.DataObject) -> None:
    lifecycle = data.draw(lifecycles())

    assert all(problem.code for problem in lifecycle.lint())
    data.draw(steps(lifecycle))
