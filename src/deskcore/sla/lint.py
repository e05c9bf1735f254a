"""What is wrong with a book of policies before any ticket meets it, all found at once, with paths.

Not here: what a single policy cannot even be built with (its own validators refuse that).

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Final

import attrs

from deskcore._value import to_us
from deskcore.errors import OutOfRange, Problem
from deskcore.hours import Calendar, WorkingDays
from deskcore.predicate import ALWAYS, Condition
from deskcore.sla.beat import Scene, What
from deskcore.sla.book import PolicyBook
from deskcore.sla.chain import Chain, unkept
from deskcore.sla.cue import AllCues, AnyCue, Begins, Ends, InStatus, NotCue, Opening
from deskcore.sla.metric import STANDARD
from deskcore.sla.policy import SlaPolicy
from deskcore.sla.setup import unknown_calendars, unknown_parents
from deskcore.sla.stopwatch import Stopwatch
from deskcore.sla.target import Target, Within
from deskcore.tickets.status import Status

_EARLIEST: Final = to_us(datetime(1, 1, 2, tzinfo=UTC))
_LATEST: Final = to_us(datetime(9999, 1, 1, tzinfo=UTC))
_LOOK_FROM: Final = datetime(2000, 1, 1, tzinfo=UTC)
_NOT_LONGER: Final = (("first_response", "resolution"), ("next_response", "resolution"), ("time_to_own", "resolution"))
_FIELD: Final = "field."


def lint(
    book: PolicyBook,
    *,
    calendars: Mapping[str, Calendar],
    facts: frozenset[str],
    at: datetime | None = None,
    statuses: frozenset[str] | None = None,
    chains: Iterable[Chain] = (),
) -> tuple[Problem, ...]:
    """Every fault of a book: unknown names, rows and policies nothing can reach, targets that contradict each other.

    Args:
        book: the policies.
        calendars: the calendars by name.
        facts: the names of the facts that conditions may ask about; ``field.<name>`` is always known.
        statuses: the names of the statuses that stopwatches may speak of; ``None`` asks about none.
        at: the instant at which reviews may be overdue; ``None`` asks about none.
        chains: customers' metrics with the supporting ones behind them, tried at each hour of two weeks.

    Returns:
        The problems by path, none when all is well. Codes: ``unknown_calendar``, ``never_opens``, ``unknown_fact``,
        ``unreachable``, ``response_above_resolution``, ``pause_inside_start``, ``start_inside_end``, ``late_warning``,
        ``versions_overlap``, ``versions_gap``, ``review_overdue``, ``unknown_status``, ``unknown_parent``,
        ``parent_circle``, ``unknown_metric``, ``chain_overruns``.

    >>> lint(PolicyBook(), calendars={}, facts=frozenset())
    (Problem(path='policies', message='holds no policy: no clock will ever start', code='empty'),)
    """
    if not book.policies:
        return (Problem("policies", "holds no policy: no clock will ever start", "empty"),)
    found = [*unknown_calendars(book, frozenset(calendars)), *_closed_calendars(book, calendars)]
    found += unknown_parents(book)
    found += _policies_unreachable(book)
    found += [*_versions(book), *_reviews(book, at)]
    for place, policy in enumerate(book.policies):
        path = f"policies[{place}]"
        found += _unknown_facts(f"{path}.when", policy.when, facts)
        found += _targets(path, policy, facts)
        found += _contradictions(path, policy)
        whole = book.whole[place]
        for metric in dict.fromkeys(row.metric for row in policy.targets):
            if metric not in STANDARD and all(watch.name != metric for watch in whole.stopwatches):
                continue  # told above
            watch, here = whole.stopwatch(metric), f"{path}.stopwatch({metric})"
            found += _stopwatch(here, watch)
            if statuses is not None:
                found += _unknown_statuses(here, watch, statuses)
    if not found:  # what is wrong by itself need not be tried
        found += unkept(book, calendars, chains)
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


def _policies_unreachable(book: PolicyBook) -> Iterator[Problem]:
    """Policies that another one before them leaves nothing to, as far as both are in force."""
    for place, policy in enumerate(book.policies):
        for above in book.policies[:place]:
            always = above.effective_from is above.effective_until is None
            same = (above.effective_from, above.effective_until) == (policy.effective_from, policy.effective_until)
            if above.when in (ALWAYS, policy.when) and (always or same) and above.id != policy.id:
                message = f"can never be reached: {above.id} takes every such ticket before it"
                yield Problem(f"policies[{place}]", message, "unreachable")
                break


def _versions(book: PolicyBook) -> Iterator[Problem]:
    """Versions of one policy that are in force together, or leave a time without any between them."""
    byid: dict[str, list[tuple[int, int, int, SlaPolicy]]] = {}
    for place, policy in enumerate(book.policies):
        since = _EARLIEST if policy.effective_from is None else to_us(policy.effective_from)
        until = _LATEST if policy.effective_until is None else to_us(policy.effective_until)
        byid.setdefault(policy.id, []).append((since, until, place, policy))
    for known in byid.values():
        for (_, until, _, one), (since, _, place, other) in pairwise(sorted(known, key=lambda one: one[:3])):
            path = f"policies[{place}].effective_from"
            if since < until:
                message = f"version {other.version} of {other.id} begins while version {one.version} is in force"
                yield Problem(path, message, "versions_overlap")
            elif since > until:
                message = f"between version {one.version} and {other.version} of {other.id} none is in force"
                yield Problem(path, message, "versions_gap")


def _reviews(book: PolicyBook, at: datetime | None) -> Iterator[Problem]:
    for place, policy in enumerate(book.policies if at is not None else ()):
        if at is not None and policy.review_by is not None and policy.review_by < at.date():
            message = f"should have been reviewed by {policy.review_by.isoformat()}"
            yield Problem(f"policies[{place}].review_by", message, "review_overdue")


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


def _unknown_statuses(path: str, watch: Stopwatch, known: frozenset[str]) -> Iterator[Problem]:
    for name, value in attrs.asdict(watch, recurse=False).items():
        for status in sorted(set(_statuses(value)) - known):
            yield Problem(f"{path}.{name}", f"speaks of the unknown status {status!r}", "unknown_status")


def _statuses(cue: object) -> Iterator[str]:
    """The statuses that a cue speaks of by name, however deep."""
    if isinstance(cue, InStatus):
        yield from cue.names
    elif isinstance(cue, AnyCue | AllCues):
        for part in cue.parts:
            yield from _statuses(part)
    elif isinstance(cue, NotCue | Begins | Ends):
        yield from _statuses(cue.part)


def _stopwatch(path: str, watch: Stopwatch) -> Iterator[Problem]:
    """Cues that defeat each other, seen at the moment of opening in a new or active status."""
    starts = [scene for scene in _OPENINGS if watch.start.seen(None, scene)]
    if starts and all(watch.pause.seen(None, scene) for scene in starts):
        yield Problem(f"{path}.pause", "holds wherever it starts: it would never count", "pause_inside_start")
    if starts and isinstance(watch.start, Opening) and all(watch.done.seen(None, scene) for scene in starts):
        yield Problem(f"{path}.done", "holds wherever it starts: it would be fulfilled at once", "start_inside_end")
