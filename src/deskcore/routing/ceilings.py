"""An agent's own ceilings: how many tickets at once, of all, of a channel, of a queue.

One of the firm requirements, shown in ``deskcore.routing.firm`` with the others.

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
