"""Findings between rows, over the whole product of the facts that they select on."""

from __future__ import annotations

from itertools import product

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Notify
from deskcore.escalation.boxes import Space
from deskcore.escalation.lint import Surroundings, lint
from deskcore.escalation.lint_rows import MOST_TOLD
from deskcore.escalation.matrix import OnMatch
from deskcore.escalation.recipients import Person
from deskcore.hours import elapsed
from deskcore.predicate import ALWAYS, Condition, Facts, Has, InRange, Is, IsOneOf, where

AROUND = Surroundings(priorities=("p1", "p2"))
TELL = Notify(Person("dana"))


def matrix(*conditions: Condition, on_match: OnMatch = "first", rung: Rung | None = None) -> Matrix:
    rungs = () if rung is None else (rung,)
    return Matrix("m", tuple(MatrixRow(when, rungs) for when in conditions), Person("dana"), on_match=on_match)


def found(*conditions: Condition, on_match: OnMatch = "first", rung: Rung | None = None) -> list[tuple[str, str]]:
    return [(one.code, str(one)) for one in lint(matrix(*conditions, on_match=on_match, rung=rung), AROUND)]


def test_combinations_that_no_row_takes_are_found_in_the_largest_boxes() -> None:
    rows = (
        where(priority="p1", customer_tier="gold"),
        where(priority="p1", customer_tier="silver", category="network"),
        where(priority="p2"),
    )
    assert found(*rows) == [
        (
            "gap",
            (
                "rows: take no ticket of priority p1 and customer_tier other than gold or silver; "
                "add a row for it, empty if nobody is to hear"
            ),
        ),
        (
            "gap",
            (
                "rows: take no ticket of priority p1 and customer_tier other than gold and category other than network; "
                "add a row for it, empty if nobody is to hear"
            ),
        ),
    ]


def test_a_last_row_for_whatever_is_left_closes_every_gap() -> None:
    assert found(where(priority="p1", customer_tier="gold"), Has("tags", "vip"), ALWAYS) == []


def test_a_matrix_without_rows_takes_no_ticket_of_any_kind() -> None:
    assert found() == [("gap", "rows: take no ticket of any kind; add a row for it, empty if nobody is to hear")]


def test_sets_flags_and_numbers_are_told_apart() -> None:
    words = [text for _, text in found(Has("tags", "vip"), Is("vip", value=True), InRange("reopens", least=2))]
    assert words == [
        (
            "rows: take no ticket of not (tags has vip) and vip False and reopens under 2; "
            "add a row for it, empty if nobody is to hear"
        )
    ]


def test_neighbouring_whole_numbers_leave_no_gap_between_them() -> None:
    assert found(InRange("reopens", most=1), InRange("reopens", least=2)) == []
    assert "under 1 or over 3 or unset" in found(InRange("impact", 1, 2), InRange("impact", 2, 3))[0][1].replace(
        ", ", " or "
    )


def test_of_many_gaps_the_rest_is_counted() -> None:
    rows = [where(category=f"c{place}", service=f"s{place}", queue=f"q{place}") for place in range(9)]
    texts = [text for code, text in found(*rows) if code == "gap"]
    assert len(texts) == MOST_TOLD + 1
    assert "further combinations of category, service, queue; add a last row for whatever is left" in texts[-1]


def test_a_bound_that_is_reached_is_said() -> None:
    facts = [f"field.f{place}" for place in range(14)]
    condition: Condition = ALWAYS
    for name in facts:
        condition &= Is(name, "a") | Is(f"{name}x", "b")
    assert [code for code, _ in found(condition)] == ["not_looked_through"]


def test_a_row_that_several_rows_take_everything_from_is_never_reached() -> None:
    rows = (Has("tags", "vip"), ~Has("tags", "vip"), where(priority="p1"))
    assert found(*rows) == [
        (
            "unreachable",
            "rows[2]: can never be reached: rows 1 and 2 take every such ticket before it; move it up or remove it",
        )
    ]


def test_a_row_that_contradicts_itself_can_never_hold() -> None:
    contrary = Is("priority", "p1") & Is("priority", "p2")
    assert found(ALWAYS, contrary)[0][1].startswith("rows[1].when: can never hold: no ticket is one for which")


def test_a_value_that_another_row_takes_first_is_a_dead_cell() -> None:
    rows = (where(priority="p1"), where(priority=("p1", "p2"), customer_tier="gold"), ALWAYS)
    assert found(*rows) == [
        (
            "dead_cell",
            (
                "rows[1].when: names priority p1, of which row 1 takes every ticket before it; "
                "strike it out here, or move the row up"
            ),
        )
    ]


