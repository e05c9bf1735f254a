"""What a lifecycle makes of commands."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

import attrs
import pytest

from deskcore._value import FrozenDict
from deskcore.hours import elapsed
from deskcore.log import Actor
from deskcore.predicate import Is
from deskcore.presets import simple_lifecycle
from deskcore.tickets import Lifecycle, Party, Status, Transition, decide
from deskcore.tickets import commands as do
from deskcore.tickets import events as on
from deskcore.tickets.refusal import CODES
from deskcore.tickets.transition import Entry
from tests.tickets.world import ANN, BO, CY, Bench, at, codes

SIMPLE = simple_lifecycle()
TRIO = (Status("Open", "active"), Status("Parked", "waiting"), Status("Done", "closed"))


def trio(*rows: Transition, entries: tuple[Entry, ...] = ()) -> Lifecycle:
    return Lifecycle("trio", TRIO, rows, entries=entries)


def test_nothing_moves_but_by_the_table() -> None:
    bench = Bench(trio(Transition("Open", "Done")))

    assert codes(bench.say(do.Move("T-1", "Parked"))) == ["forbidden_transition"]


def test_any_to_any_allows_every_move() -> None:
    bench = Bench(trio(Transition("*", "*")))

    assert bench.say(do.Move("T-1", "Done")).accepted
    assert bench.say(do.Move("T-1", "Parked")).accepted


def test_an_exact_row_wins_over_every_wildcard() -> None:
    rows = (Transition("*", "*"), Transition("Open", "*"), Transition("*", "Done"))
    bench = Bench(trio(*rows, Transition("Open", "Done", permission="close")))

    assert codes(bench.say(do.Move("T-1", "Done"), by=CY)) == ["permission"]


def test_any_to_target_wins_over_source_to_any() -> None:
    bench = Bench(trio(Transition("Open", "*"), Transition("*", "Done", permission="close")))

    assert codes(bench.say(do.Move("T-1", "Done"), by=CY)) == ["permission"]


def test_all_refusals_come_at_once() -> None:
    row = Transition("Open", "Done", permission="close", needs=("code",), guard=Is("priority", "p1"))

    answer = Bench(trio(row)).say(do.Move("T-1", "Done"), by=CY)

    assert codes(answer) == ["permission", "missing_field", "guard"]
    assert answer.events == ()


def test_a_refusal_says_what_was_asked_what_is_held_and_what_is_accepted() -> None:
    answer = Bench(SIMPLE).say(do.Move("T-1", "Closed"))

    assert answer.explain() == (
        "cannot move to Closed T-1: it is New, and nothing allows New -> Closed; "
        "accepted: Open, Pending requester, Pending vendor, Resolved, Cancelled"
    )


def test_a_role_is_enough_where_roles_are_listed() -> None:
    bench = Bench(trio(Transition("Open", "Done", roles=frozenset({"agent"}))))

    assert codes(bench.say(do.Move("T-1", "Done"), by=ANN)) == ["permission"]
    assert bench.say(do.Move("T-1", "Done"), by=CY).accepted


def test_a_guard_explains_why_it_does_not_hold() -> None:
    answer = Bench(trio(Transition("Open", "Done", guard=Is("assignee", "bo")))).say(do.Move("T-1", "Done"))

    assert "assignee is unset, not bo" in answer.explain()


def test_needs_of_the_row_and_of_the_status_add_up() -> None:
    lifecycle = trio(Transition("*", "*", needs=("assignee",)), entries=(Entry("Parked", ("until",), reason="parts"),))
    bench = Bench(lifecycle)

    answer = bench.say(do.Move("T-1", "Parked", reason="parts"))

    assert [refusal.needs for refusal in answer.refusals] == [("assignee",), ("until",)]


def test_an_entry_for_one_hold_reason_does_not_bind_another() -> None:
    lifecycle = trio(Transition("*", "*"), entries=(Entry("Parked", ("until",), reason="parts"),))

    assert Bench(lifecycle).say(do.Move("T-1", "Parked", reason="vendor")).accepted


def test_a_message_along_with_the_move_meets_the_need_for_one() -> None:
    bench = Bench(trio(Transition("Open", "Parked", needs=("message",))))

    assert codes(bench.say(do.Move("T-1", "Parked"))) == ["missing_field"]
    assert codes(bench.say(do.Post("T-1", "m-1", visibility="internal", then="Parked"))) == ["missing_field"]
    assert bench.say(do.Post("T-1", "m-1", then="Parked")).accepted


def test_a_custom_field_can_be_needed() -> None:
    bench = Bench(trio(Transition("Open", "Done", needs=("field.cause",))))

    assert codes(bench.say(do.Close("T-1"))) == ["missing_field"]
    bench.say(do.SetField("T-1", "cause", "dust"))
    assert bench.say(do.Close("T-1")).accepted


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (do.Open("T-1", subject="again"), "already_open"),
        (do.Resolve("T-2"), "unknown_ticket"),
        (do.Move("T-1", "Nowhere"), "unknown_status"),
        (do.Post("T-1", "m-1", then="Nowhere"), "unknown_status"),
        (do.Move("T-1", "New"), "no_change"),
        (do.Resume("T-1"), "wrong_phase"),
        (do.Reopen("T-1"), "wrong_phase"),
        (do.Hold("T-1", "whim"), "unknown_reason"),
        (do.Hold("T-1", "vendor", until=at(hours=0)), "until_passed"),
        (do.Assign("T-1"), "missing_field"),
        (do.Transfer("T-1"), "missing_field"),
        (do.Classify("T-1", kind="riddle"), "unknown_kind"),
        (do.SetPriority("T-1", "p9"), "unknown_priority"),
        (do.SetImpactUrgency("T-1", 9, 1), "out_of_range"),
    ],
)
def test_refused_with_its_code(command: do.Command, code: str) -> None:
    bench = Bench(SIMPLE)
    before = bench.ticket

    assert codes(bench.say(command)) == [code]
    assert bench.ticket == before
    assert code in CODES


def test_no_ticket_takes_only_open() -> None:
    assert codes(decide(SIMPLE, None, do.Close("T-1"), at=at(), actor=BO)) == ["unknown_ticket"]


def test_a_command_of_another_room_is_refused_by_name() -> None:
    @attrs.frozen
    class Salute(do.Command):
        TYPE: ClassVar[str] = "salute"

    answer = Bench(SIMPLE).say(Salute("T-1"))

    assert codes(answer) == ["unknown_command"]
    assert "'salute'" in answer.explain()


def test_a_lifecycle_may_ask_a_permission_for_a_command() -> None:
    lifecycle = attrs.evolve(SIMPLE, permissions=FrozenDict({"set_priority": "priority.override"}))
    bench = Bench(lifecycle)

    assert codes(bench.say(do.SetPriority("T-1", "p9"), by=CY)) == ["permission", "unknown_priority"]
    assert bench.say(do.SetPriority("T-1", "p1"), by=BO).accepted


# Opening


def test_opening_finds_every_fault_at_once() -> None:
    command = do.Open("T-1", subject="x", status="Closed", kind="riddle", priority="p9", impact=7)

    answer = decide(SIMPLE, None, command, at=at(), actor=ANN)

    assert codes(answer) == ["forbidden_on_create", "unknown_kind", "unknown_priority", "out_of_range"]


def test_opening_computes_the_priority() -> None:
    bench = Bench(SIMPLE, do.Open("T-1", subject="x", impact=1, urgency=2))

    assert bench.ticket.priority == "p2"


def test_opening_with_neither_judgement_nor_priority_takes_the_default() -> None:
    assert Bench(SIMPLE).ticket.priority == "p3"


def test_a_priority_named_at_opening_overrides_the_table() -> None:
    bench = Bench(SIMPLE, do.Open("T-1", subject="x", impact=1, urgency=1, priority="p4"))

    bench.say(do.SetImpactUrgency("T-1", 2, 2))

    assert bench.ticket.priority == "p4"


def test_needs_of_a_status_hold_at_creation_too() -> None:
    lifecycle = trio(Transition("*", "*"), entries=(Entry("Open", ("assignee", "field.site")),))

    answer = decide(lifecycle, None, do.Open("T-1", subject="x"), at=at(), actor=ANN)

    assert [refusal.needs for refusal in answer.refusals] == [("assignee",), ("field.site",)]


# Priority


def test_a_judgement_recomputes_the_priority() -> None:
    bench = Bench(SIMPLE)

    events = bench.say(do.SetImpactUrgency("T-1", 1, 1)).events

    assert events == (on.ImpactUrgencySet(1, 1), on.PrioritySet("p1", "computed"))


def test_a_judgement_that_gives_the_same_priority_says_nothing_of_it() -> None:
    bench = Bench(SIMPLE)

    assert bench.say(do.SetImpactUrgency("T-1", 2, 2)).events == (on.ImpactUrgencySet(2, 2),)


def test_an_override_stays_when_the_judgement_changes() -> None:
    bench = Bench(SIMPLE)
    bench.say(do.SetPriority("T-1", "p1", reason="the board is in the room"))

    bench.say(do.SetImpactUrgency("T-1", 3, 3))

    assert bench.ticket.priority == "p1"


def test_an_override_taken_back_lets_the_table_speak() -> None:
    bench = Bench(SIMPLE)
    bench.say(do.SetImpactUrgency("T-1", 3, 3))
    bench.say(do.SetPriority("T-1", "p1"))

    bench.say(do.SetPriority("T-1", None))
    assert bench.ticket.priority == "p4"
    bench.say(do.SetImpactUrgency("T-1", 1, 1))
    assert bench.ticket.priority == "p1"


# Moving by meaning


def test_hold_goes_where_the_reason_is_kept() -> None:
    bench = Bench(SIMPLE)

    bench.say(do.Hold("T-1", "parts", until=at(days=2)))

    assert bench.status == "Pending vendor"
    assert bench.ticket.hold is not None
    assert (bench.ticket.hold.reason, bench.ticket.hold.until) == ("parts", at(days=2))


def test_resolve_takes_the_first_resolved_status_that_the_table_reaches() -> None:
    statuses = (Status("Open", "active"), Status("Fixed", "resolved"), Status("Explained", "resolved"), TRIO[2])
    lifecycle = Lifecycle("two", statuses, (Transition("Open", "Explained"), Transition("Explained", "Done")))
    bench = Bench(lifecycle)

    bench.say(do.Resolve("T-1", code="howto"))

    assert (bench.status, bench.ticket.resolution) == ("Explained", "howto")


def test_a_command_whose_phase_the_lifecycle_lacks_is_refused() -> None:
    assert codes(Bench(trio(Transition("*", "*"))).say(do.Cancel("T-1"))) == ["unknown_status"]


def test_start_on_assign_starts_a_new_ticket_with_its_person() -> None:
    bench = Bench(attrs.evolve(SIMPLE, start_on_assign=True))

    assert [event.TYPE for event in bench.say(do.Assign("T-1", team="net")).events] == ["assigned"]
    assert [event.TYPE for event in bench.say(do.Assign("T-1", "bo")).events] == ["assigned", "started"]
    assert [event.TYPE for event in bench.say(do.Assign("T-1", "cy")).events] == ["assigned"]


def test_a_person_keeps_the_team_a_team_takes_from_the_person() -> None:
    bench = Bench(SIMPLE)
    bench.say(do.Assign("T-1", team="net"))
    bench.say(do.Assign("T-1", "bo"))
    assert (bench.ticket.team, bench.ticket.assignee) == ("net", "bo")

    bench.say(do.Assign("T-1", team="mail"))
    assert (bench.ticket.team, bench.ticket.assignee) == ("mail", None)


def test_another_desk_brings_its_own_team() -> None:
    bench = Bench(SIMPLE)
    bench.say(do.Assign("T-1", "bo", team="net", desk="house"))

    bench.say(do.Transfer("T-1", desk="manila", why="night"))

    assert (bench.ticket.desk, bench.ticket.team, bench.ticket.assignee) == ("manila", None, None)


def test_a_transfer_in_house_keeps_what_is_not_named() -> None:
    bench = Bench(SIMPLE)
    bench.say(do.Assign("T-1", "bo", team="net"))

    bench.say(do.Transfer("T-1", queue="night"))

    assert (bench.ticket.place.queue, bench.ticket.team, bench.ticket.assignee) == ("night", "net", None)


@pytest.mark.parametrize(
    "command",
    [
        do.Assign("T-1", "bo"),
        do.AddTag("T-1", "vip"),
        do.SetField("T-1", "cause", "dust"),
        do.SetPriority("T-1", "p1"),
        do.SetImpactUrgency("T-1", 1, 2),
        do.Classify("T-1", category="mail", skills=frozenset({"mail"})),
        do.Transfer("T-1", team="net"),
        do.ChangeParty("T-1", Party("ann", tier="gold")),
    ],
)
def test_asking_twice_changes_nothing_the_second_time(command: do.Command) -> None:
    bench = Bench(SIMPLE)
    assert bench.say(command).events

    again = bench.say(command)

    assert again.accepted
    assert again.events == ()


def test_true_and_one_are_different_values_of_a_field() -> None:
    bench = Bench(SIMPLE)
    bench.say(do.SetField("T-1", "count", 1))

    assert bench.say(do.SetField("T-1", "count", value=True)).events


# The end


@pytest.fixture
def closed() -> Bench:
    bench = Bench(SIMPLE)
    bench.say(do.Resolve("T-1"))
    bench.say(do.Close("T-1"))
    return bench


@pytest.mark.parametrize(
    "command",
    [do.Assign("T-1", "bo"), do.Unassign("T-1"), do.AddTag("T-1", "vip"), do.SetPriority("T-1", "p1")],
)
def test_a_closed_ticket_takes_no_change(closed: Bench, command: do.Command) -> None:
    assert codes(closed.say(command)) == ["final_state"]


def test_a_closed_ticket_still_takes_notes(closed: Bench) -> None:
    assert closed.say(do.Post("T-1", "m-1", visibility="internal")).accepted
    assert closed.status == "Closed"


def test_a_lifecycle_says_what_a_closed_ticket_still_takes(closed: Bench) -> None:
    closed.lifecycle = attrs.evolve(SIMPLE, final_accepts=frozenset({"add_tag"}))

    assert closed.say(do.AddTag("T-1", "surveyed")).accepted
    assert codes(closed.say(do.RemoveTag("T-1", "surveyed"))) == ["final_state"]


def test_the_window_binds_the_requester_to_its_last_microsecond(closed: Bench) -> None:
    late = timedelta(days=7, microseconds=1)

    assert codes(closed.say(do.Reopen("T-1"), by=ANN, after=late)) == ["reopen_window_over"]
    closed.at -= timedelta(microseconds=1)
    assert closed.say(do.Reopen("T-1"), by=ANN).accepted


def test_staff_may_reopen_late_and_the_event_says_so(closed: Bench) -> None:
    (event,) = closed.say(do.Reopen("T-1"), after=timedelta(days=30)).events

    assert isinstance(event, on.Reopened)
    assert event.within_window is False


def test_the_window_of_a_ticket_closed_without_a_solution_runs_from_its_closing() -> None:
    statuses = (Status("Open", "active"), Status("Solved", "resolved"), Status("Done", "closed"))
    bench = Bench(Lifecycle("x", statuses, (Transition("*", "*"),), reopen_window=elapsed(days=7)))
    bench.say(do.Resolve("T-1"))
    bench.say(do.Reopen("T-1"), by=ANN, after=timedelta(days=2))
    bench.say(do.Close("T-1"), after=timedelta(days=30))

    assert bench.say(do.Reopen("T-1"), by=ANN, after=timedelta(days=7)).accepted


def test_first_contact_is_a_solution_without_an_earlier_reply() -> None:
    at_once, later = Bench(SIMPLE), Bench(SIMPLE)
    later.say(do.Post("T-1", "m-1"))

    at_once.say(do.Post("T-1", "m-1", then="Resolved"))
    later.say(do.Post("T-1", "m-2", then="Resolved"), after=timedelta(hours=1))

    assert [bench.events[-1].data.first_contact for bench in (at_once, later)] == [True, False]  # type: ignore[attr-defined]


def test_a_window_of_open_time_needs_its_calendar() -> None:
    lifecycle = attrs.evolve(SIMPLE, reopen_window=elapsed(hours=1))
    bench = Bench(lifecycle)
    bench.say(do.Resolve("T-1"))

    assert codes(bench.say(do.Reopen("T-1"), by=ANN, after=timedelta(hours=2))) == ["reopen_window_over"]


def test_admins_and_machines_are_in_every_role() -> None:
    bench = Bench(trio(Transition("*", "*", roles=frozenset({"agent"}))))

    assert bench.say(do.Move("T-1", "Parked"), by=Actor.admin("eve")).accepted
    assert bench.say(do.Move("T-1", "Open"), by=Actor.system()).accepted
