"""What the service does with a request, once it is known who asks: what HTTP has nothing to do with.

Whatever the desk decides is left to the desk; here is only what a host must know besides: whose tickets a requester may
see, which people there are, where the bodies of messages lie.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Final

from deskcore import Actor, Case
from deskcore import commands as do
from deskcore.adapters.sql import SqlHost
from deskcore.desk import CommandRefused
from deskcore.desk import floor_commands as ask
from deskcore.render import life
from deskcore.tickets import Party, Refusal
from deskcore.tickets.commands import Command
from deskcore.tickets.events import MessagePosted
from examples.service import forms, views
from examples.service.messages import Messages

ORDERS: Final = {"on": ask.SignOn, "off": ask.SignOff, "away": ask.GoAway, "back": ask.ComeBack}


class Service:
    """A host and a clock, and what is asked of them. Safe between threads."""

    def __init__(self, host: SqlHost, clock: Callable[[], datetime]) -> None:
        self.host = host
        self.clock = clock
        self.messages = Messages(host)

    def open(self, form: forms.OpenForm, actor: Actor, key: str | None) -> views.TicketView:
        """Open a ticket; a requester's is always their own."""
        theirs = actor.id if actor.role == "requester" else form.requester or actor.id
        command = do.Open(
            fresh("T", actor, key),
            subject=form.subject,
            requester=Party(theirs, languages=(form.language,)),
            category=form.category,
            impact=form.impact,
            urgency=form.urgency,
            channel="portal",
        )
        return self.run(command, actor, key)

    def reply(self, ticket: str, form: forms.ReplyForm, actor: Actor, key: str | None) -> views.TicketView:
        """Write a message: its body to our own table, the fact to the desk."""
        self.read(ticket, actor)
        if actor.role == "requester" and form.visibility != "public":
            raise refused(ticket, "permission", f"cannot post {ticket}: requesters write public messages")
        if actor.role == "partner" and form.visibility == "internal":
            raise refused(ticket, "permission", f"cannot post {ticket}: internal notes are the house's")
        message = fresh(f"{ticket}-m", actor, key)
        self.messages.keep(message, form.text)
        return self.run(do.Post(ticket, message, visibility=form.visibility, channel="portal"), actor, key)

    def assign(self, ticket: str, form: forms.AssignForm, actor: Actor, key: str | None) -> views.TicketView:
        """Give a ticket to an agent or a partner desk."""
        self.read(ticket, actor)
        staff = self.host.desk.configuration.staff
        if form.agent is None and form.desk is None:
            raise refused(ticket, "nobody_named", f"cannot assign {ticket}: name an agent or a desk")
        if form.agent is not None and not staff.knows_agent(form.agent):
            raise refused(ticket, "no_such_agent", f"cannot assign {ticket}: {form.agent} is not on the staff")
        if form.desk is not None and form.desk not in staff.desks:
            raise refused(ticket, "no_such_desk", f"cannot assign {ticket}: there is no desk {form.desk}")
        desk = staff.agent(form.agent).desk if form.agent is not None else form.desk
        return self.run(do.Assign(ticket, form.agent, desk=desk), actor, key)

    def resolve(self, ticket: str, form: forms.ResolveForm, actor: Actor, key: str | None) -> views.TicketView:
        """Solve a ticket."""
        self.read(ticket, actor)
        return self.run(do.Resolve(ticket, code=form.code), actor, key)

    def presence(self, agent: str, form: forms.PresenceForm, actor: Actor) -> views.AgentView:
        """Sign an agent on or off; leads do it for others, agents for themselves."""
        if actor.role == "agent" and actor.id != agent and not actor.may("ticket.lead"):
            raise refused("floor", "permission", f"cannot sign {agent} on or off: agents do that for themselves")
        staff = self.host.desk.configuration.staff
        if not staff.knows_agent(agent):
            raise refused("floor", "no_such_agent", f"cannot sign {agent} on or off: they are not on the staff")
        self.host.operate(ORDERS[form.state](agent), at=self.clock(), actor=actor).unwrap()
        floor = self.host.floor
        held = floor.presence.of(agent)
        capacity = staff.agent(agent).capacity if held.capacity is None else held.capacity
        return views.AgentView(agent=agent, state=held.state, holds=floor.routing.load(agent).units, capacity=capacity)

    def listed(self, actor: Actor, after: str, limit: int) -> list[views.TicketLine]:
        """Tickets that somebody may see, by id."""
        found: list[views.TicketLine] = []
        for name in self.host.tickets():
            case = self.host.case(name) if name > after else None
            if case is not None and not self.barred(case, actor):
                found.append(views.line(case.ticket))
            if len(found) == limit:
                break
        return found

    def shown(self, ticket: str, actor: Actor) -> views.TicketView:
        """A ticket and its clocks as of now."""
        case = self.read(ticket, actor)
        return views.shown(case.ticket, self.host.desk.clocks(case, at=self.now(case)))

    def actions(self, ticket: str, actor: Actor) -> list[views.OptionView]:
        """What somebody could do with a ticket."""
        case = self.read(ticket, actor)
        found = self.host.desk.allowed(case, at=self.now(case), actor=actor)
        return [views.OptionView(command=one.command, to=one.to, needs=list(one.needs)) for one in found]

    def timeline(self, ticket: str, actor: Actor) -> list[views.EventView]:
        """What happened, as far as somebody may see it."""
        self.read(ticket, actor)
        log = self.host.log(ticket)
        ids = [event.data.message_id for event in log if isinstance(event.data, MessagePosted)]
        return views.events(log, self.messages.find(ids[-views.SHOWN :]), actor)

    def explained(self, ticket: str, actor: Actor) -> str:
        """A ticket's whole life in words, for the house."""
        case = self.read(ticket, actor)
        if actor.role in {"requester", "partner"}:
            raise refused(ticket, "permission", f"cannot explain {ticket}: it tells what the house decided and why")
        return life(self.host.desk, case, self.host.log(ticket), at=self.now(case), floor=self.host.log())

    def read(self, ticket: str, actor: Actor) -> Case:
        """A case that the actor may see.

        Raises:
            UnknownName: there is none.
            CommandRefused: the actor may not see it.
        """
        case = self.host.case(ticket)
        barred = self.barred(case, actor)
        if barred:
            raise CommandRefused(ticket, barred)
        return case

    def barred(self, case: Case, actor: Actor) -> tuple[Refusal, ...]:
        """Why somebody may not see a case: out of a partner's reach, or another requester's."""
        return (*self.host.desk.unreachable(case, actor=actor, at=self.now(case)), *views.not_yours(case.ticket, actor))

    def run(self, command: Command, actor: Actor, key: str | None) -> views.TicketView:
        """Carry out a command; the ticket afterwards. The same key again gives the same answer and stores nothing.

        Raises:
            CommandRefused: the desk refuses it.
        """
        known = None if key is None else f"{actor.id}/{key}"
        self.host.handle(command, at=self.clock(), actor=actor, id=known).unwrap()
        case = self.host.case(command.ticket)
        return views.shown(case.ticket, self.host.desk.clocks(case, at=self.now(case)))

    def now(self, case: Case) -> datetime:
        """The instant to ask about: never before what is recorded, for the clocks of machines differ."""
        return max(self.clock(), case.recorded_at)


def refused(subject: str, code: str, said: str) -> CommandRefused:
    """A refusal of the service's own, answered like the desk's."""
    return CommandRefused(subject, (Refusal(code, said),))


def fresh(prefix: str, actor: Actor, key: str | None) -> str:
    """An id: the same for a request that is sent again, which its key tells, else a new one."""
    told = secrets.token_hex(5) if key is None else hashlib.sha256(f"{actor.id}/{key}".encode()).hexdigest()[:10]
    return f"{prefix}-{told}"
