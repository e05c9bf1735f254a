"""What a partner's contract limits or promises by calendar period: caps, budgets, minimum commitments.

What was used stands in the floor's log (``Metered``), under the limit's id and the period's name; a new period begins
at midnight of its zone. Money is counted exactly, in ten-thousandths.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal, TypeAlias, final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs

from deskcore._value import instance_of_kind, named, to_us
from deskcore.errors import InvalidValue, Problem
from deskcore.log import EventData
from deskcore.routing.claims import PURE, Claims, of_parts
from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind, Metered
from deskcore.routing.kinds import refuse, whole
from deskcore.routing.policy import A_POLICY, RoutingPolicy
from deskcore.routing.requirement import Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.trace import Step
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Staff

Span: TypeAlias = Literal["day", "week", "month"]

_SCALE: Final = 10_000
_TAKES: Final[frozenset[DecisionKind]] = frozenset(("assign", "hand_off", "offer"))


@final
@attrs.frozen
class Period:
    """A day, a week from Monday, or a month, in a zone's local time.

    >>> Period("month").name(datetime(2026, 5, 22, tzinfo=UTC))
    '2026-05-01'
    """

    span: Span = "month"
    tz: str = "UTC"

    def __attrs_post_init__(self) -> None:
        faults: list[InvalidValue] = []
        if self.span not in {"day", "week", "month"}:
            faults.append(InvalidValue("span", self.span, "must be day, week or month"))
        try:
            ZoneInfo(self.tz)
        except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
            faults.append(InvalidValue("tz", self.tz, "must be a time zone, for example Europe/Amsterdam"))
        refuse("period", faults)

    def _starts(self, at: datetime) -> tuple[datetime, datetime]:
        zone = UTC if self.tz == "UTC" else ZoneInfo(self.tz)
        midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        match self.span:
            case "day":
                return midnight, midnight + timedelta(days=1)
            case "week":
                monday = midnight - timedelta(days=midnight.weekday())
                return monday, monday + timedelta(days=7)
            case _:
                first = midnight.replace(day=1)
                return first, (first + timedelta(days=32)).replace(day=1)

    def name(self, at: datetime) -> str:
        """The period's first local date, by which it is told from the others."""
        return self._starts(at)[0].date().isoformat()

    def ends(self, at: datetime) -> int:
        """When the next period begins, in microseconds of UTC."""
        return to_us(self._starts(at)[1])


A_PERIOD: Final = "must be a period, for example Period('month', 'Europe/Amsterdam')"


def _money(_: object, field: attrs.Attribute[Decimal], value: object) -> None:
    if not isinstance(value, Decimal) or not (value.is_finite() and value >= 0):
        raise InvalidValue(field.name, value, "must be a finite amount of money, zero or more, as a Decimal")


def used_of(limit: str, period: Period, member: str, floor: Snapshot) -> int:
    """What counts against a limit in the present period, for one member of it."""
    return sum(charge.amount for charge in floor.routing.charges(f"{limit} {period.name(floor.at)}", member))


