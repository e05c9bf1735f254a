"""What people do to a ticket's escalation, and what quiet times, gates, turns and calls make of it, on a real desk."""

from __future__ import annotations

import pickle
from datetime import timedelta

import attrs
import pytest

from deskcore.desk import Desk
from deskcore.desk.case import Case
from deskcore.desk.effects import Notify as Told
from deskcore.desk.effects import RouteNext
from deskcore.desk.floor import Floor
from deskcore.desk.memory import Memory
from deskcore.desk.outcome import Accepted, Refused, Routed
from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.acknowledge import Acknowledge
from deskcore.escalation.actions import AddTag, Notify, NotifyInTurn, TransferTo
from deskcore.escalation.byhand import Alert, CancelEscalation, DeEscalate, Escalate, Snooze
from deskcore.escalation.compare import Open, compare
from deskcore.escalation.events import Acknowledged, RungAnswered, RungFired
from deskcore.escalation.gates import Enough, Quiet
from deskcore.escalation.matrix import Passes
from deskcore.escalation.recipients import OnCall, Person, Pool
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor
from deskcore.predicate import ALWAYS, where
from deskcore.staff import Agent, Staff, Team
from deskcore.staff.agent import ContactRule
from deskcore.staff.layers import OnDuty
from deskcore.testing.escalation_life import START
from deskcore.tickets import commands as do

BO, ANN = Actor.agent("bo"), Actor.requester("ann")
HOUR = timedelta(hours=1)
STAFF = Staff(
    agents=(
        Agent("bo", team="first"),
        Agent("mia", contact_rules=(ContactRule("sms"), ContactRule("phone", elapsed(minutes=10)))),
    ),
    teams=(Team("first", lead="bo"), Team("network", lead="mia", tier=2), Team("vendor team", tier=3)),
    rosters={"nobody": OnDuty(())},
)


def rung(id: str, minutes: int, *actions: object, **more: object) -> Rung:  # noqa: A002
    told = actions or (Notify(Person(f"p-{id}")),)
    return Rung(id, Due.after_opened(elapsed(minutes=minutes)), told, **more)  # type: ignore[arg-type]


def desk(*rungs: Rung, passes: Passes | None = None, quiet: tuple[Quiet, ...] = ()) -> Desk:
    matrix = Matrix("m", (MatrixRow(ALWAYS, rungs, passes=passes),), Person("dana"))
    plain = Desk.simple(calendar=Calendar.always(), staff=STAFF, matrix=matrix)
    return attrs.evolve(plain, configuration=attrs.evolve(plain.configuration, quiet=quiet))


def opened(house: Desk, **more: object) -> Case:
    ask = do.Open("T-1", subject="VPN", requester="ann", **more)  # type: ignore[arg-type]
    return house.handle(None, ask, at=START, actor=ANN).unwrap().case


def then(house: Desk, case: Case, command: do.Command, minutes: int, actor: Actor = BO) -> Accepted:
    answer = house.handle(case, command, at=START + timedelta(minutes=minutes), actor=actor)
    assert isinstance(answer, Accepted), answer
    return answer


def fired(answer: Accepted) -> list[str]:
    return [f"{event.data.rung} {event.data.outcome}" for event in answer.events if isinstance(event.data, RungFired)]


def test_moving_up_fires_the_next_rung_of_an_axis_now() -> None:
    house = desk(rung("f1", 60, axis="functional"), rung("h1", 30), rung("f2", 120, axis="functional"))
    case = opened(house)
    answer = then(house, case, Escalate("T-1", "functional", why="customer insists"), 5)
    assert fired(answer) == ["f1 done"]
    assert answer.case.ledger.position == (1, 0)
    assert fired(then(house, answer.case, Escalate("T-1"), 6)) == ["h1 done"]


def test_a_requester_cannot_move_a_ticket_up_but_anybody_may_say_that_it_alerts() -> None:
    house = desk(rung("h1", 30))
    refused = house.handle(opened(house), Escalate("T-1"), at=START, actor=ANN)
    assert isinstance(refused, Refused)
    assert refused.refusals[0].code == "permission"
    assert then(house, opened(house), Alert("T-1"), 1, ANN).events[0].type == "alerted"


def test_past_the_last_rung_there_is_no_higher_tier() -> None:
    house = desk(rung("h1", 30))
    case = then(house, opened(house), Escalate("T-1"), 1).case
    refused = house.handle(case, Escalate("T-1"), at=START + HOUR, actor=BO)
    assert isinstance(refused, Refused)
    assert "no rung lies above" in refused.explain()


