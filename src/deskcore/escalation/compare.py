"""What another version of a matrix would mean for tickets that are open: rungs gained, lost and moved.

A ticket stays with the version that first fired for it; ``desk.migrate`` takes it to another. Rungs are the same rung
where their ids are, so what has fired stays fired; one that goes by another id is named. Rows have no names that
anything remembers: they may be split, joined and moved as one likes.

Layer: escalation. Imports tickets and its own room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Literal, NamedTuple, TypeAlias, final

import attrs

from deskcore.errors import InvalidConfiguration
from deskcore.escalation.clock import ClockLike
from deskcore.escalation.gates import Quiet
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import Matrix
from deskcore.escalation.planned import Planned
from deskcore.escalation.plans import NOBODY, plan
from deskcore.escalation.renaming import lint_renamed
from deskcore.escalation.renaming import renamed as rename
from deskcore.hours import Calendar
from deskcore.staff import Staff
from deskcore.tickets.ticket import Ticket

What: TypeAlias = Literal["gained", "lost", "moved"]


class Open(NamedTuple):
    """An open ticket as the plan sees it."""

    ticket: Ticket
    clocks: Sequence[ClockLike]
    ledger: Ledger


@final
@attrs.frozen
class Change:
    """One rung of one ticket under two versions.

    >>> print(Change("T-1", "lead", "lost", None, None).explain())
    T-1: lead is lost (no date before)
    """

    ticket: str
    rung: str
    what: What
    before: datetime | None
    after: datetime | None

    def explain(self, *, zone: tzinfo = UTC) -> str:
        """The ticket, the rung, and both dates."""
        before, after = _shown(self.before, zone), _shown(self.after, zone)
        told = {
            "gained": f"is gained ({after})",
            "lost": f"is lost ({before} before)",
            "moved": f"moves from {before} to {after}",
        }
        return f"{self.ticket}: {self.rung} {told[self.what]}"


def compare(
    old: Matrix,
    new: Matrix,
    tickets: Iterable[Open],
    *,
    calendars: Mapping[str, Calendar],
    staff: Staff = NOBODY,
    quiet: Sequence[Quiet] = (),
    renamed: Mapping[str, str] | None = None,
) -> tuple[Change, ...]:
    """What changes for open tickets if the new version takes the place of the old one, ticket by ticket.

    Fired rungs are left out: they stand. ``renamed`` are rungs that go by another id in the new version, old to new;
    they are compared, and told of, under the new one. Linear in the tickets.

    Raises:
        InvalidConfiguration: naming everything that is wrong with the new ids.
        UnknownName: a rung names a calendar or a rung that is not there.

    >>> from deskcore.escalation.recipients import Person
    >>> house = Matrix("house", (), Person("dana"))
    >>> compare(house, house, (), calendars={})
    ()
    """
    ids = renamed or {}
    problems = lint_renamed(old, new, ids)
    if problems:
        raise InvalidConfiguration(f"new ids of {new.reference}", problems)
    found: list[Change] = []
    for ticket, clocks, ledger in tickets:
        before = plan(old, ticket, clocks, ledger, calendars=calendars, staff=staff, quiet=quiet)
        moved = rename(ledger, ids)
        after = plan(new, ticket, clocks, moved, calendars=calendars, staff=staff, quiet=quiet)
        found += _changes(ticket.id, before, after, ids)
    return tuple(found)


def _changes(
    ticket: str, before: Iterable[Planned], after: Iterable[Planned], ids: Mapping[str, str]
) -> Iterator[Change]:
    old = {ids.get(entry.rung.id, entry.rung.id): entry for entry in before if entry.state != "fired"}
    new = {entry.rung.id: entry for entry in after if entry.state != "fired"}
    for name in dict.fromkeys((*old, *new)):
        was, comes = old.get(name), new.get(name)
        if was is None:
            yield Change(ticket, name, "gained", None, comes.due if comes else None)
        elif comes is None:
            yield Change(ticket, name, "lost", was.due, None)
        elif was.due_us != comes.due_us:
            yield Change(ticket, name, "moved", was.due, comes.due)


def _shown(moment: datetime | None, zone: tzinfo) -> str:
    return "no date" if moment is None else moment.astimezone(zone).isoformat(sep=" ")
