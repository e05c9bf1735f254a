"""Short forms mean what their long forms mean."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.errors import DecodeError
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Action, Notify, RaisePriority
from deskcore.escalation.matrix import Passes
from deskcore.escalation.recipients import Assignee, ManagerOf, Person, Recipient, TeamLead
from deskcore.escalation.repeat import Repeat
from deskcore.hours import BusinessDuration, Calendar, ElapsedDuration, business, elapsed
from deskcore.predicate import ALWAYS, NEVER, Condition, Has, InRange, Is, IsOneOf, where
from deskcore.routing import HandOff, RoutingPolicy, ToAgent
from deskcore.routing.ranking import LeastUtilised, LongestIdle, Ranking
from deskcore.routing.requirement import Requirement
from deskcore.routing.requirements import ABLE, WILLING, HasRoom, InTeam, NeedsSkill, Present
from deskcore.sla import PolicyBook, SlaPolicy, Target
from deskcore.staff import Agent, Staff
from deskcore.testing.predicate import WORDS
from deskcore.tickets import Lifecycle, PriorityTable, Status, Transition
from deskcore.tickets.simple import simple_lifecycle
from deskcore.wire import load

SAME: list[tuple[Any, object, object]] = [
    (Condition, {}, ALWAYS),
    (Condition, "always", ALWAYS),
    (Condition, "never", NEVER),
    (Condition, {"priority": "p1"}, Is("priority", "p1")),
    (Condition, {"priority": ["p1", "p2"], "vip": True}, IsOneOf("priority", ("p1", "p2")) & Is("vip", True)),
    (Condition, {"tags": {"has": "vip"}}, Has("tags", "vip")),
    (Condition, {"reopens": {"least": 2}}, InRange("reopens", least=2)),
    (Condition, {"reopens": {"least": 1, "most": 2.5}}, InRange("reopens", 1, 2.5)),
    (Condition, {"tags": {"not": {"has": "vip"}}}, ~Has("tags", "vip")),
    (Calendar, "always", Calendar.always()),
    (Calendar, "24x7", Calendar.always()),
    (Calendar, "never", Calendar.never()),
    (Calendar, {"hours": "Mon 09:00-17:00", "tz": "UTC"}, Calendar.weekly("Mon 09:00-17:00", tz="UTC")),
    (
        Calendar,
        {"hours": {"mon": ["09:00-12:00"]}, "tz": "UTC", "holidays": ["NL", ["2026-12-31", "Old Year"]], "name": "x"},
        Calendar.weekly("Mon 09:00-12:00", tz="UTC", holidays=["NL", ("2026-12-31", "Old Year")], name="x"),
    ),
    (Due, "50 % of resolution", Due.at_share("resolution", 0.5)),
    (Due, "150% of resolution", Due.at_share("resolution", 1.5)),
    (Due, "when resolution is due", Due.on_breach("resolution")),
    (Due, "1h after resolution is due", Due.after_breach("resolution", elapsed(hours=1))),
    (
        Due,
        "30 business minutes (office) before resolution is due",
        Due.before_breach("resolution", business(minutes=30), calendar="office"),
    ),
    (Due, "2 business hours after the opening", Due.after_opened(business(hours=2))),
    (Due, "unassigned for 15m", Due.unassigned_for(elapsed(minutes=15))),
    (Due, "4h after the oldest unanswered message", Due.unanswered_for(elapsed(hours=4))),
    (
        Due,
        "30m since field.sentiment is negative",
        Due.since(Is("field.sentiment", "negative"), elapsed(minutes=30)),
    ),
    (
        Due,
        "2 business hours (office) since vip is True",
        Due.since(Is("vip", value=True), business(hours=2), calendar="office"),
    ),
    (
        Due,
        "as soon as tags has vip and reopens is at least 2 and not (team is a or b)",
        Due.since(Has("tags", "vip") & InRange("reopens", 2) & ~IsOneOf("team", ("a", "b"))),
    ),
    (Repeat, {"every": "1h", "times": "without end"}, Repeat(elapsed(hours=1), None)),
    (Passes, {"wait": "1h", "times": "without end"}, Passes(elapsed(hours=1), None)),
    (Due, "15m after rung first call", Due.after_rung("first call", elapsed(minutes=15))),
    (Recipient, "team_lead", TeamLead()),
    (Recipient, {"team_lead": "network"}, TeamLead("network")),
    (Recipient, {"person": {"id": "dana"}}, Person("dana")),
    (Recipient, {"manager_of": {"manager_of": "assignee"}}, ManagerOf(ManagerOf(Assignee()))),
    (Action, {"raise_priority": {}}, RaisePriority()),
    (Ranking, ["least_utilised", "longest_idle"], LeastUtilised().then(LongestIdle())),
    (Requirement, ["present", {"needs_skill": {"skill": "vpn", "level": 2}}], Present() & NeedsSkill("vpn", 2)),
    (Requirement, ["has_room"], HasRoom()),
    (Requirement, "able", ABLE),
    (Requirement, ["willing", "has_room"], WILLING & HasRoom()),
    (RoutingPolicy, {"to_agent": {"requires": ["able", {"in_team": "network"}]}}, ToAgent(ABLE & InTeam("network"))),
    (RoutingPolicy, [{"hand_off": "manila"}, {"to_agent": {}}], HandOff("manila") | ToAgent()),
    (tuple[MatrixRow, ...], {"p3": {}}, (MatrixRow(Is("priority", "p3")),)),
    (RoutingPolicy, ["to_agent", {"hand_off": "manila"}], ToAgent() | HandOff("manila")),
    (RoutingPolicy, {"to_agent": {"requires": "present"}}, ToAgent(Present())),
    (tuple[Action, ...], {"notify": "assignee"}, (Notify(Assignee()),)),
    (
        tuple[Status, ...],
        {"Open": "active", "P": "waiting for vendor"},
        (Status("Open", "active"), Status("P", "waiting", "vendor")),
    ),
    (tuple[Status, ...], {"P": {"phase": "waiting"}}, (Status("P", "waiting"),)),
    (tuple[Transition, ...], {"*": "Closed"}, (Transition("*", "Closed"),)),
    (
        tuple[Transition, ...],
        {"New": ["Open", {"target": "Closed", "needs": ["code"]}]},
        (Transition("New", "Open"), Transition("New", "Closed", needs=("code",))),
    ),
    (tuple[Target, ...], {"resolution": "4h"}, (Target.resolution(elapsed(hours=4)),)),
    (
        tuple[Target, ...],
        {"resolution": {"within": "4h", "calendar": "x"}},
        (Target("resolution", elapsed(hours=4), calendar="x"),),
    ),
    (
        tuple[Target, ...],
        {"resolution": {"p1": "4h", "p2": {"within": "8h"}}},
        tuple(
            Target.resolution(elapsed(hours=hours), when=where(priority=name)) for hours, name in ((4, "p1"), (8, "p2"))
        ),
    ),
    (
        tuple[Target, ...],
        {"resolution": [{"within": "4h", "when": {"vip": True}}, "8h"]},
        (Target.resolution(elapsed(hours=4), when=Is("vip", True)), Target.resolution(elapsed(hours=8))),
    ),
    (
        PolicyBook,
        {"a": {"targets": {"resolution": "4h"}}},
        PolicyBook((SlaPolicy("a", (Target.resolution(elapsed(hours=4)),)),)),
    ),
    (PolicyBook, [], PolicyBook()),
    (PriorityTable, [["p1", None]], PriorityTable((("p1", None),))),
    (FrozenDict[int], ["vpn", "dns"], FrozenDict({"vpn": 1, "dns": 1})),
    (Staff, {"agents": {"bo": {"skills": ["vpn"]}}}, Staff((Agent("bo", skills=FrozenDict({"vpn": 1})),))),
    (Lifecycle, "simple", simple_lifecycle()),
    (tuple[Lifecycle, ...], "simple", (simple_lifecycle(),)),
    (
        Matrix,
        {
            "id": "m",
            "last_resort": {"person": "dana"},
            "rows": {"p1": {"lead": {"due": "when x is due", "actions": []}}},
        },
        Matrix("m", (MatrixRow(Is("priority", "p1"), (Rung("lead", Due.on_breach("x"), ()),)),), Person("dana")),
    ),
]


@pytest.mark.parametrize(("kind", "short", "value"), SAME, ids=lambda part: str(part)[:50])
def test_a_short_form_is_read_as_the_value_it_stands_for(kind: Any, short: object, value: object) -> None:
    assert load(short, kind) == value


@given(st.dictionaries(WORDS, WORDS | st.integers() | st.booleans() | st.lists(WORDS, min_size=1, max_size=3)))
def test_a_table_of_facts_means_what_where_means(asked: dict[str, Any]) -> None:
    """load(table) == where(**table)."""
    wanted = {fact: tuple(value) if isinstance(value, list) else value for fact, value in asked.items()}
    assert load(asked, Condition) == where(**wanted)


METRICS = st.sampled_from(["resolution", "first_response"])
CALENDARS = st.sampled_from(["default", "office", "night shift"])
ELAPSED = st.integers(1, 10**12).map(ElapsedDuration.of_us)
BUSINESS = st.integers(1, 10**12).map(BusinessDuration.of_us)
DUES = st.one_of(
    st.builds(Due.at_share, METRICS, st.integers(0, 300).map(lambda percent: percent / 100)),
    st.builds(Due.on_breach, METRICS),
    st.builds(Due.after_breach, METRICS, ELAPSED),
    st.builds(Due.before_breach, METRICS, BUSINESS, calendar=CALENDARS),
    st.builds(Due.after_opened, BUSINESS, calendar=CALENDARS),
    st.builds(Due.unassigned_for, ELAPSED),
    st.builds(Due.unanswered_for, BUSINESS, calendar=CALENDARS),
    st.builds(Due.after_rung, st.sampled_from(["lead", "first call"]), ELAPSED),
    st.builds(Due, st.sampled_from(["created", "updated", "contact", "assigned", "status"]), ELAPSED),
)


@given(DUES)
def test_the_text_of_a_due_is_read_as_the_due_itself(due: Due) -> None:
    """load(str(due)) == due."""
    assert load(str(due), Due) == due


WRONG: list[tuple[Any, object, str]] = [
    (Condition, 3, "must be a condition"),
    (Condition, {"tags": {"hass": "vip"}}, "tags: does not know 'hass'; did you mean 'has'"),
    (Condition, {"tags": {"has": 3}}, "tags: must be a value, a list of values"),
    (Condition, {"reopens": {"least": "2"}}, "reopens: must be a value, a list of values"),
    (Condition, {"reopens": {"least": 3, "most": 2}}, "reopens"),
    (Condition, {"reopens": {}}, "reopens"),
    (Condition, {"a": None}, "a: must be a value"),
    (Condition, {"a": [[1]]}, r"a\[0\]: must be text, a number, true or false"),
    (Calendar, "allways", "must be a calendar"),
    (Calendar, {"hours": "Mon 09:00-17:00"}, "tz: is missing"),
    (Calendar, {"hours": "Mon 09:00-17:00", "tz": 3}, "tz: must be text"),
    (Due, "half of resolution", "must read like"),
    (Due, "2 working days after the opening", "must count hours, not working days"),
    (Due, "soon after the opening", "must read like"),
    (Due, "-1h after the opening", "must not be negative"),
    (Recipient, "team_laed", "did you mean 'team_lead'"),
    (Recipient, {"person": 3}, r"person\.id: must be text"),
    (Recipient, {"person": ""}, r"person\.id: must be a name"),
    (Recipient, ["assignee"], "must be a table with a 'type'"),
    (Recipient, {"assignee": 3}, "assignee: must be an empty table"),
    (Requirement, [], "must be a table with a 'type'"),
    (RoutingPolicy, ["to_agent", {"hand_of": "manila"}], r"\[1\]: is of the unknown type 'hand_of'"),
    (RoutingPolicy, {"hand_off": "manila", "wait": "x"}, "must say its 'type'"),
    (tuple[Status, ...], {"Open": "actve"}, r"Open\.phase: .* did you mean 'active'"),
    (tuple[Status, ...], {"Open": 3}, "Open: must be a table"),
    (tuple[Transition, ...], {"New": [3]}, r"New\[0\]\.target: must be text"),
    (tuple[Target, ...], {"resolution": {"p1": "x"}}, r"resolution\.p1\.within: must read like"),
    (Staff, {"agents": {"bo": {"id": "bob"}}}, r"agents\.bo\.id: must be 'bo'"),
    (Staff, {"agents": {"bo": 3}}, r"agents\.bo: must be a table"),
    (FrozenDict[int], ["vpn", 3], "must be a name"),
    (PolicyBook, {"a": {"targets": {}}}, r"a\.targets: must hold at least one target"),
    (PriorityTable, [["p1"], [3]], r"\[1\]\[0\]: must be"),
    (PriorityTable, [], "must hold at least one row"),
    (Lifecycle, "simpel", "did you mean 'simple'"),
]


@pytest.mark.parametrize(("kind", "short", "said"), WRONG, ids=lambda part: str(part)[:50])
def test_a_faulty_short_form_is_reported_where_it_stands(kind: Any, short: object, said: str) -> None:
    with pytest.raises(DecodeError, match=said):
        load(short, kind)
