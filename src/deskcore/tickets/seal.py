"""Statuses that are final, for everybody or for some, and what is still accepted there.

Not here: the phases closed and cancelled as such, which only keep ``Lifecycle.final_accepts``.

Layer: tickets. Imports _value and log only.
"""

from __future__ import annotations

from typing import final

import attrs

from deskcore._lasting import lasting
from deskcore._value import named
from deskcore.log import Role


@final
@attrs.frozen
@lasting
class Seal:
    """A status that is final: no move, no assignment and no change of a field, whatever the table says.

    ``roles`` empty binds everybody, and messages are still recorded, without any reply rule; with ``roles`` it binds
    those alone, and their messages are refused too. ``accepts`` are types of commands that are taken all the same,
    ``fields`` the custom fields that may be set.

    >>> Seal("Closed", frozenset({"requester"})).binds("agent")
    False
    """

    status: str = attrs.field(validator=named)
    roles: frozenset[Role] = frozenset()
    accepts: frozenset[str] = attrs.field(default=frozenset(), kw_only=True)
    fields: frozenset[str] = attrs.field(default=frozenset(), kw_only=True)

    def binds(self, role: Role) -> bool:
        """Whether the status is final for somebody of a role."""
        return not self.roles or role in self.roles
