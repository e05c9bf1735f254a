"""The vectors of the lifecycle, and words of their format that no case of theirs happens to use."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance import runner
from tests.conformance.lifecycle import LifecycleCases

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "lifecycle.json"
Step = tuple[str, dict[str, Any], dict[str, Any]]

OPEN_CLOSED: dict[str, Any] = {"states": ["open", "closed"]}
ZAMMAD: dict[str, Any] = {
    "states": {"new": "new", "open": "open", "pending reminder": "pending reminder", "closed": "closed"},
    "default_create": "new",
    "default_follow_up": "open",
}
CASES: dict[str, tuple[dict[str, Any], list[Step]]] = {
    "a ticket of a closed stage has a closing time, another has none": (
        {"stages": {"New": {}, "Doing": {}, "Done": {"closed": True}, "Dropped": {"closed": True}}},
        [
            ("05T09:00 agent create", {}, {"status": "New", "closed_at": None, "stage_changed_at": "05T09:00"}),
            ("05T10:00 agent set_status", {"to": "Done"}, {"closed_at": "05T10:00", "stage_changed_at": "05T10:00"}),
            ("05T11:00 agent set_status", {"to": "Doing"}, {"closed_at": None}),
            ("05T12:00 agent set_status", {"to": "Dropped"}, {"closed_at": "05T12:00"}),
        ],
    ),
    "a team has its own stages in the order of all": (
        {
            "stages_by_team": {"New": ["a", "b"], "Build": ["a"], "Ship": ["b"], "Done": ["a", "b"]},
            "stage_order": ["New", "Build", "Ship", "Done"],
        },
        [
            ("05T09:00 agent create", {"team": "b"}, {"status": "New"}),
            ("05T09:00 agent allowed_next", {}, {"allowed": ["Ship", "Done"]}),
        ],
    ),
    "an agent's own work is started at its first status outside initial": (
        {"categories": {"initial": ["new"], "active": ["open"], "inactive": ["done", "dropped"]}},
        [
            ("05T09:00 agent create", {}, {"started_at": None, "resolved_at": None}),
            ("05T10:00 agent set_status", {"to": "open"}, {"started_at": "05T10:00"}),
            ("05T11:00 agent set_status", {"to": "done"}, {"resolved_at": "05T11:00", "started_at": "05T10:00"}),
            ("05T12:00 agent set_status", {"to": "dropped"}, {"resolved_at": "05T11:00"}),
            ("05T12:00 agent category_of", {"state": "dropped"}, {"category": "inactive"}),
        ],
    ),
    "what was given at creation stands": (
        {"categories": {"initial": ["new"], "active": ["open"], "inactive": ["done"]}},
        [("05T09:00 agent create", {"status": "open", "started_at": "04T09:00"}, {"started_at": "04T09:00"})],
    ),
    "one of several roles is enough": (
        {"states": ["open", "closed"], "permissions": {"open -> closed": ["itil", "admin"], "* -> *": "x"}},
        [
            ("05T09:00 agent create", {}, {}),
            ("05T09:00 agent required_permission", {"frm": "open", "to": "closed"}, {"needs": ["itil", "admin"]}),
            ("05T10:00 agent set_status", {"to": "closed", "roles": ["guest"]}, {"refusal": "permission"}),
            ("05T10:00 agent set_status", {"to": "closed", "roles": ["admin"]}, {"status": "closed"}),
        ],
    ),
    "what a status requires adds up with what its reason does": (
        {
            "states": ["New", "On Hold"],
            "hold_status": "On Hold",
            "require": {"On Hold": ["hold_reason"], "On Hold/Caller": ["comment"]},
        },
        [
            ("05T09:00 agent create", {}, {}),
            ("05T09:00 agent set_status", {"to": "On Hold"}, {"refusal": "missing_field", "missing": ["hold_reason"]}),
            ("05T09:00 agent hold", {"reason": "Caller"}, {"refusal": "missing_field", "missing": ["comment"]}),
            (
                "05T09:00 agent hold",
                {"reason": "Caller", "comment": "when?"},
                {"status": "On Hold", "hold_reason": "Caller"},
            ),
        ],
    ),
    "solving assigns the agent who solves, where the table says so": (
        {"states": ["open", "solved"], "require": {"solved": ["assignee"]}, "auto_assign_on_solve": True},
        [
            ("05T09:00 requester create", {}, {}),
            ("05T09:00 agent:bo set_status", {"to": "solved"}, {"status": "solved", "assignee": "bo"}),
        ],
    ),
    "a machine's message moves a ticket unless the table says otherwise": (
        {"states": ["open", "solved"], "on_requester_message": {"solved": "open"}},
        [
            ("05T09:00 agent create", {"status": "solved"}, {}),
            ("05T10:00 requester message", {"auto_generated": True}, {"status": "open"}),
        ],
    ),
    "a machine's message changes nothing where the table says so": (
        {
            "states": ["open", "solved"],
            "on_requester_message": {"solved": "open"},
            "rules": {"auto_generated_messages_change_nothing": True},
        },
        [
            ("05T09:00 agent create", {"status": "solved"}, {}),
            ("05T10:00 requester message", {"auto_generated": True}, {"status": "solved"}),
            ("05T11:00 requester message", {}, {"status": "open"}),
        ],
    ),
    "a muted ticket stays": (
        {"states": ["open", "solved"], "on_requester_message": {"solved": "open"}},
        [
            ("05T09:00 agent create", {"status": "solved"}, {}),
            ("05T09:00 agent mute", {}, {"ok": True}),
            ("05T10:00 requester message", {}, {"status": "solved"}),
        ],
    ),
    "a bot answers before people do": (
        {"states": ["open", "solved", "pending"], "on_requester_message": {"solved": "open"}, "bot_active": True},
        [
            ("05T09:00 agent create", {"status": "solved"}, {}),
            ("05T10:00 requester message", {}, {"status": "pending"}),
        ],
    ),
    "a follow-up is a linked new ticket": (
        {"states": ["open", "closed"], "final": ["closed"], "on_requester_message": {"closed": "follow_up"}},
        [
            ("05T09:00 requester create", {"ticket": "A"}, {}),
            ("05T10:00 agent set_status", {"to": "closed"}, {}),
            (
                "05T11:00 requester message",
                {},
                {"status": "closed", "creates": {"kind": "follow_up", "of": "A", "status": "open"}},
            ),
        ],
    ),
    "e-mail to a closed incident opens another one": (
        {
            "states": ["New", "Closed"],
            "final": ["Closed"],
            "rules": {"email_on_closed": "new incident", "copy_fields": ["site"]},
        },
        [
            ("05T09:00 requester create", {"fields": {"site": "Delft"}}, {}),
            ("05T10:00 agent close", {}, {"status": "Closed"}),
            ("05T11:00 requester message", {"channel": "web"}, {"status": "Closed", "lands_on": "this"}),
            (
                "05T11:00 requester message",
                {"channel": "email"},
                {"creates": {"kind": "incident", "status": "New", "copies": ["site"]}},
            ),
        ],
    ),
    "reminders come again after so many hours, when somebody is there": (
        {
            **ZAMMAD,
            "reminder_every_hours": 24,
            "reminder_calendar": "business hours",
            "calendar": "Mon-Fri 09:00-17:00 UTC",
        },
        [
            ("09T08:00 agent create", {"status": "pending reminder", "pending_until": "09T20:00"}, {"reminders": 0}),
            ("10T20:00 system tick", {}, {"reminders": 0, "status": "pending reminder"}),
            ("12T09:00 system tick", {}, {"reminders": 1}),
            ("13T08:59 system tick", {}, {"reminders": 1}),
            ("13T09:00 system tick", {}, {"reminders": 2}),
        ],
    ),
    "a single reminder stays single and ends with the status": (
        ZAMMAD,
        [
            ("05T09:00 agent create", {"status": "pending reminder", "pending_until": "06T09:00"}, {}),
            ("06T09:00 system tick", {}, {"reminders": 1, "pending_until": "06T09:00"}),
            ("09T09:00 system tick", {}, {"reminders": 1}),
            ("09T10:00 agent set_status", {"to": "open"}, {"pending_until": None}),
        ],
    ),
    "a timer may remind, once a stay, and name who is told": (
        {"states": ["open", "closed"], "timers": [{"in": "open", "after_days": 1, "do": "remind", "notify": ["bo"]}]},
        [
            ("05T09:00 agent create", {}, {}),
            ("06T09:00 system tick", {}, {"reminders": 1, "notified": ["bo"], "status": "open"}),
            ("07T09:00 system tick", {}, {"reminders": 1}),
        ],
    ),
    "inactivity is over strictly later": (
        {"states": ["open", "closed"], "timers": [{"in": "open", "inactive_minutes": 60, "to": "closed"}]},
        [
            ("05T09:00 agent create", {}, {}),
            ("05T10:00 system tick", {}, {"status": "open"}),
            ("05T10:00 agent add_tag", {"tag": "x"}, {"status": "open"}),
            ("05T10:01 system tick", {}, {"status": "closed", "changed_by": "system"}),
        ],
    ),
    "an assignment nobody takes up lapses": (
        {
            "states": ["open", "doing"],
            "assignment_timeout_minutes": 30,
            "applies_to_states": ["open"],
        },
        [
            ("05T09:00 agent create", {}, {}),
            ("05T09:00 agent assign", {"to": "bo"}, {"assignee": "bo", "assigned_at": "05T09:00"}),
            ("05T09:30 system tick", {}, {"assignee": "bo"}),
            ("05T09:31 system tick", {}, {"assignee": None}),
        ],
    ),
    "major incidents are not closed by themselves": (
        {
            "states": ["open", "closed"],
            "timers": [{"in": "open", "after_days": 1, "to": "closed"}],
            "rules": {"major_incident_auto_close": False},
        },
        [
            ("05T09:00 agent create", {"ticket": "A", "major": True}, {}),
            ("05T09:00 agent create", {"ticket": "B"}, {}),
            ("07T09:00 system tick", {}, {"all": {"A": "open", "B": "closed"}}),
        ],
    ),
    "seconds of a pending time are dropped": (
        {**ZAMMAD, "rules": {"pending_until_precision": "minute, floor"}},
        [
            (
                "05T09:00 agent create",
                {"status": "pending reminder", "pending_until": "2026-01-06T09:00:42Z"},
                {"pending_until": "06T09:00"},
            )
        ],
    ),
    "a member who leaves is replaced where an assignee is required": (
        {
            "states": ["open", "doing"],
            "groups": {"g": ["a", "b", "c"]},
            "require": {"doing": ["assignee"]},
            "rules": {"on_member_removed": "unassign, or first remaining member where required"},
        },
        [
            ("05T09:00 agent create", {"group": "g"}, {}),
            ("05T09:00 agent assign", {"to": "a"}, {}),
            ("05T10:00 agent set_status", {"to": "doing"}, {}),
            ("05T11:00 admin remove_member", {"group": "g", "member": "a"}, {"assignee": "b"}),
            ("05T12:00 agent set_status", {"to": "open"}, {}),
            ("05T13:00 admin remove_member", {"group": "g", "member": "b"}, {"assignee": None}),
        ],
    ),
    "a member who left is noticed at the next message": (
        {**ZAMMAD, "groups": {"g": ["a"]}, "rules": {"on_member_removed": "unassign at next message unless closed"}},
        [
            ("05T09:00 agent create", {"group": "g"}, {}),
            ("05T09:00 agent assign", {"to": "a"}, {}),
            ("05T10:00 admin remove_member", {"group": "g", "member": "a"}, {"assignee": "a"}),
            ("05T11:00 requester message", {}, {"assignee": None}),
        ],
    ),
    "an open dependency holds a ticket, force does not care": (
        {
            "categories": {"initial": ["new"], "active": ["open"], "inactive": ["done"]},
            "rules": {"refuse_leaving_active_with_open_dependencies": True, "force_overrides": True},
        },
        [
            ("05T09:00 agent create", {"ticket": "A"}, {}),
            ("05T09:00 agent create", {"ticket": "B"}, {}),
            ("05T09:00 agent link", {"kind": "depends_on", "other": "B"}, {"links": {"A": 1, "B": 1}}),
            ("05T09:00 agent can_resolve", {}, {"value": False}),
            ("05T10:00 agent set_status", {"to": "done"}, {"refusal": "open_dependency", "status": "new"}),
            ("05T10:00 agent set_status", {"to": "done", "force": True}, {"status": "done"}),
        ],
    ),
    "a solved problem solves its incidents": (
        {"states": ["open", "solved", "closed"], "rules": {"problem_solved_solves_incidents": True}},
        [
            ("05T09:00 agent create", {"ticket": "P", "kind": "problem"}, {}),
            ("05T09:00 agent create", {"ticket": "I", "problem": "P"}, {}),
            ("05T10:00 agent set_status", {"ticket": "P", "to": "solved"}, {"all": {"P": "solved", "I": "solved"}}),
        ],
    ),
    "a child gets no children": (
        {**OPEN_CLOSED, "rules": {"parent_may_not_be_a_child": True}},
        [
            *[("05T09:00 agent create", {"ticket": name}, {}) for name in "ABC"],
            ("05T10:00 agent bundle", {"ticket": "A", "children": ["B"]}, {"ok": True}),
            ("05T10:00 agent bundle", {"ticket": "B", "children": ["C"]}, {"refusal": "parent_is_child"}),
            ("05T11:00 agent unbundle", {"ticket": "A", "children": ["B"]}, {"links": {"A": 0, "B": 0}}),
        ],
    ),
    "priority is read off the matrix, and only there": (
        {
            **OPEN_CLOSED,
            "matrix": {"impact x urgency": [[1, 2], [2, 3]]},
            "rules": {"priority_direct_edit": False, "reprioritise_saved_problem_needs": "note"},
        },
        [
            ("05T09:00 agent create", {"kind": "problem", "impact": 2, "urgency": 2}, {"priority": 3}),
            ("05T09:00 agent set_priority", {"value": 1}, {"refusal": "read_only", "priority": 3}),
            (
                "05T09:00 agent prioritise",
                {"impact": 1, "urgency": 2},
                {"refusal": "missing_field", "missing": ["note"]},
            ),
            ("05T09:00 agent prioritise", {"impact": 1, "urgency": 2, "note": "spreads"}, {"priority": 2}),
        ],
    ),
    "a look-up needs no ticket": (
        {**OPEN_CLOSED, "matrix": {"impact x urgency": [[1, 2], [2, 3]]}},
        [("05T09:00 agent prioritise", {"impact": 2, "urgency": 1}, {"priority": 2})],
    ),
    "a priority once set stays set": (
        {**OPEN_CLOSED, "priority_resettable": False},
        [
            ("05T09:00 agent create", {}, {"priority": None}),
            ("05T09:00 agent set_priority", {"value": "high"}, {"priority": "high"}),
            ("05T09:00 agent set_priority", {"value": None}, {"refusal": "cannot_unset", "priority": "high"}),
        ],
    ),
    "numbers go up": (
        {**OPEN_CLOSED, "ids": "sequential"},
        [
            ("05T09:00 agent create", {"ticket": "A"}, {"number": "n"}),
            ("05T09:00 agent create", {"ticket": "B"}, {"number": "n+1"}),
            ("05T09:00 agent copy", {"new": "C"}, {"number_differs_from": "A"}),
        ],
    ),
    "support is a matter of profile": (
        {**OPEN_CLOSED, "support_profiles": ["tech"], "rules": {"requester_is_not_support": True}},
        [
            ("05T09:00 agent is_support", {"profile": "tech", "roles": []}, {"value": True}),
            ("05T09:00 agent is_support", {"profile": "tech", "roles": ["requester"]}, {"value": False}),
            ("05T09:00 agent is_support", {"profile": "self-service", "roles": []}, {"value": False}),
        ],
    ),
    "the first answer that counts takes a ticket into account": (
        {**OPEN_CLOSED, "rules": {"first_support_action_marks_taken_into_account": True}},
        [
            ("05T09:00 requester create", {}, {"taken_at": None}),
            ("05T10:00 agent message", {"count_as_response": False}, {"taken_at": None}),
            ("05T11:00 agent message", {}, {"taken_at": "05T11:00"}),
        ],
    ),
    "GLPI's solution goes back and forth": (
        {
            "states": ["New", "Planned", "Solved", "Closed"],
            "on_planned_task": "Planned",
            "on_solution": "Solved",
            "on_approval": "Closed",
            "on_rejection": "New",
        },
        [
            ("05T09:00 requester create", {}, {}),
            ("05T09:00 agent add_task", {"planned": True}, {"status": "Planned"}),
            ("05T10:00 agent propose_solution", {"text": "x"}, {"status": "Solved"}),
            ("05T11:00 requester reject_resolution", {}, {"status": "New"}),
            ("05T12:00 agent propose_solution", {"text": "y"}, {"status": "Solved"}),
            ("05T13:00 requester approve_solution", {}, {"status": "Closed"}),
        ],
    ),
    "a merge sums, unites and refuses": (
        {
            "states": ["open", "hold", "closed"],
            "hold_status": "hold",
            "rules": {
                "merged_source_becomes": "closed",
                "merged_final": True,
                "merge_undo": False,
                "merging_into_held_reopens": True,
                "merge": {
                    "time": "sum",
                    "links": "union",
                    "watchers": "union",
                    "link": "target parent of source",
                    "needs": "modify on both tickets",
                },
            },
        },
        [
            ("05T09:00 agent create", {"ticket": "A", "time": {"worked": 5, "estimated": 9}, "cc": ["x"]}, {}),
            (
                "05T09:00 agent create",
                {"ticket": "B", "time": {"worked": 7, "left": 2}, "cc": ["y"], "messages": 2},
                {},
            ),
            ("05T09:00 agent create", {"ticket": "C"}, {}),
            ("05T09:00 agent link", {"ticket": "A", "kind": "related", "other": "C"}, {}),
            ("05T09:00 agent link", {"ticket": "B", "kind": "related", "other": "C"}, {}),
            ("05T09:00 agent hold", {"ticket": "A", "reason": "r"}, {"status": "hold"}),
            ("05T10:00 agent merge", {"ticket": "B", "into": "B"}, {"refusal": "merge_into_self"}),
            ("05T10:00 agent merge", {"ticket": "B", "into": "A", "may_modify": ["B"]}, {"refusal": "permission"}),
            (
                "05T10:00 agent merge",
                {"ticket": "B", "into": "A", "may_modify": ["A", "B"]},
                {
                    "status": "open",
                    "others": {"B": "closed"},
                    "target_time": {"worked": 12, "estimated": 9, "left": 2},
                    "target_cc_includes": ["y"],
                    "source_cc": 0,
                    "source_messages": 0,
                    "links": {"A": 2, "B": 1, "C": 1},
                    "link": "A parent of B",
                    "created_at_of_target": "kept",
                },
            ),
            ("05T11:00 agent note", {"ticket": "B"}, {"refusal": "merged"}),
            ("05T11:00 agent undo_merge", {"ticket": "B"}, {"refusal": "not_undoable"}),
        ],
    ),
    "the older of two survives": (
        {**OPEN_CLOSED, "rules": {"merge_survivor": "older", "merge": {"kinds": ["incident"]}}},
        [
            ("05T10:00 agent create", {"ticket": "A", "kind": "incident"}, {}),
            ("05T11:00 agent create", {"ticket": "B", "kind": "incident"}, {}),
            ("05T11:00 agent create", {"ticket": "C"}, {}),
            ("05T12:00 agent merge", {"tickets": ["B", "A"]}, {"survivor": "A"}),
            ("05T12:00 agent merge", {"ticket": "C", "into": "A"}, {"refusal": "wrong_kind"}),
        ],
    ),
    "merging is for early targets": (
        {"states": ["new", "open", "solved"], "rules": {"merge_target_must_be_before": "solved"}},
        [
            ("05T09:00 agent create", {"ticket": "A", "status": "solved"}, {}),
            ("05T09:00 agent create", {"ticket": "B"}, {}),
            ("05T10:00 agent merge", {"ticket": "B", "into": "A"}, {"refusal": "target_not_open"}),
        ],
    ),
    "a reference to a ticket that is not final has no effect": (
        {**OPEN_CLOSED, "final": ["closed"]},
        [
            ("05T09:00 agent create", {"ticket": "A"}, {}),
            ("05T09:00 agent create", {"ticket": "B", "follow_up_of": "A"}, {"follow_up_of": None}),
            ("05T10:00 agent close", {"ticket": "A"}, {}),
            ("05T11:00 agent create", {"ticket": "C", "follow_up_of": "A"}, {"follow_up_of": "A"}),
        ],
    ),
    "what may be set in a final status may be set, and nothing else": (
        {**OPEN_CLOSED, "final": ["closed"], "editable_when_closed": ["tags", "site"]},
        [
            ("05T09:00 agent create", {"status": "closed"}, {}),
            ("05T09:00 agent set_field", {"field": "site", "value": "Delft"}, {"fields": {"site": "Delft"}}),
            ("05T09:00 agent set_field", {"field": "tags", "value": ["x"]}, {"fields": {"tags": ["x"]}}),
            ("05T09:00 agent set_field", {"field": "floor", "value": "3"}, {"refusal": "final_state"}),
            ("05T09:00 agent assign", {"to": "bo"}, {"refusal": "final_state"}),
            ("05T09:00 requester message", {}, {"ok": True}),
        ],
    ),
    "who writes is told of, and so is who is too late": (
        {"states": ["open", "closed"], "rules": {"notify_on_requester_message": ["assignee"]}},
        [
            ("05T09:00 requester create", {}, {}),
            ("05T10:00 requester message", {}, {"notified": ["assignee"]}),
            ("05T10:00 agent message", {}, {"notified": []}),
        ],
    ),
    "an action that the table lacks does not exist": (
        {
            "states": ["new", "accepted"],
            "actions": {
                "reassign": {"from": ["new"], "to": "accepted", "needs": "M", "effect": "set owner"},
            },
        },
        [
            ("05T09:00 agent create", {}, {}),
            ("05T09:00 agent accept", {}, {"refusal": "forbidden_transition"}),
            ("05T09:00 agent reassign", {"to": "bo", "permissions": []}, {"refusal": "permission", "needs": "M"}),
            ("05T09:00 agent reassign", {"to": "bo"}, {"assignee": "bo", "status": "accepted"}),
        ],
    ),
}


def _instant(text: str) -> str:
    return f"2026-01-{text}:00Z" if len(text) == len("05T09:00") else text


def _dated(value: Any) -> Any:
    if isinstance(value, str) and len(value) == len("05T09:00") and value[2:3] == "T" and value[:2].isdigit():
        return _instant(value)
    return value


def _case(name: str) -> dict[str, Any]:
    table, steps = CASES[name]
    timeline: list[dict[str, Any]] = []
    expect: list[dict[str, Any]] = []
    for text, more, wanted in steps:
        at, by, do = text.split()
        timeline.append({"at": _instant(at), "by": by, "do": do, **{key: _dated(value) for key, value in more.items()}})
        ok = {"ok": "refusal" not in wanted}
        expect.append({**ok, **{key: _dated(value) for key, value in wanted.items()}})
    return {"id": name, "lifecycle": table, "timeline": timeline, "expect": expect}


def test_every_case_of_the_vectors_passes() -> None:
    if not VECTORS.exists():
        pytest.skip("the vectors are not beside the project: ../shared/vectors absent")
    report = runner.run_file(VECTORS)
    assert isinstance(report, runner.Report), report
    assert report.ok, "\n".join(report.lines())
    assert report.passed + len(report.disputed) >= 60


@pytest.mark.parametrize("name", CASES)
def test_a_word_of_the_format(name: str) -> None:
    report = runner.run_document("own", [_case(name)], LifecycleCases())
    assert report.passed == 1, "\n".join(report.lines())


def test_a_wrong_expectation_fails() -> None:
    case = _case("numbers go up")
    case["expect"][0] = {"ok": True, "status": "closed"}
    report = runner.run_document("own", [case], LifecycleCases())
    assert "expected 'closed', found 'open'" in report.failed["numbers go up"]


def test_an_unknown_step_is_not_expressible() -> None:
    case = _case("numbers go up")
    case["timeline"][1]["do"] = "sing"
    report = runner.run_document("own", [case], LifecycleCases())
    assert list(report.not_expressible.values()) == ["unknown step 'sing'"]
