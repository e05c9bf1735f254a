"""Named tuples travel as tables, like the classes they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from deskcore.errors import DecodeError, Problem
from deskcore.log import Event
from deskcore.sla import SlaSetup, SlaState
from deskcore.sla.state import Mark
from deskcore.testing.sla import folded, histories, setups
from deskcore.wire import Converter


def test_a_named_tuple_is_a_table_without_its_defaults() -> None:
    assert Converter().dump(Mark(1, 2, "running")) == {"us": 1, "known_us": 2, "state": "running"}


@given(events=histories(), setup=setups())
@settings(max_examples=15, deadline=None)
def test_the_running_state_of_clocks_survives_the_wire(events: tuple[Event, ...], setup: SlaSetup) -> None:
    """A snapshot of a case's clocks is read back as it was."""
    state, converter = folded(events, setup), Converter()
    assert converter.load(converter.dump(state), SlaState) == state


@pytest.mark.parametrize(
    ("given_table", "problem"),
    [
        (
            {"us": "1", "known_us": 2, "state": "running"},
            Problem("us", "must be a whole number (got '1')", "wrong_type"),
        ),
        ({"us": 1, "state": "running"}, Problem("", "must say its 'known_us'", "missing")),
        ([1], Problem("", "must be a table for Mark (got [1])", "wrong_type")),
        (
            {"us": 1, "known_us": 2, "state": "running", "whi": "x"},
            Problem("whi", "is not known here; did you mean 'why'? known: known_us, state, us, why", "unknown_key"),
        ),
    ],
)
def test_faults_of_a_named_tuple_have_their_paths(given_table: object, problem: Problem) -> None:
    with pytest.raises(DecodeError) as caught:
        Converter().load(given_table, Mark)
    assert caught.value.problems == (problem,)
