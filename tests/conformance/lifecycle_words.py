"""Every word that lifecycle.json's page defines, by the place where it may stand. A case with another one is not played.

A word that no part of the adapter reads would change nothing and pass; so what is not listed here is refused by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tests.conformance.runner import NotExpressible, words

Row = Mapping[str, Any]

CASE: Final = words("id source note how lifecycle timeline expect")
TABLE: Final = words("""states categories stages stages_by_team stage_order order cancel_from custom_states kind model labels question
    create default_on_create default_create transitions never_again final final_for editable_when_closed open_states
    require auto_assign_on_solve permissions actions toggle hold_reasons hold_status task_states requester_view
    pauses_sla keeps_sla on_requester_message on_agent_message default_follow_up bot_active on_assign on_planned_task
    on_solution on_approval on_rejection follow_up reopen_time_in_days reopen_window_days reopen_limit_by_group groups
    teams queues maps matrix priority_resettable ids support_profiles next_state reminder_every_hours
    reminder_calendar timers calendar assignment_timeout_minutes applies_to_states rules""")
ACTION: Final = words("from to needs effect")
QUEUE: Final = words("lifecycle table")
TIMER: Final = words("""in to do after_days after_hours after_business_hours after_business_days inactive_days inactive_minutes basis
    only_if_not_waiting skip_tag notify configurable min_hours max_hours""")
RULES: Final = words("""on_message auto_generated_messages_change_nothing notify_on_requester_message notify_on_refused_reply
    email_on_closed copy_fields first_support_action_marks_taken_into_account requester_is_not_support wake_to
    pending_until_precision assign_outside_group on_member_removed team_change
    refuse_leaving_active_with_open_dependencies force_overrides problem_solved_solves_incidents
    close_open_tasks_with_incident bundle_parent_close_closes_children parent_may_not_be_a_child
    duplicates_share_solution links_plain priority_direct_edit reprioritise_saved_problem_needs
    major_incident_auto_close split merged_source_becomes merged_children_status merged_final
    messages_to_merged_go_to_target merge_undo messages_interleave merge_target_must_be_before merge_survivor
    merging_into_held_reopens merge""")
SPLIT: Final = words("messages sla")
MERGE: Final = words("messages time needs kinds source_assignee watchers links link")
STEP: Final = words("""at by do ticket status kind queue team group requester_group assignee priority impact urgency cc fields time
    major problem parent pending_until started_at messages follow_up_of public channel id headers automation
    auto_generated communication count_as_response sets_status to permissions roles force party reason comment until
    resolution field value note tag who planned text member other children into tickets child_status may_modify take
    new from_message subject tags frm state profile""")
EXPECT: Final = words("""ok refusal status assignee priority queue group resolution hold_reason pending_until fields started_at
    resolved_at closed_at stage_changed_at assigned_at first_response_at waiting_since others all reminders sla_paused
    allowed needs missing category value shown creates lands_on reopen_allowed reopened notified changed_by taken_at
    new new_tags survivor target_messages target_notes target_watchers target_cc_includes target_time
    created_at_of_target source_assignee source_messages source_cc restored_messages events link links solutions
    number number_differs_from follow_up_of""")
CREATES: Final = words("kind of status copies")
NEW: Final = words("first_response_at sla split_from messages")
STEPS: Final = words("""create message note set_status tick assign hold snooze close toggle mute accept resolve reassign reopen
    set_field set_priority prioritise add_tag watch add_task propose_solution approve_solution reject_resolution
    set_team move_queue remove_member link bundle unbundle merge undo_merge split copy follow_up allowed_next
    required_permission category_of can_resolve is_support view_status""")
VALUES: Final[dict[str, frozenset[object]]] = {
    "on_message": frozenset({"auto_open", "auto_open_inactive"}),
    "email_on_closed": frozenset({"new incident"}),
    "pending_until_precision": frozenset({"minute", "floor", "minute, floor"}),
    "assign_outside_group": frozenset({"leaves unassigned"}),
    "on_member_removed": frozenset(
        {"unassign, or first remaining member where required", "unassign at next message unless closed"}
    ),
    "team_change": frozenset({"unassign non-member"}),
    "merged_children_status": frozenset({"chosen closed status"}),
    "merge_survivor": frozenset({"older"}),
    "follow_up": frozenset({"new_ticket", "new_ticket_after_certain_time"}),
    "reminder_calendar": frozenset({"business hours"}),
    "ids": frozenset({"sequential"}),
    "basis": frozenset({"resolved_at", "updated_at"}),
}
MERGE_VALUES: Final[dict[str, frozenset[object]]] = {
    "messages": frozenset({"move to target"}),
    "time": frozenset({"sum"}),
    "needs": frozenset({"modify on both tickets"}),
    "source_assignee": frozenset({"cleared"}),
    "watchers": frozenset({"union"}),
    "links": frozenset({"union"}),
    "link": frozenset({"target parent of source"}),
}


def only(given: Iterable[str], known: frozenset[str], noun: str) -> None:
    """Refuse a word that the page does not define there."""
    unknown = sorted(set(given) - known)
    if unknown:
        raise NotExpressible(f"{noun} has the unknown words {unknown}")


def _values(given: Row, known: Mapping[str, frozenset[object]], noun: str) -> None:
    for key, allowed in known.items():
        value = given.get(key)
        if isinstance(value, str) and value not in allowed:
            raise NotExpressible(f"{noun} {key} has the unknown value {value!r}")


def check_table(table: Row) -> None:
    """A table, with the tables of its queues."""
    only(table, TABLE, "the table")
    _values(table, VALUES, "the table's")
    for queue in table.get("queues", {}).values():
        only(queue, QUEUE, "a queue")
        check_table(queue["table"])
    for action in table.get("actions", {}).values():
        only(action, ACTION, "an action")
    for timer in table.get("timers", ()):
        only(timer, TIMER, "a timer")
        _values(timer, VALUES, "a timer's")
        if timer.get("do", "remind") != "remind":
            raise NotExpressible(f"a timer does {timer['do']!r}")
    rules = table.get("rules", {})
    only(rules, RULES, "rules")
    _values(rules, VALUES, "the rule")
    only(rules.get("split") or {}, SPLIT, "the rule split")
    only(rules.get("merge") or {}, MERGE, "the rule merge")
    _values(rules.get("merge") or {}, MERGE_VALUES, "the rule merge's")


def check_steps(timeline: Iterable[Row]) -> None:
    """Every step of a timeline."""
    for step in timeline:
        if step["do"] not in STEPS:
            raise NotExpressible(f"unknown step {step['do']!r}")
        only(step, STEP, f"the step {step['do']}")


def check_expected(expect: Iterable[Row]) -> None:
    """What is expected, word by word; its values are none of the adapter's business."""
    for wanted in expect:
        only(wanted, EXPECT, "what is expected")
        only(wanted.get("creates") or {}, CREATES, "a ticket created")
        only(wanted.get("new") or {}, NEW, "a new ticket")
