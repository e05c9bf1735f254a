"""What has happened to a case's escalation so far: the fold that the plan reads.

Not here: the matrix and instants to come. A ledger holds no policy, so a changed matrix needs no log.

Layer: escalation. Imports log, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final, NamedTuple, final

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
    Outcome,
    RungAnswered,
    RungFired,
    Snoozed,
)
from deskcore.escalation.gates import kept
from deskcore.log import Event, EventData
from deskcore.staff import HOUSE
from deskcore.tickets.events import TICKET_EVENTS, Adopted, Assigned, MessagePosted, PolicyPinned, Reopened, Transferred
from deskcore.tickets.ticket import Ticket

Instants = tuple[datetime, ...]


@final
@attrs.frozen
class Call:
    """People whose own rules of contact began with a firing: whom, since when, for which rung.

    >>> from datetime import UTC
    >>> Call("T-1/hierarchic/1/lead", "lead", ("mia",), datetime(2026, 5, 22, tzinfo=UTC)).people
    ('mia',)
    """

    key: str
    rung: str
    people: tuple[str, ...]
    at: datetime


@final
@attrs.frozen
class ByHand:
    """What people did to a ticket's escalation.

    ``called`` are firings somebody called for, with the instant; ``more_passes`` how many passes of the ladder beyond
    its own; ``answered`` who acknowledged for themselves alone; ``turns`` by axis how often it was taken back,
    ``turned_at`` the last of them.

    >>> ByHand().cancelled
    False
    """

    called: FrozenDict[datetime] = attrs.field(factory=FrozenDict[datetime])
    more_passes: int = 0
    answered: FrozenDict[datetime] = attrs.field(factory=FrozenDict[datetime])
    turns: FrozenDict[int] = attrs.field(factory=FrozenDict[int])
    turned_at: FrozenDict[datetime] = attrs.field(factory=FrozenDict[datetime])
    snoozed_until: datetime | None = None
    cancelled: bool = False
    cancelled_by: str = ""


_UNTOUCHED: Final = ByHand()


class Position(NamedTuple):
    """How far a ticket has climbed: towards expertise, and towards authority. The two move independently.

    >>> Ledger().position
    Position(functional=0, hierarchic=0)
    """

    functional: int
    hierarchic: int


@final
@attrs.frozen
class Ledger:
    """What fired, when the present episode and cycle began, who acknowledged, and since when nobody has the ticket.

    An ``episode`` begins with the opening and with each reopening; a ``cycle`` (counted through the whole case) with
    each episode and each withdrawn acknowledgement. ``changed_at`` is the last change that can call for other rungs or
    move their dues: what it finds past fires then, never before its cause. ``known_from`` is when an adopted ticket
    came here: what was due before it is the past of another system and never fires. ``fired`` maps keys to due
    instants, ``repeats`` the key of a repeating rung's first firing to the number of its latest,
    ``told`` whom the rungs of the present episode have addressed, each once, ``told_last`` the latest of them alone.
    ``outcomes`` holds what became of the firings that were not done, ``looks`` when those were seen that others count
    from, ``asked`` by key the rungs that wait for the floor to say who of a pool is next. ``reached`` are, by axis, the
    rungs that the present episode has climbed; ``counts`` the instants of what is counted; ``vendor_since`` the last
    sign of the partner desk or vendor that has the ticket; ``pinned`` is the matrix, by reference, that first fired for
    it or to which it was migrated.

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
    told_last: tuple[str, ...] = ()
    hand: ByHand = _UNTOUCHED
    calls: tuple[Call, ...] = ()
    each_acks: bool = False
    outcomes: FrozenDict[Outcome] = attrs.field(factory=FrozenDict[Outcome])
    looks: FrozenDict[datetime] = attrs.field(factory=FrozenDict[datetime])
    asked: FrozenDict[str] = attrs.field(factory=FrozenDict[str])
    reached: FrozenDict[tuple[str, ...]] = attrs.field(factory=FrozenDict[tuple[str, ...]])
    counts: FrozenDict[Instants] = attrs.field(factory=FrozenDict[Instants])
    vendor_since: datetime | None = None
    pinned: str = ""

    @property
    def position(self) -> Position:
        """How many rungs of each axis the present episode has climbed; only taking it back lowers one."""
        return Position(len(self.reached.get("functional", ())), len(self.reached.get("hierarchic", ())))

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
    kind = type(event.data)
    own = _OWN.get(kind)
    if own is not None:
        return own(ledger, event)
    if kind is MessagePosted:
        return _heard(ledger, event)
    if kind not in _CHANGES:
        return ledger
    if ledger.episode_at is None:
        return _opened(event, ticket)
    if kind is Reopened:
        ledger = _counted(_new_episode(ledger, event.at), "reopened", event.at)
    elif isinstance(event.data, PolicyPinned):
        ledger = attrs.evolve(ledger, pinned=event.data.matrix or ledger.pinned)
    elif kind is Assigned or kind is Transferred:
        ledger = _counted(ledger, "reassigned", event.at)
    since = None if ticket.assignee is not None else ledger.unassigned_since or event.at
    vendor = ledger.vendor_since or event.at if _is_with_vendor(ticket) else None
    return attrs.evolve(ledger, changed_at=event.at, unassigned_since=since, vendor_since=vendor)


def _is_with_vendor(ticket: Ticket) -> bool:
    """Whether a partner desk has the ticket, or it waits for a vendor or a partner."""
    return ticket.desk not in {None, HOUSE} or ticket.status.waits_for in {"vendor", "partner"}


def _heard(ledger: Ledger, event: Event) -> Ledger:
    """A message moves anchors forward only; of those kept here, that of a partner's silence."""
    assert isinstance(event.data, MessagePosted)
    if event.data.author_role not in {"partner", "vendor"} or ledger.vendor_since is None:
        return ledger
    return attrs.evolve(ledger, vendor_since=event.at)


def _counted(ledger: Ledger, what: Counted, at: datetime) -> Ledger:
    return attrs.evolve(ledger, counts=ledger.counts.with_item(what, kept(ledger.counts.get(what, ()), at)))


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
        hand=attrs.evolve(ledger.hand, more_passes=0, answered=_NOBODY, snoozed_until=None, cancelled=False),
        calls=(),
        each_acks=False,
        reached=FrozenDict(),
    )


def _fired(ledger: Ledger, event: Event) -> Ledger:
    assert isinstance(event.data, RungFired)
    return fold_fired(ledger, event.data)


def fold_fired(ledger: Ledger, firing: RungFired) -> Ledger:
    """The ledger with one more firing in it, with all that the plan reads of it.

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
        calls = (*calls, Call(firing.key, firing.rung, firing.called, firing.due))
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
        hand=attrs.evolve(ledger.hand, more_passes=0, answered=_NOBODY),
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
    return attrs.evolve(_counted(ledger, "alerted", event.at), changed_at=event.at)


_NOBODY: Final = FrozenDict[datetime]()
_CHANGES: Final[frozenset[type[EventData]]] = frozenset(TICKET_EVENTS)
_OWN: Final[Mapping[type[EventData], Callable[[Ledger, Event], Ledger]]] = MappingProxyType(
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
