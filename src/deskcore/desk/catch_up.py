"""What the clock alone made happen to a case and nobody has recorded yet: timers, clock signals, rungs.

Each is dated when it became true, however late somebody looks; the earliest comes first, so that a late look and a
timely one write the same log.

Layer: desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, TypeAlias

import attrs

from deskcore._value import from_us, to_us
from deskcore.desk.case import Case
from deskcore.desk.configuration import Configuration
from deskcore.escalation import Planned, plan
from deskcore.escalation import next_change as next_rung
from deskcore.escalation import owed as owed_rungs
from deskcore.escalation.acknowledge import expiry
from deskcore.escalation.byhand import Standing
from deskcore.escalation.dating import BY_HAND
from deskcore.escalation.events import Outcome
from deskcore.escalation.gates import Quiet
from deskcore.escalation.plans import superseded
from deskcore.log import EventData
from deskcore.sla import clocks
from deskcore.sla import next_change as next_signal
from deskcore.sla import owed as owed_signals
from deskcore.tickets.due import due_timers, next_timer
from deskcore.tickets.facts import facts as facts_of

BOUND: Final = 10_000
"""More things than this cannot become true of one ticket between two looks; a configuration that says so loops."""


class OwedEvent(NamedTuple):
    """An event to record as it stands: a timer's, or a signal."""

    at: datetime
    data: EventData


class OwedRung(NamedTuple):
    """A rung to fire."""

    at: datetime
    entry: Planned
    superseded_by: str | None = None


Owed: TypeAlias = OwedEvent | OwedRung


def first_owed(
    setup: Configuration, case: Case, at: datetime, *, climbs: bool = True, rungs: int | None = None
) -> Owed | None:
    """The earliest thing true at or before ``at`` and not yet recorded; timers, signals, expiry, rungs.

    Without ``climbs`` no rung is looked for; where ``rungs`` is zero, only messages to those who are being called.
    """
    if case.is_quiet(setup, to_us(at)):
        return None
    candidates = [
        *_timers(setup, case, at),
        *_signals(setup, case, at),
        *_lapse(setup, case, at),
        *(_rungs(setup, case, at, calls_only=rungs == 0) if climbs else ()),
    ]
    return min(candidates, key=lambda owed: to_us(owed.at), default=None)


def next_change(setup: Configuration, case: Case, at: datetime) -> datetime | None:
    """The earliest change not yet recorded, in ``at``'s zone; ``at`` when one is owed, ``None`` when none comes."""
    lifecycle = setup.lifecycle(case.ticket.header.lifecycle)
    candidates = (
        next_timer(lifecycle, case.ticket, calendars=setup.calendars),
        next_signal(case.sla, setup.sla, at=at),
        next_rung(ladder(setup, case, at), at=at),
        *(owed.at for owed in _lapse(setup, case, None)),
    )
    found = min((to_us(moment) for moment in candidates if moment is not None), default=None)
    now = to_us(at)
    if found is not None and found <= now:
        return at
    case.remember_quiet(setup, now, found)
    return None if found is None else from_us(found, at.tzinfo or UTC)


def _timers(setup: Configuration, case: Case, at: datetime) -> list[Owed]:
    lifecycle = setup.lifecycle(case.ticket.header.lifecycle)
    due = due_timers(lifecycle, case.ticket, at=at, calendars=setup.calendars)
    return [OwedEvent(dated.at, dated.data) for dated in due[:1]]


def _signals(setup: Configuration, case: Case, at: datetime) -> list[Owed]:
    # Dated when it was true: a change that itself was found late moves ``known_at``, and a timely look would not have.
    signals = owed_signals(case.sla, setup.sla, at=at)
    first = min(signals, key=lambda signal: (to_us(signal.at), signal.key), default=None)
    return [] if first is None else [OwedEvent(first.at, first.event())]


def _rungs(setup: Configuration, case: Case, at: datetime, *, calls_only: bool) -> list[Owed]:
    due = owed_rungs(ladder(setup, case, at), at=at)
    if calls_only:
        due = tuple(entry for entry in due if entry.call)
    # Where rungs wait for a look they are dated at it, after whatever became true before.
    waits = setup.climbs == "on_tick"
    return [OwedRung(at if waits else entry.due, entry, superseded(entry, due)) for entry in due[:1] if entry.due]


def _lapse(setup: Configuration, case: Case, at: datetime | None) -> list[Owed]:
    """The end of an acknowledgement that runs out, where it does so by then."""
    matrix = setup.matrix_for(case.ledger.pinned)
    lapse = None if matrix is None else expiry(matrix, case.ledger, case.ticket)
    return [OwedEvent(*lapse)] if lapse is not None and (at is None or to_us(lapse.at) <= to_us(at)) else []


def ladder(setup: Configuration, case: Case, at: datetime) -> tuple[Planned, ...]:
    """The case's rungs as they stand, dated where they can be; none without a matrix."""
    matrix = setup.matrix_for(case.ledger.pinned)
    if matrix is None:
        return ()
    running = clocks(case.sla, setup.sla, at=at)
    entries = plan(
        matrix,
        case.ticket,
        running,
        case.ledger,
        calendars=setup.calendars,
        staff=setup.staff,
        quiet=setup.quiet,
    )
    return entries if setup.climbs == "whenever" else _hushed_now(setup, case, at, entries)


def _hushed_now(setup: Configuration, case: Case, at: datetime, entries: Sequence[Planned]) -> tuple[Planned, ...]:
    """Where rungs wait for a look: what is owed is asked of the look, its quiet times and the rungs' own hours."""
    known = facts_of(case.ticket)
    quiet = [one for one in setup.quiet if one.mode == "hold" and one.holds(at, known, next(iter(one.rungs), ""))]
    return tuple(_as_looked(setup, entry, quiet, to_us(at)) for entry in entries)


def _as_looked(setup: Configuration, entry: Planned, quiet: Sequence[Quiet], now: int) -> Planned:
    if entry.due_us is None or entry.due_us > now or entry.state != "ahead" or entry.call:
        return entry
    ends = [to_us(one.end) for one in quiet if not one.rungs or entry.rung.id in one.rungs]
    if ends:
        return attrs.evolve(entry, due_us=max(ends), why="it is quiet at the look")
    rung = entry.rung
    if rung.during is None or rung.outside == "hold" or entry.why == BY_HAND:
        return entry
    if setup.calendars[rung.during].is_open_us(now):
        return attrs.evolve(entry, outcome="done") if entry.outcome in {"skipped", "stopped"} else entry
    outcome: Outcome = "skipped" if rung.outside == "skip" else "stopped"
    return attrs.evolve(entry, outcome=outcome, why=f"outside {rung.during} at the look")


def standing(setup: Configuration, case: Case, at: datetime) -> Standing:
    """How a case's ladder stands when somebody reaches for it."""
    matrix = setup.matrix_for(case.ledger.pinned)
    if matrix is None:
        return Standing()
    known = facts_of(case.ticket)
    quiet = next((str(one) for one in setup.quiet if one.mode == "hold" and one.holds(at, known)), "")
    return Standing(matrix.row_for(known), ladder(setup, case, at), quiet)
