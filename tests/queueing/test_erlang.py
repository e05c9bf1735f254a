"""Erlang B and C against published digits and against the definitions written out."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore.errors import InvalidValue
from deskcore.queueing import erlang_b, erlang_c, least_servers, mean_queue_length, mean_wait, service_level

# 16 significant digits, computed at 50 digits by two methods each.
BLOCKING = [
    (10, 12.0, 0.3019250402863794),
    (10, 5.0, 0.01838457033664813),
]
SERVERS = st.integers(1, 60)
LOADS = st.integers(1, 400).map(lambda tenths: tenths / 10)


def _blocking_by_definition(servers: int, load: float) -> Fraction:
    exact = Fraction(load)
    terms = [exact**busy / math.factorial(busy) for busy in range(servers + 1)]
    return terms[-1] / sum(terms)


@pytest.mark.parametrize(("servers", "load", "expected"), BLOCKING)
def test_blocking_agrees_with_published_digits(servers: int, load: float, expected: float) -> None:
    assert erlang_b(servers, load) == pytest.approx(expected, rel=1e-12)


@given(servers=SERVERS, load=LOADS)
def test_blocking_is_the_definition(servers: int, load: float) -> None:
    """Erlang B is a term of the exponential series over the sum of the terms up to it."""
    assert erlang_b(servers, load) == pytest.approx(float(_blocking_by_definition(servers, load)), rel=1e-12)


@given(servers=SERVERS, load=LOADS)
def test_waiting_is_likelier_than_being_blocked(servers: int, load: float) -> None:
    """Those who wait keep servers busy for others, those who go away do not."""
    assert erlang_c(servers, load) >= erlang_b(servers, load)


@given(servers=SERVERS, load=LOADS)
def test_one_more_server_never_hurts(servers: int, load: float) -> None:
    assert erlang_b(servers + 1, load) <= erlang_b(servers, load)
    assert erlang_c(servers + 1, load) <= erlang_c(servers, load)


@given(load=LOADS, level=st.sampled_from([0.5, 0.8, 0.95]), within=st.sampled_from([0.0, 0.1, 1.0]))
def test_least_servers_reach_the_level_and_one_fewer_do_not(load: float, level: float, within: float) -> None:
    servers = least_servers(load, level=level, within=within)

    assert service_level(servers, load, within=within) >= level
    assert service_level(servers - 1, load, within=within) < level


def test_a_crowded_desk_of_fifty_waits_as_the_textbook_says() -> None:
    assert erlang_c(50, 45) == pytest.approx(0.363864, abs=5e-7)
    assert mean_wait(50, 45) == pytest.approx(0.072773, abs=5e-7)
    assert mean_queue_length(50, 45) == pytest.approx(45 * mean_wait(50, 45))


def test_an_overloaded_desk_makes_everybody_wait_for_ever() -> None:
    assert erlang_c(5, 5.0) == 1.0
    assert mean_wait(5, 6.0) == math.inf
    assert service_level(5, 6.0, within=10) == 0.0


def test_no_load_needs_no_servers() -> None:
    assert least_servers(0, level=0.9, within=0.2) == 0
    assert erlang_b(0, 0) == 1.0
    assert erlang_b(1, 0) == 0.0
    assert mean_queue_length(1, 0) == 0.0


def test_thousands_of_servers_neither_overflow_nor_vanish() -> None:
    assert 0 < erlang_b(5_000, 5_000) < 0.02
    assert erlang_b(5_000, 10.0) == 0.0


@pytest.mark.parametrize(("servers", "load"), [(-1, 1.0), (1, -1.0), (1, math.nan), (1, math.inf)])
def test_nonsense_is_refused(servers: int, load: float) -> None:
    with pytest.raises(InvalidValue):
        erlang_b(servers, load)


@pytest.mark.parametrize(("level", "within"), [(1.0, 0.2), (-0.1, 0.2), (0.8, -1.0), (math.nan, 0.2)])
def test_a_level_that_cannot_be_reached_is_refused(level: float, within: float) -> None:
    with pytest.raises(InvalidValue):
        least_servers(3.0, level=level, within=within)
