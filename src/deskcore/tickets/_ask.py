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
from deskcore.tickets.commands import Command, SetField
from deskcore.tickets.facts import FIELD_PREFIX, facts
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.membership import NO_TEAMS, Teams
from deskcore.tickets.refusal import Refusal, among, refusal
from deskcore.tickets.related import NO_OTHERS, Others, open_dependencies
from deskcore.tickets.seal import Seal
from deskcore.tickets.status import Status
from deskcore.tickets.ticket import Ticket
from deskcore.tickets.transition import Transition

_UNBOUND = frozenset({"admin", "system"})
_DONE = frozenset({"resolved", "closed", "cancelled"})


@final
class Ask:
    """One command's circumstances: the lifecycle, the ticket as it is, who asks and when, and what else is known."""

    __slots__ = ("actor", "at", "calendars", "lifecycle", "others", "teams", "ticket")

    def __init__(
        self,
        lifecycle: Lifecycle,
        ticket: Ticket,
        at: datetime,
        actor: Actor,
        calendars: Calendars,
        others: Others = NO_OTHERS,
        teams: Teams = NO_TEAMS,
    ) -> None:
        self.others = others
        self.teams = teams
        self.lifecycle = lifecycle
        self.ticket = ticket
        self.at = at
        self.actor = actor
        self.calendars = calendars


@final
class Given:
    """What comes along with a move: reason, until, code, and whether a message does."""

    __slots__ = ("code", "comment", "force", "message", "reason", "until")

    def __init__(
        self,
        reason: str = "",
        until: datetime | None = None,
        code: str | None = None,
        *,
        message: bool = False,
        comment: bool = False,
        force: bool = False,
    ) -> None:
        self.comment = comment or message
        self.force = force
        self.reason = reason
        self.until = until
        self.code = code
        self.message = message


def move_refusals(ask: Ask, target: Status, verb: str, given: Given) -> tuple[Refusal, ...]:
    """Every reason why a person may not take the ticket to ``target`` now. Empty: they may."""
    lifecycle, ticket = ask.lifecycle, ask.ticket
    source = ticket.status
    seal = lifecycle.seal(source.name, ask.actor.role)
    if seal is not None:
        return (sealed(ask, seal, verb),)
    if source.name == target.name and waits_anew(ask, given):
        given.reason = given.reason or (ticket.hold.reason if ticket.hold else "")  # a wait put off keeps its reason
        same = lifecycle.transition(source.name, target.name) or Transition(source.name, target.name)
        lacking = _missing(ask, same, target, verb, given) if ask.actor.role != "system" else ()
        return (*_permission(ask, same, verb), *lacking, *_late(ask, given, verb))
    if source.name == target.name:
        held = f"it already is {target.name}"
        return (refusal("no_change", verb, ticket.id, held, _ways(ask), status=target.name),)
    row = lifecycle.transition(source.name, target.name)
    if row is None:
        held = f"it is {source.name}, and nothing allows {source.name} -> {target.name}"
        ways = _ways(ask)
        return (refusal("forbidden_transition", verb, ticket.id, held, ways, source=source.name, target=target.name),)
    found: tuple[Refusal, ...] = ()
    if row.permission is not None or row.roles or row.any_of:
        found += _permission(ask, row, verb)
    if (row.needs or lifecycle.entries or lifecycle.fields) and ask.actor.role != "system":
        found += _missing(ask, row, target, verb, given)
    found += _late(ask, given, verb)
    if row.guard is not ALWAYS:
        found += _guard(ask, row, verb)
    if lifecycle.dependencies != "ignored" and source.is_open and not target.is_open:
        found += _dependencies(ask, verb, given)
    if source.phase in _DONE and target.is_open and not in_window(ask) and not _late_is_fine(ask.actor):
        window = lifecycle.reopen_window
        held = f"it was done more than {window} ago"
        found += (refusal("reopen_window_over", verb, ticket.id, held, "a new ticket", window=str(window)),)
    return found


def waits_anew(ask: Ask, given: Given) -> bool:
    """Whether a ticket that waits is to wait in the same status for another reason, or until another instant."""
    hold = ask.ticket.hold
    if hold is None or not (given.reason or given.until):
        return False
    return (given.reason or hold.reason, given.until) != (hold.reason, hold.until)


def _late(ask: Ask, given: Given, verb: str) -> tuple[Refusal, ...]:
    if given.until is None or to_us(given.until) > to_us(ask.at):
        return ()
    held = f"{given.until.isoformat()} is past"
    return (refusal("until_passed", verb, ask.ticket.id, held, "a later instant"),)


