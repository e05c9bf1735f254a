"""A book of policies together with the calendars its names mean: what clocks need besides a case's state.

Not here: the case. One setup serves all tickets of a desk.

Layer: sla.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple, final

import attrs

from deskcore._value import FrozenDict, from_us, to_us
from deskcore.errors import InvalidConfiguration, Problem, UnknownName
from deskcore.hours import Calendar, WorkingDays
from deskcore.hours.node import EARLIEST
from deskcore.hours.versions import Versioned
from deskcore.log import EventData
from deskcore.predicate import Facts, FactValue
from deskcore.sla.book import MIXED, PolicyBook, parent_of
from deskcore.sla.meter import ALL_TIME, Meter
from deskcore.sla.metric import STANDARD
from deskcore.sla.moves import MEMO, Moves
from deskcore.sla.policy import SlaPolicy
from deskcore.sla.ready import Ready, Watch, watch_of
from deskcore.sla.state import Goal, Terms

_FROM: Final = " as agreed from "


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
        InvalidConfiguration: naming every place that speaks of a calendar or a parent policy which is not there.
    """

    book: PolicyBook
    calendars: FrozenDict[Calendar] = attrs.field(converter=_calendars)
    unruled: Moves = attrs.field(init=False, eq=False, repr=False, factory=lambda: Moves(()))
    """How tickets stand that no policy is for."""
    touched: dict[type[EventData], bool] = attrs.field(
        init=False, eq=False, repr=False, factory=dict[type[EventData], bool]
    )
    """Which kinds of event may change what the conditions of the book ask about: a memo of ``fold``."""
    courses: dict[type[EventData], Literal["nothing", "step", "told", "special"]] = attrs.field(
        init=False,
        eq=False,
        repr=False,
        factory=dict[type[EventData], Literal["nothing", "step", "told", "special"]],
    )
    """What each kind of event asks of the fold: a memo of ``asking``."""
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
        problems = (*unknown_calendars(self.book, frozenset(self.calendars)), *unknown_parents(self.book))
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
            names = frozenset(self.calendars)
            watches = tuple(watch_of(policy, metric, names) for metric in policy.metrics)
            found = self._ready[key] = Ready(policy, watches)
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
        return self._joined(policies[0], tuple(watch for watch, _ in chosen.values()))

    def together(self, policies: tuple[SlaPolicy, ...]) -> Ready:
        """All metrics of all of them; one that several policies of the book measure is called ``metric@policy``."""
        measured = {(policy.id, metric) for policy in self.book.whole for metric in policy.metrics}
        counts = Counter(metric for _, metric in measured)
        watches = tuple(
            watch if counts[watch.metric] == 1 else watch.named(f"{watch.metric}@{policy.id}")
            for policy in policies
            for watch in self.ready(policy).watches
        )
        return self._joined(policies[0], watches)

    def _joined(self, first: SlaPolicy, watches: tuple[Watch, ...]) -> Ready:
        label = tuple((watch.metric, watch.unpromised.policy, watch.unpromised.version) for watch in watches)
        found = self._ready.get(label)
        if found is None:
            found = self._ready[label] = Ready(first, watches, label)
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
            if ready is not None and pinned is None and self.book.choice in MIXED:
                held = self.book.all_found(facts, epoch)
                ready = self.together(held) if self.book.choice == "parallel" else self.strictest(held, facts)
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


def unknown_parents(book: PolicyBook) -> tuple[Problem, ...]:
    """Every policy that builds on one which is not there, or in a circle; and what none of its line measures."""
    found: list[Problem] = []
    for place, policy in enumerate(book.policies):
        if policy.parent is None:
            continue
        path, line, above = f"policies[{place}].parent", [policy.id], parent_of(policy, book.policies)
        if above is None:
            known = ", ".join(sorted({one.id for one in book.policies if one.id != policy.id})) or "none"
            found.append(Problem(path, f"is the unknown policy {policy.parent!r}; known: {known}", "unknown_parent"))
            continue
        while above is not None and above.id not in line:
            line.append(above.id)
            above = parent_of(above, book.policies) if above.parent is not None else None
        if above is not None:
            found.append(Problem(path, f"leads in a circle: {', '.join([*line, above.id])}", "parent_circle"))
            continue
        found += _unmeasured(place, book.whole[place])
    return tuple(found)


def _unmeasured(place: int, whole: SlaPolicy) -> Iterator[Problem]:
    """Metrics that nothing defines: a policy with a parent is looked at only once the two are together."""
    known = {*STANDARD, *(watch.name for watch in whole.stopwatches)}
    for name in dict.fromkeys((*whole.metrics, *whole.pause_on)):
        if name not in known or name not in whole.metrics:
            message = f"speaks of the unknown metric {name!r}; known: {', '.join(sorted(known))}"
            yield Problem(f"policies[{place}].targets", message, "unknown_metric")


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
