"""Conditions in words, as they print: ``priority is p1 or p2 and tags has vip and not (team is network)``.

Only what is plain: comparisons and their opposites, joined by "and". A value that reads as a number, as ``True`` or as
``False`` is one; whatever else a condition may be is written as a table or as nodes.

Layer: wire.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import reduce
from operator import and_
from typing import Final

from deskcore.predicate import ALWAYS, Condition, Has, InRange, Is, IsOneOf
from deskcore.predicate.nodes import Scalar
from deskcore.wire.faults import Fault

_FACT: Final = r"(?P<fact>[^\s()]+)"
_NUMBER: Final = r"-?\d+(?:\.\d+)?"
_SHOWN: Final = (
    "must compare facts, for example 'field.sentiment is negative' or 'tags has vip and priority is p1 or p2'"
)


def read_said(text: str) -> Condition:
    """A condition from its words.

    >>> print(read_said("field.sentiment is negative and not (tags has quiet)"))
    field.sentiment is negative and not (tags has quiet)

    Raises:
        Fault: the words compare nothing.
    """
    return reduce(and_, (_part(part.strip()) for part in text.split(" and ")), ALWAYS)


def _part(text: str) -> Condition:
    negated = re.fullmatch(r"not \((.+)\)", text)
    if negated is not None:
        return ~_part(negated[1])
    for form, make in _FORMS:
        found = form.fullmatch(text)
        if found is not None:
            return make(found)
    raise Fault(f"{_SHOWN} (got {text!r})")


def _is(found: re.Match[str]) -> Condition:
    values = tuple(_value(word) for word in found["value"].split(" or "))
    return Is(found["fact"], values[0]) if len(values) == 1 else IsOneOf(found["fact"], values)


def _value(word: str) -> Scalar:
    if word in {"True", "False"}:
        return word == "True"
    if re.fullmatch(r"-?\d+", word):
        return int(word)
    return float(word) if re.fullmatch(_NUMBER, word) else word


def _number(word: str) -> int | float:
    return float(word) if "." in word else int(word)


_FORMS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Condition]], ...]] = (
    (
        re.compile(rf"{_FACT} is at least (?P<least>{_NUMBER})"),
        lambda found: InRange(found["fact"], least=_number(found["least"])),
    ),
    (
        re.compile(rf"{_FACT} is at most (?P<most>{_NUMBER})"),
        lambda found: InRange(found["fact"], most=_number(found["most"])),
    ),
    (
        re.compile(rf"{_FACT} is (?P<least>{_NUMBER}) to (?P<most>{_NUMBER})"),
        lambda found: InRange(found["fact"], _number(found["least"]), _number(found["most"])),
    ),
    (re.compile(rf"{_FACT} has (?P<name>.+)"), lambda found: Has(found["fact"], found["name"])),
    (re.compile(rf"{_FACT} is (?P<value>[^()]+)"), _is),
)
