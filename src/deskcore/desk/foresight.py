"""What happens to a case if nobody does anything: the same catch-up, played ahead on a copy.

Layer: desk.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from deskcore.desk.case import Case
from deskcore.desk.catch_up import BOUND, ladder, next_change
from deskcore.desk.configuration import Configuration
from deskcore.desk.handling import CaseWork
from deskcore.errors import NeverHappens
from deskcore.escalation.firing import Firing
from deskcore.escalation.stretches import stretches
from deskcore.escalation.timeline import Timeline

_MOST: Final = 1_000
"""Only rungs that repeat without end get so far; the rest of them goes unsaid."""


def preview(setup: Configuration, case: Case, at: datetime) -> Timeline:
    """See ``Desk.preview``."""
    ahead, now, firings = case, at, list[Firing]()
    for _ in range(BOUND):
        wake = next_change(setup, ahead, now)
        if wake is None or len(firings) >= _MOST:
            undated = tuple(entry for entry in ladder(setup, ahead, now) if entry.state != "fired")
            matrix = setup.matrix_for(case.ledger.pinned)
            held = stretches(matrix, case.ticket, case.ledger, setup.quiet, at=at)
            return Timeline(case.id, tuple(firings), undated, at, held)
        work = CaseWork(setup, ahead, wake)
        work.look()
        work.catch_up()
        assert work.case is not None
        ahead, now = work.case, wake
        firings += work.firings
    raise NeverHappens("preview ticket", case.id, f"a configuration under which fewer than {BOUND} changes follow")
