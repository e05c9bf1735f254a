"""The routing dialect: every word of the format, on small cases worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.routing import ADAPTERS, Routing
from tests.conformance.runner import run_document

Table = dict[str, Any]


def scenario(policy: Table, agents: list[Table], arrivals: list[Table], expect: list[Table]) -> Table:
    return {"id": "x", "agents": agents, "policy": policy, "arrivals": arrivals, "expect": expect}


CASES: dict[str, Table] = {
    "a window of rings per queue": scenario(
        {"strategy": "any", "rings": "penalty", "ring_window": {"gold": {"max": 1}, "silver": {"min": 1, "max": 2}}},
        [{"id": "a", "penalty": 0}, {"id": "b", "penalty": 1}, {"id": "c", "penalty": 2}],
        [{"t": 0, "ticket": "g", "queue": "gold"}, {"t": 0, "ticket": "s", "queue": "silver"}],
        [
            {"ticket": "g", "eligible": ["a", "b"], "window": {"min": 0, "max": 1}},
            {"ticket": "s", "eligible": ["b", "c"], "window": {"min": 1, "max": 2}},
        ],
    ),
    "a minimum above the maximum becomes the maximum": scenario(
        {"strategy": "any", "rings": "ring", "ring_window": {"max": 4}, "over_time": [{"after_s": 10, "min_to": 9}]},
        [{"id": "a", "ring": 4}, {"id": "b", "ring": 3}],
        [{"t": 0, "ticket": "x"}],
        [{"at": 9, "eligible": ["a", "b"]}, {"at": 10, "eligible": ["a"], "to": "b"}],
    ),
    "few members have no rings": scenario(
        {"strategy": "any", "rings": "ring", "ring_window": {"max": 0}, "ignore_rings_when_members_at_most": 2},
        [{"id": "a", "ring": 4}, {"id": "b", "ring": 3}],
        [{"t": 0, "ticket": "x"}],
        [{"eligible": ["a", "b"]}],
    ),
    "rings one after the other": scenario(
        {"strategy": "rings", "ring": "ring", "ring_timeout_s": 20, "inner_stays_eligible": True, "require": ["x"]},
        [
            {"id": "a", "ring": 1, "skills": ["x"], "busy_until": 100},
            {"id": "b", "ring": 2, "skills": ["x"], "available_for_s": 5},
            {"id": "c", "ring": 2, "skills": ["x"], "available_for_s": 50},
            {"id": "d", "ring": 2, "available_for_s": 500},
        ],
        [{"t": 0, "ticket": "x"}],
        [
            {"at": 19, "to": None, "eligible_rings": [1], "eligible": ["a"]},
            {"at": 20, "to": "c", "eligible_rings": [1, 2], "eligible": ["a", "b", "c"]},
        ],
    ),
    "levels together": scenario(
        {"strategy": "rings", "ring": "level", "wait_s": 30, "multiply_by_level": False, "skip_empty_rings": True},
        [{"id": "a", "level": 1, "free": False}, {"id": "b", "level": 2}, {"id": "c", "level": 3}],
        [{"t": 0, "ticket": "x"}],
        [{"at": 29, "candidates": []}, {"at": 30, "candidates": ["b", "c"]}],
    ),
    "a level nobody is logged in to costs nothing": scenario(
        {"strategy": "rings", "ring": "level", "wait_s": 30, "multiply_by_level": True, "skip_empty_rings": True},
        [{"id": "a", "level": 1, "logged_in": False}, {"id": "b", "level": 2}, {"id": "c", "level": 3}],
        [{"t": 0, "ticket": "x"}],
        [{"at": 0, "candidates": ["b"], "to": "b"}],
    ),
    "selectors are relaxed": scenario(
        {"strategy": "longest_idle", "relax": [{"selector": "lang", "after_s": 60}]},
        [{"id": "a", "labels": {"lang": "en", "site": 1}}],
        [
            {
                "t": 0,
                "ticket": "x",
                "selectors": [{"key": "lang", "op": "eq", "value": "fr"}, {"key": "site", "op": "ne", "value": 2}],
            }
        ],
        [{"at": 59, "to": None}, {"at": 60, "to": "a"}],
    ),
    "a selector expires": scenario(
        {"strategy": "any"},
        [{"id": "a"}],
        [{"t": 5, "ticket": "x", "selectors": [{"key": "k", "op": "lt", "value": 3, "expires_after_s": 10}]}],
        [{"at": 14, "eligible": [], "to": None}, {"at": 15, "to": "a"}],
    ),
    "preferences only order": scenario(
        {"strategy": "best_match", "selectors_as": "preferences"},
        [{"id": "a", "labels": {"k": 1}}, {"id": "b", "labels": {"k": 2}}],
        [{"t": 0, "ticket": "x", "selectors": [{"key": "k", "op": "gt", "value": 1}]}],
        [{"scores": {"a": 0, "b": 1}}, {"to": "b", "decided_by": "best_match"}, {"offer_order": ["b", "a"]}],
    ),
    "labels match": scenario(
        {"strategy": "best_match"},
        [{"id": "a", "labels": {"k": 1}}, {"id": "b", "labels": {"k": 1, "m": "x"}}],
        [{"t": 0, "ticket": "x", "labels": {"k": 1, "m": "x"}}],
        [{"scores": {"a": 0.5, "b": 1.0}}, {"to": "b"}],
    ),
    "ties by position and by turn": scenario(
        {"strategy": "fewest_open", "tie_break": ["position"]},
        [{"id": "a", "position": 2}, {"id": "b", "position": 1}, {"id": "c", "position": 1, "open": 1}],
        [{"t": 0, "ticket": "x"}],
        [{"to": "b", "decided_by": "position"}],
    ),
    "turns by hand are rebuilt": scenario(
        {"strategy": "round_robin", "initial_turn_order": ["z", "a"]},
        [{"id": "a"}, {"id": "b"}],
        [{"t": 0, "ticket": "x"}],
        [{"to": "a"}, {"turn_order_after": ["b", "a"]}, {"turn_order_after_is_permutation_of": ["a", "b"]}],
    ),
    "limits of agent and inbox": scenario(
        {"strategy": "fewest_open"},
        [
            {"id": "a", "open": 5, "limit": 5},
            {"id": "b", "open": 3, "inbox_open": 3, "limit": 9, "inbox_limit": 3},
            {"id": "c", "active": False},
        ],
        [{"t": 0, "ticket": "x"}],
        [{"to": None, "why": {"a": "own limit", "b": "inbox limit", "c": "not active"}}],
    ),
    "defaults of agents, sessions, release of so many": scenario(
        {"strategy": "first_fit"},
        [{"id": "a"}, {"id": "b", "sessions": 2}],
        [
            {"t": 0, "tickets": 4},
            {"t": 1, "release_from": "b", "count": 1},
            {"t": 2, "release_all": True},
            {"t": 3, "ticket": "y"},
        ],
        [
            {"after_t": 0, "open": {"a": 1, "b": 2}},
            {"after_t": 1, "open": {"a": 1, "b": 2}},
            {"counts": {"a": 2, "b": 3}},
            {"waiting": []},
        ],
    )
    | {"agent_defaults": {"sessions": 1}},
    "assignments long ago do not count": scenario(
        {"strategy": "any", "rate_limit": {"max": 2, "window_s": 60}},
        [{"id": "a", "assigned_s_ago": [10, 60, 70]}],
        [{"t": 0, "ticket": "x", "status": "pending"}],
        [{"counted_in_window": 1, "to": None}],
    ),
    "an offer is declined and keeps its place": scenario(
        {"strategy": "longest_idle", "queue_order": ["original age"]},
        [{"id": "a", "capacity": 1, "idle_for_s": 9}, {"id": "b", "busy_until": 50, "capacity": 1}],
        [{"t": 0, "ticket": "x"}, {"t": 5, "ticket": "y"}, {"t": 10, "decline": "x", "by": "a"}],
        [{"at": 0, "offered_to": "a", "ticket": "x"}, {"at": 10, "to": "a", "ticket": "y"}, {"at": 50, "to": "b", "ticket": "x"}],
    ),
    "an offer lapses, and is lost with its agent": scenario(
        {"strategy": "longest_idle", "offer_expires_s": 30},
        [{"id": "a", "capacity": 1}],
        [{"t": 0, "ticket": "x"}, {"t": 10, "agent": "a", "set": "unavailable"}],
        [
            {"at": 9, "offered_to": "a"},
            {"at": 10, "offer_revoked": True, "ticket_state": "queued", "offered_to": None},
            {"queued": True},
        ],
    ),
    "too long a queue overflows": scenario(
        {"strategy": "first_fit", "overflow": {"queue_length_at_least": 1, "target": "partner"}},
        [{"id": "a", "capacity": 1}],
        [{"t": 0, "ticket": "x"}, {"t": 1, "ticket": "y"}, {"t": 2, "ticket": "z"}],
        [{"ticket": "y", "queued": True}, {"ticket": "z", "overflow": "partner"}, {"at_end_queue_length_at_least": 1}],
    ),
    "a newcomer to a long queue is cancelled": scenario(
        {"strategy": "hold", "exceptions": [{"trigger": "queue_longer_than", "n": 1, "action": "cancel"}]},
        [],
        [{"t": 0, "ticket": "x"}, {"t": 1, "ticket": "y"}],
        [{"waiting": ["x"]}, {"ticket": "y", "to": None}],
    ),
    "the named agent first": scenario(
        {"strategy": "first_fit", "prefer": "named agent", "prefer_for_s": 20},
        [{"id": "a"}, {"id": "b", "busy_until": 500}],
        [{"t": 0, "ticket": "x", "preferred": "b"}],
        [{"at": 19, "to": None}, {"at": 20, "to": "a"}],
    ),
    "long inactive tickets are left": scenario(
        {"strategy": "first_fit", "exclude_inactive_longer_than_h": 24},
        [{"id": "a"}],
        [{"t": 0, "ticket": "x", "last_activity_h_ago": 24}, {"t": 0, "ticket": "y", "last_activity_h_ago": 25}],
        [{"ticket": "x", "to": "a"}, {"ticket": "y", "to": None}, {"assigned": ["x"]}],
    ),
    "not every ticket is to be assigned": scenario(
        {"strategy": "first_fit"},
        [{"id": "a"}, {"id": "b"}],
        [{"t": 0, "ticket": "x", "assignee": "b"}, {"t": 0, "ticket": "y", "owner": "bot"}],
        [{"ticket": "x", "to": "b"}, {"ticket": "y", "to": None}],
    ),
    "freed room goes to the heads of the line": scenario(
        {"strategy": "first_fit", "drain_on": "capacity freed", "serve": "as many heads as free agents",
         "queue_order": ["priority desc", "age + adjustment desc"], "default_priority": 1},
        [{"id": "a", "free_from": 50, "capacity": 1}, {"id": "b", "free_from": 50, "capacity": 1}],
        [{"t": 0, "ticket": "x"}, {"t": 10, "ticket": "y", "age_adjust_s": 20}, {"t": 20, "ticket": "z", "priority": 2}],
        [{"queue_order_at": 40, "order": ["z", "y", "x"]}, {"at": 50, "waiting": ["x"]}],
    ),
    "wrap-up is over after more than itself": scenario(
        {"strategy": "first_fit"},
        [{"id": "a", "last_end": 90, "wrap_up_s": 10}],
        [{"t": 100, "ticket": "x"}],
        [{"at": 100, "to": None}, {"at": 101, "to": "a"}],
    ),
    "chairman assignment stays within a ticket": scenario(
        {"strategy": "weighted_share"},
        [{"id": "a", "weight": 2}, {"id": "b", "weight": 1}],
        [{"t": 0, "tickets": 3}],
        [{"max_share_error_fraction": "1/3"}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", list(CASES))
def test_every_word_is_understood(name: str) -> None:
    report = run_document("routing", {"scenarios": [CASES[name]], "values": []}, ADAPTERS[0])
    assert report.passed == 1, report.lines()


def test_a_wrong_expectation_fails() -> None:
    wrong = scenario({"strategy": "first_fit"}, [{"id": "a"}], [{"t": 0, "ticket": "x"}], [{"to": "b"}])
    assert run_document("routing", {"scenarios": [wrong], "values": []}, ADAPTERS[0]).failed


@pytest.mark.parametrize(
    "case",
    [
        scenario({"strategy": "by_mood"}, [{"id": "a"}], [{"t": 0, "ticket": "x"}], [{"to": "a"}]),
        scenario({"strategy": "any", "mood": 1}, [{"id": "a"}], [{"t": 0, "ticket": "x"}], [{"to": "a"}]),
        scenario({"strategy": "any"}, [{"id": "a", "mood": "x"}], [{"t": 0, "ticket": "x"}], [{"to": "a"}]),
        scenario({"strategy": "any"}, [{"id": "a"}], [{"t": 0, "ticket": "x", "mood": 1}], [{"to": "a"}]),
        scenario({"strategy": "any"}, [{"id": "a"}], [{"t": 0, "ticket": "x"}], [{"mood": "a"}]),
    ],
)
def test_an_unknown_word_is_not_passed_over(case: Table) -> None:
    report = run_document("routing", {"scenarios": [case], "values": []}, ADAPTERS[0])
    assert list(report.not_expressible) == ["x"]


def test_the_shape_is_recognised() -> None:
    assert Routing().recognises({"scenarios": [], "values": []})
    assert not Routing().recognises([{"id": "x"}])
