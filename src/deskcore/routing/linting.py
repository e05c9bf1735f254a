"""What is wrong with a policy before it meets a ticket.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from deskcore.errors import Problem
from deskcore.hours import Calendar
from deskcore.routing.capped import ShareCapped
from deskcore.routing.catalogue import Catalogue
from deskcore.routing.context import Context
from deskcore.routing.covering import ServiceHours
from deskcore.routing.dated import Hold
from deskcore.routing.policy import Decline, FirstOf, Reject, RoutingPolicy, Wait
from deskcore.routing.resort import LastResort
from deskcore.routing.steps import Offering
from deskcore.staff import Staff


def lint(
    policy: RoutingPolicy,
    staff: Staff,
    calendars: Iterable[str] | Mapping[str, Calendar] | None = None,
    *,
    catalogue: Catalogue | None = None,
    hours: ServiceHours | None = None,
) -> tuple[Problem, ...]:
    """Names nobody defines, demands nobody meets, steps nobody reaches, rings nobody is in, gates that contradict.

    ``calendars`` are those in reach; ``None`` leaves their names unchecked. With a ``catalogue`` products without a
    skill and tickets that no rule answers are found too, with ``hours`` those that nobody covers: that takes the
    calendars themselves, by name. Paths read like ``routing.steps[1].partner``.

    >>> from deskcore.routing import HandOff, ToAgent
    >>> from deskcore.staff import Agent
    >>> staff = Staff(agents=(Agent("bo", skills=["vpn"]),))
    >>> for problem in lint(ToAgent() | HandOff("manilla"), staff, catalogue=Catalogue({"mail": ["exchange"]})):
    ...     print(problem)
    routing.steps[1].partner: names the unknown partner 'manilla'
    catalogue.products[mail]: asks for 'exchange' at level 1; the best holds 0
    """
    context = Context(staff, None if calendars is None else frozenset(calendars))
    found = [
        *policy.problems(context, "routing"),
        *_gates(policy),
        *_uncounted(policy, "routing"),
        *_in_vain(policy, "routing"),
    ]
    sound = not any(problem.code in {"unknown_partner", "unknown_calendar"} for problem in found)
    if catalogue is not None:
        found += catalogue.problems(policy, staff, decide=sound)
    if hours is not None:
        found += hours.problems(policy, staff, calendars if isinstance(calendars, Mapping) else {})
    return tuple(found)


def _gates(policy: RoutingPolicy) -> Iterator[Problem]:
    by_id: dict[str, list[str]] = {}
    for gate in policy.gates():
        by_id.setdefault(gate.id, []).append(str(gate))
    for name, described in by_id.items():
        if len(described) > 1:
            reason = f"is defined in {len(described)} ways: {'; '.join(described)}"
            yield Problem(f"routing.gates[{name}]", reason, "contradictory_gates")


def _uncounted(policy: RoutingPolicy, path: str) -> Iterator[Problem]:
    """Steps that may give tickets away before a cap on a share, which then does not count them."""
    takes_before = False
    for label, part in policy.parts_by_label():
        inner = f"{path}.{label}" if label else path
        if takes_before and isinstance(policy, FirstOf) and _caps(part):
            reason = "does not count what the steps before it give away; make the cap the outermost, with them inside"
            yield Problem(inner, reason, "uncounted")
        takes_before = takes_before or _may_take(part)
        yield from _uncounted(part, inner)


def _caps(policy: RoutingPolicy) -> bool:
    return isinstance(policy, ShareCapped) or any(_caps(part) for _, part in policy.parts_by_label())


def _may_take(policy: RoutingPolicy) -> bool:
    parts = policy.parts_by_label()
    if not parts:
        return not isinstance(policy, (Wait, Reject, Decline, Hold))
    return any(_may_take(part) for _, part in parts)


def _in_vain(policy: RoutingPolicy, path: str, *, offers: bool = False) -> Iterator[Problem]:
    """Last resorts inside an offer: an offer to somebody who is not present lapses as soon as it is made."""
    if offers and isinstance(policy, LastResort) and policy.states != {"present"}:
        reason = "is offered to somebody who may not be there, which lapses at once; put it after the Offering, with |"
        yield Problem(path, reason, "offer_in_vain")
    for label, part in policy.parts_by_label():
        inner = f"{path}.{label}" if label else path
        yield from _in_vain(part, inner, offers=offers or isinstance(policy, Offering))
