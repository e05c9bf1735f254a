"""Oversight: figures that can be trusted, each with its numerator, denominator, what was left out, and its definition.

``outcome`` reduces a ticket to what is counted of it; a ``Tally`` adds any number of them up in one pass, by any
dimension; ``Backlog`` counts stock and flow by day. The definitions stand in ``kpi``, their values in ``value``,
pictures in ``pictures``.

Layer: oversight. Above ``desk``, below ``wire``.
"""

from deskcore.oversight.backlog import Backlog, BacklogDay, backlog_by_day
from deskcore.oversight.kpi import Attainment, Duration, Kpi, standard_kpis
from deskcore.oversight.nodes import OVERSIGHT_NODES
from deskcore.oversight.outcome import TicketOutcome, outcome
from deskcore.oversight.tally import Breakdown, Tally, measure
from deskcore.oversight.value import KpiValue

__all__ = [
    "OVERSIGHT_NODES",
    "Attainment",
    "Backlog",
    "BacklogDay",
    "Breakdown",
    "Duration",
    "Kpi",
    "KpiValue",
    "Tally",
    "TicketOutcome",
    "backlog_by_day",
    "measure",
    "outcome",
    "standard_kpis",
]
