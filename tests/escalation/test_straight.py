"""What is dated in one loop equals what is dated rung by rung."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.escalation import Due, Ledger, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import AddTag
from deskcore.escalation.board import Board
from deskcore.escalation.clock import ClockLike
from deskcore.escalation.dating import planned
from deskcore.escalation.fold import begin, step
from deskcore.escalation.plans import NOBODY
from deskcore.escalation.straight import entries
from deskcore.hours import business, elapsed
from deskcore.log import Event
from deskcore.predicate import ALWAYS
from deskcore.sla import SlaSetup, clocks
from deskcore.testing import escalation as draw
from deskcore.testing import escalation_life as t
from deskcore.testing.sla import GRAIN, OFFICE, START, folded, histories, setups, steps_of
from deskcore.tickets.ticket import Ticket

MODEST = settings(max_examples=40, deadline=None)
INSTANTS = st.integers(0, 20 * 144).map(lambda grains: START + GRAIN * grains)
METRICS = st.sampled_from(["resolution", "first_response", "next_response", "total_resolution"])
AMOUNTS = st.integers(0, 600).map(lambda minutes: business(minutes=minutes)) | st.integers(0, 600).map(
    lambda minutes: elapsed(minutes=minutes)
)
DUES = (
    st.builds(Due.at_share, METRICS, st.sampled_from([0.0, 0.3, 0.5, 1.0, 1.5]))
    | st.builds(Due.before_breach, METRICS, AMOUNTS)
    | st.builds(Due.after_breach, METRICS, AMOUNTS)
    | st.builds(Due.after_opened, AMOUNTS)
)


def check(row: MatrixRow, ticket: Ticket, running: Sequence[ClockLike], ledger: Ledger) -> None:
    """Hold the loop to the plain answers, each on a board of its own."""
    held = {clock.metric: clock for clock in running}

    def board() -> Board:
        return Board(ticket, held, ledger, {"default": OFFICE}, row, NOBODY, planned)

    assert entries(board()) == [planned(rung, board()) for rung in row.rungs]


@MODEST
@given(histories(), setups(), INSTANTS, st.lists(DUES, min_size=1, max_size=5))
def test_rungs_on_clocks_of_an_agreement_are_dated_alike(
    events: tuple[Event, ...], setup: SlaSetup, at: datetime, dues: list[Due]
) -> None:
    """Whatever happened to the ticket and its clocks."""
    ledger, ticket = begin(), None
    for event, _, after in steps_of(events):
        ticket, ledger = after, step(ledger, event, after)
    assert ticket is not None
    row = MatrixRow(ALWAYS, tuple(Rung(f"r{place}", due, AddTag("late")) for place, due in enumerate(dues)))
    running = clocks(folded(events, setup), setup, at=at)

    check(row, ticket, running, ledger)


@MODEST
@given(draw.matrices(), draw.lives())
def test_any_row_is_dated_alike(matrix: Matrix, life: tuple[t.Happening, ...]) -> None:
    """With passes, repetitions, gates, hours, acknowledgements and what people did by hand."""
    lived = t.live(matrix, life, until=t.START + timedelta(days=9))

    for row in matrix.rows:
        check(row, lived.ticket, lived.clocks, lived.ledger)


@MODEST
@given(draw.matrices())
def test_a_matrix_comes_back_from_a_pickle_ready_to_be_dated(matrix: Matrix) -> None:
    """What is worked out beforehand is not stored: it is worked out again."""
    back = pickle.loads(pickle.dumps(matrix))

    assert back == matrix
    for rung, other in zip(matrix.rungs, back.rungs, strict=True):
        assert (rung.is_straight, rung.kind, rung.due.counts_on) == (other.is_straight, other.kind, other.due.counts_on)
        assert "kind" not in rung.__getstate__()
