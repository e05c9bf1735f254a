"""What is questionable in a lifecycle though it works: statuses nobody reaches or leaves, rules that never act.

Not here: what makes a lifecycle meaningless, which its constructor refuses (``faults``).

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from deskcore.errors import Problem

if TYPE_CHECKING:
    from deskcore.tickets.lifecycle import Lifecycle
    from deskcore.tickets.replies import ReplyRule


def lint(lifecycle: Lifecycle) -> tuple[Problem, ...]:
    """Every questionable thing, with its path.

    Codes: ``unreachable``, ``trapped``, ``no_way_to_closed``, ``no_closed_status``, ``shadowed``.
    Quadratic in the number of statuses.

    >>> from deskcore.tickets import Lifecycle, Status, Transition
    >>> odd = Lifecycle("odd", (Status("Open", "active"), Status("Lost", "waiting"), Status("Closed", "closed")),
    ...     (Transition("Open", "Closed"),))
    >>> [problem.code for problem in odd.lint()]
    ['unreachable', 'trapped']
    """
    ways = exits(lifecycle)
    return tuple(problem for check in (_reach, _way_out, _shadowed) for problem in check(lifecycle, ways))


def exits(lifecycle: Lifecycle) -> dict[str, frozenset[str]]:
    """For every status the statuses that a person, a reply, a timer or an assignment takes a ticket to from there.

    >>> from deskcore.presets import simple_lifecycle
    >>> sorted(exits(simple_lifecycle())["Resolved"])
    ['Closed', 'Open']
    """
    return {
        source: frozenset(target for target in lifecycle.status_names if lifecycle.leads(source, target))
        for source in lifecycle.status_names
    }


def _reach(lifecycle: Lifecycle, ways: dict[str, frozenset[str]]) -> Iterator[Problem]:
    reached = _closure(ways, frozenset(lifecycle.creatable))
    for place, status in enumerate(lifecycle.statuses):
        if status.name not in reached:
            yield Problem(
                f"statuses[{place}]", f"{status.name!r} is never reached from where tickets open", "unreachable"
            )


def _way_out(lifecycle: Lifecycle, ways: dict[str, frozenset[str]]) -> Iterator[Problem]:
    done = {status.name for status in lifecycle.statuses if status.phase in {"closed", "cancelled"}}
    if not any(status.phase == "closed" for status in lifecycle.statuses):
        yield Problem("statuses", "has no closed status: tickets never end", "no_closed_status")
        return
    for place, status in enumerate(lifecycle.statuses):
        if status.name in done:
            continue
        if not ways[status.name]:
            yield Problem(f"statuses[{place}]", f"{status.name!r} is a trap: nothing leads out of it", "trapped")
        elif not done & _closure(ways, frozenset({status.name})):
            message = f"{status.name!r} has no way to a closed or cancelled status"
            yield Problem(f"statuses[{place}]", message, "no_way_to_closed")


def _shadowed(lifecycle: Lifecycle, ways: dict[str, frozenset[str]]) -> Iterator[Problem]:
    """Reply rules that never act, and rows that a more specific row hides from every move."""
    del ways
    for place, rule in enumerate(lifecycle.replies):
        above = next((other for other, held in enumerate(lifecycle.replies[:place]) if _takes_all(held, rule)), None)
        if above is not None:
            yield Problem(f"replies[{place}]", f"never acts: replies[{above}] takes every such message", "shadowed")
    names = lifecycle.status_names
    used = {lifecycle.transition(source, target) for source in names for target in names if source != target}
    for place, row in enumerate(lifecycle.transitions):
        if row not in used:
            why = "a move to the present status is none" if row.source == row.target else "more specific rows hide it"
            yield Problem(f"transitions[{place}]", f"{row.source} -> {row.target} never applies: {why}", "shadowed")


def _takes_all(above: ReplyRule, rule: ReplyRule) -> bool:
    """Whether ``above`` fits whenever ``rule`` does, as far as the rows themselves tell."""
    anywhere = not (above.statuses or above.phases)
    where = anywhere or (
        bool(rule.statuses or rule.phases)
        and set(rule.statuses) <= set(above.statuses)
        and set(rule.phases) <= set(above.phases)
    )
    whom = rule.roles <= above.roles and rule.visibility == above.visibility
    how = rule.auto_generated is above.auto_generated
    bound = above.within is None or (above.within, above.since, above.calendar) == (
        rule.within,
        rule.since,
        rule.calendar,
    )
    return where and whom and how and bound and (not above.when.names() or above.when == rule.when)


def _closure(ways: dict[str, frozenset[str]], start: frozenset[str]) -> frozenset[str]:
    seen, edge = set(start), set(start)
    while edge:
        edge = {target for name in edge for target in ways[name]} - seen
        seen |= edge
    return frozenset(seen)
