"""A second reading of the business-time page: slow, plain, and sharing no code with the library.

Not an adapter and not imported by one. It walks local dates, turns each wall-clock edge into an instant by looking at every
offset the zone has around it, and answers each operation by scanning the list of open stretches from end to end.

Layer: tests. Standard library only.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOUR: Final = timedelta(hours=1)
FAR: Final = 4096
"""Days beyond which an amount is not looked for: more than ten years."""
Span = tuple[datetime, datetime]


def _offset(zone: str, instant: datetime) -> timedelta:
    offset = instant.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return offset


@lru_cache(maxsize=4096)
def changes(zone: str, year: int) -> tuple[datetime, ...]:
    """The instants of one year of UTC at which the zone's offset changes, found hour by hour and then to the second."""
    found = []
    step, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    before = _offset(zone, step)
    while step < end:
        after = _offset(zone, step + HOUR)
        if after != before:
            low, high = step, step + HOUR
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
            found.append(high)
        step, before = step + HOUR, after
    return tuple(found)


@lru_cache(maxsize=8192)
def _pieces(zone: str, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """Stretches of one offset, from two days before this date until three days after."""
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=2)
    end = begin + timedelta(days=5)
    found = [change for year in {begin.year, end.year} for change in changes(zone, year) if begin < change < end]
    return tuple((a, b, _offset(zone, a)) for a, b in pairwise([begin, *sorted(found), end]))


@lru_cache(maxsize=65536)
def edge(zone: str, day: date, seconds: int) -> datetime:
    """The earliest instant at which the clock shows that many seconds after this date's midnight, or later."""
    day, seconds = day + timedelta(days=seconds // 86_400), seconds % 86_400
    wall = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds)
    for begin, end, offset in _pieces(zone, day):
        reached = max(begin, wall - offset)
        if reached < end:
            return reached
    raise AssertionError((zone, day, seconds))


def _seconds(clock: str) -> int:
    parts = [int(part) for part in clock.split(":")]
    return parts[0] * 3600 + parts[1] * 60 + (parts[2] if len(parts) > 2 else 0)


def _stretches(zone: str, day: date, pairs: list[list[str]]) -> list[Span]:
    found = []
    for start, end in pairs:
        first, last = _seconds(start), _seconds(end)
        if last <= first:
            last += 86_400
        a, b = edge(zone, day, first), edge(zone, day, last)
        if a < b:
            found.append((a, b))
    return found


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _without(spans: list[Span], cuts: list[Span]) -> list[Span]:
    for begin, end in cuts:
        left = [(a, min(b, begin)) for a, b in spans if a < begin]
        right = [(max(a, end), b) for a, b in spans if b > end]
        spans = sorted(left + right)
    return spans


def open_stretches(schedule: dict[str, Any], first: date, last: date) -> list[Span]:
    """Every open stretch that starts on these local dates, and what ran over into the first."""
    zone, shifts = schedule["time_zone"], schedule.get("shifts") or {}
    found: list[Span] = []
    cuts: list[Span] = []
    day = first - timedelta(days=2)
    while day <= last + timedelta(days=1):
        name = day.isoformat()
        if name not in (schedule.get("holidays") or ()):
            pairs = shifts[name] if name in shifts else schedule["hours"].get(DAYS[day.weekday()], [])
            found += _stretches(zone, day, pairs)
        cuts += _stretches(zone, day, (schedule.get("breaks") or {}).get(name, []))
        day += timedelta(days=1)
    return _without(_merged(found), cuts)


def _named_dates(schedule: dict[str, Any]) -> list[date]:
    names = [*(schedule.get("holidays") or ()), *(schedule.get("shifts") or {}), *(schedule.get("breaks") or {})]
    return [date.fromisoformat(name) for name in names]


def _around(schedule: dict[str, Any], begin: datetime, end: datetime, more: int) -> tuple[list[Span], date, date]:
    """Stretches between two instants and beyond: past every date the schedule names, plus `more` days."""
    named = _named_dates(schedule)
    first = min([begin.date(), *named]) - timedelta(days=more)
    last = max([end.date(), *named]) + timedelta(days=more)
    return open_stretches(schedule, first, last), first, last


def answer(schedule: dict[str, Any], op: str, args: dict[str, Any]) -> Any:
    """What the page says to one question: an instant, None, a truth, a number or a list of pairs."""
    moments = {key: datetime.fromisoformat(value).astimezone(UTC) for key, value in args.items() if key != "seconds"}
    if op in {"between", "intervals"}:
        return _two(schedule, op, moments["start"], moments["end"])
    at = moments["at"]
    if op in {"add", "subtract"}:
        return _moved(schedule, at, timedelta(microseconds=round(args["seconds"] * 1_000_000)), back=op == "subtract")
    spans, first, last = _around(schedule, at, at, 16)
    low = datetime(first.year, first.month, first.day, tzinfo=UTC)
    high = datetime(last.year, last.month, last.day, tzinfo=UTC)
    return _one(op, at, spans, low, high)


def _one(op: str, at: datetime, spans: list[Span], low: datetime, high: datetime) -> Any:
    within = [span for span in spans if span[0] <= at < span[1]]
    later = [a for a, _ in spans if at < a < high]
    ends = [b for _, b in spans if at < b < high]
    if op == "is_open":
        return bool(within)
    if op == "next_open":
        return at if within else min(later, default=None)
    if op == "next_start":
        return min(later, default=None)
    if op == "next_close":
        return min(ends, default=None)
    if op == "previous_start":
        return max((a for a, _ in spans if low < a < at), default=None)
    if any(a < at <= b for a, b in spans):
        return at
    return max((b for _, b in spans if low < b < at), default=None)


def _two(schedule: dict[str, Any], op: str, start: datetime, end: datetime) -> Any:
    low, high = min(start, end), max(start, end)
    spans = open_stretches(schedule, low.date() - timedelta(days=2), high.date() + timedelta(days=2))
    cut = [(max(a, low), min(b, high)) for a, b in spans if max(a, low) < min(b, high)]
    if op == "intervals":
        return cut if start < end else []
    total = sum(((b - a) for a, b in cut), timedelta())
    return total / timedelta(seconds=1) * (1 if start <= end else -1)


def _moved(schedule: dict[str, Any], at: datetime, amount: timedelta, *, back: bool) -> datetime | None:
    reach = 16
    while True:
        spans, *_ = _around(schedule, at, at, reach)
        left = amount
        for a, b in reversed(spans) if back else spans:
            piece = (a, min(b, at)) if back else (max(a, at), b)
            if piece[0] >= piece[1]:
                continue
            if piece[1] - piece[0] >= left:
                return piece[1] - left if back else piece[0] + left
            left -= piece[1] - piece[0]
        if reach == FAR or not any(schedule["hours"].values()):
            return None
        reach = min(4 * reach, FAR)
