"""A wait that is given another reason or another end, in the status in which the ticket waits already."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from deskcore.log import Actor, Event
from deskcore.presets import simple_lifecycle
from deskcore.testing.tickets import NOON, opening
from deskcore.tickets import Ticket, decide, evolve, replay
from deskcore.tickets import commands as do
from deskcore.tickets.decided import Decided
from deskcore.tickets.due import next_timer
from deskcore.tickets.transition import Entry

RULES, BO = simple_lifecycle(), Actor.agent("bo")
SOON, LATER = NOON + timedelta(hours=1), NOON + timedelta(hours=5)


def _after(ticket: Ticket, answer: Decided) -> Ticket:
    assert answer.accepted, answer.explain()
    for data in answer.events:
        ticket = evolve(ticket, Event(ticket.id, ticket.version + 1, NOON, NOON, BO, data))
    return ticket


def _held(**given: object) -> Ticket:
    ticket = replay((opening("T-1"),))
    return _after(ticket, decide(RULES, ticket, do.Move("T-1", "Pending vendor", **given), at=NOON, actor=BO))  # type: ignore[arg-type]


def test_a_wait_is_put_off() -> None:
    ticket = _held(until=SOON, reason="parts")
    ticket = _after(ticket, decide(RULES, ticket, do.Move("T-1", "Pending vendor", until=LATER), at=NOON, actor=BO))
    assert ticket.hold is not None
    assert (ticket.hold.reason, ticket.hold.until) == ("parts", LATER)
    assert next_timer(RULES, ticket) == LATER


def test_a_wait_is_for_somebody_else_and_has_no_end_any_more() -> None:
    ticket = _held(until=SOON, reason="parts")
    ticket = _after(ticket, decide(RULES, ticket, do.Move("T-1", "Pending vendor", reason="crew"), at=NOON, actor=BO))
    assert ticket.hold is not None
    assert (ticket.hold.reason, ticket.hold.until) == ("crew", None)


@pytest.mark.parametrize("again", [do.Move("T-1", "Pending vendor"), do.Move("T-1", "Pending vendor", until=SOON)])
def test_the_same_wait_is_no_change(again: do.Move) -> None:
    answer = decide(RULES, _held(until=SOON), again, at=NOON, actor=BO)
    assert [refused.code for refused in answer.refusals] == ["no_change"]


def test_what_the_status_asks_for_is_asked_again() -> None:
    rules = attrs.evolve(RULES, entries=(Entry("Pending vendor", ("comment",), "crew"),))
    answer = decide(rules, _held(reason="parts"), do.Move("T-1", "Pending vendor", reason="crew"), at=NOON, actor=BO)
    assert [refused.needs for refused in answer.refusals] == [("comment",)]


def test_the_new_end_lies_ahead() -> None:
    past = NOON - timedelta(minutes=1)
    answer = decide(RULES, _held(until=SOON), do.Move("T-1", "Pending vendor", until=past), at=NOON, actor=BO)
    assert [refused.code for refused in answer.refusals] == ["until_passed"]
