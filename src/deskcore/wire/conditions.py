"""Conditions as people write them in a configuration: a table of facts, all of which must hold.

``{priority = ["p1", "p2"], tags = {has = "vip"}, reopens = {least = 2}, channel = {not = "mail"}}``, or one of the
words ``always`` and ``never``. Not here: the long form, a tree of nodes, which is read like any other value.

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_
from typing import Any, Final

from deskcore.predicate import ALWAYS, NEVER, Condition, Has, InRange, Is, IsOneOf
from deskcore.wire.faults import Fault, not_one_of, wrong_type
from deskcore.wire.shapes import gathered

_SCALARS: Final = (str, int, float, bool)
_WORDS: Final[dict[str, Condition]] = {"always": ALWAYS, "never": NEVER}
_ASKED: Final = "a value, a list of values, {has = name}, {least = n, most = n} or {not = ...}"


def read_condition(value: Any, _: Any) -> Condition:
    """A condition from its short form."""
    if isinstance(value, Mapping):
        pairs = [(fact, (fact, asked)) for fact, asked in value.items()]
        parts = gathered(pairs, lambda pair, _: _asked(*pair), Condition, Condition)
        return reduce(and_, (part for _, part in parts), ALWAYS)
    if value.__class__ is str and value in _WORDS:
        return _WORDS[value]
    raise wrong_type("a condition: a table like {priority = 'p1'}, 'always' or 'never'", value)


def _asked(fact: str, asked: Any) -> Condition:
    if asked.__class__ in _SCALARS:
        return Is(fact, asked)
    if isinstance(asked, list | tuple):
        values = gathered(enumerate(asked), _scalar, None, Condition)
        return IsOneOf(fact, tuple(value for _, value in values))
    if isinstance(asked, Mapping):
        return _compared(fact, asked)
    raise wrong_type(_ASKED, asked)


def _compared(fact: str, asked: Mapping[str, Any]) -> Condition:
    keys = set(asked)
    if keys == {"has"} and asked["has"].__class__ is str:
        return Has(fact, asked["has"])
    if keys == {"not"}:
        return ~_asked(fact, asked["not"])
    if keys and keys <= {"least", "most"} and all(_is_number(bound) for bound in asked.values()):
        return InRange(fact, asked.get("least"), asked.get("most"))
    unknown = keys - {"has", "not", "least", "most"}
    if unknown:
        raise not_one_of("does not know", min(unknown, key=str), ("has", "not", "least", "most"), "unknown_key")
    raise wrong_type(_ASKED, dict(asked))


def _is_number(value: Any) -> bool:
    return value.__class__ in {int, float}


def _scalar(value: Any, _: Any) -> Any:
    if value.__class__ not in _SCALARS:
        raise Fault("must be text, a number, true or false", "wrong_type")
    return value
