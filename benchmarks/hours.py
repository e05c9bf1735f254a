"""Business time beside its peers: workclock, numpy's busday, and others where they are installed."""

from __future__ import annotations

import importlib
import random
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import ModuleType
from typing import Final
from zoneinfo import ZoneInfo

from benchmarks.row import Row
from benchmarks.timing import Size, side_by_side
from deskcore.hours import BusinessDuration, Calendar, Holidays, business

ZONE: Final = ZoneInfo("America/New_York")
OTHER: Final = ZoneInfo("Europe/Amsterdam")
FIRST: Final = datetime(2020, 1, 1, tzinfo=UTC)
YEARS: Final = 8
PAIRS: Final = 500
Pairs = list[tuple[datetime, datetime]]


def holidays() -> list[date]:
    """The dates that everybody closes on: data in all libraries, so that nobody pays for looking them up."""
    return [day for day, _ in Holidays("US").dates(2019, 2029)]


def office() -> Calendar:
    """The calendar all rows ask: Mon-Fri 09:00-17:00 in New York."""
    return Calendar.weekly("Mon-Fri 09:00-17:00", tz=ZONE, holidays=holidays())


def pairs(days: int, zone: tzinfo, count: int = PAIRS) -> Pairs:
    """Random pairs of instants, ``days`` apart to within a day."""
    chance = random.Random(7)
    found: Pairs = []
    for _ in range(count):
        start = FIRST + timedelta(seconds=chance.randrange(YEARS * 365 * 86_400))
        end = start + timedelta(days=days) - timedelta(seconds=chance.randrange(86_400))
        found.append((start.astimezone(zone), end.astimezone(zone)))
    return found


def each(ask: Callable[[datetime, datetime], object], asked: Pairs) -> Callable[[], None]:
    """One call asks every pair."""

    def run() -> None:
        for start, end in asked:
            ask(start, end)

    return run


def rows(size: Size) -> Iterator[Row]:
    """Every row of hours."""
    yield from _between_rows(size)
    yield _us_row(size)
    yield _add_row(size)
    yield from _batch_rows(size)
    yield _compile_row(size)
    yield from _others(size)


def _row(
    work: str,
    ours: Callable[[], object],
    peer: Callable[[], object] | None,
    name: str,
    at_least: float,
    *,
    size: Size,
    count: int = PAIRS,
) -> Row:
    mine, theirs = side_by_side(ours, peer, size=size)
    return Row(work, mine * count, name, theirs and theirs * count, f"{at_least:g}x", at_least=at_least)


