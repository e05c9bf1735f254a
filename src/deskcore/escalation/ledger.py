"""What has happened to a case's escalation so far: the fold that the plan reads.

Not here: the matrix and instants to come. A ledger holds no policy, so a changed matrix needs no log.

Layer: escalation. Imports log, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, final

import attrs

from deskcore._value import FrozenDict
from deskcore.escalation.events import Acknowledged, AcknowledgementWithdrawn, RungFired
from deskcore.log import Event, EventData
from deskcore.tickets.events import TICKET_EVENTS, Adopted, MessagePosted, Reopened
from deskcore.tickets.ticket import Ticket


@final
@attrs.frozen
class Ledger:
    """What fired, when the present episode and cycle began, who acknowledged, and since when nobody has the ticket.

    An ``episode`` begins with the opening and with each reopening; a ``cycle`` (counted through the whole case) with
    each episode and each withdrawn acknowledgement. ``changed_at`` is the last change that can call for other rungs or
    move their dues: what it finds past fires then, never before its cause. ``known_from`` is when an adopted ticket
    came here: what was due before it is the past of another system and never fires. ``fired`` maps keys to due
    instants, ``repeats`` the key of a repeating rung's first firing to the number of its latest,
    ``told`` whom the rungs of the present episode have addressed, each once.

    >>> Ledger(acknowledged_by="mia").is_acknowledged
    False
    """

    episode: int = 0
    episode_at: datetime | None = None
    cycle: int = 1
    cycle_at: datetime | None = None
    changed_at: datetime | None = None
    known_from: datetime | None = None
    unassigned_since: datetime | None = None
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    fired: FrozenDict[datetime] = attrs.field(factory=FrozenDict[datetime])
    repeats: FrozenDict[int] = attrs.field(factory=FrozenDict[int])
    told: tuple[str, ...] = ()

    @property
    def is_acknowledged(self) -> bool:
        """Whether somebody has taken the present cycle on."""
        return self.acknowledged_at is not None


def begin() -> Ledger:
    """The ledger of a case without events.

    >>> begin().episode
    0
    """
    return Ledger()


def step(ledger: Ledger, event: Event, ticket: Ticket) -> Ledger:
    """Fold one event; ``ticket`` is the ticket after it. Events of other rooms change nothing.

    The order is that of every fold, ``(at, seq)``. Constant cost, but for a fired rung, which copies the ledger's keys.

    >>> from deskcore.testing.tickets import NOON, opening
    >>> from deskcore.tickets import replay
    >>> ledger = step(begin(), opening("T-1"), replay([opening("T-1")]))
    >>> ledger.episode, ledger.episode_at == ledger.unassigned_since == NOON
    (1, True)
    """
    own = _OWN.get(type(event.data))
    if own is not None:
        return own(ledger, event)
    if type(event.data) not in _CHANGES:
        return ledger
    if ledger.episode_at is None:
        return _opened(event, ticket)
    if isinstance(event.data, Reopened):
        ledger = _new_episode(ledger, event.at)
    since = None if ticket.assignee is not None else ledger.unassigned_since or event.at
    return attrs.evolve(ledger, changed_at=event.at, unassigned_since=since)


def _opened(event: Event, ticket: Ticket) -> Ledger:
    opened = ticket.opened_at
    return Ledger(
        episode=1,
        episode_at=opened,
        cycle_at=opened,
        changed_at=event.at,
        known_from=event.at if isinstance(event.data, Adopted) else None,
        unassigned_since=opened if ticket.assignee is None else None,
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
        acknowledged_by=None,
        acknowledged_at=None,
    )


def _fired(ledger: Ledger, event: Event) -> Ledger:
    assert isinstance(event.data, RungFired)
    return fold_fired(ledger, event.data)


def fold_fired(ledger: Ledger, firing: RungFired) -> Ledger:
    """The ledger with one more firing in it.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> third = RungFired("T-1/hierarchic/1/lead/3", "lead", "hierarchic", noon, people=("mia",), number=2)
    >>> after = fold_fired(begin(), third)
    >>> after.repeats, after.told
    (FrozenDict({'T-1/hierarchic/1/lead': 2}), ('mia',))
    """
    fired, repeats = ledger.fired.with_item(firing.key, firing.due), ledger.repeats
    if firing.number:
        first = firing.key.rpartition("/")[0]
        if first not in fired:  # the first ones were past at the change that called for them
            fired = fired.with_item(first, firing.due)
        repeats = repeats.with_item(first, firing.number)
    told = tuple(dict.fromkeys((*ledger.told, *firing.people)))
    return attrs.evolve(ledger, fired=fired, repeats=repeats, told=told)


def _acknowledged(ledger: Ledger, event: Event) -> Ledger:
    assert isinstance(event.data, Acknowledged)
    if ledger.is_acknowledged:
        return ledger
    return attrs.evolve(ledger, acknowledged_by=event.data.by, acknowledged_at=event.at)


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
    )


# A message moves anchors forward only; it never makes anything past due.
_CHANGES: Final[frozenset[type[EventData]]] = frozenset(TICKET_EVENTS) - {MessagePosted}
_OWN: Final[Mapping[type[EventData], Callable[[Ledger, Event], Ledger]]] = MappingProxyType(
    {RungFired: _fired, Acknowledged: _acknowledged, AcknowledgementWithdrawn: _withdrawn}
)
