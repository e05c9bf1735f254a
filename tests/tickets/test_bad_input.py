"""Whatever is wrong with what is asked is a coded refusal; the ticket and its version stay as they were."""

from __future__ import annotations

from datetime import datetime, timedelta

import attrs
import pytest

from deskcore.desk import Desk
from deskcore.desk.case import Case
from deskcore.desk.memory import Memory
from deskcore.desk.outcome import Refused
from deskcore.errors import InvalidConfiguration, InvalidValue
from deskcore.hours import Calendar
from deskcore.log import Actor
from deskcore.testing.tickets import NOON, opening
from deskcore.tickets import Lifecycle, Status, Ticket, Transition, decide, replay
from deskcore.tickets import commands as do
from deskcore.tickets.events_beside import MessageRef
from deskcore.tickets.field_spec import FieldSpec
from deskcore.tickets.limits import Limits
from deskcore.tickets.links import Link
from deskcore.tickets.merging import Merging
from deskcore.tickets.refusal import CODES
from deskcore.tickets.simple import simple_lifecycle
from deskcore.wire import roundtrip
from tests.tickets.world import ANN, BO, Bench, codes

SMALL = Limits(name=10, subject=20, text=30, tags=2, fields=2, links=2, people=2, articles=2, messages=2)
STRICT = attrs.evolve(
    simple_lifecycle(),
    limits=SMALL,
    merging=Merging(source_status="Closed", seals=True),
    fields=(
        FieldSpec("severity", "choice", choices=("low", "high")),
        FieldSpec("seats", "integer", least=1, most=5),
        FieldSpec("price", "decimal", least=0),
        FieldSpec("due", "date"),
        FieldSpec("paid", "boolean"),
        FieldSpec("note", longest=5),
    ),
)
REFS = tuple(MessageRef(f"m-{number}", NOON, "requester") for number in range(3))
LONG = "x" * 21


def desk() -> Desk:
    return Desk.simple(calendar=Calendar.always(), lifecycle=STRICT)


def case(*commands: do.Command, ticket: str = "T-1") -> Case:
    """A case that has lived through some commands, all accepted."""
    opened = desk().handle(None, do.Open(ticket, subject="VPN", requester="ann"), at=NOON, actor=ANN).unwrap().case
    for command in commands:
        others = {"T-2": opened.ticket, "T-3": child("T-3", "T-1")}
        opened = desk().handle(opened, command, at=NOON, actor=BO, others=others).unwrap().case
    return opened


def child(name: str, parent: str) -> Ticket:
    held = replay([opening(name)])
    return attrs.evolve(held, annex=attrs.evolve(held.annex, links=frozenset({Link("child_of", parent)})))


MERGED = (do.Merge("T-1", "T-3"),)
CLOSED = (do.Resolve("T-1"), do.Close("T-1"))
FULL = (
    do.AddTag("T-1", "a"), do.AddTag("T-1", "b"), do.Watch("T-1", "a"), do.Watch("T-1", "b"),
    do.AddLink("T-1", "related", "T-8"), do.AddLink("T-1", "related", "T-9"), do.LinkArticle("T-1", "a"),
    do.LinkArticle("T-1", "b"), do.SetField("T-1", "seats", 2), do.SetField("T-1", "paid", True),
)  # fmt: skip

