"""Going beyond the present: taking over what lived elsewhere, folding what was imported, correcting the past.

Only ``insert`` goes back in time; it folds the whole log again and answers with what that changed.

Layer: desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import final

import attrs

from deskcore._value import require_aware, to_us
from deskcore.desk.case import Case
from deskcore.desk.configuration import Configuration
from deskcore.desk.effects import Effect
from deskcore.desk.folding import replay, step_case
from deskcore.desk.handling import CaseWork, reserved, too_early
from deskcore.desk.notices import notice
from deskcore.desk.outcome import Accepted, Refused
from deskcore.errors import InvalidValue
from deskcore.escalation.renaming import lint_renamed
from deskcore.log import Actor, Event, EventData, EventLog
from deskcore.sla import clocks
from deskcore.tickets import Refusal
from deskcore.tickets.events import Adopted, Opened, PolicyPinned
from deskcore.tickets.history import Difference
from deskcore.tickets.violations import violations


@final
@attrs.frozen
class Recorded:
    """A case after an imported event, and what the lifecycle has against it. The event counts all the same."""

    case: Case
    violations: tuple[Refusal, ...] = ()


@final
@attrs.frozen
class Inserted:
    """The log with a late fact in it, the case it adds up to now, and every difference that made.

    ``effects`` is word for the floor, where something changed that it must know.
    """

    log: EventLog
    case: Case
    event: Event
    differences: tuple[Difference, ...]
    effects: tuple[Effect, ...] = ()

    def explain(self) -> str:
        """The differences, a line each."""
        return "\n".join(difference.explain() for difference in self.differences) or "nothing changes"


def adopt(setup: Configuration, record: Adopted, ticket: str, *, at: datetime, actor: Actor) -> Accepted | Refused:
    """See ``Desk.adopt``."""
    require_aware("at", at)
    if reserved(ticket):
        return Refused(ticket, reserved(ticket))
    past = (
        ("opened_at", record.opened_at),
        ("first_response_at", record.first_response_at),
        ("resolved_at", record.resolved_at),
    )
    refusals = list(_unknown(setup, record.opened, ticket))
    ahead = [name for name, moment in past if moment is not None and to_us(moment) > to_us(at)]
    if ahead:
        held = f"{', '.join(ahead)} lies after {at.isoformat()}"
        message = f"cannot adopt ticket {ticket}: {held}; accepted: a record of what has happened"
        refusals.append(Refusal("backward_time", message))
    if refusals:
        return Refused(ticket, tuple(refusals))
    work = CaseWork(setup, None, at)
    work.record(ticket, record, actor, when=at)
    work.catch_up()
    return work.accepted()


def known_already(case: Case) -> Refused:
    """The answer of a host that is to adopt a ticket which it has."""
    held = f"it has been here since {case.ticket.opened_at.isoformat()}"
    message = f"cannot adopt ticket {case.id}: {held}; accepted: an id of its own"
    return Refused(case.id, (Refusal("already_open", message),))


def _unknown(setup: Configuration, opened: Opened, ticket: str) -> Iterator[Refusal]:
    """Why a record names what no lifecycle of the desk has: nothing could ever be done with the ticket."""
    names = tuple(lifecycle.name for lifecycle in setup.lifecycles)
    if opened.lifecycle not in names:
        held, accepted = f"the desk has no lifecycle {opened.lifecycle!r}", ", ".join(names)
        yield Refusal("unknown_lifecycle", f"cannot adopt ticket {ticket}: {held}; accepted: {accepted}")
        return
    lifecycle = setup.lifecycle(opened.lifecycle)
    if lifecycle.find(opened.status.name) is None:
        held = f"lifecycle {lifecycle.name} has no status {opened.status.name!r}"
        accepted = ", ".join(lifecycle.status_names)
        yield Refusal("unknown_status", f"cannot adopt ticket {ticket}: {held}; accepted: {accepted}")


def record(setup: Configuration, case: Case | None, event: Event) -> Recorded:
    """See ``Desk.record``."""
    name = _lifecycle_name(case, event)
    known = {lifecycle.name for lifecycle in setup.lifecycles}
    lifecycle = setup.lifecycle(name) if name in known else setup.lifecycles[0]
    found = violations(lifecycle, None if case is None else case.ticket, event)
    return Recorded(step_case(setup, case, event), found)


def _lifecycle_name(case: Case | None, event: Event) -> str | None:
    if case is not None:
        return case.ticket.header.lifecycle
    data = event.data.opened if isinstance(event.data, Adopted) else event.data
    return data.lifecycle if isinstance(data, Opened) else None


def insert(
    setup: Configuration, log: EventLog, data: EventData, *, happened_at: datetime, at: datetime, actor: Actor
) -> Inserted:
    """See ``Desk.insert``."""
    before = case_of(setup, log)
    if to_us(happened_at) > to_us(at):
        raise InvalidValue("happened_at", happened_at.isoformat(), f"must not lie after at ({at.isoformat()})")
    if to_us(happened_at) < to_us(before.ticket.opened_at):
        opened = before.ticket.opened_at.isoformat()
        raise InvalidValue("happened_at", happened_at.isoformat(), f"must not lie before the opening ({opened})")
    early = too_early("insert into", before.id, before.recorded_at, at)
    if early:
        raise InvalidValue(
            "at", at.isoformat(), f"must not lie before {before.recorded_at.isoformat()}, the last record"
        )
    event = Event(before.id, log.version + 1, happened_at, at, actor, data)
    longer = log.extended((event,))
    after = case_of(setup, longer)
    word = notice(setup, after)
    told = () if word == notice(setup, before) else (word,)
    return Inserted(longer, after, event, differences(setup, before, after, at=at), told)


def case_of(setup: Configuration, events: Iterable[Event]) -> Case:
    """See ``Desk.case``."""
    state = replay(setup, events)
    if not isinstance(state, Case):
        raise InvalidValue("events", "floor", "must be of a case's stream")
    return state


def differences(setup: Configuration, before: Case, after: Case, *, at: datetime) -> tuple[Difference, ...]:
    """What two readings of one case disagree about at an instant: the ticket's facts and its clocks."""
    old, new = _readings(setup, before, at), _readings(setup, after, at)
    names = dict.fromkeys((*old, *new))
    return tuple(
        Difference(name, old.get(name, "none"), new.get(name, "none"))
        for name in names
        if old.get(name) != new.get(name)
    )


