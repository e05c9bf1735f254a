"""The table that reads a priority off impact and urgency.

Not here: who may override it (``SetPriority``), and what a priority promises (``deskcore.sla``).

Layer: tickets. Imports _value and errors only.
"""

from __future__ import annotations

from typing import final

import attrs

from deskcore._lasting import lasting
from deskcore.errors import InvalidValue


def _rectangular(
    _: object, field: attrs.Attribute[tuple[tuple[str | None, ...], ...]], rows: tuple[tuple[str | None, ...], ...]
) -> None:
    if not rows or not rows[0]:
        raise InvalidValue(field.name, rows, "must hold at least one row of at least one priority")
    if any(len(row) != len(rows[0]) for row in rows):
        raise InvalidValue(field.name, [len(row) for row in rows], "must be rows of the same length")


@final
@attrs.frozen
@lasting
class PriorityTable:
    """One row for each impact, in it one priority for each urgency; both count from 1, the gravest.

    A cell may be ``None``: that pair gives no priority. So does an impact or urgency that is not known or not in the
    table.

    >>> itil = PriorityTable((("p1", "p2", "p3"), ("p2", "p3", "p4"), ("p3", "p4", "p4")))
    >>> itil.priority(1, 2), itil.priority(None, 2)
    ('p2', None)
    """

    rows: tuple[tuple[str | None, ...], ...] = attrs.field(validator=_rectangular)

    def priority(self, impact: int | None, urgency: int | None) -> str | None:
        """The priority for a pair; ``None`` where the table has no answer."""
        if impact is None or urgency is None or not self.covers(impact, urgency):
            return None
        return self.rows[impact - 1][urgency - 1]

    def covers(self, impact: int | None, urgency: int | None) -> bool:
        """Whether both lie in the table; one that is not known counts as lying there."""
        return (impact is None or 1 <= impact <= self.impacts) and (urgency is None or 1 <= urgency <= self.urgencies)

    @property
    def impacts(self) -> int:
        """How many impacts there are: 1 to this."""
        return len(self.rows)

    @property
    def urgencies(self) -> int:
        """How many urgencies there are: 1 to this."""
        return len(self.rows[0])

    @property
    def priorities(self) -> frozenset[str]:
        """Every priority that the table can give."""
        return frozenset(cell for row in self.rows for cell in row if cell is not None)
