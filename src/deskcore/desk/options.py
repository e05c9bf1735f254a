"""What somebody could do with a case now: every command that would be accepted from them.

Layer: desk.
"""

from __future__ import annotations

from datetime import datetime

from deskcore._value import require_aware
from deskcore.desk.case import Case
from deskcore.desk.catch_up import standing
from deskcore.desk.configuration import Configuration
from deskcore.desk.handling import CaseWork, too_early
from deskcore.desk.reach import unreachable
from deskcore.escalation.byhand import ESCALATION_COMMANDS, EscalationCommand, Snooze
from deskcore.escalation.byhand import decide as reach_for
from deskcore.log import Actor
from deskcore.routing import recall
from deskcore.routing.recall import Recall
from deskcore.tickets import allowed
from deskcore.tickets.allowed import Option
from deskcore.tickets.decide import permitted
from deskcore.tickets.related import NO_OTHERS, Others


def allowed_after_catch_up(
    setup: Configuration, case: Case | None, *, at: datetime, actor: Actor, others: Others = NO_OTHERS
) -> tuple[Option, ...]:
    """See ``Desk.allowed``."""
    require_aware("at", at)
    if case is None:
        return allowed(setup.lifecycles[0], None, at=at, actor=actor, calendars=setup.calendars)
    if too_early("act on", case.id, case.recorded_at, at):
        return ()
    work = CaseWork(setup, case, at)
    work.catch_up()
    assert work.case is not None
    ticket = work.case.ticket
    if unreachable(setup, ticket, actor, at=at):
        return ()
    lifecycle = setup.lifecycle(ticket.header.lifecycle)
    stands = standing(setup, work.case, at)
    more: list[Option] = []
    for kind in ESCALATION_COMMANDS:
        command = Snooze(ticket.id, at) if kind is Snooze else kind(ticket.id)
        assert isinstance(command, EscalationCommand)
        told = reach_for(command, ticket, work.case.ledger, stands, actor=actor, at=at)
        if not permitted(lifecycle, command, actor, told).refusals:
            more.append(Option(command.TYPE))
    back = permitted(lifecycle, Recall(ticket.id), actor, recall.decide(Recall(ticket.id), ticket, actor=actor))
    if not back.refusals:
        more.append(Option(Recall.TYPE))
    return (*allowed(lifecycle, ticket, at=at, actor=actor, calendars=setup.calendars, others=others), *more)
