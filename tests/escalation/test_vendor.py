"""A rung on a vendor's silence: since when a ticket is with somebody else, and what counts as a sign of life."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deskcore.desk.desk import Desk
from deskcore.escalation import Due, Matrix, Rung
from deskcore.escalation.actions import Notify
from deskcore.escalation.matrix import MatrixRow
from deskcore.escalation.recipients import Person
from deskcore.hours import Calendar, elapsed
from deskcore.log import Actor
from deskcore.predicate import ALWAYS
from deskcore.staff import Partner, Staff
from deskcore.tickets import commands as do

NINE = datetime(2026, 5, 22, 9, tzinfo=UTC)
ANN, BO, MANILA = Actor.requester("ann"), Actor.agent("bo"), Actor.partner("jun", desk="manila")
CHASE = Rung("chase", Due.vendor_silent_for(elapsed(hours=2)), Notify(Person("dana")))
DESK = Desk.simple(
    calendar=Calendar.always(),
    matrix=Matrix("m", (MatrixRow(ALWAYS, (CHASE,)),), Person("dana")),
    staff=Staff(partners=(Partner("manila"),)),
)

Asked = tuple[int, do.Command, Actor]
OPEN = do.Open("T-1", subject="no network", requester="ann")
START = (0, do.Move("T-1", "Open"), BO)


def next_look(*asked: Asked) -> timedelta | None:
    """When, after nine, the rung is due that silence alone brings about; asked as the last thing happens."""
    case, at = DESK.handle(None, OPEN, at=NINE, actor=ANN).unwrap().case, NINE
    for minutes, command, actor in asked:
        at = NINE + timedelta(minutes=minutes)
        case = DESK.handle(case, command, at=at, actor=actor).unwrap().case
    (planned,) = (one for one in DESK.plan(case, at=at) if one.rung.id == "chase")
    return None if planned.due is None else planned.due - NINE


@pytest.mark.parametrize("waits_for", ["vendor", "partner"])
def test_it_counts_from_when_the_own_house_began_to_wait_for_one(waits_for: str) -> None:
    assert next_look(START, (10, do.Hold("T-1", waits_for), BO)) == timedelta(minutes=130)


def test_it_counts_from_the_hand_over_to_a_partner_desk_though_nobody_waits() -> None:
    assert next_look(START, (20, do.Transfer("T-1", desk="manila"), BO)) == timedelta(minutes=140)


def test_another_change_meanwhile_is_no_sign_of_life() -> None:
    asked = (START, (10, do.Hold("T-1", "vendor"), BO), (30, do.SetPriority("T-1", "p1"), BO))
    assert next_look(*asked) == timedelta(minutes=130)


def test_only_their_own_message_is_a_sign_of_life() -> None:
    with_them = (START, (20, do.Transfer("T-1", desk="manila"), BO))
    assert next_look(*with_them, (60, do.Post("T-1", "m-1"), ANN)) == timedelta(minutes=140)
    assert next_look(*with_them, (60, do.Post("T-1", "m-1"), MANILA)) == timedelta(minutes=180)


def test_nothing_is_due_once_the_ticket_is_back() -> None:
    assert next_look(START, (10, do.Hold("T-1", "vendor"), BO), (30, do.Resume("T-1"), BO)) is None
