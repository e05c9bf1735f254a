"""The indicators as the format page states them, by the plainest arithmetic; shares nothing with the library.

Every function draws one question and answers it with exact fractions or direct sums.
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import NormalDist
from typing import Any

Question = tuple[dict[str, Any], dict[str, Any]]
Drawn = Callable[[random.Random], Question]

# --- staffing


def blocking(servers: int, load: float) -> float:
    """One over the sum of the quotients of successive terms of the Poisson series."""
    total, term = 0.0, 1.0
    for left in range(servers, -1, -1):
        total += term
        term *= left / load
    return 1.0 / total


def waiting(servers: int, load: float) -> float:
    b = blocking(servers, load)
    return servers * b / (servers - load * (1 - b))


def level(servers: int, load: float, within: float) -> float:
    """`within` in service times."""
    return 1 - waiting(servers, load) * math.exp(-(servers - load) * within)


def least(load: float, within: float, target: float, occupancy: float) -> int:
    servers = math.floor(load) + 1
    while level(servers, load, within) < target or load / servers > occupancy:
        servers += 1
    return servers


def text(value: float) -> Fraction:
    return Fraction(str(value))


def scheduled(raw: int, shrinkage: float) -> int:
    return math.ceil(raw / (1 - text(shrinkage)))


def outlook(rng: random.Random) -> Question:
    aht, interval, calls = rng.randrange(30, 600), rng.choice([900, 1800, 3600]), rng.randrange(5, 400)
    within = rng.choice([0, 10, 20, 45, 120])
    load = calls * aht / interval
    agents = max(1, math.floor(load) + rng.randrange(-1, 6))
    given = {"calls": calls, "interval_s": interval, "aht_s": aht, "agents": agents, "answer_within_s": within}
    if load >= agents:
        return given, {"stable": False}
    c = waiting(agents, load)
    return given, {
        "offered_load_erlangs": load,
        "wait_probability": c,
        "answered_immediately": 1 - c,
        "service_level": level(agents, load, within / aht),
        "occupancy": load / agents,
        "asa_s": c * aht / (agents - load),
    }


def impatient(rng: random.Random) -> Question:
    """Erlang A from the steady state of the birth and death chain; the level by the wait of a customer who finds k waiting."""
    aht, interval, calls = rng.randrange(60, 600), rng.choice([900, 1800]), rng.randrange(5, 150)
    patience, within = rng.randrange(20, 900), rng.choice([0, 10, 20, 60])
    load = calls * aht / interval
    agents = max(1, math.floor(load) + rng.randrange(-3, 5))
    arrivals, service, leaving = calls / interval, 1 / aht, 1 / patience
    weights, state = [1.0], 0
    while state < agents or weights[-1] > 1e-18 * max(weights):
        state += 1
        weights.append(weights[-1] * arrivals / (min(state, agents) * service + max(0, state - agents) * leaving))
    total = sum(weights)
    busy = sum(min(k, agents) * w for k, w in enumerate(weights)) / total
    queue = sum(max(0, k - agents) * w for k, w in enumerate(weights)) / total
    abandoned = leaving * queue / arrivals
    answered = sum(weights[:agents]) / total
    answered += sum(
        w / total * _in_time(k - agents, agents * service, leaving, within)
        for k, w in enumerate(weights)
        if k >= agents and w > 1e-15 * total
    )
    return {
        "calls": calls,
        "interval_s": interval,
        "aht_s": aht,
        "patience_s": patience,
        "agents": agents,
        "answer_within_s": within,
    }, {
        "wait_probability": sum(weights[agents:]) / total,
        "abandonment_probability": abandoned,
        "occupancy": busy / agents,
        "mean_wait_s": abandoned * patience,
        "service_level": answered,
        "tol": 1e-7,
    }


def _in_time(ahead: int, serving: float, leaving: float, within: float) -> float:
    """P(served within T | this many ahead). The line ahead is a pure death chain; uniformised."""
    if within == 0:
        return 0.0
    # states: ahead..0 still waiting, absorbed: served or left; from j ahead: to j-1 (or served) and lost to impatience
    rates = [serving + j * leaving for j in range(ahead + 1)]
    top = rates[-1] + leaving
    here = [0.0] * (ahead + 1)
    here[ahead] = 1.0
    served, result, weight, step = 0.0, 0.0, math.exp(-top * within), 0
    seen = 0.0
    while seen < 1 - 1e-13 and step < 100000:
        result += weight * served
        seen += weight
        after = [0.0] * (ahead + 1)
        gained = 0.0
        for j, mass in enumerate(here):
            if not mass:
                continue
            down = rates[j] / top
            if j:
                after[j - 1] += mass * down
            else:
                gained += mass * down
            after[j] += mass * (1 - down - leaving / top)
        here, served, step = after, served + gained, step + 1
        weight *= top * within / step
    return result


def staffing(rng: random.Random) -> Question:
    aht, interval, calls = rng.randrange(30, 600), rng.choice([900, 1800, 3600]), rng.randrange(5, 400)
    within, target = rng.choice([5, 10, 20, 45, 120]), rng.choice([0.5, 0.8, 0.9, 0.95, 0.99])
    given = {
        "calls": calls,
        "interval_s": interval,
        "aht_s": aht,
        "answer_within_s": within,
        "target_service_level": target,
    }
    occupancy, shrinkage = 1.0, 0.0
    if rng.random() < 0.5:
        occupancy = given["max_occupancy"] = rng.choice([0.7, 0.75, 0.8, 0.85, 0.9])
    if rng.random() < 0.5:
        shrinkage = given["shrinkage"] = rng.choice([0.1, 0.2, 0.25, 0.3, 0.35, 0.4])
    load = calls * aht / interval
    raw = least(load, within / aht, target, occupancy)
    return given, {
        "raw_agents": raw,
        "scheduled_agents": scheduled(raw, shrinkage),
        "service_level": level(raw, load, within / aht),
        "uplift_over_load": raw / load - 1,
    }


def growth(rng: random.Random) -> Question:
    aht, within, target = rng.randrange(60, 600), rng.choice([10, 20, 60]), rng.choice([0.7, 0.8, 0.9])
    rate, sizes = rng.choice([0.05, 0.1, 0.3, 0.7]), rng.sample([1, 5, 10, 33, 100, 250, 1000], 3)
    answer = {}
    for size in sizes:
        load = size * rate * aht / 3600
        answer[str(size)] = {"offered_load_erlangs": load, "raw_agents": least(load, within / aht, target, 1.0)}
    return {
        "customers": sizes,
        "contacts_per_customer_hour": rate,
        "aht_s": aht,
        "answer_within_s": within,
        "target_service_level": target,
    }, answer


def pooled(rng: random.Random) -> Question:
    aht, interval, calls = rng.randrange(30, 600), rng.choice([900, 1800, 3600]), rng.randrange(5, 100)
    within, target, desks = rng.choice([10, 20, 60]), rng.choice([0.7, 0.8, 0.9]), rng.randrange(1, 6)
    load = calls * aht / interval
    return {
        "desks": desks,
        "calls_each": calls,
        "interval_s": interval,
        "aht_s": aht,
        "answer_within_s": within,
        "target_service_level": target,
    }, {
        "agents_separate_total": desks * least(load, within / aht, target, 1.0),
        "agents_pooled": least(load * desks, within / aht, target, 1.0),
    }


def shrunk(rng: random.Random) -> Question:
    raw, share = rng.randrange(1, 200), rng.choice([0, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.7])
    return {"raw_agents": raw, "shrinkage": share}, {"scheduled_agents": scheduled(raw, share)}


def lost(rng: random.Random) -> Question:
    load, servers = rng.choice([0.1, 0.5, 1, 2.5, 7, 30, 120]), rng.randrange(1, 60)
    return {"offered_load_erlangs": load, "servers": servers}, {"blocking_probability": blocking(servers, load)}


# --- intervals and samples


def normal(share: float) -> float:
    return NormalDist().inv_cdf(share)


def wilson(x: int, n: int, z: float) -> list[float]:
    p = x / n
    middle, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    below = 1 + z * z / n
    return [max(0.0, (middle - spread) / below), min(1.0, (middle + spread) / below)]


def _binomial_at_most(x: int, n: int, p: float) -> float:
    return math.fsum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(x + 1))


def _root(holds: Callable[[float], bool]) -> float:
    """Where `holds` turns from true to false as its argument grows."""
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return (low + high) / 2


def clopper(x: int, n: int, confidence: float) -> list[float]:
    tail = (1 - confidence) / 2
    low = 0.0 if x == 0 else _root(lambda p: 1 - _binomial_at_most(x - 1, n, p) < tail)
    high = 1.0 if x == n else _root(lambda p: _binomial_at_most(x, n, p) > tail)
    return [low, high]


def interval(rng: random.Random) -> Question:
    n = rng.choice([0, 1, 2, 7, 40, 150])
    x, confidence = rng.choice([0, n, rng.randint(0, n)]), rng.choice([0.8, 0.9, 0.95, 0.99])
    given: dict[str, Any] = {"successes": x, "trials": n, "confidence": confidence}
    lower = rng.random() < 0.4
    if lower:
        given["side"] = "lower"
    if not n:
        return given, {"defined": False}
    if lower:
        return given, {"wilson_lower": wilson(x, n, normal(confidence))[0]}
    z = normal(1 - (1 - confidence) / 2)
    return given, {"wilson": wilson(x, n, z), "clopper_pearson": clopper(x, n, confidence)}


def half_up(value: Fraction) -> int:
    return math.floor(value + Fraction(1, 2))


def table(rng: random.Random) -> Question:
    sizes = [rng.randrange(1, 10 ** rng.randrange(1, 7)) for _ in range(6)]
    chi, d, p = rng.choice([2.706, 3.841, 6.635]), rng.choice([0.01, 0.025, 0.05, 0.1]), rng.choice([0.1, 0.3, 0.5])
    x, d_, p_ = text(chi), text(d), text(p)
    return {"population_sizes": sizes, "confidence_chi2": chi, "margin": d, "assumed_p": p}, {
        "sample_sizes": [half_up(x * n * p_ * (1 - p_) / (d_**2 * (n - 1) + x * p_ * (1 - p_))) for n in sizes]
    }


def size(rng: random.Random) -> Question:
    d, c, p = rng.choice([0.01, 0.02, 0.05, 0.1]), rng.choice([0.9, 0.95, 0.99]), rng.choice([0.05, 0.2, 0.5])
    given = {"margin": d, "confidence": c, "assumed_p": p, "population": None}
    return given, {"sample_size": math.ceil(normal(1 - (1 - c) / 2) ** 2 * p * (1 - p) / d**2)}


def allocation(rng: random.Random) -> Question:
    strata, sample = [rng.randrange(1, 900) for _ in range(rng.randrange(1, 6))], rng.randrange(0, 80)
    given: dict[str, Any] = {"strata_sizes": strata, "sample": sample}
    weights = [Fraction(one) for one in strata]
    if rng.random() < 0.5:
        given["strata_sd"] = [rng.choice([0.1, 0.2, 0.3, 0.5, 1.2]) for _ in strata]
        weights = [w * text(sd) for w, sd in zip(weights, given["strata_sd"], strict=True)]
    shares = [w * sample / sum(weights) for w in weights]
    parts = [math.floor(one) for one in shares]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], i))
    for i in order[: sample - sum(parts)]:
        parts[i] += 1
    if any(part > one for part, one in zip(parts, strata, strict=True)):
        return allocation(rng)  # more than the stratum holds: the page does not say
    return given, {"allocation": parts}


def stratified(rng: random.Random) -> Question:
    rows = []
    for _ in range(rng.randrange(1, 5)):
        n = rng.randrange(2, 60)
        rows.append({"population": rng.randrange(n, 2000), "sample": n, "successes": rng.randint(0, n)})
    whole = sum(row["population"] for row in rows)
    estimate, variance = Fraction(0), 0.0
    for row in rows:
        w, p = Fraction(row["population"], whole), Fraction(row["successes"], row["sample"])
        estimate += w * p
        s2 = Fraction(row["sample"], row["sample"] - 1) * p * (1 - p)
        variance += float(w**2 * (1 - Fraction(row["sample"], row["population"])) * s2 / row["sample"])
    return {"strata": rows}, {
        "estimate": float(estimate),
        "naive_pooled": sum(row["successes"] for row in rows) / sum(row["sample"] for row in rows),
        "standard_error": math.sqrt(variance),
    }


def margin(rng: random.Random) -> Question:
    n = rng.randrange(1, 200)
    x, whole, c = rng.choice([0, n, rng.randint(0, n)]), n + rng.randrange(1, 1000), rng.choice([0.8, 0.95, 0.99])
    plain = normal(1 - (1 - c) / 2) * math.sqrt(x / n * (1 - x / n) / n)
    given = {"successes": x, "trials": n, "population": whole, "confidence": c}
    return given, {"margin_without_fpc": plain, "margin": plain * math.sqrt((whole - n) / (whole - 1))}


def _drawn_at_most(x: int, whole: int, marked: int, n: int) -> Fraction:
    ways = sum(
        math.comb(marked, k) * math.comb(whole - marked, n - k) for k in range(max(0, n - whole + marked), x + 1)
    )
    return Fraction(ways, math.comb(whole, n))


def in_population(rng: random.Random) -> Question:
    whole = rng.randrange(5, 120)
    n = rng.randrange(1, whole + 1)
    x, c = rng.choice([0, n, rng.randint(0, n)]), rng.choice([0.8, 0.9, 0.95])
    tail = (1 - text(c)) / 2
    kept = [
        d
        for d in range(x, whole - n + x + 1)
        if (1 - (_drawn_at_most(x - 1, whole, d, n) if x else 0)) > tail and _drawn_at_most(x, whole, d, n) > tail
    ]
    return {"successes": x, "sample": n, "population": whole, "confidence": c}, {
        "population_successes": [kept[0], kept[-1]],
        "rate": [kept[0] / whole, kept[-1] / whole],
    }


# --- acceptance

AQLS = [0.1, 0.15, 0.25, 0.4, 0.65, 1, 1.5, 2.5, 4, 6.5, 10]
SIZES = [2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500]
LETTERS = "ABCDEFGHJKLMN"
EDGES = [8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10000, 35000, 150000]
NORMAL = """v v v v v v v v v 0 -|v v v v v v v v 0 ^ v|v v v v v v v 0 ^ v 1|v v v v v v 0 ^ v 1 2|v v v v v 0 ^ v 1 2 3
v v v v 0 ^ v 1 2 3 5|v v v 0 ^ v 1 2 3 5 7|v v 0 ^ v 1 2 3 5 7 10|v 0 ^ v 1 2 3 5 7 10 14|0 ^ v 1 2 3 5 7 10 14 21
^ v 1 2 3 5 7 10 14 21 ^|v 1 2 3 5 7 10 14 21 ^ ^|1 2 3 5 7 10 14 21 ^ ^ ^"""
TIGHTENED = """v v v v v v v v v v -|v v v v v v v v v 0 v|v v v v v v v v 0 v v|v v v v v v v 0 v v 1|v v v v v v 0 v v 1 2
v v v v v 0 v v 1 2 3|v v v v 0 v v 1 2 3 5|v v v 0 v v 1 2 3 5 8|v v 0 v v 1 2 3 5 8 12|v 0 v v 1 2 3 5 8 12 18
0 v v 1 2 3 5 8 12 18 ^|v v 1 2 3 5 8 12 18 ^ ^|v 1 2 3 5 8 12 18 ^ ^ ^"""
TABLES = {
    name: [row.split() for row in page.replace("\n", "|").split("|")]
    for name, page in (("normal", NORMAL), ("tightened", TIGHTENED))
}


def plan(lot: int, aql: float, severity: str) -> dict[str, Any] | None:
    rows, column = TABLES[severity], AQLS.index(aql)
    row = next(i for i, edge in enumerate(EDGES) if lot <= edge)
    while rows[row][column] in "v^-":
        word = rows[row][column]
        row += {"v": 1, "^": -1, "-": 99}[word]
        if not 0 <= row < len(rows):
            return None
    accept = int(rows[row][column])
    if SIZES[row] >= lot:
        return {"sample": lot, "inspect_all": True, "accept": accept, "reject": accept + 1}
    return {"code_letter": LETTERS[row], "sample": SIZES[row], "accept": accept, "reject": accept + 1}


def planned(rng: random.Random) -> Question:
    severity, aql = rng.choice(["normal", "tightened"]), rng.choice(AQLS)
    near = rng.choice(EDGES) + rng.choice([0, 0, 1, -1])
    lots = [min(150000, max(2, one)) for one in (near, rng.randrange(2, 20000), rng.randrange(2, 200))]
    plans = [plan(lot, aql, severity) for lot in lots]
    if None in plans:
        return planned(rng)
    given: dict[str, Any] = {"level": "II", "aql": aql, "severity": severity}
    if rng.random() < 0.5:
        return {"lots": lots, **given}, {"plans": plans}
    return {"lot": lots[0], **given}, plans[0] or {}


def chances(rng: random.Random) -> Question:
    n = rng.randrange(1, 60)
    c, fractions = rng.randrange(0, n + 1), [rng.choice([0, 1, 0.01, 0.1, 0.25, 0.6]) for _ in range(3)]
    return {"sample": n, "accept": c, "fraction_nonconforming": fractions}, {
        "accept_probability": [_binomial_at_most(c, n, p) for p in fractions]
    }


def lot_chance(rng: random.Random) -> Question:
    lot = rng.randrange(1, 300)
    bad, n = rng.randint(0, lot), rng.randint(1, lot)
    c = rng.randint(0, n)
    given = {"lot": lot, "nonconforming": bad, "sample": n, "accept": c}
    return given, {"accept_probability": float(_drawn_at_most(min(c, bad), lot, bad, n))}


def by_risks(rng: random.Random) -> Question:
    p1, p2 = rng.choice([(0.01, 0.08), (0.02, 0.1), (0.05, 0.2), (0.1, 0.3)])
    a, b = rng.choice([0.9, 0.95]), rng.choice([0.05, 0.1, 0.2])
    n = 1
    while True:
        for c in range(n):
            if _binomial_at_most(c, n, p2) > b:
                break
            if _binomial_at_most(c, n, p1) >= a:
                return {"producer_point": [p1, a], "consumer_point": [p2, b]}, {"sample": n, "accept": c}
        n += 1


def switching(rng: random.Random) -> Question:
    share = rng.choice([0.2, 0.5, 0.8])
    results = ["R" if rng.random() < share else "A" for _ in range(rng.randrange(0, 40))]
    state, stay, before = "normal", "", []
    for one in results:
        before.append(state)
        stay += one
        after = state
        if state == "normal" and stay[-5:].count("R") >= 2:
            after = "tightened"
        elif state == "tightened" and stay.endswith("AAAAA"):
            after = "normal"
        elif state == "tightened" and stay.count("R") >= 5:
            after = "discontinued"
        if after != state:
            state, stay = after, ""
    return {"results": results}, {"state_before_each": before, "state_after_last": state}


# --- indicators


def over(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def one_touch(rng: random.Random) -> Question:
    rows = [
        {
            "status": rng.choice(["new", "open", "pending", "solved", "closed", "hold"]),
            "agent_public_replies": rng.randrange(4),
        }
        for _ in range(rng.randrange(1, 9))
    ]
    kept = [row["agent_public_replies"] for row in rows if row["status"] in ("solved", "closed")]
    few, one = sum(n in (0, 1) for n in kept), kept.count(1)
    return {"tickets": rows}, {
        "resolved": len(kept),
        "one_touch_lt2": few,
        "one_touch_eq1": one,
        "rate_lt2": over(few, len(kept)),
        "rate_eq1": over(one, len(kept)),
    }


def first_solution(rng: random.Random) -> Question:
    limit = rng.choice([1, 60, 900])
    closed = [rng.choice([0, limit - 1, limit, limit + 1, rng.randrange(5000)]) for _ in range(rng.randrange(0, 9))]
    given = {"seconds_to_close": closed, "threshold_s": limit}
    return given, {"first_solution_count": sum(one < limit for one in closed)}


T0 = datetime(2024, 3, 1, tzinfo=UTC)


def stamp(hours: float) -> str:
    return (T0 + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def first_contact(rng: random.Random) -> Question:
    window, end = rng.choice([1, 2, 7]), rng.randrange(24, 24 * 20, 12)
    contacts = [(rng.choice("ab"), rng.choice("xy"), rng.randrange(0, 24 * 14, 12)) for _ in range(rng.randrange(0, 9))]
    mature = [one for one in contacts if one[2] + 24 * window <= end]
    good = [
        (who, what, at)
        for who, what, at in mature
        if not any(w == who and i == what and at < t <= at + 24 * window for w, i, t in contacts)
    ]
    return {
        "window_days": window,
        "contacts": [{"customer": who, "issue": what, "at": stamp(at)} for who, what, at in contacts],
        "observe_until": stamp(end),
    }, {
        "contacts": len(mature),
        "mature_contacts": len(mature),
        "immature_contacts": len(contacts) - len(mature),
        "fcr_contacts": len(good),
        "fcr_rate": over(len(good), len(mature)),
    }


def tiers(rng: random.Random) -> Question:
    rows = [
        {"contacts": rng.randrange(1, 4), "resolved_tier": rng.choice([1, 2, 3, None])}
        for _ in range(rng.randrange(1, 9))
    ]
    return {"tickets": rows}, {
        "first_level_resolution": sum(row["resolved_tier"] == 1 for row in rows) / len(rows),
        "first_contact_resolution": sum(row["contacts"] == 1 for row in rows) / len(rows),
        "both": sum(row["resolved_tier"] == row["contacts"] == 1 for row in rows) / len(rows),
    }


def backlog(rng: random.Random) -> Question:
    n = rng.randrange(0, 8)
    opening, made, closed = (
        rng.randrange(50),
        [rng.randrange(9) for _ in range(n)],
        [rng.randrange(7) for _ in range(n)],
    )
    flow, stock, held = [], [], opening
    for one, other in zip(made, closed, strict=True):
        held += one - other
        flow.append(one - other)
        stock.append(held)
    if any(one < 0 for one in stock):
        return backlog(rng)
    return {"opening_backlog": opening, "created": made, "closed": closed}, {"flow": flow, "stock": stock}


def reopens(rng: random.Random) -> Question:
    rows: list[dict[str, Any]] = []
    for _ in range(rng.randrange(1, 9)):
        times = rng.randrange(4)
        row: dict[str, Any] = {"resolved_times": times, "reopen_events": max(0, times - rng.randrange(2))}
        if rng.random() < 0.4:
            row["merged"] = rng.random() < 0.5
        rows.append(row)
    kept = [row for row in rows if not row.get("merged")]
    events, tickets = sum(row["reopen_events"] for row in kept), sum(row["reopen_events"] > 0 for row in kept)
    resolved = sum(row["resolved_times"] > 0 for row in kept)
    return {"tickets": rows}, {
        "reopen_events": events,
        "reopened_tickets": tickets,
        "resolved_tickets": resolved,
        "ticket_reopen_rate": over(tickets, resolved),
        "event_reopen_rate": over(events, resolved),
    }


def attained(rng: random.Random) -> Question:
    m, b, r, o = (rng.choice([0, 0, 1, 5, 80]) for _ in range(4))
    given = {"completed_met": m, "completed_breached": b, "ongoing_breached": r, "ongoing_ok": o}
    return given, {
        "completed_only": over(m, m + b),
        "completed_or_breached": over(m, m + b + r),
        "all_started": over(m, m + b + r + o),
    }


def cycles(rng: random.Random) -> Question:
    rows = [
        {"cycles": [rng.choice(["met", "breached"]) for _ in range(rng.randrange(4))]}
        for _ in range(rng.randrange(1, 8))
    ]
    some = [row["cycles"] for row in rows if row["cycles"]]
    return {"tickets": rows}, {
        "with_any_cycle": len(some),
        "breached_last_cycle": sum(one[-1] == "breached" for one in some),
        "ever_breached": sum("breached" in one for one in some),
    }


def satisfaction(rng: random.Random) -> Question:
    good, bad, silent = (rng.choice([0, 0, 3, 40]) for _ in range(3))
    asked = good + bad + silent
    return {"good": good, "bad": bad, "surveyed": asked}, {
        "score": over(good, good + bad),
        "response_rate": over(good + bad, asked),
        "worst_case": over(good, asked),
        "share_of_surveyed_good": over(good, asked),
        "best_case": over(asked - bad, asked),
    }


def ratings(rng: random.Random) -> Question:
    top = rng.choice([5, 7, 10])
    scores, box = [rng.randint(1, top) for _ in range(rng.randrange(1, 12))], rng.randint(1, top)
    return {"scores": scores, "scale_max": top, "top_box_from": box}, {
        "mean": sum(scores) / len(scores),
        "percent_of_possible": sum(scores) / len(scores) / top,
        "top_box": sum(one >= box for one in scores) / len(scores),
    }


def nps(rng: random.Random) -> Question:
    scores = [rng.randint(0, 10) for _ in range(rng.randrange(1, 20))]
    p, d = sum(one >= 9 for one in scores), sum(one <= 6 for one in scores)
    return {"scores": scores}, {
        "promoters": p,
        "passives": len(scores) - p - d,
        "detractors": d,
        "nps": 100 * (p - d) / len(scores),
    }


def nps_of_two(rng: random.Random) -> Question:
    names = ("promoters", "passives", "detractors")
    one = {name: rng.randrange(4) for name in names}
    other = dict(one) if rng.random() < 0.3 else {name: rng.randrange(4) for name in names}
    if not sum(one.values()) or not sum(other.values()):
        return nps_of_two(rng)
    return {"a": one, "b": other}, {
        "nps_a": 100 * (one["promoters"] - one["detractors"]) / sum(one.values()),
        "nps_b": 100 * (other["promoters"] - other["detractors"]) / sum(other.values()),
        "distributions_equal": one == other,
    }


def nearest(values: list[Any], share: float) -> Any:
    return sorted(values)[max(1, math.ceil(text(share) * len(values))) - 1]


def linear(values: list[Any], share: float) -> float:
    ranked, place = sorted(values), (len(values) - 1) * text(share)
    low = math.floor(place)
    high = min(low + 1, len(ranked) - 1)
    return float(ranked[low] + (place - low) * (text(ranked[high]) - text(ranked[low])))


def quantiles(rng: random.Random) -> Question:
    values = [
        rng.choice([rng.randrange(50), rng.randrange(500) / 4]) for _ in range(rng.choice([1, 2, 5, 10, 20, 100]))
    ]
    shares = [
        rng.choice([0, 0.05, 0.07, 0.1, 0.25, 0.29, 0.5, 0.55, 0.57, 0.58, 0.75, 0.9, 0.95, 0.99, 1]) for _ in range(5)
    ]
    return {"values": values, "quantiles": shares}, {
        "nearest_rank": [nearest(values, share) for share in shares],
        "linear_type7": [linear(values, share) for share in shares],
    }


def minutes(rng: random.Random) -> Question:
    values = [rng.randrange(300) for _ in range(rng.choice([1, 2, 3, 10, 11, 20, 50]))]
    return {"minutes": values}, {
        "mean": sum(values) / len(values),
        "median": linear(values, 0.5),
        "p90_nearest_rank": nearest(values, 0.9),
        "p90_linear_type7": linear(values, 0.9),
    }


def ageing(rng: random.Random) -> Question:
    edges = sorted(rng.sample([0, 0.5, 1, 2, 3, 7, 14, 30], rng.randrange(1, 6)))
    ages = [edges[0] + rng.choice([0, 0.25, 0.999, 1, 2, 6.5, 7, 40]) for _ in range(rng.randrange(1, 12))]
    ends = [*edges[1:], math.inf]
    return {"ages_days": ages, "edges_days": edges}, {
        "counts": [sum(low <= one < high for one in ages) for low, high in zip(edges, ends, strict=True)],
        "total": len(ages),
        "oldest": max(ages),
    }


def answered(rng: random.Random) -> Question:
    given = rng.randrange(1, 1000)
    abandoned = rng.randrange(0, given + 1)
    taken = rng.randrange(0, given - abandoned + 1)
    t, s = rng.randint(0, taken), rng.choice([0, abandoned, rng.randint(0, abandoned)])
    if rng.random() < 0.4:
        return {"offered": given, "abandoned": abandoned, "abandoned_short": s}, {
            "raw": abandoned / given,
            "excluding_short": over(abandoned - s, given - s),
        }
    return {
        "offered": given,
        "answered": taken,
        "answered_in_threshold": t,
        "abandoned": abandoned,
        "abandoned_short": s,
    }, {
        "of_answered": over(t, taken),
        "of_offered": t / given,
        "of_offered_less_short_abandons": over(t, given - s),
        "counting_short_abandons_as_met": (t + s) / given,
    }


def paid(rng: random.Random) -> Question:
    handle, free, other = (rng.choice([0, 0.5, 1.25, 4]) for _ in range(3))
    hours = handle + free + other + rng.choice([0, 0.5, 2])
    given = {"handle_h": handle, "available_h": free, "other_logged_h": other, "paid_h": hours}
    return given, {
        "occupancy": over(handle, handle + free),
        "utilisation_of_paid": over(handle, hours),
        "shrinkage_of_paid": over(hours - handle - free, hours),
    }


def groups(rng: random.Random) -> Question:
    path = [rng.choice("abc") for _ in range(rng.randrange(0, 8))]
    moves = [(i, b) for i, (a, b) in enumerate(itertools.pairwise(path), 1) if a != b]
    back = sum(b in path[:i] for i, b in moves)
    return {"group_path": path}, {
        "transfers": len(moves),
        "distinct_groups": len(set(path)),
        "returns": back,
        "ping_pong": back >= 1,
    }


def censored(rng: random.Random) -> Question:
    ended = [rng.choice([1, 2, 2, 3, 4.5, 6, 9]) for _ in range(rng.randrange(0, 7))]
    still = [rng.choice([1, 2, 3, 5, 9, 12]) for _ in range(rng.randrange(0, 7))]
    if not ended + still:
        return censored(rng)
    left, curve, median = Fraction(1), {}, None
    for day in sorted({*ended, *still}):
        at_risk = sum(one >= day for one in ended + still)
        left *= 1 - Fraction(ended.count(day), at_risk)
        curve[f"{day:g}"] = float(left)
        if median is None and left <= Fraction(1, 2):
            median = day
    return {"resolved_days": ended, "still_open_days": still}, {
        "median_resolved_only": linear(ended, 0.5) if ended else None,
        "survival_at": curve,
        "median_with_open_censored": median,
    }


def first_reply(rng: random.Random) -> Question:
    kinds = [rng.choice(["customer", "agent_public", "agent_private"]) for _ in range(rng.randrange(1, 6))]
    by = rng.choice(["customer", "agent"])
    hours = sorted(rng.randrange(200) / 4 for _ in kinds)
    public = [h for h, kind in zip(hours, kinds, strict=True) if kind == "agent_public"]
    if by == "agent" and kinds[0] == "agent_public":
        public = public[1:]
    return {
        "created_by": by,
        "events": [{"at": stamp(h), "kind": kind} for h, kind in zip(hours, kinds, strict=True)],
    }, {"first_reply_s": (public[0] - hours[0]) * 3600 if public else None}


def _open_hours(start: float, end: float, opening: int, closing: int) -> float:
    return sum(
        max(0.0, min(end, 24 * day + closing) - max(start, 24 * day + opening)) for day in range(-1, int(end // 24) + 2)
    )


def spans(rng: random.Random) -> Question:
    start, middle, end = sorted(rng.randrange(24 * 16) / 4 for _ in range(3))
    windows = [(rng.randrange(0, 24), rng.randrange(1, 25)) for _ in range(2)]
    windows = [(low, high if high > low else high + 24) for low, high in windows]
    if any(high > 24 for _, high in windows):
        return spans(rng)
    words = [f"daily {low:02}:00-{high:02}:00" for low, high in windows]
    return {
        "created": stamp(start),
        "status_change": stamp(middle),
        "solved": stamp(end),
        "schedule_until_status_change": words[0],
        "schedule_after": words[1],
    }, {
        "single_event_hours": _open_hours(start, end, *windows[1]),
        "multi_event_hours": _open_hours(start, middle, *windows[0]) + _open_hours(middle, end, *windows[1]),
    }


def costs(rng: random.Random) -> Question:
    given, answer = {}, {}
    for party in ("partner", "inhouse"):
        price, share = f"{rng.randrange(100, 3000) / 100:.2f}", rng.choice([0.25, 0.4, 0.62, 0.83, 1])
        given[party] = {"price_per_contact": price, "fcr": share}
        answer[party] = money(Fraction(price) / text(share))
    return given, {"cost_per_resolution": answer}


def contact_cost(rng: random.Random) -> Question:
    expense, contacts = rng.randrange(10000, 9999999), rng.randrange(100, 90000)
    if rng.random() < 0.3:
        return {"annual_operating_expense": expense, "annual_inbound_contacts": contacts}, {
            "cost_per_contact": expense / contacts
        }
    given = {"annual_operating_expense": f"{expense}.00", "annual_inbound_contacts": contacts}
    return given, {"cost_per_contact": money(Fraction(expense, contacts))}


# --- money


def money(value: Fraction, mode: str = ROUND_HALF_UP, places: int = 2) -> str:
    scaled = value * 10**places
    whole = math.floor(scaled)
    rest = scaled - whole
    up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and (mode == ROUND_HALF_UP or whole % 2 == 1))
    return f"{Decimal(whole + up).scaleb(-places):.{places}f}"


def plain(value: Fraction) -> str:
    """Without trailing zeros."""
    shown = f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def cents(rng: random.Random, most: int = 10**7) -> str:
    return f"{rng.randrange(1, most) / 100:.2f}"


def percent(rng: random.Random, most: int = 100) -> str:
    return rng.choice(
        [
            str(rng.randrange(0, most + 1)),
            f"{rng.randrange(0, most * 10) / 10:g}",
            f"{rng.randrange(0, most * 100) / 100:g}",
        ]
    )


def at_risk(rng: random.Random) -> Question:
    charges, risk = cents(rng), percent(rng, 20)
    amount = Fraction(charges) * Fraction(risk) / 100
    rows = [
        {"pool_allocation_pct": percent(rng, 150), "credit_allocation_pct": percent(rng)}
        for _ in range(rng.randrange(1, 4))
    ]
    parts = [amount * Fraction(r["pool_allocation_pct"]) * Fraction(r["credit_allocation_pct"]) / 10000 for r in rows]
    given: dict[str, Any] = {"monthly_charges": charges, "at_risk_pct": risk}
    if rng.random() < 0.5:
        return {**given, **rows[0]}, {"at_risk_amount": money(amount), "credit": money(parts[0])}
    total = sum(parts, Fraction(0))
    return {**given, "defaults": rows}, {
        "uncapped": money(total),
        "credit": money(min(total, amount)),
        "capped": total > amount,
    }


def incident(rng: random.Random) -> Question:
    names = rng.sample(["response", "resolution", "availability", "update"], rng.randrange(1, 4))
    rows = [{"sla": name, "amount": cents(rng)} for name in names]
    best = max(rows, key=lambda row: Decimal(row["amount"]))
    return {"incident": "INC-1", "credits": rows}, {"credit": best["amount"], "chosen": best["sla"]}


def stepped(rng: random.Random) -> Question:
    starts = sorted(rng.sample(range(1, 30), rng.randrange(1, 4)))
    steps = [(start, percent(rng, 20)) for start in starts]
    points, charges = [rng.choice([0, *starts, starts[0] - 1, rng.randrange(40)]) for _ in range(5)], cents(rng)
    rates = [([Fraction(0)] + [Fraction(pct) for start, pct in steps if start <= point])[-1] for point in points]
    return {"credit_points": points, "steps": [list(step) for step in steps], "monthly_charges": charges}, {
        "credit_pct": [plain(rate) for rate in rates],
        "credits": [money(Fraction(charges) * rate / 100) for rate in rates],
    }


def shortfall(rng: random.Random) -> Question:
    charges, wanted, missing = cents(rng), Fraction(percent(rng)), Fraction(percent(rng))
    reached = wanted - missing
    if reached < 0:
        return shortfall(rng)
    return {"charges": charges, "required_pct": plain(wanted), "actual_pct": plain(reached)}, {
        "credit_pct": plain(missing),
        "credit": money(Fraction(charges) * missing / 100),
    }


def full_points(rng: random.Random) -> Question:
    fee, limit, each = cents(rng), percent(rng), percent(rng, 5)
    actual = [percent(rng) for _ in range(4)] + [limit]
    rates = [max(0, math.floor(Fraction(limit) - Fraction(one))) * Fraction(each) for one in actual]
    return {"fee": fee, "threshold_pct": limit, "per_full_point_pct": each, "actual_pct": actual}, {
        "credit_pct": [plain(rate) for rate in rates],
        "credit": [money(Fraction(fee) * rate / 100) for rate in rates],
    }


def per_day(rng: random.Random) -> Question:
    value, each, cap = (
        cents(rng),
        rng.choice(["0.005", "0.01", "1/200", "1/40", "0.0125"]),
        rng.choice(["0.05", "1/10", "0.2", "1"]),
    )
    days = [rng.randrange(0, 40) for _ in range(4)]
    return {"monthly_value": value, "per_day_share": each, "cap_share": cap, "days_late": days}, {
        "credit": [money(Fraction(value) * min(day * Fraction(each), Fraction(cap))) for day in days]
    }


def rounding(rng: random.Random) -> Question:
    charges, share = cents(rng), percent(rng)
    exact = Fraction(charges) * Fraction(share) / 100
    return {"charges": charges, "credit_pct": share}, {
        "exact": plain(exact),
        "half_up": money(exact),
        "half_even": money(exact, ROUND_HALF_EVEN),
    }


def commitment(rng: random.Random) -> Question:
    forecast, floor, price = rng.randrange(1, 20000), rng.choice([80, 90, 92.5, 100]), cents(rng, 2000)
    actual = [rng.randrange(0, 25000) for _ in range(4)]
    units = [max(Fraction(one), text(floor) / 100 * forecast) for one in actual]
    return {"forecast": forecast, "floor_pct": floor, "actual": actual, "unit_price": price}, {
        "billable_units": [float(one) for one in units],
        "amount": [money(one * Fraction(price)) for one in units],
    }


def relief(rng: random.Random) -> Question:
    above, rows = rng.choice([100, 105, 110, 112.5]), []
    for _ in range(rng.randrange(1, 8)):
        forecast = rng.randrange(1, 200)
        edge = math.floor(text(above) / 100 * forecast)
        rows.append({"forecast": forecast, "actual": max(0, edge + rng.randrange(-1, 3)), "met": rng.random() < 0.7})
    kept = [row for row in rows if not row["actual"] > text(above) / 100 * row["forecast"]]
    good = sum(row["met"] for row in kept)
    return {"relief_above_pct": above, "intervals": rows}, {
        "relieved": len(rows) - len(kept),
        "counted": len(kept),
        "met": good,
        "attainment": over(good, len(kept)),
    }


def earn_back(rng: random.Random) -> Question:
    wanted = rng.randrange(90, 99)
    months = [f"{wanted + rng.randrange(-3000, 3001) / 1000:.3f}" for _ in range(rng.choice([1, 3, 12]))]
    paid_back = {str(m): cents(rng) for m in rng.sample(range(1, 13), rng.randrange(0, 4))}
    mean = sum((Fraction(one) for one in months), Fraction(0)) / len(months)
    back = sum((Fraction(one) for one in paid_back.values()), Fraction(0)) if mean >= wanted else Fraction(0)
    return {"expected_pct": str(wanted), "monthly_actual_pct": months, "credits_paid": paid_back}, {
        "year_average": money(mean, places=4),
        "earn_back": mean >= wanted,
        "returned": money(back),
    }


def band(rng: random.Random) -> Question:
    base, charge, width = rng.randrange(100, 20000), cents(rng), rng.choice([0, 5, 7.5, 10])
    more, less = cents(rng, 2000), cents(rng, 500)
    top, bottom = base * (1 + text(width) / 100), base * (1 - text(width) / 100)
    volumes = [
        math.floor(top),
        math.floor(bottom),
        base,
        math.ceil(top) + 7,
        math.floor(bottom) - 9,
        rng.randrange(base, 2 * base),
    ]
    amounts = [
        Fraction(charge) + max(Fraction(0), v - top) * Fraction(more) - max(Fraction(0), bottom - v) * Fraction(less)
        for v in volumes
    ]
    return {
        "base_volume": base,
        "base_charge": charge,
        "dead_band_pct": width,
        "arc_rate": more,
        "rrc_rate": less,
        "volumes": volumes,
    }, {"charges": [money(one) for one in amounts]}


# --- audit


def claim(rng: random.Random) -> Question:
    whole = rng.randrange(10, 400)
    good, n = rng.randint(whole // 2, whole), rng.randrange(1, whole + 1)
    low, high = max(0, n - whole + good), min(n, good)
    found, alpha = rng.randint(low, high), rng.choice([0.01, 0.05, 0.1])
    p = float(_drawn_at_most(found, whole, good, n))
    return {"claimed_met": good, "population": whole, "sample": n, "found_met": found, "alpha": alpha}, {
        "p_value": p,
        "reject_claim": p < alpha,
        "sample_rate": found / n,
        "wilson_95": wilson(found, n, normal(0.975)),
    }


def _missed(whole: int, bad: int, n: int) -> Fraction:
    return Fraction(math.comb(whole - bad, n), math.comb(whole, n))


def detection(rng: random.Random) -> Question:
    whole = rng.randrange(2, 600)
    bad, n = rng.randrange(0, whole + 1), rng.randrange(0, whole + 1)
    given = {"population": whole, "falsified": bad, "sample": n}
    return given, {"detection_probability": float(1 - _missed(whole, bad, n))}


def detecting(rng: random.Random) -> Question:
    whole, target = rng.randrange(2, 600), rng.choice([0.5, 0.8, 0.9, 0.95, 0.99])
    bad = rng.randrange(1, max(2, whole // 4))
    n = next(n for n in range(whole + 1) if 1 - _missed(whole, bad, n) >= text(target))
    return {"population": whole, "falsified": bad, "detection_target": target}, {"sample": n}


def none_found(rng: random.Random) -> Question:
    n, c = rng.randrange(1, 500), rng.choice([0.8, 0.9, 0.95, 0.99])
    given = {"failures": 0, "sample": n, "confidence": c}
    return given, {"upper_exact": 1 - (1 - c) ** (1 / n), "rule_of_three": 3 / n}


def reconciled(rng: random.Random) -> Question:
    names = rng.sample(["met", "minutes", "csat", "tickets", "cost"], rng.randrange(1, 6))
    own = {name: rng.choice([-4, 0.5, 20, 1000, 12.5]) for name in names}
    told = {name: value * (1 + rng.choice([0, 0.25, -0.25, 0.5, -0.125])) for name, value in own.items()}
    gap = {name: abs(told[name] - own[name]) / abs(own[name]) for name in names}
    limit = rng.choice([0.125, 0.25, 0.3])
    return {"tolerance_relative": limit, "partner": told, "recomputed": own}, {
        "relative_difference": gap,
        "out_of_tolerance": [name for name in names if gap[name] > limit],
    }


def meetings(rng: random.Random) -> Question:
    start = date(2026, 1, 1) + timedelta(days=rng.randrange(400))
    until, day = start + timedelta(days=rng.randrange(7, 60)), rng.randrange(1, 29)
    end = until + timedelta(days=rng.randrange(0, 200))
    weekly = [start + timedelta(days=7 * n) for n in range(1, 10) if start + timedelta(days=7 * n) <= until]
    monthly = [d for d in (weekly[-1] + timedelta(days=n) for n in range(1, 400)) if d.day == day and d <= end]
    return {
        "start": start.isoformat(),
        "weekly_until": until.isoformat(),
        "then": f"monthly on day {day}",
        "end": end.isoformat(),
    }, {
        "count": len(weekly) + len(monthly),
        "first": weekly[0].isoformat(),
        "last_weekly": weekly[-1].isoformat(),
        "monthly": [d.isoformat() for d in monthly],
    }


def reports(rng: random.Random) -> Question:
    first = date(2024, 5, 1)
    expected = sorted(first + timedelta(days=d) for d in rng.sample(range(60), rng.randrange(0, 5)))
    received = sorted(first + timedelta(days=d) for d in rng.sample(range(80), rng.randrange(0, 6)))
    grace, now = rng.randrange(0, 5), first + timedelta(days=rng.randrange(10, 90))
    free = [d for d in received if d <= now]
    answer: dict[str, Any] = {"on_time": [], "late": [], "missing": []}
    for due in expected:
        come = next((d for d in free if d >= due), None)
        if come is not None:
            free.remove(come)
            answer["on_time" if come <= due + timedelta(days=grace) else "late"].append(due.isoformat())
        elif now > due + timedelta(days=grace):
            answer["missing"].append(due.isoformat())
    return {
        "expected": [d.isoformat() for d in expected],
        "received": [d.isoformat() for d in received],
        "grace_days": grace,
        "as_of": now.isoformat(),
    }, answer


QUESTIONS: tuple[Drawn, ...] = (
    outlook, impatient, staffing, growth, pooled, shrunk, lost, interval, table, size, allocation, stratified, margin,
    in_population, planned, chances, lot_chance, by_risks, switching, one_touch, first_solution, first_contact, tiers,
    backlog, reopens, attained, cycles, satisfaction, ratings, nps, nps_of_two, quantiles, minutes, ageing, answered, paid,
    groups, censored, first_reply, spans, costs, contact_cost, at_risk, incident, stepped, shortfall, full_points, per_day,
    rounding, commitment, relief, earn_back, band, claim, detection, detecting, none_found, reconciled, meetings, reports,
)  # fmt: skip
