"""The report and its summary: whole, self-contained, honest about what has no value, true to what was counted."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from deskcore._value import FrozenDict
from deskcore.desk import Desk
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar, business
from deskcore.log import Actor
from deskcore.render import Digest, DigestTally, Imported, report, summary, tally_of
from deskcore.sla import Target
from deskcore.testing.render import check_page
from deskcore.tickets import Refusal
from deskcore.tickets import commands as do
from tests.render.world import AMSTERDAM, EVIL, FRIDAY, a_desk, after, crowded, digest_of, eventful

AT = FRIDAY + timedelta(days=5)
SECTIONS = [
    "Headline figures",
    "Promises kept",
    "How long it took",
    "Backlog",
    "Received and resolved",
    "Overflow to partner desks",
    "Reopened and reassigned",
    "Clocks of single tickets",
    "Escalation",
    "What is promised",
    "Routing",
    "Findings about the configuration",
    "How each figure is defined",
]


def test_every_section_is_there_in_order() -> None:
    outline = check_page(report(digest_of(crowded(), at=AT)))
    assert [heading for heading in outline.headings if heading in SECTIONS] == SECTIONS
    assert set(outline.links) <= set(outline.ids)


def test_a_desk_without_tickets_says_so() -> None:
    digest = digest_of_nothing()
    text = " ".join(check_page(report(digest)).text)
    assert "There are no tickets, so no figure has a value." in text
    assert "no tickets, as of" in summary(digest)


def digest_of_nothing() -> Digest:
    return tally_of(a_desk(), [], at=AT).digest()


def test_a_figure_without_a_value_shows_why() -> None:
    text = " ".join(check_page(report(digest_of_nothing())).text)
    assert "in no ticket has it happened" in text.partition("There are no tickets")[2].partition("Promises kept")[0]
    assert "no ticket counts" in summary(digest_of_nothing())
    assert "100.0 %" not in text
    assert "0.0 %" not in text


def test_a_log_without_messages_is_no_sign_of_skill() -> None:
    """Nobody is told that every ticket took one touch when no reply is known at all."""
    digest = digest_of(crowded(), at=AT)
    touched = digest.value("one_touch.at_most_one")
    assert touched is not None
    assert (touched.value, touched.reason) == (None, "no reply by staff is known")
    known = digest_of(eventful(), at=FRIDAY + timedelta(days=8)).value("one_touch.at_most_one")
    assert known is not None
    assert known.value == 0


def test_a_dimension_that_no_ticket_has_is_said_to_be_empty() -> None:
    desk = Desk.simple(calendar=Calendar.always(), targets=[Target.resolution(business(hours=8))])
    ask = do.Open("T-1", subject="VPN", requester="ann")
    opened = desk.handle(None, ask, at=FRIDAY, actor=Actor.requester("ann")).unwrap()
    digest = tally_of(desk, [(opened.case, opened.events)], at=AT).digest()
    assert "No ticket has a desk" in " ".join(check_page(report(digest)).text)


def test_a_bare_desk_is_reported_too() -> None:
    digest = tally_of(Desk.simple(calendar=Calendar.always()), [], at=AT).digest()
    text = " ".join(check_page(report(digest)).text)
    assert "The desk promises nothing." in text
    assert "The desk has no escalation matrix." in text
    assert "tickets are assigned by hand" in text


def test_the_same_work_gives_the_same_bytes() -> None:
    """Twice lived, and in whatever order its tickets are counted."""
    host, again = crowded(), crowded.__wrapped__()
    first = digest_of(host, at=AT)
    backwards = tally_of(
        again.desk,
        ((case, again.log(case.id)) for case in reversed(again.cases())),
        at=AT,
        floor=again.log(),
    ).digest()
    assert report(first) == report(backwards)
    assert summary(first) == summary(backwards)


def test_what_a_requester_writes_stays_text() -> None:
    page = report(digest_of(crowded(), at=AT), title=EVIL)
    outline = check_page(page)
    assert EVIL in "".join(outline.text)
    assert "<script" not in page


def test_gates_and_their_openings_are_counted() -> None:
    host = crowded()
    digest = digest_of(host, at=AT)
    opened = [event for event in host.log() if event.type == "gate_opened"]
    assert len(digest.gates) == len(opened) > 0
    assert digest.gates[0].gate == "busy"
    assert "gate busy: opened" in summary(digest)


def test_a_closed_gate_has_its_end() -> None:
    host = crowded()
    closed = [event.at for event in host.log() if event.type == "gate_closed"]
    spells = digest_of(host, at=AT).gates
    assert [spell.closed_at for spell in spells if spell.closed_at is not None] == closed


def test_the_partner_share_by_day_adds_up_to_the_figure() -> None:
    digest = digest_of(crowded(), at=AT)
    overflow = digest.value("overflow")
    assert overflow is not None
    assert sum(day.at_partner for day in digest.partner_days) == overflow.numerator > 0
    assert sum(day.received - day.at_no_desk for day in digest.partner_days) == overflow.denominator


def test_rungs_are_counted_as_they_fired() -> None:
    host = crowded()
    fired = [event.data for case in host.cases() for event in host.log(case.id) if event.type == "rung_fired"]
    digest = digest_of(host, at=AT)
    assert sum(rung.fired for rung in digest.rungs) == len(fired) > 0
    assert [rung.rung for rung in digest.rungs] == ["half", "breach"]


def test_stock_and_flow_agree_with_the_tickets() -> None:
    host = crowded()
    digest = digest_of(host, at=AT)
    assert digest.days[-1].closing == sum(case.ticket.is_open for case in host.cases())
    assert sum(day.received for day in digest.days) == digest.tickets == len(host.cases())


def test_what_lies_after_the_instant_is_left_out() -> None:
    host = crowded()
    then = after(minutes=9, seconds=1)
    digest = digest_of(host, at=then)
    assert digest.tickets == 4
    assert all(spell.opened_at <= then for spell in digest.gates)
    resolved = digest.value("volume.resolved")
    assert resolved is not None
    assert resolved.value == 0


def test_a_metric_of_many_cycles_is_judged_cycle_by_cycle() -> None:
    kept = digest_of(eventful(), at=FRIDAY + timedelta(days=8)).value("attainment.next_response")
    assert kept is not None
    assert kept.definition.endswith("each cycle for itself")


def test_chosen_tickets_are_drawn_and_no_others() -> None:
    host = crowded()
    tally = DigestTally(host.desk, at=AT, lanes=["T-3", "T-2"])
    for case in host.cases():
        tally.add(case, host.log(case.id))
    assert [lanes.ticket for lanes in tally.digest().lanes] == ["T-2", "T-3"]


def test_only_a_few_tickets_are_drawn_unasked() -> None:
    assert len(digest_of(crowded(), at=AT).lanes) == 6


def test_an_imported_log_gives_its_account() -> None:
    account = Imported("log.csv", 10, 8, FrozenDict({"bad_instant": 2}), (("reopens", 7, 8),))
    digest = digest_of(crowded(), at=AT, imported=account)
    text = " ".join(check_page(report(digest)).text)
    assert "log.csv: 10 rows read = 8 applied + 2 listed." in text
    assert "bad instant" in text
    assert "log.csv: 10 rows read = 8 applied + 2 listed" in summary(digest)


def test_violations_are_counted_by_move() -> None:
    host = eventful()
    tally = DigestTally(host.desk, at=FRIDAY + timedelta(days=8))
    data = FrozenDict({"source": "New", "target": "Resolved"})
    refusals = (Refusal("no_transition", "cannot move", data=data), Refusal("too_late", "cannot reopen"))
    tally.add(host.case("T-1"), host.log("T-1"), violations=refusals)
    digest = tally.digest()
    assert digest.violations == {"New -> Resolved": 1, "too_late": 1}
    assert digest.tickets_with_violations == 1
    assert "New -> Resolved" in " ".join(check_page(report(digest)).text)


def test_findings_about_the_configuration_are_listed() -> None:
    digest = digest_of(crowded(), at=AT)
    text = " ".join(check_page(report(digest)).text)
    assert all(problem.message in text for problem in digest.findings)


def test_a_digest_is_plain_data_for_programs() -> None:
    digest = digest_of(crowded(), at=AT)
    held = json.loads(json.dumps(digest.to_dict()))
    assert held["tickets"] == len(crowded().cases())
    assert {value["name"]: value["value"] for value in held["values"]}["volume.received"] == held["tickets"]
    assert digest.explain() == summary(digest)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(InvalidValue, match="time zone"):
        DigestTally(a_desk(), at=datetime(2026, 5, 22))


def test_days_end_at_the_midnight_of_the_zone_asked_for() -> None:
    desk = Desk.simple(calendar=Calendar.always())
    late = datetime(2026, 5, 22, 22, 30, tzinfo=UTC)
    opened = desk.handle(None, do.Open("T-1", subject="VPN", requester="ann"), at=late, actor=Actor.requester("ann"))
    days = []
    for zone in (UTC, AMSTERDAM):
        tally = DigestTally(desk, at=late, zone=zone)
        tally.add(opened.unwrap().case, opened.unwrap().events)
        days.append(tally.digest().days[0].day.day)
    assert days == [22, 23]
