"""The answer to a KPI: a value with everything needed to trust it.

Layer: oversight.
"""

from __future__ import annotations

from collections import Counter
from typing import Literal, TypeAlias, final

import attrs

Unit: TypeAlias = Literal["share", "per_ticket", "seconds", "tickets", "per_head", "score", "money"]
"""``share``: 0..1; ``per_ticket``: events for each ticket; ``seconds``: an amount of time; ``tickets``: a count;
``per_head``: for each person a year; ``score``: points on a scale; ``money``: of the currency the definition names."""


@final
@attrs.frozen(order=True)
class Excluded:
    """A ticket that was left out, and why.

    >>> Excluded("T-1", "still open").reason
    'still open'
    """

    id: str
    reason: str


@final
@attrs.frozen
class KpiValue:
    """A value with its numerator, denominator, what was left out and why, and the definition it follows.

    ``value`` is ``None`` when there is nothing to divide or to rank, never 0 or 100 %; ``reason`` then says so. For an
    amount of time the numerator is the sum in seconds and the denominator the number of amounts. ``excluded`` is
    sorted by id.

    >>> print(KpiValue("reopens", None, 0, 0, (), "reopened / resolved", "share", "no ticket was resolved").explain())
    reopens: no value, because no ticket was resolved (reopened / resolved)
    """

    name: str
    value: float | None
    numerator: float
    denominator: float
    excluded: tuple[Excluded, ...]
    definition: str
    unit: Unit = "share"
    reason: str = ""

    @property
    def excluded_ids(self) -> tuple[str, ...]:
        """The ids of what was left out."""
        return tuple(one.id for one in self.excluded)

    def explain(self) -> str:
        """One sentence: the value, how it came about, what was left out, and the definition."""
        left_out = Counter(one.reason for one in self.excluded)
        aside = ", ".join(f"{count} {reason}" for reason, count in sorted(left_out.items()))
        tail = f"; left out: {aside}" if aside else ""
        if self.value is None:
            return f"{self.name}: no value, because {self.reason} ({self.definition}){tail}"
        return f"{self.name}: {self.shown} ({self._sum}; {self.definition}){tail}"

    @property
    def shown(self) -> str:
        """The value for people: a percentage, an amount of time, or a number; a dash for no value."""
        if self.value is None:
            return "-"
        if self.unit == "share":
            return f"{self.value * 100:.1f} %"
        if self.unit == "seconds":
            return spoken(self.value)
        if self.unit == "per_head":
            return f"{self.value * 100:.1f} % a year"
        return f"{self.value:,.0f}" if self.unit == "tickets" else f"{self.value:,.2f}"

    @property
    def made_of(self) -> str:
        """Numerator and denominator for a table; of an amount of time only how many there were.

        >>> KpiValue("reopens", 0.25, 1, 4, (), "reopened / resolved").made_of
        '1 / 4'
        """
        if self.unit == "seconds":
            return f"over {self.denominator:,.0f}"
        return f"{_plain(self.numerator)} / {_plain(self.denominator)}"

    @property
    def _sum(self) -> str:
        if self.unit == "seconds":
            return f"over {self.denominator:,.0f}"
        if self.unit == "tickets":
            return f"of {self.denominator:,.0f}"
        if self.unit == "money":
            return f"{self.numerator:,.2f} over {self.denominator:,.0f}"
        return f"{_plain(self.numerator)} of {_plain(self.denominator)}"

    def left_out(self) -> str:
        """What was left out, a line a reason, with every id.

        >>> print(KpiValue("overflow", None, 0, 0, (Excluded("T-2", "at no desk"),), "elsewhere / all").left_out())
        at no desk (1): T-2
        """
        by_reason: dict[str, list[str]] = {}
        for one in self.excluded:
            by_reason.setdefault(one.reason, []).append(one.id)
        return "\n".join(f"{reason} ({len(ids):,}): {', '.join(ids)}" for reason, ids in sorted(by_reason.items()))

    def to_dict(self) -> dict[str, object]:
        """For programs: every field by name; ``excluded`` as objects of id and reason."""
        return {
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "excluded": [{"id": one.id, "reason": one.reason} for one in self.excluded],
            "definition": self.definition,
            "reason": self.reason,
        }


def _plain(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:,.2f}"


def spoken(seconds: float) -> str:
    """An amount of time for people, rounded.

    >>> spoken(30), spoken(3600), spoken(6 * 3600), spoken(5 * 86_400)
    ('30 s', '60 min', '6.0 h', '5.0 d')
    """
    minutes = seconds / 60
    if minutes < 1:
        return f"{seconds:.0f} s"
    if minutes < 90:  # noqa: PLR2004 - an hour and a half reads better in minutes
        return f"{minutes:.0f} min"
    hours = minutes / 60
    return f"{hours:.1f} h" if hours < 72 else f"{hours / 24:.1f} d"  # noqa: PLR2004 - and three days in hours
