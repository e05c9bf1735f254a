"""What is wrong with a book of policies before any ticket meets it, all found at once, with paths.

Not here: what a single policy cannot even be built with (its own validators refuse that).

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from deskcore.errors import OutOfRange, Problem
from deskcore.hours import Calendar, WorkingDays
from deskcore.predicate import ALWAYS, Condition
from deskcore.sla.beat import Scene, What
from deskcore.sla.book import PolicyBook
from deskcore.sla.cue import Opening
from deskcore.sla.policy import SlaPolicy
from deskcore.sla.setup import unknown_calendars
from deskcore.sla.stopwatch import Stopwatch
from deskcore.sla.target import Target, Within
from deskcore.tickets.status import Status

_LOOK_FROM: Final = datetime(2000, 1, 1, tzinfo=UTC)
_NOT_LONGER: Final = (("first_response", "resolution"), ("next_response", "resolution"), ("time_to_own", "resolution"))
_FIELD: Final = "field."


def lint(book: PolicyBook, *, calendars: Mapping[str, Calendar], facts: frozenset[str]) -> tuple[Problem, ...]:
    """Every fault of a book: unknown names, rows and policies nothing can reach, targets that contradict each other.

    Args:
        book: the policies.
        calendars: the calendars by name.
        facts: the names of the facts that conditions may ask about; ``field.<name>`` is always known.

    Returns:
        The problems by path, none when all is well. Codes: ``unknown_calendar``, ``never_opens``, ``unknown_fact``,
        ``unreachable``, ``response_above_resolution``, ``pause_inside_start``, ``start_inside_end``, ``late_warning``.

    >>> lint(PolicyBook(), calendars={}, facts=frozenset())
    (Problem(path='policies', message='holds no policy: no clock will ever start', code='empty'),)
    """
    if not book.policies:
        return (Problem("policies", "holds no policy: no clock will ever start", "empty"),)
    found = [*unknown_calendars(book, frozenset(calendars)), *_closed_calendars(book, calendars)]
    found += _unreachable("policies", [(policy.when, policy.id) for policy in book.policies])
    for place, policy in enumerate(book.policies):
        path = f"policies[{place}]"
        found += _unknown_facts(f"{path}.when", policy.when, facts)
        found += _targets(path, policy, facts)
        found += _contradictions(path, policy)
        for metric in policy.metrics:
            found += _stopwatch(f"{path}.stopwatch({metric})", policy.stopwatch(metric))
    return tuple(found)


def _closed_calendars(book: PolicyBook, calendars: Mapping[str, Calendar]) -> Iterator[Problem]:
    for name in sorted({name for policy in book.policies for name in _names(policy)}):
        calendar = calendars.get(name)
        if calendar is not None and not _opens(calendar):
            yield Problem(f"calendars.{name}", "never opens: no business target on it ever falls due", "never_opens")


def _names(policy: SlaPolicy) -> set[str]:
    return {target.calendar or policy.calendar for target in policy.targets}


def _opens(calendar: Calendar) -> bool:
    try:
        return calendar.next_open(_LOOK_FROM) is not None
    except OutOfRange:
        return True  # the calendar knows only part of time, which is no fault of the book


def _unknown_facts(path: str, condition: Condition, known: frozenset[str]) -> Iterator[Problem]:
    for name in sorted(condition.names() - known):
        if not name.startswith(_FIELD):
            yield Problem(path, f"asks for the unknown fact {name!r}", "unknown_fact")


def _unreachable(path: str, rows: list[tuple[Condition, str]]) -> Iterator[Problem]:
    for place, (condition, _) in enumerate(rows):
        for above, name in rows[:place]:
            if above in (ALWAYS, condition):
                message = f"can never be reached: {name} takes every such ticket before it"
                yield Problem(f"{path}[{place}]", message, "unreachable")
                break


def _targets(path: str, policy: SlaPolicy, facts: frozenset[str]) -> Iterator[Problem]:
    seen: dict[str, list[tuple[Condition, int]]] = {}
    for place, target in enumerate(policy.targets):
        here = f"{path}.targets[{place}]"
        yield from _unknown_facts(f"{here}.when", target.when, facts)
        above = seen.setdefault(target.metric, [])
        taken = [row for condition, row in above if condition in (ALWAYS, target.when)]
        if taken:
            message = f"can never be reached: targets[{taken[0]}] takes every such ticket before it"
            yield Problem(here, message, "unreachable")
        above.append((target.when, place))
        within = target.within
        if isinstance(within, WorkingDays):
            continue
        if within and policy.warn_left and all(left.microseconds >= within.microseconds for left in policy.warn_left):
            message = f"is {within}, and every warn_left is as long or longer: none will ever warn"
            yield Problem(here, message, "late_warning")


def _contradictions(path: str, policy: SlaPolicy) -> Iterator[Problem]:
    """A reply promised later than the solution, where both rows are for the same tickets and in the same measure."""
    for shorter, longer in _NOT_LONGER:
        for one in _rows(policy, shorter):
            for other in _rows(policy, longer):
                if _contradict(one, other):
                    place = policy.targets.index(one)
                    message = f"promises {one.metric} within {one.within}, but {other.metric} within {other.within}"
                    yield Problem(f"{path}.targets[{place}]", message, "response_above_resolution")


def _rows(policy: SlaPolicy, metric: str) -> list[Target]:
    return [target for target in policy.targets if target.metric == metric]


def _contradict(one: Target, other: Target) -> bool:
    if type(one.within) is not type(other.within):
        return False
    same = one.when == other.when or ALWAYS in (one.when, other.when)
    return same and one.calendar == other.calendar and _size(one.within) > _size(other.within)


def _size(within: Within | None) -> int:
    if within is None:
        return 0
    return within.days if isinstance(within, WorkingDays) else within.microseconds


_WHATS: Final[tuple[What, ...]] = ("requested", "opened")
_OPENINGS: Final = tuple(
    Scene(what, status, waiting=what == "requested")
    for what in _WHATS
    for status in (Status("new", "new"), Status("active", "active"))
)


def _stopwatch(path: str, watch: Stopwatch) -> Iterator[Problem]:
    """Cues that defeat each other, seen at the moment of opening in a new or active status."""
    starts = [scene for scene in _OPENINGS if watch.start.seen(None, scene)]
    if starts and all(watch.pause.seen(None, scene) for scene in starts):
        yield Problem(f"{path}.pause", "holds wherever it starts: it would never count", "pause_inside_start")
    if starts and isinstance(watch.start, Opening) and all(watch.done.seen(None, scene) for scene in starts):
        yield Problem(f"{path}.done", "holds wherever it starts: it would be fulfilled at once", "start_inside_end")
