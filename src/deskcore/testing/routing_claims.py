"""The sixteen laws of routing as functions of (policy, ticket, floor), and the one call that checks what a node claims.

Draw the ticket and the floor for your own staff with ``deskcore.testing.routing.situations``. A law returns whether it
had anything to look at, so that a suite can see that it is not empty, and raises ``AssertionError`` where it is broken.

Layer: testing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from decimal import Context, Decimal
from typing import Final, TypeAlias

import attrs

from deskcore.predicate import ALWAYS, NEVER
from deskcore.routing import Gate, Overflow, RoutingPolicy, Snapshot, WaitingFacts, When
from deskcore.routing.claims import LAWS, Law
from deskcore.routing.commit import commit, next_placement
from deskcore.routing.dated import Dated
from deskcore.routing.events import GateOpened, Queued
from deskcore.routing.policy import Decline, FirstOf, first_of
from deskcore.routing.requirement import Requirement, conjuncts
from deskcore.routing.requirements import FIRM
from deskcore.routing.share import Blend, Portion
from deskcore.routing.signals import WaitingCount
from deskcore.staff import HOUSE, Agent
from deskcore.staff.events import SignedOn
from deskcore.testing.routing_laws import (
    check_deterministic,
    check_explanation_is_sound,
    check_nobody_unfit,
    check_nobody_waits_unannounced,
)
from deskcore.testing.routing_runs import (
    check_gates_are_steady,
    check_nobody_starves,
    check_offers_are_bounded,
    check_places_are_kept,
    check_replays_alike,
    check_shares_are_kept,
    check_turns_are_fair,
    told,
)

LawCheck: TypeAlias = Callable[[RoutingPolicy, WaitingFacts, Snapshot], bool]

_NEWCOMER: Final = "a newcomer"


def check_never_unfit(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 1: nobody gets a ticket who is absent, off shift, full, out of scope, uncleared, or fails a requirement.

    Raises:
        AssertionError: somebody unfit got it.
    """
    decision = policy.decide(ticket, floor)
    check_nobody_unfit(policy, ticket, floor)
    if not (decision.places or decision.kind == "offer"):
        return False
    ruled_out = {ruling.candidate for ruling in policy.trace(ticket, floor)[-1].rulings if not ruling.is_eligible}
    assert (decision.agent or decision.desk) not in ruled_out, "who got it fails a requirement"
    return True


