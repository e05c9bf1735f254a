"""Whom a rung addresses: recipients as data, resolved to people by name together with the path taken.

Not here: who is present or free (routing), and how a person is reached (the host).

Layer: escalation. Imports staff and tickets.
"""

from __future__ import annotations

import abc
from bisect import bisect_right
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import as_tuple, instance_of_kind, named, not_negative, require_aware, unique
from deskcore.errors import InvalidValue
from deskcore.staff import Staff
from deskcore.tickets.ticket import Ticket


@final
@attrs.frozen
class Resolution:
    """The people a recipient stands for, and how they were found. Empty people: nobody, and the path says why.

    >>> Resolution(("cy",), ("assignee: bo", "manager of bo: cy")).explain()
    'assignee: bo; manager of bo: cy'
    """

    people: tuple[str, ...]
    path: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.people)

    def explain(self) -> str:
        """The path in one line."""
        return "; ".join(self.path)

    def to_dict(self) -> dict[str, list[str]]:
        """For programs: ``people`` and ``path``."""
        return {"people": list(self.people), "path": list(self.path)}


@attrs.frozen
class Recipient(abc.ABC):
    """Somebody to address, by role. Subclass it, frozen, for one of your own and register its name with the desk.

    >>> str(ManagerOf(Assignee()))
    'manager of assignee'
    """

    @abc.abstractmethod
    def resolve(self, staff: Staff, ticket: Ticket, *, at: datetime) -> Resolution:
        """The people it stands for at ``at``. Total: whoever is not known leads to nobody, with the reason."""


A_RECIPIENT: Final = "must be a recipient, for example Person('dana') or TeamLead()"
"""What a field that holds a recipient says of anything else, a bare name above all."""


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
    nobody, so that a fallback can take over; so does one that closes on itself.

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


PoolOrder: TypeAlias = Literal["listed", "sorted"]
IfGone: TypeAlias = Literal["next", "first"]


def _members(given: Iterable[str]) -> tuple[str, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class Pool(Recipient):
    """One of several people, in turn across all tickets: whoever is next, the floor says once and it is recorded.

    ``order`` is as listed or by name. Where the one who was last has left, ``if_gone`` goes on with the one who follows
    their name (a name that is nowhere in a list is followed by the first), or with the ``first``. ``present`` passes
    over those who are not present on the floor. Members without anybody lead to the rung's fallbacks.

    >>> pool = Pool("first line", ["ann", "bo", "cy"])
    >>> pool.after(None), pool.after("ann"), pool.after("cy")
    ('ann', 'bo', 'ann')
    >>> Pool("first line", ["ann", "cy"], order="sorted").after("bo")
    'cy'

    Raises:
        InvalidValue: a member is named twice, or an unknown word.
    """

    name: str = attrs.field(validator=named)
    members: tuple[str, ...] = attrs.field(converter=_members)
    order: PoolOrder = attrs.field(default="listed", kw_only=True)
    if_gone: IfGone = attrs.field(default="next", kw_only=True)
    present: bool = attrs.field(default=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        unique("members", self.members)
        if self.order not in get_args(PoolOrder):
            raise InvalidValue("order", self.order, f"must be one of {', '.join(get_args(PoolOrder))}")
        if self.if_gone not in get_args(IfGone):
            raise InvalidValue("if_gone", self.if_gone, f"must be one of {', '.join(get_args(IfGone))}")

    def resolve(self, staff: Staff, ticket: Ticket, *, at: datetime) -> Resolution:
        del staff, ticket, at
        return Resolution((), (f"next in pool {self.name}",))

    def after(self, last: str | None, among: Collection[str] | None = None) -> str | None:
        """Whose turn it is after somebody's, among the members given (all); ``None`` where there is nobody."""
        ordered = sorted(self.members) if self.order == "sorted" else list(self.members)
        if last in ordered:
            start = ordered.index(last) + 1
        elif last is None or self.if_gone == "first" or self.order == "listed":
            start = 0
        else:
            start = bisect_right(ordered, last)
        turn = (*ordered[start:], *ordered[:start])
        return next((one for one in turn if among is None or one in among), None)

    def __str__(self) -> str:
        return f"next in pool {self.name}"


def resolve(
    recipient: Recipient, staff: Staff, ticket: Ticket, *, at: datetime, otherwise: Iterable[Recipient] = ()
) -> Resolution:
    """The people a recipient stands for at ``at``; where that is nobody, the first of ``otherwise`` who is somebody.

    The path tells of every step, the empty ones included. Nobody comes out only when every one of them is nobody.

    Raises:
        InvalidValue: ``at`` is naive.

    >>> from datetime import UTC
    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> noon, ticket = datetime(2026, 5, 22, 12, tzinfo=UTC), replay([opening("T-1")])
    >>> resolve(Assignee(), Staff(), ticket, at=noon, otherwise=[Person("dana")]).explain()
    'assignee: nobody has the ticket; fallback: person: dana'
    """
    require_aware("at", at)
    found = recipient.resolve(staff, ticket, at=at)
    path = found.path
    for fallback in otherwise:
        if found:
            break
        found = fallback.resolve(staff, ticket, at=at)
        path = (*path, *(f"fallback: {step}" for step in found.path))
    return Resolution(found.people, path)


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


RECIPIENTS: tuple[type[Recipient], ...] = (
    Person,
    Assignee,
    ManagerOf,
    TeamLead,
    TeamMembers,
    PartnerContact,
    OnCall,
    Pool,
)
"""Every kind of recipient this room offers."""
