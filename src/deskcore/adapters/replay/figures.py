"""The figures of a replay: rows, tickets, violations, clocks, and how far the log's own figures agree.

Counted while tickets go by, so that the memory does not grow with the log. Not here: KPIs (``deskcore.oversight``).

Layer: adapters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import final

import attrs

from deskcore._value import FrozenDict
from deskcore.adapters.logs import History, LogMapping
from deskcore.adapters.logs.reader import Listed
from deskcore.adapters.replay.compared import Difference, differences_of
from deskcore.adapters.replay.judged import Judged

_PART = 5
"""So many rows may have one that steps back before the order of them all is doubted."""

PRIORITY_CHECK = "priority recomputed from impact and urgency"


@final
@attrs.frozen
class Rows:
    """The account of a log's rows: ``read == applied + listed``.

    ``applied`` counts the rows applied as they stand. ``listed`` are the rows of rows.csv, by why: those that stepped
    back in time were applied at their predecessor's instant, the others were not.

    >>> print(Rows(10, 8, FrozenDict({"ragged": 2})).explain())
    10 rows read = 8 applied + 2 listed (2 ragged)
    """

    read: int
    applied: int
    listed: FrozenDict[int]

    @property
    def listed_count(self) -> int:
        """How many rows are listed."""
        return sum(self.listed.values())

    def explain(self) -> str:
        """The account in one line."""
        why = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in self.listed.items())
        tail = f" ({why})" if why else ""
        return f"{self.read:,} rows read = {self.applied:,} applied + {self.listed_count:,} listed{tail}"


@final
@attrs.frozen
class Check:
    """A figure of the log beside the replay's: equal in ``equal`` of the ``compared`` that state it.

    >>> print(Check("reopens", 9, 10).explain())
    reopens equal in 9 of 10
    """

    figure: str
    equal: int
    compared: int

    def explain(self) -> str:
        """The outcome in one line."""
        if self.figure == PRIORITY_CHECK:
            return f"{self.figure} with {self.compared - self.equal:,} exceptions in {self.compared:,} rows"
        return f"{self.figure} equal in {self.equal:,} of {self.compared:,}"


@final
@attrs.frozen
class Summary:
    """What a replay found, in figures.

    ``violations`` are counted by move (``New -> Resolved``) or, where it is none, by code; ``clocks`` by metric and
    state; ``signals`` by metric and kind; ``rungs`` by rung. ``at`` is in the zone of the log's wall clock.
    """

    log: str
    desk: str
    at: datetime
    rows: Rows
    tickets: int
    phases: FrozenDict[int]
    events: int
    violations: FrozenDict[int]
    tickets_with_violations: int
    clocks: FrozenDict[FrozenDict[int]]
    signals: FrozenDict[FrozenDict[int]]
    rungs: FrozenDict[int]
    checks: tuple[Check, ...]

    def explain(self) -> str:
        """The summary as text, a fact a line."""
        return "\n".join(_lines(self))

    def remarks(self) -> tuple[str, ...]:
        """What is questionable about the replay as a whole: a line each, most often none."""
        stepped = self.rows.listed.get("stepped_back", 0)
        if stepped * _PART <= self.rows.read:
            return ()
        count = f"{stepped:,} of {self.rows.read:,} rows step back in time"
        return (
            f'{count}: is the newest row of a ticket its first? then set order = "reversed", or "time", in the mapping',
        )

    def to_dict(self) -> dict[str, object]:
        """For programs: every figure by name."""
        return {
            "log": self.log,
            "desk": self.desk,
            "at": self.at.astimezone(UTC).isoformat(),
            "rows": {"read": self.rows.read, "applied": self.rows.applied, "listed": dict(self.rows.listed)},
            "tickets": self.tickets,
            "phases": dict(self.phases),
            "events": self.events,
            "violations": dict(self.violations),
            "tickets_with_violations": self.tickets_with_violations,
            "clocks": {metric: dict(states) for metric, states in self.clocks.items()},
            "signals": {metric: dict(kinds) for metric, kinds in self.signals.items()},
            "rungs": dict(self.rungs),
            "checks": [{"figure": one.figure, "equal": one.equal, "compared": one.compared} for one in self.checks],
        }


def _lines(summary: Summary) -> Iterator[str]:
    yield f"{summary.log} on desk {summary.desk}, as of {summary.at.isoformat(sep=' ')}"
    yield f"{summary.tickets:,} tickets from {summary.rows.read:,} rows: {_told(summary.phases) or 'none'}"
    yield summary.rows.explain()
    broken = sum(summary.violations.values())
    where = f"in {summary.tickets_with_violations:,} tickets"
    yield f"{summary.events:,} events, {broken:,} of them not allowed by the lifecycle, {where}"
    yield from (f"  {count:>7,}  {what}" for what, count in summary.violations.items())
    if summary.checks:
        yield "beside the log's own figures:"
        yield from (f"  {check.explain()}" for check in summary.checks)
    yield from (f"clock {metric}: {_told(states)}" for metric, states in summary.clocks.items())
    yield from (f"signals of {metric}: {_told(kinds)}" for metric, kinds in summary.signals.items())
    if summary.rungs:
        yield f"rungs that would have fired: {_told(summary.rungs)}"


def _told(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())


class Counting:
    """Counts tickets and rows as they go by; ``summary`` freezes what was counted.

    Not a value: it lives as long as one replay.
    """

    def __init__(self, mapping: LogMapping) -> None:
        self._mapping = mapping
        self._applied = 0
        self._tickets = 0
        self._events = 0
        self._broken = 0
        self._listed: Counter[str] = Counter()
        self._phases: Counter[str] = Counter()
        self._violations: Counter[str] = Counter()
        self._clocks: dict[str, Counter[str]] = {}
        self._signals: dict[str, Counter[str]] = {}
        self._rungs: Counter[str] = Counter()
        self._equal: Counter[str] = Counter()
        self._compared: Counter[str] = Counter()

    def listed(self, row: Listed) -> None:
        """A row that belongs to no case."""
        self._listed[row.why] += 1

    def rows(self, history: History) -> None:
        """The rows of a case."""
        self._applied += history.applied
        self._listed.update(row.why for row in history.listed)
        if history.priority.rows:
            self._compared[PRIORITY_CHECK] += history.priority.rows
            self._equal[PRIORITY_CHECK] += history.priority.rows - len(history.priority.exceptions)

    def ticket(self, judged: Judged) -> tuple[Difference, ...]:
        """A ticket; answers where the log's own figures differ."""
        self._tickets += 1
        self._events += len(judged.history.events)
        self._phases[judged.ticket.phase] += 1
        self._broken += bool(judged.violations)
        for violation in judged.violations:
            data = violation.refusal.data
            move = f"{data.get('source')} -> {data.get('target')}" if "target" in data else violation.refusal.code
            self._violations[move] += 1
        for clock in judged.cycles or judged.clocks:
            self._clocks.setdefault(clock.metric, Counter())[clock.state] += 1
        for signal in judged.signals:
            self._signals.setdefault(signal.metric, Counter())[signal.kind] += 1
        self._rungs.update(firing.event.rung for firing in judged.firings)
        found = differences_of(judged, self._mapping)
        self._compared.update(judged.history.last.keys())
        self._equal.update(judged.history.last.keys())
        self._equal.subtract(difference.figure for difference in found)
        return found

    def summary(self, log: str, desk: str, at: datetime) -> Summary:
        """Everything counted so far."""
        listed = _sorted(self._listed)
        return Summary(
            log=log,
            desk=desk,
            at=at,
            rows=Rows(self._applied + sum(listed.values()), self._applied, listed),
            tickets=self._tickets,
            phases=_sorted(self._phases),
            events=self._events,
            violations=_sorted(self._violations),
            tickets_with_violations=self._broken,
            clocks=FrozenDict({metric: _sorted(states) for metric, states in sorted(self._clocks.items())}),
            signals=FrozenDict({metric: _sorted(kinds) for metric, kinds in sorted(self._signals.items())}),
            rungs=_sorted(self._rungs),
            checks=tuple(Check(name, self._equal[name], count) for name, count in self._checks()),
        )

    def _checks(self) -> Iterator[tuple[str, int]]:
        for name in (PRIORITY_CHECK, *self._mapping.compare):
            if name in self._compared:
                yield name, self._compared[name]


def _sorted(counts: Counter[str]) -> FrozenDict[int]:
    """The commonest first, equal ones by name: the same counts always read the same."""
    return FrozenDict(dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))))
