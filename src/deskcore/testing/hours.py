"""Strategies for calendars and instants, and the laws every calendar keeps, to run against your own.

``calendars()`` draws rich ones (many zones, overnight hours, breaks, special dates, versions, algebra), ``instants()``
aims at interesting edges, and each ``check_*`` states one law. The slow oracle is in ``deskcore.testing.hours_oracle``.

Layer: testing.
"""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final, cast
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from deskcore._value import to_us
from deskcore.errors import NeverHappens, OutOfRange
from deskcore.hours import BusinessDuration, Calendar, EveryYear, OnDates, Recurring, Special
from deskcore.hours.days import Days
from deskcore.hours.special import Effect
from deskcore.hours.wall_clock import offset_runs

ZONES: Final = (
    "UTC",
    "Europe/Amsterdam",
    "Europe/Dublin",
    "Europe/Lisbon",
    "America/New_York",
    "America/St_Johns",
    "America/Sao_Paulo",
    "America/Havana",
    "America/Santiago",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Tehran",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Pacific/Apia",
    "Pacific/Chatham",
)
"""Zones that together have every oddity: gaps and folds of an hour and of half an hour, changes at midnight, negative
summer time, offsets of 45 minutes, a skipped date."""

FIRST: Final = datetime(1990, 1, 1, tzinfo=UTC)
LAST: Final = datetime(2038, 1, 1, tzinfo=UTC)


def zones() -> st.SearchStrategy[str]:
    """Keys of zones with every oddity there is."""
    return st.sampled_from(ZONES)


@st.composite
def hours_of_a_day(draw: st.DrawFn) -> str:
    """Text of one day's hours: none, one or several spans, overnight now and then, whole minutes."""
    quarters = draw(st.lists(st.integers(0, 95), max_size=4, unique=True).map(sorted))
    edges = quarters[: len(quarters) // 2 * 2]
    texts = [f"{_clock(a)}-{_clock(b)}" for a, b in zip(edges[::2], edges[1::2], strict=True)]
    if draw(st.integers(0, 3)) == 0 and (not edges or edges[-1] < _LATEST):
        start = draw(st.integers(edges[-1] + 1 if edges else 40, 95))
        texts.append(f"{_clock(start)}-{draw(st.sampled_from(['24:00', '00:00', '02:30', '06:00']))}")
    return ",".join(texts) or "off"


_LATEST: Final = 94


def _clock(quarter: int) -> str:
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"


@st.composite
def weeks(draw: st.DrawFn) -> str:
    """Text of a week: often the same every working day, sometimes every day on its own, sometimes always or never."""
    kind = draw(st.integers(0, 9))
    if kind == 0:
        return draw(st.sampled_from(["24/7", "off", "Mon-Fri 09:00-17:00", "Mon-Fri 22:00-06:00"]))
    days = ("Mon-Fri", "Sat", "Sun") if kind < _MOSTLY else ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    return "; ".join(f"{day} {draw(hours_of_a_day())}" for day in days)


_MOSTLY: Final = 6


def _dates() -> st.SearchStrategy[date]:
    return st.dates(date(1990, 1, 1), date(2037, 12, 31))


def special_days() -> st.SearchStrategy[Days]:
    """Own lists, yearly ranges and recurrence rules."""
    month_days = st.sampled_from(["01-01", "02-29", "03-28", "06-15", "10-31", "12-24", "12-31"])
    return st.one_of(
        st.lists(_dates(), max_size=5, unique=True).map(OnDates.of),
        st.builds(EveryYear, month_days, month_days, st.sampled_from(["", "season"])),
        st.builds(
            Recurring,
            st.sampled_from(
                ["FREQ=MONTHLY;BYDAY=-1SU", "FREQ=WEEKLY;INTERVAL=2", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=25"]
            ),
            _dates(),
            st.just("recurring"),
        ),
    )


def weekly_calendars() -> st.SearchStrategy[Calendar]:
    """Weekly hours in any of the zones, with breaks, closed dates and special hours."""
    special = st.builds(
        Special,
        special_days(),
        hours_of_a_day(),
        cast("st.SearchStrategy[Effect]", st.sampled_from(["replace", "extra", "break"])),
        st.booleans(),
    )
    return st.builds(
        Calendar.weekly,
        weeks(),
        tz=zones(),
        breaks=st.just("off") | hours_of_a_day(),
        holidays=st.lists(special_days(), max_size=2),
        special=st.lists(special, max_size=2),
    )


def calendars(*, max_leaves: int = 4) -> st.SearchStrategy[Calendar]:
    """Calendars of every kind: weekly ones, combined by set algebra, versions and restriction to a range."""
    leaves = st.one_of(
        weekly_calendars(),
        weekly_calendars(),
        st.builds(Calendar.always, tz=zones()),
        st.builds(Calendar.never, tz=zones()),
    )
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(Calendar.__or__, inner, inner),
            st.builds(Calendar.__and__, inner, inner),
            st.builds(Calendar.__sub__, inner, inner),
            st.builds(Calendar.__invert__, inner),
            st.builds(lambda a, day, b: Calendar.versions(a, (day, b)), inner, _dates(), inner),
            st.builds(
                lambda a, day, length: a.restricted(day, day + timedelta(days=length)),
                inner,
                _dates(),
                st.integers(0, 900),
            ),
        ),
        max_leaves=max_leaves,
    )


