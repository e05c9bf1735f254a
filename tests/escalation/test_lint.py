"""Every finding names the row, the rung and what to change; all come together."""

from __future__ import annotations

import pytest

from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Action, AddTag, Notify, RaisePriority, TransferTo
from deskcore.escalation.lint import Surroundings, lint
from deskcore.escalation.recipients import (
    Assignee,
    ManagerOf,
    OnCall,
    PartnerContact,
    Person,
    Recipient,
    TeamLead,
    TeamMembers,
)
from deskcore.hours import business, elapsed
from deskcore.predicate import ALWAYS, Condition, Is, IsOneOf, where
from deskcore.testing.escalation_life import REGISTER

AROUND = Surroundings(
    staff=REGISTER,
    calendars=frozenset({"default"}),
    priorities=("p1", "p2"),
    metrics=frozenset({"first_response", "resolution"}),
)
TELL = Notify(Person("bo"))


def rung(id: str = "r", due: Due | None = None, *actions: Action, **more: object) -> Rung:  # noqa: A002
    return Rung(id, due or Due.on_breach("resolution"), actions or (TELL,), **more)  # type: ignore[arg-type]


def found(*rows: MatrixRow, last: Recipient | None = None, on_match: str = "first") -> dict[str, str]:
    match = "first" if on_match == "first" else "most_specific"
    matrix = Matrix("m", rows, last or Person("dana"), on_match="first" if match == "first" else "most_specific")
    return {problem.code: str(problem) for problem in lint(matrix, AROUND)}


def one(*rungs: Rung, when: Condition = ALWAYS) -> MatrixRow:
    return MatrixRow(when, rungs)


def test_a_clean_matrix_has_no_findings() -> None:
    assert (
        found(
            one(
                rung("lead", Due.at_share("resolution", 0.5), Notify(TeamLead()), fallback=TeamLead("network")),
                rung(
                    "boss", Due.at_share("resolution", 0.9), Notify(ManagerOf(Assignee()), "page"), RaisePriority("p1")
                ),
                rung(
                    "second",
                    Due.at_share("resolution", 0.5),
                    TransferTo(team="network", desk="house"),
                    axis="functional",
                ),
                rung(
                    "chase",
                    Due.after_rung("boss", business(minutes=15)),
                    Notify(PartnerContact("manila")),
                    until="acked",
                ),
            )
        )
        == {}
    )


@pytest.mark.parametrize(
    ("code", "rows", "says"),
    [
        (
            "unknown_fact",
            [one(when=Is("prioritee", "p1")), one()],
            "rows[0].when: asks for the unknown fact 'prioritee'",
        ),
        ("unreachable", [one(), one(rung(), when=Is("priority", "p1"))], "row 1 takes every such ticket before it"),
        ("gap", [one(when=Is("priority", "p1"))], "rows: take no ticket of priority p2; add a row for it"),
        ("unknown_calendar", [one(rung("r", Due.after_opened(business(hours=1), calendar="nihgt")))], "known: default"),
        ("unknown_metric", [one(rung("r", Due.on_breach("resolutoin")))], "known: first_response, resolution"),
        (
            "unknown_rung",
            [one(rung("r", Due.after_rung("lead", elapsed())))],
            "counts from rung 'lead', which its row lacks",
        ),
        (
            "circular",
            [one(rung("a", Due.after_rung("b", elapsed())), rung("b", Due.after_rung("a", elapsed(hours=1))))],
            "counts from itself, over b, a",
        ),
        (
            "unknown_priority",
            [one(rung("r", None, RaisePriority("p0")))],
            "rows[0].rungs[r].actions[0].cap: is the unknown priority 'p0'",
        ),
        ("unknown_team", [one(rung("r", None, TransferTo(team="netwrok")))], "known: empty, first, network"),
        ("unknown_desk", [one(rung("r", None, TransferTo(desk="manlia")))], "known: cebu, house, manila"),
        (
            "unknown_person",
            [one(rung("r", None, Notify(Person("zoe"))))],
            "actions[0].recipient: is 'zoe', whom the register lacks",
        ),
        ("unknown_partner", [one(rung("r", None, Notify(PartnerContact("x"))))], "known: cebu, manila"),
        (
            "nobody",
            [one(rung("r", None, Notify(PartnerContact("cebu"))))],
            "partner cebu names no contact; give it one",
        ),
        ("unknown_roster", [one(rung("r", None, Notify(OnCall("nihgts"))))], "'nihgts'; known: nights, vacant"),
        ("nobody", [one(rung("r", None, Notify(OnCall("vacant"))))], "roster vacant has nobody in it"),
        ("nobody", [one(rung("r", None, Notify(TeamLead("empty"))))], "team empty has no lead"),
        (
            "nobody",
            [one(rung("r", None, Notify(ManagerOf(TeamMembers("empty")))))],
            "recipient.of: is nobody: team empty",
        ),
        (
            "nobody",
            [one(rung("r", None, Notify(ManagerOf(ManagerOf(Person("bo")), 2))))],
            "actions[0].recipient: is nobody: dana, 2 levels up, has no manager; give them one or say fewer levels",
        ),
        (
            "unknown_team",
            [one(rung("r", None, TELL, fallback=TeamLead("x")))],
            "rows[0].rungs[r].fallback: names the unknown team",
        ),
        (
            "not_rising",
            [one(rung("a", Due.at_share("resolution", 0.9)), rung("b", Due.at_share("resolution", 0.5)))],
            "rows[0].rungs[b].due: is due before a, which stands above it",
        ),
        (
            "same_instant",
            [one(rung("a", Due.on_breach("resolution")), rung("b", Due.on_breach("resolution")))],
            "is due at the same instant as a on the hierarchic axis",
        ),
        (
            "does_nothing",
            [MatrixRow(ALWAYS, (Rung("r", Due.on_breach("resolution"), ()),))],
            "rows[0].rungs[r].actions: holds no action",
        ),
        ("nobody_to_acknowledge", [one(rung("r", None, AddTag("x"), until="acked"))], "nobody has been told by then"),
        (
            "two_axes",
            [one(rung("r", None, axis="functional"), when=Is("priority", "p1")), one(rung("r"))],
            "rows[1].rungs[r].axis: is hierarchic here and functional in a row above",
        ),
    ],
)
def test_each_fault_is_found_where_it_stands(code: str, rows: list[MatrixRow], says: str) -> None:
    assert says in found(*rows)[code]


