"""What the floor remembers of somebody and of a ticket: loads, placements, offers, stages, refusals, charges.

Not here: the fold that changes them (``state``), where all of them can be had as well.

Layer: routing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import FrozenDict, to_us
from deskcore.routing.waiting import WaitingFacts


@final
@attrs.frozen
@lasting
class Load:
    """What one agent or one desk holds: units of room, tickets, and how many tickets ever came.

    ``idle_since`` is when the last held ticket left (``None`` while something is held, or nothing ever was),
    ``released_at`` when any ticket last left, ``turn`` the number of the last placement, counted over the whole floor
    (0: never). ``kinds`` counts held tickets by ``channel:<name>`` and ``queue:<name>``.
    """

    units: int = 0
    tickets: int = 0
    taken: int = 0
    idle_since: datetime | None = None
    last_placed_at: datetime | None = None
    released_at: datetime | None = None
    turn: int = 0
    kinds: FrozenDict[int] = attrs.field(factory=FrozenDict[int])

    def plus(self, units: int, at: datetime, *, turn: int = 0, kinds: tuple[str, ...] = ()) -> Load:
        """The load with one more ticket.

        >>> Load().plus(2, datetime.fromisoformat("2026-05-22T09:00Z")).units
        2
        """
        counts = _counted(self.kinds, kinds, 1)
        return Load(
            self.units + units, self.tickets + 1, self.taken + 1, None, at, self.released_at, turn or self.turn, counts
        )

    def minus(self, units: int, at: datetime, *, kinds: tuple[str, ...] = ()) -> Load:
        """The load with one ticket less."""
        tickets = self.tickets - 1
        counts = _counted(self.kinds, kinds, -1)
        idle = None if tickets else at
        return Load(self.units - units, tickets, self.taken, idle, self.last_placed_at, at, self.turn, counts)


def _counted(held: FrozenDict[int], kinds: tuple[str, ...], step: int) -> FrozenDict[int]:
    for kind in kinds:
        count = held.get(kind, 0) + step
        held = held.with_item(kind, count) if count else held.without(kind)
    return held


NO_LOAD: Final = Load()
"""Somebody who holds nothing and never has."""


def kinds_of(channel: str | None, queue: str | None) -> tuple[str, ...]:
    """What a ticket of a channel and a queue counts as.

    >>> kinds_of("chat", None)
    ('channel:chat',)
    """
    own = (("channel", channel), ("queue", queue))
    return tuple(f"{kind}:{name}" for kind, name in own if name is not None)


@final
@attrs.frozen
@lasting
class Placement:
    """Where a held ticket takes room, and since when.

    >>> Placement("bo", "house", 1, datetime.fromisoformat("2026-05-22T09:00Z")).agent
    'bo'
    """

    agent: str | None
    desk: str
    units: int
    since: datetime
    channel: str | None = None
    queue: str | None = None
    facts: WaitingFacts | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """What it counts as: its channel and its queue, where it has them."""
        return kinds_of(self.channel, self.queue)


@final
@attrs.frozen
@lasting
class Offer:
    """A ticket in somebody's hands for the moment: offered, not taken, with what it was while it waited.

    >>> from datetime import UTC
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> Offer(WaitingFacts("T-1", opened_at=nine, queued_at=nine), "bo", None).agent
    'bo'
    """

    facts: WaitingFacts
    agent: str
    expires_at: datetime | None


@final
@attrs.frozen
@lasting
class Stage:
    """How far a waiting ticket came in a policy of steps or rings, and when.

    >>> Stage(1, datetime.fromisoformat("2026-05-22T09:00Z")).index
    1
    """

    index: int
    since: datetime


@final
@attrs.frozen
@lasting
class Refused:
    """Who turned a ticket down, and when.

    >>> Refused("bo", datetime.fromisoformat("2026-05-22T09:00Z")).by
    'bo'
    """

    by: str
    at: datetime


@final
@attrs.frozen
@lasting
class Charge:
    """Something that counts against a limit, from when, and until when (``None``: for good).

    >>> Charge(datetime.fromisoformat("2026-05-22T09:00Z"), 1, None).amount
    1
    """

    at: datetime
    amount: int
    until: datetime | None


@final
@attrs.frozen
@lasting
class Held:
    """A gate held open or closed by hand, until when (``None``: until further notice).

    >>> Held(True, None).is_over(0)
    False
    """

    is_open: bool
    until: datetime | None

    def is_over(self, at_us: int) -> bool:
        """Whether it ended by an instant, in microseconds of UTC."""
        return self.until is not None and to_us(self.until) <= at_us