@st.composite
def instants(draw: st.DrawFn, *, whole_minutes: bool = False) -> datetime:
    """Aware datetimes of 1990 to 2037, in any of the zones; many lie near an offset change, midnight or new year."""
    zone = draw(zones())
    kind = draw(st.integers(0, 3))
    if kind == 0:
        base = draw(st.sampled_from(offset_changes(zone)))
    elif kind == 1:
        base = datetime.combine(draw(_dates()), datetime.min.time(), tzinfo=ZoneInfo(zone))
    else:
        base = draw(st.datetimes(FIRST.replace(tzinfo=None), LAST.replace(tzinfo=None), timezones=st.just(UTC)))
    near = timedelta(minutes=draw(st.integers(-1500, 1500)))
    if not whole_minutes:
        near += timedelta(microseconds=draw(st.integers(-60_000_000, 60_000_000)))
    at = min(max(base.astimezone(UTC) + near, FIRST), LAST)
    if whole_minutes:
        at = at.replace(second=0, microsecond=0)
    return at.astimezone(ZoneInfo(draw(zones())))


def offset_changes(zone: str) -> list[datetime]:
    """The instants of 1990 to 2037 at which a zone's offset changes, and the first of 2000.

    >>> [at.isoformat() for at in offset_changes("Asia/Tokyo")]
    ['2000-01-01T00:00:00+00:00']
    """
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    runs = offset_runs(zone, to_us(FIRST), to_us(LAST))
    return [datetime(2000, 1, 1, tzinfo=UTC), *(epoch + timedelta(microseconds=run.start) for run in runs[1:])]


def amounts(*, at_most: timedelta = timedelta(days=40)) -> st.SearchStrategy[BusinessDuration]:
    """Amounts of open time, negative ones and zero among them, exact to the microsecond."""
    fine = st.timedeltas(-at_most, at_most)
    coarse = st.integers(-160, 160).map(lambda quarters: timedelta(minutes=15 * quarters))
    return (fine | coarse).map(BusinessDuration)


# -- laws


