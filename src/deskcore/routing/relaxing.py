"""Policies built of others: demands that relax with the wait, one policy for each value of a fact, work kept in-house.

Functions, not nodes: what they return is made of the usual nodes and prints as such.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from deskcore.errors import InvalidConfiguration, Problem
from deskcore.hours import ElapsedDuration
from deskcore.predicate import Is, where
from deskcore.routing.assign import FAIR, ToAgent
from deskcore.routing.policy import AfterWait, Decline, RoutingPolicy, Wait, When, first_of
from deskcore.routing.ranking import Ranking
from deskcore.routing.requirement import Requirement, conjuncts
from deskcore.staff import HOUSE


def relax(
    *steps: tuple[ElapsedDuration, Requirement], keep: Requirement, ranking: Ranking = FAIR, desk: str = HOUSE
) -> RoutingPolicy:
    """Agents who meet ``keep`` and more, of which each step asks less: from so much elapsed waiting on.

    ``keep``, like ``FIRM``, is never relaxed. Every step must ask a part of what the one before it asks, so that
    nobody who could have had the ticket earlier is ever shut out later.

    >>> from deskcore.hours import elapsed
    >>> from deskcore.routing.requirements import HasSkills, InTicketTeam, SpeaksLanguage
    >>> print(relax((elapsed(minutes=0), HasSkills() & InTicketTeam()), (elapsed(minutes=10), HasSkills()),
    ...             keep=SpeaksLanguage()).parts_by_label()[1][1].waited)
    10m

    Raises:
        InvalidConfiguration: no step, steps out of order, or one that asks for something new; all found at once.
    """
    problems: list[Problem] = [] if steps else [Problem("steps", "are none", "no_steps")]
    for place, ((before, strict), (after, loose)) in enumerate(pairwise(steps), start=1):
        if after.microseconds <= before.microseconds:
            problems.append(Problem(f"steps[{place}]", f"comes at {after}, not after {before}", "bad_order"))
        more = [part for part in conjuncts(loose) if part not in conjuncts(strict)]
        problems += [Problem(f"steps[{place}]", f"asks for something new: {part}", "not_relaxed") for part in more]
    if problems:
        raise InvalidConfiguration("relaxation", tuple(problems))
    made = (
        (wait, ToAgent(keep if loose in conjuncts(keep) else keep & loose, ranking, desk=desk)) for wait, loose in steps
    )
    return first_of(*(AfterWait(wait, policy) if wait.microseconds else policy for wait, policy in made))


def by_fact(
    fact: str, policies: Mapping[str, RoutingPolicy], *, otherwise: RoutingPolicy | None = None
) -> RoutingPolicy:
    """One policy for each value of a fact: by site, region, product or queue. The rest goes to ``otherwise``.

    What a value's policy has no answer for goes to ``otherwise`` too; without one it waits.

    >>> print(by_fact("field.site", {"ams": ToAgent(desk="ams")}))
    an agent of ams, least utilised, then longest idle when field.site is ams, else wait
    """
    chosen = (When(Is(fact, value), policy) for value, policy in policies.items())
    return first_of(*chosen, Wait() if otherwise is None else otherwise)


def retained(
    categories: tuple[str, ...],
    house: RoutingPolicy,
    outsourced: RoutingPolicy = Decline(),  # noqa: B008 - frozen
) -> RoutingPolicy:
    """Categories kept in-house whatever the partners could do: the house, or they wait for it; the rest as given.

    >>> print(retained(("payroll",), ToAgent()))
    an agent of house, least utilised, then longest idle, else wait when category is payroll
    """
    kept = When(where(category=categories), house | Wait("kept in-house"))
    return kept | outsourced
