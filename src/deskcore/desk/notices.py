"""What the floor must know of a case: that it waits for somebody, is held, or wants nobody.

Layer: desk.
"""

from __future__ import annotations

from datetime import datetime

from deskcore._value import to_us
from deskcore.desk.case import Case
from deskcore.desk.configuration import Configuration
from deskcore.desk.effects import FloorNotice, Gone, Held
from deskcore.routing import WaitingFacts
from deskcore.sla import Clock, clocks
from deskcore.staff import HOUSE
from deskcore.tickets import Ticket


def notice(setup: Configuration, case: Case) -> FloorNotice:
    """The notice that fits a case as it stands. The same case always gives the same notice.

    A ticket that waits for its requester or for somebody else and is nobody's wants nobody either. One that a person
    has, or a partner desk as a whole, takes room there; every other open ticket waits for somebody.
    """
    ticket = case.ticket
    if not ticket.is_open:
        return FloorNotice(ticket.id, Gone(ticket.phase))
    away = ticket.desk is not None and ticket.desk != HOUSE
    if ticket.assignee is not None or away:
        held = Held(ticket.assignee, ticket.team, ticket.desk or HOUSE, units_of(ticket))
        return FloorNotice(ticket.id, held)
    if ticket.phase == "waiting":
        return FloorNotice(ticket.id, Gone("waiting"))
    return FloorNotice(ticket.id, _waiting(setup, case))


def _waiting(setup: Configuration, case: Case) -> WaitingFacts:
    ticket = case.ticket
    party = ticket.requester
    running = [clock for clock in clocks(case.sla, setup.sla, at=ticket.marks.recorded_at) if clock.due is not None]
    nearest = min(running, key=_due_us, default=None)
    return WaitingFacts(
        ticket.id,
        opened_at=ticket.opened_at,
        queued_at=_queued_at(ticket),
        priority=ticket.priority,
        priority_rank=_rank(setup, ticket),
        due_at=None if nearest is None else nearest.due,
        at_risk_from=None if nearest is None else _at_risk_from(nearest),
        tier=tier_of(ticket),
        units=units_of(ticket),
        tried=case.served.tried,
        last_agent=case.served.last_agent,
        skills=ticket.triage.skills,
        languages=() if party is None else party.languages,
        team=ticket.team,
        data_class=None if party is None else party.data_class,
        kind=ticket.header.kind,
        category=ticket.triage.category,
        service=ticket.triage.service,
        channel=ticket.header.channel,
        queue=ticket.place.queue,
        requester=None if party is None else party.id,
        organisation=None if party is None else party.organisation,
        customer_tier=None if party is None else party.tier,
        vip=party is not None and party.vip,
        tags=ticket.tags,
        fields=ticket.fields,
    )


def _due_us(clock: Clock) -> int:
    assert clock.due is not None
    return to_us(clock.due)


def _at_risk_from(clock: Clock) -> datetime | None:
    """The first instant at which a clock warns; its due where it never does."""
    warned = [clock.reaches(share) for share in clock.terms.warn_at]
    moments = [moment for moment in (*warned, clock.due) if moment is not None]
    return min(moments, key=to_us, default=None)


def tier_of(ticket: Ticket) -> int:
    """The tier of work a ticket needs: its field ``tier``, else the first."""
    tier = ticket.fields.get("tier")
    return tier if isinstance(tier, int) and not isinstance(tier, bool) else 1


def units_of(ticket: Ticket) -> int:
    """The units of room a ticket takes: its field ``units``, else one."""
    units = ticket.fields.get("units")
    return units if isinstance(units, int) and not isinstance(units, bool) and units >= 1 else 1


def _rank(setup: Configuration, ticket: Ticket) -> int:
    priorities = setup.lifecycle(ticket.header.lifecycle).priorities
    return priorities.index(ticket.priority) if ticket.priority in priorities else len(priorities)


def _queued_at(ticket: Ticket) -> datetime:
    """A ticket keeps its place from the opening; one that was resolved queues afresh from its reopening."""
    return ticket.opened_at if ticket.counters.reopens == 0 else ticket.marks.status_since
