"""Cells into values: a status by name, an impact as a number, tags as a set; each text understood once.

Layer: adapters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, TypeAlias, get_args

from deskcore.adapters.faults import nearest
from deskcore.adapters.logs.mapping import LogMapping, loosely
from deskcore.adapters.logs.meanings import FieldKind
from deskcore.log.actor import ROLES, Role
from deskcore.tickets.events import FieldValue, Visibility
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.party import Party
from deskcore.tickets.status import Status

Value: TypeAlias = Status | Party | frozenset[str] | FieldValue
"""What a row can say of one thing."""

Convert: TypeAlias = Callable[[str], Value]
"""A cell's text to its value; ``ValueError`` says what was expected. ``None`` is a value: none."""

VISIBILITIES: Final[tuple[Visibility, ...]] = get_args(Visibility)
TRANSITIONS: Final = ("start", "complete")
_ROLES: Final[dict[str, Role]] = {role: role for role in ROLES}
_VISIBILITIES: Final[dict[str, Visibility]] = {visibility: visibility for visibility in VISIBILITIES}
_NUMBERED: Final = frozenset({"impact", "urgency"})
_SETS: Final = frozenset({"tags", "skills"})
_MOST: Final = 65_536
_WITH_COMMA: Final = re.compile(r"[-+]?(?:\d{1,3}(?:[.\s']\d{3})+|\d+)(?:,\d+)?")
_BETWEEN: Final = re.compile(r"[.\s']")
_YES: Final = frozenset({"true", "t", "yes", "y", "1"})
_NO: Final = frozenset({"false", "f", "no", "n", "0"})


class Vocabulary:
    """The desk's words, and the mapping's way to them. Remembers every text it has understood.

    Not a value: a memory that lives as long as one reading of a log.
    """

    def __init__(self, mapping: LogMapping, lifecycle: Lifecycle) -> None:
        self.mapping = mapping
        self.lifecycle = lifecycle
        self.known = {
            "status": lifecycle.status_names,
            "priority": lifecycle.priorities,
            "transition": TRANSITIONS,
            "actor_role": ROLES,
            "author_role": ROLES,
            "visibility": VISIBILITIES,
        }
        self._seen: dict[tuple[str, str], Value] = {}

    def value(self, slot: str, text: str) -> Value:
        """What a cell of ``slot`` means; ``None`` when the mapping makes it say nothing.

        Raises:
            ValueError: the text means nothing to the desk; says what would.
        """
        key = (slot, text)
        try:
            return self._seen[key]
        except KeyError:
            if len(self._seen) >= _MOST:  # subjects and the like hardly ever come back
                self._seen.clear()
            word = self.mapping.translated(slot, text)
            found = self._seen[key] = None if word is None else self.constant(slot, word)
            return found

    def constant(self, slot: str, word: str) -> Value:
        """What a word of the desk's own means in ``slot``.

        Raises:
            ValueError: the desk has no such word; says which it has.
        """
        if slot in _NUMBERED:
            return _whole(word)
        if slot in _SETS:
            return frozenset(part.strip() for part in word.split(self.mapping.separator) if part.strip())
        known = self.known.get(slot)
        if known and word not in known and self.mapping.loose_words:
            word = next((one for one in known if loosely(one) == loosely(word)), word)
        if known and word not in known:
            raise ValueError(f"a {slot.replace('_', ' ')} of the desk; {nearest(word, known)}")
        return self.lifecycle.status(word) if slot == "status" else word


def role_of(word: str) -> Role:
    """A role by its word; an agent for any other."""
    return _ROLES.get(word, "agent")


def visibility_of(word: str) -> Visibility:
    """A visibility by its word; public for any other."""
    return _VISIBILITIES.get(word, "public")


def field_value(kind: FieldKind, decimal: str = ".") -> Convert:
    """The way from a cell to a custom field of one kind; ``decimal`` is the mark before a number's fraction."""
    converts: dict[FieldKind, Convert] = {"text": str, "number": _number_with(decimal), "flag": _flag}
    return converts[kind]


def _whole(text: str) -> int:
    try:
        number = float(text)
    except ValueError:
        raise ValueError("a whole number, 1 the gravest") from None
    if not number.is_integer() or number < 1:
        raise ValueError("a whole number, 1 the gravest")
    return int(number)


def _number_with(decimal: str) -> Convert:
    """Numbers as people write them who put a comma before the fraction: 1.234,5 or 1 234,5."""
    if decimal == ".":
        return _number

    def convert(text: str) -> int | float:
        if not _WITH_COMMA.fullmatch(text):
            raise ValueError("a number with a comma before its fraction")
        return _number(_BETWEEN.sub("", text).replace(",", "."))

    return convert


def _number(text: str) -> int | float:
    if "_" in text:  # Python's own way of grouping digits, and nobody else's
        raise ValueError("a number")
    try:
        return int(text)
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        raise ValueError("a number") from None
    if number != number or number in {float("inf"), float("-inf")}:  # noqa: PLR0124 - only NaN differs from itself
        raise ValueError("a finite number")
    return number


def _flag(text: str) -> bool:
    folded = text.casefold()
    if folded in _YES or folded in _NO:
        return folded in _YES
    raise ValueError("true or false")
