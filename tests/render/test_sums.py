"""The arithmetic of a clock: it tiles, it adds up, and nothing that did not count goes without a reason."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.desk import Desk
from deskcore.hours import Calendar, business
from deskcore.log import Actor, Event
from deskcore.render import Sum, sum_of
from deskcore.sla import SlaSetup, Target, cycles
from deskcore.testing.render import check_sum
from deskcore.testing.sla import folded, histories, setups
from deskcore.tickets import commands as do
from tests.render.world import AMSTERDAM, FRIDAY, eventful, played


@settings(max_examples=60)
@given(setup=setups(), events=histories(), days=st.integers(0, 20))
def test_every_stretch_that_did_not_count_has_its_reason(setup: SlaSetup, events: tuple[Event, ...], days: int) -> None:
    """The lines tile a clock's life; what counted and what did not make up the whole; the target ends in its due."""
    state = folded(events, setup)
    at = events[-1].at + timedelta(days=days)
    for clock in cycles(state, setup, at=at):
        check_sum(clock)


def resolution() -> Sum:
    host = eventful()
    return sum_of(host.desk.clock(host.case("T-1"), "resolution", at=FRIDAY + timedelta(days=7)))


def test_a_night_a_weekend_and_a_holiday_are_told_apart() -> None:
    host = played()
    held = sum_of(host.desk.clock(host.case("T-1"), "first_response", at=FRIDAY + timedelta(days=5)))
    reasons = {gap.why.partition(":")[0] for line in held.lines for gap in line.gaps}
    assert {"outside hours", "closed on that weekday", "holiday"} <= reasons


def test_a_wait_names_whom_it_waits_for() -> None:
    (line,) = [line for line in resolution().lines if any("requester" in gap.why for gap in line.gaps)]
    assert line.counted_us == 0
    assert line.gaps[0].start == datetime(2026, 5, 22, 16, tzinfo=AMSTERDAM)


def test_the_last_line_of_a_met_clock_ends_in_its_due() -> None:
    host = eventful()
    held = sum_of(host.desk.clock(host.case("T-1"), "first_response", at=FRIDAY + timedelta(days=7)))
    assert held.clock.state == "met"
    assert held.lines[-1].when == "had_it_gone_on"
    assert held.lines[-1].due == held.clock.due == held.lines[-1].end


def test_alike_days_share_a_line() -> None:
    host = played()
    held = sum_of(host.desk.clock(host.case("T-1"), "resolution", at=FRIDAY + timedelta(days=14)))
    week = next(line for line in held.lines if line.days > 2)
    assert (week.days, week.label) == (4, "Tue 26 May 2026 to Fri 29 May 2026")
    assert week.counted_us == 4 * 8.5 * 3600 * 1_000_000
    assert week.why == "outside hours 00:00-09:00 17:30-24:00"


def test_what_is_shown_adds_up_to_the_second() -> None:
    """Parts are differences of shown sums, so a reader with a pencil finds no second missing."""
    held = resolution()
    shown = 0
    for line in held.lines:
        shown += line.total_us // 1_000_000 - (line.total_us - line.counted_us) // 1_000_000
        assert shown == line.total_us // 1_000_000


def _sum_on(calendar: Calendar, start: datetime, end: datetime) -> Sum:
    desk = Desk.simple(calendar=calendar, targets=[Target.resolution(business(hours=500))])
    ask = do.Open("T-1", subject="VPN", requester="ann")
    case = desk.handle(None, ask, at=start, actor=Actor.requester("ann")).unwrap().case
    return check_sum(desk.clock(case, "resolution", at=end))


def test_a_day_of_twenty_three_hours_stands_alone() -> None:
    """Its gaps read like those of its neighbours, which are none; what it counted does not."""
    start = datetime(2026, 3, 27, tzinfo=AMSTERDAM)
    held = _sum_on(Calendar.always(tz=AMSTERDAM), start, datetime(2026, 3, 31, tzinfo=AMSTERDAM))
    hours = [line.counted_us // 3_600_000_000 for line in held.lines if line.when == "happened"]
    assert hours == [48, 23, 24]


def test_a_break_is_a_reason_of_its_own() -> None:
    calendar = Calendar.weekly("Mon-Fri 09:00-17:30", tz=AMSTERDAM, breaks="Mon-Fri 12:30-13:00")
    held = _sum_on(calendar, FRIDAY, FRIDAY + timedelta(hours=6))
    assert [gap.why for gap in held.lines[0].gaps] == ["break"]
