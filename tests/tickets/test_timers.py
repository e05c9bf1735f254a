"""What the clock alone does."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest

from deskcore.errors import InvalidValue, NeverHappens
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Event
from deskcore.predicate import Is
from deskcore.presets import simple_lifecycle
from deskcore.tickets import Lifecycle, Timer, evolve
from deskcore.tickets import commands as do
from deskcore.tickets.due import TIMER, due_timers, next_timer
from tests.tickets.world import ANN, Bench, at

SIMPLE = simple_lifecycle()
REMINDER = Timer("remind", elapsed(hours=4), phases=("waiting",))


def fired(bench: Bench, **later: float) -> list[tuple[str, timedelta]]:
    due = due_timers(bench.lifecycle, bench.ticket, at=at(**later))
    return [(dated.data.TYPE, dated.at - at()) for dated in due]


def resolved(lifecycle: Lifecycle = SIMPLE) -> Bench:
    bench = Bench(lifecycle)
    bench.say(do.Resolve("T-1"))
    return bench


def test_a_solved_ticket_closes_after_five_days() -> None:
    assert fired(resolved(), days=5) == [("closed", timedelta(days=5))]


def test_it_does_not_close_a_microsecond_earlier() -> None:
    assert fired(resolved(), days=5, microseconds=-1) == []


def test_a_late_look_still_dates_it_when_it_was_due() -> None:
    assert fired(resolved(), days=90) == [("closed", timedelta(days=5))]


def test_a_reopened_ticket_does_not_close() -> None:
    bench = resolved()
    bench.say(do.Reopen("T-1"), after=timedelta(days=1))

    assert fired(bench, days=90) == []
    assert next_timer(SIMPLE, bench.ticket) is None


def test_a_wait_with_an_end_goes_on_by_itself() -> None:
    bench = Bench(SIMPLE)
    bench.say(do.Hold("T-1", "vendor", until=at(hours=3)))

    (dated,) = due_timers(SIMPLE, bench.ticket, at=at(hours=3))

    assert (dated.at, dated.data.TYPE) == (at(hours=3), "resumed")
    assert getattr(dated.data, "timer", None) is True


def test_a_wait_without_an_end_waits() -> None:
    bench = Bench(SIMPLE)
    bench.say(do.Hold("T-1", "vendor"))

    assert next_timer(SIMPLE, bench.ticket) is None


def test_a_wake_up_may_depend_on_whether_somebody_is_assigned() -> None:
    timers = (
        Timer.wake("Open", id="wake-assigned", when=Is("assigned", value=True)),
        Timer.wake("New", id="wake-unassigned", when=Is("assigned", value=False)),
    )
    bench = Bench(attrs.evolve(SIMPLE, timers=timers))
    bench.say(do.Hold("T-1", "vendor", until=at(hours=3)))

    (dated,) = due_timers(bench.lifecycle, bench.ticket, at=at(hours=4))

    assert dated.data.TYPE == "moved"


def test_a_reminder_comes_once_a_stay() -> None:
    bench = Bench(attrs.evolve(SIMPLE, timers=(REMINDER,)))
    bench.say(do.Hold("T-1", "vendor"))

    (dated,) = due_timers(bench.lifecycle, bench.ticket, at=at(days=9))
    after = evolve(bench.ticket, Event("T-1", 3, dated.at, dated.at, TIMER, dated.data))

    assert (dated.at, dated.data.TYPE) == (at(hours=4), "reminded")
    assert due_timers(bench.lifecycle, after, at=at(days=9)) == ()


def test_a_new_stay_reminds_anew() -> None:
    bench = Bench(attrs.evolve(SIMPLE, timers=(REMINDER,)))
    bench.say(do.Hold("T-1", "vendor"))
    bench.say(do.Resume("T-1"), after=timedelta(hours=1))
    bench.say(do.Hold("T-1", "vendor"), after=timedelta(hours=1))

    assert fired(bench, days=9) == [("reminded", timedelta(hours=6))]


def test_a_reminder_puts_off_no_other_timer() -> None:
    idle = Timer("idle", elapsed(hours=8), to="Cancelled", phases=("waiting",), basis="updated")
    bench = Bench(attrs.evolve(SIMPLE, timers=(REMINDER, idle)))
    bench.say(do.Hold("T-1", "vendor"))

    assert fired(bench, days=1) == [("reminded", timedelta(hours=4)), ("cancelled", timedelta(hours=8))]


def test_a_tag_keeps_a_ticket_from_closing() -> None:
    auto_close = attrs.evolve(SIMPLE.timers[1], skip_tags=frozenset({"keep"}))
    bench = resolved(attrs.evolve(SIMPLE, timers=(auto_close,)))
    bench.say(do.AddTag("T-1", "keep"))

    assert fired(bench, days=90) == []


def test_a_timer_let_go_late_is_dated_when_it_was_let_go() -> None:
    auto_close = attrs.evolve(SIMPLE.timers[1], skip_tags=frozenset({"keep"}))
    bench = resolved(attrs.evolve(SIMPLE, timers=(auto_close,)))
    bench.say(do.AddTag("T-1", "keep"))
    bench.say(do.RemoveTag("T-1", "keep"), after=timedelta(days=20))

    assert fired(bench, days=90) == [("closed", timedelta(days=20))]


def test_one_timer_may_arm_another() -> None:
    timers = (
        Timer("solve", elapsed(days=3), to="Resolved", statuses=("Pending requester",)),
        Timer("close", elapsed(days=5), to="Closed", phases=("resolved",)),
    )
    bench = Bench(attrs.evolve(SIMPLE, timers=timers))
    bench.say(do.Hold("T-1", "requester"))

    assert fired(bench, days=30) == [("resolved", timedelta(days=3)), ("closed", timedelta(days=8))]


def test_of_two_due_at_once_the_first_listed_acts() -> None:
    timers = (
        Timer("b", elapsed(hours=1), to="Cancelled", phases=("new",)),
        Timer("a", elapsed(hours=1), to="Open", phases=("new",)),
    )

    assert fired(Bench(attrs.evolve(SIMPLE, timers=timers)), hours=1) == [("cancelled", timedelta(hours=1))]


def test_open_time_is_counted_on_the_calendar_named() -> None:
    timer = Timer("idle", business(hours=8), to="Cancelled", phases=("new",), calendar="office")
    office = Calendar.weekly("Mon-Fri 09:00-17:00", tz=ZoneInfo("UTC"))
    bench = Bench(attrs.evolve(SIMPLE, timers=(timer,)))

    # Friday noon: five hours until the evening, three on Monday morning.
    assert next_timer(bench.lifecycle, bench.ticket, calendars={"office": office}) == at(days=3)


def test_the_last_word_counts_whoever_had_it() -> None:
    timer = Timer("silent", elapsed(days=2), to="Closed", phases=("new",), basis="message")
    bench = Bench(attrs.evolve(SIMPLE, timers=(timer,)))
    assert next_timer(bench.lifecycle, bench.ticket) is None

    bench.say(do.Post("T-1", "m-1"), by=ANN, after=timedelta(hours=1))
    bench.say(do.Post("T-1", "m-2"), after=timedelta(hours=1))

    assert next_timer(bench.lifecycle, bench.ticket) == at(days=2, hours=2)


def test_timers_that_go_round_without_end_are_a_typed_error() -> None:
    timers = (
        Timer("to", elapsed(minutes=0), to="Open", phases=("new",)),
        Timer("fro", elapsed(minutes=0), to="New", phases=("active",)),
    )
    bench = Bench(attrs.evolve(SIMPLE, timers=timers))

    with pytest.raises(NeverHappens, match="run the timers of T-1"):
        due_timers(bench.lifecycle, bench.ticket, at=at())


def test_a_timer_is_never_negative_and_names_where_it_runs() -> None:
    with pytest.raises(InvalidValue, match="must not be negative"):
        Timer("odd", elapsed(hours=-1), phases=("new",))
    with pytest.raises(InvalidValue, match="must name a phase"):
        Timer("odd", elapsed(hours=1))
