"""Answers to the commands on links.

Layer: tickets.
"""

from __future__ import annotations

from deskcore.log import EventData
from deskcore.tickets._ask import Ask, final_refusal
from deskcore.tickets.commands_beside import AddLink, Follow, RemoveLink
from deskcore.tickets.decided import NOTHING, Decided
from deskcore.tickets.events import Linked, SolutionProposed, Unlinked
from deskcore.tickets.links import ACYCLIC, Link, inverse
from deskcore.tickets.moves import status_event
from deskcore.tickets.refusal import Refusal, refusal
from deskcore.tickets.related import Others
from deskcore.tickets.status import Status

_MOST = 1_000


def add_link(ask: Ask, command: AddLink) -> Decided:
    """Link, unless that would bring a ticket back to itself; the other side follows by its own command."""
    link = Link(command.kind, command.other)
    refusals = () if not command.back else (*final_refusal(ask, command), *_circular(ask, link), *_nested(ask, link))
    if refusals:
        return Decided(refusals=refusals)
    if link in ask.ticket.annex.links:
        return NOTHING
    then = (AddLink(command.other, inverse(command.kind), command.ticket, back=False),) if command.back else ()
    return Decided((Linked(command.kind, command.other),), then=then)


def remove_link(ask: Ask, command: RemoveLink) -> Decided:
    """Take a link away, if it is there."""
    refusals = final_refusal(ask, command) if command.back else ()
    if refusals:
        return Decided(refusals=refusals)
    if Link(command.kind, command.other) not in ask.ticket.annex.links:
        return NOTHING
    then = (RemoveLink(command.other, inverse(command.kind), command.ticket, back=False),) if command.back else ()
    return Decided((Unlinked(command.kind, command.other),), then=then)


def follow(ask: Ask, command: Follow) -> Decided:
    """Go where the leader went, if there is such a place and the ticket is not done already."""
    ticket, lifecycle = ask.ticket, ask.lifecycle
    if command.kinds and ticket.header.kind not in command.kinds:
        return NOTHING
    target = lifecycle.find(command.to) if command.to is not None else None
    target = target or lifecycle.first(command.phase)
    if target is None or _settled(ticket.status, target) or lifecycle.seal(ticket.status.name, ask.actor.role):
        return NOTHING
    events: tuple[EventData, ...] = ()
    if command.solution is not None:
        events = (SolutionProposed(command.solution, command.code),)
    reason = f"with {command.leader}"
    return Decided((*events, status_event(ticket.status, target, reason=reason, code=command.code)))


def _settled(status: Status, target: Status) -> bool:
    if status.name == target.name:
        return True
    order = {"resolved": 1, "closed": 2, "cancelled": 2}
    return order.get(status.phase, 0) >= order.get(target.phase, 1)


def _circular(ask: Ask, link: Link) -> tuple[Refusal, ...]:
    id_, verb = ask.ticket.id, f"link {link} to"
    if link.other == id_:
        return (refusal("circular_link", verb, id_, "it is the same ticket", "another ticket", other=link.other),)
    kind, back = link.kind, inverse(link.kind)
    if kind in ACYCLIC and _reaches(ask.others, link.other, id_, kind):
        held = f"{link.other} already comes back to it by {kind}"
    elif back in ACYCLIC and _reaches(ask.others, link.other, id_, kind):
        held = f"it already comes back to {link.other} by {back}"
    else:
        return ()
    return (refusal("circular_link", verb, id_, held, "a ticket outside that chain", other=link.other),)


def _reaches(others: Others, start: str, goal: str, kind: str) -> bool:
    """Whether following links of a kind from ``start``, as far as tickets are known, arrives at ``goal``."""
    seen, edge = {start}, [start]
    while edge and len(seen) < _MOST:
        held = others.get(edge.pop())
        if held is None:
            continue
        for other in held.annex.others(kind):
            if other == goal:
                return True
            if other not in seen:
                seen.add(other)
                edge.append(other)
    return False


def _nested(ask: Ask, link: Link) -> tuple[Refusal, ...]:
    """A child may have no children of its own, where the lifecycle says so."""
    if ask.lifecycle.nested_children or link.kind not in {"parent_of", "child_of"}:
        return ()
    parent, child = (ask.ticket.id, link.other) if link.kind == "parent_of" else (link.other, ask.ticket.id)
    above, below = (ask.ticket if id_ == ask.ticket.id else ask.others.get(id_) for id_ in (parent, child))
    if above is not None and above.annex.others("child_of"):
        held = f"{parent} is a child itself"
    elif below is not None and below.annex.others("parent_of"):
        held = f"{child} has children itself"
    else:
        return ()
    return (refusal("parent_is_child", f"link {link} to", ask.ticket.id, held, "a ticket that is no child"),)
