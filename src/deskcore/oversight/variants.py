"""Further named figures over tickets: first-time resolution in its kinds, cycles ever breached, ping-pong.

Each is a ``Kpi`` like those of ``kpi``. First contact resolution by silence needs contacts, not tickets: ``contacts``.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, final

import attrs

from deskcore._value import named, to_us
from deskcore.errors import InvalidValue
from deskcore.oversight.definition import Counted, Kpi, Summed, check_spread, spread_name, spread_of, spread_words
from deskcore.oversight.outcome import TicketOutcome
from deskcore.oversight.quantiles import Method
from deskcore.oversight.stock import HeldBy
from deskcore.oversight.value import KpiValue, Unit


def _resolved(outcome: TicketOutcome) -> bool:
    return not outcome.is_open and not outcome.is_cancelled


@final
@attrs.frozen
class FirstSolution(Kpi):
    """Tickets closed strictly sooner after opening than a threshold, by elapsed time.

    >>> FirstSolution(timedelta(minutes=15)).definition
    'closed in less than 15 min / closed'

    Raises:
        InvalidValue: a negative threshold.
    """

    within: timedelta

    def __attrs_post_init__(self) -> None:
        if self.within < timedelta(0):
            raise InvalidValue("within", self.within, "must not be negative")

    @property
    def name(self) -> str:
        return "first_solution"

    @property
    def definition(self) -> str:
        return f"closed in less than {self.within.total_seconds() / 60:g} min / closed"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        if outcome.closed_at is None or outcome.is_open or outcome.is_cancelled:
            return "not closed"
        took = to_us(outcome.closed_at) - to_us(outcome.opened_at)
        return Counted(int(took < self.within // timedelta(microseconds=1)))


@final
@attrs.frozen
class FirstTime(Kpi):
    """Resolved tickets that the first tier solved, that took one contact by the customer, or both.

    They are different figures: the first tier may need many contacts. Where the solving tier is not known, a ticket is
    left out of those that ask for it; with `unknown_tier="counted"` it stays in the denominator, as one that the first
    tier did not solve.

    >>> FirstTime("level").name, FirstTime("both").definition
    ('first_level_resolution', 'resolved by the first tier with one contact / resolved')
    >>> FirstTime("level", unknown_tier="counted").name
    'first_level_resolution.unknown_counted'
    """

    kind: Literal["level", "contact", "both"] = "level"
    unknown_tier: Literal["left_out", "counted"] = "left_out"

    def __attrs_post_init__(self) -> None:
        if self.kind not in {"level", "contact", "both"}:
            raise InvalidValue("kind", self.kind, "must be one of level, contact, both")
        if self.unknown_tier not in {"left_out", "counted"}:
            raise InvalidValue("unknown_tier", self.unknown_tier, "must be one of left_out, counted")

    @property
    def name(self) -> str:
        name = {
            "level": "first_level_resolution",
            "contact": "one_contact_resolution",
            "both": "first_level_one_contact_resolution",
        }[self.kind]
        return f"{name}.unknown_counted" if self.unknown_tier == "counted" else name

    @property
    def definition(self) -> str:
        how = {
            "level": "by the first tier",
            "contact": "with one contact",
            "both": "by the first tier with one contact",
        }
        return f"resolved {how[self.kind]} / resolved"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        if not _resolved(outcome):
            return "not resolved"
        if outcome.resolved_tier is None and self.kind != "contact" and self.unknown_tier == "left_out":
            return "solving tier not known"
        level, contact = outcome.resolved_tier == 1, outcome.contacts == 1
        return Counted(int({"level": level, "contact": contact, "both": level and contact}[self.kind]))


@final
@attrs.frozen
class Breaches(Kpi):
    """Tickets whose last cycle of a metric was breached, or any of them; tickets without a cycle are left out.

    A breached cycle is one past due, open or ended late.

    >>> Breaches("resolution", "ever").definition
    'resolution: tickets with any cycle breached / tickets with a cycle'
    """

    metric: str
    cycle: Literal["last", "ever"] = "last"

    def __attrs_post_init__(self) -> None:
        if self.cycle not in {"last", "ever"}:
            raise InvalidValue("cycle", self.cycle, "must be one of last, ever")

    @property
    def name(self) -> str:
        return f"breaches.{self.metric}.{self.cycle}"

    @property
    def definition(self) -> str:
        which = "any cycle" if self.cycle == "ever" else "their last cycle"
        return f"{self.metric}: tickets with {which} breached / tickets with a cycle"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        held = [one for one in outcome.cycles if one.metric == self.metric and one.state not in _NO_CYCLE]
        if not held:
            return "no such cycle"
        judged = held if self.cycle == "ever" else [max(held, key=lambda one: one.number)]
        return Counted(int(any(one.state in {"breached", "met_late"} for one in judged)))


_NO_CYCLE = frozenset({"cancelled", "measured", "not_started"})


@final
@attrs.frozen
class PingPong(Kpi):
    """Tickets that came back to a group that had held them before; those whose groups are not known are left out.

    >>> PingPong().definition
    'tickets that returned to an earlier group / tickets whose groups are known'
    """

    @property
    def name(self) -> str:
        return "ping_pong"

    @property
    def definition(self) -> str:
        return "tickets that returned to an earlier group / tickets whose groups are known"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        if not outcome.groups:
            return "groups not known"
        return Counted(int(HeldBy(outcome.groups).is_ping_pong))


@final
@attrs.frozen
class ClockTime(Kpi):
    """The time used up on any clock of the service levels, by its own hours: each ended cycle for itself.

    ``next_response``, ``requester_wait``, ``time_to_own`` or a metric of the host's; a quantile, or with ``None`` the
    mean. Cycles that have not ended are left out; a ticket is listed as left out when none of its cycles ended.

    >>> ClockTime("next_response", 0.9).name
    'clock.next_response.p90'

    Raises:
        InvalidValue: an empty metric, a quantile outside 0..1, an unknown method.
    """

    metric: str = attrs.field(validator=named)
    quantile: float | None = 0.5
    method: Method = "nearest_rank"

    def __attrs_post_init__(self) -> None:
        check_spread(self.quantile, self.method)

    @property
    def name(self) -> str:
        return f"clock.{self.metric}.{spread_name(self.quantile)}"

    @property
    def definition(self) -> str:
        return f"time on the clock {self.metric}, each ended cycle, {spread_words(self.quantile, self.method)}"

    @property
    def unit(self) -> Unit:
        return "seconds"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        held = [one for one in outcome.cycles if one.metric == self.metric]
        ended = tuple(
            one.consumed_us
            for one in held
            if one.state in {"met", "met_late"} or (one.state == "measured" and not outcome.is_open)
        )
        if not ended:
            return "clock still running" if held else "no such clock"
        return Counted(sum(ended), len(ended), ended)

    def conclude(self, added: Summed) -> KpiValue:
        if not added.amounts:
            return self.shaped(added, None, "no cycle has ended")
        return self.shaped(added, spread_of(added, self.quantile, self.method))
