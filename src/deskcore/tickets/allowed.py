"""What somebody could do with a ticket now, and what each thing still needs: which buttons to show.

Found by asking ``decide`` itself, so that it never differs from it.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final, final

import attrs

from deskcore.log import Actor
from deskcore.tickets import commands as do
from deskcore.tickets._clock import NO_CALENDARS, Calendars
from deskcore.tickets.decide import decide
from deskcore.tickets.events_beside import MessageRef
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.party import Party
from deskcore.tickets.related import NO_OTHERS, Others
from deskcore.tickets.ticket import Ticket

# A name that no host uses, so that no probe happens to ask for what already is so.
_PROBE: Final = "\N{REPLACEMENT CHARACTER}"
# What a move can ask to come along, and the commands that have room for it.
_CARRIED: Final = {
    "reason": {"move", "post", "hold", "cancel"},
    "until": {"move", "post", "hold"},
    "code": {"move", "post", "resolve"},
    "message": {"post"},
    "comment": {"post"},
}
_LACKING: Final = frozenset({"missing_field", "follow_up"})


@final
@attrs.frozen
class Option:
    """A command that would be accepted: its type, what it is aimed at, and what has to come along.

    ``to`` is a status for ``move``, ``open`` and a ``post`` that moves (``then``), a reason for ``hold``, the name of
    an action for ``act``, the other ticket for ``merge``, else ``None``. ``needs`` are names of ``NEEDS``, or of the
    command's own fields. Whatever the command itself must say, such as a tag's name, is no need.
    """

    command: str
    to: str | None = None
    needs: tuple[str, ...] = ()

    def explain(self) -> str:
        """One line: ``move to Closed, needs code``."""
        joint = {"move": " to ", "post": " and move to ", "merge": " into "}.get(self.command, " ")
        return (self.command if self.to is None else f"{self.command}{joint}{self.to}") + (
            f", needs {', '.join(self.needs)}" if self.needs else ""
        )

    def to_dict(self) -> dict[str, object]:
        """For programs: ``command``, ``to`` and ``needs``."""
        return {"command": self.command, "to": self.to, "needs": list(self.needs)}


def allowed(
    lifecycle: Lifecycle,
    ticket: Ticket | None,
    *,
    at: datetime,
    actor: Actor,
    calendars: Calendars = NO_CALENDARS,
    others: Others = NO_OTHERS,
) -> tuple[Option, ...]:
    """Every command that would be accepted from ``actor`` at ``at`` once its needs are met, and no other.

    A merge is offered into each of ``others``, the tickets that are known (``to`` is its id); the commands by which
    tickets answer each other (``Follow``, ``ReceiveMerge`` ...) are not. ``None`` for the ticket asks whether one may
    be opened. ``post`` speaks of a public message written by a person. What an ``Entry`` asks for one hold reason only
    is told by the option ``hold`` of that reason; an option that merely needs some reason cannot foresee which one will
    be given, so ``move`` with such a reason may still be refused. Where a limit is reached, adding what is there
    already is accepted and changes nothing, and is not offered; nor is a wait put off in its own status, which goes
    nowhere. Linear in the number of statuses.

    >>> from deskcore.presets import simple_lifecycle
    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> ticket = replay([opening("T-1")])
    >>> options = allowed(simple_lifecycle(), ticket, at=ticket.opened_at, actor=Actor.agent("bo"))
    >>> [option.to for option in options if option.command == "move"]
    ['Open', 'Pending requester', 'Pending vendor', 'Resolved', 'Cancelled']
    """
    found: list[Option] = []
    for command, to in _probes(lifecycle, ticket, others):
        answer = decide(lifecycle, ticket, command, at=at, actor=actor, calendars=calendars, others=others)
        refused = answer.refusals
        needs = tuple(need for refusal in refused for need in refusal.needs)
        carried = all(command.TYPE in _CARRIED.get(need, {command.TYPE}) for need in needs)
        if carried and all(refusal.code in _LACKING for refusal in refused):
            found.append(Option(command.TYPE, to, needs))
    return tuple(found)


def _probes(lifecycle: Lifecycle, ticket: Ticket | None, others: Others) -> Iterator[tuple[do.Command, str | None]]:
    if ticket is None:
        kind = lifecycle.kinds[0] if lifecycle.kinds else "incident"
        for name in lifecycle.creatable:
            yield do.Open(_PROBE, subject=_PROBE, kind=kind, status=name), name
        return
    id_ = ticket.id
    for name in lifecycle.status_names:
        yield do.Move(id_, name), name
        if name != ticket.status.name:
            yield do.Post(id_, _PROBE, then=name), name
    for reason in lifecycle.hold_reasons:
        yield do.Hold(id_, reason), reason
    for action in dict.fromkeys(action.name for action in lifecycle.actions):
        yield do.Act(id_, action, to=_PROBE, code=_PROBE), action
    for kind_ in (do.Start, do.Resume, do.Resolve, do.Close, do.Reopen, do.Cancel):
        yield kind_(id_), None
    yield do.Post(id_, _PROBE), None
    status = lifecycle.status_names[0] if lifecycle.merging.choose_status else None
    yield from ((do.Merge(id_, other, status=status), other) for other in others)
    yield from ((command, None) for command in _tending(lifecycle, ticket))


def _tending(lifecycle: Lifecycle, ticket: Ticket) -> tuple[do.Command, ...]:
    id_ = ticket.id
    return (
        do.Assign(id_, _PROBE),
        do.Unassign(id_),
        do.Transfer(id_, team=_PROBE),
        do.Classify(id_, category=_PROBE),
        do.SetImpactUrgency(id_, None, None),
        do.SetPriority(id_, lifecycle.priorities[0] if lifecycle.priorities else _PROBE),
        _set_field(lifecycle, id_),
        do.AddTag(id_, _PROBE),
        do.RemoveTag(id_, _PROBE),
        do.ChangeParty(id_, Party(_PROBE)),
        do.Tick(id_),
        do.SetSubject(id_, _PROBE),
        do.ReviewAssignee(id_),
        do.AddLink(id_, "related", _PROBE),
        do.RemoveLink(id_, "related", _PROBE),
        do.UndoMerge(id_),
        do.Split(id_, _PROBE, (MessageRef(_PROBE, ticket.opened_at, "requester"),)),
        do.Copy(id_, _PROBE),
        do.FollowUp(id_, _PROBE),
        do.Watch(id_, _PROBE),
        do.Unwatch(id_, _PROBE),
        do.ProposeSolution(id_, _PROBE),
        do.AcceptSolution(id_),
        do.RejectSolution(id_),
        do.PlanWork(id_),
        do.LogTime(id_),
        do.LinkArticle(id_, _PROBE),
        do.SendSurvey(id_),
        do.Rate(id_, 1),
        do.Mute(id_),
        do.Redact(id_, _PROBE),
        do.EraseSubject(id_, _PROBE),
    )


def _set_field(lifecycle: Lifecycle, id_: str) -> do.SetField:
    """Where fields are specified, one of those with a value that it takes."""
    spec = next(iter(lifecycle.fields), None)
    return do.SetField(id_, _PROBE, _PROBE) if spec is None else do.SetField(id_, spec.name, spec.example)
