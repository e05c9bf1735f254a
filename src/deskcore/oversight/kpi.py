"""The figures by name, all in one place; what a definition is stands in ``definition``.

``standard_kpis`` are those of an ordinary report, ``every_kpi`` all that tickets and their logs answer without more
being said.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from deskcore.oversight.definition import HOUSE, Counted, Kpi, Summed
from deskcore.oversight.handling import (
    OneTouch,
    Overflow,
    PassThrough,
    Reassignments,
    Reopens,
    SelfService,
    Volume,
)
from deskcore.oversight.promises import Attainment, CycleRule, Denominator
from deskcore.oversight.times import Duration, InHands, NextResponse, OpenMedian, TimeSpent
from deskcore.oversight.variants import Breaches, FirstSolution, FirstTime, PingPong

__all__ = [
    "HOUSE",
    "Attainment",
    "Counted",
    "CycleRule",
    "Denominator",
    "Duration",
    "InHands",
    "Kpi",
    "NextResponse",
    "OneTouch",
    "OpenMedian",
    "Overflow",
    "PassThrough",
    "Reassignments",
    "Reopens",
    "SelfService",
    "Summed",
    "TimeSpent",
    "Volume",
    "every_kpi",
    "standard_kpis",
]


def standard_kpis(metrics: Iterable[str] = ("first_response", "resolution")) -> tuple[Kpi, ...]:
    """The figures of an ordinary report: volumes, attainment of each metric, times, reopens, reassignments, overflow.

    >>> [kpi.name for kpi in standard_kpis(["resolution"])][:4]
    ['volume.received', 'volume.resolved', 'volume.open', 'attainment.resolution']
    """
    return (
        Volume("received"),
        Volume("resolved"),
        Volume("open"),
        *(Attainment(metric) for metric in metrics),
        Duration("first_response", 0.5),
        Duration("first_response", 0.9),
        Duration("resolution", 0.5),
        Duration("resolution", 0.9),
        Duration("resolution", None),
        Reopens("ticket"),
        Reopens("event"),
        Reassignments("team"),
        Reassignments("assignee"),
        OneTouch(),
        Overflow(),
    )


def every_kpi(metrics: Iterable[str] = ("first_response", "resolution"), *, house: str = HOUSE) -> tuple[Kpi, ...]:
    """Every figure that records of tickets answer; ``house`` is the own desk's id.

    Beside the standard ones: time in whose hands, next response, medians with what is open, first-time resolution,
    cycles ever breached, ping-pong, self-service, pass-through.

    >>> names = [kpi.name for kpi in every_kpi()]
    >>> len(names) == len(set(names)), "pass_through" in names
    (True, True)
    """
    named = tuple(metrics)
    return (
        *(Overflow(house) if isinstance(kpi, Overflow) else kpi for kpi in standard_kpis(named)),
        Duration("first_response", None),
        Duration("first_resolution", 0.5),
        Duration("first_resolution", 0.9),
        OpenMedian("first_response"),
        OpenMedian("resolution"),
        *(NextResponse(share) for share in (0.5, 0.9)),
        *(TimeSpent(what, share) for what in _HANDS for share in (0.5, 0.9)),
        OneTouch("exactly_one"),
        FirstTime("level"),
        FirstTime("contact"),
        FirstTime("both"),
        FirstSolution(timedelta(minutes=15)),
        *(Breaches(metric, cycle) for metric in named for cycle in _CYCLES),
        Reassignments("team", "ticket"),
        PingPong(),
        SelfService(),
        PassThrough(house=house),
    )


_HANDS: tuple[InHands, ...] = ("requester_wait", "agent_work", "on_hold", "agent_wait")
_CYCLES: tuple[Literal["last", "ever"], ...] = ("last", "ever")
