"""One case, one command: catch up with the clock, decide, record, and say what is to be done.

Layer: desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from deskcore._value import require_kind, to_us
from deskcore.desk.case import Case
from deskcore.desk.catch_up import BOUND, OwedEvent, OwedRung, first_owed, standing
from deskcore.desk.configuration import Configuration
from deskcore.desk.effects import Effect, ForTicket, Notify, RouteNext
from deskcore.desk.floor import FLOOR_STREAM
from deskcore.desk.folding import step_case
from deskcore.desk.notices import notice
from deskcore.desk.outcome import Accepted, Refused
from deskcore.desk.reach import other_unreachable, unreachable
from deskcore.errors import NeverHappens
from deskcore.escalation.byhand import EscalationCommand
from deskcore.escalation.byhand import decide as reach_for
from deskcore.escalation.firing import Firing, Notice, fire
from deskcore.log import Actor, Event, EventData
from deskcore.routing import recall
from deskcore.routing.events import Recalled
from deskcore.routing.recall import REOPENED, Recall
from deskcore.sla.commands import SLA_COMMANDS
from deskcore.sla.commands import decide as rule_clocks
from deskcore.staff import HOUSE
from deskcore.tickets import Refusal, Ticket, decide
from deskcore.tickets.commands import Command, Open, Tick
from deskcore.tickets.decide import naive_time, permitted
from deskcore.tickets.decided import Decided
from deskcore.tickets.events import How, PrioritySet, Reopened, Transferred, Unassigned
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.membership import NO_TEAMS, Membership, Teams
from deskcore.tickets.related import NO_OTHERS, Others, consequences

SYSTEM = Actor.system()
_ALL = frozenset({"*"})


@final
class CaseWork:
    """A case being worked on at one instant: mutable, private to one call, and nothing of it is kept when refused."""

    def __init__(self, setup: Configuration, case: Case | None, at: datetime, others: Others = NO_OTHERS) -> None:
        self.setup = setup
        self.others = others
        self.before = case
        self.case = case
        self.at = at
        self.events: list[Event] = []
        self.effects: list[Effect] = []
        self.refused: list[Effect] = []
        self.firings: list[Firing] = []
        self.climbs = setup.climbs == "whenever"
        self.rungs_left: int | None = None

    def look(self, rungs: int | None = None) -> None:
        """From here on rungs are looked for, at most so many where a number is given."""
        self.climbs, self.rungs_left = True, rungs

    def record(self, stream: str, data: EventData, actor: Actor, *, when: datetime) -> None:
        """Take one fact into the case."""
        seq = 1 if self.case is None else self.case.version + 1
        event = Event(stream, seq, when, self.at, actor, data)
        self.case = step_case(self.setup, self.case, event)
        self.events.append(event)
        if isinstance(data, Reopened) and not self.setup.reopened_stay_assigned:
            self._queue_again(self.case.ticket, when)

    def _queue_again(self, ticket: Ticket, when: datetime) -> None:
        """Take a reopened ticket from whoever solved it: they may have no room left for it."""
        if ticket.desk is not None and ticket.desk != HOUSE:
            self.record(ticket.id, Recalled(ticket.desk, REOPENED), SYSTEM, when=when)
            self.record(ticket.id, Transferred(queue=ticket.place.queue, why="reopened"), SYSTEM, when=when)
        elif ticket.assignee is not None:
            self.record(ticket.id, Unassigned("reopened"), SYSTEM, when=when)

    def catch_up(self) -> None:
        """Record whatever became true by now, the earliest first.

        Raises:
            NeverHappens: the configuration makes more happen between two looks than any ticket can bear.
        """
        for _ in range(BOUND):
            if self.case is None:
                return
            owed = first_owed(self.setup, self.case, self.at, climbs=self.climbs, rungs=self.rungs_left)
            match owed:
                case None:
                    return
                case OwedEvent(at=when, data=data):
                    lifecycle = self.setup.lifecycle(self.case.ticket.header.lifecycle)
                    led = consequences(lifecycle, self.case.ticket, (data,))
                    self.record(self.case.id, data, SYSTEM, when=when)
                    self.effects.extend(ForTicket(other, f"{data.TYPE} {self.case.id}", SYSTEM) for other in led)
                case OwedRung():
                    self._fire(owed)
        raise NeverHappens(
            "catch up ticket", self.case and self.case.id, f"fewer than {BOUND} changes between two looks"
        )

    def _fire(self, owed: OwedRung) -> None:
        case = self.case
        assert case is not None
        matrix = self.setup.matrix_for(case.ledger.pinned)
        assert matrix is not None
        priorities = self.setup.lifecycle(case.ticket.header.lifecycle).priorities
        firing = fire(
            owed.entry,
            matrix,
            case.ticket,
            self.setup.staff,
            at=self.at,
            priorities=priorities,
            ledger=case.ledger,
            superseded_by=owed.superseded_by,
        )
        self.firings.append(firing)
        if self.rungs_left and not owed.entry.call and firing.event.outcome != "skipped":
            self.rungs_left -= 1
        self.record(case.id, firing.event, SYSTEM, when=owed.at)
        joined = matrix.joins_calls and bool(owed.entry.call)
        for told in firing.notices:
            wanted = notify(told)
            if not (joined and self._is_told(wanted, owed.entry.call)):
                self.effects.append(wanted)
        self.effects.extend(
            RouteNext(case.id, f"{owed.entry.key} asks who is next in pool {name}") for name in firing.pools
        )
        for command in firing.commands:
            self.carry_out(command, SYSTEM, when=owed.at, how="escalation")

    def _is_told(self, wanted: Notify, call: str) -> bool:
        """Whether another call tells the same people on the same channel at this look."""
        return any(
            isinstance(one, Notify)
            and "@" in one.key
            and not one.key.startswith(f"{call}@")
            and (one.people, one.channel) == (wanted.people, wanted.channel)
            for one in self.effects
        )

    def carry_out(
        self, command: Command, actor: Actor, *, when: datetime, how: How = "manual", is_entailed: bool = False
    ) -> tuple[Refusal, ...]:
        """Decide a command and record what follows; the refusals where it is not accepted.

        What another ticket's command entails asks for no permission again; it is recorded as the actor's all the same.
        """
        decided = self._decide(command, attrs.evolve(actor, permissions=_ALL) if is_entailed else actor, when)
        for data in decided.events:
            told = attrs.evolve(data, how=how) if isinstance(data, PrioritySet) and data.how == "manual" else data
            self.record(command.ticket, told, actor, when=when)
        self.effects.extend(ForTicket(other, f"{command.TYPE} {command.ticket}") for other in decided.then)
        if decided.tell and self.case is not None:
            (self.effects if decided.accepted else self.refused).extend(self._told(decided, self.case.ticket))
        return decided.refusals

    @staticmethod
    def _told(decided: Decided, ticket: Ticket) -> tuple[Notify, ...]:
        """Notify those whom the lifecycle's words mean: the requester, the assignee, watchers, or people by id."""
        party, annex = ticket.requester, ticket.annex
        meant = {
            "requester": () if party is None else (party.id,),
            "assignee": () if ticket.assignee is None else (ticket.assignee,),
            "watchers": tuple(sorted(annex.watchers)),
            "cc": tuple(sorted(annex.cc)),
        }
        people = tuple(dict.fromkeys(who for word in decided.tell for who in meant.get(word, (word,))))
        if not people:
            return ()
        text = f"there is a message on {ticket.id}"
        if not decided.accepted:
            text = f"a message to {ticket.id} was refused: {decided.explain()}"
        key = f"{ticket.id}/told/{ticket.version}{'' if decided.accepted else '/refused'}"
        return (Notify(key, ticket.id, people, text, "the lifecycle's reply rule says so"),)

    def _decide(self, command: Command, actor: Actor, when: datetime) -> Decided:
        ticket = None if self.case is None else self.case.ticket
        if self.case is not None and isinstance(command, EscalationCommand):
            lifecycle = self.setup.lifecycle(self.case.ticket.header.lifecycle)
            stands = standing(self.setup, self.case, when)
            told = reach_for(command, self.case.ticket, self.case.ledger, stands, actor=actor, at=when)
            return permitted(lifecycle, command, actor, told)
        if self.case is not None and isinstance(command, SLA_COMMANDS):
            lifecycle = self.setup.lifecycle(self.case.ticket.header.lifecycle)
            told = rule_clocks(command, self.case.ticket, self.case.sla, actor=actor)
            return permitted(lifecycle, command, actor, told)
        if self.case is not None and isinstance(command, Recall):
            lifecycle = self.setup.lifecycle(self.case.ticket.header.lifecycle)
            return permitted(lifecycle, command, actor, recall.decide(command, self.case.ticket, actor=actor))
        kind = command.kind if isinstance(command, Open) else ticket.header.kind if ticket else "incident"
        lifecycle = self.setup.lifecycle_for(kind) if ticket is None else self.setup.lifecycle(ticket.header.lifecycle)
        return decide(
            lifecycle,
            ticket,
            command,
            at=when,
            actor=actor,
            calendars=self.setup.calendars,
            others=self.others,
            teams=self._teams(lifecycle),
        )

    def _teams(self, lifecycle: Lifecycle) -> Teams:
        """The members of every team, where the lifecycle asks who belongs to the ticket's."""
        if lifecycle.membership == Membership():
            return NO_TEAMS
        staff = self.setup.staff
        return {team.id: tuple(agent.id for agent in staff.members(team.id)) for team in staff.teams}

    def beyond_reach(self, command: Command, actor: Actor) -> tuple[Refusal, ...]:
        """Why the actor must not touch the ticket, or another one that the command names."""
        own = () if self.case is None else unreachable(self.setup, self.case.ticket, actor, command.TYPE, at=self.at)
        return own or other_unreachable(self.setup, command, actor, self.others, at=self.at)

    def accepted(self) -> Accepted:
        """The answer: the case, the events, the effects, and word for the floor where something of it changed."""
        assert self.case is not None
        told = None if self.before is None else notice(self.setup, self.before)
        word = notice(self.setup, self.case, before=self.before)
        if word is not told and word != told:
            self.effects.append(word)
        return Accepted(self.case, tuple(self.events), tuple(self.effects))


