"""What is wrong with a matrix before it meets a ticket: every finding says which row, which rung and what to change.

Layer: escalation. Imports staff, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import combinations
from typing import final

import attrs

from deskcore.errors import Problem
from deskcore.escalation import lint_reach
from deskcore.escalation.actions import Action, Notify, NotifyInTurn, RaisePriority, TransferTo
from deskcore.escalation.due import Due
from deskcore.escalation.matrix import Matrix, MatrixRow, Rung, specificity
from deskcore.escalation.recipients import (
    Assignee,
    ManagerOf,
    OnCall,
    PartnerContact,
    Person,
    Pool,
    Recipient,
    TeamLead,
    TeamMembers,
)
from deskcore.hours import Calendar
from deskcore.hours.duration import BusinessDuration
from deskcore.predicate import ALWAYS, Condition
from deskcore.predicate.facts import names_of
from deskcore.predicate.pinned import disjoint, pinned
from deskcore.staff import Staff
from deskcore.tickets.facts import FACTS, FIELD_PREFIX

_TOO_LATE = "change the order or the amounts"
_MOST_SHARES = 5
"""Beyond so many whole targets a share was meant as per cent."""


@final
@attrs.frozen
class Surroundings:
    """What a matrix refers to by name. ``None``: not checked.

    ``priorities`` are the lifecycle's (the gravest first), ``metrics`` those the agreement measures, ``facts`` the
    names that conditions may ask for. ``hours`` are the calendars themselves, ``promised`` the longest target of each
    metric in microseconds. From ``at`` on rosters are looked through for holes, for a year and a week.

    >>> Surroundings(priorities=("p1", "p2")).staff is None
    True
    """

    staff: Staff | None = attrs.field(default=None, kw_only=True)
    calendars: frozenset[str] | None = attrs.field(default=None, kw_only=True)
    priorities: tuple[str, ...] | None = attrs.field(default=None, kw_only=True)
    metrics: frozenset[str] | None = attrs.field(default=None, kw_only=True)
    facts: frozenset[str] = attrs.field(default=names_of(FACTS), kw_only=True)
    hours: Mapping[str, Calendar] | None = attrs.field(default=None, kw_only=True)
    promised: Mapping[str, int] | None = attrs.field(default=None, kw_only=True)
    at: datetime | None = attrs.field(default=None, kw_only=True)


def lint(matrix: Matrix, around: Surroundings | None = None) -> tuple[Problem, ...]:
    """Every finding, rows first to last. Empty means clean, and clean means that no rung ever addresses nobody.

    Codes: ``unknown_fact``, ``unreachable``, ``tie``, ``gap``, ``unknown_calendar``, ``unknown_metric``,
    ``unknown_rung``, ``circular``, ``unknown_priority``, ``unknown_team``, ``unknown_desk``, ``unknown_person``,
    ``unknown_partner``, ``nobody``, ``no_last_resort``, ``not_rising``, ``same_instant``, ``does_nothing``,
    ``nobody_to_acknowledge``, ``two_axes``, ``percent_as_share``, ``unknown_roster``,
    ``endless``, ``no_time``, ``never_fires``, ``empty_pool``, ``outlasts_target``, ``rules_outlast_wait``,
    ``coverage_hole``.

    >>> from deskcore.escalation.recipients import Person, TeamLead
    >>> matrix = Matrix("house", (), Person("dana"))
    >>> for problem in lint(matrix, Surroundings(priorities=("p1",))):
    ...     print(problem)
    rows: take no ticket of priority p1; add a row for it, empty if nobody is to hear
    """
    around = around or Surroundings()
    found = [
        *_rows(matrix, around),
        *_last_resort(matrix, around),
        *_axes(matrix),
    ]
    for place, row in enumerate(matrix.rows):
        path = f"rows[{place}]"
        found += _order(path, row)
        found += _anchors(path, row)
        found += _acknowledgements(path, row)
        found += lint_reach.pools(path, row)
        found += lint_reach.passes(path, row)
        found += lint_reach.unreachable(path, row)
        found += lint_reach.positions(path, row, around.staff)
        found += lint_reach.waits(path, row, around.promised or {})
        found += lint_reach.calls(path, row, around.staff)
        found += lint_reach.holes(row, path, around.staff, around.at)
        if around.hours is not None and around.at is not None:
            found += lint_reach.hours(path, row, around.hours, around.at)
        for rung in row.rungs:
            found += _rung(f"{path}.rungs[{rung.id}]", rung, around)
    return tuple(found)


def _rows(matrix: Matrix, around: Surroundings) -> Iterator[Problem]:
    for place, row in enumerate(matrix.rows):
        path = f"rows[{place}]"
        unknown = {name for name in row.when.names() - around.facts if not name.startswith(FIELD_PREFIX)}
        for name in sorted(unknown):
            yield Problem(
                f"{path}.when",
                f"asks for the unknown fact {name!r}; known are those of the reference, and field.<name>",
                "unknown_fact",
            )
        for rung in row.rungs:
            asked = (name for name in rung.when.names() - around.facts if not name.startswith(FIELD_PREFIX))
            for name in sorted(asked):
                reason = f"asks for the unknown fact {name!r}; known are those of the reference, and field.<name>"
                yield Problem(f"{path}.rungs[{rung.id}].when", reason, "unknown_fact")
        above = matrix.rows[:place] if matrix.on_match == "first" else ()
        taken = next((n for n, other in enumerate(above) if other.when in {ALWAYS, row.when}), None)
        if taken is not None:
            reason = f"can never be reached: row {taken + 1} takes every such ticket before it; move it up or remove it"
            yield Problem(path, reason, "unreachable")
    if matrix.on_match == "most_specific":
        yield from _ties(matrix)
    for priority in around.priorities or ():
        if not any(_may_hold(row.when, priority) for row in matrix.rows):
            reason = f"take no ticket of priority {priority}; add a row for it, empty if nobody is to hear"
            yield Problem("rows", reason, "gap")


def _ties(matrix: Matrix) -> Iterator[Problem]:
    for (a, first), (b, second) in combinations(enumerate(matrix.rows), 2):
        if specificity(first.when) == specificity(second.when) and not disjoint(first.when, second.when):
            reason = (
                f"binds as many facts as row {a + 1} and can hold for the same ticket; bind one fact more in either"
            )
            yield Problem(f"rows[{b}].when", reason, "tie")


def _last_resort(matrix: Matrix, around: Surroundings) -> Iterator[Problem]:
    if isinstance(matrix.last_resort, Assignee | ManagerOf | OnCall | Pool) or _asks_the_ticket(matrix.last_resort):
        reason = f"is the {matrix.last_resort}, which can be nobody; name a person, a team with a lead, or a partner"
        yield Problem("last_resort", reason, "no_last_resort")
    yield from _recipient("last_resort", matrix.last_resort, around)


def _asks_the_ticket(recipient: Recipient) -> bool:
    if isinstance(recipient, TeamLead | TeamMembers):
        return recipient.team is None
    return isinstance(recipient, PartnerContact) and recipient.partner is None


def _axes(matrix: Matrix) -> Iterator[Problem]:
    first: dict[str, Rung] = {}
    for place, row in enumerate(matrix.rows):
        for rung in row.rungs:
            other = first.setdefault(rung.id, rung)
            if other.axis != rung.axis:
                reason = (
                    f"is {rung.axis} here and {other.axis} in a row above; the same id is the same rung, rename one"
                )
                yield Problem(f"rows[{place}].rungs[{rung.id}].axis", reason, "two_axes")


def _order(path: str, row: MatrixRow) -> Iterator[Problem]:
    """On one axis, rungs that count from the same anchor on the same clock have to rise."""
    held: dict[tuple[str, ...], Rung] = {}
    for rung in row.rungs:
        kind = (rung.axis, rung.due.anchor, rung.due.of or "", rung.due.clock)
        if rung.due.anchor in {"hand", "count"}:
            continue  # neither has an order of its own
        size, before = _size(rung.due), held.get(kind)
        if before is not None and size == _size(before.due):
            reason = f"is due at the same instant as {before.id} on the {rung.axis} axis; join them or move one"
            yield Problem(f"{path}.rungs[{rung.id}].due", reason, "same_instant")
        elif before is not None and size < _size(before.due):
            reason = f"is due before {before.id}, which stands above it; {_TOO_LATE}"
            yield Problem(f"{path}.rungs[{rung.id}].due", reason, "not_rising")
        held[kind] = rung


def _size(due: Due) -> float:
    return due.amount.microseconds if due.share is None else due.share


def _anchors(path: str, row: MatrixRow) -> Iterator[Problem]:
    after = {rung.id: rung.due.of for rung in row.rungs if rung.due.anchor == "rung"}
    known = {rung.id for rung in row.rungs}
    for rung, origin in after.items():
        other: str | None = origin
        here = f"{path}.rungs[{rung}].due"
        if other not in known:
            yield Problem(here, f"counts from rung {other!r}, which its row lacks; add it there", "unknown_rung")
        chain = [rung]
        while other is not None and other not in chain:
            chain.append(other)
            other = after.get(other)
        if other == rung:
            yield Problem(here, f"counts from itself, over {', '.join(chain)}; anchor one elsewhere", "circular")


def _acknowledgements(path: str, row: MatrixRow) -> Iterator[Problem]:
    told = False
    for rung in row.rungs:
        told = told or any(isinstance(action, Notify | NotifyInTurn) for action in rung.actions)
        if rung.until == "acked" and not told:
            reason = "holds until somebody acknowledges, but nobody has been told by then; notify somebody first"
            yield Problem(f"{path}.rungs[{rung.id}].until", reason, "nobody_to_acknowledge")


def _rung(path: str, rung: Rung, around: Surroundings) -> Iterator[Problem]:
    due = rung.due
    if not rung.actions:
        yield Problem(f"{path}.actions", "holds no action; give it one or remove the rung", "does_nothing")
    yield from _during(f"{path}.during", rung, around)
    yield from _repeat(f"{path}.repeat", rung, around)
    counts_open_time = isinstance(due.amount, BusinessDuration) and bool(due.amount)
    if counts_open_time and around.calendars is not None and due.calendar not in around.calendars:
        yield Problem(
            f"{path}.due.calendar",
            f"names the unknown calendar {due.calendar!r}; known: {_list(around.calendars)}",
            "unknown_calendar",
        )
    if due.on_sla and around.metrics is not None and due.of not in around.metrics:
        reason = f"hangs on {due.of!r}, which no target measures; known: {_list(around.metrics)}"
        yield Problem(f"{path}.due.of", reason, "unknown_metric")
    if due.share is not None and due.share > _MOST_SHARES:
        reason = f"is {due.share:g}, which means {due.share * 100:g} % of the target; did you mean {due.share / 100:g}?"
        yield Problem(f"{path}.due.share", reason, "percent_as_share")
    if rung.fallback is not None:
        yield from _recipient(f"{path}.fallback", rung.fallback, around)
    for place, action in enumerate(rung.actions):
        yield from _action(f"{path}.actions[{place}]", action, around)


def _action(path: str, action: Action, around: Surroundings) -> Iterator[Problem]:
    if isinstance(action, Notify):
        yield from _recipient(f"{path}.recipient", action.recipient, around)
    elif isinstance(action, NotifyInTurn):
        for turn, recipient in enumerate(action.recipients):
            yield from _recipient(f"{path}.recipients[{turn}]", recipient, around)
    elif isinstance(action, RaisePriority):
        yield from _cap(f"{path}.cap", action.cap, around.priorities)
    elif isinstance(action, TransferTo) and around.staff is not None:
        yield from _place(path, action, around.staff)


def _during(path: str, rung: Rung, around: Surroundings) -> Iterator[Problem]:
    if rung.during is not None and around.calendars is not None and rung.during not in around.calendars:
        reason = f"names the unknown calendar {rung.during!r}; known: {_list(around.calendars)}"
        yield Problem(path, reason, "unknown_calendar")


def _repeat(path: str, rung: Rung, around: Surroundings) -> Iterator[Problem]:
    repeat = rung.repeat
    if repeat is None:
        return
    if repeat.times is None and rung.until == "closed":
        reason = "has no end before the close; say how many times, or let a solution or an acknowledgement end it"
        yield Problem(f"{path}.times", reason, "endless")
    counts_open_time = isinstance(repeat.every, BusinessDuration)
    if counts_open_time and around.calendars is not None and repeat.calendar not in around.calendars:
        reason = f"names the unknown calendar {repeat.calendar!r}; known: {_list(around.calendars)}"
        yield Problem(f"{path}.calendar", reason, "unknown_calendar")


def _cap(path: str, cap: str | None, priorities: Sequence[str] | None) -> Iterator[Problem]:
    if cap is not None and priorities is not None and cap not in priorities:
        yield Problem(path, f"is the unknown priority {cap!r}; known: {', '.join(priorities)}", "unknown_priority")


def _place(path: str, action: TransferTo, staff: Staff) -> Iterator[Problem]:
    if action.team is not None and not staff.knows_team(action.team):
        known = _list([team.id for team in staff.teams])
        yield Problem(f"{path}.team", f"names the unknown team {action.team!r}; known: {known}", "unknown_team")
    if action.desk is not None and action.desk not in staff.desks:
        known = _list(staff.desks)
        yield Problem(f"{path}.desk", f"names the unknown desk {action.desk!r}; known: {known}", "unknown_desk")


def _recipient(path: str, recipient: Recipient, around: Surroundings) -> Iterator[Problem]:
    staff = around.staff
    if isinstance(recipient, ManagerOf):
        yield from _recipient(f"{path}.of", recipient.of, around)
    elif staff is None:
        return
    elif isinstance(recipient, Person) and not staff.knows_agent(recipient.id):
        yield Problem(path, f"is {recipient.id!r}, whom the register lacks; add them to the agents", "unknown_person")
    elif isinstance(recipient, TeamLead | TeamMembers) and recipient.team is not None:
        yield from _named_team(path, recipient, recipient.team, staff)
    elif isinstance(recipient, PartnerContact) and recipient.partner is not None:
        partner = staff.find_partner(recipient.partner)
        if partner is None:
            known = _list([one.id for one in staff.partners])
            reason = f"names the unknown partner {recipient.partner!r}; known: {known}"
            yield Problem(path, reason, "unknown_partner")
        elif partner.contact is None:
            yield Problem(path, f"is nobody: partner {recipient.partner} names no contact; give it one", "nobody")
    elif isinstance(recipient, OnCall):
        yield from _roster(path, recipient.roster, staff)


def _roster(path: str, name: str, staff: Staff) -> Iterator[Problem]:
    if name not in staff.rosters:
        yield Problem(path, f"names the unknown roster {name!r}; known: {_list(staff.rosters)}", "unknown_roster")
    elif not staff.rosters[name].everybody():
        reason = f"is nobody: roster {name} has nobody in it; put somebody on it"
        yield Problem(path, reason, "nobody")


def _named_team(path: str, recipient: TeamLead | TeamMembers, team: str, staff: Staff) -> Iterator[Problem]:
    if not staff.knows_team(team):
        known = _list([one.id for one in staff.teams])
        yield Problem(path, f"names the unknown team {team!r}; known: {known}", "unknown_team")
    elif isinstance(recipient, TeamLead) and staff.team(team).lead is None:
        yield Problem(path, f"is nobody: team {team} has no lead; give it one", "nobody")
    elif isinstance(recipient, TeamMembers) and not staff.members(team):
        yield Problem(path, f"is nobody: team {team} has no members; add some", "nobody")


def _list(names: Collection[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _may_hold(when: Condition, priority: str) -> bool:
    """Whether a row can be for a ticket of that priority, other facts permitting."""
    wanted = pinned(when).get("priority")
    return wanted is None or priority in wanted
