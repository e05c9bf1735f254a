"""What escalation asks of a clock of the agreement.

Layer: escalation. Imports sla.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from deskcore._value import to_us
from deskcore.sla.clock import Clock


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


def is_promised(clock: ClockLike) -> bool:
    """Whether anything is promised, or the clock only measures."""
    return (clock.need_us if isinstance(clock, Clock) else clock.target) is not None


def started_us(clock: ClockLike) -> int:
    """When it started, in microseconds of UTC; 0 where it has not."""
    if isinstance(clock, Clock):
        return clock.started_us or 0
    started = clock.started_at
    return 0 if started is None else to_us(started)


def due_us(clock: ClockLike) -> int | None:
    """``due`` in microseconds of UTC; a clock of the agreement is asked for just that."""
    if isinstance(clock, Clock):
        return clock.shown_due_us
    due = clock.due
    return None if due is None else to_us(due)


def reaches_us(clock: ClockLike, share: float, *, bare: bool) -> int | None:
    """``reaches`` in microseconds of UTC; a clock of the agreement is asked for just that."""
    if isinstance(clock, Clock):
        return clock.reaches_us(share, bare=bare)
    # A clock that knows of no changes may do without the word.
    found = clock.reaches(share, bare=True) if bare else clock.reaches(share)
    return None if found is None else to_us(found)
