"""Whom a rung addresses: recipients as data, resolved to people by name together with the path taken.

What each stands for is in ``roles`` and ``in_turn``; who of them is there is asked here. Not here: who is signed on or
free (routing), and how a person is reached (the host).

Layer: escalation. Imports staff and tickets.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from deskcore._value import require_aware, to_us
from deskcore.escalation.in_turn import Pool
from deskcore.escalation.recipient import A_RECIPIENT, Recipient, Resolution
from deskcore.escalation.roles import Assignee, ManagerOf, OnCall, PartnerContact, Person, TeamLead, TeamMembers
from deskcore.staff import Staff
from deskcore.staff.absence import next_edge
from deskcore.tickets.ticket import Ticket

__all__ = [
    "A_RECIPIENT",
    "RECIPIENTS",
    "Assignee",
    "ManagerOf",
    "OnCall",
    "PartnerContact",
    "Person",
    "Pool",
    "Recipient",
    "Resolution",
    "TeamLead",
    "TeamMembers",
    "addressed",
    "back",
    "resolve",
]


def resolve(
    recipient: Recipient, staff: Staff, ticket: Ticket, *, at: datetime, otherwise: Iterable[Recipient] = ()
) -> Resolution:
    """Whom to address for a recipient at ``at``; where that is nobody, the first of ``otherwise`` who is somebody.

    Nobody is addressed while they are absent: see ``addressed``. The last of ``otherwise`` is the last resort: where
    nobody else is there, they are addressed all the same. The path tells of every step, the empty ones included.
    Nobody comes out only when every one of them stands for nobody.

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
    found = addressed(recipient, staff, ticket, at=at)
    path, last = found.path, None
    for last in otherwise:
        if found:
            break
        found = addressed(last, staff, ticket, at=at)
        path = (*path, *(f"fallback: {step}" for step in found.path))
    if not found and last is not None:
        found = last.resolve(staff, ticket, at=at)
        if found:
            path = (*path, f"nobody else is there: {', '.join(found.people)} all the same")
    return Resolution(found.people, path)


def addressed(recipient: Recipient, staff: Staff, ticket: Ticket, *, at: datetime) -> Resolution:
    """Whom a recipient stands for at ``at``, less those who are absent then; their stand-ins take their places.

    A stand-in who is absent too is nobody: what stands in is not stood in for. Instead of a manager without a stand-in
    comes the next one up. Pools are left as they are; the floor passes over absent members.

    >>> from deskcore.staff import Agent
    >>> from deskcore.staff.absence import Absence
    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> noon = datetime.fromisoformat("2026-07-06T12:00Z")
    >>> holiday = Absence(noon, noon.replace(day=27), "holiday", stand_in="mia")
    >>> staff, ticket = Staff(agents=(Agent("bo", absences=[holiday]), Agent("mia"))), replay([opening("T-1")])
    >>> addressed(Person("bo"), staff, ticket, at=noon).explain()
    'person: bo; bo is absent until 2026-07-27 12:00+00:00 (holiday): mia stands in'

    Raises:
        InvalidValue: ``at`` is naive.
    """
    found = recipient.resolve(staff, ticket, at=at)
    if all(staff.absence(person, at=at) is None for person in found.people):
        return found
    people: list[str] = []
    path = list(found.path)
    for person in found.people:
        there, steps = _there(recipient, person, staff, at)
        path += steps
        people += [] if there is None else [there]
    return Resolution(tuple(dict.fromkeys(people)), tuple(path))


def _there(recipient: Recipient, person: str, staff: Staff, at: datetime) -> tuple[str | None, list[str]]:
    """Who is addressed for one person, and the steps to them."""
    steps: list[str] = []
    seen = {person}
    while True:
        absence = staff.absence(person, at=at)
        if absence is None:
            return person, steps
        stand_in = absence.stand_in
        if stand_in is None:
            steps.append(f"{person} is {absence}")
        else:
            away = staff.absence(stand_in, at=at)
            if away is None:
                return stand_in, [*steps, f"{person} is {absence}: {stand_in} stands in"]
            steps.append(f"{person} is {absence}; {stand_in}, who would stand in, is {away}")
        above = recipient.in_place_of(person, staff)
        if above is None or above in seen:
            return None, steps
        steps.append(f"manager of {person}: {above}")
        seen.add(above)
        person = above


def back(recipients: Iterable[Recipient], staff: Staff, ticket: Ticket, at: datetime) -> list[int]:
    """When, strictly after ``at``, an absence of anybody whom recipients stand for then, or of a stand-in, changes."""
    named = {person for one in recipients for person in one.resolve(staff, ticket, at=at).people}
    known = [staff.agent(person) for person in sorted(named) if staff.knows_agent(person)]
    stand_ins = {one.stand_in for agent in known for one in agent.absences if one.stand_in is not None}
    known += [staff.agent(name) for name in sorted(stand_ins - named) if staff.knows_agent(name)]
    edges = (next_edge(agent.absences, to_us(at)) for agent in known)
    return [edge for edge in edges if edge is not None]


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
