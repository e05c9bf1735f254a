"""Strategies for conditions and the facts they ask about, and the laws every condition keeps.

Layer: testing.
"""

from __future__ import annotations

from hypothesis import strategies as st

from deskcore.predicate import ALWAYS, NEVER, Condition, Facts, Has, InRange, Is, IsOneOf, Not

NAMES = ("priority", "customer_tier", "category", "reopens", "tags")
WORDS = st.sampled_from(("p1", "p2", "gold", "vip", "network"))


def facts() -> st.SearchStrategy[Facts]:
    """What may be known of a ticket: any of a few facts, each of its own type or absent.

    >>> facts().example()  # doctest: +SKIP
    {'priority': 'p1', 'reopens': 3}
    """
    return st.fixed_dictionaries(
        {},
        optional={
            "priority": WORDS | st.none(),
            "customer_tier": WORDS,
            "category": WORDS,
            "reopens": st.integers(0, 4),
            "tags": st.frozensets(WORDS),
        },
    )


def conditions() -> st.SearchStrategy[Condition]:
    """Conditions of every built-in kind, nested a few levels deep, over the names of ``facts``."""
    leaf: st.SearchStrategy[Condition] = st.one_of(
        st.just(ALWAYS),
        st.just(NEVER),
        st.builds(Is, st.sampled_from(NAMES), WORDS | st.integers(0, 4)),
        st.builds(IsOneOf, st.sampled_from(NAMES), st.lists(WORDS, max_size=3).map(tuple)),
        st.builds(Has, st.just("tags"), WORDS),
        st.builds(lambda least, more: InRange("reopens", least, least + more), st.integers(0, 3), st.integers(0, 2)),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(Condition.__and__, inner, inner), st.builds(Condition.__or__, inner, inner), st.builds(Not, inner)
        ),
        max_leaves=6,
    )


def check_condition(condition: Condition, known: Facts) -> None:
    """Law: a condition is total, agrees with its own explanation, and looks only at the facts it names.

    Raises:
        AssertionError: the condition breaks the law.
    """
    holds = condition.test(known)
    verdict = condition.explain(known)
    assert verdict.holds is holds, f"{condition} explains {verdict.holds} but answers {holds}"
    seen = {name: value for name, value in known.items() if name in condition.names()}
    assert condition.test(seen) is holds, f"{condition} looks at facts that it does not name"
    assert (~condition).test(known) is not holds, f"{condition} and its opposite agree"
