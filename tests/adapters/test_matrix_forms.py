"""Whatever a matrix can say comes back from CSV, JSON and TOML as the same value."""

from __future__ import annotations

import tomllib

import attrs
import pytest
import tomli_w
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.adapters.matrix_csv import matrix_from_csv, matrix_to_csv
from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Action, Notify, TransferTo
from deskcore.escalation.gates import Enough
from deskcore.escalation.matrix import Passes
from deskcore.escalation.recipients import Person, Pool, Recipient
from deskcore.escalation.repeat import Repeat
from deskcore.hours import business, elapsed
from deskcore.predicate import ALWAYS, NEVER, Condition, Has, InRange, Is, IsOneOf
from deskcore.testing import escalation as draw
from deskcore.wire import dump, dumps, load, loads

# Names as people choose them, and as nobody should: separators of every form, spaces around, words that mean something.
NAMES = st.sampled_from(
    ["lead", "team lead", "a, b", 'say "hi"', "p1|p2", "x; tag y", "Ärger", "{", "after rung x", "matrix"]
)
VALUES = st.sampled_from(["p1", "1", 1, 2.5, True, "True", "a|b", "", "x and y", "a or b", " x ", "(x)"])
FACTS = st.sampled_from(["priority", "customer_tier", "rung", "row", "field.mood", "due"])
ATOMS: st.SearchStrategy[Condition] = st.one_of(
    st.builds(Is, FACTS, VALUES),
    st.builds(IsOneOf, FACTS, st.lists(VALUES, max_size=3).map(tuple)),
    st.builds(Has, FACTS, NAMES),
    st.builds(InRange, FACTS, st.sampled_from([1, 0.5]), st.sampled_from([2, None])),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    st.just(ALWAYS) | st.just(NEVER) | ATOMS,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda a, b: a | b, inner, inner),
        inner.map(lambda one: ~one),
    ),
    max_leaves=4,
)
AMOUNTS = st.sampled_from([elapsed(minutes=90), elapsed(hours=0), business(hours=2), business(minutes=1)])
DUES: st.SearchStrategy[Due] = st.one_of(
    draw.dues(),
    st.builds(Due.since, CONDITIONS, AMOUNTS, calendar=NAMES),
    st.builds(Due.after_opened, AMOUNTS, calendar=NAMES),
    st.builds(Due.at_share, NAMES, st.sampled_from([0.0, 0.333, 1.5])),
    st.builds(lambda name, amount: Due.after_rung(name, amount, from_look=True), NAMES, AMOUNTS),
    st.builds(Due.before_breach, NAMES, AMOUNTS, calendar=NAMES),
    st.builds(
        lambda amount: Due("count", amount, of="alerted", times=2, within=elapsed(days=1)), st.just(elapsed(hours=1))
    ),
)
RECIPIENTS: st.SearchStrategy[Recipient] = st.one_of(
    draw.recipients(),
    NAMES.map(Person),
    st.builds(Pool, NAMES, st.just(("bo", "cy")), order=st.sampled_from(["listed", "sorted"]), present=st.booleans()),
)
ACTIONS: st.SearchStrategy[Action] = st.one_of(
    draw.actions(),
    st.builds(
        Notify, RECIPIENTS, st.sampled_from(["page", "tag", "transfer", "raise", "a b"]), requires_ack=st.booleans()
    ),
    st.builds(TransferTo, NAMES, st.none() | NAMES),
)
RUNGS = st.builds(
    Rung,
    NAMES.filter(lambda name: "/" not in name),
    DUES,
    st.lists(ACTIONS, min_size=1, max_size=3).map(tuple),
    axis=st.sampled_from(["functional", "hierarchic"]),
    until=st.sampled_from(["resolved", "acked", "closed"]),
    once=st.sampled_from(["episode", "cycle"]),
    fallback=st.none() | RECIPIENTS,
    during=st.none() | NAMES,
    repeat=st.none()
    | st.builds(
        Repeat, st.just(business(hours=3)), st.sampled_from([1, None]), calendar=NAMES, from_look=st.booleans()
    ),
    when=CONDITIONS,
    given=CONDITIONS,
    enough=st.none() | st.builds(Enough, st.just("reopened"), more_than=st.just(2), within=st.just(elapsed(days=1))),
    outside=st.sampled_from(["hold", "skip", "stop"]),
    if_nobody=st.sampled_from(["fall_back", "skip", "hold"]),
    late=st.sampled_from(["each", "latest", "drop"]),
    grace=st.sampled_from([elapsed(hours=0), elapsed(minutes=5)]),
    each_acks=st.booleans(),
    lasts=st.none() | st.just(elapsed(hours=6)),
)
PASSES = st.none() | st.builds(
    Passes, st.just(elapsed(minutes=5)), st.sampled_from([2, None]), by_hand=st.booleans(), from_look=st.booleans()
)


def _row(when: Condition, rungs: list[Rung], passes: Passes | None) -> MatrixRow:
    repeats = any(rung.repeat is not None for rung in rungs)
    return MatrixRow(when, tuple(rungs), passes=None if repeats else passes)


ROWS = st.builds(_row, CONDITIONS, st.lists(RUNGS, max_size=3, unique_by=lambda rung: rung.id), PASSES)
MATRICES = st.builds(
    Matrix,
    NAMES,
    st.lists(ROWS, max_size=3).map(tuple),
    RECIPIENTS,
    NAMES,
    on_match=st.sampled_from(["first", "most_specific"]),
    joins_calls=st.booleans(),
    ack_expires=st.none() | st.just(elapsed(hours=4)),
)


def test_the_strategy_leaves_no_field_of_a_rung_at_its_default() -> None:
    """A field added later has to be drawn here too."""
    named = {field.name for field in attrs.fields(Rung) if field.init}
    assert named <= DRAWN


DRAWN = frozenset(
    [
        "id",
        "due",
        "actions",
        "axis",
        "until",
        "once",
        "fallback",
        "during",
        "repeat",
        "when",
        "given",
        "enough",
        "outside",
        "if_nobody",
        "late",
        "grace",
        "each_acks",
        "lasts",
    ]
)


@settings(max_examples=10, deadline=None)
@given(MATRICES)
def test_any_matrix_comes_back_from_csv(matrix: Matrix) -> None:
    """One line a rung; what its cells cannot say stands in the columns ``more`` and ``row_more``."""
    assert matrix_from_csv(matrix_to_csv(matrix)) == matrix


@settings(max_examples=10, deadline=None)
@given(MATRICES)
def test_any_matrix_comes_back_from_json(matrix: Matrix) -> None:
    assert loads(dumps(matrix), Matrix) == matrix


@settings(max_examples=10, deadline=None)
@given(MATRICES)
def test_any_matrix_comes_back_from_toml(matrix: Matrix) -> None:
    """TOML has no word for nothing: what has no end says so in words."""
    written = _without_end(dump(matrix))
    assert isinstance(written, dict)
    assert load(tomllib.loads(tomli_w.dumps(written)), Matrix) == matrix


def _without_end(value: object) -> object:
    if isinstance(value, dict):
        return {key: "without end" if part is None else _without_end(part) for key, part in value.items()}
    return [_without_end(part) for part in value] if isinstance(value, list) else value


@pytest.mark.slow
@settings(max_examples=2_000, deadline=None)
@given(MATRICES)
def test_any_matrix_comes_back_from_csv_many_times(matrix: Matrix) -> None:
    assert matrix_from_csv(matrix_to_csv(matrix)) == matrix
