"""Requirements over what a ticket and an agent say of each other: queues, names, selectors, certificates, rest, limits.

Each stands with its like in a module of its own (``naming``, ``labels``, ``lapses``, ``signing``, ``limits``) and is
shown here.

Layer: routing.
"""

from __future__ import annotations

from deskcore.routing.labels import HasLabel, HasLabelNamed, HasPreferredSkills, MeetsSelectors
from deskcore.routing.lapses import ActiveWithin, Certified, Rested, TicketMeets
from deskcore.routing.limits import ALL, NotRefused, UnderLimit
from deskcore.routing.naming import Allowed, Among, IsPreferred, ServesQueue
from deskcore.routing.requirement import Requirement
from deskcore.routing.signing import HasSigned

__all__ = [
    "ALL",
    "ELIGIBILITY",
    "ActiveWithin",
    "Allowed",
    "Among",
    "Certified",
    "HasLabel",
    "HasLabelNamed",
    "HasPreferredSkills",
    "HasSigned",
    "IsPreferred",
    "MeetsSelectors",
    "NotRefused",
    "Rested",
    "ServesQueue",
    "TicketMeets",
    "UnderLimit",
]

ELIGIBILITY: tuple[type[Requirement], ...] = (
    ServesQueue, Allowed, Among, IsPreferred, MeetsSelectors, HasLabel, HasLabelNamed, TicketMeets, Certified, Rested,
    ActiveWithin, UnderLimit, NotRefused, HasPreferredSkills, HasSigned,
)  # fmt: skip
"""Every requirement of this module."""
