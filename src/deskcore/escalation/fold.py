"""How a case's events change its ledger: the fold that live and replayed cases share.

Not here: what the room's own events do (``fold_own``).

Layer: escalation. Imports log, staff, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import attrs

from deskcore._value import FrozenDict
from deskcore.escalation.fold_own import NOBODY, OWN, counted
from deskcore.escalation.ledger import Ledger, begin
from deskcore.escalation.renaming import renamed
from deskcore.log import Event, EventData
from deskcore.predicate import Condition
from deskcore.staff import HOUSE
from deskcore.tickets.events import TICKET_EVENTS, Adopted, Assigned, MessagePosted, PolicyPinned, Reopened, Transferred
from deskcore.tickets.facts import facts as facts_of
from deskcore.tickets.ticket import Ticket

__all__ = ["begin", "step"]

_CHANGES: Final[frozenset[type[EventData]]] = frozenset(TICKET_EVENTS)


def step(
    ledger: Ledger, event: Event, ticket: Ticket, watched: Sequence[Condition] = (), before: Ticket | None = None
) -> Ledger:
    """Fold one event; ``ticket`` is the ticket after it. Events of other rooms change nothing.

    ``watched`` are the conditions that rungs count from (``Matrix.watched``): the ledger remembers since when each has
    held; one that is new to a case and held ``before`` the event, since that ticket's last update. The order is that of
    every fold, ``(at, seq)``. Constant cost, but for a fired rung, which copies the ledger's keys, and for what is
    watched.

    >>> from deskcore.testing.tickets import NOON, opening
    >>> from deskcore.tickets import replay
    >>> ledger = step(begin(), opening("T-1"), replay([opening("T-1")]))
    >>> ledger.episode, ledger.episode_at == ledger.unassigned_since == NOON
    (1, True)
    """
    kind = type(event.data)
    own = OWN.get(kind)
    if own is not None:
        return own(ledger, event)
    if kind is not MessagePosted and kind not in _CHANGES:
        return ledger
    after = _heard(ledger, event) if kind is MessagePosted else _changed(ledger, event, ticket)
    return _seen(after, event, ticket, watched, before) if watched or after.held_since else after


def _changed(ledger: Ledger, event: Event, ticket: Ticket) -> Ledger:
    kind = type(event.data)
    if ledger.episode_at is None:
        return _opened(event, ticket)
    if kind is Reopened:
        ledger = counted(_new_episode(ledger, event.at), "reopened", event.at)
    elif isinstance(event.data, PolicyPinned):
        ledger = renamed(attrs.evolve(ledger, pinned=event.data.matrix or ledger.pinned), event.data.renamed)
    elif kind is Assigned or kind is Transferred:
        ledger = counted(ledger, "reassigned", event.at)
    since = None if ticket.assignee is not None else ledger.unassigned_since or event.at
    vendor = ledger.vendor_since or event.at if _is_with_vendor(ticket) else None
    return attrs.evolve(ledger, changed_at=event.at, unassigned_since=since, vendor_since=vendor)


def _is_with_vendor(ticket: Ticket) -> bool:
    """Whether a partner desk has the ticket, or it waits for a vendor or a partner."""
    return ticket.desk not in {None, HOUSE} or ticket.status.waits_for in {"vendor", "partner"}


def _seen(ledger: Ledger, event: Event, ticket: Ticket, watched: Sequence[Condition], before: Ticket | None) -> Ledger:
    """Since when each condition has held: from the event that made it true, until one that makes it false."""
    known = facts_of(ticket)
    past = None if before is None else facts_of(before)
    held: dict[str, datetime] = {}
    for one in watched:
        if one.test(known):
            # What was watched and held would be remembered: this one is new here, or has just become true.
            new = before is not None and past is not None and one.test(past)
            since = before.marks.updated_at if new and before is not None else event.at
            held[str(one)] = ledger.held_since.get(str(one), since)
    return ledger if held == ledger.held_since else attrs.evolve(ledger, held_since=FrozenDict(held))


def _heard(ledger: Ledger, event: Event) -> Ledger:
    """A message moves anchors forward only; of those kept here, that of a partner's silence."""
    assert isinstance(event.data, MessagePosted)
    if event.data.author_role not in {"partner", "vendor"} or ledger.vendor_since is None:
        return ledger
    return attrs.evolve(ledger, vendor_since=event.at)


def _opened(event: Event, ticket: Ticket) -> Ledger:
    opened = ticket.opened_at
    return Ledger(
        episode=1,
        episode_at=opened,
        cycle_at=opened,
        changed_at=event.at,
        known_from=event.at if isinstance(event.data, Adopted) else None,
        unassigned_since=opened if ticket.assignee is None else None,
        vendor_since=opened if _is_with_vendor(ticket) else None,
    )


def _new_episode(ledger: Ledger, at: datetime) -> Ledger:
    return attrs.evolve(
        ledger,
        episode=ledger.episode + 1,
        episode_at=at,
        cycle=ledger.cycle + 1,
        cycle_at=at,
        # Somebody who left the ticket resolved did not leave it waiting for a person.
        unassigned_since=None,
        told=(),
        told_last=(),
        acknowledged_by=None,
        acknowledged_at=None,
        hand=attrs.evolve(ledger.hand, more_passes=0, answered=NOBODY, snoozed_until=None, cancelled=False),
        calls=(),
        each_acks=False,
        reached=FrozenDict(),
    )
