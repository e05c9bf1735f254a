"""The answer to a command: events or refusals, never both, and all refusals at once.

Pure: nothing happens until the events are stored and folded. Not here: catch-up with the clock (``timers``), and
whatever other rooms make of the ticket.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

from deskcore.log import Actor
from deskcore.tickets import _moving, _posting, _tending
from deskcore.tickets import commands as do
from deskcore.tickets._ask import Ask
from deskcore.tickets._clock import NO_CALENDARS, Calendars
from deskcore.tickets._opening import open_ticket
from deskcore.tickets.decided import Decided
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.refusal import Refusal, refusal
from deskcore.tickets.ticket import Ticket

# Any: each answer takes its own kind of command, which a mapping by type cannot say.
_Answers: TypeAlias = Mapping[type[do.Command], Callable[[Ask, Any], Decided]]


def _by_type(answers: _Answers) -> _Answers:
    """The same mapping; a checker that looks through a literal forgets the ``Any``."""
    return answers


_ANSWERS: Final = _by_type(
    {
        do.Post: _posting.post,
        do.Move: _moving.move,
        do.Start: _moving.start,
        do.Hold: _moving.hold,
        do.Resume: _moving.resume,
        do.Resolve: _moving.resolve,
        do.Close: _moving.close,
        do.Reopen: _moving.reopen,
        do.Cancel: _moving.cancel,
        do.Assign: _tending.assign,
        do.Unassign: _tending.unassign,
        do.Transfer: _tending.transfer,
        do.Classify: _tending.classify,
        do.SetImpactUrgency: _tending.set_impact_urgency,
        do.SetPriority: _tending.set_priority,
        do.SetField: _tending.set_field,
        do.AddTag: _tending.add_tag,
        do.RemoveTag: _tending.remove_tag,
        do.ChangeParty: _tending.change_party,
        do.Tick: _tending.tick,
    }
)


def decide(
    lifecycle: Lifecycle,
    ticket: Ticket | None,
    command: do.Command,
    *,
    at: datetime,
    actor: Actor,
    calendars: Calendars = NO_CALENDARS,
) -> Decided:
    """What a lifecycle makes of a command on a ticket (``None``: not yet opened).

    Args:
        lifecycle: the rules.
        ticket: the ticket as it is at ``at``, timers due before included.
        command: what is asked.
        at: the instant of the command. Aware; not before the ticket's last ``recorded_at``, which the caller sees to.
        actor: who asks.
        calendars: by name, for windows that count open time.

    Returns:
        The events in their order, each true at ``at``; or every refusal, and nothing changes.

    Raises:
        UnknownName: a window counts open time on a calendar that is not among ``calendars``.

    >>> from datetime import UTC
    >>> from deskcore.presets import simple_lifecycle
    >>> from deskcore.tickets.commands import Open, Resolve
    >>> noon, ann = datetime(2026, 5, 22, 12, tzinfo=UTC), Actor.requester("ann")
    >>> decide(simple_lifecycle(), None, Open("T-1", subject="VPN", requester="ann"), at=noon, actor=ann).explain()
    'opened'
    >>> print(decide(simple_lifecycle(), None, Resolve("T-1"), at=noon, actor=ann).explain())
    cannot resolve T-1: there is no such ticket; accepted: open
    """
    if ticket is None or ticket.id != command.ticket:
        return _without_ticket(lifecycle, ticket, command, actor)
    answer = _ANSWERS.get(type(command))
    if answer is None:
        return _unanswered(ticket, command)
    decided = answer(Ask(lifecycle, ticket, at, actor, calendars), command)
    return _permitted(lifecycle, command, actor, decided) if lifecycle.permissions else decided


def refusals(
    lifecycle: Lifecycle,
    ticket: Ticket | None,
    command: do.Command,
    *,
    at: datetime,
    actor: Actor,
    calendars: Calendars = NO_CALENDARS,
) -> tuple[Refusal, ...]:
    """The dry run: every reason why ``decide`` would refuse. Empty exactly when it accepts.

    >>> from datetime import UTC
    >>> from deskcore.presets import simple_lifecycle
    >>> from deskcore.tickets.commands import Close
    >>> noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> [refusal.code for refusal in refusals(simple_lifecycle(), None, Close("T-1"), at=noon, actor=Actor.agent("bo"))]
    ['unknown_ticket']
    """
    return decide(lifecycle, ticket, command, at=at, actor=actor, calendars=calendars).refusals


def _without_ticket(lifecycle: Lifecycle, ticket: Ticket | None, command: do.Command, actor: Actor) -> Decided:
    if ticket is not None:
        held = f"the ticket at hand is {ticket.id}"
        return Decided(refusals=(refusal("unknown_ticket", command.TYPE, command.ticket, held, "its own ticket"),))
    if not isinstance(command, do.Open):
        held = "there is no such ticket"
        return Decided(refusals=(refusal("unknown_ticket", command.TYPE, command.ticket, held, "open"),))
    return _permitted(lifecycle, command, actor, open_ticket(lifecycle, command))


def _unanswered(ticket: Ticket, command: do.Command) -> Decided:
    if isinstance(command, do.Open):
        held = f"it has been open since {ticket.opened_at.isoformat()}"
        return Decided(refusals=(refusal("already_open", "open", ticket.id, held, "an id of its own"),))
    held = f"this room knows no command {command.TYPE or type(command).__name__!r}"
    accepted = ", ".join(kind.TYPE for kind in _ANSWERS)
    return Decided(refusals=(refusal("unknown_command", "run a command on", ticket.id, held, accepted),))


def _permitted(lifecycle: Lifecycle, command: do.Command, actor: Actor, decided: Decided) -> Decided:
    """Add the refusal of somebody who may not give such commands at all."""
    needed = lifecycle.permissions.get(command.TYPE)
    if needed is None or actor.may(needed):
        return decided
    held = f"{actor.id} lacks the permission {needed}"
    lacking = refusal("permission", command.TYPE, command.ticket, held, f"somebody with {needed}", permission=needed)
    return Decided(refusals=(lacking, *decided.refusals))
