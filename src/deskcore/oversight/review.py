"""A period's review of a partner as one value: figures against targets, breaches, audit, credits, obligations, actions.

``review`` puts it together from records of tickets and what else was found; it explains itself as text, as data and as
flat rows. The page is drawn by ``deskcore.render.review``.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, TypeAlias, final

import attrs

from deskcore._value import named, unique
from deskcore.errors import InvalidValue
from deskcore.oversight.audit import ClaimTest, Reconciliation
from deskcore.oversight.intervals import Interval, Proportion
from deskcore.oversight.kpi import Kpi, standard_kpis
from deskcore.oversight.obligations import Delivery
from deskcore.oversight.outcome import TicketOutcome
from deskcore.oversight.settlement import Settlement
from deskcore.oversight.tally import Tally, measure
from deskcore.oversight.value import KpiValue

Verdict: TypeAlias = Literal["met", "missed", "no_value", "no_target"]
Trend: TypeAlias = Literal["better", "worse", "same", "unknown"]


@final
@attrs.frozen
class Goal:
    """A target for a figure: at least, or at most, this much, in the figure's own unit (shares 0..1, seconds).

    >>> Goal("attainment.resolution", at_least=0.95).is_met(0.95)
    True

    Raises:
        InvalidValue: neither end is named, or both.
    """

    figure: str = attrs.field(validator=named)
    at_least: float | None = attrs.field(default=None, kw_only=True)
    at_most: float | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise InvalidValue("goal", (self.at_least, self.at_most), "must name either at_least or at_most")

    def is_met(self, value: float) -> bool:
        """Whether a value keeps it; exactly on the target it does."""
        if self.at_least is not None:
            return value >= self.at_least
        return self.at_most is not None and value <= self.at_most

    def trend(self, before: float, now: float) -> Trend:
        """Whether the change was for the better."""
        if now == before:
            return "same"
        return "better" if (now > before) == (self.at_least is not None) else "worse"


@final
@attrs.frozen
class ReviewedFigure:
    """A figure of the period with its goal, Wilson's interval where it is a share, and the period before.

    >>> value = KpiValue("attainment.resolution", 0.9, 9, 10, (), "met / all")
    >>> figure = ReviewedFigure(value, Goal("attainment.resolution", at_least=0.95))
    >>> figure.verdict, str(figure.interval)
    ('missed', '59.6 % to 98.2 % (95 % confidence, wilson)')
    """

    value: KpiValue
    goal: Goal | None = None
    before: KpiValue | None = None

    @property
    def verdict(self) -> Verdict:
        """Against the goal."""
        if self.goal is None:
            return "no_target"
        if self.value.value is None:
            return "no_value"
        return "met" if self.goal.is_met(self.value.value) else "missed"

    @property
    def trend(self) -> Trend:
        """Against the period before; unknown without a goal to say what is better, or without either value."""
        if self.goal is None or self.before is None or self.before.value is None or self.value.value is None:
            return "unknown"
        return self.goal.trend(self.before.value, self.value.value)

    @property
    def interval(self) -> Interval | None:
        """How far a share can be trusted: as a sample of how the partner works."""
        if self.value.unit != "share" or self.value.value is None or self.value.numerator > self.value.denominator:
            return None
        return Proportion(int(self.value.numerator), int(self.value.denominator)).wilson()

    @property
    def wanted(self) -> str:
        """The goal for people; empty without one."""
        if self.goal is None:
            return ""
        word, end = ("at least", self.goal.at_least) if self.goal.at_most is None else ("at most", self.goal.at_most)
        return f"{word} {attrs.evolve(self.value, value=end).shown}"

    def explain(self) -> str:
        """The figure in one line."""
        parts = [self.value.explain()]
        if self.goal is not None:
            parts.append(f"{self.verdict.replace('_', ' ')}: {self.wanted}")
        if self.before is not None:
            parts.append(f"{self.trend}, before {self.before.shown}")
        return "; ".join(parts)

    def row(self) -> dict[str, str | float | None]:
        """Flat, with stable columns: for data frames."""
        interval = self.interval
        return {
            "figure": self.value.name,
            "value": self.value.value,
            "unit": self.value.unit,
            "numerator": self.value.numerator,
            "denominator": self.value.denominator,
            "left_out": len(self.value.excluded),
            "low": None if interval is None else interval.low,
            "high": None if interval is None else interval.high,
            "at_least": None if self.goal is None else self.goal.at_least,
            "at_most": None if self.goal is None else self.goal.at_most,
            "verdict": self.verdict,
            "before": None if self.before is None else self.before.value,
            "trend": self.trend,
            "definition": self.value.definition,
            "reason": self.value.reason,
        }


@final
@attrs.frozen
class Breach:
    """A broken promise: which ticket, which cycle, who held it, and how far it went over.

    >>> Breach("T-1", "resolution", 1, "network", "manila", None, 3_600_000_000, 1_800_000_000).explain()
    'T-1: resolution 1 took 60 min of 30 min, held by network at manila'
    """

    ticket: str
    metric: str
    cycle: int
    team: str | None
    desk: str | None
    assignee: str | None
    consumed_us: int
    target_us: int | None

    def explain(self) -> str:
        """The breach in one line."""
        target = "" if self.target_us is None else f" of {self.target_us / 60_000_000:,.0f} min"
        holder = self.assignee or self.team or "nobody"
        at_desk = f" at {self.desk}" if self.desk else ""
        took = f"{self.consumed_us / 60_000_000:,.0f} min"
        return f"{self.ticket}: {self.metric} {self.cycle} took {took}{target}, held by {holder}{at_desk}"

    def to_dict(self) -> dict[str, object]:
        """For programs: every field by name."""
        return attrs.asdict(self)


@final
@attrs.frozen
class ActionItem:
    """What somebody does about a missed figure, until when.

    >>> ActionItem("attainment.resolution", "train on VPN", "dana", date(2026, 6, 15)).owner
    'dana'
    """

    about: str = attrs.field(validator=named)
    what: str = attrs.field(validator=named)
    owner: str = attrs.field(validator=named)
    due_on: date

    def is_overdue(self, on: date) -> bool:
        """Whether its date has passed; on the date itself it has not."""
        return on > self.due_on

    def explain(self) -> str:
        """The action in one line."""
        return f"{self.about}: {self.what} ({self.owner}, by {self.due_on.isoformat()})"


@final
@attrs.frozen
class ReviewPack:
    """The review of a period: made by ``review``. ``first`` and ``last`` are dates, both included.

    >>> goal = Goal("overflow", at_most=0.3)
    >>> pack = review("manila", [], first=date(2026, 5, 1), last=date(2026, 5, 31), goals=[goal])
    >>> pack.missed, pack.without_action
    ((), ())
    """

    partner: str
    first: date
    last: date
    figures: tuple[ReviewedFigure, ...]
    breaches: tuple[Breach, ...] = ()
    audit: ClaimTest | None = None
    reconciliation: Reconciliation | None = None
    settlement: Settlement | None = None
    deliveries: tuple[Delivery, ...] = ()
    actions: tuple[ActionItem, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidValue("last", self.last.isoformat(), f"must not come before {self.first.isoformat()}")

    @property
    def missed(self) -> tuple[ReviewedFigure, ...]:
        """The figures that miss their goals."""
        return tuple(figure for figure in self.figures if figure.verdict == "missed")

    @property
    def without_action(self) -> tuple[str, ...]:
        """The missed figures about which nobody does anything."""
        known = {action.about for action in self.actions}
        return tuple(figure.value.name for figure in self.missed if figure.value.name not in known)

    def rows(self) -> tuple[dict[str, str | float | None], ...]:
        """A flat row a figure, with stable columns; pandas and polars take them as they are."""
        period = {"partner": self.partner, "first": self.first.isoformat(), "last": self.last.isoformat()}
        return tuple({**period, **figure.row()} for figure in self.figures)

    def explain(self) -> str:
        """The whole review as text, section by section; empty ones are left out, but missing actions are named."""
        lines = [f"{self.partner}, {self.first.isoformat()} to {self.last.isoformat()}"]
        for title, held in self._sections():
            if held:
                lines += ["", title, *(f"  {line}" for line in held)]
        return "\n".join(lines)

    def _sections(self) -> tuple[tuple[str, Sequence[str]], ...]:
        return (
            ("Figures", [figure.explain() for figure in self.figures]),
            ("Breaches", [breach.explain() for breach in self.breaches]),
            ("Audit", [] if self.audit is None else [self.audit.explain()]),
            ("Reconciliation", [] if self.reconciliation is None else self.reconciliation.explain().splitlines()),
            ("Credits", [] if self.settlement is None else self.settlement.explain().splitlines()),
            ("Reports", [delivery.explain() for delivery in self.deliveries]),
            ("Actions", [action.explain() for action in self.actions]),
            ("Without an action", self.without_action),
        )

    def to_dict(self) -> dict[str, object]:
        """For programs: every section; dates as ISO 8601."""
        return {
            "partner": self.partner,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "figures": [figure.row() for figure in self.figures],
            "breaches": [breach.to_dict() for breach in self.breaches],
            "audit": None if self.audit is None else self.audit.to_dict(),
            "reconciliation": None if self.reconciliation is None else self.reconciliation.to_dict(),
            "settlement": None if self.settlement is None else self.settlement.to_dict(),
            "deliveries": [delivery.to_dict() for delivery in self.deliveries],
            "actions": [{**attrs.asdict(action), "due_on": action.due_on.isoformat()} for action in self.actions],
            "without_action": list(self.without_action),
        }


def breaches_of(outcomes: Iterable[TicketOutcome]) -> tuple[Breach, ...]:
    """Every cycle past due, ended or not, with who holds the ticket; sorted by ticket, metric and cycle.

    >>> breaches_of([])
    ()
    """
    found = [
        Breach(
            one.id,
            cycle.metric,
            cycle.number,
            one.team,
            one.desk,
            one.assignee,
            cycle.consumed_us,
            cycle.target_us,
        )
        for one in outcomes
        for cycle in one.cycles
        if cycle.state in {"breached", "met_late"}
    ]
    return tuple(sorted(found, key=lambda breach: (breach.ticket, breach.metric, breach.cycle)))


def review(
    partner: str,
    outcomes: Iterable[TicketOutcome],
    *,
    first: date,
    last: date,
    goals: Iterable[Goal] = (),
    before: Iterable[TicketOutcome] | None = None,
    kpis: Iterable[Kpi] | None = None,
    audit: ClaimTest | None = None,
    reconciliation: Reconciliation | None = None,
    settlement: Settlement | None = None,
    deliveries: Iterable[Delivery] = (),
    actions: Iterable[ActionItem] = (),
) -> ReviewPack:
    """A period's partner review from the records of its tickets, those of the period before, and what else was found.

    Which tickets belong to the period is the caller's choice (opened in it, or closed in it): the records given are
    counted, all of them. Linear in the records.

    Raises:
        InvalidValue: two goals for one figure, a goal for a figure that is not counted, or ``last`` before ``first``.
    """
    wanted = tuple(standard_kpis() if kpis is None else kpis)
    held = tuple(goals)
    unique("goals", tuple(goal.figure for goal in held))
    by_name = {goal.figure: goal for goal in held}
    names = {kpi.name for kpi in wanted}
    for goal in held:
        if goal.figure not in names:
            raise InvalidValue(
                "goals", goal.figure, f"must speak of a figure that is counted: {', '.join(sorted(names))}"
            )
    records = tuple(outcomes)
    now = measure(records, wanted)
    earlier: Tally | None = None if before is None else measure(before, wanted)
    return ReviewPack(
        partner,
        first,
        last,
        tuple(
            ReviewedFigure(value, by_name.get(value.name), None if earlier is None else earlier.value(value.name))
            for value in now.values()
        ),
        breaches_of(records),
        audit,
        reconciliation,
        settlement,
        tuple(deliveries),
        tuple(actions),
    )
