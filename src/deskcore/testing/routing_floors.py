"""Strategies for what a policy is asked: tickets and floors, made up freely or for a host's own staff.

For your own staff the tickets ask for what somebody of it holds, most of the people are there and have room, and most
instants fall into opening hours: a law over them is not nearly empty.

Layer: testing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final, final

import attrs
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar, ElapsedDuration
from deskcore.log import EventData
from deskcore.predicate import Has, InRange, Is, IsOneOf
from deskcore.routing import RoutingPolicy, RoutingState, Snapshot, WaitingFacts
from deskcore.routing.asking import PreferredSkill, Selector
from deskcore.routing.capped import ShareCapped
from deskcore.routing.contract import Committed, UnderCap
from deskcore.routing.eligibility import ServesQueue
from deskcore.routing.events import GateOpened, Metered, Placed, Queued
from deskcore.routing.walk import walked
from deskcore.staff import Agent, Partner, Presence, Staff
from deskcore.staff.events import SignedOn
from deskcore.testing.staff import (
    CALENDARS,
    CATEGORIES,
    DATA_CLASSES,
    MONDAY,
    TEAMS,
    floor_events,
    instants,
    presence_events,
    staffs,
)

__all__ = ["GATES", "floors", "situations", "tickets"]

GATES: Final = ("busy", "late")
"""The gates that generated floors find open."""

SELECTORS: Final = (
    Selector("sales", "ge", 2, ElapsedDuration.of_us(3_600_000_000)),
    Selector("site", "eq", "ams"),
)

_DAY: Final = timedelta(days=1)


def tickets(
    *,
    id: str = "T-0",  # noqa: A002 - the field's own name
    staff: Staff | None = None,
    policy: RoutingPolicy | None = None,
    start: datetime = MONDAY,
    end: datetime | None = None,
) -> st.SearchStrategy[WaitingFacts]:
    """A waiting ticket opened in the week of ``MONDAY``, with any mixture of needs.

    With a ``staff`` it is opened from ``start`` until ``end``, four days later where that is not given.

    With a ``staff`` most ask for what some agent or partner of it could do, a few for anything that anybody holds;
    with a ``policy`` too, for the categories, queues and fields that its conditions speak of.
    """
    return _free_tickets(id) if staff is None else _tickets_for(id, _words_of(staff, policy), start, end)


@st.composite
def _free_tickets(draw: st.DrawFn, id: str) -> WaitingFacts:  # noqa: A002
    opened = draw(instants(days=4))
    queued = opened + timedelta(minutes=draw(st.integers(0, 600)))
    due = draw(st.none() | st.integers(0, 3000).map(lambda minutes: opened + timedelta(minutes=minutes)))
    needs = draw(_NEEDS)
    return WaitingFacts(
        id,
        opened_at=opened,
        queued_at=queued,
        due_at=due,
        at_risk_from=None if due is None else due - timedelta(minutes=draw(st.integers(0, 60))),
        **needs,
    )


_NEEDS: Final[st.SearchStrategy[dict[str, Any]]] = st.fixed_dictionaries(
    {
        "priority": st.sampled_from(("p1", "p2")),
        "priority_rank": st.integers(0, 3),
        "units": st.sampled_from((1, 1, 1, 2)),
        "tier": st.sampled_from((1, 1, 1, 2, 3)),
        "skills": st.sampled_from(({}, {}, {"vpn": 1}, {"vpn": 2, "billing": 1}, {"printer": 3})),
        "languages": st.sampled_from(((), (), ("nl",), ("de", "en"))),
        "team": st.sampled_from((None, None, None, *TEAMS)),
        "data_class": st.sampled_from((None, None, None, *DATA_CLASSES)),
        "tried": st.sampled_from(((), (), ("a0",), ("a0", "p0"))),
        "last_agent": st.sampled_from((None, "a0", "a1")),
        "category": st.sampled_from((None, *CATEGORIES)),
        "customer_tier": st.sampled_from((None, "gold")),
        "tags": st.sampled_from((frozenset[str](), frozenset({"vip"}), frozenset({"vip", "emea"}))),
        "queue": st.sampled_from((None, None, "vip", "general")),
        "channel": st.sampled_from((None, "chat", "voice")),
        "allowed": st.sampled_from(((), (), ("a0", "a1"))),
        "excluded": st.sampled_from(((), (), ("a0",))),
        "preferred": st.sampled_from(((), (), ("a1",))),
        "selectors": st.sampled_from(((), (), SELECTORS)),
        "preferred_skills": st.sampled_from(((), (), (PreferredSkill("vpn", 1), PreferredSkill("printer")))),
        "head_start": st.sampled_from((ElapsedDuration.of_us(0), ElapsedDuration.of_us(600_000_000))),
    }
)


@final
@attrs.frozen
class _Words:
    """What a staff, and a policy, speak of: whom a ticket may be for, and the values that conditions compare with."""

    able: tuple[Agent | Partner, ...]
    spoken: FrozenDict[tuple[Any, ...]]
    queues: tuple[str, ...]

    def of(self, name: str) -> tuple[Any, ...]:
        return self.spoken.get(name, ())


@lru_cache(maxsize=32)  # a walk over the whole staff, asked for at every draw
def _words_of(staff: Staff, policy: RoutingPolicy | None) -> _Words:
    spoken: dict[str, dict[Any, None]] = {}
    for node in (*walked(staff.partners), *walked(policy)):
        match node:
            case Is(name, value):
                spoken.setdefault(name, {})[value] = None
            case IsOneOf(name, values):
                spoken.setdefault(name, {}).update(dict.fromkeys(values))
            case Has(name, value):
                spoken.setdefault(name, {})[value] = None
            case InRange(fact=name, least=least, most=most):
                spoken.setdefault(name, {}).update(dict.fromkeys(end for end in (least, most) if end is not None))
            case ServesQueue(queue) if queue is not None:
                spoken.setdefault("queue", {})[queue] = None
            case _:
                pass
    served = dict.fromkeys(name for agent in staff.agents for name in agent.queues)
    queues = tuple(dict.fromkeys((*served, *spoken.get("queue", {}))))
    return _Words(
        (*staff.agents, *staff.partners), FrozenDict({name: tuple(values) for name, values in spoken.items()}), queues
    )


@st.composite
def _tickets_for(
    draw: st.DrawFn,
    id: str,  # noqa: A002
    words: _Words,
    start: datetime,
    end: datetime | None,
) -> WaitingFacts:
    opened = draw(_between(start, start + 4 * _DAY if end is None else end))
    whom = draw(st.sampled_from(words.able)) if words.able else Agent("nobody")
    needs = draw(_asked_of(whom))
    other = draw(st.sampled_from(words.able)) if words.able and draw(st.integers(0, 5)) == 0 else whom
    if other is not whom:  # somebody else's language or clearance: perhaps nobody has it all
        needs |= {name: value for name, value in draw(_asked_of(other)).items() if name in {"languages", "data_class"}}
    known = {name: draw(st.none() | st.sampled_from(words.of(name))) for name in _PLAIN if words.of(name)}
    fields = {
        name.removeprefix("field."): draw(st.sampled_from((None, *values)))
        for name, values in words.spoken.items()
        if name.startswith("field.")
    }
    due = draw(st.none() | st.integers(0, 3000).map(lambda minutes: opened + timedelta(minutes=minutes)))
    served = tuple(whom.queues) if isinstance(whom, Agent) and whom.queues else words.queues
    return WaitingFacts(
        id,
        opened_at=opened,
        queued_at=opened + timedelta(minutes=draw(st.sampled_from((0, 0, 5, 30, 600)))),
        due_at=due,
        at_risk_from=None if due is None else due - timedelta(minutes=30),
        priority_rank=draw(st.integers(0, 3)),
        tags=frozenset(draw(st.sets(st.sampled_from(words.of("tags"))))) if words.of("tags") else frozenset(),
        vip=draw(st.booleans()) if words.of("vip") else False,
        queue=draw(st.none() | st.sampled_from(served)) if served else None,
        last_agent=whom.id if draw(st.booleans()) else None,
        preferred=(whom.id,) if draw(st.integers(0, 3)) == 0 else (),
        tried=(other.id,) if other is not whom else (),
        fields=FrozenDict(fields),
        **{**known, **needs},
    )


_PLAIN: Final = ("priority", "kind", "category", "service", "channel", "organisation", "customer_tier", "requester")


def _asked_of(one: Agent | Partner) -> st.SearchStrategy[dict[str, Any]]:
    """Needs that an agent or a partner could meet."""
    skills = [{}, *({name: level} for name, level in one.skills.items()), dict(one.skills)]
    spoken = tuple(one.languages)
    tier = one.tier if isinstance(one, Agent) else one.scope.max_tier or 1
    team = one.team if isinstance(one, Agent) else None
    return st.fixed_dictionaries(
        {
            "skills": st.sampled_from(skills),
            "languages": st.sampled_from(((), *((language,) for language in spoken), spoken)),
            "tier": st.integers(1, tier),
            "team": st.sampled_from((None, None, team)),
            "data_class": st.sampled_from((None, None, *sorted(one.clearances))),
        }
    )


def _between(start: datetime, end: datetime) -> st.SearchStrategy[datetime]:
    minutes = (end - start) // timedelta(minutes=1)
    if minutes < 0:
        raise InvalidValue("end", end, "must not lie before start")
    return st.integers(0, minutes).map(lambda many: start.astimezone(UTC) + timedelta(minutes=many))


_LIMITS: Final = (ShareCapped, Committed, UnderCap)


@st.composite
def _used(draw: st.DrawFn, policy: RoutingPolicy | None, staff: Staff, at: datetime) -> list[EventData]:
    """What went through the limits, shares and commitments of a policy in the present period, none of them passed."""
    facts: list[EventData] = []
    for node in walked(policy):
        match node:
            case ShareCapped():
                whole = draw(st.integers(0, 20))
                own = draw(st.integers(0, int(node.most * whole / 100)))
                counts = {"*": whole, node.id: own}
            case Committed():
                counts = {node.id: draw(st.integers(0, node.least + 1))}
            case UnderCap():
                whom = (*(agent.id for agent in staff.agents), *(partner.id for partner in staff.partners))
                counts = {name: draw(st.integers(0, node.most)) for name in whom}
            case _:
                continue
        meter = f"{node.id} {node.period.name(at)}"
        facts += [Metered(meter, member, amount) for member, amount in counts.items() if amount]
    return facts


@st.composite
def floors(
    draw: st.DrawFn,
    *,
    most: int = 5,
    staff: Staff | None = None,
    calendars: Mapping[str, Calendar] | None = None,
    policy: RoutingPolicy | None = None,
    start: datetime = MONDAY,
    end: datetime | None = None,
) -> Snapshot:
    """A floor that events may lead to: presence, waiting tickets, open gates, and nobody holding more than they may.

    Made up with up to ``most`` agents, or of your own ``staff`` and ``calendars`` (a calendar that is not given is
    always open), with the gates of your ``policy`` open or closed and a part of its period's caps, shares and
    commitments used. The instant lies from ``start`` until ``end``, eight days later where that is not given.
    """
    register = draw(staffs(most=most)) if staff is None else staff
    names = tuple(agent.id for agent in register.agents)
    present: list[EventData] = [SignedOn(name) for name in names]
    if names:
        present += draw(st.lists(presence_events(names), max_size=3))
    facts: list[EventData] = [
        Queued(draw(tickets(id=f"W-{place}", staff=staff, policy=policy, start=start, end=end)))
        for place in range(draw(st.integers(0, 3)))
    ]
    for agent in register.agents:
        held = draw(st.integers(0, max(0, agent.capacity - draw(st.sampled_from((0, 1, 1))))))
        facts += [Placed(f"H-{agent.id}-{place}", agent.id, agent.desk) for place in range(min(held, 9))]
    gates = GATES if policy is None else tuple(gate.id for gate in policy.gates())
    if gates:
        facts += [GateOpened(name, 1) for name in draw(st.lists(st.sampled_from(gates), unique=True))]
    known = CALENDARS if staff is None else _calendars(register, calendars or {})
    last = start + 8 * _DAY if end is None else end
    at = draw(_between(start, last))
    if staff is not None:
        latest = start + 30 * _DAY if end is None else end
        at = _in_hours(at, known, draw(st.sampled_from((*known, *known, *known, None))), latest)
    if any(isinstance(node, _LIMITS) for node in walked(policy)):
        facts += draw(_used(policy, register, at))
    return Snapshot(
        at=at,
        staff=register,
        calendars=known,
        presence=Presence.replay(floor_events(present, start=start)),
        routing=RoutingState.replay(floor_events(facts, start=start)),
        seed=draw(st.integers(0, 3)),
    )


def _calendars(staff: Staff, given: Mapping[str, Calendar]) -> Mapping[str, Calendar]:
    named = {agent.calendar for agent in staff.agents} | {partner.calendar for partner in staff.partners}
    return {**{name: Calendar.always() for name in sorted(filter(None, named))}, **given}


def _in_hours(at: datetime, calendars: Mapping[str, Calendar], name: str | None, last: datetime) -> datetime:
    """An instant at which a calendar is open, if it opens in time; the instant itself where none is named."""
    if name is None or calendars[name].is_open(at):
        return at
    opens = calendars[name].next_open(at)
    return at if opens is None or opens > last else opens


@st.composite
def situations(
    draw: st.DrawFn,
    policy: RoutingPolicy,
    staff: Staff,
    calendars: Mapping[str, Calendar] | None = None,
    *,
    start: datetime = MONDAY,
    end: datetime | None = None,
) -> tuple[WaitingFacts, Snapshot]:
    """A ticket and a floor for your policy, over your staff: what ``check_claims`` and each law take.

    Every instant lies from ``start`` until ``end``: without them in one week of March 2026. Give a window in which your
    seasons, holidays and certificates matter. Of the period's share caps, caps and commitments a part is used, never
    more than they allow; nothing is drawn for ``UnderBudget``, ``UnderLimit`` and ``Blend``.
    """
    floor = draw(floors(staff=staff, calendars=calendars, policy=policy, start=start, end=end))
    return draw(tickets(staff=staff, policy=policy, start=start, end=end)), floor
