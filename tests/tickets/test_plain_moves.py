"""Answers that are looked up are those that are worked out, and values filled in while open are ordinary ones."""

from __future__ import annotations

import pickle

import attrs
import pytest
from hypothesis import given, settings

from deskcore.presets import servicenow_change, servicenow_incident, simple_lifecycle, zendesk_lifecycle
from deskcore.testing.tickets import ACTORS, NOON, Story, lifecycles, opening, stories
from deskcore.tickets import Lifecycle, Ticket, decide, replay
from deskcore.tickets import commands as do
from deskcore.tickets._ask import Ask
from deskcore.tickets._moving import move
from deskcore.tickets._plain import plain_move
from deskcore.tickets.ticket import Counters, Marks


def worked_out(lifecycle: Lifecycle, ticket: Ticket) -> None:
    for actor in ACTORS:
        for name in (*lifecycle.status_names, "Nowhere"):
            asked = do.Move(ticket.id, name, reason="parts", code="fixed", force=True)
            ready = plain_move(lifecycle, ticket.status, name)
            if ready is not None:
                assert ready == move(Ask(lifecycle, ticket, NOON, actor, {}), asked)
                assert decide(lifecycle, ticket, asked, at=NOON, actor=actor) == ready


@settings(max_examples=20, deadline=None)
@given(lifecycle=lifecycles())
def test_a_move_looked_up_is_the_move_worked_out(lifecycle: Lifecycle) -> None:
    for status in lifecycle.statuses:
        worked_out(lifecycle, replay([opening("T-1", status=status)]))


@pytest.mark.parametrize(
    "lifecycle",
    [simple_lifecycle(), zendesk_lifecycle(), servicenow_incident(), servicenow_change("normal")],
    ids=lambda held: held.name,
)
def test_a_preset_s_moves_looked_up_are_those_worked_out(lifecycle: Lifecycle) -> None:
    for status in lifecycle.statuses:
        worked_out(lifecycle, replay([opening("T-1", status=status)]))


def test_most_moves_of_the_simple_lifecycle_between_open_statuses_are_looked_up() -> None:
    """Or the tests above would hold of nothing."""
    simple = simple_lifecycle()
    assert plain_move(simple, simple.status("New"), "Open") is not None
    assert plain_move(simple, simple.status("Pending vendor"), "Open") is not None
    assert plain_move(simple, simple.status("Resolved"), "Open") is None


@settings(max_examples=15, deadline=None)
@given(story=stories())
def test_a_ticket_filled_in_while_open_is_an_ordinary_frozen_one(story: Story) -> None:
    ticket = story.ticket
    for part, kind in ((ticket, Ticket), (ticket.marks, Marks), (ticket.counters, Counters)):
        rebuilt = attrs.evolve(part)  # by its own constructor
        assert type(part) is kind
        assert part == rebuilt
        assert hash(part) == hash(rebuilt)
        assert repr(part) == repr(rebuilt)
        assert pickle.loads(pickle.dumps(part)) == part
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            part.version = 3  # type: ignore[misc,union-attr]
