"""What is wrong with a matrix over time: rungs that can never come, waits that outlast a promise.

Not here: names nobody defines and recipients that are nobody (``lint_names``), holes of rosters (``lint_holes``).

Layer: escalation. Imports staff and its own room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Final

from deskcore._value import to_us
from deskcore.errors import OutOfRange, Problem
from deskcore.escalation.actions import Notify, NotifyInTurn, TransferTo
from deskcore.escalation.contact import rules_of
from deskcore.escalation.matrix import MatrixRow, Rung
from deskcore.escalation.recipients import Person, Pool, Recipient
from deskcore.escalation.surroundings import Surroundings
from deskcore.hours import Calendar
from deskcore.hours.duration import BusinessDuration
from deskcore.staff import Staff

ORDINARY: Final = datetime(2025, 1, 6, tzinfo=UTC)
"""From when time is looked through where nobody names an instant: a Monday."""


def pools(path: str, row: MatrixRow) -> Iterator[Problem]:
    """Pools without members."""
    for rung in row.rungs:
        for place, action in enumerate(rung.actions):
            for one in told(action):
                if isinstance(one, Pool) and not one.members:
                    here = f"{path}.rungs[{rung.id}].actions[{place}].recipient"
                    yield Problem(here, f"is nobody: pool {one.name} has no members; add some", "empty_pool")


def told(action: object) -> tuple[Recipient, ...]:
    """Whom an action tells, without those told before.

    >>> told(Notify(Person("bo")))
    (Person(id='bo'),)
    """
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
        if rung.each_acks and not any(told(action) for action in rung.actions):
            reason = "lets everybody acknowledge for themselves, but tells nobody; notify somebody"
            yield Problem(f"{here}.each_acks", reason, "nobody_to_acknowledge")


def hours(path: str, row: MatrixRow, around: Surroundings) -> Iterator[Problem]:
    """Rungs whose own hours never open again, or never while they can be due."""
    calendars, since = around.hours or {}, to_us(around.at or ORDINARY)
    for rung in row.rungs:
        held, counted = calendars.get(rung.during or ""), calendars.get(rung.due.calendar)
        if held is None or rung.during is None:
            continue
        if _never_opens(held, since):
            reason = f"names {rung.during}, which never opens again; the rung never fires: give it other hours"
            yield Problem(f"{path}.rungs[{rung.id}].during", reason, "never_fires")
        elif counted is not None and _only_in(rung) and _never_opens(held & counted, since):
            reason = (
                f"lets it fire in {rung.during} alone, and it is due in {rung.due.calendar}, which is closed then; "
                "the rung never fires: hold it (outside='hold'), or give it other hours"
            )
            yield Problem(f"{path}.rungs[{rung.id}].during", reason, "never_fires")


def _only_in(rung: Rung) -> bool:
    """Whether it is due in open time, and does nothing outside its own hours."""
    return (
        rung.outside != "hold"
        and isinstance(rung.due.amount, BusinessDuration)
        and rung.due.amount_us > 0
        and rung.repeat is None
    )


def _never_opens(calendar: Calendar, since: int) -> bool:
    try:
        return not calendar.is_open_us(since) and calendar.next_change_us(since) is None
    except OutOfRange:
        return False  # it knows only part of time, which is no fault


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
    return tuple(one.id for action in rung.actions for one in told(action) if isinstance(one, Person))
