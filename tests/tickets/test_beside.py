"""Links, merges, splits, solutions and privacy: what concerns more than one ticket, or few of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore.desk import Desk
from deskcore.desk.memory import Memory
from deskcore.desk.outcome import Accepted, Refused
from deskcore.hours import Calendar
from deskcore.log import Actor
from deskcore.presets import (
    rt_lifecycle,
    servicenow_change,
    servicenow_incident,
    simple_lifecycle,
    zammad_lifecycle,
    zendesk_lifecycle,
)
from deskcore.tickets import Lifecycle, Ticket
from deskcore.tickets import commands as do
from deskcore.tickets.annex import Effort
from deskcore.tickets.links import Link, Propagation
from deskcore.tickets.merging import Merging
from deskcore.tickets.milestones import milestones
from deskcore.tickets.thread import thread
from deskcore.wire import Converter

NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)
ANN, BO = Actor.requester("ann"), Actor.agent("bo")
MERGING = Merging(redirects=True, moves_links=True, sums_effort=True, clears_assignee=True, link="parent_of")


def host(lifecycle: Lifecycle | None = None, *tickets: str) -> Memory:
    """A host with some tickets, each with two messages by its requester."""
    plain = Desk.simple(calendar=Calendar.always())
    rules = lifecycle or attrs.evolve(simple_lifecycle(), merging=MERGING)
    memory = Memory(attrs.evolve(plain, configuration=attrs.evolve(plain.configuration, lifecycles=(rules,))))
    for name in tickets:
        asked = do.Open(name, subject=name, requester="ann", cc=frozenset({f"cc-{name}", "all"}))
        memory.handle(asked, at=NOON, actor=ANN).unwrap()
        for place in (1, 2):
            memory.handle(do.Post(name, f"{name}-{place}"), at=NOON + timedelta(minutes=place), actor=ANN).unwrap()
    return memory


def ticket(memory: Memory, name: str) -> Ticket:
    return memory.case(name).ticket


def ids(memory: Memory, name: str) -> tuple[str, ...]:
    return thread(memory.log(name)).ids


def ask(memory: Memory, command: do.Command, actor: Actor = BO) -> Accepted | Refused:
    return memory.handle(command, at=NOON + timedelta(hours=1), actor=actor)


def merge(memory: Memory, source: str, into: str) -> Accepted | Refused:
    return ask(memory, do.Merge(source, into, messages=thread(memory.log(source)).messages))


def codes(answer: Accepted | Refused) -> list[str]:
    assert isinstance(answer, Refused)
    return [refusal.code for refusal in answer.refusals]


def test_a_merge_moves_messages_and_people_to_the_target() -> None:
    memory = host(None, "A", "B")
    merge(memory, "B", "A").unwrap()
    assert ids(memory, "A") == ("A-1", "B-1", "A-2", "B-2")
    assert ids(memory, "B") == ()
    assert ticket(memory, "A").annex.cc == {"cc-A", "cc-B", "all"}
    assert ticket(memory, "A").links == {Link("parent_of", "B")}


def test_undoing_a_merge_restores_both() -> None:
    """Threads, people, links, counts and statuses are as before; only the logs are longer."""
    memory = host(None, "A", "B", "C")
    ask(memory, do.AddLink("B", "related", "C")).unwrap()
    ask(memory, do.LogTime("B", Effort(timedelta(minutes=5)))).unwrap()
    before = {name: (ticket(memory, name), ids(memory, name)) for name in "ABC"}
    merge(memory, "B", "A").unwrap()
    assert ticket(memory, "A").annex.effort.worked == timedelta(minutes=5)
    ask(memory, do.UndoMerge("B")).unwrap()
    for name, (held, messages) in before.items():
        now = ticket(memory, name)
        assert ids(memory, name) == messages
        assert (now.annex, now.status, now.counters.messages) == (held.annex, held.status, held.counters.messages)


def test_a_requester_s_message_to_a_merged_ticket_lands_on_the_target() -> None:
    memory = host(None, "A", "B")
    merge(memory, "B", "A").unwrap()
    ask(memory, do.Post("B", "late"), ANN).unwrap()
    assert "late" in ids(memory, "A")
    assert ids(memory, "B") == ()


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from("ABC")), max_size=5))
def test_merging_is_acyclic_and_loses_no_message(pairs: list[tuple[str, str]]) -> None:
    """Whatever is merged into whatever, every message is in exactly one thread, and no chain comes back."""
    memory = host(None, "A", "B", "C")
    for source, into in pairs:
        merge(memory, source, into)
    held = [message for name in "ABC" for message in ids(memory, name)]
    assert sorted(held) == sorted(f"{name}-{place}" for name in "ABC" for place in (1, 2))
    for name in "ABC":
        seen, at = {name}, ticket(memory, name).merged_into
        while at is not None:
            assert at not in seen
            seen.add(at)
            at = ticket(memory, at).merged_into


def test_a_split_takes_messages_to_a_new_ticket_whose_clock_begins_then() -> None:
    memory = host(None, "A")
    taken = thread(memory.log("A")).starting_at("A-2")
    ask(memory, do.Split("A", "B", taken, subject="another thing")).unwrap()
    assert (ids(memory, "A"), ids(memory, "B")) == (("A-1",), ("A-2",))
    assert ticket(memory, "B").opened_at == NOON + timedelta(hours=1)
    assert Link("split_from", "A") in ticket(memory, "B").links


def test_links_stand_on_both_sides_and_go_from_both() -> None:
    memory = host(None, "A", "B")
    ask(memory, do.AddLink("A", "depends_on", "B")).unwrap()
    assert ticket(memory, "B").links == {Link("needed_by", "A")}
    ask(memory, do.RemoveLink("B", "needed_by", "A")).unwrap()
    assert not ticket(memory, "A").links | ticket(memory, "B").links


@pytest.mark.parametrize("kind", ["child_of", "depends_on", "incident_of", "duplicates"])
def test_no_ticket_comes_back_to_itself(kind: str) -> None:
    memory = host(None, "A", "B", "C")
    ask(memory, do.AddLink("A", kind, "B")).unwrap()
    ask(memory, do.AddLink("B", kind, "C")).unwrap()
    assert codes(ask(memory, do.AddLink("C", kind, "A"))) == ["circular_link"]
    assert codes(ask(memory, do.AddLink("C", kind, "C"))) == ["circular_link"]


def test_solving_a_problem_solves_its_incidents_also_when_the_clock_does_it() -> None:
    rules = attrs.evolve(simple_lifecycle(), propagation=(Propagation(("parent_of",), "closed", phases=("closed",)),))
    memory = host(rules, "A", "B")
    ask(memory, do.AddLink("A", "parent_of", "B")).unwrap()
    ask(memory, do.Resolve("A")).unwrap()
    assert ticket(memory, "B").status.phase == "new"
    memory.advance(NOON + timedelta(days=9))
    assert ticket(memory, "A").status.phase == ticket(memory, "B").status.phase == "closed"


def test_a_ticket_waits_for_what_it_depends_on() -> None:
    memory = host(attrs.evolve(simple_lifecycle(), dependencies="overridable"), "A", "B")
    ask(memory, do.AddLink("A", "depends_on", "B")).unwrap()
    assert codes(ask(memory, do.Resolve("A"))) == ["open_dependency"]
    ask(memory, do.Move("A", "Resolved", force=True)).unwrap()


def test_erasure_keeps_sequence_and_totals() -> None:
    memory = host(None, "A")
    before = ticket(memory, "A")
    ask(memory, do.Redact("A", "A-1", why="a password")).unwrap()
    ask(memory, do.EraseSubject("A", "person-1")).unwrap()
    after = ticket(memory, "A")
    assert after.requester is not None
    assert after.requester.id == "person-1"
    assert after.annex.redacted == {"A-1"}
    assert not after.annex.cc
    assert (after.counters, after.version) == (before.counters, before.version + 2)


def test_only_a_ticket_that_is_done_is_rated() -> None:
    memory = host(None, "A")
    assert codes(ask(memory, do.Rate("A", 5), ANN)) == ["wrong_phase"]
    ask(memory, do.Resolve("A")).unwrap()
    ask(memory, do.Rate("A", 5), ANN).unwrap()
    assert ticket(memory, "A").annex.rating == 5


def test_milestones_are_read_off_the_log() -> None:
    memory = host(None, "A")
    ask(memory, do.Start("A")).unwrap()
    ask(memory, do.Resolve("A")).unwrap()
    found, later = milestones(memory.log("A")), NOON + timedelta(hours=1)
    assert (found.started_at, found.ended_at, found.closed_at) == (later, later, None)


@pytest.mark.parametrize(
    "lifecycle",
    [
        rt_lifecycle(),
        zendesk_lifecycle(),
        zammad_lifecycle(follow_up="new_ticket"),
        servicenow_incident(),
        *(servicenow_change(model) for model in ("normal", "standard", "emergency")),
    ],
    ids=lambda lifecycle: lifecycle.name,
)
def test_presets_survive_the_wire(lifecycle: Lifecycle) -> None:
    assert Converter().roundtrip(lifecycle) == lifecycle
