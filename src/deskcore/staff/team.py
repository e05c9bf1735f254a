"""A group of agents with a lead and a tier.

Layer: staff.
"""

from __future__ import annotations

from typing import final

import attrs

from deskcore._lasting import lasting
from deskcore._value import named
from deskcore.errors import InvalidValue
from deskcore.staff.agent import HOUSE


def _a_tier(_: object, field: attrs.Attribute[int], value: int) -> None:
    if value < 1:
        raise InvalidValue(field.name, value, "must be at least 1, the first tier")


@final
@attrs.frozen
@lasting
class Team:
    """A team of one desk. Who belongs to it is said by each agent's ``team``; ``lead`` is an agent's id.

    >>> Team("network", lead="mia", tier=2).desk
    'house'
    """

    id: str = attrs.field(validator=named)
    name: str = attrs.field(default="", kw_only=True)
    desk: str = attrs.field(default=HOUSE, kw_only=True, validator=named)
    lead: str | None = attrs.field(default=None, kw_only=True)
    tier: int = attrs.field(default=1, kw_only=True, validator=_a_tier)

    @property
    def called(self) -> str:
        """The name for people; the id where none was given."""
        return self.name or self.id
