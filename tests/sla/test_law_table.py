"""The laws of clocks and the tests that hold them: none is forgotten, and each is a property."""

from __future__ import annotations

from types import ModuleType

import pytest
from hypothesis import is_hypothesis_test

from tests.sla import test_laws, test_oracle, test_plain, test_wide

LAWS: dict[str, tuple[tuple[ModuleType, str], ...]] = {
    "the fold equals the events one by one": (
        (test_laws, "test_one_event_at_a_time_equals_all_at_once"),
        (test_wide, "test_one_event_at_a_time_equals_all_at_once"),
    ),
    "the compiled fold equals the plain one": (
        (test_plain, "test_a_fold_that_remembers_decides_as_one_that_does_not"),
        (test_plain, "test_the_short_way_to_a_clock_equals_the_long_one"),
    ),
    "segments tile; consumed and remaining make the target; met excludes breached": (
        (test_laws, "test_sums_add_up_segments_tile_and_met_excludes_breached"),
        (test_wide, "test_sums_add_up_and_segments_tile"),
    ),
    "due is monotone in the target": ((test_laws, "test_due_is_monotone_in_the_target"),),
    "adding a pause never makes due earlier": ((test_laws, "test_a_pause_never_makes_due_earlier"),),
    "a pause outside hours is neutral": ((test_wide, "test_a_pause_outside_hours_is_neutral"),),
    "permuting unrelated events is neutral": (
        (test_laws, "test_events_of_no_concern_change_nothing"),
        (test_wide, "test_events_of_no_concern_may_stand_anywhere"),
    ),
    "shifting by whole weeks shifts the result": ((test_laws, "test_a_week_later_everything_is_a_week_later"),),
    "a calendar of 24 hours and 7 days counts all time": ((test_wide, "test_round_the_clock_open_time_is_all_time"),),
    "keys are unique; windows that meet concatenate": (
        (test_laws, "test_signals_do_not_depend_on_how_often_one_looks"),
        (test_wide, "test_signals_do_not_depend_on_how_often_one_looks"),
    ),
    "a late look finds what timely ones found": ((test_laws, "test_a_late_look_finds_what_timely_ones_found"),),
    "a report of the past is that without later events": (
        (test_laws, "test_the_past_does_not_know_the_future"),
        (test_wide, "test_the_past_does_not_know_the_future"),
    ),
    "a retroactive change there and back is identity": ((test_laws, "test_there_and_back_is_identity"),),
    "every breach is told, once, and nothing else": (
        (test_laws, "test_every_breach_is_told_and_nothing_else"),
        (test_wide, "test_every_breach_is_told_and_nothing_else"),
    ),
    "the next change is tight": (
        (test_laws, "test_the_next_change_is_tight"),
        (test_wide, "test_the_next_change_is_tight"),
    ),
    "an exemption leaves numerator and denominator": (
        (test_wide, "test_an_exemption_leaves_numerator_and_denominator"),
    ),
    "what arrives late gives what it would have given in time": (
        (test_wide, "test_what_arrives_late_gives_what_it_would_have_given_in_time"),
    ),
    "serialise and load is identity": (
        (test_laws, "test_a_state_and_its_setup_survive_pickling"),
        (test_wide, "test_a_book_and_a_state_survive_the_wire"),
    ),
    "the engine agrees with a clock that walks": ((test_oracle, "test_a_clock_agrees_with_one_that_walks"),),
}


@pytest.mark.parametrize("law", LAWS)
def test_every_law_is_held_by_a_property(law: str) -> None:
    for module, name in LAWS[law]:
        assert is_hypothesis_test(getattr(module, name)), name
