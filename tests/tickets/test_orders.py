"""Order where it does not matter, merges and their undoing, and logs that no desk would have written."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import attrs
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deskcore.log import Event, EventData, Unknown
from deskcore.presets import simple_lifecycle, zendesk_lifecycle
from deskcore.testing import tickets_orders
from deskcore.testing.tickets import NOON, Story, check_replay, commands, opening, play, stories
from deskcore.testing.tickets import Step as Asked
from deskcore.testing.tickets_orders import (
    after,
    are_independent,
    check_independent,
    check_merge_undo,
    footprint,
    happenings,
)
from deskcore.testing.wire import values
from deskcore.tickets import TICKET_EVENTS, Lifecycle, replay
from deskcore.tickets import commands as do
from deskcore.tickets import events as on
from deskcore.tickets.annex import Gift
from deskcore.tickets.merging import Merging
from tests.tickets.world import ANN, BO

SOME = settings(max_examples=30, deadline=None)
KINDS = [kind for kind in TICKET_EVENTS if kind not in {on.Opened, on.Adopted}]
DATA = st.one_of(*(values(kind) for kind in KINDS))
NEAR = st.sampled_from(
    (
        on.TagAdded("vip"), on.TagRemoved("vip"), on.TagAdded("late"), on.FieldSet("cause", "dust"),
        on.FieldSet("cause", None), on.FieldSet("site", "Lyon"), on.WatcherAdded("bo"), on.WatcherRemoved("bo"),
        on.Linked("related", "T-2"), on.Unlinked("related", "T-2"), on.Assigned("bo"), on.Unassigned(),
        on.PrioritySet("p1"), on.ImpactUrgencySet(1, 1), on.Classified(category="mail"), on.Classified(service="vpn"),
        on.MessagePosted("m-1", "requester"), on.MessagePosted("m-2", "agent"), on.SubjectSet("mail"),
        on.Started("New", simple_lifecycle().status("Open")), on.Reminded("r", "key"), on.Rated(4), on.Muted(),
        on.TimeLogged(), on.ResolutionSet("fixed"), on.SolutionProposed("reboot", "fixed"), Unknown("acme.x", 1, "{}"),
    )
)  # fmt: skip


@SOME
@given(story=stories(), first=NEAR, second=NEAR)
def test_the_order_of_independent_events_does_not_matter(story: Story, first: EventData, second: EventData) -> None:
    check_independent(story.events, first, second)


@SOME
@given(before=happenings(), first=DATA, second=DATA)
def test_nor_in_a_log_that_no_desk_would_have_written(
    before: tuple[EventData, ...], first: EventData, second: EventData
) -> None:
    log = (opening("T-1"), *(attrs.evolve(opening("T-1"), seq=seq, data=data) for seq, data in enumerate(before, 2)))
    check_independent(log, first, second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (on.TagAdded("vip"), on.TagRemoved("vip")),
        (on.FieldSet("cause", "dust"), on.FieldSet("cause", "rain")),
        (on.Assigned("bo"), on.Unassigned()),
        (on.SubjectSet("a"), on.SubjectSet("b")),
        (on.Reminded("r", "key"), on.Started("New", simple_lifecycle().status("Open"))),
        (on.MessagePosted("m-1", "requester"), on.MessagePosted("m-2", "agent")),
        (on.SolutionProposed("a", "fixed"), on.ResolutionSet(None)),
        (on.SubjectErased("p-1"), on.WatcherAdded("bo")),
    ],
)
def test_events_that_touch_one_part_are_not_independent(first: EventData, second: EventData) -> None:
    """And most of these do leave different tickets, so that the law would be broken without its condition."""
    assert not are_independent(first, second)


def test_order_matters_where_events_are_not_independent() -> None:
    log = (opening("T-1"),)
    first, second = on.FieldSet("cause", "dust"), on.FieldSet("cause", "rain")
    assert after(log, first, second) != after(log, second, first)


def test_many_pairs_are_independent() -> None:
    """Or the law would say nothing."""
    near = [on.TagAdded("vip"), on.FieldSet("cause", "dust"), on.Assigned("bo"), on.Muted(), on.Rated(4)]
    assert all(are_independent(one, two) for one, two in product(near, near) if one != two)


@pytest.mark.parametrize("kind", TICKET_EVENTS, ids=lambda kind: kind.TYPE)
def test_every_event_has_a_footprint(kind: type[EventData]) -> None:
    assert kind in tickets_orders._PRINTS
    assert are_independent(Unknown("acme.x", 1, "{}"), on.Muted())
    assert footprint(Unknown("acme.x", 1, "{}")).writes == frozenset()


@SOME
@given(happened=happenings())
def test_any_log_that_begins_with_an_opening_adds_up_to_a_ticket(happened: tuple[EventData, ...]) -> None:
    """``evolve`` is total: what it is told happened, happened, and the two ways of folding agree."""
    log = (opening("T-1"), *(attrs.evolve(opening("T-1"), seq=seq, data=data) for seq, data in enumerate(happened, 2)))
    check_replay(log)


def lived(lifecycle: Lifecycle, name: str) -> st.SearchStrategy[tuple[Event, ...]]:
    """Short lives of a ticket of this name, none of them merged away."""
    some = st.lists(
        st.builds(Asked, st.just(timedelta(hours=1)), st.sampled_from((ANN, BO)), commands(lifecycle, ticket=name)),
        max_size=5,
    )
    return some.map(lambda steps: play(lifecycle, tuple(steps), ticket=name).events)


MERGES = attrs.evolve(
    simple_lifecycle(),
    merging=Merging(
        source_status="Cancelled", redirects=True, moves_links=True, link="parent_of", clears_assignee=True,
        sums_effort=True,
    ),
)  # fmt: skip


@SOME
@given(data=st.data())
@pytest.mark.parametrize("lifecycle", [simple_lifecycle(), MERGES, zendesk_lifecycle()], ids=["simple", "busy", "zd"])
def test_undoing_a_merge_restores_both(lifecycle: Lifecycle, data: st.DataObject) -> None:
    source, target = data.draw(lived(lifecycle, "T-1")), data.draw(lived(lifecycle, "T-2"))
    for log in (source, target):  # a split would take messages along that the other log tells of
        assume(not any(isinstance(event.data, on.SplitOff | on.SplitFrom) for event in log))
    check_merge_undo(lifecycle, source, target, at=NOON + timedelta(days=1))


def test_the_target_waits_again_since_its_own_requester_wrote() -> None:
    simple = simple_lifecycle()
    asked = Asked(timedelta(hours=3), ANN, do.Post("T-2", "m-1"))
    answered = Asked(timedelta(hours=1), BO, do.Post("T-2", "m-0"))
    target = play(simple, (answered, asked), ticket="T-2", start=NOON + timedelta(days=1)).events
    source = play(simple, (Asked(timedelta(hours=26), ANN, do.Post("T-1", "m-9")),), ticket="T-1").events
    check_merge_undo(simple, source, target, at=NOON + timedelta(days=2))

    gone = on.MergeReceived("T-1", (), Gift(), NOON)
    assert after(target, gone).marks.waiting_since == NOON
    back = after(target, gone, on.MergeReturned("T-1", Gift()))
    assert back.marks.waiting_since == replay(target).marks.waiting_since


def test_after_an_answer_nobody_waits_though_the_merge_is_undone() -> None:
    log = (opening("T-2"),)
    gone = on.MergeReceived("T-1", (), Gift(), NOON - timedelta(hours=1))
    answered = after(log, gone, on.MessagePosted("m-1", "agent"), on.MergeReturned("T-1", Gift()))
    assert answered.marks.waiting_since is None