def test_taking_back_begins_the_axis_afresh_and_leaves_the_other() -> None:
    house = desk(rung("f1", 10, axis="functional"), rung("h1", 10))
    case = then(house, opened(house), do.Tick("T-1"), 20).case
    assert case.ledger.position == (1, 1)
    back = then(house, case, DeEscalate("T-1", "functional", why="was a printer"), 30)
    assert back.case.ledger.position == (0, 1)
    assert fired(then(house, back.case, do.Tick("T-1"), 39)) == []
    assert fired(then(house, back.case, do.Tick("T-1"), 40)) == ["f1 done"]


def test_what_was_past_when_it_was_taken_back_stays_past() -> None:
    clock_bound = Rung("late", Due("created", elapsed(minutes=10)), AddTag("late"), axis="functional")
    house = desk(clock_bound)
    case = then(house, opened(house), do.Tick("T-1"), 20).case
    back = then(house, case, DeEscalate("T-1", "functional"), 30).case
    assert house.plan(back, at=START + HOUR)[0].state == "ended"


def test_a_snooze_puts_everything_off_to_its_end() -> None:
    house = desk(rung("h1", 10), rung("h2", 20), rung("h3", 90))
    case = then(house, opened(house), Snooze("T-1", START + HOUR, why="parts are coming"), 5).case
    assert house.next_change(case, at=START + timedelta(minutes=6)) == START + HOUR
    late = then(house, case, do.Tick("T-1"), 120)
    assert [(event.data.rung, event.at) for event in late.events if isinstance(event.data, RungFired)] == [
        ("h1", START + HOUR),
        ("h2", START + HOUR),
        ("h3", START + timedelta(minutes=90)),
    ]


def test_a_cancelled_escalation_is_silent_until_somebody_moves_it_up() -> None:
    house = desk(rung("h1", 10), rung("h2", 20))
    case = then(house, opened(house), CancelEscalation("T-1", why="test alarm"), 5).case
    assert fired(then(house, case, do.Tick("T-1"), 60)) == []
    assert "cancelled by bo" in house.plan(case, at=START)[0].why
    assert fired(then(house, case, Escalate("T-1"), 6)) == ["h1 done"]


@pytest.mark.parametrize(
    ("mode", "told", "tagged", "outcomes"),
    [("hold", ["p"], True, ["r done"]), ("drop", [], False, ["r dropped"]), ("count_on", [], True, ["r muted"])],
)
def test_a_quiet_time_holds_drops_or_counts_on(mode: str, told: list[str], tagged: bool, outcomes: list[str]) -> None:
    quiet = Quiet(START, START + HOUR, mode=mode, why="upgrade")  # type: ignore[arg-type]
    house = desk(rung("r", 10, Notify(Person("p")), AddTag("late")), quiet=(quiet,))
    answer = then(house, opened(house), do.Tick("T-1"), 90)
    assert fired(answer) == outcomes
    assert [who for effect in answer.effects if isinstance(effect, Told) for who in effect.people] == told
    assert ("late" in answer.case.ticket.tags) is tagged
    when = START + HOUR if mode == "hold" else START + timedelta(minutes=10)
    assert [event.at for event in answer.events if isinstance(event.data, RungFired)] == [when]


def test_a_quiet_time_is_for_the_tickets_and_the_rungs_it_names() -> None:
    others = Quiet(START, START + HOUR, when=where(category="db"), rungs=frozenset({"a"}))
    house = desk(rung("a", 10), rung("b", 10), quiet=(others,))
    assert fired(then(house, opened(house), do.Tick("T-1"), 20)) == ["a done", "b done"]
    assert fired(then(house, opened(house, category="db"), do.Tick("T-1"), 20)) == ["b done"]


@pytest.mark.parametrize(
    "build",
    [
        lambda: Quiet(START, START - HOUR),
        lambda: Quiet(START, START, mode="shout"),  # type: ignore[arg-type]
        lambda: Enough("wished", more_than=1),  # type: ignore[arg-type]
        lambda: Enough("alerted", more_than=-1),
        lambda: Enough("alerted", more_than=1, within=elapsed(hours=0)),
        lambda: Passes(elapsed(hours=-1), 1),
        lambda: Passes(elapsed(hours=1), -1),
        lambda: MatrixRow(ALWAYS, (attrs.evolve(rung("r", 1), repeat=None),), passes="often"),  # type: ignore[arg-type]
        lambda: Pool("p", ["a", "a"]),
        lambda: Pool("p", ["a"], order="random"),  # type: ignore[arg-type]
        lambda: Pool("p", ["a"], if_gone="weep"),  # type: ignore[arg-type]
        lambda: NotifyInTurn([]),
        lambda: ContactRule("sms", elapsed(hours=-1)),
        lambda: rung("r", 1, grace=elapsed(hours=-1)),
        lambda: rung("r", 1, late="sometimes"),
        lambda: rung("r", 1, outside="out"),
        lambda: rung("r", 1, if_nobody="cry"),
        lambda: Due("count", of="alerted"),
        lambda: Due("count", of="wished", times=2),
        lambda: Due("count", of="alerted", times=0),
        lambda: Due("opened", times=2),
        lambda: Due("opened", within=elapsed(hours=1)),
        lambda: Due("opened", from_look=True),
    ],
)
def test_what_makes_no_sense_is_refused(build: object) -> None:
    assert callable(build)
    with pytest.raises(InvalidValue):
        build()


