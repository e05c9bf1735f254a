"""A period's review of a partner as one value: figures against goals, breaches, audit, credits, obligations, actions.

``review`` puts it together from records of tickets and what else was found; it explains itself as text, as data and as
flat rows. The page is drawn by ``deskcore.render.review``.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import final

import attrs

from deskcore._value import unique
from deskcore.errors import InvalidValue
from deskcore.oversight.actions import ActionItem, Waiver
from deskcore.oversight.audit import ClaimTest, Reconciliation
from deskcore.oversight.breaches import Breach, breaches_of
from deskcore.oversight.definition import Kpi
from deskcore.oversight.goals import Goal, ReviewedFigure
from deskcore.oversight.guards import Contradiction, PairedGuard
from deskcore.oversight.kpi import standard_kpis
from deskcore.oversight.obligations import Delivery
from deskcore.oversight.outcome import TicketOutcome
from deskcore.oversight.sampled import AuditResult
from deskcore.oversight.scorecard import BalancedScorecard, ScoredCard
from deskcore.oversight.settlement import Settlement
from deskcore.oversight.tally import measure
from deskcore.oversight.trend import Trend
from deskcore.oversight.value import KpiValue

__all__ = [
    "ActionItem",
    "Breach",
    "Goal",
    "ReviewPack",
    "ReviewedFigure",
    "Waiver",
    "breaches_of",
    "review",
]


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
    waivers: tuple[Waiver, ...] = ()
    trends: tuple[Trend, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    scorecard: ScoredCard | None = None
    audited: AuditResult | None = None

    def __attrs_post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidValue("last", self.last.isoformat(), f"must not come before {self.first.isoformat()}")

    @property
    def missed(self) -> tuple[ReviewedFigure, ...]:
        """The figures that miss their goals."""
        return tuple(figure for figure in self.figures if figure.verdict == "missed")

    @property
    def without_action(self) -> tuple[str, ...]:
        """The missed figures about which nobody does anything, nor answers for that at the period's end."""
        known = {action.about for action in self.actions}
        known.update(waiver.about for waiver in self.waivers if waiver.holds(self.last))
        return tuple(figure.value.name for figure in self.missed if figure.value.name not in known)

    def figure(self, name: str) -> ReviewedFigure | None:
        """One figure by name."""
        return next((figure for figure in self.figures if figure.value.name == name), None)

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
            ("Scorecard", _lines(self.scorecard)),
            ("Figures", [figure.explain() for figure in self.figures]),
            ("Trends", [line for trend in self.trends for line in trend.explain().splitlines()]),
            ("Contradictions", [one.explain() for one in self.contradictions]),
            ("Breaches", [breach.explain() for breach in self.breaches]),
            ("Audit", _lines(self.audit if self.audited is None else self.audited)),
            ("Reconciliation", _lines(self.reconciliation)),
            ("Credits", _lines(self.settlement)),
            ("Reports", [delivery.explain() for delivery in self.deliveries]),
            ("Actions", [*(one.explain() for one in self.actions), *(one.explain() for one in self.waivers)]),
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
            "failed_in_audit": [] if self.audited is None else list(self.audited.failed),
            "reconciliation": None if self.reconciliation is None else self.reconciliation.to_dict(),
            "settlement": None if self.settlement is None else self.settlement.to_dict(),
            "deliveries": [delivery.to_dict() for delivery in self.deliveries],
            "actions": [{**attrs.asdict(action), "due_on": action.due_on.isoformat()} for action in self.actions],
            "waivers": [{**attrs.asdict(waiver), "until": waiver.until.isoformat()} for waiver in self.waivers],
            "without_action": list(self.without_action),
            "trends": [row for trend in self.trends for row in trend.rows()],
            "contradictions": [attrs.asdict(one) for one in self.contradictions],
            "scorecard": None if self.scorecard is None else self.scorecard.to_dict(),
        }


