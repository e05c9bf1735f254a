"""Answers to the commands that merge, split, copy and follow up.

A merge is refused or accepted by the source, which must know the target; the target then takes what it is given.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deskcore._value import FrozenDict, to_us
from deskcore.log import EventData
from deskcore.tickets import events as on
from deskcore.tickets._ask import Ask
from deskcore.tickets._command import Command
from deskcore.tickets._words import FieldValue
from deskcore.tickets.annex import NO_EFFORT, Gift
from deskcore.tickets.commands import Open
from deskcore.tickets.commands_beside import (
    AddLink,
    Copy,
    FollowUp,
    Merge,
    ReceiveMerge,
    ReceiveSplit,
    RemoveLink,
    ReturnMerge,
    Split,
    UndoMerge,
)
from deskcore.tickets.decided import NOTHING, Decided
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.links import Link, inverse
from deskcore.tickets.moves import status_event
from deskcore.tickets.refusal import Refusal, among, refusal
from deskcore.tickets.ticket import Ticket


def merge(ask: Ask, command: Merge) -> Decided:
    """The source's part: it keeps its id and history, and gives the rest away."""
    refusals = tuple(_refusals(ask, command))
    if refusals:
        return Decided(refusals=refusals)
    ticket, rules = ask.ticket, ask.lifecycle.merging
    annex = ticket.annex
    moved = frozenset(link for link in annex.links if link.other != command.into) if rules.moves_links else frozenset()
    made = Link(inverse(rules.link), command.into) if rules.link is not None else None
    gift = Gift(
        len(command.messages),
        annex.cc,
        annex.watchers if rules.shares_watchers else frozenset(),
        moved,
        annex.effort if rules.sums_effort else NO_EFFORT,
        kin=made in annex.links,
    )
    events: list[EventData] = [on.MergedInto(command.into, gift, rules.undoable)]
    if rules.clears_assignee and ticket.place.assignee is not None:
        events.append(on.Unassigned("merged"))
    name = command.status if rules.choose_status else rules.source_status
    target = None if name is None else ask.lifecycle.status(name)
    if target is not None and target.name != ticket.status.name:
        events.append(status_event(ticket.status, target, reason=f"merged into {command.into}"))
    if made is not None:
        events.append(on.Linked(made.kind, made.other))
    own = _own(ticket)
    receive = ReceiveMerge(
        command.into,
        ticket.id,
        messages=command.messages,
        gift=gift,
        fields=FrozenDict({key: ticket.fields.get(key) for key in sorted(command.take) if key not in own}),
        own=FrozenDict({key: value for key, value in own.items() if key in command.take}),
        waiting_since=ticket.marks.waiting_since if command.messages else None,
        opened_at=ticket.header.opened_at,
    )
    return Decided(tuple(events), then=(receive, *_relink(moved, ticket.id, command.into)))


def _own(ticket: Ticket) -> dict[str, str | None]:
    """What a ticket has beside its custom fields that another may take over."""
    return {
        "priority": ticket.priority,
        "subject": ticket.subject,
        "assignee": ticket.place.assignee,
        "resolution": ticket.resolution,
        "status": ticket.status.name,
    }


def _taken(ask: Ask, command: ReceiveMerge) -> Iterator[EventData]:
    """What the target takes over, where it is news to it."""
    ticket, place = ask.ticket, ask.ticket.place
    yield from (on.FieldSet(key, value) for key, value in command.fields.items() if ticket.fields.get(key) != value)
    held = _own(ticket)
    for name, value in command.own.items():
        if held[name] == value:
            continue
        if name == "priority":
            yield on.PrioritySet(value, reason="merged")
        elif name == "subject" and value is not None:
            yield on.SubjectSet(value)
        elif name == "resolution":
            yield on.ResolutionSet(value)
        elif name == "assignee":
            yield on.Unassigned("merged") if value is None else on.Assigned(value, place.team, place.desk)


def _relink(links: Iterable[Link], source: str, target: str) -> Iterator[Command]:
    """Those linked to the source are linked to the target from here on."""
    for link in sorted(links):
        yield RemoveLink(link.other, inverse(link.kind), source, back=False)
        yield AddLink(link.other, inverse(link.kind), target, back=False)