def test_a_gate_holds_until_enough_alerts_came() -> None:
    gate = rung("r", 0, enough=Enough("alerted", more_than=1, within=elapsed(minutes=5)))
    house = desk(gate)
    case = opened(house)
    assert "held until more than 1 alerted within 5m: 0 so far" in house.plan(case, at=START)[0].why
    first = then(house, case, Alert("T-1"), 1)
    second = then(house, first.case, Alert("T-1"), 7)
    third = then(house, second.case, Alert("T-1"), 8)
    assert [fired(first), fired(second), fired(third)] == [[], [], ["r done"]]


def test_a_count_within_a_window_calls_for_a_rung() -> None:
    house = desk(Rung("bounced", Due.at_count("reassigned", 2, within=elapsed(hours=1)), Notify(Person("dana"))))
    case = opened(house)
    once = then(house, case, do.Assign("T-1", "bo"), 1)
    twice = then(house, once.case, do.Assign("T-1", "mia"), 30)
    assert [fired(once), fired(twice)] == [[], ["bounced done"]]


def test_a_rung_is_there_only_while_its_condition_holds() -> None:
    house = desk(rung("vip", 0, given=where(priority="p1")))
    case = opened(house, priority="p4")
    assert case.ledger.fired == {}
    assert fired(then(house, case, do.SetPriority("T-1", "p1"), 15)) == ["vip done"]


def test_what_is_found_late_is_done_left_out_or_only_the_latest_of_it() -> None:
    each = desk(rung("a", 10), rung("b", 20))
    latest = desk(rung("a", 10, late="latest"), rung("b", 20, late="latest"))
    drop = desk(
        rung("a", 10, late="drop", grace=elapsed(minutes=45)), rung("b", 20, late="drop", grace=elapsed(minutes=45))
    )
    found = [fired(then(house, opened(house), do.Tick("T-1"), 60)) for house in (each, latest, drop)]
    assert found == [["a done", "b done"], ["a late", "b done"], ["a late", "b done"]]


def test_nobody_there_takes_no_time_or_falls_back() -> None:
    empty = Notify(OnCall("nobody"))
    skips = desk(rung("a", 10, empty, if_nobody="skip"), Rung("b", Due.after_rung("a", elapsed(hours=5)), AddTag("b")))
    answer = then(skips, opened(skips), do.Tick("T-1"), 60)
    assert fired(answer) == ["a skipped", "b done"]
    assert [event.at for event in answer.events if isinstance(event.data, RungFired)] == [
        START + timedelta(minutes=10)
    ] * 2
    holds = desk(rung("a", 10, empty, if_nobody="hold"))
    assert holds.plan(opened(holds), at=START)[0].why == "nobody is there, nor will be"


def test_a_person_is_called_by_rules_of_their_own_until_somebody_acknowledges() -> None:
    house = desk(rung("r", 10, Notify(Person("mia"), "page")))
    first = then(house, opened(house), do.Tick("T-1"), 15)
    assert [(effect.channel, effect.people) for effect in first.effects if isinstance(effect, Told)] == [
        ("sms", ("mia",))
    ]
    assert house.next_change(first.case, at=START + timedelta(minutes=16)) == START + timedelta(minutes=20)
    later = then(house, first.case, do.Tick("T-1"), 30)
    assert [effect.channel for effect in later.effects if isinstance(effect, Told)] == ["phone"]
    taken = then(house, first.case, Acknowledge("T-1"), 16)
    assert fired(then(house, taken.case, do.Tick("T-1"), 60)) == []


def test_a_pool_is_answered_once_by_the_floor_and_recorded_in_both_streams() -> None:
    pool = Pool("first line", ["ann", "bo", "cy"])
    host = Memory(desk(rung("r", 10, Notify(pool, "page"))))
    for name in ("T-1", "T-2"):
        host.handle(do.Open(name, subject="VPN", requester="ann"), at=START, actor=ANN)
    host.advance(START + HOUR)
    assert [effect.people for effect in host.told] == [("ann",), ("bo",)]
    assert [event.data.people for event in host.log("T-2") if isinstance(event.data, RungAnswered)] == [("bo",)]
    assert host.floor.pools == {"first line": "bo"}
    assert pickle.loads(pickle.dumps(host.floor)) == host.floor


