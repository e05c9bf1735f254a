"""Policies: pure functions of (ticket, snapshot), as nodes that combine, print, compare and explain themselves.

``|`` asks one after the other: associative, not commutative, with ``Decline()`` as its identity. ``Wait()`` is an
answer and ends the asking.

Layer: routing.
"""

from __future__ import annotations

import abc
from collections.abc import Hashable, Iterable, Iterator
from datetime import UTC
from functools import cached_property
from typing import TYPE_CHECKING, Final, final

import attrs

from deskcore._value import as_tuple, from_us, instance_of_kind, to_us
from deskcore.errors import Problem
from deskcore.hours import ElapsedDuration
from deskcore.log import EventData
from deskcore.predicate import ALWAYS, Condition
from deskcore.predicate.nodes import A_CONDITION
from deskcore.routing.claims import PLACES_NOBODY, PURE, Claims, of_parts, of_the_whole
from deskcore.routing.context import Context
from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind
from deskcore.routing.kinds import amount
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.trace import Step
from deskcore.routing.waiting import WaitingFacts

if TYPE_CHECKING:
    from deskcore.routing.gate import Gate
    from deskcore.routing.line import Line


@attrs.frozen
class RoutingPolicy(abc.ABC):
    """Says where a ticket goes. Subclass it, frozen, for one of your own and register its name with the desk.

    A subclass writes ``answer`` (and ``__str__``); callers ask ``decide``.

    >>> print(Decline() | Wait())
    wait
    """

    @abc.abstractmethod
    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        """Where the ticket goes, or ``Decision.none`` with the reasons for having no answer. Pure and total."""

    @final
    def decide(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        """Where the ticket goes on this floor, why, and when to ask again if it goes to nobody.

        The same arguments give the same decision on any machine. Cost: linear in the agents of the desks asked.

        Raises:
            UnknownName: the policy names a partner or calendar that is not there; ``lint`` finds that beforehand.
        """
        decision = self.answer(ticket, floor)
        if decision.acts:
            return decision
        again = self.next_change(ticket, floor)
        return attrs.evolve(decision, next_change=None if again is None else from_us(again, floor.at.tzinfo or UTC))

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        """The next instant, strictly later, at which the answer may change with nothing happening on the floor.

        In microseconds of UTC; ``None`` when time alone changes nothing. It may be early, never late.
        """
        changes = [change for part in self.inner_policies if (change := part.next_change(ticket, floor)) is not None]
        return min(changes, default=None)

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        """The kind of answer alone: what ``answer`` gives, without reasons and what they cost."""
        return self.answer(ticket, floor).kind

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        """What of the ticket the policy looks at to see whether anybody takes it.

        On one floor, tickets of equal demand all find somebody or all find nobody, and have the same ``next_change``.
        By default the ticket itself, which is always true and saves nothing.
        """
        del floor
        return ticket.ticket

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        """The steps that were asked, in order, with what each made of its candidates. The last one answered."""
        return (Step(str(self), self.answer(ticket, floor)),)

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        """The policies inside, each with a word on when it is asked; what pictures, lint and gates walk."""
        return ()

    @property
    def claims(self) -> Claims:
        """The laws it keeps; ``deskcore.testing.routing_claims`` tests each. State more for one of your own."""
        return of_the_whole(self, PURE)

    @property
    def may_hold(self) -> bool:
        """Whether it may answer without giving the ticket to anybody: wait, or reject. True where it is not known."""
        parts = self.parts_by_label()
        return not parts or any(part.may_hold for _, part in parts)

    @property
    def reads_the_register_s_order(self) -> bool:
        """Whether the order in which the register lists its agents matters, as it does for turns; mostly not."""
        return any(part.reads_the_register_s_order for _, part in self.parts_by_label())

    @cached_property
    def inner_policies(self) -> tuple[RoutingPolicy, ...]:
        """The policies inside, told once: a memo, outside equality and pickle, as the next two are."""
        return tuple(part for _, part in self.parts_by_label())

    @cached_property
    def all_gates(self) -> tuple[Gate, ...]:
        """``gates``, found once."""
        return self.gates()

    @cached_property
    def kept_line(self) -> Line | None:
        """``line``, found once."""
        return self.line()

    @cached_property
    def has_stages(self) -> bool:
        """Whether ``stages_due`` may ever name one: some node answers it in its own way."""
        own = type(self).stages_due is not RoutingPolicy.stages_due
        return own or any(part.has_stages for part in self.inner_policies)

    def line(self) -> Line | None:
        """The line that the policy keeps, the first of those inside; ``None``: the usual one."""
        lines = (part.line() for _, part in self.parts_by_label())
        return next((line for line in lines if line is not None), None)

    def stages_due(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[EventData, ...]:
        """What the floor must remember of how far a waiting ticket came, and does not yet; nothing for most."""
        return tuple(event for part in self.inner_policies for event in part.stages_due(ticket, floor))

    def gates(self) -> tuple[Gate, ...]:
        """The overflow gates inside, in the order of the policy, each once."""
        found: dict[Gate, None] = {}
        for _, part in self.parts_by_label():
            found.update(dict.fromkeys(part.gates()))
        return tuple(found)

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        """What is wrong with this node and those inside, whatever the ticket. Callers use ``routing.lint``."""
        for label, part in self.parts_by_label():
            yield from part.problems(context, f"{path}.{label}" if label else path)

    @property
    def always_answers(self) -> bool:
        """Whether no step after it can ever be asked."""
        return False

    def __or__(self, other: RoutingPolicy) -> RoutingPolicy:
        """Ask this one first, the other only if it has no answer. Associative; ``Decline()`` is its identity."""
        return first_of(self, other)


A_POLICY: Final = "must be a routing policy, for example ToAgent() or Wait()"
"""What a field that holds a policy says of anything else."""


def _policies(given: Iterable[RoutingPolicy]) -> tuple[RoutingPolicy, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class FirstOf(RoutingPolicy):
    """The first answer among several policies, with the reasons of those that had none. Prefer ``|``.

    >>> print(FirstOf((Decline(), Wait())))
    no answer, else wait
    """

    steps: tuple[RoutingPolicy, ...] = attrs.field(
        converter=_policies, validator=instance_of_kind(RoutingPolicy, A_POLICY, many=True)
    )

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        passed: tuple[str, ...] = ()
        for step in self.steps:
            decision = step.answer(ticket, floor)
            if decision.answers:
                return decision.after(passed)
            passed += decision.because
        return Decision.none(ticket, *passed)

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        for step in self.steps:
            kind = step.would(ticket, floor)
            if kind != "none":
                return kind
        return "none"

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return tuple([step.demand(ticket, floor) for step in self.steps])  # a list is quicker than a generator

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        found: tuple[Step, ...] = ()
        for step in self.steps:
            found += step.trace(ticket, floor)
            if found and found[-1].decision.answers:
                break
        return found

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        return tuple((f"steps[{place}]", step) for place, step in enumerate(self.steps))

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        for place, step in enumerate(self.steps[:-1]):
            if step.always_answers:
                reason = f"can never be asked: {step} before it always answers"
                yield Problem(f"{path}.steps[{place + 1}]", reason, "unreachable")
        yield from super().problems(context, path)

    @property
    def always_answers(self) -> bool:
        return any(step.always_answers for step in self.steps)

    @property
    def claims(self) -> Claims:
        kept = of_parts(self)
        # Whoever a single step would serve is served by it, or by one before it.
        return kept.union(*(step.claims & {"work_conserving"} for step in self.steps))

    def __str__(self) -> str:
        return ", else ".join(str(step) for step in self.steps) or "no answer"


@final
@attrs.frozen
class Decline(RoutingPolicy):
    """No answer, ever: the identity of ``|``.

    >>> Decline() | Wait() == Wait()
    True
    """

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        del floor
        return Decision.none(ticket)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    @property
    def claims(self) -> Claims:
        return of_the_whole(self, PLACES_NOBODY)

    @property
    def may_hold(self) -> bool:
        return False

    def __str__(self) -> str:
        return "no answer"


@final
@attrs.frozen
class Wait(RoutingPolicy):
    """The ticket stays in line: an answer, so nothing after it is asked.

    >>> from deskcore.predicate import Is
    >>> print(When(Is("vip", True), Wait()))
    wait when vip is True
    """

    why: str = ""

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        del floor
        return Decision("wait", ticket.ticket, policy=str(self), because=(self.why,) if self.why else ())

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    @property
    def always_answers(self) -> bool:
        return True

    @property
    def claims(self) -> Claims:
        return of_the_whole(self, PLACES_NOBODY)

    def __str__(self) -> str:
        return "wait"


@final
@attrs.frozen
class Reject(RoutingPolicy):
    """The ticket is nobody's to serve, for a reason that the requester may be told.

    >>> print(Reject("spam"))
    reject: spam
    """

    why: str

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        del floor
        return Decision("reject", ticket.ticket, policy=str(self), because=(self.why,))

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    @property
    def always_answers(self) -> bool:
        return True

    @property
    def claims(self) -> Claims:
        return of_the_whole(self, PLACES_NOBODY)

    def __str__(self) -> str:
        return f"reject: {self.why}"


@final
@attrs.frozen
class When(RoutingPolicy):
    """A policy that is asked only for tickets of which a condition holds.

    Over ``ALWAYS`` it decides as that policy, over ``NEVER`` it has no answer.

    >>> from deskcore.predicate import Is
    >>> print(When(Is("category", "spam"), Reject("spam")))
    reject: spam when category is spam
    """

    condition: Condition = attrs.field(validator=instance_of_kind(Condition, A_CONDITION))
    policy: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        verdict = self.condition.explain(floor.facts(ticket))
        if not verdict:
            return Decision.none(ticket, verdict.explain())
        return self.policy.answer(ticket, floor).after(verdict.because)

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        own = floor.next_fact_change(self.condition.names(), ticket)
        inner = self.policy.next_change(ticket, floor) if self.condition.test(floor.facts(ticket)) else None
        return min((change for change in (own, inner) if change is not None), default=None)

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        return self.policy.would(ticket, floor) if self.condition.test(floor.facts(ticket)) else "none"

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        own = floor.next_fact_change(self.condition.names(), ticket)
        if not self.condition.test(floor.facts(ticket)):
            return (own, False)
        return (own, True, self.policy.demand(ticket, floor))

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        verdict = self.condition.explain(floor.facts(ticket))
        own = Step(f"when {self.condition}", Decision.none(ticket, verdict.explain()))
        return (own, *self.policy.trace(ticket, floor)) if verdict else (own,)

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        return (("policy", self.policy),)

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        yield from context.of_condition(self.condition, f"{path}.condition")
        yield from super().problems(context, path)

    @property
    def claims(self) -> Claims:
        return of_parts(self, lost=() if self.condition == ALWAYS else ("work_conserving",))

    def __str__(self) -> str:
        return f"{self.policy} when {self.condition}"


@final
@attrs.frozen
class AfterWait(RoutingPolicy):
    """A policy that is asked only for tickets that have waited so much elapsed time, counted from ``queued_at``.

    Reached exactly counts as waited. Put the wider policy after the narrower one to relax demands with time.

    >>> from deskcore.hours import elapsed
    >>> print(AfterWait(elapsed(minutes=10), Wait()))
    wait after waiting 10m

    Raises:
        InvalidValue: a negative amount.
    """

    waited: ElapsedDuration = attrs.field(validator=amount())
    policy: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        if not self._reached(ticket, floor):
            return Decision.none(ticket, f"has not waited {self.waited} yet")
        return self.policy.answer(ticket, floor).after((f"has waited {self.waited}",))

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        if not self._reached(ticket, floor):
            return self._opens(ticket)
        return self.policy.next_change(ticket, floor)

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        return self.policy.would(ticket, floor) if self._reached(ticket, floor) else "none"

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return self.policy.demand(ticket, floor) if self._reached(ticket, floor) else self._opens(ticket)

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        if self._reached(ticket, floor):
            return self.policy.trace(ticket, floor)
        return (Step(str(self), self.answer(ticket, floor)),)

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        return (("policy", self.policy),)

    def _opens(self, ticket: WaitingFacts) -> int:
        return to_us(ticket.queued_at) + self.waited.microseconds

    def _reached(self, ticket: WaitingFacts, floor: Snapshot) -> bool:
        return self._opens(ticket) <= floor.at_us

    @property
    def claims(self) -> Claims:
        # One that begins to hold a ticket after a wait takes it from those who came after it.
        return of_parts(self, lost=("work_conserving", "monotone") if self.policy.may_hold else ("work_conserving",))

    def __str__(self) -> str:
        return f"{self.policy} after waiting {self.waited}"


def first_of(*policies: RoutingPolicy) -> RoutingPolicy:
    """The first answer among policies asked in order; what ``|`` builds. Flat; ``Decline()`` disappears.

    >>> first_of(Decline(), Wait()) == Wait()
    True
    """
    steps = tuple(step for policy in policies for step in _steps(policy))
    if not steps:
        return Decline()
    return steps[0] if len(steps) == 1 else FirstOf(steps)


def _steps(policy: RoutingPolicy) -> tuple[RoutingPolicy, ...]:
    if isinstance(policy, FirstOf):
        return policy.steps
    return () if isinstance(policy, Decline) else (policy,)
