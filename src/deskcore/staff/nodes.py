"""Every kind of roster this room offers, for whoever writes them down.

Layer: staff.
"""

from __future__ import annotations

from typing import Final

from deskcore.staff.layers import During, Layered, OnDuty
from deskcore.staff.overrides import Overridden, Replaced, Substituted, WrittenShifts
from deskcore.staff.rolling import RollingShifts
from deskcore.staff.roster import Roster
from deskcore.staff.rotation import Rotation

STAFF_NODES: Final[tuple[type[Roster], ...]] = (
    OnDuty,
    During,
    Layered,
    Rotation,
    RollingShifts,
    WrittenShifts,
    Overridden,
    Substituted,
    Replaced,
)
"""The rosters."""
