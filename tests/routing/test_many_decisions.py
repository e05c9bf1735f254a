"""Nobody is ever given a ticket who may not have it, in many random decisions on a board that lives through a week.

Each life is a fleet, a policy and a week of arrivals, departures, absences and gates, drawn from a seed. An oracle in
plain Python says who may be given each ticket; nobody else ever is, and nobody is passed over when somebody may.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deskcore.hours import Calendar, elapsed
from deskcore.log import EventData
from deskcore.predicate import Is, where
from deskcore.routing import Gate, HandOff, Overflow, RoutingPolicy, Snapshot, ToAgent, WaitingFacts, When
from deskcore.routing.board import Board
from deskcore.routing.eligibility import Certified
from deskcore.routing.events import GateClosed, GateOpened
from deskcore.routing.policy import AfterWait, first_of
from deskcore.routing.ranking import (
    AtRandom,
    BestMatch,
    Cheapest,
    FewestOpen,
    LastAgent,
    LeastUtilised,
    LongestIdle,
    LongestSinceAssigned,
    PreferredLanguage,
    Ranking,
)
from deskcore.routing.requirement import ANYBODY, Requirement
from deskcore.routing.requirements import AtTier, HasSkills, InTeam, InTicketTeam, NeedsSkill, NotTried, SpeaksLanguage
from deskcore.routing.share import Blend, Portion
from deskcore.routing.signals import WaitingCount
from deskcore.routing.turns import FewestTaken, MostRoom, RoundRobin
from deskcore.staff import HOUSE, Agent, Partner, Scope, Staff
from deskcore.staff.events import CameBack, CapacityChanged, SignedOff, SignedOn, WentAway
from tests.routing.plain_desk import Contract, Person, PlainDesk, Tree, Work

MONDAY = datetime(2026, 5, 18, tzinfo=UTC)
SKILLS = ("vpn", "mail", "sap", "printer")
LANGUAGES = ("nl", "en", "de")
CATEGORIES = ("access", "hardware", "payroll")
TEAMS = ("first", "second")
DATA = ("health", "salary")
OFFICE: dict[str, Calendar] = {"office": Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")}
ASKS: tuple[tuple[Any, ...], ...] = (
    ("skills",), ("language",), ("tier",), ("team",), ("untried",), ("holds", "vpn", 2), ("of", "first"), ("certified",),
)  # fmt: skip
RANKINGS: tuple[Ranking, ...] = (
    LeastUtilised().then(LongestIdle()), LongestIdle(), FewestOpen(), BestMatch().then(FewestOpen()), MostRoom(),
    LastAgent().then(LongestSinceAssigned()), PreferredLanguage(), Cheapest(), FewestTaken(), RoundRobin(), AtRandom(),
)  # fmt: skip


def some(lots: random.Random, names: tuple[str, ...], chance: float = 0.5) -> tuple[str, ...]:
    return tuple(name for name in names if lots.random() < chance)


def a_person(lots: random.Random, name: str, desk: str, *, office_hours: bool) -> Person:
    until = MONDAY + timedelta(hours=lots.randrange(200))
    return Person(
        name,
        desk,
        {skill: lots.randint(1, 3) for skill in some(lots, SKILLS)},
        some(lots, LANGUAGES, 0.7),
        lots.choice((1, 1, 2, 3)),
        lots.choice((None, *TEAMS)),
        frozenset(some(lots, DATA)),
        lots.choice((0, 1, 2, 3, 5)),
        office_hours or lots.random() < 0.3,
        until if lots.random() < 0.5 else None,
        lots.choice((None, None, 1)),
    )


def a_desk(lots: random.Random) -> PlainDesk:
    partners = {
        name: Contract(
            frozenset(some(lots, CATEGORIES, 0.7)),
            lots.randint(1, 3),
            lots.choice((None, 1, 4)),
            frozenset(some(lots, DATA)),
            some(lots, LANGUAGES, 0.8),
            lots.random() < 0.5,
        )
        for name in ("p0", "p1")[: lots.randint(0, 2)]
    }
    people = [a_person(lots, f"a{place}", HOUSE, office_hours=False) for place in range(lots.randint(1, 20))]
    for partner, contract in partners.items():
        names = (f"{partner}-{place}" for place in range(lots.randint(0, 3)))
        people += [a_person(lots, name, partner, office_hours=contract.office_hours) for name in names]
    return PlainDesk(MONDAY, {one.id: one for one in people}, partners)


def a_tree(lots: random.Random, partners: tuple[str, ...], depth: int = 3) -> Tree:
    kind = lots.choice(("agents", "first", "first", "when", "after", "overflow", "blend")) if depth else "agents"
    below = [a_tree(lots, partners, depth - 1) for _ in range(lots.randint(1, 3))] if kind != "agents" else []
    match kind:
        case "first":
            return ("first", below)
        case "when":
            return ("when", lots.choice(CATEGORIES), below[0])
        case "after":
            return ("after", lots.choice((0, 30, 240)), below[0])
        case "overflow":
            return ("overflow", lots.choice(("g0", "g1")), below[0], below[-1])
        case "blend":
            return ("blend", f"b{lots.randrange(10**9)}", below)
        case _ if partners and lots.random() < 0.3:
            return ("desk", lots.choice(partners))
        case _:
            asks = tuple(ask for ask in ASKS if lots.random() < 0.4)
            return ("agents", lots.choice((HOUSE, HOUSE, HOUSE, *partners)), asks, lots.choice(RANKINGS))


def a_ticket(lots: random.Random, name: str, now: datetime, people: tuple[str, ...]) -> Work:
    return Work(
        name,
        now - timedelta(minutes=lots.choice((0, 0, 10, 30, 300))),
        {skill: lots.randint(1, 2) for skill in some(lots, SKILLS, 0.25)},
        some(lots, LANGUAGES, 0.3),
        lots.choice((1, 1, 1, 2, 3)),
        lots.choice((None, None, None, *TEAMS)),
        lots.choice((None, None, None, *DATA)),
        lots.choice((1, 1, 1, 2)),
        tuple(lots.sample(people, lots.choice((0, 0, min(2, len(people)))))),
        lots.choice(CATEGORIES),
        lots.choice((None, "chat", "mail")),
    )


# the same things, as the library says them


def the_agent(one: Person) -> Agent:
    return Agent(
        one.id,
        desk=one.desk,
        skills=one.skills,
        languages=one.languages,
        tier=one.tier,
        team=one.team,
        clearances=one.cleared,
        capacity=one.capacity,
        calendar="office" if one.office_hours else None,
        certificates={} if one.certified_until is None else {"fire": one.certified_until},
        ceilings={} if one.most_chats is None else {"channel:chat": one.most_chats},
    )


def the_partner(name: str, contract: Contract) -> Partner:
    does = Scope(where(category=tuple(sorted(contract.does))), max_tier=contract.tier) if contract.does else Scope()
    return Partner(
        name,
        scope=does,
        calendar="office" if contract.office_hours else None,
        capacity=contract.room,
        languages=contract.languages,
        clearances=contract.cleared,
    )


REQUIREMENTS: dict[str, Any] = {
    "skills": HasSkills, "language": SpeaksLanguage, "tier": AtTier, "team": InTicketTeam, "untried": NotTried,
    "holds": NeedsSkill, "of": InTeam,
}  # fmt: skip


def the_policy(tree: Tree) -> RoutingPolicy:
    match tree:
        case ("agents", desk, asks, ranking):
            requires: Requirement = ANYBODY
            for kind, *given in asks:
                requires &= Certified("fire") if kind == "certified" else REQUIREMENTS[kind](*given)
            return ToAgent(requires, ranking, desk=desk)
        case ("desk", partner):
            return HandOff(partner)
        case ("first", steps):
            return first_of(*map(the_policy, steps))
        case ("when", category, inner):
            return When(Is("category", category), the_policy(inner))
        case ("after", minutes, inner):
            return AfterWait(elapsed(minutes=minutes), the_policy(inner))
        case ("overflow", gate, inside, outside):
            return Overflow(Gate(gate, WaitingCount()), inside=the_policy(inside), outside=the_policy(outside))
        case (_, name, parts):
            return Blend(
                name, tuple(Portion(f"m{place}", the_policy(part), place + 1) for place, part in enumerate(parts))
            )
    raise AssertionError(tree)


def the_ticket(work: Work) -> WaitingFacts:
    return WaitingFacts(
        work.id,
        opened_at=work.queued_at,
        queued_at=work.queued_at,
        skills=work.skills,
        languages=work.languages,
        tier=work.tier,
        team=work.team,
        data_class=work.data,
        units=work.units,
        tried=work.tried,
        category=work.category,
        channel=work.channel,
    )


def what_happens(lots: random.Random, desk: PlainDesk) -> EventData | None:
    """Somebody comes, goes or is given another capacity, or a gate switches."""
    one = desk.people[lots.choice(tuple(desk.people))]
    match lots.randrange(8):
        case 0:
            one.here = True
            return SignedOn(one.id)
        case 1:
            one.here = False
            return SignedOff(one.id)
        case 2 if one.here:
            one.here = False
            return WentAway(one.id, "lunch")
        case 3 if one.here:
            return CameBack(one.id)
        case 4:
            one.capacity = lots.choice((0, 1, 2, 4))
            return CapacityChanged(one.id, one.capacity)
        case 5:
            gate = lots.choice(("g0", "g1"))
            is_open = gate in desk.open_gates
            desk.open_gates ^= {gate}
            return GateClosed(gate, 0) if is_open else GateOpened(gate, 1)
    return None


def live_through(seed: int, decisions: int) -> int:
    """One life; how many tickets found somebody."""
    lots = random.Random(seed)
    desk = a_desk(lots)
    staff = Staff(
        agents=tuple(map(the_agent, desk.people.values())),
        partners=tuple(the_partner(name, contract) for name, contract in desk.partners.items()),
    )
    board = Board(Snapshot(at=desk.now, staff=staff, calendars=OFFICE))
    tree = a_tree(lots, tuple(desk.partners))
    policy = the_policy(tree)
    for one in desk.people.values():
        if lots.random() < 0.8:
            one.here = True
            board.take(SignedOn(one.id))
    placed = 0
    for place in range(decisions):
        desk.now += timedelta(seconds=lots.randrange(2_000))
        board.move(desk.now)
        happened = what_happens(lots, desk)
        if happened is not None:
            board.take(happened)
        if desk.held and lots.random() < 0.9:
            done = lots.choice(tuple(desk.held))
            desk.free(done)
            board.release(done)
        work = a_ticket(lots, f"T-{place}", desk.now, tuple(desk.people))
        may = desk.answers(tree, work)
        decision = board.decide(policy, the_ticket(work))
        if not decision.places:
            assert not may, (
                f"seed {seed}, ticket {place}: {work} found nobody by {policy}, but {sorted(may)} may have it"
            )
            continue
        who = decision.agent or decision.desk or ""
        assert (decision.kind, who) in may, f"seed {seed}, ticket {place}: {work} went to {who} by {policy}"
        board.apply(decision, the_ticket(work))
        desk.hold(decision.agent, decision.desk or HOUSE, work)
        placed += 1
    return placed


def test_nobody_unfit_is_ever_chosen_in_twenty_thousand_decisions() -> None:
    """Never somebody ineligible, full, absent or off shift; never nobody while somebody may have the ticket."""
    placed = sum(live_through(seed, 250) for seed in range(80))
    assert placed > 2_000, "the lives are too hard to say much"


@pytest.mark.slow
def test_nobody_unfit_is_ever_chosen_in_a_million_decisions() -> None:
    placed = sum(live_through(seed, 500) for seed in range(1_000, 3_000))
    assert placed > 100_000
