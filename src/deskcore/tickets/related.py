"""Questions about a ticket and those it is linked to: what its end asks of them, and which keep it from ending.

Layer: tickets.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from deskcore._value import FrozenDict
from deskcore.log import EventData
from deskcore.tickets._command import Command
from deskcore.tickets.commands_beside import Follow
from deskcore.tickets.events import Closed, Resolved, SolutionProposed, StatusChange
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.status import Status
from deskcore.tickets.ticket import Ticket

Others: TypeAlias = Mapping[str, Ticket]
"""What is known of other tickets, by id, for commands that concern them too."""

NO_OTHERS: Final[Others] = FrozenDict()


def open_dependencies(ticket: Ticket, others: Others) -> tuple[str, ...]:
    """The tickets that this one depends on and that are not done; one of which nothing is known counts as open.

    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> open_dependencies(replay([opening("T-1")]), {})
    ()
    """
    awaited = ticket.annex.others("depends_on")
    return tuple(id_ for id_ in awaited if id_ not in others or others[id_].is_open)


def consequences(lifecycle: Lifecycle, ticket: Ticket, events: tuple[EventData, ...]) -> tuple[Command, ...]:
    """The commands to other tickets that follow from ``events`` on a ticket, by the lifecycle's ``propagation``.

    ``ticket`` is as it was before them. ``decide`` gives these as ``then``; a host that records what a timer made
    happen asks for them here.

    >>> from deskcore.presets import simple_lifecycle
    >>> from deskcore.testing.tickets import opening
    >>> from deskcore.tickets import replay
    >>> consequences(simple_lifecycle(), replay([opening("T-1")]), ())
    ()
    """
    solution, code, found = ticket.annex.solution, ticket.resolution, list[Command]()
    before = ticket.status
    for data in events:
        if isinstance(data, SolutionProposed):
            solution = data.text
        if isinstance(data, Resolved | Closed) and data.code is not None:
            code = data.code
        if isinstance(data, StatusChange):
            found += _followers(lifecycle, ticket, before, data.status, (solution, code))
            before = data.status
    return tuple(found)


def _followers(
    lifecycle: Lifecycle, ticket: Ticket, before: Status, status: Status, shared: tuple[str | None, str | None]
) -> list[Command]:
    found: list[Command] = []
    for rule in lifecycle.propagation:
        entered = (status.phase in rule.phases and before.phase not in rule.phases) or (
            status.name in rule.statuses and before.name not in rule.statuses
        )
        if not entered or (rule.own_kinds and ticket.header.kind not in rule.own_kinds):
            continue
        solution, code = shared if rule.shares_solution else (None, None)
        found += [
            Follow(other, ticket.id, rule.phase, to=rule.to, kinds=rule.kinds, solution=solution, code=code)
            for other in ticket.annex.others(*rule.links)
        ]
    return found
