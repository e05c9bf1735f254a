"""A ticket as it stands, as the one event by which another desk takes it over.

Not here: taking it over (``Desk.adopt``), and what a record cannot say: messages, ratings, what was merged into it.

Layer: tickets.
"""

from __future__ import annotations

from datetime import timedelta

from deskcore.tickets.events import Adopted, Opened
from deskcore.tickets.ticket import Ticket

_MICROSECOND = timedelta(microseconds=1)


def record_of(ticket: Ticket, *, waited: timedelta = timedelta(0)) -> Adopted:
    """What ``Desk.adopt`` needs of a ticket; ``waited`` is for how long it has waited for others, elapsed time.

    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import evolve
    >>> record_of(evolve(None, opening("T-1"))).opened.status.name
    'New'
    """
    header, triage, place, annex, marks = ticket.header, ticket.triage, ticket.place, ticket.annex, ticket.marks
    opened = Opened(
        header.subject,
        header.requester,
        ticket.status,
        header.lifecycle,
        kind=header.kind,
        channel=header.channel,
        priority=ticket.priority,
        impact=triage.impact,
        urgency=triage.urgency,
        category=triage.category,
        service=triage.service,
        queue=place.queue,
        team=place.team,
        desk=place.desk,
        assignee=place.assignee,
        skills=triage.skills,
        tags=ticket.tags,
        fields=ticket.fields,
        policy=header.policy,
        matrix=header.matrix,
        until=None if ticket.hold is None else ticket.hold.until,
        cc=annex.cc,
        watchers=annex.watchers,
        links=annex.links,
        effort=annex.effort,
    )
    return Adopted(
        opened,
        opened_at=ticket.opened_at,
        first_response_at=marks.first_response_at,
        resolved_at=marks.resolved_at,
        waited_us=waited // _MICROSECOND,
        reopens=ticket.counters.reopens,
    )
