"""What every value of the house shares: instants, validators, effective-dated versions.

Instants come in and go out as aware ``datetime``; inside they are integer microseconds of UTC, exact.
Nothing here reads a clock.

Layer: _value. Imports errors and attrs only.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise
from types import UnionType
from typing import Any, Final, Generic, TypeVar, final, overload

import attrs

from deskcore.errors import InvalidValue, OutOfRange

T = TypeVar("T")
U = TypeVar("U")

SECOND: Final = 1_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_RULE: Final = "must carry a time zone, for example datetime(2026, 5, 22, 9, tzinfo=ZoneInfo('Europe/Amsterdam'))"


def require_aware(name: str, moment: object) -> datetime:
    """Return ``moment`` unchanged, or refuse a naive one with a message that shows the fix.

    Raises:
        InvalidValue: ``moment`` has no time zone or is no datetime.
    """
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise InvalidValue(name, moment, _NAIVE_RULE)
    return moment


def to_us(moment: datetime, name: str = "at") -> int:
    """Exact microseconds of UTC since 1970 of an aware instant.

    >>> to_us(datetime(1970, 1, 1, 1, tzinfo=UTC)) == HOUR
    True

    Raises:
        InvalidValue: ``moment`` is naive.
    """
    try:
        gone = moment - _EPOCH
    except TypeError:
        raise InvalidValue(name, moment, _NAIVE_RULE) from None
    return (gone.days * 86_400 + gone.seconds) * SECOND + gone.microseconds


def from_us(instant: int, zone: tzinfo = UTC) -> datetime:
    """The aware datetime, in ``zone``, of an instant in microseconds of UTC.

    >>> from_us(HOUR).isoformat()
    '1970-01-01T01:00:00+00:00'
    """
    if 0 <= instant < _EXACT:
        seconds, rest = divmod(instant, SECOND)
        whole = datetime.fromtimestamp(seconds, zone)
        return whole.replace(microsecond=rest) if rest else whole
    utc = _EPOCH + timedelta(microseconds=instant)
    return utc if zone is UTC else utc.astimezone(zone)


_EXACT: Final = (
    32_503_680_000 * SECOND
)  # the year 3000: from 1970 until then every platform's seconds will do, and fast


def aware(instance: object, field: attrs.Attribute[datetime], value: datetime) -> None:
    """Attrs validator: an instant that carries a zone."""
    del instance
    require_aware(field.name, value)


def aware_or_none(instance: object, field: attrs.Attribute[datetime | None], value: datetime | None) -> None:
    """Attrs validator: an instant that carries a zone, or nothing."""
    del instance
    if value is not None:
        require_aware(field.name, value)


def require_name(name: str, value: object) -> None:
    """Refuse what is no name or id: empty, or with blanks around it.

    Raises:
        InvalidValue: ``value`` is none.
    """
    if not isinstance(value, str) or not value or value != value.strip():
        raise InvalidValue(name, value, "must be a name without surrounding blanks")


def named(instance: object, field: attrs.Attribute[str], value: object) -> None:
    """Attrs validator: a name or id, not empty and without surrounding blanks."""
    del instance
    require_name(field.name, value)


def not_negative(instance: object, field: attrs.Attribute[int], value: float) -> None:
    """Attrs validator: zero or more."""
    del instance
    if value < 0:
        raise InvalidValue(field.name, value, "must not be negative")


def require_kind(name: str, value: object, kind: type | UnionType, rule: str) -> None:
    """Refuse what is of another kind, with the rule that shows what is meant.

    Raises:
        InvalidValue: ``value`` is no instance of ``kind``.
    """
    if not isinstance(value, kind):
        raise InvalidValue(name, value, rule)


def instance_of_kind(
    kind: type | UnionType, rule: str, *, many: bool = False
) -> Callable[[object, attrs.Attribute[T], T], None]:
    """An attrs validator: a value of that kind, or with ``many`` a tuple of them.

    A node of the wrong kind is refused where it is built, not where it is first asked. An
    element is named by its place.

    >>> @attrs.frozen
    ... class Row:
    ...     days: tuple[date, ...] = attrs.field(validator=instance_of_kind(date, "must be a date", many=True))
    >>> Row(("monday",))
    Traceback (most recent call last):
    deskcore.errors.InvalidValue: days[0] must be a date (got 'monday')
    """

    def check(instance: object, field: attrs.Attribute[T], value: T) -> None:
        del instance
        if not many:
            require_kind(field.name, value, kind, rule)
        elif isinstance(value, tuple):
            for place, item in enumerate(value):  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
                require_kind(f"{field.name}[{place}]", item, kind, rule)  # pyright: ignore[reportUnknownArgumentType]
        else:
            raise InvalidValue(field.name, value, f"must be a tuple, and each of it {rule}")

    return check


def as_tuple(given: Iterable[T]) -> tuple[T, ...]:
    """An attrs converter: any iterable but a text as a tuple; anything else stays, for the validator to refuse."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        return given  # type: ignore[return-value]  # refused by the field's validator
    return tuple(given)


def as_names(given: Iterable[str]) -> tuple[str, ...]:
    """An attrs converter: any list of names as a tuple; a text stays, for ``are_names`` to refuse.

    >>> as_names(["nl", "en"])
    ('nl', 'en')
    """
    return given if type(given) is tuple else as_tuple(given)


def as_name_set(given: Iterable[str]) -> frozenset[str]:
    """An attrs converter: any list of names as a frozenset; a text stays, for ``are_names`` to refuse.

    >>> as_name_set(["health"])
    frozenset({'health'})
    """
    if isinstance(given, str | frozenset) or not isinstance(given, Iterable):
        return given  # type: ignore[return-value]  # refused by the field's validator
    return frozenset(given)


