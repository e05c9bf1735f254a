"""The definitions that can be written down by name: every KPI and every rule of credit.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from typing import Final

from deskcore.oversight.credits import CREDIT_RULES
from deskcore.oversight.kpi import Attainment, Duration, OneTouch, Overflow, Reassignments, Reopens, Volume
from deskcore.oversight.variants import Breaches, ClockTime, FirstSolution, FirstTime, PingPong

OVERSIGHT_NODES: Final[tuple[type, ...]] = (
    Attainment,
    Breaches,
    ClockTime,
    Duration,
    FirstSolution,
    FirstTime,
    OneTouch,
    Overflow,
    PingPong,
    Reassignments,
    Reopens,
    Volume,
    *CREDIT_RULES,
)
"""What wire writes with its name."""
