"""Requirements that time gives and takes: conditions over the ticket, certificates, rest, recent activity.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import final

import attrs

from deskcore._value import from_us, instance_of_kind, named, to_us
from deskcore.errors import Problem
from deskcore.hours import ElapsedDuration
from deskcore.predicate import Condition
from deskcore.predicate.nodes import A_CONDITION
from deskcore.routing.claims import ELIGIBLE, Claims
from deskcore.routing.kinds import amount
from deskcore.routing.requirement import Dependence, Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Staff


@final
@attrs.frozen
class TicketMeets(Requirement):
    """A condition over the ticket's facts holds, whoever the candidate.

    >>> from deskcore.predicate import Is
    >>> print(TicketMeets(Is("vip", True)))
    the ticket: vip is True
    """

    condition: Condition = attrs.field(validator=instance_of_kind(Condition, A_CONDITION))

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del candidate
        return self.condition.test(floor.facts(ticket))

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        del candidate
        return floor.next_fact_change(self.condition.names(), ticket)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        own = floor.next_fact_change(self.condition.names(), ticket)
        return (own, self.condition.test(floor.facts(ticket)))

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del candidate
        return f"the ticket: {self.condition.explain(floor.facts(ticket)).explain()}"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"the ticket: {self.condition}"


@final
@attrs.frozen
class Certified(Requirement):
    """The agent holds a certificate that has not lapsed: it is valid until its instant, which is not included.

    >>> print(Certified("fire safety"))
    certified in fire safety
    """

    certificate: str = attrs.field(validator=named)

    def _until(self, candidate: Candidate) -> int | None:
        until = None if candidate.agent is None else candidate.agent.certificates.get(self.certificate)
        return None if until is None else to_us(until)

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket
        until = self._until(candidate)
        return until is not None and floor.at_us < until

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        return self._until(candidate) if self.test(ticket, candidate, floor) else None

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        until = self._until(candidate)
        if until is None:
            return f"{candidate.called} holds no certificate in {self.certificate}"
        state = "until" if self.test(ticket, candidate, floor) else "lapsed at"
        return f"{candidate.called} is certified in {self.certificate}, {state} {from_us(until).isoformat()}"

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        if not any(self.certificate in agent.certificates for agent in staff.agents):
            yield Problem(path, f"asks for the certificate {self.certificate!r}, which nobody holds", "nobody_eligible")

    @property
    def otherwise(self) -> str:
        return f"not certified in {self.certificate}"

    @property
    def depends_on(self) -> Dependence:
        return "candidate"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"certified in {self.certificate}"


@final
@attrs.frozen
class Rested(Requirement):
    """More elapsed time than the agent's ``wrap_up`` has passed since their last ticket left. Exactly is not more.

    >>> print(Rested())
    rested
    """

    def _over(self, candidate: Candidate) -> int | None:
        """The first instant at which the rest is over; ``None`` when there is none to take."""
        agent, released = candidate.agent, candidate.load.released_at
        if agent is None or agent.wrap_up is None or released is None:
            return None
        return to_us(released) + agent.wrap_up.microseconds + 1

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket
        over = self._over(candidate)
        return over is None or over <= floor.at_us

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        return None if self.test(ticket, candidate, floor) else self._over(candidate)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        if self.test(ticket, candidate, floor):
            return f"{candidate.called} needs no rest"
        return f"{candidate.called} wraps up until {from_us((self._over(candidate) or 1) - 1).isoformat()}"

    @property
    def otherwise(self) -> str:
        return "wrapping up"

    @property
    def depends_on(self) -> Dependence:
        return "candidate"

    def __str__(self) -> str:
        return "rested"


@final
@attrs.frozen
class ActiveWithin(Requirement):
    """The ticket's last activity is not longer ago than an elapsed time; exactly so long is not longer.

    Its opening counts where nothing is known of later activity.

    >>> from deskcore.hours import elapsed
    >>> print(ActiveWithin(elapsed(hours=48)))
    active within 2d
    """

    amount: ElapsedDuration = attrs.field(validator=amount())

    def _ends(self, ticket: WaitingFacts) -> int:
        return to_us(ticket.last_activity_at or ticket.opened_at) + self.amount.microseconds

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del candidate
        return floor.at_us <= self._ends(ticket)

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        return self._ends(ticket) + 1 if self.test(ticket, candidate, floor) else None

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del floor
        return self._ends(ticket)

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del candidate, floor
        return f"the ticket's last activity was at {(ticket.last_activity_at or ticket.opened_at).isoformat()}"

    @property
    def otherwise(self) -> str:
        return "for a ticket long inactive"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return f"active within {self.amount}"
