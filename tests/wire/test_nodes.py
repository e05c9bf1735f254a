"""Families: which class a tag stands for, and a host's own members."""

from __future__ import annotations

import abc
from typing import ClassVar

import attrs
import pytest

from deskcore.errors import DecodeError, InvalidConfiguration, InvalidValue
from deskcore.predicate import Condition, Facts, Has, Is
from deskcore.testing.wire import check_roundtrip
from deskcore.tickets.commands import Command, Open
from deskcore.wire import Converter, dump, load


@attrs.frozen
class FullMoon(Condition):
    """A condition of a host's own."""

    TYPE: ClassVar[str] = "acme.full_moon"
    since: int = 0

    def test(self, facts: Facts) -> bool:
        return bool(facts)

    def names(self) -> frozenset[str]:
        return frozenset()


@attrs.frozen
class OtherMoon(FullMoon):
    TYPE: ClassVar[str] = "acme.full_moon"


@attrs.frozen
class Typed(FullMoon):
    TYPE: ClassVar[str] = "acme.typed"
    type: str = ""


class Bare(FullMoon):
    TYPE: ClassVar[str] = "acme.bare"


@attrs.frozen
class Half(Condition, abc.ABC):
    """Lacks ``test``."""

    def names(self) -> frozenset[str]:
        return frozenset()


def test_a_node_is_written_with_its_tag_wherever_it_stands() -> None:
    assert dump(Is("priority", "p1")) == {"type": "is", "fact": "priority", "value": "p1"}
    assert dump(Is("priority", "p1"), Condition) == dump(Is("priority", "p1"))


def test_a_node_is_read_as_itself_with_or_without_its_tag() -> None:
    assert load({"fact": "tags", "name": "vip"}, Has) == Has("tags", "vip")
    assert load({"type": "has", "fact": "tags", "name": "vip"}, Has) == Has("tags", "vip")
    with pytest.raises(DecodeError, match="is of another type: 'is'"):
        load({"type": "is", "fact": "tags", "name": "vip"}, Has)


def test_an_unknown_tag_is_answered_with_the_nearest() -> None:
    with pytest.raises(DecodeError, match="is of the unknown type 'iss'; did you mean 'is'"):
        load({"type": "iss"}, Condition)


@pytest.mark.parametrize("tag", [3, None, ["is"], {}])
def test_a_tag_that_is_no_text_is_unknown(tag: object) -> None:
    with pytest.raises(DecodeError, match="is of the unknown type"):
        load({"type": tag}, Condition)


def test_a_command_goes_by_its_type() -> None:
    command = Open("T-1", subject="VPN drops", requester="ann")
    assert dump(command) == {"type": "open", "ticket": "T-1", "subject": "VPN drops", "requester": {"id": "ann"}}
    assert load(dump(command), Command) == command


def test_a_host_s_node_is_read_inside_the_rooms_own() -> None:
    converter = Converter([FullMoon])
    condition = FullMoon(3) & ~Is("priority", "p1")
    check_roundtrip(condition, Condition, converter=converter)
    check_roundtrip(condition, converter=converter)


def test_converters_do_not_know_of_each_other_s_nodes() -> None:
    Converter([FullMoon])
    with pytest.raises(DecodeError, match=r"unknown type 'acme\.full_moon'"):
        load({"type": "acme.full_moon"}, Condition)


def test_a_node_that_is_not_registered_is_not_written() -> None:
    with pytest.raises(InvalidValue, match="must be registered to be written"):
        dump(FullMoon() & Is("a", 1))


def test_unfit_nodes_are_found_all_at_once() -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        Converter([FullMoon, OtherMoon, Typed, Half])
    assert sorted((problem.path, problem.code) for problem in caught.value.problems) == [
        ("Half", "abstract"),
        ("OtherMoon", "same_name"),
        ("Typed", "reserved"),
    ]


def test_a_value_is_no_class() -> None:
    with pytest.raises(InvalidConfiguration, match="must be a class, not a value"):
        Converter([FullMoon()])  # type: ignore[list-item]


def test_a_registered_class_below_another_is_told_apart() -> None:
    converter = Converter([FullMoon, Below])
    assert converter.roundtrip(FullMoon(1), FullMoon) == FullMoon(1)
    assert converter.load({"type": "acme.below", "since": 2}, FullMoon) == Below(2)
    check_roundtrip(Below(2), FullMoon, converter=converter)


@attrs.frozen
class Below(FullMoon):
    TYPE: ClassVar[str] = "acme.below"
