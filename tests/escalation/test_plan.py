"""When rungs are due: on real clocks of a real agreement, one fact each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue, UnknownName
from deskcore.escalation import Due, Ledger, Matrix, MatrixRow, Planned, Rung, next_change, owed, plan
from deskcore.escalation.actions import AddTag, Notify
from deskcore.escalation.events import Acknowledged, AcknowledgementWithdrawn, RungFired
from deskcore.escalation.fold import begin, step
from deskcore.escalation.recipients import Person
from deskcore.escalation.rung import Once, Until
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import ALWAYS, Is
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, SlaState, Target, clocks
from deskcore.sla.fold import begin as sla_begin
from deskcore.sla.fold import step as sla_step
from deskcore.tickets import Party, Status, Ticket, evolve
from deskcore.tickets import events as did

AMS = ZoneInfo("Europe/Amsterdam")
FRIDAY = datetime(2026, 5, 22, 14, tzinfo=AMS)
OFFICE = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam")
CALENDARS = FrozenDict({"default": OFFICE, "always": Calendar.always()})
SETUP = SlaSetup(
    PolicyBook(
        (
            SlaPolicy(
                "house",
                (
                    Target.first_response(business(hours=1)),
                    Target.next_response(elapsed(hours=4)),
                    Target.resolution(business(hours=2), when=Is("priority", "p1")),
                    Target.resolution(business(hours=8)),
                ),
            ),
        )
    ),
    CALENDARS,
)
NEW, ACTIVE = Status("New", "new"), Status("Open", "active")
PENDING = Status("Pending", "waiting", waits_for="requester")
RESOLVED, CLOSED = Status("Resolved", "resolved"), Status("Closed", "closed")


@attrs.frozen
class Case:
    ticket: Ticket
    sla: SlaState
    ledger: Ledger
    at: datetime

    def plan(self, *rungs: Rung, at: datetime | None = None) -> dict[str, Planned]:
        matrix = Matrix("m", (MatrixRow(ALWAYS, rungs),), Person("dana"))
        running = clocks(self.sla, SETUP, at=at or self.at)
        entries = plan(matrix, self.ticket, running, self.ledger, calendars=CALENDARS)
        return {entry.rung.id: entry for entry in entries}

    def due(self, due: Due, *, until: Until = "resolved", once: Once = "episode") -> Planned:
        return self.plan(Rung("r", due, AddTag("x"), until=until, once=once))["r"]


def opened(priority: str = "p3") -> did.Opened:
    return did.Opened("VPN drops", Party("ann"), NEW, "simple", priority=priority)


def story(*steps: tuple[float, EventData], start: datetime = FRIDAY) -> Case:
    """A case from (hours after the start, what happens)."""
    ticket: Ticket | None = None
    sla, ledger, at = sla_begin(), begin(), start
    for seq, (hours, data) in enumerate(steps, start=1):
        at = (start.astimezone(UTC) + timedelta(hours=hours)).astimezone(AMS)
        event = Event("T-1", seq, at, at, Actor.requester("ann"), data)
        before, ticket = ticket, evolve(ticket, event)
        sla = sla_step(sla, event, before, ticket, SETUP)
        ledger = step(ledger, event, ticket)
    assert ticket is not None
    return Case(ticket, sla, ledger, at)


def local(entry: Planned) -> str:
    assert entry.due is not None, entry.explain()
    return entry.due.astimezone(AMS).strftime("%a %H:%M")


def test_a_share_of_a_business_target_is_counted_over_the_weekend() -> None:
    entry = story((0, opened())).due(Due.at_share("resolution", 0.5))

    assert local(entry) == "Mon 09:30"  # 3.5 h on Friday, half an hour on Monday


def test_a_share_of_nothing_is_due_at_the_opening() -> None:
    assert local(story((0, opened())).due(Due.at_share("resolution", 0))) == "Fri 14:00"


def test_a_rung_on_the_due_instant_is_owed_exactly_then() -> None:
    case = story((0, opened("p1")))
    entry = case.due(Due.on_breach("resolution"))
    assert local(entry) == "Fri 16:00"
    assert entry.due is not None
    assert owed([entry], at=entry.due) == (entry,)
    assert owed([entry], at=entry.due - timedelta(microseconds=1)) == ()


def test_after_a_breach_elapsed_time_runs_through_the_night() -> None:
    case = story((0, opened()))  # due Monday 13:30
    assert local(case.due(Due.after_breach("resolution", elapsed(hours=10)))) == "Mon 23:30"
    assert local(case.due(Due.after_breach("resolution", business(hours=10)))) == "Tue 15:00"


def test_before_a_breach_open_time_counts_backwards() -> None:
    case = story((0, opened()))
    assert local(case.due(Due.before_breach("resolution", business(hours=6)))) == "Fri 16:00"


def test_more_time_before_a_breach_than_the_target_has_is_due_at_the_start() -> None:
    entry = story((0, opened("p1"))).due(Due.before_breach("resolution", elapsed(days=2)))

    assert local(entry) == "Fri 14:00"
    assert entry.reached is not None
    assert entry.reached < FRIDAY


def test_a_paused_clock_gives_no_due() -> None:
    entry = story((0, opened()), (1, did.Held("New", PENDING))).due(Due.at_share("resolution", 0.5))

    assert (entry.state, entry.due) == ("paused", None)
    assert "stands still" in entry.explain()


def test_a_pause_does_not_stop_a_rung_on_elapsed_time() -> None:
    assert (
        local(story((0, opened()), (1, did.Held("New", PENDING))).due(Due.after_opened(elapsed(hours=3))))
        == "Fri 17:00"
    )


def test_a_resumed_clock_moves_its_rungs_by_the_pause() -> None:
    case = story((0, opened("p1")), (0.5, did.Held("New", PENDING)), (1.5, did.Resumed("Pending", ACTIVE)))

    assert local(case.due(Due.at_share("resolution", 0.5))) == "Fri 16:00"


def test_a_fulfilled_clock_ends_its_rungs() -> None:
    case = story((0, opened()), (0.5, did.MessagePosted("m1", "agent")))

    assert case.due(Due.at_share("first_response", 0.8)).state == "ended"


def test_a_rung_on_next_response_fires_again_for_each_unanswered_message() -> None:
    reply, contact = did.MessagePosted("m1", "agent"), did.MessagePosted("m2", "requester")
    due = Due.at_share("next_response", 1)
    first = story((0, opened()), (0.1, reply), (1, contact)).due(due)
    again = story((0, opened()), (0.1, reply), (1, contact), (2, reply), (3, contact)).due(due)
    assert (local(first), local(again)) == ("Fri 19:00", "Fri 21:00")
    assert first.key != again.key


def test_a_metric_nobody_measures_gives_no_due() -> None:
    entry = story((0, opened())).due(Due.on_breach("agent_work"))

    assert entry.state == "waiting"
    assert "no agent_work clock" in entry.why


def test_priority_raised_finds_rungs_past_and_fires_them_at_the_change() -> None:
    case = story((0, opened()), (3, did.PrioritySet("p1")))  # the p1 target of two hours went by at 16:00
    entry = case.due(Due.on_breach("resolution"))
    assert local(entry) == "Fri 17:00"
    assert "past at the change" in entry.why


def test_a_fired_rung_stands_when_the_priority_changes_its_due() -> None:
    fired = RungFired("T-1/hierarchic/1/r", "r", "hierarchic", FRIDAY + timedelta(hours=2))
    case = story((0, opened("p1")), (2, fired), (3, did.PrioritySet("p3")))

    assert case.due(Due.on_breach("resolution")).state == "fired"


def test_a_solution_suspends_and_a_close_ends() -> None:
    solved = story((0, opened()), (1, did.Resolved("New", RESOLVED)))
    closed = story((0, opened()), (1, did.Resolved("New", RESOLVED)), (2, did.Closed("Resolved", CLOSED)))
    due = Due.after_opened(elapsed(hours=5))
    assert solved.due(due).state == "suspended"
    assert closed.due(due).state == "ended"
    assert local(solved.due(due, until="closed")) == "Fri 19:00"
    assert closed.due(due, until="closed").state == "ended"


def test_a_reopening_begins_an_episode_in_which_rungs_from_the_opening_fire_again() -> None:
    fired = RungFired("T-1/hierarchic/1/r", "r", "hierarchic", FRIDAY + timedelta(hours=1))
    case = story((0, opened()), (1, fired), (2, did.Resolved("New", RESOLVED)), (5, did.Reopened("Resolved", ACTIVE)))
    entry = case.due(Due.after_opened(elapsed(hours=1)))
    assert (entry.key, local(entry)) == ("T-1/hierarchic/2/r", "Fri 20:00")


def test_a_rung_on_an_sla_clock_does_not_fire_again_after_a_reopening_of_the_same_cycle() -> None:
    fired = RungFired("T-1/hierarchic/1/r", "r", "hierarchic", FRIDAY + timedelta(hours=1))
    case = story(
        (0, opened("p1")), (1, fired), (1.5, did.Resolved("New", RESOLVED)), (2, did.Reopened("Resolved", ACTIVE))
    )
    full = case.plan(Rung("full", Due.at_share("resolution", 1.0), AddTag("x")))["full"]
    assert case.due(Due.at_share("resolution", 0.5)).state == "fired"
    assert local(full) == "Fri 16:30"


def test_an_acknowledgement_silences_only_rungs_that_ask_for_one() -> None:
    case = story((0, opened()), (0.1, Acknowledged("mia")))
    due = Due.after_opened(elapsed(hours=1))
    assert case.due(due, until="acked").state == "suspended"
    assert "acknowledged by mia" in case.due(due, until="acked").why
    assert case.due(due).state == "ahead"


def test_a_withdrawn_acknowledgement_begins_a_new_cycle_for_rungs_of_cycles() -> None:
    fired = RungFired("T-1/hierarchic/1/r", "r", "hierarchic", FRIDAY + timedelta(hours=1))
    case = story(
        (0, opened()), (1, fired), (1.5, Acknowledged("mia")), (2, AcknowledgementWithdrawn("mia", "off sick"))
    )
    due = Due.after_opened(elapsed(hours=1))
    assert case.due(due, until="acked").state == "fired"
    again = case.due(due, until="acked", once="cycle")
    assert (again.key, local(again)) == ("T-1/hierarchic/1.2/r", "Fri 17:00")


def test_unassigned_counts_from_the_loss_of_the_last_person() -> None:
    due = Due.unassigned_for(elapsed(hours=1))
    assert local(story((0, opened())).due(due)) == "Fri 15:00"
    assert story((0, opened()), (0.5, did.Assigned("bo"))).due(due).state == "waiting"
    lost = story((0, opened()), (0.5, did.Assigned("bo")), (2, did.Unassigned()), (3, did.PrioritySet("p2")))
    assert local(lost.due(due)) == "Fri 17:00"


def test_a_rung_after_another_counts_from_its_due_not_from_the_look() -> None:
    case = story((0, opened()))
    lead = Rung("lead", Due.after_opened(elapsed(hours=1)), AddTag("x"))
    boss = Rung("boss", Due.after_rung("lead", elapsed(minutes=15)), AddTag("x"))
    assert local(case.plan(lead, boss)["boss"]) == "Fri 15:15"
    late = story(
        (0, opened()), (9, RungFired("T-1/hierarchic/1/lead", "lead", "hierarchic", FRIDAY + timedelta(hours=1)))
    )
    assert local(late.plan(lead, boss)["boss"]) == "Fri 15:15"


def test_rungs_that_wait_for_each_other_never_fire_and_never_loop() -> None:
    one = Rung("one", Due.after_rung("two", elapsed(minutes=1)), AddTag("x"))
    two = Rung("two", Due.after_rung("one", elapsed(minutes=1)), AddTag("x"))

    assert {entry.state for entry in story((0, opened())).plan(one, two).values()} == {"waiting"}


def test_what_was_due_before_a_ticket_was_adopted_never_fires() -> None:
    adopted = did.Adopted(opened(), FRIDAY - timedelta(days=3))
    case = story((0, adopted))
    past, ahead = Due.after_opened(elapsed(hours=1)), Due.after_opened(elapsed(days=4))
    assert (case.due(past).state, case.due(past).why) == ("ended", "was due before the ticket came here")
    assert local(case.due(ahead)) == "Sat 14:00"


def test_functional_goes_before_hierarchic_at_the_same_instant() -> None:
    due = Due.after_opened(elapsed(hours=1))
    boss = Rung("boss", due, AddTag("x"))
    second = Rung("second line", due, AddTag("x"), axis="functional")

    assert list(story((0, opened())).plan(boss, second)) == ["second line", "boss"]


def test_an_unknown_calendar_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="known: always, default"):
        story((0, opened())).due(Due.after_opened(business(hours=1), calendar="nihgt"))


def test_an_unknown_rung_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(UnknownName, match="known: r"):
        story((0, opened())).due(Due.after_rung("lead", elapsed(hours=1)))


def test_next_change_is_at_once_when_something_is_owed_and_none_when_nothing_is_dated() -> None:
    case = story((0, opened()))
    entry = case.due(Due.after_opened(elapsed(hours=1)))
    assert next_change([entry], at=FRIDAY) == FRIDAY + timedelta(hours=1)
    assert next_change([entry], at=FRIDAY + timedelta(hours=9)) == FRIDAY + timedelta(hours=9)
    assert next_change([case.due(Due.after_rung("r", elapsed()))], at=FRIDAY) is None


def test_a_naive_instant_is_refused() -> None:
    for question in (owed, next_change):
        with pytest.raises(InvalidValue, match="must carry a time zone"):
            question((), at=datetime(2026, 5, 22))


def test_a_ticket_no_row_is_for_has_an_empty_plan() -> None:
    case = story((0, opened()))
    matrix = Matrix.by_priority(
        "m", {"p1": [Rung("r", Due.on_breach("resolution"), Notify(Person("bo")))]}, last_resort=Person("dana")
    )

    assert plan(matrix, case.ticket, (), case.ledger, calendars=CALENDARS) == ()


def test_an_entry_tells_its_date_in_the_readers_zone() -> None:
    entry = story((0, opened("p1"))).due(Due.on_breach("resolution"))

    assert entry.explain(zone=AMS) == "r (hierarchic), when resolution is due: due 2026-05-22 16:00:00+02:00"
    assert entry.to_dict()["due"] == "2026-05-22T14:00:00+00:00"


def test_before_the_breach_of_a_cycle_begun_by_a_message_is_never_before_that_message() -> None:
    reply, contact = did.MessagePosted("m1", "agent"), did.MessagePosted("m2", "requester")
    entry = story((0, opened()), (0.1, reply), (1, contact)).due(Due.before_breach("next_response", elapsed(hours=9)))

    assert local(entry) == "Fri 15:00"
    assert "the clock starts later" in entry.why


def test_a_clock_that_only_measures_or_has_not_started_gives_no_due() -> None:
    case = story((0, opened()))
    assert case.due(Due.on_breach("next_response")).why == "the next_response clock has not started"
    unpromised = StraightClockWithoutTarget()
    matrix = Matrix("m", (MatrixRow(ALWAYS, (Rung("r", Due.on_breach("agent_work"), AddTag("x")),)),), Person("dana"))
    entry = plan(matrix, case.ticket, (unpromised,), case.ledger, calendars=CALENDARS)[0]
    assert entry.why == "nothing is promised for agent_work"


class StraightClockWithoutTarget:
    metric = "agent_work"
    number = 1
    state = "running"
    target = None
    started_at = FRIDAY
    due = None

    def reaches(self, share: float, *, bare: bool = False) -> datetime | None:
        return None


def test_acknowledging_twice_keeps_the_first_and_withdrawing_nothing_changes_nothing() -> None:
    twice = story((0, opened()), (1, Acknowledged("mia")), (2, Acknowledged("bo")))
    never = story((0, opened()), (1, AcknowledgementWithdrawn("bo")))
    assert twice.ledger.acknowledged_by == "mia"
    assert never.ledger.cycle == 1
