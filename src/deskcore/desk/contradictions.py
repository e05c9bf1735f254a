"""What is meant for a partner desk but lies outside its contract: rules that hand over, promises, rungs.

A rule that contradicts a scope does no harm to a ticket, since the scope wins; it just never does what it says.

Layer: desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from deskcore.desk.configuration import Configuration
from deskcore.errors import Problem
from deskcore.escalation.actions import TransferTo
from deskcore.predicate import ALWAYS, NEVER, AllOf, Condition
from deskcore.predicate.pinned import disjoint, pinned
from deskcore.routing import HandOff, RoutingPolicy, When
from deskcore.staff import Partner, Scope

_CODE: Final = "outside_scope"


def outside_scope(setup: Configuration) -> Iterator[Problem]:
    """Every rule for tickets that the partner it names would never take. Linear in the configuration."""
    if setup.routing is not None:
        yield from _handed(setup, setup.routing, ALWAYS, "routing")
    for place, policy in enumerate(setup.book.policies):
        for row, target in enumerate(policy.targets):
            when = policy.when & target.when
            for partner in _of_partners(setup, when):
                why = _why_never(partner.scope, when)
                if why:
                    message = (
                        f"is for tickets that {partner.id} has and {when} holds for, which it takes none of: {why}"
                    )
                    yield Problem(f"book.policies[{place}].targets[{row}]", message, _CODE)
    yield from _transferred(setup)


def _handed(setup: Configuration, policy: RoutingPolicy, when: Condition, path: str) -> Iterator[Problem]:
    if isinstance(policy, When):
        when &= policy.condition
    if isinstance(policy, HandOff):
        partner = setup.staff.find_partner(policy.partner)
        why = "" if partner is None else _why_never(partner.scope, when)
        if why:
            yield Problem(f"{path}.partner", f"hands {policy.partner} what it takes none of: {why}", _CODE)
    for label, part in policy.parts_by_label():
        yield from _handed(setup, part, when, f"{path}.{label}" if label else path)


def _transferred(setup: Configuration) -> Iterator[Problem]:
    for place, row in enumerate(() if setup.matrix is None else setup.matrix.rows):
        for rung in row.rungs:
            for number, action in enumerate(rung.actions):
                desk = action.desk if isinstance(action, TransferTo) else None
                partner = None if desk is None else setup.staff.find_partner(desk)
                why = "" if partner is None else _why_never(partner.scope, row.when & rung.when)
                if why:
                    path = f"matrix.rows[{place}].rungs[{rung.id}].actions[{number}].desk"
                    yield Problem(path, f"gives {desk} what it takes none of: {why}", _CODE)


def _of_partners(setup: Configuration, when: Condition) -> list[Partner]:
    """The partners that a condition on the fact ``desk`` speaks of; none where it leaves room for the house."""
    desks = sorted(desk for desk in pinned(when).get("desk", ()) if isinstance(desk, str))
    found = [setup.staff.find_partner(desk) for desk in desks]
    return [partner for partner in found if partner is not None] if all(found) else []


def _why_never(scope: Scope, when: Condition) -> str:
    """Why no ticket for which ``when`` holds is in scope, as far as the form of conditions shows; else empty."""
    highest = scope.max_tier
    if highest is not None and not _some_tier(when, highest):
        return f"its highest tier is {highest}, and {when}"
    if scope.provided not in {ALWAYS, NEVER} and disjoint(when, scope.provided):
        return f"it provides only where {scope.provided}"
    excluded, wanted = pinned(scope.excluded), pinned(when)
    certain = scope.excluded.names() == excluded.keys() and len(excluded) == 1
    if certain and all(fact in wanted and wanted[fact] <= values for fact, values in excluded.items()):
        return f"it excludes {scope.excluded}"
    return ""


def _some_tier(when: Condition, highest: int) -> bool:
    parts = when.parts if isinstance(when, AllOf) else (when,)
    about = [part for part in parts if part.names() == {"tier"}]
    return any(all(part.test({"tier": tier}) for part in about) for tier in range(1, highest + 1))
