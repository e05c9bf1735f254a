"""Named actions: one word for a move together with what it does to the owner and the resolution.

The words of desks whose buttons are verbs (accept, resolve, reassign) rather than statuses.

Layer: tickets. Imports _value and errors only.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._lasting import lasting
from deskcore._value import named
from deskcore.errors import InvalidValue

ActionEffect: TypeAlias = Literal["take", "give", "resolve", "clear"]
"""The actor becomes the assignee; somebody named does; a resolution code is set; it is cleared."""

_EFFECTS: Final = get_args(ActionEffect)


def _known(_: object, field: attrs.Attribute[tuple[ActionEffect, ...]], value: tuple[ActionEffect, ...]) -> None:
    for word in value:
        if word not in _EFFECTS:
            raise InvalidValue(field.name, word, f"must be one of {', '.join(_EFFECTS)}")


@final
@attrs.frozen
@lasting
class Action:
    """From some statuses to one, which may be among them, with effects beside the move.

    The transition table is not asked. Several rows may share a name: the first that starts from the present status
    holds, so that one button may lead to different places.

    >>> Action("accept", ("new", "assigned"), "accepted", effects=("take",)).target
    'accepted'
    """

    name: str = attrs.field(validator=named)
    sources: tuple[str, ...]
    target: str = attrs.field(validator=named)
    permission: str | None = attrs.field(default=None, kw_only=True)
    effects: tuple[ActionEffect, ...] = attrs.field(default=(), kw_only=True, validator=_known)
