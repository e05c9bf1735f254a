"""The converter: values of every room to plain data and JSON text, and back.

Generic over annotations: a class needs no method and no registration, unless it stands for an abstract one. Not here:
files, and how a configuration is laid out (``deskcore.wire.configuration``).

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar, cast, final

import cattrs
from cattrs.errors import StructureHandlerNotFoundError

from deskcore.errors import DecodeError, InvalidConfiguration, InvalidValue, Problem
from deskcore.log import Event, EventData, Unknown
from deskcore.wire.engine import engine
from deskcore.wire.events import EventTypes, Upcaster
from deskcore.wire.faults import TAKEN_AS_FAULTS, problems_of
from deskcore.wire.nodes import Families
from deskcore.wire.rooms import EVENTS, NODES
from deskcore.wire.scalars import Reader, Writer, in_utc, write_instant
from deskcore.wire.text import JsonLibrary, Plain, codec
from deskcore.wire.unknown import read_exactly, written_exactly

T = TypeVar("T")


@final
class Converter:
    """Reads and writes values as plain data (what JSON can say) or as JSON text.

    ``nodes`` are a host's own classes: conditions, requirements, rankings and so on, commands, and kinds of event. Each
    is written with its ``TYPE``, or with its class name in snake case. ``upcasters`` read old versions of events.
    ``json="orjson"`` or ``"msgspec"`` takes that library, if it is installed, for the text; the text means the same.
    Nothing is global: two converters with different nodes do not know of each other. Safe between threads.

    Instants are written in UTC with ``Z``, amounts of time as text, decimals as text, sets as sorted lists; a field
    that equals its default is left out. What is read is checked to the letter.

    Raises:
        InvalidConfiguration: two nodes would be written by one name, or one is no attrs class; all found at once.
        InvalidValue: the JSON library is not installed.

    >>> from deskcore.predicate import Condition, Is
    >>> converter = Converter()
    >>> converter.dumps(Is("priority", "p1"))
    '{"type":"is","fact":"priority","value":"p1"}'
    >>> converter.load({"priority": ["p1", "p2"]}, Condition)
    IsOneOf(fact='priority', values=('p1', 'p2'))
    """

    __slots__ = (
        "_codec",
        "_engines",
        "_events",
        "_families",
        "_json",
        "_native",
        "_native_writers",
        "_nodes",
        "_readers",
        "_upcasters",
        "_writers",
    )

    def __init__(
        self, nodes: Iterable[type] = (), *, upcasters: Iterable[Upcaster] = (), json: JsonLibrary = "stdlib"
    ) -> None:
        self._nodes = tuple(nodes)
        self._upcasters = tuple(upcasters)
        self._json: JsonLibrary = json
        self._codec = codec(json)
        given: tuple[object, ...] = self._nodes
        unfit = [node for node in given if not isinstance(node, type)]
        if unfit:
            problems = tuple(Problem("", f"{node!r} must be a class, not a value", "not_a_class") for node in unfit)
            raise InvalidConfiguration("nodes", problems)
        self._families = Families((*NODES, *(node for node in self._nodes if not issubclass(node, EventData))))
        own = (node for node in self._nodes if issubclass(node, EventData))
        self._events = EventTypes((*EVENTS, *own), self._upcasters)
        self._engines: dict[tuple[bool, bool], cattrs.Converter] = {}
        self._readers: dict[tuple[object, bool], Reader] = {}
        self._writers: dict[object, Writer] = {}
        self._native: cattrs.Converter | None = None
        self._native_writers: dict[object, Writer] = {}

    def __reduce__(self) -> tuple[Callable[..., Converter], tuple[tuple[type, ...], tuple[Upcaster, ...], JsonLibrary]]:
        return _remade, (self._nodes, self._upcasters, self._json)

    def __repr__(self) -> str:
        return f"Converter({', '.join(node.__name__ for node in self._nodes)})"

    @property
    def events(self) -> tuple[type[EventData], ...]:
        """Every kind of event it knows, by type name."""
        return tuple(self._events.by_type[name] for name in sorted(self._events.by_type))

    @property
    def nodes(self) -> tuple[type, ...]:
        """Every class it writes with a tag, events aside."""
        return tuple(sorted(self._families.nodes, key=lambda node: (node.__module__, node.__qualname__)))

    def dump(self, value: object, as_type: object = None) -> Plain:
        """A value as plain data. ``as_type`` is needed only where the class leaves something open: ``Table[int]``.

        Raises:
            InvalidValue: something in it has no written form: an unregistered class, an infinite number.
        """
        return cast("Plain", self._writer(value.__class__ if as_type is None else as_type)(value))

    def load(self, data: object, as_type: Callable[..., T], *, strict: bool = True) -> T:
        """The value of class ``as_type`` that plain data stands for: the inverse of ``dump``.

        ``strict`` makes keys that the class does not know a fault; otherwise they are passed over, as they always are
        inside events.

        Raises:
            DecodeError: the data does not fit; it holds every fault with its path.
        """
        try:
            return cast("T", self._reader(as_type, strict=strict)(data, as_type))
        except StructureHandlerNotFoundError as error:
            raise InvalidValue("as_type", as_type, f"must be a type that can be read ({error})") from None
        except RecursionError:
            raise DecodeError(_noun(as_type), (Problem("", "is nested too deeply", "too_deep"),)) from None
        except TAKEN_AS_FAULTS as error:
            first: BaseException = error
        try:
            return cast("T", self._engine(strict=strict, thorough=True).structure(data, cast("Any", as_type)))
        except TAKEN_AS_FAULTS as error:
            raise DecodeError(_noun(as_type), problems_of(error) or problems_of(first)) from None

    def dumps(self, value: object, as_type: object = None) -> str:
        """A value as one line of JSON text.

        Raises:
            InvalidValue: as ``dump``.
        """
        native = self._codec.native
        if native is not None:
            kind = value.__class__ if as_type is None else as_type
            try:
                return native((self._native_writers.get(kind) or self._native_writer(kind))(value))
            except (TypeError, ValueError, OverflowError):
                pass  # written otherwise below, or nothing can write it, which is told there
        if isinstance(value, Event) and isinstance(value.data, Unknown):
            return written_exactly(value, cast("dict[str, Plain]", self.dump(value)))
        return self._codec.encode(self.dump(value, as_type))

    def loads(self, text: str, as_type: Callable[..., T], *, strict: bool = True) -> T:
        """The value that a JSON text stands for: the inverse of ``dumps``.

        Raises:
            DecodeError: the text is not JSON, or as ``load``.
        """
        value = self.load(self._codec.decode(text, _noun(as_type)), as_type, strict=strict)
        if isinstance(value, Event) and isinstance(value.data, Unknown):
            return cast("T", read_exactly(value, text))
        return value

    def roundtrip(self, value: T, as_type: object = None) -> T:
        """The value after a journey through JSON text: equal to what went in, or something is not saved.

        Raises:
            InvalidValue: as ``dump``.
            DecodeError: as ``load``.
        """
        return cast("T", self.loads(self.dumps(value, as_type), cast("Any", as_type or type(value))))

    def _reader(self, as_type: object, *, strict: bool) -> Reader:
        found = self._readers.get((as_type, strict))
        if found is None:
            found = self._engine(strict=strict, thorough=False).get_structure_hook(as_type)
            self._readers[as_type, strict] = found
        return found

    def _writer(self, as_type: object) -> Writer:
        found = self._writers.get(as_type)
        if found is None:
            found = self._engine(strict=True, thorough=False).get_unstructure_hook(as_type)
            self._writers[as_type] = found
        return found

    def _native_writer(self, as_type: object) -> Writer:
        """Writes for a JSON library that knows instants by itself."""
        if self._native is None:
            self._native = engine(self._families, self._events, thorough=False, instant=in_utc)
        found: Writer = self._native.get_unstructure_hook(as_type)
        self._native_writers[as_type] = found
        return found

    def _engine(self, *, strict: bool, thorough: bool) -> cattrs.Converter:
        found = self._engines.get((strict, thorough))
        if found is None:  # made twice by two threads at worst, which is harmless
            tolerant = self._engine(strict=False, thorough=thorough) if strict else None
            found = engine(self._families, self._events, thorough=thorough, tolerant=tolerant, instant=write_instant)
            self._engines[strict, thorough] = found
        return found


OWN: Final = Converter()
"""The converter that knows the rooms' own classes and nothing of a host's."""


def _remade(nodes: tuple[type, ...], upcasters: tuple[Upcaster, ...], json: JsonLibrary) -> Converter:
    return Converter(nodes, upcasters=upcasters, json=json)


def _noun(as_type: object) -> str:
    return getattr(as_type, "__name__", None) or str(as_type)
