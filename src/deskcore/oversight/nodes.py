"""The definitions that can be written down by name: every KPI and every rule of credits and bonuses.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from typing import Final

from deskcore.oversight.bonuses import BONUS_RULES
from deskcore.oversight.credits import CREDIT_RULES
from deskcore.oversight.handling import (
    OneTouch,
    Overflow,
    PassThrough,
    Reassignments,
    Reopens,
    SelfService,
    Volume,
)
from deskcore.oversight.promises import Attainment
from deskcore.oversight.times import Duration, NextResponse, OpenMedian, TimeSpent
from deskcore.oversight.variants import Breaches, ClockTime, FirstSolution, FirstTime, PingPong

OVERSIGHT_NODES: Final[tuple[type, ...]] = (
    Attainment,
    Breaches,
    ClockTime,
    Duration,
    FirstSolution,
    FirstTime,
    NextResponse,
    OneTouch,
    OpenMedian,
    Overflow,
    PassThrough,
    PingPong,
    Reassignments,
    Reopens,
    SelfService,
    TimeSpent,
    Volume,
    *CREDIT_RULES,
    *BONUS_RULES,
)
"""What wire writes with its name."""
