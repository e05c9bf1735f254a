"""The answer to a command: events or refusals, never both, and all refusals at once.

Pure: nothing happens until the events are stored and folded. Not here: catch-up with the clock (``timers``), and
whatever other rooms make of the ticket.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeAlias

import attrs

from deskcore.log import Actor
from deskcore.tickets import _beside, _linking, _merging, _moving, _posting, _tending
from deskcore.tickets import commands as do
from deskcore.tickets._ask import Ask
from deskcore.tickets._clock import NO_CALENDARS, Calendars
from deskcore.tickets._opening import open_ticket
from deskcore.tickets._plain import plain_move
from deskcore.tickets._sizes import too_much
from deskcore.tickets.decided import Decided
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.membership import NO_TEAMS, Teams
from deskcore.tickets.refusal import Refusal, refusal
from deskcore.tickets.related import NO_OTHERS, Others, consequences
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
        do.ReviewAssignee: _tending.review_assignee,
        do.Act: _beside.act,
        do.SetSubject: _beside.set_subject,
        do.Watch: _beside.watch,
        do.Unwatch: _beside.unwatch,
        do.ProposeSolution: _beside.propose_solution,
        do.AcceptSolution: _beside.accept_solution,
        do.RejectSolution: _beside.reject_solution,
        do.PlanWork: _beside.plan_work,
        do.LogTime: _beside.log_time,
        do.LinkArticle: _beside.link_article,
        do.SendSurvey: _beside.send_survey,
        do.Rate: _beside.rate,
        do.Mute: _beside.mute,
        do.Redact: _beside.redact,
        do.EraseSubject: _beside.erase_subject,
        do.AddLink: _linking.add_link,
        do.RemoveLink: _linking.remove_link,
        do.Follow: _linking.follow,
        do.Merge: _merging.merge,
        do.ReceiveMerge: _merging.receive_merge,
        do.UndoMerge: _merging.undo_merge,
        do.ReturnMerge: _merging.return_merge,
        do.Split: _merging.split,
        do.ReceiveSplit: _merging.receive_split,
        do.Copy: _merging.copy,
        do.FollowUp: _merging.follow_up,
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
    others: Others = NO_OTHERS,
    teams: Teams = NO_TEAMS,
) -> Decided:
    """What a lifecycle makes of a command on a ticket (``None``: not yet opened).

    Args:
        lifecycle: the rules.
        ticket: the ticket as it is at ``at``, timers due before included.
        command: what is asked.
        at: the instant of the command. Aware; not before the ticket's last ``recorded_at``, which the caller sees to.
        actor: who asks.
        calendars: by name, for windows that count open time.
        others: what is known of other tickets, by id: the target of a merge, those that this one depends on.
        teams: the members of teams, for lifecycles that ask who belongs to the ticket's.

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
    if at.tzinfo is None:
        return Decided(refusals=naive_time(command.TYPE, command.ticket, at))
    if ticket is None or ticket.id != command.ticket:
        return _without_ticket(lifecycle, ticket, command, actor, others)
    answer = _ANSWERS.get(type(command))
    if answer is None:
        return _unanswered(ticket, command)
    if ticket.annex.merged is not None and lifecycle.merging.seals:
        away = _merged_away(lifecycle, ticket, command, actor)
        if away is not None:
            return away
    if isinstance(command, do.Move) and command.until is None:
        ready = plain_move(lifecycle, ticket.status, command.to)
        if ready is not None:
            return ready
    over = too_much(lifecycle, ticket, command)
    decided = answer(Ask(lifecycle, ticket, at, actor, calendars, others, teams), command)
    if lifecycle.propagation and decided.events:
        led = consequences(lifecycle, ticket, decided.events)
        decided = attrs.evolve(decided, then=(*decided.then, *led)) if led else decided
    if over:
        decided = Decided(refusals=(*over, *decided.refusals), tell=decided.tell)
    return permitted(lifecycle, command, actor, decided) if lifecycle.permissions else decided


