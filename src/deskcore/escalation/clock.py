"""What escalation asks of a clock of the agreement.

Layer: escalation.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class ClockLike(Protocol):
    """The part of ``deskcore.sla.Clock`` that rungs hang on; any object with it will do, in a test a simpler one.

    ``number`` counts the cycles of one metric. ``target`` is ``None`` where nothing is promised. ``due`` and
    ``reaches`` answer with an instant past or to come, the same whenever they are asked; ``None`` while the clock
    stands still before it; ``bare`` asks for the instant itself, though a change found it past.
    """

    @property
    def metric(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def target(self) -> object | None: ...
    @property
    def started_at(self) -> datetime | None: ...
    @property
    def due(self) -> datetime | None: ...
    def reaches(self, share: float, *, bare: bool = False) -> datetime | None: ...
