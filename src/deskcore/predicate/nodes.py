"""Conditions as nodes: ``Is("priority", "p1") & ~Has("tags", "vip")``.

``&``, ``|`` and ``~`` build bigger nodes. ``&`` and ``|`` flatten and keep the order given (reasons are found in that
order); both are associative, ``ALWAYS`` is the identity of ``&`` and ``NEVER`` of ``|``. A fact that is absent or
``None`` satisfies no comparison, so its negation holds.

Layer: predicate.
"""

from __future__ import annotations

import abc
from collections.abc import Iterator
from typing import Final, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import named
from deskcore.errors import InvalidValue
from deskcore.predicate.facts import Facts, FactValue
from deskcore.predicate.verdict import Verdict

Scalar = str | int | float | bool

A_CONDITION: Final = "must be a condition, for example where(priority='p1')"
"""What a field that holds a condition says of anything else."""


@attrs.frozen
class Condition(abc.ABC):
    """A question about facts. Subclass it, frozen, for a condition of your own and register its name with the desk.

    >>> rule = Is("priority", "p1") | Has("tags", "vip")
    >>> print(rule)
    priority is p1 or tags has vip
    >>> rule.test({"priority": "p3", "tags": frozenset({"vip"})})
    True
    """

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        lasting(cls)

    @abc.abstractmethod
    def test(self, facts: Facts) -> bool:
        """Whether the condition holds. Total: an absent fact satisfies no comparison."""

    @abc.abstractmethod
    def names(self) -> frozenset[str]:
        """The facts it asks about."""

    def explain(self, facts: Facts) -> Verdict:
        """Whether it holds, with the comparisons that settled it."""
        holds = self.test(facts)
        return Verdict(holds, (_found(self, holds, facts),))

    def __and__(self, other: Condition) -> Condition:
        """Both. Associative; ``ALWAYS`` is its identity, ``NEVER`` absorbs."""
        parts = tuple(part for part in (*_parts(self, AllOf), *_parts(other, AllOf)) if part != ALWAYS)
        if NEVER in parts:
            return NEVER
        return _joined(AllOf, parts, ALWAYS)

    def __or__(self, other: Condition) -> Condition:
        """Either. Associative; ``NEVER`` is its identity, ``ALWAYS`` absorbs."""
        parts = tuple(part for part in (*_parts(self, AnyOf), *_parts(other, AnyOf)) if part != NEVER)
        if ALWAYS in parts:
            return ALWAYS
        return _joined(AnyOf, parts, NEVER)

    def __invert__(self) -> Condition:
        """The opposite. Twice is the condition itself."""
        return self.part if isinstance(self, Not) else Not(self)


@final
@attrs.frozen
class Is(Condition):
    """The fact equals a value.

    >>> Is("priority", "p1").explain({"priority": "p2"}).explain()
    'priority is p2, not p1'
    """

    fact: str = attrs.field(validator=named)
    value: Scalar

    def test(self, facts: Facts) -> bool:
        return facts.get(self.fact) == self.value

    def names(self) -> frozenset[str]:
        return frozenset({self.fact})

    def __str__(self) -> str:
        return f"{self.fact} is {_word(self.value)}"


@final
@attrs.frozen
class IsOneOf(Condition):
    """The fact equals one of several values. No value at all holds never.

    >>> IsOneOf("priority", ("p1", "p2")).test({"priority": "p2"})
    True
    """

    fact: str = attrs.field(validator=named)
    values: tuple[Scalar, ...]

    def test(self, facts: Facts) -> bool:
        return facts.get(self.fact) in self.values

    def names(self) -> frozenset[str]:
        return frozenset({self.fact})

    def __str__(self) -> str:
        return f"{self.fact} is {' or '.join(_word(value) for value in self.values)}"


@final
@attrs.frozen
class Has(Condition):
    """The fact is a set of names that contains one.

    >>> Has("tags", "vip").test({"tags": frozenset({"vip", "emea"})})
    True
    """

    fact: str = attrs.field(validator=named)
    name: str

    def test(self, facts: Facts) -> bool:
        value = facts.get(self.fact)
        return isinstance(value, frozenset) and self.name in value

    def names(self) -> frozenset[str]:
        return frozenset({self.fact})

    def __str__(self) -> str:
        return f"{self.fact} has {self.name}"


