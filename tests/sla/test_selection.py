"""Several policies at once, what a policy inherits, whose hours hold, and what is in scope."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given, settings

from deskcore.errors import InvalidConfiguration
from deskcore.hours import Calendar, business, elapsed
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import Is
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target, clocks, signals
from deskcore.sla.chain import Chain
from deskcore.sla.fold import begin, step
from deskcore.sla.lint import lint
from deskcore.sla.metric import ownership
from deskcore.staff.scope import Scope
from deskcore.testing.sla import NEW, OFFICE, RESOLVED, folded, histories, life, policies, steps_of
from deskcore.tickets import Party, status_event
from deskcore.tickets.events import Opened, PartyChanged, PrioritySet, Transferred

MONDAY = datetime(2026, 5, 18, tzinfo=UTC)
ANN, BO = Actor.requester("ann"), Actor.agent("bo")
ALWAYS_OPEN = {"default": Calendar.always()}


def at(hours: float) -> datetime:
    return MONDAY + timedelta(hours=hours)


def opened(tier: str | None = None, organisation: str | None = None, service: str | None = None) -> EventData:
    return Opened("help", Party("ann", organisation, tier), NEW, "test", priority="p1", service=service)


def resolution(hours: float) -> Target:
    return Target.resolution(elapsed(hours=hours))


# --- all at once

GOLD = SlaPolicy("gold", (resolution(2),), when=Is("customer_tier", "gold"))
SAFETY = SlaPolicy("safety", (resolution(1), Target.time_to_own(elapsed(hours=1))), when=Is("priority", "p1"))
TOGETHER = SlaSetup(PolicyBook((GOLD, SAFETY), choice="parallel"), ALWAYS_OPEN)


def test_all_policies_that_hold_may_judge_one_ticket() -> None:
    state = folded(life((at(0), ANN, opened("gold"))), TOGETHER)
    assert [(clock.metric, clock.policy, clock.due) for clock in clocks(state, TOGETHER, at=at(0))] == [
        ("resolution@gold", "gold", at(2)),
        ("resolution@safety", "safety", at(1)),
        ("time_to_own", "safety", at(1)),
    ]
    assert "T-1/safety/resolution@safety/1/breached" in {
        signal.key for signal in signals(state, TOGETHER, after=at(-1), until=at(9))
    }


def test_a_policy_that_no_longer_holds_leaves_the_others_alone() -> None:
    log = life((at(0), ANN, opened("gold")), (at(0.5), BO, PrioritySet("p2")))
    found = {clock.metric: clock.state for clock in clocks(folded(log, TOGETHER), TOGETHER, at=at(0.5))}
    assert found == {"resolution@gold": "running", "resolution@safety": "cancelled", "time_to_own": "cancelled"}


@given(events=histories(), one=policies(), other=policies(id="other"))
@settings(max_examples=25, deadline=None)
def test_several_at_once_fold_one_by_one_as_all_at_once(
    events: tuple[Event, ...], one: SlaPolicy, other: SlaPolicy
) -> None:
    """Whatever several policies measure, living through a case and replaying it give the same state."""
    other = attrs.evolve(other, when=Is("priority", "p1"))
    setup = SlaSetup(PolicyBook((one, other), choice="parallel"), {"default": OFFICE})
    state = begin()
    for event, before, after in steps_of(events):
        state = step(state, event, before, after, setup)
    assert state == folded(events, setup)


@given(events=histories(priorities=False), one=policies(), other=policies(id="other"))
@settings(max_examples=25, deadline=None)
def test_each_of_several_at_once_is_as_if_it_were_alone(
    events: tuple[Event, ...], one: SlaPolicy, other: SlaPolicy
) -> None:
    """Policies do not disturb each other."""
    calendars = {"default": OFFICE}
    both = SlaSetup(PolicyBook((one, other), choice="parallel"), calendars)
    now = events[-1].at + timedelta(days=3)
    found = {
        (clock.policy, clock.metric.partition("@")[0]): clock for clock in clocks(folded(events, both), both, at=now)
    }
    for policy in (one, other):
        alone = SlaSetup(PolicyBook((policy,)), calendars)
        for clock in clocks(folded(events, alone), alone, at=now):
            beside = found[policy.id, clock.metric]
            assert (beside.state, beside.due, beside.consumed) == (clock.state, clock.due, clock.consumed)


# --- inheritance

HOUSE = SlaPolicy(
    "house", (resolution(8), Target.first_response(elapsed(hours=4))), pause_on={"resolution": ("vendor",)}
)
BETTER = SlaPolicy("gold", (resolution(2),), when=Is("customer_tier", "gold"), parent="house")


def test_a_tier_changes_what_it_promises_and_inherits_the_rest() -> None:
    setup = SlaSetup(PolicyBook((BETTER, HOUSE)), ALWAYS_OPEN)
    state = folded(life((at(0), ANN, opened("gold"))), setup)
    assert [(clock.metric, clock.policy, clock.due) for clock in clocks(state, setup, at=at(0))] == [
        ("resolution", "gold", at(2)),
        ("first_response", "gold", at(4)),
    ]
    assert setup.book.whole[0].pause_on == {"resolution": ("vendor",)}


def test_a_tier_may_promise_nothing_of_its_own_but_its_condition() -> None:
    silver = SlaPolicy("silver", (), when=Is("customer_tier", "silver"), parent="gold")
    assert [str(row) for row in PolicyBook((silver, BETTER, HOUSE)).whole[0].targets] == [
        "resolution within 2h",
        "resolution within 8h",
        "first_response within 4h",
    ]


@pytest.mark.parametrize(
    ("book", "code", "part"),
    [
        ((BETTER,), "unknown_parent", "is the unknown policy 'house'; known: none"),
        ((attrs.evolve(HOUSE, parent="gold"), BETTER), "parent_circle", "leads in a circle: house, gold, house"),
        ((SlaPolicy("x", (Target("fix", None),), parent="house"), HOUSE), "unknown_metric", "unknown metric 'fix'"),
    ],
)
def test_a_parent_that_does_not_fit_is_found_before_any_ticket(
    book: tuple[SlaPolicy, ...], code: str, part: str
) -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        SlaSetup(PolicyBook(book), ALWAYS_OPEN)
    assert code in {problem.code for problem in caught.value.problems}
    assert part in str(caught.value)
    linted = lint(PolicyBook(book), calendars=ALWAYS_OPEN, facts=frozenset({"customer_tier"}))
    assert code in {problem.code for problem in linted}


# --- whose hours


def test_a_customers_own_calendar_holds_where_there_is_one() -> None:
    policy = SlaPolicy("house", (Target.resolution(business(hours=2)),), calendar_from="organisation")
    night = Calendar.weekly("Mon-Sun 20:00-24:00", tz="UTC")
    setup = SlaSetup(PolicyBook((policy,)), {"default": Calendar.always(), "acme": night})
    for organisation, due in (("acme", at(22)), ("other", at(2)), (None, at(2))):
        state = folded(life((at(0), ANN, opened(organisation=organisation))), setup)
        assert clocks(state, setup, at=at(0))[0].due == due
    moved = life((at(0), ANN, opened()), (at(1), BO, PartyChanged(Party("ann", "acme"))))
    assert clocks(folded(moved, setup), setup, at=at(1))[0].due == at(22)


# --- scope


def test_what_is_not_provided_or_never_stated_is_measured_and_not_promised() -> None:
    scope = Scope(Is("service", "mail"), excluded=Is("customer_tier", "trial"))
    policy = SlaPolicy("house", (resolution(2),), scope=scope)
    setup = SlaSetup(PolicyBook((policy,)), ALWAYS_OPEN)
    found = {}
    for tier, service in ((None, "mail"), ("trial", "mail"), (None, "printing")):
        state = folded(life((at(0), ANN, opened(tier, service=service))), setup)
        facts = {"service": service, "customer_tier": tier}
        found[policy.covers(facts).answer] = clocks(state, setup, at=at(3))[0].state
    assert found == {"provided": "breached", "not_provided": "running", "unstated": "running"}
    assert policy.names() == {"service", "customer_tier"}


# --- cycles


def test_stays_may_add_up_or_only_the_last_be_judged() -> None:
    log = life(
        (at(0), ANN, opened()),
        (at(1), BO, Transferred(team="network")),
        (at(3), BO, Transferred(team="desk")),
        (at(5), BO, Transferred(team="network")),
        (at(6), BO, status_event(NEW, RESOLVED)),
    )
    found = {}
    for how in ("each", "cumulative", "last_only"):
        watch = ownership("ola", team="network", cycles=how)
        policy = SlaPolicy("house", (Target("ola", elapsed(hours=1.5)),), stopwatches=(watch,))
        setup = SlaSetup(PolicyBook((policy,)), ALWAYS_OPEN)
        state = folded(log, setup)
        clock = clocks(state, setup, at=at(9))[0]
        states = [cycle.marks[-1].state for cycle in state.tracks[0].cycles]
        found[how] = (clock.state, clock.consumed.microseconds / 3.6e9, states)
    assert found == {
        "each": ("met", 1.0, ["stopped", "stopped"]),
        "cumulative": ("met_late", 3.0, ["stopped"]),
        "last_only": ("met", 1.0, ["cancelled", "stopped"]),
    }


# --- chains in lint


def test_lint_tries_the_chains_behind_a_promise() -> None:
    ola = ownership("network", team="network")
    rows = (Target.resolution(elapsed(hours=10)), Target("network", business(hours=8)))
    book = PolicyBook((SlaPolicy("house", rows, stopwatches=(ola,)),))
    day = {"default": Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")}
    found = lint(book, calendars=day, facts=frozenset(), chains=(Chain("resolution", ("network",)),))
    assert [(problem.path, problem.code) for problem in found] == [("policies[0].targets[0]", "chain_overruns")]
    assert "cannot be kept from" in found[0].message
    assert lint(book, calendars=ALWAYS_OPEN, facts=frozenset(), chains=(Chain("resolution", ("network",)),)) == ()
