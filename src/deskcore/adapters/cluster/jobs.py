"""What can be found out about years of logs: figures, the difference another agreement would make, a replay.

A job is a frozen value with three functions. ``join`` is associative and ``begin()`` its neutral element, so that
findings may be added up in chunks of any size.

Layer: adapters.
"""

from __future__ import annotations

import abc
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Generic, TypeVar, final

import attrs

from deskcore._value import FrozenDict, aware, not_negative
from deskcore.desk import FLOOR_STREAM, Desk
from deskcore.log import EventLog
from deskcore.oversight import Kpi, Tally, outcome
from deskcore.render import DigestTally
from deskcore.sla import cycles
from deskcore.sla.foresight import SlaDiff, what_if
from deskcore.tickets import Refusal

R = TypeVar("R")

_NONE: Final = "none"


@attrs.frozen
class Job(abc.ABC, Generic[R]):
    """What to find out about each log, and how findings add up. A host may write its own: a frozen, picklable class.

    ``desk`` is the desk that the logs are read for; a worker keeps it, so that calendars are compiled once.
    """

    desk: Desk

    @abc.abstractmethod
    def begin(self) -> R:
        """What is found out from no log at all."""

    @abc.abstractmethod
    def add(self, found: R, log: EventLog) -> R:
        """The findings after one more log; may change ``found`` and answer it."""

    @abc.abstractmethod
    def join(self, left: R, right: R) -> R:
        """Two findings as one, the earlier logs' on the left; may change ``left`` and answer it."""


@final
@attrs.frozen
class Kpis(Job[Tally]):
    """Every figure of oversight as of ``at``, added up to a ``Tally``. The floor's stream is passed over.

    Args:
        desk: lifecycles, agreement and calendars.
        at: the instant as of which each ticket is counted. What lies after it is left out, a ticket opened after it
            whole. Aware.
        kpis: the figures, by default the standard ones.
        by: the dimensions to break them down by.
    """

    at: datetime = attrs.field(validator=aware)
    kpis: tuple[Kpi, ...] | None = None
    by: tuple[str, ...] = ()

    def begin(self) -> Tally:
        """A tally of nothing."""
        return Tally(self.kpis, by=self.by)

    def add(self, found: Tally, log: EventLog) -> Tally:
        """Count one ticket."""
        known = log.until(self.at)
        if known and log.stream != FLOOR_STREAM:
            case = self.desk.case(known)
            clocks = cycles(case.sla, self.desk.configuration.sla, at=self.at)
            found.add(outcome(case.ticket, clocks, at=self.at, log=known))
        return found

    def join(self, left: Tally, right: Tally) -> Tally:
        """Both tallies in one."""
        left.merge(right)
        return left


@final
@attrs.frozen
class WhatIfFound:
    """How many tickets another agreement would treat differently, and how.

    ``moves`` counts clocks by metric and state, before and after: ``"resolution: met -> breached"``. ``examples`` are
    the first tickets that change, in the order of the logs.
    """

    tickets: int = 0
    changed: int = 0
    moves: FrozenDict[int] = attrs.field(factory=FrozenDict[int])
    examples: tuple[SlaDiff, ...] = ()

    def explain(self) -> str:
        """The counts in a line each."""
        head = f"{self.changed:,} of {self.tickets:,} tickets change"
        return "\n".join([head, *(f"  {count:,} x {move}" for move, count in self.moves.items())])

    def to_dict(self) -> dict[str, object]:
        """For programs: the counts, and the changes of each example by ticket."""
        examples = {diff.ticket: [change.to_dict() for change in diff.changes] for diff in self.examples}
        return {"tickets": self.tickets, "changed": self.changed, "moves": dict(self.moves), "examples": examples}


@final
@attrs.frozen
class WhatIf(Job[WhatIfFound]):
    """What would be different had ``other`` been the desk: targets, calendars, what pauses a clock.

    The tickets' histories stay as they were; only the clocks are reckoned again.

    Args:
        desk: the desk as it is.
        other: the desk as it might be.
        at: the instant as of which clocks are compared; what lies after it is left out. Aware.
        examples: how many changed tickets to keep with every change.
    """

    other: Desk
    at: datetime = attrs.field(validator=aware)
    examples: int = attrs.field(default=10, validator=not_negative)

    def begin(self) -> WhatIfFound:
        """Nothing compared."""
        return WhatIfFound()

    def add(self, found: WhatIfFound, log: EventLog) -> WhatIfFound:
        """Compare one ticket's clocks."""
        known = log.until(self.at)
        if not known or log.stream == FLOOR_STREAM:
            return found
        diff = what_if(known, self.desk.configuration.sla, self.other.configuration.sla, at=self.at)
        moves = Counter(
            f"{change.metric}: {change.before} -> {change.after}" for change in diff.changes if change.what == "state"
        )
        one = WhatIfFound(1, int(bool(diff)), _sorted(moves), (diff,) if diff else ())
        return self.join(found, one)

    def join(self, left: WhatIfFound, right: WhatIfFound) -> WhatIfFound:
        """The sum, with the first examples."""
        return WhatIfFound(
            left.tickets + right.tickets,
            left.changed + right.changed,
            _sorted(Counter(left.moves) + Counter(right.moves)) if right.moves else left.moves,
            (*left.examples, *right.examples)[: self.examples] if right.examples else left.examples,
        )


@final
@attrs.frozen
class Replay(Job[DigestTally]):
    """Every log folded again, each event held against the lifecycle: the tally that a whole report is made from.

    ``deskcore.render.report(found.digest())`` is the page: figures, backlog, clocks, rungs, gates, violations.

    Args:
        desk: the desk.
        at: the instant of the report; what lies after it is left out. Aware.
        by: the dimensions to break figures down by.
    """

    at: datetime = attrs.field(validator=aware)
    by: tuple[str, ...] = ("priority", "desk")

    def begin(self) -> DigestTally:
        """A digest of nothing."""
        return DigestTally(self.desk, at=self.at, by=self.by)

    def add(self, found: DigestTally, log: EventLog) -> DigestTally:
        """Fold one ticket, or take the gates from the floor."""
        known = log.until(self.at)
        if log.stream == FLOOR_STREAM:
            found.add_floor(known)
        elif known:
            case, broken = None, list[Refusal]()
            for event in known:
                recorded = self.desk.record(case, event)
                case = recorded.case
                broken += recorded.violations
            assert case is not None
            found.add(case, known, violations=broken)
        return found

    def join(self, left: DigestTally, right: DigestTally) -> DigestTally:
        """Both digests in one."""
        left.merge(right)
        return left


def _sorted(counts: Mapping[str, int]) -> FrozenDict[int]:
    return FrozenDict({move: counts[move] for move in sorted(counts)})
