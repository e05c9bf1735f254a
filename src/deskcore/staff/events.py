"""What can happen to an agent's presence. All of it stands on the floor's stream.

Layer: staff.
"""

from __future__ import annotations

from typing import ClassVar, final

import attrs

from deskcore.errors import InvalidValue
from deskcore.log import EventData


def _capacity(_: object, field: attrs.Attribute[int | None], value: int | None) -> None:
    if value is not None and value < 0:
        raise InvalidValue(field.name, value, "must not be negative; None returns to the agent's own")


@final
@attrs.frozen
class SignedOn(EventData):
    """The agent is there and ready for work.

    >>> SignedOn("bo").TYPE
    'signed_on'
    """

    TYPE: ClassVar[str] = "signed_on"
    agent: str


@final
@attrs.frozen
class SignedOff(EventData):
    """The agent left. What they hold stays with them until it is moved.

    >>> SignedOff("bo").TYPE
    'signed_off'
    """

    TYPE: ClassVar[str] = "signed_off"
    agent: str


@final
@attrs.frozen
class WentAway(EventData):
    """The agent is signed on but takes no new work: a break, a meeting, a call.

    >>> WentAway("bo", "lunch").reason
    'lunch'
    """

    TYPE: ClassVar[str] = "went_away"
    agent: str
    reason: str = ""


@final
@attrs.frozen
class CameBack(EventData):
    """The agent takes new work again.

    >>> CameBack("bo").TYPE
    'came_back'
    """

    TYPE: ClassVar[str] = "came_back"
    agent: str


@final
@attrs.frozen
class CapacityChanged(EventData):
    """From here on the agent takes so many units of work at once; ``None`` returns to what the staff record says.

    >>> CapacityChanged("bo", 5).capacity
    5
    """

    TYPE: ClassVar[str] = "capacity_changed"
    agent: str
    capacity: int | None = attrs.field(validator=_capacity)


@final
@attrs.frozen
class ShiftStarted(EventData):
    """The agent's working hours began. ``signs_on``: the agent is signed on by that alone.

    >>> ShiftStarted("bo").TYPE
    'shift_started'
    """

    TYPE: ClassVar[str] = "shift_started"
    agent: str
    signs_on: bool = False


@final
@attrs.frozen
class ShiftEnded(EventData):
    """The agent's working hours ended. ``signs_off``: the agent is signed off by that alone.

    >>> ShiftEnded("bo").TYPE
    'shift_ended'
    """

    TYPE: ClassVar[str] = "shift_ended"
    agent: str
    signs_off: bool = False


STAFF_EVENTS: tuple[type[EventData], ...] = (
    SignedOn,
    SignedOff,
    WentAway,
    CameBack,
    CapacityChanged,
    ShiftStarted,
    ShiftEnded,
)
"""Every kind of event this room owns."""
