"""What a status asks for one hold reason only: told where the reason is known, refused with its code where it is not."""

from __future__ import annotations

import attrs

from deskcore.log import Actor
from deskcore.testing.tickets import opening
from deskcore.tickets import allowed, decide, replay
from deskcore.tickets import commands as do
from deskcore.tickets.simple import simple_lifecycle
from deskcore.tickets.transition import Entry

CYCLE = attrs.evolve(simple_lifecycle(), entries=(Entry("Pending vendor", ("assignee",), "parts"),))
TICKET = replay([opening("T-1")])
BO = Actor.agent("bo")


def test_the_hold_of_a_reason_tells_what_that_reason_asks() -> None:
    options = allowed(CYCLE, TICKET, at=TICKET.opened_at, actor=BO)
    needs = {option.to: option.needs for option in options if option.command == "hold"}
    assert "assignee" in needs["parts"]
    assert "assignee" not in needs["vendor"]


def test_a_move_with_that_reason_is_refused_where_the_option_could_not_know() -> None:
    options = allowed(CYCLE, TICKET, at=TICKET.opened_at, actor=BO)
    [move] = [option for option in options if (option.command, option.to) == ("move", "Pending vendor")]
    asked = do.Move("T-1", "Pending vendor", reason="parts")
    found = decide(CYCLE, TICKET, asked, at=TICKET.opened_at, actor=BO).refusals

    assert "assignee" not in move.needs
    assert [refusal.code for refusal in found] == ["missing_field"]
