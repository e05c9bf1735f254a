"""Zones and edges of local time: the earliest instant at which the clock shows the edge time or later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, _zoneinfo, available_timezones  # type: ignore[attr-defined]

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore._value import DAY, from_us, to_us
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar
from deskcore.hours.wall_clock import EPOCH_DAY, edge, offset_at, offset_runs, zone_key, zone_of
from deskcore.testing.hours import ZONES

FIRST, UNTIL = datetime(1899, 12, 20, tzinfo=UTC), datetime(2037, 1, 1, tzinfo=UTC)


def _changes_by_the_file(key: str) -> list[int]:
    """What the zone's file itself lists, read by the pure Python reader, up to 2037 where the files end."""
    zone = _zoneinfo.ZoneInfo.no_cache(key)
    before = FIRST.astimezone(zone).utcoffset()
    found: list[int] = []
    for at, info in zip(zone._trans_utc, zone._ttinfos, strict=False):
        if to_us(FIRST) <= at * 10**6 < to_us(UNTIL) and info.utcoff != before:
            found.append(at * 10**6)
            before = info.utcoff
    return found


def _check_zone(key: str) -> None:
    runs = offset_runs(key, to_us(FIRST), to_us(UNTIL))
    assert [run.start for run in runs[1:]] == _changes_by_the_file(key), key


@pytest.mark.parametrize("key", [key for key in ZONES if key != "UTC"])
def test_no_change_of_offset_is_missed(key: str) -> None:
    _check_zone(key)


@pytest.mark.slow
def test_no_change_of_offset_of_any_zone_is_missed() -> None:
    for key in sorted(available_timezones() - {"localtime", "Factory"}):
        _check_zone(key)


@given(key=st.sampled_from(ZONES), day=st.integers(7_300, 24_800), second=st.integers(0, 2 * 86_400))
def test_an_edge_is_the_first_instant_whose_clock_shows_it(key: str, day: int, second: int) -> None:
    """At the edge the clock shows that time or later; a second before, it never has."""
    at = edge(key, day, second)
    wanted = datetime.fromordinal(day + EPOCH_DAY) + timedelta(seconds=second)

    def shown(instant: int) -> datetime:
        return from_us(instant, zone_of(key)).replace(tzinfo=None, fold=0)

    assert shown(at) >= wanted
    assert all(shown(at - step * 1_000_000) < wanted for step in (1, 60, 1_799, 1_801, 3_599, 3_601, 7_201, 86_401))


@given(
    key=st.sampled_from(ZONES), day=st.integers(-25_000, 84_000), a=st.integers(0, 172_800), b=st.integers(0, 172_800)
)
def test_edges_never_invert(key: str, day: int, a: int, b: int) -> None:
    """A later local time is never an earlier instant."""
    assert (edge(key, day, min(a, b)) <= edge(key, day, max(a, b))) is True


def test_both_edges_of_a_skipped_date_fall_together() -> None:
    skipped = date(2011, 12, 30).toordinal() - EPOCH_DAY
    assert edge("Pacific/Apia", skipped, 0) == edge("Pacific/Apia", skipped, 86_400)


def test_a_fixed_offset_is_a_zone_too() -> None:
    half = timezone(timedelta(hours=-3, minutes=-30))
    assert zone_key(half) == "-03:30"
    assert zone_of("-03:30") == half
    assert offset_at("-03:30", 0) == -3.5 * DAY / 24
    assert Calendar.weekly("Mon 09:00-10:00", tz=half).tz == half


class _Nameless(tzinfo):
    """A zone that does not say what it is."""

    def utcoffset(self, at: datetime | None, /) -> timedelta:
        return timedelta(hours=1)

    def dst(self, at: datetime | None, /) -> None:
        return None

    def tzname(self, at: datetime | None, /) -> str:
        return "nowhere"


@pytest.mark.parametrize(
    "wrong",
    ["Mars/Olympus", "", "+25:00", "../x", _Nameless(), None, 3, timezone(timedelta(seconds=30)), "a" * 400, "\x00"],
)
def test_what_is_no_zone_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidValue, match="tz must be an IANA zone"):
        zone_key(wrong)  # type: ignore[arg-type]


def test_keys_name_zones_and_zones_their_keys() -> None:
    assert zone_key(ZoneInfo("UTC")) == zone_key(UTC) == "UTC"
    assert zone_of(zone_key(ZoneInfo("Asia/Tokyo"))) is ZoneInfo("Asia/Tokyo")
