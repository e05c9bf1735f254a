"""What people do to a ticket's escalation: move it up, take it back, put it off, end it; and word of one more alert.

The commands of the whole room, those of ``acknowledge`` among them, are decided here.

Layer: escalation. Imports tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar, TypeAlias, final, get_args

import attrs

from deskcore._value import aware, to_us
from deskcore.escalation.acknowledge import Acknowledge, WithdrawAcknowledgement, against
from deskcore.escalation.acknowledge import decide as acknowledge
from deskcore.escalation.events import Alerted, Axis, DeEscalated, EscalatedByHand, EscalationCancelled, Snoozed
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import MatrixRow
from deskcore.escalation.planned import Planned
from deskcore.log import Actor
from deskcore.tickets.commands import Command
from deskcore.tickets.decided import NOTHING, Decided
from deskcore.tickets.refusal import Refusal, refusal
from deskcore.tickets.ticket import Ticket


@final
@attrs.frozen
class Escalate(Command):
    """Move the ticket up: the next rung fires now, on an axis where one is named. An acknowledgement is over.

    Refused (``no_higher_tier``) past the last rung of a ladder that does not begin again by hand, and (``quiet``) while
    a quiet time holds the ticket's rungs; it is not made up for afterwards.

    >>> Escalate("T-1", why="customer insists").TYPE
    'escalate'
    """

    TYPE: ClassVar[str] = "escalate"
    axis: Axis | None = None
    why: str = attrs.field(kw_only=True, default="")


@final
@attrs.frozen
class DeEscalate(Command):
    """Take the escalation back on one axis: its rungs begin afresh here; what was past stays past.

    >>> DeEscalate("T-1", "functional", why="was a printer").axis
    'functional'
    """

    TYPE: ClassVar[str] = "de_escalate"
    axis: Axis = "functional"
    why: str = attrs.field(kw_only=True, default="")


@final
@attrs.frozen
class Snooze(Command):
    """Put everything off: what would fire before ``until`` fires then. An instant that is past ends a snooze.

    >>> from datetime import UTC
    >>> Snooze("T-1", datetime(2026, 5, 22, 12, tzinfo=UTC)).TYPE
    'snooze'
    """

    TYPE: ClassVar[str] = "snooze"
    until: datetime = attrs.field(validator=aware)
    why: str = attrs.field(kw_only=True, default="")


@final
@attrs.frozen
class CancelEscalation(Command):
    """End the ticket's escalation: nothing fires until it is reopened or moved up by hand.

    >>> CancelEscalation("T-1", why="test alarm").why
    'test alarm'
    """

    TYPE: ClassVar[str] = "cancel_escalation"
    why: str = attrs.field(kw_only=True, default="")


@final
@attrs.frozen
class Alert(Command):
    """One more alert of what the ticket is about came in; machines may say so.

    >>> Alert("T-1", source="probe-7").TYPE
    'alert'
    """

    TYPE: ClassVar[str] = "alert"
    source: str = attrs.field(kw_only=True, default="")


EscalationCommand: TypeAlias = (
    Acknowledge | WithdrawAcknowledgement | Escalate | DeEscalate | Snooze | CancelEscalation | Alert
)
ESCALATION_COMMANDS: tuple[type[Command], ...] = get_args(EscalationCommand)
"""Every command this room answers."""


@final
@attrs.frozen
class Standing:
    """How a ticket's ladder stands when somebody reaches for it: its row, its plan, and why it is quiet, if it is.

    >>> Standing().row is None
    True
    """

    row: MatrixRow | None = None
    entries: Sequence[Planned] = ()
    quiet: str = ""


def decide(
    command: EscalationCommand, ticket: Ticket, ledger: Ledger, standing: Standing, *, actor: Actor, at: datetime
) -> Decided:
    """The events that a command of this room comes to, or every reason against it.

    Anybody may say that one more alert came in; everything else is for the staff, and for whoever is allowed
    ``escalation.acknowledge``. Asking for what is so already is accepted and changes nothing.

    >>> from datetime import UTC
    >>> from deskcore.escalation.ledger import begin
    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> noon, ticket = datetime(2026, 5, 22, 12, tzinfo=UTC), replay([opening("T-1")])
    >>> print(decide(Escalate("T-1"), ticket, begin(), Standing(), actor=Actor.agent("bo"), at=noon).explain())
    cannot escalate ticket T-1: no rung lies above; accepted: a ladder with one more, or one that begins again
    """
    if isinstance(command, Acknowledge | WithdrawAcknowledgement):
        return acknowledge(command, ticket, ledger, actor=actor)
    if isinstance(command, Alert):
        return Decided((Alerted(command.source),))
    refusals = against(f"{command.TYPE.replace('_', ' ')} ticket", ticket, actor)
    if refusals:
        return Decided(refusals=refusals)
    match command:
        case DeEscalate(axis=axis, why=why):
            return Decided((DeEscalated(actor.id, axis, why),))
        case Snooze(until=until, why=why):
            is_over = to_us(until) <= to_us(at) and ledger.hand.snoozed_until is None
            return NOTHING if is_over else Decided((Snoozed(actor.id, until, why),))
        case CancelEscalation(why=why):
            return NOTHING if ledger.hand.cancelled else Decided((EscalationCancelled(actor.id, why),))
        case Escalate():
            return _moved_up(command, ticket, standing, actor.id)


def _moved_up(command: Escalate, ticket: Ticket, standing: Standing, by: str) -> Decided:
    asked = "escalate ticket"
    if ticket.phase == "resolved":
        return Decided(refusals=(refusal("wrong_phase", asked, ticket.id, "it is resolved", "the same once reopened"),))
    if standing.quiet:
        held = f"it is {standing.quiet}"
        return Decided(refusals=(refusal("quiet", asked, ticket.id, held, "the same when that is over"),))
    called = next_rung(standing, command.axis)
    if called is None:
        return Decided(refusals=(_no_higher(ticket),))
    entry, again = called
    return Decided((EscalatedByHand(by, entry.rung.id, entry.key, again, command.why),))


def _no_higher(ticket: Ticket) -> Refusal:
    return refusal(
        "no_higher_tier",
        "escalate ticket",
        ticket.id,
        "no rung lies above",
        "a ladder with one more, or one that begins again",
    )


def next_rung(standing: Standing, axis: Axis | None) -> tuple[Planned, bool] | None:
    """The firing that moving up calls for, and whether it begins one more pass; ``None`` past the end."""
    row = standing.row
    if row is None:
        return None
    by_id = {entry.rung.id: entry for entry in standing.entries if not entry.call}
    ladder = [by_id[rung.id] for rung in row.rungs if rung.id in by_id and axis in {None, rung.axis}]
    climbed = max((place for place, entry in enumerate(ladder) if _is_climbed(entry)), default=-1)
    for entry in ladder[climbed + 1 :]:
        return entry, False
    if row.passes is None or not row.passes.by_hand or not ladder:
        return None
    first = ladder[0]
    base = first.key.rpartition("/")[0] if first.number else first.key
    return attrs.evolve(first, key=f"{base}/{first.number + 2}"), True


def _is_climbed(entry: Planned) -> bool:
    return entry.state == "fired" or (entry.rung.repeat is not None and entry.number > 0)