def _refusals(ask: Ask, command: Merge) -> Iterator[Refusal]:
    id_, into, rules, verb = ask.ticket.id, command.into, ask.lifecycle.merging, f"merge into {command.into}"
    if into == id_:
        yield refusal("merge_into_self", verb, id_, "it is the same ticket", "another ticket")
        return
    if ask.ticket.annex.merged is not None:
        held = f"it was merged into {ask.ticket.annex.merged.into}"
        yield refusal("merged", verb, id_, held, "undo_merge, or that ticket", into=ask.ticket.annex.merged.into)
    target = ask.others.get(into)
    if target is None:
        yield refusal("unknown_ticket", verb, id_, f"nothing is known of {into}", "the same with that ticket known")
        return
    if target.annex.merged is not None:
        away = target.annex.merged.into
        yield refusal("target_already_merged", verb, id_, f"{into} was merged into {away}", f"merging into {away}")
    yield from _unfit(ask, target, verb)
    if rules.choose_status and (command.status is None or ask.lifecycle.find(command.status) is None):
        held = f"lifecycle {ask.lifecycle.name} has no status {command.status!r}"
        yield refusal("unknown_status", verb, id_, held, among(ask.lifecycle.status_names))


def _unfit(ask: Ask, target: Ticket, verb: str) -> Iterator[Refusal]:
    rules, lifecycle, id_ = ask.lifecycle.merging, ask.lifecycle, ask.ticket.id
    if rules.before is not None:
        names = lifecycle.status_names
        early = names[: names.index(rules.before)]
        if target.status.name not in early:
            held = f"{target.id} is {target.status.name}"
            yield refusal("target_not_open", verb, id_, held, among(early), status=target.status.name)
    if rules.kinds:
        for ticket in (ask.ticket, target):
            if ticket.header.kind not in rules.kinds:
                held = f"{ticket.id} is of kind {ticket.header.kind}"
                yield refusal("wrong_kind", verb, id_, held, among(rules.kinds), kind=ticket.header.kind)
    if rules.permission is not None:
        lacking = [name for name in (id_, target.id) if not _may(ask, rules.permission, name)]
        if lacking:
            held = f"{ask.actor.id} lacks {rules.permission} on {', '.join(lacking)}"
            yield refusal("permission", verb, id_, held, f"{rules.permission} on both", permission=rules.permission)


def _may(ask: Ask, permission: str, ticket: str) -> bool:
    """Granted everywhere, or on that one ticket: ``modify:T-1``."""
    return ask.actor.may(permission) or ask.actor.may(f"{permission}:{ticket}")


def receive_merge(ask: Ask, command: ReceiveMerge) -> Decided:
    """The target's part: what is new here is taken over, and a ticket that waits may wake."""
    ticket, rules, gift = ask.ticket, ask.lifecycle.merging, command.gift
    if command.source in ticket.annex.absorbed:
        return NOTHING
    annex = ticket.annex
    new = Gift(
        gift.messages,
        gift.cc - annex.cc,
        gift.watchers - annex.watchers,
        frozenset(link for link in gift.links if link.other != ticket.id) - annex.links,
        gift.effort,
        kin=rules.link is not None and Link(rules.link, command.source) in annex.links,
    )
    last = ticket.marks.last_reply_at
    since = command.waiting_since
    if since is not None and last is not None and to_us(since) <= to_us(last):
        since = None
    events: list[EventData] = [on.MergeReceived(command.source, command.messages, new, since, command.opened_at)]
    if rules.link is not None:
        events.append(on.Linked(rules.link, command.source))
    events += _taken(ask, command)
    wakes = rules.wakes if ticket.status.phase == "waiting" else None
    named = ask.lifecycle.find(command.own.get("status") or wakes or ticket.status.name)
    if named is not None and named.name != ticket.status.name:
        events.append(status_event(ticket.status, named))
    return Decided(tuple(events))


