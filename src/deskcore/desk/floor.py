"""The floor: what all tickets share. Who is here, who holds what, who waits, which gates stand open.

Layer: desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, final

import attrs

from deskcore.log import Event
from deskcore.routing import RoutingState, Snapshot
from deskcore.staff import Presence

FLOOR_STREAM: Final = "floor"


@final
@attrs.frozen
class Floor:
    """Presence and routing state, a fold of the floor's own stream with its own version.

    ``recorded_at`` is ``None`` while nothing has happened.

    >>> Floor().version
    0
    """

    presence: Presence = attrs.field(factory=Presence)
    routing: RoutingState = attrs.field(factory=RoutingState)
    version: int = 0
    recorded_at: datetime | None = None
    _view: Snapshot | None = attrs.field(init=False, eq=False, repr=False, default=None)

    def __reduce__(self) -> tuple[type[Floor], tuple[Presence, RoutingState, int, datetime | None]]:
        return (Floor, (self.presence, self.routing, self.version, self.recorded_at))

    @property
    def view(self) -> Snapshot | None:
        """The last snapshot made of this floor: a memo, outside equality and pickle."""
        return self._view

    def remember(self, view: Snapshot) -> None:
        """Keep a snapshot of this very floor for the next question. Doing it twice is harmless."""
        object.__setattr__(self, "_view", view)

    def step(self, event: Event) -> Floor:
        """The floor after one more event. What neither room knows changes only the version."""
        return Floor(
            self.presence.step(event),
            self.routing.step(event),
            self.version + 1,
            event.recorded_at,
        )
