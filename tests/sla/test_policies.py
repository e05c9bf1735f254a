"""Policies, books, set-ups and their lint: what is refused, what is found, what is chosen and why."""

from __future__ import annotations

import pickle

import pytest

from deskcore import sla
from deskcore.errors import InvalidConfiguration, InvalidValue, UnknownName
from deskcore.hours import Calendar, business, elapsed
from deskcore.predicate import Is
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target
from deskcore.sla.cue import NO_CUE, SLA_NODES, Cue, InPhase, InStatus, Opening, Reply, WaitsOn
from deskcore.sla.lint import lint
from deskcore.sla.metric import STANDARD, standard
from deskcore.sla.stopwatch import Stopwatch
from deskcore.tickets.facts import FACTS

OFFICE = Calendar.weekly("Mon-Fri 09:00-17:00", tz="UTC")
KNOWN = frozenset(fact.name for fact in FACTS)
HOUR = Target.resolution(business(hours=1))


def codes(*policies: SlaPolicy, calendar: Calendar = OFFICE) -> list[tuple[str, str]]:
    found = lint(PolicyBook(policies), calendars={"default": calendar}, facts=KNOWN)
    return [(problem.path, problem.code) for problem in found]


def test_statuses_that_no_lifecycle_has_are_found_in_every_cue() -> None:
    watch = Stopwatch(
        "fix", Opening(), Reply(), ~InStatus(("Done",)) | InPhase(("closed",)), InStatus(("Parked", "New"))
    )
    policy = SlaPolicy("p", (Target("fix", business(hours=1)),), stopwatches=(watch,))
    found = lint(PolicyBook((policy,)), calendars={"default": OFFICE}, facts=KNOWN, statuses=frozenset({"New"}))
    assert [(problem.path, problem.message) for problem in found if problem.code == "unknown_status"] == [
        ("policies[0].stopwatch(fix).done", "speaks of the unknown status 'Done'"),
        ("policies[0].stopwatch(fix).pause", "speaks of the unknown status 'Parked'"),
    ]


def test_a_negative_promise_is_refused() -> None:
    with pytest.raises(InvalidValue, match="within must not be negative"):
        Target.resolution(business(hours=-1))


def test_a_promise_must_be_an_amount() -> None:
    with pytest.raises(InvalidValue, match="must be an amount of time"):
        Target.resolution(4)  # type: ignore[arg-type]


def test_a_policy_without_targets_is_refused() -> None:
    with pytest.raises(InvalidValue, match="at least one target"):
        SlaPolicy("empty", ())


def test_a_metric_nobody_defines_is_refused_with_those_that_exist() -> None:
    with pytest.raises(UnknownName, match=r"cannot find metric 'fix'; known: first_response, "):
        SlaPolicy("p", (Target("fix", business(hours=1)),))


def test_a_pause_of_a_metric_without_target_is_refused() -> None:
    with pytest.raises(UnknownName, match="cannot find metric 'first_response'; known: resolution"):
        SlaPolicy("p", (HOUR,), pause_on={"first_response": ("requester",)})


@pytest.mark.parametrize("share", [0, 1, 1.2, -0.5])
def test_a_warning_lies_inside_the_target(share: float) -> None:
    with pytest.raises(InvalidValue, match="warn_at must lie above 0 and below 1"):
        SlaPolicy("p", (HOUR,), warn_at=(share,))


def test_a_warning_before_due_lies_before_it() -> None:
    with pytest.raises(InvalidValue, match="warn_left must be above zero"):
        SlaPolicy("p", (HOUR,), warn_left=(elapsed(),))


def test_an_unknown_rule_is_refused_with_those_that_exist() -> None:
    with pytest.raises(InvalidValue, match="on_reopen must be one of continue_excluding_closed"):
        SlaPolicy("p", (HOUR,), on_reopen="sometimes")  # type: ignore[arg-type]


def test_a_stopwatch_without_an_end_is_refused() -> None:
    with pytest.raises(InvalidValue, match="a clock without an end is never fulfilled"):
        Stopwatch("endless", start=Opening())


def test_a_cue_speaks_of_known_words_only() -> None:
    with pytest.raises(InvalidValue, match="phases must be one of new, active"):
        InPhase(("solved",))  # type: ignore[arg-type]
    with pytest.raises(InvalidValue, match="whom must be one of requester"):
        WaitsOn(("customer",))  # type: ignore[arg-type]


def test_two_policies_of_one_name_are_refused() -> None:
    with pytest.raises(InvalidValue, match="policies must not name the same one twice"):
        PolicyBook((SlaPolicy("p", (HOUR,)), SlaPolicy("p", (HOUR,))))


