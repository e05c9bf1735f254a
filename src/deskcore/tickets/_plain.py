"""Moves on which nothing hangs, answered once for each lifecycle and looked up from then on.

Most moves of most lifecycles ask for nothing but a row in the table, and what they say does not depend on who moves or
when. Not here: any other move, for which ``_moving`` looks at everything.

Layer: tickets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from deskcore.predicate import ALWAYS
from deskcore.tickets.decided import Decided
from deskcore.tickets.moves import status_event

if TYPE_CHECKING:
    from deskcore.tickets.lifecycle import Lifecycle
    from deskcore.tickets.status import Status

_DONE = frozenset({"resolved", "closed", "cancelled"})


def plain_move(lifecycle: Lifecycle, source: Status, to: str) -> Decided | None:
    """The answer to ``Move(to=to)`` from ``source`` where it is the same for everybody at any time, else ``None``."""
    memo = lifecycle.plain
    try:
        return memo[source.name, source.phase, to]
    except KeyError:
        target = lifecycle.find(to)
        if target is None or lifecycle.find(source.name) is None:
            return None  # not kept: there is no end of names that a lifecycle does not have
        found = _answer(lifecycle, source, target) if _is_plain(lifecycle, source, target) else None
        memo[source.name, source.phase, to] = found
        return found


def _answer(lifecycle: Lifecycle, source: Status, target: Status) -> Decided | None:
    row = lifecycle.transition(source.name, target.name)
    if row is None or row.permission is not None or row.roles or row.any_of or row.needs or row.guard is not ALWAYS:
        return None
    return Decided((status_event(source, target),))


def _is_plain(lifecycle: Lifecycle, source: Status, target: Status) -> bool:
    """Whether neither side of a move nor the lifecycle asks who moves, when, why or with what."""
    return not (
        source.name == target.name
        or source.phase in _DONE
        or target.phase not in {"new", "active"}
        or lifecycle.is_sealed(source.name)
        or lifecycle.permissions
        or lifecycle.propagation
        or any(entry.status == target.name for entry in lifecycle.entries)
    )