def naive_time(asked: str, ticket: str, at: datetime) -> tuple[Refusal, ...]:
    """A refusal of an instant without a zone, with the fix; empty where it has one.

    >>> naive_time("close", "T-1", datetime(2026, 5, 22, 12))[0].code
    'naive_time'
    """
    if at.utcoffset() is not None:
        return ()
    held, fix = f"{at!r} has no time zone", "an aware instant, for example datetime(2026, 5, 22, 9, tzinfo=UTC)"
    return (refusal("naive_time", asked, ticket, held, fix),)


def _merged_away(lifecycle: Lifecycle, ticket: Ticket, command: do.Command, actor: Actor) -> Decided | None:
    """The refusal of every command on a ticket that was merged for good, but for those of the machinery.

    A requester's message passes where the lifecycle sends it on to the other ticket.
    """
    merged = ticket.annex.merged
    assert merged is not None
    if isinstance(command, do.UndoMerge | do.Tick | do.Redact | do.EraseSubject) or (
        isinstance(command, do.AddLink | do.RemoveLink) and not command.back
    ):
        return None
    if isinstance(command, do.Post) and lifecycle.merging.redirects and actor.role == "requester":
        return None
    held = f"it was merged into {merged.into}"
    return Decided(refusals=(refusal("merged", command.TYPE, ticket.id, held, merged.into, into=merged.into),))


def refusals(
    lifecycle: Lifecycle,
    ticket: Ticket | None,
    command: do.Command,
    *,
    at: datetime,
    actor: Actor,
    calendars: Calendars = NO_CALENDARS,
    others: Others = NO_OTHERS,
    teams: Teams = NO_TEAMS,
) -> tuple[Refusal, ...]:
    """The dry run: every reason why ``decide`` would refuse. Empty exactly when it accepts.

    >>> from datetime import UTC
    >>> from deskcore.presets import simple_lifecycle
    >>> from deskcore.tickets.commands import Close
    >>> noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> [refusal.code for refusal in refusals(simple_lifecycle(), None, Close("T-1"), at=noon, actor=Actor.agent("bo"))]
    ['unknown_ticket']
    """
    answer = decide(lifecycle, ticket, command, at=at, actor=actor, calendars=calendars, others=others, teams=teams)
    return answer.refusals


def _without_ticket(
    lifecycle: Lifecycle, ticket: Ticket | None, command: do.Command, actor: Actor, others: Others
) -> Decided:
    if ticket is not None:
        held = f"the ticket at hand is {ticket.id}"
        return Decided(refusals=(refusal("unknown_ticket", command.TYPE, command.ticket, held, "its own ticket"),))
    if not isinstance(command, do.Open):
        held = "there is no such ticket"
        return Decided(refusals=(refusal("unknown_ticket", command.TYPE, command.ticket, held, "open"),))
    opened, over = open_ticket(lifecycle, command, others), too_much(lifecycle, None, command)
    if over:
        opened = Decided(refusals=(*over, *opened.refusals))
    return permitted(lifecycle, command, actor, opened)


def _unanswered(ticket: Ticket, command: do.Command) -> Decided:
    if isinstance(command, do.Open):
        held = f"it has been open since {ticket.opened_at.isoformat()}"
        return Decided(refusals=(refusal("already_open", "open", ticket.id, held, "an id of its own"),))
    held = f"this room knows no command {command.TYPE or type(command).__name__!r}"
    accepted = ", ".join(kind.TYPE for kind in _ANSWERS)
    return Decided(refusals=(refusal("unknown_command", "run a command on", ticket.id, held, accepted),))


def permitted(lifecycle: Lifecycle, command: do.Command, actor: Actor, decided: Decided) -> Decided:
    """Add the refusal of somebody who may not give such commands at all."""
    needed = lifecycle.permissions.get(command.TYPE)
    if needed is None or actor.may(needed):
        return decided
    held = f"{actor.id} lacks the permission {needed}"
    lacking = refusal("permission", command.TYPE, command.ticket, held, f"somebody with {needed}", permission=needed)
    return Decided(refusals=(lacking, *decided.refusals))
