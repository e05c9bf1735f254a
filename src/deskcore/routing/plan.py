"""What a policy becomes on a board: the same question, asked of what the board keeps instead of a snapshot.

Layer: routing.
"""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Any

from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind
from deskcore.routing.waiting import WaitingFacts

if TYPE_CHECKING:
    from deskcore.routing.board import Board


class Plan(abc.ABC):
    """One node of a policy on a board."""

    def __init__(self, policy: Any, board: Board) -> None:
        self.policy, self.board = policy, board

    @abc.abstractmethod
    def answer(self, ticket: WaitingFacts, told: tuple[str, ...]) -> Decision:
        """As the policy's own answer on the board's snapshot, with reasons found before it."""

    @abc.abstractmethod
    def would(self, ticket: WaitingFacts) -> DecisionKind:
        """As the policy's own."""

    @abc.abstractmethod
    def next_change(self, ticket: WaitingFacts) -> int | None:
        """As the policy's own."""
