"""What is wrong with a matrix over time: rungs that can never come, waits that outlast a promise, holes in a roster.

Not here: names nobody defines and recipients that are nobody (``lint``).

Layer: escalation. Imports staff and its own room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from deskcore._value import to_us
from deskcore.errors import Problem
from deskcore.escalation.actions import Notify, NotifyInTurn, TransferTo
from deskcore.escalation.contact import rules_of
from deskcore.escalation.matrix import MatrixRow, Rung
from deskcore.escalation.recipients import OnCall, Person, Pool, Recipient
from deskcore.hours import Calendar
from deskcore.staff import Staff
from deskcore.staff.roster import Roster

HORIZON: Final = timedelta(days=371)
"""A year and a week from an instant: every clock change of a zone lies in it, and the week after it."""
_MOST_HOLES: Final = 3


def pools(path: str, row: MatrixRow) -> Iterator[Problem]:
    """Pools without members."""
    for rung in row.rungs:
        for place, action in enumerate(rung.actions):
            for one in _told(action):
                if isinstance(one, Pool) and not one.members:
                    here = f"{path}.rungs[{rung.id}].actions[{place}].recipient"
                    yield Problem(here, f"is nobody: pool {one.name} has no members; add some", "empty_pool")


def _told(action: object) -> tuple[Recipient, ...]:
    if isinstance(action, Notify):
        return (action.recipient,)
    return action.recipients if isinstance(action, NotifyInTurn) else ()


def passes(path: str, row: MatrixRow) -> Iterator[Problem]:
    """Passes that go on for ever, or take no time."""
    again = row.passes
    if again is None or again.times is not None:
        return
    if all(rung.until == "closed" for rung in row.rungs):
        reason = "has no end before the close; say how many times, or let a solution or an acknowledgement end a rung"
        yield Problem(f"{path}.passes.times", reason, "endless")
    if not again.wait and all(rung.due.amount_us == 0 for rung in row.rungs):
        yield Problem(f"{path}.passes.wait", "is no time, and no rung takes any: give it a wait", "no_time")


def unreachable(path: str, row: MatrixRow) -> Iterator[Problem]:
    """Rungs that can never fire, and acknowledgements that nobody is asked for."""
    for rung in row.rungs:
        here = f"{path}.rungs[{rung.id}]"
        if rung.due.anchor == "resolved" and rung.until != "closed":
            reason = "counts from the solution, which silences it; say until='closed'"
            yield Problem(f"{here}.until", reason, "never_fires")
        if rung.each_acks and not any(_told(action) for action in rung.actions):
            reason = "lets everybody acknowledge for themselves, but tells nobody; notify somebody"
            yield Problem(f"{here}.each_acks", reason, "nobody_to_acknowledge")


def hours(path: str, row: MatrixRow, calendars: Mapping[str, Calendar], at: datetime) -> Iterator[Problem]:
    """Rungs whose own hours never open again."""
    for rung in row.rungs:
        held = calendars.get(rung.during or "")
        now = to_us(at)
        if held is not None and not held.is_open_us(now) and held.next_change_us(now) is None:
            reason = f"names {rung.during}, which never opens again; the rung never fires: give it other hours"
            yield Problem(f"{path}.rungs[{rung.id}].during", reason, "never_fires")


def positions(path: str, row: MatrixRow, staff: Staff | None) -> Iterator[Problem]:
    """On the functional axis a later rung does not send the ticket to a team of a lower tier."""
    if staff is None:
        return
    highest, by = 0, ""
    for rung in row.rungs:
        for place, action in enumerate(rung.actions):
            if not isinstance(action, TransferTo) or action.team is None or rung.axis != "functional":
                continue
            if not staff.knows_team(action.team):
                continue
            tier = staff.team(action.team).tier
            if tier < highest:
                reason = (
                    f"sends to team {action.team} of tier {tier} after {by} has sent to tier {highest}; "
                    "it would never act: change the order or the team"
                )
                yield Problem(f"{path}.rungs[{rung.id}].actions[{place}].team", reason, "not_rising")
            elif tier > highest:
                highest, by = tier, rung.id


def waits(path: str, row: MatrixRow, promised: Mapping[str, int]) -> Iterator[Problem]:
    """Waits longer than the promise they guard: an acknowledgement nobody misses before the target is past."""
    longest = max(promised.values(), default=None)
    if longest is None:
        return
    for rung in row.rungs:
        if rung.due.anchor == "rung" and rung.due.amount_us > longest:
            reason = (
                f"waits {rung.due.amount} after {rung.due.of}, longer than any target lasts; shorten it, "
                "or hang it on the target"
            )
            yield Problem(f"{path}.rungs[{rung.id}].due.amount", reason, "outlasts_target")


def calls(path: str, row: MatrixRow, staff: Staff | None) -> Iterator[Problem]:
    """Personal rules that go on when the next rung has already been called."""
    if staff is None:
        return
    for place, rung in enumerate(row.rungs[:-1]):
        after = row.rungs[place + 1].due
        if after.anchor != "rung" or after.of != rung.id:
            continue
        for person in _people(rung):
            last = max((rule.after.microseconds for rule in rules_of(staff, person)), default=0)
            if last > after.amount_us:
                reason = (
                    f"calls {person} by rules of their own until after {row.rungs[place + 1].id} is due; "
                    "wait longer, or shorten the rules"
                )
                yield Problem(f"{path}.rungs[{rung.id}].actions", reason, "rules_outlast_wait")


def _people(rung: Rung) -> tuple[str, ...]:
    return tuple(one.id for action in rung.actions for one in _told(action) if isinstance(one, Person))


def holes(row: MatrixRow, path: str, staff: Staff | None, at: datetime | None) -> Iterator[Problem]:
    """Stretches of the coming year in which a roster has nobody, for rungs that ask it and have no fallback."""
    if staff is None or at is None:
        return
    for rung in row.rungs:
        if rung.fallback is not None or rung.if_nobody != "fall_back":
            continue
        for place, action in enumerate(rung.actions):
            for one in _told(action):
                if isinstance(one, OnCall) and one.roster in staff.rosters:
                    found = gaps(staff.rosters[one.roster], at)
                    if found:
                        here = f"{path}.rungs[{rung.id}].actions[{place}].recipient"
                        yield Problem(here, _hole(one.roster, found), "coverage_hole")


def gaps(roster: Roster, at: datetime) -> tuple[str, ...]:
    """The first holes of a roster within a year and a week, in words."""
    found = roster.gaps(at, at + HORIZON)
    shown = [f"{duty.start.astimezone(UTC):%Y-%m-%d %H:%M}" for duty in found[:_MOST_HOLES]]
    return (*shown, f"{len(found) - _MOST_HOLES} more") if len(found) > _MOST_HOLES else tuple(shown)


def _hole(roster: str, found: tuple[str, ...]) -> str:
    when = ", ".join(found)
    return f"asks roster {roster}, in which nobody is on call from {when} (UTC); fill it, or give the rung a fallback"
