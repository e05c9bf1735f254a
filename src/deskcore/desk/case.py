"""A case: one ticket and everything else that its log adds up to.

Layer: desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from deskcore.escalation import Ledger
from deskcore.sla import SlaState
from deskcore.tickets import Ticket


@final
@attrs.frozen
class Case:
    """A ticket, the running state of its clocks, and its escalation ledger. Holds no policy and no calendar.

    A case is a fold of its stream: ``desk.replay(events)`` and living through the commands give the same value.
    """

    ticket: Ticket
    sla: SlaState
    ledger: Ledger

    @property
    def id(self) -> str:
        """The ticket's id, which is also the name of the stream."""
        return self.ticket.id

    @property
    def version(self) -> int:
        """The number of events behind it: what optimistic concurrency compares."""
        return self.ticket.version

    @property
    def recorded_at(self) -> datetime:
        """When the last event was recorded. Nothing can be handled before it."""
        return self.ticket.marks.recorded_at
