"""What escalation records in a case's log.

Layer: escalation. Imports log only.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal, TypeAlias, final

import attrs

from deskcore._value import aware
from deskcore.log import EventData

Axis: TypeAlias = Literal["functional", "hierarchic"]
"""Towards more expertise (team, specialist, partner, vendor) or towards more authority (lead, manager, director)."""


@final
@attrs.frozen
class RungFired(EventData):
    """A rung was due and did what it does. Stored dated ``due``, however late somebody looked.

    ``key`` is unique for ever, ``people`` are those addressed as resolved at that look, ``path`` how they were found;
    ``number`` counts the firings of a rung that repeats, from 0.

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


@final
@attrs.frozen
class Acknowledged(EventData):
    """Somebody took the escalation on: rungs that hold until an acknowledgement are silent from here on.

    >>> Acknowledged("mia").TYPE
    'acknowledged'
    """

    TYPE: ClassVar[str] = "acknowledged"
    by: str


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


ESCALATION_EVENTS: tuple[type[EventData], ...] = (RungFired, Acknowledged, AcknowledgementWithdrawn)
"""Every kind of event this room owns."""
