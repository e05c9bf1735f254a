"""The working copy that adds a digest up while cases stream by.

Not here: what each figure counts (``deskcore.oversight``).

Layer: render. Imports oversight, desk and below.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import Final, final

import attrs

from deskcore._value import FrozenDict, require_aware, to_us
from deskcore.desk import Case, Configuration, Desk
from deskcore.errors import InvalidValue
from deskcore.escalation.events import RungFired
from deskcore.log import Event
from deskcore.oversight import (
    Attainment,
    Backlog,
    Breakdown,
    Duration,
    Kpi,
    KpiValue,
    Tally,
    TicketOutcome,
    standard_kpis,
)
from deskcore.oversight import outcome as outcome_of
from deskcore.render.digest import Digest, GateSpell, Imported, RungCount, TicketLanes
from deskcore.render.tallied import broken_rule, counted, first_ticket, least_eventful, partner_day, take_in
from deskcore.render.words import zone_of_desk
from deskcore.routing.events import GateClosed, GateOpened
from deskcore.sla import Clock, cycles
from deskcore.staff import HOUSE
from deskcore.tickets import Refusal

LANES: Final = 6
"""How many tickets' clocks a report draws when none are chosen."""
PERCENTILES: Final = (0.5, 0.75, 0.9, 0.95)


def report_kpis(configuration: Configuration) -> tuple[Kpi, ...]:
    """The figures of a report on a desk: the standard ones for every promised metric, and more percentiles.

    A metric that begins anew with each message is judged cycle by cycle, any other by each ticket's last.

    >>> from deskcore.desk import Desk
    >>> from deskcore.hours import Calendar, business
    >>> from deskcore.sla import Target
    >>> desk = Desk.simple(calendar=Calendar.always(), targets=[Target.resolution(business(hours=8))])
    >>> [kpi.name for kpi in report_kpis(desk.configuration) if kpi.name.startswith("attainment")]
    ['attainment.resolution']
    """
    each: dict[str, bool] = {}
    for policy in configuration.book.policies:
        for metric in policy.metrics:
            each[metric] = each.get(metric, False) or policy.stopwatch(metric).cycles == "each"
    found: dict[str, Kpi] = {kpi.name: kpi for kpi in standard_kpis(each)}
    for metric, repeats in each.items():
        attained = Attainment(metric, cycle="each" if repeats else "last")
        found[attained.name] = attained
    for what in ("first_response", "resolution"):
        spread: list[Kpi] = [Duration(what, share) for share in PERCENTILES]
        spread.append(Duration(what, None))
        if what in each:
            spread += [Duration(what, share, measure="sla") for share in PERCENTILES]
            spread.append(Duration(what, None, measure="sla"))
        found.update({kpi.name: kpi for kpi in spread})
    return tuple(found.values())


