"""The people and desks that work on tickets, and the parties that ask: who they are and who is there.

Layer: staff. Above ``log`` and ``hours``; ``deskcore.tickets`` stands beside it unseen.
"""

from deskcore.staff.agent import HOUSE, Agent
from deskcore.staff.events import STAFF_EVENTS
from deskcore.staff.partner import Partner
from deskcore.staff.presence import Presence
from deskcore.staff.registry import Staff
from deskcore.staff.requesters import Organisation, Requester
from deskcore.staff.scope import Scope, ScopeAnswer
from deskcore.staff.shifts import next_shift_change, shifts_due
from deskcore.staff.team import Team

__all__ = [
    "HOUSE",
    "STAFF_EVENTS",
    "Agent",
    "Organisation",
    "Partner",
    "Presence",
    "Requester",
    "Scope",
    "ScopeAnswer",
    "Staff",
    "Team",
    "next_shift_change",
    "shifts_due",
]
