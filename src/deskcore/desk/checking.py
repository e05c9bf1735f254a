"""The configuration as a whole, checked before it meets a ticket: every room's findings and those between rooms.

Layer: desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from deskcore.desk.compared import never_true
from deskcore.desk.configuration import Configuration
from deskcore.desk.contradictions import outside_scope
from deskcore.desk.coverage import uncovered
from deskcore.desk.registered import unregistered
from deskcore.errors import Problem
from deskcore.escalation.byhand import ESCALATION_COMMANDS
from deskcore.escalation.lint import lint as lint_matrix
from deskcore.escalation.surroundings import HORIZON, Surroundings
from deskcore.hours import BusinessDuration, ElapsedDuration
from deskcore.predicate import Fact
from deskcore.predicate.facts import names_of
from deskcore.routing import lint as lint_routing
from deskcore.routing.recall import ROUTING_COMMANDS
from deskcore.routing.waiting import FACTS as ROUTING_FACTS
from deskcore.sla.commands import SLA_COMMANDS
from deskcore.sla.lint import lint as lint_book
from deskcore.tickets import Lifecycle
from deskcore.tickets.commands import TICKET_COMMANDS
from deskcore.tickets.facts import FACTS as TICKET_FACTS


def facts_known() -> tuple[Fact, ...]:
    """Every fact that some condition may ask about, by name: the union of what the rooms answer.

    >>> {"priority", "waits_for", "at_risk"} <= {fact.name for fact in facts_known()}
    True
    """
    return tuple({fact.name: fact for fact in (*ROUTING_FACTS, *TICKET_FACTS)}.values())


def lint(
    setup: Configuration,
    nodes: tuple[type, ...] = (),
    *,
    at: datetime | None = None,
    horizon: timedelta | None = None,
) -> tuple[Problem, ...]:
    """See ``Desk.lint``."""
    return (
        *_findings(setup, at, HORIZON if horizon is None else horizon),
        *never_true(setup),
        *outside_scope(setup),
        *uncovered(setup, at),
        *unregistered(setup, frozenset(nodes)),
    )


def _findings(setup: Configuration, at: datetime | None, horizon: timedelta) -> Iterator[Problem]:
    calendars = frozenset(setup.calendars)
    statuses = frozenset(name for lifecycle in setup.lifecycles for name in lifecycle.status_names)
    for place, lifecycle in enumerate(setup.lifecycles):
        yield from _under(f"lifecycles[{place}]", lifecycle.lint())
        yield from _timers(f"lifecycles[{place}]", lifecycle, calendars)
        yield from _permissions(f"lifecycles[{place}]", lifecycle)
    yield from _under(
        "book",
        lint_book(setup.book, calendars=setup.calendars, facts=names_of(TICKET_FACTS), statuses=statuses, at=at),
    )
    yield from _untargeted(setup)
    yield from _under("staff", setup.staff.lint(tuple(calendars), at=at))
    if setup.matrix is not None:
        yield from _under("matrix", lint_matrix(setup.matrix, _around(setup, at, horizon)))
    if setup.routing is not None:
        yield from _under("routing", lint_routing(setup.routing, setup.staff, calendars=setup.calendars))


def _under(path: str, problems: tuple[Problem, ...]) -> Iterator[Problem]:
    for problem in problems:
        joined = (
            f"{path}.{problem.path}" if problem.path and not problem.path.startswith(path) else problem.path or path
        )
        yield problem._replace(path=joined)


def _around(setup: Configuration, at: datetime | None, horizon: timedelta) -> Surroundings:
    metrics = frozenset(target.metric for policy in setup.book.policies for target in policy.targets)
    return Surroundings(
        staff=setup.staff,
        calendars=frozenset(setup.calendars),
        priorities=setup.lifecycles[0].priorities,
        metrics=metrics,
        facts=names_of(TICKET_FACTS),
        hours=setup.calendars,
        promised=_longest(setup),
        at=at,
        horizon=horizon,
        clock_hours=_clock_hours(setup),
        values=_known_values(setup),
    )


def _known_values(setup: Configuration) -> dict[str, tuple[str, ...]]:
    """The facts of which every ticket has one value, and one that the configuration names."""
    cycles = setup.lifecycles
    return {
        "kind": tuple(dict.fromkeys(name for cycle in cycles for name in cycle.kinds)),
        "status": tuple(dict.fromkeys(name for cycle in cycles for name in cycle.status_names)),
        "lifecycle": tuple(cycle.name for cycle in cycles),
    }


def _clock_hours(setup: Configuration) -> dict[str, frozenset[str]]:
    """By metric the calendars of its targets, where all of them count open time."""
    found: dict[str, frozenset[str]] = {}
    at_any_hour: set[str] = set()
    for policy in setup.book.policies:
        for target in policy.targets:
            if isinstance(target.within, ElapsedDuration):
                at_any_hour.add(target.metric)
            elif target.within is not None:
                name = target.calendar or policy.calendar
                found[target.metric] = found.get(target.metric, frozenset()) | {name}
    return {metric: names for metric, names in found.items() if metric not in at_any_hour}


def _longest(setup: Configuration) -> dict[str, int]:
    """The longest target of each metric that is promised in elapsed time, in microseconds."""
    found: dict[str, int] = {}
    for policy in setup.book.policies:
        for target in policy.targets:
            if isinstance(target.within, ElapsedDuration):
                found[target.metric] = max(found.get(target.metric, 0), target.within.microseconds)
            elif target.within is not None:
                return {}  # how long open time lasts depends on when it begins
    return found


def _timers(path: str, lifecycle: Lifecycle, calendars: frozenset[str]) -> Iterator[Problem]:
    known = ", ".join(sorted(calendars)) or "none"
    for row, timer in enumerate(lifecycle.timers):
        if isinstance(timer.after, BusinessDuration) and timer.calendar not in calendars:
            message = f"names the unknown calendar {timer.calendar!r}; known: {known}"
            yield Problem(f"{path}.timers[{row}].calendar", message, "unknown_calendar")


def _permissions(path: str, lifecycle: Lifecycle) -> Iterator[Problem]:
    """A permission for a command that does not exist guards nothing."""
    mine = (*TICKET_COMMANDS, *ESCALATION_COMMANDS, *SLA_COMMANDS, *ROUTING_COMMANDS)
    known = {command.TYPE for command in mine}
    for name in lifecycle.permissions:
        if name not in known:
            message = f"guards the unknown command {name!r}; known: {', '.join(sorted(known))}"
            yield Problem(f"{path}.permissions.{name}", message, "unknown_command")


def _untargeted(setup: Configuration) -> Iterator[Problem]:
    """Priorities for which no policy promises anything, whatever else is true of the ticket."""
    if not setup.book.policies:
        return
    for lifecycle in setup.lifecycles:
        for priority in lifecycle.priorities:
            if not any(_promises(setup, policy.id, priority) for policy in setup.book.policies):
                message = f"promises nothing to tickets of priority {priority}; add a target, or one without an amount"
                yield Problem("book.policies", message, "no_target")


def _promises(setup: Configuration, policy: str, priority: str) -> bool:
    """Whether some target may apply to a priority: a condition that asks only for it must hold."""
    facts = {"priority": priority}
    held = setup.book.policy(policy)
    if held.when.names() == {"priority"} and not held.when.test(facts):
        return False
    return any(target.when.names() != {"priority"} or target.when.test(facts) for target in held.targets)
