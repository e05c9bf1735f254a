"""Agreements as other products keep them: which waits pause, what a change and a reopening do, what answers.

Each takes your own targets and returns an ordinary policy with the product's rules; there is no second engine behind
them. Not here: the products' statuses (the lifecycles of this room).

Layer: presets.
"""

from __future__ import annotations

from collections.abc import Iterable

from deskcore.predicate import ALWAYS, Condition
from deskcore.sla import SlaPolicy, Target
from deskcore.sla.metric import first_response, next_response, resolution, start_by, time_to_own
from deskcore.sla.policy import OnCalendarChange, OnChange
from deskcore.sla.stopwatch import OnReopen, Stopwatch


def _policy(
    id: str,  # noqa: A002 - the field's own name
    targets: Iterable[Target],
    stopwatches: Iterable[Stopwatch],
    *,
    when: Condition,
    on_change: OnChange = "retroactive",
    on_calendar_change: OnCalendarChange = "piecewise",
    on_reopen: OnReopen = "continue_excluding_closed",
) -> SlaPolicy:
    rows = tuple(targets)
    measured = {row.metric for row in rows}
    own = tuple(watch for watch in stopwatches if watch.name in measured)
    return SlaPolicy(
        id, rows, when=when, warn_at=(), stopwatches=own,
        on_change=on_change, on_calendar_change=on_calendar_change, on_reopen=on_reopen,
    )  # fmt: skip


def zammad_sla(id: str, targets: Iterable[Target], *, when: Condition = ALWAYS) -> SlaPolicy:  # noqa: A002 - as above
    """Zammad: every pending state pauses first response, update (``next_response``) and solution (``resolution``).

    Closing answers. An update counts from the opening where there was no reply yet. Time in a closed state is left out.

    >>> from deskcore.hours import business
    >>> print(zammad_sla("gold", [Target.resolution(business(hours=4))]).stopwatch("resolution").pause)
    the ticket waits for any
    """
    watches = (
        first_response(pause_on=("any",)),
        next_response(pause_on=("any",), after_first_reply=False, creation_counts=True),
        resolution(pause_on=("any",)),
    )
    return _policy(id, targets, watches, when=when)


def frappe_sla(id: str, targets: Iterable[Target], *, when: Condition = ALWAYS) -> SlaPolicy:  # noqa: A002 - as above
    """Frappe Helpdesk and ERPNext: only the resolution pauses, in every waiting status (``Replied``, ``On Hold``).

    >>> from deskcore.hours import business
    >>> frappe_sla("gold", [Target.resolution(business(hours=6))]).on_change
    'retroactive'
    """
    return _policy(id, targets, (first_response(), resolution(pause_on=("any",))), when=when)


def rt_sla(id: str, targets: Iterable[Target], *, when: Condition = ALWAYS) -> SlaPolicy:  # noqa: A002 - as above
    """Request Tracker: a response (``next_response``) is owed for the opening too, and resolving does not answer it.

    Statuses to ignore pause both clocks; a level that changes counts from the creation; ``start_by`` is its ``Starts``.

    >>> from deskcore.hours import elapsed
    >>> rt_sla("2h", [Target.next_response(elapsed(hours=2))]).metrics
    ('next_response',)
    """
    answer = next_response(pause_on=("any",), stop_fulfils=False, after_first_reply=False, creation_counts=True)
    return _policy(id, targets, (answer, resolution(pause_on=("any",)), start_by()), when=when)


def glpi_sla(
    id: str,  # noqa: A002 - as above
    targets: Iterable[Target],
    *,
    from_change: bool = False,
    when: Condition = ALWAYS,
) -> SlaPolicy:
    """GLPI: nothing pauses the time to own, ``waiting`` pauses the time to resolve.

    Another level counts from the opening, or with ``from_change`` from when it was given.

    >>> from deskcore.hours import WorkingDays
    >>> glpi_sla("5 days", [Target("resolution", WorkingDays(5), end_of_day=True)]).stopwatch("resolution").cycles
    'once'
    """
    watches = (time_to_own(), resolution(pause_on=("any",)))
    return _policy(id, targets, watches, when=when, on_change="from_change" if from_change else "retroactive")


def zendesk_sla(id: str, targets: Iterable[Target], *, when: Condition = ALWAYS) -> SlaPolicy:  # noqa: A002 - as above
    """Zendesk: solving answers the next reply; the requester's wait stops while pending, and hold counts.

    Hours that are edited count for the whole past.

    >>> from deskcore.hours import business
    >>> print(zendesk_sla("gold", [Target.requester_wait(business(hours=8))]).stopwatch("requester_wait").pause)
    the ticket waits for requester
    """
    return _policy(id, targets, (first_response(), next_response()), when=when, on_calendar_change="last_wins")


def osticket_sla(id: str, targets: Iterable[Target], *, when: Condition = ALWAYS) -> SlaPolicy:  # noqa: A002 - as above
    """osTicket: nothing pauses, and reopening starts the plan over.

    >>> from deskcore.hours import elapsed
    >>> osticket_sla("default", [Target.resolution(elapsed(hours=18))]).stopwatch("resolution").on_reopen
    'restart'
    """
    return _policy(id, targets, (resolution(pause_on=(), on_reopen="restart"),), when=when, on_reopen="restart")


def first_solution_sla(
    id: str,  # noqa: A002 - as above
    targets: Iterable[Target],
    *,
    when: Condition = ALWAYS,
) -> SlaPolicy:
    """Plain's first resolution time, Znuny: the first solution stands, whatever happens afterwards.

    >>> from deskcore.hours import elapsed
    >>> first_solution_sla("gold", [Target.resolution(elapsed(hours=8))]).on_reopen
    'first_only'
    """
    watch = resolution(pause_on=("any",), on_reopen="first_only")
    return _policy(id, targets, (first_response(), watch), when=when, on_reopen="first_only")
