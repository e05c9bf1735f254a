"""Strategies and laws for money and audits: rules of credit, lines to settle, samples.

A host's own ``CreditRule`` goes through the same laws.

Layer: testing.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from hypothesis import strategies as st

from deskcore.oversight.credits import (
    CreditRule,
    FixedCredit,
    FullPointCredit,
    LinearCredit,
    PerDayCredit,
    Step,
    SteppedCredit,
)
from deskcore.oversight.money import Money
from deskcore.oversight.settlement import CreditLine, settle

__all__ = [
    "check_better_never_costs_more",
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


def credit_rules() -> st.SearchStrategy[tuple[CreditRule, bool]]:
    """A rule, and whether a higher measured value is the better one."""
    steps = st.lists(st.tuples(st.integers(0, 50), percentages()), max_size=4, unique_by=lambda one: one[0]).map(_steps)
    small = st.integers(0, 100).map(lambda number: Decimal(number).scaleb(-3))
    return st.one_of(
        st.tuples(st.builds(FixedCredit, percentages(), percentages()), st.just(True)),
        st.tuples(st.builds(LinearCredit, percentages()), st.just(True)),
        st.tuples(st.builds(FullPointCredit, percentages(), st.integers(0, 5).map(Decimal)), st.just(True)),
        st.tuples(steps, st.just(False)),
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
    better, worse = (max(one, other), min(one, other)) if higher_is_better else (min(one, other), max(one, other))
    small, large = rule.credit(charges, better), rule.credit(charges, worse)
    assert small.exact.amount >= 0
    assert small.exact.amount <= large.exact.amount
    assert small.amount().amount <= large.amount().amount


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
