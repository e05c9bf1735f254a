"""A host's own nodes are declared, so that a desk can be saved and read again."""

from __future__ import annotations

import attrs
import pytest

from deskcore.desk import Configuration, Desk
from deskcore.errors import InvalidValue
from deskcore.hours import Calendar
from deskcore.predicate import Condition, Facts
from deskcore.routing import ToAgent, When
from deskcore.tickets.simple import simple_lifecycle
from deskcore.wire import desk_from, desk_to


@attrs.frozen
class OnFullMoon(Condition):
    """A host's own condition."""

    def test(self, facts: Facts) -> bool:
        return facts.get("moon") == "full"

    def names(self) -> frozenset[str]:
        return frozenset({"field.moon"})

    def __str__(self) -> str:
        return "the moon is full"


SETUP = Configuration(lifecycles=(simple_lifecycle(),), routing=When(OnFullMoon() & ~OnFullMoon(), ToAgent()))


def test_lint_names_every_node_that_the_desk_was_not_told_of() -> None:
    found = [problem for problem in Desk(SETUP).lint() if problem.code == "unregistered_node"]
    assert [problem.path for problem in found] == ["routing.condition.parts[0]", "routing.condition.parts[1].part"]
    assert "nodes=[OnFullMoon]" in found[0].message


def test_a_declared_node_is_fine_and_survives_wire() -> None:
    desk = Desk(SETUP, nodes=[OnFullMoon])
    assert not [problem for problem in desk.lint() if problem.code == "unregistered_node"]
    assert desk_from(desk_to(desk), nodes=[OnFullMoon]) == desk


def test_a_simple_desk_is_told_of_it_too() -> None:
    desk = Desk.simple(calendar=Calendar.always(), nodes=[OnFullMoon])
    assert desk.nodes == (OnFullMoon,)


def test_what_cannot_be_written_says_where_to_register_it() -> None:
    with pytest.raises(InvalidValue, match=r"Desk\(\.\.\., nodes=\[OnFullMoon\]\).*Converter\(nodes=\[OnFullMoon\]\)"):
        desk_to(Desk(SETUP))
