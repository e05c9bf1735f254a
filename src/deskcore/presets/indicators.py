"""How other products count it: their figures as ready definitions, with where the definition was read.

Products print one word and mean different things; a name here says whose meaning. The definitions are data: compare
them, print them, put several into one ``Tally``.

Layer: presets. Imports oversight.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, final

import attrs

from deskcore.errors import UnknownName
from deskcore.oversight.kpi import Attainment, Duration, Kpi, OneTouch, Reopens, TimeSpent
from deskcore.oversight.variants import Breaches, FirstSolution


@final
@attrs.frozen
class VendorIndicator:
    """A figure as one product counts it, and the source that says so.

    >>> vendor_indicator("zammad.first_solution").kpi.definition
    'closed in less than 15 min / closed'
    """

    name: str
    kpi: Kpi
    source: str

    def explain(self) -> str:
        """The definition and its source in one line."""
        return f"{self.name}: {self.kpi.definition} (source: {self.source})"


_ALL: Final = (
    VendorIndicator(
        "zendesk.one_touch",
        OneTouch("at_most_one"),
        "Zendesk help centre, staff comment: agent replies < 2, solved or closed",
    ),
    VendorIndicator(
        "zendesk.one_touch_exact", OneTouch("exactly_one"), "Zendesk help centre, German page: exactly one agent reply"
    ),
    VendorIndicator(
        "zammad.first_solution", FirstSolution(timedelta(minutes=15)), "Zammad, lib/report/ticket_first_solution.rb"
    ),
    VendorIndicator(
        "zammad.reopened", Reopens("event"), "Zammad, lib/report/ticket_reopened.rb: merged tickets left out"
    ),
    VendorIndicator("zoho.reopened", Reopens("ticket"), "Zoho Desk: tickets closed at least once, then reopened"),
    VendorIndicator(
        "jira.success_rate",
        Attainment("resolution", "completed_or_breached"),
        "Atlassian knowledge base, goals against success rate: met / (breached, running or not, + completed)",
    ),
    VendorIndicator(
        "jira.success_rate_example",
        Attainment("resolution", "all_started"),
        "the same article's worked example, which divides by all started",
    ),
    VendorIndicator(
        "jira.met_completed",
        Attainment("resolution", "completed_only"),
        "Atlassian knowledge base: goals met among completed requests",
    ),
    VendorIndicator(
        "oca.sla_accomplished",
        Attainment("resolution", "all_started"),
        "OCA helpdesk_sla_report.py: accomplished beside expired (running past the deadline included) and ongoing",
    ),
    VendorIndicator(
        "zendesk.first_resolution", Duration("first_resolution"), "Zendesk native time metrics: to the first solved"
    ),
    VendorIndicator(
        "zendesk.full_resolution",
        Duration("resolution"),
        "Zendesk native time metrics: to the last solved; closed without one counts at closing",
    ),
    VendorIndicator(
        "zendesk.first_reply",
        Duration("first_response"),
        "Zendesk native time metrics: to the first public agent comment, none while there is none",
    ),
    VendorIndicator(
        "zendesk.requester_wait",
        TimeSpent("requester_wait"),
        "Zendesk native time metrics: all but pending (waiting for the requester)",
    ),
    VendorIndicator(
        "zendesk.agent_wait", TimeSpent("agent_wait"), "Zendesk native time metrics: time pending, the requester's turn"
    ),
    VendorIndicator("zendesk.on_hold", TimeSpent("on_hold"), "Zendesk native time metrics: time on hold for others"),
    VendorIndicator(
        "zoho.first_response",
        Duration("first_response", None),
        "Zoho Desk: mean of first response less creation",
    ),
    VendorIndicator("zoho.one_touch", OneTouch("exactly_one"), "Zoho Desk: closed with one public response"),
    VendorIndicator("plain.first_response_p90", Duration("first_response", 0.9), "Plain: median and p90 everywhere"),
    VendorIndicator("plain.resolution_p90", Duration("resolution", 0.9), "Plain: median and p90 everywhere"),
    VendorIndicator("jira.breached", Breaches("resolution", "last"), "Jira JQL breached(): the last cycle"),
    VendorIndicator("jira.ever_breached", Breaches("resolution", "ever"), "Jira JQL everBreached(): any cycle"),
)


def vendor_indicators() -> tuple[VendorIndicator, ...]:
    """Every one of them, by product.

    >>> len({one.name for one in vendor_indicators()}) == len(vendor_indicators())
    True
    """
    return _ALL


def vendor_indicator(name: str) -> VendorIndicator:
    """One by name, such as ``jira.ever_breached``.

    Raises:
        UnknownName: there is no such one; the error lists them.
    """
    for one in _ALL:
        if one.name == name:
            return one
    raise UnknownName("vendor indicator", name, tuple(one.name for one in _ALL))
