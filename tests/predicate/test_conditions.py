"""Conditions over facts: the algebra that their operators state, and reasons that settle the answer."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given

from deskcore.errors import InvalidValue
from deskcore.predicate import ALWAYS, NEVER, AllOf, Condition, Facts, Has, InRange, Is, IsOneOf, Not, where
from deskcore.testing.predicate import check_condition, conditions, facts

URGENT = Is("priority", "p1")
VIP = Has("tags", "vip")


@given(conditions(), facts())
def test_a_condition_agrees_with_its_explanation(condition: Condition, known: Facts) -> None:
    """What the reasons say is what the answer is, and only named facts matter."""
    check_condition(condition, known)


@given(conditions(), conditions(), conditions())
def test_and_and_or_are_associative(a: Condition, b: Condition, c: Condition) -> None:
    """Brackets never matter."""
    assert (a & b) & c == a & (b & c)
    assert (a | b) | c == a | (b | c)


@given(conditions(), conditions(), facts())
def test_de_morgan(a: Condition, b: Condition, known: Facts) -> None:
    """Not both is either not."""
    assert (~(a & b)).test(known) == (~a | ~b).test(known)
    assert (~(a | b)).test(known) == (~a & ~b).test(known)


@given(conditions())
def test_identities_and_double_negation(condition: Condition) -> None:
    assert (condition & ALWAYS).test({}) == condition.test({})
    assert (condition | NEVER).test({}) == condition.test({})
    assert ~~condition == condition or isinstance(condition, Not)


@given(conditions())
def test_a_condition_pickles_hashes_and_prints(condition: Condition) -> None:
    again = pickle.loads(pickle.dumps(condition))
    assert again == condition
    assert hash(again) == hash(condition)
    assert str(condition)


def test_an_absent_fact_satisfies_no_comparison() -> None:
    assert not URGENT.test({})
    assert not VIP.test({"tags": None})
    assert not InRange("reopens", least=0).test({"reopens": None})
    assert Not(URGENT).test({})


def test_a_flag_is_not_a_number() -> None:
    assert not InRange("vip", least=1).test({"vip": True})


def test_the_reasons_of_a_failing_conjunction_are_the_failing_parts() -> None:
    verdict = (URGENT & VIP).explain({"priority": "p1", "tags": frozenset({"emea"})})

    assert not verdict
    assert verdict.because == ("tags is emea, not has vip",)


def test_the_reasons_of_a_holding_disjunction_are_the_holding_parts() -> None:
    verdict = (URGENT | VIP).explain({"priority": "p3", "tags": frozenset({"vip"})})

    assert verdict
    assert verdict.to_dict() == {"holds": True, "because": ["tags has vip"]}


def test_mixed_operators_print_with_brackets() -> None:
    assert str((URGENT | VIP) & InRange("reopens", 1, 3)) == "(priority is p1 or tags has vip) and reopens is 1 to 3"


def test_where_is_a_conjunction_of_values_and_choices() -> None:
    assert where(priority=("p1", "p2"), vip=True) == AllOf((IsOneOf("priority", ("p1", "p2")), Is("vip", True)))
    assert where() == ALWAYS


@pytest.mark.parametrize(("least", "most"), [(None, None), (3, 2)])
def test_a_range_has_ends_in_order(least: int | None, most: int | None) -> None:
    with pytest.raises(InvalidValue, match="reopens must"):
        InRange("reopens", least, most)


def test_a_condition_names_the_facts_it_asks_about() -> None:
    assert (URGENT & ~VIP).names() == frozenset({"priority", "tags"})