def _lines(held: ScoredCard | ClaimTest | AuditResult | Reconciliation | Settlement | None) -> Sequence[str]:
    return [] if held is None else held.explain().splitlines()


def review(
    partner: str,
    outcomes: Iterable[TicketOutcome],
    *,
    first: date,
    last: date,
    goals: Iterable[Goal] = (),
    before: Iterable[TicketOutcome] | None = None,
    kpis: Iterable[Kpi] | None = None,
    figures: Iterable[KpiValue] = (),
    figures_before: Iterable[KpiValue] = (),
    trends: Iterable[Trend] = (),
    guards: Iterable[PairedGuard] = (),
    causes: Mapping[str, str] | None = None,
    scorecard: BalancedScorecard | None = None,
    audit: ClaimTest | AuditResult | None = None,
    reconciliation: Reconciliation | None = None,
    settlement: Settlement | None = None,
    deliveries: Iterable[Delivery] = (),
    actions: Iterable[ActionItem] = (),
    waivers: Iterable[Waiver] = (),
) -> ReviewPack:
    """A period's partner review from the records of its tickets, those of the period before, and what else was found.

    Which tickets are the partner's, and which belong to the period (opened in it, or closed in it), is the caller's
    choice: the records given are counted, all of them. ``partner``, ``first`` and ``last`` are the heading and filter
    nothing; ``Period.of`` does. ``figures`` are those of counts and surveys, beside the tickets'; ``guards`` are asked
    about the ``trends``, by the figures' names; ``causes`` are those somebody found for a ticket's breach. Linear in
    the records.

    Raises:
        InvalidValue: two records of one ticket, two figures or two goals of one name, a goal or a guard for a figure
            that is not counted, a goal outside 0..1 for a share, or ``last`` before ``first``.
    """
    wanted = tuple(standard_kpis() if kpis is None else kpis)
    records, held = tuple(outcomes), tuple(trends)
    values = (*measure(records, wanted).values(), *figures)
    unique("figures", tuple(value.name for value in values))
    earlier = {} if before is None else {value.name: value for value in measure(before, wanted).values()}
    earlier |= {value.name: value for value in figures_before}
    by_name = _goals(goals, values)
    return ReviewPack(
        partner,
        first,
        last,
        tuple(ReviewedFigure(value, by_name.get(value.name), earlier.get(value.name)) for value in values),
        breaches_of(records, causes=causes),
        audit.claim if isinstance(audit, AuditResult) else audit,
        reconciliation,
        settlement,
        tuple(deliveries),
        tuple(actions),
        tuple(waivers),
        held,
        _contradictions(guards, held),
        None if scorecard is None else scorecard.score(values),
        audit if isinstance(audit, AuditResult) else None,
    )


def _goals(goals: Iterable[Goal], values: Sequence[KpiValue]) -> dict[str, Goal]:
    held = tuple(goals)
    unique("goals", tuple(goal.figure for goal in held))
    names = {value.name for value in values}
    for goal in held:
        if goal.figure not in names:
            raise InvalidValue(
                "goals", goal.figure, f"must speak of a figure that is counted: {', '.join(sorted(names))}"
            )
    return {goal.figure: goal for goal in held}


def _contradictions(guards: Iterable[PairedGuard], trends: Sequence[Trend]) -> tuple[Contradiction, ...]:
    """What the guards notice in the trends; periods in which either figure has no value are passed over."""
    series = {trend.name: trend.values for trend in trends}
    found: list[Contradiction] = []
    for guard in guards:
        for name in (guard.figure, guard.other):
            if name not in series:
                raise InvalidValue("guards", name, f"must speak of a trend: {', '.join(sorted(series)) or 'none'}")
        pairs = [
            (one, other)
            for one, other in zip(series[guard.figure], series[guard.other], strict=True)
            if one is not None and other is not None
        ]
        noticed = guard.check([one for one, _ in pairs], [other for _, other in pairs])
        if noticed is not None:
            found.append(noticed)
    return tuple(found)
