"""Promises other than an amount: working days, dates, amounts that go on or grow, grace; and versions of calendars."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.errors import InvalidValue
from deskcore.hours import Calendar, WorkingDays, business, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import Is
from deskcore.sla import Clock, PolicyBook, SlaPolicy, SlaSetup, Target, signals
from deskcore.sla.look import clock
from deskcore.testing.sla import ACTIVE, ASKED, GRAIN, OFFICE, START, check_asof, check_clock, folded, histories, life
from deskcore.tickets import Party, Status, status_event
from deskcore.tickets.events import FieldSet, Opened, PrioritySet

ANN, BO = Actor.requester("ann"), Actor.agent("bo")
NINE_TO_FIVE = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
ROUND = Calendar.always()
MONDAY = datetime(2026, 5, 18, tzinfo=UTC)


def at(day: int, hour: float) -> datetime:
    """A day of the week from Monday (0) and an hour of it."""
    return MONDAY + timedelta(days=day, hours=hour)


def opened(priority: str = "p1", **fields: str) -> Opened:
    from deskcore._value import FrozenDict

    return Opened("help", Party("ann"), Status("New", "new"), "test", priority=priority, fields=FrozenDict(fields))


def read(
    *rows: Target,
    events: tuple[tuple[datetime, Actor, EventData], ...],
    when: datetime,
    calendars: dict[str, Calendar] | None = None,
    **own: object,
) -> Clock:
    policy = SlaPolicy("house", rows, **own)  # type: ignore[arg-type]
    setup = SlaSetup(PolicyBook((policy,)), calendars or {"default": NINE_TO_FIVE})
    found = clock(folded(life(*events), setup), setup, "resolution", at=when)
    check_clock(found)
    return found


def test_working_days_keep_the_time_of_day() -> None:
    found = read(Target.resolution(WorkingDays(2)), events=((at(4, 10), ANN, opened()),), when=at(4, 10))
    assert found.due == at(8, 10)
    assert found.target == business(hours=16)


def test_working_days_may_end_outside_hours() -> None:
    found = read(Target.resolution(WorkingDays(1)), events=((at(0, 20), ANN, opened()),), when=at(0, 20))
    assert found.due == at(1, 20)


def test_working_days_may_run_to_the_end_of_the_day() -> None:
    target = Target("resolution", WorkingDays(1), end_of_day=True)
    assert read(target, events=((at(4, 10), ANN, opened()),), when=at(4, 10)).due == at(7, 17)


def test_pauses_move_working_days_by_their_open_time() -> None:
    life_of = (
        (at(0, 10), ANN, opened()),
        (at(0, 16), BO, status_event(Status("New", "new"), ASKED)),
        (at(1, 9.5), BO, status_event(ASKED, ACTIVE)),
    )
    assert read(Target.resolution(WorkingDays(1)), events=life_of[:2], when=at(0, 18)).due is None
    assert read(Target.resolution(WorkingDays(1)), events=life_of, when=at(1, 10)).due == at(1, 11.5)


def test_a_promised_date_is_a_field_of_the_ticket() -> None:
    target = Target("resolution", None, until_field="wanted")
    found = read(target, events=((at(0, 10), ANN, opened(wanted=at(1, 12).isoformat())),), when=at(0, 10))
    assert found.due == at(1, 12)
    assert "by Tue 19 May 2026 12:00" in found.explain()


def test_a_date_outside_hours_moves_to_the_next_opening() -> None:
    target = Target("resolution", None, until_field="wanted")
    found = read(target, events=((at(0, 10), ANN, opened(wanted=at(0, 20).isoformat())),), when=at(0, 10))
    assert found.due == at(1, 9)


def test_a_date_does_not_move_with_pauses_but_is_not_missed_in_one() -> None:
    target = Target("resolution", None, until_field="wanted")
    life_of = (
        (at(0, 10), ANN, opened(wanted=at(0, 12).isoformat())),
        (at(0, 11), BO, status_event(Status("New", "new"), ASKED)),
        (at(0, 13), BO, status_event(ASKED, ACTIVE)),
    )
    assert not read(target, events=life_of[:2], when=at(0, 12.5)).is_breached
    late = read(target, events=life_of, when=at(0, 14))
    assert (late.due, late.breached_at) == (at(0, 12), at(0, 13))


def test_a_date_that_is_set_later_or_is_none_promises_from_then_on() -> None:
    target = Target("resolution", None, until_field="wanted")
    life_of = ((at(0, 10), ANN, opened()), (at(0, 11), BO, FieldSet("wanted", at(0, 15).isoformat())))
    assert read(target, events=life_of[:1], when=at(0, 10)).target is None
    assert read(target, events=life_of, when=at(0, 11)).due == at(0, 15)


@pytest.mark.parametrize("text", ["soon", "2026-05-18T12:00:00"])
def test_a_text_that_is_no_instant_promises_nothing(text: str) -> None:
    target = Target("resolution", None, until_field="wanted")
    assert read(target, events=((at(0, 10), ANN, opened(wanted=text)),), when=at(0, 10)).target is None


def test_a_date_before_the_opening_is_missed_at_once_and_not_before() -> None:
    target = Target("resolution", None, until_field="wanted")
    found = read(target, events=((at(1, 10), ANN, opened(wanted=at(0, 12).isoformat())),), when=at(1, 11))
    assert (found.due, found.breached_at) == (at(0, 12), at(1, 10))


def test_open_time_may_go_on_in_all_time() -> None:
    target = Target("resolution", business(hours=8), then_elapsed=elapsed(hours=3))
    assert read(target, events=((at(0, 9), ANN, opened()),), when=at(0, 9)).due == at(0, 20)


def test_what_begins_out_of_hours_may_be_given_more() -> None:
    target = Target("resolution", business(hours=2), out_of_hours=business(hours=1))
    assert read(target, events=((at(0, 9), ANN, opened()),), when=at(0, 9)).due == at(0, 11)
    assert read(target, events=((at(0, 7), ANN, opened()),), when=at(0, 9)).due == at(0, 12)


def test_grace_delays_the_breach_and_not_the_due() -> None:
    rows = Target.resolution(business(hours=1))
    life_of = ((at(0, 9), ANN, opened()),)
    early = read(rows, events=life_of, when=at(0, 10.25), grace=business(minutes=30))
    late = read(rows, events=life_of, when=at(0, 10.75), grace=business(minutes=30))
    assert (early.due, early.state) == (at(0, 10), "running")
    assert (late.due, late.breached_at) == (at(0, 10), at(0, 10.5))


def test_measuring_may_count_all_time() -> None:
    target = Target("resolution", None, counts="elapsed")
    assert read(target, events=((at(0, 20), ANN, opened()),), when=at(0, 22)).consumed == elapsed(hours=2)


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"within": business(hours=1), "end_of_day": True}, "end_of_day goes with a promise in working days only"),
        ({"within": business(hours=1), "until_field": "x"}, "until_field goes with a promise in no amount only"),
        ({"within": elapsed(hours=1), "then_elapsed": elapsed(hours=1)}, "then_elapsed goes with a promise in open"),
        ({"within": None, "out_of_hours": business(hours=1)}, "out_of_hours goes with a promise in open time only"),
        ({"within": WorkingDays(-1)}, "within must not be negative"),
        ({"within": None, "counts": "moons"}, "counts must be one of business, elapsed"),
    ],
)
def test_options_that_do_not_fit_are_refused(own: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidValue, match=message):
        Target("resolution", **own)  # type: ignore[arg-type]


OLDER = Calendar.versions(NINE_TO_FIVE, (at(1, 0), Calendar.weekly("Mon-Fri 12:00-20:00", tz="UTC")))


def test_each_stretch_counts_on_the_hours_in_force_then() -> None:
    rows, life_of = Target.resolution(business(hours=10)), ((at(0, 10), ANN, opened()),)
    assert read(rows, events=life_of, when=at(1, 13), calendars={"default": OLDER}).due == at(1, 15)


def test_or_all_of_it_on_the_last() -> None:
    rows, life_of = Target.resolution(business(hours=10)), ((at(0, 10), ANN, opened()),)
    before = read(rows, events=life_of, when=at(0, 16), calendars={"default": OLDER}, on_calendar_change="last_wins")
    after = read(rows, events=life_of, when=at(1, 13), calendars={"default": OLDER}, on_calendar_change="last_wins")
    assert before.due == at(1, 12)
    assert (after.due, after.cause) == (at(1, 14), "calendar_changed")


def test_carrying_over_keeps_what_the_old_terms_counted() -> None:
    rows = (
        Target.resolution(business(hours=8), when=Is("priority", "p2")),
        Target.resolution(elapsed(hours=8), when=Is("priority", "p1")),
    )
    life_of = ((at(0, 15), ANN, opened("p2")), (at(1, 10), BO, PrioritySet("p1")))
    retroactive = read(*rows, events=life_of, when=at(1, 11))
    carried = read(*rows, events=life_of, when=at(1, 11), on_change="carry")
    shared = read(*rows, events=life_of, when=at(1, 11), on_change="carry_share")
    assert retroactive.consumed == elapsed(hours=20)
    assert (carried.consumed, carried.due, carried.breached_at) == (elapsed(hours=4), at(1, 15), None)
    assert shared.consumed == elapsed(hours=4)
    assert "carried over" in carried.explain()


def test_a_share_is_carried_over_to_another_target() -> None:
    rows = (
        Target.resolution(business(hours=8), when=Is("priority", "p2")),
        Target.resolution(business(hours=4), when=Is("priority", "p1")),
    )
    life_of = ((at(0, 9), ANN, opened("p2")), (at(0, 13), BO, PrioritySet("p1")))
    shared = read(*rows, events=life_of, when=at(0, 13), on_change="carry_share")
    assert (shared.consumed, shared.due) == (business(hours=2), at(0, 15))


@given(
    events=histories(priorities=False, late=False),
    grains=st.integers(0, 40).map(lambda n: START + GRAIN * 100 * n),
    target=st.sampled_from(
        (
            Target.resolution(WorkingDays(1)),
            Target("resolution", WorkingDays(2), end_of_day=True),
            Target("resolution", business(hours=3), then_elapsed=elapsed(hours=5)),
            Target("resolution", business(hours=3), out_of_hours=business(hours=2)),
        )
    ),
)
@settings(max_examples=50, deadline=None)
def test_the_laws_of_clocks_hold_for_every_measure(events: tuple[Event, ...], grains: datetime, target: Target) -> None:
    """Sums add up, segments tile, the past does not know the future, and a breach is told once."""
    setup = SlaSetup(PolicyBook((SlaPolicy("house", (target,)),)), {"default": OFFICE})
    state = folded(events, setup)
    found = clock(state, setup, "resolution", at=grains)
    check_clock(found)
    check_asof(events, setup, grains)
    told = signals(state, setup, after=START - GRAIN, until=grains)
    assert len({signal.key for signal in told}) == len(told)
    assert found.is_breached is any(signal.kind == "breached" and signal.cycle == found.number for signal in told)
