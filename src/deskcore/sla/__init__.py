"""Service-level clocks: one stopwatch, every promise, every answer explained.

A policy promises targets; a case's events fold into an ``SlaState``; clocks, signals and the next instant worth looking
at are questions asked of it. The fold is in ``fold``, a single clock by name in ``look``; stopwatches and their cues
are in ``metric``, ``stopwatch`` and ``cue``, segments and explanations in ``trace``, pictures in ``pictures``.

Layer: sla. Above rules and tickets; routing does not see it, nor it routing.
"""

from deskcore.sla.book import PolicyBook
from deskcore.sla.clock import Clock
from deskcore.sla.cue import SLA_NODES
from deskcore.sla.events import SLA_EVENTS, Signalled
from deskcore.sla.look import clocks, cycles
from deskcore.sla.policy import SlaPolicy
from deskcore.sla.setup import SlaSetup
from deskcore.sla.signal import Signal, next_change, owed, signals
from deskcore.sla.state import SlaState
from deskcore.sla.target import Target

__all__ = [
    "SLA_EVENTS",
    "SLA_NODES",
    "Clock",
    "PolicyBook",
    "Signal",
    "Signalled",
    "SlaPolicy",
    "SlaSetup",
    "SlaState",
    "Target",
    "clocks",
    "cycles",
    "next_change",
    "owed",
    "signals",
]
