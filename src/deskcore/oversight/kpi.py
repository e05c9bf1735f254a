"""Named definitions of figures: what each counts of one ticket, and what comes of it.

A KPI is data: two that count alike are equal, and its definition is printed with every value. Not here: adding up
(``tally``). How products differ on each is told in the docs.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

import abc
from collections.abc import Iterable, Sequence
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import SECOND, to_us
from deskcore.errors import InvalidValue
from deskcore.oversight.outcome import CycleOutcome, TicketOutcome
from deskcore.oversight.quantiles import Method, quantile
from deskcore.oversight.value import Excluded, KpiValue, Unit

Denominator: TypeAlias = Literal["completed_only", "completed_or_breached", "all_started"]
"""Of which cycles attainment is a share: those that ended; those and the ones open past due; all that began."""
CycleRule: TypeAlias = Literal["last", "each", "any_breached"]
"""Which cycles of a ticket count: the latest; each for itself; or the ticket once, met when no cycle was breached."""
HOUSE: Final = "house"


@final
@attrs.frozen
class Counted:
    """What one ticket adds: to the numerator, to the denominator, and (amounts of time) in microseconds.

    >>> Counted(1).denominator
    1
    """

    numerator: int = 0
    denominator: int = 1
    amounts: tuple[int, ...] = ()


@attrs.frozen
class Kpi(abc.ABC):
    """A figure's definition. Subclass it, frozen, for a figure of your own: ``Tally`` takes any.

    ``count`` says what one ticket adds, or as text why it is left out.

    >>> @attrs.frozen
    ... class Vip(Kpi):
    ...     name = "acme.vip"
    ...     definition = "tickets of gold customers / tickets"
    ...     def count(self, outcome):
    ...         return Counted(int(outcome.customer_tier == "gold"))
    >>> Vip().unit
    'share'
    """

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """Stable and unique within a report, for example ``attainment.resolution``."""

    @property
    @abc.abstractmethod
    def definition(self) -> str:
        """What is divided by what, in words."""

    @property
    def unit(self) -> Unit:
        """What the value is."""
        return "share"

    @abc.abstractmethod
    def count(self, outcome: TicketOutcome) -> Counted | str:
        """What a ticket adds, or why it is left out."""

    def conclude(
        self, numerator: int, denominator: int, amounts: Sequence[int], excluded: Iterable[Excluded]
    ) -> KpiValue:
        """The value of what was added up."""
        del amounts
        value = numerator / denominator if denominator else None
        reason = "" if denominator else self._nothing
        left_out = tuple(sorted(excluded))
        return KpiValue(self.name, value, numerator, denominator, left_out, self.definition, self.unit, reason)

    @property
    def _nothing(self) -> str:
        return "no ticket counts"


def _require(field: str, value: str, accepted: tuple[str, ...]) -> None:
    if value not in accepted:
        raise InvalidValue(field, value, f"must be one of {', '.join(accepted)}")


@final
@attrs.frozen
class Attainment(Kpi):
    """The share of promises kept on one metric.

    >>> Attainment("resolution").name, Attainment("resolution", denominator="all_started").definition
    ('attainment.resolution', 'resolution: met / all cycles that began, by the last cycle of each ticket')
    """

    metric: str
    denominator: Denominator = "completed_or_breached"
    cycle: CycleRule = "last"

    def __attrs_post_init__(self) -> None:
        _require("denominator", self.denominator, get_args(Denominator))
        _require("cycle", self.cycle, get_args(CycleRule))

    @property
    def name(self) -> str:
        return f"attainment.{self.metric}"

    @property
    def definition(self) -> str:
        of = {
            "completed_only": "cycles that ended",
            "completed_or_breached": "cycles that ended or are past due",
            "all_started": "all cycles that began",
        }[self.denominator]
        by = {
            "last": "by the last cycle of each ticket",
            "each": "each cycle for itself",
            "any_breached": "a ticket is met when none of its cycles was breached",
        }[self.cycle]
        return f"{self.metric}: met / {of}, {by}"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        cycles = [cycle for cycle in outcome.cycles if cycle.metric == self.metric]
        if not cycles:
            return "no such promise"
        if self.cycle == "last":
            cycles = [max(cycles, key=lambda cycle: cycle.number)]
        judged = [_judged(cycle, self.denominator) for cycle in cycles]
        verdicts = [verdict for verdict in judged if isinstance(verdict, bool)]
        if not verdicts:
            return next(reason for reason in judged if isinstance(reason, str))
        if self.cycle == "any_breached":
            return Counted(int(all(verdicts)))
        return Counted(sum(verdicts), len(verdicts))


def _judged(cycle: CycleOutcome, denominator: Denominator) -> bool | str:
    """Whether a cycle counts as met or not, or why it does not count."""
    if cycle.state in {"met", "met_late"}:
        return cycle.state == "met"
    if cycle.state == "breached":
        return "still open" if denominator == "completed_only" else False
    if cycle.state == "running":
        return False if denominator == "all_started" else "still open"
    return {"cancelled": "cancelled", "measured": "nothing promised", "not_started": "not started"}[cycle.state]


@final
@attrs.frozen
class Duration(Kpi):
    """How long something took: a quantile, or with ``quantile=None`` the mean.

    ``what``: from opening to the first response by staff, to the first solution, or to the last one; a ticket closed
    without a solution was resolved by its closing. ``measure``: elapsed time, or the time on the SLA clock of the same
    name (first solution: ``first_resolution``), which knows business hours and pauses. Tickets in which it has not
    happened are left out and counted.

    >>> Duration("resolution", 0.9).name
    'resolution.p90'
    """

    what: Literal["first_response", "first_resolution", "resolution"]
    quantile: float | None = 0.5
    method: Method = "nearest_rank"
    measure: Literal["elapsed", "sla"] = "elapsed"

    def __attrs_post_init__(self) -> None:
        _require("what", self.what, ("first_response", "first_resolution", "resolution"))
        _require("method", self.method, get_args(Method))
        _require("measure", self.measure, ("elapsed", "sla"))
        if self.quantile is not None and not 0 <= self.quantile <= 1:
            raise InvalidValue("quantile", self.quantile, "must lie in 0..1, for example 0.9; None means the mean")

    @property
    def name(self) -> str:
        part = "mean" if self.quantile is None else f"p{self.quantile * 100:g}"
        return f"{self.what}.{part}" + ("" if self.measure == "elapsed" else ".sla")

    @property
    def definition(self) -> str:
        how = "mean" if self.quantile is None else f"quantile {self.quantile:g} by {self.method}"
        clock = "elapsed time from opening" if self.measure == "elapsed" else "time on the SLA clock"
        return f"{self.what}, {clock}, {how}"

    @property
    def unit(self) -> Unit:
        return "seconds"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        found = self._elapsed(outcome) if self.measure == "elapsed" else self._on_clock(outcome)
        return found if isinstance(found, str) else Counted(found, 1, (found,))

    def _elapsed(self, outcome: TicketOutcome) -> int | str:
        closed = None if outcome.is_cancelled else outcome.closed_at
        ended = {
            "first_response": outcome.first_response_at,
            "first_resolution": outcome.first_resolved_at or closed,
            "resolution": None if outcome.is_open else outcome.resolved_at or closed,
        }[self.what]
        if ended is None:
            return "not answered" if self.what == "first_response" else "not resolved"
        return to_us(ended) - to_us(outcome.opened_at)

    def _on_clock(self, outcome: TicketOutcome) -> int | str:
        cycle = outcome.last_cycle(self.what)
        if cycle is None:
            return "no such clock"
        ended = cycle.state in {"met", "met_late"} or (cycle.state == "measured" and not outcome.is_open)
        return cycle.consumed_us if ended else f"clock {cycle.state.replace('_', ' ')}"

    def conclude(
        self, numerator: int, denominator: int, amounts: Sequence[int], excluded: Iterable[Excluded]
    ) -> KpiValue:
        value = None
        if amounts:
            us = (
                numerator / denominator
                if self.quantile is None
                else quantile(amounts, self.quantile, method=self.method)
            )
            value = us / SECOND
        left_out = tuple(sorted(excluded))
        reason = "" if amounts else "in no ticket has it happened"
        return KpiValue(self.name, value, numerator / SECOND, denominator, left_out, self.definition, "seconds", reason)


@final
@attrs.frozen
class Reopens(Kpi):
    """Reopenings of tickets that were resolved at least once: how many tickets, or how many events a ticket.

    Merged tickets are left out.

    >>> Reopens("event").name
    'reopens.event_rate'
    """

    rate: Literal["ticket", "event"] = "ticket"

    def __attrs_post_init__(self) -> None:
        _require("rate", self.rate, ("ticket", "event"))

    @property
    def name(self) -> str:
        return f"reopens.{self.rate}_rate"

    @property
    def definition(self) -> str:
        what = "tickets reopened at least once" if self.rate == "ticket" else "reopenings"
        return f"{what} / tickets resolved at least once"

    @property
    def unit(self) -> Unit:
        return "share" if self.rate == "ticket" else "per_ticket"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        if outcome.is_merged:
            return "merged"
        if not (outcome.is_resolved or outcome.reopens):
            return "never resolved"
        return Counted(min(outcome.reopens, 1) if self.rate == "ticket" else outcome.reopens)


@final
@attrs.frozen
class Reassignments(Kpi):
    """Changes of team or of person after opening: how many a ticket, or the share of tickets with any.

    >>> Reassignments().definition
    'changes of team / tickets'
    """

    of: Literal["team", "assignee"] = "team"
    rate: Literal["event", "ticket"] = "event"

    def __attrs_post_init__(self) -> None:
        _require("of", self.of, ("team", "assignee"))
        _require("rate", self.rate, ("event", "ticket"))

    @property
    def name(self) -> str:
        return f"reassignments.{self.of}.{self.rate}_rate"

    @property
    def definition(self) -> str:
        return (
            f"changes of {self.of} / tickets" if self.rate == "event" else f"tickets that changed {self.of} / tickets"
        )

    @property
    def unit(self) -> Unit:
        return "share" if self.rate == "ticket" else "per_ticket"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        changes = outcome.team_changes if self.of == "team" else outcome.assignee_changes
        return Counted(min(changes, 1) if self.rate == "ticket" else changes)


@final
@attrs.frozen
class OneTouch(Kpi):
    """Resolved tickets that took one public reply by staff; ``at_most_one`` counts those without any, too.

    >>> OneTouch().definition
    'resolved with at most one reply / resolved'
    """

    replies: Literal["at_most_one", "exactly_one"] = "at_most_one"

    def __attrs_post_init__(self) -> None:
        _require("replies", self.replies, ("at_most_one", "exactly_one"))

    @property
    def name(self) -> str:
        return f"one_touch.{self.replies}"

    @property
    def definition(self) -> str:
        return f"resolved with {self.replies.replace('_', ' ')} reply / resolved"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        if outcome.is_open or outcome.is_cancelled:
            return "not resolved"
        touched = outcome.replies <= 1 if self.replies == "at_most_one" else outcome.replies == 1
        return Counted(int(touched))


@final
@attrs.frozen
class Overflow(Kpi):
    """The share of tickets that ended up at a desk other than the own house.

    >>> Overflow().name
    'overflow'
    """

    house: str = HOUSE

    @property
    def name(self) -> str:
        return "overflow"

    @property
    def definition(self) -> str:
        return f"tickets at a desk other than {self.house} / tickets at any desk"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        return "at no desk" if outcome.desk is None else Counted(int(outcome.desk != self.house))


@final
@attrs.frozen
class Volume(Kpi):
    """How many tickets: all of them, those resolved, or those still open. Of nothing it is 0, which is a count.

    >>> Volume("open").definition
    'tickets still open'
    """

    of: Literal["received", "resolved", "open"] = "received"

    def __attrs_post_init__(self) -> None:
        _require("of", self.of, ("received", "resolved", "open"))

    @property
    def name(self) -> str:
        return f"volume.{self.of}"

    @property
    def definition(self) -> str:
        return {"received": "tickets", "resolved": "tickets resolved at least once", "open": "tickets still open"}[
            self.of
        ]

    @property
    def unit(self) -> Unit:
        return "tickets"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        counts = {"received": True, "resolved": outcome.is_resolved, "open": outcome.is_open}[self.of]
        return Counted(int(counts))

    def conclude(
        self, numerator: int, denominator: int, amounts: Sequence[int], excluded: Iterable[Excluded]
    ) -> KpiValue:
        del amounts
        left_out = tuple(sorted(excluded))
        return KpiValue(self.name, float(numerator), numerator, denominator, left_out, self.definition, "tickets")


def standard_kpis(metrics: Iterable[str] = ("first_response", "resolution")) -> tuple[Kpi, ...]:
    """The figures of an ordinary report: volumes, attainment of each metric, times, reopens, reassignments, overflow.

    >>> [kpi.name for kpi in standard_kpis(["resolution"])][:4]
    ['volume.received', 'volume.resolved', 'volume.open', 'attainment.resolution']
    """
    return (
        Volume("received"),
        Volume("resolved"),
        Volume("open"),
        *(Attainment(metric) for metric in metrics),
        Duration("first_response", 0.5),
        Duration("first_response", 0.9),
        Duration("resolution", 0.5),
        Duration("resolution", 0.9),
        Duration("resolution", None),
        Reopens("ticket"),
        Reopens("event"),
        Reassignments("team"),
        Reassignments("assignee"),
        OneTouch(),
        Overflow(),
    )
