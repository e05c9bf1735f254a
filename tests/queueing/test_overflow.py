"""Erlang A, overflow and Hayward: known figures, limits and agreement with each other."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore.errors import InvalidValue
from deskcore.queueing import (
    erlang_a,
    erlang_b,
    erlang_c,
    hayward,
    overflow_at_queue,
    overflow_at_wait,
    overflow_traffic,
)
from deskcore.queueing.overflow import erlang_b_continued

EXACT = 1e-12


def test_erlang_a_at_full_load() -> None:
    queue = erlang_a(50, arrival_rate=50, service_rate=1, abandonment_rate=0.5)
    assert math.isclose(queue.p_wait, 0.6011676517509918, rel_tol=EXACT)
    assert math.isclose(queue.p_abandon, 0.04668458591476542, rel_tol=EXACT)
    assert math.isclose(queue.mean_wait, 0.09336917182953085, rel_tol=EXACT)


@given(st.integers(1, 30), st.floats(0.1, 0.95))
def test_without_abandonment_erlang_a_is_erlang_c(servers: int, share: float) -> None:
    load = servers * share
    queue = erlang_a(servers, arrival_rate=load, service_rate=1, abandonment_rate=0)
    assert queue.p_wait == erlang_c(servers, load)


@given(st.integers(1, 30), st.floats(0.1, 40), st.floats(0.05, 5))
def test_who_leaves_has_waited(servers: int, rate: float, patience: float) -> None:
    """Law: the share that leaves is the abandonment rate times the mean wait."""
    queue = erlang_a(servers, arrival_rate=rate, service_rate=1, abandonment_rate=patience)
    assert math.isclose(queue.p_abandon, patience * queue.mean_wait, rel_tol=1e-9)
    assert queue.p_abandon <= queue.p_wait <= 1


@given(st.integers(0, 40), st.floats(0.01, 60))
def test_erlang_b_continued_agrees_at_whole_numbers(servers: int, load: float) -> None:
    assert math.isclose(erlang_b_continued(servers, load), erlang_b(servers, load), rel_tol=1e-11)


@given(st.floats(0, 30), st.floats(0.05, 40))
def test_more_servers_block_less(servers: float, load: float) -> None:
    assert erlang_b_continued(servers + 0.5, load) < erlang_b_continued(servers, load)


def test_hayward() -> None:
    assert math.isclose(hayward(12, 5, 2), 0.02823429495577380, rel_tol=EXACT)
    assert math.isclose(hayward(8, 4, 3), 0.1522132095140388, rel_tol=EXACT)


def test_peakedness_of_one_is_erlang_b() -> None:
    assert math.isclose(hayward(10, 8, 1), erlang_b(10, 8), rel_tol=EXACT)


def test_overflow_of_one_server() -> None:
    traffic = overflow_traffic(1, 1)
    assert traffic.mean == 0.5
    assert math.isclose(traffic.variance, 7 / 12, rel_tol=EXACT)


@given(st.integers(1, 20), st.integers(0, 20), st.floats(0.1, 30))
def test_more_places_never_send_on_more(servers: int, places: int, load: float) -> None:
    assert overflow_at_queue(servers, places + 1, load) <= overflow_at_queue(servers, places, load)


@given(st.integers(1, 20), st.floats(0.5, 25), st.floats(0.05, 3))
def test_a_longer_limit_never_sends_on_more(servers: int, rate: float, limit: float) -> None:
    shorter = overflow_at_wait(servers, arrival_rate=rate, service_rate=1, limit=limit)
    longer = overflow_at_wait(servers, arrival_rate=rate, service_rate=1, limit=limit * 2)
    assert longer.sent_on <= shorter.sent_on * (1 + 1e-9)
    assert longer.p_wait >= shorter.p_wait * (1 - 1e-9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: erlang_a(1, arrival_rate=1, service_rate=0, abandonment_rate=1),
        lambda: erlang_a(-1, arrival_rate=1, service_rate=1, abandonment_rate=1),
        lambda: erlang_a(1, arrival_rate=1, service_rate=1, abandonment_rate=-1),
        lambda: overflow_at_wait(1, arrival_rate=1, service_rate=1, limit=-1),
        lambda: overflow_at_queue(1, -1, 1),
        lambda: hayward(1, 1, 0),
        lambda: erlang_b_continued(-1, 1),
        lambda: erlang_b_continued(1, 0),
    ],
)
def test_what_makes_no_sense_is_refused(call: object) -> None:
    assert callable(call)
    with pytest.raises(InvalidValue):
        call()
