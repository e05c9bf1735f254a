"""A cap on a partner's share: at most so much of what comes goes to it, in each calendar period.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from decimal import Decimal
from typing import Final, final

import attrs

from deskcore._value import instance_of_kind, named
from deskcore.errors import InvalidValue, Problem
from deskcore.routing.claims import Claims, of_parts
from deskcore.routing.context import Context
from deskcore.routing.contract import A_PERIOD, Period, used_of
from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind, Metered
from deskcore.routing.policy import A_POLICY, RoutingPolicy
from deskcore.routing.share import TAKES
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.trace import Step
from deskcore.routing.waiting import WaitingFacts

_ALL: Final = "*"
"""The member under which every ticket of the cap counts."""


def _a_percentage(_: object, field: attrs.Attribute[Decimal], value: object) -> None:
    if not isinstance(value, Decimal) or not (value.is_finite() and 0 <= value <= 100):  # noqa: PLR2004 - per cent
        raise InvalidValue(field.name, value, "must be a Decimal between 0 and 100, per cent")


@final
@attrs.frozen
class ShareCapped(RoutingPolicy):
    """The partner first while its share of the period's tickets, this one included, stays within ``most`` per cent.

    Else the other policy; what that has no answer for waits rather than breaking the cap. The first ticket of a period
    would be the whole of it, so it goes to the other unless the cap is 100.

    >>> from deskcore.routing import HandOff, ToAgent
    >>> print(ShareCapped("manila", HandOff("manila"), ToAgent(), most=Decimal(30)))
    desk manila up to 30 % a month, else an agent of house, least utilised, then longest idle

    Raises:
        InvalidValue: not a percentage.
    """

    id: str = attrs.field(validator=named)
    partner: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))
    other: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))
    most: Decimal = attrs.field(kw_only=True, validator=_a_percentage)
    period: Period = attrs.field(factory=Period, kw_only=True, validator=instance_of_kind(Period, A_PERIOD))

    def counted(self, floor: Snapshot) -> tuple[int, int]:
        """How many tickets of the present period went to the partner, and how many in all."""
        return (
            used_of(self.id, self.period, self.id, floor),
            used_of(self.id, self.period, _ALL, floor),
        )

    def _steps(self, floor: Snapshot) -> tuple[RoutingPolicy, ...]:
        own, whole = self.counted(floor)
        within = 100 * (own + 1) <= self.most * (whole + 1)
        return (self.partner, self.other) if within else (self.other,)

    def _told(self, floor: Snapshot) -> str:
        own, whole = self.counted(floor)
        return f"{own} of {whole} this {self.period.span} went to {self.id}, at most {self.most} %"

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        passed: tuple[str, ...] = (self._told(floor),)
        for policy in self._steps(floor):
            decision = policy.answer(ticket, floor)
            if decision.answers:
                return self._marked(decision, policy, floor).after(passed)
            passed += decision.because
        return Decision.none(ticket, *passed)

    def _marked(self, decision: Decision, policy: RoutingPolicy, floor: Snapshot) -> Decision:
        if decision.kind not in TAKES:
            return decision
        meter = f"{self.id} {self.period.name(floor.at)}"
        own = (Metered(meter, self.id),) if policy is self.partner else ()
        return attrs.evolve(decision, marks=(*decision.marks, Metered(meter, _ALL), *own))

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        for policy in self._steps(floor):
            kind = policy.would(ticket, floor)
            if kind != "none":
                return kind
        return "none"

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        inner = super().next_change(ticket, floor)
        ends = self.period.ends(floor.at)
        return ends if inner is None else min(inner, ends)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return (self.partner.demand(ticket, floor), self.other.demand(ticket, floor))

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        found: tuple[Step, ...] = (Step(f"share of {self.id}", Decision.none(ticket, self._told(floor))),)
        for policy in self._steps(floor):
            found += policy.trace(ticket, floor)
            if found[-1].decision.answers:
                break
        return found

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        return (("partner", self.partner), ("other", self.other))

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        if self.most == 0:
            yield Problem(f"{path}.most", "lets nothing through", "unreachable")
        yield from super().problems(context, path)

    @property
    def always_answers(self) -> bool:
        return self.other.always_answers

    @property
    def claims(self) -> Claims:
        return of_parts(self, lost=("monotone", "work_conserving", "fair_turns", "cheapest"))

    def __str__(self) -> str:
        return f"{self.partner} up to {self.most} % a {self.period.span}, else {self.other}"
