"""One ticket's life explained: complete, true to the log, the same every time, and safe to show."""

from __future__ import annotations

import json
from datetime import UTC, timedelta

import pytest

from deskcore.errors import InvalidValue
from deskcore.log import Actor, Event, Unknown
from deskcore.render import Story, life, life_page, story
from deskcore.render.telling import told
from deskcore.testing.render import check_page, check_sum
from deskcore.tickets import commands as do
from deskcore.tickets.events import MessagePosted
from tests.render.world import AMSTERDAM, EVIL, FRIDAY, after, crowded, eventful, played

AT = FRIDAY + timedelta(days=7)


def a_story(ticket: str = "T-1") -> Story:
    host = eventful() if ticket == "T-1" else crowded()
    return story(host.desk, host.case(ticket), host.log(ticket), at=AT, floor=host.log())


def test_every_event_is_told_in_order() -> None:
    host = eventful()
    rest = _flat(life(host.desk, host.case("T-1"), host.log("T-1"), at=AT))
    for event in host.log("T-1").ordered():
        before, found, rest = rest.partition(_flat(told(event, AMSTERDAM)))
        assert found, f"{event.id} is missing after {before[:200]}"


def _flat(text: str) -> str:
    """Without line breaks and columns."""
    return " ".join(text.split())


def test_every_cycle_of_every_clock_is_summed_up() -> None:
    held = a_story()
    assert {(one.clock.metric, one.clock.number) for one in held.sums} == {
        ("first_response", 1),
        ("next_response", 1),
        ("next_response", 2),
        ("resolution", 1),
    }
    for one in held.sums:
        assert check_sum(one.clock) == one


def test_the_sums_of_a_live_ticket_hold_at_any_instant() -> None:
    host = eventful()
    for hours in range(0, 24 * 9, 5):
        for one in story(host.desk, host.case("T-1"), host.log("T-1"), at=after(minutes=5, hours=hours)).sums:
            check_sum(one.clock)


def test_nothing_that_comes_later_is_told() -> None:
    """Asked about a past instant, the story is the one that could be told then."""
    host = eventful()
    then = after(hours=2)
    held = story(host.desk, host.case("T-1"), host.log("T-1"), at=then)
    assert held == story(host.desk, host.desk.case(host.log("T-1").until(then)), host.log("T-1").until(then), at=then)
    assert held.case.ticket.status.name == "Open"


def test_each_placement_is_explained_against_everybody_else() -> None:
    held = a_story()
    choice = held.choices[0]
    assert choice.routed.agent == "bo"
    assert choice.agrees
    assert choice.explanation is not None
    against = choice.explanation.why_not("mia")
    assert "vpn" in against
    assert against in life_of("T-1").partition("Who got it")[2]


def life_of(ticket: str) -> str:
    host = eventful()
    return life(host.desk, host.case(ticket), host.log(ticket), at=AT, floor=host.log())


def test_without_the_floor_the_recorded_reasons_remain() -> None:
    host = eventful()
    held = story(host.desk, host.case("T-1"), host.log("T-1"), at=AT)
    assert [choice.explanation for choice in held.choices] == [None] * len(held.choices)
    said = life(host.desk, host.case("T-1"), host.log("T-1"), at=AT)
    assert held.choices[0].routed.because[0] in said


def test_a_floor_that_lacks_the_placement_is_said_to() -> None:
    host, other = eventful(), crowded()
    floor = [event for event in other.log() if event.recorded_at < after(minutes=5)]
    held = story(host.desk, host.case("T-1"), host.log("T-1"), at=AT, floor=floor)
    assert held.choices[0].unexplained == "the floor's events do not hold this placement"


def test_each_rung_says_why_it_fired_and_whom_it_reached() -> None:
    host = played()
    host.advance(after(days=10))
    held = story(host.desk, host.case("T-1"), host.log("T-1"), at=after(days=10))
    assert [climb.rung.rung for climb in held.climbs] == ["half", "breach"]
    said = life(host.desk, host.case("T-1"), host.log("T-1"), at=after(days=10))
    assert "breach (hierarchic), when resolution is due\n  reached dana" in said


def test_a_log_without_rungs_tells_those_that_would_have_fired() -> None:
    """An imported log holds neither signals nor rungs; both are found by looking at its life."""
    host = played()
    host.advance(after(days=10))
    bare = [event for event in host.log("T-1") if event.type not in {"rung_fired", "signalled", "tag_added"}]
    renumbered = [
        Event(event.stream, place, event.at, event.recorded_at, event.actor, event.data)
        for place, event in enumerate(bare, start=1)
    ]
    held = story(host.desk, host.desk.case(renumbered), renumbered, at=after(days=10))
    assert [(climb.rung.rung, climb.is_recorded) for climb in held.climbs] == [("half", False), ("breach", False)]
    assert [signal.kind for signal in held.signals].count("breached") == 2


