"""Who did something: an opaque id, a role, a desk, and what the host says they may do.

Not here: people with skills and shifts (``deskcore.staff``). The role is the one held at that instant; it is written
into every event and never looked up later.

Layer: log. Imports _value and errors only.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._lasting import lasting
from deskcore._value import named
from deskcore.errors import InvalidValue

Role: TypeAlias = Literal["requester", "agent", "partner", "vendor", "admin", "system"]
"""What somebody is to the ticket: asks, works (own house or partner desk), supplies, rules, or is a machine."""

ROLES: tuple[Role, ...] = get_args(Role)
STAFF_ROLES: frozenset[Role] = frozenset({"agent", "partner", "admin"})


def _known_role(_: object, field: attrs.Attribute[Role], value: Role) -> None:
    if value not in ROLES:
        raise InvalidValue(field.name, value, f"must be one of {', '.join(ROLES)}")


@final
@attrs.frozen
@lasting
class Actor:
    """Somebody or something that acts, as known at that instant.

    ``permissions`` are the host's own words; ``"*"`` stands for all of them. ``desk`` is the desk (own house or
    partner) that a member of staff works for, ``None`` where that has no meaning.

    >>> Actor.requester("ann")
    Actor(id='ann', role='requester', desk=None, permissions=frozenset())
    >>> Actor.agent("bo").may("ticket.close")
    True
    """

    id: str = attrs.field(validator=named)
    role: Role = attrs.field(validator=_known_role)
    desk: str | None = None
    permissions: frozenset[str] = frozenset()

    @classmethod
    def requester(cls, id: str) -> Actor:  # noqa: A002 - the field's own name
        """A person who asks for help."""
        return cls(id, "requester")

    @classmethod
    def agent(cls, id: str, *, desk: str | None = None, permissions: frozenset[str] = frozenset({"*"})) -> Actor:  # noqa: A002
        """A person of the own house who works on tickets."""
        return cls(id, "agent", desk, permissions)

    @classmethod
    def partner(cls, id: str, *, desk: str, permissions: frozenset[str] = frozenset()) -> Actor:  # noqa: A002
        """A person of a partner desk."""
        return cls(id, "partner", desk, permissions)

    @classmethod
    def admin(cls, id: str) -> Actor:  # noqa: A002
        """Somebody who may do everything."""
        return cls(id, "admin", None, frozenset({"*"}))

    @classmethod
    def system(cls, id: str = "system") -> Actor:  # noqa: A002
        """A timer, a rule or an import: not a person."""
        return cls(id, "system", None, frozenset({"*"}))

    def may(self, permission: str) -> bool:
        """Whether the host granted ``permission`` to this actor."""
        return "*" in self.permissions or permission in self.permissions

    @property
    def is_staff(self) -> bool:
        """Whether this is a person who works on tickets, in-house or at a partner desk."""
        return self.role in STAFF_ROLES
