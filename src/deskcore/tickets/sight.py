"""Who sees which part of a ticket's log: the requester, the own house, and each partner desk.

Pure views for hosts that show a ticket to people: they filter, and never change a log. Not here: who may do what
(``Transition.permission``, ``Lifecycle.permissions``).

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore.errors import InvalidValue
from deskcore.log import Actor, Event
from deskcore.tickets import events as on
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.ticket import Ticket

Past: TypeAlias = Literal["all", "own"]
"""Which public messages a partner desk sees: all of the ticket's, or those written while it had the ticket."""

_FOR_REQUESTERS: Final = (
    on.Opened,
    on.Adopted,
    on.StatusChange,
    on.SolutionProposed,
    on.SolutionAccepted,
    on.SolutionRejected,
    on.ArticleLinked,
    on.SurveySent,
    on.Rated,
    on.FollowedUp,
    on.MessageRedirected,
    on.MessageRedacted,
)


@final
@attrs.frozen
class Sight:
    """What each side sees of a ticket.

    A requester sees public messages, and of the rest what concerns them: opening, changes of status, solutions,
    ratings; never who works on it. The own house sees everything. A partner desk sees a ticket while it reaches it,
    and what happened to it before; ``past`` says which public messages, ``keeps`` whether it still sees what it saw
    once the ticket has gone elsewhere: a copy of that past, and nothing of what comes later. Of notes it sees those
    marked ``partner`` that were written while it had the ticket, and those its own people wrote; a note marked
    ``internal`` only where its own people wrote it.

    Raises:
        InvalidValue: ``past`` is no known word.
    """

    house: str = "house"
    past: Past = "all"
    keeps: bool = False

    def __attrs_post_init__(self) -> None:
        if self.past not in get_args(Past):
            raise InvalidValue("past", self.past, f"must be one of {', '.join(get_args(Past))}")

    def of(self, events: Iterable[Event], viewer: Actor, *, reaches: bool | None = None) -> tuple[Event, ...]:
        """The events that somebody may see, in the order given. Linear.

        A log alone says which desk has a ticket, not what a contract lets a desk read while it waits for somebody:
        ``Desk.visible`` knows, and gives it as ``reaches``. Without it a partner desk reaches what it has.

        >>> from deskcore.testing.tickets import opening
        >>> log = [opening("T-1"), attrs.evolve(opening("T-1"), seq=2, data=on.TagAdded("vip"))]
        >>> [event.type for event in Sight().of(log, Actor.requester("ann"))]
        ['opened']
        """
        if viewer.role in {"requester", "vendor"}:
            return tuple(event for event in events if self._for_requester(event))
        if viewer.role != "partner" and viewer.desk in {None, self.house}:
            return tuple(events)
        return tuple(self._for_desk(events, viewer.desk, reaches))

    def _for_requester(self, event: Event) -> bool:
        if isinstance(event.data, on.MessagePosted):
            return event.data.visibility == "public"
        return isinstance(event.data, _FOR_REQUESTERS)

    def _for_desk(self, events: Iterable[Event], desk: str | None, reaches: bool | None) -> Iterator[Event]:
        log = list(events)
        holders = list(_holders(log))
        has = bool(holders) and desk is not None and holders[-1] == desk
        if not (has if reaches is None else reaches):
            if not self.keeps or has or desk not in holders:
                return
            log = log[: len(holders) - holders[::-1].index(desk)]
        for event, holder in zip(log, holders, strict=False):
            if not isinstance(event.data, on.MessagePosted) or self._shown(event, event.data, holder, desk):
                yield event

    def _shown(self, event: Event, message: on.MessagePosted, holder: str | None, desk: str | None) -> bool:
        if event.actor.desk == desk or message.visibility == "public":
            return event.actor.desk == desk or self.past == "all" or holder == desk
        return message.visibility == "partner" and holder == desk


DEFAULT_SIGHT: Final = Sight()
"""What each side sees where nothing else is said."""


def _holders(events: Iterable[Event]) -> Iterator[str | None]:
    """The desk that has the ticket after each event."""
    desk: str | None = None
    for event in events:
        data = event.data
        if isinstance(data, on.Opened):
            desk = data.desk
        elif isinstance(data, on.Adopted):
            desk = data.opened.desk
        elif isinstance(data, on.Assigned | on.Transferred):
            desk = data.desk
        yield desk


@final
@attrs.frozen
class Shown:
    """What somebody is shown of a ticket: the status in their words, and who works on it only where that is theirs."""

    id: str
    subject: str
    status: str
    priority: str | None
    resolution: str | None
    assignee: str | None
    desk: str | None
    tags: frozenset[str]

    def to_dict(self) -> dict[str, object]:
        """For programs: every field by its name, tags as a sorted list."""
        return {**attrs.asdict(self), "tags": sorted(self.tags)}


def shown(lifecycle: Lifecycle, ticket: Ticket, viewer: Actor) -> Shown:
    """A ticket as a viewer sees it; to a requester or vendor without assignee, desk and tags.

    >>> from deskcore.presets import zendesk_lifecycle
    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> held = replay([opening("T-1", status=zendesk_lifecycle().status("hold"))])
    >>> shown(zendesk_lifecycle(), held, Actor.requester("ann")).status
    'open'
    """
    outside = viewer.role in {"requester", "vendor"}
    return Shown(
        ticket.id,
        ticket.subject,
        lifecycle.view(ticket.status.name, "requester" if outside else viewer.role),
        ticket.priority,
        ticket.resolution,
        None if outside else ticket.assignee,
        None if outside else ticket.desk,
        frozenset() if outside else ticket.tags,
    )
