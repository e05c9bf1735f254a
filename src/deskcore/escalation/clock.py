"""What escalation asks of a clock of the agreement.

Layer: escalation.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class ClockLike(Protocol):
    """The part of ``deskcore.sla.Clock`` that rungs hang on; any object with it will do."""

    @property
    def metric(self) -> str: ...
    @property
    def cycle(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def started_at(self) -> datetime | None: ...
    @property
    def due(self) -> datetime | None: ...
    @property
    def breached_at(self) -> datetime | None: ...
    def reaches(self, share: float) -> datetime | None: ...