def _readings(setup: Configuration, case: Case, at: datetime) -> dict[str, str]:
    ticket, marks = case.ticket, case.ticket.marks
    found: dict[str, object] = {
        "status": ticket.status.name,
        "priority": ticket.priority,
        "assignee": ticket.assignee,
        "team": ticket.team,
        "desk": ticket.desk,
        "first_response_at": marks.first_response_at,
        "resolved_at": marks.resolved_at,
        "closed_at": marks.closed_at,
        "reopens": ticket.counters.reopens,
    }
    for clock in clocks(case.sla, setup.sla, at=at):
        name = f"{clock.metric} #{clock.number}"
        found |= {
            f"{name} state": clock.state,
            f"{name} consumed": clock.consumed,
            f"{name} due": clock.due,
            f"{name} breached": clock.breached_at,
        }
    return {name: value.isoformat() if isinstance(value, datetime) else str(value) for name, value in found.items()}


def migrate(
    setup: Configuration,
    case: Case,
    *,
    policy: str | None,
    matrix: str | None,
    renamed: Mapping[str, str],
    at: datetime,
    actor: Actor,
) -> Accepted | Refused:
    """See ``Desk.migrate``."""
    require_aware("at", at)
    refusals = list(too_early("migrate ticket", case.id, case.recorded_at, at))
    known = tuple(held.id for held in setup.book.policies)
    if policy is not None and policy not in known:
        message = f"cannot migrate ticket {case.id}: the book has no policy {policy!r}; accepted: {', '.join(known)}"
        refusals.append(Refusal("unknown_policy", message))
    matrices = tuple(held.reference for held in (setup.matrix, *setup.former) if held is not None)
    if matrix is not None and matrix not in matrices:
        message = f"cannot migrate ticket {case.id}: the desk has no matrix {matrix!r}; accepted: {', '.join(matrices)}"
        refusals.append(Refusal("unknown_matrix", message))
    if policy is None and matrix is None:
        message = f"cannot migrate ticket {case.id}: nothing is named; accepted: a policy, a matrix or both"
        refusals.append(Refusal("no_change", message))
    refusals += _renamed(setup, case, matrix, renamed)
    if refusals:
        return Refused(case.id, tuple(refusals))
    work = CaseWork(setup, case, at)
    work.catch_up()
    work.record(case.id, PolicyPinned(policy, matrix, renamed), actor, when=at)
    work.catch_up()
    return work.accepted()


def _renamed(setup: Configuration, case: Case, matrix: str | None, renamed: Mapping[str, str]) -> list[Refusal]:
    """What is wrong with new ids of rungs, between the matrix that the case is under and the one it goes to."""
    held = {one.reference: one for one in (setup.matrix, *setup.former) if one is not None}
    old, new = setup.matrix_for(case.ledger.pinned), held.get(matrix or "")
    if not renamed or old is None or (matrix is not None and new is None):
        return []
    if new is None:
        message = f"cannot migrate ticket {case.id}: rungs are renamed and no matrix is named; accepted: one with them"
        return [Refusal("unknown_matrix", message)]
    return [
        Refusal(problem.code, f"cannot migrate ticket {case.id}: {problem}")
        for problem in lint_renamed(old, new, renamed)
    ]
