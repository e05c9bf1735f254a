"""What is remembered and worked out at once equals what is decided afresh, step by step."""

from __future__ import annotations

from datetime import datetime

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import to_us
from deskcore.hours import Calendar
from deskcore.log import Event
from deskcore.sla import PolicyBook, SlaSetup
from deskcore.sla.beat import Scene, scene_after, what_of
from deskcore.sla.fold import begin, fold, fold_plainly
from deskcore.sla.look import clocks, of_cycle
from deskcore.sla.meter import meter_of
from deskcore.sla.moves import Moves
from deskcore.sla.reckon import reached
from deskcore.sla.run import State, acts
from deskcore.testing.sla import GRAIN, OFFICE, ROUND_THE_CLOCK, START, folded, histories, setups, steps_of

OFTEN = settings(max_examples=60, deadline=None)
INSTANTS = st.integers(0, 20 * 144).map(lambda grains: START + GRAIN * grains)
Told = list[tuple[int, str, str]]


def decided(events: tuple[Event, ...], setup: SlaSetup) -> dict[str, list[Told]]:
    """The marks of every cycle by metric, with nothing remembered between steps and no policy chosen anew."""
    (policy,) = setup.book.policies
    found: dict[str, list[Told]] = {metric: [] for metric in policy.metrics}
    scene: Scene | None = None
    for event, before, after in steps_of(events):
        what = what_of(event, before, after)
        if what is None:
            continue
        now = scene_after(scene, what, after.status, after.place)
        for metric, cycles in found.items():
            state: State = cycles[-1][-1][1] if cycles else None  # type: ignore[assignment]  # its words are states
            for act in acts(policy.stopwatch(metric), state, scene, now):
                if act.kind == "begin":
                    cycles.append([])
                if act.kind == "count":
                    us, _, why = cycles[-1].pop()
                    cycles[-1].append((us, act.state, why))
                else:
                    cycles[-1].append((to_us(event.at), act.state, act.why))
        scene = now
    return found


@given(events=histories(most=14), setup=setups())
@OFTEN
def test_a_fold_that_remembers_decides_as_one_that_does_not(events: tuple[Event, ...], setup: SlaSetup) -> None:
    """Every mark of every cycle is the one that the stopwatch, asked afresh, would have set."""
    policy = attrs.evolve(setup.book.policies[-1], on_change="retroactive")
    setup = SlaSetup(PolicyBook((policy,)), {"default": OFFICE})
    folded(events, setup)  # leaves its memory behind

    state = folded(events, setup)

    assert decided(events, setup) == {
        track.metric: [[(mark.us, mark.state, mark.why) for mark in cycle.marks] for cycle in track.cycles]
        for track in state.tracks
    }


@given(events=histories(), setup=setups(), at=INSTANTS)
@OFTEN
def test_the_short_way_to_a_clock_equals_the_long_one(events: tuple[Event, ...], setup: SlaSetup, at: datetime) -> None:
    """Clocks without changes of terms are reckoned the short way, and say what the way for all of them says."""
    state = folded(events, setup)
    for track, found in zip(state.tracks, clocks(state, setup, at=at), strict=True):
        if found.cycle.marks:
            cycle = next(one for one in reversed(track.cycles_at(to_us(at))) if one.marks[0].us <= to_us(at))
            assert of_cycle(state, track, cycle, setup, to_us(at)) == found


@given(
    calendar=st.sampled_from((OFFICE, ROUND_THE_CLOCK, Calendar.weekly("Mon 02:00-20:00", tz="UTC"))),
    start=INSTANTS,
    length=st.integers(0, 3000),
    amount=st.integers(1, 3000),
)
@OFTEN
def test_progress_is_between_and_add(calendar: Calendar, start: datetime, length: int, amount: int) -> None:
    """Counting and finding the end in one go gives what the two questions give, or nothing."""
    low, grain = to_us(start), GRAIN.seconds * 1_000_000
    between, added = calendar.between_us(low, low + length * grain), calendar.add_us(low, amount * grain)
    found = calendar.progress_us(low, low + length * grain, amount * grain)
    assert found in {None, (between, added)}
    assert calendar is not OFFICE or found is not None


@given(events=histories(most=14), setup=setups())
@settings(max_examples=10, deadline=None)
def test_a_memory_that_starts_over_changes_nothing(events: tuple[Event, ...], setup: SlaSetup) -> None:
    """Moves are forgotten when there are too many of them; what they say is the same before and after."""
    (policy, *_) = setup.book.policies
    watches = tuple(policy.stopwatch(metric) for metric in policy.metrics)
    patient, hasty = Moves(watches), Moves(watches, most=2)
    one, other = patient.start(), hasty.start()
    for event, before, after in steps_of(events):
        what = what_of(event, before, after)
        if what is not None:
            now, then = one.move(what, after.status, after.place), other.move(what, after.status, after.place)
            assert now[:4] == then[:4]
            one, other = now.to, then.to
            assert (one.scene, one.states) == (other.scene, other.states)


@given(events=histories(most=14), setup=setups(), cut=st.integers(0, 14))
@OFTEN
def test_the_short_way_of_ordinary_lives_folds_as_the_long_one(
    events: tuple[Event, ...], setup: SlaSetup, cut: int
) -> None:
    """From nothing, and going on from any state."""
    steps = steps_of(events)
    meant = fold_plainly(steps[:cut], setup, onto=begin())

    assert fold(steps[:cut], setup) == meant
    assert fold(steps[cut:], setup, onto=meant) == fold_plainly(steps[cut:], setup, onto=meant)


@given(events=histories(most=8), setup=setups(), at=INSTANTS, share=st.sampled_from((0.0, 0.25, 0.5, 1.0, 1.5)))
@OFTEN
def test_what_lies_ahead_is_counted_from_now_as_from_the_start(
    events: tuple[Event, ...], setup: SlaSetup, at: datetime, share: float
) -> None:
    """When a share of a target is used up does not depend on where the counting begins."""
    for found in clocks(folded(events, setup), setup, at=at):
        marks, whole = found.cycle.marks, found.need_us
        if whole is None or not marks or found.state == "cancelled":
            continue
        need = round(whole * share) + found.carried_us
        plain = reached(marks, meter_of(found.terms, found.calendar), need)
        since = max(marks[0].us, found.goals[-1].since_us)
        assert found.reaches_us(share) == (None if plain is None else max(plain, since))