def _installed(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError:
        return None


def _workclock() -> tuple[Callable[[datetime, datetime], object], Callable[[datetime, timedelta], object]] | None:
    module = _installed("workclock")
    if module is None:
        return None
    rules = [module.WorkDay(time(9), time(17)), module.Holidays(holidays())]
    schedule = module.Schedule(rules, time_zone="America/New_York")
    return schedule.between, schedule.add


def _between_rows(size: Size) -> Iterator[Row]:
    peer, calendar, count = _workclock(), office(), size.of(PAIRS, 5)
    for work, days, zone, aim in (
        ("hours-between-3d", 3, OTHER, 1.6),
        ("hours-between-1y", 365, OTHER, 18.0),
        ("hours-between-own-zone", 3, ZONE, 3.0),
    ):
        asked = pairs(days, zone, count)
        if peer is not None:
            theirs = [peer[0](start, end) for start, end in asked]
            assert [calendar.between(start, end).open_time for start, end in asked] == theirs, "workclock differs"
        beside = each(peer[0], asked) if peer else None
        yield _row(work, each(calendar.between, asked), beside, "workclock", aim, size=size, count=count)


def _us_row(size: Size) -> Row:
    calendar, count = office(), size.of(PAIRS, 5)
    asked = [(_us(start), _us(end)) for start, end in pairs(3, UTC, count)]
    calendar.between_us(min(asked)[0], max(asked)[1])
    edges = calendar.edges_us(min(asked)[0], max(asked)[1])
    opens, closes = edges[::2], edges[1::2]
    gathered = [0]
    for start, end in zip(opens, closes, strict=True):
        gathered.append(gathered[-1] + end - start)

    def plain(at: int) -> int:
        i = bisect_right(opens, at) - 1
        return gathered[i] + min(at, closes[i]) - opens[i] if i >= 0 else 0

    def ours() -> None:
        for start, end in asked:
            calendar.between_us(start, end)

    def bisect() -> None:
        for start, end in asked:
            plain(end) - plain(start)

    for start, end in asked:
        assert calendar.between_us(start, end) == plain(end) - plain(start), "the bisect differs"
    return _row("hours-between-us", ours, bisect, "bisect on ints", 1.0, size=size, count=count)


def _us(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _add_row(size: Size) -> Row:
    count = size.of(PAIRS, 5)
    calendar, peer, asked = office(), _workclock(), pairs(3, OTHER, count)
    amount, length = business(hours=8), timedelta(hours=8)
    add = peer[1] if peer else None
    theirs = each(lambda start, _: add(start, length), asked) if add else None
    if add is not None:
        assert all(calendar.add(start, amount) == add(start, length) for start, _ in asked), "workclock differs"
    ours = each(lambda start, _: calendar.add(start, amount), asked)
    return _row("hours-add", ours, theirs, "workclock", 2.0, size=size, count=count)


def _batch_rows(size: Size) -> Iterator[Row]:
    np = _installed("numpy")
    if np is None:
        print("hours-batch: left out, numpy is not installed", file=sys.stderr)
        return
    from deskcore.hours import batch

    calendar, count = office(), size.of(1_000_000, 1_000)
    chance = np.random.default_rng(7)
    starts = _us(FIRST) + chance.integers(0, YEARS * 365 * 86_400 * 10**6, count)
    ends = starts + chance.integers(0, 3 * 86_400 * 10**6, count)
    closed = np.array(holidays(), dtype="datetime64[D]")
    days, later = (
        starts.view("datetime64[us]").astype("datetime64[D]"),
        ends.view("datetime64[us]").astype("datetime64[D]"),
    )
    # The recipe knows no zones, so it is asked in UTC; in UTC both answer the same.
    greenwich = Calendar.weekly("Mon-Fri 09:00-17:00", tz=UTC, holidays=holidays())
    assert (batch.between(greenwich, starts, ends) == _busday(np, days, later, starts, ends, closed)).all()
    for place in range(0, count, count // 10):
        start, end = int(starts[place]), int(ends[place])
        assert batch.between(calendar, starts, ends)[place] == calendar.between_us(start, end)
    ours, peer = side_by_side(
        lambda: batch.between(calendar, starts, ends), lambda: _busday(np, days, later, starts, ends, closed), size=size
    )
    yield Row("hours-batch", ours * count, "numpy busday, naive", peer and peer * count, "30 M/s", per_s_at_least=30e6)


def _busday(np: ModuleType, days: object, later: object, starts: object, ends: object, closed: object) -> object:
    """The usual recipe: whole business days, and what is left of the first and the last. Naive UTC, one span a day."""
    hour = 3_600 * 10**6
    whole = np.busday_count(days, later, holidays=closed)

    def inside(at: object, day: object) -> object:
        since = (at.view("datetime64[us]") - day.astype("datetime64[us]")).view("int64")  # type: ignore[attr-defined]
        return np.clip(since - 9 * hour, 0, 8 * hour) * np.is_busday(day, holidays=closed)

    return whole * 8 * hour + inside(ends, later) - inside(starts, days)


def _compile_row(size: Size) -> Row:
    start = datetime(size.of(2010, 2029), 1, 1, tzinfo=UTC)
    end = datetime(2030, 1, 1, tzinfo=UTC)
    hours, closed = office().hours, frozenset(holidays())

    def ours() -> int:
        return Calendar(hours).between(start, end).microseconds

    def bare() -> int:
        spans: list[tuple[int, int]] = []
        day = start.date()
        while day < end.date():
            if day.weekday() < 5 and day not in closed:
                opens = datetime(day.year, day.month, day.day, 9, tzinfo=ZONE)
                closes = datetime(day.year, day.month, day.day, 17, tzinfo=ZONE)
                spans.append((int(opens.timestamp()) * 10**6, int(closes.timestamp()) * 10**6))
            day += timedelta(days=1)
        return sum(b - a for a, b in spans)

    assert ours() == bare(), "the bare loop differs"
    return _row("hours-compile", ours, bare, "a bare loop over 20 years", 3.0, size=size, count=1)


def _others(size: Size) -> Iterator[Row]:
    """Libraries that are asked where they happen to be installed; the aim is to be faster."""
    count = size.of(60, 2)
    asked = pairs(3, ZONE, count)
    for name, make in (("businesstimedelta", _businesstimedelta), ("exchange_calendars", _exchange_calendars)):
        module = _installed(name)
        if module is None:
            print(f"hours-between-{name}: left out, it is not installed", file=sys.stderr)
        else:
            ours, theirs = each(office().between, asked), each(make(module), asked)
            yield _row(f"hours-between-{name}", ours, theirs, name, 1.0, size=size, count=count)
    pandas = _installed("pandas")
    if pandas is None:
        print("hours-add-pandas: left out, it is not installed", file=sys.stderr)
    else:
        yield _pandas_row(pandas, asked, size)


def _pandas_row(pandas: ModuleType, asked: Pairs, size: Size) -> Row:
    offset = pandas.offsets.CustomBusinessHour(8, start="09:00", end="17:00", holidays=holidays())
    calendar, amount = office(), BusinessDuration(timedelta(hours=8))
    stamps = [pandas.Timestamp(start) for start, _ in asked]

    def theirs() -> None:
        for stamp in stamps:
            stamp + offset

    ours = each(lambda start, _: calendar.add(start, amount), asked)
    return _row("hours-add-pandas", ours, theirs, "pandas CustomBusinessHour", 1.0, size=size, count=len(asked))


def _businesstimedelta(module: ModuleType) -> Callable[[datetime, datetime], object]:
    zone = importlib.import_module("pytz").timezone("America/New_York")  # it takes no other
    work = module.WorkDayRule(start_time=time(9), end_time=time(17), working_days=[0, 1, 2, 3, 4], tz=zone)
    closed = module.HolidayRule(frozenset(holidays()), tz=zone)
    rules: Callable[[datetime, datetime], object] = module.Rules([work, closed]).difference
    return rules


def _exchange_calendars(module: ModuleType) -> Callable[[datetime, datetime], object]:
    calendar = module.get_calendar("XNYS", start="2019-01-02", end="2028-12-29")
    pandas = importlib.import_module("pandas")
    return lambda start, end: len(calendar.minutes_in_range(pandas.Timestamp(start), pandas.Timestamp(end)))
