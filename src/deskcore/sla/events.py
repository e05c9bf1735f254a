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


SLA_EVENTS: tuple[type[EventData], ...] = (Signalled,)
"""Every kind of event this room owns."""
