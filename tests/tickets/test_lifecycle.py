"""Lifecycles as data: what is refused at the door, what is questionable, what an import may say."""

from __future__ import annotations

import attrs
import pytest

from deskcore._value import FrozenDict
from deskcore.errors import InvalidConfiguration, InvalidValue, UnknownName
from deskcore.hours import elapsed
from deskcore.log import Actor, Event, EventData, Unknown
from deskcore.predicate import Is
from deskcore.presets import simple_lifecycle
from deskcore.testing.tickets import NOON, opening
from deskcore.tickets import (
    Lifecycle,
    PriorityTable,
    ReplyRule,
    Status,
    Timer,
    Transition,
    allowed,
    replay,
    status_event,
)
from deskcore.tickets import events as on
from deskcore.tickets.transition import Entry
from deskcore.tickets.violations import violations

SIMPLE = simple_lifecycle()
OPEN, DONE = Status("Open", "active"), Status("Done", "closed")
BOTH_WAYS = (Transition("Open", "Done"), Transition("Done", "Open"))


def linted(lifecycle: Lifecycle) -> list[tuple[str, str]]:
    return [(problem.path, problem.code) for problem in lifecycle.lint()]


def test_a_broken_lifecycle_is_one_error_that_lists_every_problem() -> None:
    with pytest.raises(InvalidConfiguration) as raised:
        Lifecycle(
            "broken",
            (OPEN, OPEN, DONE),
            (Transition("Opne", "Done"), Transition("Open", "Done", needs=("cod",)), Transition("Open", "Done")),
            creation=("Nwe",),
            entries=(Entry("Dnoe", ("field.",)),),
            replies=(ReplyRule.moves("Opn", phases=("waitng",)),),  # type: ignore[arg-type]
            timers=(
                Timer("close", elapsed(days=1), to="Done", statuses=("Solved",)),
                Timer("close", elapsed(days=1), to="Open", phases=("active",), when=Is("prioritty", "p1")),
            ),
            holds=FrozenDict({"parts": "Open", "vendor": "Nowhere"}),
            priorities=("p1", "p1"),
            default_priority="p3",
            matrix=PriorityTable((("p1", "p2"),)),
            reopen_window=elapsed(days=-1),
            final_accepts=frozenset({"reopen"}),
        )

    assert [(problem.path, problem.code) for problem in raised.value.problems] == [
        ("statuses[1]", "duplicate"),
        ("creation[0]", "unknown_status"),
        ("transitions[0].source", "unknown_status"),
        ("transitions[1].needs[0]", "unknown_need"),
        ("transitions[2]", "contradiction"),
        ("entries[0].status", "unknown_status"),
        ("entries[0].needs[0]", "unknown_need"),
        ("replies[0].to", "unknown_status"),
        ("replies[0].phases[0]", "unknown_phase"),
        ("timers[0].statuses[0]", "unknown_status"),
        ("timers[1].id", "duplicate"),
        ("timers[1].to", "endless"),
        ("timers[1].when", "unknown_fact"),
        ("holds.parts", "wrong_phase"),
        ("holds.vendor", "unknown_status"),
        ("priorities[1]", "duplicate"),
        ("default_priority", "unknown_priority"),
        ("matrix", "unknown_priority"),
        ("reopen_window", "negative"),
        ("final_accepts", "unknown_command"),
    ]


def test_a_lifecycle_has_statuses_and_none_called_any() -> None:
    with pytest.raises(InvalidConfiguration, match="holds no status"):
        Lifecycle("empty", (), ())
    with pytest.raises(InvalidConfiguration, match="stands for any status"):
        Lifecycle("star", (Status("*", "active"),), ())


def test_starting_on_assignment_takes_an_active_status() -> None:
    with pytest.raises(InvalidConfiguration, match="no active status"):
        Lifecycle("odd", (Status("New", "new"), DONE), (Transition("New", "Done"),), start_on_assign=True)


def test_the_simple_lifecycle_has_nothing_to_lint() -> None:
    assert SIMPLE.lint() == ()


def test_lint_finds_a_status_nobody_reaches() -> None:
    lifecycle = Lifecycle("x", (OPEN, Status("Lost", "active"), DONE), (*BOTH_WAYS, Transition("Lost", "Done")))

    assert linted(lifecycle) == [("statuses[1]", "unreachable")]


def test_lint_finds_a_trap() -> None:
    rows = (*BOTH_WAYS, Transition("Open", "Pit"))

    assert linted(Lifecycle("x", (OPEN, Status("Pit", "waiting"), DONE), rows)) == [("statuses[1]", "trapped")]


def test_a_timer_or_a_reply_leads_out_of_a_trap() -> None:
    statuses, rows = (OPEN, Status("Pit", "waiting"), DONE), (*BOTH_WAYS, Transition("Open", "Pit"))
    timer = Timer("out", elapsed(days=1), to="Open", phases=("waiting",))

    assert linted(Lifecycle("x", statuses, rows, timers=(timer,))) == []
    assert linted(Lifecycle("x", statuses, rows, replies=(ReplyRule.moves("Open", phases=("waiting",)),))) == []


