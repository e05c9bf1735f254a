"""A last resort who will not be there: the one finding about a matrix that hangs on people's absences.

Rosters that put absent people on call are the register's own finding (``Staff.lint``).

Layer: escalation. Imports staff and its own room.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from deskcore._value import from_us, to_us
from deskcore.errors import Problem
from deskcore.escalation.recipients import PartnerContact, Person, Recipient, TeamLead, TeamMembers
from deskcore.escalation.surroundings import Surroundings
from deskcore.staff import Staff
from deskcore.staff.absence import Absence
from deskcore.staff.validity import when


def absent_resort(resort: Recipient, around: Surroundings) -> Iterator[Problem]:
    """Whether everybody of the last resort is absent at once within the horizon, and nobody stands in."""
    staff, at = around.staff, around.at
    people = _people(resort, staff) if staff is not None else ()
    if staff is None or at is None or not people:
        return
    end = to_us(at + around.horizon)
    begins = {to_us(one.start) for person in people for one in _absences(staff, person)}
    for instant in sorted({to_us(at), *(begin for begin in begins if to_us(at) < begin < end)}):
        if not any(_is_there(staff, person, from_us(instant)) for person in people):
            yield Problem("last_resort", _said(resort, people, staff, from_us(instant)), "absent")
            return


def _said(resort: Recipient, people: tuple[str, ...], staff: Staff, at: datetime) -> str:
    since = f"from {when(at.astimezone(UTC))} on; name a stand-in, or a team"
    if len(people) == 1:
        return f"is {people[0]}, who is {staff.absence(people[0], at=at)}, {since}"
    return f"is {resort}, of whom all are absent {since}"


def _people(resort: Recipient, staff: Staff) -> tuple[str, ...]:
    """Whom it stands for, whatever the ticket."""
    if isinstance(resort, Person):
        return (resort.id,)
    if isinstance(resort, TeamMembers) and resort.team is not None and staff.knows_team(resort.team):
        return tuple(agent.id for agent in staff.members(resort.team))
    found: str | None = None
    if isinstance(resort, TeamLead) and resort.team is not None and staff.knows_team(resort.team):
        found = staff.team(resort.team).lead
    elif isinstance(resort, PartnerContact) and resort.partner is not None:
        partner = staff.find_partner(resort.partner)
        found = None if partner is None else partner.contact
    return () if found is None else (found,)


def _absences(staff: Staff, person: str) -> tuple[Absence, ...]:
    known = [staff.agent(person)] if staff.knows_agent(person) else []
    stand_ins = {one.stand_in for agent in known for one in agent.absences if one.stand_in is not None}
    known += [staff.agent(name) for name in sorted(stand_ins) if staff.knows_agent(name)]
    return tuple(one for agent in known for one in agent.absences)


def _is_there(staff: Staff, person: str, at: datetime) -> bool:
    absence = staff.absence(person, at=at)
    if absence is None:
        return True
    return absence.stand_in is not None and staff.absence(absence.stand_in, at=at) is None
