"""Unions: which member a piece of JSON is meant for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.errors import DecodeError, InvalidValue
from deskcore.predicate import Condition, FactValue, Is
from deskcore.testing.wire import check_roundtrip, values
from deskcore.wire import Plain, dump, load


@attrs.frozen
class Cup:
    size: int = 1


@attrs.frozen
class Pot:
    size: int = 1


class Colour(StrEnum):
    RED = "red"


@attrs.frozen
class Choices:
    """One field for each way in which the members of a union are told apart."""

    fact: FactValue = None
    vessel: Cup | Pot | None = None
    cup: Cup | str | None = None
    node: Condition | Cup | None = None
    word: Literal["yes", "no"] | int | None = None
    lists: tuple[str, ...] | frozenset[int] | None = None
    names: tuple[str, ...] | str | None = None
    table: FrozenDict[int] | Cup | None = None
    only: FrozenDict[int] | str | None = None
    colour: Colour | int | None = None
    money: Decimal | None = None
    price: Decimal | bool | None = None
    number: float | None = None
    number_or_text: float | str | None = None
    when: datetime | date | None = None


SAME: list[tuple[str, Any, Plain]] = [
    ("fact", "p1", "p1"),
    ("fact", 1, 1),
    ("fact", 1.5, 1.5),
    ("fact", True, True),
    ("fact", Decimal("1.50"), {"type": "decimal", "value": "1.50"}),
    ("fact", timedelta(hours=1), {"type": "timedelta", "value": "1h"}),
    ("fact", frozenset({"b", "a"}), ["a", "b"]),
    ("vessel", Cup(2), {"type": "cup", "size": 2}),
    ("vessel", Pot(), {"type": "pot"}),
    ("cup", Cup(2), {"size": 2}),
    ("cup", "cup", "cup"),
    ("node", Is("a", 1), {"type": "is", "fact": "a", "value": 1}),
    ("node", Cup(2), {"type": "cup", "size": 2}),
    ("word", "yes", "yes"),
    ("word", 3, 3),
    ("lists", ("a",), {"type": "tuple", "value": ["a"]}),
    ("lists", frozenset({2, 1}), {"type": "frozenset", "value": [1, 2]}),
    ("names", ("a",), ["a"]),
    ("names", "a", "a"),
    ("table", FrozenDict({"size": 3}), {"type": "frozen_dict", "value": {"size": 3}}),
    ("table", Cup(3), {"type": "cup", "size": 3}),
    ("only", FrozenDict({"size": 3}), {"size": 3}),
    ("colour", Colour.RED, "red"),
    ("colour", 1, 1),
    ("money", Decimal("1.5"), "1.5"),
    ("price", Decimal("1.5"), "1.5"),
    ("price", True, True),
    ("number", 2.0, 2.0),
    ("number_or_text", 2.0, 2.0),
    ("when", date(2026, 5, 22), {"type": "date", "value": "2026-05-22"}),
    ("when", datetime(2026, 5, 22, tzinfo=UTC), {"type": "datetime", "value": "2026-05-22T00:00:00Z"}),
]


@pytest.mark.parametrize(
    ("field", "value", "written"), SAME, ids=lambda part: str(sorted(part) if isinstance(part, frozenset) else part)
)
def test_a_member_is_written_so_that_it_is_told_from_the_others(field: str, value: Any, written: Plain) -> None:
    choices = Choices(**{field: value})
    assert dump(choices) == {field: written}
    back = getattr(load({field: written}, Choices), field)
    assert (back, type(back)) == (value, type(value))


@given(values(Choices, using={Condition: st.just(Is("a", 1)), FactValue: st.just(Decimal("1.50"))}))
def test_every_choice_comes_back(choices: Choices) -> None:
    """loads(dumps(x)) == x, whatever the members."""
    check_roundtrip(choices)


def test_a_whole_number_will_do_for_a_number() -> None:
    assert load({"number": 2, "number_or_text": 3}, Choices) == Choices(number=2.0, number_or_text=3.0)


def test_a_whole_number_will_do_for_a_decimal() -> None:
    assert load({"money": 2}, Choices) == Choices(money=Decimal(2))


WRONG: list[tuple[str, Plain, str]] = [
    ("fact", {"a": 1}, "must say its 'type'; known: decimal, timedelta"),
    ("fact", {"type": "decimall", "value": "1"}, "did you mean 'decimal'"),
    ("fact", {"type": "decimal", "value": "x"}, "must be a decimal number"),
    ("fact", {"type": 3}, "is of the unknown type 3"),
    ("fact", [1], r"fact\[0\]: must be text"),
    ("vessel", {"size": 1}, "must say its 'type'; known: cup, pot"),
    ("vessel", {"type": "cup", "sise": 1}, r"vessel\.sise: is not known here; did you mean 'size'"),
    ("vessel", "cup", "must be cup or pot or null"),
    ("cup", 3, "must be text or cup or null"),
    ("word", "maybe", "must be one of the known words, not 'maybe'"),
    ("word", 1.5, "must be a number or 'yes' or 'no' or null"),
    ("names", {"a": 1}, "must be text or a list or null"),
    ("number", "2", "must be a number"),
    ("number_or_text", True, "must be a number or text or null"),
    ("lists", ["a"], "must be"),
    ("when", "2026-05-22", "must be"),
]


@pytest.mark.parametrize(("field", "given", "said"), WRONG, ids=str)
def test_what_is_no_member_is_refused(field: str, given: Plain, said: str) -> None:
    with pytest.raises(DecodeError, match=said):
        load({field: given}, Choices)


def test_a_value_of_no_member_is_not_written() -> None:
    with pytest.raises(InvalidValue, match="must be of a registered kind"):
        dump(Choices(vessel=3))  # type: ignore[arg-type]
