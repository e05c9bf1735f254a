"""When somebody is not there, known beforehand: holidays, illness, training, and who stands in meanwhile.

Not here: who is signed on just now (``presence``), which people say themselves as it happens.

Layer: staff. Imports its own room.
"""

from __future__ import annotations

from typing import final

import attrs

from deskcore._value import instance_of_kind, to_us
from deskcore.staff.overrides import Window
from deskcore.staff.validity import when


@final
@attrs.frozen
class Absence(Window):
    """A stretch of time in which somebody is not there: ``start`` is included, ``end`` is not.

    ``end=None`` is until further notice; ``kind`` is a word for people (``"holiday"``, ``"sick"``). Escalations that
    would address the absent person go to ``stand_in``, an agent's id. A stand-in who is absent too is nobody: what
    stands in is not stood in for. Routing gives the absent person no new ticket, the stand-in none on their account.

    >>> from datetime import UTC, datetime
    >>> print(Absence(datetime(2026, 7, 6, tzinfo=UTC), datetime(2026, 7, 27, tzinfo=UTC), "holiday", "mia"))
    absent until 2026-07-27 00:00+00:00 (holiday)

    Raises:
        InvalidValue: a naive instant, or an end before the start.
    """

    kind: str = attrs.field(default="", validator=instance_of_kind(str, "must be a word such as 'holiday'"))
    stand_in: str | None = attrs.field(
        default=None, validator=instance_of_kind(str | None, "must be the id of an agent, or None")
    )

    def __str__(self) -> str:
        end = "until further notice" if self.end is None else f"until {when(self.end)}"
        return f"absent {end} ({self.kind})" if self.kind else f"absent {end}"


def running(absences: tuple[Absence, ...], instant: int) -> Absence | None:
    """The absence that holds at an instant, in microseconds of UTC; of several the one that lasts longest."""
    found: Absence | None = None
    for one in absences:
        if one.holds_us(instant) and (found is None or _lasts_longer(one, found)):
            found = one
    return found


def _lasts_longer(one: Absence, other: Absence) -> bool:
    return other.end is not None and (one.end is None or to_us(one.end) > to_us(other.end))


def next_edge(absences: tuple[Absence, ...], instant: int) -> int | None:
    """The first instant strictly after one at which any of them begins or ends, in microseconds of UTC."""
    return min((edge for one in absences for edge in one.bounds_us() if edge > instant), default=None)