@final
@attrs.frozen
class UnderCap(Requirement):
    """Fewer than ``most`` tickets went to the candidate through this cap in the present period.

    >>> print(UnderCap("manila", most=500))
    under 500 a month

    Raises:
        InvalidValue: a negative cap.
    """

    id: str = attrs.field(validator=named)
    most: int = attrs.field(kw_only=True, validator=whole())
    period: Period = attrs.field(factory=Period, kw_only=True, validator=instance_of_kind(Period, A_PERIOD))

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket
        return used_of(self.id, self.period, candidate.id, floor) < self.most

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        return None if self.test(ticket, candidate, floor) else self.period.ends(floor.at)

    def marks(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[EventData, ...]:
        del ticket
        return (Metered(f"{self.id} {self.period.name(floor.at)}", candidate.id),)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del ticket
        used = used_of(self.id, self.period, candidate.id, floor)
        return f"{candidate.called} had {used} of at most {self.most} this {self.period.span}"

    @property
    def otherwise(self) -> str:
        return f"over cap {self.id}"

    @property
    def claims(self) -> Claims:
        return PURE.union(("keeps_shares",))

    def __str__(self) -> str:
        return f"under {self.most} a {self.period.span}"


@final
@attrs.frozen
class UnderBudget(Requirement):
    """What the candidate's tickets cost in the present period, this one included, stays within a budget.

    Who states no price spends nothing. Exactly the budget is within it.

    >>> print(UnderBudget("manila", most=Decimal(900)))
    within 900 a month

    Raises:
        InvalidValue: a negative budget.
    """

    id: str = attrs.field(validator=named)
    most: Decimal = attrs.field(kw_only=True, validator=_money)
    period: Period = attrs.field(factory=Period, kw_only=True, validator=instance_of_kind(Period, A_PERIOD))

    def spent(self, candidate: Candidate, floor: Snapshot) -> Decimal:
        """What is spent in the present period."""
        return Decimal(used_of(self.id, self.period, candidate.id, floor)) / _SCALE

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket
        return self.spent(candidate, floor) + (candidate.cost or 0) <= self.most

    def next_change(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> int | None:
        return None if self.test(ticket, candidate, floor) else self.period.ends(floor.at)

    def marks(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> tuple[EventData, ...]:
        del ticket
        amount = int((candidate.cost or Decimal(0)) * _SCALE)
        return (Metered(f"{self.id} {self.period.name(floor.at)}", candidate.id, amount),) if amount else ()

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del ticket
        return f"{candidate.called} cost {self.spent(candidate, floor)} of {self.most} this {self.period.span}"

    def lint(self, staff: Staff, path: str) -> Iterator[Problem]:
        for partner in staff.partners:
            if partner.price is None:
                yield Problem(path, f"needs the price of {partner.id!r}, which states none", "no_price")

    @property
    def otherwise(self) -> str:
        return f"over budget {self.id}"

    @property
    def claims(self) -> Claims:
        return PURE.union(("keeps_shares",))

    def __str__(self) -> str:
        return f"within {self.most} a {self.period.span}"


@final
@attrs.frozen
class Committed(RoutingPolicy):
    """Until a minimum commitment of the period is met, the partner first; after that, the other policy first.

    So a commitment is met whenever enough tickets came that the partner can take. Whoever comes first, the other is
    asked where it has no answer.

    >>> from deskcore.routing import HandOff, ToAgent
    >>> print(Committed("manila", HandOff("manila"), ToAgent(), least=200))
    desk manila first until 200 a month, else an agent of house, least utilised, then longest idle

    Raises:
        InvalidValue: a negative commitment.
    """

    id: str = attrs.field(validator=named)
    partner: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))
    other: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))
    least: int = attrs.field(kw_only=True, validator=whole())
    period: Period = attrs.field(factory=Period, kw_only=True, validator=instance_of_kind(Period, A_PERIOD))

    def met(self, floor: Snapshot) -> int:
        """How many count towards the commitment in the present period."""
        return used_of(self.id, self.period, self.id, floor)

    def _order(self, floor: Snapshot) -> tuple[RoutingPolicy, RoutingPolicy]:
        return (self.partner, self.other) if self.met(floor) < self.least else (self.other, self.partner)

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        told = (f"{self.met(floor)} of {self.least} committed this {self.period.span}",)
        passed: tuple[str, ...] = ()
        for policy in self._order(floor):
            decision = policy.answer(ticket, floor)
            if decision.answers:
                if policy is self.partner and decision.kind in _TAKES:
                    mark = Metered(f"{self.id} {self.period.name(floor.at)}", self.id)
                    decision = attrs.evolve(decision, marks=(*decision.marks, mark))
                return decision.after((*told, *passed))
            passed += decision.because
        return Decision.none(ticket, *told, *passed)

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        first, second = self._order(floor)
        kind = first.would(ticket, floor)
        return second.would(ticket, floor) if kind == "none" else kind

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        inner = super().next_change(ticket, floor)
        ends = self.period.ends(floor.at)
        return ends if inner is None else min(inner, ends)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return (self.partner.demand(ticket, floor), self.other.demand(ticket, floor))

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        told = f"{self.met(floor)} of {self.least} committed this {self.period.span}"
        found: tuple[Step, ...] = (Step(f"commitment {self.id}", Decision.none(ticket, told)),)
        for policy in self._order(floor):
            found += policy.trace(ticket, floor)
            if found[-1].decision.answers:
                break
        return found

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        return (("partner", self.partner), ("other", self.other))

    @property
    def always_answers(self) -> bool:
        return self.partner.always_answers or self.other.always_answers

    @property
    def claims(self) -> Claims:
        return of_parts(self, lost=("fair_turns", "cheapest"))

    def __str__(self) -> str:
        return f"{self.partner} first until {self.least} a {self.period.span}, else {self.other}"


CONTRACT: tuple[type[Requirement], ...] = (UnderCap, UnderBudget)
"""Every requirement of this module."""
