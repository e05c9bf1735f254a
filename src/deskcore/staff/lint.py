"""What is wrong with a register of staff, found before it meets a ticket.

Layer: staff.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from deskcore.errors import Problem
from deskcore.staff.agent import HOUSE, Agent
from deskcore.staff.lint_dates import lint_dates
from deskcore.staff.partner import Partner

if TYPE_CHECKING:
    from deskcore.staff.registry import Staff


def lint_staff(staff: Staff, calendars: frozenset[str] | None, at: datetime | None = None) -> tuple[Problem, ...]:
    """Every fault of the register: names nobody defines, managers in a circle, empty contracts, dates that clash."""
    found: list[Problem] = []
    for agent in staff.agents:
        found.extend(_agent(staff, agent, calendars))
    for team in staff.teams:
        path = f"teams[{team.id}]"
        if team.desk not in staff.desks:
            found.append(Problem(f"{path}.desk", f"names the unknown desk {team.desk!r}", "unknown_desk"))
        if team.lead is not None and not staff.knows_agent(team.lead):
            found.append(Problem(f"{path}.lead", f"names the unknown agent {team.lead!r}", "unknown_agent"))
        if not any(agent.team == team.id for agent in staff.agents):
            found.append(Problem(path, "has no members", "empty_team"))
    for partner in staff.partners:
        found.extend(_partner(partner, calendars))
    found.extend(_customers(staff))
    found.extend(_rosters(staff))
    found.extend(lint_dates(staff, at))
    return tuple(found)


def _agent(staff: Staff, agent: Agent, calendars: frozenset[str] | None) -> Iterator[Problem]:
    path = f"agents[{agent.id}]"
    if agent.team is not None and not staff.knows_team(agent.team):
        yield Problem(f"{path}.team", f"names the unknown team {agent.team!r}", "unknown_team")
    elif agent.team is not None and staff.team(agent.team).desk != agent.desk:
        there = staff.team(agent.team).desk
        yield Problem(f"{path}.team", f"is a team of desk {there!r}, the agent works for {agent.desk!r}", "other_desk")
    if agent.desk not in staff.desks:
        yield Problem(f"{path}.desk", f"names the unknown desk {agent.desk!r}", "unknown_desk")
    if calendars is not None and agent.calendar is not None and agent.calendar not in calendars:
        yield Problem(f"{path}.calendar", f"names the unknown calendar {agent.calendar!r}", "unknown_calendar")
    if agent.signs_on_by_shift and agent.calendar is None:
        yield Problem(f"{path}.signs_on_by_shift", "needs a calendar to sign on by", "no_calendar")
    if agent.manager is not None and not staff.knows_agent(agent.manager):
        yield Problem(f"{path}.manager", f"names the unknown agent {agent.manager!r}", "unknown_agent")
    circle = _managers_in_a_circle(staff, agent)
    if circle:
        yield Problem(f"{path}.manager", f"is their own manager, over {', '.join(circle)}", "circular_managers")


def _managers_in_a_circle(staff: Staff, agent: Agent) -> tuple[str, ...]:
    """The chain from an agent back to the same agent, empty when it ends elsewhere."""
    chain: list[str] = []
    at = agent
    while at.manager is not None and staff.knows_agent(at.manager) and at.manager not in chain:
        chain.append(at.manager)
        if at.manager == agent.id:
            return tuple(chain)
        at = staff.agent(at.manager)
    return ()


def _partner(partner: Partner, calendars: frozenset[str] | None) -> Iterator[Problem]:
    path = f"partners[{partner.id}]"
    if partner.scope.states_nothing:
        yield Problem(f"{path}.scope", "states nothing: no ticket can be handed to it", "no_scope")
    if calendars is not None and partner.calendar is not None and partner.calendar not in calendars:
        yield Problem(f"{path}.calendar", f"names the unknown calendar {partner.calendar!r}", "unknown_calendar")
    if partner.price is not None and partner.currency is None:
        yield Problem(f"{path}.currency", "is missing beside a price", "no_currency")


def _customers(staff: Staff) -> Iterator[Problem]:
    known = {organisation.id for organisation in staff.organisations}
    for requester in staff.requesters:
        if requester.organisation is not None and requester.organisation not in known:
            yield Problem(
                f"requesters[{requester.id}].organisation",
                f"names the unknown organisation {requester.organisation!r}",
                "unknown_organisation",
            )
    cleared = frozenset[str]().union(*(agent.clearances for agent in staff.agents if agent.desk == HOUSE))
    for organisation in staff.organisations:
        if organisation.data_class is not None and organisation.data_class not in cleared:
            reason = f"is {organisation.data_class!r}, for which nobody of the house is cleared"
            yield Problem(f"organisations[{organisation.id}].data_class", reason, "nobody_cleared")


def _rosters(staff: Staff) -> Iterator[Problem]:
    for name, roster in staff.rosters.items():
        people = sorted(roster.everybody())
        if not people:
            yield Problem(f"rosters[{name}]", "has nobody in it", "empty_roster")
        for person in people:
            if not staff.knows_agent(person):
                yield Problem(f"rosters[{name}]", f"names the unknown agent {person!r}", "unknown_agent")
