"""What holds for every matrix and every life of a ticket."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.escalation import Due, Ledger, Matrix, MatrixRow, Rung, plan
from deskcore.escalation.actions import AddTag
from deskcore.escalation.ledger import begin, step
from deskcore.escalation.recipients import Person
from deskcore.hours import elapsed
from deskcore.predicate import where
from deskcore.testing import escalation as draw
from deskcore.testing import escalation_laws as laws
from deskcore.testing import escalation_life as t
from deskcore.tickets.evolve import evolve

UNTIL = t.START + timedelta(days=9)
INSTANTS = st.integers(0, 9 * 24 * 60).map(lambda minutes: t.START + timedelta(minutes=minutes))
MODEST = settings(max_examples=40, deadline=None)


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
        ticket = evolve(ticket, event)
        ledger = step(ledger, event, ticket)
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
@given(
    share=st.sampled_from([0.25, 0.5, 1.0, 1.5]),
    begun=st.integers(0, 50),
    length=st.integers(0, 6000),
)
def test_a_pause_delays_a_share_by_its_length_and_nothing_else(share: float, begun: int, length: int) -> None:
    """A pause by d before the rung's instant moves it by exactly d; a rung on elapsed time stays."""
    matrix = Matrix(
        "m",
        (
            MatrixRow(
                where(),
                (
                    Rung("share", Due.at_share("resolution", share), AddTag("a")),
                    Rung("age", Due.after_opened(elapsed(hours=2)), AddTag("b")),
                ),
            ),
        ),
        Person("dana"),
    )
    lived = t.live(matrix, t_opening(), until=t.START)
    pause = (t.START + timedelta(minutes=begun), t.START + timedelta(minutes=begun + length))
    clock = t.StraightClock("resolution", elapsed(hours=4), t.START)
    paused = t.StraightClock("resolution", elapsed(hours=4), t.START, (pause,))

    def dues(one: t.StraightClock) -> dict[str, datetime | None]:
        entries = plan(matrix, lived.ticket, (one,), lived.ledger, calendars=t.CALENDARS)
        return {entry.rung.id: entry.due for entry in entries}

    before, after = dues(clock), dues(paused)
    assert before["share"] is not None
    assert after["share"] == before["share"] + timedelta(minutes=length)
    assert after["age"] == before["age"]


def t_opening() -> tuple[t.Happening, ...]:
    from deskcore.tickets.events import Opened
    from deskcore.tickets.status import Status

    return (t.Happening(t.START, Opened("VPN", None, Status("New", "new"), "simple", priority="p1")),)
