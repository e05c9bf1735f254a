"""What routing records: who waits, who holds what and which gates switched, on the floor's stream.

Decisions stand on the case's stream.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Literal, TypeAlias, final

import attrs

from deskcore._value import FrozenDict, aware, aware_or_none, named
from deskcore.errors import InvalidValue
from deskcore.log import EventData
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import HOUSE

DecisionKind: TypeAlias = Literal["assign", "hand_off", "offer", "wait", "reject", "none"]
"""To a person, to a desk as a whole, to a person who may decline, to nobody yet by choice or ever, or no answer."""


def _weights(weights: Mapping[str, int]) -> FrozenDict[int]:
    return weights if isinstance(weights, FrozenDict) else FrozenDict(weights)


HeldState: TypeAlias = Literal["open", "closed", "by_signal"]


def _held_state(_: object, field: attrs.Attribute[HeldState], value: HeldState) -> None:
    if value not in {"open", "closed", "by_signal"}:
        raise InvalidValue(field.name, value, "must be open, closed or by_signal")


def _units(_: object, field: attrs.Attribute[int], value: int) -> None:
    if value < 0:
        raise InvalidValue(field.name, value, "must not be negative")


@final
@attrs.frozen
class Queued(EventData):
    """Floor: a ticket waits for somebody, or what is known of a waiting one changed. Nobody holds it any more.

    >>> from datetime import UTC, datetime
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> Queued(WaitingFacts("T-1", opened_at=nine, queued_at=nine)).facts.ticket
    'T-1'
    """

    TYPE: ClassVar[str] = "queued"
    facts: WaitingFacts


@final
@attrs.frozen
class Dequeued(EventData):
    """Floor: a ticket waits no more, without anybody having been given it.

    >>> Dequeued("T-1", "resolved").TYPE
    'dequeued'
    """

    TYPE: ClassVar[str] = "dequeued"
    ticket: str
    why: str = ""


@final
@attrs.frozen
class Placed(EventData):
    """Floor: a ticket takes room at a desk, and of a person's when ``agent`` is one. It waits no more.

    >>> Placed("T-1", "bo").TYPE
    'placed'
    """

    TYPE: ClassVar[str] = "placed"
    ticket: str
    agent: str | None
    desk: str = attrs.field(default=HOUSE, validator=named)
    units: int = attrs.field(default=1, validator=_units)
    channel: str | None = None
    queue: str | None = None


@final
@attrs.frozen
class Released(EventData):
    """Floor: a ticket takes no room any more.

    >>> Released("T-1").TYPE
    'released'
    """

    TYPE: ClassVar[str] = "released"
    ticket: str
    why: str = ""


@final
@attrs.frozen
class GateOpened(EventData):
    """Floor: an overflow gate opened, at this reading of its signal.

    >>> GateOpened("busy", 10).TYPE
    'gate_opened'
    """

    TYPE: ClassVar[str] = "gate_opened"
    gate: str
    reading: float


@final
@attrs.frozen
class GateClosed(EventData):
    """Floor: an overflow gate closed, at this reading of its signal.

    >>> GateClosed("busy", 5).TYPE
    'gate_closed'
    """

    TYPE: ClassVar[str] = "gate_closed"
    gate: str
    reading: float


@final
@attrs.frozen
class GateHeld(EventData):
    """Floor: a gate is held open or closed by hand, whatever its signal; with ``state`` ``"by_signal"`` no longer.

    Until an instant, which is not included, or until further notice. The switch itself is an event of its own.

    >>> GateHeld("storm", "open").TYPE
    'gate_held'
    """

    TYPE: ClassVar[str] = "gate_held"
    gate: str = attrs.field(validator=named)
    state: HeldState = attrs.field(validator=_held_state)
    until: datetime | None = attrs.field(default=None, validator=aware_or_none)
    why: str = ""


@final
@attrs.frozen
class CapacityCalled(EventData):
    """Floor: a partner was asked for more room than its contract has standing: there from ``ready_at`` to ``until``.

    >>> from datetime import UTC
    >>> CapacityCalled("manila", 10, datetime(2026, 5, 22, 9, tzinfo=UTC)).TYPE
    'capacity_called'
    """

    TYPE: ClassVar[str] = "capacity_called"
    desk: str = attrs.field(validator=named)
    units: int = attrs.field(validator=_units)
    ready_at: datetime = attrs.field(validator=aware)
    until: datetime | None = attrs.field(default=None, validator=aware_or_none)


@final
@attrs.frozen
class Offered(EventData):
    """Floor: a ticket is offered to somebody, who may decline. It takes their room meanwhile and keeps its place.

    >>> Offered("T-1", "bo").TYPE
    'offered'
    """

    TYPE: ClassVar[str] = "offered"
    ticket: str
    agent: str
    desk: str = attrs.field(default=HOUSE, validator=named)
    units: int = attrs.field(default=1, validator=_units)
    expires_at: datetime | None = attrs.field(default=None, validator=aware_or_none)


@final
@attrs.frozen
class OfferDeclined(EventData):
    """Floor: an offer or an assignment was turned down. The ticket waits again, at its old place in line.

    >>> OfferDeclined("T-1", "bo").TYPE
    'offer_declined'
    """

    TYPE: ClassVar[str] = "offer_declined"
    ticket: str
    agent: str
    why: str = ""


@final
@attrs.frozen
class OfferWithdrawn(EventData):
    """Floor: an offer lapsed or its agent went. The ticket waits again, at its old place in line.

    >>> OfferWithdrawn("T-1", "bo", "expired").TYPE
    'offer_withdrawn'
    """

    TYPE: ClassVar[str] = "offer_withdrawn"
    ticket: str
    agent: str
    why: str = ""


@final
@attrs.frozen
class StageEntered(EventData):
    """Floor: a waiting ticket came to a later stage of a policy in steps or rings, counted from 0.

    >>> StageEntered("T-1", "preferred first", 1).TYPE
    'stage_entered'
    """

    TYPE: ClassVar[str] = "stage_entered"
    ticket: str
    steps: str
    stage: int


@final
@attrs.frozen
class LineChanged(EventData):
    """Floor: a rule of the line changed a waiting ticket's priority rank or queue. Each rule does so once a wait.

    >>> LineChanged("T-1", "after a minute", priority_rank=0).TYPE
    'line_changed'
    """

    TYPE: ClassVar[str] = "line_changed"
    ticket: str
    rule: str
    priority_rank: int | None = None
    queue: str | None = None


@final
@attrs.frozen
class Metered(EventData):
    """Floor: something counts against a limit, until ``keep_us`` microseconds have passed (``None``: for good).

    >>> Metered("fair", "bo").amount
    1
    """

    TYPE: ClassVar[str] = "metered"
    meter: str
    member: str
    amount: int = 1
    keep_us: int | None = None


@final
@attrs.frozen
class ShareServed(EventData):
    """Floor: one of several took its turn in a share. ``among`` are the weights of those who could have taken it.

    >>> ShareServed("70/30", "house", {"house": 7, "partner": 3}).TYPE
    'share_served'
    """

    TYPE: ClassVar[str] = "share_served"
    share: str
    member: str
    among: FrozenDict[int] = attrs.field(converter=_weights)


@final
@attrs.frozen
class Routed(EventData):
    """Case: the policy chose. ``because`` are the reasons in the order found, ``key`` the winner's place in words.

    >>> Routed("assign", "bo").TYPE
    'routed'
    """

    TYPE: ClassVar[str] = "routed"
    kind: DecisionKind
    agent: str | None = None
    team: str | None = None
    desk: str | None = None
    policy: str = ""
    because: tuple[str, ...] = ()
    key: tuple[str, ...] = ()


@final
@attrs.frozen
class HandedOff(EventData):
    """Case: the ticket went to a partner desk.

    >>> HandedOff("manila").TYPE
    'handed_off'
    """

    TYPE: ClassVar[str] = "handed_off"
    desk: str
    why: str = ""


@final
@attrs.frozen
class Recalled(EventData):
    """Case: the ticket came back from a partner desk.

    >>> Recalled("manila").TYPE
    'recalled'
    """

    TYPE: ClassVar[str] = "recalled"
    desk: str
    why: str = ""


ROUTING_EVENTS: tuple[type[EventData], ...] = (
    Queued,
    Dequeued,
    Placed,
    Released,
    GateOpened,
    GateClosed,
    GateHeld,
    CapacityCalled,
    Offered,
    OfferDeclined,
    OfferWithdrawn,
    StageEntered,
    LineChanged,
    Metered,
    ShareServed,
    Routed,
    HandedOff,
    Recalled,
)
"""Every kind of event this room owns."""