@final
class DigestTally:
    """Adds cases up, one after another: a working copy with one owner, like ``oversight.Tally``.

    It keeps counts, the amounts that percentiles need, and the clocks of the few tickets that are drawn; cases and logs
    stream by. Whatever the order of the tickets, the digest is the same.

    Args:
        desk: whose work it is.
        at: the instant of the report, at which clocks are looked at. Aware.
        zone: whose midnight ends a day; by default that of the desk's calendars.
        kpis: the figures to count; by default ``report_kpis``.
        by: the dimensions to break them down by.
        lanes: the ids of the tickets whose clocks to draw; by default those that stood still, were late or came back
            the most.

    Raises:
        InvalidValue: ``at`` is naive, or a dimension is unknown.

    >>> from datetime import UTC
    >>> from deskcore.desk import Desk
    >>> from deskcore.hours import Calendar
    >>> tally = DigestTally(Desk.simple(calendar=Calendar.always()), at=datetime(2026, 5, 22, tzinfo=UTC))
    >>> tally.digest().tickets
    0
    """

    def __init__(
        self,
        desk: Desk,
        *,
        at: datetime,
        zone: tzinfo | None = None,
        kpis: Iterable[Kpi] | None = None,
        by: Iterable[str] = ("priority", "desk"),
        lanes: Iterable[str] | None = None,
    ) -> None:
        self._desk = desk
        self._at = require_aware("at", at)
        self._at_us = to_us(at)
        self._zone = zone or zone_of_desk(desk.configuration.calendars.values(), at)
        self._by = tuple(by)
        self._tally = Tally(report_kpis(desk.configuration) if kpis is None else kpis, by=self._by)
        self._backlog = Backlog(self._zone)
        self._chosen = None if lanes is None else frozenset(lanes)
        self._lanes: list[tuple[int, TicketLanes]] = []
        self._partner: dict[date, Counter[str]] = {}
        self._states: dict[str, Counter[str]] = {}
        self._fired: Counter[tuple[str, str]] = Counter()
        self._fired_in: Counter[tuple[str, str]] = Counter()
        self._gates: list[GateSpell] = []
        self._violations: Counter[str] = Counter()
        self._broken = 0
        self._tickets = 0
        self._replies = 0
        self._events = 0

    def add(
        self,
        case: Case,
        log: Iterable[Event] = (),
        *,
        clocks: Iterable[Clock] | None = None,
        rungs: Iterable[RungFired] | None = None,
        violations: Iterable[Refusal] = (),
    ) -> None:
        """Count one case as of the tally's instant: what lies after it is left out, a ticket opened after it whole.

        Linear in its events and in the cycles of its clocks.

        Args:
            case: the case.
            log: its events in the order of folds; without them work is owed in one stretch and no rung is counted.
            clocks: all cycles of its clocks at the tally's instant, where the caller has them already.
            rungs: what fired; by default the rungs in the log. For an imported log, what would have.
            violations: what the lifecycle has against its events.
        """
        events = tuple(log)
        known = tuple(event for event in events if to_us(event.at) <= self._at_us)
        if to_us(case.ticket.opened_at) > self._at_us:
            return
        if len(known) < len(events):
            case, events = self._desk.case(known), known
        held = tuple(cycles(case.sla, self._desk.configuration.sla, at=self._at) if clocks is None else clocks)
        told = outcome_of(case.ticket, held, at=self._at, log=events)
        self._tickets += 1
        self._replies += told.replies
        self._events += len(events)
        self._tally.add(told)
        self._backlog.add(told)
        self._place(told)
        for clock in held:
            self._states.setdefault(clock.metric, Counter())[clock.state] += 1
        fired = [event.data for event in events if isinstance(event.data, RungFired)] if rungs is None else list(rungs)
        climbed = Counter((rung.rung, rung.axis) for rung in fired if to_us(rung.due) <= self._at_us)
        self._fired.update(climbed)
        self._fired_in.update(climbed.keys())
        broken = Counter(broken_rule(refusal) for refusal in violations)
        self._violations.update(broken)
        self._broken += bool(broken)
        self._consider(case, held)

    def add_floor(self, events: Iterable[Event]) -> None:
        """Take the openings of gates from the floor's events, in order, up to the tally's instant."""
        for event in events:
            if to_us(event.at) > self._at_us:
                continue
            if isinstance(event.data, GateOpened):
                self._gates.append(GateSpell(event.data.gate, event.at, event.data.reading))
            elif isinstance(event.data, GateClosed):
                self._close(event.data.gate, event.at)

    def merge(self, other: DigestTally) -> None:
        """Take in what another tally of the same desk, instant and figures has added up, for work done in parts.

        Raises:
            InvalidValue: it counts other figures, as of another instant, or by other days.
        """
        if other._at_us != self._at_us:
            raise InvalidValue("other", other._at.isoformat(), f"must be as of {self._at.isoformat()}")
        self._tally.merge(other._tally)
        self._backlog.merge(other._backlog)
        take_in(self._partner, other._partner)
        take_in(self._states, other._states)
        self._fired += other._fired
        self._fired_in += other._fired_in
        self._violations += other._violations
        self._gates += other._gates
        self._lanes += other._lanes
        self._keep_most_eventful()
        self._broken += other._broken
        self._tickets += other._tickets
        self._replies += other._replies
        self._events += other._events

    def digest(self, *, imported: Imported | None = None) -> Digest:
        """What was added up so far. ``imported``: the account of a log's rows, where the cases came from one."""
        setup = self._desk.configuration
        names = self._tally.names
        return Digest(
            configuration=setup,
            at=self._at,
            zone=self._zone,
            tickets=self._tickets,
            events=self._events,
            values=tuple(map(self._said, self._tally.values())),
            breakdowns=tuple(self._broken_down(name, by) for by in self._by for name in names),
            days=self._backlog.days(),
            partner_days=tuple(partner_day(day, self._partner[day]) for day in sorted(self._partner)),
            gates=tuple(self._gates),
            clock_states=FrozenDict({metric: counted(states) for metric, states in sorted(self._states.items())}),
            rungs=self._rungs(),
            lanes=tuple(lanes for _, lanes in sorted(self._lanes, key=first_ticket)),
            findings=self._desk.lint(),
            violations=counted(self._violations),
            tickets_with_violations=self._broken,
            imported=imported,
        )

    def _said(self, value: KpiValue) -> KpiValue:
        """A figure about replies has no value where no reply is known: a log without messages is no sign of skill."""
        if self._replies or value.value is None or not value.name.startswith("one_touch."):
            return value
        return attrs.evolve(value, value=None, reason="no reply by staff is known")

    def _broken_down(self, name: str, dimension: str) -> Breakdown:
        held = self._tally.breakdown(name, dimension)
        parts = FrozenDict({part: self._said(value) for part, value in held.parts.items()})
        return attrs.evolve(held, total=self._said(held.total), parts=parts)

    def _place(self, told: TicketOutcome) -> None:
        day = told.opened_at.astimezone(self._zone).date()
        at = "none" if told.desk is None else "house" if told.desk == HOUSE else "partner"
        self._partner.setdefault(day, Counter())[at] += 1

    def _close(self, gate: str, at: datetime) -> None:
        for place in reversed(range(len(self._gates))):
            if self._gates[place].gate == gate and self._gates[place].closed_at is None:
                self._gates[place] = attrs.evolve(self._gates[place], closed_at=at)
                return

    def _rungs(self) -> tuple[RungCount, ...]:
        """In the order of the matrix; what it no longer has comes last."""
        matrix = self._desk.configuration.matrix
        order = dict.fromkeys(() if matrix is None else ((rung.id, str(rung.axis)) for rung in matrix.rungs))
        keys = [*order, *sorted(key for key in self._fired if key not in order)]
        return tuple(RungCount(*key, self._fired[key], self._fired_in[key]) for key in keys)

    def _consider(self, case: Case, held: tuple[Clock, ...]) -> None:
        """Keep a ticket for drawing when it was chosen, or while it is among the most eventful."""
        started = tuple(clock for clock in held if clock.started_at is not None)
        ticket = case.ticket
        if not started or (self._chosen is not None and ticket.id not in self._chosen):
            return
        score = sum(len(clock.cycle.marks) + 2 * clock.is_breached for clock in started)
        lanes = TicketLanes(ticket.id, ticket.header.subject, ticket.priority, ticket.status.name, started)
        self._lanes.append((score, lanes))
        self._keep_most_eventful()

    def _keep_most_eventful(self) -> None:
        while self._chosen is None and len(self._lanes) > LANES:
            self._lanes.remove(min(self._lanes, key=least_eventful))


def tally_of(
    desk: Desk, cases: Iterable[tuple[Case, Iterable[Event]]], *, at: datetime, floor: Iterable[Event] = ()
) -> DigestTally:
    """A tally of cases with their logs and of the floor's events, in one pass.

    >>> from datetime import UTC
    >>> from deskcore.desk import Desk
    >>> from deskcore.hours import Calendar
    >>> tally_of(Desk.simple(calendar=Calendar.always()), [], at=datetime(2026, 5, 22, tzinfo=UTC)).digest().events
    0
    """
    tally = DigestTally(desk, at=at)
    for case, log in cases:
        tally.add(case, log)
    tally.add_floor(floor)
    return tally
