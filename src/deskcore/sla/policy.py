"""A policy: the targets promised to some tickets, on which calendar, and how clocks behave; and the book of them.

Not here: tickets and clocks. A policy is data: comparable, printable, saved and linted before it meets a ticket.

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import FrozenDict, named, unique
from deskcore.errors import InvalidValue, UnknownName
from deskcore.hours import BusinessDuration, ElapsedDuration
from deskcore.predicate import ALWAYS, Condition, Facts
from deskcore.sla.cue import NO_CUE, WaitsOn, Whom, one_of
from deskcore.sla.metric import REOPENABLE, next_response, standard
from deskcore.sla.stopwatch import OnReopen, Stopwatch
from deskcore.sla.target import Target
from deskcore.tickets.facts import FIELD_PREFIX

OnChange: TypeAlias = Literal["retroactive", "from_change", "frozen"]
"""What a change of the ticket does to an open clock: the new target counts over the whole trace; the cycle is cancelled
and a new one begins at the change; or the target of the start stands."""


OnCalendarChange: TypeAlias = Literal["piecewise", "last_wins"]
"""What a new version of a calendar does to an open clock: each stretch counts on the hours in force then, or all of it
on those in force last."""


def _pauses(given: Mapping[str, tuple[Whom, ...]]) -> FrozenDict[tuple[Whom, ...]]:
    return FrozenDict({metric: tuple(whom) for metric, whom in given.items()})


def _rows(given: Iterable[Target]) -> tuple[Target, ...]:
    return tuple(given)


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
    targets: tuple[Target, ...] = attrs.field(converter=_rows)
    calendar: str = attrs.field(default="default", validator=named)
    when: Condition = ALWAYS
    warn_at: tuple[float, ...] = attrs.field(default=(0.8,), converter=_shares, validator=_proper_shares)
    warn_left: tuple[BusinessDuration | ElapsedDuration, ...] = attrs.field(default=(), validator=_positive)
    pause_on: FrozenDict[tuple[Whom, ...]] = attrs.field(factory=FrozenDict[tuple[Whom, ...]], converter=_pauses)
    on_reopen: OnReopen = "continue_excluding_closed"
    on_change: OnChange = "retroactive"
    stopwatches: tuple[Stopwatch, ...] = ()
    version: str = "1"
    grace: BusinessDuration | ElapsedDuration | None = attrs.field(default=None, validator=_grace)
    on_calendar_change: OnCalendarChange = "piecewise"

    def __attrs_post_init__(self) -> None:
        if not self.targets:
            raise InvalidValue("targets", self.targets, "must hold at least one target")
        one_of("on_reopen", self.on_reopen, get_args(OnReopen))
        one_of("on_change", self.on_change, get_args(OnChange))
        one_of("on_calendar_change", self.on_calendar_change, get_args(OnCalendarChange))
        unique("stopwatches", tuple(watch.name for watch in self.stopwatches))
        for name in self.pause_on:
            if name not in self.metrics:
                raise UnknownName("metric", name, self.metrics)
        for name in self.metrics:
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

    def target(self, metric: str, facts: Facts) -> Target | None:
        """The first row of a metric whose condition holds; ``None`` when none does. Linear in the rows."""
        for target in self.targets:
            if target.metric == metric and target.when.test(facts):
                return target
        return None

    def __str__(self) -> str:
        head = f"policy {self.id} on calendar {self.calendar}, for tickets when {self.when}"
        return "\n".join([head, *(f"  {target}" for target in self.targets)])


@final
@attrs.frozen
class Chosen:
    """The policy a book chose for a ticket, why, and why not each one that was asked before it."""

    policy: SlaPolicy | None
    because: str
    rejected: tuple[tuple[str, str], ...] = ()

    def explain(self) -> str:
        """The choice first, then a line for each policy that was passed over.

        >>> print(PolicyBook().choose({}).explain())
        no policy: the book is empty
        """
        head = f"{self.policy.id}: {self.because}" if self.policy else f"no policy: {self.because}"
        return "\n".join([head, *(f"not {name}: {why}" for name, why in self.rejected)])

    def to_dict(self) -> dict[str, str | list[dict[str, str]] | None]:
        """For programs: ``policy`` (its id), ``because``, and ``rejected`` as a list of ``policy`` and ``because``."""
        rejected = [{"policy": name, "because": why} for name, why in self.rejected]
        return {"policy": self.policy.id if self.policy else None, "because": self.because, "rejected": rejected}


def _book(given: Iterable[SlaPolicy]) -> tuple[SlaPolicy, ...]:
    return tuple(given)


@final
@attrs.frozen
class PolicyBook:
    """All policies of a desk, asked in order: the first whose condition holds is the ticket's.

    >>> from deskcore.hours import business
    >>> from deskcore.predicate import Is
    >>> gold = SlaPolicy("gold", (Target.resolution(business(hours=8)),), when=Is("customer_tier", "gold"))
    >>> rest = SlaPolicy("rest", (Target.resolution(business(hours=40)),))
    >>> print(PolicyBook((gold, rest)).choose({"customer_tier": "silver"}).explain())
    rest: always
    not gold: customer_tier is silver, not gold

    Raises:
        InvalidValue: two policies share an id.
    """

    policies: tuple[SlaPolicy, ...] = attrs.field(default=(), converter=_book)

    def __attrs_post_init__(self) -> None:
        unique("policies", tuple(policy.id for policy in self.policies))

    def policy(self, id: str) -> SlaPolicy:  # noqa: A002 - the field's own name
        """A policy by its id.

        Raises:
            UnknownName: the book has none of that id.
        """
        for policy in self.policies:
            if policy.id == id:
                return policy
        raise UnknownName("policy", id, tuple(policy.id for policy in self.policies))

    def find(self, facts: Facts, *, pinned: str | None = None) -> SlaPolicy | None:
        """The policy of a ticket, without the reasons: the pinned one, else the first that holds. Linear in the book.

        Raises:
            UnknownName: the pinned policy is not in the book.
        """
        if pinned is not None:
            return self.policy(pinned)
        for policy in self.policies:
            if policy.when.test(facts):
                return policy
        return None

    def choose(self, facts: Facts, *, pinned: str | None = None) -> Chosen:
        """The policy of a ticket, with the reasons.

        Raises:
            UnknownName: the pinned policy is not in the book.
        """
        if pinned is not None:
            return Chosen(self.policy(pinned), "pinned on the ticket")
        rejected: list[tuple[str, str]] = []
        for policy in self.policies:
            verdict = policy.when.explain(facts)
            if verdict:
                because = "always" if policy.when == ALWAYS else verdict.explain()
                return Chosen(policy, because, tuple(rejected))
            rejected.append((policy.id, verdict.explain()))
        return Chosen(None, "none of them holds" if rejected else "the book is empty", tuple(rejected))

    def names(self) -> frozenset[str]:
        """The facts that any condition of the book asks about."""
        found: set[str] = set()
        for policy in self.policies:
            found |= policy.when.names()
            for target in policy.targets:
                found |= target.when.names()
                if target.until_field is not None:
                    found.add(f"{FIELD_PREFIX}{target.until_field}")
        return frozenset(found)
