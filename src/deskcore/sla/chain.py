"""Chains: a customer's clock and the supporting ones behind it, of groups, partner desks and vendors.

Which of them held each stretch of the customer's time, in sums that add up; and whether what they promise fits inside
what the customer was promised, each on its own calendar. Not here: the clocks themselves (``metric.ownership`` makes
those of a group or vendor), and money.

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, final

import attrs

from deskcore._value import FrozenDict, from_us, named, require_aware, to_us, unique
from deskcore.errors import InvalidValue, Problem, UnknownName
from deskcore.hours import Calendar
from deskcore.hours.explanation import amount_text
from deskcore.predicate import Facts, FactValue
from deskcore.sla.book import PolicyBook
from deskcore.sla.clock import Amount, Clock
from deskcore.sla.index import needed
from deskcore.sla.look import cycles
from deskcore.sla.meter import meter_of
from deskcore.sla.need import need_of
from deskcore.sla.reckon import line_of
from deskcore.sla.setup import SlaSetup
from deskcore.sla.state import Mark, SlaState
from deskcore.sla.trace import stamp


@final
@attrs.frozen
class Chain:
    """A customer's metric and the supporting metrics on its critical path, in the order in which work passes through.

    ``desk`` is who holds the clock while none of them does.

    >>> Chain("resolution", ("network_ola", "vendor_fix")).desk
    'desk'

    Raises:
        InvalidValue: no supporting metric, or one twice.
    """

    sla: str = attrs.field(validator=named)
    supports: tuple[str, ...]
    desk: str = attrs.field(default="desk", validator=named)

    def __attrs_post_init__(self) -> None:
        if not self.supports:
            raise InvalidValue("supports", self.supports, "must name at least one supporting metric")
        unique("supports", (self.sla, self.desk, *self.supports))


@final
@attrs.frozen
class Held:
    """A stretch ``[start, end)`` of the customer's clock, who held it, and how much of it counted for the customer.

    ``holder`` is a supporting metric, or the chain's ``desk``; ``waited`` tells that the customer's clock was paused.
    """

    start: datetime
    end: datetime
    holder: str
    counted: Amount
    waited: bool = False

    def to_dict(self) -> dict[str, str | int | bool]:
        """For programs: instants as ISO 8601, the amount in microseconds."""
        return {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "holder": self.holder,
            "counted_us": self.counted.microseconds,
            "waited": self.waited,
        }


@final
@attrs.frozen
class Breakdown:
    """Who held a customer's clock, stretch by stretch; the amounts add up to what the clock consumed."""

    clock: Clock
    stretches: tuple[Held, ...]

    @property
    def totals(self) -> dict[str, Amount]:
        """By holder, in the order in which they first held it."""
        found: dict[str, int] = {}
        for stretch in self.stretches:
            found[stretch.holder] = found.get(stretch.holder, 0) + stretch.counted.microseconds
        return {holder: self.clock.amount(us) for holder, us in found.items()}

    def explain(self) -> str:
        """The sum: what was used up, by holder."""
        parts = [f"{holder} {amount_text(amount.microseconds)}" for holder, amount in self.totals.items()]
        used = amount_text(self.clock.consumed_us)
        return f"{self.clock.metric} of {self.clock.ticket}: {used} used = {' + '.join(parts) or 'nothing'}"


def breakdown(chain: Chain, state: SlaState, setup: SlaSetup, *, at: datetime) -> Breakdown:
    """Who held the latest cycle of a chain's customer clock up to an instant.

    A stretch is held by the first supporting metric, in the chain's order from its end, that has a running cycle: the
    one deepest down the path. Linear in the marks of the clocks concerned.

    >>> from deskcore.testing.sla import START, sample
    >>> print(breakdown(Chain("resolution", ("first_response",)), *sample(), at=START + timedelta(hours=1)).explain())
    resolution of T-1: 1 h used = first_response 1 h

    Raises:
        UnknownName: the case has no clock of one of the metrics.
    """
    known = tuple(track.metric for track in state.tracks)
    for metric in (chain.sla, *chain.supports):
        if metric not in known:
            raise UnknownName("metric", metric, known)
    every = cycles(state, setup, at=at)
    clock = [one for one in every if one.metric == chain.sla][-1]
    supports = {name: [one for one in every if one.metric == name] for name in reversed(chain.supports)}
    runs = {name: [run for one in found for run in _running(one)] for name, found in supports.items()}
    return Breakdown(clock, tuple(_stretches(chain, clock, runs)))


_Run = tuple[int, int]


def _running(clock: Clock) -> Iterator[_Run]:
    marks = clock.cycle.marks
    for place, mark in enumerate(marks):
        end = marks[place + 1].us if place + 1 < len(marks) else clock.at_us
        if mark.state == "running" and end > mark.us:
            yield mark.us, end