def undo_merge(ask: Ask, command: UndoMerge) -> Decided:
    """The source stands for itself again, as it stood before."""
    del command
    ticket, away = ask.ticket, ask.ticket.annex.merged
    if away is None:
        held = "it was not merged"
        return Decided(refusals=(refusal("not_undoable", "undo the merge of", ticket.id, held, "a merged ticket"),))
    if not ask.lifecycle.merging.undoable or not away.undoable:
        held = "merging is for good in its lifecycle"
        return Decided(refusals=(refusal("not_undoable", "undo the merge of", ticket.id, held, "nothing"),))
    events: list[EventData] = []
    link = ask.lifecycle.merging.link
    if link is not None and not away.gift.kin and Link(inverse(link), away.into) in ticket.annex.links:
        events.append(on.Unlinked(inverse(link), away.into))
    events.append(on.MergeUndone(away.into))
    if ticket.status.name != away.status.name:
        events.append(status_event(ticket.status, away.status, reason="merge undone"))
    if away.assignee is not None and ticket.place.assignee is None:
        events.append(on.Assigned(away.assignee, ticket.place.team, ticket.place.desk))
    back = (
        command
        for link in sorted(away.gift.links)
        for command in (
            RemoveLink(link.other, inverse(link.kind), away.into, back=False),
            AddLink(link.other, inverse(link.kind), ticket.id, back=False),
        )
    )
    return Decided(tuple(events), then=(ReturnMerge(away.into, ticket.id), *back))


def return_merge(ask: Ask, command: ReturnMerge) -> Decided:
    """The target's part of an undo: what was new here by that merge goes."""
    ticket = ask.ticket
    if command.source not in ticket.annex.absorbed:
        return NOTHING
    gift, link = ticket.annex.absorbed[command.source], ask.lifecycle.merging.link
    events: list[EventData] = [on.MergeReturned(command.source, gift)]
    if link is not None and not gift.kin and Link(link, command.source) in ticket.annex.links:
        events.append(on.Unlinked(link, command.source))
    return Decided(tuple(events))


def split(ask: Ask, command: Split) -> Decided:
    """Some messages become a ticket of their own, opened now: its clocks begin now."""
    ticket = ask.ticket
    if not command.messages:
        held = "no message is named"
        lacking = refusal("missing_field", "split", ticket.id, held, "the same with messages", needs=("messages",))
        return Decided(refusals=(lacking,))
    if command.new == ticket.id:
        return Decided(refusals=(refusal("already_open", "split", ticket.id, "it is the same id", "an id of its own"),))
    subject = ticket.subject if command.subject is None else command.subject
    opening = opening_like(ticket, command.new, subject=subject, fields=required_fields(ask.lifecycle, ticket))
    receive = ReceiveSplit(command.new, ticket.id, command.messages)
    return Decided((on.SplitOff(command.new, tuple(ref.id for ref in command.messages)),), then=(opening, receive))


def receive_split(ask: Ask, command: ReceiveSplit) -> Decided:
    """The new ticket's part of a split."""
    if Link("split_from", command.source) in ask.ticket.annex.links:
        return NOTHING
    return Decided((on.SplitFrom(command.source, command.messages),))


def copy(ask: Ask, command: Copy) -> Decided:
    """A new ticket that says the same."""
    ticket, triage, place = ask.ticket, ask.ticket.triage, ask.ticket.place
    opening = opening_like(
        ticket,
        command.new,
        priority=ticket.priority,
        impact=triage.impact,
        urgency=triage.urgency,
        queue=place.queue,
        team=place.team,
        tags=ticket.tags,
        fields=ticket.fields,
        cc=ticket.annex.cc,
    )
    return Decided(then=(opening,))


def follow_up(ask: Ask, command: FollowUp) -> Decided:
    """A new ticket that follows this one up."""
    ticket = ask.ticket
    tags = ticket.tags if command.tags is None else command.tags
    return Decided(
        then=(
            opening_like(
                ticket,
                command.new,
                tags=tags,
                links=frozenset({Link("follows_up", ticket.id)}),
                fields=required_fields(ask.lifecycle, ticket),
            ),
        )
    )


def required_fields(lifecycle: Lifecycle, ticket: Ticket) -> FrozenDict[FieldValue]:
    """The custom fields without which no ticket is opened, as they stand here."""
    names = [spec.name for spec in lifecycle.fields if spec.required == "opening" and spec.name in ticket.fields]
    return FrozenDict({name: ticket.fields[name] for name in names})


def opening_like(ticket: Ticket, new: str, **changes: object) -> Open:
    """A command that opens ``new`` with the subject, requester and triage of ``ticket``, and whatever is given."""
    header, triage = ticket.header, ticket.triage
    held: dict[str, object] = {
        "subject": header.subject,
        "requester": header.requester,
        "kind": header.kind,
        "channel": header.channel,
        "category": triage.category,
        "service": triage.service,
        "skills": triage.skills,
    }
    return Open(new, **{**held, **changes})  # type: ignore[arg-type]  # fields of Open, by name
