"""What a merge leaves as it was, what it takes over, and where messages go afterwards."""

from __future__ import annotations

import attrs

from deskcore.log import Actor, Event
from deskcore.presets import simple_lifecycle
from deskcore.testing.tickets import NOON, opening
from deskcore.testing.tickets_orders import after, check_merge_undo
from deskcore.tickets import Lifecycle, decide, evolve, replay
from deskcore.tickets import commands as do
from deskcore.tickets import events as on
from deskcore.tickets.decided import Decided
from deskcore.tickets.merging import Merging

BO, ANN = Actor.agent("bo"), Actor.requester("ann")
MERGING = Merging(source_status="Closed", link="parent_of")
RULES = attrs.evolve(simple_lifecycle(), merging=MERGING)


def _merged(rules: Lifecycle, source: tuple[Event, ...], target: tuple[Event, ...], command: do.Merge) -> Decided:
    """The target's part of a merge."""
    two = replay(target)
    given = decide(rules, replay(source), command, at=NOON, actor=BO, others={two.id: two})
    receive = next(led for led in given.then if isinstance(led, do.ReceiveMerge))
    return decide(rules, two, receive, at=NOON, actor=BO)


def test_a_link_between_them_that_was_there_before_outlives_an_undone_merge() -> None:
    source = opening("T-1")
    linked = Event("T-1", 2, source.at, source.at, BO, on.Linked("child_of", "T-2"))
    first = opening("T-2")
    back = Event("T-2", 2, first.at, first.at, BO, on.Linked("parent_of", "T-1"))
    check_merge_undo(attrs.evolve(RULES, merging=attrs.evolve(MERGING, undoable=True)), (source, linked), (first, back))


def test_the_target_takes_over_what_is_named_and_nothing_else() -> None:
    one = (opening("T-1"),)
    held = after(one, on.Assigned("cy"), on.PrioritySet("high"), on.SubjectSet("printer"), on.FieldSet("site", "Delft"))
    two = replay((opening("T-2"),))
    command = do.Merge("T-1", "T-2", take=frozenset({"assignee", "priority", "site"}))
    given = decide(RULES, held, command, at=NOON, actor=BO, others={"T-2": two})
    receive = next(led for led in given.then if isinstance(led, do.ReceiveMerge))
    for seq, data in enumerate(decide(RULES, two, receive, at=NOON, actor=BO).events, two.version + 1):
        two = evolve(two, Event("T-2", seq, NOON, NOON, BO, data))
    assert (two.assignee, two.priority, two.fields["site"]) == ("cy", "high", "Delft")
    assert two.subject == replay((opening("T-2"),)).subject


def test_what_is_the_same_on_both_is_no_event() -> None:
    answer = _merged(RULES, (opening("T-1"),), (opening("T-2"),), do.Merge("T-1", "T-2", take=frozenset({"subject"})))
    assert not any(isinstance(data, on.SubjectSet) for data in answer.events)


def test_a_requesters_message_to_a_sealed_source_goes_on_where_the_lifecycle_sends_it() -> None:
    rules = attrs.evolve(RULES, merging=attrs.evolve(MERGING, seals=True, redirects=True))
    one, two = replay((opening("T-1"),)), replay((opening("T-2"),))
    merge = decide(rules, one, do.Merge("T-1", "T-2"), at=NOON, actor=BO, others={"T-2": two})
    for data in merge.events:
        one = evolve(one, Event("T-1", one.version + 1, NOON, NOON, BO, data))
    late = decide(rules, one, do.Post("T-1", "m"), at=NOON, actor=ANN)
    assert late.accepted
    assert [led.ticket for led in late.then] == ["T-2"]
    assert [refused.code for refused in decide(rules, one, do.Post("T-1", "m"), at=NOON, actor=BO).refusals] == [
        "merged"
    ]
