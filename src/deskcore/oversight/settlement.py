"""Putting credits together: one recovery an incident, a cap, one rounding; each line explained down to the tickets.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Final, final

import attrs

from deskcore._value import named
from deskcore.errors import InvalidValue
from deskcore.oversight.money import Money, Rounding

_NOTHING: Final = Decimal(0)


@final
@attrs.frozen
class CreditLine:
    """One line of an invoice of credits: for which promise, how much exactly, and why, down to the tickets.

    ``incident`` is what several promises may have missed together; only the largest of its lines is recovered.

    >>> CreditLine("resolution", Money.of("12.345", "EUR"), "3 full points", ("T-1",)).explain()
    'resolution: 12.345 EUR, because 3 full points; tickets T-1'
    """

    promise: str = attrs.field(validator=named)
    exact: Money
    because: str = ""
    tickets: tuple[str, ...] = ()
    incident: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.exact.amount < 0:
            raise InvalidValue("exact", self.exact.amount, "must not be negative")

    def explain(self) -> str:
        """The line as a sentence."""
        tickets = f"; tickets {', '.join(self.tickets)}" if self.tickets else ""
        because = f", because {self.because}" if self.because else ""
        return f"{self.promise}: {self.exact}{because}{tickets}"

    def to_dict(self) -> dict[str, object]:
        """For programs: the amount as text."""
        return {
            "promise": self.promise,
            "exact": f"{self.exact.amount:f}",
            "currency": self.exact.currency,
            "because": self.because,
            "tickets": list(self.tickets),
            "incident": self.incident,
        }


@final
@attrs.frozen
class Settlement:
    """The credits of a period: what was recovered, what was not and why, and the amount rounded once.

    >>> lines = [
    ...     CreditLine("response", Money.of("750.00", "EUR"), incident="INC-7"),
    ...     CreditLine("resolution", Money.of("1200.00", "EUR"), incident="INC-7"),
    ... ]
    >>> print(settle(lines, "EUR", cap=Money.of("1000.00", "EUR")).explain())
    credit 1,000.00 EUR (capped; uncapped 1,200.00 EUR)
      resolution: 1,200.00 EUR
      not recovered: response: 750.00 EUR (incident INC-7 is recovered once, by resolution)
    """

    recovered: tuple[CreditLine, ...]
    dropped: tuple[CreditLine, ...]
    uncapped: Money
    credit: Money
    is_capped: bool

    def explain(self) -> str:
        """The sum and its lines."""
        capped = f" (capped; uncapped {self.uncapped})" if self.is_capped else ""
        chosen = {line.incident: line.promise for line in self.recovered}
        lines = [f"credit {self.credit}{capped}", *(f"  {line.explain()}" for line in self.recovered)]
        lines += [
            f"  not recovered: {line.explain()} "
            f"(incident {line.incident} is recovered once, by {chosen.get(line.incident)})"
            for line in self.dropped
        ]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, object]:
        """For programs."""
        return {
            "credit": f"{self.credit.amount:f}",
            "uncapped": f"{self.uncapped.amount:f}",
            "currency": self.credit.currency,
            "is_capped": self.is_capped,
            "recovered": [line.to_dict() for line in self.recovered],
            "dropped": [line.to_dict() for line in self.dropped],
        }


def settle(
    lines: Iterable[CreditLine], currency: str, *, cap: Money | None = None, mode: Rounding = "half_up"
) -> Settlement:
    """Put credit lines together: the largest for each incident (the first of equals), then the cap, then one rounding.

    Raises:
        InvalidValue: lines or cap of another currency, or a negative cap.
    """
    if cap is not None and cap.amount < 0:
        raise InvalidValue("cap", cap.amount, "must not be negative")
    held = tuple(lines)
    best: dict[str, CreditLine] = {}
    for line in held:
        if line.incident is not None and (line.incident not in best or best[line.incident].exact < line.exact):
            best[line.incident] = line
    recovered = tuple(line for line in held if line.incident is None or best[line.incident] is line)
    dropped = tuple(line for line in held if line.incident is not None and best[line.incident] is not line)
    exact = Money(_NOTHING, currency)
    for line in recovered:
        exact += line.exact
    is_capped = cap is not None and cap < exact
    credit = cap if cap is not None and is_capped else exact
    return Settlement(recovered, dropped, exact.rounded(2, mode), credit.rounded(2, mode), is_capped)
