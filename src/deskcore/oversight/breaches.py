"""Broken promises, one by one: which ticket, who held it, how far over, and what its life tells of the cause.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, final

import attrs

from deskcore.oversight.outcome import CycleOutcome, TicketOutcome
from deskcore.oversight.stock import HeldBy

_MOST: Final = 2
"""A phase is told as a cause when it took more than one part in so many of the time."""


@final
@attrs.frozen
class Breach:
    """A broken promise: which ticket, which cycle, who held it, how far it went over, and what its life tells of why.

    >>> Breach("T-1", "resolution", 1, "network", "manila", None, 3_600_000_000, 1_800_000_000).explain()
    'T-1: resolution 1 took 60 min of 30 min, held by network at manila'
    """

    ticket: str
    metric: str
    cycle: int
    team: str | None
    desk: str | None
    assignee: str | None
    consumed_us: int
    target_us: int | None
    causes: tuple[str, ...] = ()

    def explain(self) -> str:
        """The breach in one line."""
        target = "" if self.target_us is None else f" of {self.target_us / 60_000_000:,.0f} min"
        holder = self.assignee or self.team or "nobody"
        at_desk = f" at {self.desk}" if self.desk else ""
        took = f"{self.consumed_us / 60_000_000:,.0f} min"
        why = f"; {', '.join(self.causes)}" if self.causes else ""
        return f"{self.ticket}: {self.metric} {self.cycle} took {took}{target}, held by {holder}{at_desk}{why}"

    def to_dict(self) -> dict[str, object]:
        """For programs: every field by name."""
        return {**attrs.asdict(self), "causes": list(self.causes)}


def breaches_of(outcomes: Iterable[TicketOutcome], *, causes: Mapping[str, str] | None = None) -> tuple[Breach, ...]:
    """Every cycle past due, ended or not, with who holds the ticket; sorted by ticket, metric and cycle.

    ``causes`` are those somebody found, by ticket; they come first. The others are facts of the ticket's life: handed
    on between teams or desks, come back to an earlier one, reopened, or most of the time in one phase. They tell where
    to look, not who is to blame.

    >>> breaches_of([])
    ()
    """
    found = causes or {}
    held = [
        _breach(one, cycle, (*([found[one.id]] if one.id in found else []), *told))
        for one in outcomes
        if (late := [cycle for cycle in one.cycles if cycle.state in {"breached", "met_late"}])
        for told in [tuple(_told(one))]
        for cycle in late
    ]
    return tuple(sorted(held, key=lambda breach: (breach.ticket, breach.metric, breach.cycle)))


def _breach(one: TicketOutcome, cycle: CycleOutcome, causes: tuple[str, ...]) -> Breach:
    return Breach(
        one.id,
        cycle.metric,
        cycle.number,
        one.team,
        one.desk,
        one.assignee,
        cycle.consumed_us,
        cycle.target_us,
        causes,
    )


def _told(one: TicketOutcome) -> Iterator[str]:
    """What a ticket's own life tells."""
    if one.team_changes:
        yield f"changed team {_times(one.team_changes)}"
    if HeldBy(one.groups).is_ping_pong:
        yield "came back to an earlier team"
    moves = HeldBy(one.desks).transfers
    if moves:
        yield f"changed desk {_times(moves)}"
    if one.reopens:
        yield f"reopened {_times(one.reopens)}"
    spent = sum(one.spent_us.values())
    longest = max(one.spent_us.items(), key=lambda item: (item[1], item[0]), default=("", 0))
    if longest[1] * _MOST > spent:
        where = longest[0] if longest[0] in {"new", "active", "waiting"} else f"waiting for {longest[0]}"
        yield f"{longest[1] / spent * 100:.0f} % of its time {where}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
