"""Requirements by name: the queue served, whom the ticket names or rules out, whom a policy names.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import final

import attrs

from deskcore._value import from_us, instance_of_kind, to_us
from deskcore.errors import Problem
from deskcore.routing.claims import ELIGIBLE, Claims
from deskcore.routing.requirement import Dependence, Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Staff


@final
@attrs.frozen
class ServesQueue(Requirement):
    """The agent serves a queue, and the ticket has waited as long as the agent leaves that queue's tickets to others.

    The queue is the ticket's own unless one is named. Who lists no queues serves all; a ticket in none is anybody's.

    >>> print(ServesQueue())
    serves the queue
    """

    queue: str | None = None

    def _served(self, ticket: WaitingFacts) -> str | None:
        return self.queue if self.queue is not None else ticket.queue

    def _opens(self, ticket: WaitingFacts, candidate: Candidate) -> int | None:
        """When the agent may take it, in microseconds of UTC; ``None``: never."""
        agent, queue = candidate.agent, self._served(ticket)
        if agent is None or not agent.queues or queue is None:
            return 0
        served = agent.queues.get(queue)
        return None if served is None else to_us(ticket.queued_at) + served.delay.microseconds

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        opens = self._opens(ticket, candidate)
        return opens is not None and opens <= floor.at_us

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        opens = self._opens(ticket, candidate)
        return opens if opens is not None and opens > floor.at_us else None

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        delayed = any(one.delay for agent in floor.staff.agents for one in agent.queues.values())
        return (self._served(ticket), ticket.queued_at if delayed else None)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        queue = self._served(ticket)
        opens = self._opens(ticket, candidate)
        if opens is None:
            return f"{candidate.called} does not serve queue {queue}"
        if opens > floor.at_us:
            return f"{candidate.called} leaves queue {queue} to others until {from_us(opens).isoformat()}"
        return f"{candidate.called} serves queue {queue}" if queue is not None else "the ticket stands in no queue"

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        serving = (agent for agent in staff.agents if not agent.queues or self.queue in agent.queues)
        if self.queue is not None and next(serving, None) is None:
            yield Problem(path, f"asks for queue {self.queue!r}, which nobody serves", "nobody_eligible")

    @property
    def otherwise(self) -> str:
        return "not serving the queue"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "serves the queue" if self.queue is None else f"serves queue {self.queue}"


@final
@attrs.frozen
class Allowed(Requirement):
    """The ticket does not restrict who may have it, or names the candidate; and it does not exclude the candidate.

    >>> print(Allowed())
    allowed by the ticket
    """

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        return candidate.id not in ticket.excluded and (not ticket.allowed or candidate.id in ticket.allowed)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return (ticket.allowed, ticket.excluded)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del floor
        if candidate.id in ticket.excluded:
            return f"the ticket excludes {candidate.called}"
        if not ticket.allowed:
            return "the ticket may go to anybody"
        state = "names" if candidate.id in ticket.allowed else "does not name"
        return f"the ticket {state} {candidate.called}"

    @property
    def otherwise(self) -> str:
        return "not allowed"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "allowed by the ticket"


@final
@attrs.frozen
class Among(Requirement):
    """The candidate is one of these, by id, whatever the ticket says.

    >>> print(Among(("bo", "mia")))
    bo or mia
    """

    ids: tuple[str, ...] = attrs.field(
        validator=instance_of_kind(str, "must be the id of an agent or a partner", many=True)
    )

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket, floor
        return candidate.id in self.ids

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        state = "is" if self.test(ticket, candidate, floor) else "is not"
        return f"{candidate.called} {state} among {', '.join(self.ids)}"

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        for name in self.ids:
            if not (staff.knows_agent(name) or staff.knows_partner(name)):
                yield Problem(path, f"names the unknown agent {name!r}", "unknown_agent")

    @property
    def otherwise(self) -> str:
        return "not among them"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return " or ".join(self.ids) or "nobody"


@final
@attrs.frozen
class IsPreferred(Requirement):
    """The ticket asks for the candidate by name. One that asks for nobody is anybody's, or nobody's if ``strict``.

    >>> print(IsPreferred())
    asked for by name
    """

    strict: bool = False

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del floor
        return candidate.id in ticket.preferred or (not ticket.preferred and not self.strict)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return ticket.preferred

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del floor
        if not ticket.preferred:
            return "the ticket asks for nobody by name"
        state = "asks" if candidate.id in ticket.preferred else "does not ask"
        return f"the ticket {state} for {candidate.called}"

    @property
    def otherwise(self) -> str:
        return "not asked for"

    @property
    def depends_on(self) -> Dependence:
        return "record"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return "asked for by name"
