"""Tickets lived at random under the simple lifecycle and under one with every rarer rule."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from deskcore.presets import simple_lifecycle, zammad_lifecycle, zendesk_lifecycle
from deskcore.testing.tickets_machine import machine
from deskcore.tickets import Lifecycle
from deskcore.tickets.links import Propagation
from deskcore.tickets.merging import Merging

BUSY = attrs.evolve(
    simple_lifecycle(),
    dependencies="enforced",
    propagation=(Propagation(("parent_of", "problem_of", "duplicated_by"), "closed", phases=("resolved", "closed")),),
    merging=Merging(source_status="Cancelled", redirects=True, moves_links=True, link="parent_of"),
)
CI = settings(max_examples=8, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
NIGHTLY = settings(CI, max_examples=100, stateful_step_count=100)


@pytest.mark.parametrize(
    "lifecycle", [BUSY, zendesk_lifecycle(), zammad_lifecycle()], ids=["busy", "zendesk", "zammad"]
)
def test_nothing_that_people_do_breaks_a_law(lifecycle: Lifecycle) -> None:
    run_state_machine_as_test(machine(lifecycle), settings=CI)


@pytest.mark.slow
def test_nothing_that_people_do_for_ten_thousand_steps_breaks_a_law() -> None:
    run_state_machine_as_test(machine(BUSY), settings=NIGHTLY)
