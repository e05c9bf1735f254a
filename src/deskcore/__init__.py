"""deskcore: an embeddable help desk as a pure-domain library.

The ticket lifecycle, business-hours-aware SLA clocks, tiered escalation matrices and overflow routing, as values that
other systems embed. No clock, no database, no network: time is an argument, and whatever happens comes back as events.

Ten nouns carry it: calendar, ticket, event, case, floor, policy, clock, rung, decision, desk. Everything that is not
here lives behind its room: ``deskcore.hours``, ``deskcore.sla``, ``deskcore.routing`` and so on.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from deskcore._version import __version__ as __version__

if TYPE_CHECKING:
    from deskcore.desk import Accepted, Case, Desk, Floor, Refused, Routed
    from deskcore.errors import DeskcoreError
    from deskcore.escalation import Matrix, Rung
    from deskcore.hours import Calendar, business, elapsed
    from deskcore.log import Actor
    from deskcore.routing import RoutingPolicy
    from deskcore.sla import Clock, SlaPolicy, Target
    from deskcore.staff import Agent, Partner, Team
    from deskcore.tickets import Lifecycle, Status, Ticket, commands, events

__all__ = [
    "Accepted",
    "Actor",
    "Agent",
    "Calendar",
    "Case",
    "Clock",
    "Desk",
    "DeskcoreError",
    "Floor",
    "Lifecycle",
    "Matrix",
    "Partner",
    "Refused",
    "Routed",
    "RoutingPolicy",
    "Rung",
    "SlaPolicy",
    "Status",
    "Target",
    "Team",
    "Ticket",
    "business",
    "commands",
    "elapsed",
    "events",
]

# A name loads its room when it is first asked for, so that who needs a calendar does not pay for routing (ADR 8).
_ROOMS = {
    "deskcore.desk": ("Accepted", "Case", "Desk", "Floor", "Refused", "Routed"),
    "deskcore.errors": ("DeskcoreError",),
    "deskcore.escalation": ("Matrix", "Rung"),
    "deskcore.hours": ("Calendar", "business", "elapsed"),
    "deskcore.log": ("Actor",),
    "deskcore.routing": ("RoutingPolicy",),
    "deskcore.sla": ("Clock", "SlaPolicy", "Target"),
    "deskcore.staff": ("Agent", "Partner", "Team"),
    "deskcore.tickets": ("Lifecycle", "Status", "Ticket", "commands", "events"),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        message = f"module 'deskcore' has no attribute {name!r}"
        raise AttributeError(message)
    room = import_module(_HOME[name])
    found: object = getattr(room, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
