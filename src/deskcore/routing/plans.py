"""A policy worked out for a board: the same tree, each node asking the board what it would have asked of a snapshot.

What is not known here, a host's own node for instance, is asked of the board's snapshot as it stands.

Layer: routing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, final

import attrs

from deskcore._value import to_us
from deskcore.routing.assign import HandOff, ToAgent
from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind, ShareServed
from deskcore.routing.firm import FIRM
from deskcore.routing.gate import Overflow
from deskcore.routing.leaf import Leaf
from deskcore.routing.line import InLine
from deskcore.routing.plan import Plan
from deskcore.routing.policy import AfterWait, Decline, FirstOf, Reject, RoutingPolicy, Wait, When
from deskcore.routing.share import TAKES, Blend
from deskcore.routing.signals import OutOfHours, Signal, WaitingCount
from deskcore.routing.signature import reads_no_line
from deskcore.routing.snapshot import Candidate
from deskcore.routing.steps import Offering
from deskcore.routing.waiting import WaitingFacts

if TYPE_CHECKING:
    from deskcore.routing.board import Board


@final
class _Plain(Plan):
    """A policy of which nothing is known: it is asked itself, on the snapshot."""

    policy: RoutingPolicy

    def answer(self, ticket: WaitingFacts, told: tuple[str, ...]) -> Decision:
        return self.policy.answer(ticket, self.board.snapshot()).after(told)

    def would(self, ticket: WaitingFacts) -> DecisionKind:
        return self.policy.would(ticket, self.board.snapshot())

    def next_change(self, ticket: WaitingFacts) -> int | None:
        return self.policy.next_change(ticket, self.board.snapshot())


@final
class _Constant(Plan):
    """An answer that is always the same."""

    policy: RoutingPolicy

    def answer(self, ticket: WaitingFacts, told: tuple[str, ...]) -> Decision:
        return self.policy.answer(ticket, self.board.floor).after(told)

    def would(self, ticket: WaitingFacts) -> DecisionKind:
        return self.policy.would(ticket, self.board.floor)

    def next_change(self, ticket: WaitingFacts) -> int | None:
        del ticket
        return None


@final
class _First(Plan):
    """The first answer of several."""

    def __init__(self, policy: FirstOf, board: Board) -> None:
        super().__init__(policy, board)
        self.steps = tuple(board.plan(step) for step in policy.steps)

    def answer(self, ticket: WaitingFacts, told: tuple[str, ...]) -> Decision:
        for step in self.steps:
            decision = step.answer(ticket, told)
            if decision.answers:
                return decision
            told = decision.because
        return Decision("none", ticket.ticket, because=told)

    def would(self, ticket: WaitingFacts) -> DecisionKind:
        for step in self.steps:
            kind = step.would(ticket)
            if kind != "none":
                return kind
        return "none"

    def next_change(self, ticket: WaitingFacts) -> int | None:
        return _first(*[step.next_change(ticket) for step in self.steps])


class _Inside(Plan):
    """A node around one policy."""

    def __init__(self, policy: Any, board: Board) -> None:
        super().__init__(policy, board)
        self.inner = board.plan(policy.policy)

    def answer(self, ticket: WaitingFacts, told: tuple[str, ...]) -> Decision:
        return self.inner.answer(ticket, told)

    def would(self, ticket: WaitingFacts) -> DecisionKind:
        return self.inner.would(ticket)

    def next_change(self, ticket: WaitingFacts) -> int | None:
        return self.inner.next_change(ticket)


@final
class _When(_Inside):
    """A policy under a condition."""

    policy: When

    def answer(self, ticket: WaitingFacts, told: tuple[str, ...]) -> Decision:
        verdict = self.policy.condition.explain(self.board.floor.facts(ticket))
        if not verdict:
            return Decision("none", ticket.ticket, because=(*told, verdict.explain()))
        return self.inner.answer(ticket, (*told, *verdict.because))

    def would(self, ticket: WaitingFacts) -> DecisionKind:
        return self.inner.would(ticket) if self._holds(ticket) else "none"

    def next_change(self, ticket: WaitingFacts) -> int | None:
        own = self.board.floor.next_fact_change(self.policy.condition.names(), ticket)
        return _first(own, self.inner.next_change(ticket)) if self._holds(ticket) else own

    def _holds(self, ticket: WaitingFacts) -> bool:
        return self.policy.condition.test(self.board.floor.facts(ticket))


@final
class _AfterWait(_Inside):
    """A policy after a wait."""

    policy: AfterWait

    def answer(self, ticket: WaitingFacts, told: tuple[str, ...]) -> Decision:
        if self._opens(ticket) > self.board.floor.at_us:
            return Decision("none", ticket.ticket, because=(*told, f"has not waited {self.policy.waited} yet"))
        return self.inner.answer(ticket, (*told, f"has waited {self.policy.waited}"))

    def would(self, ticket: WaitingFacts) -> DecisionKind:
        return self.inner.would(ticket) if self._opens(ticket) <= self.board.floor.at_us else "none"

    def next_change(self, ticket: WaitingFacts) -> int | None:
        opens = self._opens(ticket)
        return self.inner.next_change(ticket) if opens <= self.board.floor.at_us else opens

    def _opens(self, ticket: WaitingFacts) -> int:
        return to_us(ticket.queued_at) + self.policy.waited.microseconds


@final
class _Offering(_Inside):
    """An offer to whom a policy chooses."""

    policy: Offering

    def answer(self, ticket: WaitingFacts, told: tuple[str, ...]) -> Decision:
        floor = self.board.floor
        if self.policy.is_spent(ticket, floor):
            return Decision("none", ticket.ticket, because=(*told, *self.policy.answer(ticket, floor).because))
        return self.policy.offered(self.inner.answer(ticket, told), floor)

    def would(self, ticket: WaitingFacts) -> DecisionKind:
        if self.policy.is_spent(ticket, self.board.floor):
            return "none"
        kind = self.inner.would(ticket)
        return "offer" if kind == "assign" else kind


@final
class _Overflow(Plan):
    """Inside or outside, as the gate stands."""

    policy: Overflow

    def __init__(self, policy: Overflow, board: Board) -> None:
        super().__init__(policy, board)
        self.inside, self.outside = board.plan(policy.inside), board.plan(policy.outside)

    def _now(self) -> Plan:
        return self.outside if self.board.floor.routing.is_open(self.policy.gate.id) else self.inside

    def answer(self, ticket: WaitingFacts, told: tuple[str, ...]) -> Decision:
        return self._now().answer(ticket, (*told, self.policy.state(self.board.floor.routing)))

    def would(self, ticket: WaitingFacts) -> DecisionKind:
        return self._now().would(ticket)

    def next_change(self, ticket: WaitingFacts) -> int | None:
        floor = self.board.floor if _needs_no_line(self.policy.gate.signal) else self.board.snapshot()
        return _first(self.policy.next_switch(floor), self._now().next_change(ticket))


@final
class _Blend(Plan):
    """A share of turns among those who can take the ticket."""

    policy: Blend

    def __init__(self, policy: Blend, board: Board) -> None:
        super().__init__(policy, board)
        self.inner = {portion.name: board.plan(portion.policy) for portion in policy.portions}

    def answer(self, ticket: WaitingFacts, told: tuple[str, ...]) -> Decision:
        able = [one for one in self.policy.portions if self.inner[one.name].would(ticket) in TAKES]
        if not able:
            refused = (plan.answer(ticket, ()).because for plan in self.inner.values())
            return Decision(
                "none", ticket.ticket, because=(*told, *(reason for because in refused for reason in because))
            )
        chosen, among = self.policy.turn(able, self.board.floor)
        if len(self.inner) == 1:
            return self.inner[chosen.name].answer(ticket, told)
        decision = self.inner[chosen.name].answer(ticket, (*told, f"the turn of {chosen.name} in {self.policy.id}"))
        return attrs.evolve(decision, marks=(*decision.marks, ShareServed(self.policy.id, chosen.name, among)))

    def would(self, ticket: WaitingFacts) -> DecisionKind:
        for plan in self.inner.values():
            kind = plan.would(ticket)
            if kind in TAKES:
                return kind
        return "none"

    def next_change(self, ticket: WaitingFacts) -> int | None:
        return _first(*[plan.next_change(ticket) for plan in self.inner.values()])


@final
class _HandOff(Plan):
    """A partner desk as a whole."""

    policy: HandOff

    def answer(self, ticket: WaitingFacts, told: tuple[str, ...]) -> Decision:
        return self.policy.answer_of(self._desk(), ticket, self.board.floor).after(told)

    def would(self, ticket: WaitingFacts) -> DecisionKind:
        return "hand_off" if self.policy.admits(self._desk(), ticket, self.board.floor) else "none"

    def next_change(self, ticket: WaitingFacts) -> int | None:
        return self.policy.next_change_of(self._desk(), ticket, self.board.floor)

    def _desk(self) -> Candidate:
        return self.board.partner(self.policy.partner)


_PLANS: Final[dict[type[RoutingPolicy], type[Plan]]] = {
    FirstOf: _First,
    AfterWait: _AfterWait,
    InLine: _Inside,
    Offering: _Offering,
    Overflow: _Overflow,
    Blend: _Blend,
    Wait: _Constant,
    Reject: _Constant,
    Decline: _Constant,
}


def plan_for(policy: RoutingPolicy, board: Board) -> Plan:
    """What answers for a policy on a board."""
    if isinstance(policy, ToAgent):
        leaf = Leaf(policy, board)
        return leaf if leaf.works else _Plain(policy, board)
    if isinstance(policy, HandOff):
        apart = reads_no_line(FIRM & policy.requires, board.staff)
        return _HandOff(policy, board) if apart else _Plain(policy, board)
    if isinstance(policy, When) and "ahead" not in policy.condition.names():
        return _When(policy, board)
    return _PLANS.get(type(policy), _Plain)(policy, board)


def _needs_no_line(signal: Signal) -> bool:
    """Whether a signal's forecast looks at no waiting ticket and nobody's presence."""
    return isinstance(signal, OutOfHours) or signal == WaitingCount()


def _first(*changes: int | None) -> int | None:
    return min((change for change in changes if change is not None), default=None)