def in_window(ask: Ask) -> bool:
    """Whether the ticket may still be reopened by anybody; exactly at the window's end it still may."""
    window, marks = ask.lifecycle.reopen_window, ask.ticket.marks
    if window is None:
        return True
    done = marks.done_at or marks.status_since
    return to_us(ask.at) <= due_us(to_us(done), window, ask.lifecycle.reopen_calendar, ask.calendars)


def final_refusal(ask: Ask, command: Command) -> tuple[Refusal, ...]:
    """A closed or cancelled ticket takes only what its lifecycle lists; a sealed one, what its seal does."""
    phase, type_ = ask.ticket.status.phase, command.TYPE
    seal = ask.lifecycle.seal(ask.ticket.status.name, ask.actor.role)
    if seal is not None:
        taken = type_ in seal.accepts or (isinstance(command, SetField) and command.name in seal.fields)
        return () if taken else (sealed(ask, seal, f"run {type_} on"),)
    if phase not in {"closed", "cancelled"} or type_ in ask.lifecycle.final_accepts:
        return ()
    accepted = among(("post", *sorted(ask.lifecycle.final_accepts)))
    held = f"it is {ask.ticket.status.name}"
    return (refusal("final_state", f"run {type_} on", command.ticket, held, accepted, command=type_),)


def sealed(ask: Ask, seal: Seal, verb: str) -> Refusal:
    """The ticket's status is final, for everybody or for the actor's role."""
    id_, status = ask.ticket.id, ask.ticket.status.name
    accepted = among(("post", *sorted(seal.accepts))) if not seal.roles else "somebody else"
    if seal.roles:
        held = f"it is {status}, which is final for {ask.actor.role}s"
        return refusal("final_for_role", verb, id_, held, accepted, role=ask.actor.role)
    return refusal("final_state", verb, id_, f"it is {status}, which is final", accepted, status=status)


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
    if row.any_of and not any(actor.may(word) for word in row.any_of):
        words = ", ".join(row.any_of)
        held = f"{actor.id} has no permission of {words}"
        return (refusal("permission", verb, ticket, held, f"somebody with one of {words}", any_of=words),)
    if row.roles and actor.role not in row.roles and actor.role not in _UNBOUND:
        roles = ", ".join(sorted(row.roles))
        return (refusal("permission", verb, ticket, f"{actor.id} is {actor.role}", roles, roles=roles),)
    return ()


def _missing(ask: Ask, row: Transition, target: Status, verb: str, given: Given) -> tuple[Refusal, ...]:
    needs = list(row.needs)
    for entry in ask.lifecycle.entries:
        if entry.status == target.name and entry.reason in {None, given.reason}:
            filled = entry.fill_assignee and ask.actor.is_staff
            needs.extend(need for need in entry.needs if need not in needs and not (filled and need == "assignee"))
    if target.phase in {"resolved", "closed"} and ask.ticket.status.is_open:
        needs += [FIELD_PREFIX + spec.name for spec in ask.lifecycle.fields if spec.required == "solving"]
    return tuple(
        missing(need, verb, ask.ticket.id) for need in dict.fromkeys(needs) if not _there(need, ask.ticket, given)
    )


def _there(need: str, ticket: Ticket, given: Given) -> bool:
    if need == "message":
        return given.message
    if need == "comment":
        return given.comment
    if need == "reason":
        return bool(given.reason)
    if need == "until":
        return given.until is not None
    if need == "code":
        return given.code is not None
    if need.startswith(FIELD_PREFIX):
        return ticket.fields.get(need.removeprefix(FIELD_PREFIX)) is not None
    return facts(ticket).get(need) is not None


def filler(ask: Ask, target: Status, given: Given) -> str | None:
    """Who becomes the assignee because the status entered needs one; ``None``: nobody."""
    if ask.ticket.place.assignee is not None or not ask.actor.is_staff:
        return None
    for entry in ask.lifecycle.entries:
        if entry.fill_assignee and entry.status == target.name and entry.reason in {None, given.reason}:
            return ask.actor.id
    return None


def _dependencies(ask: Ask, verb: str, given: Given) -> tuple[Refusal, ...]:
    if given.force and ask.lifecycle.dependencies == "overridable":
        return ()
    left = open_dependencies(ask.ticket, ask.others)
    if not left:
        return ()
    held, names = f"it depends on {', '.join(left)}", ", ".join(left)
    return (refusal("open_dependency", verb, ask.ticket.id, held, "the same once they are done", tickets=names),)


def _guard(ask: Ask, row: Transition, verb: str) -> tuple[Refusal, ...]:
    verdict = row.guard.explain(facts(ask.ticket))
    if verdict:
        return ()
    return (refusal("guard", verb, ask.ticket.id, verdict.explain(), str(row.guard), guard=str(row.guard)),)


def _ways(ask: Ask) -> str:
    """What the table allows from here, for the end of a sentence."""
    return among(ask.lifecycle.targets(ask.ticket.status.name, ask.actor.role))