def test_every_unknown_calendar_is_named_at_once() -> None:
    book = PolicyBook(
        (SlaPolicy("a", (HOUR,), calendar="ofice"), SlaPolicy("b", (Target("resolution", None, calendar="x"),)))
    )

    with pytest.raises(InvalidConfiguration) as caught:
        SlaSetup(book, {"office": OFFICE})

    assert [problem.path for problem in caught.value.problems] == [
        "policies[0].calendar",
        "policies[1].targets[0].calendar",
    ]
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_the_first_policy_that_holds_is_chosen_and_the_others_say_why_not() -> None:
    gold = SlaPolicy("gold", (HOUR,), when=Is("customer_tier", "gold"))
    house = SlaPolicy("house", (HOUR,))

    chosen = PolicyBook((gold, house)).choose({"customer_tier": "silver"})

    assert chosen.to_dict() == {
        "policy": "house",
        "because": "always",
        "rejected": [{"policy": "gold", "because": "customer_tier is silver, not gold"}],
    }


def test_a_pinned_policy_that_is_gone_is_an_error_not_a_missing_clock() -> None:
    with pytest.raises(UnknownName, match="cannot find policy 'old'; known: p"):
        PolicyBook((SlaPolicy("p", (HOUR,)),)).choose({}, pinned="old")


def test_a_sound_book_has_no_problems() -> None:
    first = SlaPolicy(
        "gold",
        (Target.first_response(business(hours=1)), Target.resolution(business(hours=8))),
        when=Is("customer_tier", "gold") & Is("field.plan", "x"),
    )

    assert codes(first, SlaPolicy("rest", (HOUR,))) == []


def test_a_policy_below_one_for_all_tickets_is_unreachable() -> None:
    assert codes(SlaPolicy("all", (HOUR,)), SlaPolicy("never", (HOUR,))) == [("policies[1]", "unreachable")]


def test_a_row_below_one_for_all_tickets_is_unreachable() -> None:
    late = Target.resolution(business(hours=2), when=Is("priority", "p1"))

    assert codes(SlaPolicy("p", (HOUR, late))) == [("policies[0].targets[1]", "unreachable")]


def test_an_unknown_fact_is_found_with_its_path() -> None:
    row = Target.resolution(business(hours=1), when=Is("prioritee", "p1"))

    assert codes(SlaPolicy("p", (row,), when=Is("tier", "gold"))) == [
        ("policies[0].when", "unknown_fact"),
        ("policies[0].targets[0].when", "unknown_fact"),
    ]


def test_a_reply_promised_after_the_solution_is_found() -> None:
    late = Target.first_response(business(hours=2))

    assert codes(SlaPolicy("p", (late, HOUR))) == [("policies[0].targets[0]", "response_above_resolution")]


def test_amounts_of_different_measures_are_not_compared() -> None:
    assert codes(SlaPolicy("p", (Target.first_response(elapsed(hours=2)), HOUR))) == []


def test_a_calendar_that_never_opens_is_found() -> None:
    assert codes(SlaPolicy("p", (HOUR,)), calendar=Calendar.never()) == [("calendars.default", "never_opens")]


def test_a_pause_that_holds_from_the_start_is_found() -> None:
    watch = Stopwatch("fix", start=Opening(), stop=Reply(), pause=InPhase(("new", "active")))

    assert codes(SlaPolicy("p", (Target("fix", None),), stopwatches=(watch,))) == [
        ("policies[0].stopwatch(fix).pause", "pause_inside_start")
    ]


def test_an_end_that_holds_from_the_start_is_found() -> None:
    watch = Stopwatch("fix", start=Opening(), done=InPhase(("new", "active")))

    assert codes(SlaPolicy("p", (Target("fix", None),), stopwatches=(watch,))) == [
        ("policies[0].stopwatch(fix).done", "start_inside_end")
    ]


def test_warnings_that_come_before_the_start_are_found() -> None:
    assert codes(SlaPolicy("p", (HOUR,), warn_left=(business(hours=1),))) == [
        ("policies[0].targets[0]", "late_warning")
    ]


def test_cues_join_flat_with_an_identity() -> None:
    one, two, three = Opening(), Reply(), InPhase(("new",))

    assert (one | two) | three == one | (two | three)
    assert (one & two) & three == one & (two & three)
    assert one | NO_CUE == one == NO_CUE | one
    assert one & NO_CUE == NO_CUE
    assert ~~one == one


@pytest.mark.parametrize("metric", list(STANDARD))
def test_every_named_metric_says_what_it_measures(metric: str) -> None:
    watch = standard(metric)

    assert watch.name == metric
    assert str(watch).startswith(f"{metric}: from ")
    assert getattr(Target, metric)(business(hours=1)).metric == metric


def test_the_nodes_of_the_room_are_all_cues() -> None:
    assert set(sla.SLA_NODES) == set(Cue.__subclasses__()) & set(SLA_NODES)
    assert len(SLA_NODES) == len(set(SLA_NODES))
    assert all(kind in SLA_NODES for kind in Cue.__subclasses__() if kind.__module__.startswith("deskcore."))


def test_what_the_room_exports_exists() -> None:
    assert sorted(sla.__all__) == sorted(set(sla.__all__))
    assert all(hasattr(sla, name) for name in sla.__all__)
