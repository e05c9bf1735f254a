"""A policy made ready for folding: its metrics with the terms that each row stands for, worked out once.

Not here: which policy is a ticket's (``book``), and the calendars that the names mean (``setup``).

Layer: sla.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import attrs

from deskcore.hours import ElapsedDuration
from deskcore.predicate import Facts, FactValue
from deskcore.sla.moves import Moves
from deskcore.sla.policy import SlaPolicy
from deskcore.sla.state import Terms
from deskcore.sla.stopwatch import Stopwatch
from deskcore.sla.target import Counts, Target
from deskcore.staff.scope import Scope
from deskcore.tickets.facts import FIELD_PREFIX


class Watch(NamedTuple):
    """One metric of a policy, made ready: its stopwatch, and its rows with the terms they stand for."""

    metric: str
    stopwatch: Stopwatch
    rows: tuple[tuple[Target, Terms], ...]
    unpromised: Terms
    scope: Scope | None = None
    calendar_from: str | None = None
    calendars: frozenset[str] = frozenset()

    def terms(self, facts: Facts) -> Terms:
        """The terms of the first row that holds; measured only when none does, or the work is not provided."""
        if self.scope is not None and not self.scope.covers(facts):
            return self.unpromised
        for target, terms in self.rows:
            if target.when.test(facts):
                found = terms if target.calendar else self._own_hours(terms, facts)
                if target.until_field is None:
                    return found
                return attrs.evolve(found, until=_instant(facts.get(f"{FIELD_PREFIX}{target.until_field}")))
        return self._own_hours(self.unpromised, facts)

    def _own_hours(self, terms: Terms, facts: Facts) -> Terms:
        """On the customer's own calendar, where the policy says so and there is one."""
        name = None if self.calendar_from is None else facts.get(self.calendar_from)
        return attrs.evolve(terms, calendar=name) if isinstance(name, str) and name in self.calendars else terms

    def named(self, metric: str) -> Watch:
        """The same under another name."""
        rows = tuple((target, attrs.evolve(terms, metric=metric)) for target, terms in self.rows)
        return self._replace(metric=metric, rows=rows, unpromised=attrs.evolve(self.unpromised, metric=metric))


def _instant(text: FactValue) -> datetime | None:
    """The instant a field holds; ``None`` where it holds none, or one without an offset."""
    if not isinstance(text, str):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo is None else found


class Ready:
    """A policy made ready for folding. Remembers what a step does to tracks that stand so."""

    __slots__ = ("label", "metrics", "moves", "policy", "stopwatches", "watches")

    def __init__(self, policy: SlaPolicy, watches: tuple[Watch, ...], label: object = None) -> None:
        self.policy = policy
        self.label = (policy.id, policy.version) if label is None else label
        self.watches = watches
        self.stopwatches = {watch.metric: watch.stopwatch for watch in self.watches}
        self.metrics = list(self.stopwatches)
        self.moves = Moves(tuple(self.stopwatches.values()))


def watch_of(policy: SlaPolicy, metric: str, calendars: frozenset[str]) -> Watch:
    """A metric of a policy, made ready; ``calendars`` are the names that a customer's own may have."""
    stopwatch = policy.stopwatch(metric)
    common = Terms(
        policy.id, metric, None, policy.calendar, on_change=policy.on_change, version=policy.version,
        on_calendar_change=policy.on_calendar_change, hide=stopwatch.hide,
    )  # fmt: skip

    def terms(target: Target) -> Terms:
        return attrs.evolve(
            common,
            within=target.within,
            calendar=target.calendar or policy.calendar,
            warn_at=policy.warn_at,
            warn_left=policy.warn_left,
            end_of_day=target.end_of_day,
            then_elapsed=target.then_elapsed,
            out_of_hours=target.out_of_hours,
            counts=target.counts,
            grace=policy.grace,
        )

    targets = [target for target in policy.targets if target.metric == metric]
    # Where no row holds, it measures as its rows would count.
    counts: Counts = "elapsed" if targets and all(_is_elapsed(target) for target in targets) else "business"
    unpromised = attrs.evolve(common, counts=counts)
    rows = tuple((target, terms(target)) for target in targets)
    return Watch(metric, stopwatch, rows, unpromised, policy.scope, policy.calendar_from, calendars)


def _is_elapsed(target: Target) -> bool:
    return isinstance(target.within, ElapsedDuration) or (target.within is None and target.counts == "elapsed")
