"""What is shown of a ticket, and to whom: everything of it to the house, less to requesters and partners."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pydantic import BaseModel

from deskcore import Actor, Clock, Ticket
from deskcore.log import Event
from deskcore.tickets import Refusal
from deskcore.tickets.events import MessagePosted
from deskcore.tickets.sight import Sight

SHOWN: Final = 500
"""Events in one answer, the latest."""

SIGHT: Final = Sight()
"""Who sees which events: notes of the house stay there, a partner sees a ticket's past while it has it."""


class ClockView(BaseModel):
    """A promise: how it stands and when it falls due."""

    metric: str
    state: str
    due: str | None
    summary: str


class TicketView(BaseModel):
    """A ticket as it is now."""

    id: str
    subject: str
    status: str
    phase: str
    priority: str | None
    requester: str | None
    assignee: str | None
    desk: str | None
    opened_at: str
    version: int
    clocks: list[ClockView]


class TicketLine(BaseModel):
    """A ticket in a list."""

    id: str
    subject: str
    status: str
    priority: str | None
    assignee: str | None
    desk: str | None


class EventView(BaseModel):
    """Something that happened."""

    id: str
    type: str
    at: str
    by: str
    role: str
    text: str | None = None
    visibility: str | None = None


class OptionView(BaseModel):
    """Something that the one who asks could do now."""

    command: str
    to: str | None
    needs: list[str]


class AgentView(BaseModel):
    """An agent on the floor."""

    agent: str
    state: str
    holds: int
    capacity: int


def line(ticket: Ticket) -> TicketLine:
    """A ticket in a list."""
    place = ticket.place
    return TicketLine(
        id=ticket.id,
        subject=ticket.header.subject,
        status=ticket.status.name,
        priority=ticket.priority,
        assignee=place.assignee,
        desk=place.desk,
    )


def shown(ticket: Ticket, clocks: Iterable[Clock]) -> TicketView:
    """A ticket with its clocks."""
    return TicketView(
        **line(ticket).model_dump(),
        phase=ticket.phase,
        requester=None if ticket.requester is None else ticket.requester.id,
        opened_at=ticket.opened_at.isoformat(),
        version=ticket.version,
        clocks=[
            ClockView(
                metric=clock.metric,
                state=clock.state,
                due=None if clock.due is None else clock.due.isoformat(),
                summary=clock.summary(),
            )
            for clock in clocks
        ],
    )


def not_yours(ticket: Ticket, actor: Actor) -> tuple[Refusal, ...]:
    """Why a requester may not see a ticket: it is neither theirs nor are they copied in."""
    if actor.role != "requester":
        return ()
    known = {*ticket.annex.cc, *ticket.annex.watchers, None if ticket.requester is None else ticket.requester.id}
    return () if actor.id in known else (Refusal("not_yours", f"cannot read {ticket.id}: it is somebody else's"),)


def events(log: Iterable[Event], bodies: dict[str, str], actor: Actor) -> list[EventView]:
    """What somebody may see of what happened."""
    return [
        EventView(
            id=event.id,
            type=event.type,
            at=event.at.isoformat(),
            by=event.actor.id,
            role=event.actor.role,
            text=bodies.get(event.data.message_id) if isinstance(event.data, MessagePosted) else None,
            visibility=event.data.visibility if isinstance(event.data, MessagePosted) else None,
        )
        for event in SIGHT.of(log, actor)[-SHOWN:]
    ]
