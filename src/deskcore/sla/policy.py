"""A policy: the targets promised to some tickets, on which calendar, and how clocks behave.

Not here: tickets and clocks, and the choice among policies (``book``). A policy is data: comparable, printable, saved
and linted before it meets a ticket.

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import FrozenDict, as_tuple, aware_or_none, instance_of_kind, named, to_us, unique
from deskcore.errors import InvalidValue, UnknownName
from deskcore.hours import BusinessDuration, ElapsedDuration
from deskcore.predicate import ALWAYS, Condition, Facts
from deskcore.predicate.nodes import A_CONDITION
from deskcore.sla.cue import NO_CUE, WaitsOn, Whom, one_of
from deskcore.sla.metric import REOPENABLE, next_response, standard
from deskcore.sla.stopwatch import OnReopen, Stopwatch
from deskcore.sla.target import Target
from deskcore.staff.scope import Scope, ScopeAnswer

OnChange: TypeAlias = Literal["retroactive", "carry", "carry_share", "from_change", "frozen"]
"""What a change of the ticket does to an open clock: the new target counts over the whole trace; what was used up is
carried over, as the amount that the old terms counted or as its share of the old target; the cycle is cancelled and a
new one begins at the change; or the target of the start stands. ``carry`` is ``retroactive`` where old and new terms
count alike."""


OnCalendarChange: TypeAlias = Literal["piecewise", "last_wins"]
"""What a new version of a calendar does to an open clock: each stretch counts on the hours in force then, or all of it
on those in force last."""


OnMerge: TypeAlias = Literal["own", "earliest"]
"""From when a ticket counts into which another one was merged: from its own origin, or from the earlier of the two, and
for replies from the oldest unanswered message of both. The other's waits count then, and nothing is breached before the
merge."""


OnNewVersion: TypeAlias = Literal["pinned", "each_cycle"]
"""What a new version of a policy does to a ticket that is open: nothing until it is pinned, or it judges the cycles
that begin from then on."""


def _pauses(given: Mapping[str, tuple[Whom, ...]]) -> FrozenDict[tuple[Whom, ...]]:
    return FrozenDict({metric: tuple(whom) for metric, whom in given.items()})


def _rows(given: Iterable[Target]) -> tuple[Target, ...]:
    return as_tuple(given)


def _shares(given: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(sorted(set(given)))


def _proper_shares(_: object, field: attrs.Attribute[tuple[float, ...]], shares: tuple[float, ...]) -> None:
    for share in shares:
        if not 0 < share < 1:
            raise InvalidValue(field.name, share, "must lie above 0 and below 1")


Left: TypeAlias = BusinessDuration | ElapsedDuration


def _grace(_: object, field: attrs.Attribute[Left | None], amount: Left | None) -> None:
    if amount is not None and amount.microseconds < 0:
        raise InvalidValue(field.name, str(amount), "must not be negative")


def _positive(_: object, field: attrs.Attribute[tuple[Left, ...]], amounts: tuple[Left, ...]) -> None:
    for amount in amounts:
        if amount.microseconds <= 0:
            raise InvalidValue(field.name, str(amount), "must be above zero")


@final
@attrs.frozen
class SlaPolicy:
    """What is promised to the tickets that ``when`` holds for.

    Attributes:
        id: its name in the book, in signals' keys and where a ticket pins it.
        targets: rows of metric and amount; several rows for a metric are asked in order.
        calendar: the name of the calendar that business amounts count on.
        warn_at: the shares of a target at which to warn, each above 0 and below 1.
        warn_left: the amounts left before due at which to warn, in the clock's own measure (open time for a business
            target); one that is not shorter than the target never warns.
        pause_on: by metric, whose waiting pauses it, where that differs from the metric's default.
        on_reopen: what reopening does to the resolution metrics.
        on_change: what a change of the ticket does to open clocks.
        stopwatches: the host's own metrics, or replacements of the named ones, by their names.
        version: the host's own mark; signals and clocks speak of ``id`` only.
        grace: how far past due a clock may run, in its own measure, before it counts as breached. Due stays.
        on_calendar_change: what a new version of the calendar does to open clocks.
        effective_from, effective_until: from when (included) until when (excluded) this version is in force; ``None``:
            without limit. A book may hold several versions of a policy, which share its id.
        review_by: the date by which somebody should look at it again; ``lint`` tells when it has passed.
        scope: the work that it promises anything for. What is not provided, or never spoken of, is measured only.
        parent: the id of the policy it builds on: that one's rows are asked after its own, that one's stopwatches and
            pauses hold where it has none. A book puts the two together.
        calendar_from: a fact, such as ``organisation``, whose value names the ticket's calendar where one has that
            name: so that customers keep their own hours under one policy. A row's own calendar comes first.
        on_merge: from when a ticket counts into which another one was merged.
        on_new_version: which version judges a ticket's clocks: the one in force at its opening or pinned since, for
            all of them, or for each cycle the one in force when it begins.

    >>> from deskcore.hours import business
    >>> promise = Target.resolution(business(hours=8))
    >>> gold = SlaPolicy("gold", (promise,), pause_on={"resolution": ("requester", "vendor")})
    >>> print(gold.stopwatch("resolution").pause)
    the ticket waits for requester or vendor

    Raises:
        InvalidValue: no target, a share outside 0 to 1, an amount left that is not positive, an unknown word.
        UnknownName: a target or a pause speaks of a metric that is neither named nor one of ``stopwatches``.
    """

    id: str = attrs.field(validator=named)
    targets: tuple[Target, ...] = attrs.field(
        converter=_rows,
        validator=instance_of_kind(Target, "must be a target, for example Target.first_response(...)", many=True),
    )
    calendar: str = attrs.field(default="default", validator=named)
    when: Condition = attrs.field(default=ALWAYS, validator=instance_of_kind(Condition, A_CONDITION))
    warn_at: tuple[float, ...] = attrs.field(default=(0.8,), converter=_shares, validator=_proper_shares)
    warn_left: tuple[BusinessDuration | ElapsedDuration, ...] = attrs.field(default=(), validator=_positive)
    pause_on: FrozenDict[tuple[Whom, ...]] = attrs.field(factory=FrozenDict[tuple[Whom, ...]], converter=_pauses)
    on_reopen: OnReopen = "continue_excluding_closed"
    on_change: OnChange = "retroactive"
    stopwatches: tuple[Stopwatch, ...] = ()
    version: str = "1"
    grace: BusinessDuration | ElapsedDuration | None = attrs.field(default=None, validator=_grace)
    on_calendar_change: OnCalendarChange = "piecewise"
    effective_from: datetime | None = attrs.field(default=None, validator=aware_or_none)
    effective_until: datetime | None = attrs.field(default=None, validator=aware_or_none)
    review_by: date | None = None
    on_new_version: OnNewVersion = "pinned"
    scope: Scope | None = None
    parent: str | None = None
    calendar_from: str | None = None
    on_merge: OnMerge = "own"

    def __attrs_post_init__(self) -> None:
        if not self.targets and self.parent is None:
            raise InvalidValue("targets", self.targets, "must hold at least one target")
        one_of("on_reopen", self.on_reopen, get_args(OnReopen))
        one_of("on_change", self.on_change, get_args(OnChange))
        one_of("on_merge", self.on_merge, get_args(OnMerge))
        one_of("on_new_version", self.on_new_version, get_args(OnNewVersion))
        since, until = self.effective_from, self.effective_until
        if since is not None and until is not None and to_us(until) <= to_us(since):
            raise InvalidValue("effective_until", until.isoformat(), f"must lie after {since.isoformat()}")
        one_of("on_calendar_change", self.on_calendar_change, get_args(OnCalendarChange))
        unique("stopwatches", tuple(watch.name for watch in self.stopwatches))
        for name in self.pause_on:
            if name not in self.metrics and self.parent is None:
                raise UnknownName("metric", name, self.metrics)
        for name in self.metrics if self.parent is None else ():  # else the parent may hold it
            self.stopwatch(name)

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics it has targets for, in the order of its rows."""
        return tuple(dict.fromkeys(target.metric for target in self.targets))

    def stopwatch(self, metric: str) -> Stopwatch:
        """How this policy measures a metric: its own stopwatch of that name, or the named one under its settings.

        Raises:
            UnknownName: there is neither.
        """
        for own in self.stopwatches:
            if own.name == metric:
                return own
        watch = standard(metric)
        if metric == "next_response" and "first_response" not in self.metrics:
            watch = next_response(after_first_reply=False, creation_counts=True)
        if metric in REOPENABLE:
            watch = attrs.evolve(watch, on_reopen=self.on_reopen)
        if metric in self.pause_on:
            whom = self.pause_on[metric]
            watch = attrs.evolve(watch, pause=WaitsOn(whom) if whom else NO_CUE)
        return watch

    def covers(self, facts: Facts) -> ScopeAnswer:
        """Whether it promises anything for a ticket of which these facts are known: provided, not, or never stated.

        >>> from deskcore.hours import business
        >>> from deskcore.predicate import Is
        >>> mail = SlaPolicy("mail", (Target.resolution(business(hours=8)),), scope=Scope(Is("service", "mail")))
        >>> mail.covers({"service": "printing"}).explain()
        'unstated: service is printing, not mail'
        """
        return Scope.everything().classify(facts) if self.scope is None else self.scope.classify(facts)

    def names(self) -> frozenset[str]:
        """The facts that its conditions ask about, besides those of its rows."""
        own = frozenset[str]() if self.calendar_from is None else frozenset({self.calendar_from})
        return self.when.names() | own | (frozenset[str]() if self.scope is None else self.scope.names())

    def upon(self, parent: SlaPolicy) -> SlaPolicy:
        """This policy with what it inherits, its own first.

        >>> from deskcore.hours import business
        >>> from deskcore.predicate import Is
        >>> house = SlaPolicy("house", (Target.resolution(business(hours=8)), Target.first_response(business(hours=4))))
        >>> gold = SlaPolicy("gold", (Target.first_response(business(hours=1)),), parent="house")
        >>> print(gold.upon(house))
        policy gold on calendar default, for tickets when always
          first_response within 1 business hour
          resolution within 8 business hours
          first_response within 4 business hours
        """
        mine = {watch.name for watch in self.stopwatches}
        theirs = tuple(watch for watch in parent.stopwatches if watch.name not in mine)
        kept = tuple(row if row.calendar else attrs.evolve(row, calendar=parent.calendar) for row in parent.targets)
        rows = parent.targets if parent.calendar == self.calendar else kept
        return attrs.evolve(
            self,
            targets=(*self.targets, *rows),
            stopwatches=(*self.stopwatches, *theirs),
            pause_on={**parent.pause_on, **self.pause_on},
        )

    def target(self, metric: str, facts: Facts) -> Target | None:
        """The first row of a metric whose condition holds; ``None`` when none does. Linear in the rows."""
        for target in self.targets:
            if target.metric == metric and target.when.test(facts):
                return target
        return None

    def __str__(self) -> str:
        head = f"policy {self.id} on calendar {self.calendar}, for tickets when {self.when}"
        return "\n".join([head, *(f"  {target}" for target in self.targets)])
