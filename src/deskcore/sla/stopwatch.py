"""The one stopwatch every promise is measured with: when it starts, pauses, stops, starts over, and is void.

Not here: the named ones (``metric``), the promises (``target``) and the counting of time (``reckon``).

Layer: sla.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import named
from deskcore.errors import InvalidValue
from deskcore.sla.cue import NO_CUE, VOID, Cue, one_of

OnReopen: TypeAlias = Literal["continue_excluding_closed", "continue_including_closed", "restart", "first_only"]
"""When a settled ticket is taken up again: go on without the time it was settled, go on and count it, begin a new
cycle, or let the first end stand."""

Cycles: TypeAlias = Literal["once", "each", "cumulative", "last_only"]
"""What a start after the end of a cycle does: nothing; begin another one; go on with the same one, so that all of its
stretches count towards one target; or begin another one and cancel the ones before, so that only the last is judged."""


@final
@attrs.frozen
class Stopwatch:
    """What to measure. ``start``, ``stop``, ``reset`` and ``resume`` are happenings; the other cues are standings.

    A cycle begins when ``start`` is given and none is open. It ends, fulfilled, when ``stop`` is given or ``done``
    begins to hold; a ticket opened while ``done`` holds, or with ``stop``, is fulfilled at once. While ``pause`` holds
    it does not count (with ``resume``, from a pause until that is given). ``reset`` cancels it and begins the next one.
    While ``void`` holds it is cancelled, and goes on without that time should it cease to hold. When ``done`` ceases to
    hold, ``on_reopen`` rules. While ``hide`` holds time counts, but no due is shown. Precedence within one beat: void,
    stop, reset, start, resume, pause.

    >>> from deskcore.sla.cue import Opening, WaitsOn, SETTLED
    >>> mine = Stopwatch("fix", start=Opening(), done=SETTLED, pause=WaitsOn(("vendor",)))
    >>> print(mine)
    fix: from the opening, until the ticket is resolved or closed; not while the ticket waits for vendor

    Raises:
        InvalidValue: nothing could ever end it, or a word is unknown.
    """

    name: str = attrs.field(validator=named)
    start: Cue
    stop: Cue = NO_CUE
    done: Cue = NO_CUE
    pause: Cue = NO_CUE
    resume: Cue = NO_CUE
    reset: Cue = NO_CUE
    void: Cue = VOID
    cycles: Cycles = "once"
    on_reopen: OnReopen = "first_only"
    hide: Cue = NO_CUE

    def __attrs_post_init__(self) -> None:
        if self.stop == NO_CUE and self.done == NO_CUE:
            raise InvalidValue("stop", self.name, "must be given, or done: a clock without an end is never fulfilled")
        one_of("cycles", self.cycles, get_args(Cycles))
        one_of("on_reopen", self.on_reopen, get_args(OnReopen))

    def __str__(self) -> str:
        end = self.stop | self.done
        paused = "" if self.pause == NO_CUE else f"; not while {self.pause}"
        return f"{self.name}: from {self.start}, until {end}{paused}"