def _stretches(chain: Chain, clock: Clock, runs: dict[str, list[_Run]]) -> Iterator[Held]:
    meter = meter_of(clock.terms, clock.calendar)
    cuts = sorted({edge for found in runs.values() for run in found for edge in run})
    for part in clock.segments():
        start, end = to_us(part.start), to_us(part.end)
        inside = [start, *(cut for cut in cuts if start < cut < end), end]
        for low, high in pairwise(inside):
            holder = next((name for name, found in runs.items() if any(a <= low < b for a, b in found)), chain.desk)
            counts = part.state in {"running", "settled_counted"}
            amount = clock.amount(meter.between_us(low, high) if counts else 0)
            yield Held(clock.instant(low), clock.instant(high), holder, amount, part.state == "paused")


@final
@attrs.frozen
class Overrun:
    """A start at which the supporting promises, one after the other, end after the customer's is due."""

    start: datetime
    due: datetime
    ends: datetime
    steps: tuple[tuple[str, datetime], ...]

    def explain(self) -> str:
        """In one line: the path with its ends, and what was promised."""
        path = ", ".join(f"{name} until {stamp(end)}" for name, end in self.steps)
        return f"from {stamp(self.start)}: {path}; promised by {stamp(self.due)}"


def overruns(
    chain: Chain,
    setup: SlaSetup,
    *,
    policy: str,
    facts: Facts,
    start: datetime,
    end: datetime,
    every: timedelta = timedelta(hours=1),
) -> Iterator[Overrun]:
    """Starts at which the supporting promises cannot fit inside the customer's, looked for from ``start`` to ``end``.

    Each promise counts on its own calendar, the next from where the one before it is due. Only the starts of a grid
    are tried, ``every`` so often; yielded as found.

    Args:
        chain: whose promises.
        setup: policies and calendars.
        policy: the policy whose rows hold.
        facts: which rows of it: those for tickets of which these facts are known.
        start: the first start tried; its zone is that of the answers.
        end: the limit, not tried itself.
        every: the step of the grid.

    Raises:
        InvalidValue: the step is not positive.
        UnknownName: the policy is not in the book, or does not speak of a metric.
    """
    if every <= timedelta(0):
        raise InvalidValue("every", every, "must be above zero")
    held = setup.book.policy(policy)
    for metric in (chain.sla, *chain.supports):
        if metric not in held.metrics:
            raise UnknownName("metric", metric, held.metrics)
    zone = require_aware("start", start).tzinfo or UTC
    low, high, step = to_us(start, "start"), to_us(end, "end"), every // timedelta(microseconds=1)
    for us in range(low, high, step):
        due = _due(chain.sla, us, setup, policy, facts)
        at = us
        path: list[tuple[str, datetime]] = []
        for metric in chain.supports:
            found = _due(metric, at, setup, policy, facts)
            if found is None:
                break
            at = found
            path.append((metric, from_us(at, zone)))
        if due is not None and len(path) == len(chain.supports) and at > due:
            yield Overrun(from_us(us, zone), from_us(due, zone), from_us(at, zone), tuple(path))


def _due(metric: str, start: int, setup: SlaSetup, policy: str, facts: Facts) -> int | None:
    watch = setup.watch(policy, metric, setup.book.epoch(start))
    if watch is None:
        return None
    terms = watch.terms(facts)
    calendar = setup.calendar(terms.calendar)
    need = need_of(terms, start, calendar)
    return None if need is None else line_of((Mark(start, start, "running"),), meter_of(terms, calendar), need)


_TRIED: Final = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC))
_EVERY: Final = timedelta(hours=1)


def unkept(book: PolicyBook, calendars: Mapping[str, Calendar], chains: Iterable[Chain]) -> Iterator[Problem]:
    """Rows of a customer's metric that the promises behind it cannot keep, from some hour of two weeks."""
    setup, (low, high) = SlaSetup(book, FrozenDict(calendars)), _TRIED
    for number, chain in enumerate(chains):
        for place, policy in enumerate(book.whole):
            if not {chain.sla, *chain.supports} <= set(policy.metrics):
                continue
            rows = [(row, target) for row, target in enumerate(policy.targets) if target.metric == chain.sla]
            for row, target in rows:
                # A ticket for which this row holds, as far as its condition asks for a value of a fact.
                facts: dict[str, FactValue] = {name: min(known, key=str) for name, known in needed(target.when).items()}
                late = list(overruns(chain, setup, policy=policy.id, facts=facts, start=low, end=high, every=_EVERY))
                if late:
                    starts = f"{len(late)} of {(high - low) // _EVERY} starts"
                    message = f"chain {number} cannot be kept from {starts}: {late[0].explain()}"
                    yield Problem(f"policies[{place}].targets[{row}]", message, "chain_overruns")
