"""The words of the escalation format that stop, hold, repeat and count: each as the format page says it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conformance.test_escalation import CREATED, Json, at, mechanism, report, silence, told

LADDER: Json = {
    "dialect": "ladder",
    "steps": [
        {"id": "s1", "notify": ["u1"], "then_wait_minutes": 10},
        {"id": "s2", "notify": ["u2"], "then_wait_minutes": 10},
    ],
}
WAIT: Json = {"do": "wait", "minutes": 5}
TELL: Json = {"do": "notify", "targets": ["u1"]}
PROBLEM: Json = {"at": at(9), "event": "problem"}


def happens(word: str, hour: int, minute: int = 0, **keys: Any) -> Json:
    return {"at": at(hour, minute), "event": word, **keys}


def does(action: str, hour: int, minute: int = 0, **keys: Any) -> Json:
    return {"at": at(hour, minute), "action": action, **keys}


def look(hour: int, minute: int = 0, **keys: Any) -> Json:
    return happens("evaluate", hour, minute, **keys)


OWN: dict[str, Json] = {
    "a late ladder drifts": mechanism(
        {**LADDER, "evaluation": "polled", "repeat": 1},
        [CREATED, look(9), look(9, 30), look(9, 39), look(9, 40), look(9, 50)],
        told(at(9), "u1"),
        told(at(9, 30), "u2"),
        silence(at(9, 31), at(9, 39)),
        told(at(9, 40), "u1"),
        told(at(9, 50), "u2"),
    ),
    "moving up by hand goes on from there": mechanism(
        {**LADDER, "steps": [*LADDER["steps"], {"id": "s3", "notify": ["u3"], "then_wait_minutes": 10}]},
        [CREATED, happens("manual_escalate", 9, 3)],
        told(at(9, 3), "u2"),
        told(at(9, 13), "u3"),
        silence(at(9, 4), at(9, 12)),
        silence(at(9, 14), at(20)),
    ),
    "moving up past the end wraps while passes remain": mechanism(
        {**LADDER, "repeat": 1},
        [CREATED, happens("manual_escalate", 9, 3), happens("manual_escalate", 9, 4)],
        told(at(9, 4), "u1", rung="s1"),
        told(at(9, 14), "u2"),
        silence(at(9, 15), at(20)),
    ),
    "moving up past the end stays without passes": mechanism(
        LADDER,
        [CREATED, happens("manual_escalate", 9, 3), happens("manual_escalate", 9, 4)],
        silence(at(9, 4), at(20)),
    ),
    "moving up past the end wraps where it says so": mechanism(
        {**LADDER, "manual_past_end": "wrap"},
        [CREATED, happens("manual_escalate", 9, 3), happens("manual_escalate", 9, 4)],
        told(at(9, 3), "u2"),
        told(at(9, 4), "u1", rung="s1"),
        told(at(9, 14), "u2", rung="s2"),
        silence(at(9, 15), at(20)),
    ),
    "moving up takes an acknowledgement back, and the ladder goes on": mechanism(
        LADDER,
        [CREATED, happens("ack", 9, 1, by="u1"), happens("manual_escalate", 9, 30)],
        does("state", 9, 30, state="unacknowledged"),
        silence(at(9, 2), at(9, 29)),
        told(at(9, 30), "u2"),
    ),
    "maintenance holds the step that is due in it": mechanism(
        LADDER,
        [CREATED, happens("maintenance_start", 9, 5, until=at(9, 30))],
        silence(at(9, 5), at(9, 29)),
        told(at(9, 30), "u2"),
    ),
    "maintenance ends early": mechanism(
        LADDER,
        [CREATED, happens("maintenance_start", 9, 5, until=at(12)), happens("maintenance_end", 9, 20)],
        told(at(9, 20), "u2"),
    ),
    "nobody moves a ticket up in maintenance": mechanism(
        LADDER,
        [
            CREATED,
            happens("maintenance_start", 9, 1, until=at(9, 5)),
            happens("manual_escalate", 9, 2),
        ],
        does("reject", 9, 2, event="manual_escalate"),
        silence(at(9, 1), at(9, 9)),
        told(at(9, 10), "u2"),
    ),
    "a ticket created in maintenance starts at its end": mechanism(
        LADDER,
        [happens("maintenance_start", 8, until=at(9, 30)), CREATED],
        silence(at(9), at(9, 29)),
        told(at(9, 30), "u1", rung="s1"),
        told(at(9, 40), "u2"),
    ),
    "one acknowledges for themselves": mechanism(
        {
            **LADDER,
            "steps": [{"id": "s1", "notify": ["bob", "jane"], "then_wait_minutes": 60, "multi_ack": True}],
            "personal_rules": {"bob": [0, 30], "jane": [0, {"channel": "sms", "delay_minutes": 30}]},
        },
        [CREATED, happens("ack", 9, 1, by="bob")],
        does("log", 9, 1, code="ack", by="bob"),
        silence(at(9, 1), at(20), target="bob"),
        told(at(9, 30), "jane", rule_minutes=30, via="sms", rung="s1"),
    ),
    "an acknowledgement silences calls": mechanism(
        {**LADDER, "personal_rules": {"u1": [0, 3, 20]}},
        [CREATED, happens("ack", 9, 5, by="u1")],
        told(at(9, 3), "u1", rule_minutes=3),
        silence(at(9, 4), at(20)),
    ),
    "calls go on while the ladder climbs, and each firing begins one": mechanism(
        {**LADDER, "repeat": 1, "personal_rules": {"u1": [0, 25]}},
        [CREATED],
        told(at(9), "u1", rule_minutes=0),
        told(at(9, 20), "u1", rule_minutes=0),
        told(at(9, 25), "u1", rule_minutes=25),
        told(at(9, 45), "u1", rule_minutes=25),
        {"from": at(8), "to": at(20), "action": "notify", "target": "u1", "count": 4},
    ),
    "several calls at one look are one message": mechanism(
        {
            "dialect": "ladder",
            "steps": [{"id": "s1", "notify": ["u1"], "then_wait_minutes": 5}],
            "repeat": 1,
            "personal_rules": {"u1": [0, 5]},
            "dedup": "same user, channel and alert in one evaluation",
        },
        [CREATED],
        {"at": at(9, 5), "action": "notify", "target": "u1", "count": 1},
    ),
    "several calls are several messages otherwise": mechanism(
        {
            "dialect": "ladder",
            "steps": [{"id": "s1", "notify": ["u1"], "then_wait_minutes": 5}],
            "repeat": 1,
            "personal_rules": {"u1": [0, 5]},
        },
        [CREATED],
        {"at": at(9, 5), "action": "notify", "target": "u1", "count": 2},
    ),
    "a skipped last step begins the next pass at once": mechanism(
        {
            **LADDER,
            "repeat": 1,
            "empty_rung": "skip",
            "roster": {"u2": []},
        },
        [CREATED],
        does("skip", 9, 10, rung="s2"),
        told(at(9, 10), "u1", rung="s1"),
        silence(at(9, 11), at(20)),
    ),
    "the order of steps is their rank": mechanism(
        {
            "dialect": "ladder",
            "steps": [
                {"id": "b", "order": 20, "notify": ["u2"], "then_wait_minutes": 10},
                {"id": "a", "order": 10, "notify": ["user:u1"], "then_wait_minutes": 5},
            ],
        },
        [CREATED],
        told(at(9), "u1", rung="a"),
        told(at(9, 5), "u2", rung="b"),
    ),
    "turns within a step go round with the passes": mechanism(
        {
            "dialect": "ladder",
            "repeat": 2,
            "steps": [
                {"id": "s1", "notify": ["a", "b"], "pick": "round_robin", "then_wait_minutes": 5},
                {"id": "s2", "notify": ["c"], "then_wait_minutes": 5},
            ],
        },
        [CREATED],
        told(at(9), "a"),
        told(at(9, 10), "b"),
        told(at(9, 20), "a"),
        told(at(9, 25), "c"),
        silence(at(9, 26), at(20)),
    ),
    "a delay before the first step": mechanism(
        {
            "dialect": "ladder_pre_delay",
            "steps": [
                {"id": "0", "delay_minutes": 10, "notify": ["a"]},
                {"id": "1", "delay_minutes": 5, "notify": ["b"]},
            ],
            "ack_expires_minutes": 30,
        },
        [CREATED, happens("ack", 9, 11, by="a")],
        told(at(9, 10), "a"),
        silence(at(9, 11), at(9, 50)),
        told(at(9, 51), "a", rung="0"),
        told(at(9, 56), "b", rung="1"),
    ),
    "enough alerts open the gate": mechanism(
        {"dialect": "chain", "steps": [{"do": "only_if_events", "more_than": 2, "within_minutes": 5}, TELL]},
        [happens("event", 9), happens("event", 9, 1), happens("event", 9, 6), happens("event", 9, 6)],
        does("pause", 9),
        does("pause", 9, 1),
        does("pause", 9, 6),
        told(at(9, 6), "u1"),
        silence(at(8), at(9, 5)),
        does("finished", 9, 6),
    ),
    "a gate that the alerts so far satisfy": mechanism(
        {"dialect": "chain", "steps": [WAIT, {"do": "only_if_events", "more_than": 1, "within_minutes": 5}, TELL]},
        [happens("event", 9), happens("event", 9, 1)],
        told(at(9, 5), "u1"),
    ),
    "a gate that is closed when the chain comes": mechanism(
        {"dialect": "chain", "steps": [WAIT, {"do": "only_if_events", "more_than": 1, "within_minutes": 5}, TELL]},
        [CREATED, happens("event", 9, 1), happens("event", 9, 10), happens("event", 9, 12)],
        does("pause", 9, 5),
        told(at(9, 12), "u1"),
        silence(at(8), at(9, 11)),
    ),
    "a moment of the day": mechanism(
        {"dialect": "chain", "steps": [{"do": "only_if_time", "from": "12:00", "to": "12:00", "equal_ends": "instant"}, TELL]},
        [],
        {"at": at(12), "action": "continue", "until": None},
        {"at": at(12, 1), "action": "hold_until", "until": at(12, day=7)},
        {"at": at(11, 59), "action": "hold_until", "until": at(12)},
    ),
    "a chain runs its steps by rank": mechanism(
        {"dialect": "chain", "steps": [{"order": 2, **TELL}, {"order": 1, **WAIT}]},
        [CREATED],
        does("run", 9, step_order=1),
        does("run", 9, 5, step_order=2),
        told(at(9, 5), "u1"),
    ),
    "a step deleted while a chain runs": mechanism(
        {"dialect": "chain", "snapshot": True, "steps": [WAIT, TELL]},
        [CREATED, happens("delete_step", 9, 1, step=1), happens("created", 9, 2, ticket="B")],
        told(at(9, 5), "u1"),
        silence(at(9), at(20), ticket="B"),
    ),
    "a plan of two steps": mechanism(
        {
            "dialect": "plan",
            "steps": [
                [
                    {"id": "n1", "target": "a", "repeat": 1, "wait_minutes": 5},
                    {"id": "n2", "target": "b", "repeat": 0, "wait_minutes": 15},
                ],
                [{"id": "n3", "target": "c", "repeat": 0, "wait_minutes": 5}],
            ],
        },
        [CREATED],
        told(at(9), "a", rung="n1"),
        told(at(9), "b", rung="n2"),
        told(at(9, 5), "a", rung="n1"),
        told(at(9, 15), "c", rung="n3"),
        {"from": at(9), "to": at(20), "action": "notify", "count": 4},
    ),
    "a plan that is acknowledged": mechanism(
        {"dialect": "plan", "steps": [[{"id": "n1", "target": "a", "repeat": 3, "wait_minutes": 5}]]},
        [CREATED, happens("ack", 9, 7)],
        told(at(9, 5), "a"),
        silence(at(9, 6), at(20)),
    ),
    "a rule added while the calls run": mechanism(
        {"dialect": "personal_rules", "rules": {"u1": [{"channel": "c", "delay_minutes": 0}]}, "evaluation": "polled"},
        [
            CREATED,
            look(9),
            happens("add_rule", 9, 2, user="u1", channel="d", delay_minutes=1),
            happens("add_rule", 9, 2, user="u1", channel="e", delay_minutes=2),
            happens("add_rule", 9, 2, user="u1", channel="f", delay_minutes=3),
            look(9, 10),
        ],
        told(at(9), "u1", via="c"),
        told(at(9, 10), "u1", via="f", rule_minutes=3),
        {"from": at(9), "to": at(20), "action": "notify", "count": 2},
    ),
    "a rule not closed starts over as well": mechanism(
        {
            "dialect": "conditional_rules",
            "delay_base": "triggered",
            "rules": [{"after_minutes": 10, "if": "not_closed", "notify": ["a"]}],
        },
        [CREATED, happens("ack", 9, 5, by="x"), happens("unack", 9, 30)],
        told(at(9, 10), "a"),
        told(at(9, 40), "a"),
    ),
    "an edited policy is for later tickets": mechanism(
        {"dialect": "conditional_rules", "rules": [{"after_minutes": 10, "if": "not_acked", "notify": ["a"]}]},
        [
            CREATED,
            happens("edit_policy", 9, 1, rules=[{"after_minutes": 20, "if": "not_acked", "notify": ["b"]}]),
            happens("created", 9, 2, ticket="B"),
        ],
        told(at(9, 10), "a"),
        told(at(9, 22), "b", ticket="B"),
        silence(at(9, 11), at(9, 21)),
    ),
    "a start condition inside its hours": mechanism(
        {
            "dialect": "step_operations",
            "default_step_minutes": 60,
            "operations": [{"from": 1, "to": 2, "target": "a"}],
            "start_condition": {"time": "08:00-09:30"},
        },
        [PROBLEM],
        told(at(9), "a"),
        told(at(10), "a"),
    ),
    "a start condition outside its hours": mechanism(
        {
            "dialect": "step_operations",
            "default_step_minutes": 60,
            "operations": [{"from": 1, "to": 2, "target": "a"}],
            "start_condition": {"time": "10:00-18:00"},
        },
        [PROBLEM],
        silence(at(9), at(23)),
    ),
    "a downtime holds the first notice, and reminders count from it": mechanism(
        {"dialect": "time_windows", "interval_minutes": 20, "rules": [{"target": "a", "begin_minutes": 10}]},
        [PROBLEM, happens("downtime_start", 9, 5), happens("downtime_end", 9, 17), happens("ack", 10)],
        silence(at(9), at(9, 16)),
        told(at(9, 17), "a", what="problem"),
        told(at(9, 37), "a", what="reminder"),
        told(at(9, 57), "a", what="reminder"),
        silence(at(10), at(20)),
    ),
    "a problem and its end in a downtime cancel out": mechanism(
        {"dialect": "time_windows", "interval_minutes": 0, "rules": [{"target": "a"}], "recovery": "those notified"},
        [happens("downtime_start", 8, until=at(12)), PROBLEM, happens("resolved", 10)],
        silence(at(8), at(20)),
    ),
    "word of the recovery waits for the end of the quiet": mechanism(
        {"dialect": "time_windows", "interval_minutes": 0, "rules": [{"target": "a"}], "recovery": "those notified"},
        [PROBLEM, happens("downtime_start", 9, 5, until=at(12)), happens("resolved", 10)],
        told(at(9), "a", what="problem"),
        silence(at(9, 1), at(11, 59)),
        told(at(12), "a", what="recovery"),
    ),
    "word of the recovery goes to the audience of the last notice": mechanism(
        {
            "dialect": "notification_number",
            "default_target": ["a"],
            "default_interval_minutes": 10,
            "rules": [{"first": 2, "last": 2, "interval_minutes": 10, "targets": ["b", "c"]}],
            "recovery": "those matching the last problem number",
        },
        [PROBLEM, happens("resolved", 9, 15)],
        {"at": at(9, 10), "action": "notify", "targets": ["b", "c"], "number": 2},
        {"at": at(9, 15), "action": "notify", "targets": ["c", "b"], "what": "recovery"},
    ),
    "milestones while the clock stands still": mechanism(
        {"dialect": "sla_percent", "sla_minutes": 60, "rungs": [{"percent": 50, "notify": ["a"]}]},
        [happens("sla_start", 9), happens("pause", 9, 10), happens("resume", 9, 30)],
        told(at(9, 50), "a", rung="50%"),
    ),
    "a raise every so many days": mechanism(
        {
            "dialect": "stale_raise",
            "escalate_days": 1,
            "priorities": "1 highest",
            "excluded_dates": [],
            "evaluation": "polled",
        },
        [
            {"at": at(0), "event": "created", "priority": 4},
            {"at": at(12, day=7), "event": "evaluate"},
            {"at": at(0, day=8), "event": "evaluate"},
            {"at": at(12, day=8), "event": "evaluate"},
            {"at": at(13, day=8), "event": "hold"},
            {"at": at(13, day=9), "event": "evaluate"},
        ],
        {"at": at(12, day=7), "action": "raise_priority", "from": 4, "to": 3},
        {"at": at(12, day=8), "action": "raise_priority", "from": 3, "to": 2},
        {"from": at(13, day=8), "to": at(20, day=9), "action": "none"},
        {"from": at(0, day=8), "to": at(11, day=8), "action": "none"},
    ),
    "roles by hand": mechanism(
        {"dialect": "severity_matrix", "rows": {"S": ["desk", "senior", None]}, "advance": "each manual_escalate"},
        [
            {**CREATED, "severity": "S"},
            happens("manual_escalate", 9, 1),
            happens("manual_escalate", 9, 2),
            happens("manual_escalate", 9, 3),
        ],
        does("assign_role", 9, role="desk"),
        does("assign_role", 9, 1, role="senior"),
        does("no_higher_tier", 9, 2),
        does("no_higher_tier", 9, 3),
    ),
    "turns across tickets go on from the last": mechanism(
        {"dialect": "round_robin", "members": ["c", "a", "b"], "order": "sorted by name", "last_notified": "a"},
        [{**CREATED, "ticket": "A"}, happens("created", 9, 1, ticket="B")],
        told(at(9), "b", ticket="A"),
        told(at(9, 1), "c", ticket="B"),
    ),
    "the last one has left": mechanism(
        {"dialect": "round_robin", "members": ["a", "c"], "order": "sorted by name", "last_notified": "b"},
        [{**CREATED, "ticket": "A"}],
        told(at(9), "c", ticket="A"),
    ),
    "the last one has left and it begins again": mechanism(
        {
            "dialect": "round_robin",
            "members": ["a", "c"],
            "order": "sorted by name",
            "last_notified": "b",
            "last_left_pool": "restart_at_first",
        },
        [{**CREATED, "ticket": "A"}],
        told(at(9), "a", ticket="A"),
    ),
    "age that a change ends": mechanism(
        {
            "dialect": "age_over",
            "match": "first_entry",
            "entries": [{"id": "E", "if": "open", "actions": [{"age_minutes": 30, "do": ["notify:a", "reassign:q"]}]}],
            "age_from": "created",
        },
        [{**CREATED, "priority": "Low"}, happens("modified", 9, 10)],
        told(at(9, 30), "a", rung="E"),
        does("reassign", 9, 30, target="q", rung="E"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", OWN)
def test_words_of_the_format(name: str) -> None:
    found = report(OWN[name])
    assert found.lines() == ["own: 1 passed, 0 failed, 0 not expressible, 0 disputed"]
