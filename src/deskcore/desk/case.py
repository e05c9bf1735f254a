"""A case: one ticket and everything else that its log adds up to.

Layer: desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

import attrs

from deskcore.escalation import Ledger
from deskcore.routing.recall import Served
from deskcore.sla import SlaState
from deskcore.tickets import Ticket


@final
@attrs.frozen
class Case:
    """A ticket, the state of its clocks, its escalation ledger and who served it. Holds no policy and no calendar.

    A case is a fold of its stream: ``desk.replay(events)`` and living through the commands give the same value.
    """

    ticket: Ticket
    sla: SlaState
    ledger: Ledger
    served: Served = attrs.field(factory=Served)
    _quiet: tuple[object, int, int | None] | None = attrs.field(init=False, eq=False, repr=False, default=None)

    _noted: tuple[object, tuple[object, ...], object] | None = attrs.field(
        init=False, eq=False, repr=False, default=None
    )

    def __reduce__(self) -> tuple[type[Case], tuple[Ticket, SlaState, Ledger, Served]]:
        return (Case, (self.ticket, self.sla, self.ledger, self.served))

    def remember_quiet(self, setup: object, since_us: int, until_us: int | None) -> None:
        """Keep that under ``setup`` nothing is owed in [since, until), ``None``: ever. Doing it twice is harmless."""
        object.__setattr__(self, "_quiet", (setup, since_us, until_us))

    def is_quiet(self, setup: object, at_us: int) -> bool:
        """Whether it is known that nothing is owed at an instant: a memo, outside equality and pickle."""
        if self._quiet is None or self._quiet[0] is not setup:
            return False
        _, since, until = self._quiet
        return since <= at_us and (until is None or at_us < until)

    def remember_notice(self, setup: object, made_of: tuple[object, ...], word: object) -> None:
        """Keep what the floor is told of the case under ``setup``, and what that is made of: a memo as well."""
        object.__setattr__(self, "_noted", (setup, made_of, word))

    def noted(self, setup: object) -> tuple[tuple[object, ...], object] | None:
        """What the floor is told of it and what that was made of, where it has been worked out under ``setup``."""
        return None if self._noted is None or self._noted[0] is not setup else self._noted[1:]

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
