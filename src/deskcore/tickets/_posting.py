"""The answer to a message: it is recorded, and the lifecycle's reply rules say what else follows.

Layer: tickets.
"""

from __future__ import annotations

import attrs

from deskcore._value import FrozenDict, to_us
from deskcore.log import EventData
from deskcore.tickets._ask import Ask, Given, move_refusals, sealed, waits_anew
from deskcore.tickets._merging import opening_like, required_fields
from deskcore.tickets._moving import change, filled, unknown_status
from deskcore.tickets.commands import Post
from deskcore.tickets.decided import Decided
from deskcore.tickets.events import FollowedUp, MessagePosted, MessageRedirected, Unassigned
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.links import Link
from deskcore.tickets.membership import is_outside
from deskcore.tickets.refusal import refusal
from deskcore.tickets.replies import Message, ReplyRule, reaction
from deskcore.tickets.ticket import Ticket


def post(ask: Ask, command: Post) -> Decided:
    """Record a message; move, follow up or refuse as the lifecycle says."""
    merged = ask.ticket.annex.merged
    if merged is not None and ask.lifecycle.merging.redirects and ask.actor.role == "requester":
        landing = attrs.evolve(command, ticket=merged.into)
        return Decided((MessageRedirected(merged.into, command.message_id),), then=(landing,))
    posted = MessagePosted(
        command.message_id,
        ask.actor.role,
        command.visibility,
        command.channel,
        command.auto_generated,
        command.response,
    )
    is_move = command.then != ask.ticket.status.name or waits_anew(ask, Given(command.reason, command.until))
    if command.then is not None and is_move:
        return _and_move(ask, command, command.then, posted)
    seal = ask.lifecycle.seal(ask.ticket.status.name, ask.actor.role)
    if seal is not None and seal.roles and command.TYPE not in seal.accepts:
        return Decided(refusals=(sealed(ask, seal, "post to"),))
    left = () if command.auto_generated else _gone(ask)
    rule = _rule(ask, command)
    if rule is None:
        return Decided((posted, *left))
    return _by_rule(ask, command, rule, (posted, *left), silent=seal is not None)


def _rule(ask: Ask, command: Post) -> ReplyRule | None:
    rules = ask.lifecycle.replies
    if not rules or not command.rules or command.then is not None:
        return None
    message = Message(ask.actor.role, command.visibility, command.auto_generated, command.channel)
    return reaction(rules, ask.ticket, message, at=to_us(ask.at), calendars=ask.calendars)


def _by_rule(ask: Ask, command: Post, rule: ReplyRule, posted: tuple[EventData, ...], *, silent: bool) -> Decided:
    """``silent``: the status is final, and a move is no longer possible."""
    ticket = ask.ticket
    if rule.reaction == "stay":
        return Decided(posted, tell=rule.notify)
    if rule.reaction == "follow_up":
        return _follow_up(ask, command, rule)
    if rule.to is None:
        held = f"it is {ticket.status.name}, which takes no such message any more"
        if rule.code == "reopen_window_over":
            late = refusal("reopen_window_over", "post to", ticket.id, held, "a new ticket")
            return Decided(refusals=(late,), tell=rule.notify)
        return Decided(
            refusals=(refusal("reply_refused", "post to", ticket.id, held, "a new ticket"),), tell=rule.notify
        )
    muted = ticket.annex.muted and ask.actor.role == "requester"
    if silent or muted or rule.to == ticket.status.name:
        return Decided(posted, tell=rule.notify)
    return Decided((*posted, change(ask, ask.lifecycle.status(rule.to), Given())), tell=rule.notify)


def _gone(ask: Ask) -> tuple[EventData, ...]:
    """The assignee who has left the team is noticed at the requester's next message, unless the ticket is closed."""
    rules, place = ask.lifecycle.membership, ask.ticket.place
    if rules.checked != "message" or rules.leaver == "ignore" or ask.actor.role != "requester":
        return ()
    if ask.ticket.status.phase == "closed" or not is_outside(ask.teams, place.team, place.assignee):
        return ()
    return (Unassigned("left the team"),)


def _and_move(ask: Ask, command: Post, then: str, posted: EventData) -> Decided:
    verb = f"post and move to {then}"
    target = ask.lifecycle.find(then)
    if target is None:
        return Decided(refusals=(unknown_status(ask, then, verb),))
    said = command.visibility == "public" and not command.auto_generated
    given = Given(command.reason, command.until, command.code, message=said, comment=not command.auto_generated)
    refusals = move_refusals(ask, target, verb, given)
    if refusals:
        return Decided(refusals=refusals)
    return Decided((posted, *filled(ask, target, given), change(ask, target, given)))


def _follow_up(ask: Ask, command: Post, rule: ReplyRule) -> Decided:
    """The message goes to a new ticket, whose id is the host's to choose."""
    ticket, new = ask.ticket, command.follow_up
    if new is None:
        held = f"it is {ticket.status.name}, and a late message belongs in a new ticket"
        accepted = "the same with follow_up, the id of that ticket"
        return Decided(refusals=(refusal("follow_up", "post to", ticket.id, held, accepted, needs=("follow_up",)),))
    opening = opening_like(
        ticket,
        new,
        kind=rule.new_kind or ticket.header.kind,
        channel=command.channel,
        links=frozenset({Link("follows_up", ticket.id)} if rule.linked else ()),
        **_copied(ask.lifecycle, ticket, rule.copies),
    )
    message = attrs.evolve(command, ticket=new, follow_up=None, rules=False)  # it opens that one, it answers nothing
    return Decided((FollowedUp(new, command.message_id),), then=(opening, message), tell=rule.notify)


def _copied(lifecycle: Lifecycle, ticket: Ticket, names: tuple[str, ...]) -> dict[str, object]:
    """What a new ticket takes over, by the names of the fields of ``Open`` or of custom fields."""
    place, triage, annex = ticket.place, ticket.triage, ticket.annex
    known: dict[str, object] = {
        "priority": ticket.priority,
        "impact": triage.impact,
        "urgency": triage.urgency,
        "queue": place.queue,
        "team": place.team,
        "desk": place.desk,
        "assignee": place.assignee,
        "tags": ticket.tags,
        "cc": annex.cc,
        "watchers": annex.watchers,
    }
    fields = {name: ticket.fields[name] for name in names if name not in known and name in ticket.fields}
    fields |= required_fields(lifecycle, ticket)
    return {"fields": FrozenDict(fields), **{name: known[name] for name in names if name in known}}