def check_conserves(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 2: serving the line loses and doubles no ticket; a load is the sum of what is held; it comes to an end.

    Raises:
        AssertionError: a ticket or a unit was lost or doubled.
    """
    floor = told(floor, Queued(ticket))
    total, rejected, served = len(floor.routing.waiting) + len(floor.routing.held), 0, 0
    for _ in range(len(floor.routing.waiting) + 1):
        decision = next_placement(policy, floor)
        if decision is None:
            return served > 0
        served, rejected = served + 1, rejected + (decision.kind == "reject")
        floor = told(floor, *commit(decision, floor.routing.waiting[decision.ticket]).floor)
        state = floor.routing
        assert not set(state.waiting) & set(state.held), "a ticket waits and is held"
        assert set(state.offers) <= set(state.held), "an offer takes no room"
        expected = {"assign": "assigned", "hand_off": "handed_off", "offer": "offered", "reject": "elsewhere"}
        assert state.where(decision.ticket) == expected.get(decision.kind), f"{decision.ticket} is not where it went"
        assert len(state.waiting) + len(state.held) + rejected == total, f"{decision.ticket} was lost or doubled"
        for name, load in (*state.agents.items(), *state.desks.items()):
            units = sum(held.units for held in state.held.values() if name in {held.agent, held.desk})
            assert load.units == units >= 0, f"the load of {name} is not what it holds"
    raise AssertionError("the line does not come to an end")


def check_deterministic_anywhere(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 3: equal input, equal decision, whatever the order of the register unless a ranking reads it.

    Raises:
        AssertionError: two decisions differ.
    """
    check_deterministic(policy, ticket, floor)
    return policy.decide(ticket, floor).acts


def check_idempotent(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 4: deciding changes nothing, and a decision committed twice counts once.

    Raises:
        AssertionError: a second look or a second commit changed something.
    """
    floor = told(floor, Queued(ticket))
    known = attrs.evolve(floor)
    decision = policy.decide(ticket, floor)
    assert policy.decide(ticket, floor) == decision, "asked twice, it answers differently"
    assert floor == known, "deciding changed the floor"
    recorded = tuple(data for data in commit(decision, ticket).floor if data not in decision.marks)
    once = told(floor, *recorded)
    twice = told(once, *recorded)
    assert {name: load.units for name, load in once.routing.agents.items()} == {
        name: load.units for name, load in twice.routing.agents.items()
    }, "committed twice, it takes room twice"
    assert set(once.routing.held) == set(twice.routing.held)
    return bool(recorded)


def check_monotone(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 5: more people, or a longer wait, never leave a ticket with nobody that found somebody without.

    Raises:
        AssertionError: a ticket that found somebody finds nobody.
    """
    decision = policy.decide(ticket, floor)
    if not (decision.places or decision.kind == "offer"):
        return False
    desks = (HOUSE, *(partner.id for partner in floor.staff.partners))
    newcomers = [Agent(_NEWCOMER, desk=desk) for desk in desks]
    newcomers += [attrs.evolve(agent, id=_NEWCOMER, capacity=0) for agent in floor.staff.agents]
    for agent in newcomers:
        staff = attrs.evolve(floor.staff, agents=(*floor.staff.agents, agent))
        fuller = told(attrs.evolve(floor, staff=staff), SignedOn(_NEWCOMER))
        found = policy.decide(ticket, fuller)
        assert found.places or found.kind == "offer", f"with one more at {agent.desk}, nobody gets it"
    for longer in (timedelta(seconds=1), timedelta(hours=1), timedelta(days=3)):
        waited = attrs.evolve(ticket, queued_at=ticket.queued_at - longer)
        found = policy.decide(waited, floor)
        assert found.places or found.kind == "offer", f"having waited {longer} longer, nobody gets it"
    return True


def check_algebra(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 6: combined with what changes nothing a policy answers as before, and brackets around ``|`` never matter.

    Raises:
        AssertionError: an identity changed an answer.
    """
    alone = policy.answer(ticket, floor)
    assert policy | Decline() == policy == Decline() | policy, "Decline is the identity of |"
    assert (policy | When(NEVER, policy)) | Decline() == policy | (When(NEVER, policy) | Decline()), "brackets matter"
    assert first_of(Decline(), policy, Decline()) == policy
    assert When(ALWAYS, policy).answer(ticket, floor) == alone, "when always, it answers otherwise"
    assert not When(NEVER, policy).answer(ticket, floor).answers, "when never, it answers"
    assert Blend("one", (Portion("all", policy, 1),)).answer(ticket, floor) == alone or not _taken(alone.kind)
    gate = Gate("of the law", WaitingCount(), on=2, off=1)
    kept = Overflow(gate, inside=policy, outside=Decline()).answer(ticket, floor)
    opened = told(floor, GateOpened(gate.id, 2))
    sent = Overflow(gate, inside=Decline(), outside=policy).answer(ticket, opened)
    for answer in (kept, sent):
        assert (answer.kind, answer.agent, answer.desk) == (alone.kind, alone.agent, alone.desk), "a gate changed it"
    if alone.answers:
        assert (policy | policy).answer(ticket, floor) == alone, "asked a second time after an answer"
    return alone.answers


def _taken(kind: str) -> bool:
    return kind in {"assign", "hand_off", "offer"}


def check_work_conserving(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 7: while somebody is free who meets what is asked, the ticket does not go on waiting, unless it is held.

    Works the eligible out by asking the requirements of every step that always is asked, one candidate at a time.

    Raises:
        AssertionError: somebody stands idle.
    """
    floor = told(floor, Queued(ticket))
    idle: list[str] = []
    for asked, desk in _always_asked(policy, floor):
        candidates = (*floor.agents_of(desk),) if desk in floor.staff.desks else ()
        idle += [one.id for one in candidates if (FIRM & asked).test(ticket, one, floor)]
    answer = policy.decide(ticket, floor)
    assert answer.answers or not idle, f"{idle} are free and {ticket.ticket} waits"
    alone = attrs.evolve(
        floor, routing=attrs.evolve(floor.routing, waiting=told(floor, Queued(ticket)).routing.waiting)
    )
    placed = next_placement(policy, alone)
    assert placed is not None or not answer.acts, "the line stands still although somebody can take a ticket"
    return bool(idle)


def _always_asked(policy: RoutingPolicy, floor: Snapshot) -> Iterator[tuple[Requirement, str]]:
    """What is required by steps that are asked whatever the ticket, and at which desk."""
    if "work_conserving" not in policy.claims:
        return
    requires, desk = getattr(policy, "requires", None), getattr(policy, "desk", None)
    if isinstance(requires, Requirement) and isinstance(desk, str) and not hasattr(policy, "states"):
        yield requires, desk
    parts = [part for _, part in policy.parts_by_label()]
    if isinstance(policy, Overflow):
        parts = [policy.outside if floor.routing.is_open(policy.gate.id) else policy.inside]
    elif isinstance(policy, Dated):
        running = (one.policy for one in policy.overrides if one.season.holds(floor.at_us))
        parts = [next(running, policy.usually)]
    for part in parts:
        yield from _always_asked(part, floor)
        if isinstance(policy, FirstOf) and part.may_hold:
            break


def check_explained(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 14: the winner's key is least, and without the requirement named a loser fails by another or by none.

    Raises:
        AssertionError: the explanation is not that of the decision.
    """
    check_explanation_is_sound(policy, ticket, floor)
    found = False
    for leaf in _leaves(policy):
        requires = getattr(leaf, "requires", None)
        if not isinstance(requires, Requirement):
            continue
        parts = conjuncts(FIRM & requires)
        for agent in floor.staff.agents:
            candidate = floor.agent(agent.id)
            failing = next((part for part in parts if not part.test(ticket, candidate, floor)), None)
            named = (FIRM & requires).failing(ticket, candidate, floor)
            assert (failing is None) is (named is None), f"{candidate.id}: {named} is named and {failing} fails"
            if failing is None or named is None:
                continue
            found = True
            assert failing.failing(ticket, candidate, floor) == named, f"{candidate.id} does not fail {named} first"
            left = [part for part in parts if part != failing]
            second = next((part for part in left if not part.test(ticket, candidate, floor)), None)
            assert second != failing, f"without {named}, {candidate.id} still fails it"
            assert named.because(ticket, candidate, floor), f"{named} gives no reason"
    return found or policy.decide(ticket, floor).acts


def _leaves(policy: RoutingPolicy) -> Iterator[RoutingPolicy]:
    parts = policy.parts_by_label()
    if not parts:
        yield policy
    for _, part in parts:
        yield from _leaves(part)


def check_cheapest(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 16: nobody who meets the same requirements would have cost less, by what the policy's order calls a cost.

    Raises:
        AssertionError: a cheaper one was passed over.
    """
    decision = policy.decide(ticket, floor)
    if not (decision.places or decision.kind == "offer"):
        return False
    step = policy.trace(ticket, floor)[-1]
    able = [ruling.candidate for ruling in step.rulings if ruling.is_eligible]
    costs = {name: _cost(name, step.ranking, floor) for name in able}
    mine = costs.get(decision.agent or decision.desk or "")
    stated = [cost for cost in costs.values() if cost is not None]
    assert not stated or mine == min(stated), (
        f"{decision.agent or decision.desk} at {mine} is dearer than {min(stated)}"
    )
    return len(stated) > 1


def _cost(name: str, ranking: str, floor: Snapshot) -> Decimal | None:
    """What a contact, or a resolution, costs with an agent or a desk, by the register alone."""
    desk = floor.staff.agent(name).desk if floor.staff.knows_agent(name) else name
    agent = floor.staff.agent(name) if floor.staff.knows_agent(name) else None
    partner = floor.staff.find_partner(desk)
    cost = None if agent is None else agent.cost
    resolves = None if agent is None else agent.resolves
    if partner is not None:
        cost = partner.price if cost is None else cost
        resolves = partner.resolves if resolves is None else resolves
    if not ranking.startswith("cheapest per resolution") or cost is None:
        return cost
    return None if resolves is None else Context(prec=28).divide(cost, resolves)


CHECKS: Final[Mapping[Law, LawCheck]] = {
    "never_unfit": check_never_unfit,
    "conserves": check_conserves,
    "deterministic": check_deterministic_anywhere,
    "idempotent": check_idempotent,
    "monotone": check_monotone,
    "algebra": check_algebra,
    "work_conserving": check_work_conserving,
    "fair_turns": check_turns_are_fair,
    "keeps_shares": check_shares_are_kept,
    "no_starvation": check_nobody_starves,
    "steady_gates": check_gates_are_steady,
    "bounded_offers": check_offers_are_bounded,
    "keeps_place": check_places_are_kept,
    "explained": check_explained,
    "replayable": check_replays_alike,
    "cheapest": check_cheapest,
}
"""The sixteen laws, each by its name."""


def check_claims(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> frozenset[Law]:
    """Check every law that a policy claims; return those that had something to look at on this floor.

    And, whatever it claims, that a wait does not end by time alone before ``next_change``: else it would wait for ever.

    >>> from datetime import UTC, datetime
    >>> from deskcore.routing import ToAgent
    >>> from deskcore.staff import Agent, Staff
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> floor = told(Snapshot(at=nine, staff=Staff(agents=(Agent("bo"),))), SignedOn("bo"))
    >>> "never_unfit" in check_claims(ToAgent(), WaitingFacts("T-1", opened_at=nine, queued_at=nine), floor)
    True

    Raises:
        AssertionError: a law it claims is broken; the message says which.
    """
    seen: set[Law] = set()
    check_nobody_waits_unannounced(policy, ticket, floor)
    for law in LAWS:
        if law in policy.claims:
            try:
                if CHECKS[law](policy, ticket, floor):
                    seen.add(law)
            except AssertionError as broken:
                raise AssertionError(f"{law}: {broken}\n  policy: {policy}\n  ticket: {ticket}") from broken
    return frozenset(seen)
