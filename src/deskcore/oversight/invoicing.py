"""From tickets to lines of an invoice: a figure measured, a rule asked, and the tickets named that it hangs on.

Not here: the rules (``credits``, ``bonuses``), putting lines together (``settlement``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Final

from deskcore.errors import InvalidValue
from deskcore.oversight.bonuses import BonusRule
from deskcore.oversight.credits import CreditRule
from deskcore.oversight.definition import Counted, Kpi
from deskcore.oversight.money import Money, rounded
from deskcore.oversight.outcome import TicketOutcome
from deskcore.oversight.settlement import CreditLine
from deskcore.oversight.tally import measure
from deskcore.oversight.value import KpiValue

_EXACT: Final = Context(prec=100)


def percentage(value: KpiValue, *, places: int | None = None) -> Decimal | None:
    """A share as a percentage, from its numerator and denominator; ``places`` rounds it half up first, as some contracts do.

    >>> percentage(KpiValue("met", 0.875, 7, 8, (), "met / all"))
    Decimal('87.5')
    >>> percentage(KpiValue("met", 2 / 3, 2, 3, (), "met / all"), places=2)
    Decimal('66.67')

    Raises:
        InvalidValue: the figure is no share.
    """  # noqa: E501 - the first line says it whole
    if value.unit != "share":
        raise InvalidValue("value", value.name, f"must be a share, not {value.unit}")
    if value.value is None:
        return None
    exact = _EXACT.divide(Decimal(str(value.numerator)) * 100, Decimal(str(value.denominator)))
    return exact.normalize(_EXACT) if places is None else rounded(exact, places)


def missing(kpi: Kpi, outcomes: Iterable[TicketOutcome]) -> tuple[str, ...]:
    """The tickets that keep a share from being whole, sorted by id.

    >>> from deskcore.oversight.kpi import Attainment
    >>> missing(Attainment("resolution"), [])
    ()
    """
    counted = ((one.id, kpi.count(one)) for one in outcomes)
    return tuple(sorted(id_ for id_, one in counted if isinstance(one, Counted) and one.numerator < one.denominator))


def credit_line(
    kpi: Kpi,
    outcomes: Iterable[TicketOutcome],
    rule: CreditRule,
    charges: Money,
    *,
    incident: str | None = None,
    places: int | None = None,
) -> CreditLine:
    """What a promise's attainment costs the partner, with the tickets that missed it.

    ``kpi`` is a share of which more is better; the rule is asked about its percentage. A share of nothing costs
    nothing, and says so.

    >>> from deskcore.oversight.credits import FullPointCredit
    >>> from deskcore.oversight.kpi import Attainment
    >>> rule = FullPointCredit(Decimal(95), Decimal(2))
    >>> print(credit_line(Attainment("resolution"), [], rule, Money.of("10000.00", "EUR")).explain())
    attainment.resolution: 0 EUR, because no value: no ticket counts

    Raises:
        InvalidValue: the figure is no share, negative charges, or a rule for which less is better.
    """
    if not rule.more_is_better:
        raise InvalidValue("rule", type(rule).__name__, "must be one for which more is better, as a share is")
    held = tuple(outcomes)
    value = measure(held, [kpi]).value(kpi.name)
    measured = percentage(value, places=places)
    if measured is None:
        return CreditLine(kpi.name, Money(Decimal(0), charges.currency), f"no value: {value.reason}", incident=incident)
    credit = rule.credit(charges, measured)
    why = f"{credit.because}: {value.numerator:,.0f} of {value.denominator:,.0f}, {credit.percent:f} % of {charges}"
    tickets = missing(kpi, held) if credit.exact.amount else ()
    return CreditLine(kpi.name, credit.exact, why, tickets, incident)


def bonus_line(
    kpi: Kpi, outcomes: Iterable[TicketOutcome], rule: BonusRule, charges: Money, *, places: int | None = None
) -> CreditLine:
    """What a share more than kept earns the partner.

    >>> from deskcore.oversight.bonuses import FixedBonus
    >>> from deskcore.oversight.kpi import Attainment
    >>> earned = bonus_line(Attainment("resolution"), [], FixedBonus(Decimal(99), Decimal(1)), Money.of("10.00", "EUR"))
    >>> earned.exact.amount
    Decimal('0')

    Raises:
        InvalidValue: the figure is no share, or negative charges.
    """
    value = measure(outcomes, [kpi]).value(kpi.name)
    measured = percentage(value, places=places)
    if measured is None:
        return CreditLine(kpi.name, Money(Decimal(0), charges.currency), f"no value: {value.reason}")
    bonus = rule.bonus(charges, measured)
    return CreditLine(kpi.name, bonus.exact, f"{bonus.because}: {value.numerator:,.0f} of {value.denominator:,.0f}")


def penalty_line(
    kpi: Kpi, outcomes: Iterable[TicketOutcome], each: Money, *, incident: str | None = None
) -> CreditLine:
    """A fixed penalty for each ticket that missed a promise.

    >>> from deskcore.oversight.kpi import Attainment
    >>> str(penalty_line(Attainment("resolution"), [], Money.of("25.00", "EUR")).exact)
    '0.00 EUR'

    Raises:
        InvalidValue: a negative penalty.
    """
    tickets = missing(kpi, outcomes)
    because = f"{len(tickets):,} tickets at {each}"
    return CreditLine(kpi.name, each.times(Decimal(len(tickets))), because, tickets, incident)
