"""Policies in steps: each for a while, left early when it is hopeless; and offers that may be turned down.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import UTC
from typing import Final, final

import attrs

from deskcore._value import as_tuple, from_us, instance_of_kind, named, to_us
from deskcore.errors import Problem
from deskcore.hours import ElapsedDuration
from deskcore.log import EventData
from deskcore.routing.claims import Claims, of_parts
from deskcore.routing.context import Context
from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind, StageEntered
from deskcore.routing.kinds import amount, whole
from deskcore.routing.policy import A_POLICY, Decline, RoutingPolicy
from deskcore.routing.requirement import A_REQUIREMENT, Requirement
from deskcore.routing.resort import anybody
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.trace import Step
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import HOUSE


@final
@attrs.frozen
class TimedStep:
    """One step: its policy, for how long it is tried from when it was entered, and when it is hopeless.

    It is left at once when it has no answer and nobody of ``desk`` meets ``needs``; ``None`` never is hopeless.

    >>> from deskcore.hours import elapsed
    >>> from deskcore.routing import Wait
    >>> print(TimedStep(Decline(), elapsed(seconds=15)))
    no answer for 15s
    """

    policy: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))
    lasts: ElapsedDuration = attrs.field(validator=amount())
    needs: Requirement | None = attrs.field(
        default=None, validator=instance_of_kind(Requirement | None, f"{A_REQUIREMENT}, or None")
    )
    desk: str = attrs.field(default=HOUSE, validator=named)

    def is_hopeless(self, ticket: WaitingFacts, floor: Snapshot) -> bool:
        """Whether it is left at once."""
        if self.needs is None or anybody(self.needs, self.desk, ticket, floor):
            return False
        return self.policy.would(ticket, floor) == "none"

    def __str__(self) -> str:
        return f"{self.policy} for {self.lasts}"


_A_STEP: Final = "must be a step, for example TimedStep(ToAgent(), elapsed(seconds=15))"


def _timed(given: Iterable[TimedStep]) -> tuple[TimedStep, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class Steps(RoutingPolicy):
    """Steps one after the other, each for its own elapsed time from when it was entered; after the last, ``then``.

    A step that is left early is left for good: the floor's log remembers it (``StageEntered``), so whoever signs on
    later does not bring it back. The ticket keeps its place in line throughout.

    >>> from deskcore.hours import elapsed
    >>> from deskcore.routing import ToAgent
    >>> print(Steps("preferred", (TimedStep(ToAgent(), elapsed(seconds=15)),)))
    preferred: an agent of house, least utilised, then longest idle for 15s, then no answer
    """

    id: str = attrs.field(validator=named)
    steps: tuple[TimedStep, ...] = attrs.field(
        converter=_timed, validator=instance_of_kind(TimedStep, _A_STEP, many=True)
    )
    then: RoutingPolicy = attrs.field(factory=Decline, validator=instance_of_kind(RoutingPolicy, A_POLICY))

    def _stage(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[int, int, bool]:
        """The present step, when it was entered in microseconds of UTC, and whether hopelessness led there just now."""
        known = floor.routing.stage(ticket.ticket, self.id)
        index, since = (0, to_us(ticket.queued_at)) if known is None else (known.index, to_us(known.since))
        skipped = False
        while index < len(self.steps):
            step = self.steps[index]
            if since + step.lasts.microseconds <= floor.at_us:
                since += step.lasts.microseconds
            elif step.is_hopeless(ticket, floor):
                since, skipped = floor.at_us, True
            else:
                break
            index += 1
        return index, since, skipped

    def _now(self, ticket: WaitingFacts, floor: Snapshot) -> RoutingPolicy:
        index, _, _ = self._stage(ticket, floor)
        return self.steps[index].policy if index < len(self.steps) else self.then

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        index, _, _ = self._stage(ticket, floor)
        where = f"step {index + 1} of {self.id}" if index < len(self.steps) else f"all steps of {self.id} are over"
        return self._now(ticket, floor).answer(ticket, floor).after((where,))

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        return self._now(ticket, floor).would(ticket, floor)

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        index, since, _ = self._stage(ticket, floor)
        own = since + self.steps[index].lasts.microseconds if index < len(self.steps) else None
        inner = self._now(ticket, floor).next_change(ticket, floor)
        changes = (own, inner, *self._hope(index, ticket, floor))
        return min((change for change in changes if change is not None), default=None)

    def _hope(self, index: int, ticket: WaitingFacts, floor: Snapshot) -> Iterator[int | None]:
        """When somebody whom the present step needs may come or go by time alone."""
        if index < len(self.steps):
            step = self.steps[index]
            if step.needs is not None:
                yield from (step.needs.next_change(ticket, one, floor) for one in floor.agents_of(step.desk))

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        index, since, _ = self._stage(ticket, floor)
        return (index, since, self._now(ticket, floor).demand(ticket, floor))

    def stages_due(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[EventData, ...]:
        index, _, skipped = self._stage(ticket, floor)
        own = (StageEntered(ticket.ticket, self.id, index),) if skipped else ()
        return (*own, *self._now(ticket, floor).stages_due(ticket, floor))

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        index, _, _ = self._stage(ticket, floor)
        own = Step(f"steps {self.id}", Decision.none(ticket, f"{index} of {len(self.steps)} are over"))
        return (own, *self._now(ticket, floor).trace(ticket, floor))

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        parts = ((f"steps[{place}]", step.policy) for place, step in enumerate(self.steps))
        return (*parts, ("then", self.then))

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        for place, step in enumerate(self.steps):
            if step.needs is not None:
                yield from step.needs.lint(context.staff, f"{path}.steps[{place}].needs")
        yield from super().problems(context, path)

    @property
    def claims(self) -> Claims:
        return of_parts(self, lost=("monotone", "work_conserving"))  # a hopeless step is left, and not come back to

    def __str__(self) -> str:
        return f"{self.id}: {', then '.join(str(step) for step in self.steps)}, then {self.then}"


@final
@attrs.frozen
class Offering(RoutingPolicy):
    """Offer the ticket to whom a policy chooses, instead of assigning it: they may turn it down.

    An offer lapses ``lapses_after`` of elapsed time later (``None``: never) and when its agent is no longer present;
    either counts as turned down. After ``most`` offers it has no answer. Require ``NotRefused`` inside, or the same
    agent is asked again. Not for ``LastResort``, whose offers would lapse as they are made: put that after it, with
    ``|``; ``lint`` finds the pair.

    >>> from deskcore.hours import elapsed
    >>> from deskcore.routing import ToAgent
    >>> print(Offering(ToAgent(), lapses_after=elapsed(minutes=2), most=3))
    offer to an agent of house, least utilised, then longest idle, for 2m, at most 3 times

    Raises:
        InvalidValue: an amount of time that is not above zero, or fewer than one offer.
    """

    policy: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))
    lapses_after: ElapsedDuration | None = attrs.field(
        default=None, kw_only=True, validator=amount(above_zero=True, optional=True)
    )
    most: int | None = attrs.field(default=None, kw_only=True, validator=whole(1, optional=True))

    def is_spent(self, ticket: WaitingFacts, floor: Snapshot) -> bool:
        """Whether it was offered as often as it may be."""
        return self.most is not None and len(floor.routing.refused(ticket.ticket)) >= self.most

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        if self.is_spent(ticket, floor):
            return Decision.none(ticket, f"was offered {self.most} times")
        return self.offered(self.policy.answer(ticket, floor), floor)

    def offered(self, decision: Decision, floor: Snapshot) -> Decision:
        """An assignment as an offer; any other decision as it is."""
        if decision.kind != "assign":
            return decision
        lapses = None if self.lapses_after is None else floor.at_us + self.lapses_after.microseconds
        until = None if lapses is None else from_us(lapses, floor.at.tzinfo or UTC)
        return attrs.evolve(decision, kind="offer", expires_at=until)

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        if self.is_spent(ticket, floor):
            return "none"
        kind = self.policy.would(ticket, floor)
        return "offer" if kind == "assign" else kind

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return (self.is_spent(ticket, floor), self.policy.demand(ticket, floor))

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        if self.is_spent(ticket, floor):
            return (Step(str(self), self.answer(ticket, floor)),)
        *before, last = self.policy.trace(ticket, floor)
        if last.decision.kind != "assign":
            return (*before, last)
        return (*before, attrs.evolve(last, decision=attrs.evolve(last.decision, kind="offer")))

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        return (("policy", self.policy),)

    @property
    def claims(self) -> Claims:
        return of_parts(self, lost=() if self.most is None else ("monotone", "work_conserving"))

    def __str__(self) -> str:
        lapses = "" if self.lapses_after is None else f", for {self.lapses_after}"
        return f"offer to {self.policy}{lapses}" + ("" if self.most is None else f", at most {self.most} times")