BAD: list[tuple[str, tuple[do.Command, ...], do.Command, str]] = [
    ("another ticket", (), do.Close("T-7"), "unknown_ticket"),
    ("a merge into what nobody knows", (), do.Merge("T-1", "T-404"), "unknown_ticket"),
    ("a status that is none", (), do.Move("T-1", "Nowhere"), "unknown_status"),
    ("a hold reason that is none", (), do.Hold("T-1", "whim"), "unknown_reason"),
    ("a priority that is none", (), do.SetPriority("T-1", "p9"), "unknown_priority"),
    ("a kind that is none", (), do.Classify("T-1", kind="riddle"), "unknown_kind"),
    ("a field that is none", (), do.SetField("T-1", "colour", "red"), "unknown_field"),
    ("opened twice", (), do.Open("T-1", subject="VPN"), "already_open"),
    ("a move of what was merged", MERGED, do.Move("T-1", "Open"), "merged"),
    ("a message to what was merged", MERGED, do.Post("T-1", "m-1"), "merged"),
    ("a tag on what was merged", MERGED, do.AddTag("T-1", "vip"), "merged"),
    ("a tag on what is closed", CLOSED, do.AddTag("T-1", "vip"), "final_state"),
    ("a solution of what is closed", CLOSED, do.Resolve("T-1"), "wrong_phase"),
    ("linked to itself", (), do.AddLink("T-1", "child_of", "T-1"), "circular_link"),
    ("a circle of two", (), do.AddLink("T-1", "child_of", "T-3"), "circular_link"),
    ("a wait that ended before it began", (), do.Hold("T-1", "parts", until=NOON), "until_passed"),
    ("a long subject", (), do.SetSubject("T-1", LONG), "oversize"),
    ("a long tag", (), do.AddTag("T-1", "x" * 11), "oversize"),
    ("a long message id", (), do.Post("T-1", "x" * 11), "oversize"),
    ("a long reason of a hold", (), do.Hold("T-1", "x" * 11), "oversize"),
    ("a long solution", (), do.ProposeSolution("T-1", "x" * 31), "oversize"),
    ("a long why", (), do.Cancel("T-1", why="x" * 31), "oversize"),
    ("a long assignee", (), do.Assign("T-1", "x" * 11), "oversize"),
    ("a long reason of a priority", (), do.SetPriority("T-1", "p1", reason="x" * 31), "oversize"),
    ("a long text in a field", (), do.SetField("T-1", "note", "x" * 31), "oversize"),
    ("many tags", FULL, do.AddTag("T-1", "c"), "oversize"),
    ("many watchers", FULL, do.Watch("T-1", "c"), "oversize"),
    ("many links", FULL, do.AddLink("T-1", "related", "T-10"), "oversize"),
    ("many articles", FULL, do.LinkArticle("T-1", "c"), "oversize"),
    ("many fields", FULL, do.SetField("T-1", "due", "2026-05-22"), "oversize"),
    ("many messages", (), do.Split("T-1", "T-5", REFS), "oversize"),
    ("no choice", (), do.SetField("T-1", "severity", "medium"), "wrong_value"),
    ("no whole number", (), do.SetField("T-1", "seats", 2.5), "wrong_value"),
    ("a flag for a number", (), do.SetField("T-1", "seats", True), "wrong_value"),
    ("a number below the least", (), do.SetField("T-1", "seats", 0), "wrong_value"),
    ("a number above the most", (), do.SetField("T-1", "seats", 6), "wrong_value"),
    ("a decimal as a number", (), do.SetField("T-1", "price", 12.5), "wrong_value"),
    ("no decimal", (), do.SetField("T-1", "price", "dear"), "wrong_value"),
    ("a decimal without end", (), do.SetField("T-1", "price", "Infinity"), "wrong_value"),
    ("no date", (), do.SetField("T-1", "due", "tomorrow"), "wrong_value"),
    ("a date in another form", (), do.SetField("T-1", "due", "20260522"), "wrong_value"),
    ("a word for a flag", (), do.SetField("T-1", "paid", "yes"), "wrong_value"),
    ("a text beyond its own length", (), do.SetField("T-1", "note", "longer"), "wrong_value"),
]


