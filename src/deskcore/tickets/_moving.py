"""Answers to the commands that change a status: by name, or by what is meant.

Layer: tickets.
"""

from __future__ import annotations

from datetime import datetime

from deskcore.log import EventData
from deskcore.tickets._ask import Ask, Given, filler, in_window, move_refusals
from deskcore.tickets.commands import Cancel, Close, Hold, Move, Reopen, Resolve, Resume, Start
from deskcore.tickets.decided import Decided
from deskcore.tickets.events import Assigned
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.moves import status_event
from deskcore.tickets.refusal import Refusal, among, refusal
from deskcore.tickets.status import Phase, Status


def move(ask: Ask, command: Move) -> Decided:
    """To a status by its name."""
    verb = f"move to {command.to}"
    target = ask.lifecycle.find(command.to)
    if target is None:
        return Decided(refusals=(unknown_status(ask, command.to, verb),))
    return _moved(ask, target, verb, Given(command.reason, command.until, command.code, force=command.force))


def start(ask: Ask, command: Start) -> Decided:
    """From new to the first active status."""
    del command
    return _toward(ask, "active", "start", Given(), ("new",))


def hold(ask: Ask, command: Hold) -> Decided:
    """To the waiting status kept for the reason."""
    target = ask.lifecycle.hold_status(command.reason)
    if target is None:
        held = f"no waiting status is kept for {command.reason!r}"
        reasons = among(ask.lifecycle.hold_reasons)
        return Decided(
            refusals=(refusal("unknown_reason", "hold", ask.ticket.id, held, reasons, reason=command.reason),)
        )
    return _moved(ask, target, "hold", Given(command.reason, command.until))


def resume(ask: Ask, command: Resume) -> Decided:
    """From waiting to the first active status."""
    del command
    return _toward(ask, "active", "resume", Given(), ("waiting",))


def resolve(ask: Ask, command: Resolve) -> Decided:
    """To the first resolved status."""
    return _toward(ask, "resolved", "resolve", Given(code=command.code), ("new", "active", "waiting", "resolved"))


def close(ask: Ask, command: Close) -> Decided:
    """To the first closed status."""
    del command
    return _toward(ask, "closed", "close", Given(), ("new", "active", "waiting", "resolved", "closed"))


def reopen(ask: Ask, command: Reopen) -> Decided:
    """From resolved, closed or cancelled to the first active status, or to the first new one where none is active."""
    del command
    phase: Phase = "active" if ask.lifecycle.first("active") is not None else "new"
    return _toward(ask, phase, "reopen", Given(), ("resolved", "closed", "cancelled"))


def cancel(ask: Ask, command: Cancel) -> Decided:
    """To the first cancelled status."""
    everywhere: tuple[Phase, ...] = ("new", "active", "waiting", "resolved", "closed", "cancelled")
    return _toward(ask, "cancelled", "cancel", Given(command.why), everywhere)


def change(ask: Ask, target: Status, given: Given) -> EventData:
    """The event for a change of status that somebody asked for or that a message brought about."""
    ticket, role = ask.ticket, ask.actor.role
    return status_event(
        ticket.status,
        target,
        reason=given.reason,
        until=whole(ask.lifecycle, given.until),
        code=given.code,
        first_contact=target.phase == "resolved" and _first_contact(ask),
        by="requester" if role == "requester" else "agent",
        role=role,
        within_window=ticket.status.is_open or not target.is_open or in_window(ask),
    )


def whole(lifecycle: Lifecycle, until: datetime | None) -> datetime | None:
    """The end of a wait, without its seconds where the lifecycle drops them."""
    if until is None or not lifecycle.whole_minutes:
        return until
    return until.replace(second=0, microsecond=0)


def unknown_status(ask: Ask, name: str, verb: str) -> Refusal:
    """A status that the lifecycle does not have was named."""
    held = f"lifecycle {ask.lifecycle.name} has no status {name!r}"
    return refusal("unknown_status", verb, ask.ticket.id, held, among(ask.lifecycle.status_names), status=name)


def _toward(ask: Ask, phase: Phase, verb: str, given: Given, sources: tuple[Phase, ...]) -> Decided:
    """To the first status of a phase that the table allows from here."""
    lifecycle, ticket = ask.lifecycle, ask.ticket
    if ticket.status.phase not in sources:
        held = f"it is {ticket.status.name}, which is {ticket.status.phase}"
        accepted = f"a ticket that is {' or '.join(sources)}"
        return Decided(refusals=(refusal("wrong_phase", verb, ticket.id, held, accepted, phase=ticket.status.phase),))
    target = lifecycle.first(phase)
    if target is None:
        held = f"lifecycle {lifecycle.name} has no {phase} status"
        return Decided(refusals=(refusal("unknown_status", verb, ticket.id, held, among(lifecycle.status_names)),))
    source = ticket.status.name
    if source == target.name or lifecycle.transition(source, target.name) is None:
        target = next(
            (
                status
                for status in lifecycle.statuses
                if status.phase == phase and status.name != source and lifecycle.transition(source, status.name)
            ),
            target,
        )
    return _moved(ask, target, verb, given)


def _moved(ask: Ask, target: Status, verb: str, given: Given) -> Decided:
    refusals = move_refusals(ask, target, verb, given)
    if refusals:
        return Decided((), refusals)
    return Decided((*filled(ask, target, given), change(ask, target, given)))


def filled(ask: Ask, target: Status, given: Given) -> tuple[EventData, ...]:
    """The assignment of the actor, where the status entered needs an assignee and fills it in."""
    if not ask.lifecycle.entries:
        return ()
    person, place = filler(ask, target, given), ask.ticket.place
    return () if person is None else (Assigned(person, place.team, place.desk),)


def _first_contact(ask: Ask) -> bool:
    """Whether no public message by staff came before the solution, its own aside."""
    counters, marks = ask.ticket.counters, ask.ticket.marks
    own = counters.replies == 1 and marks.last_reply_at == ask.at
    return counters.reopens == 0 and (counters.replies == 0 or own)
