"""A log of tickets that exist already, as the records by which a desk adopts them.

Whatever shape the log has, each ticket's rows are folded, and what the ticket comes to is one record. Not here: the
mapping of columns (``logs``), and the adoption itself (``deskcore.desk.bulk``).

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from deskcore.adapters.logs import History, TicketLog
from deskcore.desk import Case, Desk
from deskcore.desk.bulk import Fault
from deskcore.tickets.adoption import record_of
from deskcore.tickets.events import Adopted


def records(log: TicketLog, desk: Desk, *, at: datetime) -> Iterator[tuple[str, Adopted] | Fault]:
    r"""A record for each ticket of a log as it stands at ``at``, and a fault for each that no row can be read of.

    One ticket is in memory at a time. Rows after ``at`` are left out; rows that cannot be read are passed over, and a
    ticket of which only some can be read stands as the others say: ``deskcore replay`` lists every one of them.

    Raises:
        UnusableFile: the file has gone or changed.

    >>> import tempfile
    >>> from datetime import UTC
    >>> from pathlib import Path
    >>> from deskcore.adapters.logs import open_log
    >>> from deskcore.hours import Calendar
    >>> desk = Desk.simple(calendar=Calendar.always())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path, mapping = Path(folder) / "log.csv", Path(folder) / "mapping.toml"
    ...     _ = path.write_text("id,at,state\nT-1,2026-05-22T16:00Z,New\nT-1,2026-05-22T17:00Z,Open\nT-2,soon,Open\n")
    ...     _ = mapping.write_text('rows = "snapshots"\ncolumns = { case = "id", at = "at", status = "state" }')
    ...     log = open_log(path, mapping, desk.configuration.lifecycles[0])
    ...     (first, second) = records(log, desk, at=datetime(2026, 5, 23, tzinfo=UTC))
    >>> first[0], first[1].opened.status.name, first[1].opened_at.hour, second.ticket
    ('T-1', 'Open', 16, 'T-2')
    """
    for told in log.histories():
        if not isinstance(told, History):
            yield Fault(f"line {told.line}", told.reason)
        elif not told.events:
            first = told.listed[0]
            yield Fault(told.case, f"no row of it can be read; line {first.line}: {first.reason}")
        else:
            known = [event for event in told.events if event.at <= at]
            yield _record(told, desk, at) if known else Fault(told.case, f"it begins after {at.isoformat()}")


def _record(history: History, desk: Desk, at: datetime) -> tuple[str, Adopted]:
    case: Case | None = None
    waited, since = timedelta(0), at
    for event in history.events:
        if event.at > at:
            break
        if case is not None and case.ticket.phase == "waiting":
            waited += event.at - since
        case, since = desk.record(case, event).case, event.at
    assert case is not None
    if case.ticket.phase == "waiting":
        waited += at - since
    return history.case, record_of(case.ticket, waited=waited)
