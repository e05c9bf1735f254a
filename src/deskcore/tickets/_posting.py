"""The answer to a message: it is recorded, and the lifecycle's reply rules say what else follows.

Layer: tickets.
"""

from __future__ import annotations

from deskcore._value import to_us
from deskcore.log import EventData
from deskcore.tickets._ask import Ask, Given, move_refusals
from deskcore.tickets._moving import change, unknown_status
from deskcore.tickets.commands import Open, Post
from deskcore.tickets.decided import Decided
from deskcore.tickets.events import FollowedUp, MessagePosted
from deskcore.tickets.refusal import refusal
from deskcore.tickets.replies import Message, reaction


def post(ask: Ask, command: Post) -> Decided:
    """Record a message; move, follow up or refuse as the lifecycle says."""
    posted = MessagePosted(
        command.message_id, ask.actor.role, command.visibility, command.channel, command.auto_generated
    )
    if command.then is not None:
        return _and_move(ask, command, command.then, posted)
    rules = ask.lifecycle.replies
    if not rules:
        return Decided((posted,))
    message = Message(ask.actor.role, command.visibility, command.auto_generated)
    rule = reaction(rules, ask.ticket, message, at=to_us(ask.at), calendars=ask.calendars)
    if rule is None or rule.reaction == "stay":
        return Decided((posted,))
    if rule.reaction == "follow_up":
        return _follow_up(ask, command)
    if rule.to is None:
        held = f"it is {ask.ticket.status.name}, which takes no such message any more"
        return Decided(refusals=(refusal("reply_refused", "post to", ask.ticket.id, held, "a new ticket"),))
    target = ask.lifecycle.status(rule.to)
    if target.name == ask.ticket.status.name:
        return Decided((posted,))
    return Decided((posted, change(ask, target, Given())))


def _and_move(ask: Ask, command: Post, then: str, posted: EventData) -> Decided:
    verb = f"post and move to {then}"
    target = ask.lifecycle.find(then)
    if target is None:
        return Decided(refusals=(unknown_status(ask, then, verb),))
    said = command.visibility == "public" and not command.auto_generated
    given = Given(command.reason, command.until, command.code, message=said)
    refusals = move_refusals(ask, target, verb, given)
    return Decided(refusals=refusals) if refusals else Decided((posted, change(ask, target, given)))


def _follow_up(ask: Ask, command: Post) -> Decided:
    """The message goes to a new ticket, whose id is the host's to choose."""
    ticket = ask.ticket
    if command.follow_up is None:
        held = f"it is {ticket.status.name}, and a late message belongs in a new ticket"
        accepted = "the same with follow_up, the id of that ticket"
        return Decided(refusals=(refusal("follow_up", "post to", ticket.id, held, accepted, needs=("follow_up",)),))
    header, triage = ticket.header, ticket.triage
    opening = Open(
        command.follow_up,
        subject=header.subject,
        requester=header.requester,
        kind=header.kind,
        channel=command.channel,
        category=triage.category,
        service=triage.service,
        skills=triage.skills,
    )
    message = Post(
        command.follow_up,
        command.message_id,
        visibility=command.visibility,
        channel=command.channel,
        auto_generated=command.auto_generated,
    )
    return Decided((FollowedUp(command.follow_up, command.message_id),), then=(opening, message))
