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
    Command,
    RemoveTag,
    ReviewAssignee,
    SetField,
    SetImpactUrgency,
    SetPriority,
    Tick,
    Transfer,
    Unassign,
)
from deskcore.tickets.decided import NOTHING, Decided
from deskcore.tickets.membership import is_outside
from deskcore.tickets.moves import status_event
from deskcore.tickets.refusal import Refusal, among, refusal
from deskcore.tickets.status import Status
from deskcore.tickets.ticket import Place


def assign(ask: Ask, command: Assign) -> Decided:
    """To a person, who keeps the ticket's team and desk unless told otherwise, or to a team or desk as a whole."""
    refusals = final_refusal(ask, command)
    if command.assignee is None and command.team is None and command.desk is None:
        refusals += (missing("assignee", "assign", command.ticket),)
    if refusals:
        return Decided(refusals=refusals)
    held, person = ask.ticket.place, command.assignee
    desk = held.desk if command.desk is None else command.desk
    stays = person is not None and desk == held.desk
    team = command.team if command.team is not None else (held.team if stays else None)
    if ask.lifecycle.membership.outsider == "unassign" and is_outside(ask.teams, team, person):
        person = None
    if Place(held.queue, team, desk, person) == held:
        return NOTHING
    return Decided((on.Assigned(person, team, desk, command.how), *_started(ask, person)))


def _started(ask: Ask, assignee: str | None) -> tuple[EventData, ...]:
    lifecycle, status = ask.lifecycle, ask.ticket.status
    if status.name in lifecycle.on_assign:
        target = lifecycle.status(lifecycle.on_assign[status.name])
        return () if target.name == status.name else (status_event(status, target),)
    if assignee is None or not lifecycle.start_on_assign or status.phase != "new":
        return ()
    active = lifecycle.first("active")
    return () if active is None else (status_event(status, active),)


def review_assignee(ask: Ask, command: ReviewAssignee) -> Decided:
    """Whether the assignee has left the team, and what the lifecycle makes of that."""
    rules, place = ask.lifecycle.membership, ask.ticket.place
    if rules.leaver == "ignore" or rules.checked == "message" or not is_outside(ask.teams, place.team, place.assignee):
        return NOTHING
    refusals = final_refusal(ask, command)
    if refusals:
        return Decided(refusals=refusals)
    members = ask.teams.get(place.team or "", ())
    if rules.leaver == "replace" and members and _needs_assignee(ask):
        return Decided((on.Assigned(members[0], place.team, place.desk, "policy"),))
    return Decided((on.Unassigned("left the team"),))


def _needs_assignee(ask: Ask) -> bool:
    status = ask.ticket.status.name
    return any(entry.status == status and "assignee" in entry.needs for entry in ask.lifecycle.entries)


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
    found, lifecycle, mapped = _mapped(ask, command)
    if refusals or found:
        return Decided(refusals=(*refusals, *found))
    held = ask.ticket.place
    desk = held.desk if command.desk is None else command.desk
    team = command.team if command.team is not None else (held.team if desk == held.desk else None)
    queue = held.queue if command.queue is None else command.queue
    person = held.assignee if command.keep else None
    if ask.lifecycle.membership.moved == "unassign" and is_outside(ask.teams, team, person):
        person = None
    if Place(queue, team, desk, person) == held and lifecycle is None:
        return NOTHING
    moved = on.Transferred(queue, team, desk, command.why, person, lifecycle)
    change = () if mapped is None else (status_event(ask.ticket.status, mapped),)
    return Decided((moved, *change))


def _mapped(ask: Ask, command: Transfer) -> tuple[tuple[Refusal, ...], str | None, Status | None]:
    """Refusals, and where the queue has another lifecycle: its name, and the status that the ticket has there."""
    lifecycle, status, queue = ask.lifecycle, ask.ticket.status, command.queue
    name = None if queue is None else lifecycle.queues.get(queue)
    if name is None or name == lifecycle.name:
        return (), None, None
    table = next((table for table in lifecycle.maps if table.to == name), None)
    if table is None:
        held = f"nothing maps the statuses of {lifecycle.name} to those of {name}"
        accepted = among(table.to for table in lifecycle.maps)
        return (refusal("no_lifecycle_map", "transfer", command.ticket, held, accepted, lifecycle=name),), None, None
    found = table.statuses.get(status.name)
    if found is None:
        held, known = f"it is {status.name}, which {name} has nothing for", among(table.statuses)
        return (refusal("status_not_mapped", "transfer", command.ticket, held, known, lifecycle=name),), None, None
    return (), name, None if found == status else found


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
    if (impact, urgency) != (held.impact, held.urgency):
        refusals += lifecycle_demands(ask, command)
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
    refusals += _fixed(ask, command)
    if refusals:
        return Decided(refusals=refusals)
    triage, overrides = ask.ticket.triage, command.priority is not None
    computed = ask.lifecycle.computed(triage.impact, triage.urgency) or ask.lifecycle.default_priority
    priority = command.priority if overrides else computed
    if priority == ask.ticket.priority and triage.overridden is overrides:
        return NOTHING
    return Decided((on.PrioritySet(priority, "manual" if overrides else "computed", command.reason),))


def _fixed(ask: Ask, command: SetPriority) -> tuple[Refusal, ...]:
    id_, lifecycle = command.ticket, ask.lifecycle
    if "priority" in lifecycle.read_only:
        held = "its priority is computed from impact and urgency"
        return (refusal("read_only", "prioritise", id_, held, "set_impact_urgency", field="priority"),)
    if lifecycle.priority_stays and command.priority is None and ask.ticket.priority is not None:
        held = f"its priority is {ask.ticket.priority}, and one that is set stays set"
        return (refusal("cannot_unset", "prioritise", id_, held, "another priority", field="priority"),)
    return ()


def lifecycle_demands(ask: Ask, command: Command) -> tuple[Refusal, ...]:
    """What the lifecycle wants of such a command on such a ticket and the command does not say."""
    lacking = [
        need
        for demand in ask.lifecycle.demands
        if demand.command == command.TYPE and (not demand.kinds or ask.ticket.header.kind in demand.kinds)
        for need in demand.needs
        if not getattr(command, need, None)
    ]
    return tuple(missing(need, command.TYPE, command.ticket) for need in dict.fromkeys(lacking))


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
