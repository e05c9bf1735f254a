"""Look-ups that a lifecycle keeps beside its rows: statuses by name, first of a phase, the row for a move.

Layer: tickets. Imports the nouns only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from deskcore.tickets.field_spec import FieldSpec
from deskcore.tickets.seal import Seal
from deskcore.tickets.status import Phase, Status
from deskcore.tickets.transition import ANY, Transition

if TYPE_CHECKING:
    from deskcore.tickets.decided import Decided


@final
class Index:
    """Derived from the rows alone, so it takes no part in equality, hash or pickle."""

    __slots__ = ("_rows", "fields", "firsts", "plain", "seals", "statuses")

    def __init__(
        self,
        statuses: tuple[Status, ...],
        transitions: tuple[Transition, ...],
        seals: tuple[Seal, ...],
        fields: tuple[FieldSpec, ...],
    ) -> None:
        self.fields: dict[str, FieldSpec] = {spec.name: spec for spec in fields}
        self.plain: dict[tuple[str, str, str], Decided | None] = {}
        self.seals: dict[str, Seal] = {seal.status: seal for seal in seals}
        self.statuses: dict[str, Status] = {status.name: status for status in statuses}
        self.firsts: dict[Phase, Status] = {}
        for status in statuses:
            self.firsts.setdefault(status.phase, status)
        self._rows = {(row.source, row.target): row for row in transitions}

    def transition(self, source: str, target: str) -> Transition | None:
        """The most specific row: exact, any to target, from source to any, any to any."""
        rows = self._rows
        return rows.get((source, target)) or rows.get((ANY, target)) or rows.get((source, ANY)) or rows.get((ANY, ANY))
