"""What can be asked of the floor: presence, capacity, word of a ticket, and the passing of time.

Layer: desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias, final

import attrs

from deskcore._value import aware_or_none, named, not_negative
from deskcore.desk.effects import FloorNotice
from deskcore.routing.events import HeldState


@attrs.frozen
class FloorCommand:
    """The common part of all commands to the floor: a stable ``TYPE`` name."""

    TYPE: ClassVar[str] = ""


@final
@attrs.frozen
class SignOn(FloorCommand):
    """An agent is here and takes work."""

    TYPE: ClassVar[str] = "sign_on"
    agent: str = attrs.field(validator=named)


@final
@attrs.frozen
class SignOff(FloorCommand):
    """An agent has left. What they hold stays theirs."""

    TYPE: ClassVar[str] = "sign_off"
    agent: str = attrs.field(validator=named)


@final
@attrs.frozen
class GoAway(FloorCommand):
    """An agent takes no new work for a while."""

    TYPE: ClassVar[str] = "go_away"
    agent: str = attrs.field(validator=named)
    reason: str = ""


@final
@attrs.frozen
class ComeBack(FloorCommand):
    """An agent takes work again."""

    TYPE: ClassVar[str] = "come_back"
    agent: str = attrs.field(validator=named)


@final
@attrs.frozen
class SetCapacity(FloorCommand):
    """From now on an agent may hold this many units of work at once."""

    TYPE: ClassVar[str] = "set_capacity"
    agent: str = attrs.field(validator=named)
    capacity: int = attrs.field(validator=not_negative)


@final
@attrs.frozen
class Hear(FloorCommand):
    """Take note of what became of a ticket. Hearing the same twice changes nothing."""

    TYPE: ClassVar[str] = "hear"
    notice: FloorNotice


@final
@attrs.frozen
class DeclineOffer(FloorCommand):
    """An agent turns down a ticket that was offered to them; it waits again, at its old place in line."""

    TYPE: ClassVar[str] = "decline_offer"
    ticket: str = attrs.field(validator=named)
    agent: str = attrs.field(validator=named)
    why: str = ""


@final
@attrs.frozen
class SetGate(FloorCommand):
    """Hold an overflow gate open or closed by hand, until an instant or until further notice, or free it again."""

    TYPE: ClassVar[str] = "set_gate"
    gate: str = attrs.field(validator=named)
    state: HeldState
    until: datetime | None = attrs.field(default=None, validator=aware_or_none)
    why: str = ""


@final
@attrs.frozen
class CallCapacity(FloorCommand):
    """Ask a partner for more room than its contract has standing; it is there after the contract's time of notice."""

    TYPE: ClassVar[str] = "call_capacity"
    partner: str = attrs.field(validator=named)
    units: int = attrs.field(validator=not_negative)
    until: datetime | None = attrs.field(default=None, validator=aware_or_none)


@final
@attrs.frozen
class Tick(FloorCommand):
    """Let time pass: shifts that began or ended and gates that switched are recorded. Idempotent."""

    TYPE: ClassVar[str] = "tick"


AnyFloorCommand: TypeAlias = (
    SignOn | SignOff | GoAway | ComeBack | SetCapacity | Hear | DeclineOffer | SetGate | CallCapacity | Tick
)
