"""Money: one rounding, no mixing, and credits that never punish the better performance."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue, OutOfRange
from deskcore.oversight import Attainment, Duration, TicketOutcome
from deskcore.oversight.bonuses import BonusRule, FixedBonus
from deskcore.oversight.charges import (
    EarnBack,
    MinimumCommitment,
    Relief,
    VolumeBand,
)
from deskcore.oversight.costs import Costs, OneOff, cost_per_contact, cost_per_resolution
from deskcore.oversight.credits import CreditRule, FullPointCredit, LinearCredit, Step, SteppedCredit
from deskcore.oversight.invoicing import bonus_line, credit_line, penalty_line
from deskcore.oversight.money import Money, Rate, Rates, rounded
from deskcore.oversight.outcome import CycleOutcome, CycleState
from deskcore.oversight.pools import Allocation, Pool
from deskcore.oversight.settlement import CreditLine, settle
from deskcore.testing import oversight_money as t
from deskcore.testing.oversight import outcomes
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
@given(t.bonus_rules(), t.money(), t.percentages(), t.percentages())
def test_a_better_value_never_earns_less(rule: BonusRule, charges: Money, one: Decimal, other: Decimal) -> None:
    """And no bonus is negative."""
    t.check_better_never_earns_less(rule, charges, one, other)
    check_roundtrip(rule)


@settings(max_examples=25)
@given(st.lists(outcomes(), max_size=6, unique_by=lambda one: one.id), t.credit_rules(), t.money(), t.money())
def test_keeping_one_more_promise_never_costs_more(
    records: list[TicketOutcome], rule: tuple[CreditRule, bool], charges: Money, cap: Money
) -> None:
    """From the tickets to the settled amount."""
    if rule[1]:
        t.check_invoice_falls_with_each_kept_promise(records, "resolution", rule[0], charges, cap)


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


def _tickets(met: int, late: int) -> list[TicketOutcome]:
    noon = datetime(2026, 5, 22, 12, tzinfo=UTC)

    def one(place: int) -> TicketOutcome:
        state: CycleState = "met" if place < met else "met_late"
        return TicketOutcome(f"T-{place:03}", noon, noon, is_open=False, cycles=(CycleOutcome("resolution", 1, state),))

    return [one(place) for place in range(met + late)]


def test_a_line_from_tickets_names_those_that_missed() -> None:
    line = credit_line(
        Attainment("resolution"), _tickets(87, 13), FullPointCredit(Decimal(95), Decimal(2)), Money.of("10000", "EUR")
    )
    assert line.exact.amount == 1600
    assert line.tickets == tuple(f"T-{place:03}" for place in range(87, 100))
    assert "8 full points below 95: 87 of 100, 16 % of 10,000 EUR" in line.explain()
    kept = credit_line(Attainment("resolution"), _tickets(95, 5), LinearCredit(Decimal(95)), Money.of("10000", "EUR"))
    assert kept.exact.amount == 0
    assert not kept.tickets


def test_a_share_is_exact_where_a_float_is_a_hair_off() -> None:
    """57 of 100 is 57 %; times a hundred, the float 0.57 is 56.99999999999999."""
    line = credit_line(
        Attainment("resolution"), _tickets(57, 43), FullPointCredit(Decimal(67), Decimal(1)), Money.of("100", "EUR")
    )
    assert line.exact.amount == 10


def test_rules_about_points_or_days_are_not_asked_about_shares() -> None:
    with pytest.raises(InvalidValue, match="more is better"):
        credit_line(Attainment("resolution"), [], SteppedCredit(()), EUR)
    with pytest.raises(InvalidValue, match="must be a share"):
        credit_line(Duration("resolution"), [], LinearCredit(Decimal(95)), EUR)


def test_penalties_and_bonuses_are_set_off_in_the_open() -> None:
    tickets = _tickets(99, 1)
    lost = penalty_line(Attainment("resolution"), tickets, Money.of("25.00", "EUR"))
    earned = bonus_line(Attainment("resolution"), tickets, FixedBonus(Decimal(99), Decimal(1)), Money.of("1000", "EUR"))
    settled = settle([lost], "EUR", bonuses=[earned], bonus_cap=Money.of("8.00", "EUR"))
    assert (str(settled.credit), str(settled.bonus), str(settled.net)) == ("25.00 EUR", "8.00 EUR", "17.00 EUR")
    assert settled.tickets == ("T-099",)
    assert settled.to_dict()["net"] == "17.00"


def test_weighted_pools_explain_themselves_and_stop_at_the_money_at_risk() -> None:
    pool = Pool(Money.of("1000.00", "EUR"), at_risk=Decimal(10))
    lines = [
        pool.line("response", Allocation(Decimal(60), Decimal(100)), tickets=("T-1",), incident="INC-1"),
        pool.line("resolution", Allocation(Decimal(90), Decimal(100)), tickets=("T-1", "T-2"), incident="INC-1"),
        pool.line("csat", Allocation(Decimal(50), Decimal(100))),
    ]
    settled = settle(lines, "EUR", cap=pool.exact)
    assert (str(settled.uncapped), str(settled.credit), settled.is_capped) == ("140.00 EUR", "100.00 EUR", True)
    assert [line.promise for line in settled.dropped] == ["response"]
    assert settled.tickets == ("T-1", "T-2")


def test_mixed_currencies_are_refused_everywhere() -> None:
    with pytest.raises(InvalidValue, match="do not mix"):
        settle([CreditLine("x", USD)], "EUR")
    with pytest.raises(InvalidValue, match="do not mix"):
        settle([], "EUR", bonuses=[CreditLine("x", USD)])
    with pytest.raises(InvalidValue, match="do not mix"):
        Costs(EUR, 1, 1).with_share_of(OneOff(USD))
    with pytest.raises(OutOfRange):
        Rates(()).total([(USD, date(2026, 1, 1))], "EUR")


def test_what_is_saved_pays_for_a_one_off_cost_or_never_does() -> None:
    training = OneOff(Money.of("2500.00", "EUR"))
    assert training.break_even(Money.of("600.00", "EUR"), Money.of("600.00", "EUR")) is None
    assert training.break_even(Money.of("850.00", "EUR"), Money.of("600.00", "EUR")) == 10
    with pytest.raises(InvalidValue):
        OneOff(EUR, months=0)
    nothing = Costs(EUR, 0, 0).figures()
    assert [(one.value, one.reason) for one in nothing] == [(None, "there is nothing to divide by")] * 2
