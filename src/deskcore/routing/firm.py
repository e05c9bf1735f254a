"""The firm requirements: what no policy can drop, whatever else it asks or forgets to ask.

To be there, on shift, not absent, with room for the ticket, in the scope of the desk's contract and cleared for the
data.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import final

import attrs

from deskcore.routing.ceilings import Ceiling, UnderCeilings
from deskcore.routing.claims import ELIGIBLE, Claims
from deskcore.routing.requirement import Dependence, Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff.absence import next_edge, running
from deskcore.staff.access import sees_us, sight

__all__ = [
    "FIRM",
    "Ceiling",
    "Cleared",
    "HasRoom",
    "InScope",
    "NotAbsent",
    "OnShift",
    "Present",
    "UnderCeilings",
]


@final
@attrs.frozen
class Present(Requirement):
    """The agent is signed on and not away. A partner desk as a whole needs no sign-on.

    >>> print(Present())
    present
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket, floor
        return candidate.presence is None or candidate.presence.state == "present"

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del ticket, floor
        state = "a desk, which needs no sign-on" if candidate.presence is None else candidate.presence.explain()
        return f"{candidate.called} is {state}"

    @property
    def otherwise(self) -> str:
        return "absent"

    @property
    def depends_on(self) -> Dependence:
        return "candidate"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "present"


@final
@attrs.frozen
class OnShift(Requirement):
    """The candidate's calendar is open now: the start of an opening is included, its end not. No calendar: always.

    >>> print(OnShift())
    on shift
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket
        return candidate.calendar is None or floor.is_open(candidate.calendar)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        if candidate.calendar is None:
            return f"{candidate.called} keeps no hours"
        state = "on" if self.test(ticket, candidate, floor) else "off"
        return f"{candidate.called} is {state} shift by calendar {candidate.calendar}"

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        del ticket
        return None if candidate.calendar is None else floor.next_edge(candidate.calendar)

    @property
    def otherwise(self) -> str:
        return "off shift"

    @property
    def depends_on(self) -> Dependence:
        return "candidate"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "on shift"


@final
@attrs.frozen
class NotAbsent(Requirement):
    """No absence of the agent holds now: its start is included, its end not. A partner desk as a whole is never absent.

    >>> print(NotAbsent())
    not on leave
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket
        agent = candidate.agent
        return agent is None or not agent.absences or running(agent.absences, floor.at_us) is None

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del ticket
        found = None if candidate.agent is None else running(candidate.agent.absences, floor.at_us)
        return f"{candidate.called} is {'not on leave' if found is None else found}"

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        del ticket
        agent = candidate.agent
        return None if agent is None or not agent.absences else next_edge(agent.absences, floor.at_us)

    @property
    def otherwise(self) -> str:
        return "on leave"

    @property
    def depends_on(self) -> Dependence:
        return "candidate"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "not on leave"


@final
@attrs.frozen
class HasRoom(Requirement):
    """The ticket's units fit into what the candidate has left; for a partner's agent, into its desk's room too.

    >>> print(HasRoom())
    has room
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        partner, load = candidate.partner, candidate.load
        if (
            candidate.kind == "agent"
            and candidate.capacity is not None
            and load.units + ticket.units > candidate.capacity
        ):
            return False
        if partner is None or partner.capacity is None:
            return True
        return candidate.desk_load.units + ticket.units <= partner.capacity + _extra(candidate, floor)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return ticket.units

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        extra = _extra(candidate, floor)
        room = (
            candidate.capacity
            if candidate.capacity is None or candidate.kind == "agent"
            else candidate.capacity + extra
        )
        own = f"{candidate.called} holds {candidate.load.units} of {'any number' if room is None else room}"
        if room is not None and candidate.load.units + ticket.units > room:
            return own
        partner = candidate.partner
        if candidate.kind == "agent" and partner is not None and partner.capacity is not None:
            return f"{own}, desk {partner.called} {candidate.desk_load.units} of {partner.capacity + extra}"
        return own

    @property
    def is_about_room(self) -> bool:
        return True

    @property
    def otherwise(self) -> str:
        return "full"

    @property
    def depends_on(self) -> Dependence:
        return "candidate"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "has room"


def _extra(candidate: Candidate, floor: Snapshot) -> int:
    """The units that were asked of the candidate's desk on top of its contract's, and are there."""
    return 0 if candidate.partner is None else floor.routing.extra_room(candidate.desk, floor.at_us)


@final
@attrs.frozen
class InScope(Requirement):
    """The desk's contract runs now and provides the work: excluded and unstated work it does not.

    Its start is included, its end not. The own house does all work.

    >>> print(InScope())
    in scope
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        partner = candidate.partner
        if partner is None:
            return True
        return partner.contract.holds_us(floor.at_us) and partner.scope.covers(floor.facts(ticket))

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return floor.scope_demand(ticket)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        if candidate.partner is None:
            return f"{candidate.called} is of the house"
        if not candidate.partner.contract.holds_us(floor.at_us):
            return f"the contract of {candidate.partner.called} runs {candidate.partner.contract}"
        answer = candidate.partner.scope.classify(floor.facts(ticket))
        return f"{candidate.partner.called}: {answer.explain()}"

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        if candidate.partner is None:
            return None
        edge = candidate.partner.contract.next_edge_us(floor.at_us)
        change = floor.next_fact_change(candidate.partner.scope.names(), ticket)
        return edge if change is None or (edge is not None and edge < change) else change

    @property
    def otherwise(self) -> str:
        return "out of scope"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "in scope"


@final
@attrs.frozen
class Cleared(Requirement):
    """The candidate may see the class of data that the ticket touches: cleared now, and so is the desk of a partner.

    Where ``Staff.data_agreements`` asks for an agreement they have signed it, or a partner has for its people.

    >>> print(Cleared())
    cleared for the data
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        sensitive = ticket.data_class
        if sensitive is None:
            return True
        return sees_us(floor.staff, candidate.agent, candidate.partner, sensitive, floor.at_us)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return ticket.data_class

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        if ticket.data_class is None:
            return "the ticket touches no class of data"
        told = sight(floor.staff, candidate.agent, candidate.partner, ticket.data_class, floor.at_us)
        return f"{candidate.called} {told}"

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        if ticket.data_class is None or not floor.staff.has_dates:
            return None
        return floor.staff.next_sight_change_us(candidate.desk, ticket.data_class, floor.at_us)

    @property
    def otherwise(self) -> str:
        return "not cleared"

    @property
    def depends_on(self) -> Dependence:
        return "candidate"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "cleared for the data"


FIRM: Requirement = Present() & OnShift() & NotAbsent() & UnderCeilings() & HasRoom() & InScope() & Cleared()
"""What no policy can drop: to be there, on shift, not absent, with room, in scope and cleared for the data."""
