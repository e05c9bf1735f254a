"""What this room's own events make of a ledger: firings, acknowledgements, and what people do by hand.

Not here: what changes of the ticket make of it (``fold``).

Layer: escalation. Imports log and its own room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

import attrs

from deskcore._value import FrozenDict
from deskcore.escalation.due import Counted
from deskcore.escalation.events import (
    Acknowledged,
    AcknowledgementWithdrawn,
    Alerted,
    DeEscalated,
    EscalatedByHand,
    EscalationCancelled,
    RungAnswered,
    RungFired,
    Snoozed,
)
from deskcore.escalation.gates import kept
from deskcore.escalation.ledger import Call, Ledger
from deskcore.log import Event, EventData

NOBODY: Final = FrozenDict[datetime]()
"""Nobody has acknowledged for themselves alone."""


def counted(ledger: Ledger, what: Counted, at: datetime) -> Ledger:
    """One more of what is counted.

    >>> from datetime import UTC
    >>> len(counted(Ledger(), "alerted", datetime(2026, 5, 22, tzinfo=UTC)).counts["alerted"])
    1
    """
    return attrs.evolve(ledger, counts=ledger.counts.with_item(what, kept(ledger.counts.get(what, ()), at)))


def _fired(ledger: Ledger, event: Event) -> Ledger:
    assert isinstance(event.data, RungFired)
    return fold_fired(ledger, event.data)


def fold_fired(ledger: Ledger, firing: RungFired) -> Ledger:
    """The ledger with one more firing in it, with all that the plan reads of it.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> third = RungFired("T-1/hierarchic/1/lead/3", "lead", "hierarchic", noon, people=("mia",), number=2)
    >>> after = fold_fired(Ledger(), third)
    >>> after.repeats, after.told
    (FrozenDict({'T-1/hierarchic/1/lead': 2}), ('mia',))
    """
    fired, repeats = ledger.fired.with_item(firing.key, firing.due), ledger.repeats
    if firing.number:
        first = firing.key.rpartition("/")[0]
        if first not in fired:  # the first ones were past at the change that called for them
            fired = fired.with_item(first, firing.due)
        repeats = repeats.with_item(first, firing.number)
    told = tuple(dict.fromkeys((*ledger.told, *firing.people))) if firing.people else ledger.told
    last = firing.people or ledger.told_last
    if firing.call:
        return attrs.evolve(ledger, fired=fired, told=told)
    outcomes, asked, calls, reached = ledger.outcomes, ledger.asked, ledger.calls, ledger.reached
    if firing.outcome != "done":
        outcomes = outcomes.with_item(firing.key, firing.outcome)
    climbed = reached.get(firing.axis, ())
    if firing.outcome in {"done", "muted"} and firing.rung not in climbed:
        reached = reached.with_item(firing.axis, (*climbed, firing.rung))
    if firing.asks_pool:
        asked = asked.with_item(firing.key, firing.rung)
    if firing.called:
        calls = (*calls, Call(firing.key, firing.rung, firing.called, firing.seen or firing.due))
    looks = ledger.looks if firing.seen is None else ledger.looks.with_item(firing.key, firing.seen)
    return attrs.evolve(
        ledger,
        fired=fired,
        repeats=repeats,
        told=told,
        looks=looks,
        told_last=last,
        outcomes=outcomes,
        asked=asked,
        calls=calls,
        reached=reached,
        each_acks=firing.each_acks,
        pinned=ledger.pinned or firing.matrix,
    )


def _answered(ledger: Ledger, event: Event) -> Ledger:
    assert isinstance(event.data, RungAnswered)
    people = event.data.people
    return attrs.evolve(
        ledger,
        asked=ledger.asked.without(event.data.key),
        told=tuple(dict.fromkeys((*ledger.told, *people))),
        told_last=people or ledger.told_last,
    )


def _acknowledged(ledger: Ledger, event: Event) -> Ledger:
    assert isinstance(event.data, Acknowledged)
    by = event.data.by
    if event.data.alone:
        return attrs.evolve(
            ledger, hand=attrs.evolve(ledger.hand, answered=ledger.hand.answered.with_item(by, event.at))
        )
    if ledger.is_acknowledged:
        return ledger
    return attrs.evolve(ledger, acknowledged_by=by, acknowledged_at=event.at, calls=())


def _withdrawn(ledger: Ledger, event: Event) -> Ledger:
    if not ledger.is_acknowledged:
        return ledger
    return attrs.evolve(
        ledger,
        cycle=ledger.cycle + 1,
        cycle_at=event.at,
        changed_at=event.at,
        acknowledged_by=None,
        acknowledged_at=None,
        hand=attrs.evolve(ledger.hand, more_passes=0, answered=NOBODY),
        calls=(),
    )


def _by_hand(ledger: Ledger, event: Event) -> Ledger:
    """The cycle goes on: a rung called for is the next one, not the first."""
    assert isinstance(event.data, EscalatedByHand)
    hand = ledger.hand
    return attrs.evolve(
        ledger,
        changed_at=event.at,
        acknowledged_by=None,
        acknowledged_at=None,
        hand=attrs.evolve(
            hand,
            called=hand.called.with_item(event.data.key, event.at),
            more_passes=hand.more_passes + event.data.again,
            snoozed_until=None,
            cancelled=False,
        ),
    )


def _taken_back(ledger: Ledger, event: Event) -> Ledger:
    assert isinstance(event.data, DeEscalated)
    axis, hand = event.data.axis, ledger.hand
    return attrs.evolve(
        ledger,
        changed_at=event.at,
        reached=ledger.reached.without(axis),
        hand=attrs.evolve(
            hand,
            turns=hand.turns.with_item(axis, hand.turns.get(axis, 1) + 1),
            turned_at=hand.turned_at.with_item(axis, event.at),
        ),
    )


def _snoozed(ledger: Ledger, event: Event) -> Ledger:
    assert isinstance(event.data, Snoozed)
    return attrs.evolve(ledger, hand=attrs.evolve(ledger.hand, snoozed_until=event.data.until))


def _cancelled(ledger: Ledger, event: Event) -> Ledger:
    assert isinstance(event.data, EscalationCancelled)
    return attrs.evolve(ledger, hand=attrs.evolve(ledger.hand, cancelled=True, cancelled_by=event.data.by))


def _alerted(ledger: Ledger, event: Event) -> Ledger:
    return attrs.evolve(counted(ledger, "alerted", event.at), changed_at=event.at)


OWN: Final[Mapping[type[EventData], Callable[[Ledger, Event], Ledger]]] = MappingProxyType(
    {
        RungFired: _fired,
        RungAnswered: _answered,
        Acknowledged: _acknowledged,
        AcknowledgementWithdrawn: _withdrawn,
        EscalatedByHand: _by_hand,
        DeEscalated: _taken_back,
        Snoozed: _snoozed,
        EscalationCancelled: _cancelled,
        Alerted: _alerted,
    }
)
"""What each kind of event of this room does."""