def check_additivity(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    """Law: open time from a to c is that from a to b and from b to c, wherever b lies."""
    assert calendar.between(a, b) + calendar.between(b, c) == calendar.between(a, c)


def check_antisymmetry(calendar: Calendar, a: datetime, b: datetime) -> None:
    """Law: going back is the negative of going forth."""
    assert calendar.between(a, b) == -calendar.between(b, a)


def check_monotonicity(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    """Law: looking later never counts less, and no span holds more open time than time."""
    low, middle, high = sorted((a, b, c), key=to_us)
    assert BusinessDuration(timedelta(0)) <= calendar.between(low, middle) <= calendar.between(low, high)
    assert calendar.between(low, high).microseconds <= to_us(high) - to_us(low)


def check_add_inverts_between(calendar: Calendar, at: datetime, amount: BusinessDuration) -> None:
    """Law: the open time from ``at`` to ``add(at, amount)`` is ``amount``, forwards and back, on both sides of a gap.

    The near side is the earliest such instant going forward and the latest going back; the far side the other end.
    """
    try:
        near = calendar.add(at, amount)
    except (NeverHappens, OutOfRange):
        return
    assert calendar.between(at, near) == amount
    step = timedelta(microseconds=1) if amount.microseconds >= 0 else timedelta(microseconds=-1)
    if amount:
        assert calendar.between(at, near.astimezone(UTC) - step) != amount, "an earlier instant would do"
    try:
        far = calendar.add(at, amount, cross_gap=True)
    except (NeverHappens, OutOfRange):
        return
    assert calendar.between(at, far) == amount
    assert calendar.between(at, far.astimezone(UTC) + step) != amount, "a later instant would do"


def check_intervals_add_up(calendar: Calendar, start: datetime, end: datetime) -> None:
    """Law: the intervals of a span are disjoint, do not touch, are open inside, and add up to ``between``."""
    found = list(calendar.intervals(start, end))
    assert sum(span.open_time.microseconds for span in found) == calendar.between(start, end).microseconds
    assert all(to_us(a.end) < to_us(b.start) for a, b in pairwise(found))
    assert all(calendar.is_open(span.start) for span in found)
    assert found == list(calendar.intervals(start, end, latest_first=True))[::-1]


def check_explanation_adds_up(calendar: Calendar, start: datetime, end: datetime) -> None:
    """Law: an explanation tiles its span, is open exactly where the calendar is, and adds up to ``between``."""
    explained = calendar.explain(start, end)
    assert explained.total == calendar.between(start, end)
    pieces = [piece for day in explained.days for piece in day.pieces]
    assert all(to_us(a.end) == to_us(b.start) for a, b in pairwise(pieces))
    assert all(calendar.is_open(piece.start) is piece.is_open for piece in pieces)


def check_looks_agree(calendar: Calendar, at: datetime) -> None:
    """Law: what opens next, closes next and opened before agree with ``is_open`` and with each other."""
    opens, change = calendar.next_open(at), calendar.next_change(at)
    starts, closes = calendar.next_start(at), calendar.next_close(at)
    ahead = [to_us(edge) for edge in (starts, closes) if edge is not None]
    assert (None if change is None else to_us(change)) == min(ahead, default=None)
    if opens is not None:
        assert calendar.is_open(opens)
        assert not calendar.between(at, opens)
    before = calendar.previous_open(at)
    if before is not None and closes is not None and calendar.is_open(at):
        assert calendar.between(before, at).microseconds == to_us(at) - to_us(before)
    closed = calendar.previous_close(at)
    if closed is not None and to_us(closed) != to_us(at) and not calendar.is_open(at):
        assert not calendar.between(closed, at)


def check_algebra(a: Calendar, b: Calendar, start: datetime, end: datetime) -> None:
    """Laws: union, intersection, difference and complement as sets of instants; De Morgan; inclusion and exclusion."""
    low, high = sorted((start, end), key=to_us)

    def same(one: Calendar, other: Calendar) -> None:
        assert one.same_hours(other, low, high), f"{one!r} is not {other!r}"

    same(a | b, b | a)
    same(a & b, b & a)
    same(a - b, a & ~b)
    same(~~a, a)
    same(~(a | b), ~a & ~b)
    same(~(a & b), ~a | ~b)
    same(a | (a & b), a)
    same(a | ~a, Calendar.always())
    same(a & ~a, Calendar.never())
    assert (a | b).between(low, high) + (a & b).between(low, high) == a.between(low, high) + b.between(low, high)


def check_round_trips(calendar: Calendar) -> None:
    """Law: a calendar survives pickling, hashes equally, and leaves its memo behind."""
    copy = pickle.loads(pickle.dumps(calendar))  # noqa: S301 - our own bytes
    assert copy == calendar
    assert hash(copy) == hash(calendar)


def check_all(calendar: Calendar, moments: Sequence[datetime], amount: BusinessDuration) -> None:
    """Every law of one calendar, at three instants: what a host runs against its own.

    >>> office = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam")
    >>> noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> moments = [noon, noon + timedelta(days=3), noon + timedelta(days=9)]
    >>> check_all(office, moments, BusinessDuration(timedelta(hours=4)))
    """
    a, b, c = moments
    low, high = sorted((a, b), key=to_us)
    check_additivity(calendar, a, b, c)
    check_antisymmetry(calendar, a, b)
    check_monotonicity(calendar, a, b, c)
    check_add_inverts_between(calendar, a, amount)
    check_intervals_add_up(calendar, low, high)
    check_explanation_adds_up(calendar, low, high)
    check_looks_agree(calendar, c)
    check_round_trips(calendar)
