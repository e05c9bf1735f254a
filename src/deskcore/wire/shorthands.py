"""Short forms for configurations written by hand, read wherever the long form is; values are written in the long form.

One rule for every family of nodes: a word is a node without fields (``"least_utilised"``), a table with one key is that
node with its fields, or with its first one (``{hand_off = "manila"}``), and a list joins (policies in order,
requirements by "and", rankings one after the other). Not here: short forms of single classes, each in its own module.

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from operator import and_, or_
from typing import Any, Final, get_args, get_origin

import attrs
from cattrs import Converter

from deskcore._value import FrozenDict
from deskcore.escalation import Due
from deskcore.escalation.matrix import Passes
from deskcore.escalation.repeat import Repeat
from deskcore.hours import Calendar
from deskcore.predicate import Condition
from deskcore.routing import RoutingPolicy
from deskcore.routing.ranking import Ranking
from deskcore.routing.requirement import Requirement
from deskcore.routing.requirements import ABLE, WILLING
from deskcore.sla import PolicyBook
from deskcore.staff.validity import Validity
from deskcore.tickets import Lifecycle, PriorityTable
from deskcore.tickets.simple import simple_lifecycle
from deskcore.wire.calendars import calendar_reader
from deskcore.wire.conditions import read_condition
from deskcore.wire.dues import read_due
from deskcore.wire.faults import at_step, not_one_of, together, without_step, wrong_type
from deskcore.wire.nodes import TAG, Families
from deskcore.wire.rows import rows_reader, spelling_of
from deskcore.wire.scalars import Reader
from deskcore.wire.shapes import gathered


@attrs.frozen
class Short:
    """The short form of one class: how to tell it from the long form, and how to read it."""

    is_short: Callable[[Any], bool]
    read: Reader


JOINED: Final[dict[type, Callable[[Any, Any], Any]]] = {
    RoutingPolicy: or_,
    Requirement: and_,
    Ranking: Ranking.then,
}
"""What a list of members of a family means."""

WORDS: Final[dict[type, dict[str, Any]]] = {Requirement: {"able": ABLE, "willing": WILLING}}
"""Words for what a family has ready made: what ``ToAgent`` and ``HandOff`` require unless they say otherwise."""

NAMED: Final[dict[Any, Any]] = {FrozenDict[int]: 1, FrozenDict[Validity]: {}}
"""Mappings that bare names may stand for: skills at level 1, clearances and agreements without dates."""

_READY: Final[dict[str, Callable[[], Lifecycle]]] = {"simple": simple_lifecycle}
"""Lifecycles that go by a name instead of being written out."""

ENDLESS: Final[frozenset[Any]] = frozenset({Repeat, Passes})
"""What may go on for ever, and has to say so: ``times = "without end"`` where a format has no word for nothing."""

_ONLY_FIELDS: Final[dict[Any, str]] = {PolicyBook: "policies", PriorityTable: "rows"}
"""Classes that are named by the value of their one field."""


def with_short(cls: Any, read: Reader, converter: Converter, families: Families) -> Reader:
    """The reader of a class that also takes its short form, where it has one."""
    short = _short_of(cls, read, converter, families)
    if short is None:
        return read
    is_short, read_short = short.is_short, short.read
    return lambda value, kind: read_short(value, kind) if is_short(value) else read(value, kind)


def _short_of(cls: Any, read: Reader, converter: Converter, families: Families) -> Short | None:
    if cls is Condition:
        return Short(_untagged, read_condition)
    if cls is Calendar:
        return Short(_not_nodes, calendar_reader(converter))
    if cls is Lifecycle:
        return Short(_is_text, _ready_lifecycle)
    if cls is Due:
        return Short(_is_text, read_due)
    if cls in ENDLESS:
        return Short(_says_without_end, lambda value, kind: read({**value, "times": None}, kind))
    field = _ONLY_FIELDS.get(cls)
    if field is not None:
        return Short(lambda value: not (isinstance(value, Mapping) and field in value), _only_field(field, read))
    if cls in NAMED:
        each = NAMED[cls]
        return Short(lambda value: isinstance(value, list | tuple), lambda value, kind: read(_each(value, each), kind))
    if get_origin(cls) is tuple:
        return _list_short(get_args(cls)[0], read, converter, families)
    return _family_short(cls, read, families) if families.has(cls) else None


def _untagged(value: Any) -> bool:
    return not isinstance(value, Mapping) or TAG not in value


def _not_nodes(value: Any) -> bool:
    return not (isinstance(value, Mapping) and isinstance(value.get("hours"), Mapping) and TAG in value["hours"])


def _says_without_end(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get("times") == "without end"


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _only_field(field: str, read: Reader) -> Reader:
    """The value of a class's one field stands for the whole."""

    def read_only(value: Any, kind: Any) -> Any:
        try:
            return read({field: value}, kind)
        except Exception as error:  # noqa: BLE001 - sorted out by faults.problems_of, nothing is swallowed
            raise without_step(error) from None

    return read_only


