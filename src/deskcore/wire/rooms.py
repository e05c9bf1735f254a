"""What the rooms below have to be written and read by name: their events, commands and nodes.

Layer: wire.
"""

from __future__ import annotations

from typing import Final, get_args

from deskcore.desk.floor_commands import AnyFloorCommand
from deskcore.escalation import ESCALATION_EVENTS, ESCALATION_NODES
from deskcore.hours.algebra import Always, Complement, Difference, Intersection, Never, Union
from deskcore.hours.closures import EveryYear, Holidays, OnDates, PinnedDays, Recurring
from deskcore.hours.pin import Pinned
from deskcore.hours.versions import Restricted, Versioned
from deskcore.hours.weekly import Weekly
from deskcore.log import EventData
from deskcore.oversight import OVERSIGHT_NODES
from deskcore.predicate import AllOf, AnyOf, Has, InRange, Is, IsOneOf, Not
from deskcore.routing import ROUTING_EVENTS, ROUTING_NODES
from deskcore.sla import SLA_EVENTS, SLA_NODES
from deskcore.staff import STAFF_EVENTS
from deskcore.staff.nodes import STAFF_NODES
from deskcore.tickets.commands import AnyCommand
from deskcore.tickets.events import TICKET_EVENTS

EVENTS: Final[tuple[type[EventData], ...]] = (
    *TICKET_EVENTS,
    *SLA_EVENTS,
    *ESCALATION_EVENTS,
    *STAFF_EVENTS,
    *ROUTING_EVENTS,
)
"""Every event of every room."""

_CONDITIONS: Final = (Is, IsOneOf, Has, InRange, AllOf, AnyOf, Not)
_HOURS: Final = (Weekly, Always, Never, Union, Intersection, Difference, Complement, Restricted, Versioned, Pinned)
_DAYS: Final = (OnDates, EveryYear, Recurring, Holidays, PinnedDays)

NODES: Final[tuple[type, ...]] = (
    *_CONDITIONS,
    *_HOURS,
    *_DAYS,
    *get_args(AnyCommand),
    *get_args(AnyFloorCommand),
    *SLA_NODES,
    *STAFF_NODES,
    *ESCALATION_NODES,
    *ROUTING_NODES,
    *OVERSIGHT_NODES,
)
"""Every class that stands for an abstract one."""
