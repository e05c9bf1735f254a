"""The answer to the command that opens a ticket.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from deskcore.log import EventData
from deskcore.tickets._ask import missing
from deskcore.tickets._moving import whole
from deskcore.tickets.commands import Open
from deskcore.tickets.commands_beside import AddLink
from deskcore.tickets.decided import Decided
from deskcore.tickets.events import Opened, PrioritySet
from deskcore.tickets.facts import FIELD_PREFIX
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.links import Link, inverse
from deskcore.tickets.moves import status_event
from deskcore.tickets.refusal import Refusal, among, refusal
from deskcore.tickets.related import NO_OTHERS, Others
from deskcore.tickets.status import Status


def open_ticket(lifecycle: Lifecycle, command: Open, others: Others = NO_OTHERS) -> Decided:
    """A new ticket in a status of creation, its priority computed where it can be."""
    command = _following(lifecycle, command, others)
    status = lifecycle.initial if command.status is None else lifecycle.find(command.status)
    refusals = tuple(_refusals(lifecycle, command, status))
    if refusals or status is None:
        return Decided(refusals=refusals)
    computed = lifecycle.computed(command.impact, command.urgency)
    wanted = command.priority or computed or lifecycle.default_priority
    events: tuple[EventData, ...] = (_opened(lifecycle, command, status, computed or wanted),)
    if computed is not None and wanted != computed:
        events += (PrioritySet(wanted, "manual", "set at opening"),)
    active = lifecycle.first("active")
    if lifecycle.start_on_assign and command.assignee is not None and status.phase == "new" and active is not None:
        events += (status_event(status, active),)
    then = tuple(AddLink(link.other, inverse(link.kind), command.ticket, back=False) for link in sorted(command.links))
    return Decided(events, then=then)


def _following(lifecycle: Lifecycle, command: Open, others: Others) -> Open:
    """What is opened to follow up a ticket is linked to it where that one is final; else it stands alone."""
    if command.follows_up is None:
        return command
    held = others.get(command.follows_up)
    if held is None or not _final(lifecycle, held.status):
        return attrs.evolve(command, follows_up=None)
    return attrs.evolve(command, links=command.links | {Link("follows_up", held.id)})


def _final(lifecycle: Lifecycle, status: Status) -> bool:
    if any(seal.status == status.name for seal in lifecycle.seals):
        return True
    return not lifecycle.seals and status.phase in {"closed", "cancelled"}


def _opened(lifecycle: Lifecycle, command: Open, status: Status, priority: str | None) -> Opened:
    return Opened(
        command.subject,
        command.requester,
        status,
        lifecycle.name,
        command.kind,
        command.channel,
        priority,
        command.impact,
        command.urgency,
        command.category,
        command.service,
        command.queue,
        command.team,
        command.desk,
        command.assignee,
        command.skills,
        command.tags,
        command.fields,
        until=whole(lifecycle, command.until),
        cc=command.cc,
        watchers=command.watchers,
        links=command.links,
        effort=command.effort,
        started_at=command.started_at,
    )


def _refusals(lifecycle: Lifecycle, command: Open, status: Status | None) -> Iterator[Refusal]:
    ticket, name = command.ticket, command.status
    if status is None:
        held = f"lifecycle {lifecycle.name} has no status {name!r}"
        yield refusal("unknown_status", "open", ticket, held, among(lifecycle.creatable), status=str(name))
    elif status.name not in lifecycle.creatable:
        held = f"nothing is opened as {status.name}"
        yield refusal("forbidden_on_create", "open", ticket, held, among(lifecycle.creatable), status=status.name)
    else:
        yield from _missing(lifecycle, command, status)
    for spec in lifecycle.fields:
        if spec.required == "opening" and command.fields.get(spec.name) is None:
            yield missing(FIELD_PREFIX + spec.name, "open", ticket)
    yield from kind_refusals(lifecycle, command.kind, "open", ticket)
    yield from priority_refusals(lifecycle, command.priority, "open", ticket)
    yield from range_refusals(lifecycle, command.impact, command.urgency, "open", ticket)


def _missing(lifecycle: Lifecycle, command: Open, status: Status) -> Iterator[Refusal]:
    for entry in lifecycle.entries:
        if entry.status == status.name and entry.reason is None:
            for need in entry.needs:
                if not _there(need, command):
                    yield missing(need, "open", command.ticket)


def _there(need: str, command: Open) -> bool:
    if need.startswith(FIELD_PREFIX):
        return command.fields.get(need.removeprefix(FIELD_PREFIX)) is not None
    return getattr(command, need, None) is not None


def kind_refusals(lifecycle: Lifecycle, kind: str, verb: str, ticket: str) -> Iterator[Refusal]:
    """Whether the lifecycle knows a kind of ticket."""
    if kind not in lifecycle.kinds:
        held = f"lifecycle {lifecycle.name} has no kind {kind!r}"
        yield refusal("unknown_kind", verb, ticket, held, among(lifecycle.kinds), kind=kind)


def priority_refusals(lifecycle: Lifecycle, priority: str | None, verb: str, ticket: str) -> Iterator[Refusal]:
    """Whether the lifecycle knows a priority; one without priorities takes any."""
    if priority is not None and lifecycle.priorities and priority not in lifecycle.priorities:
        held = f"lifecycle {lifecycle.name} has no priority {priority!r}"
        yield refusal("unknown_priority", verb, ticket, held, among(lifecycle.priorities), priority=priority)


def range_refusals(
    lifecycle: Lifecycle, impact: int | None, urgency: int | None, verb: str, ticket: str
) -> Iterator[Refusal]:
    """Whether impact and urgency lie in the lifecycle's table; one without a table takes any."""
    table = lifecycle.matrix
    if table is not None and not table.covers(impact, urgency):
        held = f"impact {impact} and urgency {urgency} do not lie in its table"
        accepted = f"impact 1 to {table.impacts}, urgency 1 to {table.urgencies}"
        yield refusal("out_of_range", verb, ticket, held, accepted, impact=str(impact), urgency=str(urgency))
