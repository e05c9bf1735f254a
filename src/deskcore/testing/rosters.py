"""Rosters for tests: strategies over eighteen zones, laws that every roster keeps, and slow, obvious oracles.

Layer: testing. The only third-party import is hypothesis.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from deskcore._value import to_us
from deskcore.errors import NeverHappens
from deskcore.hours import Calendar, elapsed
from deskcore.staff.layers import During, Layer, Layered, OnDuty
from deskcore.staff.overrides import (
    Overridden,
    Override,
    Replaced,
    Replacement,
    Shift,
    Substituted,
    Substitution,
    WrittenShifts,
)
from deskcore.staff.rolling import WEEKDAYS, Freq, RollingShifts, Weekday
from deskcore.staff.roster import Roster
from deskcore.staff.rotation import Anchor, Rotation

ZONES: Final = (
    "UTC",
    "Europe/Amsterdam",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Chisinau",
    "America/New_York",
    "America/Chicago",
    "America/St_Johns",
    "America/Havana",
    "America/Santiago",
    "America/Sao_Paulo",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Asia/Kolkata",
    "Australia/Adelaide",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
)
"""Zones with and without clock changes, at night and at midnight, by an hour and by half of one."""
PEOPLE: Final = ("ann", "bo", "cy", "dana")
_START: Final = datetime(2026, 3, 2, tzinfo=UTC)
_UNITS: Final = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}


def moments() -> st.SearchStrategy[datetime]:
    """Instants of the years 2025 and 2026, to the minute; most are near a clock change of some zone.

    >>> moments()  # doctest: +ELLIPSIS
    one_of(...)
    """
    near = st.sampled_from([datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 3, 29, tzinfo=UTC)])
    later = st.sampled_from([datetime(2026, 4, 5, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
    around = st.builds(lambda day, minutes: day + timedelta(minutes=minutes), near | later, st.integers(-4320, 4320))
    anywhere = st.integers(0, 2 * 365 * 24 * 60).map(
        lambda minutes: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    )
    return around | anywhere


def _names() -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=4, unique=True)


@st.composite
def rotations(draw: st.DrawFn) -> Rotation:
    """Rotations of every unit, anchored or not, backwards or not."""
    anchor = draw(st.none() | st.builds(Anchor, moments(), st.integers(0, 3)))
    return Rotation(
        draw(_names()),
        tz=draw(st.sampled_from(ZONES)),
        on=draw(st.dates(date(2025, 6, 1), date(2026, 4, 1))),
        at=draw(st.sampled_from([time(0), time(2), time(2, 30), time(3), time(9), time(23, 30)])),
        unit=draw(st.sampled_from(["hour", "day", "week", "month"])),
        every=draw(st.sampled_from([1, 2, 3, 5, 12, 36])),
        anchor=anchor,
        before=draw(st.sampled_from(["nobody", "periodic"])),
    )


@st.composite
def rolling_shifts(draw: st.DrawFn) -> RollingShifts:
    """Recurring shifts of every frequency."""
    freqs: tuple[Freq, ...] = ("hourly", "daily", "weekly", "monthly")
    freq = draw(st.sampled_from(freqs))
    days: frozenset[Weekday] = (
        frozenset() if freq == "hourly" else frozenset(draw(st.sets(st.sampled_from(WEEKDAYS), max_size=5)))
    )
    return RollingShifts(
        draw(_names()),
        tz=draw(st.sampled_from(ZONES)),
        start=draw(moments()),
        length=elapsed(minutes=draw(st.integers(1, 4000))),
        freq=freq,
        every=1 if freq == "daily" and days else draw(st.integers(1, 4)),
        hold=draw(st.integers(1, 3)),
        weekdays=days,
        week_start=draw(st.sampled_from(WEEKDAYS)),
        visible_from=draw(st.none() | moments()),
        until=draw(st.none() | moments()),
    )


def _windows(draw: st.DrawFn) -> tuple[datetime, datetime]:
    start = draw(moments())
    return start, start + timedelta(minutes=draw(st.integers(0, 20_000)))


@st.composite
def rosters(draw: st.DrawFn, depth: int = 2) -> Roster:
    """Rosters of every kind, built over one another to a depth."""
    leaves = ["duty", "rotation", "rolling", "written"]
    kind = draw(st.sampled_from(leaves + (["during", "layered", "over", "sub", "replaced"] if depth else [])))
    person = st.sampled_from(PEOPLE)
    if kind == "duty":
        return OnDuty(draw(st.lists(person, max_size=2)))
    if kind == "rotation":
        return draw(rotations())
    if kind == "rolling":
        return draw(rolling_shifts())
    if kind == "written":
        return WrittenShifts(tuple(Shift(*_windows(draw), draw(person)) for _ in range(draw(st.integers(0, 4)))))
    below = draw(rosters(depth - 1))
    if kind == "during":
        text = draw(st.sampled_from(["Mon-Fri 09:00-17:00", "Mon-Sun 22:00-06:00", "Sat,Sun 00:00-24:00"]))
        return During(below, Calendar.weekly(text, tz=draw(st.sampled_from(ZONES))))
    if kind == "layered":
        other = draw(rosters(depth - 1))
        return Layered((Layer(below, draw(st.integers(1, 2))), Layer(other, 1)), draw(st.sampled_from(["all", "last"])))
    if kind == "over":
        put, gone = draw(person), draw(st.none() | person)
        return Overridden(below, (Override(*_windows(draw), add=put, remove=gone),))
    if kind == "sub":
        return Substituted(below, (Substitution(*_windows(draw), draw(person), draw(st.none() | person)),))
    return Replaced(below, (Replacement(*_windows(draw), draw(rosters(depth - 1))),))


# --- laws


def check_partition(roster: Roster, start: datetime, end: datetime) -> None:
    """The stretches of a window touch, differ from their neighbours and agree with ``on_call`` all through.

    >>> check_partition(OnDuty(("bo",)), _START, _START + timedelta(days=1))
    """
    duties = roster.shifts(start, end)
    if end > start:
        assert (duties[0].start, duties[-1].end) == (start, end), f"{duties} do not fill the window"
    for before, after in pairwise(duties):
        assert before.end == after.start, f"{before} and {after} do not touch"
        assert set(before.people) != set(after.people), f"{before} and {after} are one"
    for duty in duties:
        assert duty.end is not None
        inside = (to_us(duty.end) - to_us(duty.start)) // 60_000_000
        for minute in {0, inside // 3, inside // 2, max(inside - 1, 0)}:
            at = duty.start + timedelta(minutes=minute)
            if at < duty.end:
                assert set(roster.on_call(at)) == set(duty.people), f"{roster.on_call(at)} at {at}, not {duty}"


def check_tight(roster: Roster, at: datetime) -> None:
    """Up to the next change nothing changes; at it somebody else is on duty; who is next agrees with it.

    >>> check_tight(OnDuty(("bo",)), _START)
    """
    here = set(roster.on_call(at))
    try:
        change, following = roster.next_change(at), roster.next_on_call(at)
    except NeverHappens:
        return  # the bound that both name
    if change is None:
        assert set(roster.on_call(at + timedelta(days=40))) == here, "it changed after all"
        return
    assert set(roster.on_call(change)) != here, f"nothing changes at {change}"
    assert set(roster.on_call(change - timedelta(microseconds=1))) == here, f"it changed before {change}"
    if roster.on_call(change):
        assert following is not None
        assert following.start == change


# --- oracles


def rotation_by_walking(rotation: Rotation, at: datetime) -> tuple[str, ...]:
    """Who is on duty, found by walking hand-off by hand-off from the start: slow, and obviously so.

    >>> rotation_by_walking(Rotation(("a",), tz="UTC", on=_START.date(), at=time(0), unit="day"), _START)
    ('a',)
    """
    turn = _turn_by_walking(rotation, at)
    if turn < 0 and rotation.before == "nobody":
        return ()
    if rotation.anchor is not None:
        turn += rotation.anchor.index - _turn_by_walking(rotation, rotation.anchor.at)
    return rotation.groups[turn % len(rotation.groups)]


def _turn_by_walking(rotation: Rotation, at: datetime) -> int:
    turn = 0
    while _handoff(rotation, turn) > at:
        turn -= 1
    while _handoff(rotation, turn + 1) <= at:
        turn += 1
    return turn


def _handoff(rotation: Rotation, turn: int) -> datetime:
    local = datetime.combine(rotation.on, rotation.at)
    steps = turn * rotation.every
    if rotation.unit == "hour" and 24 % rotation.every:
        return _first_showing(rotation.tz, local) + timedelta(hours=steps)
    if rotation.unit != "month":
        return _first_showing(rotation.tz, local + steps * _UNITS[rotation.unit])
    year, month = local.year, local.month + steps
    while month > 12:  # noqa: PLR2004 - months of a year
        year, month = year + 1, month - 12
    while month < 1:
        year, month = year - 1, month + 12
    day = rotation.on
    last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
    shown = date(year, month, min(day.day, last))
    return _first_showing(rotation.tz, datetime.combine(shown, rotation.at))


def _first_showing(zone: str, local: datetime) -> datetime:
    """The earliest instant at which the zone's clock shows a local time or later, found by looking around it."""
    tz = ZoneInfo(zone)
    early = local.replace(tzinfo=tz, fold=0).astimezone(UTC)
    if early.astimezone(tz).replace(tzinfo=None) == local:
        return early
    at = early - timedelta(hours=3)  # in a gap
    while at.astimezone(tz).replace(tzinfo=None) < local:
        at += timedelta(minutes=30)
    return at