def test_an_empty_pool_leads_to_the_last_resort() -> None:
    house = desk(rung("r", 0, Notify(Pool("nobody", []))))
    asked = house.handle(None, do.Open("T-1", subject="VPN", requester="ann"), at=START, actor=ANN).unwrap()
    assert any(isinstance(effect, RouteNext) for effect in asked.effects)
    routed = house.route(asked.case, Floor(), at=START)
    assert isinstance(routed, Routed)
    assert [effect.people for effect in routed.effects if isinstance(effect, Told)] == [("dana",)]
    assert routed.floor_events == ()
    assert "nobody is there" in routed.explain()


def test_the_functional_axis_never_lowers_the_tier() -> None:
    house = desk(rung("l2", 10, TransferTo(team="network"), axis="functional"))
    case = then(house, opened(house), do.Transfer("T-1", team="vendor team"), 5).case
    answer = then(house, case, do.Tick("T-1"), 20)
    assert answer.case.ticket.team == "vendor team"
    assert "superseded" in str([event.data for event in answer.events if isinstance(event.data, RungFired)])


def test_passes_without_end_that_skip_everybody_still_wait() -> None:
    empty = Notify(OnCall("nobody"))
    house = desk(rung("a", 0, empty, if_nobody="skip"), passes=Passes(elapsed(minutes=10), None))
    assert len(fired(then(house, opened(house), do.Tick("T-1"), 60))) == 6


def test_a_drifting_ladder_counts_from_the_look() -> None:
    house = desk(rung("a", 10), Rung("b", Due.after_rung("a", elapsed(minutes=10), from_look=True), AddTag("b")))
    late = then(house, opened(house), do.Tick("T-1"), 60)
    assert fired(late) == ["a done"]
    assert house.next_change(late.case, at=START + HOUR) == START + timedelta(minutes=70)


def test_two_versions_are_compared_over_open_tickets() -> None:
    house = desk(rung("a", 10), rung("b", 60), rung("c", 90))
    case = then(house, opened(house), do.Tick("T-1"), 20).case
    old = house.configuration.matrix
    assert old is not None
    new = Matrix("m", (MatrixRow(ALWAYS, (rung("a", 5), rung("b", 70), rung("d", 80))),), Person("dana"), "2")
    changes = compare(old, new, [Open(case.ticket, (), case.ledger)], calendars={})
    assert [change.explain().partition(" (")[0].split(" from ")[0] for change in changes] == [
        "T-1: b moves",
        "T-1: c is lost",
        "T-1: d is gained",
    ]


def test_a_ticket_stays_with_its_version_until_it_is_migrated() -> None:
    before = desk(rung("a", 10), rung("b", 60))
    case = then(before, opened(before), do.Tick("T-1"), 20).case
    old = before.configuration.matrix
    assert old is not None
    new = Matrix("m", (MatrixRow(ALWAYS, (rung("a", 5), rung("c", 90))),), Person("dana"), "2")
    after = attrs.evolve(before, configuration=attrs.evolve(before.configuration, matrix=new, former=(old,)))
    assert [entry.rung.id for entry in after.plan(case, at=START)] == ["a", "b"]
    moved = after.migrate(case, matrix="m@2", at=START + timedelta(minutes=30), actor=BO).unwrap()
    assert [(entry.rung.id, entry.state) for entry in after.plan(moved.case, at=START)] == [
        ("a", "fired"),
        ("c", "ahead"),
    ]
    refused = after.migrate(case, matrix="m@9", at=START + timedelta(minutes=30), actor=BO)
    assert isinstance(refused, Refused)
    assert "accepted: m@2, m@1" in refused.explain()


def test_after_a_rung_of_each_for_themselves_an_acknowledgement_silences_one_alone_until_the_ticket_comes_back() -> (
    None
):
    house = desk(rung("h1", 10, each_acks=True))
    told = then(house, opened(house), do.Tick("T-1"), 11).case
    assert [one.data for one in then(house, told, Acknowledge("T-1"), 12).events] == [Acknowledged("bo", alone=True)]
    back = then(house, then(house, told, do.Resolve("T-1"), 13).case, do.Reopen("T-1"), 14).case
    assert [one.data for one in then(house, back, Acknowledge("T-1"), 15).events] == [Acknowledged("bo")]
