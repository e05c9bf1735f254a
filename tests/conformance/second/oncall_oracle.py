"""Who is on call, worked out the long way from the format page: boundary by boundary, window by window."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Row = dict[str, Any]
Roster = Callable[[datetime], frozenset[str]]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kolkata"]
DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
# Around changes of clocks in those zones, and a plain week.
WEEKS = [
    date(2024, 3, 7),
    date(2024, 3, 28),
    date(2024, 4, 4),
    date(2024, 10, 3),
    date(2024, 10, 24),
    date(2024, 6, 10),
]
MINUTE = timedelta(minutes=1)


def resolve(local: datetime, zone: ZoneInfo) -> datetime:
    """The first occurrence of a wall-clock time; in a gap the first instant after it."""
    found = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local:
        return found
    low, high = found - timedelta(hours=4), found
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == high.astimezone(zone).utcoffset():
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0) + timedelta(seconds=bool(high.microsecond))


def months_on(start: datetime, number: int) -> datetime:
    month = start.month - 1 + number
    return start.replace(year=start.year + month // 12, month=month % 12 + 1)


def boundary(config: Row, zone: ZoneInfo, k: int) -> datetime:
    start, amount = datetime.fromisoformat(config["start_local"]), k * config["interval"]
    match config["unit"]:
        case "month":
            return resolve(months_on(start, amount), zone)
        case "hour" if 24 % config["interval"]:
            return resolve(start, zone) + timedelta(hours=amount)
        case unit:
            return resolve(start + timedelta(**{f"{unit}s": amount}), zone)


def number_at(config: Row, zone: ZoneInfo, at: datetime) -> int:
    """The last boundary at or before an instant."""
    hours = {"hour": 1, "day": 24, "week": 168, "month": 730}[config["unit"]] * config["interval"]
    k = int((at - resolve(datetime.fromisoformat(config["start_local"]), zone)) / timedelta(hours=hours)) - 3
    while boundary(config, zone, k) > at:
        k -= 3
    while boundary(config, zone, k + 1) <= at:
        k += 1
    return k


def shift(config: Row, zone: ZoneInfo, at: datetime) -> tuple[datetime, datetime]:
    k = number_at(config, zone, at)
    start, following = boundary(config, zone, k), k + 1
    while boundary(config, zone, following) <= start:
        following += 1
    return start, boundary(config, zone, following)


def turn(config: Row, zone: ZoneInfo, at: datetime) -> str:
    people, k = config["participants"], number_at(config, zone, at)
    anchor = config.get("anchor")
    if anchor:
        k += anchor["index"] - number_at(config, zone, datetime.fromisoformat(anchor["at"]))
    return str(people[k % len(people)])


def windows(mask: Iterable[Row], zone: ZoneInfo, around: datetime) -> list[tuple[datetime, datetime]]:
    """Every window that begins within ten days of an instant."""
    found = []
    for back in range(-10, 11):
        day = around.astimezone(zone).date() + timedelta(days=back)
        for row in mask:
            begins, ends, length = _edges(row, day)
            if begins is None:
                continue
            start = resolve(datetime.combine(day, begins), zone)
            end = resolve(datetime.combine(day + timedelta(days=length), ends), zone)
            found.append((start, end))
    return found


def _edges(row: Row, day: date) -> tuple[time | None, time, int]:
    if "daily_from" in row:
        begins, ends = time.fromisoformat(row["daily_from"]), time.fromisoformat(row["daily_to"])
        listed = DAYS[day.weekday()] in row.get("weekdays", DAYS)
        return begins if listed else None, ends, int(ends <= begins)
    (first, opens), (last, closes) = row["from"].split(), row["to"].split()
    begins, ends = time.fromisoformat(opens), time.fromisoformat(closes)
    length = (DAYS.index(last) - DAYS.index(first)) % 7
    if length == 0 and ends <= begins:
        length = 7
    return begins if DAYS[day.weekday()] == first else None, ends, length


def is_open(mask: Iterable[Row], zone: ZoneInfo, at: datetime) -> bool:
    return any(start <= at < end for start, end in windows(mask, zone, at))


def touched(mask: Iterable[Row], zone: ZoneInfo, start: datetime, end: datetime) -> bool:
    return any(max(start, a) < min(end, b) for a, b in windows(mask, zone, start))


def masked(config: Row, zone: ZoneInfo, at: datetime) -> frozenset[str]:
    """4.2, and a layer of 4.3."""
    if at < resolve(datetime.fromisoformat(config["start_local"]), zone):
        return frozenset()
    mask = config.get("restrict")
    if mask and not is_open(mask, zone, at):
        return frozenset()
    if config.get("advance") != "covered_periods_only":
        return frozenset({turn(config, zone, at)})
    edges = [boundary(config, zone, k) for k in range(number_at(config, zone, at) + 1)]
    turns = sum(a < b and touched(mask or [], zone, a, b) for a, b in itertools.pairwise(edges))
    return frozenset({config["participants"][turns % len(config["participants"])]})


def rules(config: Row, zone: ZoneInfo, at: datetime) -> frozenset[str]:
    """4.5 and 4.6."""
    for plan in config.get("temporary", []):
        if _during(plan, at):
            return frozenset(one["user"] for one in plan["shifts"] if _during(one, at))
    found = set(config.get("base", []))
    for rule in config.get("rules", []):
        row = {"daily_from": rule["start"], "daily_to": rule["end"], "weekdays": rule["weekdays"]}
        if is_open([row], zone, at):
            turns = rule.get("rotation")
            found.add(turn(turns, ZoneInfo(turns.get("tz", str(zone))), at) if turns else rule["target"])
    running = [one for one in config.get("overrides", []) if _during(one, at)]
    gone = {one["remove"] for one in running if "remove" in one}
    come = {one["add"] for one in running if "add" in one and ("remove" not in one or one["remove"] in found)}
    return frozenset((found - gone) | come)


def _during(row: Row, at: datetime) -> bool:
    return datetime.fromisoformat(row["start"]) <= at < datetime.fromisoformat(row["end"])


def written(config: Row, at: datetime) -> frozenset[str]:
    """4.4."""
    over = [one for one in config.get("overrides", []) if _during(one, at)]
    if over:
        top = max(one["priority"] for one in over)
        return frozenset(one["user"] for one in over if one["priority"] == top)
    key = "layer" if config["precedence"] == "last_layer_wins" else "priority"
    running = [one for one in config["shifts"] if _during(one, at)]
    best = [one["user"] for one in running if one[key] == max(other[key] for other in running)]
    best = best[-1:] if config["ties"] == "last" else best
    put_in = [one for one in config.get("substitutions", []) if _during(one, at)]
    swapped = [one for one in config.get("swaps", []) if _during(one, at) and one["to"] is not None]
    return frozenset(_replaced(user, put_in, swapped, config.get("current_scope")) for user in best)


def _replaced(user: str, put_in: list[Row], swapped: list[Row], scope: str | None) -> str:
    own = [one for one in put_in if one["from"] == user and one["scope"] in (None, scope)]
    narrow = [one for one in own if one["scope"] is not None] or own
    if narrow:
        user = narrow[0]["to"]
    mine = [one for one in swapped if one["from"] == user]
    return mine[0]["to"] if mine else user


def rolling(config: Row, at: datetime) -> frozenset[str]:
    """4.7: every occurrence from the first on."""
    zone = ZoneInfo(config.get("tz", "UTC"))
    first = datetime.fromisoformat(config["start"])
    wall, length = first.astimezone(zone).replace(tzinfo=None), timedelta(minutes=config["duration_minutes"])
    found: set[str] = set()
    hidden = datetime.fromisoformat(config["rotation_start"])
    until = datetime.fromisoformat(config["until"]) if config.get("until") else None
    for start, number in _occurrences(config, wall, zone, first, at):
        if start <= at < start + length and start >= hidden and (until is None or start <= until):
            found |= set(config["groups"][number % len(config["groups"])])
    return frozenset(found)


def _occurrences(
    config: Row, wall: datetime, zone: ZoneInfo, first: datetime, at: datetime
) -> Iterable[tuple[datetime, int]]:
    every, days = config["interval"], [day.lower() for day in config["by_day"]]
    if config["freq"] == "hourly":
        yield from (
            (first + timedelta(hours=every * n), n) for n in range(int((at - first).total_seconds() // 3600) + 2)
        )
        return
    span = (at - first).days + 3
    firsts = ["mo", "tu", "we", "th", "fr", "sa", "su"]
    week0 = wall.date() - timedelta(days=(wall.weekday() - firsts.index(config["week_start"].lower())) % 7)
    eligible = 0
    for n in range(span):
        day = wall + timedelta(days=n)
        on = firsts[day.weekday()] in days
        here = resolve(day, zone)
        week, month = (day.date() - week0).days // 7, (day.year - wall.year) * 12 + day.month - wall.month
        match config["freq"], bool(days):
            case "daily", False if n % every == 0:
                yield here, n // every
            case "daily", True if on:
                yield here, eligible // every
                eligible += 1
            case "weekly", False if n % (7 * every) == 0:
                yield here, n // (7 * every)
            case "weekly", True if on and week % every == 0:
                yield here, week // every
            case "monthly", False if day.day == wall.day and month % every == 0:
                yield here, month // every
            case "monthly", True if on and month % every == 0:
                yield here, month // every
            case _:
                pass


# --- drawing


def said(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def clock(rng: random.Random) -> str:
    return f"{rng.randrange(24):02}:{rng.choice(['00', '30', '15'])}"


def draw_turns(rng: random.Random, day: date, people: str = "ABC") -> Row:
    unit = rng.choice(["hour", "hour", "day", "week", "month"])
    interval = rng.choice([1, 1, 2, 5, 12] if unit == "hour" else [1, 2, 3])
    begins = rng.choice(["01:30", "02:00", "02:15", "02:30", "03:00", clock(rng)])
    start = f"{(day + timedelta(days=rng.randrange(-3, 4))).replace(day=min(day.day, 25)).isoformat()}T{begins}"
    found: Row = {"unit": unit, "interval": interval, "start_local": start}
    return {**found, "participants": list(people[: rng.randrange(1, len(people) + 1)])}


def draw_mask(rng: random.Random) -> list[Row]:
    rows: list[Row] = []
    for _ in range(rng.randrange(1, 3)):
        if rng.random() < 0.5:
            rows.append({"daily_from": clock(rng), "daily_to": clock(rng)})
            if rng.random() < 0.5:
                rows[-1]["weekdays"] = rng.sample(DAYS, rng.randrange(1, 6))
        else:
            first, last = rng.sample(DAYS, 2)
            rows.append({"from": f"{first} {clock(rng)}", "to": f"{last} {clock(rng)}"})
    return rows


def moments(rng: random.Random, day: date) -> list[datetime]:
    middle = datetime.combine(day, time(), UTC)
    return [
        middle + timedelta(minutes=15 * rng.randrange(-4 * 48, 4 * 24 * 9)) - MINUTE * rng.randrange(2)
        for _ in range(40)
    ]


def spans(rng: random.Random, day: date) -> Row:
    start = datetime.combine(day, time(), UTC) + timedelta(hours=rng.randrange(0, 96))
    return {"start": said(start), "end": said(start + timedelta(hours=rng.randrange(1, 60)))}


def asked(config: Row, who: Roster, at: Iterable[datetime]) -> Row:
    expect = [{"at": said(one), "on_call": sorted(who(one))} for one in at]
    return {"id": "drawn", "kind": "rotation", "config": config, "timeline": [], "expect": expect}


def draw_rotation(rng: random.Random) -> Row:
    day, zone = rng.choice(WEEKS), rng.choice(ZONES)
    config = {"type": "rotation", "tz": zone, **draw_turns(rng, day)}
    if rng.random() < 0.3:
        config["anchor"] = {
            "at": said(rng.choice(moments(rng, day))),
            "index": rng.randrange(len(config["participants"])),
        }
    expect = []
    for at in moments(rng, day):
        start, end = shift(config, ZoneInfo(zone), at)
        expect.append(
            {
                "at": said(at),
                "on_call": [turn(config, ZoneInfo(zone), at)],
                "shift_start": said(start),
                "shift_end": said(end),
                "shift_hours": (end - start).total_seconds() / 3600,
            }
        )
    return {"id": "drawn", "kind": "rotation", "config": config, "timeline": [], "expect": expect}


def draw_restricted(rng: random.Random) -> Row:
    day, zone = rng.choice(WEEKS), rng.choice(ZONES)
    config = {"type": "restricted_rotation", "tz": zone, **draw_turns(rng, day), "restrict": draw_mask(rng)}
    if rng.random() < 0.4 and config["unit"] in {"day", "week"}:
        config["advance"] = "covered_periods_only"
    return asked(config, lambda at: masked(config, ZoneInfo(zone), at), moments(rng, day))


def draw_layered(rng: random.Random) -> Row:
    day, zone = rng.choice(WEEKS), rng.choice(ZONES)
    layers = [draw_turns(rng, day, people) for people in ("AB", "CD", "EF")]
    for layer in layers[:2]:
        layer["restrict"] = draw_mask(rng)
    config = {"type": "layered_rotations", "tz": zone, "precedence": "first_layer_wins", "layers": layers}

    def who(at: datetime) -> frozenset[str]:
        found = (masked(layer, ZoneInfo(zone), at) for layer in layers)
        return next((people for people in found if people), frozenset())

    return asked(config, who, moments(rng, day))


def draw_written(rng: random.Random) -> Row:
    day, key = rng.choice(WEEKS), rng.choice(["priority", "layer"])
    shifts = [{"user": rng.choice("ABCD"), key: rng.randrange(1, 4), **spans(rng, day)} for _ in range(5)]
    config: Row = {
        "type": "layers",
        "tz": "UTC",
        "precedence": "higher_priority_wins" if key == "priority" else "last_layer_wins",
        "ties": rng.choice(["both", "last"]),
        "shifts": shifts,
    }
    extra = rng.choice(["overrides", "swaps", "substitutions", None])
    if extra == "overrides":
        config[extra] = [{"user": rng.choice("XYZ"), "priority": rng.randrange(3), **spans(rng, day)} for _ in range(3)]
    elif extra == "swaps":
        config[extra] = [
            {"from": one, "to": rng.choice(["X", None]), **spans(rng, day)} for one in rng.sample("ABCD", 2)
        ]
    elif extra == "substitutions":
        scope = config["current_scope"] = rng.choice([None, "s", "t"])
        config[extra] = [
            {"from": one, "to": other, "scope": scoped, **spans(rng, day)}
            for one, other, scoped in (("A", "B", None), ("B", "X", None), ("A", "Y", "s"), ("C", "Z", "t"))
        ]
        del scope
    return asked(config, lambda at: written(config, at), moments(rng, day))


def draw_rules(rng: random.Random) -> Row:
    day, zone = rng.choice(WEEKS), rng.choice(ZONES)
    config: Row = {"type": "rules", "tz": zone, "equal_ends": "24h", "rules": []}
    for place in range(rng.randrange(1, 4)):
        start = clock(rng)
        rule: Row = {
            "weekdays": rng.sample(DAYS, rng.randrange(1, 6)),
            "start": start,
            "end": rng.choice([clock(rng), start]),
        }
        if rng.random() < 0.4:
            rule["rotation"] = draw_turns(rng, day, "PQR")
        else:
            rule["target"] = "ABC"[place]
        config["rules"].append(rule)
    if rng.random() < 0.3:
        config = {"type": "fixed", "tz": zone, "base": ["A", "B"]}
    words = [{"add": "X"}, {"remove": "A"}, {"remove": "B", "add": "Y"}, {"remove": "P", "add": "A"}]
    config["overrides"] = [{**word, **spans(rng, day)} for word in rng.sample(words, rng.randrange(0, 4))]
    if config["type"] == "rules" and rng.random() < 0.5:
        whole = spans(rng, day)
        config["temporary"] = [{**whole, "shifts": [{"user": "T", **spans(rng, day)}]}]
    return asked(config, lambda at: rules(config, ZoneInfo(zone), at), moments(rng, day))


def draw_rolling(rng: random.Random) -> Row:
    day, zone = rng.choice(WEEKS), rng.choice([*ZONES[:2], "UTC"])
    start = datetime.combine(
        day - timedelta(days=rng.randrange(0, 40)), time(rng.randrange(24), rng.choice([0, 30])), UTC
    )
    start = start.replace(day=min(start.day, 28))
    freq = rng.choice(["hourly", "daily", "weekly", "monthly"])
    config: Row = {
        "type": "rolling_shift",
        "tz": zone,
        "start": said(start),
        "duration_minutes": rng.choice([30, 60, 600, 1440]),
        "freq": freq,
        "interval": rng.choice([1, 1, 2, 3]),
        "by_day": [] if freq == "hourly" else rng.choice([[], ["MO", "WE"], ["SU"], ["TU", "TH", "SA"]]),
        "week_start": rng.choice(["MO", "SU", "WE"]),
        "groups": rng.choice([[["A"], ["B"], ["C", "D"]], [["A"], ["B"]]]),
        "rotation_start": said(start + timedelta(hours=rng.choice([0, 0, 30, 200]))),
    }
    if rng.random() < 0.3:
        config["until"] = said(start + timedelta(days=rng.randrange(2, 40)))
    return asked(config, lambda at: rolling(config, at), moments(rng, day))


DRAWS: tuple[Callable[[random.Random], Row], ...] = (
    draw_rotation,
    draw_restricted,
    draw_layered,
    draw_written,
    draw_rules,
    draw_rolling,
)
