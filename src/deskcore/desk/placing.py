"""A waiting ticket finds somebody: one decision, recorded once, in both streams.

Layer: desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from deskcore._value import require_aware, require_kind
from deskcore.desk.case import Case
from deskcore.desk.configuration import Configuration
from deskcore.desk.floor import Floor
from deskcore.desk.handling import SYSTEM, CaseWork, notify, too_early
from deskcore.desk.operating import FloorWork
from deskcore.desk.outcome import Refused, Routed
from deskcore.escalation.pools import answers
from deskcore.routing import Decision, WaitingFacts
from deskcore.routing.commit import commit
from deskcore.staff import HOUSE
from deskcore.tickets import Refusal
from deskcore.tickets.commands import Assign


def route(setup: Configuration, case: Case, floor: Floor, *, at: datetime) -> Routed | Refused:
    """See ``Desk.route``."""
    require_aware("at", at)
    require_kind("case", case, Case, "must be the case of a ticket that waits")
    require_kind("floor", floor, Floor, "must be a Floor, Floor() where nothing has happened yet")
    early = (
        *too_early("route ticket", case.id, case.recorded_at, at),
        *too_early("route on", "the floor", floor.recorded_at, at),
    )
    if early:
        return Refused(case.id, early)
    on_case, on_floor = CaseWork(setup, case, at), FloorWork(setup, floor, at)
    on_case.catch_up()
    on_floor.catch_up()
    said = _answer_pools(setup, on_case, on_floor)
    waiting = on_floor.floor.routing.waiting.get(case.id)
    if said and (waiting is None or setup.routing is None):
        decision = Decision("none", case.id, because=said)
        return _routed(on_case, on_floor, decision)
    refusals = tuple(_against(setup, on_case, waiting))
    if refusals or waiting is None or setup.routing is None:
        return Refused(case.id, refusals)
    decision = setup.routing.decide(waiting, on_floor.snapshot())
    refusals = _commit(on_case, on_floor, waiting, decision)
    if refusals:
        return Refused(case.id, refusals)
    return _routed(on_case, on_floor, decision.after(said))


def _routed(on_case: CaseWork, on_floor: FloorWork, decision: Decision) -> Routed:
    on_case.catch_up()
    on_floor.catch_up()
    assert on_case.case is not None
    effects = (*on_case.effects, *on_floor.next_to_route())
    return Routed(on_case.case, on_floor.floor, decision, tuple(on_case.events), tuple(on_floor.events), effects)


def _answer_pools(setup: Configuration, on_case: CaseWork, on_floor: FloorWork) -> tuple[str, ...]:
    """Say who is next for every rung that asks a pool, record it in both streams, and tell them."""
    case = on_case.case
    matrix = None if case is None else setup.matrix_for(case.ledger.pinned)
    if matrix is None or case is None or not case.ledger.asked:
        return ()
    present = [agent.id for agent in setup.staff.agents if on_floor.floor.presence.of(agent.id).state == "present"]
    said: list[str] = []
    for answer in answers(
        matrix, case.ticket, case.ledger, setup.staff, on_floor.floor.pools, at=on_case.at, present=present
    ):
        on_case.record(case.id, answer.answered, SYSTEM, when=on_case.at)
        if answer.turned is not None:
            on_floor.record(answer.turned, SYSTEM)
        if answer.notice.channel:
            on_case.effects.append(notify(answer.notice))
        said.append(answer.explain())
    return tuple(said)


def _against(setup: Configuration, work: CaseWork, waiting: WaitingFacts | None) -> Iterator[Refusal]:
    assert work.case is not None
    name = work.case.id
    if setup.routing is None:
        yield Refusal("no_policy", f"cannot route ticket {name}: the desk has no routing policy; accepted: one with")
    if waiting is None:
        yield Refusal(
            "not_waiting",
            f"cannot route ticket {name}: the floor does not know it as waiting; "
            "accepted: a ticket whose last floor notice says that it waits",
        )
    elif not work.case.ticket.is_open or work.case.ticket.assignee is not None:
        yield Refusal(
            "stale_floor",
            f"cannot route ticket {name}: it is {work.case.ticket.phase} and "
            f"{work.case.ticket.assignee or 'nobody'} has it, which the floor has not heard; "
            "accepted: the floor after desk.operate(floor, Hear(notice))",
        )


def _commit(on_case: CaseWork, on_floor: FloorWork, waiting: WaitingFacts, decision: Decision) -> tuple[Refusal, ...]:
    """Both streams record the choice: the ticket its reasons and its new place, the floor the room that it takes."""
    recorded = commit(decision, waiting)
    for data in recorded.case:
        on_case.record(waiting.ticket, data, SYSTEM, when=on_case.at)
    for data in recorded.floor:
        on_floor.record(data, SYSTEM)
    if not decision.places:
        return ()
    desk = decision.desk or HOUSE
    assign = Assign(waiting.ticket, decision.agent, team=decision.team, desk=desk, how="policy")
    return on_case.carry_out(assign, SYSTEM, when=on_case.at)
