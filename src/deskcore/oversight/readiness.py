"""Whether people are ready: training, certificates, access, coverage of hours; and figures not to be read alone.

Layer: oversight. Imports hours and its own room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore._value import FrozenDict, from_us, named, to_us, unique
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar

TRAINING: Final = (
    "top questions",
    "finding customers",
    "logging and reporting",
    "escalation",
    "troubleshooting",
    "product",
    "services",
    "customer types",
    "technical",
)
"""What a first-line agent is usually taught before the first contact."""
Direction: TypeAlias = Literal["falls", "rises"]


@final
@attrs.frozen
class TrainingChecklist:
    """Topics that everybody must have been taught, and who has been.

    >>> list_ = TrainingChecklist(("escalation", "product"), FrozenDict({"ann": frozenset({"product"}), "bo": frozenset()}))
    >>> list_.missing("ann"), list_.coverage
    (('escalation',), 0.25)

    Raises:
        InvalidValue: no topic, or one named twice.
    """  # noqa: E501 - the list is shown whole

    topics: tuple[str, ...] = TRAINING
    taught: FrozenDict[frozenset[str]] = attrs.field(factory=FrozenDict[frozenset[str]])

    def __attrs_post_init__(self) -> None:
        if not self.topics:
            raise InvalidValue("topics", self.topics, "must hold at least one topic")
        unique("topics", self.topics)

    def missing(self, agent: str) -> tuple[str, ...]:
        """What somebody has yet to learn; everything for somebody unknown."""
        known = self.taught.get(agent, frozenset())
        return tuple(topic for topic in self.topics if topic not in known)

    @property
    def coverage(self) -> float | None:
        """The share of topics taught over everybody; ``None`` of nobody."""
        if not self.taught:
            return None
        done = sum(len(self.topics) - len(self.missing(agent)) for agent in self.taught)
        return done / (len(self.topics) * len(self.taught))


@final
@attrs.frozen
class Certificate:
    """A certificate somebody holds on a topic: valid from a date up to and including another.

    >>> Certificate("ann", "SAP", date(2026, 1, 1), date(2026, 12, 31)).is_valid(date(2026, 12, 31))
    True

    Raises:
        InvalidValue: it ends before it begins.
    """

    agent: str = attrs.field(validator=named)
    topic: str = attrs.field(validator=named)
    valid_from: date
    valid_to: date

    def __attrs_post_init__(self) -> None:
        if self.valid_to < self.valid_from:
            raise InvalidValue(
                "valid_to", self.valid_to.isoformat(), f"must not come before {self.valid_from.isoformat()}"
            )

    def is_valid(self, on: date) -> bool:
        """Whether it holds on a date; both ends included."""
        return self.valid_from <= on <= self.valid_to


def about_to_lapse(certificates: Iterable[Certificate], *, on: date, within_days: int) -> tuple[Certificate, ...]:
    """Those valid on a date that lapse within so many days, unless renewed: the earliest first.

    Renewed is who holds another on the same topic that is valid on the day after.

    >>> held = [Certificate("ann", "SAP", date(2026, 1, 1), date(2026, 6, 10))]
    >>> [one.agent for one in about_to_lapse(held, on=date(2026, 6, 1), within_days=14)]
    ['ann']

    Raises:
        InvalidValue: a negative number of days.
    """
    if within_days < 0:
        raise InvalidValue("within_days", within_days, "must not be negative")
    held = tuple(certificates)

    def is_renewed(one: Certificate) -> bool:
        after = one.valid_to + timedelta(days=1)
        return any((o.agent, o.topic) == (one.agent, one.topic) and o.is_valid(after) for o in held)

    last = on + timedelta(days=within_days)
    found = (one for one in held if one.is_valid(on) and one.valid_to <= last and not is_renewed(one))
    return tuple(sorted(found, key=lambda one: (one.valid_to, one.agent, one.topic)))


def access_gap(reference: Iterable[str], granted: Iterable[str]) -> tuple[str, ...]:
    """What the own staff can reach and the partner's cannot, sorted; empty is parity.

    >>> access_gap(["crm", "wiki"], ["wiki"])
    ('crm',)
    """
    return tuple(sorted(frozenset(reference) - frozenset(granted)))


def coverage_gaps(
    calendars: Iterable[Calendar], start: datetime, end: datetime
) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches of ``[start, end)`` in which no calendar is open, in order and as wide as can be; in UTC.

    Abutting hours leave no gap. Linear in the calendars' spans.

    >>> from datetime import UTC
    >>> day = datetime(2026, 5, 22, tzinfo=UTC)
    >>> office = Calendar.weekly("Mon-Fri 08:00-20:00", tz=UTC)
    >>> [(a.hour, b.hour) for a, b in coverage_gaps([office], day, day + timedelta(days=1))]
    [(0, 8), (20, 0)]

    Raises:
        InvalidValue: a naive instant, or an end before the start.
    """
    first, last = to_us(start, "start"), to_us(end, "end")
    if last < first:
        raise InvalidValue("end", end.isoformat(), f"must not come before {start.isoformat()}")
    spans = sorted((to_us(span.start), to_us(span.end)) for one in calendars for span in one.intervals(start, end))
    gaps: list[tuple[int, int]] = []
    covered = first
    for begun, ended in spans:
        if begun > covered:
            gaps.append((covered, min(begun, last)))
        covered = max(covered, ended)
    if covered < last:
        gaps.append((covered, last))
    return tuple((from_us(a), from_us(b)) for a, b in gaps)


