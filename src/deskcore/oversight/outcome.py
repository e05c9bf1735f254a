"""What is counted of one ticket: a small frozen record, made from the ticket, its clocks and perhaps its log.

Not here: the ticket's words and the clocks' segments. A record is all that oversight keeps, so that a year of tickets
streams by.

Layer: oversight. Imports log, sla and tickets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import FrozenDict, as_frozen, as_tuple, instance_of_kind, named, require_aware, to_us
from deskcore.errors import InvalidValue
from deskcore.log import Event
from deskcore.oversight.history import desks, groups, next_responses, spells, spent
from deskcore.sla import Clock
from deskcore.tickets import Ticket

CycleState: TypeAlias = Literal["met", "met_late", "breached", "running", "cancelled", "measured", "not_started"]
"""How one cycle of a promise stands: fulfilled in time or late, open past due or before it, void, measured without a
promise, or not begun."""
_STATES: Final[tuple[CycleState, ...]] = get_args(CycleState)
Dimension: TypeAlias = Literal[
    "priority", "kind", "category", "service", "channel", "team", "desk", "assignee", "organisation", "customer_tier"
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
"""What figures are broken down by."""


def _a_state(_: object, field: attrs.Attribute[CycleState], value: object) -> None:
    if value not in _STATES:
        raise InvalidValue(field.name, value, f"must be one of {', '.join(_STATES)}")


@final
@attrs.frozen
class CycleOutcome:
    """One cycle of one promise: its state and the time used up on its own clock (``consumed_us``, microseconds).

    >>> CycleOutcome("resolution", 1, "met_late", consumed_us=90_000_000).policy
    ''

    Raises:
        InvalidValue: a state that is none of ``CycleState``.
    """

    metric: str
    number: int
    state: CycleState = attrs.field(validator=_a_state)
    consumed_us: int = 0
    target_us: int | None = None
    policy: str = ""


_INSTANTS: Final = ("at", "first_response_at", "first_resolved_at", "resolved_at", "closed_at")
_are_cycles = instance_of_kind(CycleOutcome, "must be a CycleOutcome", many=True)


def _cycles(held: Iterable[CycleOutcome]) -> tuple[CycleOutcome, ...]:
    return as_tuple(held)


def _spent(held: Mapping[str, int]) -> FrozenDict[int]:
    return as_frozen(held)


@final
@attrs.frozen
class TicketOutcome:
    """One ticket as of ``at``. Instants are aware, none before ``opened_at``; ``None`` where it has not happened.

    ``spells`` are the stretches ``[from, to)`` in which work was owed (new, active or waiting), the last one without an
    end while the ticket is open. ``resolved_tier`` is the tier of work that solved it, ``groups`` the teams that held
    it one after another, ``desks`` the desks, nobody included. ``spent_us`` is the elapsed time in each open phase up
    to ``at`` by name (``new``, ``active``, ``waiting``, or whom it waits for: ``requester``, ``vendor``, ``partner``,
    ``internal``), ``next_responses_us`` the waits for each later reply, in microseconds. All of them are empty where
    that is not known. Made by ``outcome``; a host with other records builds its own.

    >>> noon = datetime.fromisoformat("2026-05-22T12:00:00+00:00")
    >>> TicketOutcome("T-1", noon, noon, is_open=False, closed_at=noon).is_resolved
    True

    Raises:
        InvalidValue: no id, a naive instant, one before ``opened_at``, or cycles that are none.
    """

    id: str = attrs.field(validator=named)
    at: datetime
    opened_at: datetime
    priority: str | None = None
    kind: str | None = None
    category: str | None = None
    service: str | None = None
    channel: str | None = None
    team: str | None = None
    desk: str | None = None
    assignee: str | None = None
    organisation: str | None = None
    customer_tier: str | None = None
    first_response_at: datetime | None = None
    first_resolved_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    is_open: bool = True
    is_cancelled: bool = False
    replies: int = 0
    contacts: int = 0
    reopens: int = 0
    team_changes: int = 0
    assignee_changes: int = 0
    cycles: tuple[CycleOutcome, ...] = attrs.field(default=(), converter=_cycles, validator=_are_cycles)
    spells: tuple[tuple[datetime, datetime | None], ...] = ()
    resolved_tier: int | None = None
    is_merged: bool = False
    groups: tuple[str | None, ...] = ()
    desks: tuple[str | None, ...] = ()
    spent_us: FrozenDict[int] = attrs.field(factory=FrozenDict[int], converter=_spent)
    next_responses_us: tuple[int, ...] = ()

    def __attrs_post_init__(self) -> None:
        begun = to_us(require_aware("opened_at", self.opened_at))
        for name in _INSTANTS:
            moment: datetime | None = getattr(self, name)
            if moment is not None and to_us(require_aware(name, moment)) < begun:
                rule = f"must not come before opened_at, {self.opened_at.isoformat()}"
                raise InvalidValue(name, moment.isoformat(), rule)

    @property
    def is_resolved(self) -> bool:
        """Whether it was resolved at least once, or closed without (which counts as resolved on closing)."""
        return self.first_resolved_at is not None or (self.closed_at is not None and not self.is_cancelled)

    def dimension(self, name: str) -> str | None:
        """The ticket's value on one of ``DIMENSIONS``.

        >>> noon = datetime.fromisoformat("2026-05-22T12:00:00+00:00")
        >>> TicketOutcome("T-1", noon, noon, priority="p1").dimension("priority")
        'p1'

        Raises:
            InvalidValue: there is no such dimension.
        """
        if name not in DIMENSIONS:
            raise InvalidValue("dimension", name, f"must be one of {', '.join(DIMENSIONS)}")
        value: str | None = getattr(self, name)
        return value

    def last_cycle(self, metric: str) -> CycleOutcome | None:
        """The latest cycle of a metric, ``None`` when its policy does not speak of it."""
        held = [cycle for cycle in self.cycles if cycle.metric == metric]
        return max(held, key=lambda cycle: cycle.number, default=None)


def outcome(
    ticket: Ticket,
    clocks: Iterable[Clock] = (),
    *,
    at: datetime,
    log: Iterable[Event] = (),
    tiers: Mapping[str, int] | None = None,
) -> TicketOutcome:
    """What is counted of a ticket as of ``at``.

    ``clocks`` are its clocks at ``at``: the latest cycles (``sla.clocks``), or all of them (``sla.cycles``) where
    figures count each cycle. With its ``log``, in the order of folds, the spells of owed work are exact through
    reopenings, and the groups and desks that held it, the time in each phase and the later replies are known; without
    it there is one spell, from opening to the last solution. ``tiers`` names each team's tier, so that the tier that
    solved it is known: that of the team which has it when no more work is owed. Linear in clocks and events.

    Raises:
        InvalidValue: ``at`` is naive.

    >>> from deskcore.testing.tickets import NOON, opening
    >>> from deskcore.tickets import replay
    >>> record = outcome(replay([opening("T-1", priority="p2")]), at=NOON)
    >>> record.priority, record.is_open
    ('p2', True)
    """
    require_aware("at", at)
    held = tuple(log)
    header, marks, counters = ticket.header, ticket.marks, ticket.counters
    party = header.requester
    return TicketOutcome(
        id=ticket.id,
        at=at,
        opened_at=header.opened_at,
        priority=ticket.priority,
        kind=header.kind,
        category=ticket.triage.category,
        service=ticket.triage.service,
        channel=header.channel,
        team=ticket.team,
        desk=ticket.desk,
        assignee=ticket.assignee,
        organisation=None if party is None else party.organisation,
        customer_tier=None if party is None else party.tier,
        first_response_at=marks.first_response_at,
        first_resolved_at=marks.first_resolved_at,
        resolved_at=marks.resolved_at,
        closed_at=marks.closed_at,
        is_open=ticket.is_open,
        is_cancelled=ticket.phase == "cancelled",
        replies=counters.replies,
        contacts=counters.contacts,
        reopens=counters.reopens,
        team_changes=counters.team_changes,
        assignee_changes=counters.assignee_changes,
        cycles=tuple(_cycle(clock) for clock in clocks),
        spells=spells(ticket, held),
        resolved_tier=None if ticket.is_open or ticket.team is None else (tiers or {}).get(ticket.team),
        is_merged=ticket.merged_into is not None,
        groups=groups(held),
        desks=desks(held),
        spent_us=spent(held, at),
        next_responses_us=next_responses(held),
    )


def _cycle(clock: Clock) -> CycleOutcome:
    target = clock.target
    state: CycleState = "running" if clock.state == "paused" else clock.state
    if target is None and state in {"running", "met"}:
        state = "measured"
    return CycleOutcome(
        metric=clock.metric,
        number=clock.number,
        state=state,
        consumed_us=clock.consumed_us,
        target_us=None if target is None else target.microseconds,
        policy=clock.policy,
    )
