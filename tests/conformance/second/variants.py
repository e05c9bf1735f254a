"""Variants of cases: schedules, instants and timelines drawn by a seed, in the words of the pages and no others.

Layer: tests. Standard library only.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from tests.conformance.second.minutes import changes, open_stretches

Row = dict[str, Any]
ZONES: Final = (
    "Etc/UTC",
    "Europe/Berlin",
    "America/Sao_Paulo",
    "America/New_York",
    "Asia/Tehran",
    "Asia/Beirut",
    "America/Havana",
    "America/Santiago",
    "America/St_Johns",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Chatham",
    "Africa/Cairo",
    "Europe/Dublin",
    "Asia/Kathmandu",
    "Antarctica/Troll",
    "America/Asuncion",
    "America/Scoresbysund",
    "Pacific/Kwajalein",
    "Europe/Amsterdam",
)
YEARS: Final = (1969, 1979, 1993, 1999, 2011, 2015, 2018, 2024, 2026, 2037)
QUARTERS: Final = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in (0, 15, 30, 45))
ENDS: Final = (*QUARTERS, "24:00", "02:30:01", "23:59:59", "00:00:01")
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MICROSECOND: Final = timedelta(microseconds=1)
ASKED: Final = ("is_open", "next_open", "next_start", "next_close", "previous_close", "previous_start")
OPERATIONS: Final = (*ASKED, "add", "subtract", "between", "intervals")


def _clocks(draw: random.Random) -> list[str]:
    return [draw.choice(QUARTERS), draw.choice(ENDS)]


def _schedule(draw: random.Random, near: list[str]) -> Row:
    hours: dict[str, list[list[str]]] = {}
    for day in DAYS:
        kind = draw.random()
        if kind > 0.25:
            whole = [["00:00", "24:00"]]
            hours[day] = whole if kind < 0.4 else [_clocks(draw) for _ in range(draw.randint(0, 3))]
    found: Row = {"time_zone": draw.choice(ZONES), "hours": hours}
    if draw.random() < 0.6:
        found["holidays"] = draw.sample(near, draw.randint(0, 2))
    for key in ("shifts", "breaks"):
        if draw.random() < 0.6:
            dates = draw.sample(near, draw.randint(0, 3))
            found[key] = {day: [_clocks(draw) for _ in range(draw.randint(0, 2))] for day in dates}
    return found


def questions(seed: int, schedules: int) -> Iterator[Row]:
    """Cases of business time without their answers: every operation twice for each of so many schedules."""
    draw = random.Random(seed)
    for number in range(schedules):
        zone, year = draw.choice(ZONES), draw.choice(YEARS)
        found = changes(zone, year)
        any_day = datetime(year, draw.randint(1, 12), draw.randint(1, 28), tzinfo=UTC)
        middle = draw.choice(found) if found and draw.random() < 0.8 else any_day
        near = [(middle.date() + timedelta(days=away)).isoformat() for away in range(-3, 5)]
        schedule = {**_schedule(draw, near), "time_zone": zone}
        instant = _instants(draw, schedule, middle)
        for operation in OPERATIONS:
            for _ in range(2):
                args: Row = {"at": instant()}
                if operation in {"between", "intervals"}:
                    args = {"start": instant(), "end": instant()}
                if operation in {"add", "subtract"}:
                    amounts = (draw.randint(1, 400_000), round(draw.random() * 1e5 + 1e-6, 6), 3600, 1e-6)
                    args["seconds"] = draw.choice(amounts)
                yield {"id": f"{seed}-{number}-{operation}", "schedule": schedule, "op": operation, "args": args}


def _instants(draw: random.Random, schedule: Row, middle: datetime) -> Callable[[], str]:
    days = timedelta(days=6)
    edges = [edge for span in open_stretches(schedule, (middle - days).date(), (middle + days).date()) for edge in span]

    def instant() -> str:
        if edges and draw.random() < 0.5:
            found = draw.choice(edges) + draw.choice((timedelta(), MICROSECOND, -MICROSECOND, timedelta(seconds=1)))
        else:
            away = timedelta(seconds=draw.randint(-432_000, 432_000), microseconds=draw.choice((0, 123_456)))
            found = middle + away
        return found.astimezone(draw.choice((UTC, ZoneInfo(schedule["time_zone"])))).isoformat()

    return instant


# --- clocks

WEEK: Final = {day: [["09:00", "17:00"]] for day in DAYS[:5]}
SCHEDULES: Final[tuple[Row, ...]] = (
    {"time_zone": "UTC", "hours": "24x7", "holidays": []},
    {"time_zone": "UTC", "hours": WEEK, "holidays": ["2024-01-17"]},
    {
        "time_zone": "America/New_York",
        "hours": {**WEEK, "sat": [["22:00", "03:00"]], "wed": [["09:00", "12:00"], ["13:00", "24:00"]]},
        "holidays": [],
    },
    {"time_zone": "Europe/Berlin", "hours": "24x7", "holidays": ["2024-01-16"]},
)
STATUSES: Final = ("open", "wait", "hold", "solved", "closed", "asked")
KINDS: Final = ("first_response", "next_response", "periodic_update", "resolution", "agent_work", "ownership")
REOPENINGS: Final = ("exclude_closed", "include_closed", "restart", "first_only")
GAPS: Final = (0, 5, 10, 15, 20, 30, 45, 60, 90, 300, 900)


def _metric(draw: random.Random, kind: str) -> Row:
    by_priority = {"p1": draw.choice((20, 45, 60)), "p2": draw.choice((60, 120, 600))}
    minutes = draw.choice(({"*": draw.choice((0, 15, 60, 90, 240, 480))}, by_priority))
    found: Row = {"target_minutes": minutes, "kind": kind}
    if draw.random() < 0.5:
        found["pause_statuses"] = draw.sample(("wait", "hold", "solved", "asked"), draw.randint(0, 3))
    if draw.random() < 0.15:
        found["run_statuses"] = draw.sample(("open", "wait", "hold", "new"), draw.randint(1, 3))
    if draw.random() < 0.2:
        found["hide_statuses"] = [draw.choice(("asked", "hold"))]
    if draw.random() < 0.3:
        found["clock"] = "calendar"
    return {**found, **_own_words(draw, kind)}


def _own_words(draw: random.Random, kind: str) -> Row:
    """The keys that only metrics of one kind read."""
    found: Row = {}
    if draw.random() < 0.5 and kind in {"first_response", "next_response"}:
        found["fulfil_on_stop"] = draw.random() < 0.5
    if draw.random() < 0.5 and kind == "next_response":
        found["creation_counts"] = draw.random() < 0.5
    if draw.random() < 0.3 and kind == "first_response":
        found["start"] = draw.choice(("created", "first_customer_comment"))
    if kind in {"resolution", "agent_work"}:
        found["on_reopen"] = draw.choice(REOPENINGS)
    if draw.random() < 0.1 and kind == "resolution":
        found["start"] = "priority_change"
    if kind == "ownership":
        found["group"] = "g"
    return found


def _event(draw: random.Random, priority: str, *, changes_priority: bool) -> Row:
    words = ("status", "public_reply", "customer_reply", "private_note", "assigned_group", "priority")
    word = draw.choices(words, (6, 3, 3, 1, 2, 2 if changes_priority else 0))[0]
    more: dict[str, Row] = {
        "status": {"to": draw.choice(STATUSES)},
        "public_reply": {"by": draw.choice(("agent", "agent", "agent", "system")), "auto": draw.random() < 0.15},
        "private_note": {"by": "agent"},
        "assigned_group": {"group": draw.choice(("g", "h"))},
        "priority": {"to": {"p1": "p2", "p2": "p1"}[priority]},
    }
    return {"event": word, **more.get(word, {})}


def lives(seed: int, number: int, *, changes_priority: bool) -> Iterator[Row]:
    """So many cases of clocks without their answers; with changes of priority or without."""
    draw = random.Random(seed)
    for place in range(number):
        kinds = draw.sample(KINDS, draw.randint(1, 4))
        metrics = {f"my {kind}" if draw.random() < 0.4 else kind: _metric(draw, kind) for kind in kinds}
        policy: Row = {"metrics": metrics, "stop_statuses": ["solved", "closed"]}
        if draw.random() < 0.3:
            policy["on_policy_change"] = draw.choice(("retroactive", "from_change"))
        now = datetime(2024, 1, 15, 8, tzinfo=UTC) + timedelta(minutes=draw.randint(-600, 600))
        by_customer = {"first_response", "next_response"} <= set(kinds) or draw.random() < 0.7
        priority = draw.choice(("p1", "p2"))
        opened: Row = {"event": "created", "by": "customer" if by_customer else "agent", "priority": priority}
        if draw.random() < 0.4:
            opened["status"] = draw.choice(("open", "open", "open", "wait", "solved", "hold"))
        if draw.random() < 0.4:
            opened["group"] = draw.choice(("g", "h"))
        timeline: list[Row] = [{"at": now.isoformat(), **opened}]
        for _ in range(draw.randint(0, 9)):
            now += timedelta(minutes=draw.choice(GAPS), seconds=draw.choice((0, 0, 0, 7)))
            event = _event(draw, priority, changes_priority=changes_priority)
            priority = event["to"] if event["event"] == "priority" else priority
            timeline.append({"at": now.isoformat(), **event})
        asked = now + timedelta(minutes=draw.choice((0, 0, 10, 60, 61, 500, 3000)))
        yield {
            "id": f"{seed}-{place}",
            "schedule": draw.choice(SCHEDULES),
            "policy": policy,
            "timeline": timeline,
            "check_at": asked.isoformat(),
        }
