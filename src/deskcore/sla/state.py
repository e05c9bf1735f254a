"""The running state of a case's clocks: instants and terms, no calendars.

Because only instants are kept, a calendar that changes, or is found out late, needs no log: clocks are reckoned from
here whenever they are asked for. Not here: how it comes about (``fold``) and what it means (``clock``, ``signal``).

Layer: sla.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, final

import attrs

from deskcore.hours import BusinessDuration, ElapsedDuration
from deskcore.sla.beat import Beat
from deskcore.sla.policy import OnChange

MarkState: TypeAlias = Literal["running", "paused", "stopped", "counted", "void", "cancelled"]
"""How a cycle stands from a mark on. ``counted``: settled, but its time counts because of a later reopening; ``void``:
cancelled while the ticket is; ``cancelled``: for good (policy gone, started over)."""

OPEN_STATES = frozenset({"running", "paused"})


@final
@attrs.frozen
class Mark:
    """From this instant on (microseconds of UTC) a cycle stands so; since when that is known, and why."""

    us: int
    known_us: int
    state: MarkState
    why: str = ""


@final
@attrs.frozen
class Terms:
    """What a cycle is judged by: the promise (``None``: measured only), its calendar's name, when to warn."""

    policy: str
    metric: str
    within: BusinessDuration | ElapsedDuration | None
    calendar: str
    warn_at: tuple[float, ...] = ()
    warn_left: tuple[BusinessDuration | ElapsedDuration, ...] = ()
    on_change: OnChange = "retroactive"
    need_us: int | None = attrs.field(init=False, eq=False, repr=False)
    """The promise in microseconds: a memo of ``within``."""

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "need_us", None if self.within is None else self.within.microseconds)


@final
@attrs.frozen
class Goal:
    """Terms, from when on they hold for the clock, when that became known, and the type of event that caused it."""

    terms: Terms
    since_us: int
    known_us: int
    cause: str


@final
@attrs.frozen
class Cycle:
    """One run of a stopwatch: its marks in order. The first is its start; the last holds until further notice."""

    number: int
    marks: tuple[Mark, ...]
    memo: object = attrs.field(init=False, eq=False, repr=False, default=None)
    """What ``reckon`` found last, and for which goals and setup: outside equality and pickle, its own business."""

    def __reduce__(self) -> tuple[type[Cycle], tuple[int, tuple[Mark, ...]]]:
        return (Cycle, (self.number, self.marks))

    @property
    def is_open(self) -> bool:
        """Whether it runs or is paused."""
        return self.marks[-1].state in OPEN_STATES


@final
@attrs.frozen
class Track:
    """All cycles of one metric in a case, and all terms it was ever judged by, each in order."""

    metric: str
    goals: tuple[Goal, ...]
    cycles: tuple[Cycle, ...] = ()


@final
@attrs.frozen
class SlaState:
    """Everything the clocks of one case need: a fold of its stream, the same however it was reached.

    ``beats`` are the steps seen so far, kept so that a policy that comes to apply late is judged over the whole life;
    ``announced`` the keys of signals already recorded; ``known_from_us`` the adoption of a ticket from elsewhere.

    >>> SlaState().tracks
    ()
    """

    ticket: str = ""
    policy: str | None = None
    tracks: tuple[Track, ...] = ()
    beats: tuple[Beat, ...] = ()
    announced: frozenset[str] = frozenset()
    known_from_us: int | None = None

    def track(self, metric: str) -> Track | None:
        """What is known of one metric."""
        for track in self.tracks:
            if track.metric == metric:
                return track
        return None
