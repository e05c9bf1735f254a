"""What holds for every matrix and every life of a ticket."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.escalation import Due, Ledger, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import AddTag, Notify
from deskcore.escalation.fold import begin, step
from deskcore.escalation.gates import Quiet
from deskcore.escalation.recipients import Person
from deskcore.hours import elapsed
from deskcore.predicate import where
from deskcore.testing import escalation as draw
from deskcore.testing import escalation_laws as laws
from deskcore.testing import escalation_life as t
from deskcore.tickets.evolve import evolve

UNTIL = t.START + timedelta(days=9)
INSTANTS = st.integers(0, 9 * 24 * 60).map(lambda minutes: t.START + timedelta(minutes=minutes))
MODEST = settings(max_examples=25, deadline=None)


@MODEST
@given(draw.matrices(), draw.lives(), st.lists(INSTANTS, max_size=8))
def test_looking_often_late_or_never_changes_nothing(
    matrix: Matrix, life: tuple[t.Happening, ...], looks: list[datetime]
) -> None:
    """Poll invariance: the log is the same whoever looked when."""
    laws.check_looking_changes_nothing(matrix, life, looks, until=UNTIL)


@MODEST
@given(draw.matrices(), draw.lives())
def test_a_key_fires_once(matrix: Matrix, life: tuple[t.Happening, ...]) -> None:
    """Once-keys are unique over reopenings, withdrawals and changes of row."""
    laws.check_keys_are_unique(matrix, life, until=UNTIL)


@MODEST
@given(draw.matrices(), draw.lives(), INSTANTS)
def test_next_change_is_tight(matrix: Matrix, life: tuple[t.Happening, ...], at: datetime) -> None:
    """Nothing fires strictly before it, something on it."""
    laws.check_next_change_is_tight(matrix, life, at=at)


@MODEST
@given(draw.matrices(), draw.lives())
def test_nothing_fires_before_it_is_due_or_after_the_close(matrix: Matrix, life: tuple[t.Happening, ...]) -> None:
    """Dates are those of the facts, not of the look."""
    laws.check_nothing_fires_out_of_time(matrix, life, until=UNTIL)


@MODEST
@given(draw.matrices(), draw.lives(max_size=6, days=2))
def test_a_preview_comes_true_when_nothing_happens(matrix: Matrix, life: tuple[t.Happening, ...]) -> None:
    """The preview is the plan, played to its end."""
    laws.check_preview_comes_true(matrix, life, at=t.START + timedelta(days=2), until=UNTIL)


@MODEST
@given(draw.matrices(), draw.lives(max_size=3))
def test_a_clean_matrix_always_reaches_somebody(matrix: Matrix, life: tuple[t.Happening, ...]) -> None:
    """No finding, no rung that addresses nobody."""
    laws.check_clean_means_somebody(matrix, t.live(matrix, life, until=UNTIL).ticket, at=UNTIL)


@MODEST
@given(draw.matrices(), draw.lives())
def test_a_ledger_is_a_fold_of_the_log(matrix: Matrix, life: tuple[t.Happening, ...]) -> None:
    """Replaying the log gives the ledger that lived through it."""
    lived = t.live(matrix, life, until=UNTIL)
    ledger: Ledger = begin()
    ticket = None
    for event in lived.log:
        before, ticket = ticket, evolve(ticket, event)
        ledger = step(ledger, event, ticket, matrix.watched, before)
    assert (ticket, ledger) == (lived.ticket, lived.ledger)


@MODEST
@given(draw.rungs(), draw.rungs(), draw.rungs(), draw.lives(), st.permutations(range(3)))
def test_the_order_of_rows_of_different_specificity_does_not_matter(
    one: tuple[Rung, ...],
    two: tuple[Rung, ...],
    none: tuple[Rung, ...],
    life: tuple[t.Happening, ...],
    order: list[int],
) -> None:
    """The row that binds most facts wins wherever it stands."""
    rows = (
        MatrixRow(where(priority="p1", team="network"), two),
        MatrixRow(where(priority="p1"), one),
        MatrixRow(where(), none),
    )
    last = t.REGISTER.agents[0]
    straight = Matrix("m", rows, Person(last.id), on_match="most_specific")
    shuffled = Matrix("m", tuple(rows[place] for place in order), Person(last.id), on_match="most_specific")
    assert t.live(straight, life, until=UNTIL).log == t.live(shuffled, life, until=UNTIL).log


@MODEST
@given(draw.matrices(), draw.lives())
def test_positions_rise_until_somebody_takes_them_back(matrix: Matrix, life: tuple[t.Happening, ...]) -> None:
    """Monotone on both axes; de-escalation lowers its own axis alone."""
    laws.check_positions_rise(matrix, life, until=UNTIL)


@MODEST
@given(draw.matrices(), draw.lives())
def test_replaying_changes_nothing(matrix: Matrix, life: tuple[t.Happening, ...]) -> None:
    """Idempotent replay: a second look at the same instant is empty."""
    laws.check_replay_changes_nothing(matrix, life, until=UNTIL)


HANGING = st.one_of(
    st.builds(Due.at_share, st.just("resolution"), st.sampled_from([0.25, 0.5, 1.0, 1.5])),
    st.builds(Due.after_breach, st.just("resolution"), st.integers(0, 600).map(lambda held: elapsed(minutes=held))),
    st.builds(Due.before_breach, st.just("resolution"), st.integers(0, 400).map(lambda held: elapsed(minutes=held))),
    st.builds(Due.after_opened, st.integers(0, 600).map(lambda held: elapsed(minutes=held))),
)


@MODEST
@given(st.lists(HANGING, min_size=1, max_size=5), st.integers(0, 700), st.integers(0, 6000))
def test_a_pause_delays_what_hangs_on_the_clock_by_its_length(dues: list[Due], begun: int, length: int) -> None:
    """Pausing by d delays clock-bound rungs by d, and nothing else."""
    rungs = tuple(Rung(f"r{place}", due, AddTag("a")) for place, due in enumerate(dues))
    matrix = Matrix("m", (MatrixRow(where(), rungs),), Person("dana"))
    lived = t.live(matrix, t_opening(), until=t.START)
    fresh = attrs.evolve(lived.ledger, fired=FrozenDict(), changed_at=t.START)
    pause = (timedelta(minutes=begun), timedelta(minutes=length))
    laws.check_a_pause_delays(matrix, lived.ticket, fresh, begun=pause[0], length=pause[1])


@MODEST
@given(draw.rungs(), draw.rungs(), draw.lives())
def test_the_two_axes_move_independently(
    one: tuple[Rung, ...], two: tuple[Rung, ...], life: tuple[t.Happening, ...]
) -> None:
    """What the rungs of one axis say is the same whether or not the other axis has any."""
    tell = Notify(Person("dana"))
    bare = {rung.id: attrs.evolve(rung, actions=(tell,)) for rung in (*one, *two) if rung.due.anchor != "rung"}
    both = tuple(bare.values())
    hierarchic = tuple(rung for rung in both if rung.axis == "hierarchic")

    def fired(rungs: tuple[Rung, ...]) -> list[tuple[str, datetime]]:
        matrix = Matrix("m", (MatrixRow(where(), rungs),), Person("dana"))
        told = t.live(matrix, life, until=UNTIL).fired
        return [(event.key, event.due) for event in told if event.axis == "hierarchic"]

    assert fired(both) == fired(hierarchic)


QUIET = st.builds(
    lambda start, hours, mode: Quiet(start, start + timedelta(hours=hours), mode=mode),
    INSTANTS,
    st.integers(0, 40),
    st.sampled_from(["hold", "drop", "count_on"]),
)


@MODEST
@given(draw.matrices(), draw.lives(), st.lists(INSTANTS, max_size=6), st.lists(QUIET, min_size=1, max_size=3))
def test_quiet_times_do_not_depend_on_looks(
    matrix: Matrix, life: tuple[t.Happening, ...], looks: list[datetime], quiet: list[Quiet]
) -> None:
    """Poll invariance holds with quiet times; nothing is done in one that holds, unless a person was called before.

    A rung that its own hours leave out, or another quiet time drops, is used up at its time, quiet or not.
    """
    never = t.live(matrix, life, until=UNTIL, quiet=quiet)
    often = t.live(matrix, life, until=UNTIL, quiet=quiet, looks=looks)
    assert [(event.at, event.data) for event in never.log] == [(event.at, event.data) for event in often.log]
    held = [one for one in quiet if one.mode == "hold"]
    done = [one for one in never.fired if not one.call and one.outcome not in {"skipped", "stopped", "dropped"}]
    assert not [one for one in done if any(hush.holds(one.due, {}) for hush in held)]


def t_opening() -> tuple[t.Happening, ...]:
    from deskcore.tickets.events import Opened
    from deskcore.tickets.status import Status

    return (t.Happening(t.START, Opened("VPN", None, Status("New", "new"), "simple", priority="p1")),)
