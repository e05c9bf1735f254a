"""An index of policies: which of them a ticket's facts do not rule out at once.

A condition that can only hold where a fact has one of few values (``customer_tier is gold and ...``) is filed under
those values, and only asked when the ticket has one of them. The answer is that of asking all in order.

Layer: sla.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, TypeAlias

from deskcore.predicate import AllOf, AnyOf, Condition, Facts, FactValue, Is, IsOneOf
from deskcore.sla.policy import SlaPolicy

Values: TypeAlias = frozenset[FactValue]

_FEW: Final = 4
"""So many policies are asked one after the other: less than looking a fact up and merging costs."""


class Index:
    """Policies in order, filed by the values their conditions ask for, level by level."""

    __slots__ = ("_root", "by_id", "policies")

    def __init__(self, policies: tuple[SlaPolicy, ...]) -> None:
        self.policies = policies
        self.by_id: dict[str, SlaPolicy] = {}
        for policy in policies:
            self.by_id.setdefault(policy.id, policy)
        filed = [(place, policy, needed(policy.when)) for place, policy in enumerate(policies)]
        self._root = _node(filed, frozenset())

    def first(self, facts: Facts) -> SlaPolicy | None:
        """The first policy that holds."""
        found = self._root.first(facts)
        return None if found is None else found[1]


_Filed: TypeAlias = tuple[int, SlaPolicy, dict[str, Values]]


class _Node:
    """Policies to ask in order; a fact under whose values others are filed, and those that do not ask for it."""

    __slots__ = ("_fact", "_few", "_rest", "_under")

    def __init__(
        self, few: Sequence[_Filed], fact: str | None, under: dict[FactValue, _Node], rest: _Node | None
    ) -> None:
        self._few, self._fact, self._under, self._rest = few, fact, under, rest

    def first(self, facts: Facts) -> tuple[int, SlaPolicy] | None:
        if self._fact is None:
            for place, policy, _ in self._few:
                if policy.when.test(facts):
                    return place, policy
            return None
        value = facts.get(self._fact)
        under = None if isinstance(value, frozenset) else self._under.get(value)
        one = None if under is None else under.first(facts)
        other = None if self._rest is None else self._rest.first(facts)
        if one is None or other is None:
            return one or other
        return one if one[0] < other[0] else other


def _node(filed: Sequence[_Filed], used: frozenset[str]) -> _Node:
    counts = Counter(name for _, _, values in filed for name in values if name not in used)
    if len(filed) <= _FEW or not counts:
        return _Node(filed, None, {}, None)
    # The fact that most policies ask for; of several the one with the most values, which splits them best.
    fact = max(sorted(counts), key=lambda name: (counts[name], len({v for *_, x in filed for v in x.get(name, ())})))
    under: dict[FactValue, list[_Filed]] = {}
    rest: list[_Filed] = []
    for one in filed:
        values = one[2].get(fact)
        if values is None:
            rest.append(one)
            continue
        for value in values:
            under.setdefault(value, []).append(one)
    deeper = used | {fact}
    nodes = {value: _node(members, deeper) for value, members in under.items()}
    return _Node((), fact, nodes, _node(rest, deeper) if rest else None)


def needed(condition: Condition) -> dict[str, Values]:
    """Facts of which a condition needs one of few values to hold, with those values."""
    if isinstance(condition, Is):
        return {condition.fact: frozenset({condition.value})}
    if isinstance(condition, IsOneOf):
        return {condition.fact: frozenset(condition.values)}
    if isinstance(condition, AllOf):
        found: dict[str, Values] = {}
        for part in condition.parts:
            for name, values in needed(part).items():
                found[name] = found[name] & values if name in found else values
        return found
    if isinstance(condition, AnyOf) and condition.parts:
        each = [needed(part) for part in condition.parts]
        shared = frozenset.intersection(*(frozenset(one) for one in each))
        return {name: frozenset[FactValue]().union(*(one[name] for one in each)) for name in shared}
    return {}
