"""Statuses: the host's own words inside six fixed phases.

Behaviour hangs on the phase, and on whom a waiting status waits for; never on a status's name.

Layer: tickets.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._lasting import lasting
from deskcore._value import named
from deskcore.errors import InvalidValue

Phase: TypeAlias = Literal["new", "active", "waiting", "resolved", "closed", "cancelled"]
PHASES: tuple[Phase, ...] = get_args(Phase)
OPEN_PHASES: frozenset[Phase] = frozenset({"new", "active", "waiting"})
"""Phases in which work is owed."""

WaitsFor: TypeAlias = Literal["requester", "vendor", "partner", "internal"]
WAITS_FOR: tuple[WaitsFor, ...] = get_args(WaitsFor)


def _known_phase(_: object, field: attrs.Attribute[Phase], value: Phase) -> None:
    if value not in PHASES:
        raise InvalidValue(field.name, value, f"must be one of {', '.join(PHASES)}")


@final
@attrs.frozen
@lasting
class Status:
    """One status of a lifecycle: its name, its phase and, when waiting, for whom.

    A status's meaning travels with every event that enters it, so that a log is read without its lifecycle.

    >>> Status("awaiting caller", "waiting", waits_for="requester").is_open
    True
    """

    name: str = attrs.field(validator=named)
    phase: Phase = attrs.field(validator=_known_phase)
    waits_for: WaitsFor | None = None

    def __attrs_post_init__(self) -> None:
        if self.waits_for is not None and self.waits_for not in WAITS_FOR:
            raise InvalidValue("waits_for", self.waits_for, f"must be one of {', '.join(WAITS_FOR)}")
        if self.waits_for is not None and self.phase != "waiting":
            raise InvalidValue(
                "waits_for", self.waits_for, f"belongs to a waiting status; {self.name!r} is {self.phase}"
            )

    @property
    def is_open(self) -> bool:
        """Whether work is still owed: new, active or waiting."""
        return self.phase in OPEN_PHASES
