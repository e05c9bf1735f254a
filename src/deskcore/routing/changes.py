"""What time alone makes happen to a line: gates switch, offers lapse, rules of the line apply, steps are left early.

Each change is dated when it became true and recorded once; between two of them a policy sees the same floor.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import final

import attrs

from deskcore._value import from_us, to_us
from deskcore.log import EventData
from deskcore.routing.events import Dequeued, LineChanged, OfferWithdrawn
from deskcore.routing.gate import gates_due, next_gate_change
from deskcore.routing.line import Line, LineRule, waited_long_enough
from deskcore.routing.policy import RoutingPolicy
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff.absence import next_edge


@final
@attrs.frozen
class FloorChange:
    """An event of the floor and the instant at which it became true.

    >>> from deskcore.routing.events import GateOpened
    >>> FloorChange(datetime(2026, 5, 22, 9, tzinfo=UTC), GateOpened("busy", 10)).data.TYPE
    'gate_opened'
    """

    at: datetime
    data: EventData


def floor_changes_due(policy: RoutingPolicy, floor: Snapshot) -> tuple[FloorChange, ...]:
    """What has become true of the floor by its instant and is not recorded: gates, then offers, rules and steps.

    Recording the answer makes the next one empty, in as many rounds as changes cause each other. A late look asks at
    each instant that ``next_floor_change`` names. Cost: a reading of every gate and a look at every waiting ticket
    where the line has rules or the policy has steps.

    >>> from deskcore.routing import ToAgent
    >>> from deskcore.staff import Staff
    >>> floor_changes_due(ToAgent(), Snapshot(at=datetime(2026, 5, 22, 9, tzinfo=UTC), staff=Staff()))
    ()
    """
    gates = tuple(FloorChange(change.at, change.data) for change in gates_due(policy, floor))
    if gates:
        return gates
    found = [FloorChange(floor.at, data) for data in _offers_lost(floor)]
    line = policy.kept_line
    waiting = floor.routing.waiting.values()
    if line is not None and line.rules:
        found += [FloorChange(floor.at, data) for ticket in waiting for data in _ruled(line, ticket, floor)]
    if not found and policy.has_stages:
        stages = (data for ticket in waiting for data in policy.stages_due(ticket, floor))
        found += [FloorChange(floor.at, data) for data in stages]
    return tuple(found)


def next_floor_change(policy: RoutingPolicy, floor: Snapshot) -> datetime | None:
    """When time alone may change the floor: the snapshot's own instant when one is owed, ``None`` when it never does.

    It may be early, never late. Not here: when a waiting ticket may find somebody (``commit.next_relaxation``).

    >>> from deskcore.routing import ToAgent
    >>> from deskcore.staff import Staff
    >>> next_floor_change(ToAgent(), Snapshot(at=datetime(2026, 5, 22, 9, tzinfo=UTC), staff=Staff())) is None
    True
    """
    if floor_changes_due(policy, floor):
        return floor.at
    instants = [to_us(offer.expires_at) for offer in floor.routing.offers.values() if offer.expires_at is not None]
    for offer in floor.routing.offers.values():
        if floor.staff.knows_agent(offer.agent):
            begins = next_edge(floor.staff.agent(offer.agent).absences, floor.at_us)
            instants += [] if begins is None else [begins]
    line = policy.kept_line
    if line is not None:
        for ticket in floor.routing.waiting.values():
            instants += [due for rule in line.rules if (due := waited_long_enough(rule, ticket)) is not None]
    gate = next_gate_change(policy, floor)
    if gate is not None:
        instants.append(to_us(gate))
    first = min((instant for instant in instants if instant > floor.at_us), default=None)
    return None if first is None else from_us(first, floor.at.tzinfo or UTC)


def _offers_lost(floor: Snapshot) -> Iterator[EventData]:
    for ticket, offer in floor.routing.offers.items():
        if offer.expires_at is not None and to_us(offer.expires_at) <= floor.at_us:
            yield OfferWithdrawn(ticket, offer.agent, "the offer lapsed")
        elif not floor.presence.is_present(offer.agent):
            yield OfferWithdrawn(ticket, offer.agent, f"{offer.agent} is {floor.presence.of(offer.agent).explain()}")
        else:
            absence = floor.staff.absence(offer.agent, at=floor.at)
            if absence is not None:
                yield OfferWithdrawn(ticket, offer.agent, f"{offer.agent} is {absence}")


def _ruled(line: Line, ticket: WaitingFacts, floor: Snapshot) -> Iterator[EventData]:
    done = floor.routing.ruled.get(ticket.ticket, frozenset())
    due = [rule for rule in line.rules if rule.id not in done and _applies(rule, ticket, floor)]
    due.sort(key=lambda rule: waited_long_enough(rule, ticket) or 0)
    for rule in due:
        yield LineChanged(ticket.ticket, rule.id, rule.priority_rank, rule.move_to)
        if rule.cancels:
            yield Dequeued(ticket.ticket, f"rule {rule.id}")
            return


def _applies(rule: LineRule, ticket: WaitingFacts, floor: Snapshot) -> bool:
    due = waited_long_enough(rule, ticket)
    if due is not None:
        return due <= floor.at_us
    if rule.longer_than is None or ticket.queued_at != floor.at:
        return False  # only a newcomer finds the queue too long
    before = (one for one in floor.routing.waiting.values() if one.queue == ticket.queue)
    ahead = sum(_began(one) < _began(ticket) for one in before)
    return ahead + 1 > rule.longer_than


def _began(ticket: WaitingFacts) -> tuple[int, int, str]:
    return (to_us(ticket.queued_at), ticket.opened_order, ticket.ticket)