def test_lint_finds_a_ring_without_an_end() -> None:
    ring = (Status("A", "active"), Status("B", "active"), DONE)
    rows = (Transition("A", "B"), Transition("B", "A"))

    assert linted(Lifecycle("x", ring, rows)) == [
        ("statuses[2]", "unreachable"),
        ("statuses[0]", "no_way_to_closed"),
        ("statuses[1]", "no_way_to_closed"),
    ]


def test_lint_misses_a_closed_status() -> None:
    assert ("statuses", "no_closed_status") in linted(Lifecycle("x", (OPEN,), ()))


def test_lint_finds_rules_and_rows_that_never_act() -> None:
    replies = (ReplyRule.moves("Open", phases=("closed",)), ReplyRule.refuse(phases=("closed",)))
    rows = (*BOTH_WAYS, Transition("*", "Done"), Transition("Open", "Open"))

    assert linted(Lifecycle("x", (OPEN, DONE), rows, replies=replies)) == [
        ("replies[1]", "shadowed"),
        ("transitions[2]", "shadowed"),
        ("transitions[3]", "shadowed"),
    ]


def test_a_bounded_rule_leaves_later_messages_to_the_next() -> None:
    replies = (
        ReplyRule.moves("Open", phases=("closed",), within=elapsed(days=7)),
        ReplyRule.follow_up(phases=("closed",)),
    )

    assert linted(Lifecycle("x", (OPEN, DONE), BOTH_WAYS, replies=replies)) == []


def test_an_unknown_status_is_named_with_those_known() -> None:
    with pytest.raises(UnknownName, match=r"status 'Solved'; known: New, Open"):
        SIMPLE.status("Solved")


def test_a_priority_table_is_rectangular_and_answers_none_outside() -> None:
    with pytest.raises(InvalidValue, match="same length"):
        PriorityTable((("p1",), ("p1", "p2")))
    with pytest.raises(InvalidValue, match="at least one row"):
        PriorityTable(())
    table = PriorityTable((("p1", None),))
    assert [table.priority(*pair) for pair in ((1, 1), (1, 2), (0, 1), (2, 1), (1, None))] == [
        "p1",
        None,
        None,
        None,
        None,
    ]


def test_statuses_a_ticket_opens_in_are_those_listed_or_the_first() -> None:
    assert SIMPLE.creatable == ("New",)
    assert attrs.evolve(SIMPLE, creation=("Open", "New")).initial.name == "Open"


def test_hold_reasons_are_words_and_whom_statuses_wait_for() -> None:
    assert SIMPLE.hold_reasons == ("parts", "partner", "requester", "vendor")


def test_nobody_may_open_is_nothing_allowed() -> None:
    options = allowed(SIMPLE, None, at=NOON, actor=Actor.requester("ann"))

    assert [(option.command, option.to) for option in options] == [("open", "New")]


def test_options_say_what_they_need() -> None:
    lifecycle = Lifecycle("x", (OPEN, DONE), (Transition("Open", "Done", needs=("code", "message")),))
    opened = replay([opening("T-1", status=OPEN)])

    options = allowed(lifecycle, opened, at=NOON, actor=Actor.agent("bo"))

    moves = [option.explain() for option in options if option.command in {"move", "post", "close"}]
    assert moves == ["post and move to Done, needs code", "post"]


# What an import says


def seen(data: EventData, *, begun: Status | None = None) -> list[str]:
    ticket = replay([opening("T-1", status=begun)])
    event = Event("T-1", 2, NOON, NOON, Actor.system("import"), data)
    return [refusal.code for refusal in violations(SIMPLE, ticket, event)]


def test_an_imported_jump_is_a_violation() -> None:
    new, closed = SIMPLE.status("New"), SIMPLE.status("Closed")

    assert seen(status_event(new, closed)) == ["forbidden_transition"]


def test_a_move_that_only_a_timer_makes_is_none() -> None:
    lifecycle = attrs.evolve(SIMPLE, transitions=tuple(row for row in SIMPLE.transitions if row.target != "Closed"))
    resolved, closed = SIMPLE.status("Resolved"), SIMPLE.status("Closed")
    ticket = replay([opening("T-1", status=resolved)])
    event = Event("T-1", 2, NOON, NOON, Actor.system("import"), status_event(resolved, closed))

    assert violations(lifecycle, ticket, event) == ()


def test_the_same_status_again_is_no_violation() -> None:
    resolved = SIMPLE.status("Resolved")

    assert seen(status_event(resolved, resolved), begun=resolved) == []


def test_a_status_of_another_lifecycle_is_a_violation() -> None:
    assert seen(status_event(SIMPLE.status("New"), Status("Lost", "waiting"))) == ["unknown_status"]


def test_a_priority_of_another_lifecycle_is_a_violation() -> None:
    assert seen(on.PrioritySet("urgent", "import")) == ["unknown_priority"]


def test_events_of_other_rooms_violate_nothing() -> None:
    assert seen(Unknown("acme.coffee", 1, "{}")) == []


def test_before_and_after_opening() -> None:
    tagged = Event("T-1", 1, NOON, NOON, Actor.system(), on.TagAdded("vip"))

    assert [refusal.code for refusal in violations(SIMPLE, None, tagged)] == ["unknown_ticket"]
    assert seen(opening("T-1").data) == ["already_open"]
    odd = opening("T-1", status=SIMPLE.status("Closed"), priority="urgent")
    assert [refusal.code for refusal in violations(SIMPLE, None, odd)] == ["forbidden_on_create", "unknown_priority"]
