"""What a due rung amounts to: whom it reaches, what it asks for, what it records; and the preview of it all."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings

from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Matrix, MatrixRow, Rung, plan, preview
from deskcore.escalation.acknowledge import Acknowledge, WithdrawAcknowledgement, decide
from deskcore.escalation.actions import Action, AddTag, Notify, RaisePriority, TransferTo
from deskcore.escalation.events import Acknowledged, AcknowledgementWithdrawn
from deskcore.escalation.firing import Firing, fire
from deskcore.escalation.history import Moment, rehearse
from deskcore.escalation.pictures import preview_html
from deskcore.escalation.recipients import (
    Assignee,
    ManagerOf,
    OnCall,
    PartnerContact,
    Person,
    Recipient,
    TeamLead,
    TeamMembers,
    resolve,
)
from deskcore.hours import elapsed
from deskcore.log import Actor
from deskcore.predicate import ALWAYS, Is
from deskcore.staff import Agent, Staff
from deskcore.testing import escalation as draw
from deskcore.testing.escalation_life import (
    CALENDARS,
    PRIORITIES,
    REGISTER,
    START,
    Happening,
    Lived,
    live,
    straight_clocks,
)
from deskcore.tickets import Status, Ticket, evolve
from deskcore.tickets import commands as do
from deskcore.tickets import events as did

LATER = START + timedelta(days=9)


def ticket(
    *, assignee: str | None = None, team: str | None = None, desk: str | None = None, priority: str = "p3"
) -> Ticket:
    return lived(assignee=assignee, team=team, desk=desk, priority=priority).ticket


def lived(
    *rungs: Rung,
    assignee: str | None = None,
    team: str | None = None,
    desk: str | None = None,
    priority: str = "p3",
    hours: float = 0,
) -> Lived:
    opened = did.Opened(
        "VPN", None, Status("New", "new"), "simple", priority=priority, assignee=assignee, team=team, desk=desk
    )
    matrix = Matrix("m", (MatrixRow(ALWAYS, rungs),), Person("dana"))
    return live(matrix, [Happening(START, opened)], until=START + timedelta(hours=hours))


def fired(
    *actions: Action, on: Ticket | None = None, fallback: Recipient | None = None, last: Recipient | None = None
) -> Firing:
    rung = Rung("r", Due.after_opened(elapsed(hours=1)), actions, fallback=fallback)
    matrix = Matrix("m", (MatrixRow(ALWAYS, (rung,)),), last or Person("dana"))
    held = lived()
    entry = plan(matrix, held.ticket, (), held.ledger, calendars=CALENDARS)[0]
    return fire(entry, matrix, on or held.ticket, REGISTER, at=LATER, priorities=PRIORITIES)


@pytest.mark.parametrize(
    ("recipient", "people"),
    [
        (Person("stranger"), ("stranger",)),
        (Assignee(), ("bo",)),
        (ManagerOf(Assignee()), ("mia",)),
        (ManagerOf(Assignee(), levels=2), ("dana",)),
        (ManagerOf(Assignee(), levels=3), ()),
        (ManagerOf(TeamMembers("network")), ("mia",)),
        (TeamLead(), ("mia",)),
        (TeamLead("network"), ("cy",)),
        (TeamLead("empty"), ()),
        (TeamLead("nowhere"), ()),
        (TeamMembers(), ("bo",)),
        (TeamMembers("empty"), ()),
        (TeamMembers("nowhere"), ()),
        (PartnerContact(), ("rosa",)),
        (OnCall("nights"), ("mia",)),
        (OnCall("vacant"), ()),
        (OnCall("nowhere"), ()),
        (PartnerContact("cebu"), ()),
        (PartnerContact("nowhere"), ()),
    ],
    ids=str,
)
def test_a_recipient_is_resolved_by_name_with_the_path(recipient: Recipient, people: Sequence[str]) -> None:
    found = resolve(recipient, REGISTER, ticket(assignee="bo", team="first", desk="manila"), at=START)

    assert found.people == tuple(people)
    assert found.explain()


def test_a_team_lead_without_a_team_on_the_ticket_is_that_of_the_person_who_has_it() -> None:
    assert resolve(TeamLead(), REGISTER, ticket(assignee="cy"), at=START).people == ("cy",)


@pytest.mark.parametrize(
    "recipient", [Assignee(), TeamLead(), TeamMembers(), PartnerContact(), ManagerOf(Assignee())], ids=str
)
def test_roles_of_a_ticket_nobody_has_stand_for_nobody_and_say_so(recipient: Recipient) -> None:
    found = resolve(recipient, REGISTER, ticket(), at=START)

    assert not found
    assert any("no" in step for step in found.path)


def test_a_circle_of_managers_ends_where_it_closes() -> None:
    staff = Staff(agents=(Agent("a", manager="b"), Agent("b", manager="a")))

    found = resolve(ManagerOf(Person("a"), levels=5), staff, ticket(), at=START)

    assert found.people == ()
    assert "the chain of managers is circular" in found.path


def test_nobody_falls_to_the_fallback_then_to_the_last_resort_and_the_path_tells() -> None:
    by_fallback = fired(Notify(Assignee()), fallback=TeamLead("network"))
    by_last = fired(Notify(Assignee()), fallback=TeamLead("empty"))
    assert by_fallback.event.people == ("cy",)
    assert by_last.event.people == ("dana",)
    assert by_last.event.path == (
        "assignee: nobody has the ticket",
        "fallback: team lead: team empty has no lead",
        "fallback: person: dana",
    )


def test_even_nobody_is_recorded_when_the_last_resort_fails() -> None:
    firing = fired(Notify(Assignee()), last=Assignee())

    assert firing.event.people == ()
    assert firing.event.actions == ("notify assignee: nobody",)


def test_a_notice_goes_to_each_recipient_on_its_channel_under_one_key() -> None:
    firing = fired(Notify(Person("bo")), Notify(Person("mia"), channel="page"))

    assert [(notice.channel, notice.people) for notice in firing.notices] == [("notify", ("bo",)), ("page", ("mia",))]
    assert {notice.key for notice in firing.notices} == {"T-1/hierarchic/1/r"}
    assert firing.notices[1].explain() == "page mia: rung r: 1h after the opening (person: mia)"
    assert firing.notices[1].to_dict()["people"] == ["mia"]


def test_priority_is_raised_one_step_and_never_beyond_its_cap() -> None:
    def asked(cap: str | None, priority: str) -> list[str | None]:
        commands = fired(RaisePriority(cap), on=ticket(priority=priority)).commands
        return [command.priority for command in commands if isinstance(command, do.SetPriority)]

    assert asked(None, "p3") == ["p2"]
    assert asked("p2", "p3") == ["p2"]
    assert asked("p2", "p2") == []
    assert asked("p2", "p1") == []
    assert asked(None, "p1") == []
    assert asked(None, "urgent") == []


def test_work_that_is_done_is_not_asked_for_again_and_the_record_says_so() -> None:
    there = ticket(team="network", desk="house")
    firing = fired(TransferTo(team="network"), TransferTo(team="network", desk="house"), on=there)
    assert firing.commands == ()
    assert firing.event.actions[0] == "transfer to team network: nothing to do"


def test_a_transfer_and_a_tag_become_commands_with_the_reason() -> None:
    commands = fired(TransferTo(desk="manila"), AddTag("late")).commands

    assert commands == (
        do.Transfer("T-1", desk="manila", why="rung r: 1h after the opening"),
        do.AddTag("T-1", "late"),
    )


def test_a_firing_is_dated_when_it_was_due_and_explains_itself() -> None:
    firing = fired(AddTag("late"))

    assert firing.event.due == START + timedelta(hours=1)
    assert firing.explain() == "r fired for 2026-03-27 10:00:00+00:00 (1h after the opening): tag late"
    assert pickle.loads(pickle.dumps(firing)) == firing


# -- preview

LADDER = (
    Rung("lead", Due.at_share("resolution", 0.5), Notify(TeamLead())),
    Rung("second", Due.at_share("resolution", 0.75), TransferTo(team="network"), axis="functional"),
    Rung("new lead", Due.at_share("resolution", 0.9), Notify(TeamLead())),
)


def test_a_preview_names_who_when_and_sees_what_the_rungs_do() -> None:
    held = lived(assignee="bo", team="first")
    matrix = Matrix("m", (MatrixRow(ALWAYS, LADDER),), Person("dana"))
    seen = preview(matrix, held.ticket, held.clocks, held.ledger, REGISTER, at=START, calendars=CALENDARS)

    assert [(firing.event.rung, firing.event.people) for firing in seen.firings] == [
        ("lead", ("mia",)),
        ("second", ()),
        ("new lead", ("cy",)),
    ]
    assert "2026-03-27 21:00  lead      hierarchic  mia  notify team lead: mia" in seen.explain()
    assert "new lead (hierarchic)" in str(preview_html(seen))


def test_a_raised_priority_brings_in_the_rungs_of_its_row_at_once_when_they_are_past() -> None:
    rows = (
        MatrixRow(Is("priority", "p2"), (Rung("boss", Due.after_opened(elapsed(hours=1)), Notify(Person("dana"))),)),
        MatrixRow(ALWAYS, (Rung("raise", Due.after_opened(elapsed(hours=2)), RaisePriority()),)),
    )
    held, matrix = lived(), Matrix("m", rows, Person("dana"))
    seen = preview(matrix, held.ticket, (), held.ledger, REGISTER, at=START, calendars=CALENDARS, priorities=PRIORITIES)
    assert [(firing.event.rung, firing.event.due.hour) for firing in seen.firings] == [("raise", 11), ("boss", 11)]


def test_a_preview_lists_what_has_no_date_with_the_reason() -> None:
    held = lived()
    rung = Rung("answer", Due.on_breach("first_response"), Notify(Person("dana")))
    matrix = Matrix("m", (MatrixRow(ALWAYS, (rung,)),), Person("dana"))
    seen = preview(matrix, held.ticket, held.clocks, held.ledger, REGISTER, at=START, calendars=CALENDARS)

    assert seen.explain().startswith("nothing is due\nanswer (hierarchic), when first_response is due: waiting")
    assert seen.to_dict()["firings"] == []


@settings(max_examples=50, deadline=None)
@given(draw.matrices(), draw.lives())
def test_a_rehearsal_of_a_life_fires_what_fired_in_it(matrix: Matrix, life: tuple[Happening, ...]) -> None:
    """For rungs that only tell people, a matrix tried on the log does what it did live."""
    telling = Matrix(
        "m",
        tuple(
            MatrixRow(
                row.when,
                tuple(
                    Rung(
                        rung.id,
                        rung.due,
                        Notify(Person("bo")),
                        axis=rung.axis,
                        until=rung.until,
                        once=rung.once,
                    )
                    for rung in row.rungs
                ),
            )
            for row in matrix.rows
        ),
        Person("dana"),
        on_match=matrix.on_match,
    )
    done = live(telling, life, until=LATER)
    log = tuple(event for event in done.log if event.data not in done.fired)
    moments: list[Moment] = []
    now: Ticket | None = None
    for place, event in enumerate(log):
        now = evolve(now, event)
        moments.append(Moment(event, now, straight_clocks(log[: place + 1])))
    tried = rehearse(telling, moments, REGISTER, at=LATER, calendars=CALENDARS)
    assert tuple(firing.event for firing in tried.firings) == done.fired
    assert tried.ledger == done.ledger


def test_a_rehearsal_stops_at_its_instant() -> None:
    held = lived(hours=1)
    matrix = Matrix("m", (MatrixRow(ALWAYS, LADDER),), Person("dana"))
    moments = [Moment(held.log[0], held.ticket, held.clocks)]
    assert rehearse(matrix, moments, REGISTER, at=START, calendars=CALENDARS).explain() == "nothing fired"
    assert rehearse(matrix, moments, REGISTER, at=START - timedelta(1), calendars=CALENDARS).firings == ()


# -- acknowledging


def test_staff_acknowledge_and_withdraw_and_twice_changes_nothing() -> None:
    held = lived()
    bo = Actor.agent("bo")
    assert decide(Acknowledge("T-1"), held.ticket, held.ledger, actor=bo).events == (Acknowledged("bo"),)
    assert decide(WithdrawAcknowledgement("T-1"), held.ticket, held.ledger, actor=bo).events == ()
    taken = live(
        Matrix("m", (), Person("dana")),
        [Happening(START, held.log[0].data), Happening(START, Acknowledged("mia"))],
        until=START,
    )
    assert decide(Acknowledge("T-1"), taken.ticket, taken.ledger, actor=bo).events == ()
    assert decide(WithdrawAcknowledgement("T-1", why="ill"), taken.ticket, taken.ledger, actor=bo).events == (
        AcknowledgementWithdrawn("bo", "ill"),
    )


def test_a_requester_may_not_acknowledge_and_nobody_may_once_the_ticket_is_closed() -> None:
    held = lived()
    closed = live(
        Matrix("m", (), Person("dana")),
        [
            Happening(START, held.log[0].data),
            Happening(START, did.Resolved("New", Status("Resolved", "resolved"))),
            Happening(START, did.Closed("Resolved", Status("Closed", "closed"))),
        ],
        until=START,
    )
    answer = decide(Acknowledge("T-1"), closed.ticket, closed.ledger, actor=Actor.requester("ann"))

    assert [refusal.code for refusal in answer.refusals] == ["final_state", "permission"]
    assert "cannot acknowledge ticket T-1: it is closed" in answer.explain()


def test_an_entry_without_a_date_cannot_fire_and_a_look_needs_a_zone() -> None:
    held = lived()
    rung = Rung("r", Due.on_breach("nothing"), AddTag("x"))
    matrix = Matrix("m", (MatrixRow(ALWAYS, (rung,)),), Person("dana"))
    entry = plan(matrix, held.ticket, (), held.ledger, calendars=CALENDARS)[0]
    with pytest.raises(AssertionError, match="waiting"):
        fire(entry, matrix, held.ticket, REGISTER, at=START)
    with pytest.raises(InvalidValue, match="must carry a time zone"):
        fire(entry, matrix, held.ticket, REGISTER, at=START.replace(tzinfo=None))
