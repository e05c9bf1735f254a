"""Service-level clocks: one stopwatch, every promise, every answer explained.

A policy promises targets; a case's events fold into an ``SlaState``; clocks, signals and the next instant worth looking
at are questions asked of it. Stopwatches and their cues are in ``metric``, ``stopwatch`` and ``cue``; segments and
explanations in ``trace``; pictures in ``pictures``.

Layer: sla. Above rules and tickets; routing does not see it, nor it routing.
"""

from deskcore.sla.clock import Clock, clock, clocks, cycles
from deskcore.sla.cue import CUES
from deskcore.sla.events import SLA_EVENTS, Signalled
from deskcore.sla.fold import begin, fold, step
from deskcore.sla.policy import Chosen, PolicyBook, SlaPolicy
from deskcore.sla.setup import SlaSetup
from deskcore.sla.signal import Signal, next_change, owed, signals
from deskcore.sla.state import SlaState
from deskcore.sla.stopwatch import Stopwatch
from deskcore.sla.target import Target

SLA_NODES = CUES
"""Every polymorphic node of this room: the cues."""

__all__ = [
    "SLA_EVENTS",
    "SLA_NODES",
    "Chosen",
    "Clock",
    "PolicyBook",
    "Signal",
    "Signalled",
    "SlaPolicy",
    "SlaSetup",
    "SlaState",
    "Stopwatch",
    "Target",
    "begin",
    "clock",
    "clocks",
    "cycles",
    "fold",
    "next_change",
    "owed",
    "signals",
    "step",
]
