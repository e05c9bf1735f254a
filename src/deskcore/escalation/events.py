"""What escalation records in a case's log.

Layer: escalation. Imports log only.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias, final

import attrs

from deskcore._value import aware, aware_or_none
from deskcore.log import EventData

Axis: TypeAlias = Literal["functional", "hierarchic"]
"""Towards more expertise (team, specialist, partner, vendor) or towards more authority (lead, manager, director)."""
Outcome: TypeAlias = Literal["done", "passed_over", "skipped", "muted", "dropped", "late", "stopped"]
"""What became of a rung that was due.

``done``: what it does, it did. ``passed_over``: its condition did not hold; used up. ``skipped``: outside its hours, or
nobody was there: it takes no time. ``muted``: it acted on the ticket and told nobody. ``dropped``: a quiet time used it
up. ``late``: found too late, used up. ``stopped``: outside its hours, and what counts from it never comes.
"""


@final
@attrs.frozen
class RungFired(EventData):
    """A rung was due and did what it does. Stored dated ``due``, however late somebody looked.

    ``key`` is unique for ever, ``people`` are those addressed as resolved at that look, ``path`` how they were found;
    ``number`` counts the firings of a rung that repeats, from 0. ``called`` are those whose own rules of contact began
    with it, ``call`` is the key of such a firing, for one message of theirs. ``each_acks``: from here on everybody
    acknowledges for themselves. ``asks_pool``: who of a pool is next, the floor has still to say. ``seen`` is
    when somebody looked, where another rung counts from that.

    >>> from datetime import UTC
    >>> midnight = datetime(2026, 5, 22, tzinfo=UTC)
    >>> fired = RungFired("T-1/hierarchic/1/lead", "lead", "hierarchic", midnight, people=("mia",))
    >>> fired.TYPE, fired.people
    ('rung_fired', ('mia',))
    """

    TYPE: ClassVar[str] = "rung_fired"
    key: str
    rung: str
    axis: Axis
    due: datetime = attrs.field(validator=aware)
    matrix: str = ""
    people: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    because: str = ""
    number: int = 0
    outcome: Outcome = "done"
    called: tuple[str, ...] = ()
    call: str = ""
    each_acks: bool = False
    asks_pool: bool = False
    seen: datetime | None = attrs.field(default=None, validator=aware_or_none)


@final
@attrs.frozen
class RungAnswered(EventData):
    """The floor said who of a pool is next for a rung that had fired; recorded once.

    >>> RungAnswered("T-1/hierarchic/1/lead", "first line", ("mia",)).people
    ('mia',)
    """

    TYPE: ClassVar[str] = "rung_answered"
    key: str
    pool: str
    people: tuple[str, ...] = ()
    path: tuple[str, ...] = ()


@final
@attrs.frozen
class PoolTurned(EventData):
    """It was somebody's turn in a pool, across all tickets: the next ticket gets the next one.

    >>> PoolTurned("first line", "mia", "T-1").TYPE
    'pool_turned'
    """

    TYPE: ClassVar[str] = "pool_turned"
    pool: str
    person: str
    ticket: str = ""


@final
@attrs.frozen
class Acknowledged(EventData):
    """Somebody took the escalation on: rungs that hold until an acknowledgement are silent from here on.

    ``alone``: only their own messages fall silent, those of calls that began before.

    >>> Acknowledged("mia").TYPE
    'acknowledged'
    """

    TYPE: ClassVar[str] = "acknowledged"
    by: str
    alone: bool = False


@final
@attrs.frozen
class AcknowledgementWithdrawn(EventData):
    """Nobody has the escalation any more: those rungs begin a new cycle here.

    >>> AcknowledgementWithdrawn("mia", "off sick").why
    'off sick'
    """

    TYPE: ClassVar[str] = "acknowledgement_withdrawn"
    by: str
    why: str = ""


@final
@attrs.frozen
class EscalatedByHand(EventData):
    """Somebody called for the next rung, which fires at once; whoever had acknowledged, has no more.

    ``key`` is that of the firing called for; ``again``: it begins one more pass of the ladder.

    >>> EscalatedByHand("bo", "boss", "T-1/hierarchic/1/boss", why="customer insists").rung
    'boss'
    """

    TYPE: ClassVar[str] = "escalated_by_hand"
    by: str
    rung: str
    key: str
    again: bool = False
    why: str = ""


@final
@attrs.frozen
class DeEscalated(EventData):
    """Somebody took the escalation back on one axis: its rungs begin afresh, with what lies ahead.

    >>> DeEscalated("bo", "functional", "was a printer").axis
    'functional'
    """

    TYPE: ClassVar[str] = "de_escalated"
    by: str
    axis: Axis
    why: str = ""


@final
@attrs.frozen
class Snoozed(EventData):
    """Nothing of this ticket's escalation fires before an instant; what is due until then fires at it.

    >>> from datetime import UTC
    >>> Snoozed("bo", datetime(2026, 5, 22, 12, tzinfo=UTC)).by
    'bo'
    """

    TYPE: ClassVar[str] = "snoozed"
    by: str
    until: datetime = attrs.field(validator=aware)
    why: str = ""


@final
@attrs.frozen
class EscalationCancelled(EventData):
    """Nothing of this ticket's escalation fires any more, until it is reopened or moved up by hand.

    >>> EscalationCancelled("bo", "test alarm").why
    'test alarm'
    """

    TYPE: ClassVar[str] = "escalation_cancelled"
    by: str
    why: str = ""


@final
@attrs.frozen
class Alerted(EventData):
    """One more alert of the same thing came in.

    >>> Alerted("probe-7").source
    'probe-7'
    """

    TYPE: ClassVar[str] = "alerted"
    source: str = ""


ESCALATION_EVENTS: tuple[type[EventData], ...] = (
    RungFired,
    RungAnswered,
    PoolTurned,
    Acknowledged,
    AcknowledgementWithdrawn,
    EscalatedByHand,
    DeEscalated,
    Snoozed,
    EscalationCancelled,
    Alerted,
)
"""Every kind of event this room owns."""