@final
@attrs.frozen
class InRange(Condition):
    """The fact is a number from ``least`` to ``most``, both ends included; ``None`` leaves an end open.

    >>> InRange("reopens", least=2).test({"reopens": 2})
    True
    """

    fact: str = attrs.field(validator=named)
    least: int | float | None = None
    most: int | float | None = None

    def __attrs_post_init__(self) -> None:
        if self.least is None and self.most is None:
            raise InvalidValue(self.fact, None, "must be given a least or a most")
        if self.least is not None and self.most is not None and self.least > self.most:
            raise InvalidValue(self.fact, (self.least, self.most), "must have its least at or below its most")

    def test(self, facts: Facts) -> bool:
        value = facts.get(self.fact)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def names(self) -> frozenset[str]:
        return frozenset({self.fact})

    def __str__(self) -> str:
        if self.most is None:
            return f"{self.fact} is at least {self.least}"
        if self.least is None:
            return f"{self.fact} is at most {self.most}"
        return f"{self.fact} is {self.least} to {self.most}"


@final
@attrs.frozen
class AllOf(Condition):
    """Every part holds. Prefer ``&``, which flattens."""

    parts: tuple[Condition, ...]

    def test(self, facts: Facts) -> bool:
        return all(part.test(facts) for part in self.parts)

    def names(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.names() for part in self.parts))

    def explain(self, facts: Facts) -> Verdict:
        verdicts = [part.explain(facts) for part in self.parts]
        holds = all(verdicts)
        return Verdict(holds, tuple(_reasons(verdicts, holds)))

    def __str__(self) -> str:
        return " and ".join(_bracketed(part, AnyOf) for part in self.parts) or "always"


@final
@attrs.frozen
class AnyOf(Condition):
    """Some part holds. Prefer ``|``, which flattens."""

    parts: tuple[Condition, ...]

    def test(self, facts: Facts) -> bool:
        return any(part.test(facts) for part in self.parts)

    def names(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.names() for part in self.parts))

    def explain(self, facts: Facts) -> Verdict:
        verdicts = [part.explain(facts) for part in self.parts]
        holds = any(verdicts)
        return Verdict(holds, tuple(_reasons(verdicts, holds)))

    def __str__(self) -> str:
        return " or ".join(_bracketed(part, AllOf) for part in self.parts) or "never"


@final
@attrs.frozen
class Not(Condition):
    """The part does not hold. Prefer ``~``, which cancels out."""

    part: Condition

    def test(self, facts: Facts) -> bool:
        return not self.part.test(facts)

    def names(self) -> frozenset[str]:
        return self.part.names()

    def explain(self, facts: Facts) -> Verdict:
        inner = self.part.explain(facts)
        return Verdict(not inner.holds, inner.because)

    def __str__(self) -> str:
        return f"not ({self.part})"


ALWAYS: Condition = AllOf(())
"""Holds whatever the facts."""

NEVER: Condition = AnyOf(())
"""Holds for no facts at all."""


def where(**wanted: Scalar | tuple[Scalar, ...]) -> Condition:
    """The short form: every named fact equals its value, or one of a tuple of values.

    >>> print(where(priority=("p1", "p2"), customer_tier="gold"))
    priority is p1 or p2 and customer_tier is gold
    """
    parts = tuple(
        IsOneOf(fact, value) if isinstance(value, tuple) else Is(fact, value) for fact, value in wanted.items()
    )
    return _joined(AllOf, parts, ALWAYS)


def _joined(kind: type[AllOf | AnyOf], parts: tuple[Condition, ...], identity: Condition) -> Condition:
    if not parts:
        return identity
    return parts[0] if len(parts) == 1 else kind(parts)


def _parts(condition: Condition, kind: type[AllOf | AnyOf]) -> tuple[Condition, ...]:
    return condition.parts if isinstance(condition, kind) else (condition,)


def _bracketed(part: Condition, weaker: type[Condition]) -> str:
    return f"({part})" if isinstance(part, weaker) else str(part)


def _reasons(verdicts: list[Verdict], holds: bool) -> Iterator[str]:
    """Only the parts that agree with the answer settled it."""
    for verdict in verdicts:
        if verdict.holds is holds:
            yield from verdict.because


def _word(value: FactValue) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "nothing"
    return "unset" if value is None else str(value)


def _found(condition: Condition, holds: bool, facts: Facts) -> str:
    if holds:
        return str(condition)
    held = ", ".join(f"{name} is {_word(facts.get(name))}" for name in sorted(condition.names()))
    wanted = str(condition)
    for name in condition.names():
        wanted = wanted.removeprefix(f"{name} is ").removeprefix(f"{name} ")
    return f"{held}, not {wanted}"
