"""The files of a replay: one row a ticket, one line a signal, one row a violation, a listed row, a difference.

Layer: adapters.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.logs.reader import Listed
from deskcore.adapters.replay.compared import Difference, figures_of, written
from deskcore.adapters.replay.judged import Judged, Violation
from deskcore.desk.desk import Desk
from deskcore.hours import ElapsedDuration
from deskcore.sla import Clock
from deskcore.tickets.events import StatusChange

TICKET_COLUMNS: Final = (
    "ticket",
    "status",
    "phase",
    "priority",
    "impact",
    "urgency",
    "team",
    "assignee",
    "desk",
    "category",
    "service",
    "requester",
    "channel",
    "opened_at",
    "first_response_at",
    "assigned_at",
    "first_resolved_at",
    "resolved_at",
    "closed_at",
    "updated_at",
    "reopens",
    "team_changes",
    "assignee_changes",
    "holds",
    "messages",
    "replies",
    "contacts",
    "rows",
    "events",
    "violations",
    "rungs",
)
CLOCK_COLUMNS: Final = (
    "state",
    "cycle",
    "policy",
    "calendar",
    "target_seconds",
    "used_seconds",
    "due",
    "breached_at",
    "fulfilled_at",
)
VIOLATION_COLUMNS: Final = ("line", "ticket", "at", "code", "source", "target", "event", "message", "part")
ROW_COLUMNS: Final = ("line", "ticket", "why", "applied", "reason", "held", "part")
DIFFERENCE_COLUMNS: Final = ("ticket", "figure", "log", "replay")


class _Table(Protocol):
    """What ``csv.writer`` gives, which has no name of its own."""

    def writerow(self, row: Iterable[object], /) -> object: ...
    def writerows(self, rows: Iterable[Iterable[object]], /) -> object: ...


class ReplayFiles:
    """The open files of one replay. A context manager: closes them whatever happens.

    Raises:
        UnusableFile: the folder, or a file in it, cannot be written.
    """

    def __init__(self, out: Path, desk: Desk) -> None:
        self._out = out
        self._stack = ExitStack()
        self._metrics = metrics_of(desk)

    def __enter__(self) -> Self:
        try:
            self._out.mkdir(parents=True, exist_ok=True)
            clocks = [f"{metric}_{column}" for metric in self._metrics for column in CLOCK_COLUMNS]
            self._tickets = self._table("tickets.csv", (*TICKET_COLUMNS, *clocks))
            self._violations = self._table("violations.csv", VIOLATION_COLUMNS)
            self._rows = self._table("rows.csv", ROW_COLUMNS)
            self._differences = self._table("differences.csv", DIFFERENCE_COLUMNS)
            path = self._out / "signals.jsonl"
            self._signals = self._stack.enter_context(path.open("w", encoding="utf-8", newline="\n"))
        except OSError as error:
            self._stack.close()
            held = (error.strerror or str(error)).lower()
            raise UnusableFile("output folder", str(self._out), None, held, "name a folder you may write to") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def listed(self, rows: Iterable[Listed]) -> None:
        """Rows for rows.csv."""
        for row in rows:
            applied = "yes" if row.is_applied else "no"
            self._rows.writerow((row.line, row.case, row.why, applied, row.reason, row.held, row.part))

    def ticket(self, judged: Judged, differences: Iterable[Difference]) -> None:
        """Everything about one ticket."""
        self._tickets.writerow([*_ticket(judged), *_clocks(judged, self._metrics)])
        self._violations.writerows(_violation(violation) for violation in judged.violations)
        self._differences.writerows((one.ticket, one.figure, one.log, one.replay) for one in differences)
        self._signals.writelines(f"{line}\n" for line in _announced(judged))

    def _table(self, name: str, columns: Sequence[str]) -> _Table:
        file = self._stack.enter_context((self._out / name).open("w", encoding="utf-8", newline=""))
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        return writer


def metrics_of(desk: Desk) -> tuple[str, ...]:
    """Every metric that some policy of the desk promises, in the order of the book."""
    policies = desk.configuration.book.policies
    return tuple(dict.fromkeys(metric for policy in policies for metric in policy.metrics))


def _ticket(judged: Judged) -> Iterator[object]:
    ticket = judged.ticket
    figures = figures_of(ticket)
    triage, place = ticket.triage, ticket.place
    requester = None if ticket.requester is None else ticket.requester.id
    yield from (ticket.id, ticket.status.name, ticket.phase, ticket.priority, triage.impact, triage.urgency)
    yield from (place.team, place.assignee, place.desk, triage.category, triage.service, requester)
    yield ticket.header.channel
    instants = ("opened_at", "first_response_at", "assigned_at", "first_resolved_at", "resolved_at", "closed_at")
    yield from (written(figures[name]) for name in instants)
    yield written(ticket.marks.updated_at)
    counters = ("reopens", "team_changes", "assignee_changes", "holds", "messages", "replies", "contacts")
    yield from (figures[name] for name in counters)
    history = judged.history
    yield from (history.applied + sum(row.is_applied for row in history.listed), len(history.events))
    yield from (len(judged.violations), len(judged.firings))


def _clocks(judged: Judged, metrics: Sequence[str]) -> Iterator[object]:
    by_metric = {clock.metric: clock for clock in judged.clocks}
    for metric in metrics:
        clock = by_metric.get(metric)
        yield from _clock(clock) if clock is not None else ("",) * len(CLOCK_COLUMNS)


def _clock(clock: Clock) -> Iterator[object]:
    target = clock.target
    yield from (clock.state, clock.number, clock.policy)
    yield "elapsed" if isinstance(target, ElapsedDuration) else clock.terms.calendar
    yield "" if target is None else _seconds(target.microseconds)
    yield _seconds(clock.consumed_us)
    yield from (written(clock.due), written(clock.breached_at), written(clock.fulfilled_at))


def _seconds(microseconds: int) -> str:
    """Exact, without a point where there is no fraction."""
    whole, rest = divmod(abs(microseconds), 1_000_000)
    sign = "-" if microseconds < 0 else ""
    return f"{sign}{whole}.{rest:06}".rstrip("0") if rest else f"{sign}{whole}"


def _violation(violation: Violation) -> tuple[object, ...]:
    event, refusal = violation.event, violation.refusal
    move = (event.data.source, event.data.status.name) if isinstance(event.data, StatusChange) else ("", "")
    return (
        violation.line,
        event.stream,
        written(event.at),
        refusal.code,
        *move,
        event.type,
        refusal.message,
        violation.part,
    )


def _announced(judged: Judged) -> list[str]:
    """Signals and rungs of a ticket in order of time, as JSON."""
    found: list[tuple[str, dict[str, object]]] = []
    for signal in judged.signals:
        said = {**signal.to_dict(), "at": written(signal.at), "known_at": written(signal.known_at)}
        found.append(
            (written(signal.at), {"type": "signal", "ticket": judged.case.id, **said, "due": written(signal.due)})
        )
    for firing in judged.firings:
        event = firing.event
        rung = {"key": event.key, "rung": event.rung, "axis": event.axis, "due": written(event.due)}
        told = {"people": list(event.people), "actions": list(event.actions), "because": event.because}
        found.append((written(event.due), {"type": "rung", "ticket": judged.case.id, **rung, **told}))
    found.sort(key=lambda pair: pair[0])
    return [json.dumps(said, ensure_ascii=False, separators=(",", ":")) for _, said in found]
