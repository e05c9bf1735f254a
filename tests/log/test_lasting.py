"""A class that gains a field with a default goes on reading what was stored before: pickles and JSON alike."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import attrs
import pytest

from deskcore._lasting import lasting
from deskcore._value import FrozenDict, as_frozen
from deskcore.errors import InvalidValue
from deskcore.log import Actor, Event, EventData
from deskcore.predicate import Condition
from deskcore.predicate.facts import Facts
from deskcore.wire import Converter

NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)

Release = Callable[[type[Any]], type[Any]]


@pytest.fixture
def release(monkeypatch: pytest.MonkeyPatch) -> Release:
    """Puts a class into a module under its own name, in place of an earlier release's."""
    module = ModuleType("acme")
    monkeypatch.setitem(sys.modules, "acme", module)

    def put(kind: type[Any]) -> type[Any]:
        kind.__module__, kind.__qualname__ = "acme", kind.__name__
        setattr(module, kind.__name__, kind)
        return kind

    return put


def coffee_served() -> type[Any]:
    """An event as its first release knew it."""

    @attrs.frozen
    class CoffeeServed(EventData):
        TYPE = "acme.coffee_served"
        cups: int

    return CoffeeServed


def coffee_served_later() -> type[Any]:
    """The same event with fields that came later."""

    @attrs.frozen
    class CoffeeServed(EventData):
        TYPE = "acme.coffee_served"
        cups: int
        milk: bool = False
        places: FrozenDict[str] = attrs.field(factory=dict, converter=as_frozen)  # pyright: ignore[reportAssignmentType]
        per_head: int = attrs.field(default=attrs.Factory(lambda self: self.cups // 2, takes_self=True))

    return CoffeeServed


def test_a_pickled_event_has_the_defaults_of_fields_that_came_later(release: Release) -> None:
    stored = pickle.dumps(Event("T-1", 1, NOON, NOON, Actor.system(), release(coffee_served())(4)))
    later = release(coffee_served_later())
    held = pickle.loads(stored)
    assert held.data == later(4)
    assert (held.data.milk, held.data.places, held.data.per_head) == (False, FrozenDict(), 2)
    assert hash(held.data) == hash(later(4))
    assert pickle.loads(pickle.dumps(held)) == held


def test_a_pickle_of_a_newer_release_is_read_without_what_is_not_known(release: Release) -> None:
    stored = pickle.dumps(release(coffee_served_later())(4, milk=True))
    earlier = release(coffee_served())
    assert pickle.loads(stored) == earlier(4)


def test_a_field_without_a_default_is_asked_for(release: Release) -> None:
    stored = pickle.dumps(release(coffee_served())(4))

    @release
    @attrs.frozen
    class CoffeeServed(EventData):
        cups: int
        beans: str

    with pytest.raises(InvalidValue, match=r"CoffeeServed\.beans must be among the pickled fields"):
        pickle.loads(stored)


def test_json_without_a_field_that_came_later_is_read_with_its_default() -> None:
    earlier, later = coffee_served(), coffee_served_later()
    text = Converter([earlier]).dumps(Event("T-1", 1, NOON, NOON, Actor.system(), earlier(4)))
    assert Converter([later]).loads(text, Event).data == later(4)


def test_json_with_a_field_that_is_not_known_is_read_without_it() -> None:
    earlier, later = coffee_served(), coffee_served_later()
    text = Converter([later]).dumps(Event("T-1", 1, NOON, NOON, Actor.system(), later(4, milk=True)))
    assert Converter([earlier]).loads(text, Event).data == earlier(4)


def test_a_host_s_own_condition_lasts_too(release: Release) -> None:
    class Asks(Condition):
        def test(self, facts: Facts) -> bool:
            return bool(facts)

        def names(self) -> frozenset[str]:
            return frozenset()

    @attrs.frozen
    class IsBusy(Asks):
        team: str

    stored = pickle.dumps(release(IsBusy)("network"))

    @attrs.frozen
    class Later(Asks):
        team: str
        above: int = 10

    Later.__name__ = "IsBusy"
    release(Later)
    assert pickle.loads(stored) == Later("network")


def test_a_plain_subclass_of_a_base_that_lasts_keeps_what_it_holds(release: Release) -> None:
    @release
    class IsLoud(Condition):
        def __init__(self, level: int) -> None:
            object.__setattr__(self, "level", level)

        def test(self, facts: Facts) -> bool:
            return bool(facts)

        def names(self) -> frozenset[str]:
            return frozenset()

    assert vars(pickle.loads(pickle.dumps(IsLoud(3)))) == {"level": 3}


def test_a_way_of_its_own_is_kept() -> None:
    @attrs.frozen
    @lasting
    class Own:
        x: int = 0

        def __getstate__(self) -> Mapping[str, object]:
            return {"x": 1}

        def __setstate__(self, state: Mapping[str, int]) -> None:
            object.__setattr__(self, "x", state["x"] + 1)

    held = object.__new__(Own)
    held.__setstate__({"x": 1})
    assert held == Own(2)


def test_memos_are_left_out_and_start_anew() -> None:
    @attrs.frozen
    @lasting
    class Counted:
        x: int
        found: list[int] = attrs.field(init=False, eq=False, repr=False, factory=list)

    value: Any = Counted(1)
    value.found.append(7)
    assert value.__getstate__() == {"x": 1}
    held: Any = object.__new__(Counted)
    held.__setstate__({"x": 1, "found": [7]})
    assert held.found == []
