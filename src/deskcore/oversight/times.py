"""Figures of time: how long until something happened, and how long a ticket lay in whose hands.

Not here: time on the clocks of service levels (``variants.ClockTime``, and ``Duration(measure="sla")``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import SECOND, to_us
from deskcore.oversight.amounts import CensoredAmounts
from deskcore.oversight.definition import (
    Counted,
    Kpi,
    Summed,
    check_spread,
    require,
    spread_name,
    spread_of,
    spread_words,
)
from deskcore.oversight.outcome import TicketOutcome
from deskcore.oversight.quantiles import Method
from deskcore.oversight.value import KpiValue, Unit


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
        require("what", self.what, ("first_response", "first_resolution", "resolution"))
        require("measure", self.measure, ("elapsed", "sla"))
        check_spread(self.quantile, self.method)

    @property
    def name(self) -> str:
        return f"{self.what}.{spread_name(self.quantile)}" + ("" if self.measure == "elapsed" else ".sla")

    @property
    def definition(self) -> str:
        clock = "elapsed time from opening" if self.measure == "elapsed" else "time on the SLA clock"
        return f"{self.what}, {clock}, {spread_words(self.quantile, self.method)}"

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

    def conclude(self, added: Summed) -> KpiValue:
        if not added.amounts:
            return self.shaped(added, None, "in no ticket has it happened")
        return self.shaped(added, spread_of(added, self.quantile, self.method))


InHands: TypeAlias = Literal["requester_wait", "agent_work", "on_hold", "agent_wait"]
"""Whose time: the requester's waiting for us, our own hands, others' (vendor, partner, ourselves on hold), or ours
waiting for the requester."""
_HANDS: Final[dict[InHands, tuple[str, frozenset[str]]]] = {
    "requester_wait": (
        "all but waiting for the requester",
        frozenset({"new", "active", "waiting", "vendor", "partner", "internal"}),
    ),
    "agent_work": ("new, active or held by ourselves", frozenset({"new", "active", "waiting", "internal"})),
    "on_hold": ("waiting for anybody but the requester", frozenset({"waiting", "vendor", "partner", "internal"})),
    "agent_wait": ("waiting for the requester", frozenset({"requester"})),
}


@final
@attrs.frozen
class TimeSpent(Kpi):
    """How long a ticket lay in whose hands, by elapsed time over its open phases: a quantile, or ``None`` for the mean.

    ``requester_wait`` counts all but waiting for the requester, ``agent_work`` what lies with us, ``on_hold`` what
    waits for a vendor, a partner or ourselves, ``agent_wait`` what waits for the requester. A reopened ticket counts
    all its stretches. Open tickets are left out, as are those whose phases are not known (no log). For business hours
    and pauses of your own measure the clock of that name: ``ClockTime``.

    >>> TimeSpent("on_hold", None).definition
    'time waiting for anybody but the requester, elapsed, of tickets that are not open, mean'

    Raises:
        InvalidValue: an unknown word, a quantile outside 0..1, an unknown method.
    """

    what: InHands
    quantile: float | None = 0.5
    method: Method = "nearest_rank"

    def __attrs_post_init__(self) -> None:
        require("what", self.what, get_args(InHands))
        check_spread(self.quantile, self.method)

    @property
    def name(self) -> str:
        return f"{self.what}.{spread_name(self.quantile)}"

    @property
    def definition(self) -> str:
        how = spread_words(self.quantile, self.method)
        return f"time {_HANDS[self.what][0]}, elapsed, of tickets that are not open, {how}"

    @property
    def unit(self) -> Unit:
        return "seconds"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        if not outcome.spent_us:
            return "phases not known"
        if outcome.is_open or outcome.is_cancelled:
            return "still open" if outcome.is_open else "cancelled"
        spent = sum(us for phase, us in outcome.spent_us.items() if phase in _HANDS[self.what][1])
        return Counted(spent, 1, (spent,))

    def conclude(self, added: Summed) -> KpiValue:
        if not added.amounts:
            return self.shaped(added, None, "no ticket has ended with its phases known")
        return self.shaped(added, spread_of(added, self.quantile, self.method))


@final
@attrs.frozen
class NextResponse(Kpi):
    """From the requester's oldest unanswered message to the public reply by staff, after the first reply: each for itself.

    Elapsed time. Waits that nobody has answered yet are no amounts; a ticket is left out when none was answered, or
    none was asked. For business hours use ``ClockTime("next_response")``.

    >>> NextResponse(0.9).name
    'next_response.p90'

    Raises:
        InvalidValue: a quantile outside 0..1, or an unknown method.
    """  # noqa: E501 - the first line says it whole

    quantile: float | None = 0.5
    method: Method = "nearest_rank"

    def __attrs_post_init__(self) -> None:
        check_spread(self.quantile, self.method)

    @property
    def name(self) -> str:
        return f"next_response.{spread_name(self.quantile)}"

    @property
    def definition(self) -> str:
        how = spread_words(self.quantile, self.method)
        return f"requester's oldest unanswered message to the reply, after the first reply, elapsed, {how}"

    @property
    def unit(self) -> Unit:
        return "seconds"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        waits = outcome.next_responses_us
        return Counted(sum(waits), len(waits), waits) if waits else "no later message was answered"

    def conclude(self, added: Summed) -> KpiValue:
        if not added.amounts:
            return self.shaped(added, None, "no later message was answered")
        return self.shaped(added, spread_of(added, self.quantile, self.method))


@final
@attrs.frozen
class OpenMedian(Kpi):
    """The median time to something, in which open tickets count for as long as they have lasted (Kaplan-Meier).

    Leaving out what is open flatters a median. No value when more than half have not ended by the last end seen; the
    numerator is the sum of the times that ended, the denominator how many ended or still last. Cancelled ones are left
    out.

    >>> OpenMedian("resolution").name
    'resolution.median_with_open'
    """

    what: Literal["first_response", "resolution"] = "resolution"

    def __attrs_post_init__(self) -> None:
        require("what", self.what, ("first_response", "resolution"))

    @property
    def name(self) -> str:
        return f"{self.what}.median_with_open"

    @property
    def definition(self) -> str:
        return f"{self.what}, elapsed time from opening, median by Kaplan-Meier in which what has not ended still lasts"

    @property
    def unit(self) -> Unit:
        return "seconds"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        if outcome.is_cancelled:
            return "cancelled"
        took = Duration(self.what).count(outcome)
        if isinstance(took, Counted):
            return took
        if not outcome.is_open:
            return took
        return Counted(0, 1, lasting=(max(to_us(outcome.at) - to_us(outcome.opened_at), 0),))

    def conclude(self, added: Summed) -> KpiValue:
        if not added.denominator:
            return self.shaped(added, None, self._nothing)
        median = CensoredAmounts(tuple(added.amounts), tuple(added.lasting)).median
        if median is None:
            return self.shaped(added, None, "more than half had not ended by the last end")
        return self.shaped(added, median / SECOND)
