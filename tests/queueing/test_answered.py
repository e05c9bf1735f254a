"""The service level when waiting customers may leave, against a plain oracle."""

from __future__ import annotations

import math

import pytest

from deskcore.errors import InvalidValue
from deskcore.queueing import erlang_a, service_level
from deskcore.queueing.answered import answered_within


def _oracle(servers: int, arrive: float, serve: float, leave: float, within: float) -> float:
    """By the states an arrival may find: its wait is a sum of exponentials, followed step by step in small time."""
    weights = [1.0]
    for busy in range(1, servers + 1):
        weights.append(weights[-1] * arrive / (busy * serve))
    for line in range(1, 200):
        weights.append(weights[-1] * arrive / (servers * serve + line * leave))
    whole = math.fsum(weights)
    answered = math.fsum(weights[:servers])
    # ahead[k]: the chance that an arrival who is still waiting has k in front; it is served when it is first and one ends.
    ahead = weights[servers:]
    steps = 20_000
    dt = within / steps
    for _ in range(steps):
        answered += ahead[0] * servers * serve * dt
        ahead = [
            held * (1 - dt * (servers * serve + (place + 1) * leave))
            + (ahead[place + 1] * dt * (servers * serve + (place + 1) * leave) if place + 1 < len(ahead) else 0.0)
            for place, held in enumerate(ahead[:60])
        ]
    return answered / whole


@pytest.mark.parametrize(
    ("servers", "arrive", "serve", "leave", "within"), [(3, 2.0, 1.0, 0.5, 0.4), (2, 4.0, 1.0, 2.0, 0.3)]
)
def test_it_agrees_with_following_an_arrival(
    servers: int, arrive: float, serve: float, leave: float, within: float
) -> None:
    found = answered_within(servers, arrival_rate=arrive, service_rate=serve, abandonment_rate=leave, within=within)
    assert found == pytest.approx(_oracle(servers, arrive, serve, leave, within), abs=2e-4)


@pytest.mark.parametrize("load", [0.5, 0.95, 1.0, 3.0])
def test_at_once_is_not_waiting_and_for_ever_is_not_leaving(load: float) -> None:
    """The two ends of the limit are Erlang A's own figures, light or overloaded."""
    rates = {"arrival_rate": 20 * load, "service_rate": 1.0, "abandonment_rate": 0.5}
    line = erlang_a(20, **rates)
    assert answered_within(20, **rates, within=0.0) == pytest.approx(1 - line.p_wait, abs=1e-9)
    assert answered_within(20, **rates, within=1e6) == pytest.approx(1 - line.p_abandon, abs=1e-9)


def test_without_leaving_it_is_erlang_c() -> None:
    found = answered_within(50, arrival_rate=45, service_rate=1, abandonment_rate=0, within=0.2)
    assert found == service_level(50, 45, within=0.2)
    near = answered_within(50, arrival_rate=45, service_rate=1, abandonment_rate=1e-7, within=0.2)
    assert near == pytest.approx(found, abs=1e-5)


def test_nobody_there_and_nobody_calling() -> None:
    assert answered_within(0, arrival_rate=1, service_rate=1, abandonment_rate=1, within=5) == 0.0
    assert answered_within(1, arrival_rate=0, service_rate=1, abandonment_rate=1, within=5) == 1.0


@pytest.mark.parametrize("name", ["arrival_rate", "abandonment_rate", "within", "service_rate"])
def test_negative_numbers_are_refused(name: str) -> None:
    given = {"arrival_rate": 1.0, "service_rate": 1.0, "abandonment_rate": 1.0, "within": 1.0, name: -1.0}
    with pytest.raises(InvalidValue):
        answered_within(1, **given)
