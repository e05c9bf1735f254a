"""Erlang B and Erlang C: the chance of being blocked, the chance of waiting, and how long.

Pure functions of floats; stable for thousands of servers, because the recursion runs on the inverse of the blocking
probability, which only grows. Loads are in erlangs (arrival rate times mean service time), waits in mean service times.

Layer: queueing. Imports errors only.
"""

from __future__ import annotations

import math

from deskcore.errors import InvalidValue

__all__ = [
    "erlang_b",
    "erlang_c",
    "least_servers",
    "mean_queue_length",
    "mean_wait",
    "service_level",
]


def erlang_b(servers: int, offered_load: float) -> float:
    """The share of arrivals that find all servers busy, when whoever finds them busy goes away (M/M/N/N).

    Cost: linear in the number of servers.

    >>> round(erlang_b(10, 5), 6)
    0.018385
    >>> erlang_b(0, 3.0)
    1.0

    Raises:
        InvalidValue: a negative number of servers, or a load that is negative or not finite.
    """
    _checked(servers, offered_load)
    if offered_load == 0:
        return 0.0 if servers else 1.0
    inverse = 1.0
    for busy in range(1, servers + 1):
        inverse = 1.0 + inverse * busy / offered_load
    return 1.0 / inverse


def erlang_c(servers: int, offered_load: float) -> float:
    """The share of arrivals that have to wait, when whoever finds all servers busy waits for ever (M/M/N).

    1 when the load reaches the number of servers or exceeds it: the line then grows without end. Cost: linear in the
    number of servers.

    >>> round(erlang_c(50, 45), 6)
    0.363864

    Raises:
        InvalidValue: a negative number of servers, or a load that is negative or not finite.
    """
    blocked = erlang_b(servers, offered_load)
    if offered_load >= servers:
        return 1.0
    return servers * blocked / (servers - offered_load * (1.0 - blocked))


def mean_wait(servers: int, offered_load: float) -> float:
    """The mean wait over all arrivals of M/M/N, those who need not wait included, in mean service times.

    Infinite when the load reaches the number of servers or exceeds it.

    >>> round(mean_wait(50, 45), 6)
    0.072773
    """
    waits = erlang_c(servers, offered_load)
    return math.inf if offered_load >= servers else waits / (servers - offered_load)


def mean_queue_length(servers: int, offered_load: float) -> float:
    """The mean number of those waiting in M/M/N, those being served not included (Little: load times mean wait).

    >>> round(mean_queue_length(50, 45), 4)
    3.2748
    """
    return offered_load * mean_wait(servers, offered_load) if offered_load else 0.0


def service_level(servers: int, offered_load: float, *, within: float) -> float:
    """The share of arrivals of M/M/N served within ``within`` mean service times, the limit included.

    >>> round(service_level(50, 45, within=0.2), 4)
    0.8661

    Raises:
        InvalidValue: ``within`` is negative.
    """
    if not within >= 0:
        raise InvalidValue("within", within, "must be zero or more mean service times")
    waits = erlang_c(servers, offered_load)
    return 0.0 if offered_load >= servers else 1.0 - waits * math.exp(-(servers - offered_load) * within)


def least_servers(offered_load: float, *, level: float, within: float) -> int:
    """The fewest servers of M/M/N with which the service level within ``within`` mean service times is reached.

    Cost: linear in the answer.

    >>> least_servers(45, level=0.8, within=0.2)
    50

    Raises:
        InvalidValue: ``level`` does not lie in 0 to 1 (1 itself is never reached), or ``within`` is negative.
    """
    if not 0 <= level < 1:
        raise InvalidValue("level", level, "must be at least 0 and below 1")
    if not within >= 0:
        raise InvalidValue("within", within, "must be zero or more mean service times")
    _checked(0, offered_load)
    if offered_load == 0:
        return 0
    servers, inverse = 0, 1.0
    while True:  # ends: the level tends to 1 as servers are added
        servers += 1
        inverse = 1.0 + inverse * servers / offered_load
        if servers <= offered_load:
            continue
        blocked = 1.0 / inverse
        waits = servers * blocked / (servers - offered_load * (1.0 - blocked))
        if 1.0 - waits * math.exp(-(servers - offered_load) * within) >= level:
            return servers


def _checked(servers: int, offered_load: float) -> None:
    if servers < 0:
        raise InvalidValue("servers", servers, "must not be negative")
    if not (math.isfinite(offered_load) and offered_load >= 0):
        raise InvalidValue("offered_load", offered_load, "must be a finite number of erlangs, zero or more")
