"""What a plan consists of: one rung in one case, dated or with the reason why not.

Not here: how it is dated (``dating``).

Layer: escalation. Imports its own room.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Any, Final, Literal, TypeAlias, final

import attrs

from deskcore._value import from_us, open_twin, to_us
from deskcore.escalation.events import Outcome
from deskcore.escalation.rung import Rung

State: TypeAlias = Literal["ahead", "paused", "waiting", "suspended", "ended", "fired"]
"""Where a rung stands: dated; on a clock that stands still; waiting for what it counts from; silenced, perhaps for now;
past firing for good; or fired."""

_NO_DATE: Final = 2 * to_us(datetime.max.replace(tzinfo=UTC)) + 2


@final
@attrs.frozen(init=False)
class Planned:
    """One rung in one case's plan.

    ``due`` is when it fires if nothing happens (``None`` unless ``ahead`` or ``fired``); ``reached`` is the bare
    instant that its trigger gives, which lies before ``due`` when a change found the rung past. ``key`` is unique for
    ever: ``{ticket}/{axis}/{episode}/{rung}``, where for a rung on an SLA clock the number is that clock's cycle;
    ``once="cycle"`` adds the cycle of acknowledgement from the second on, a rung that repeats ``/2`` for its second
    firing and so on; ``number`` is how many came before. ``outcome`` is what will become of it as things stand;
    ``call`` the key of the firing after which a person is called, for one message of theirs; ``late_from_us``
    since when it counts as late, where that is not ``reached``; ``over_us`` from when on it does not fire any more.
    Instants are kept in microseconds of UTC.

    >>> from deskcore.escalation.actions import AddTag
    >>> from deskcore.escalation.due import Due
    >>> rung = Rung("late", Due.on_breach("resolution"), AddTag("late"))
    >>> print(Planned("T-1/hierarchic/1/late", rung, "paused", why="the resolution clock stands still").explain())
    late (hierarchic), when resolution is due: paused: the resolution clock stands still
    """

    key: str
    rung: Rung
    state: State
    due_us: int | None = None
    reached_us: int | None = None
    why: str = ""
    number: int = 0
    outcome: Outcome = "done"
    call: str = ""
    late_from_us: int | None = None
    over_us: int | None = None

    def __init__(
        self,
        key: str,
        rung: Rung,
        state: State,
        due_us: int | None = None,
        reached_us: int | None = None,
        why: str = "",
        number: int = 0,
        outcome: Outcome = "done",
        call: str = "",
        late_from_us: int | None = None,
        over_us: int | None = None,
    ) -> None:
        held: Any = self
        # Plans are made by the thousand and hardly kept, so each entry is filled in while it is open.
        object.__setattr__(held, "__class__", _OPEN)
        held.key = key
        held.rung = rung
        held.state = state
        held.due_us = due_us
        held.reached_us = reached_us
        held.why = why
        held.number = number
        held.outcome = outcome
        held.call = call
        held.late_from_us = late_from_us
        held.over_us = over_us
        held.__class__ = Planned

    @property
    def due(self) -> datetime | None:
        """When it fires if nothing happens."""
        return None if self.due_us is None else from_us(self.due_us)

    @property
    def reached(self) -> datetime | None:
        """The bare instant that its trigger gives."""
        return None if self.reached_us is None else from_us(self.reached_us)

    def explain(self, *, zone: tzinfo = UTC) -> str:
        """One sentence: the rung, its trigger, and when it fires or why it does not."""
        head = f"{self.rung.id} ({self.rung.axis}), {self.rung.due}"
        due = self.due
        if due is None:
            return f"{head}: {self.state}{f': {self.why}' if self.why else ''}"
        moment = due.astimezone(zone).isoformat(sep=" ")
        tail = f" ({self.why})" if self.why else ""
        return f"{head}: {'fired for' if self.state == 'fired' else 'due'} {moment}{tail}"

    def to_dict(self) -> dict[str, str | None]:
        """For programs: key, rung, axis, state, due and reached as ISO 8601 text, and why."""
        return {
            "key": self.key,
            "rung": self.rung.id,
            "axis": self.rung.axis,
            "state": self.state,
            "due": _text(self.due),
            "reached": _text(self.reached),
            "why": self.why,
        }


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


_OPEN: Final = open_twin(Planned)


def order(entry: Planned) -> int:
    """What a plan is sorted by, stably: dated entries by due, functional first; then the others."""
    due = entry.due_us
    return _NO_DATE if due is None else 2 * due + (entry.rung.axis != "functional")
