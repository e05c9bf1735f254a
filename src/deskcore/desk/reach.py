"""Which tickets and agents somebody of a partner desk may reach at all: what its contract gives it, and nothing else.

Everybody else reaches every ticket here; what they may do with it is the lifecycle's matter, and which tickets a
requester may see the host's.

Layer: desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import attrs

from deskcore._value import to_us
from deskcore.desk import floor_commands as ask
from deskcore.desk.configuration import Configuration
from deskcore.desk.notices import tier_of
from deskcore.log import Actor, Event
from deskcore.staff import HOUSE, Partner, Staff
from deskcore.staff.access import sees_us
from deskcore.tickets import Refusal, Ticket
from deskcore.tickets.commands import Command
from deskcore.tickets.facts import facts
from deskcore.tickets.related import Others
from deskcore.tickets.sight import Sight


def unreachable(
    setup: Configuration, ticket: Ticket, actor: Actor, asked: str = "read", *, at: datetime
) -> tuple[Refusal, ...]:
    """Why an actor may neither read a ticket nor act on it at an instant; empty where they may.

    Somebody of a partner desk reaches what that desk has, and, while its contract runs, what waits for somebody and is
    within its scope and its clearances. The refusal says nothing of the ticket.
    """
    if actor.role != "partner":
        return ()
    partner = None if actor.desk is None else setup.staff.find_partner(actor.desk)
    if partner is None:
        held = f"{actor.id} works for {actor.desk or 'no desk'}, which is no partner of this desk"
        return (_refusal("unknown_desk", asked, ticket.id, held, "somebody of a desk that the staff register names"),)
    if ticket.desk == partner.id or (_waits(ticket) and _covers(setup.staff, partner, ticket, to_us(at))):
        return ()
    held = f"it is outside what {partner.id} has or could take"
    accepted = f"a ticket that {partner.id} has, or one that waits and is within its scope and clearances"
    return (_refusal("out_of_scope", asked, ticket.id, held, accepted),)


def visible(
    setup: Configuration, ticket: Ticket, events: Iterable[Event], actor: Actor, sight: Sight, *, at: datetime
) -> tuple[Event, ...]:
    """See ``Desk.visible``: ``unreachable`` decides, ``sight`` says what is left out of what is reached."""
    reaches = not unreachable(setup, ticket, actor, at=at) if actor.role == "partner" else None
    return sight.of(events, actor, reaches=reaches)


def other_unreachable(
    setup: Configuration, command: Command, actor: Actor, others: Others, *, at: datetime
) -> tuple[Refusal, ...]:
    """The same for the other tickets that a command names: the target of a merge, the end of a link."""
    if actor.role != "partner":
        return ()
    named = {getattr(command, field.name) for field in attrs.fields(type(command)) if field.name != "ticket"}
    known = sorted(name for name in named if isinstance(name, str) and name in others)
    return tuple(
        refusal for name in known for refusal in unreachable(setup, others[name], actor, f"{command.TYPE} with", at=at)
    )


def not_on_floor(setup: Configuration, command: ask.FloorCommand, actor: Actor) -> Iterator[Refusal]:
    """Why an actor may not give a command to the floor.

    Requesters and vendors have no business there; somebody of a partner desk speaks for that desk's agents only.
    """
    if actor.role in {"requester", "vendor"}:
        held = f"{actor.id} is a {actor.role}"
        yield _refusal("permission", command.TYPE, "on the floor", held, "somebody on the staff")
    elif actor.role == "partner" and not _of_their_desk(setup, command, actor):
        held = f"{actor.id} works for {actor.desk or 'no desk'}"
        yield _refusal("out_of_scope", command.TYPE, "on the floor", held, "a command about an agent of that desk")


def _of_their_desk(setup: Configuration, command: ask.FloorCommand, actor: Actor) -> bool:
    agent: object = getattr(command, "agent", None)
    known = isinstance(agent, str) and setup.staff.knows_agent(agent)
    return known and actor.desk is not None and setup.staff.agent(str(agent)).desk == actor.desk


def _waits(ticket: Ticket) -> bool:
    return ticket.is_open and ticket.assignee is None and ticket.desk in {None, HOUSE}


def _covers(staff: Staff, partner: Partner, ticket: Ticket, instant: int) -> bool:
    if not partner.contract.holds_us(instant):
        return False
    known = facts(ticket)
    sensitive = known["data_class"]
    cleared = not isinstance(sensitive, str) or sees_us(staff, None, partner, sensitive, instant)
    return cleared and partner.scope.covers({**known, "tier": tier_of(ticket)})


def _refusal(code: str, asked: str, subject: str, held: str, accepted: str) -> Refusal:
    return Refusal(code, f"cannot {asked} {subject}: {held}; accepted: {accepted}")