@pytest.mark.parametrize(("before", "asked", "code"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_bad_input_is_a_coded_refusal_and_changes_nothing(
    before: tuple[do.Command, ...], asked: do.Command, code: str
) -> None:
    held = case(*before)
    kept = roundtrip(held.ticket)

    answer = desk().handle(held, asked, at=NOON, actor=BO, others={"T-3": child("T-3", "T-1")})

    assert isinstance(answer, Refused)
    assert code in [refusal.code for refusal in answer.refusals]
    assert {refusal.code for refusal in answer.refusals} <= set(CODES)
    assert all(refusal.message.startswith("cannot ") for refusal in answer.refusals)
    assert held.ticket == kept
    assert held.version == kept.version


@pytest.mark.parametrize(
    "opening_",
    [
        do.Open("T-1", subject=LONG),
        do.Open("x" * 11, subject="VPN"),
        do.Open("T-1", subject="VPN", tags=frozenset("abc")),
        do.Open("T-1", subject="VPN", tags=frozenset({"x" * 11})),
        do.Open("T-1", subject="VPN", cc=frozenset("abc")),
        do.Open("T-1", subject="VPN", watchers=frozenset("abc")),
        do.Open("T-1", subject="VPN", links=frozenset(Link("related", f"T-{n}") for n in range(3))),
        do.Open(
            "T-1", subject="VPN", fields=attrs.evolve(do.Open("T-1", subject="-")).fields.with_item("note", "x" * 31)
        ),
    ],
)
def test_an_oversize_opening_is_refused(opening_: do.Open) -> None:
    answer = desk().handle(None, opening_, at=NOON, actor=ANN)
    assert isinstance(answer, Refused)
    assert "oversize" in [refusal.code for refusal in answer.refusals]


def test_time_that_goes_backwards_is_refused_and_nothing_kept() -> None:
    held = case()
    answer = desk().handle(held, do.Start("T-1"), at=NOON - timedelta(microseconds=1), actor=BO)
    assert isinstance(answer, Refused)
    assert [refusal.code for refusal in answer.refusals] == ["backward_time"]
    assert held.version == 1


def test_naive_time_is_refused_with_the_fix() -> None:
    naive = datetime(2026, 5, 22, 12)
    for held, command in ((None, do.Open("T-1", subject="VPN")), (case(), do.Start("T-1"))):
        answer = desk().handle(held, command, at=naive, actor=BO)
        assert isinstance(answer, Refused)
        assert [refusal.code for refusal in answer.refusals] == ["naive_time"]
        assert "datetime(2026, 5, 22, 9, tzinfo=UTC)" in answer.explain()
        ticket = None if held is None else held.ticket
        assert codes(decide(STRICT, ticket, command, at=naive, actor=BO)) == ["naive_time"]
    with pytest.raises(InvalidValue, match="until must carry a time zone"):
        do.Hold("T-1", "parts", until=naive)  # no command can hold it


def test_the_reference_host_keeps_its_log_when_something_is_refused() -> None:
    memory = Memory(desk())
    memory.handle(do.Open("T-1", subject="VPN", requester="ann"), at=NOON, actor=ANN)
    before = tuple(memory.log("T-1"))
    for _, _, asked, _ in BAD:
        if asked.ticket == "T-1":
            memory.handle(asked, at=NOON, actor=Actor.requester("ann"))
    assert tuple(memory.log("T-1"))[: len(before)] == before


def test_every_reason_comes_at_once() -> None:
    bench = Bench(STRICT)
    bench.say(do.Cancel("T-1"))
    assert codes(bench.say(do.SetField("T-1", "colour", "x" * 31))) == ["oversize", "unknown_field", "final_state"]


def test_without_specified_fields_any_bounded_value_is_taken() -> None:
    bench = Bench(simple_lifecycle())
    assert bench.say(do.SetField("T-1", "anything", 3.5)).accepted
    assert codes(bench.say(do.SetField("T-1", "anything", "x" * 10_001))) == ["oversize"]


def test_a_field_that_opening_needs_is_asked_for_and_never_cleared() -> None:
    needs = attrs.evolve(simple_lifecycle(), fields=(FieldSpec("site", required="opening"),))
    refused = decide(needs, None, do.Open("T-1", subject="VPN"), at=NOON, actor=ANN)
    assert [(refusal.code, refusal.needs) for refusal in refused.refusals] == [("missing_field", ("field.site",))]

    bench = Bench(needs, do.Open("T-1", subject="VPN", fields=FIELDS.with_item("site", "Lyon")))
    assert codes(bench.say(do.SetField("T-1", "site", None))) == ["cannot_unset"]
    split = bench.say(do.Split("T-1", "T-2", REFS))
    assert decide(needs, None, split.then[0], at=NOON, actor=BO).accepted


FIELDS = do.Open("T-1", subject="-").fields


def test_a_field_that_solving_needs_is_asked_for_then() -> None:
    needs = attrs.evolve(simple_lifecycle(), fields=(FieldSpec("cause", required="solving"),))
    bench = Bench(needs)
    assert codes(bench.say(do.Resolve("T-1"))) == ["missing_field"]
    bench.say(do.SetField("T-1", "cause", "dust"))
    assert bench.say(do.Resolve("T-1")).accepted


@pytest.mark.parametrize("spec", STRICT.fields, ids=lambda spec: spec.name)
def test_a_field_takes_its_own_example_and_being_cleared(spec: FieldSpec) -> None:
    assert spec.wants(spec.example) is None
    assert spec.wants(None) is None


def test_a_broken_lifecycle_is_one_error_that_lists_every_problem() -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        Lifecycle(
            "broken",
            (Status("Open", "active"), Status("Open", "closed")),
            (
                Transition("Open", "Gone", needs=("luck", "field.nope")),
                Transition("Lost", "Open"),
                Transition("Lost", "Open"),
            ),
            holds={"parts": "Open"},
            default_priority="p1",
            fields=(FieldSpec("cause"), FieldSpec("cause")),
            creation=("Nowhere",),
        )
    found = [(problem.path, problem.code) for problem in caught.value.problems]
    assert found == [
        ("statuses[1]", "duplicate"),
        ("creation[0]", "unknown_status"),
        ("transitions[0].target", "unknown_status"),
        ("transitions[0].needs[0]", "unknown_need"),
        ("transitions[1].source", "unknown_status"),
        ("transitions[2].source", "unknown_status"),
        ("transitions[2]", "contradiction"),
        ("holds.parts", "wrong_phase"),
        ("default_priority", "unknown_priority"),
        ("fields[1].name", "duplicate"),
        ("transitions[0].needs", "unknown_field"),
    ]


@pytest.mark.parametrize("wrong", [{"name": 0}, {"tags": -1}, {"text": 1.5}])
def test_a_limit_is_a_whole_number_of_at_least_one(wrong: dict[str, int]) -> None:
    with pytest.raises(InvalidValue, match="at least 1"):
        Limits(**wrong)


def test_limits_and_fields_are_saved_with_the_lifecycle() -> None:
    assert roundtrip(STRICT) == STRICT
