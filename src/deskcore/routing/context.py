"""What the static checks of policies compare names against.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import final

import attrs

from deskcore.errors import Problem
from deskcore.predicate import Condition
from deskcore.routing.waiting import FACTS, FIELD_PREFIX, OPEN_PREFIX
from deskcore.staff import Staff


@final
@attrs.frozen
class Context:
    """What ``lint`` checks names against. ``calendars`` is ``None`` where they are not known.

    >>> from deskcore.predicate import Is
    >>> print(*Context(Staff()).of_condition(Is("priorty", "p1"), "routing.condition"))
    routing.condition: asks for the unknown fact 'priorty'
    """

    staff: Staff
    calendars: frozenset[str] | None = None
    facts: frozenset[str] = frozenset(fact.name for fact in FACTS)

    def of_condition(self, condition: Condition, path: str) -> Iterator[Problem]:
        """The unknown facts and calendars that a condition asks about."""
        for name in sorted(condition.names()):
            yield from self.of_fact(name, path)

    def of_fact(self, name: str, path: str) -> Iterator[Problem]:
        """That a fact, or the calendar it is about, is unknown."""
        if name.startswith(OPEN_PREFIX):
            calendar = name.removeprefix(OPEN_PREFIX)
            if self.calendars is not None and calendar not in self.calendars:
                yield Problem(path, f"asks for the unknown calendar {calendar!r}", "unknown_calendar")
        elif name not in self.facts and not name.startswith(FIELD_PREFIX):
            yield Problem(path, f"asks for the unknown fact {name!r}", "unknown_fact")