def rolling_by_walking(shifts: RollingShifts, at: datetime) -> tuple[str, ...]:
    """Who is on duty, found by counting every occurrence from the first on.

    >>> daily = RollingShifts(("a",), tz="UTC", start=_START, length=elapsed(hours=1), freq="daily")
    >>> rolling_by_walking(daily, _START)
    ('a',)
    """
    found: list[str] = []
    length = timedelta(microseconds=shifts.length.microseconds)
    for start, turn in _occurrences(shifts, at):
        hidden = (shifts.visible_from is not None and start < shifts.visible_from) or (
            shifts.until is not None and start > shifts.until
        )
        if not hidden and start <= at < start + length:
            found += shifts.groups[(turn // shifts.hold) % len(shifts.groups)]
    return tuple(dict.fromkeys(found))


def _occurrences(shifts: RollingShifts, end: datetime) -> list[tuple[datetime, int]]:
    if shifts.freq == "hourly":
        count = int((end - shifts.start) / timedelta(hours=shifts.every)) + 1
        return [(shifts.start + timedelta(hours=shifts.every * turn), turn) for turn in range(max(count, 0))]
    local = shifts.start.astimezone(ZoneInfo(shifts.tz)).replace(tzinfo=None)
    found: list[tuple[datetime, int]] = []
    day, eligible, week, month = local.date(), 0, 0, 0
    while day <= end.date() + timedelta(days=1):
        if day > local.date():
            week += WEEKDAYS[day.weekday()] == shifts.week_start
            month += day.day == 1
        if shifts.weekdays and WEEKDAYS[day.weekday()] in shifts.weekdays:
            period = {"daily": eligible, "weekly": week, "monthly": month}[shifts.freq]
            if period % shifts.every == 0:
                found.append((_first_showing(shifts.tz, datetime.combine(day, local.time())), period // shifts.every))
            eligible += 1
        elif not shifts.weekdays and _on_its_day(day, local.date(), shifts.freq):
            if eligible % shifts.every == 0:
                turn = eligible // shifts.every
                found.append((_first_showing(shifts.tz, datetime.combine(day, local.time())), turn))
            eligible += 1
        day += timedelta(days=1)
    return found


def _on_its_day(day: date, first: date, freq: str) -> bool:
    if freq == "weekly":
        return day.weekday() == first.weekday()
    short = (day + timedelta(days=1)).month != day.month and first.day > day.day
    return freq == "daily" or day.day == first.day or short
