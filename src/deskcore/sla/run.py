"""What one step of a ticket does to one stopwatch: the only place where cycles begin, pause and end.

A pure answer, remembered by ``setup``; ``fold`` carries it out. Not here: instants, policies and targets.

Layer: sla.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

from deskcore.sla.beat import Scene
from deskcore.sla.cue import NO_CUE
from deskcore.sla.state import MarkState
from deskcore.sla.stopwatch import Stopwatch

State: TypeAlias = MarkState | None
"""How the latest cycle stands; ``None`` before the first."""


class Act(NamedTuple):
    """A change of a track: a mark on its latest cycle, a new cycle that begins with one, or settled time counted."""

    kind: Literal["mark", "begin", "count"]
    state: MarkState
    why: str


def acts(watch: Stopwatch, state: State, before: Scene | None, scene: Scene) -> tuple[Act, ...]:
    """What happens to a stopwatch whose latest cycle stands so. Precedence: void, stop, reset, start, resume, pause."""
    if watch.void.seen(before, scene):
        why = "merged into another ticket" if scene.merged else scene.status.name
        return (Act("mark", "void", why),) if state in {"running", "paused"} else ()
    done = watch.done.seen(before, scene)
    found: tuple[Act, ...] = ()
    if state in {"running", "paused"}:
        if done or watch.stop.seen(before, scene):
            found = (Act("mark", "stopped", scene.status.name if done else scene.what),)
        elif watch.reset.seen(before, scene):
            return (Act("mark", "cancelled", "started over"), _going("begin", watch, before, scene))
        else:
            return _paused(watch, state, before, scene)
    elif state == "void":
        return (Act("mark", "stopped", scene.status.name) if done else _going("mark", watch, before, scene),)
    elif state == "stopped" and not done:
        found = _reopened(watch, before, scene)
        if found:
            return found
    if (state is None or watch.cycles != "once") and watch.start.seen(before, scene):
        return (*found, *_started(watch, state, before, scene, done=done))
    return found


def _going(kind: Literal["mark", "begin"], watch: Stopwatch, before: Scene | None, scene: Scene) -> Act:
    return Act(kind, "paused" if watch.pause.seen(before, scene) else "running", standing(scene))


def _paused(watch: Stopwatch, state: State, before: Scene | None, scene: Scene) -> tuple[Act, ...]:
    paused = watch.pause.seen(before, scene)
    if not paused and state == "paused" and watch.resume != NO_CUE:
        paused = not watch.resume.seen(before, scene)
    wanted: MarkState = "paused" if paused else "running"
    return () if state == wanted else (Act("mark", wanted, standing(scene)),)


def _reopened(watch: Stopwatch, before: Scene | None, scene: Scene) -> tuple[Act, ...]:
    """What taking up a settled ticket does: only ``done`` ceasing to hold is a reopening."""
    if watch.on_reopen == "first_only" or before is None:
        return ()
    if not watch.done.seen(None, before) and not watch.void.seen(None, before):
        return ()
    if watch.on_reopen == "restart":
        return (_going("begin", watch, before, scene),)
    going = _going("mark", watch, before, scene)
    if watch.on_reopen == "continue_including_closed":
        return (Act("count", "counted", ""), going)
    return (going,)


def _started(watch: Stopwatch, state: State, before: Scene | None, scene: Scene, *, done: bool) -> tuple[Act, ...]:
    if not done and not (scene.opens and watch.stop.seen(before, scene)):
        if state == "stopped" and watch.cycles == "cumulative":
            return (_going("mark", watch, before, scene),)
        over = state == "stopped" and watch.cycles == "last_only"
        superseded = (Act("mark", "cancelled", "superseded by a later cycle"),) if over else ()
        return (*superseded, _going("begin", watch, before, scene))
    # Opened where it should end: fulfilled at once, no time counted.
    return (Act("begin", "stopped", scene.status.name),) if scene.opens else ()


def standing(scene: Scene) -> str:
    """How the ticket stands, in words: its status and, when it waits, for whom."""
    status = scene.status
    if status.phase != "waiting":
        return status.name
    return f"{status.name}, waiting for {status.waits_for}" if status.waits_for else f"{status.name}, waiting"
