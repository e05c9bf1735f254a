"""What a condition leaves open: the values it demands of a fact, as far as its form shows them.

For static checks. Not here: whether a condition holds (``nodes``).

Layer: predicate. Imports its own room only.
"""

from __future__ import annotations

from deskcore.predicate.nodes import AllOf, AnyOf, Condition, Is, IsOneOf


def pinned(when: Condition) -> dict[str, frozenset[object]]:
    """For each fact the values a condition leaves open; facts it does not pin down are absent.

    >>> from deskcore.predicate import Has
    >>> sorted(pinned(IsOneOf("priority", ("p1", "p2")) & Has("tags", "vip"))["priority"])
    ['p1', 'p2']
    """
    if isinstance(when, Is):
        return {when.fact: frozenset({when.value})}
    if isinstance(when, IsOneOf):
        return {when.fact: frozenset(when.values)}
    if isinstance(when, AllOf):
        joined: dict[str, frozenset[object]] = {}
        for part in when.parts:
            for fact, values in pinned(part).items():
                joined[fact] = joined[fact] & values if fact in joined else values
        return joined
    if isinstance(when, AnyOf) and when.parts:
        sides = [pinned(part) for part in when.parts]
        shared = set(sides[0]).intersection(*sides)
        return {fact: frozenset[object]().union(*(side[fact] for side in sides)) for fact in shared}
    return {}


def disjoint(one: Condition, other: Condition) -> bool:
    """Whether nothing satisfies both, as far as the values they demand of one fact can tell.

    >>> disjoint(Is("priority", "p1"), Is("priority", "p2")), disjoint(Is("priority", "p1"), Is("kind", "incident"))
    (True, False)
    """
    a, b = pinned(one), pinned(other)
    return any(not (a[fact] & b[fact]) for fact in a.keys() & b.keys())
