"""The floor: what all tickets share. Who is here, who holds what, who waits, which gates stand open.

Layer: desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, final

import attrs

from deskcore._value import FrozenDict
from deskcore.escalation.pools import turned
from deskcore.log import Event
from deskcore.routing import RoutingState, Snapshot
from deskcore.staff import Presence

FLOOR_STREAM: Final = "floor"


@final
@attrs.frozen
class Floor:
    """Presence, routing state and pools, a fold of the floor's own stream with its own version.

    ``pools`` says by pool whose turn it was last. ``recorded_at`` is ``None`` while nothing has happened.

    >>> Floor().version
    0
    """

    presence: Presence = attrs.field(factory=Presence)
    routing: RoutingState = attrs.field(factory=RoutingState)
    version: int = 0
    recorded_at: datetime | None = None
    pools: FrozenDict[str] = attrs.field(factory=FrozenDict[str])
    _views: tuple[Snapshot, ...] = attrs.field(init=False, eq=False, repr=False, default=())

    def __reduce__(self) -> tuple[type[Floor], tuple[Presence, RoutingState, int, datetime | None, FrozenDict[str]]]:
        return (Floor, (self.presence, self.routing, self.version, self.recorded_at, self.pools))

    def view_at(self, at: datetime) -> Snapshot | None:
        """A snapshot of this floor at an instant, if one was made lately: a memo, outside equality and pickle."""
        return next((view for view in self._views if view.at == at), None)

    def remember(self, view: Snapshot) -> None:
        """Keep a snapshot of this very floor, the last two made, for the next question. Twice is harmless."""
        object.__setattr__(self, "_views", (view, *self._views[:1]))

    def step(self, event: Event) -> Floor:
        """The floor after one more event. What neither room knows changes only the version."""
        return Floor(
            self.presence.step(event),
            self.routing.step(event),
            self.version + 1,
            event.recorded_at,
            turned(self.pools, event),
        )
