"""What every answer to a command looks at, and the checks that several commands share.

Layer: tickets.
"""

from __future__ import annotations

from datetime import datetime
from typing import final

from deskcore._value import to_us
from deskcore.log import Actor
from deskcore.predicate import ALWAYS
from deskcore.tickets._clock import Calendars, due_us
from deskcore.tickets.commands import Command
from deskcore.tickets.facts import FIELD_PREFIX, facts
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.refusal import Refusal, among, refusal
from deskcore.tickets.status import Status
from deskcore.tickets.ticket import Ticket
from deskcore.tickets.transition import Transition

_UNBOUND = frozenset({"admin", "system"})
_DONE = frozenset({"resolved", "closed", "cancelled"})


@final
class Ask:
    """One command's circumstances: the lifecycle, the ticket as it is, who asks and when."""

    __slots__ = ("actor", "at", "calendars", "lifecycle", "ticket")

    def __init__(self, lifecycle: Lifecycle, ticket: Ticket, at: datetime, actor: Actor, calendars: Calendars) -> None:
        self.lifecycle = lifecycle
        self.ticket = ticket
        self.at = at
        self.actor = actor
        self.calendars = calendars


@final
class Given:
    """What comes along with a move: reason, until, code, and whether a message does."""

    __slots__ = ("code", "message", "reason", "until")

    def __init__(
        self, reason: str = "", until: datetime | None = None, code: str | None = None, *, message: bool = False
    ) -> None:
        self.reason = reason
        self.until = until
        self.code = code
        self.message = message


def move_refusals(ask: Ask, target: Status, verb: str, given: Given) -> tuple[Refusal, ...]:
    """Every reason why a person may not take the ticket to ``target`` now. Empty: they may."""
    lifecycle, ticket = ask.lifecycle, ask.ticket
    source = ticket.status
    if source.name == target.name:
        held = f"it already is {target.name}"
        return (refusal("no_change", verb, ticket.id, held, _ways(ask), status=target.name),)
    row = lifecycle.transition(source.name, target.name)
    if row is None:
        held = f"it is {source.name}, and nothing allows {source.name} -> {target.name}"
        ways = _ways(ask)
        return (refusal("forbidden_transition", verb, ticket.id, held, ways, source=source.name, target=target.name),)
    found: tuple[Refusal, ...] = ()
    if row.permission is not None or row.roles:
        found += _permission(ask, row, verb)
    if row.needs or lifecycle.entries:
        found += _missing(ask, row, target, verb, given)
    if given.until is not None and to_us(given.until) <= to_us(ask.at):
        found += (refusal("until_passed", verb, ticket.id, f"{given.until.isoformat()} is past", "a later instant"),)
    if row.guard is not ALWAYS:
        found += _guard(ask, row, verb)
    if source.phase in _DONE and target.is_open and not in_window(ask) and not _late_is_fine(ask.actor):
        window = lifecycle.reopen_window
        held = f"it was done more than {window} ago"
        found += (refusal("reopen_window_over", verb, ticket.id, held, "a new ticket", window=str(window)),)
    return found


def in_window(ask: Ask) -> bool:
    """Whether the ticket may still be reopened by anybody; exactly at the window's end it still may."""
    window, marks = ask.lifecycle.reopen_window, ask.ticket.marks
    if window is None:
        return True
    done = marks.done_at or marks.status_since
    return to_us(ask.at) <= due_us(to_us(done), window, ask.lifecycle.reopen_calendar, ask.calendars)


def final_refusal(ask: Ask, command: Command) -> tuple[Refusal, ...]:
    """A closed or cancelled ticket takes only the commands that its lifecycle lists."""
    phase, type_ = ask.ticket.status.phase, command.TYPE
    if phase not in {"closed", "cancelled"} or type_ in ask.lifecycle.final_accepts:
        return ()
    accepted = among(("post", *sorted(ask.lifecycle.final_accepts)))
    held = f"it is {ask.ticket.status.name}"
    return (refusal("final_state", f"run {type_} on", command.ticket, held, accepted, command=type_),)


def missing(need: str, verb: str, ticket: str) -> Refusal:
    """Something has to be there that is not."""
    return refusal("missing_field", verb, ticket, f"{need} is missing", f"the same with {need}", needs=(need,))


def _late_is_fine(actor: Actor) -> bool:
    """The window binds those who ask for help; staff may come later, and the event says that it was late."""
    return actor.is_staff or actor.role == "system"


def _permission(ask: Ask, row: Transition, verb: str) -> tuple[Refusal, ...]:
    actor, ticket = ask.actor, ask.ticket.id
    if row.permission is not None and not actor.may(row.permission):
        held = f"{actor.id} lacks the permission {row.permission}"
        accepted = f"somebody with {row.permission}"
        return (refusal("permission", verb, ticket, held, accepted, permission=row.permission),)
    if row.roles and actor.role not in row.roles and actor.role not in _UNBOUND:
        roles = ", ".join(sorted(row.roles))
        return (refusal("permission", verb, ticket, f"{actor.id} is {actor.role}", roles, roles=roles),)
    return ()


def _missing(ask: Ask, row: Transition, target: Status, verb: str, given: Given) -> tuple[Refusal, ...]:
    needs = list(row.needs)
    for entry in ask.lifecycle.entries:
        if entry.status == target.name and entry.reason in {None, given.reason}:
            needs.extend(need for need in entry.needs if need not in needs)
    return tuple(missing(need, verb, ask.ticket.id) for need in needs if not _there(need, ask.ticket, given))


def _there(need: str, ticket: Ticket, given: Given) -> bool:
    if need == "message":
        return given.message
    if need == "reason":
        return bool(given.reason)
    if need == "until":
        return given.until is not None
    if need == "code":
        return given.code is not None
    if need.startswith(FIELD_PREFIX):
        return ticket.fields.get(need.removeprefix(FIELD_PREFIX)) is not None
    return facts(ticket).get(need) is not None


def _guard(ask: Ask, row: Transition, verb: str) -> tuple[Refusal, ...]:
    verdict = row.guard.explain(facts(ask.ticket))
    if verdict:
        return ()
    return (refusal("guard", verb, ask.ticket.id, verdict.explain(), str(row.guard), guard=str(row.guard)),)


def _ways(ask: Ask) -> str:
    """What the table allows from here, for the end of a sentence."""
    source = ask.ticket.status.name
    names = ask.lifecycle.status_names
    return among(name for name in names if name != source and ask.lifecycle.transition(source, name) is not None)
