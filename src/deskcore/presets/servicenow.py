"""ServiceNow: the incident, and the three models of change.

Layer: presets.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final, Literal

from deskcore._value import FrozenDict
from deskcore.errors import UnknownName
from deskcore.hours import BusinessDuration, ElapsedDuration, business
from deskcore.predicate import Is
from deskcore.tickets import Lifecycle, PriorityTable, ReplyRule, Status, Timer, Transition
from deskcore.tickets.links import Propagation
from deskcore.tickets.seal import Seal
from deskcore.tickets.status import Phase
from deskcore.tickets.transition import Entry

_INCIDENT: Final = (
    Status("New", "new"),
    Status("In Progress", "active"),
    Status("On Hold", "waiting"),
    Status("Resolved", "resolved"),
    Status("Closed", "closed"),
    Status("Canceled", "cancelled"),
)
_REASONS: Final = ("Awaiting Caller", "Awaiting Change", "Awaiting Problem", "Awaiting Vendor")
_MATRIX: Final = PriorityTable((("1", "2", "3"), ("2", "3", "4"), ("3", "4", "5")))
_PHASES: Final[dict[str, Phase]] = {"New": "new", "Closed": "closed", "Canceled": "cancelled", "Review": "resolved"}
_ORDERS: Final = {
    "normal": ("New", "Assess", "Authorize", "Scheduled", "Implement", "Review", "Closed"),
    "standard": ("New", "Scheduled", "Implement", "Review", "Closed"),
    "emergency": ("New", "Authorize", "Scheduled", "Implement", "Review", "Closed"),
}


def servicenow_incident(
    *,
    close_after: BusinessDuration | ElapsedDuration | None = None,
    since: Literal["resolved", "updated"] = "resolved",
) -> Lifecycle:
    """New, In Progress, On Hold, Resolved, Closed, Canceled; priority from impact and urgency alone.

    Putting on hold needs a reason, and for the caller a comment; the caller's reply ends that hold. A resolved incident
    closes after ``close_after`` of open time on the calendar named ``default``, seven days of 24 hours unless given
    (an elapsed amount counts days round the clock), since it was resolved or last updated; zero switches that off.
    Ending an incident closes the tasks whose parent it is.

    >>> servicenow_incident().computed(1, 2), servicenow_incident().lint()
    ('2', ())
    """
    after = business(hours=7 * 24) if close_after is None else close_after
    return Lifecycle(
        "servicenow-incident",
        _INCIDENT,
        (Transition("*", "*"),),
        entries=(
            Entry("On Hold", ("reason",)),
            Entry("On Hold", ("comment",), reason="Awaiting Caller"),
        ),
        replies=(ReplyRule("move", "In Progress", statuses=("On Hold",), when=Is("hold_reason", "Awaiting Caller")),),
        timers=(Timer("auto-close", after, to="Closed", statuses=("Resolved",), basis=since),) if after else (),
        holds=FrozenDict(dict.fromkeys(_REASONS, "On Hold")),
        priorities=("1", "2", "3", "4", "5"),
        default_priority="5",
        matrix=_MATRIX,
        read_only=frozenset({"priority"}),
        propagation=(
            Propagation(("parent_of",), "closed", statuses=("Closed", "Canceled"), kinds=("task",)),
            Propagation(("problem_of",), "resolved", phases=("resolved",), own_kinds=("problem",)),
        ),
    )


def servicenow_change(model: str = "normal") -> Lifecycle:
    """A change of one of the models ``normal``, ``standard`` and ``emergency``: each state leads to the next only.

    It may be cancelled until it is in review.

    >>> servicenow_change("standard").targets("New"), servicenow_change("standard").targets("Review")
    (('Scheduled', 'Canceled'), ('Closed',))

    Raises:
        UnknownName: there is no such model.
    """
    if model not in _ORDERS:
        raise UnknownName("change model", model, tuple(_ORDERS))
    order = _ORDERS[model]
    statuses = tuple(Status(name, _PHASES.get(name, "active")) for name in (*order, "Canceled"))
    return Lifecycle(
        f"servicenow-change-{model}",
        statuses,
        (
            *(Transition(source, target) for source, target in pairwise(order)),
            *(Transition(source, "Canceled") for source in order[: order.index("Review")]),
        ),
        seals=(Seal("Canceled"),),
        kinds=("change",),
    )
