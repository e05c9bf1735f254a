"""Amounts of time: kinds that do not mix, and one text grammar."""

from __future__ import annotations

import operator
import pickle
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deskcore.errors import InvalidValue
from deskcore.hours import BusinessDuration, ElapsedDuration, WorkingDays, business, elapsed, parse_duration

SPANS = st.timedeltas(timedelta(days=-400_000), timedelta(days=400_000))
KINDS = st.one_of(
    SPANS.map(BusinessDuration), SPANS.map(ElapsedDuration), st.integers(-400_000, 400_000).map(WorkingDays)
)


@given(amount=KINDS)
@example(amount=business())
@example(amount=elapsed())
@example(amount=business(microseconds=-1))
def test_the_text_of_an_amount_is_read_back_as_the_amount(
    amount: BusinessDuration | ElapsedDuration | WorkingDays,
) -> None:
    """str and parse_duration are inverse, whatever the kind, the sign and the size."""
    assert parse_duration(str(amount)) == amount
    assert type(parse_duration(str(amount))) is type(amount)


@given(amount=KINDS)
def test_the_repr_of_an_amount_builds_it_again(amount: BusinessDuration | ElapsedDuration | WorkingDays) -> None:
    """What is printed can be typed."""
    assert eval(repr(amount)) == amount
    assert pickle.loads(pickle.dumps(amount)) == amount


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("4h", elapsed(hours=4)),
        ("90m", elapsed(minutes=90)),
        ("1h 30m", elapsed(minutes=90)),
        ("1 hour and 30 minutes", elapsed(minutes=90)),
        ("3 days", elapsed(days=3)),
        ("2 weeks", elapsed(days=14)),
        ("0.5h", elapsed(minutes=30)),
        ("250ms", elapsed(microseconds=250_000)),
        ("-15 min", elapsed(minutes=-15)),
        ("4 business hours", business(hours=4)),
        ("1 business hour 30 minutes", business(minutes=90)),
        ("30 open minutes", business(minutes=30)),
        ("2 working days", WorkingDays(2)),
        ("1 business day", WorkingDays(1)),
        ("-3 working days", WorkingDays(-3)),
    ],
)
def test_amounts_are_read_as_people_write_them(
    text: str, amount: BusinessDuration | ElapsedDuration | WorkingDays
) -> None:
    assert parse_duration(text) == amount


@pytest.mark.parametrize(
    "text",
    ["", "soon", "4", "h", "4 x", "4h!", "1.5 working days", "2 working hours", "2 business weeks", "2 open days",
     "1 working day 2 hours", "0.0000001s", "999999999 days", "99999999999999999 working days", "1" * 200, "4 hours business"],
)  # fmt: skip
def test_what_is_no_amount_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(InvalidValue, match="duration must"):
        parse_duration(text)


@given(text=st.text(max_size=40))
def test_any_text_is_an_amount_or_a_typed_error(text: str) -> None:
    """Nothing else is ever raised."""
    try:
        amount = parse_duration(text)
    except InvalidValue:
        return
    assert parse_duration(str(amount)) == amount


@pytest.mark.parametrize("mix", [operator.add, operator.sub, operator.lt])
def test_kinds_of_amounts_do_not_mix(mix: Callable[[object, object], object]) -> None:
    with pytest.raises(TypeError):
        mix(business(hours=1), elapsed(hours=1))
    with pytest.raises(TypeError):
        mix(elapsed(hours=1), timedelta(hours=1))


@given(a=SPANS, b=SPANS)
def test_amounts_add_as_numbers_do(a: timedelta, b: timedelta) -> None:
    """Sums, negation, order and size are those of the microseconds."""
    half_a, half_b = BusinessDuration(a) * 0.5, BusinessDuration(b) * 0.5
    assert (half_a + half_b).microseconds == half_a.microseconds + half_b.microseconds
    assert (half_a - half_b) == half_a + -half_b
    assert abs(half_a).microseconds == abs(half_a.microseconds)
    assert (half_a < half_b) is (half_a.microseconds < half_b.microseconds)
    assert bool(half_a) is bool(half_a.microseconds)


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), 1e300])
def test_amounts_are_finite(wrong: float) -> None:
    with pytest.raises(InvalidValue, match="finite"):
        business(hours=wrong)


def test_an_amount_is_a_timedelta_of_at_most_a_thousand_years() -> None:
    with pytest.raises(InvalidValue, match="must not be longer"):
        BusinessDuration(timedelta(days=500_000))
    with pytest.raises(InvalidValue, match="must be a timedelta"):
        BusinessDuration(4)  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="whole number"):
        WorkingDays(True)
