"""Names in a matrix that nobody defines, and recipients that stand for nobody.

Not here: what is wrong over time (``lint_reach``, ``lint_holes``) and between rows (``lint_rows``).

Layer: escalation. Imports staff, tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from deskcore.errors import Problem
from deskcore.escalation.actions import Action, Notify, NotifyInTurn, RaisePriority, TransferTo
from deskcore.escalation.matrix import Matrix
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
from deskcore.escalation.rung import Rung
from deskcore.escalation.surroundings import Surroundings
from deskcore.hours.duration import BusinessDuration
from deskcore.predicate import Condition
from deskcore.staff import Staff
from deskcore.tickets.facts import FIELD_PREFIX

_MOST_SHARES = 5
"""Beyond so many whole targets a share was meant as per cent."""


def last_resort(matrix: Matrix, around: Surroundings) -> Iterator[Problem]:
    """A last resort that can be nobody."""
    if isinstance(matrix.last_resort, Assignee | ManagerOf | OnCall | Pool) or _asks_the_ticket(matrix.last_resort):
        reason = f"is the {matrix.last_resort}, which can be nobody; name a person, a team with a lead, or a partner"
        yield Problem("last_resort", reason, "no_last_resort")
    yield from _recipient("last_resort", matrix.last_resort, around)


def _asks_the_ticket(recipient: Recipient) -> bool:
    if isinstance(recipient, TeamLead | TeamMembers):
        return recipient.team is None
    return isinstance(recipient, PartnerContact) and recipient.partner is None


def names(path: str, rung: Rung, around: Surroundings) -> Iterator[Problem]:
    """Names that nobody defines, and recipients that are nobody, in one rung."""
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
        if staff is not None:
            yield from _managers(path, recipient, staff)
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


def _managers(path: str, recipient: ManagerOf, staff: Staff) -> Iterator[Problem]:
    """A chain of managers that begins with somebody by name and is too short, or closes on itself."""
    levels, below = recipient.levels, recipient.of
    while isinstance(below, ManagerOf):
        levels, below = levels + below.levels, below.of
    if not isinstance(below, Person) or not staff.knows_agent(below.id):
        return
    chain = [below.id]
    for _ in range(levels):
        manager = staff.manager_of(chain[-1]) if staff.knows_agent(chain[-1]) else None
        if manager is None or manager in chain:
            fault = "has no manager" if manager is None else f"is managed by {manager} in turn"
            reason = f"is nobody: {chain[-1]}, {len(chain) - 1} levels up, {fault}; give them one or say fewer levels"
            yield Problem(path, reason, "nobody")
            return
        chain.append(manager)


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


def facts_of_row(path: str, when: Condition, rungs: Sequence[Rung], around: Surroundings) -> Iterator[Problem]:
    """Facts that conditions of a row and of its rungs ask for and that nobody knows."""
    yield from _asked(f"{path}.when", when, around)
    for rung in rungs:
        here = f"{path}.rungs[{rung.id}]"
        yield from _asked(f"{here}.when", rung.when, around)
        yield from _asked(f"{here}.given", rung.given, around)
        if rung.due.condition is not None:
            yield from _asked(f"{here}.due.condition", rung.due.condition, around)


def _asked(path: str, condition: Condition, around: Surroundings) -> Iterator[Problem]:
    for name in sorted(condition.names() - around.facts):
        if not name.startswith(FIELD_PREFIX):
            reason = f"asks for the unknown fact {name!r}; known are those of the reference, and field.<name>"
            yield Problem(path, reason, "unknown_fact")
