"""Figures of how work went: reopened, handed on, solved at one touch, by whom, and how much of it there was.

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from typing import Literal, final

import attrs

from deskcore.oversight.definition import HOUSE, Counted, Kpi, Summed, require
from deskcore.oversight.outcome import TicketOutcome
from deskcore.oversight.value import KpiValue, Unit


@final
@attrs.frozen
class Reopens(Kpi):
    """Reopenings of tickets that were resolved at least once: how many tickets, or how many events a ticket.

    Merged tickets are left out.

    >>> Reopens("event").name
    'reopens.event_rate'
    """

    rate: Literal["ticket", "event"] = "ticket"

    def __attrs_post_init__(self) -> None:
        require("rate", self.rate, ("ticket", "event"))

    @property
    def name(self) -> str:
        return f"reopens.{self.rate}_rate"

    @property
    def definition(self) -> str:
        what = "tickets reopened at least once" if self.rate == "ticket" else "reopenings"
        return f"{what} / tickets resolved at least once"

    @property
    def unit(self) -> Unit:
        return "share" if self.rate == "ticket" else "per_ticket"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        if outcome.is_merged:
            return "merged"
        if not (outcome.is_resolved or outcome.reopens):
            return "never resolved"
        return Counted(min(outcome.reopens, 1) if self.rate == "ticket" else outcome.reopens)


@final
@attrs.frozen
class Reassignments(Kpi):
    """Changes of team or of person after opening: how many a ticket, or the share of tickets with any.

    >>> Reassignments().definition
    'changes of team / tickets'
    """

    of: Literal["team", "assignee"] = "team"
    rate: Literal["event", "ticket"] = "event"

    def __attrs_post_init__(self) -> None:
        require("of", self.of, ("team", "assignee"))
        require("rate", self.rate, ("event", "ticket"))

    @property
    def name(self) -> str:
        return f"reassignments.{self.of}.{self.rate}_rate"

    @property
    def definition(self) -> str:
        return (
            f"changes of {self.of} / tickets" if self.rate == "event" else f"tickets that changed {self.of} / tickets"
        )

    @property
    def unit(self) -> Unit:
        return "share" if self.rate == "ticket" else "per_ticket"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        changes = outcome.team_changes if self.of == "team" else outcome.assignee_changes
        return Counted(min(changes, 1) if self.rate == "ticket" else changes)


@final
@attrs.frozen
class OneTouch(Kpi):
    """Resolved tickets that took one public reply by staff; ``at_most_one`` counts those without any, too.

    >>> OneTouch().definition
    'resolved with at most one reply / resolved'
    """

    replies: Literal["at_most_one", "exactly_one"] = "at_most_one"

    def __attrs_post_init__(self) -> None:
        require("replies", self.replies, ("at_most_one", "exactly_one"))

    @property
    def name(self) -> str:
        return f"one_touch.{self.replies}"

    @property
    def definition(self) -> str:
        return f"resolved with {self.replies.replace('_', ' ')} reply / resolved"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        if outcome.is_open or outcome.is_cancelled:
            return "not resolved"
        touched = outcome.replies <= 1 if self.replies == "at_most_one" else outcome.replies == 1
        return Counted(int(touched))


@final
@attrs.frozen
class Overflow(Kpi):
    """The share of tickets that ended up at a desk other than the own house.

    >>> Overflow().name
    'overflow'
    """

    house: str = HOUSE

    @property
    def name(self) -> str:
        return "overflow"

    @property
    def definition(self) -> str:
        return f"tickets at a desk other than {self.house} / tickets at any desk"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        return "at no desk" if outcome.desk is None else Counted(int(outcome.desk != self.house))


@final
@attrs.frozen
class PassThrough(Kpi):
    """Of the tickets a desk had and gave away or solved, the share it gave away: an order taker passes everything on.

    ``desk`` is the desk judged; without one, all desks but the own ``house`` together. A ticket counts as passed on
    when another desk had it after this one, even if it came back. One it still has, open, is left out, as is one that
    it never had or whose desks are not known (no log).

    >>> PassThrough("manila").name
    'pass_through.manila'
    """

    desk: str | None = None
    house: str = attrs.field(default=HOUSE, kw_only=True)

    @property
    def name(self) -> str:
        return "pass_through" if self.desk is None else f"pass_through.{self.desk}"

    @property
    def definition(self) -> str:
        who = f"any desk but {self.house}" if self.desk is None else self.desk
        return f"tickets passed on by {who} / tickets it passed on or had when they were settled"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        path = outcome.desks
        if not path:
            return "desks not known"
        places = [place for place, desk in enumerate(path) if self._is_judged(desk)]
        if not places:
            return "never at that desk"
        if any(place + 1 < len(path) and path[place + 1] is not None for place in places):
            return Counted(1)
        return "still there" if outcome.is_open else Counted(0)

    def _is_judged(self, desk: str | None) -> bool:
        return desk is not None and (desk == self.desk if self.desk is not None else desk != self.house)


@final
@attrs.frozen
class SelfService(Kpi):
    """The share of solved tickets that came through self-service and took no public reply by staff.

    What people find without opening a ticket is not in any ticket: count it with ``counts.Deflection``.

    >>> SelfService().definition
    'resolved through self_service without a reply by staff / resolved'
    """

    channels: tuple[str, ...] = ("self_service",)

    @property
    def name(self) -> str:
        return "self_service"

    @property
    def definition(self) -> str:
        return f"resolved through {' or '.join(self.channels)} without a reply by staff / resolved"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        if outcome.is_open or outcome.is_cancelled:
            return "not resolved"
        return Counted(int(outcome.channel in self.channels and not outcome.replies))


@final
@attrs.frozen
class Volume(Kpi):
    """How many tickets: all of them, those resolved, or those still open. Of nothing it is 0, which is a count.

    >>> Volume("open").definition
    'tickets still open'
    """

    of: Literal["received", "resolved", "open"] = "received"

    def __attrs_post_init__(self) -> None:
        require("of", self.of, ("received", "resolved", "open"))

    @property
    def name(self) -> str:
        return f"volume.{self.of}"

    @property
    def definition(self) -> str:
        return {"received": "tickets", "resolved": "tickets resolved at least once", "open": "tickets still open"}[
            self.of
        ]

    @property
    def unit(self) -> Unit:
        return "tickets"

    def count(self, outcome: TicketOutcome) -> Counted | str:
        counts = {"received": True, "resolved": outcome.is_resolved, "open": outcome.is_open}[self.of]
        return Counted(int(counts))

    def conclude(self, added: Summed) -> KpiValue:
        return self.shaped(added, float(added.numerator))
