"""A partner desk: another organisation that takes tickets under a contract.

A desk of its own, with or without people known by name: agents whose ``desk`` is the partner's id are its named agents.

Layer: staff.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import final

import attrs

from deskcore._lasting import pickled
from deskcore._value import FrozenDict, are_names, as_names, instance_of_kind, named, require_kind
from deskcore.errors import InvalidValue
from deskcore.hours import ElapsedDuration
from deskcore.staff.agent import HOUSE, a_share, unpickled_with_grants
from deskcore.staff.scope import Scope
from deskcore.staff.skills import Levels, are_levels, levels
from deskcore.staff.validity import ALWAYS, Grants, Validity, are_grants, grants, holds


def _not_the_house(_: object, field: attrs.Attribute[str], value: str) -> None:
    if value == HOUSE:
        raise InvalidValue(field.name, value, "must differ from the own desk's id")


def _capacity(_: object, field: attrs.Attribute[int | None], value: int | None) -> None:
    if value is not None and value < 0:
        raise InvalidValue(field.name, value, "must not be negative; None means elastic")


def _price(_: object, field: attrs.Attribute[Decimal | None], value: Decimal | None) -> None:
    money: object = value
    if money is not None and not (isinstance(money, Decimal) and money.is_finite() and money >= 0):
        raise InvalidValue(field.name, value, "must be a finite amount of money as a Decimal, zero or more")


def _notice(_: object, field: attrs.Attribute[ElapsedDuration | None], value: object) -> None:
    if value is not None:
        require_kind(field.name, value, ElapsedDuration, "must be an amount of elapsed time, or None")
        assert isinstance(value, ElapsedDuration)
        if value.microseconds < 0:
            raise InvalidValue(field.name, value, "must not be negative")


@final
@attrs.frozen
class Partner:
    """A partner desk and its contract: what it takes, when it is open, how much at once, at what price.

    ``calendar`` names its hours (``None``: always open). ``capacity`` is in units of work held at once by the desk as a
    whole, ``None`` where it is elastic. ``price`` is for one contact, in ``currency``. ``clearances`` are the classes
    of data that it may see, ``agreements`` what it has signed, for its people too: names, or a mapping of names to a
    ``Validity``. ``contract`` is from when until when the contract runs: outside it nothing is handed to it.

    ``contact`` is the person escalations reach: any id or address the host can notify. Without a scope nothing is ever
    handed to it. ``notice`` is how long before the desk has more room than its standing ``capacity`` when it is asked
    for some (``None``: never). ``resolves`` is the share of contacts that it resolves, above 0 and at most 1: price /
    resolves is what one resolution costs.

    >>> manila = Partner("manila", scope=Scope.everything(max_tier=1), calendar="manila", languages=("en",))
    >>> manila.is_elastic, manila.called
    (True, 'manila')

    Raises:
        InvalidValue: an empty id or the own house's, a negative capacity or price.
    """

    id: str = attrs.field(validator=[named, _not_the_house])
    name: str = attrs.field(default="", kw_only=True)
    scope: Scope = attrs.field(factory=Scope, kw_only=True)
    calendar: str | None = attrs.field(default=None, kw_only=True)
    capacity: int | None = attrs.field(default=None, kw_only=True, validator=_capacity)
    price: Decimal | None = attrs.field(default=None, kw_only=True, validator=_price)
    currency: str | None = attrs.field(default=None, kw_only=True)
    languages: tuple[str, ...] = attrs.field(default=(), kw_only=True, converter=as_names, validator=are_names)
    skills: Levels = attrs.field(factory=FrozenDict[int], kw_only=True, converter=levels, validator=are_levels)
    clearances: Grants = attrs.field(factory=FrozenDict[Validity], kw_only=True, converter=grants, validator=are_grants)
    contact: str | None = attrs.field(default=None, kw_only=True)
    notice: ElapsedDuration | None = attrs.field(default=None, kw_only=True, validator=_notice)
    resolves: Decimal | None = attrs.field(default=None, kw_only=True, validator=a_share)
    agreements: Grants = attrs.field(factory=FrozenDict[Validity], kw_only=True, converter=grants, validator=are_grants)
    contract: Validity = attrs.field(
        default=ALWAYS, kw_only=True, validator=instance_of_kind(Validity, "must be a Validity, from when until when")
    )

    def __getstate__(self) -> dict[str, object]:
        return pickled(self)

    def __setstate__(self, state: Mapping[str, object]) -> None:
        unpickled_with_grants(self, state, "clearances")

    @property
    def called(self) -> str:
        """The name for people; the id where none was given."""
        return self.name or self.id

    @property
    def is_elastic(self) -> bool:
        """Whether no number of units fills it."""
        return self.capacity is None

    def is_cleared(self, data_class: str, *, at: datetime) -> bool:
        """Whether the desk may see a class of data at an instant: from the start of its clearance, not at its end.

        Raises:
            InvalidValue: ``at`` is naive.
        """
        return holds(self.clearances, data_class, at)

    def has_signed(self, agreement: str, *, at: datetime) -> bool:
        """Whether what the desk has signed binds it at an instant: from its start on, not at its end.

        >>> Partner("manila", agreements=["nda"]).has_signed("nda", at=datetime.fromisoformat("2026-05-22T12:00Z"))
        True

        Raises:
            InvalidValue: ``at`` is naive.
        """
        return holds(self.agreements, agreement, at)
