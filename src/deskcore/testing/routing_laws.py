"""Laws of routing: what holds for every decision, policy, requirement, ranking and gate, as functions.

Call them on your own policies, over the floors of ``deskcore.testing.routing`` or over your own. Each raises
``AssertionError`` with a sentence that says which law was broken.

Layer: testing.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

import attrs

from deskcore._value import from_us, to_us
from deskcore.log import EventData
from deskcore.routing import Gate, RoutingPolicy, RoutingState, Snapshot, ToAgent, WaitingFacts, gates_due
from deskcore.routing.commit import commit, next_placement
from deskcore.routing.explain import explain
from deskcore.routing.gate import next_gate_change
from deskcore.routing.policy import Decline
from deskcore.routing.queue import order_waiting
from deskcore.routing.ranking import Ranking
from deskcore.routing.requirement import ANYBODY, NOBODY, Requirement
from deskcore.routing.resort import LastResort
from deskcore.routing.snapshot import Candidate
from deskcore.testing.staff import floor_events

__all__ = [
    "check_adding_a_requirement_adds_nobody",
    "check_demand",
    "check_deterministic",
    "check_draining_conserves_tickets",
    "check_explanation_is_sound",
    "check_first_of",
    "check_gates_come_to_rest",
    "check_next_change_is_never_late",
    "check_nobody_unfit",
    "check_nobody_waits_unannounced",
    "check_order_is_of_the_tickets",
    "check_ranking_is_total",
    "check_requirement_lattice",
    "check_state_conserves",
    "check_survives_pickle",
]


def check_nobody_unfit(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> None:
    """Law: whoever gets a ticket is there, on shift, not absent, has room, is in scope and cleared for its data.

    Worked out from the staff, the calendars and the loads alone, without the requirements under test.

    Raises:
        AssertionError: the ticket went to somebody unfit.
    """
    decision = policy.decide(ticket, floor)
    if not decision.places and decision.kind != "offer":
        return
    partner = floor.staff.find_partner(decision.desk or "")
    if partner is not None:
        held = floor.routing.desk_load(partner.id).units
        assert partner.capacity is None or held + ticket.units <= partner.capacity, "the desk is full"
        assert partner.scope.classify(floor.facts(ticket)).answer == "provided", "the work is out of scope"
        sensitive = ticket.data_class
        assert sensitive is None or partner.is_cleared(sensitive, at=floor.at), "the desk is not cleared"
        assert partner.contract.holds(floor.at), "the contract does not run"
        assert partner.scope.max_tier is None or ticket.tier <= partner.scope.max_tier, "above the partner's tier"
    if decision.kind == "hand_off":
        assert partner is not None, "only a partner desk can be handed a ticket"
        assert partner.calendar is None or floor.calendars[partner.calendar].is_open(floor.at), "the desk is closed"
        return
    agent = floor.staff.agent(decision.agent or "")
    state = floor.presence.of(agent.id)
    capacity = agent.capacity if state.capacity is None else state.capacity
    assert state.state == "present", f"{agent.id} is absent"
    assert agent.calendar is None or floor.calendars[agent.calendar].is_open(floor.at), f"{agent.id} is off shift"
    assert floor.routing.load(agent.id).units + ticket.units <= capacity, f"{agent.id} is full"
    kinds = floor.routing.load(agent.id).kinds
    for kind, most in agent.ceilings.items():
        family, _, name = kind.partition(":")
        asked = {"channel": ticket.channel, "queue": ticket.queue}.get(family)
        if kind == "*":
            assert floor.routing.load(agent.id).tickets < most, f"{agent.id} holds as many tickets as they may"
        elif asked is not None and name in {asked, "*"}:
            assert kinds.get(f"{family}:{asked}", 0) < most, f"{agent.id} is at the ceiling of {kind}"
    assert agent.absence(at=floor.at) is None, f"{agent.id} is on leave"
    sensitive = ticket.data_class
    if sensitive is not None:
        assert agent.is_cleared(sensitive, at=floor.at), f"{agent.id} is not cleared"
        asked = floor.staff.data_agreements.get(sensitive)
        signed = [one.has_signed(asked or "", at=floor.at) for one in (agent, partner) if one is not None]
        assert asked is None or any(signed), f"{agent.id} has not signed {asked}"
    assert (decision.team, decision.desk) == (agent.team, agent.desk), "the decision misnames team or desk"


def check_deterministic(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> None:
    """Law: equal input, equal decision, twice, and whatever the order of the register.

    The order may matter only where a ranking says that it reads it, as turns do.

    Raises:
        AssertionError: two decisions differ.
    """
    decision = policy.decide(ticket, floor)
    assert decision == policy.decide(ticket, floor), "asked twice, it answers differently"
    if _reads_order(policy):
        return
    turned = attrs.evolve(floor, staff=attrs.evolve(floor.staff, agents=floor.staff.agents[::-1]))
    other = policy.decide(ticket, turned)
    assert (other.kind, other.agent, other.desk, other.key) == (
        decision.kind,
        decision.agent,
        decision.desk,
        decision.key,
    ), "the order of the register matters"


def _reads_order(policy: RoutingPolicy) -> bool:
    ranking = policy.ranking if isinstance(policy, (ToAgent, LastResort)) else None
    own = ranking is not None and ranking.reads_the_register_s_order
    return own or any(_reads_order(part) for _, part in policy.parts_by_label())


def check_survives_pickle(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> None:
    """Law: a pickled policy, ticket and floor come back equal and decide the same in another process.

    Raises:
        AssertionError: a copy differs, or decides differently.
    """
    copied = pickle.loads(pickle.dumps((policy, ticket, floor)))  # noqa: S301 - made in this process
    assert copied == (policy, ticket, floor), "a pickled copy differs"
    assert copied[0].decide(copied[1], copied[2]) == policy.decide(ticket, floor), "a copy answers differently"


def check_explanation_is_sound(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> None:
    """Law: the explanation tells of the same decision; the winner's key is least; every loser has a reason.

    Raises:
        AssertionError: the explanation and the decision part ways.
    """
    told = explain(policy, ticket, floor)
    assert told.decision == policy.decide(ticket, floor)
    assert told.steps, "at least one step was asked"
    last = told.steps[-1]
    assert (last.decision.kind, last.decision.agent, last.decision.desk) == (
        told.decision.kind,
        told.decision.agent,
        told.decision.desk,
    ), "the last step is the one that answered"
    assert not any(step.decision.answers for step in told.steps[:-1]), "a step after the answer was asked"
    eligible = [ruling for ruling in last.rulings if ruling.is_eligible]
    if told.decision.places or told.decision.kind == "offer":
        best = min(eligible, key=lambda ruling: ruling.key)
        assert best.candidate == told.chosen, "the winner's key is not the least"
    elif last.rulings:
        assert not eligible, "somebody was eligible and got nothing"
    for step in told.steps:
        for ruling in step.rulings:
            assert ruling.reason, f"no reason for {ruling.candidate}"
            assert told.why_not(ruling.candidate)
    assert told.explain()


def check_next_change_is_never_late(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> None:
    """Law: before ``next_change`` asking again gives the same answer, as long as nothing happens on the floor.

    Probes the two days after the snapshot.

    Raises:
        AssertionError: an answer changed before its time.
    """
    first = policy.answer(ticket, floor)
    for later in _before_next_change(policy, ticket, floor):
        answer = policy.answer(ticket, later)
        same = (answer.kind, answer.agent, answer.desk) == (first.kind, first.agent, first.desk)
        assert same, f"the answer changed at {later.at} without notice"


def check_nobody_waits_unannounced(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> None:
    """Law: what is a wait or no answer stays so before ``next_change``, and so does what is not.

    Probes the two days after the snapshot. Who of several gets the ticket may change: a ranking announces nothing.

    Raises:
        AssertionError: a requirement or policy depends on time and does not say when in ``next_change``.
    """
    first = policy.answer(ticket, floor)
    for later in _before_next_change(policy, ticket, floor):
        kind = policy.answer(ticket, later).kind
        assert kind == first.kind, (
            f"{first.kind} becomes {kind} by {later.at} with nothing but time passing, and next_change does not say so"
        )


def _before_next_change(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> Iterator[Snapshot]:
    again = policy.next_change(ticket, floor)
    assert again is None or again > floor.at_us, "next_change lies strictly later"
    horizon = to_us(floor.at + timedelta(days=2))
    span = (horizon if again is None else min(again, horizon)) - floor.at_us
    for part in (0.0, 0.1, 0.33, 0.5, 0.75, 0.97):
        yield attrs.evolve(floor, at=from_us(floor.at_us + int(span * part)))


def check_first_of(a: RoutingPolicy, b: RoutingPolicy, c: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> None:
    """Law: ``|`` is associative, ``Decline()`` is its identity, and a fallback never changes an answer.

    Raises:
        AssertionError: the law is broken.
    """
    assert (a | b) | c == a | (b | c), "brackets matter"
    assert a | Decline() == a == Decline() | a, "an identity changed a policy"
    alone = a.answer(ticket, floor)
    if alone.answers:
        assert (a | b).answer(ticket, floor) == alone, "a fallback changed an answer"


def check_requirement_lattice(
    a: Requirement, b: Requirement, c: Requirement, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot
) -> None:
    """Law: ``&``, ``|`` and ``~`` are those of a Boolean lattice, and a failing part is named exactly when one fails.

    Raises:
        AssertionError: a law is broken.
    """

    def holds(requirement: Requirement) -> bool:
        passed = requirement.test(ticket, candidate, floor)
        failed = requirement.failing(ticket, candidate, floor)
        assert passed is (failed is None), f"{requirement} passes {passed} but names {failed}"
        assert failed is None or not failed.test(ticket, candidate, floor), "the part named does not fail"
        return passed

    assert holds(a & b) is (holds(a) and holds(b)) is holds(b & a)
    assert holds(a | b) is (holds(a) or holds(b)) is holds(b | a)
    assert (a & b) & c == a & (b & c)
    assert (a | b) | c == a | (b | c)
    assert holds(a & (a | b)) is holds(a) is holds(a | (a & b))
    assert holds(~(a & b)) is holds(~a | ~b)
    assert ~~a == a or holds(~~a) is holds(a)
    assert a & ANYBODY == a == a | NOBODY


def check_adding_a_requirement_adds_nobody(
    requirement: Requirement, extra: Requirement, ticket: WaitingFacts, floor: Snapshot
) -> None:
    """Law: with one more requirement nobody is eligible who was not, at any desk.

    Raises:
        AssertionError: a requirement let somebody in.
    """
    for desk in floor.staff.desks:
        before = _eligible(ToAgent(requirement, desk=desk), ticket, floor)
        after = _eligible(ToAgent(requirement & extra, desk=desk), ticket, floor)
        assert after <= before, f"{extra} let in {sorted(after - before)}"


def _eligible(policy: ToAgent, ticket: WaitingFacts, floor: Snapshot) -> set[str]:
    (step,) = policy.trace(ticket, floor)
    return {ruling.candidate for ruling in step.rulings if ruling.is_eligible}


def check_ranking_is_total(ranking: Ranking, ticket: WaitingFacts, floor: Snapshot) -> None:
    """Law: all keys compare, a place for a word, so that with the id every two candidates are in a definite order.

    Raises:
        AssertionError: keys differ in length, or a place lacks its word.
    """
    candidates = [candidate for desk in floor.staff.desks for candidate in floor.agents_of(desk)]
    candidates += [floor.desk(partner.id) for partner in floor.staff.partners]
    keys = [(*ranking.key(ticket, candidate, floor), candidate.id) for candidate in candidates]
    assert len({len(key) for key in keys}) <= 1, "keys differ in length"
    assert all(one < other for one, other in pairwise(sorted(keys))), "two candidates share a key"
    for key, candidate in zip(keys, candidates, strict=True):
        assert len(ranking.words(ticket, candidate, floor)) == len(key) - 1, "a place lacks its word"


def check_state_conserves(data: Sequence[EventData]) -> None:
    """Law: a ticket never both waits and is held, and every load is the sum of what is held.

    Raises:
        AssertionError: a ticket or a unit was lost or doubled.
    """
    state = RoutingState()
    for event in floor_events(data):
        state = state.step(event)
        assert not set(state.waiting) & set(state.held), "a ticket waits and is held"
        for name, load in (*state.agents.items(), *state.desks.items()):
            mine = [held for held in state.held.values() if name in {held.agent, held.desk}]
            assert load.units == sum(held.units for held in mine), f"the load of {name} is not what it holds"
            assert load.tickets == len(mine)
            assert (load.idle_since is not None) is (load.tickets == 0), f"{name} is idle exactly when empty"
    assert state == RoutingState.replay(floor_events(data))


def check_draining_conserves_tickets(policy: RoutingPolicy, floor: Snapshot) -> None:
    """Law: serving the line until nobody can take any more neither loses nor doubles a ticket, and it ends.

    Raises:
        AssertionError: a ticket was lost, doubled, or given to somebody without room.
    """
    waiting = set(floor.routing.waiting)
    total = len(waiting) + len(floor.routing.held)
    rejected = 0
    for seq in range(1, len(waiting) + 2):
        decision = next_placement(policy, floor)
        if decision is None:
            break
        ticket = floor.routing.waiting[decision.ticket]
        check_nobody_unfit(policy, ticket, floor)
        assert [other for other in floor.waiting if other.ticket == ticket.ticket] == [ticket]
        rejected += decision.kind == "reject"
        for event in floor_events(commit(decision, ticket).floor, start=floor.at + timedelta(microseconds=seq)):
            floor = attrs.evolve(floor, routing=floor.routing.step(event))
        assert len(floor.routing.waiting) + len(floor.routing.held) + rejected == total
    assert next_placement(policy, floor) is None, "the line does not come to an end"
    left = [policy.decide(ticket, floor) for ticket in floor.waiting]
    assert not any(decision.places or decision.kind == "reject" for decision in left), "somebody could still take one"


def check_demand(policy: RoutingPolicy, ticket: WaitingFacts, other: WaitingFacts, floor: Snapshot) -> None:
    """Law: on one floor tickets of equal demand get the same kind of answer, and the same instant to ask again.

    Raises:
        AssertionError: two tickets of equal demand fare differently.
    """
    if policy.demand(ticket, floor) == policy.demand(other, floor):
        fates = {policy.answer(facts, floor).kind for facts in (ticket, other)}
        assert len(fates) == 1, f"equal demand, but {' and '.join(sorted(fates))}"
        changes = {policy.next_change(facts, floor) for facts in (ticket, other)}
        assert len(changes) == 1, "equal demand, but different instants to ask again"


def check_gates_come_to_rest(gate: Gate, floor: Snapshot) -> None:
    """Law: a switch that is recorded is not due again, and a gate between its thresholds stays as it is.

    Raises:
        AssertionError: the gate flaps.
    """
    due = gates_due([gate], floor)
    assert len(due) <= 1
    reading = gate.signal.reading(floor)
    assert not (gate.should_open(reading) and gate.should_close(reading)), "one reading both opens and closes"
    assert (next_gate_change([gate], floor) == floor.at) is bool(due), "what is owed is due at once"
    state = floor.routing
    for event in floor_events([change.data for change in due], start=floor.at):
        state = state.step(event)
    after = attrs.evolve(floor, routing=state)
    assert gates_due([gate], after) == (), "the gate switches twice on one reading"
    if gate.off < reading < gate.on:
        assert not due, "a gate between its thresholds switched"


def check_order_is_of_the_tickets(line: Sequence[WaitingFacts], other: Sequence[WaitingFacts]) -> None:
    """Law: the waiting line depends on the tickets alone, not on the order in which they are given.

    Raises:
        AssertionError: two permutations give two lines.
    """
    assert order_waiting(line) == order_waiting(other)
