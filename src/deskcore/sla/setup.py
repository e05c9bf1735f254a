"""A book of policies together with the calendars its names mean: what clocks need besides a case's state.

Not here: the case. One setup serves all tickets of a desk.

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, final

import attrs

from deskcore._value import FrozenDict
from deskcore.errors import InvalidConfiguration, Problem, UnknownName
from deskcore.hours import Calendar
from deskcore.predicate import Facts
from deskcore.sla.beat import What
from deskcore.sla.policy import PolicyBook, SlaPolicy
from deskcore.sla.state import Terms
from deskcore.sla.stopwatch import Stopwatch
from deskcore.sla.target import Target


class Watch(NamedTuple):
    """One metric of a policy, made ready: its stopwatch, what it reacts to, its rows with the terms they stand for."""

    stopwatch: Stopwatch
    reacts_to: frozenset[What]
    rows: tuple[tuple[Target, Terms], ...]
    unpromised: Terms

    def terms(self, facts: Facts) -> Terms:
        """The terms of the first row that holds; measured only when none does."""
        for target, terms in self.rows:
            if target.when.test(facts):
                return terms
        return self.unpromised


class Ready(NamedTuple):
    """A policy made ready for folding."""

    policy: SlaPolicy
    watches: dict[str, Watch]


def _calendars(given: Mapping[str, Calendar]) -> FrozenDict[Calendar]:
    return given if isinstance(given, FrozenDict) else FrozenDict(given)


@final
@attrs.frozen
class SlaSetup:
    """Policies and the calendars they name.

    >>> from deskcore.hours import Calendar, business
    >>> from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target
    >>> office = Calendar.weekly("Mon-Fri 09:00-17:30", tz="Europe/Amsterdam")
    >>> book = PolicyBook((SlaPolicy("house", (Target.resolution(business(hours=8)),)),))
    >>> SlaSetup(book, {"default": office}).calendar("default") == office
    True

    Raises:
        InvalidConfiguration: naming every place that speaks of a calendar which is not there.
    """

    book: PolicyBook
    calendars: FrozenDict[Calendar] = attrs.field(converter=_calendars)
    _ready: dict[str, Ready] = attrs.field(init=False, eq=False, repr=False, factory=dict)
    _names: frozenset[str] = attrs.field(init=False, eq=False, repr=False, default=frozenset())

    def __attrs_post_init__(self) -> None:
        problems = unknown_calendars(self.book, frozenset(self.calendars))
        if problems:
            raise InvalidConfiguration("sla policies", problems)
        # Both are memos of the book: outside equality, rebuilt on unpickling.
        object.__setattr__(self, "_names", self.book.names())

    def __reduce__(self) -> tuple[type[SlaSetup], tuple[PolicyBook, FrozenDict[Calendar]]]:
        return (SlaSetup, (self.book, self.calendars))

    @property
    def asks_about(self) -> frozenset[str]:
        """The facts that decide a ticket's policy and targets."""
        return self._names

    def calendar(self, name: str) -> Calendar:
        """A calendar by its name.

        Raises:
            UnknownName: there is none of that name.
        """
        found = self.calendars.get(name)
        if found is None:
            raise UnknownName("calendar", name, tuple(self.calendars))
        return found

    def ready(self, policy: SlaPolicy) -> Ready:
        """A policy made ready for folding, remembered by its id."""
        found = self._ready.get(policy.id)
        if found is None:
            found = self._ready[policy.id] = _prepared(policy)
        return found


def unknown_calendars(book: PolicyBook, known: frozenset[str]) -> tuple[Problem, ...]:
    """Every place of a book that names a calendar not among ``known``."""
    names: Final = ", ".join(sorted(known)) or "none"
    found: list[Problem] = []
    for place, policy in enumerate(book.policies):
        rows = [(f"policies[{place}].targets[{row}]", target.calendar) for row, target in enumerate(policy.targets)]
        own = policy.calendar if any(name is None for _, name in rows) else None
        for path, name in [(f"policies[{place}]", own), *rows]:
            if name is not None and name not in known:
                message = f"names the unknown calendar {name!r}; known: {names}"
                found.append(Problem(f"{path}.calendar", message, "unknown_calendar"))
    return tuple(found)


def _prepared(policy: SlaPolicy) -> Ready:
    watches: dict[str, Watch] = {}
    for metric in policy.metrics:
        stopwatch = policy.stopwatch(metric)
        rows = tuple(
            (
                target,
                Terms(
                    policy.id,
                    metric,
                    target.within,
                    target.calendar or policy.calendar,
                    policy.warn_at,
                    policy.warn_left,
                    policy.on_change,
                ),
            )
            for target in policy.targets
            if target.metric == metric
        )
        unpromised = Terms(policy.id, metric, None, policy.calendar)
        watches[metric] = Watch(stopwatch, stopwatch.reacts_to(), rows, unpromised)
    return Ready(policy, watches)
