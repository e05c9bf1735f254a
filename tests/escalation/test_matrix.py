"""Matrices, rungs and triggers as values."""

from __future__ import annotations

import math
import pickle

import pytest

from deskcore.errors import InvalidValue
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import AddTag, Notify, RaisePriority, TransferTo
from deskcore.escalation.due import ANCHORS
from deskcore.escalation.matrix import specificity
from deskcore.escalation.pictures import ladder, matrix_html, matrix_text
from deskcore.escalation.recipients import Assignee, ManagerOf, Person, TeamLead
from deskcore.hours import business, elapsed
from deskcore.predicate import ALWAYS, Has, Is, where

LEAD = Rung("lead", Due.at_share("resolution", 0.5), Notify(TeamLead()))
BOSS = Rung("boss", Due.after_breach("resolution", business(hours=1)), (Notify(ManagerOf(Assignee())), AddTag("late")))
SECOND = Rung("second", Due.after_rung("lead", elapsed(minutes=15)), TransferTo(team="network"), axis="functional")


def test_the_first_row_that_holds_gives_the_rungs_and_says_why() -> None:
    matrix = Matrix("m", (MatrixRow(Is("priority", "p1"), (LEAD,)), MatrixRow(ALWAYS, (BOSS,))), Person("dana"))

    chosen = matrix.select({"priority": "p2"})

    assert (chosen.row, chosen.rungs) == (1, (BOSS,))
    assert chosen.explain() == "not row 1: priority is p2, not p1; row 2: always"
    assert chosen.to_dict()["rungs"] == ["boss"]


def test_the_most_specific_row_wins_wherever_it_stands() -> None:
    rows = (
        MatrixRow(ALWAYS),
        MatrixRow(Is("priority", "p1"), (LEAD,)),
        MatrixRow(where(priority="p1", vip=True), (BOSS,)),
    )
    matrix = Matrix("m", rows, Person("dana"), on_match="most_specific")

    assert matrix.select({"priority": "p1", "vip": True}).row == 2
    assert matrix.select({"priority": "p1", "vip": False}).row == 1
    assert matrix.select({"priority": "p4"}).row == 0


def test_of_alternatives_the_least_specific_counts() -> None:
    assert specificity(where(priority="p1", vip=True) | Is("category", "vpn")) == 1
    assert specificity(~Has("tags", "quiet")) == 1


def test_a_single_action_needs_no_tuple() -> None:
    assert LEAD.actions == (Notify(TeamLead()),)


def test_values_compare_hash_and_pickle() -> None:
    matrix = Matrix.by_priority("m", {"p1": [LEAD, BOSS, SECOND]}, last_resort=Person("dana"))
    copy = pickle.loads(pickle.dumps(matrix))
    assert copy == matrix
    assert hash(copy) == hash(matrix)
    assert matrix.reference == "m@1"


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Rung("", LEAD.due, AddTag("x")), "id must be a name"),
        (lambda: Rung("a/b", LEAD.due, AddTag("x")), "must hold no '/'"),
        (lambda: Rung("a", LEAD.due, AddTag("x"), axis="sideways"), "axis must be one of functional, hierarchic"),  # type: ignore[arg-type]
        (lambda: Rung("a", LEAD.due, AddTag("x"), until="never"), "until must be one of"),  # type: ignore[arg-type]
        (lambda: Rung("a", LEAD.due, AddTag("x"), once="daily"), "once must be one of"),  # type: ignore[arg-type]
        (lambda: MatrixRow(ALWAYS, (LEAD, LEAD)), "must not name the same one twice"),
        (lambda: Matrix("m", (), Person("dana"), on_match="last"), "on_match must be one of"),  # type: ignore[arg-type]
        (lambda: Due("birthday"), "anchor must be one of"),  # type: ignore[arg-type]
        (lambda: Due("sla.due"), "of must name a metric, a rung or what is counted"),
        (lambda: Due("opened", of="resolution"), "of has no meaning for the anchor 'opened'"),
        (lambda: Due("sla.share", of="resolution"), "share must be given"),
        (lambda: Due("opened", share=0.5), "share has no meaning"),
        (lambda: Due.at_share("resolution", -0.1), "share must be zero or more"),
        (lambda: Due.at_share("resolution", math.nan), "share must be zero or more"),
        (lambda: Due.after_opened(-elapsed(hours=1)), "amount must not be negative"),
        (TransferTo, "team or desk must say where the ticket goes"),
        (lambda: ManagerOf(Assignee(), levels=-1), "levels must not be negative"),
    ],
)
def test_what_has_no_meaning_is_refused_by_name(build: object, message: str) -> None:
    assert callable(build)
    with pytest.raises(InvalidValue, match=message):
        build()


def test_an_amount_before_a_breach_may_be_given_with_either_sign() -> None:
    assert Due.before_breach("resolution", elapsed(hours=1)) == Due.before_breach("resolution", -elapsed(hours=1))


def test_every_anchor_has_words() -> None:
    for anchor in ANCHORS:
        of = "x" if anchor in {"rung", "sla.share", "sla.due"} else "alerted" if anchor == "count" else None
        times = 2 if anchor == "count" else None
        share, condition = 0.5 if anchor == "sla.share" else None, ALWAYS if anchor == "since" else None
        due = Due(anchor, elapsed(hours=1), of=of, share=share, times=times, condition=condition)
        assert of is None or of in str(due)
        assert str(due)


def test_the_clock_of_a_trigger() -> None:
    assert Due.after_opened(elapsed(hours=1)).clock == "elapsed"
    assert Due.after_opened(business(hours=1), calendar="night").clock == "night"
    assert Due.at_share("resolution", 1).clock == "sla"


def test_words_of_actions() -> None:
    assert [str(RaisePriority()), str(RaisePriority("p2"))] == ["raise priority", "raise priority, at most to p2"]
    assert str(TransferTo(desk="manila")) == "transfer to desk manila"
    assert str(BOSS) == "boss: 1 business hour after resolution is due: notify manager of assignee, tag late"


def test_a_matrix_is_drawn_as_text_and_html_with_escaped_names() -> None:
    matrix = Matrix("<m>", (MatrixRow(Is("priority", "p1"), (LEAD, BOSS)), MatrixRow(ALWAYS)), Person("dana"))

    assert "boss  hierarchic  1 business hour after resolution is due" in matrix_text(matrix)
    assert "&lt;m&gt;@1" in str(matrix_html(matrix))


def test_a_ladder_has_a_branch_for_each_axis() -> None:
    source = ladder(MatrixRow(ALWAYS, (LEAD, SECOND, BOSS)))

    assert 'n1 -->|"15m after rung lead"| n2' in source
    assert 'n1 -->|"1 business hour after resolution is due"| n3' in source
