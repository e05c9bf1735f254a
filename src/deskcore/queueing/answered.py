"""Erlang A's service level: the share of all arrivals served within a limit when waiting customers may leave.

By the density of the virtual wait, which an arrival with patience enough would see, integrated by Gauss's rule.
Every term is positive, so no digits cancel.

Layer: queueing. Imports errors only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from deskcore.errors import InvalidValue
from deskcore.queueing.erlang import erlang_b, service_level

_PIECES: Final = 400
_DOUBLINGS: Final = 2_000
# Nodes and weights of eight points on -1..1; the rule is symmetric.
_NODES: Final = (0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363)
_WEIGHTS: Final = (0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763)
_NOTHING: Final = -80.0
"""Where the logarithm of the density lies so far below its peak that what follows adds nothing."""


def answered_within(
    servers: int, *, arrival_rate: float, service_rate: float, abandonment_rate: float, within: float
) -> float:
    """M/M/N+M: the share of all arrivals served within ``within``; who leaves was not served. An immediate one counts.

    Without abandonment it is Erlang C's service level. Cost: linear in the servers, and some thousand exponentials.

    >>> round(answered_within(14, arrival_rate=1 / 18, service_rate=1 / 180, abandonment_rate=1 / 300, within=20), 6)
    0.916792

    Raises:
        InvalidValue: a negative number, or a rate that is not finite or, for service, not above zero.
    """
    for name, value in (("arrival_rate", arrival_rate), ("abandonment_rate", abandonment_rate), ("within", within)):
        if not (math.isfinite(value) and value >= 0):
            raise InvalidValue(name, value, "must be finite, zero or more")
    if not (math.isfinite(service_rate) and service_rate > 0):
        raise InvalidValue("service_rate", service_rate, "must be a finite rate above zero")
    load = arrival_rate / service_rate
    if abandonment_rate == 0:
        return service_level(servers, load, within=within * service_rate)
    if servers <= 0:
        erlang_b(servers, load)
        return 0.0
    if arrival_rate == 0:
        return 1.0

    def height(wait: float) -> float:
        """Logarithm of the density of the virtual wait, but for a constant."""
        return -math.expm1(-abandonment_rate * wait) * arrival_rate / abandonment_rate - servers * service_rate * wait

    peak_at = max(math.log(load / servers), 0.0) / abandonment_rate
    peak = max(height(peak_at), 0.0)
    # In units in which the density is exp(height - peak): nobody waiting, then waits up to the limit, then all waits.
    idle = math.exp(-peak) / (arrival_rate * erlang_b(servers - 1, load))
    end = _end(height, peak, peak_at, 1.0 / (servers * service_rate))
    served = _integral(lambda wait: math.exp(height(wait) - peak - abandonment_rate * wait), min(within, end), peak_at)
    waiting = _integral(lambda wait: math.exp(height(wait) - peak), end, peak_at)
    return (idle + served) / (idle + waiting)


def _end(height: Callable[[float], float], peak: float, peak_at: float, step: float) -> float:
    for _ in range(_DOUBLINGS):
        if height(peak_at + step) - peak < _NOTHING:
            return peak_at + step
        step *= 2
    raise InvalidValue("abandonment_rate", step, "must let waits end")  # pragma: no cover - the density falls


def _integral(density: Callable[[float], float], end: float, peak_at: float) -> float:
    """From 0 to ``end``, in pieces before and after the peak."""
    edges = sorted({0.0, min(peak_at, end), end})
    total: list[float] = []
    for low, high in pairwise(edges):
        half = (high - low) / _PIECES / 2
        for piece in range(_PIECES):
            middle = low + (2 * piece + 1) * half
            total += [
                weight * half * (density(middle - half * node) + density(middle + half * node))
                for node, weight in zip(_NODES, _WEIGHTS, strict=True)
            ]
    return math.fsum(total)
