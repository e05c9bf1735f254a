"""The replay itself: a log through a desk, into a folder.

Layer: adapters.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from deskcore._value import require_aware
from deskcore.adapters.faults import UnusableFile
from deskcore.adapters.logs import History, TicketLog
from deskcore.adapters.logs.instants import zone_named
from deskcore.adapters.replay.figures import Counting, Summary
from deskcore.adapters.replay.judged import judge
from deskcore.adapters.replay.writing import ReplayFiles
from deskcore.desk.desk import Desk
from deskcore.errors import OutOfRange
from deskcore.render import DigestTally, Imported, report

Progress = Callable[[int], None]
"""Told after each case, or row without a case, how many rows have been dealt with since the last time."""


def replay(
    log: TicketLog, desk: Desk, out: Path, *, at: datetime | None = None, progress: Progress | None = None
) -> Summary:
    r"""Fold every ticket of a log through a desk, judge it, and write what was found into a folder.

    Writes ``tickets.csv``, ``signals.jsonl``, ``violations.csv``, ``rows.csv``, ``differences.csv``, ``summary.json``
    and ``report.html``; docs/howto/replay.md says what is in them. The same log, mapping, desk and instant write the
    same bytes. One case is in memory at a time; a log that is not grouped by case is grouped through a temporary file
    where it is large.

    Args:
        log: the log, as ``open_log`` gives it.
        desk: the desk; imported tickets follow its first lifecycle.
        out: the folder; made if need be, its files overwritten.
        at: the instant at which clocks are looked at. Aware; by default the last instant in the log.
        progress: told how many rows were dealt with.

    Raises:
        UnusableFile: the log holds no instant, or a file cannot be read or written.
        InvalidValue: ``at`` is naive.

    >>> import tempfile
    >>> from deskcore.adapters.logs import open_log
    >>> from deskcore.hours import Calendar
    >>> desk = Desk.simple(calendar=Calendar.always())
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path, mapping = Path(folder) / "log.csv", Path(folder) / "mapping.toml"
    ...     _ = path.write_text("id,at,state\nT-1,2026-05-22T16:00Z,New\nT-1,soon,Open\n")
    ...     _ = mapping.write_text('rows = "snapshots"\ncolumns = { case = "id", at = "at", status = "state" }')
    ...     found = replay(open_log(path, mapping, desk.configuration.lifecycles[0]), desk, Path(folder) / "out")
    >>> print(found.rows.explain())
    2 rows read = 1 applied + 1 listed (1 bad instant)
    """
    end = log.end if at is None else require_aware("at", at)
    if end is None:
        held = "holds no row with an instant" if log.survey.rows else "holds no rows"
        raise UnusableFile("log", str(log.path), None, held, "check the mapping's columns, or the export")
    counting = Counting(log.mapping)
    tally = DigestTally(desk, at=end)
    with ReplayFiles(out, desk) as files:
        for told in log.histories():
            if isinstance(told, History):
                try:
                    _case(told, desk, end, counting, tally, files)
                except OutOfRange as error:
                    raise _unjudged(log, told, error) from error
            else:
                counting.listed(told)
                files.listed((told,))
            if progress is not None:
                progress(told.applied + len(told.listed) if isinstance(told, History) else 1)
    name = log.mapping.name or log.path.name
    zone = log.mapping.zone
    at_home = end if zone is None else end.astimezone(zone_named(zone))
    summary = counting.summary(name, desk.configuration.name, at_home)
    text = json.dumps(summary.to_dict(), indent=2, ensure_ascii=False)
    (out / "summary.json").write_text(f"{text}\n", encoding="utf-8")
    (out / "report.html").write_text(report(tally.digest(imported=_account(summary))), encoding="utf-8")
    return summary


def _unjudged(log: TicketLog, history: History, error: OutOfRange) -> UnusableFile:
    held = f"ticket {history.case!r} cannot be judged: {error}"
    fix = "mend the row, name what it says in missing, or look at an earlier instant with --at"
    return UnusableFile("log", str(log.path), history.lines[0] if history.lines else None, held, fix)


def _account(summary: Summary) -> Imported:
    checks = tuple((check.figure, check.equal, check.compared) for check in summary.checks)
    return Imported(summary.log, summary.rows.read, summary.rows.applied, summary.rows.listed, checks)


def _case(
    history: History, desk: Desk, at: datetime, counting: Counting, tally: DigestTally, files: ReplayFiles
) -> None:
    counting.rows(history)
    files.listed(history.listed)
    if not history.events:  # not one row of the case could be read: they are all listed
        return
    judged = judge(history, desk, at=at)
    files.ticket(judged, counting.ticket(judged))
    tally.add(
        judged.case,
        history.events,
        clocks=judged.cycles,
        rungs=[firing.event for firing in judged.firings],
        violations=[violation.refusal for violation in judged.violations],
    )
