"""What is wrong with the dates of a register: absences without anybody to stand in, agreements that end too early.

Layer: staff.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from deskcore._value import from_us, to_us
from deskcore.errors import Problem
from deskcore.staff.absence import Absence
from deskcore.staff.agent import HOUSE, Agent
from deskcore.staff.partner import Partner
from deskcore.staff.validity import Grants, Validity, when

if TYPE_CHECKING:
    from deskcore.staff.registry import Staff

HORIZON: Final = timedelta(days=372)
"""How far ahead dates are looked at: a year and a week."""


def lint_dates(staff: Staff, at: datetime | None) -> Iterator[Problem]:
    """Findings about absences, agreements and contracts; those about what lies ahead only with ``at``."""
    for agent in staff.agents:
        for place, absence in enumerate(agent.absences):
            yield from _absence(staff, agent, absence, f"agents[{agent.id}].absences[{place}]")
    for partner in staff.partners:
        yield from _contract(partner)
    yield from _agreements(staff)
    if at is not None:
        yield from _runs_out(staff, at)
        yield from _on_call(staff, at)


def _absence(staff: Staff, agent: Agent, absence: Absence, path: str) -> Iterator[Problem]:
    path = f"{path}.stand_in"
    name = absence.stand_in
    if name is None:
        return
    if name == agent.id:
        yield Problem(path, "is the absent person; name somebody else", "circular_stand_in")
    elif not staff.knows_agent(name):
        yield Problem(path, f"names the unknown agent {name!r}", "unknown_agent")
    else:
        other = next((one for one in staff.agent(name).absences if _overlap(one, absence)), None)
        if other is not None:
            reason = f"names {name}, who is {other}, from {when(other.start)}: nobody stands in for a stand-in"
            yield Problem(path, reason, "absent_stand_in")


def _overlap(one: Absence, other: Absence) -> bool:
    begins = max(to_us(one.start), to_us(other.start))
    return all(absence.end is None or begins < to_us(absence.end) for absence in (one, other))


def _contract(partner: Partner) -> Iterator[Problem]:
    ends = partner.contract.end
    if partner.contract == Validity():
        return
    for field, held in (("clearances", partner.clearances), ("agreements", partner.agreements)):
        for name, validity in held.items():
            if validity.end is not None and (ends is None or to_us(validity.end) < to_us(ends)):
                until = "has no end" if ends is None else f"runs until {when(ends)}"
                reason = f"ends {when(validity.end)}, before the contract, which {until}"
                yield Problem(f"partners[{partner.id}].{field}[{name}]", reason, "ends_before_contract")


def _agreements(staff: Staff) -> Iterator[Problem]:
    for data_class, agreement in staff.data_agreements.items():
        if not staff.anybody_signed(agreement):
            reason = f"asks for the agreement {agreement!r}, which nobody has signed"
            yield Problem(f"data_agreements[{data_class}]", reason, "nobody_signed")


def _runs_out(staff: Staff, at: datetime) -> Iterator[Problem]:
    """Classes of data of a customer for which the last clearance of the house ends soon, or has ended."""
    house = [agent for agent in staff.agents if agent.desk == HOUSE]
    asked = {one.data_class: one.id for one in reversed(staff.organisations) if one.data_class is not None}
    for data_class, organisation in asked.items():
        last = _last([agent.clearances for agent in house], data_class, to_us(at))
        if last is not None and last < to_us(at + HORIZON):
            reason = f"is {data_class!r}, for which nobody of the house is cleared from {when(from_us(last))} on"
            yield Problem(f"organisations[{organisation}].data_class", reason, "clearance_ends")


def _last(held: list[Grants], name: str, instant: int) -> int | None:
    """The first instant from one on at which nobody holds a name; ``None`` where somebody always does, or never did."""
    validities = [one[name] for one in held if name in one]
    if not validities:
        return None
    edges = sorted({instant, *(edge for one in validities for edge in one.edges_us() if edge > instant)})
    return next((edge for edge in edges if not any(one.holds_us(edge) for one in validities)), None)


def _on_call(staff: Staff, at: datetime) -> Iterator[Problem]:
    """People whom a roster puts on call while they are absent and nobody stands in. Cost: the edges of the rosters."""
    end = at + HORIZON
    for name, roster in staff.rosters.items():
        for person in sorted(roster.everybody()):
            for absence in staff.agent(person).absences if staff.knows_agent(person) else ():
                low = max(absence.start, at, key=to_us)
                high = end if absence.end is None else min(absence.end, end, key=to_us)
                if absence.stand_in is not None or to_us(high) <= to_us(low):
                    continue
                duty = next((one for one in roster.shifts(low, high) if person in one.people), None)
                if duty is not None:
                    reason = (
                        f"puts {person} on call at {when(duty.start)}, who is {absence}; "
                        "override the roster or name a stand-in"
                    )
                    yield Problem(f"rosters[{name}]", reason, "on_call_absent")
