"""What has happened to a case's escalation so far, as the plan reads it.

Not here: how an event changes it (``fold``), the matrix and instants to come. A ledger holds no policy, so a changed
matrix needs no log.

Layer: escalation. Imports its own room.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import FrozenDict
from deskcore.escalation.events import Outcome

Instants = tuple[datetime, ...]


@final
@attrs.frozen
@lasting
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
@lasting
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
@lasting
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
    it or to which it was migrated. ``held_since`` says of each condition that some rung counts from, by its words,
    since when it has held.

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
    held_since: FrozenDict[datetime] = attrs.field(factory=FrozenDict[datetime])

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
