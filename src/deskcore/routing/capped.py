"""A cap on a partner's share: at most so much of what comes goes to it, in each calendar period.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from decimal import ROUND_CEILING, Decimal
from decimal import Context as Arithmetic
from functools import cached_property
from typing import Final, final

import attrs

from deskcore._value import instance_of_kind, named
from deskcore.errors import InvalidValue, Problem
from deskcore.routing.assign import HandOff, ToAgent
from deskcore.routing.best import ToBest
from deskcore.routing.claims import Claims, of_parts
from deskcore.routing.context import Context
from deskcore.routing.contract import A_PERIOD, Period, used_of
from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind, Metered
from deskcore.routing.policy import A_POLICY, RoutingPolicy
from deskcore.routing.resort import LastResort
from deskcore.routing.share import TAKES
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.trace import Ruling, Step
from deskcore.routing.waiting import WaitingFacts
from deskcore.routing.walk import walked
from deskcore.staff import HOUSE

_ALL: Final = "*"
"""The member under which every ticket of the cap counts."""


_TENTH: Final = Decimal("0.1")
_ROUGHLY: Final = Arithmetic(prec=28)


def _desks_of(node: object) -> tuple[str, ...]:
    match node:
        case HandOff():
            return (node.partner,)
        case ToAgent() | LastResort():
            return (node.desk,)
        case ToBest():
            return (*node.desks, *node.partners)
        case _:
            return ()


def _a_percentage(_: object, field: attrs.Attribute[Decimal], value: object) -> None:
    if not isinstance(value, Decimal) or not (value.is_finite() and 0 <= value <= 100):  # noqa: PLR2004 - per cent
        raise InvalidValue(field.name, value, "must be a Decimal between 0 and 100, per cent")


@final
@attrs.frozen
class ShareCapped(RoutingPolicy):
    """The partner first while its share of the period's tickets, this one included, stays within ``most`` per cent.

    Else the other policy; what that has no answer for waits rather than breaking the cap. The first ticket of a period
    would be the whole of it, so it goes to the other unless the cap is 100.

    Only tickets that pass through the node count: make it the outermost, and put your own people first inside it, as
    ``ShareCapped("manila", ToAgent() | HandOff("manila"), ToAgent(), most=Decimal(30))``. What counts as the partner's
    is what a partner's desk gets: an answer of ``partner`` that is one of the house counts as not the partner's. Where
    ``partner`` names no desk but the house (a team of yours whose share is capped), all its answers count.

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
        return (self.partner, self.other) if self._is_within(floor) else (self.other,)

    def _is_within(self, floor: Snapshot) -> bool:
        own, whole = self.counted(floor)
        return 100 * (own + 1) <= self.most * (whole + 1)

    @cached_property
    def desks(self) -> tuple[str, ...]:
        """The partner desks whose share is capped: those that ``partner`` names. A memo, as every policy's are."""
        named_there = (desk for node in walked(self.partner) for desk in _desks_of(node))
        return tuple(dict.fromkeys(desk for desk in named_there if desk != HOUSE))

    def is_partners(self, decision: Decision) -> bool:
        """Whether an answer of ``partner`` counts as the partner's: where it names partner desks, by who got it."""
        return decision.kind in TAKES and not (self.desks and decision.desk == HOUSE)

    def _called(self) -> str:
        return " or ".join(self.desks) or self.id

    def _told(self, floor: Snapshot) -> str:
        own, whole = self.counted(floor)
        span = self.period.span
        if self._is_within(floor):
            return f"{own} of {whole} this {span} went to {self._called()}, at most {self.most} %"
        share = (
            _ROUGHLY.divide(Decimal(100 * (own + 1)), Decimal(whole + 1)).quantize(_TENTH, ROUND_CEILING).normalize()
        )
        would = f"{own + 1} of {whole + 1} this {span} ({share:f} %)"
        return f"{self._called()} would make {would}, above {self.most} %"

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
        own = (Metered(meter, self.id),) if policy is self.partner and self.is_partners(decision) else ()
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
        found: tuple[Step, ...] = (self._share(ticket, floor),)
        for policy in self._steps(floor):
            found += policy.trace(ticket, floor)
            if found[-1].decision.answers:
                break
        return found

    def _share(self, ticket: WaitingFacts, floor: Snapshot) -> Step:
        told = self._told(floor)
        refused = () if self._is_within(floor) else self.desks
        limit = f"at most {self.most} % a {self.period.span}"
        rulings = tuple(Ruling(desk, f"desk {desk}", limit, told) for desk in refused)
        return Step(f"share of {self._called()}", Decision.none(ticket, told), rulings)

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