def test_what_the_log_holds_is_not_announced_again() -> None:
    host = played()
    host.advance(after(days=10))
    assert story(host.desk, host.case("T-1"), host.log("T-1"), at=after(days=10)).signals == ()


def test_what_lies_ahead_of_an_open_ticket_is_told() -> None:
    host = played()
    held = story(host.desk, host.case("T-1"), host.log("T-1"), at=after(hours=1))
    assert held.ahead is not None
    assert [firing.event.rung for firing in held.ahead.firings] == ["half", "breach"]
    assert held.next_change == host.desk.next_change(host.case("T-1"), at=after(hours=1))
    said = life(host.desk, host.case("T-1"), host.log("T-1"), at=after(hours=1))
    assert "clock resolution is due" in said.partition("What lies ahead")[2]


def test_what_nobody_has_recorded_yet_is_said_to_be_owed() -> None:
    host = played()
    said = life(host.desk, host.case("T-1"), host.log("T-1"), at=after(days=10))
    assert "something is owed" in said.partition("What lies ahead")[2]
    host.advance(after(days=10))
    said = life(host.desk, host.case("T-1"), host.log("T-1"), at=after(days=10))
    assert "something is owed" not in said


def test_nothing_escalates_ahead_of_a_solved_ticket() -> None:
    assert a_story().ahead is None


def test_a_story_is_plain_data_for_programs() -> None:
    held = a_story()
    plain = json.loads(json.dumps(held.to_dict()))
    assert plain["events"] == [event.id for event in held.events]
    resolution = next(clock for clock in plain["clocks"] if clock["metric"] == "resolution")
    assert sum(line["counted_us"] for line in resolution["lines"]) >= resolution["consumed_us"]
    assert held.explain() == life_of("T-1")


def test_the_same_life_is_told_in_the_same_bytes() -> None:
    host, again = eventful(), eventful.__wrapped__()
    for tell in (life, life_page):
        first = tell(host.desk, host.case("T-1"), host.log("T-1"), at=AT, floor=host.log())
        assert first == tell(again.desk, again.case("T-1"), again.log("T-1"), at=AT, floor=again.log())


def test_the_zone_changes_the_wall_clock_and_nothing_else() -> None:
    host = eventful()
    held = story(host.desk, host.case("T-1"), host.log("T-1"), at=AT, zone=UTC)
    assert [one.clock.due for one in held.sums] == [one.clock.due for one in a_story().sums]
    assert "Fri 22 May 2026 07:05" in life(host.desk, host.case("T-1"), host.log("T-1"), at=AT, zone=UTC)


def test_a_page_is_well_formed_and_shows_every_chapter() -> None:
    host = eventful()
    page = life_page(host.desk, host.case("T-1"), host.log("T-1"), at=AT, floor=host.log())
    outline = check_page(page)
    chapters = ["What happened", "Its clocks", "Who got it, and why", "Escalation", "What lies ahead"]
    assert [heading for heading in outline.headings if heading in chapters] == chapters


def test_what_a_requester_writes_stays_text() -> None:
    host = crowded()
    page = life_page(host.desk, host.case("T-2"), host.log("T-2"), at=AT, floor=host.log())
    assert EVIL in "".join(check_page(page).text)
    assert "<script" not in page


def test_an_event_of_a_later_release_is_told_by_its_type() -> None:
    event = Event("T-1", 9, FRIDAY, FRIDAY, Actor.system(), Unknown("acme.coffee", 2, '{"cups": 1}'))
    assert told(event, UTC) == 'acme.coffee, version 2, which this release does not know: {"cups": 1}'


def test_what_was_found_out_late_says_when() -> None:
    event = Event("T-1", 2, FRIDAY, after(hours=2), Actor.agent("bo"), MessagePosted("m", "agent"))
    assert told(event, AMSTERDAM) == "public message by the agent (recorded Fri 22 May 2026 11:00)"


def test_a_naive_instant_is_refused() -> None:
    host = eventful()
    with pytest.raises(InvalidValue, match="time zone"):
        life(host.desk, host.case("T-1"), host.log("T-1"), at=AT.replace(tzinfo=None))


def test_a_ticket_without_promises_or_routing_is_told_too() -> None:
    from deskcore.desk import Desk, Memory
    from deskcore.hours import Calendar

    host = Memory(Desk.simple(calendar=Calendar.always()))
    host.handle(do.Open("T-1", subject="VPN drops", requester="ann"), at=FRIDAY, actor=Actor.requester("ann")).unwrap()
    said = life(host.desk, host.case("T-1"), host.log("T-1"), at=AT)
    assert "no policy of the desk promises anything for it" in said
    assert "no routing decision is recorded" in said
    check_page(life_page(host.desk, host.case("T-1"), host.log("T-1"), at=AT))
