"""What messages do to a ticket, on whatever channel."""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from deskcore.errors import InvalidValue, UnknownName
from deskcore.hours import business
from deskcore.predicate import Is
from deskcore.presets import simple_lifecycle
from deskcore.tickets import ReplyRule
from deskcore.tickets import commands as do
from tests.tickets.world import ANN, BO, Bench, codes

SIMPLE = simple_lifecycle()
DAY = timedelta(days=1)


def resolved() -> Bench:
    bench = Bench(SIMPLE)
    bench.say(do.Resolve("T-1"))
    return bench


@pytest.mark.parametrize("channel", ["email", "web", "phone", "unknown"])
def test_a_reply_wakes_a_ticket_that_waits_for_it_on_every_channel(channel: str) -> None:
    bench = Bench(SIMPLE)
    bench.say(do.Hold("T-1", "requester"))

    bench.say(do.Post("T-1", "m-1", channel=channel), by=ANN)

    assert bench.status == "Open"
    assert [event.type for event in bench.events[-2:]] == ["message_posted", "resumed"]


def test_a_reply_does_not_wake_a_ticket_that_waits_for_the_vendor() -> None:
    bench = Bench(SIMPLE)
    bench.say(do.Hold("T-1", "vendor"))

    bench.say(do.Post("T-1", "m-1"), by=ANN)

    assert bench.status == "Pending vendor"


def test_an_out_of_office_answer_changes_nothing() -> None:
    bench = Bench(SIMPLE)
    bench.say(do.Hold("T-1", "requester"))

    answer = bench.say(do.Post("T-1", "m-1", auto_generated=True), by=ANN)

    assert answer.accepted
    assert bench.status == "Pending requester"


def test_a_note_changes_nothing() -> None:
    bench = resolved()

    bench.say(do.Post("T-1", "m-1", visibility="internal"), by=BO)

    assert bench.status == "Resolved"


def test_a_reply_reopens_within_seven_days_of_the_solution_inclusive() -> None:
    bench = resolved()

    bench.say(do.Post("T-1", "m-1"), by=ANN, after=7 * DAY)

    assert bench.status == "Open"
    assert bench.ticket.counters.reopens == 1


def test_a_late_reply_belongs_in_a_new_ticket() -> None:
    bench = resolved()

    answer = bench.say(do.Post("T-1", "m-1"), by=ANN, after=7 * DAY + timedelta(microseconds=1))

    assert codes(answer) == ["follow_up"]
    assert answer.refusals[0].needs == ("follow_up",)


def test_a_follow_up_opens_the_new_ticket_with_the_reply_in_it() -> None:
    bench = Bench(SIMPLE, do.Open("T-1", subject="VPN", requester="ann", category="network"))
    bench.say(do.Resolve("T-1"))

    answer = bench.say(do.Post("T-1", "m-1", channel="email", follow_up="T-2"), by=ANN, after=8 * DAY)
    other = Bench(SIMPLE, answer.then[0] if isinstance(answer.then[0], do.Open) else None)
    other.say(answer.then[1], by=ANN)

    assert [event.TYPE for event in answer.events] == ["followed_up"]
    assert bench.status == "Resolved"
    assert (other.ticket.id, other.ticket.triage.category, other.ticket.counters.contacts) == ("T-2", "network", 1)


def test_a_follow_up_id_is_ignored_where_the_ticket_still_listens() -> None:
    bench = resolved()

    answer = bench.say(do.Post("T-1", "m-1", follow_up="T-2"), by=ANN)

    assert answer.then == ()
    assert bench.status == "Open"


def test_a_rule_may_refuse() -> None:
    bench = resolved()
    bench.lifecycle = attrs.evolve(SIMPLE, replies=(ReplyRule.refuse(phases=("resolved",)),))

    assert codes(bench.say(do.Post("T-1", "m-1"), by=ANN)) == ["reply_refused"]


def test_the_first_rule_that_fits_holds() -> None:
    stay = ReplyRule("stay", phases=("resolved",), when=Is("channel", "unknown"))
    bench = resolved()
    bench.lifecycle = attrs.evolve(SIMPLE, replies=(stay, *SIMPLE.replies))

    bench.say(do.Post("T-1", "m-1"), by=ANN)

    assert bench.status == "Resolved"


def test_a_rule_may_be_for_machines() -> None:
    rule = ReplyRule("move", "Open", phases=("waiting",), roles=frozenset({"vendor"}), auto_generated=True)
    bench = Bench(attrs.evolve(SIMPLE, replies=(rule,)))
    bench.say(do.Hold("T-1", "vendor"))

    vendor = attrs.evolve(ANN, id="acme", role="vendor")
    bench.say(do.Post("T-1", "m-1"), by=vendor)
    assert bench.status == "Pending vendor"
    bench.say(do.Post("T-1", "m-2", auto_generated=True), by=vendor)
    assert bench.status == "Open"


def test_a_window_in_open_time_names_its_calendar() -> None:
    rule = ReplyRule.moves("Open", phases=("resolved",), within=business(hours=4))
    bench = resolved()
    bench.lifecycle = attrs.evolve(SIMPLE, replies=(rule,))

    with pytest.raises(UnknownName, match="calendar 'default'"):
        bench.say(do.Post("T-1", "m-1"), by=ANN)


def test_a_rule_moves_exactly_when_it_names_a_status() -> None:
    with pytest.raises(InvalidValue, match="must name a status"):
        ReplyRule("move")
    with pytest.raises(InvalidValue, match="must name a status"):
        ReplyRule("stay", "Open")
