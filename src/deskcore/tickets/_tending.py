"""Answers to the commands that change what is known of a ticket, but not its status.

Asking for what already is so is accepted and changes nothing.

Layer: tickets.
"""

from __future__ import annotations

from deskcore.log import EventData
from deskcore.tickets import events as on
from deskcore.tickets._ask import Ask, final_refusal, missing
from deskcore.tickets._opening import kind_refusals, priority_refusals, range_refusals
from deskcore.tickets.commands import (
    AddTag,
    Assign,
    ChangeParty,
    Classify,
    RemoveTag,
    SetField,
    SetImpactUrgency,
    SetPriority,
    Tick,
    Transfer,
    Unassign,
)
from deskcore.tickets.decided import NOTHING, Decided
from deskcore.tickets.moves import status_event
from deskcore.tickets.ticket import Place


def assign(ask: Ask, command: Assign) -> Decided:
    """To a person, who keeps the ticket's team and desk unless told otherwise, or to a team or desk as a whole."""
    refusals = final_refusal(ask, command)
    if command.assignee is None and command.team is None and command.desk is None:
        refusals += (missing("assignee", "assign", command.ticket),)
    if refusals:
        return Decided(refusals=refusals)
    held = ask.ticket.place
    desk = held.desk if command.desk is None else command.desk
    stays = command.assignee is not None and desk == held.desk
    team = command.team if command.team is not None else (held.team if stays else None)
    if Place(held.queue, team, desk, command.assignee) == held:
        return NOTHING
    return Decided((on.Assigned(command.assignee, team, desk, command.how), *_started(ask, command.assignee)))


def _started(ask: Ask, assignee: str | None) -> tuple[EventData, ...]:
    lifecycle, status = ask.lifecycle, ask.ticket.status
    if assignee is None or not lifecycle.start_on_assign or status.phase != "new":
        return ()
    active = lifecycle.first("active")
    return () if active is None else (status_event(status, active),)


def unassign(ask: Ask, command: Unassign) -> Decided:
    """From its assignee, if it has one."""
    refusals = final_refusal(ask, command)
    if refusals:
        return Decided(refusals=refusals)
    return NOTHING if ask.ticket.place.assignee is None else Decided((on.Unassigned(command.why),))


def transfer(ask: Ask, command: Transfer) -> Decided:
    """To another queue, team or desk. What is not named stays, but for the team when the desk changes."""
    refusals = final_refusal(ask, command)
    if command.queue is None and command.team is None and command.desk is None:
        refusals += (missing("team", "transfer", command.ticket),)
    if refusals:
        return Decided(refusals=refusals)
    held = ask.ticket.place
    desk = held.desk if command.desk is None else command.desk
    team = command.team if command.team is not None else (held.team if desk == held.desk else None)
    queue = held.queue if command.queue is None else command.queue
    if Place(queue, team, desk, None) == held:
        return NOTHING
    return Decided((on.Transferred(queue, team, desk, command.why),))


def classify(ask: Ask, command: Classify) -> Decided:
    """Category, service, kind, skills; what is not named stays."""
    refusals = final_refusal(ask, command)
    if command.kind is not None:
        refusals += tuple(kind_refusals(ask.lifecycle, command.kind, "classify", command.ticket))
    if refusals:
        return Decided(refusals=refusals)
    held = ask.ticket.triage
    asked = (command.category, command.service, command.kind, command.skills)
    known = (held.category, held.service, ask.ticket.header.kind, held.skills)
    if all(new is None or new == old for new, old in zip(asked, known, strict=True)):
        return NOTHING
    return Decided((on.Classified(*asked),))


def set_impact_urgency(ask: Ask, command: SetImpactUrgency) -> Decided:
    """Judge; and let the table set the priority unless a person has overridden it."""
    impact, urgency, held = command.impact, command.urgency, ask.ticket.triage
    refusals = final_refusal(ask, command)
    refusals += tuple(range_refusals(ask.lifecycle, impact, urgency, "judge", command.ticket))
    if refusals:
        return Decided(refusals=refusals)
    if (impact, urgency) == (held.impact, held.urgency):
        return NOTHING
    events: tuple[EventData, ...] = (on.ImpactUrgencySet(impact, urgency),)
    computed = ask.lifecycle.computed(impact, urgency)
    if computed is not None and computed != ask.ticket.priority and not held.overridden:
        events += (on.PrioritySet(computed, "computed"),)
    return Decided(events)


def set_priority(ask: Ask, command: SetPriority) -> Decided:
    """Override; ``None`` takes the override back and lets the table speak again."""
    refusals = final_refusal(ask, command)
    refusals += tuple(priority_refusals(ask.lifecycle, command.priority, "prioritise", command.ticket))
    if refusals:
        return Decided(refusals=refusals)
    triage, overrides = ask.ticket.triage, command.priority is not None
    computed = ask.lifecycle.computed(triage.impact, triage.urgency) or ask.lifecycle.default_priority
    priority = command.priority if overrides else computed
    if priority == ask.ticket.priority and triage.overridden is overrides:
        return NOTHING
    return Decided((on.PrioritySet(priority, "manual" if overrides else "computed", command.reason),))


def set_field(ask: Ask, command: SetField) -> Decided:
    """Set or clear a custom field."""
    refusals = final_refusal(ask, command)
    if refusals:
        return Decided(refusals=refusals)
    held = ask.ticket.fields.get(command.name)
    # 1 == True, so the type has a say in whether anything changes.
    if held == command.value and type(held) is type(command.value):
        return NOTHING
    return Decided((on.FieldSet(command.name, command.value),))


def add_tag(ask: Ask, command: AddTag) -> Decided:
    """Put a tag on, if it is not there."""
    refusals = final_refusal(ask, command)
    if refusals:
        return Decided(refusals=refusals)
    return NOTHING if command.tag in ask.ticket.tags else Decided((on.TagAdded(command.tag),))


def remove_tag(ask: Ask, command: RemoveTag) -> Decided:
    """Take a tag off, if it is there."""
    refusals = final_refusal(ask, command)
    if refusals:
        return Decided(refusals=refusals)
    return Decided((on.TagRemoved(command.tag),)) if command.tag in ask.ticket.tags else NOTHING


def change_party(ask: Ask, command: ChangeParty) -> Decided:
    """Replace what is known of the requester."""
    refusals = final_refusal(ask, command)
    if refusals:
        return Decided(refusals=refusals)
    return NOTHING if command.requester == ask.ticket.requester else Decided((on.PartyChanged(command.requester),))


def tick(ask: Ask, command: Tick) -> Decided:
    """Nothing by itself: what the clock makes happen, with its own instants, is ``due_timers``."""
    del ask, command
    return NOTHING
