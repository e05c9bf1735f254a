"""The rungs of a row, dated in one loop: at once where only a trigger dates one, else by ``dating``.

Most plans are of cases in which nothing is silenced and nobody did anything by hand, and most rungs hang on a clock or
on the opening and are held back by nothing: their date is that of the trigger, or the change that found it past. A
test holds this loop to ``dating``, which says what a date is.

Layer: escalation. Imports its own room.
"""

from __future__ import annotations

from deskcore.escalation.anchors import counted_us
from deskcore.escalation.board import Board
from deskcore.escalation.clock import reaches_us
from deskcore.escalation.dating import PAST
from deskcore.escalation.dating import planned as dated
from deskcore.escalation.due import Due
from deskcore.escalation.planned import Planned
from deskcore.escalation.rung import Rung


def entries(board: Board) -> list[Planned]:
    """Where each rung stands, in the order of the row. Linear in the rungs."""
    found, is_clear = board.found, board.is_clear and not board.hushes
    for rung in board.row.rungs:
        entry = _straight(rung, board) if is_clear and rung.is_straight else None
        found[rung.id] = dated(rung, board) if entry is None else entry
    return list(found.values())


def _straight(rung: Rung, board: Board) -> Planned | None:
    """Where a rung stands that nothing holds back and that never fired; ``None``: ``dating`` has to say it."""
    key = board.key(rung)
    if key in board.ledger.fired:
        return None
    reached = _begun(rung, board) if rung.metric is None else _on_clock(rung.metric, rung.due, board)
    if reached is None:
        return None
    changed = board.changed_us
    if reached >= changed:
        return Planned(key, rung, "ahead", reached, reached)
    return Planned(key, rung, "ahead", changed, reached, PAST)


def _begun(rung: Rung, board: Board) -> int | None:
    begun = board.begun_us(rung.once)
    return None if begun is None else counted_us(begun, rung.due, board)


def _on_clock(metric: str, due: Due, board: Board) -> int | None:
    hold = board.hold(metric)
    clock, nowhere, due_us = hold
    if nowhere is not None or clock is None:
        return None
    if due.share is not None:
        return reaches_us(clock, due.share, bare=False)
    amount = due.amount_us
    if not amount or due_us is None:
        return due_us
    reached = counted_us(due_us, due, board)
    return None if amount < 0 and hold.started_us > reached else reached
