"""A ticket to the best of several, people and partner desks alike: one order over all of them.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Final, final

import attrs

from deskcore._value import as_tuple, instance_of_kind
from deskcore.errors import InvalidValue, Problem
from deskcore.routing.assign import FAIR, HandOff, ToAgent
from deskcore.routing.choosing import counted, places_of, ruling
from deskcore.routing.claims import Claims, of_the_whole, to_candidates
from deskcore.routing.context import Context
from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind
from deskcore.routing.firm import FIRM
from deskcore.routing.policy import RoutingPolicy
from deskcore.routing.ranking import A_RANKING, Ranking
from deskcore.routing.requirement import A_REQUIREMENT, Requirement
from deskcore.routing.requirements import WILLING
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.trace import Step
from deskcore.routing.waiting import WaitingFacts

_A_NAME: Final = "must be the id of a desk"


def _names(given: Iterable[str]) -> tuple[str, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class ToBest(RoutingPolicy):
    """Give the ticket to the best of all: agents of some ``desks`` and ``partners`` as a whole, in one order.

    So the cheapest of four partners, or of the house and a partner. ``FIRM`` is always required on top of
    ``requires``; what is asked of a person alone (skills, tier) is for the scope of a partner to say, so that
    ``requires`` should be met by desks too.

    >>> from deskcore.routing.ranking import Cheapest
    >>> print(ToBest(partners=("manila", "cebu"), ranking=Cheapest()))
    the best of desk manila, desk cebu, cheapest

    Raises:
        InvalidValue: nobody to choose from.
    """

    desks: tuple[str, ...] = attrs.field(
        default=(), kw_only=True, converter=_names, validator=instance_of_kind(str, _A_NAME, many=True)
    )
    partners: tuple[str, ...] = attrs.field(
        default=(), kw_only=True, converter=_names, validator=instance_of_kind(str, _A_NAME, many=True)
    )
    requires: Requirement = attrs.field(
        default=WILLING, kw_only=True, validator=instance_of_kind(Requirement, A_REQUIREMENT)
    )
    ranking: Ranking = attrs.field(default=FAIR, kw_only=True, validator=instance_of_kind(Ranking, A_RANKING))
    _required: Requirement = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not (self.desks or self.partners):
            raise InvalidValue("desks", self.desks, "must name a desk, or partners must")
        object.__setattr__(self, "_required", FIRM & self.requires)

    def candidates(self, floor: Snapshot) -> tuple[Candidate, ...]:
        """Everybody it chooses from."""
        people = (one for desk in self.desks for one in floor.agents_of(desk))
        return (*people, *(floor.desk(partner) for partner in self.partners))

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        asked, order = self._required, self.ranking
        able = [one for one in self.candidates(floor) if asked.test(ticket, one, floor)]
        if not able:
            failed = (asked.failing(ticket, one, floor) for one in self.candidates(floor))
            return Decision.none(ticket, f"none of {self._whom()}: {counted(failed)}")
        best = min(able, key=lambda one: (*order.key(ticket, one, floor), one.id))
        words = order.words(ticket, best, floor)
        person = best.kind == "agent"
        return Decision(
            "assign" if person else "hand_off",
            ticket.ticket,
            agent=best.id if person else None,
            team=best.team,
            desk=best.desk,
            policy=str(self),
            because=(f"first of {len(able)} of {self._whom()}: {order}", *words),
            key=words,
            marks=self.requires.marks(ticket, best, floor),
        )

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        return self.answer(ticket, floor).kind

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        own = (self._required.next_change(ticket, one, floor) for one in self.candidates(floor))
        room = (floor.routing.next_room_change(name, floor.at_us) for name in (*self.desks, *self.partners))
        changes = (*own, *room, self.ranking.next_change(ticket, floor))
        return min((change for change in changes if change is not None), default=None)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        order = self.ranking.next_change(ticket, floor)
        # Who is best decides between a person and a desk, which are two kinds of answer.
        looked = self.ranking.looks_at(ticket) if self.desks and self.partners else ()
        return (self._required.demand(ticket, floor), order, ticket.ticket if looked is None else looked)

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        found = tuple(ruling(self._required, self.ranking, ticket, one, floor) for one in self.candidates(floor))
        places = places_of(self.ranking, found)
        return (Step(str(self), self.answer(ticket, floor), found, str(self.ranking), places),)

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        for place, desk in enumerate(self.desks):
            for problem in ToAgent(desk=desk).problems(context, path):
                yield problem._replace(path=f"{path}.desks[{place}]")
        for place, partner in enumerate(self.partners):
            for problem in HandOff(partner).problems(context, path):
                yield problem._replace(path=f"{path}.partners[{place}]")
        yield from self.requires.lint(context.staff, f"{path}.requires")
        yield from self.ranking.lint(context.staff, f"{path}.ranking")

    @property
    def claims(self) -> Claims:
        return of_the_whole(self, to_candidates(self.requires.claims, self.ranking.claims).union(("never_unfit",)))

    @property
    def may_hold(self) -> bool:
        return False

    @property
    def reads_the_register_s_order(self) -> bool:
        return self.ranking.reads_the_register_s_order

    def _whom(self) -> str:
        return ", ".join((*(f"agents of {desk}" for desk in self.desks), *(f"desk {one}" for one in self.partners)))

    def __str__(self) -> str:
        asked = "" if self.requires == WILLING else f" ({self.requires})"
        return f"the best of {self._whom()}{asked}, {self.ranking}"
