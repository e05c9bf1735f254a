"""Traffic that a full group sends on: how much, how bursty, and what a second group makes of it.

Loads are in erlangs. The equivalent random method: mean and variance of overflow, then Hayward's blocking.

Layer: queueing. Imports errors only.
"""

from __future__ import annotations

import math
from typing import Final, final

import attrs

from deskcore.errors import InvalidValue
from deskcore.queueing.erlang import erlang_b

_ENOUGH: Final = 1e-16
"""A continued fraction has come to rest when a step changes it by less."""


@final
@attrs.frozen
class OverflowTraffic:
    """Overflow as seen on an unlimited second group: its mean and variance in erlangs.

    >>> overflow_traffic(1, 1).mean
    0.5
    """

    mean: float
    variance: float

    @property
    def peakedness(self) -> float:
        """Variance over mean: 1 for random traffic, more for what comes in bursts; 1 when nothing overflows."""
        return self.variance / self.mean if self.mean else 1.0


def overflow_traffic(servers: int, offered_load: float) -> OverflowTraffic:
    """Mean and variance of what a loss group of N sends on (Wilkinson, Riordan). Cost: linear in the servers.

    >>> round(overflow_traffic(10, 8).peakedness, 6)
    2.040157
    """
    mean = offered_load * erlang_b(servers, offered_load)
    return OverflowTraffic(mean, mean * (1.0 - mean + offered_load / (servers + 1 + mean - offered_load)))


def overflow_at_queue(servers: int, waiting_places: int, offered_load: float) -> float:
    """The share of arrivals sent on when they find all servers busy and ``waiting_places`` waiting (M/M/N/N+K).

    Without waiting places it is Erlang B. Cost: linear in servers and places.

    >>> overflow_at_queue(20, 0, 22) == erlang_b(20, 22)
    True

    Raises:
        InvalidValue: a negative number of places, servers or load.
    """
    if waiting_places < 0:
        raise InvalidValue("waiting_places", waiting_places, "must not be negative")
    blocked = erlang_b(servers, offered_load)
    if servers == 0 or blocked == 0 or waiting_places == 0:
        return blocked
    share = offered_load / servers
    inverse = 1.0 / blocked
    for _ in range(waiting_places):
        inverse = 1.0 + inverse / share
    return 1.0 / inverse


def erlang_b_continued(servers: float, offered_load: float) -> float:
    """Erlang B for any real number of servers of zero or more: Fortet's integral. Equal to it at whole numbers.

    Cost: linear in the number of servers.

    >>> math.isclose(erlang_b_continued(10, 5), erlang_b(10, 5), rel_tol=1e-14)
    True

    Raises:
        InvalidValue: a negative number of servers, or a load that is not above zero.
    """
    if not (math.isfinite(servers) and servers >= 0):
        raise InvalidValue("servers", servers, "must be a finite number, zero or more")
    if not (math.isfinite(offered_load) and offered_load > 0):
        raise InvalidValue("offered_load", offered_load, "must be a finite number of erlangs above zero")
    whole = math.floor(servers)
    part = servers - whole
    inverse = _inverse_below_one(part, offered_load)
    for step in range(1, whole + 1):
        inverse = 1.0 + inverse * (part + step) / offered_load
    return 1.0 / inverse


def hayward(servers: float, offered_load: float, peakedness: float) -> float:
    """Blocking of traffic of a peakedness by Hayward's approximation: Erlang B at N/z and A/z.

    >>> round(hayward(12, 5, 2), 8)
    0.02823429

    Raises:
        InvalidValue: the peakedness is not above zero.
    """
    if not (math.isfinite(peakedness) and peakedness > 0):
        raise InvalidValue("peakedness", peakedness, "must be a finite number above zero")
    return erlang_b_continued(servers / peakedness, offered_load / peakedness)


def _inverse_below_one(part: float, load: float) -> float:
    """1 / B for a number of servers in [0, 1): exp(a) a**-x times the upper incomplete gamma function at (1 + x, a)."""
    shape = 1.0 + part
    if load < shape + 1.0:
        term = total = 1.0 / shape
        for step in range(1, 500):
            term *= load / (shape + step)
            total += term
            if term < total * 1e-17:
                break
        whole: float = math.exp(load) * load ** (-part) * math.gamma(shape)
        return whole - load * total
    # Lentz's continued fraction; the leading exp(-a) a**(1 + x) cancels against the factor in front.
    tiny = 1e-300
    below = load + 1.0 - shape
    above = 1.0 / tiny
    inner = 1.0 / below
    fraction = inner
    for step in range(1, 10_000):
        factor = -step * (step - shape)
        below += 2.0
        inner = 1.0 / (factor * inner + below or tiny)
        above = below + factor / above or tiny
        change = inner * above
        fraction *= change
        if abs(change - 1.0) < _ENOUGH:
            break
    return load * fraction