@pytest.mark.parametrize(
    "last",
    [Assignee(), OnCall("nights"), ManagerOf(Person("bo")), TeamLead(), TeamMembers(), PartnerContact()],
    ids=str,
)
def test_a_last_resort_that_can_be_nobody_is_none(last: Recipient) -> None:
    assert "which can be nobody; name a person" in found(one(), last=last)["no_last_resort"]


def test_rows_that_bind_as_many_facts_and_can_meet_are_a_tie() -> None:
    gold, p1 = one(when=where(customer_tier="gold")), one(when=where(priority="p1"))
    assert "binds as many facts as row 1" in found(gold, p1, one(), on_match="most_specific")["tie"]
    assert "tie" not in found(gold, p1, one())


def test_rows_that_can_never_meet_are_no_tie() -> None:
    rows = (
        one(when=where(priority="p1", vip=True)),
        one(when=where(priority=("p2", "p3"), vip=True)),
        one(when=Is("priority", "p1") | IsOneOf("priority", ("p2", "p3"))),
        one(when=Is("priority", "p4")),
        one(),
    )
    assert found(*rows, on_match="most_specific") == {}


def test_conditions_of_the_same_words_that_mean_something_else_are_told_apart() -> None:
    number, text = (
        Due.since(Is("field.level", 1), elapsed(hours=1)),
        Due.since(Is("field.level", "1"), elapsed(hours=2)),
    )
    assert (
        "rows[0].rungs[b].due.condition: counts from field.level is 1, as another rung does"
        in (found(one(rung("a", number), rung("b", text)))["same_words"])
    )


def test_every_condition_of_a_rung_is_checked() -> None:
    held = Rung("r", Due.since(Is("x", "1")), TELL, when=Is("y", "1"), given=Is("z", "1"))
    problems = lint(Matrix("m", (one(held),), Person("dana")), AROUND)
    paths = [problem.path for problem in problems if problem.code == "unknown_fact"]
    assert paths == ["rows[0].rungs[r].when", "rows[0].rungs[r].given", "rows[0].rungs[r].due.condition"]


def test_all_faults_are_found_together() -> None:
    broken = one(rung("a", Due.on_breach("x")), rung("b", None, Notify(Person("zoe"))), when=Is("y", "z"))

    assert {"unknown_fact", "unknown_metric", "unknown_person", "no_last_resort"} <= found(
        broken, last=Assignee()
    ).keys()


def test_what_is_not_given_is_not_checked() -> None:
    matrix = Matrix(
        "m",
        (one(rung("r", Due.on_breach("x"), Notify(Person("zoe"))), when=Is("field.vat", "x")), one()),
        Person("y"),
    )

    assert lint(matrix) == ()
