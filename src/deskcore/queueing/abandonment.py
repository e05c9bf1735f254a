"""Erlang A: waiting customers who lose patience (M/M/N+M), and those who are sent on after a fixed wait (M/M/N+D).

Rates are per one unit of time, waits in that unit. Every sum is of positive terms, so no digits cancel.

Layer: queueing. Imports errors only.
"""

from __future__ import annotations

import math
from typing import Final, final

import attrs

from deskcore.errors import InvalidValue
from deskcore.queueing.erlang import erlang_b, erlang_c

_NOTHING: Final = 1e-300
"""What a share is below which it counts for nothing."""
_TERMS: Final = 5_000_000
"""The longest line that is summed over."""


@final
@attrs.frozen
class ImpatientQueue:
    """What becomes of arrivals who may leave: the share that finds all busy, the share that leaves, the mean wait.

    The mean wait is over all arrivals, those who leave and those who need not wait included.

    >>> round(erlang_a(5, arrival_rate=4, service_rate=1, abandonment_rate=0.5).p_abandon, 6)
    0.077969
    """

    p_wait: float
    p_abandon: float
    mean_wait: float


def erlang_a(servers: int, *, arrival_rate: float, service_rate: float, abandonment_rate: float) -> ImpatientQueue:
    """M/M/N+M: each waiting customer leaves at ``abandonment_rate``, whatever the place in line.

    Without abandonment it is Erlang C. Cost: linear in the servers and in the length the line may reach.

    >>> erlang_a(1, arrival_rate=0.5, service_rate=1, abandonment_rate=0).p_wait
    0.5

    Raises:
        InvalidValue: a negative number or rate, or a line too long to be summed over.
    """
    _rates(servers, arrival_rate, service_rate)
    if not (math.isfinite(abandonment_rate) and abandonment_rate >= 0):
        raise InvalidValue("abandonment_rate", abandonment_rate, "must be a finite rate, zero or more")
    if arrival_rate == 0:
        return ImpatientQueue(0.0 if servers else 1.0, 0.0, 0.0)
    load = arrival_rate / service_rate
    if abandonment_rate == 0:
        waits = erlang_c(servers, load)
        mean = math.inf if load >= servers else waits / (servers * service_rate - arrival_rate)
        return ImpatientQueue(waits, 0.0, mean)
    empty, line, places = _line(servers * service_rate, arrival_rate, abandonment_rate)
    blocked = erlang_b(servers, load)
    whole = empty * (1.0 - blocked) + blocked * line
    waiting = blocked * places / whole
    p_wait = blocked * line / whole
    return ImpatientQueue(p_wait, abandonment_rate * waiting / arrival_rate, waiting / arrival_rate)


def _line(serving: float, arriving: float, leaving: float) -> tuple[float, float, float]:
    """How often all are busy with nobody in line, with anybody or nobody, and the places in line summed so.

    Relative to the likeliest length, from which the sums go outward: a long line would leave the range of floats if
    they began at its head.
    """
    likeliest = max(0, math.floor((arriving - serving) / leaving))
    terms, places = [1.0], [float(likeliest)]
    term = 1.0
    for length in range(likeliest + 1, likeliest + _TERMS):
        term *= arriving / (serving + length * leaving)
        terms.append(term)
        places.append(length * term)
        shrinks = 1.0 - arriving / (serving + (length + 1) * leaving)
        if length * term < 1e-18 * max(1, likeliest) * shrinks * shrinks:
            break
    else:
        raise InvalidValue("abandonment_rate", leaving, f"must let the line stay within {_TERMS} places of its peak")
    term = 1.0
    for length in range(likeliest, max(0, likeliest - _TERMS), -1):
        term *= (serving + length * leaving) / arriving
        terms.append(term)
        places.append((length - 1) * term)
        if term < _NOTHING:
            break
    empty = 0.0 if likeliest and term < _NOTHING else term
    return empty, math.fsum(terms), math.fsum(places)


@final
@attrs.frozen
class LimitedWait:
    """What becomes of arrivals who are sent on at a fixed wait: the share sent on, the share that finds all busy.

    >>> round(overflow_at_wait(10, arrival_rate=10, service_rate=1, limit=0.3).sent_on, 6)
    0.130545
    """

    sent_on: float
    p_wait: float


def overflow_at_wait(servers: int, *, arrival_rate: float, service_rate: float, limit: float) -> LimitedWait:
    """M/M/N with deterministic patience: whoever has waited ``limit`` is sent on, for instance to a partner desk.

    With a limit of 0 it is Erlang B. By level crossing of the virtual wait. Cost: linear in the servers.

    >>> overflow_at_wait(10, arrival_rate=5, service_rate=1, limit=0).sent_on == erlang_b(10, 5)
    True

    Raises:
        InvalidValue: no server, a rate that is not positive, or a negative limit.
    """
    _rates(servers, arrival_rate, service_rate)
    if not (math.isfinite(limit) and limit >= 0):
        raise InvalidValue("limit", limit, "must be a finite time, zero or more")
    load = arrival_rate / service_rate
    if limit == 0 or servers == 0 or arrival_rate == 0:
        blocked = erlang_b(servers, load)
        return LimitedWait(blocked, blocked)
    spare = servers * service_rate - arrival_rate
    blocked = erlang_b(servers - 1, load)
    # Under overload the density of the wait grows up to the limit, so it is measured from there.
    head, tail = (1.0, math.exp(-spare * limit)) if spare >= 0 else (math.exp(spare * limit), 1.0)
    inside = limit if spare == 0 else -math.expm1(-abs(spare) * limit) / abs(spare)
    beyond = blocked * arrival_rate * tail / (servers * service_rate)
    waiting = blocked * arrival_rate * inside + beyond
    return LimitedWait(beyond / (head + waiting), waiting / (head + waiting))


def _rates(servers: int, arrival_rate: float, service_rate: float) -> None:
    if servers < 0:
        raise InvalidValue("servers", servers, "must not be negative")
    if not (math.isfinite(arrival_rate) and arrival_rate >= 0):
        raise InvalidValue("arrival_rate", arrival_rate, "must be a finite rate, zero or more")
    if not (math.isfinite(service_rate) and service_rate > 0):
        raise InvalidValue("service_rate", service_rate, "must be a finite rate above zero")
