"""Acknowledgements that run out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Matrix, MatrixRow, Rung, preview
from deskcore.escalation.acknowledge import expiry
from deskcore.escalation.actions import Notify
from deskcore.escalation.events import Acknowledged, AcknowledgementWithdrawn
from deskcore.escalation.recipients import Person
from deskcore.hours import elapsed
from deskcore.log import EventData
from deskcore.predicate import ALWAYS
from deskcore.testing.escalation_life import CALENDARS, REGISTER, START, Happening, Lived, live
from deskcore.tickets import Party
from deskcore.tickets import events as did
from deskcore.tickets.status import Status

PAGE = Rung("page", Due.after_opened(elapsed(minutes=5)), Notify(Person("bo")), until="acked", once="cycle")
MATRIX = Matrix("m", (MatrixRow(ALWAYS, (PAGE,)),), Person("dana"), ack_expires=elapsed(minutes=30))


def lived(*steps: tuple[int, EventData], until: int, looks: tuple[int, ...] = ()) -> Lived:
    opening = did.Opened("VPN drops", Party("ann"), Status("New", "new"), "simple", priority="p3")
    life = [Happening(START, opening)]
    life += [Happening(START + timedelta(minutes=minute), data) for minute, data in steps]
    seen = [START + timedelta(minutes=minute) for minute in looks]
    return live(MATRIX, life, until=START + timedelta(minutes=until), looks=seen)


def minutes(case: Lived) -> list[int]:
    return [(one.due - START) // timedelta(minutes=1) for one in case.fired]


def test_an_acknowledgement_that_no_solution_follows_runs_out_and_the_ladder_begins_again() -> None:
    case = lived((3, Acknowledged("bo")), until=60)
    assert minutes(case) == [38]
    withdrawn = [event for event in case.log if isinstance(event.data, AcknowledgementWithdrawn)]
    assert [(event.at, event.data) for event in withdrawn] == [
        (START + timedelta(minutes=33), AcknowledgementWithdrawn("bo", "expired after 30m"))
    ]


def test_a_late_look_dates_the_expiry_when_it_was() -> None:
    assert [(one.at, one.data) for one in lived((3, Acknowledged("bo")), until=60).log] == [
        (one.at, one.data) for one in lived((3, Acknowledged("bo")), until=60, looks=(10, 34, 50)).log
    ]


def test_a_solution_keeps_it() -> None:
    solved = did.Resolved("New", Status("Resolved", "resolved"))
    case = lived((3, Acknowledged("bo")), (20, solved), until=600)
    assert minutes(case) == []
    assert expiry(MATRIX, case.ledger, case.ticket) is None


def test_a_preview_knows_of_it() -> None:
    case = lived((3, Acknowledged("bo")), until=4)
    at = START + timedelta(minutes=4)
    seen = preview(MATRIX, case.ticket, (), case.ledger, REGISTER, at=at, calendars=CALENDARS)
    assert [firing.event.due for firing in seen.firings] == [START + timedelta(minutes=38)]
    early = preview(MATRIX, case.ticket, (), case.ledger, REGISTER, at=at, calendars=CALENDARS, until=at)
    assert early.firings == ()


def test_no_time_to_expire_is_refused() -> None:
    with pytest.raises(InvalidValue, match="ack_expires must be some time"):
        Matrix("m", (), Person("dana"), ack_expires=elapsed(minutes=0))
