"""Which classes stand for an abstract one, and the stable name that each is written with.

A family is a base class (``Condition``, ``RoutingPolicy``, ``Command`` ...) and the registered classes below it. Every
family of one converter is here; there is no registry outside it. Not here: events, which also carry a version.

Layer: wire.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable
from typing import Final, final

import attrs

from deskcore.errors import InvalidConfiguration, Problem
from deskcore.log import EventData

TAG: Final = "type"
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def tag_of(node: type) -> str:
    """The name a class is written with: its own ``TYPE``, or its class name in snake case.

    >>> class LastAgentFirst: ...
    >>> class Thrifty:
    ...     TYPE = "acme.thrifty"
    >>> tag_of(LastAgentFirst), tag_of(Thrifty)
    ('last_agent_first', 'acme.thrifty')
    """
    own = getattr(node, "TYPE", "")
    return own if isinstance(own, str) and own else _HUMP.sub("_", node.__name__).lower()


@final
class Families:
    """The registered classes by base. Reads like a frozen value; what it looked up it keeps."""

    __slots__ = ("_families", "nodes")

    def __init__(self, nodes: Iterable[type]) -> None:
        self.nodes: frozenset[type] = frozenset(nodes)
        self._families: dict[type, dict[str, type]] = {}
        problems = [*_unfit(self.nodes), *_clashes(self.nodes)]
        if problems:
            raise InvalidConfiguration("nodes", tuple(problems))

    def has(self, base: object) -> bool:
        """Whether ``base`` stands for others: it is abstract, or a registered class lies below it."""
        return isinstance(base, type) and (inspect.isabstract(base) or len(self.of(base)) > (base in self.nodes))

    def of(self, base: type) -> dict[str, type]:
        """The registered classes that ``base`` stands for, by tag."""
        found = self._families.get(base)
        if found is None:
            found = {tag_of(node): node for node in self.nodes if issubclass(node, base)}
            self._families[base] = found
        return found


def _unfit(nodes: frozenset[type]) -> Iterable[Problem]:
    for node in sorted(nodes, key=tag_of):
        if not attrs.has(node):
            yield Problem(node.__qualname__, "must be an attrs class: put @attrs.frozen above it", "not_attrs")
        elif inspect.isabstract(node):
            missing = ", ".join(sorted(getattr(node, "__abstractmethods__", ())))
            yield Problem(node.__qualname__, f"is abstract; it lacks {missing}", "abstract")
        elif any(field.alias == TAG for field in attrs.fields(node)) and not issubclass(node, EventData):
            yield Problem(node.__qualname__, f"has a field {TAG!r}, the key that carries its name", "reserved")


def _clashes(nodes: frozenset[type]) -> Iterable[Problem]:
    by_tag: dict[str, list[type]] = {}
    for node in sorted(nodes, key=lambda node: (node.__module__, node.__qualname__)):
        for other in by_tag.setdefault(tag_of(node), []):
            shared = [base.__name__ for base in other.__mro__ if base in node.__mro__ and _is_base(base)]
            if shared:
                yield Problem(
                    node.__qualname__,
                    f"is written {tag_of(node)!r}, and so is {other.__module__}.{other.__qualname__}: "
                    f"give one of them another TYPE",
                    "same_name",
                )
        by_tag[tag_of(node)].append(node)


def _is_base(base: type) -> bool:
    return base.__module__ not in {"builtins", "abc", "typing"}


def must_be_registered(kind: type) -> str:
    """The rule that a class of the host's own breaks when it is written by a converter that was not told of it."""
    own = kind.__qualname__
    return f"must be registered to be written: Desk(..., nodes=[{own}]), or Converter(nodes=[{own}]) without a desk"
