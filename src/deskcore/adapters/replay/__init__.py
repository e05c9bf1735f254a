"""Replaying a ticket log: every ticket folded through a desk, its clocks reckoned, its escalation tried.

``replay`` does it for a whole log and writes files; ``judge`` for one history, without any. Not here: reading logs
(``deskcore.adapters.logs``).

Layer: adapters.
"""

from deskcore.adapters.replay.figures import Check, Rows, Summary
from deskcore.adapters.replay.judged import Judged, Violation, judge
from deskcore.adapters.replay.run import replay

__all__ = ["Check", "Judged", "Rows", "Summary", "Violation", "judge", "replay"]
