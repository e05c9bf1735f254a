"""Whether a lifecycle would have allowed what an import says happened.

Not here: what to do about it. A desk folds the event anyway and reports what this says.

Layer: tickets.
"""

from __future__ import annotations

from deskcore.log import Event
from deskcore.tickets.events import Adopted, Opened, PrioritySet, StatusChange
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.refusal import Refusal, among, refusal
from deskcore.tickets.ticket import Ticket


def violations(lifecycle: Lifecycle, ticket: Ticket | None, event: Event) -> tuple[Refusal, ...]:
    """What the lifecycle has against an event that happened elsewhere; empty when nothing.

    Asked of a status change: are both statuses its own, and does its table, a reply rule or a timer lead from the one
    to the other. Permissions, needs and guards are not asked: the log does not say what people held at the time. A
    repeated entry of the same status is no move. Events of other rooms violate nothing.

    >>> from deskcore.presets import simple_lifecycle
    >>> from deskcore.testing.tickets import opening
    >>> violations(simple_lifecycle(), None, opening("T-1"))
    ()
    """
    data = event.data
    if isinstance(data, StatusChange):
        return _change(lifecycle, ticket, event, data)
    if isinstance(data, Opened | Adopted):
        return _birth(lifecycle, ticket, event, data)
    if ticket is None:
        return (refusal("unknown_ticket", f"record {event.type} on", event.stream, "it was never opened", "opened"),)
    if isinstance(data, PrioritySet) and not _knows(lifecycle, data.priority):
        held = f"lifecycle {lifecycle.name} has no priority {data.priority!r}"
        return (refusal("unknown_priority", "record priority_set on", event.stream, held, among(lifecycle.priorities)),)
    return ()


def _change(lifecycle: Lifecycle, ticket: Ticket | None, event: Event, data: StatusChange) -> tuple[Refusal, ...]:
    verb, id_ = f"record {event.type} on", event.stream
    if ticket is None:
        return (refusal("unknown_ticket", verb, id_, "it was never opened", "opened"),)
    source, target = ticket.status, data.status
    unknown = tuple(
        refusal(
            "unknown_status",
            verb,
            id_,
            f"lifecycle {lifecycle.name} has no status {status.name!r}",
            among(lifecycle.status_names),
            status=status.name,
        )
        for status in (source, target)
        if lifecycle.find(status.name) is None
    )
    if unknown or source.name == target.name or lifecycle.leads(source.name, target.name):
        return unknown
    held = f"nothing allows {source.name} -> {target.name}"
    accepted = among(status.name for status in lifecycle.statuses if lifecycle.leads(source.name, status.name))
    return (refusal("forbidden_transition", verb, id_, held, accepted, source=source.name, target=target.name),)


def _birth(lifecycle: Lifecycle, ticket: Ticket | None, event: Event, data: Opened | Adopted) -> tuple[Refusal, ...]:
    verb, id_ = f"record {event.type} on", event.stream
    if ticket is not None:
        return (refusal("already_open", verb, id_, "it is open already", "an id of its own"),)
    opened = data.opened if isinstance(data, Adopted) else data
    found: tuple[Refusal, ...] = ()
    name = opened.status.name
    if lifecycle.find(name) is None:
        held = f"lifecycle {lifecycle.name} has no status {name!r}"
        found += (refusal("unknown_status", verb, id_, held, among(lifecycle.status_names), status=name),)
    elif isinstance(data, Opened) and name not in lifecycle.creatable:
        held = f"nothing is opened as {name}"
        found += (refusal("forbidden_on_create", verb, id_, held, among(lifecycle.creatable), status=name),)
    if not _knows(lifecycle, opened.priority):
        held = f"lifecycle {lifecycle.name} has no priority {opened.priority!r}"
        found += (refusal("unknown_priority", verb, id_, held, among(lifecycle.priorities)),)
    return found


def _knows(lifecycle: Lifecycle, priority: str | None) -> bool:
    return priority is None or not lifecycle.priorities or priority in lifecycle.priorities
