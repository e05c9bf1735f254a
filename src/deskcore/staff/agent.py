"""A person who works on tickets, in the own house or at a partner desk.

Not here: whether they are present just now (``presence``) and what they hold (``deskcore.routing``).

Layer: staff.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final, final

import attrs

from deskcore._value import FrozenDict, named, not_negative
from deskcore.errors import InvalidValue
from deskcore.staff.skills import Levels, are_levels, levels

HOUSE: Final = "house"
"""The id of the own desk. Every other desk is a partner's."""


def _a_tier(_: object, field: attrs.Attribute[int], value: int) -> None:
    if value < 1:
        raise InvalidValue(field.name, value, "must be at least 1, the first tier")


def _a_price(_: object, field: attrs.Attribute[Decimal | None], value: Decimal | None) -> None:
    if value is not None and not (value.is_finite() and value >= 0):
        raise InvalidValue(field.name, value, "must be a finite amount of money, zero or more")


@final
@attrs.frozen
class Agent:
    """Somebody who can be given tickets. The ``id`` is opaque; the rest is what routing and escalation ask about.

    ``capacity`` is in units of work; a ticket takes one unit unless it says otherwise. ``calendar`` names the working
    hours: outside them the agent is off shift and gets nothing; ``None`` means on shift whenever present.
    ``signs_on_by_shift`` is for hosts without a presence system: such an agent is signed on when a shift starts and off
    when it ends. ``clearances`` are the classes of data the agent may see, ``cost`` what one contact costs in-house.

    >>> bo = Agent("bo", skills=["vpn"], languages=("nl", "en"), team="first line")
    >>> bo.level("vpn"), bo.level("billing"), bo.desk
    (1, 0, 'house')

    Raises:
        InvalidValue: an empty id, a tier below 1, a negative capacity, a level below 1.
    """

    id: str = attrs.field(validator=named)
    name: str = attrs.field(default="", kw_only=True)
    team: str | None = attrs.field(default=None, kw_only=True)
    desk: str = attrs.field(default=HOUSE, kw_only=True, validator=named)
    skills: Levels = attrs.field(factory=FrozenDict[int], kw_only=True, converter=levels, validator=are_levels)
    languages: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    tier: int = attrs.field(default=1, kw_only=True, validator=_a_tier)
    capacity: int = attrs.field(default=3, kw_only=True, validator=not_negative)
    calendar: str | None = attrs.field(default=None, kw_only=True)
    signs_on_by_shift: bool = attrs.field(default=False, kw_only=True)
    manager: str | None = attrs.field(default=None, kw_only=True)
    clearances: frozenset[str] = attrs.field(default=frozenset(), kw_only=True)
    cost: Decimal | None = attrs.field(default=None, kw_only=True, validator=_a_price)
    tz: str | None = attrs.field(default=None, kw_only=True)

    @property
    def called(self) -> str:
        """The name for people; the id where none was given.

        >>> Agent("bo").called, Agent("bo", name="Bo Jansen").called
        ('bo', 'Bo Jansen')
        """
        return self.name or self.id

    def level(self, skill: str) -> int:
        """The level at which the agent holds a skill, 0 where they do not."""
        return self.skills.get(skill, 0)

    def speaks(self, language: str) -> bool:
        """Whether the agent speaks a language.

        >>> Agent("bo", languages=("nl",)).speaks("en")
        False
        """
        return language in self.languages
