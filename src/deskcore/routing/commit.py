"""From a decision to events, and from a floor to its next decision. Apart from deciding, on purpose.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import UTC, datetime
from typing import Final, final

import attrs

from deskcore._value import from_us
from deskcore.errors import InvalidValue
from deskcore.log import EventData
from deskcore.routing.decision import Decision
from deskcore.routing.events import Dequeued, HandedOff, Offered, Placed, Routed
from deskcore.routing.policy import RoutingPolicy
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import HOUSE

_FINAL: Final = frozenset({"assign", "hand_off", "offer", "reject"})
"""Kinds of decision after which a ticket waits no more."""


@final
@attrs.frozen
class Commitment:
    """What a decision records: on the case's stream and on the floor's. The host stores both or neither.

    >>> Commitment().floor
    ()
    """

    case: tuple[EventData, ...] = ()
    floor: tuple[EventData, ...] = ()


def commit(decision: Decision, ticket: WaitingFacts) -> Commitment:
    """The events of a decision. ``wait`` and ``none`` record nothing: nothing has changed.

    Not here: what changes the ticket itself (its assignee, team and desk), which the tickets' room owns.

    >>> from datetime import UTC, datetime
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> ticket = WaitingFacts("T-1", opened_at=nine, queued_at=nine)
    >>> commit(Decision("assign", "T-1", agent="bo", desk="house"), ticket).floor
    (Placed(ticket='T-1', agent='bo', desk='house', units=1, channel=None, queue=None),)

    Raises:
        InvalidValue: the decision is about another ticket.
    """
    if decision.ticket != ticket.ticket:
        raise InvalidValue("decision", decision.ticket, f"must be about ticket {ticket.ticket}")
    if not decision.acts:
        return Commitment()
    routed = Routed(
        decision.kind,
        decision.agent,
        decision.team,
        decision.desk,
        decision.policy,
        decision.because,
        decision.key,
    )
    if decision.kind == "reject":
        return Commitment((routed,), (Dequeued(decision.ticket, "; ".join(decision.because)),))
    desk = decision.desk or HOUSE
    if decision.kind == "offer":
        offered = Offered(decision.ticket, decision.agent or "", desk, ticket.units, decision.expires_at)
        return Commitment((routed,), (offered, *decision.marks))
    handed = (HandedOff(desk, "; ".join(decision.because)),) if desk != HOUSE else ()
    placed = Placed(decision.ticket, decision.agent, desk, ticket.units, ticket.channel, ticket.queue)
    return Commitment((routed, *handed), (placed, *decision.marks))


def in_line(policy: RoutingPolicy, floor: Snapshot) -> tuple[WaitingFacts, ...]:
    """The waiting tickets as the policy serves them: by its own line, or by the usual one. Cost: n log n.

    >>> from datetime import UTC, datetime
    >>> from deskcore.routing import ToAgent
    >>> from deskcore.staff import Staff
    >>> in_line(ToAgent(), Snapshot(at=datetime(2026, 5, 22, 9, tzinfo=UTC), staff=Staff()))
    ()
    """
    line = policy.kept_line
    return floor.waiting if line is None else line.ordered(floor.routing.waiting.values())


def next_placement(
    policy: RoutingPolicy, floor: Snapshot, line: Iterable[WaitingFacts] | None = None
) -> Decision | None:
    """The decision for the best waiting ticket that anybody can take now; ``None`` when nobody can take any.

    ``line`` is ``in_line(policy, floor)`` where that is known already. Asked again after each commitment, it drains the
    line in order: freed capacity always serves the best waiting ticket before any newcomer. Cost: a decision for each
    different demand among the tickets that must go on waiting before it.

    >>> from datetime import UTC, datetime
    >>> from deskcore.routing import ToAgent
    >>> from deskcore.staff import Staff
    >>> next_placement(ToAgent(), Snapshot(at=datetime(2026, 5, 22, 9, tzinfo=UTC), staff=Staff())) is None
    True
    """
    fruitless: set[Hashable] = set()
    for ticket in in_line(policy, floor) if line is None else line:
        demand = floor.demand(policy, ticket)
        if demand in fruitless:
            continue
        if policy.would(ticket, floor) in _FINAL:
            return policy.answer(ticket, floor)
        fruitless.add(demand)
    return None


def next_for(policy: RoutingPolicy, floor: Snapshot, agent: str) -> Decision | None:
    """The ticket that a freed agent should take, if everybody else were busy; ``None`` when there is none for them.

    The queues that the agent serves come in their order of priority, the lowest number first; inside one the line's.

    >>> from datetime import UTC, datetime
    >>> from deskcore.routing import ToAgent
    >>> from deskcore.staff import Agent, Staff
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> next_for(ToAgent(), Snapshot(at=nine, staff=Staff(agents=(Agent("bo"),))), "bo") is None
    True

    Raises:
        UnknownName: there is no such agent.
    """
    served = floor.staff.agent(agent).queues
    alone = attrs.evolve(floor, staff=attrs.evolve(floor.staff, agents=(floor.staff.agent(agent),)))
    waiting = in_line(policy, floor)
    first = {name: queue.priority for name, queue in served.items()}
    for ticket in sorted(waiting, key=lambda one: first.get(one.queue or "", 0)):
        if policy.would(ticket, alone) in {"assign", "offer"}:
            return policy.answer(ticket, alone)
    return None


def next_relaxation(policy: RoutingPolicy, floor: Snapshot) -> datetime | None:
    """When time alone may change what becomes of some waiting ticket; ``None`` when it never does. May be early.

    Cost: one look for each different demand among the waiting tickets.
    """
    asked: dict[Hashable, int | None] = {}
    for ticket in floor.routing.waiting.values():
        demand = floor.demand(policy, ticket)
        if demand not in asked:
            asked[demand] = policy.next_change(ticket, floor)
    first = min((change for change in asked.values() if change is not None), default=None)
    return None if first is None else from_us(first, floor.at.tzinfo or UTC)
