"""First-match tables: the first row that holds, with its reasons, and rows that nobody can reach."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from deskcore.predicate import ALWAYS, Condition, Facts, Is
from deskcore.rules import Row, Table
from deskcore.testing.predicate import conditions, facts

HOURS = Table.by("priority", {"p1": 1, "p2": 4}, otherwise=8)


def tables() -> st.SearchStrategy[Table[int]]:
    return st.lists(conditions(), max_size=5).map(lambda whens: Table(tuple(Row(i, w) for i, w in enumerate(whens))))


@given(tables(), facts())
def test_the_first_row_that_holds_decides(table: Table[int], known: Facts) -> None:
    """A row below never overrules one above, and the short way gives what the explained way gives."""
    holding = [place for place, row in enumerate(table.rows) if row.when.test(known)]
    picked = table.pick(known)
    assert picked.row == (holding[0] if holding else None)
    assert picked.value == table.value(known)


@given(tables(), conditions(), facts())
def test_a_row_below_a_catch_all_changes_nothing(table: Table[int], when: Condition, known: Facts) -> None:
    closed = Table((*table.rows, Row(-1, ALWAYS)))
    assert Table((*closed.rows, Row(-2, when))).value(known) == closed.value(known)


def test_the_reasons_name_the_rows_passed_over() -> None:
    assert HOURS.pick({"priority": "p2"}).explain() == "not row 1: priority is p2, not p1; row 2: priority is p2"


def test_no_row_no_value() -> None:
    picked = Table.by("priority", {"p1": 1}).pick({})
    assert (picked.value, picked.row) == (None, None)
    assert picked.explain() == "not row 1: priority is unset, not p1"


def test_lint_finds_unknown_facts_and_unreachable_rows_together() -> None:
    table = Table((Row(1, Is("prioritty", "p1")), Row(2), Row(3, Is("priority", "p3"))))

    problems = table.lint("targets", frozenset({"priority"}))

    assert [(p.path, p.code) for p in problems] == [("targets[0].when", "unknown_fact"), ("targets[2]", "unreachable")]
