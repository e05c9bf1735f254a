"""What the clock alone does to a ticket: close it some days after it was resolved, wake it, remind somebody.

A timer's key is the ticket, the timer and the instant that armed it, so it fires once, and a stale one never does. Not
here: SLA clocks and escalations, which only watch.

Layer: tickets. Imports _value, errors, hours, log and predicate.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias, final, get_args

import attrs

from deskcore._lasting import lasting
from deskcore._value import named, to_us
from deskcore.errors import InvalidValue
from deskcore.hours import BusinessDuration, ElapsedDuration
from deskcore.predicate import ALWAYS, Condition
from deskcore.tickets._clock import Calendars, due_us, next_open_us
from deskcore.tickets.facts import facts
from deskcore.tickets.status import Phase
from deskcore.tickets.ticket import Ticket

Basis: TypeAlias = Literal[
    "entered", "resolved", "updated", "message", "contact", "reply", "until", "active", "assigned"
]
"""What a timer counts from: entering the status, the last solution, the last change, the last public message of
either side, of the requester, of staff, the instant until which the ticket is held, the last activity (message,
assignment, change of status), or the last assignment of the person who has it."""


def _known_basis(_: object, field: attrs.Attribute[Basis], value: Basis) -> None:
    if value not in get_args(Basis):
        raise InvalidValue(field.name, value, f"must be one of {', '.join(get_args(Basis))}")


@final
@attrs.frozen
@lasting
class Timer:
    """After an amount of time in some statuses: move to a status, or remind (``to`` is ``None``).

    ``after`` is elapsed, or open time on ``calendar``; it fires at that instant, inclusive. Leaving the statuses
    disarms it, coming back arms it afresh; it stays silent while the ticket has one of ``skip_tags`` or ``when`` does
    not hold. Its instant is never before the change that let it fire. A basis that has not happened arms nothing.
    ``after_end`` fires it only strictly later, a microsecond after that instant. ``unassigns`` takes the ticket from
    its assignee instead. A reminder names whom to tell in ``notify``, the host's own words; with ``every`` it comes
    again after each such time since the last one; ``only_open`` puts one that falls when ``calendar`` is closed off to
    its next opening.

    >>> from deskcore.hours import elapsed
    >>> print(Timer("auto-close", elapsed(days=5), to="Closed", phases=("resolved",)))
    auto-close: 5d after entered, in resolved: to Closed
    """

    id: str = attrs.field(validator=named)
    after: BusinessDuration | ElapsedDuration
    to: str | None = attrs.field(default=None, kw_only=True)
    phases: tuple[Phase, ...] = attrs.field(default=(), kw_only=True)
    statuses: tuple[str, ...] = attrs.field(default=(), kw_only=True)
    basis: Basis = attrs.field(default="entered", kw_only=True, validator=_known_basis)
    calendar: str = attrs.field(default="default", kw_only=True)
    skip_tags: frozenset[str] = attrs.field(default=frozenset(), kw_only=True)
    when: Condition = attrs.field(default=ALWAYS, kw_only=True)
    every: ElapsedDuration | None = attrs.field(default=None, kw_only=True)
    only_open: bool = attrs.field(default=False, kw_only=True)
    after_end: bool = attrs.field(default=False, kw_only=True)
    unassigns: bool = attrs.field(default=False, kw_only=True)
    notify: tuple[str, ...] = attrs.field(default=(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        if self.every is not None and (self.to is not None or self.unassigns or self.every.microseconds <= 0):
            raise InvalidValue("every", str(self.every), "must be above zero, on a timer that reminds")
        if self.unassigns and (self.to is not None or self.basis != "assigned"):
            raise InvalidValue("unassigns", self.unassigns, "must go without to, on the basis assigned")
        if self.after.microseconds < 0:
            raise InvalidValue("after", str(self.after), "must not be negative")
        if not (self.phases or self.statuses):
            raise InvalidValue("phases", self.phases, "must name a phase, or statuses must name a status")

    @classmethod
    def wake(cls, to: str, *, id: str = "wake", when: Condition = ALWAYS) -> Timer:  # noqa: A002 - the field's own name
        """A waiting ticket goes on by itself at the instant until which it is held.

        >>> Timer.wake("Open").basis
        'until'
        """
        return cls(id, ElapsedDuration.of_us(0), to=to, phases=("waiting",), basis="until", when=when)

    def covers(self, status: str, phase: Phase) -> bool:
        """Whether the timer runs in a status."""
        return status in self.statuses or phase in self.phases

    def armed_at(self, ticket: Ticket) -> datetime | None:
        """The instant the timer counts from; ``None`` while it does not run."""
        if not self.covers(ticket.status.name, ticket.status.phase) or not self.skip_tags.isdisjoint(ticket.tags):
            return None
        if self.when is not ALWAYS and not self.when.test(facts(ticket)):
            return None
        return _basis(self.basis, ticket)

    def key(self, ticket: Ticket, armed_at: datetime, due: int | None = None) -> str:
        """The deterministic name of one firing, by which a host tells a second look from a second firing."""
        first = f"{ticket.id}/{self.id}/{to_us(armed_at)}"
        return first if due is None or self.every is None else f"{first}/{due}"

    def due_us(self, ticket: Ticket, calendars: Calendars) -> int | None:
        """When it fires next, in microseconds of UTC, never before the ticket's last change; ``None``: not at all."""
        armed_at = self.armed_at(ticket)
        if armed_at is None:
            return None
        first = self.key(ticket, armed_at)
        if self.every is None:
            if self.to is None and not self.unassigns and first in ticket.marks.reminded:
                return None
            due = due_us(to_us(armed_at), self.after, self.calendar, calendars) + self.after_end
        else:
            rung = [int(key.rpartition("/")[2]) for key in ticket.marks.reminded if key.startswith(f"{first}/")]
            if rung:
                due = max(rung) + self.every.microseconds
            else:
                due = due_us(to_us(armed_at), self.after, self.calendar, calendars) + self.after_end
        due = max(due, to_us(ticket.marks.updated_at))
        return next_open_us(due, self.calendar, calendars) if self.only_open else due

    def __str__(self) -> str:
        where = ", ".join((*self.phases, *self.statuses))
        return f"{self.id}: {self.after} after {self.basis}, in {where}: {self._what()}"

    def _what(self) -> str:
        return f"to {self.to}" if self.to else "unassign" if self.unassigns else "remind"


def _basis(basis: Basis, ticket: Ticket) -> datetime | None:
    marks = ticket.marks
    if basis == "entered":
        return marks.status_since
    if basis == "until":
        return None if ticket.hold is None else ticket.hold.until
    if basis == "resolved":
        return marks.resolved_at
    if basis == "updated":
        return marks.updated_at
    if basis == "active":
        return marks.active_at or ticket.header.opened_at
    if basis == "assigned":
        return marks.assigned_at if ticket.place.assignee is not None else None
    if basis == "contact":
        return marks.last_contact_at
    if basis == "reply":
        return marks.last_reply_at
    said = [at for at in (marks.last_contact_at, marks.last_reply_at) if at is not None]
    return max(said, key=to_us) if said else None
