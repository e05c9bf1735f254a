"""The register of everybody: agents, teams, partner desks, organisations and requesters, looked up by id.

Not here: presence and load, which change by the minute. A register is a value; a new one replaces it.

Layer: staff.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol, TypeVar, final

import attrs

from deskcore._value import FrozenDict, as_frozen
from deskcore.errors import InvalidConfiguration, Problem, UnknownName
from deskcore.staff.absence import Absence
from deskcore.staff.access import CLEARED, SIGNED, Edges, after, edges_of
from deskcore.staff.agent import HOUSE, Agent
from deskcore.staff.partner import Partner
from deskcore.staff.requesters import Organisation, Requester
from deskcore.staff.roster import Roster
from deskcore.staff.team import Team


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=_WithId)


def _frozen(rosters: Mapping[str, Roster]) -> FrozenDict[Roster]:
    return as_frozen(rosters)


def _agreements(asked: Mapping[str, str]) -> FrozenDict[str]:
    return as_frozen(asked)


@final
@attrs.frozen
class Staff:
    """Everybody the desk knows by id. Look-ups cost the same whatever the size.

    ``data_agreements`` says of a class of data which agreement whoever sees it must have signed, besides being cleared.

    >>> staff = Staff(agents=(Agent("bo", team="first"), Agent("mia")), teams=(Team("first", lead="mia"),))
    >>> [agent.id for agent in staff.members("first")], staff.team("first").lead
    (['bo'], 'mia')
    >>> staff.agent("zoe")
    Traceback (most recent call last):
    deskcore.errors.UnknownName: cannot find agent 'zoe'; known: bo, mia

    Raises:
        InvalidConfiguration: two agents, teams, partners, organisations or requesters share an id.
    """

    agents: tuple[Agent, ...] = ()
    teams: tuple[Team, ...] = ()
    partners: tuple[Partner, ...] = ()
    organisations: tuple[Organisation, ...] = ()
    requesters: tuple[Requester, ...] = ()
    rosters: FrozenDict[Roster] = attrs.field(factory=FrozenDict[Roster], converter=_frozen)
    data_agreements: FrozenDict[str] = attrs.field(factory=FrozenDict[str], converter=_agreements)
    _agents: dict[str, Agent] = attrs.field(init=False, eq=False, repr=False)
    _teams: dict[str, Team] = attrs.field(init=False, eq=False, repr=False)
    _partners: dict[str, Partner] = attrs.field(init=False, eq=False, repr=False)
    _organisations: dict[str, Organisation] = attrs.field(init=False, eq=False, repr=False)
    _requesters: dict[str, Requester] = attrs.field(init=False, eq=False, repr=False)
    _desks: dict[str, tuple[Agent, ...]] = attrs.field(init=False, eq=False, repr=False)
    _scope_names: tuple[str, ...] = attrs.field(init=False, eq=False, repr=False)
    _places: dict[str, int] = attrs.field(init=False, eq=False, repr=False)
    _edges: Edges = attrs.field(init=False, eq=False, repr=False)
    _all_edges: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        problems = (
            *_repeated("agents", self.agents),
            *_repeated("teams", self.teams),
            *_repeated("partners", self.partners),
            *_repeated("organisations", self.organisations),
            *_repeated("requesters", self.requesters),
        )
        if problems:
            raise InvalidConfiguration("staff", problems)
        # Indexes, outside equality and pickle: made once here so that no look-up ever scans.
        object.__setattr__(self, "_agents", {agent.id: agent for agent in self.agents})
        object.__setattr__(self, "_teams", {team.id: team for team in self.teams})
        object.__setattr__(self, "_partners", {partner.id: partner for partner in self.partners})
        object.__setattr__(self, "_organisations", {one.id: one for one in self.organisations})
        object.__setattr__(self, "_requesters", {one.id: one for one in self.requesters})
        desks: dict[str, list[Agent]] = {}
        for agent in self.agents:
            desks.setdefault(agent.desk, []).append(agent)
        object.__setattr__(self, "_desks", {desk: tuple(agents) for desk, agents in desks.items()})
        asked = frozenset[str]().union(*(partner.scope.names() for partner in self.partners))
        object.__setattr__(self, "_scope_names", tuple(sorted(asked)))
        object.__setattr__(self, "_places", {agent.id: place for place, agent in enumerate(self.agents)})
        edges, every = edges_of(self.agents, self.partners)
        object.__setattr__(self, "_edges", edges)
        object.__setattr__(self, "_all_edges", every)

    def __reduce__(self) -> tuple[type[Staff], tuple[object, ...]]:
        held = (self.agents, self.teams, self.partners, self.organisations, self.requesters, self.rosters)
        return (Staff, (*held, self.data_agreements))

    def agent(self, id: str) -> Agent:  # noqa: A002 - the field's own name
        """The agent of that id.

        Raises:
            UnknownName: there is none.
        """
        return _found("agent", id, self._agents)

    def team(self, id: str) -> Team:  # noqa: A002
        """The team of that id.

        Raises:
            UnknownName: there is none.
        """
        return _found("team", id, self._teams)

    def partner(self, id: str) -> Partner:  # noqa: A002
        """The partner desk of that id.

        Raises:
            UnknownName: there is none.
        """
        return _found("partner", id, self._partners)

    def organisation(self, id: str) -> Organisation:  # noqa: A002
        """The organisation of that id.

        Raises:
            UnknownName: there is none.
        """
        return _found("organisation", id, self._organisations)

    def place_of(self, agent: str) -> int:
        """Where an agent stands in the register, from 0; after everybody else where there is no such agent.

        >>> Staff(agents=(Agent("bo"), Agent("mia"))).place_of("mia")
        1
        """
        return self._places.get(agent, len(self.agents))

    def knows_agent(self, id: str) -> bool:  # noqa: A002
        """Whether there is an agent of that id."""
        return id in self._agents

    def knows_team(self, id: str) -> bool:  # noqa: A002
        """Whether there is a team of that id."""
        return id in self._teams

    def knows_partner(self, id: str) -> bool:  # noqa: A002
        """Whether there is a partner desk of that id."""
        return id in self._partners

    def find_partner(self, desk: str) -> Partner | None:
        """The partner whose desk it is; ``None`` for the own house and for a desk nobody knows."""
        return self._partners.get(desk)

    def requester(self, id: str, *, at: datetime | None = None) -> Requester:  # noqa: A002
        """What is known of a requester, gaps filled from the organisation. Of a stranger only the id is known.

        With ``at``, an organisation whose contract does not run then lends languages and class of data, but no tier.

        >>> staff = Staff(organisations=(Organisation("acme", tier="gold"),),
        ...               requesters=(Requester("ann", organisation="acme"),))
        >>> staff.requester("ann").tier, staff.requester("stranger")
        ('gold', Requester(id='stranger', organisation=None, tier=None, languages=(), data_class=None, vip=False))
        """
        known = self._requesters.get(id)
        if known is None:
            return Requester(id)
        organisation = self._organisations.get(known.organisation or "")
        if organisation is None:
            return known
        entitled = at is None or organisation.contract.holds(at)
        return known.under(organisation if entitled else attrs.evolve(organisation, tier=None))

    def roster(self, name: str) -> Roster:
        """The on-call roster of that name.

        >>> from deskcore.staff.layers import OnDuty
        >>> Staff(rosters={"nights": OnDuty(("bo",))}).roster("nights")
        OnDuty(people=('bo',))

        Raises:
            UnknownName: there is none.
        """
        try:
            return self.rosters[name]
        except KeyError:
            raise UnknownName("roster", name, tuple(sorted(self.rosters))) from None

    def members(self, team: str) -> tuple[Agent, ...]:
        """The agents of a team, in the order of the register.

        Raises:
            UnknownName: there is no such team.
        """
        self.team(team)
        return tuple(agent for agent in self.agents if agent.team == team)

    def at_desk(self, desk: str) -> tuple[Agent, ...]:
        """The agents of a desk, in the order of the register; none for a desk without named people."""
        return self._desks.get(desk, ())

    def manager_of(self, agent: str) -> str | None:
        """The id of an agent's manager: their own, or else their team's lead where that is somebody else.

        Raises:
            UnknownName: there is no such agent.
        """
        held = self.agent(agent)
        if held.manager is not None:
            return held.manager
        lead = self._teams[held.team].lead if held.team in self._teams else None
        return None if lead == agent else lead

    def absence(self, person: str, *, at: datetime) -> Absence | None:
        """The absence of an agent that holds at an instant; ``None`` where there is none, and for whom nobody knows.

        >>> Staff(agents=(Agent("bo"),)).absence("bo", at=datetime.fromisoformat("2026-07-06T00:00Z")) is None
        True

        Raises:
            InvalidValue: ``at`` is naive.
        """
        held = self._agents.get(person)
        return None if held is None or not held.absences else held.absence(at=at)

    def with_absences(self, absences: Mapping[str, Iterable[Absence]]) -> Staff:
        """The register with more absences, by agent: for what is read from somewhere else. Nothing is added twice.

        Raises:
            UnknownName: there is no such agent.
        """
        unknown = sorted(set(absences) - set(self._agents))
        if unknown:
            raise UnknownName("agent", unknown[0], tuple(sorted(self._agents)))
        agents = [
            attrs.evolve(one, absences=dict.fromkeys((*one.absences, *absences.get(one.id, ())))) for one in self.agents
        ]
        return attrs.evolve(self, agents=tuple(agents))

    def next_sight_change_us(self, desk: str, data_class: str, instant: int) -> int | None:
        """When, strictly later, the clearances or the agreement that a class of data asks for change at a desk."""
        asked = self.data_agreements.get(data_class)
        own = after(self._edges.get((desk, CLEARED + data_class), ()), instant)
        signed = None if asked is None else self.next_signature_change_us(desk, asked, instant)
        return own if signed is None or (own is not None and own < signed) else signed

    def next_signature_change_us(self, desk: str, agreement: str, instant: int) -> int | None:
        """When, strictly later, anybody's signature under an agreement begins or ceases to bind them at a desk."""
        return after(self._edges.get((desk, SIGNED + agreement), ()), instant)

    def anybody_signed(self, agreement: str) -> bool:
        """Whether anybody, person or partner desk, has ever signed an agreement."""
        signed = (*(one.agreements for one in self.agents), *(one.agreements for one in self.partners))
        return any(agreement in held for held in signed)

    @property
    def has_dates(self) -> bool:
        """Whether any clearance or agreement begins or ends by date."""
        return bool(self._all_edges)

    def era_us(self, instant: int) -> int:
        """The number of the stretch of time in which no clearance and no agreement changes; 0 where none ever does."""
        return bisect_right(self._all_edges, instant)

    @property
    def desks(self) -> tuple[str, ...]:
        """The ids of all desks: the own house, then the partners."""
        return (HOUSE, *self._partners)

    @property
    def scope_names(self) -> tuple[str, ...]:
        """The facts that any partner's scope asks about, sorted."""
        return self._scope_names

    def lint(self, calendars: Iterable[str] | None = None, *, at: datetime | None = None) -> tuple[Problem, ...]:
        r"""What is wrong with the register as a whole. ``calendars`` are the names in reach; ``None`` leaves them be.

        With ``at``, whom rosters put on call while they are absent, and clearances that end, within a year and a week.

        >>> print(*Staff(agents=(Agent("bo", team="fist", manager="bo"),)).lint(), sep="\n")
        agents[bo].team: names the unknown team 'fist'
        agents[bo].manager: is their own manager, over bo
        """
        from deskcore.staff.lint import lint_staff

        return lint_staff(self, None if calendars is None else frozenset(calendars), at)


def _found(noun: str, name: str, index: Mapping[str, N]) -> N:
    try:
        return index[name]
    except KeyError:
        raise UnknownName(noun, name, tuple(sorted(index))) from None


def _repeated(field: str, entries: Iterable[_WithId]) -> Iterator[Problem]:
    seen: set[str] = set()
    for place, entry in enumerate(entries):
        if entry.id in seen:
            yield Problem(f"{field}[{place}].id", f"names {entry.id!r}, which is taken", "repeated_id")
        seen.add(entry.id)
