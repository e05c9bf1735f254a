"""What this room records in a case's stream.

Layer: sla.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, final

import attrs

from deskcore._value import aware, named
from deskcore.log import EventData
from deskcore.sla.signal_kind import SignalKind


@final
@attrs.frozen
class Signalled(EventData):
    """A clock's warning or breach was announced. Its ``key`` is announced once in the life of a case.

    ``due`` is the due instant that was passed or is drawing near; ``threshold`` what the warning was for, in words.
    """

    TYPE: ClassVar[str] = "signalled"
    key: str = attrs.field(validator=named)
    kind: SignalKind
    metric: str
    cycle: int
    policy: str
    due: datetime = attrs.field(validator=aware)
    threshold: str | None = None


@final
@attrs.frozen
class Exempted(EventData):
    """A promise does not count for this ticket, or with ``lifted`` does again; who said so is the event's actor.

    ``metric`` is the one exempted, ``None`` all of them.
    """

    TYPE: ClassVar[str] = "exempted"
    reason: str = attrs.field(validator=named)
    metric: str | None = None
    lifted: bool = False


@final
@attrs.frozen
class ClockReset(EventData):
    """A clock was started over by hand: its open cycle is cancelled and another one begins. The actor said so."""

    TYPE: ClassVar[str] = "clock_reset"
    metric: str = attrs.field(validator=named)
    reason: str = attrs.field(validator=named)


SLA_EVENTS: tuple[type[EventData], ...] = (Signalled, Exempted, ClockReset)
"""Every kind of event this room owns."""
