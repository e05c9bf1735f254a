"""A first-match table: rows of condition and value, asked from the top.

Layer: rules. Imports predicate only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar, final

import attrs

from deskcore.errors import Problem
from deskcore.predicate import ALWAYS, Condition, Facts, Is

T = TypeVar("T")


@final
@attrs.frozen
class Row(Generic[T]):
    """One line of a table: a value, and when it applies."""

    value: T
    when: Condition = ALWAYS


@final
@attrs.frozen
class Picked(Generic[T]):
    """The value a table gave, the row it stands in (``None``: no row matched), and why."""

    value: T | None
    row: int | None
    because: tuple[str, ...]

    def explain(self) -> str:
        """Why this row: its condition, after what the rows above lacked."""
        return "; ".join(self.because)


@final
@attrs.frozen
class Table(Generic[T]):
    """Rows asked in order; the first whose condition holds gives the value. Linear in the number of rows.

    >>> from deskcore.predicate import Is
    >>> hours = Table((Row(1, Is("priority", "p1")), Row(8)))
    >>> hours.pick({"priority": "p1"}).value, hours.pick({"priority": "p4"}).value
    (1, 8)
    """

    rows: tuple[Row[T], ...]

    @classmethod
    def by(cls, fact: str, values: Mapping[str, T], *, otherwise: T | None = None) -> Table[T]:
        """The commonest table: one value for each value of one fact."""
        rows: Iterable[Row[T]] = (Row(value, Is(fact, key)) for key, value in values.items())
        last = () if otherwise is None else (Row(otherwise),)
        return cls((*rows, *last))

    def value(self, facts: Facts) -> T | None:
        """The value of the first row that holds, ``None`` when none does. No reasons, no cost for them."""
        for row in self.rows:
            if row.when.test(facts):
                return row.value
        return None

    def pick(self, facts: Facts) -> Picked[T]:
        """The value of the first row that holds, with the reasons."""
        passed: tuple[str, ...] = ()
        for place, row in enumerate(self.rows):
            verdict = row.when.explain(facts)
            if verdict:
                return Picked(row.value, place, (*passed, f"row {place + 1}: {verdict.explain()}"))
            passed = (*passed, f"not row {place + 1}: {verdict.explain()}")
        return Picked(None, None, passed)

    def lint(self, path: str, known: frozenset[str]) -> tuple[Problem, ...]:
        """What is wrong with the table, whatever the facts: unknown facts, rows that can never be reached."""
        found: list[Problem] = []
        for place, row in enumerate(self.rows):
            here = f"{path}[{place}]"
            found.extend(
                Problem(f"{here}.when", f"asks for the unknown fact {name!r}", "unknown_fact")
                for name in sorted(row.when.names() - known)
            )
            earlier = [other for other, above in enumerate(self.rows[:place]) if above.when in (ALWAYS, row.when)]
            if earlier:
                reason = f"can never be reached: row {earlier[0] + 1} takes every such ticket before it"
                found.append(Problem(here, reason, "unreachable"))
        return tuple(found)