def are_names(instance: object, field: attrs.Attribute[Any], value: object) -> None:
    """Attrs validator: several names, never one text that would be read letter by letter."""
    del instance
    require_names(field.name, value)


def require_names(name: str, value: object) -> None:
    """Refuse what is no tuple or frozenset of texts.

    >>> require_names("languages", "en")
    Traceback (most recent call last):
    deskcore.errors.InvalidValue: languages must be a list of names such as ['en'] (got 'en')

    Raises:
        InvalidValue: it is a single text, no list, or something in it is no text.
    """
    if isinstance(value, tuple | frozenset):
        held: Iterable[object] = value  # pyright: ignore[reportUnknownVariableType]
        if all(isinstance(one, str) for one in held):
            return
    example = [value] if isinstance(value, str) else ["one", "another"]
    raise InvalidValue(name, value, f"must be a list of names such as {example}")


def unique(noun: str, names: tuple[str, ...]) -> None:
    """Refuse a list of names in which one occurs twice.

    Raises:
        InvalidValue: naming the first repeated name.
    """
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise InvalidValue(noun, name, "must not name the same one twice")
        seen.add(name)


def open_twin(kind: type) -> type[Any]:
    """A class of the same layout as a frozen slotted attrs class, whose instances can be filled in and then closed.

    Where values are made by the million: ``held = object.__new__(twin)``, a plain assignment for each field, and
    ``held.__class__ = kind`` at the end, which leaves an ordinary frozen value. Nothing is validated, so it is for
    parts that were checked before, and every field must be set. Three times as fast as the frozen constructor.

    >>> @attrs.frozen
    ... class Point:
    ...     x: int
    >>> held = object.__new__(open_twin(Point))
    >>> held.x, held.__class__ = 1, Point
    >>> held
    Point(x=1)
    """
    # Both, or CPython keeps the slow way of setting: one type slot serves the two.
    plain = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return type(f"Open{kind.__name__}", (kind,), plain)


@final
class FrozenDict(Mapping[str, T], Generic[T]):
    """A mapping that hashes, pickles and never changes: what a frozen value holds instead of a ``dict``.

    Keys are strings; equality is that of mappings; iteration keeps the order given.

    >>> FrozenDict({"impact": 1}).with_item("urgency", 2)
    FrozenDict({'impact': 1, 'urgency': 2})
    """

    __slots__ = ("_items",)

    _items: dict[str, T]

    def __init__(self, items: Mapping[str, T] | None = None) -> None:
        object.__setattr__(self, "_items", dict(items or {}))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(name)

    def __getitem__(self, key: str) -> T:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    @overload
    def get(self, key: str, /) -> T | None: ...
    @overload
    def get(self, key: str, /, default: T) -> T: ...
    @overload
    def get(self, key: str, /, default: U) -> T | U: ...
    def get(self, key: str, /, default: object = None) -> object:
        """The value of ``key``, or ``default``: at once, without an error in between."""
        return self._items.get(key, default)

    def keys(self) -> KeysView[str]:
        return self._items.keys()

    def values(self) -> ValuesView[T]:
        return self._items.values()

    def items(self) -> ItemsView[str, T]:
        return self._items.items()

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, FrozenDict):
            return self._items == other._items  # pyright: ignore[reportUnknownMemberType]
        if isinstance(other, Mapping):
            return self._items == dict(other)  # pyright: ignore[reportUnknownArgumentType]
        return NotImplemented

    def __repr__(self) -> str:
        return f"FrozenDict({self._items!r})"

    def __reduce__(self) -> tuple[type[FrozenDict[T]], tuple[dict[str, T]]]:
        return (FrozenDict, (self._items,))

    def with_item(self, key: str, value: T) -> FrozenDict[T]:
        """A copy in which ``key`` maps to ``value``."""
        return FrozenDict({**self._items, key: value})

    def without(self, key: str) -> FrozenDict[T]:
        """A copy that lacks ``key``."""
        return FrozenDict({name: value for name, value in self._items.items() if name != key})


def as_frozen(items: Mapping[str, T]) -> FrozenDict[T]:
    """What an attrs converter calls so that a field of a ``FrozenDict`` takes any mapping.

    >>> as_frozen({"impact": 1})
    FrozenDict({'impact': 1})
    """
    return items if isinstance(items, FrozenDict) else FrozenDict(items)


@final
@attrs.frozen
class Version(Generic[T]):
    """A value and the local date from which it holds."""

    from_on: date
    value: T


@final
@attrs.frozen
class Versions(Generic[T]):
    """The same thing as it was agreed at different dates: the latest version begun by a date is in force.

    Ends: a version holds from the start of its date, inclusive, to the start of the next one's.

    >>> book = Versions((Version(date(2026, 1, 1), "old"), Version(date(2026, 3, 1), "new")))
    >>> book.on(date(2026, 2, 28)), book.on(date(2026, 3, 1))
    ('old', 'new')
    """

    entries: tuple[Version[T], ...]

    def __attrs_post_init__(self) -> None:
        dates = [version.from_on for version in self.entries]
        if not dates:
            raise InvalidValue("entries", self.entries, "must hold at least one version")
        if any(later <= earlier for earlier, later in pairwise(dates)):
            raise InvalidValue(
                "entries", [day.isoformat() for day in dates], "must be in strictly rising order of date"
            )

    def on(self, day: date) -> T:
        """The value in force on a date.

        Raises:
            OutOfRange: the date lies before the first version.
        """
        found = [version.value for version in self.entries if version.from_on <= day]
        if not found:
            raise OutOfRange("versions", day.isoformat(), f"dates from {self.entries[0].from_on.isoformat()} on")
        return found[-1]
