"""The firm requirements: what no policy can drop, whatever else it asks or forgets to ask.

To be there, on shift, with room for the ticket, in the scope of the desk's contract and cleared for the data.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import final

import attrs

from deskcore.routing.claims import ELIGIBLE, Claims
from deskcore.routing.requirement import Dependence, Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff.agent import ALL_TICKETS


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
class UnderCeilings(Requirement):
    """No ceiling of the agent is reached: over all tickets held, those of the ticket's channel, those of its queue.

    A ticket without a channel or queue counts against no ceiling over one; ``queue:*`` is a ceiling over each queue.

    >>> print(UnderCeilings())
    under the ceilings
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        agent = candidate.agent
        return agent is None or not agent.ceilings or _reached(ticket, candidate) is None

    def failing(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> Requirement | None:
        del floor
        found = _reached(ticket, candidate)
        return None if found is None else Ceiling(found[0])

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return (ticket.channel, ticket.queue)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del floor
        found = _reached(ticket, candidate)
        if found is None:
            return f"{candidate.called} is under every ceiling"
        kind, held, most = found
        return f"{candidate.called} holds {held} of at most {most} {_ceiling_words(kind)}"

    @property
    def is_about_room(self) -> bool:
        return True

    @property
    def otherwise(self) -> str:
        return "at a ceiling"

    @property
    def depends_on(self) -> Dependence:
        return "candidate"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "under the ceilings"


@final
@attrs.frozen
class Ceiling(Requirement):
    """One of the agent's ceilings is not reached, by its key: ``*``, ``channel:<name>``, ``queue:<name>``, ``queue:*``.

    >>> print(Ceiling("channel:chat"))
    under the ceiling of chat tickets
    """

    kind: str

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        found = _reached(ticket, candidate)
        return found is None or found[0] != self.kind

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        return UnderCeilings().because(ticket, candidate, floor)

    @property
    def is_about_room(self) -> bool:
        return True

    @property
    def otherwise(self) -> str:
        return f"at the ceiling of {_ceiling_words(self.kind)}"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"under the ceiling of {_ceiling_words(self.kind)}"


def _ceiling_words(kind: str) -> str:
    if kind == ALL_TICKETS:
        return "tickets"
    family, _, name = kind.partition(":")
    if family == "queue":
        return "tickets of a queue" if name == ALL_TICKETS else f"tickets of queue {name}"
    return f"{name} tickets"


def _reached(ticket: WaitingFacts, candidate: Candidate) -> tuple[str, int, int] | None:
    """The first ceiling reached, with what is held and the most: by channel, by queue, over all."""
    if candidate.agent is None:
        return None
    ceilings, load = candidate.agent.ceilings, candidate.load
    asked: list[tuple[str, int]] = []
    if ticket.channel is not None:
        asked.append((f"channel:{ticket.channel}", load.kinds.get(f"channel:{ticket.channel}", 0)))
    if ticket.queue is not None:
        held = load.kinds.get(f"queue:{ticket.queue}", 0)
        asked += [(f"queue:{ticket.queue}", held), (f"queue:{ALL_TICKETS}", held)]
    asked.append((ALL_TICKETS, load.tickets))
    return next(
        ((kind, held, ceilings[kind]) for kind, held in asked if kind in ceilings and held >= ceilings[kind]), None
    )


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
    """The work is provided by the desk's contract: excluded and unstated work is not. The own house does all work.

    >>> print(InScope())
    in scope
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        return candidate.partner is None or candidate.partner.scope.covers(floor.facts(ticket))

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return floor.scope_demand(ticket)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        if candidate.partner is None:
            return f"{candidate.called} is of the house"
        answer = candidate.partner.scope.classify(floor.facts(ticket))
        return f"{candidate.partner.called}: {answer.explain()}"

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        if candidate.partner is None:
            return None
        return floor.next_fact_change(candidate.partner.scope.names(), ticket)

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
    """The candidate, and a partner's agreement too, cover the class of data that the ticket touches.

    >>> print(Cleared())
    cleared for the data
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        if ticket.data_class is None:
            return True
        partner = candidate.partner
        return ticket.data_class in candidate.clearances and (
            partner is None or ticket.data_class in partner.clearances
        )

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return ticket.data_class

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        if ticket.data_class is None:
            return "the ticket touches no class of data"
        state = "is" if self.test(ticket, candidate, floor) else "is not"
        return f"{candidate.called} {state} cleared for {ticket.data_class}"

    @property
    def otherwise(self) -> str:
        return "not cleared"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "cleared for the data"


FIRM: Requirement = Present() & OnShift() & UnderCeilings() & HasRoom() & InScope() & Cleared()
"""What no policy can drop: to be there, on shift, with room, in scope and cleared for the data."""
