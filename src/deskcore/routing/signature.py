"""What a board may keep an index by: which part of a ticket, at which instant, a requirement looks at.

Two tickets of one signature are met by the same agents for as long as the register stays as it is.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final, TypeAlias

from deskcore.routing.contract import CONTRACT
from deskcore.routing.eligibility import (
    ELIGIBILITY,
    ActiveWithin,
    HasLabelNamed,
    HasPreferredSkills,
    HasSigned,
    MeetsSelectors,
    ServesQueue,
    TicketMeets,
)
from deskcore.routing.firm import InScope, UnderCeilings
from deskcore.routing.requirement import AllRequired, AnyRequired, NotRequired, Requirement
from deskcore.routing.requirements import REQUIREMENTS, AtTier, Cleared, HasSkills, InTicketTeam, SpeaksLanguage
from deskcore.routing.rings import InRings, RingsOpenOver
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Staff

Signature: TypeAlias = Callable[[WaitingFacts, Snapshot], Hashable]

FIELDS: Final[dict[type[Requirement], str]] = {
    SpeaksLanguage: "languages",
    AtTier: "tier",
    InTicketTeam: "team",
    Cleared: "data_class",
}
"""The requirements that look at one field of the ticket, and at the agent's record where nothing in it has dates."""


def signature(part: Requirement, staff: Staff) -> Signature | None:
    """What of a ticket decides which agents meet a requirement; ``None`` where loads and presence count too.

    >>> from deskcore.routing.firm import Present
    >>> signature(Present(), Staff()) is None, signature(AtTier(), Staff()) is None
    (True, False)
    """
    if isinstance(part, (AllRequired, AnyRequired)):
        inner = [signature(one, staff) for one in part.parts]
        known = [one for one in inner if one is not None]
        if len(known) < len(inner):
            return None
        return lambda ticket, floor: tuple([one(ticket, floor) for one in known])
    if isinstance(part, NotRequired):
        return signature(part.part, staff)
    found = _SIGNATURES.get(type(part))
    if found is not None:
        return found(part, staff)
    asks_in_full = type(part).demand is Requirement.demand  # an index for each ticket would be none
    return part.demand if part.depends_on == "record" and not asks_in_full else None


def _skills(_: Requirement, __: Staff) -> Signature:
    return lambda ticket, _: tuple(ticket.skills.items())


def _selectors(part: Any, _: Staff) -> Signature:
    return lambda ticket, floor: part.asked(ticket, floor) if ticket.selectors else ()


def _preferred_skills(part: Any, _: Staff) -> Signature:
    def still(ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return (ticket.preferred_skills, part.still_asked(ticket, floor)) if ticket.preferred_skills else ()

    return still


def _label_named(part: Any, _: Staff) -> Signature:
    # As text, which is how it is looked at: 1 and True are equal, and two labels.
    return lambda ticket, _: str(ticket.fields.get(part.field))


def _met_by_ticket(part: Any, _: Staff) -> Signature:
    # The candidate does not count, so anything will do for it.
    return lambda ticket, floor: part.test(ticket, None, floor)


def _condition(part: Any, staff: Staff) -> Signature | None:
    return None if "ahead" in part.condition.names() else _met_by_ticket(part, staff)


def _rings(part: Any, _: Staff) -> Signature:
    plan = part.plan
    return lambda ticket, floor: (plan.window(ticket, floor), plan.lift(ticket, floor))


def _rings_over_time(part: Any, _: Staff) -> Signature | None:
    return None if part.skip_empty else part.open_rings


def _cleared(_: Requirement, staff: Staff) -> Signature:
    if not staff.has_dates:
        return lambda ticket, _: ticket.data_class
    return lambda ticket, floor: ticket.data_class and (ticket.data_class, staff.era_us(floor.at_us))


def _signed(_: Requirement, staff: Staff) -> Signature:
    return lambda _, floor: staff.era_us(floor.at_us)


def _queue(part: Any, staff: Staff) -> Signature | None:
    if any(one.delay.microseconds for agent in staff.agents for one in agent.queues.values()):
        return None

    def served(ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return (part.queue if part.queue is not None else ticket.queue, ticket.queued_at <= floor.at)

    return served


_SIGNATURES: Final[dict[type[Requirement], Callable[[Any, Staff], Signature | None]]] = {
    HasSkills: _skills,
    Cleared: _cleared,
    HasSigned: _signed,
    MeetsSelectors: _selectors,
    HasPreferredSkills: _preferred_skills,
    HasLabelNamed: _label_named,
    ActiveWithin: _met_by_ticket,
    TicketMeets: _condition,
    InRings: _rings,
    RingsOpenOver: _rings_over_time,
    ServesQueue: _queue,
}

OF_THE_TICKET_ALONE: Final = (ActiveWithin, TicketMeets, MeetsSelectors, HasPreferredSkills, InRings, RingsOpenOver)
"""Requirements whose ``next_change`` is the same for every candidate."""

_OF_CANDIDATES: Final = frozenset({*REQUIREMENTS, *ELIGIBILITY, *CONTRACT, UnderCeilings, InRings, RingsOpenOver})


def reads_no_line(part: Requirement, staff: Staff) -> bool:
    """Whether a requirement asks of the floor no more than a board keeps beside its indexes: no line, no presence."""
    if isinstance(part, (AllRequired, AnyRequired)):
        return all(reads_no_line(one, staff) for one in part.parts)
    if isinstance(part, NotRequired):
        return reads_no_line(part.part, staff)
    if isinstance(part, InScope):
        return "ahead" not in staff.scope_names
    if isinstance(part, TicketMeets):
        return "ahead" not in part.condition.names()
    if isinstance(part, RingsOpenOver):
        return not part.skip_empty
    return type(part) in _OF_CANDIDATES
