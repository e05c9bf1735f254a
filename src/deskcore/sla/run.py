"""How one stopwatch goes through the beats of a ticket: the only place where cycles begin, pause and end.

A private, mutable working copy of one track; ``fold`` makes it and freezes it again. Not here: policies and targets.

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Iterable

from deskcore.sla.beat import Beat
from deskcore.sla.cue import NO_CUE
from deskcore.sla.state import Cycle, Mark, MarkState
from deskcore.sla.stopwatch import Stopwatch


class Run:
    """The cycles of one stopwatch, being counted."""

    __slots__ = ("cycles", "marks", "stopwatch")

    def __init__(self, stopwatch: Stopwatch | None, cycles: Iterable[Cycle] = ()) -> None:
        # A metric that left with an earlier policy has none: its cycles are closed and nothing steps them.
        self.stopwatch = stopwatch or _IDLE
        self.cycles = list(cycles)
        self.marks: list[Mark] = list(self.cycles.pop().marks) if self.cycles else []

    def frozen(self) -> tuple[Cycle, ...]:
        """The cycles as values."""
        if not self.marks:
            return tuple(self.cycles)
        return (*self.cycles, Cycle(len(self.cycles) + 1, tuple(self.marks)))

    def through(self, beats: Iterable[Beat]) -> Run:
        """Itself, after some beats from the first on."""
        before: Beat | None = None
        for beat in beats:
            self.step(before, beat)
            before = beat
        return self

    def step(self, before: Beat | None, beat: Beat) -> None:
        """One beat. Precedence: void, stop, reset, start, resume, pause."""
        watch, state = self.stopwatch, self._state
        if watch.void.seen(before, beat):
            if state in {"running", "paused"}:
                self._mark(beat, "void", beat.status.name)
            return
        done = watch.done.seen(before, beat)
        if state in {"running", "paused"}:
            if done or watch.stop.seen(before, beat):
                self._mark(beat, "stopped", beat.status.name if done else beat.what)
                state = "stopped"
            elif watch.reset.seen(before, beat):
                self.begin(before, beat, cancelled="started over")
                return
        elif state == "void":
            state = self._revive(before, beat, done=done)
        elif state == "stopped" and not done:
            state = self._reopen(before, beat)
        if state in {"running", "paused"}:
            self._pause(before, beat)
        elif (not self.marks or watch.cycles == "each") and watch.start.seen(before, beat):
            self._start(before, beat, done=done)

    def begin(self, before: Beat | None, beat: Beat, *, cancelled: str = "") -> None:
        """A new cycle from this beat on; an open one is cancelled for the reason given."""
        if cancelled and self._state in {"running", "paused"}:
            self._mark(beat, "cancelled", cancelled)
        if self.marks:
            self.cycles.append(Cycle(len(self.cycles) + 1, tuple(self.marks)))
        paused = self.stopwatch.pause.seen(before, beat)
        self.marks = [Mark(beat.us, beat.known_us, "paused" if paused else "running", _standing(beat))]

    def restart(self, last: Beat, us: int, known_us: int, *, forget: bool) -> None:
        """Cancel the open cycle and begin another as it stands, at an instant without a beat of its own.

        ``forget``: the open one was never judged by anything, so it leaves no trace.
        """
        state = self._state
        if state not in {"running", "paused"}:
            return
        if forget:
            self.marks = []
        else:
            self.marks.append(Mark(us, known_us, "cancelled", "started over by a change"))
            self.cycles.append(Cycle(len(self.cycles) + 1, tuple(self.marks)))
        self.marks = [Mark(us, known_us, state, _standing(last))]

    def end(self, us: int, known_us: int, why: str) -> None:
        """Cancel the open cycle, if there is one, for good."""
        if self._state in {"running", "paused", "void"}:
            self.marks.append(Mark(us, known_us, "cancelled", why))

    @property
    def _state(self) -> MarkState | None:
        return self.marks[-1].state if self.marks else None

    def _mark(self, beat: Beat, state: MarkState, why: str) -> None:
        self.marks.append(Mark(beat.us, beat.known_us, state, why))

    def _start(self, before: Beat | None, beat: Beat, *, done: bool) -> None:
        if not done:
            self.begin(before, beat)
        elif beat.opens:  # opened where it should end: fulfilled at once, no time counted
            self.marks = [Mark(beat.us, beat.known_us, "stopped", beat.status.name)]

    def _revive(self, before: Beat | None, beat: Beat, *, done: bool) -> MarkState:
        if done:
            self._mark(beat, "stopped", beat.status.name)
            return "stopped"
        paused = self.stopwatch.pause.seen(before, beat)
        self._mark(beat, "paused" if paused else "running", _standing(beat))
        return "running"

    def _reopen(self, before: Beat | None, beat: Beat) -> MarkState:
        """What taking up a settled ticket does: only ``done`` ceasing to hold is a reopening."""
        rule = self.stopwatch.on_reopen
        if rule == "first_only" or before is None:
            return "stopped"
        if not self.stopwatch.done.seen(None, before) and not self.stopwatch.void.seen(None, before):
            return "stopped"
        if rule == "restart":
            self.begin(before, beat)
            return "running"
        if rule == "continue_including_closed":
            settled = self.marks.pop()
            self.marks.append(Mark(settled.us, settled.known_us, "counted", settled.why))
        paused = self.stopwatch.pause.seen(before, beat)
        self._mark(beat, "paused" if paused else "running", _standing(beat))
        return "running"

    def _pause(self, before: Beat | None, beat: Beat) -> None:
        watch, state = self.stopwatch, self._state
        paused = watch.pause.seen(before, beat)
        if not paused and state == "paused" and watch.resume != NO_CUE:
            paused = not watch.resume.seen(before, beat)
        wanted: MarkState = "paused" if paused else "running"
        if state != wanted:
            self._mark(beat, wanted, _standing(beat))


def _standing(beat: Beat) -> str:
    status = beat.status
    if status.phase != "waiting":
        return status.name
    return f"{status.name}, waiting for {status.waits_for}" if status.waits_for else f"{status.name}, waiting"


_IDLE = Stopwatch("idle", start=NO_CUE, stop=~NO_CUE)
