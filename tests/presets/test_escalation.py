"""Other products' mechanisms as matrices: what the builders refuse, and the arithmetic they do."""

from __future__ import annotations

import pytest

from deskcore.errors import InvalidValue
from deskcore.escalation import Matrix
from deskcore.escalation.actions import Notify
from deskcore.escalation.recipients import Person
from deskcore.hours import elapsed
from deskcore.predicate import ALWAYS
from deskcore.presets.ladders import Step, ladder
from deskcore.presets.notices import Range, by_number
from deskcore.presets.thresholds import Operation, by_age, by_step, in_window
from deskcore.testing.wire import check_roundtrip

FIVE = elapsed(minutes=5)
ANN, BO, CY, DANA = (Person(name) for name in ("ann", "bo", "cy", "dana"))
TELL = (Notify(ANN),)


def schedule(matrix: Matrix) -> list[str]:
    return [str(rung) for rung in matrix.rungs]


def test_turns_within_a_step_are_taken_pass_by_pass() -> None:
    pool = Step("s", [ANN, BO, CY], wait=FIVE, pick="in_turn")
    matrix = ladder("l", [pool], last_resort=DANA, passes=3)
    assert schedule(matrix) == ["s: 0m after the opening: notify in turn ann, bo, cy"]
    assert str(matrix.rows[0].passes) == "3 more passes, 5m after the last rung"
    assert ladder("l", [pool], last_resort=DANA).rows[0].passes is None


def test_each_step_counts_from_the_one_before() -> None:
    steps = [Step("a", [ANN], wait=FIVE), Step("b", [BO], wait=FIVE), Step("c", [CY], wait=FIVE)]
    matrix = ladder("l", steps, last_resort=DANA, after=FIVE)
    assert [str(rung.due) for rung in matrix.rungs] == ["5m after the opening", "5m after rung a", "5m after rung b"]
    drifting = ladder("l", steps, last_resort=DANA, drifts=True, begins_again_by_hand=True)
    assert str(drifting.rungs[1].due) == "5m after rung a was seen"
    check_roundtrip(matrix)
    check_roundtrip(drifting)


def test_a_ladder_without_end_needs_time_between_its_passes() -> None:
    at_once = [Step("s", [ANN], wait=elapsed(minutes=0))]
    with pytest.raises(InvalidValue, match="need steps that wait"):
        ladder("l", at_once, last_resort=DANA, passes=None)
    with pytest.raises(InvalidValue, match="must not be negative"):
        ladder("l", at_once, last_resort=DANA, passes=-1)


def test_the_shortest_length_of_a_step_holds() -> None:
    operations = [Operation(1, 2, TELL, elapsed(minutes=20)), Operation(2, 3, TELL, FIVE)]
    matrix = by_step("steps", operations, lasts=elapsed(hours=1), last_resort=DANA)
    assert [f"{rung.id}: {rung.due}" for rung in matrix.rungs] == [
        "1 of step 1: 0m after the opening",
        "1 of step 2: 20m after the opening",
        "2 of step 2: 20m after the opening",
        "2 of step 3: 25m after the opening",
    ]


def test_steps_count_from_one() -> None:
    with pytest.raises(InvalidValue, match="must be from step 1 on"):
        Operation(0, 2, TELL)


def test_a_reminder_never_falls_on_the_end_of_its_window() -> None:
    window = in_window("w", TELL, begin=FIVE, end=elapsed(minutes=25), every=elapsed(minutes=10))
    assert str(window.repeat) == "every 10m, 1 more times"
    assert in_window("w", TELL, begin=FIVE, end=elapsed(minutes=15), every=elapsed(minutes=10)).repeat is None
    with pytest.raises(InvalidValue, match="must lie after the beginning"):
        in_window("w", TELL, begin=FIVE, end=FIVE)
    assert by_age("m", [(ALWAYS, [window])], last_resort=DANA).rungs[0].until == "acked"


def test_a_counter_of_notices_ends_where_an_interval_is_nothing() -> None:
    last = Range(2, 3, [BO], elapsed(minutes=0))
    matrix = by_number("n", [last], notify=[ANN], every=FIVE, last_resort=DANA)
    assert schedule(matrix) == [
        "notice 1: 0m after the opening: notify ann",
        "notice 2: 5m after the opening: notify bo",
    ]
    with pytest.raises(InvalidValue, match="must be from notice 1 on"):
        Range(3, 2, [BO], FIVE)
    with pytest.raises(InvalidValue, match="must not be negative"):
        Range(1, 2, [BO], -FIVE)
