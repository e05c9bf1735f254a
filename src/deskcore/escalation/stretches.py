"""What holds a case's escalation back as things stand, as stretches of time: acknowledged, snoozed, quiet.

Not here: the instants at which rungs fire, which take all of it into account (``plans``).

Layer: escalation. Imports tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias, final

import attrs

from deskcore._value import aware, aware_or_none, to_us
from deskcore.escalation.acknowledge import expiry
from deskcore.escalation.gates import Quiet
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import Matrix
from deskcore.tickets.facts import facts as facts_of
from deskcore.tickets.ticket import Ticket

StretchKind: TypeAlias = Literal["acknowledged", "snoozed", "quiet"]


@final
@attrs.frozen
class Stretch:
    """A stretch of time, half-open, ``end`` unknown where nothing ends it by itself; who or what is behind it.

    >>> from datetime import UTC
    >>> Stretch("acknowledged", datetime(2026, 5, 22, 9, tzinfo=UTC), None, "by mia").explain()
    'acknowledged by mia from 2026-05-22 09:00:00+00:00 on'
    """

    kind: StretchKind
    start: datetime = attrs.field(validator=aware)
    end: datetime | None = attrs.field(default=None, validator=aware_or_none)
    why: str = ""

    def explain(self) -> str:
        """What it is, and from when to when."""
        until = "on" if self.end is None else f"until {self.end.isoformat(sep=' ')}"
        said = f"{self.kind} {self.why}".rstrip()
        return f"{said} from {self.start.isoformat(sep=' ')} {until}"

    def to_dict(self) -> dict[str, str | None]:
        """For programs: every field, instants as ISO 8601 text."""
        end = None if self.end is None else self.end.isoformat()
        return {"kind": self.kind, "start": self.start.isoformat(), "end": end, "why": self.why}


def stretches(
    matrix: Matrix | None, ticket: Ticket, ledger: Ledger, quiet: Sequence[Quiet], *, at: datetime
) -> tuple[Stretch, ...]:
    """Those that are not over at ``at``, in the order acknowledged, snoozed, quiet times by their beginning.

    >>> from datetime import UTC
    >>> from deskcore.testing.tickets import NOON, opening
    >>> from deskcore.tickets import replay
    >>> night = Quiet(NOON, NOON.replace(hour=20), why="database upgrade")
    >>> [one.why for one in stretches(None, replay([opening("T-1")]), Ledger(), [night], at=NOON)]
    ['hold: database upgrade']
    """
    found: list[Stretch] = []
    if ledger.acknowledged_at is not None:
        lapse = None if matrix is None else expiry(matrix, ledger, ticket)
        end = None if lapse is None else lapse.at
        found.append(Stretch("acknowledged", ledger.acknowledged_at, end, f"by {ledger.acknowledged_by}"))
    until = ledger.hand.snoozed_until
    if until is not None and to_us(until) > to_us(at):
        found.append(Stretch("snoozed", at, until))
    known = facts_of(ticket)
    ahead = [one for one in quiet if to_us(one.end) > to_us(at) and one.when.test(known)]
    ahead.sort(key=lambda one: to_us(one.start))
    found += [Stretch("quiet", one.start, one.end, ": ".join(filter(None, (one.mode, one.why)))) for one in ahead]
    return tuple(found)
