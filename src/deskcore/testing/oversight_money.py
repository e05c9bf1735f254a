"""Strategies and laws for money and audits: rules of credit, lines to settle, samples.

A host's own ``CreditRule`` goes through the same laws.

Layer: testing.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import attrs
from hypothesis import strategies as st

from deskcore.oversight.bonuses import BonusRule, FixedBonus, FullPointBonus
from deskcore.oversight.credits import (
    CreditRule,
    FixedCredit,
    FullPointCredit,
    LinearCredit,
    PerDayCredit,
    Step,
    SteppedCredit,
    SteppedShortfall,
)
from deskcore.oversight.invoicing import credit_line
from deskcore.oversight.kpi import Attainment, Counted
from deskcore.oversight.money import Money
from deskcore.oversight.outcome import TicketOutcome
from deskcore.oversight.settlement import CreditLine, settle

__all__ = [
    "bonus_rules",
    "check_better_never_costs_more",
    "check_better_never_earns_less",
    "check_invoice_falls_with_each_kept_promise",
    "check_settlement",
    "credit_lines",
    "credit_rules",
    "money",
    "percentages",
]

CURRENCY: Final = "EUR"


def percentages() -> st.SearchStrategy[Decimal]:
    """0 to 100 with two places."""
    return st.integers(0, 10_000).map(lambda cents: Decimal(cents).scaleb(-2))


def money() -> st.SearchStrategy[Money]:
    """An amount of zero or more in one currency."""
    return st.integers(0, 10**9).map(lambda cents: Money(Decimal(cents).scaleb(-2), CURRENCY))


def _steps(draw: Sequence[tuple[int, Decimal]]) -> SteppedCredit:
    rates = sorted(rate for _, rate in draw)
    starts = sorted(start for start, _ in draw)
    return SteppedCredit(tuple(Step(Decimal(start), rate) for start, rate in zip(starts, rates, strict=True)))


def _falling(draw: Sequence[tuple[int, Decimal]]) -> SteppedShortfall:
    rates = sorted(rate for _, rate in draw)
    starts = sorted((start for start, _ in draw), reverse=True)
    return SteppedShortfall(tuple(Step(Decimal(start), rate) for start, rate in zip(starts, rates, strict=True)))


def bonus_rules() -> st.SearchStrategy[BonusRule]:
    """A rule of bonuses."""
    return st.one_of(
        st.builds(FixedBonus, percentages(), percentages()),
        st.builds(FullPointBonus, percentages(), st.integers(0, 5).map(Decimal), cap=percentages()),
    )


def credit_rules() -> st.SearchStrategy[tuple[CreditRule, bool]]:
    """A rule, and whether a higher measured value is the better one."""
    places = st.lists(st.tuples(st.integers(0, 99), percentages()), max_size=4, unique_by=lambda one: one[0])
    steps, falling = places.map(_steps), places.map(_falling)
    small = st.integers(0, 100).map(lambda number: Decimal(number).scaleb(-3))
    return st.one_of(
        st.tuples(st.builds(FixedCredit, percentages(), percentages()), st.just(True)),
        st.tuples(st.builds(LinearCredit, percentages()), st.just(True)),
        st.tuples(st.builds(FullPointCredit, percentages(), st.integers(0, 5).map(Decimal)), st.just(True)),
        st.tuples(steps, st.just(False)),
        st.tuples(falling, st.just(True)),
        st.tuples(st.builds(PerDayCredit, small, small), st.just(False)),
    )


def credit_lines() -> st.SearchStrategy[list[CreditLine]]:
    """Lines of one currency, some of which share an incident."""
    line = st.builds(
        CreditLine, st.sampled_from(["response", "resolution"]), money(), incident=st.sampled_from([None, "A", "B"])
    )
    return st.lists(line, max_size=6)


def check_better_never_costs_more(
    rule: CreditRule, charges: Money, one: Decimal, other: Decimal, *, higher_is_better: bool
) -> None:
    """A credit is never negative, and the better of two values never gives the larger one."""
    assert rule.more_is_better is higher_is_better
    better, worse = (max(one, other), min(one, other)) if higher_is_better else (min(one, other), max(one, other))
    small, large = rule.credit(charges, better), rule.credit(charges, worse)
    assert small.exact.amount >= 0
    assert small.exact.amount <= large.exact.amount
    assert small.amount().amount <= large.amount().amount


def check_better_never_earns_less(rule: BonusRule, charges: Money, one: Decimal, other: Decimal) -> None:
    """A bonus is never negative, and the better of two values never earns the smaller one."""
    small, large = rule.bonus(charges, min(one, other)), rule.bonus(charges, max(one, other))
    assert 0 <= small.exact.amount <= large.exact.amount


def check_invoice_falls_with_each_kept_promise(
    records: Sequence[TicketOutcome], metric: str, rule: CreditRule, charges: Money, cap: Money
) -> None:
    """From tickets to the settled amount: were one more promise kept, the credit would not be larger.

    It is neither negative nor above its cap, and the tickets behind it are those that missed.
    """
    kpi = Attainment(metric)

    def credit(held: Sequence[TicketOutcome]) -> Money:
        settled = settle([credit_line(kpi, held, rule, charges)], CURRENCY, cap=cap)
        assert 0 <= settled.credit.amount <= cap.rounded().amount
        return settled.credit

    line, before = credit_line(kpi, records, rule, charges), credit(records)
    for place, record in enumerate(records):
        judged = kpi.count(record)
        if not isinstance(judged, Counted):
            assert record.id not in line.tickets
            continue
        kept = [attrs.evolve(one, state="met") if one.metric == metric else one for one in record.cycles]
        better = [*records[:place], attrs.evolve(record, cycles=tuple(kept)), *records[place + 1 :]]
        assert credit(better).amount <= before.amount
        missed = judged.numerator < judged.denominator
        assert (record.id in line.tickets) == (missed and line.exact.amount > 0)


def check_settlement(lines: Sequence[CreditLine], order: Sequence[int], cap: Money) -> None:
    """A credit is never negative nor above its cap, recovers an incident once, and does not depend on the order."""
    found = settle(lines, CURRENCY, cap=cap)
    assert 0 <= found.credit.amount <= cap.rounded().amount
    assert found.credit.amount <= found.uncapped.amount
    incidents = [line.incident for line in found.recovered if line.incident is not None]
    assert len(incidents) == len(set(incidents))
    assert sorted(map(repr, (*found.recovered, *found.dropped))) == sorted(map(repr, lines))
    again = settle([lines[place] for place in order], CURRENCY, cap=cap)
    assert (again.credit, again.uncapped, again.is_capped) == (found.credit, found.uncapped, found.is_capped)
