"""The tickets that conditions tell apart, as boxes over the values of each fact: what rows leave out and take twice.

A box allows some values of some facts and any value of all others. A condition is a union of boxes; boxes can be cut
and grown, so nothing is counted out value by value. Conditions of a host's own are asked as they are: true or not.

Not here: what is reported of it (``lint_rows``).

Layer: escalation. Imports predicate and its own room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import prod
from typing import Final, TypeAlias, final

import attrs

from deskcore.predicate import AllOf, AnyOf, Condition, Fact, InRange, Is, IsOneOf, Not
from deskcore.predicate.facts import FactValue

MOST_PIECES: Final = 2_000
"""Into more boxes than this nothing is cut."""

Box: TypeAlias = "dict[str, frozenset[int]]"
"""By the name of an axis which of its places are allowed; an axis that is absent allows all."""
Values: TypeAlias = Mapping[str, tuple[FactValue, ...]]


class TooManyPieces(Exception):
    """More boxes than anybody could look at."""


@final
@attrs.frozen
class AxisOf:
    """One fact, or one question about it, with the values that are told apart; the last may be "any other".

    The first ``known`` of them are those there are, as far as anybody said.
    """

    name: str
    values: tuple[FactValue, ...]
    words: tuple[str, ...]
    is_open: bool = False
    known: int | None = None

    def say(self, places: frozenset[int]) -> str:
        """Some of its values in words."""
        if not any(self.words):  # a question as such
            return self.name if 0 in places else f"not ({self.name})"
        last = len(self.values) - 1
        if self.is_open and last in places:
            others = [word for place, word in enumerate(self.words[:last]) if place not in places]
            return f"{self.name} other than {_either(others)}"
        return f"{self.name} {_either([word for place, word in enumerate(self.words) if place in places])}".strip()


def _either(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


@final
class Space:
    """Every fact that some conditions tell apart, with its values; and the boxes that those conditions are.

    >>> from deskcore.predicate import where
    >>> one = where(priority="p1", customer_tier="gold")
    >>> space = Space([one], {"priority": ("p1", "p2")})
    >>> [space.say(box) for box in space.left([space.known()], space.boxes(one))]
    ['priority p2', 'priority p1 and customer_tier other than gold']
    """

    def __init__(self, conditions: Iterable[Condition], closed: Values, facts: Iterable[Fact] = ()) -> None:
        atoms = list(dict.fromkeys(atom for condition in conditions for atom in _atoms(condition)))
        types = {fact.name: fact.type for fact in facts}
        self.axes: dict[str, AxisOf] = {}
        for atom in atoms:
            name = _axis_name(atom)
            if name not in self.axes:
                self.axes[name] = _axis(name, [one for one in atoms if _axis_name(one) == name], closed, types)

    def known(self) -> Box:
        """Every ticket there is, as far as anybody said which values there are."""
        held = ((name, axis.known) for name, axis in self.axes.items())
        return {name: frozenset(range(known)) for name, known in held if known is not None}

    def boxes(self, condition: Condition, *, holds: bool = True) -> list[Box]:
        """The tickets for which a condition holds (or does not), perhaps told more than once.

        Raises:
            TooManyPieces: there are too many.
        """
        if isinstance(condition, Not):
            return self.boxes(condition.part, holds=not holds)
        if isinstance(condition, AllOf | AnyOf):
            parts = [self.boxes(part, holds=holds) for part in condition.parts]
            if isinstance(condition, AllOf) is not holds:
                return _few([box for part in parts for box in part])
            met: list[Box] = [{}]
            for part in parts:
                met = _few([joined for box in met for other in part if (joined := meet(box, other)) is not None])
            return met
        axis = self.axes[_axis_name(condition)]
        places = frozenset(place for place, value in enumerate(axis.values) if _holds(condition, value) is holds)
        if not places:
            return []
        return [{}] if len(places) == len(axis.values) else [{axis.name: places}]

    def left(self, boxes: Sequence[Box], taken: Iterable[Box]) -> list[Box]:
        """What is left of some boxes without others; the pieces do not overlap where the boxes did not.

        Raises:
            TooManyPieces: it falls into too many.
        """
        rest = list(boxes)
        for one in taken:
            rest = _few([piece for box in rest for piece in self._cut(box, one)])
        return rest

    def _cut(self, box: Box, taken: Box) -> Iterator[Box]:
        if meet(box, taken) is None:
            yield box
            return
        inner = dict(box)
        for name, places in taken.items():
            held = inner.get(name, self._all(name))
            outside = held - places
            if outside:
                yield {**inner, name: outside}
            inner[name] = held & places

    def _all(self, name: str) -> frozenset[int]:
        return frozenset(range(len(self.axes[name].values)))

    def among_known(self, box: Box) -> Box:
        """What a box has in common with the tickets there are."""
        return meet(box, self.known()) or box

    def size(self, box: Box) -> int:
        """How many combinations of values it holds."""
        return prod(len(box.get(name, axis.values)) for name, axis in self.axes.items())

    def grown(self, box: Box, within: Sequence[Box]) -> Box:
        """The box, made as large as it gets among the tickets there are without leaving those given."""
        for name in tuple(box):
            wider = {key: places for key, places in box.items() if key != name}
            if not self.left([self.among_known(wider)], within):
                box = wider
        for name in tuple(box):
            for place in sorted((self.known().get(name) or self._all(name)) - box[name]):
                wider = {**box, name: box[name] | {place}}
                if not self.left([self.among_known(wider)], within):
                    box = wider
        return box

    def say(self, box: Box) -> str:
        """A box in words, its facts in the order in which they were first asked for."""
        return " and ".join(axis.say(box[name]) for name, axis in self.axes.items() if name in box) or "any kind"


def meet(box: Box, other: Box) -> Box | None:
    """What two boxes have in common; ``None`` where that is nothing.

    >>> meet({"a": frozenset({1, 2})}, {"a": frozenset({2}), "b": frozenset({0})})
    {'a': frozenset({2}), 'b': frozenset({0})}
    """
    joined = dict(box)
    for name, places in other.items():
        joined[name] = joined.get(name, places) & places
        if not joined[name]:
            return None
    return joined


def _few(boxes: list[Box]) -> list[Box]:
    if len(boxes) > MOST_PIECES:
        raise TooManyPieces
    return boxes


# --- what a condition asks


def _atoms(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _atoms(part)
    elif isinstance(condition, Not):
        yield from _atoms(condition.part)
    else:
        yield condition


def _axis_name(atom: Condition) -> str:
    if isinstance(atom, Is | IsOneOf | InRange):
        return atom.fact
    return str(atom)


def _holds(atom: Condition, value: FactValue) -> bool:
    if isinstance(atom, Is | IsOneOf | InRange):
        return atom.test({atom.fact: value})
    return value is True


_ALWAYS_SET: Final = frozenset({"reopens", "team_changes", "assignee_changes", "replies", "contacts", "holds"})


def _axis(name: str, atoms: Sequence[Condition], closed: Values, types: Mapping[str, str]) -> AxisOf:
    if not isinstance(atoms[0], Is | IsOneOf | InRange):
        return AxisOf(name, (True, False), ("", ""))
    if name in closed:
        return _open_axis(
            name, (*closed[name], *(one for one in _named(atoms) if one not in closed[name])), closed[name]
        )
    if types.get(name) == "flag":
        return AxisOf(name, (True, False), ("True", "False"))
    if any(isinstance(atom, InRange) for atom in atoms):
        return _numbers(name, atoms)
    named = _named(atoms)
    # Nobody said which priorities there are: those that the matrix names.
    return _open_axis(name, named, named if name == "priority" else None)


def _open_axis(name: str, values: tuple[FactValue, ...], known: Sequence[FactValue] | None) -> AxisOf:
    words = (*map(str, values), "unset")
    return AxisOf(name, (*values, None), words, is_open=True, known=None if known is None else len(known))


def _named(atoms: Iterable[Condition]) -> tuple[FactValue, ...]:
    found: dict[FactValue, None] = {}
    for atom in atoms:
        if isinstance(atom, Is):
            found[atom.value] = None
        elif isinstance(atom, IsOneOf):
            found |= dict.fromkeys(atom.values)
    return tuple(found)


def _numbers(name: str, atoms: Sequence[Condition]) -> AxisOf:
    """Each bound, what lies between two, below the first and above the last; and what is no number."""
    named = _named(atoms)
    bounds = {value for value in named if isinstance(value, int | float) and not isinstance(value, bool)}
    bounds |= {
        bound for atom in atoms if isinstance(atom, InRange) for bound in (atom.least, atom.most) if bound is not None
    }
    points = sorted(bounds)
    values: list[FactValue] = []
    words: list[str] = []
    if name not in _ALWAYS_SET or points[0] > 0:
        values.append(points[0] - 1)
        words.append(f"under {points[0]}")
    for here, following in pairwise([*points, None]):
        assert here is not None
        values.append(here)
        words.append(str(here))
        if following is None:
            values.append(here + 1)
            words.append(f"over {here}")
        elif not (isinstance(here, int) and isinstance(following, int) and following - here == 1):
            values.append((here + following) / 2)
            words.append(f"between {here} and {following}")
    if name in _ALWAYS_SET:
        return AxisOf(name, tuple(values), tuple(words))
    others = [value for value in named if value not in bounds]
    return AxisOf(name, (*values, *others, None), (*words, *map(str, others), "unset"))
