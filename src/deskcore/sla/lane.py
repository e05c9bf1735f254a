"""One metric being folded: its marks as they are set, cycle by cycle.

Mutable, private to one call of ``fold``. Not here: what a step means (``moves``) and which policy holds (``fold``).

Layer: sla.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from deskcore.sla.beat import Beat, Scene
from deskcore.sla.run import Act, State, acts, standing
from deskcore.sla.state import Cycle, Goal, Mark, Restart, Superseded, Terms, Track
from deskcore.sla.stopwatch import Stopwatch

new: Final = tuple.__new__
"""Makes marks, beats and goals: twice as fast as calling their classes, and a fold makes little else."""


class Change(NamedTuple):
    """What made us choose again, and what is known of the ticket since."""

    cause: str
    us: int
    known_us: int

    def goal(self, terms: Terms, cycle: int = 1, *, midway: bool = False) -> Goal:
        return new(Goal, (terms, self.us, self.known_us, self.cause, cycle, midway))


class Lane:
    """A track being worked on: its cycles before the latest, and the latest one's marks."""

    __slots__ = (
        "cycles",
        "goals",
        "judged_us",
        "marks",
        "metric",
        "superseded",
        "track",
    )

    def __init__(self, metric: str, goals: tuple[Goal, ...], superseded: tuple[Superseded, ...] = ()) -> None:
        self.metric = metric
        self.goals = goals
        self.superseded = superseded
        self.track: Track | None = None
        self.cycles: list[Cycle] = []
        self.marks: list[Mark] = []
        self.judged_us: int | None = None

    @classmethod
    def of(cls, track: Track) -> Lane:
        """A track to go on with."""
        metric, goals, cycles, superseded = track
        lane = cls(metric, goals, superseded)
        lane.track = track
        if cycles:
            last = cycles[-1]
            lane.cycles, lane.marks, lane.judged_us = list(cycles[:-1]), list(last.marks), last.judged_us
        return lane

    @property
    def state(self) -> State:
        return self.marks[-1].state if self.marks else None

    def frozen(self) -> Track:
        marks = self.marks
        cycles: tuple[Cycle, ...] = (Cycle.of(len(self.cycles) + 1, tuple(marks), self.judged_us),) if marks else ()
        if self.cycles:
            cycles = (*self.cycles, *cycles)
        return new(Track, (self.metric, self.goals, cycles, self.superseded))

    @property
    def all_cycles(self) -> tuple[Cycle, ...]:
        if not self.marks:
            return ()
        return (*self.cycles, Cycle.of(len(self.cycles) + 1, tuple(self.marks), self.judged_us))

    def do(self, done: tuple[Act, ...], us: int, known_us: int) -> None:
        self.track = None
        for kind, state, why in done:
            if kind == "mark":
                self.marks.append(new(Mark, (us, known_us, state, why)))
            elif kind == "begin":
                self.begin(new(Mark, (us, known_us, state, why)))
            else:
                settled = self.marks[-1]
                self.marks[-1] = Mark(settled.us, settled.known_us, state, settled.why)

    def begin(self, mark: Mark) -> None:
        if self.marks:
            self.cycles.append(Cycle.of(len(self.cycles) + 1, tuple(self.marks), self.judged_us))
        self.marks = [mark]
        self.judged_us = None

    def cancel(self, change: Change, why: str) -> None:
        self.track = None
        if self.state in {"running", "paused", "void"}:
            self.marks.append(Mark(change.us, change.known_us, "cancelled", why))

    def aim(self, terms: Terms, change: Change, now: Scene | None, *, resets: bool) -> None:
        """Judge by other terms from here on; ``from_change`` begins a new cycle if one is open.

        ``resets``: the stopwatch is about to begin it of its own.
        """
        if self.goals and self.goals[-1].terms == terms:
            return
        isnew = not self.goals
        self.track = None
        state = self.state
        is_open = state in {"running", "paused"}
        starts_over = now is not None and is_open and (resets or terms.on_change == "from_change")
        held = len(self.cycles) + bool(self.marks)
        midway = is_open and not starts_over
        self.goals = (*self.goals, change.goal(terms, held if midway else held + 1, midway=midway))
        if now is None or not starts_over or resets or state not in {"running", "paused"}:
            return
        if isnew:  # it was never judged by anything before, so what it counted so far leaves no trace
            self.marks = []
        else:
            self.cancel(change, "started over by a change")
        self.begin(Mark(change.us, change.known_us, state, standing(now)))

    def start_over(self, now: Scene, us: int, known_us: int, why: str) -> None:
        """Cancel the open cycle and begin another one; without an open one nothing happens."""
        state = self.state
        if state in {"running", "paused"}:
            self.do((Act("mark", "cancelled", why), Act("begin", state, standing(now))), us, known_us)

    def date_back(self, start_us: int, us: int, known_us: int, why: str) -> None:
        """Let the open cycle begin earlier, as is known from ``us`` on; or one begin so where none is open."""
        self.superseded = (*self.superseded, Superseded(us, self.all_cycles))
        self.track = None
        begun = new(Mark, (start_us, known_us, "running", why))
        if self.state not in {"running", "paused"}:
            self.begin(begun)
        elif self.marks[0].state == "running":
            self.marks[0] = begun
        else:
            self.marks.insert(0, begun)
        self.judged_us = us

    def catch_up(self, stopwatch: Stopwatch, beats: list[Beat], resets: list[Restart]) -> None:
        """Take a stopwatch through a life it was not there for, with what was started over by hand in it."""
        before: Scene | None = None
        for place, (us, known_us, scene) in enumerate(beats):
            self.do(acts(stopwatch, self.state, before, scene), us, known_us)
            before = scene
            for reset in resets:
                if reset.beats == place + 1:
                    self.start_over(scene, reset.us, reset.known_us, reset.why)
