"""What must hold for every matrix and every life of a ticket, as functions for hosts' own suites.

Layer: testing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from deskcore.escalation import Ledger, Matrix, next_change, owed, plan, preview
from deskcore.escalation.actions import Notify
from deskcore.escalation.events import DeEscalated, RungFired
from deskcore.escalation.fold import begin, step
from deskcore.escalation.lint import Surroundings, lint
from deskcore.escalation.recipients import resolve
from deskcore.hours.duration import ElapsedDuration, elapsed
from deskcore.log import EventData
from deskcore.testing.escalation_life import (
    CALENDARS,
    PRIORITIES,
    REGISTER,
    START,
    Happening,
    Lived,
    StraightClock,
    live,
)
from deskcore.tickets import events as did
from deskcore.tickets.evolve import evolve
from deskcore.tickets.ticket import Ticket

__all__ = [
    "check_a_pause_delays",
    "check_clean_means_somebody",
    "check_keys_are_unique",
    "check_looking_changes_nothing",
    "check_next_change_is_tight",
    "check_nothing_fires_out_of_time",
    "check_positions_rise",
    "check_preview_comes_true",
    "check_replay_changes_nothing",
]


def check_looking_changes_nothing(
    matrix: Matrix, life: tuple[Happening, ...], looks: Sequence[datetime], *, until: datetime
) -> None:
    """However often and however late somebody looks, the same rungs fire for the same instants, once."""
    never, often = live(matrix, life, until=until), live(matrix, life, until=until, looks=looks)

    def essence(lived: Lived) -> list[tuple[datetime, EventData]]:
        return [(event.at, event.data) for event in lived.log]

    assert essence(never) == essence(often)
    assert never.ledger == often.ledger


def check_keys_are_unique(matrix: Matrix, life: tuple[Happening, ...], *, until: datetime) -> None:
    """A key fires once in a ticket's life, and begins with the ticket and the axis."""
    fired = live(matrix, life, until=until).fired
    assert len({one.key for one in fired}) == len(fired)
    rungs = [one for one in fired if not one.call]
    tails = [f"/{one.rung}/{one.number + 1}" if one.number else f"/{one.rung}" for one in rungs]
    assert all(one.key.startswith(f"T-1/{one.axis}/") for one in rungs)
    assert all(one.key.endswith(tail) for one, tail in zip(rungs, tails, strict=True))


def check_next_change_is_tight(matrix: Matrix, life: tuple[Happening, ...], *, at: datetime) -> None:
    """Nothing is owed strictly before ``next_change``, and something is owed on it."""
    lived = live(matrix, life, until=at)
    entries = plan(matrix, lived.ticket, lived.clocks, lived.ledger, calendars=CALENDARS, staff=REGISTER)
    following = next_change(entries, at=at)
    if following is None:
        assert not owed(entries, at=at + timedelta(days=4000))
        return
    assert following >= at
    assert owed(entries, at=following)
    assert not owed(entries, at=following - timedelta(microseconds=1))


def check_nothing_fires_out_of_time(matrix: Matrix, life: tuple[Happening, ...], *, until: datetime) -> None:
    """No rung fires before the opening, before its due instant, or once the ticket is closed."""
    closed = False
    for event in live(matrix, life, until=until).log:
        if isinstance(event.data, did.StatusChange):
            closed = event.data.status.phase == "closed"
        if isinstance(event.data, RungFired):
            assert not closed
            assert event.at == event.data.due
            assert START <= event.data.due <= event.recorded_at


def check_preview_comes_true(matrix: Matrix, life: tuple[Happening, ...], *, at: datetime, until: datetime) -> None:
    """What the preview says is what fires when nothing happens, people and all, with one target for every priority."""
    alike: dict[str, ElapsedDuration] = {name: elapsed(hours=8) for name in PRIORITIES}
    now, later = live(matrix, life, until=at, targets=alike), live(matrix, life, until=until, targets=alike)
    seen = preview(
        matrix,
        now.ticket,
        now.clocks,
        now.ledger,
        REGISTER,
        at=at,
        calendars=CALENDARS,
        priorities=PRIORITIES,
        until=until,
    )
    came = later.fired[len(now.fired) :]
    assert tuple(one.event for one in seen.firings if one.event.due <= until) == came


def check_positions_rise(matrix: Matrix, life: tuple[Happening, ...], *, until: datetime) -> None:
    """On either axis a ticket only climbs, until it is reopened or the escalation is taken back on that axis."""
    ledger, ticket = begin(), None
    before = ledger.position
    for event in live(matrix, life, until=until).log:
        ticket = evolve(ticket, event)
        ledger = step(ledger, event, ticket, matrix.watched)
        now = ledger.position
        if isinstance(event.data, did.Reopened):
            before = now
        functional = isinstance(event.data, DeEscalated) and event.data.axis == "functional"
        hierarchic = isinstance(event.data, DeEscalated) and event.data.axis == "hierarchic"
        assert now.functional >= before.functional or functional
        assert now.hierarchic >= before.hierarchic or hierarchic
        assert not functional or (now.functional, now.hierarchic) == (0, before.hierarchic)
        before = now


def check_replay_changes_nothing(matrix: Matrix, life: tuple[Happening, ...], *, until: datetime) -> None:
    """Looking again at the same instant finds the work done, and folding the log again gives the same ledger."""
    lived = live(matrix, life, until=until)
    again = live(matrix, life, until=until, looks=[until, until])
    assert lived.log == again.log
    entries = plan(matrix, lived.ticket, lived.clocks, lived.ledger, calendars=CALENDARS, staff=REGISTER)
    assert not owed(entries, at=until)


def check_a_pause_delays(
    matrix: Matrix, ticket: Ticket, ledger: Ledger, *, begun: timedelta, length: timedelta
) -> None:
    """A pause of a clock moves what hangs on it and lies after the pause's beginning by its length, nothing else."""
    target = elapsed(hours=8)
    plain = StraightClock("resolution", target, START)
    paused = StraightClock("resolution", target, START, ((START + begun, START + begun + length),))

    def reached(clock: StraightClock) -> dict[str, datetime | None]:
        entries = plan(matrix, ticket, (clock,), ledger, calendars=CALENDARS, staff=REGISTER)
        return {entry.rung.id: entry.reached for entry in entries}

    before, after = reached(plain), reached(paused)
    for rung in matrix.rungs:
        was, comes = before[rung.id], after[rung.id]
        if not rung.due.on_sla or was is None:
            assert comes == was
            continue
        counted = was - timedelta(microseconds=rung.due.amount_us)  # where the clock itself is asked
        assert comes == (was + length if counted > START + begun else was)


def check_clean_means_somebody(matrix: Matrix, ticket: Ticket, *, at: datetime) -> None:
    """A matrix without findings never addresses nobody, whatever the ticket."""
    if lint(matrix, Surroundings(staff=REGISTER)):
        return
    for rung in matrix.rungs:
        for action in rung.actions:
            if isinstance(action, Notify):
                otherwise = (*((rung.fallback,) if rung.fallback else ()), matrix.last_resort)
                assert resolve(action.recipient, REGISTER, ticket, at=at, otherwise=otherwise)