def notify(told: Notice) -> Notify:
    """A rung's notice as an effect."""
    return Notify(
        told.key, told.ticket, told.people, told.text, told.explain(), told.channel, requires_ack=told.requires_ack
    )


def handle(
    setup: Configuration,
    case: Case | None,
    command: Command,
    *,
    at: datetime,
    actor: Actor,
    others: Others = NO_OTHERS,
    is_entailed: bool = False,
) -> Accepted | Refused:
    """See ``Desk.handle``; ``is_entailed``: the command follows from one on another ticket."""
    unzoned = naive_time(command.TYPE, command.ticket, at)
    if unzoned:
        return Refused(command.ticket, unzoned)
    require_kind("actor", actor, Actor, "must be an Actor, for example Actor.agent('bo')")
    against = (
        reserved(command.ticket) if case is None else too_early(command.TYPE, command.ticket, case.recorded_at, at)
    )
    if against:
        return Refused(command.ticket, against)
    work = CaseWork(setup, case, at, others)
    if isinstance(command, Tick):
        work.look(command.rungs if setup.climbs == "on_tick" else None)
    work.catch_up()
    refusals = () if is_entailed else work.beyond_reach(command, actor)
    if refusals:  # alone: a reason why a ticket cannot be closed tells what it holds
        return Refused(command.ticket, refusals)
    refusals = work.carry_out(command, actor, when=at, is_entailed=is_entailed)
    if refusals:
        return Refused(command.ticket, refusals, tuple(work.refused))
    work.catch_up()
    return work.accepted()


def reserved(ticket: str) -> tuple[Refusal, ...]:
    """A refusal when a new ticket would have the floor's own stream."""
    if ticket != FLOOR_STREAM:
        return ()
    message = f"cannot open ticket {ticket}: that is the name of the floor's stream; accepted: any other id"
    return (Refusal("reserved_id", message),)


def too_early(asked: str, subject: str, recorded_at: datetime | None, at: datetime) -> tuple[Refusal, ...]:
    """A refusal when ``at`` lies before what is already recorded: only ``insert`` goes back in time."""
    if recorded_at is None or to_us(at) >= to_us(recorded_at):
        return ()
    message = (
        f"cannot {asked} {subject} at {at.isoformat()}: it is recorded up to {recorded_at.isoformat()}; "
        "accepted: that instant or a later one, or desk.insert for a late fact"
    )
    return (Refusal("backward_time", message),)
