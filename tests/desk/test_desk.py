"""What the desk answers, case by case: refusals, effects, taking over, correcting the past, routing, lint."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta

import attrs
import pytest

from deskcore import Accepted, Refused
from deskcore import commands as do
from deskcore._value import FrozenDict
from deskcore.desk import Case, CommandRefused, Configuration, Desk, Floor, FloorNotice, ForTicket, Memory
from deskcore.desk import floor_commands as ask
from deskcore.desk.checking import facts_known
from deskcore.desk.effects import Gone, Held
from deskcore.errors import InvalidValue, UnknownName
from deskcore.escalation.acknowledge import Acknowledge, WithdrawAcknowledgement
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor, Event, EventLog, Unknown
from deskcore.predicate import Is
from deskcore.routing import ToAgent, WaitingFacts
from deskcore.sla import Target
from deskcore.staff import Agent, Staff
from deskcore.tickets import Party
from deskcore.tickets.events import Adopted, MessagePosted, Opened, PrioritySet, Started
from deskcore.tickets.simple import simple_lifecycle
from tests.desk.conftest import ANN, BO, MONDAY, later

SYSTEM = Actor.system()


def opened(desk: Desk, **more: str) -> Case:
    ask_for_help = do.Open("T-1", subject="VPN drops", requester=Party("ann"), priority=more.get("priority"))
    return desk.handle(None, ask_for_help, at=MONDAY, actor=ANN).unwrap().case


def test_a_refusal_holds_every_reason_and_unwrapping_raises_them(desk: Desk) -> None:
    answer = desk.handle(opened(desk), do.Move("T-1", "Nowhere"), at=MONDAY, actor=BO)

    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == ["unknown_status"]
    assert "Nowhere" in answer.explain()
    with pytest.raises(CommandRefused, match="Nowhere") as raised:
        answer.unwrap()
    assert pickle.loads(pickle.dumps(raised.value)).refusals == answer.refusals


def test_an_answer_says_whether_it_is_about_a_case_or_the_floor(desk: Desk) -> None:
    about_case = desk.handle(None, do.Open("T-1", subject="VPN"), at=MONDAY, actor=ANN).unwrap()
    about_floor = desk.operate(None, ask.SignOn("bo"), at=MONDAY, actor=BO).unwrap()

    assert about_case.unwrap() is about_case
    assert "opened" in about_case.explain()
    with pytest.raises(TypeError, match=r"read \.case"):
        _ = about_case.floor
    with pytest.raises(TypeError, match=r"read \.floor"):
        _ = about_floor.case


def test_a_naive_instant_is_refused_with_the_fix(desk: Desk) -> None:
    answer = desk.handle(None, do.Open("T-1", subject="VPN"), at=datetime(2026, 5, 18), actor=ANN)
    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == ["naive_time"]
    assert "an aware instant, for example" in answer.explain()
    with pytest.raises(InvalidValue, match="at must carry a time zone"):
        desk.operate(None, ask.SignOn("bo"), at=datetime(2026, 5, 18), actor=ANN)


def test_word_for_the_floor_goes_out_when_something_of_it_changes(desk: Desk) -> None:
    """Opening: waits. A note: nothing new. Assigned by hand: held. Resolved: gone."""
    host = Memory(attrs.evolve(desk, configuration=attrs.evolve(desk.configuration, routing=None)))
    case = opened(desk)
    noted = desk.handle(case, do.Post("T-1", "n", visibility="internal"), at=MONDAY, actor=BO).unwrap()
    taken = desk.handle(case, do.Assign("T-1", "bo"), at=MONDAY, actor=BO).unwrap()
    solved = desk.handle(taken.case, do.Resolve("T-1"), at=MONDAY, actor=BO).unwrap()

    assert noted.effects == ()
    assert taken.effects == (FloorNotice("T-1", Held("bo", None, "house")),)
    assert solved.effects == (FloorNotice("T-1", Gone("resolved")),)
    assert [effect.because for effect in solved.effects] == ["T-1 is off the floor: resolved"]
    host.handle(do.Open("T-1", subject="VPN"), at=MONDAY, actor=ANN)
    assert list(host.floor.routing.waiting) == ["T-1"]
    host.handle(do.Hold("T-1", "requester"), at=MONDAY, actor=BO)
    assert not host.floor.routing.waiting


def test_what_the_floor_knows_of_a_waiting_ticket(desk: Desk) -> None:
    party = Party("ann", organisation="acme", tier="gold", languages=("de", "en"), data_class="health", vip=True)
    opening = do.Open(
        "T-1", subject="VPN", requester=party, priority="p1", category="net", skills=frozenset({"vpn"}),
        fields=FrozenDict({"tier": 2}),
    )  # fmt: skip
    [effect] = desk.handle(None, opening, at=MONDAY, actor=ANN).unwrap().effects

    assert isinstance(effect, FloorNotice)
    facts = effect.state
    assert isinstance(facts, WaitingFacts)
    assert (facts.priority_rank, facts.tier, dict(facts.skills), facts.languages) == (0, 2, {"vpn": 1}, ("de", "en"))
    assert (facts.customer_tier, facts.data_class, facts.vip) == ("gold", "health", True)
    assert facts.due_at == later(hours=1)  # the nearest promise: a first response within one business hour
    assert facts.at_risk_from == later(minutes=48)


def test_hearing_the_same_twice_changes_nothing(desk: Desk) -> None:
    [notice] = desk.handle(None, do.Open("T-1", subject="VPN"), at=MONDAY, actor=ANN).unwrap().effects
    assert isinstance(notice, FloorNotice)
    once = desk.operate(None, ask.Hear(notice), at=MONDAY, actor=SYSTEM).unwrap()
    twice = desk.operate(once.floor, ask.Hear(notice), at=MONDAY, actor=SYSTEM).unwrap()

    assert [event.type for event in once.events].count("queued") == 1
    assert (twice.events, twice.floor) == ((), once.floor)


def test_presence_that_already_is_so_records_nothing(desk: Desk) -> None:
    on = desk.operate(None, ask.SignOn("bo"), at=MONDAY, actor=BO).unwrap().floor
    assert desk.operate(on, ask.SignOn("bo"), at=MONDAY, actor=BO).unwrap().events == ()
    assert desk.operate(on, ask.ComeBack("bo"), at=MONDAY, actor=BO).unwrap().events == ()
    away = desk.operate(on, ask.GoAway("bo", "lunch"), at=MONDAY, actor=BO).unwrap().floor
    assert [e.type for e in desk.operate(away, ask.ComeBack("bo"), at=MONDAY, actor=BO).unwrap().events] == [
        "came_back"
    ]
    assert [e.type for e in desk.operate(on, ask.SetCapacity("bo", 9), at=MONDAY, actor=BO).unwrap().events] == [
        "capacity_changed"
    ]


def test_somebody_unknown_cannot_sign_on(desk: Desk) -> None:
    answer = desk.operate(None, ask.SignOn("zoe"), at=MONDAY, actor=BO)
    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == ["unknown_agent"]


def test_freed_room_serves_the_best_waiting_ticket_not_the_newcomer(desk: Desk) -> None:
    """Bo holds two of two; when one is solved the gravest of those who wait goes first."""
    host = Memory(attrs.evolve(desk, configuration=attrs.evolve(desk.configuration, routing=ToAgent())))
    host.operate(ask.SignOn("bo"), at=MONDAY)
    for number, priority in enumerate(["p3", "p3", "p4", "p2", "p3"]):
        opening = do.Open(f"T-{number}", subject="VPN", requester=Party("ann"), priority=priority)
        host.handle(opening, at=later(minutes=number), actor=ANN)
    assert list(host.floor.routing.waiting) == ["T-2", "T-3", "T-4"]

    host.handle(do.Resolve("T-0"), at=later(minutes=9), actor=BO)

    assert host.case("T-3").ticket.assignee == "bo"
    assert list(host.floor.routing.waiting) == ["T-2", "T-4"]


def test_routing_a_ticket_that_does_not_wait_is_refused(desk: Desk) -> None:
    case = opened(desk)
    answer = desk.route(case, Floor(), at=MONDAY)
    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == ["not_waiting"]


def test_routing_on_a_floor_that_has_not_heard_is_refused(desk: Desk) -> None:
    """The case was taken by hand; the floor still thinks that it waits, so nobody is chosen twice."""
    first = desk.handle(None, do.Open("T-1", subject="VPN"), at=MONDAY, actor=ANN).unwrap()
    [notice] = first.effects
    assert isinstance(notice, FloorNotice)
    floor = desk.operate(None, ask.Hear(notice), at=MONDAY, actor=SYSTEM).unwrap().floor
    floor = desk.operate(floor, ask.SignOn("mia"), at=MONDAY, actor=SYSTEM).unwrap().floor
    taken = desk.handle(first.case, do.Assign("T-1", "bo"), at=MONDAY, actor=BO).unwrap().case

    answer = desk.route(taken, floor, at=MONDAY)

    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == ["stale_floor"]
    assert desk.why(first.case, floor, at=MONDAY).explain()


def test_a_routed_ticket_records_its_reasons_in_both_streams(desk: Desk) -> None:
    host = Memory(desk)
    host.operate(ask.SignOn("mia"), at=MONDAY)
    host.handle(do.Open("T-1", subject="VPN"), at=MONDAY, actor=ANN)

    assert [event.type for event in host.log("T-1")] == ["opened", "routed", "assigned"]
    assert [event.type for event in host.log()][-2:] == ["queued", "placed"]


def test_a_reopened_ticket_queues_again_so_that_nobody_is_overbooked(desk: Desk) -> None:
    host = Memory(desk)
    host.operate(ask.SignOn("mia"), at=MONDAY)
    host.handle(do.Open("T-1", subject="VPN", requester=Party("ann")), at=MONDAY, actor=ANN)
    host.handle(do.Resolve("T-1"), at=later(hours=1), actor=BO)
    host.operate(ask.SignOff("mia"), at=later(hours=1))
    host.handle(do.Post("T-1", "m"), at=later(hours=2), actor=ANN)

    assert host.case("T-1").ticket.assignee is None
    assert list(host.floor.routing.waiting) == ["T-1"]


def test_a_host_may_leave_reopened_tickets_with_who_had_them(desk: Desk) -> None:
    setup = attrs.evolve(desk.configuration, reopened_stay_assigned=True)
    case = opened(desk)
    for command in (do.Assign("T-1", "bo"), do.Resolve("T-1")):
        case = Desk(setup).handle(case, command, at=MONDAY, actor=BO).unwrap().case
    case = Desk(setup).handle(case, do.Post("T-1", "m"), at=later(hours=1), actor=ANN).unwrap().case
    assert case.ticket.assignee == "bo"


def test_a_rung_that_raises_the_priority_says_so_in_the_log(desk: Desk) -> None:
    """Unassigned for an hour: the matrix raises the priority, dated when it was due, however late the look."""
    late = desk.handle(opened(desk), do.Tick("T-1"), at=later(hours=3), actor=SYSTEM).unwrap()
    raised = [event for event in late.events if isinstance(event.data, PrioritySet)]
    assert [(e.data.how, e.at) for e in raised if isinstance(e.data, PrioritySet)] == [("escalation", later(hours=1))]


def test_an_escalation_is_acknowledged_and_given_back(desk: Desk) -> None:
    taken = desk.handle(opened(desk), Acknowledge("T-1"), at=MONDAY, actor=BO).unwrap().case
    assert taken.ledger.acknowledged_by == "bo"
    back = desk.handle(taken, WithdrawAcknowledgement("T-1", why="sick"), at=MONDAY, actor=BO).unwrap().case
    assert not back.ledger.is_acknowledged
    assert isinstance(desk.handle(taken, Acknowledge("T-1"), at=MONDAY, actor=ANN), Refused)


def test_a_follow_up_is_a_command_for_another_ticket(desk: Desk) -> None:
    """A reply long after closing opens a new ticket, by an effect the host runs."""
    host = Memory(desk)
    host.handle(do.Open("T-1", subject="VPN", requester=Party("ann")), at=MONDAY, actor=ANN)
    host.handle(do.Resolve("T-1"), at=MONDAY, actor=BO)
    host.advance(later(days=30))
    answer = host.handle(do.Post("T-1", "m", follow_up="T-2"), at=later(days=30), actor=ANN)

    assert isinstance(answer, Accepted)
    assert any(isinstance(effect, ForTicket) for effect in answer.effects)
    assert host.case("T-2").ticket.is_open


def test_a_ticket_from_elsewhere_is_taken_over_as_it_stands(desk: Desk) -> None:
    """Clocks know nothing from before the adoption but what the record says."""
    lifecycle = simple_lifecycle()
    past = Opened("Printer", Party("ann"), lifecycle.status("Open"), "simple", priority="p2", assignee="bo")
    record = Adopted(past, later(days=-30), first_response_at=later(days=-29), reopens=2)
    adopted = desk.adopt(record, "X-7", at=MONDAY, actor=SYSTEM).unwrap()

    ticket = adopted.case.ticket
    assert (ticket.opened_at, ticket.assignee, ticket.counters.reopens) == (later(days=-30), "bo", 2)
    assert [event.type for event in adopted.events] == ["adopted"]
    assert desk.case(adopted.events) == adopted.case
    assert desk.clock(adopted.case, "first_response", at=MONDAY).fulfilled_at is not None


def test_a_record_of_the_future_is_not_taken_over(desk: Desk) -> None:
    past = Opened("Printer", None, simple_lifecycle().initial, "simple")
    answer = desk.adopt(Adopted(past, later(days=1)), "X-7", at=MONDAY, actor=SYSTEM)
    assert isinstance(answer, Refused)
    assert "opened_at lies after" in answer.explain()


def test_an_imported_event_counts_and_its_violation_is_told(desk: Desk) -> None:
    lifecycle = simple_lifecycle()
    birth = Event("X", 1, MONDAY, MONDAY, SYSTEM, Opened("Printer", None, lifecycle.status("Closed"), "simple"))
    back = Event("X", 2, MONDAY, MONDAY, SYSTEM, Started("Closed", lifecycle.status("Pending vendor")))
    first = desk.record(None, birth)
    second = desk.record(first.case, back)

    assert [refusal.code for refusal in first.violations] == ["forbidden_on_create"]
    assert second.violations
    assert second.case.ticket.status.name == "Pending vendor"


def test_a_late_fact_is_put_where_it_belongs_and_the_differences_are_told(desk: Desk) -> None:
    """The reply that nobody had recorded: the first response was in time after all."""
    case = opened(desk)
    log = EventLog(
        desk.handle(None, do.Open("T-1", subject="VPN", requester=Party("ann")), at=MONDAY, actor=ANN).unwrap().events
    )
    late = desk.handle(desk.case(log), do.Tick("T-1"), at=later(days=1), actor=SYSTEM).unwrap()
    log = log.extended(late.events)
    reply = MessagePosted("m-0", "agent")

    found = desk.insert(log, reply, happened_at=later(hours=2), at=later(days=1), actor=BO)

    assert found.case.ticket.marks.first_response_at == later(hours=2)
    told = {difference.what: (difference.before, difference.after) for difference in found.differences}
    assert told["first_response #1 state"] == ("breached", "met")
    assert "first_response_at: None -> " in found.explain()
    assert found.log.version == log.version + 1
    assert case.version == 1


@pytest.mark.parametrize(("happened", "at", "said"), [(-1, 24, "opening"), (25, 24, "after at"), (0, 1, "last record")])
def test_a_late_fact_lies_between_the_opening_and_now(desk: Desk, happened: int, at: int, said: str) -> None:
    first = desk.handle(None, do.Open("T-1", subject="VPN"), at=MONDAY, actor=ANN).unwrap()
    second = desk.handle(first.case, do.Start("T-1"), at=later(hours=3), actor=BO).unwrap()
    log = EventLog((*first.events, *second.events))
    with pytest.raises(InvalidValue, match=said):
        desk.insert(log, MessagePosted("m", "agent"), happened_at=later(hours=happened), at=later(hours=at), actor=BO)


def test_the_floors_log_takes_no_late_facts(desk: Desk) -> None:
    floor = desk.operate(None, ask.SignOn("bo"), at=MONDAY, actor=BO).unwrap()
    with pytest.raises(InvalidValue, match="must be of a case's stream"):
        desk.insert(EventLog(floor.events), MessagePosted("m", "agent"), happened_at=MONDAY, at=MONDAY, actor=BO)


def test_a_case_moves_to_another_policy_only_when_told_to(desk: Desk) -> None:
    case = opened(desk)
    pinned = desk.migrate(case, policy="default", at=MONDAY, actor=SYSTEM).unwrap()
    assert pinned.case.ticket.header.policy == "default"
    for wrong in (
        desk.migrate(case, policy="gold", at=MONDAY, actor=SYSTEM),
        desk.migrate(case, at=MONDAY, actor=SYSTEM),
    ):
        assert isinstance(wrong, Refused)


def test_questions_about_what_is_not_there_name_what_is(desk: Desk) -> None:
    case = opened(desk)
    with pytest.raises(UnknownName, match="known: first_response, next_response, resolution"):
        desk.clock(case, "resolutoin", at=MONDAY)
    with pytest.raises(UnknownName, match="cannot find waiting ticket 'T-1'"):
        desk.why(case, Floor(), at=MONDAY)
    bare = Desk.simple(calendar=Calendar.always())
    with pytest.raises(UnknownName, match="cannot find matrix"):
        bare.preview(opened(bare), at=MONDAY)
    assert bare.plan(opened(bare), at=MONDAY) == ()
    with pytest.raises(UnknownName, match="cannot find ticket 'T-9'"):
        Memory(bare).case("T-9")
    with pytest.raises(UnknownName, match="cannot find lifecycle"):
        bare.configuration.lifecycle("other")


def test_preview_tells_what_fires_and_whom_it_reaches(desk: Desk) -> None:
    told = desk.preview(opened(desk), at=MONDAY)
    assert next(firing.event.rung for firing in told.firings) == "unowned"
    assert desk.plan(opened(desk), at=MONDAY)


def test_every_allowed_command_is_accepted_once_it_has_what_it_needs(desk: Desk) -> None:
    case = opened(desk)
    options = desk.allowed(case, at=MONDAY, actor=BO)
    assert {option.command for option in options} >= {"move", "assign", "resolve"}
    assert desk.allowed(None, at=MONDAY, actor=ANN)[0].command == "open"
    assert desk.allowed(case, at=MONDAY - timedelta(days=1), actor=BO) == ()


def test_unknown_events_are_kept_and_change_nothing_but_the_version(desk: Desk) -> None:
    case = opened(desk)
    after = desk.step(case, Event("T-1", 2, MONDAY, MONDAY, SYSTEM, Unknown("acme.x", 1, "{}")))
    assert isinstance(after, Case)
    assert after.version == 2
    assert attrs.evolve(after.ticket, version=1) == case.ticket
    assert isinstance(desk.step(None, Event("floor", 1, MONDAY, MONDAY, SYSTEM, Unknown("acme.x", 1, "{}"))), Floor)


def test_states_and_desks_pickle_without_their_memos(desk: Desk) -> None:
    case = opened(desk)
    floor = desk.operate(None, ask.SignOn("bo"), at=MONDAY, actor=BO).unwrap().floor
    desk.next_change(case, at=MONDAY)
    desk.next_change(floor, at=MONDAY)
    for value in (case, floor, desk):
        again = pickle.loads(pickle.dumps(value))
        assert again == value
        assert hash(again) == hash(value)


def test_lint_gathers_every_rooms_findings_with_paths() -> None:
    setup = Configuration(
        lifecycles=(simple_lifecycle(),),
        calendars=FrozenDict({"default": Calendar.never()}),
        staff=Staff(agents=(Agent("bo", calendar="nights", manager="zoe"),)),
        routing=ToAgent(desk="manila"),
    )
    codes = {(problem.path.split(".")[0].split("[")[0], problem.code) for problem in Desk(setup).lint()}
    assert {("staff", "unknown_calendar"), ("staff", "unknown_agent"), ("routing", "unknown_desk")} <= codes


def test_lint_finds_a_priority_that_no_policy_promises_anything() -> None:
    bare = Desk.simple(
        calendar=Calendar.always(), targets=[Target.resolution(business(hours=8), when=Is("priority", "p1"))]
    )
    assert [p.message.split(";")[0] for p in bare.lint() if p.code == "no_target"] == [
        f"promises nothing to tickets of priority {priority}" for priority in ("p2", "p3", "p4")
    ]


def test_a_configuration_has_lifecycles_with_names_of_their_own() -> None:
    with pytest.raises(InvalidValue, match="at least one lifecycle"):
        Configuration(lifecycles=())
    with pytest.raises(InvalidValue, match="must not name the same one twice"):
        Configuration(lifecycles=(simple_lifecycle(), simple_lifecycle()))


def test_a_kind_goes_by_the_lifecycle_that_names_it() -> None:
    first = simple_lifecycle()
    changes = attrs.evolve(simple_lifecycle(), name="changes", kinds=("change",))
    setup = Configuration(lifecycles=(first, changes))
    assert setup.lifecycle_for("change").name == "changes"
    assert setup.lifecycle_for("incident").name == "simple"


def test_the_facts_of_all_rooms_are_one_list_without_doubles() -> None:
    names = [fact.name for fact in facts_known()]
    assert len(names) == len(set(names))
    assert {"priority", "at_risk", "waits_for"} <= set(names)


def test_the_host_rings_every_timer_at_its_instant() -> None:
    """Solved at noon, closed five days later to the minute, whoever looks when."""
    host = Memory(Desk.simple(calendar=Calendar.always(), targets=[Target.first_response(elapsed(hours=1))]))
    host.handle(do.Open("T-1", subject="VPN", requester=Party("ann")), at=MONDAY, actor=ANN)
    host.handle(do.Resolve("T-1"), at=later(hours=3), actor=BO)

    assert host.next_wake() == later(days=5, hours=3)
    assert host.advance(later(days=9)) == 1
    assert host.case("T-1").ticket.marks.closed_at == later(days=5, hours=3)
    assert host.next_wake() is None
    assert [event.seq for event in host.since(2, "T-1")] == list(range(3, host.case("T-1").version + 1))


def test_a_log_with_a_gap_is_refused_before_a_number_is_used_twice(desk: Desk) -> None:
    first = desk.handle(None, do.Open("T-1", subject="VPN"), at=MONDAY, actor=ANN).unwrap()
    second = desk.handle(first.case, do.Start("T-1"), at=MONDAY, actor=BO).unwrap()
    third = desk.handle(second.case, do.Resolve("T-1"), at=MONDAY, actor=BO).unwrap()
    with pytest.raises(InvalidValue, match="T-1/2 is missing before"):
        desk.replay([*first.events, *third.events])
    assert desk.replay([*third.events, *first.events, *second.events]) == third.case


def test_lint_finds_values_that_nothing_has() -> None:
    """A misspelt value would quietly match no ticket."""
    bare = Desk.simple(
        calendar=Calendar.always(),
        targets=[
            Target.resolution(business(hours=8), when=Is("priority", "P1")),
            Target.resolution(business(hours=9), when=Is("vip", "yes")),
            Target.resolution(business(hours=9), when=Is("reopens", "2")),
            Target.resolution(None),
        ],
    )
    found = [(problem.path, problem.message) for problem in bare.lint() if problem.code == "unknown_value"]
    assert [path for path, _ in found] == [f"book.policies[0].targets[{place}].when" for place in range(3)]
    assert found[0][1].startswith("compares priority with 'P1', which nothing here has; did you mean 'p1'? known: p1")
    assert found[1][1] == "compares vip with 'yes'; it is true or false"
    assert found[2][1] == "compares reopens with '2'; it is a number"


def test_lint_finds_a_permission_that_guards_nothing() -> None:
    cycle = attrs.evolve(simple_lifecycle(), permissions=FrozenDict({"asign": "ticket.assign"}))
    codes = [p.code for p in Desk.simple(calendar=Calendar.always(), lifecycle=cycle).lint()]
    assert "unknown_command" in codes


def test_acknowledging_is_among_what_is_allowed(desk: Desk) -> None:
    case = opened(desk)
    assert "acknowledge" in {option.command for option in desk.allowed(case, at=MONDAY, actor=BO)}
    assert "acknowledge" not in {option.command for option in desk.allowed(case, at=MONDAY, actor=ANN)}
    taken = desk.handle(case, Acknowledge("T-1"), at=MONDAY, actor=BO).unwrap().case
    assert desk.handle(taken, Acknowledge("T-1"), at=MONDAY, actor=BO).unwrap().explain() == "nothing changed"


def test_why_points_onward_for_a_ticket_that_somebody_has(desk: Desk) -> None:
    host = Memory(desk)
    host.operate(ask.SignOn("mia"), at=MONDAY)
    host.handle(do.Open("T-1", subject="VPN"), at=MONDAY, actor=ANN)
    with pytest.raises(UnknownName, match="it is with mia: see its routed event"):
        desk.why(host.case("T-1"), host.floor, at=MONDAY)


def test_no_ticket_takes_the_name_of_the_floors_stream(desk: Desk) -> None:
    asked = desk.handle(None, do.Open("floor", subject="VPN", requester="ann"), at=MONDAY, actor=ANN)
    assert isinstance(asked, Refused)
    assert [refusal.code for refusal in asked.refusals] == ["reserved_id"]
