"""What is wrong with a policy before it meets a ticket.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from deskcore.errors import Problem
from deskcore.routing.context import Context
from deskcore.routing.policy import RoutingPolicy
from deskcore.staff import Staff


def lint(policy: RoutingPolicy, staff: Staff, calendars: Iterable[str] | None = None) -> tuple[Problem, ...]:
    """Names nobody defines, demands nobody meets, steps nobody reaches, gates that contradict each other.

    ``calendars`` are the names in reach; ``None`` leaves them unchecked. Paths read like ``routing.steps[1].partner``.

    >>> from deskcore.routing import HandOff, ToAgent
    >>> from deskcore.staff import Agent
    >>> for problem in lint(ToAgent() | HandOff("manilla"), Staff(agents=(Agent("bo"),))):
    ...     print(problem)
    routing.steps[1].partner: names the unknown partner 'manilla'
    """
    context = Context(staff, None if calendars is None else frozenset(calendars))
    return (*policy.problems(context, "routing"), *_gates(policy))


def _gates(policy: RoutingPolicy) -> Iterator[Problem]:
    by_id: dict[str, list[str]] = {}
    for gate in policy.gates():
        by_id.setdefault(gate.id, []).append(str(gate))
    for name, described in by_id.items():
        if len(described) > 1:
            reason = f"is defined in {len(described)} ways: {'; '.join(described)}"
            yield Problem(f"routing.gates[{name}]", reason, "contradictory_gates")
