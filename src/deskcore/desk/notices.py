"""What the floor must know of a case: that it waits for somebody, is held, or wants nobody.

Layer: desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from deskcore._value import to_us
from deskcore.desk.case import Case
from deskcore.desk.configuration import Configuration
from deskcore.desk.effects import FloorNotice, Gone, Held
from deskcore.routing import WaitingFacts
from deskcore.sla import Clock, clocks
from deskcore.staff import HOUSE
from deskcore.tickets import Ticket


def notice(setup: Configuration, case: Case, *, before: Case | None = None) -> FloorNotice:
    """The notice that fits a case as it stands. The same case always gives the same notice.

    A ticket that waits for its requester or for somebody else and is nobody's wants nobody either. One that a person
    has, or a partner desk as a whole, takes room there; every other open ticket waits for somebody. ``before`` is the
    case some events ago: where nothing of it changed that the floor must know, its notice is the answer itself.
    """
    noted = case.noted(setup)
    if noted is None:
        made_of = _made_of(setup, case)
        known = None if before is None else before.noted(setup)
        word = known[1] if known is not None and known[0] == made_of else _notice(case.ticket, made_of)
        noted = made_of, word
        case.remember_notice(setup, made_of, word)
    assert isinstance(noted[1], FloorNotice)
    return noted[1]


def _notice(ticket: Ticket, made_of: tuple[Any, ...]) -> FloorNotice:
    if made_of[0] == "gone":
        return FloorNotice(ticket.id, Gone(str(made_of[1])))
    if made_of[0] == "held":
        return FloorNotice(ticket.id, Held(ticket.assignee, ticket.team, ticket.desk or HOUSE, units_of(ticket)))
    return FloorNotice(ticket.id, WaitingFacts(ticket.id, **dict(zip(_FACTS, made_of[1:], strict=True))))


def _made_of(setup: Configuration, case: Case) -> tuple[object, ...]:
    """All that a notice depends on, at a small part of its price."""
    ticket = case.ticket
    if not ticket.is_open:
        return ("gone", ticket.phase)
    away = ticket.desk is not None and ticket.desk != HOUSE
    if ticket.assignee is not None or away:
        return ("held", ticket.place, units_of(ticket))
    return ("gone", "waiting") if ticket.phase == "waiting" else ("waits", *_waiting(setup, case))


_FACTS: Final = (
    "opened_at", "queued_at", "priority", "priority_rank", "due_at", "at_risk_from", "tier", "units", "tried",
    "last_agent", "skills", "languages", "team", "data_class", "kind", "category", "service", "channel", "queue",
    "requester", "organisation", "customer_tier", "vip", "tags", "fields",
)  # fmt: skip


def _waiting(setup: Configuration, case: Case) -> tuple[object, ...]:
    """The facts of a waiting ticket, in the order of ``_FACTS``."""
    ticket = case.ticket
    party, triage = ticket.requester, ticket.triage
    running = [clock for clock in clocks(case.sla, setup.sla, at=ticket.marks.recorded_at) if clock.due is not None]
    nearest = min(running, key=_due_us, default=None)
    return (
        ticket.opened_at,
        _queued_at(ticket),
        ticket.priority,
        _rank(setup, ticket),
        None if nearest is None else nearest.due,
        None if nearest is None else _at_risk_from(nearest),
        tier_of(ticket),
        units_of(ticket),
        case.served.tried,
        case.served.last_agent,
        triage.skills,
        () if party is None else party.languages,
        ticket.team,
        None if party is None else party.data_class,
        ticket.header.kind,
        triage.category,
        triage.service,
        ticket.header.channel,
        ticket.place.queue,
        None if party is None else party.id,
        None if party is None else party.organisation,
        None if party is None else party.tier,
        party is not None and party.vip,
        ticket.tags,
        ticket.fields,
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
