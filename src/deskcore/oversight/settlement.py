"""Putting credits together: one recovery an incident, a cap, one rounding; each line explained down to the tickets.

Bonuses stand beside the credits, with a cap and a rounding of their own; ``net`` is what is left of both.

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

    ``bonus`` is what the partner earns, rounded once; ``None`` where no bonus was agreed.

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
    bonuses: tuple[CreditLine, ...] = ()
    bonus: Money | None = None

    @property
    def net(self) -> Money:
        """What the partner gives back, less its bonus; negative when the bonus is the larger one."""
        return self.credit if self.bonus is None else self.credit - self.bonus

    @property
    def tickets(self) -> tuple[str, ...]:
        """Every ticket behind a recovered line, sorted."""
        return tuple(sorted({ticket for line in self.recovered for ticket in line.tickets}))

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
        if self.bonus is not None:
            lines += [f"bonus {self.bonus}", *(f"  {line.explain()}" for line in self.bonuses), f"net {self.net}"]
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
            "bonus": None if self.bonus is None else f"{self.bonus.amount:f}",
            "bonuses": [line.to_dict() for line in self.bonuses],
            "net": f"{self.net.amount:f}",
        }


def settle(
    lines: Iterable[CreditLine],
    currency: str,
    *,
    cap: Money | None = None,
    mode: Rounding = "half_up",
    bonuses: Iterable[CreditLine] | None = None,
    bonus_cap: Money | None = None,
) -> Settlement:
    """Put credit lines together: the largest for each incident (the first of equals), then the cap, then one rounding.

    ``bonuses`` are added up, capped and rounded for themselves.

    >>> earned = [CreditLine("csat", Money.of("100.005", "EUR"))]
    >>> lost = [CreditLine("resolution", Money.of("400.00", "EUR"))]
    >>> print(settle(lost, "EUR", bonuses=earned).explain())
    credit 400.00 EUR
      resolution: 400.00 EUR
    bonus 100.01 EUR
      csat: 100.005 EUR
    net 299.99 EUR

    Raises:
        InvalidValue: lines or caps of another currency, or a negative cap.
    """
    held = tuple(lines)
    best: dict[str, CreditLine] = {}
    for line in held:
        if line.incident is not None and (line.incident not in best or best[line.incident].exact < line.exact):
            best[line.incident] = line
    recovered = tuple(line for line in held if line.incident is None or best[line.incident] is line)
    dropped = tuple(line for line in held if line.incident is not None and best[line.incident] is not line)
    uncapped, credit, is_capped = _summed(recovered, currency, cap, mode)
    if bonuses is None:
        return Settlement(recovered, dropped, uncapped, credit, is_capped)
    earned = tuple(bonuses)
    _, bonus, _ = _summed(earned, currency, bonus_cap, mode)
    return Settlement(recovered, dropped, uncapped, credit, is_capped, earned, bonus)


def _summed(lines: Iterable[CreditLine], currency: str, cap: Money | None, mode: Rounding) -> tuple[Money, Money, bool]:
    """The sum before and after the cap, each rounded once, and whether the cap held."""
    if cap is not None and cap.amount < 0:
        raise InvalidValue("cap", cap.amount, "must not be negative")
    exact = Money(_NOTHING, currency)
    for line in lines:
        exact += line.exact
    is_capped = cap is not None and cap < exact
    kept = cap if cap is not None and is_capped else exact
    return exact.rounded(2, mode), kept.rounded(2, mode), is_capped
