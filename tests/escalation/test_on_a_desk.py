"""Rungs on the real clocks of a real desk: whoever looks when, the same ones fire for the same instants."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypeAlias

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deskcore.desk import Desk
from deskcore.desk.outcome import Accepted
from deskcore.escalation import Due, Matrix, Rung
from deskcore.escalation.actions import AddTag
from deskcore.escalation.events import RungFired
from deskcore.escalation.matrix import MatrixRow, Passes
from deskcore.escalation.recipients import Person
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor, Event
from deskcore.predicate import ALWAYS, InRange, Is
from deskcore.sla import Target
from deskcore.testing import escalation as draw
from deskcore.testing.escalation_life import REGISTER, START
from deskcore.tickets import commands as do

Asked: TypeAlias = tuple[int, do.Command, Actor]

OFFICE = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam")
TARGETS = (
    Target.first_response(business(hours=1)),
    Target.next_response(elapsed(hours=4)),
    Target.resolution(business(hours=2), when=Is("priority", "p1")),
    Target.resolution(business(hours=6), when=Is("priority", "p2")),
    Target.resolution(elapsed(hours=30)),
)
BO, ANN = Actor.agent("bo"), Actor.requester("ann")
UNTIL = START + timedelta(days=9)
MINUTES = st.integers(0, 9 * 24 * 60)
ASKED: st.SearchStrategy[Asked] = st.builds(
    lambda minutes, command, actor: (minutes, command, actor),
    MINUTES,
    st.sampled_from(
        [
            do.Hold("T-1", reason="requester"),
            do.Resume("T-1"),
            do.SetPriority("T-1", "p1"),
            do.SetPriority("T-1", "p3"),
            do.Resolve("T-1"),
            do.Reopen("T-1"),
            do.Post("T-1", "m"),
            do.Assign("T-1", "bo"),
            do.Start("T-1"),
        ]
    ),
    st.sampled_from([BO, ANN]),
)


def lived(matrix: Matrix, asked: list[Asked], looks: list[int]) -> list[Event]:
    desk = Desk.simple(calendar=OFFICE, targets=TARGETS, staff=REGISTER, matrix=matrix)
    answer = desk.handle(None, do.Open("T-1", subject="VPN", requester="ann", priority="p3"), at=START, actor=ANN)
    assert isinstance(answer, Accepted)
    log, case = list(answer.events), answer.case
    ticks = [(minutes, do.Tick("T-1"), Actor.system()) for minutes in (*looks, 9 * 24 * 60)]
    for minutes, command, actor in sorted([*asked, *ticks], key=lambda one: (one[0], isinstance(one[1], do.Tick))):
        answer = desk.handle(case, command, at=START + timedelta(minutes=minutes), actor=actor)
        if isinstance(answer, Accepted):
            log += answer.events
            case = answer.case
    return log


def fired(matrix: Matrix, asked: list[Asked], looks: list[int]) -> list[tuple[datetime, RungFired]]:
    return [(event.at, event.data) for event in lived(matrix, asked, looks) if isinstance(event.data, RungFired)]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draw.matrices(), st.lists(ASKED, max_size=8), st.lists(MINUTES, max_size=6))
def test_looking_often_late_or_never_fires_the_same_rungs(matrix: Matrix, asked: list[Asked], looks: list[int]) -> None:
    """Poll invariance with business hours, pauses, changed targets and reopenings."""
    assert fired(matrix, asked, []) == fired(matrix, asked, looks)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draw.matrices(), st.lists(ASKED, max_size=8), st.lists(MINUTES, max_size=6))
def test_nothing_is_dated_before_what_brought_it_about(matrix: Matrix, asked: list[Asked], looks: list[int]) -> None:
    """The log of a case never goes back in time, whatever calls for a rung: a message, a change, a clock."""
    log = lived(matrix, asked, looks)
    assert [event.at for event in log] == sorted(event.at for event in log)


def test_a_rung_that_hangs_on_replies_fires_no_earlier_than_the_reply() -> None:
    rung = Rung("told", Due.after_opened(elapsed(minutes=10)), AddTag("told"), given=InRange("replies", least=1))
    matrix = Matrix.by_priority("house", {"p3": [rung]}, last_resort=Person("dana"))

    assert [at for at, _ in fired(matrix, [(60, do.Post("T-1", "m"), BO)], [])] == [START + timedelta(minutes=60)]


def test_a_row_that_hangs_on_replies_takes_the_ticket_no_earlier_than_the_reply() -> None:
    rung = Rung("told", Due.after_opened(elapsed(minutes=10)), AddTag("told"))
    matrix = Matrix("house", (MatrixRow(InRange("replies", least=1), (rung,)),), Person("dana"))

    assert [at for at, _ in fired(matrix, [(60, do.Post("T-1", "m"), BO)], [])] == [START + timedelta(minutes=60)]


def test_a_pass_over_two_axes_ends_with_the_rung_that_fires_last() -> None:
    """Of rungs of one instant the functional ones come first, wherever they stand in the row."""
    lead = Rung("lead", Due.after_opened(elapsed(minutes=10)), AddTag("lead"))
    second = Rung("second", Due.after_opened(elapsed(minutes=10)), AddTag("second"), axis="functional")
    row = MatrixRow(ALWAYS, (lead, second), passes=Passes(elapsed(hours=1), 1))

    found = fired(Matrix("house", (row,), Person("dana")), [], [])

    minutes = [(10, "second"), (10, "lead"), (80, "second"), (80, "lead")]
    assert [(at, data.rung) for at, data in found] == [(START + timedelta(minutes=at), name) for at, name in minutes]
