"""Intake: which queue a ticket comes into, and a caller's choices that lead there.

Layer: routing. Uses predicate for its conditions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

import attrs

from deskcore._value import FrozenDict, instance_of_kind, named
from deskcore.errors import InvalidConfiguration, Problem
from deskcore.predicate import Condition, Facts
from deskcore.predicate.nodes import A_CONDITION
from deskcore.routing.waiting import WaitingFacts


@final
@attrs.frozen
class IntakeRule:
    """Tickets of which a condition holds come into a queue.

    >>> from deskcore.predicate import Is
    >>> print(IntakeRule(Is("category", "sales"), "sales"))
    sales when category is sales
    """

    when: Condition = attrs.field(validator=instance_of_kind(Condition, A_CONDITION))
    queue: str = attrs.field(validator=named)

    def __str__(self) -> str:
        return f"{self.queue} when {self.when}"


@final
@attrs.frozen
class Intake:
    """The first rule that matches names the queue; ``otherwise`` is the queue of the rest, so that none is left over.

    >>> from deskcore.predicate import Is
    >>> intake = Intake((IntakeRule(Is("category", "sales"), "sales"),), otherwise="general")
    >>> intake.queue_of({"category": "sales"}), intake.queue_of({})
    ('sales', 'general')
    """

    rules: tuple[IntakeRule, ...] = attrs.field(
        validator=instance_of_kind(IntakeRule, "must be a rule, for example IntakeRule(ALWAYS, 'general')", many=True)
    )
    otherwise: str = attrs.field(kw_only=True, validator=named)

    def queue_of(self, facts: Facts) -> str:
        """The queue that a ticket of these facts comes into."""
        return next((rule.queue for rule in self.rules if rule.when.test(facts)), self.otherwise)

    def place(self, ticket: WaitingFacts) -> WaitingFacts:
        """The ticket in its queue; one that stands in a queue already stays there."""
        if ticket.queue is not None:
            return ticket
        return attrs.evolve(ticket, queue=self.queue_of(_facts(ticket)))


def _choices(given: Mapping[str, str | IntakeMenu]) -> FrozenDict[str | IntakeMenu]:
    return given if isinstance(given, FrozenDict) else FrozenDict(given)


@final
@attrs.frozen
class IntakeMenu:
    """A caller's choices: each answer leads to a queue or to another menu, and no answer to ``otherwise``.

    Total: whatever the caller does, there is a queue at the end.

    >>> menu = IntakeMenu("About?", {"1": "sales", "2": IntakeMenu("New?", {"1": "setup"}, "repair")}, "desk")
    >>> menu.queue(("2", "1")), menu.queue(("2",)), menu.queue(("9",))
    ('setup', 'repair', 'desk')

    Raises:
        InvalidConfiguration: a menu without choices.
    """

    prompt: str
    choices: FrozenDict[str | IntakeMenu] = attrs.field(converter=_choices)
    otherwise: str = attrs.field(validator=named)

    def __attrs_post_init__(self) -> None:
        if not self.choices:
            problem = Problem("choices", "are none; at least one must lead somewhere", "no_choices")
            raise InvalidConfiguration(f"menu {self.prompt!r}", (problem,))

    def queue(self, answers: tuple[str, ...]) -> str:
        """The queue that a caller's answers lead to; an answer that is no choice leads to that menu's ``otherwise``."""
        menu: IntakeMenu = self
        for answer in answers:
            found = menu.choices.get(answer)
            if found is None:
                return menu.otherwise
            if isinstance(found, str):
                return found
            menu = found
        return menu.otherwise

    def leaves(self) -> tuple[tuple[tuple[str, ...], str], ...]:
        """Every way through, with the queue at its end."""
        found: list[tuple[tuple[str, ...], str]] = []
        for answer, leads in self.choices.items():
            if isinstance(leads, str):
                found.append(((answer,), leads))
            else:
                found += [((answer, *way), queue) for way, queue in leads.leaves()]
        return (*found, ((), self.otherwise))


def _facts(ticket: WaitingFacts) -> Facts:
    """What intake rules may ask of a ticket: its own fields and plain facts."""
    return _Plain(ticket)


class _Plain(dict[str, "str | int | float | bool | frozenset[str] | None"]):
    """A ticket's plain facts; those that need a floor are not there."""

    def __init__(self, ticket: WaitingFacts) -> None:
        super().__init__({f"field.{name}": value for name, value in ticket.fields.items()})
        names = ("priority", "kind", "category", "service", "channel", "queue", "team", "tags", "requester",
                 "organisation", "customer_tier", "vip", "data_class", "tier", "units")  # fmt: skip
        self.update({name: getattr(ticket, name) for name in names})
        self["skills"] = frozenset(ticket.skills)
        self["languages"] = frozenset(ticket.languages)
        self["language"] = ticket.languages[0] if ticket.languages else None


__all__ = ["Intake", "IntakeMenu", "IntakeRule"]
