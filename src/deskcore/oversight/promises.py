"""Figures of promises: the share kept, by denominator and by which cycles of a ticket count.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore.oversight.definition import Counted, Kpi, require
from deskcore.oversight.outcome import CycleOutcome, TicketOutcome

Denominator: TypeAlias = Literal["completed_only", "completed_or_breached", "all_started"]
"""Of which cycles attainment is a share: those that ended; those and the ones open past due; all that began."""
CycleRule: TypeAlias = Literal["last", "each", "any_breached"]
"""Which cycles of a ticket count: the latest; each for itself; or the ticket once, met when no cycle was breached."""


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
        require("denominator", self.denominator, get_args(Denominator))
        require("cycle", self.cycle, get_args(CycleRule))

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
            known = sorted({cycle.metric for cycle in outcome.cycles})
            return f"no such promise; known: {', '.join(known)}" if known else "no such promise"
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
