"""Tickets lived at random under the simple lifecycle and under one with every rarer rule."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from deskcore.presets import simple_lifecycle, zammad_lifecycle, zendesk_lifecycle
from deskcore.testing.tickets_machine import TicketMachine, machine
from deskcore.tickets import Lifecycle
from deskcore.tickets.links import Propagation
from deskcore.tickets.merging import Merging

BUSY = attrs.evolve(
    simple_lifecycle(),
    dependencies="enforced",
    propagation=(Propagation(("parent_of", "problem_of", "duplicated_by"), "closed", phases=("resolved", "closed")),),
    merging=Merging(source_status="Cancelled", redirects=True, moves_links=True, link="parent_of"),
)
CI = settings(max_examples=10, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
NIGHTLY = settings(CI, max_examples=125, stateful_step_count=100)


def counting(lifecycle: Lifecycle) -> tuple[type[TicketMachine], list[int]]:
    """A machine that also counts the steps that it takes."""
    made, steps = machine(lifecycle), [0]

    class Counting(made):  # type: ignore[valid-type,misc]
        def teardown(self) -> None:
            steps[0] += self.taken

    return Counting, steps


def test_nothing_that_people_do_breaks_a_law() -> None:
    taken = 0
    for lifecycle in (BUSY, zendesk_lifecycle(), zammad_lifecycle()):
        made, steps = counting(lifecycle)
        run_state_machine_as_test(made, settings=CI)
        taken += steps[0]
    assert taken >= 500


@pytest.mark.slow
def test_nothing_that_people_do_for_ten_thousand_steps_breaks_a_law() -> None:
    made, steps = counting(BUSY)
    run_state_machine_as_test(made, settings=NIGHTLY)
    assert steps[0] >= 10_000
