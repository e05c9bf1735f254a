"""The rulings people argue about, one fact each. The office is open Monday to Friday, 09:00 to 17:00 UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from deskcore.errors import UnknownName
from deskcore.hours import BusinessDuration, Calendar, ElapsedDuration, business, elapsed
from deskcore.log import Actor, EventData, Unknown
from deskcore.predicate import Is
from deskcore.sla import (
    Clock,
    PolicyBook,
    SlaPolicy,
    SlaSetup,
    Target,
    clocks,
    cycles,
    next_change,
    owed,
    signals,
)
from deskcore.sla.cue import Begins, HeldBy, Opening, WaitsOn
from deskcore.sla.fold import fold
from deskcore.sla.look import clock
from deskcore.sla.stopwatch import Stopwatch
from deskcore.testing.sla import ACTIVE, ASKED, CLOSED, NEW, ORDERED, RESOLVED, VOID, life, steps_of
from deskcore.tickets import Party, Status, status_event
from deskcore.tickets.annex import Gift
from deskcore.tickets.events import (
    Adopted,
    Assigned,
    FieldSet,
    MergedInto,
    MergeUndone,
    MessagePosted,
    Opened,
    PolicyPinned,
    PrioritySet,
    TagAdded,
    Transferred,
)

OFFICE = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
ANN, BO, BOT = Actor.requester("ann"), Actor.agent("bo"), Actor.system()
Happened = tuple[datetime, Actor, EventData]


def on(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A day of a week in which the first is a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


def house(*targets: Target, **settings: Any) -> SlaSetup:
    return SlaSetup(PolicyBook((SlaPolicy("house", targets, **settings),)), {"default": OFFICE})


def opened(at: datetime, status: Status = NEW, by: Actor = ANN, **more: Any) -> Happened:
    return at, by, Opened("help", Party("ann"), status, "test", **more)


def moved(at: datetime, source: Status, target: Status) -> Happened:
    return at, BO, status_event(source, target)


def said(at: datetime, who: Actor, *, visibility: Any = "public", auto: bool = False) -> Happened:
    return at, who, MessagePosted("m", who.role, visibility, auto_generated=auto)


def seen(setup: SlaSetup, metric: str, at: datetime, *happened: Happened) -> Clock:
    return clock(fold(steps_of(life(*happened)), setup), setup, metric, at=at)


RESPOND = house(Target.first_response(business(hours=2)))
RESOLVE = house(Target.resolution(business(hours=4)))
NEXT = house(Target.first_response(business(hours=2)), Target.next_response(business(hours=3)))


def test_opened_outside_hours_uses_nothing_until_the_office_opens() -> None:
    found = seen(RESPOND, "first_response", on(6, 12), opened(on(5, 20)))

    assert (found.consumed, found.started_at, found.due) == (business(), on(5, 20), on(8, 11))


def test_a_reply_before_opening_time_is_fulfilled_with_nothing_used() -> None:
    found = seen(RESPOND, "first_response", on(8, 10), opened(on(5, 20)), said(on(7, 10), BO))

    assert (found.state, found.consumed, found.fulfilled_at) == ("met", business(), on(7, 10))


def test_a_target_that_ends_at_closing_time_is_due_then() -> None:
    assert seen(RESPOND, "first_response", on(1, 15), opened(on(1, 15))).due == on(1, 17)


def test_fulfilled_exactly_at_due_is_met() -> None:
    found = seen(RESPOND, "first_response", on(1, 15), opened(on(1, 9)), said(on(1, 11), BO))

    assert (found.state, found.breached_at, found.remaining) == ("met", None, business())


def test_fulfilled_a_microsecond_after_due_is_late() -> None:
    after = on(1, 11) + timedelta(microseconds=1)

    found = seen(RESPOND, "first_response", on(1, 15), opened(on(1, 9)), said(after, BO))

    assert (found.state, found.breached_at) == ("met_late", on(1, 11))


def test_due_itself_is_not_yet_breached() -> None:
    events = (opened(on(1, 9)),)

    assert seen(RESPOND, "first_response", on(1, 11), *events).state == "running"
    assert seen(RESPOND, "first_response", on(1, 11) + timedelta(microseconds=1), *events).state == "breached"


def test_a_target_that_ended_at_closing_is_breached_overnight() -> None:
    found = seen(RESPOND, "first_response", on(1, 20), opened(on(1, 15)))

    assert (found.state, found.breached_at, found.remaining) == ("breached", on(1, 17), business())


def test_a_target_of_zero_means_the_first_open_instant() -> None:
    setup = house(Target.start_by(business()))

    assert seen(setup, "start_by", on(1, 7), opened(on(1, 7))).due == on(1, 9)
    assert seen(setup, "start_by", on(1, 10), opened(on(1, 10))).due == on(1, 10)


def test_an_elapsed_target_counts_nights_and_weekends() -> None:
    setup = house(Target.resolution(elapsed(days=3)))

    assert seen(setup, "resolution", on(5, 16), opened(on(5, 16))).due == on(8, 16)


def test_a_paused_clock_has_no_due_but_says_what_it_would_be() -> None:
    found = seen(RESOLVE, "resolution", on(1, 15), opened(on(1, 9)), moved(on(1, 10), NEW, ASKED))

    assert (found.state, found.due, found.remaining) == ("paused", None, business(hours=3))
    assert found.due_if_resumed == on(2, 10)


def test_a_pause_outside_hours_takes_nothing() -> None:
    found = seen(
        RESOLVE, "resolution", on(2, 9), opened(on(1, 16)), moved(on(1, 17), NEW, ASKED), moved(on(2, 9), ASKED, ACTIVE)
    )

    assert (found.consumed, found.due) == (business(hours=1), on(2, 12))


def test_a_pause_after_the_target_is_used_up_leaves_due_and_stops_the_overdue_time() -> None:
    found = seen(RESOLVE, "resolution", on(2, 16), opened(on(1, 9)), moved(on(1, 14), NEW, ASKED))

    assert (found.state, found.is_paused, found.due) == ("breached", True, on(1, 13))
    assert found.remaining == -business(hours=1)


def test_waiting_for_the_vendor_does_not_pause_by_itself() -> None:
    found = seen(RESOLVE, "resolution", on(1, 12), opened(on(1, 9)), moved(on(1, 10), NEW, ORDERED))

    assert (found.state, found.consumed) == ("running", business(hours=3))


def test_a_policy_may_pause_for_the_vendor_too() -> None:
    setup = house(Target.resolution(business(hours=4)), pause_on={"resolution": ("requester", "vendor")})

    assert seen(setup, "resolution", on(1, 12), opened(on(1, 9)), moved(on(1, 10), NEW, ORDERED)).state == "paused"


def test_any_takes_a_wait_for_nobody_by_name() -> None:
    setup = house(Target.resolution(business(hours=4)), pause_on={"resolution": ("any",)})
    parked = Status("Parked", "waiting")

    assert seen(setup, "resolution", on(1, 12), opened(on(1, 9)), moved(on(1, 10), NEW, parked)).state == "paused"


def test_opened_waiting_counts_nothing_until_the_wait_ends() -> None:
    found = seen(RESOLVE, "resolution", on(1, 12), opened(on(1, 9), ASKED), moved(on(1, 11), ASKED, ACTIVE))

    assert found.consumed == business(hours=1)


def test_opened_resolved_is_fulfilled_at_once_without_a_due() -> None:
    found = seen(RESOLVE, "resolution", on(1, 12), opened(on(1, 9), RESOLVED))

    assert (found.state, found.consumed, found.due, found.segments()) == ("met", business(), None, ())


def test_closing_what_is_resolved_keeps_the_first_instant() -> None:
    found = seen(
        RESOLVE,
        "resolution",
        on(4, 9),
        opened(on(1, 9)),
        moved(on(1, 10), NEW, RESOLVED),
        moved(on(3, 9), RESOLVED, CLOSED),
    )

    assert (found.state, found.fulfilled_at) == ("met", on(1, 10))


REOPENING = (
    opened(on(1, 9)),
    moved(on(1, 10), NEW, RESOLVED),
    moved(on(1, 15), RESOLVED, ACTIVE),
)


def test_reopening_goes_on_without_the_settled_time() -> None:
    found = seen(RESOLVE, "resolution", on(1, 16), *REOPENING)

    assert (found.number, found.consumed, found.due) == (1, business(hours=2), on(2, 10))
    assert [part.state for part in found.segments()] == ["running", "settled", "running"]


def test_reopening_may_count_the_settled_time_but_never_breaches_before_itself() -> None:
    setup = house(Target.resolution(business(hours=4)), on_reopen="continue_including_closed")

    found = seen(setup, "resolution", on(1, 16), *REOPENING)

    assert (found.consumed, found.due, found.breached_at) == (business(hours=7), on(1, 13), on(1, 15))


def test_before_the_reopening_the_settled_time_had_not_counted() -> None:
    setup = house(Target.resolution(business(hours=4)), on_reopen="continue_including_closed")

    assert seen(setup, "resolution", on(1, 14), *REOPENING).state == "met"


def test_reopening_may_begin_a_new_cycle() -> None:
    setup = house(Target.resolution(business(hours=4)), on_reopen="restart")
    state = fold(steps_of(life(*REOPENING)), setup)

    assert [(one.number, one.state) for one in cycles(state, setup, at=on(1, 16))] == [(1, "met"), (2, "running")]
    assert clock(state, setup, "resolution", at=on(1, 16)).due == on(2, 11)


def test_reopening_may_change_nothing() -> None:
    setup = house(Target.resolution(business(hours=4)), on_reopen="first_only")

    assert seen(setup, "resolution", on(1, 16), *REOPENING).state == "met"


def test_a_ticket_staff_opened_owes_no_response_until_the_requester_writes() -> None:
    events = (opened(on(1, 9), by=BO), said(on(1, 10), BO))

    assert seen(RESPOND, "first_response", on(1, 12), *events).state == "not_started"
    assert seen(RESPOND, "first_response", on(1, 12), *events, said(on(1, 12), ANN)).due == on(1, 14)


def test_a_ticket_nobody_asked_for_owes_no_response() -> None:
    alarm = (on(1, 9), BOT, Opened("disk full", None, NEW, "test"))

    assert seen(RESPOND, "first_response", on(1, 12), alarm).state == "not_started"


@pytest.mark.parametrize(
    "happened",
    [
        said(on(1, 10), BO, visibility="internal"),
        said(on(1, 10), BO, visibility="partner"),
        said(on(1, 10), BO, auto=True),
        said(on(1, 10), BOT),
        said(on(1, 10), ANN),
        said(on(1, 10), Actor("vi", "vendor")),
    ],
)
def test_notes_machines_and_others_do_not_respond(happened: Happened) -> None:
    assert seen(RESPOND, "first_response", on(1, 10, 30), opened(on(1, 9)), happened).state == "running"


def test_a_second_reply_changes_nothing_for_the_first_response() -> None:
    found = seen(RESPOND, "first_response", on(2, 9), opened(on(1, 9)), said(on(1, 10), BO), said(on(1, 16), BO))

    assert found.fulfilled_at == on(1, 10)


def test_resolving_without_a_reply_fulfils_the_first_response() -> None:
    found = seen(RESPOND, "first_response", on(2, 9), opened(on(1, 9)), moved(on(1, 10), NEW, RESOLVED))

    assert (found.state, found.fulfilled_at) == ("met", on(1, 10))


def test_further_messages_do_not_move_the_next_response() -> None:
    found = seen(
        NEXT,
        "next_response",
        on(1, 13),
        opened(on(1, 9)),
        said(on(1, 10), BO),
        said(on(1, 11), ANN),
        said(on(1, 12), ANN),
    )

    assert (found.number, found.due) == (1, on(1, 14))


def test_each_message_after_a_reply_opens_a_cycle_of_its_own() -> None:
    events = (
        opened(on(1, 9)),
        said(on(1, 10), BO),
        said(on(1, 11), ANN),
        said(on(1, 12), BO),
        said(on(1, 13), ANN),
    )
    state = fold(steps_of(life(*events)), NEXT)

    found = [one for one in cycles(state, NEXT, at=on(1, 14)) if one.metric == "next_response"]

    assert [(one.number, one.state) for one in found] == [(1, "met"), (2, "running")]


def test_messages_before_the_first_reply_belong_to_the_first_response() -> None:
    assert seen(NEXT, "next_response", on(1, 11), opened(on(1, 9)), said(on(1, 10), ANN)).state == "not_started"


def test_without_a_first_response_the_opening_counts_for_the_next() -> None:
    setup = house(Target.next_response(business(hours=3)))

    assert seen(setup, "next_response", on(1, 9), opened(on(1, 9))).due == on(1, 12)


def test_a_message_on_a_resolved_ticket_counts_when_it_is_reopened() -> None:
    events = (
        opened(on(1, 9)),
        said(on(1, 10), BO),
        moved(on(1, 10), NEW, RESOLVED),
        said(on(1, 12), ANN),
    )

    assert seen(NEXT, "next_response", on(1, 12), *events).state == "not_started"
    reopened = seen(NEXT, "next_response", on(1, 12), *events, moved(on(1, 12), RESOLVED, ACTIVE))
    assert (reopened.state, reopened.due) == ("running", on(1, 15))


def test_an_agents_follow_up_opens_no_next_response_but_a_periodic_update() -> None:
    setup = house(Target.next_response(business(hours=3)), Target.periodic_update(business(hours=6)))
    events = (opened(on(1, 9)), said(on(1, 10), BO), said(on(1, 11), BO))
    state = fold(steps_of(life(*events)), setup)

    found = {one.metric: one for one in clocks(state, setup, at=on(1, 12))}

    assert (found["next_response"].state, found["next_response"].number) == ("met", 1)
    assert (found["periodic_update"].state, found["periodic_update"].number) == ("running", 2)


def test_a_wait_opens_the_way_for_a_reply_clock_all_the_same() -> None:
    found = seen(
        NEXT,
        "next_response",
        on(1, 12),
        opened(on(1, 9)),
        said(on(1, 10), BO),
        moved(on(1, 10), NEW, ASKED),
        said(on(1, 11), ANN),
    )

    assert found.state == "running"


def test_time_to_own_ends_with_a_person_or_with_work() -> None:
    setup = house(Target.time_to_own(business(hours=1)))

    assert seen(setup, "time_to_own", on(1, 12), opened(on(1, 9)), (on(1, 10), BO, Assigned("bo"))).state == "met"
    assert seen(setup, "time_to_own", on(1, 12), opened(on(1, 9)), moved(on(1, 11), NEW, ACTIVE)).state == "met_late"
    assert seen(setup, "time_to_own", on(1, 9), opened(on(1, 9), assignee="bo")).state == "met"


def test_cancelling_the_ticket_cancels_its_clocks() -> None:
    found = seen(RESOLVE, "resolution", on(3, 9), opened(on(1, 9)), moved(on(1, 10), NEW, VOID))

    assert (found.state, found.due, found.is_breached) == ("cancelled", None, False)


def test_a_merged_ticket_is_neither_met_nor_late_and_goes_on_when_it_parts() -> None:
    away = ((on(1, 10), BO, MergedInto("T-2", Gift())), moved(on(1, 10), NEW, CLOSED))
    back = ((on(1, 15), BO, MergeUndone("T-2")), moved(on(1, 15), CLOSED, ACTIVE))
    found = seen(RESOLVE, "resolution", on(3, 9), opened(on(1, 9)), *away)
    parted = seen(RESOLVE, "resolution", on(1, 16), opened(on(1, 9)), *away, *back)

    assert (found.state, found.is_breached, found.ended_at) == ("cancelled", False, on(1, 10))
    assert found.cycle.marks[-1].why == "merged into another ticket"
    assert (parted.state, parted.consumed) == ("running", business(hours=2))


def test_a_ticket_cancelled_by_mistake_goes_on_without_that_time() -> None:
    found = seen(
        RESOLVE, "resolution", on(1, 16), opened(on(1, 9)), moved(on(1, 10), NEW, VOID), moved(on(1, 15), VOID, ACTIVE)
    )

    assert (found.state, found.consumed) == ("running", business(hours=2))


BY_PRIORITY = (
    Target.resolution(business(hours=2), when=Is("priority", "p1")),
    Target.resolution(business(hours=8)),
)
RAISED = (opened(on(1, 9), priority="p3"), (on(1, 13), BO, PrioritySet("p1")))


def test_a_raised_priority_breaches_at_the_change_and_never_before() -> None:
    setup = house(*BY_PRIORITY)

    found = seen(setup, "resolution", on(1, 14), *RAISED)

    assert (found.due, found.breached_at, found.cause) == (on(1, 11), on(1, 13), "priority_set")
    state = fold(steps_of(life(*RAISED)), setup)
    assert [one.at for one in signals(state, setup, after=on(1), until=on(2)) if one.kind == "breached"] == [on(1, 13)]


def test_a_lowered_priority_does_not_undo_a_breach() -> None:
    lowered = (opened(on(1, 9), priority="p1"), (on(1, 13), BO, PrioritySet("p3")))

    found = seen(house(*BY_PRIORITY), "resolution", on(1, 14), *lowered)

    assert (found.state, found.due, found.breached_at) == ("breached", on(1, 17), on(1, 11))


def test_there_and_back_again_is_as_if_nothing_had_happened() -> None:
    setup = house(*BY_PRIORITY)
    back = (on(1, 10), BO, PrioritySet("p1")), (on(1, 10, 30), BO, PrioritySet("p3"))

    found = seen(setup, "resolution", on(1, 14), opened(on(1, 9), priority="p3"), *back)

    plain = seen(setup, "resolution", on(1, 14), opened(on(1, 9), priority="p3"))
    assert (found.due, found.state, found.consumed) == (plain.due, plain.state, plain.consumed)


def test_from_change_cancels_the_cycle_and_begins_another() -> None:
    setup = house(*BY_PRIORITY, on_change="from_change")
    state = fold(steps_of(life(*RAISED)), setup)

    found = cycles(state, setup, at=on(1, 14))

    assert [(one.state, one.started_at) for one in found] == [("cancelled", on(1, 9)), ("running", on(1, 13))]
    assert found[-1].due == on(1, 15)


def test_frozen_keeps_the_target_of_the_start() -> None:
    found = seen(house(*BY_PRIORITY, on_change="frozen"), "resolution", on(1, 14), *RAISED)

    assert (found.due, found.state) == (on(1, 17), "running")


def test_what_changes_after_the_end_does_not_judge_it_again() -> None:
    done = moved(on(1, 12), NEW, RESOLVED)
    raised = (on(1, 13), BO, PrioritySet("p1"))

    assert seen(house(*BY_PRIORITY), "resolution", on(1, 14), opened(on(1, 9)), done, raised).state == "met"


def test_no_row_for_the_ticket_measures_without_promising() -> None:
    setup = house(Target.resolution(business(hours=2), when=Is("priority", "p1")))

    found = seen(setup, "resolution", on(1, 14), opened(on(1, 9), priority="p4"), moved(on(1, 12), NEW, RESOLVED))

    assert (found.state, found.target, found.remaining, found.due) == ("measured", None, None, None)
    assert found.consumed == business(hours=3)


GOLD = SlaPolicy("gold", (Target.resolution(business(hours=2)),), when=Is("field.plan", "gold"))
REST = SlaPolicy("rest", (Target.first_response(business(hours=4)),))
TWO = SlaSetup(PolicyBook((GOLD, REST)), {"default": OFFICE})


def test_a_policy_that_no_longer_applies_cancels_its_clocks_and_the_next_counts_from_the_start() -> None:
    events = (opened(on(1, 9)), moved(on(1, 10), NEW, ASKED), (on(1, 12), BO, FieldSet("plan", "gold")))
    state = fold(steps_of(life(*events)), TWO)

    found = {one.metric: one for one in clocks(state, TWO, at=on(1, 13))}

    assert found["first_response"].state == "cancelled"
    assert (found["resolution"].state, found["resolution"].consumed) == ("paused", business(hours=1))


def test_a_breach_already_there_stays_when_the_policy_goes() -> None:
    events = (opened(on(1, 9)), (on(1, 15), BO, FieldSet("plan", "gold")))
    state = fold(steps_of(life(*events)), TWO)

    keys = [one.key for one in signals(state, TWO, after=on(1), until=on(1, 14))]

    assert "T-1/rest/first_response/1/breached" in keys


def test_a_policy_pinned_on_the_ticket_wins() -> None:
    events = (opened(on(1, 9)), (on(1, 10), BO, PolicyPinned("gold")))
    state = fold(steps_of(life(*events)), TWO)

    assert state.policy == "gold"


def test_no_policy_means_no_clocks() -> None:
    setup = SlaSetup(PolicyBook((GOLD,)), {"default": OFFICE})

    assert clocks(fold(steps_of(life(opened(on(1, 9)))), setup), setup, at=on(1, 9)) == ()


def test_an_adopted_ticket_says_from_when_it_is_known_and_announces_nothing_older() -> None:
    was = Opened("help", Party("ann"), ACTIVE, "test")
    taken = (on(8, 9), BOT, Adopted(was, opened_at=on(1, 9), waited_us=3 * 8 * 3_600_000_000))
    setup = house(Target.resolution(business(hours=4)), Target.first_response(business(hours=60)))
    state = fold(steps_of(life(taken)), setup)

    found = clock(state, setup, "resolution", at=on(8, 9))

    assert (found.started_at, found.is_breached) == (on(1, 9), True)
    assert "events are known from Mon 8 Jun 2026 09:00 on" in found.explain()
    assert {one.metric for one in signals(state, setup, after=on(1), until=on(30))} == {"first_response"}


def test_an_adopted_ticket_keeps_its_first_response() -> None:
    was = Opened("help", Party("ann"), ACTIVE, "test")
    taken = (on(8, 9), BOT, Adopted(was, opened_at=on(1, 9), first_response_at=on(1, 10)))

    found = seen(RESPOND, "first_response", on(8, 9), taken)

    assert (found.state, found.fulfilled_at) == ("met", on(1, 10))


def test_a_signal_of_a_fact_recorded_late_is_known_late() -> None:
    first, *_ = life(opened(on(1, 9)))
    late = attrs.evolve(first, recorded_at=on(1, 16))
    state = fold(steps_of((late,)), RESPOND)

    assert [(one.at.hour, one.known_at) for one in owed(state, RESPOND, at=on(1, 16))] == [
        (10, on(1, 16)),
        (11, on(1, 16)),
    ]
    assert owed(state, RESPOND, at=on(1, 15)) == ()


def test_what_was_announced_is_owed_no_more() -> None:
    state = fold(steps_of(life(opened(on(1, 9)))), RESPOND)
    (warned,) = owed(state, RESPOND, at=on(1, 11))
    told = life(opened(on(1, 9)), (warned.at, BOT, warned.event()))

    state = fold(steps_of(told), RESPOND)

    assert owed(state, RESPOND, at=on(1, 11)) == ()
    assert next_change(state, RESPOND, at=on(1, 11)) == on(1, 11) + timedelta(microseconds=1)


def test_warnings_come_by_share_and_by_time_left() -> None:
    setup = house(Target.resolution(business(hours=4)), warn_at=(0.5,), warn_left=(business(minutes=30),))
    state = fold(steps_of(life(opened(on(1, 9)))), setup)

    found = [(one.key, one.at.hour, one.at.minute) for one in signals(state, setup, after=on(1), until=on(2))]

    assert found == [
        ("T-1/house/resolution/1/warned/0.5", 11, 0),
        ("T-1/house/resolution/1/warned/30 business minutes left", 12, 30),
        ("T-1/house/resolution/1/breached", 13, 0),
    ]


def test_the_instant_a_share_is_used_up() -> None:
    found = seen(RESOLVE, "resolution", on(1, 10), opened(on(1, 9)))

    assert found.reaches(0.25) == on(1, 10)
    assert found.reaches(1.5) == on(1, 15)
    assert (found.after_due(business(hours=5)), found.before_due(elapsed(hours=1))) == (on(2, 10), on(1, 12))


def test_a_paused_clock_reaches_only_what_it_had_reached() -> None:
    found = seen(RESOLVE, "resolution", on(1, 12), opened(on(1, 9)), moved(on(1, 11), NEW, ASKED))

    assert (found.reaches(0.5), found.reaches(0.75)) == (on(1, 11), None)


def test_a_stay_with_a_team_is_a_cycle_of_its_own() -> None:
    held = HeldBy(team="network")
    stay = Stopwatch("network_stay", start=Begins(held), done=~held, pause=WaitsOn(("any",)), cycles="each")
    setup = house(Target("network_stay", business(hours=2)), stopwatches=(stay,))
    events = (
        opened(on(1, 9), team="desk"),
        (on(1, 10), BO, Transferred(team="network")),
        (on(1, 11), BO, Transferred(team="desk")),
        (on(1, 14), BO, Transferred(team="network")),
    )
    state = fold(steps_of(life(*events)), setup)

    found = cycles(state, setup, at=on(1, 15))

    assert [(one.state, one.consumed) for one in found] == [("met", business(hours=1)), ("running", business(hours=1))]


def test_a_reset_cancels_the_cycle_and_begins_another() -> None:
    held = HeldBy(team="network")
    watch = Stopwatch("fix", start=Opening(), done=~Opening() & HeldBy(desk="done"), reset=Begins(held))
    setup = house(Target("fix", business(hours=2)), stopwatches=(watch,))
    state = fold(steps_of(life(opened(on(1, 9)), (on(1, 10), BO, Transferred(team="network")))), setup)

    assert [one.state for one in cycles(state, setup, at=on(1, 11))] == ["cancelled", "running"]


def test_an_explicit_resume_outlasts_the_pause() -> None:
    watch = Stopwatch(
        "fix", start=Opening(), done=HeldBy(desk="x"), pause=WaitsOn(("any",)), resume=Begins(HeldBy(team="network"))
    )
    setup = house(Target("fix", business(hours=2)), stopwatches=(watch,))
    events = (opened(on(1, 9)), moved(on(1, 10), NEW, ASKED), moved(on(1, 11), ASKED, ACTIVE))

    assert seen(setup, "fix", on(1, 12), *events).is_paused
    assert not seen(setup, "fix", on(1, 12), *events, (on(1, 12), BO, Transferred(team="network"))).is_paused


def test_unknown_events_and_tags_leave_the_state_alone() -> None:
    plain = life(opened(on(1, 9)))
    more = life(opened(on(1, 9)), (on(1, 10), BO, TagAdded("x")), (on(1, 10), BO, Unknown("acme.x", 1, "{}")))

    assert fold(steps_of(plain), RESPOND) == fold(steps_of(more), RESPOND)


def test_the_explanation_names_weekend_wait_and_sum() -> None:
    found = seen(
        RESOLVE,
        "resolution",
        on(8, 12),
        opened(on(5, 16)),
        moved(on(8, 10), NEW, ASKED),
        moved(on(8, 11), ASKED, ACTIVE),
    )

    assert found.explain() == (
        "resolution of T-1: running, due Mon 8 Jun 2026 13:00\n"
        "  Fri 5 Jun 2026 16:00 to Mon 8 Jun 2026 10:00 counted 2 h: Fri 1 h; Sat, Sun closed; Mon 1 h\n"
        "  Mon 8 Jun 2026 10:00 to Mon 8 Jun 2026 11:00 did not count: Asked the requester, waiting for requester\n"
        "  Mon 8 Jun 2026 11:00 to Mon 8 Jun 2026 12:00 counted 1 h: Mon 1 h\n"
        "  Mon 8 Jun 2026 12:00 to Mon 8 Jun 2026 13:00 will count 1 h: Mon 1 h\n"
        "target 4 h = 3 h used + 1 h left, in open time of calendar default, policy house"
    )


def test_a_calendar_that_never_opens_never_falls_due() -> None:
    setup = SlaSetup(
        PolicyBook((SlaPolicy("p", (Target.resolution(business(hours=1)),)),)), {"default": Calendar.never()}
    )

    assert seen(setup, "resolution", on(1, 12), opened(on(1, 9))).due is None


def test_amounts_come_in_the_clocks_own_measure() -> None:
    both = house(Target.resolution(elapsed(hours=4)), Target.first_response(business(hours=4)))
    state = fold(steps_of(life(opened(on(1, 9)))), both)

    kinds = {one.metric: type(one.consumed) for one in clocks(state, both, at=on(1, 10))}

    assert kinds == {"resolution": ElapsedDuration, "first_response": BusinessDuration}


def test_a_promise_made_after_the_solution_has_no_clock_before() -> None:
    """Nothing was promised when it was solved; from the change on it counts as late, since it took longer."""
    strict = SlaPolicy("gold", (Target.resolution(elapsed(hours=0)),), when=Is("priority", "p1"))
    setup = SlaSetup(
        PolicyBook((strict, SlaPolicy("house", (Target.first_response(business(hours=2)),)))), {"default": OFFICE}
    )
    raised = (opened(on(1, 9), priority="p3"), moved(on(1, 10), NEW, RESOLVED), (on(1, 11), BO, PrioritySet("p1")))
    state = fold(steps_of(life(*raised)), setup)

    assert [found.metric for found in clocks(state, setup, at=on(1, 10, 30))] == ["first_response"]
    assert [found.metric for found in cycles(state, setup, at=on(1, 10, 30))] == ["first_response"]
    with pytest.raises(UnknownName, match="first_response"):
        clock(state, setup, "resolution", at=on(1, 10, 30))
    assert clock(state, setup, "resolution", at=on(1, 11)).state == "met_late"
