"""Exempting a ticket from a promise and starting a clock over, by hand: with a reason, and by somebody who may.

What happened stays: a breach that was announced before is not taken back, and lifting an exemption counts again. Not
here: what the events do to the clocks (``fold``, ``signal``).

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final, TypeAlias, final

import attrs

from deskcore._value import named
from deskcore.log import Actor
from deskcore.sla.events import ClockReset, Exempted
from deskcore.sla.state import SlaState
from deskcore.tickets.commands import Command
from deskcore.tickets.decided import NOTHING, Decided
from deskcore.tickets.refusal import Refusal, among, refusal
from deskcore.tickets.ticket import Ticket

PERMISSION: Final = "sla.exempt"
"""What somebody who is not on the staff needs for the commands of this room."""


@final
@attrs.frozen
class ExemptClock(Command):
    """A promise shall not count for this ticket: neither met nor breached. Without ``metric``, none of them.

    >>> ExemptClock("T-1", reason="maintenance agreed with the customer").metric is None
    True

    Raises:
        InvalidValue: there is no reason.
    """

    TYPE: ClassVar[str] = "exempt_clock"
    reason: str = attrs.field(kw_only=True, validator=named)
    metric: str | None = attrs.field(kw_only=True, default=None)


@final
@attrs.frozen
class LiftExemption(Command):
    """What was exempt shall count again, as if it had never been: a breach in between is told when it is lifted."""

    TYPE: ClassVar[str] = "lift_exemption"
    reason: str = attrs.field(kw_only=True, validator=named)
    metric: str | None = attrs.field(kw_only=True, default=None)


@final
@attrs.frozen
class ResetClock(Command):
    """A clock shall start over now: its open cycle is cancelled, neither met nor breached, and another one begins."""

    TYPE: ClassVar[str] = "reset_clock"
    metric: str = attrs.field(kw_only=True, validator=named)
    reason: str = attrs.field(kw_only=True, validator=named)


SlaCommand: TypeAlias = ExemptClock | LiftExemption | ResetClock

SLA_COMMANDS: tuple[type[ExemptClock], type[LiftExemption], type[ResetClock]] = (
    ExemptClock,
    LiftExemption,
    ResetClock,
)
"""Every command this room answers."""

_VERBS: Final = {ExemptClock: "exempt", LiftExemption: "lift the exemption of", ResetClock: "reset a clock of"}


def decide(command: SlaCommand, ticket: Ticket, state: SlaState, *, actor: Actor) -> Decided:
    """The event that follows, or every reason against it; asking for what already is so changes nothing.

    Refused (``permission``) to anybody who is neither on the staff nor allowed ``sla.exempt``, (``unknown_metric``)
    where the ticket has no such clock, and (``clock_not_open``) for a reset of a clock that does not run. An exemption
    may come after the ticket was closed: that is when its period is reviewed.

    >>> from deskcore.testing.sla import sample, sample_events
    >>> from deskcore.tickets import replay
    >>> state, ticket = sample()[0], replay(sample_events())
    >>> why = ExemptClock("T-1", metric="resolution", reason="their line was down")
    >>> decide(why, ticket, state, actor=Actor.agent("bo")).events
    (Exempted(reason='their line was down', metric='resolution', lifted=False),)
    >>> again = ResetClock("T-1", metric="resolution", reason="sent to the wrong group")
    >>> decide(again, ticket, state, actor=Actor.requester("ann")).refusals[0].code
    'permission'
    """
    refusals = tuple(_refusals(command, ticket, state, actor))
    if refusals:
        return Decided(refusals=refusals)
    if isinstance(command, ResetClock):
        return Decided((ClockReset(command.metric, command.reason),))
    lifted = isinstance(command, LiftExemption)
    if _is_exempt(state, command.metric) is not lifted:
        return NOTHING
    return Decided((Exempted(command.reason, command.metric, lifted),))


def _is_exempt(state: SlaState, metric: str | None) -> bool:
    said = [one for one in state.exemptions if one.metric in {None, metric}]
    return bool(said) and not said[-1].lifted


def _refusals(command: SlaCommand, ticket: Ticket, state: SlaState, actor: Actor) -> Iterator[Refusal]:
    verb = f"{_VERBS[type(command)]} ticket"
    if not (actor.is_staff or actor.may(PERMISSION)):
        held = f"{actor.id} is a {actor.role} and lacks {PERMISSION}"
        yield refusal("permission", verb, ticket.id, held, "somebody on the staff", needs=(PERMISSION,))
    known = tuple(track.metric for track in state.tracks)
    if command.metric is not None and command.metric not in known:
        held = f"it has no clock {command.metric!r}"
        yield refusal("unknown_metric", verb, ticket.id, held, among(known), metric=command.metric)
    elif isinstance(command, ResetClock):
        track = state.track(command.metric)
        if track is None or not track.cycles or not track.cycles[-1].is_open:
            running = tuple(one.metric for one in state.tracks if one.cycles and one.cycles[-1].is_open)
            held = f"{command.metric} does not run"
            yield refusal("clock_not_open", verb, ticket.id, held, among(running), metric=command.metric)
