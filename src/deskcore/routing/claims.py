"""The sixteen laws of routing by name, and which of them a node claims to keep.

A node states its claims; a combinator keeps what its parts keep, less what combining loses. A claim is tested by
``deskcore.testing.routing_claims`` for every node that makes it, a host's own included. Not here: the tests.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from deskcore.routing.policy import RoutingPolicy

Law: TypeAlias = Literal[
    "never_unfit",
    "conserves",
    "deterministic",
    "idempotent",
    "monotone",
    "algebra",
    "work_conserving",
    "fair_turns",
    "keeps_shares",
    "no_starvation",
    "steady_gates",
    "bounded_offers",
    "keeps_place",
    "explained",
    "replayable",
    "cheapest",
]
"""The sixteen, in the order of their numbers."""

Claims: TypeAlias = frozenset[Law]

LAWS: Final[tuple[Law, ...]] = get_args(Law)
"""Every law, the first to the sixteenth."""

PURE: Final[Claims] = frozenset(
    ("conserves", "deterministic", "idempotent", "algebra", "keeps_place", "explained", "replayable")
)
"""What every pure node keeps: the claims of a host's own node that states none."""

_OF_THE_WHOLE: Final[Claims] = frozenset(("no_starvation", "steady_gates"))

PLACES_NOBODY: Final[Claims] = frozenset(LAWS) - _OF_THE_WHOLE
"""The claims of a policy that never gives a ticket to anybody: there is nothing to break."""

ELIGIBLE: Final[Claims] = PURE.union(("monotone", "work_conserving"))
"""The claims of a requirement that asks one candidate at a time and counts nothing."""

COUNTED: Final[Claims] = frozenset(("keeps_shares", "bounded_offers"))
"""What a requirement brings into a conjunction that no other part of it can take away."""

ORDERS: Final[Claims] = frozenset(("fair_turns", "cheapest"))
"""What the first place of an order brings."""


def kept_by_all(parts: Iterable[Claims]) -> Claims:
    """What every one of several parts keeps; every law where there is no part.

    >>> sorted(kept_by_all([PURE, frozenset({"explained", "cheapest"})]))
    ['explained']
    """
    kept: Claims = frozenset(LAWS)
    for claims in parts:
        kept &= claims
    return kept


def to_candidates(required: Claims, order: Claims) -> Claims:
    """The claims of a policy that gives a ticket to the first, in an order, of those who meet what is required.

    >>> sorted(to_candidates(ELIGIBLE, PURE) - PURE)
    ['keeps_shares', 'monotone', 'work_conserving']
    """
    own: Claims = frozenset(("monotone", "work_conserving", "bounded_offers"))
    return (required & order & PURE).union(("keeps_shares",), required & own, order & ORDERS)


def of_the_whole(policy: RoutingPolicy, kept: Claims) -> Claims:
    """Some claims of a policy, with those that hang on its line and on its gates and not on its parts."""
    found = set(kept - _OF_THE_WHOLE)
    line = policy.line()
    if line is not None and "no_starvation" in line.claims:
        found.add("no_starvation")
    if all("steady_gates" in gate.signal.claims for gate in policy.gates()):
        found.add("steady_gates")
    return frozenset(found)


def of_parts(policy: RoutingPolicy, *, lost: Iterable[Law] = ()) -> Claims:
    """What all parts of a combinator keep, less what combining loses.

    >>> from deskcore.routing import ToAgent, Wait
    >>> "never_unfit" in of_parts(ToAgent() | Wait())
    True
    """
    return of_the_whole(policy, kept_by_all(part.claims for _, part in policy.parts_by_label()) - set(lost))
