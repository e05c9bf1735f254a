"""A book of policies together with the calendars its names mean: what clocks need besides a case's state.

Not here: the case. One setup serves all tickets of a desk.

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple, final

import attrs

from deskcore._value import FrozenDict, from_us, to_us
from deskcore.errors import InvalidConfiguration, Problem, UnknownName
from deskcore.hours import Calendar, ElapsedDuration, WorkingDays
from deskcore.hours.node import EARLIEST
from deskcore.hours.versions import Versioned
from deskcore.log import EventData
from deskcore.predicate import Facts, FactValue
from deskcore.sla.book import PolicyBook
from deskcore.sla.meter import ALL_TIME, Meter
from deskcore.sla.moves import MEMO, Moves
from deskcore.sla.policy import SlaPolicy
from deskcore.sla.state import Goal, Terms
from deskcore.sla.stopwatch import Stopwatch
from deskcore.sla.target import Counts, Target
from deskcore.tickets.facts import FIELD_PREFIX

_FROM: Final = " as agreed from "


class Watch(NamedTuple):
    """One metric of a policy, made ready: its stopwatch, and its rows with the terms they stand for."""

    metric: str
    stopwatch: Stopwatch
    rows: tuple[tuple[Target, Terms], ...]
    unpromised: Terms

    def terms(self, facts: Facts) -> Terms:
        """The terms of the first row that holds; measured only when none does."""
        for target, terms in self.rows:
            if target.when.test(facts):
                if target.until_field is None:
                    return terms
                return attrs.evolve(terms, until=_instant(facts.get(f"{FIELD_PREFIX}{target.until_field}")))
        return self.unpromised


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

    __slots__ = ("label", "moves", "policy", "stopwatches", "watches")

    def __init__(self, policy: SlaPolicy, watches: tuple[Watch, ...] | None = None, label: object = None) -> None:
        self.policy = policy
        self.label = (policy.id, policy.version) if label is None else label
        self.watches = tuple(_watch(policy, metric) for metric in policy.metrics) if watches is None else watches
        self.stopwatches = {watch.metric: watch.stopwatch for watch in self.watches}
        self.moves = Moves(tuple(self.stopwatches.values()))


class Aim(NamedTuple):
    """What applies to a ticket of which these facts are known: the policy, and the terms of each of its metrics."""

    ready: Ready | None
    terms: tuple[Terms, ...]


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
    unruled: Moves = attrs.field(init=False, eq=False, repr=False, factory=lambda: Moves(()))
    """How tickets stand that no policy is for."""
    touched: dict[type[EventData], bool] = attrs.field(
        init=False, eq=False, repr=False, factory=dict[type[EventData], bool]
    )
    """Which kinds of event may change what the conditions of the book ask about: a memo of ``fold``."""
    _ready: dict[tuple[object, ...], Ready] = attrs.field(
        init=False, eq=False, repr=False, factory=dict[tuple[object, ...], Ready]
    )
    _aims: dict[tuple[FactValue, ...], Aim] = attrs.field(
        init=False, eq=False, repr=False, factory=dict[tuple[FactValue, ...], Aim]
    )
    _names: tuple[str, ...] = attrs.field(init=False, eq=False, repr=False, default=())
    _spread: dict[str, tuple[tuple[int, str, Calendar], ...]] = attrs.field(
        init=False, eq=False, repr=False, factory=dict[str, tuple[tuple[int, str, Calendar], ...]]
    )

    _meters: dict[tuple[str, bool], tuple[Calendar, Meter]] = attrs.field(
        init=False, eq=False, repr=False, factory=dict[tuple[str, bool], tuple[Calendar, Meter]]
    )

    def __attrs_post_init__(self) -> None:
        problems = unknown_calendars(self.book, frozenset(self.calendars))
        if problems:
            raise InvalidConfiguration("sla policies", problems)
        # A memo of the book, like the other private fields: outside equality, rebuilt on unpickling.
        object.__setattr__(self, "_names", tuple(sorted(self.book.names())))

    def __reduce__(self) -> tuple[type[SlaSetup], tuple[PolicyBook, FrozenDict[Calendar]]]:
        return (SlaSetup, (self.book, self.calendars))

    @property
    def asks_about(self) -> tuple[str, ...]:
        """The facts that decide a ticket's policy and targets, sorted."""
        return self._names

    def calendar(self, name: str) -> Calendar:
        """A calendar by its name.

        Raises:
            UnknownName: there is none of that name.
        """
        found = self.calendars.get(name)
        if found is None:
            base, _, _ = name.rpartition(_FROM)
            for _, version, calendar in self._versions(base) if base in self.calendars else ():
                if version == name:
                    return calendar
            raise UnknownName("calendar", name, tuple(self.calendars))
        return found

    def meter(self, terms: Terms) -> tuple[Calendar, Meter]:
        """The calendar of some terms, and what they count with. Remembered by name and measure.

        Raises:
            UnknownName: there is no such calendar.
        """
        key = (terms.calendar, terms.is_elapsed)
        found = self._meters.get(key)
        if found is None:
            calendar = self.calendar(terms.calendar)
            found = self._meters[key] = (calendar, ALL_TIME if terms.is_elapsed else calendar)
        return found

    def spread(self, goals: tuple[Goal, ...]) -> tuple[Goal, ...]:
        """The goals with one more for each version of a calendar of which the last wins, in order of instant.

        Such a goal names the version: ``default as agreed from 2026-03-01T00:00:00+00:00``.
        """
        found: list[Goal] = []
        for place, goal in enumerate(goals):
            if goal.terms.on_calendar_change == "piecewise":
                found.append(goal)
                continue
            until = goals[place + 1].since_us if place + 1 < len(goals) else None
            versions = self._versions(goal.terms.calendar)
            current = [name for since, name, _ in versions if since <= goal.since_us][-1]
            found.append(goal._replace(terms=attrs.evolve(goal.terms, calendar=current)))
            for since, name, _ in versions:
                if since > goal.since_us and (until is None or since < until):
                    terms = attrs.evolve(goal.terms, calendar=name)
                    found.append(Goal(terms, since, max(since, goal.known_us), "calendar_changed", goal.cycle))
        return tuple(found)

    def _versions(self, name: str) -> tuple[tuple[int, str, Calendar], ...]:
        """Each version of a calendar: since when, by which name, and its hours as if they had always held."""
        known = self._spread.get(name)
        if known is None:
            hours = self.calendar(name).hours
            if isinstance(hours, Versioned):
                later = [(to_us(one.from_at), one.hours) for one in hours.later]
                known = tuple(
                    (since, f"{name}{_FROM}{from_us(since).isoformat()}", Calendar(held))
                    for since, held in [(EARLIEST, hours.first), *later]
                )
            else:
                known = ((EARLIEST, name, self.calendar(name)),)
            self._spread[name] = known
        return known

    def ready(self, policy: SlaPolicy) -> Ready:
        """A policy made ready for folding, remembered by its id and version."""
        key = (policy.id, policy.version)
        found = self._ready.get(key)
        if found is None:
            found = self._ready[key] = Ready(policy)
        return found

    def mixed(self, ready: Ready, watches: tuple[Watch, ...]) -> Ready:
        """The same policy with some of its metrics as another version measures them."""
        if watches == ready.watches:
            return ready
        key = (ready.policy.id, *((watch.metric, watch.unpromised.version) for watch in watches))
        found = self._ready.get(key)
        if found is None:
            found = self._ready[key] = Ready(ready.policy, watches)
        return found

    def strictest(self, policies: tuple[SlaPolicy, ...], facts: Facts) -> Ready:
        """For each metric the policy that promises least time; the rest as the first one of them says."""
        chosen: dict[str, tuple[Watch, Terms]] = {}
        for policy in policies:
            for watch in self.ready(policy).watches:
                terms = watch.terms(facts)
                held = chosen.get(watch.metric)
                if held is None or _is_stricter(terms, held[1]):
                    chosen[watch.metric] = (watch, terms)
        watches = tuple(watch for watch, _ in chosen.values())
        label = tuple((watch.metric, watch.unpromised.policy, watch.unpromised.version) for watch in watches)
        found = self._ready.get(label)
        if found is None:
            found = self._ready[label] = Ready(policies[0], watches, label)
        return found

    def watch(self, policy: str, metric: str, epoch: int) -> Watch | None:
        """How the version of a policy that is in force then measures a metric; ``None``: it does not."""
        for watch in self.ready(self.book.version_of(policy, epoch)).watches:
            if watch.metric == metric:
                return watch
        return None

    def aim(self, facts: Facts, pinned: str | None, epoch: int) -> Aim:
        """What applies to a ticket: its policy, the terms of each metric. Remembered by the facts asked about.

        ``epoch`` says which versions of the policies hold for it.

        Raises:
            UnknownName: the pinned policy is not in the book.
        """
        key = (epoch, pinned, *(facts.get(name) for name in self._names))
        found = self._aims.get(key)
        if found is None:
            if len(self._aims) >= MEMO:
                self._aims.clear()
            policy = self.book.found(facts, pinned, epoch)
            ready = None if policy is None else self.ready(policy)
            if ready is not None and pinned is None and self.book.choice == "strictest":
                ready = self.strictest(self.book.all_found(facts, epoch), facts)
            terms = () if ready is None else tuple(watch.terms(facts) for watch in ready.watches)
            found = self._aims[key] = Aim(ready, terms)
        return found


def _is_stricter(one: Terms, other: Terms) -> bool:
    """Whether a promise is shorter than another in the same measure; any promise is stricter than none."""
    if not one.is_promise or not other.is_promise:
        return one.is_promise and not other.is_promise
    mine, theirs = one.within, other.within
    if isinstance(mine, WorkingDays) and isinstance(theirs, WorkingDays):
        return mine.days < theirs.days
    if one.need is None or other.need is None or one.is_elapsed is not other.is_elapsed:
        return False
    return one.need.us < other.need.us


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


def _watch(policy: SlaPolicy, metric: str) -> Watch:
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
    return Watch(metric, stopwatch, tuple((target, terms(target)) for target in targets), unpromised)


def _is_elapsed(target: Target) -> bool:
    return isinstance(target.within, ElapsedDuration) or (target.within is None and target.counts == "elapsed")
