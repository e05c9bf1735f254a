"""What is wrong within a ladder: its order, what its rungs count from, and what they wait for.

Layer: escalation. Imports its own room.
"""

from __future__ import annotations

from collections.abc import Iterator

from deskcore.errors import Problem
from deskcore.escalation.actions import Notify, NotifyInTurn
from deskcore.escalation.due import Due
from deskcore.escalation.matrix import Matrix, MatrixRow
from deskcore.escalation.rung import Rung

_TOO_LATE = "change the order or the amounts"


def axes(matrix: Matrix) -> Iterator[Problem]:
    """One id on both axes."""
    first: dict[str, Rung] = {}
    for place, row in enumerate(matrix.rows):
        for rung in row.rungs:
            other = first.setdefault(rung.id, rung)
            if other.axis != rung.axis:
                reason = (
                    f"is {rung.axis} here and {other.axis} in a row above; the same id is the same rung, rename one"
                )
                yield Problem(f"rows[{place}].rungs[{rung.id}].axis", reason, "two_axes")


def watched(matrix: Matrix) -> Iterator[Problem]:
    """Two conditions that rungs count from and that a ledger could not tell apart."""
    held: dict[str, object] = {}
    for place, row in enumerate(matrix.rows):
        for rung in row.rungs:
            words = rung.due.watched
            if rung.due.condition is not None and held.setdefault(words, rung.due.condition) != rung.due.condition:
                reason = f"counts from {words}, as another rung does that means something else; word them differently"
                yield Problem(f"rows[{place}].rungs[{rung.id}].due.condition", reason, "same_words")


def order(path: str, row: MatrixRow) -> Iterator[Problem]:
    """On one axis, rungs that count from the same anchor on the same clock have to rise."""
    held: dict[tuple[str, ...], Rung] = {}
    for rung in row.rungs:
        kind = (rung.axis, rung.due.anchor, rung.due.of or rung.due.watched, rung.due.clock)
        if rung.due.anchor in {"hand", "count"}:
            continue  # neither has an order of its own
        size, before = _size(rung.due), held.get(kind)
        if before is not None and size == _size(before.due):
            reason = f"is due at the same instant as {before.id} on the {rung.axis} axis; join them or move one"
            yield Problem(f"{path}.rungs[{rung.id}].due", reason, "same_instant")
        elif before is not None and size < _size(before.due):
            reason = f"is due before {before.id}, which stands above it; {_TOO_LATE}"
            yield Problem(f"{path}.rungs[{rung.id}].due", reason, "not_rising")
        held[kind] = rung


def _size(due: Due) -> float:
    return due.amount.microseconds if due.share is None else due.share


def anchors(path: str, row: MatrixRow) -> Iterator[Problem]:
    """Rungs that count from one that is not there, or from each other."""
    after = {rung.id: rung.due.of for rung in row.rungs if rung.due.anchor == "rung"}
    known = {rung.id for rung in row.rungs}
    for rung, origin in after.items():
        other: str | None = origin
        here = f"{path}.rungs[{rung}].due"
        if other not in known:
            yield Problem(here, f"counts from rung {other!r}, which its row lacks; add it there", "unknown_rung")
        chain = [rung]
        while other is not None and other not in chain:
            chain.append(other)
            other = after.get(other)
        if other == rung:
            yield Problem(here, f"counts from itself, over {', '.join(chain)}; anchor one elsewhere", "circular")


def acknowledgements(path: str, row: MatrixRow) -> Iterator[Problem]:
    """Rungs that hold until an acknowledgement that nobody has been asked for."""
    told = False
    for rung in row.rungs:
        told = told or any(isinstance(action, Notify | NotifyInTurn) for action in rung.actions)
        if rung.until == "acked" and not told:
            reason = "holds until somebody acknowledges, but nobody has been told by then; notify somebody first"
            yield Problem(f"{path}.rungs[{rung.id}].until", reason, "nobody_to_acknowledge")