def test_the_most_specific_row_is_asked_before_those_above_it() -> None:
    assert found(ALWAYS, where(priority="p1"), on_match="most_specific") == []
    assert [code for code, _ in found(ALWAYS, where(priority="p1"))] == ["unreachable"]


def test_a_tie_that_a_finer_row_settles_is_none() -> None:
    rows = (where(priority="p1"), where(customer_tier="gold"), ALWAYS)
    ((code, text),) = found(*rows, on_match="most_specific")
    assert code == "tie"
    assert "one of priority p1 and customer_tier gold; bind one fact more in either, or add a row" in text
    assert found(*rows, where(priority="p1", customer_tier="gold"), on_match="most_specific") == []


def test_a_rung_that_asks_for_what_its_row_rules_out_never_acts() -> None:
    rung = Rung("r", Due.since(Is("priority", "p2"), elapsed(hours=1)), TELL, when=Is("priority", "p2"))
    texts = [
        text for code, text in found(where(priority="p1"), where(priority="p2"), rung=rung) if code == "never_fires"
    ]
    assert texts == [
        (
            "rows[0].rungs[r].when: asks for priority is p2, which no ticket of its row is; "
            "the rung never acts: change either"
        ),
        (
            "rows[0].rungs[r].due.condition: asks for priority is p2, which no ticket of its row is; "
            "the rung never acts: change either"
        ),
    ]


def test_conditions_of_a_host_are_true_or_not() -> None:
    @attrs.frozen
    class Weekend(Condition):
        def test(self, facts: Facts) -> bool:
            return bool(facts)

        def names(self) -> frozenset[str]:
            return frozenset()

    assert found(Weekend(), ~Weekend()) == []
    assert [code for code, _ in found(Weekend())] == ["gap"]


PRIORITIES, TIERS, REOPENS = ("p1", "p2"), ("gold", "silver", None), (0, 1, 2, 3, 4)
_PARTS: st.SearchStrategy[Condition] = st.one_of(
    st.sampled_from(PRIORITIES).map(lambda value: Is("priority", value)),
    st.lists(st.sampled_from(("gold", "silver")), min_size=1, max_size=2, unique=True).map(
        lambda values: IsOneOf("customer_tier", tuple(values))
    ),
    st.integers(1, 3).map(lambda least: InRange("reopens", least=least)),
    st.just(Has("tags", "vip")),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    _PARTS,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda a, b: a | b, inner, inner),
        inner.map(lambda a: ~a),
    ),
    max_leaves=5,
)
TICKETS: list[Facts] = [
    {"priority": priority, "customer_tier": tier, "reopens": reopens, "tags": frozenset({"vip"} if vip else ())}
    for priority, tier, reopens, vip in product((*PRIORITIES, None), TIERS, REOPENS, (True, False))
]


@settings(max_examples=120, deadline=None)
@given(st.lists(CONDITIONS, max_size=5), st.sampled_from(["first", "most_specific"]))
def test_findings_agree_with_asking_every_ticket(conditions: list[Condition], on_match: OnMatch) -> None:
    """A gap exactly where some ticket with a priority has no row; a row is unreachable where no ticket selects it."""
    held = matrix(*conditions, on_match=on_match)
    selected = [held.select(facts).row for facts in TICKETS]
    problems = lint(held, AROUND)
    missed = [row for facts, row in zip(TICKETS, selected, strict=True) if facts["priority"] is not None]
    assert any(one.code == "gap" for one in problems) == (None in missed)
    unreachable = {one.path.split(".", maxsplit=1)[0] for one in problems if one.code == "unreachable"}
    never = {f"rows[{place}]" for place in range(len(conditions)) if place not in selected}
    assert unreachable == never


@settings(max_examples=120, deadline=None)
@given(CONDITIONS, st.lists(CONDITIONS, max_size=4))
def test_what_is_left_of_boxes_is_what_no_other_condition_holds_for(wanted: Condition, others: list[Condition]) -> None:
    """Cutting agrees with asking: a ticket lies in the rest exactly when it is wanted and nothing takes it."""
    space = Space([wanted, *others], {"priority": PRIORITIES})
    rest = space.left(space.boxes(wanted), [box for one in others for box in space.boxes(one)])
    some = [facts for facts in TICKETS if wanted.test(facts) and not any(one.test(facts) for one in others)]
    assert bool(rest) == bool(some)
    for box in rest:
        assert not space.left([space.among_known(space.grown(box, rest))], rest)
