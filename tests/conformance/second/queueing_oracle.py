"""Queueing formulas at fifty digits, from the balance equations and by quadrature; shares nothing with the library."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, getcontext
from typing import Any

getcontext().prec = 50

D = Decimal
Value = dict[str, Any]


def shown(number: Decimal) -> str:
    """Twenty digits, as the format writes results."""
    return str(+number.normalize()) if not number else f"{number:.19e}"


def birth_death(
    up: Callable[[int], Decimal], down: Callable[[int], Decimal], last: int | None, least: int = 0
) -> list[Decimal]:
    """The steady state of a chain: the share of time in each state; without a last one, until nothing is left."""
    weights, state = [D(1)], 0
    while state < (least if last is None else last) or (last is None and weights[-1] > weights[least] * D("1e-48")):
        state += 1
        weights.append(weights[-1] * up(state - 1) / down(state))
    total = sum(weights)
    return [weight / total for weight in weights]


def blocking(servers: int, load: Decimal) -> Decimal:
    return birth_death(lambda _: load, D, servers)[-1]


def waiting(servers: int, load: Decimal) -> Decimal:
    b = blocking(servers, load)
    return servers * b / (servers - load * (1 - b))


def erlang_b(servers: int, load: str) -> Value:
    return {"kind": "erlang_b", "servers": servers, "offered_load": load, "value": shown(blocking(servers, D(load)))}


def erlang_c(servers: int, load: str) -> Value:
    a = D(load)
    c = waiting(servers, a)
    return {
        "kind": "erlang_c",
        "servers": servers,
        "offered_load": load,
        "value": shown(c),
        "mean_wait_in_service_times": shown(c / (servers - a)),
        "mean_queue_length": shown(c * a / (servers - a)),
        "service_level_within_0_2_service_times": shown(1 - c * (-(servers - a) / 5).exp()),
    }


def erlang_a(servers: int, arrivals: str, service: str, leaving: str) -> Value:
    lam, mu, theta = D(arrivals), D(service), D(leaving)
    share = birth_death(lambda _: lam, lambda n: min(n, servers) * mu + max(0, n - servers) * theta, None, servers)
    line = sum((n - servers) * p for n, p in enumerate(share) if n > servers)
    left = theta * line / lam
    return {
        "kind": "erlang_a",
        "servers": servers,
        "arrival_rate": arrivals,
        "service_rate": service,
        "abandonment_rate": leaving,
        "p_wait": shown(sum(share[servers:], D(0))),
        "p_abandon": shown(left),
        "mean_wait": shown(left / theta),
    }


def hayward(servers: str, load: str, peakedness: str) -> Value:
    """The integral from 0 to infinity by the double exponential rule: u = a y = exp(t - exp(-t))."""
    n, a = D(servers) / D(peakedness), D(load) / D(peakedness)
    step, total = D(1) / 64, D(0)
    for k in range(-64 * 6, 64 * 9):
        t = k * step
        down = (-t).exp()
        u = (t - down).exp()
        power = n * (1 + u / a).ln() - u
        if power > -130:
            total += power.exp() * u * (1 + down) * step
    return {
        "kind": "hayward_blocking",
        "servers": servers,
        "offered_load": load,
        "peakedness": peakedness,
        "value": shown(1 / total),
    }


def moments(servers: int, load: str) -> Value:
    a = D(load)
    m = a * blocking(servers, a)
    v = m * (1 - m + a / (servers + 1 + m - a))
    return {
        "kind": "overflow_traffic_moments",
        "servers": servers,
        "offered_load": load,
        "mean": shown(m),
        "variance": shown(v),
        "peakedness": shown(v / m),
    }


def queue_limit(servers: int, places: int, load: str) -> Value:
    a = D(load)
    share = birth_death(lambda _: a, lambda n: D(min(n, servers)), servers + places)
    return {
        "kind": "overflow_fraction_queue_limit",
        "servers": servers,
        "waiting_places": places,
        "offered_load": load,
        "value": shown(share[-1]),
    }


def wait_limit(servers: int, arrivals: str, service: str, limit: str) -> Value:
    """The work that an arrival finds: all busy with density f(w), f falling at N mu - lambda below the limit and N mu above."""
    lam, mu, tau = D(arrivals), D(service), D(limit)
    share = birth_death(lambda _: lam, lambda n: n * mu, servers - 1)
    start, slope, drain = lam * share[-1], servers * mu - lam, servers * mu
    end = start * (-slope * tau).exp()
    below = start * tau if not slope else (start - end) / slope
    beyond = end / drain
    total = 1 + below + beyond
    return {
        "kind": "overflow_fraction_wait_limit",
        "servers": servers,
        "arrival_rate": arrivals,
        "service_rate": service,
        "wait_limit": limit,
        "value": shown(beyond / total),
        "p_not_served_at_once": shown((below + beyond) / total),
    }


def level(servers: int, load: Decimal, within: Decimal) -> Decimal:
    return 1 - waiting(servers, load) * (-(servers - load) * within).exp() if servers > load else D(0)


def least(load: str, wanted: str, within: str) -> Value | None:
    a, goal, t = D(load), D(wanted), D(within)
    servers = int(a) + 1
    while level(servers, a, t) < goal:
        servers += 1
    if servers - 1 <= a:
        return None  # the page gives no level where the load is not below the servers
    return {
        "kind": "least_servers_erlang_c",
        "offered_load": load,
        "service_level": wanted,
        "within_service_times": within,
        "value": servers,
        "achieved": shown(level(servers, a, t)),
        "one_fewer_achieves": shown(level(servers - 1, a, t)),
    }


def grid() -> list[Value]:
    """Small and large, light and heavy, near the edge of stability."""
    loads = ["0.001", "0.3", "1", "2.5", "7", "9.99", "30", "95"]
    found: list[Value | None] = [erlang_b(n, a) for n in (0, 1, 2, 5, 10, 40, 100) for a in loads]
    found += [erlang_c(n, a) for n in (1, 2, 5, 10, 31, 100) for a in loads if float(a) < n]
    found += [moments(n, a) for n in (1, 3, 10, 40) for a in loads]
    found += [
        queue_limit(n, k, a) for n in (1, 4, 10) for k in (0, 1, 5, 40) for a in ("0.3", "2.5", "4", "9.99", "30")
    ]
    found += [
        erlang_a(n, lam, mu, theta)
        for n in (1, 5, 20)
        for lam in ("0.5", "4.9", "25")
        for mu, theta in (("1", "1"), ("1", "0.1"), ("0.5", "2"), ("1", "0.001"))
    ]
    found += [
        wait_limit(n, lam, mu, tau)
        for n in (1, 5, 20)
        for lam in ("0.5", "5", "21")
        for mu in ("1", "0.25")
        for tau in ("0", "0.1", "3")
    ]
    found += [
        hayward(n, a, z) for n, a, z in (("10", "8", "1"), ("10", "8", "1.7"), ("3", "5", "2.5"), ("40", "30", "0.8"), ("1", "0.5", "3"), ("25", "40", "1.3"))
    ]  # fmt: skip
    found += [least(a, goal, t) for a in loads for goal in ("0.5", "0.8", "0.95", "0.999") for t in ("0", "0.1", "1")]
    return [{"id": f"2nd-value-{place}", **one} for place, one in enumerate(one for one in found if one is not None)]