def _ready_lifecycle(name: str, _: Any) -> Lifecycle:
    if name not in _READY:
        raise not_one_of("is no ready lifecycle:", name, _READY, "unknown_word")
    return _READY[name]()


def _each(names: Any, value: Any) -> Any:
    """``["vpn", "dns"]``: bare names, each with what a bare name stands for."""
    return {name if isinstance(name, str) else _no_name(name): value for name in names}


def _no_name(value: Any) -> str:
    raise wrong_type("a name", value)


def _list_short(member: Any, read: Reader, converter: Converter, families: Families) -> Short | None:
    if member is Lifecycle:
        return Short(lambda value: isinstance(value, Mapping | str), _lifecycles(converter))
    if families.has(member):  # one node where a list of them may stand
        return Short(lambda value: isinstance(value, Mapping | str), lambda value, kind: read([value], kind))
    spelling = spelling_of(member)
    if spelling is None:
        return None

    def read_rows(value: Any, kind: Any) -> Any:
        return rows_reader(spelling, converter.get_structure_hook(member), member)(value, kind)

    return Short(lambda value: isinstance(value, Mapping), read_rows)


def _lifecycles(converter: Converter) -> Reader:
    by_name = spelling_of(Lifecycle)
    assert by_name is not None

    def read_lifecycles(value: Any, kind: Any) -> Any:
        if isinstance(value, str):
            return (_ready_lifecycle(value, kind),)
        return rows_reader(by_name, converter.get_structure_hook(Lifecycle), Lifecycle)(value, kind)

    return read_lifecycles


def _family_short(base: type, read: Reader, families: Families) -> Short:
    members = families.of(base)
    join = JOINED.get(base)
    words = {word: ready for word, ready in WORDS.get(base, {}).items() if word not in members}

    def read_short(value: Any, kind: Any) -> Any:
        if isinstance(value, str):
            return words[value] if value in words else read({TAG: value}, kind)
        if isinstance(value, Mapping) and len(value) == 1:
            return read_single(*next(iter(value.items())), kind)
        if isinstance(value, list | tuple) and value and join is not None:
            parts = gathered(enumerate(value), lambda part, _: read_any(part, kind), kind, base)
            return reduce(join, (part for _, part in parts))
        return read(value, kind)

    def read_any(value: Any, kind: Any) -> Any:
        return read_short(value, kind) if _untagged(value) else read(value, kind)

    def read_single(name: str, part: Any, kind: Any) -> Any:
        if name not in members:
            raise not_one_of("is of the unknown type", name, members, "unknown_type")
        try:
            return read({TAG: name, **_fields_of(members[name], part)}, kind)
        except Exception as error:  # noqa: BLE001 - sorted out by faults.problems_of, nothing is swallowed
            raise together([at_step(name, error)], base) from None

    return Short(_untagged, read_short)


def _fields_of(node: type, part: Any) -> Mapping[str, Any]:
    """A table of a node's own fields, or else the value of its first field."""
    names = [field.alias or field.name for field in attrs.fields(node) if field.init]
    if isinstance(part, Mapping) and set(part) <= set(names):
        return part
    if not names:
        raise wrong_type("an empty table", part)
    return {names[0]: part}
