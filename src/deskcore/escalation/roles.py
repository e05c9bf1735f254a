"""The recipients that stand for people by role: of the ticket, of a team, of a partner, on a roster.

Layer: escalation. Imports staff and tickets.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from deskcore._value import instance_of_kind, named, not_negative
from deskcore.escalation.recipient import A_RECIPIENT, Recipient, Resolution
from deskcore.staff import Staff
from deskcore.tickets.ticket import Ticket


@final
@attrs.frozen
class Person(Recipient):
    """One person by id, on the staff or not.

    >>> str(Person("dana"))
    'dana'
    """

    id: str = attrs.field(validator=named)

    def resolve(self, staff: Staff, ticket: Ticket, *, at: datetime) -> Resolution:
        del staff, ticket, at
        return Resolution((self.id,), (f"person: {self.id}",))

    def __str__(self) -> str:
        return self.id


@final
@attrs.frozen
class Assignee(Recipient):
    """Whoever has the ticket.

    >>> str(Assignee())
    'assignee'
    """

    def resolve(self, staff: Staff, ticket: Ticket, *, at: datetime) -> Resolution:
        del staff, at
        if ticket.assignee is None:
            return Resolution((), ("assignee: nobody has the ticket",))
        return Resolution((ticket.assignee,), (f"assignee: {ticket.assignee}",))

    def __str__(self) -> str:
        return "assignee"


@final
@attrs.frozen
class ManagerOf(Recipient):
    """The manager of whoever another recipient stands for, ``levels`` steps up.

    The manager is the one the register names, or else the lead of the person's team. A chain that is too short leads to
    nobody, so that a fallback can take over; so does one that closes on itself. Where the manager is absent and nobody
    stands in, theirs is addressed, and so on up: rank strictly rises, so it ends.

    >>> str(ManagerOf(Assignee(), levels=2))
    'manager 2 levels above assignee'
    """

    of: Recipient = attrs.field(validator=instance_of_kind(Recipient, A_RECIPIENT))
    levels: int = attrs.field(default=1, validator=not_negative)

    def resolve(self, staff: Staff, ticket: Ticket, *, at: datetime) -> Resolution:
        below = self.of.resolve(staff, ticket, at=at)
        people: list[str] = []
        path = list(below.path)
        for person in below.people:
            found, steps = _above(staff, person, self.levels)
            people.extend(found)
            path.extend(steps)
        return Resolution(tuple(dict.fromkeys(people)), tuple(path))

    def in_place_of(self, person: str, staff: Staff) -> str | None:
        return staff.manager_of(person) if staff.knows_agent(person) else None

    def __str__(self) -> str:
        return f"manager of {self.of}" if self.levels == 1 else f"manager {self.levels} levels above {self.of}"


@final
@attrs.frozen
class TeamLead(Recipient):
    """The lead of a team: of the one named, else of the ticket's.

    >>> str(TeamLead()), str(TeamLead("network"))
    ('team lead', 'lead of team network')
    """

    team: str | None = None

    def resolve(self, staff: Staff, ticket: Ticket, *, at: datetime) -> Resolution:
        del at
        team = self.team or _team_of(staff, ticket)
        if team is None:
            return Resolution((), ("team lead: the ticket has no team",))
        if not staff.knows_team(team):
            return Resolution((), (f"team lead: team {team} is not known",))
        lead = staff.team(team).lead
        if lead is None:
            return Resolution((), (f"team lead: team {team} has no lead",))
        return Resolution((lead,), (f"lead of team {team}: {lead}",))

    def __str__(self) -> str:
        return "team lead" if self.team is None else f"lead of team {self.team}"


@final
@attrs.frozen
class TeamMembers(Recipient):
    """Everybody of a team: of the one named, else of the ticket's; by id.

    >>> str(TeamMembers("network"))
    'team network'
    """

    team: str | None = None

    def resolve(self, staff: Staff, ticket: Ticket, *, at: datetime) -> Resolution:
        del at
        team = self.team or _team_of(staff, ticket)
        if team is None:
            return Resolution((), ("team: the ticket has no team",))
        if not staff.knows_team(team):
            return Resolution((), (f"team: {team} is not known",))
        people = tuple(agent.id for agent in staff.members(team))
        return Resolution(people, (f"team {team}: {', '.join(people) or 'nobody is in it'}",))

    def __str__(self) -> str:
        return "the team" if self.team is None else f"team {self.team}"


@final
@attrs.frozen
class PartnerContact(Recipient):
    """The contact of a partner desk: of the one named, else of the desk that has the ticket.

    >>> str(PartnerContact("manila"))
    'contact of partner manila'
    """

    partner: str | None = None

    def resolve(self, staff: Staff, ticket: Ticket, *, at: datetime) -> Resolution:
        del at
        desk = self.partner or ticket.desk
        if desk is None:
            return Resolution((), ("partner contact: the ticket is at no desk",))
        known = staff.find_partner(desk)
        if known is None:
            return Resolution((), (f"partner contact: {desk} is no partner desk",))
        if known.contact is None:
            return Resolution((), (f"partner contact: {desk} names none",))
        return Resolution((known.contact,), (f"contact of partner {desk}: {known.contact}",))

    def __str__(self) -> str:
        return "partner contact" if self.partner is None else f"contact of partner {self.partner}"


@final
@attrs.frozen
class OnCall(Recipient):
    """Whoever is on duty on a roster of the register at the instant of the look.

    >>> str(OnCall("network nights"))
    'on call for network nights'
    """

    roster: str = attrs.field(validator=named)

    def resolve(self, staff: Staff, ticket: Ticket, *, at: datetime) -> Resolution:
        del ticket
        roster = staff.rosters.get(self.roster)
        if roster is None:
            return Resolution((), (f"on call: there is no roster {self.roster}",))
        people = roster.on_call(at)
        return Resolution(people, (f"on call for {self.roster}: {', '.join(people) or 'nobody'}",))

    def __str__(self) -> str:
        return f"on call for {self.roster}"


def _team_of(staff: Staff, ticket: Ticket) -> str | None:
    """The ticket's team, else that of the person who has it."""
    if ticket.team is not None or ticket.assignee is None:
        return ticket.team
    return staff.agent(ticket.assignee).team if staff.knows_agent(ticket.assignee) else None


def _above(staff: Staff, person: str, levels: int) -> tuple[list[str], list[str]]:
    path: list[str] = []
    seen = {person}
    for _ in range(levels):
        manager = staff.manager_of(person) if staff.knows_agent(person) else None
        if manager is None:
            return [], [*path, f"manager of {person}: none is known"]
        path.append(f"manager of {person}: {manager}")
        if manager in seen:
            return [], [*path, "the chain of managers is circular"]
        seen.add(manager)
        person = manager
    return [person], path
