"""Money: one rounding, no mixing, and credits that never punish the better performance."""

from __future__ import annotations

import pickle
from datetime import date
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue, OutOfRange
from deskcore.oversight.charges import (
    EarnBack,
    MinimumCommitment,
    Relief,
    VolumeBand,
    cost_per_contact,
    cost_per_resolution,
)
from deskcore.oversight.credits import CreditRule, LinearCredit, Pool, Step, SteppedCredit
from deskcore.oversight.money import Money, Rate, Rates, rounded
from deskcore.oversight.settlement import CreditLine, settle
from deskcore.testing import oversight_money as t
from deskcore.testing.wire import check_roundtrip

EUR, USD = Money.of("10.00", "EUR"), Money.of("10.00", "USD")
MODEST = settings(max_examples=60)


@MODEST
@given(t.credit_rules(), t.money(), t.percentages(), t.percentages())
def test_a_better_value_never_costs_more(
    rule: tuple[CreditRule, bool], charges: Money, one: Decimal, other: Decimal
) -> None:
    """And no credit is negative."""
    t.check_better_never_costs_more(rule[0], charges, one, other, higher_is_better=rule[1])


@MODEST
@given(t.credit_lines(), t.money(), st.randoms(use_true_random=False))
def test_a_settlement_is_capped_and_recovers_once(lines: list[CreditLine], cap: Money, shuffler: Any) -> None:
    """Whatever the order of lines."""
    order = list(range(len(lines)))
    shuffler.shuffle(order)
    t.check_settlement(lines, order, cap)


@MODEST
@given(t.credit_rules())
def test_rules_are_data(rule: tuple[CreditRule, bool]) -> None:
    """They come back from JSON and from a pickle."""
    check_roundtrip(rule[0])
    assert pickle.loads(pickle.dumps(rule[0])) == rule[0]


@pytest.mark.parametrize(
    "mixed",
    [
        lambda: EUR + USD,
        lambda: EUR - USD,
        lambda: EUR < USD,
        lambda: EUR <= USD,
        lambda: settle([CreditLine("resolution", USD)], "EUR"),
        lambda: settle([CreditLine("resolution", EUR)], "EUR", cap=USD),
        lambda: VolumeBand(1, EUR, Decimal(5), USD, EUR),
        lambda: EarnBack(Decimal(1), (Decimal(1),), FrozenDict({"1": USD})).returned("EUR"),
    ],
)
def test_currencies_never_mix(mixed: Any) -> None:
    with pytest.raises(InvalidValue, match="currencies do not mix"):
        mixed()


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Money(Decimal("NaN"), "EUR"),
        lambda: Money(Decimal(1), ""),
        lambda: CreditLine("resolution", Money.of("-1.00", "EUR")),
        lambda: Pool(EUR, at_risk=Decimal(101)),
        lambda: LinearCredit(Decimal(98)).credit(Money.of("-1.00", "EUR"), Decimal(1)),
        lambda: SteppedCredit((Step(Decimal(2), Decimal(1)), Step(Decimal(1), Decimal(2)))),
        lambda: MinimumCommitment(-1, Decimal(90), EUR),
        lambda: MinimumCommitment(1, Decimal(90), EUR).charge(-1),
        lambda: EarnBack(Decimal(1), ()),
        lambda: settle([], "EUR", cap=Money.of("-1.00", "EUR")),
        lambda: rounded(Decimal(1), mode="up"),  # type: ignore[arg-type]
        lambda: Rates((Rate("USD", "EUR", date(2026, 1, 1), Decimal(1)),) * 2),
        lambda: Rate("USD", "EUR", date(2026, 1, 1), Decimal(0)),
        lambda: cost_per_contact(Decimal(1), -1),
    ],
)
def test_what_cannot_be_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidValue):
        wrong()


@pytest.mark.parametrize(
    ("text", "half_up", "half_even"),
    [("2.345", "2.35", "2.34"), ("2.335", "2.34", "2.34"), ("-2.345", "-2.35", "-2.34"), ("2.3449999", "2.34", "2.34")],
)
def test_half_a_cent_by_each_mode(text: str, half_up: str, half_even: str) -> None:
    assert rounded(Decimal(text)) == Decimal(half_up)
    assert rounded(Decimal(text), mode="half_even") == Decimal(half_even)


def test_the_hosts_decimal_context_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 3
        assert Money.of("123456.78", "EUR").percent(Decimal("2.5")).rounded().amount == Decimal("3086.42")


def test_a_rate_holds_from_its_date() -> None:
    rates = Rates(
        (Rate("USD", "EUR", date(2026, 1, 1), Decimal("0.9")), Rate("USD", "EUR", date(2026, 3, 1), Decimal("0.8")))
    )
    assert rates.convert(USD, "EUR", on=date(2026, 2, 28)).amount == Decimal("9.000")
    assert rates.convert(USD, "EUR", on=date(2026, 3, 1)).amount == Decimal("8.000")
    with pytest.raises(OutOfRange):
        rates.convert(USD, "EUR", on=date(2025, 12, 31))
    with pytest.raises(OutOfRange):
        rates.convert(EUR, "USD", on=date(2026, 2, 1))


def test_nothing_has_no_cost_and_no_attainment() -> None:
    assert cost_per_contact(Decimal(5), 0) is None
    assert cost_per_resolution(Decimal(5), 0) is None
    assert Relief(Decimal(110), ()).attainment is None


def test_the_sum_is_rounded_once() -> None:
    """Three credits of 0.334 are 1.00, not 0.99."""
    lines = [CreditLine(f"promise {number}", Money.of("0.334", "EUR")) for number in range(3)]
    assert settle(lines, "EUR").credit.amount == Decimal("1.00")
