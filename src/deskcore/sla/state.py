"""The running state of a case's clocks: instants and terms, no calendars.

Because only instants are kept, a calendar that changes, or is found out late, needs no log: clocks are reckoned from
here whenever they are asked for. Not here: how it comes about (``fold``) and what it means (``clock``, ``signal``).

Layer: sla.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, Literal, NamedTuple, TypeAlias, cast, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import aware_or_none, open_twin
from deskcore.hours import BusinessDuration, ElapsedDuration, WorkingDays
from deskcore.sla.beat import Beat
from deskcore.sla.cue import NO_CUE, Cue
from deskcore.sla.policy import OnCalendarChange, OnChange
from deskcore.sla.target import Counts

MarkState: TypeAlias = Literal["running", "paused", "stopped", "counted", "void", "cancelled"]
"""How a cycle stands from a mark on. ``counted``: settled, but its time counts because of a later reopening; ``void``:
cancelled while the ticket is; ``cancelled``: for good (policy gone, started over)."""

OPEN_STATES = frozenset({"running", "paused"})


class Mark(NamedTuple):
    """From this instant on (microseconds of UTC) a cycle stands so; since when that is known, and why."""

    us: int
    known_us: int
    state: MarkState
    why: str = ""


class Need(NamedTuple):
    """What a promise comes to for one cycle: the time to count, in microseconds of the clock's own measure.

    ``floor``: due is never before that instant, where a promise names one (working days, a date); ``fixed``: nor after
    it, however long the clock was paused.
    """

    us: int
    floor: int | None = None
    fixed: bool = False


@final
@attrs.frozen
class Terms:
    """What a cycle is judged by: the promise (``None``: measured only), its calendar's name, when to warn.

    The fields from ``end_of_day`` to ``counts`` are those of ``Target``; ``until`` is what its ``until_field`` held.
    """

    policy: str
    metric: str
    within: BusinessDuration | ElapsedDuration | WorkingDays | None
    calendar: str
    warn_at: tuple[float, ...] = ()
    warn_left: tuple[BusinessDuration | ElapsedDuration, ...] = ()
    on_change: OnChange = "retroactive"
    end_of_day: bool = False
    until: datetime | None = attrs.field(default=None, validator=aware_or_none)
    then_elapsed: ElapsedDuration | None = None
    out_of_hours: BusinessDuration | None = None
    counts: Counts = "business"
    grace: BusinessDuration | ElapsedDuration | None = None
    on_calendar_change: OnCalendarChange = "piecewise"
    hide: Cue = NO_CUE
    version: str = "1"
    need: Need | None = attrs.field(init=False, eq=False, repr=False)
    """The promise, where it is the same for every cycle: a memo of ``within``."""
    is_plain: bool = attrs.field(init=False, eq=False, repr=False)
    """Whether ``need`` says it all: not so where the instant at which a cycle begins matters."""
    is_steady: bool = attrs.field(init=False, eq=False, repr=False)
    """Whether, besides, nothing but the marks decides: no version of a calendar, and no status that hides the due."""
    is_elapsed: bool = attrs.field(init=False, eq=False, repr=False)
    """Whether all time counts, not open time only."""
    grace_us: int = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        put, within = object.__setattr__, self.within
        anchored = type(within) is WorkingDays or self.until is not None
        put(self, "is_plain", not (anchored or self.then_elapsed or self.out_of_hours))
        put(self, "is_steady", self.is_plain and self.on_calendar_change == "piecewise" and self.hide == NO_CUE)
        need = Need(within.microseconds) if isinstance(within, BusinessDuration | ElapsedDuration) else None
        put(self, "need", need)
        is_business = type(within) is BusinessDuration or self.counts == "business"
        put(self, "is_elapsed", type(within) is ElapsedDuration or not is_business)
        put(self, "grace_us", 0 if self.grace is None else self.grace.microseconds)

    @property
    def is_promise(self) -> bool:
        """Whether anything is promised at all, or the clock only measures."""
        return self.within is not None or self.until is not None


class Goal(NamedTuple):
    """Terms, from when on they hold for the clock, when that became known, and the type of event that caused it.

    ``cycle`` is the first one they are for, ``midway`` whether that had begun: so that of things of one instant each
    stays on its side of a cycle's beginning and end.
    """

    terms: Terms
    since_us: int
    known_us: int
    cause: str
    cycle: int = 1
    midway: bool = False


@final
@attrs.frozen
class Cycle:
    """One run of a stopwatch: its marks in order. The first is its start; the last holds until further notice."""

    number: int
    marks: tuple[Mark, ...]
    judged_us: int | None = None
    """Nothing of it is dated before this: a merge, later than its start, made it begin so early."""
    memo: object = attrs.field(init=False, eq=False, repr=False, default=None)
    """What ``reckon`` found last, and for which goals and setup: outside equality and pickle, its own business."""

    @staticmethod
    def of(number: int, marks: tuple[Mark, ...], judged_us: int | None = None) -> Cycle:
        """A cycle, made the quick way."""
        held: Any = object.__new__(_OPEN)
        held.number, held.marks, held.judged_us, held.memo = number, marks, judged_us, None
        held.__class__ = Cycle
        return cast("Cycle", held)

    def __reduce__(self) -> tuple[type[Cycle], tuple[int, tuple[Mark, ...], int | None]]:
        return (Cycle, (self.number, self.marks, self.judged_us))

    @property
    def is_open(self) -> bool:
        """Whether it runs or is paused."""
        return self.marks[-1].state in OPEN_STATES


_OPEN: Final = open_twin(Cycle)


@final
@attrs.frozen
class Superseded:
    """The cycles of a metric as they stood until an instant, at which a policy that measures it came to apply anew."""

    until_us: int
    cycles: tuple[Cycle, ...]


class Track(NamedTuple):
    """All cycles of one metric in a case, and all terms it was ever judged by, each in order.

    ``superseded`` is what they were before a policy was judged over the whole life again: whoever asks about that time
    is told what was true then.
    """

    metric: str
    goals: tuple[Goal, ...]
    cycles: tuple[Cycle, ...] = ()
    superseded: tuple[Superseded, ...] = ()

    def cycles_at(self, us: int) -> tuple[Cycle, ...]:
        """The cycles as they stood at an instant, in order."""
        for old in self.superseded:
            if us < old.until_us:
                return old.cycles
        return self.cycles


@final
@attrs.frozen
@lasting
class Exemption:
    """Since when a metric (``None``: every one) does not count, or with ``lifted`` does again; why, and who said so."""

    us: int
    known_us: int
    metric: str | None
    reason: str
    by: str
    lifted: bool = False

    def explain(self) -> str:
        """In one line."""
        return f"{'counts again' if self.lifted else 'exempt'}: {self.reason} ({self.by})"


class Restart(NamedTuple):
    """A clock that was started over by hand: when, since when that is known, why, and after how many beats."""

    us: int
    known_us: int
    metric: str
    why: str
    beats: int


@final
@attrs.frozen
@lasting
class SlaState:
    """Everything the clocks of one case need: a fold of its stream, the same however it was reached.

    ``beats`` are the steps seen so far, kept so that a policy that comes to apply late is judged over the whole life;
    ``announced`` the keys of signals already recorded; ``known_from_us`` the adoption of a ticket from elsewhere;
    ``versions_us`` the instant whose versions of the policies hold for it: its opening, or when one was pinned last;
    ``exemptions`` what was exempted and when that was lifted, ``resets`` what was started over by hand, kept for a
    policy that takes over later.

    >>> SlaState().tracks
    ()
    """

    ticket: str = ""
    policy: str | None = None
    tracks: tuple[Track, ...] = ()
    beats: tuple[Beat, ...] = ()
    announced: frozenset[str] = frozenset()
    known_from_us: int | None = None
    versions_us: int | None = None
    exemptions: tuple[Exemption, ...] = ()
    resets: tuple[Restart, ...] = ()

    @staticmethod
    def of(
        ticket: str,
        policy: str | None,
        tracks: tuple[Track, ...],
        beats: tuple[Beat, ...],
        announced: frozenset[str],
        known_from_us: int | None,
        versions_us: int | None,
        exemptions: tuple[Exemption, ...],
        resets: tuple[Restart, ...],
    ) -> SlaState:
        """A state, made the quick way: every field, in their order."""
        held: Any = object.__new__(_OPEN_STATE)
        held.ticket, held.policy, held.tracks, held.beats = ticket, policy, tracks, beats
        held.announced, held.known_from_us, held.versions_us = announced, known_from_us, versions_us
        held.exemptions, held.resets = exemptions, resets
        held.__class__ = SlaState
        return cast("SlaState", held)

    def exemption(self, metric: str, us: int) -> Exemption | None:
        """What exempts a metric at an instant."""
        said = [one for one in self.exemptions if one.us <= us and one.metric in {None, metric}]
        return said[-1] if said and not said[-1].lifted else None

    def track(self, metric: str) -> Track | None:
        """What is known of one metric."""
        for track in self.tracks:
            if track.metric == metric:
                return track
        return None


_OPEN_STATE: Final = open_twin(SlaState)