@final
@attrs.frozen
class Contradiction:
    """Two figures that moved in a way that should be looked at: one got nicer while the other paid for it.

    >>> Contradiction("handling time", "falls", "reopens", "rises", 0.9, 1.4).explain()
    'handling time falls (x 0.90) while reopens rises (x 1.40)'
    """

    figure: str
    moved: Direction
    other: str
    other_moved: Direction
    ratio: float
    other_ratio: float

    def explain(self) -> str:
        """Both movements in one line."""
        one = f"{self.figure} {self.moved} (x {self.ratio:.2f})"
        return f"{one} while {self.other} {self.other_moved} (x {self.other_ratio:.2f})"


@final
@attrs.frozen
class PairedGuard:
    """Watches that one figure does not move at another's cost: handling time falls while reopens rise.

    Compares the mean of the later half of a series with that of the earlier half (a middle value belongs to neither);
    a movement counts from a relative change of ``least`` on.

    >>> guard = PairedGuard("handling time", "falls", "reopens", "rises")
    >>> guard.check([10, 10, 8, 8], [0.05, 0.05, 0.08, 0.08]).explain()
    'handling time falls (x 0.80) while reopens rises (x 1.60)'
    >>> guard.check([10, 10, 8, 8], [0.05, 0.05, 0.05, 0.05]) is None
    True

    Raises:
        InvalidValue: a least change that is not above zero.
    """

    figure: str
    moved: Direction
    other: str
    other_moved: Direction
    least: float = 0.05

    def __attrs_post_init__(self) -> None:
        if not self.least > 0:
            raise InvalidValue("least", self.least, "must be above zero")

    def check(self, series: Sequence[float], other: Sequence[float]) -> Contradiction | None:
        """The contradiction in two series of the same periods, if there is one; none of fewer than two periods.

        Raises:
            InvalidValue: series of different lengths.
        """
        if len(series) != len(other):
            raise InvalidValue("other", len(other), f"must have as many periods, {len(series)}")
        one, two = _ratio(series), _ratio(other)
        if one is None or two is None or not (self._is(self.moved, one) and self._is(self.other_moved, two)):
            return None
        return Contradiction(self.figure, self.moved, self.other, self.other_moved, one, two)

    def _is(self, direction: Direction, ratio: float) -> bool:
        return ratio <= 1 - self.least if direction == "falls" else ratio >= 1 + self.least


def _ratio(series: Sequence[float]) -> float | None:
    half = len(series) // 2
    before = sum(series[:half])
    return sum(series[-half:]) / before if half and before else None


@final
@attrs.frozen
class FrequentCaller:
    """Somebody who came often, and on how many of those contacts a known answer exists.

    >>> FrequentCaller("ann", 7, 5).deflectable
    5
    """

    customer: str
    contacts: int
    deflectable: int = 0


def frequent_callers(
    contacts: Iterable[tuple[str, str]], *, at_least: int, answered: Mapping[str, str] | None = None
) -> tuple[FrequentCaller, ...]:
    """Customers with at least so many contacts, given as (customer, issue); the most frequent first, then by name.

    A contact is deflectable when ``answered`` holds an article for its issue.

    >>> came = [("ann", "password"), ("ann", "password"), ("bo", "vpn")]
    >>> [(one.customer, one.deflectable) for one in frequent_callers(came, at_least=2, answered={"password": "KB-1"})]
    [('ann', 2)]

    Raises:
        InvalidValue: ``at_least`` is below 1.
    """
    if at_least < 1:
        raise InvalidValue("at_least", at_least, "must be at least 1")
    known = answered or {}
    counts: Counter[str] = Counter()
    spared: Counter[str] = Counter()
    for customer, issue in contacts:
        counts[customer] += 1
        spared[customer] += issue in known
    found = (FrequentCaller(name, count, spared[name]) for name, count in counts.items() if count >= at_least)
    return tuple(sorted(found, key=lambda one: (-one.contacts, one.customer)))


@final
@attrs.frozen
class KnowledgeItem:
    """An article, who owns it, and the date by which it must be read again.

    >>> KnowledgeItem("KB-1", "dana", date(2026, 5, 1)).is_stale(date(2026, 5, 2))
    True
    """

    id: str = attrs.field(validator=named)
    owner: str = attrs.field(validator=named)
    review_on: date

    def is_stale(self, on: date) -> bool:
        """Whether its date has passed; on the date itself it is not."""
        return on > self.review_on
