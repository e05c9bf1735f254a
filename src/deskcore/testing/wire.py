"""Strategies for any value the wire can write, by its annotations; random JSON; and the laws of reading and writing.

A host tests a node or an event of its own with two lines: ``values(MyNode)`` and ``check_roundtrip``.

Layer: testing.
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import attrs
from hypothesis import reject
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.errors import DeskcoreError
from deskcore.hours import BusinessDuration, ElapsedDuration, WorkingDays
from deskcore.log import Actor, Event, EventData, Unknown
from deskcore.predicate import Condition
from deskcore.testing.predicate import conditions
from deskcore.wire import Converter, Plain

T = TypeVar("T")
Strategies = Mapping[Any, st.SearchStrategy[Any]]

_OWN = Converter()
_DEEPEST = 3

NAMES: st.SearchStrategy[str] = st.sampled_from(("ann", "bo", "p1", "network", "Zoë", "second line", "T-1", "日本"))
_INSTANTS = st.datetimes(datetime(1970, 1, 2), datetime(2199, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zone follows
_MICROSECONDS = st.integers(0, 10**13) | st.integers(0, 300).map(lambda minutes: minutes * 60_000_000)

_SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: NAMES,
    int: st.integers(0, 50),
    float: st.floats(0, 100, allow_nan=False),
    bool: st.booleans(),
    NoneType: st.none(),
    Decimal: st.decimals(0, 10**6, places=2),
    datetime: _INSTANTS,
    date: st.dates(date(1970, 1, 2), date(2199, 1, 1)),
    time: st.times(),
    tzinfo: st.sampled_from(
        (UTC, ZoneInfo("UTC"), ZoneInfo("Asia/Manila"), timezone(timedelta(hours=-3, minutes=-30)))
    ),
    timedelta: _MICROSECONDS.map(lambda us: timedelta(microseconds=us)),
    BusinessDuration: _MICROSECONDS.map(BusinessDuration.of_us),
    ElapsedDuration: _MICROSECONDS.map(ElapsedDuration.of_us),
    WorkingDays: st.integers(0, 30).map(WorkingDays),
    Condition: conditions(),
}


def values(
    as_type: Callable[..., T], *, using: Strategies | None = None, converter: Converter = _OWN
) -> st.SearchStrategy[T]:
    """Values of a class, or of any class that stands for it, built from their annotations.

    ``using`` gives strategies for annotations that need more care than "anything of that type". What a constructor
    refuses is not given out.

    >>> from deskcore.predicate import Has
    >>> values(Has).example()  # doctest: +SKIP
    Has(fact='p1', name='network')
    """
    return cast("st.SearchStrategy[T]", _of(as_type, {**_SCALARS, **(using or {})}, converter, 0))


def _of(cls: Any, known: Strategies, converter: Converter, depth: int) -> st.SearchStrategy[Any]:
    if cls in known:
        return known[cls]
    origin, args = get_origin(cls), get_args(cls)
    if origin is Literal:
        return st.sampled_from(args)
    if origin in {Union, UnionType}:
        return st.one_of([_of(arg, known, converter, depth) for arg in args])
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:  # noqa: PLR2004 - X, ...
        return st.lists(_of(args[0], known, converter, depth), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(_of(arg, known, converter, depth) for arg in args))
    if origin is frozenset:
        return st.frozensets(_of(args[0], known, converter, depth), max_size=3)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return st.dictionaries(NAMES, _of(args[-1], known, converter, depth), max_size=3).map(FrozenDict)
    if isinstance(cls, type) and issubclass(cls, enum.Enum):
        return st.sampled_from(list(cls))
    return _of_class(cls, known, converter, depth)


def _of_class(cls: type, known: Strategies, converter: Converter, depth: int) -> st.SearchStrategy[Any]:
    below = [node for node in (*converter.nodes, *converter.events) if issubclass(node, cls) and node is not cls]
    if not below:
        return _built(cls, known, converter, depth)
    chosen = below if depth < _DEEPEST else [node for node in below if not _holds(node, cls)]
    return st.sampled_from(chosen).flatmap(lambda node: _built(node, known, converter, depth + 1))


def _holds(node: type, base: type) -> bool:
    """Whether a class has a field of the family it belongs to, by which it would nest for ever."""
    return any(base is part or base in get_args(part) for part in get_type_hints(node).values())


def _built(cls: type, known: Strategies, converter: Converter, depth: int) -> st.SearchStrategy[Any]:
    assert attrs.has(cls), f"{cls} is no attrs class; give a strategy for it in `using`"
    assert not inspect.isabstract(cls), f"{cls} is abstract and nothing registered stands for it"

    @st.composite
    def build(draw: st.DrawFn) -> Any:
        hints = get_type_hints(cls)
        given: dict[str, Any] = {}
        for field in attrs.fields(cls):
            needed = field.default is attrs.NOTHING
            if field.init and (needed or draw(st.booleans())):
                given[field.alias or field.name] = draw(_of(hints[field.name], known, converter, depth + 1))
        try:
            return cls(**given)
        except DeskcoreError:
            reject()

    return build()


def unknown_data() -> st.SearchStrategy[Unknown]:
    """Events of types that no release knows, with any JSON object as their data, written in any fashion."""
    return st.builds(
        lambda name, v, data, wide: Unknown(f"acme.{name}", v, _as_text(data, wide=wide)),
        st.sampled_from(("coffee_served", "opened")),
        st.integers(1, 3),
        st.dictionaries(st.text(max_size=5), plain(), max_size=3),
        st.booleans(),
    )


def _as_text(data: dict[str, Plain], *, wide: bool) -> str:
    text = _OWN.dumps(data)
    return text.replace("{", "{ ", 1) if wide else text


def events(
    data: st.SearchStrategy[EventData] | None = None, *, converter: Converter = _OWN
) -> st.SearchStrategy[Event]:
    """Envelopes around any event that the converter knows, and some that it does not. No log is legal among them."""
    some = values(EventData, converter=converter) if data is None else data
    return st.builds(
        Event,
        stream=NAMES,
        seq=st.integers(1, 10**6),
        at=_INSTANTS,
        recorded_at=_INSTANTS,
        actor=values(Actor, converter=converter),
        data=some | unknown_data(),
    )


def plain() -> st.SearchStrategy[Plain]:
    """Anything JSON can say, a few levels deep."""
    scalars: st.SearchStrategy[Plain] = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=8),
    )
    return st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=10,
    )


def check_roundtrip(value: object, as_type: object = None, *, converter: Converter = _OWN) -> None:
    """Law: whatever is written is read back equal, and is written the same again.

    Raises:
        AssertionError: something of the value is not saved.
    """
    text = converter.dumps(value, as_type)
    back = converter.loads(text, cast("Any", as_type or type(value)))
    assert back == value, f"{value!r} came back as {back!r}"
    assert converter.dumps(back, as_type) == text, f"{value!r} is written in two ways"


def check_reading(data: object, as_type: object, *, converter: Converter = _OWN) -> None:
    """Law: whatever the data, reading gives a value that can be written, or a typed error; never anything else.

    Raises:
        AssertionError: what was read cannot be written and read again.
    """
    try:
        value = converter.load(data, cast("Any", as_type))
    except DeskcoreError:
        return
    check_roundtrip(value, as_type, converter=converter)
