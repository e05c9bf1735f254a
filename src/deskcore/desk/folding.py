"""The fold: what one more event makes of a case or of the floor.

``step`` and ``replay`` agree by law, whatever rooms the events come from.

Layer: desk.
"""

from __future__ import annotations

from collections.abc import Iterable

from deskcore.desk.case import Case
from deskcore.desk.configuration import Configuration
from deskcore.desk.floor import FLOOR_STREAM, Floor
from deskcore.errors import InvalidValue
from deskcore.escalation import fold as escalation
from deskcore.log import Event, EventLog, in_order
from deskcore.routing.recall import Served
from deskcore.sla.fold import begin, step
from deskcore.tickets import evolve


def step_case(setup: Configuration, case: Case | None, event: Event) -> Case:
    """A case after one more event of its stream; ``None`` is a case without events."""
    before = None if case is None else case.ticket
    after = evolve(before, event)
    sla = begin() if case is None else case.sla
    ledger = escalation.begin() if case is None else case.ledger
    served = (Served() if case is None else case.served).step(event)
    ledger = escalation.step(ledger, event, after, setup.watched, before)
    return Case(after, step(sla, event, before, after, setup.sla), ledger, served)


def replay(setup: Configuration, events: Iterable[Event]) -> Case | Floor:
    """The state that a whole stream adds up to, read in the one order ``(at, seq)``.

    Raises:
        InvalidValue: there is no event, one is missing or double, or they are of several streams.
    """
    ordered = in_order(events)
    if not ordered:
        raise InvalidValue("events", (), "must hold at least one event")
    EventLog(tuple(sorted(ordered, key=lambda event: event.seq)))  # refuses gaps, doubles and mixed streams
    if ordered[0].stream == FLOOR_STREAM:
        floor = Floor()
        for event in ordered:
            floor = floor.step(event)
        return floor
    case: Case | None = None
    for event in ordered:
        case = step_case(setup, case, event)
    assert case is not None
    return case
