"""The two policies that place a ticket: with an agent, or with a partner desk as a whole.

Filter, then rank: the requirements remove, the ranking orders those who are left, the id settles the last tie.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Final, final

import attrs

from deskcore._value import instance_of_kind, named
from deskcore.errors import Problem
from deskcore.routing.choosing import counted, places_of, ruling
from deskcore.routing.claims import PURE, Claims, Law, of_the_whole, to_candidates
from deskcore.routing.context import Context
from deskcore.routing.decision import Decision
from deskcore.routing.eligibility import HasSigned
from deskcore.routing.events import DecisionKind
from deskcore.routing.policy import RoutingPolicy
from deskcore.routing.ranking import A_RANKING, LeastUtilised, LongestIdle, Ranking
from deskcore.routing.requirement import A_REQUIREMENT, Requirement, conjuncts
from deskcore.routing.requirements import (
    ABLE,
    FIRM,
    WILLING,
    Cleared,
    HasRoom,
    InScope,
    NotAbsent,
    NotTried,
    OnShift,
    Present,
)
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.trace import Step
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import HOUSE

FAIR: Final[Ranking] = LeastUtilised().then(LongestIdle())
"""The order used unless another is given."""
_ALIKE: Final = (Cleared, HasSigned)
"""What changes for all agents of a desk at the same instants."""


@final
@attrs.frozen
class ToAgent(RoutingPolicy):
    """Give the ticket to the best agent of a desk who meets every requirement; no answer when there is none.

    ``FIRM`` (there, on shift, not absent, with room, in scope, cleared) is always required on top of ``requires``.

    >>> print(ToAgent())
    an agent of house, least utilised, then longest idle
    """

    requires: Requirement = attrs.field(default=ABLE, validator=instance_of_kind(Requirement, A_REQUIREMENT))
    ranking: Ranking = attrs.field(default=FAIR, validator=instance_of_kind(Ranking, A_RANKING))
    desk: str = attrs.field(default=HOUSE, kw_only=True, validator=named)
    _required: Requirement = attrs.field(init=False, eq=False, repr=False)
    _asked: tuple[Requirement, ...] = attrs.field(init=False, eq=False, repr=False)
    _timed: tuple[Requirement, ...] = attrs.field(init=False, eq=False, repr=False)
    _alike: tuple[Requirement, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        required = FIRM & self.requires
        # Presence and hours look at no ticket, and the own house does all work.
        idle = (Present, OnShift, NotAbsent, InScope) if self.desk == HOUSE else (Present, OnShift, NotAbsent)
        asked = tuple(part for part in conjuncts(required) if not isinstance(part, idle))
        timed = tuple(part for part in asked if type(part).next_change is not Requirement.next_change)
        object.__setattr__(self, "_required", required)
        object.__setattr__(self, "_asked", asked)
        object.__setattr__(self, "_timed", tuple(part for part in timed if not isinstance(part, _ALIKE)))
        object.__setattr__(self, "_alike", tuple(part for part in timed if isinstance(part, _ALIKE)))

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        best: Candidate | None = None
        best_key: tuple[object, ...] = ()
        eligible = 0
        for candidate in floor.free_agents(self.desk):
            if not (FIRM.test(ticket, candidate, floor) and self.requires.test(ticket, candidate, floor)):
                continue
            eligible += 1
            key = (*self.ranking.key(ticket, candidate, floor), candidate.id)
            if best is None or key < best_key:
                best, best_key = candidate, key
        if best is None:
            return Decision.none(ticket, self._why_nobody(ticket, floor))
        words = self.ranking.words(ticket, best, floor)
        return Decision(
            "assign",
            ticket.ticket,
            agent=best.id,
            team=best.team,
            desk=best.desk,
            policy=str(self),
            because=(f"{self._of(eligible)} of {self.desk}: {self.ranking}", *words),
            key=words,
            marks=self.requires.marks(ticket, best, floor),
        )

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        changes = [floor.next_shift_edge(self.desk), self.ranking.next_change(ticket, floor)]
        changes.append(floor.routing.next_room_change(self.desk, floor.at_us))
        if self._timed or floor.staff.has_dates:
            there = [one for one in floor.agents_of(self.desk) if one.presence is not None and one.presence.is_present]
            changes += [part.next_change(ticket, one, floor) for one in there for part in self._timed]
            changes += [part.next_change(ticket, one, floor) for one in there[:1] for part in self._alike]
        return min([change for change in changes if change is not None], default=None)

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        required = self._required
        found = any(required.test(ticket, candidate, floor) for candidate in floor.free_agents(self.desk))
        return "assign" if found else "none"

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        order = self.ranking.next_change(ticket, floor)
        required = tuple([part.demand(ticket, floor) for part in self._asked])
        return required if order is None else (required, order)

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        rulings = tuple(
            ruling(self._required, self.ranking, ticket, candidate, floor) for candidate in floor.agents_of(self.desk)
        )
        return (
            Step(str(self), self.answer(ticket, floor), rulings, str(self.ranking), places_of(self.ranking, rulings)),
        )

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        staff = context.staff
        if self.desk not in staff.desks:
            yield Problem(f"{path}.desk", f"names the unknown desk {self.desk!r}", "unknown_desk")
        elif not staff.at_desk(self.desk):
            yield Problem(f"{path}.desk", f"asks for agents of {self.desk!r}, which has none", "nobody_eligible")
        yield from self.requires.lint(staff, f"{path}.requires")
        yield from self.ranking.lint(staff, f"{path}.ranking")

    def _of(self, eligible: int) -> str:
        return "the only eligible agent" if eligible == 1 else f"first of {eligible} eligible agents"

    def _why_nobody(self, ticket: WaitingFacts, floor: Snapshot) -> str:
        failed = (self._required.failing(ticket, candidate, floor) for candidate in floor.agents_of(self.desk))
        return f"no agent of {self.desk}: {counted(failed)}"

    @property
    def claims(self) -> Claims:
        return of_the_whole(self, to_candidates(self.requires.claims, self.ranking.claims).union(("never_unfit",)))

    @property
    def may_hold(self) -> bool:
        return False

    @property
    def reads_the_register_s_order(self) -> bool:
        return self.ranking.reads_the_register_s_order

    def __str__(self) -> str:
        wanted = "" if self.requires == ABLE else f" ({self.requires})"
        return f"an agent of {self.desk}{wanted}, {self.ranking}"


@final
@attrs.frozen
class HandOff(RoutingPolicy):
    """Hand the ticket to a partner desk as a whole, if its contract and its hours allow; no answer when not.

    ``FIRM`` is always required on top of ``requires``: open, with room, in scope, cleared. What the desk is able to do
    is for its scope to say.

    >>> print(HandOff("manila"))
    desk manila
    """

    partner: str = attrs.field(validator=named)
    requires: Requirement = attrs.field(default=WILLING, validator=instance_of_kind(Requirement, A_REQUIREMENT))
    _required: Requirement = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_required", FIRM & self.requires)

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        return self.answer_of(floor.desk(self.partner), ticket, floor)

    def answer_of(self, desk: Candidate, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        """The answer where the partner desk is known to be this candidate."""
        failed = self._required.failing(ticket, desk, floor)
        if failed is not None:
            return Decision.none(ticket, f"not desk {self.partner}: {failed.because(ticket, desk, floor)}")
        because = tuple(part.because(ticket, desk, floor) for part in (InScope(), HasRoom()))
        marks = self.requires.marks(ticket, desk, floor)
        return Decision("hand_off", ticket.ticket, desk=self.partner, policy=str(self), because=because, marks=marks)

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        return self.next_change_of(floor.desk(self.partner), ticket, floor)

    def next_change_of(self, desk: Candidate, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        """``next_change`` where the partner desk is known to be this candidate."""
        own = self._required.next_change(ticket, desk, floor)
        room = floor.routing.next_room_change(self.partner, floor.at_us)
        return min((change for change in (own, room) if change is not None), default=None)

    def admits(self, desk: Candidate, ticket: WaitingFacts, floor: Snapshot) -> bool:
        """Whether the ticket may be handed to the partner desk, which is this candidate."""
        return self._required.test(ticket, desk, floor)

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        return "hand_off" if self.admits(floor.desk(self.partner), ticket, floor) else "none"

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return self._required.demand(ticket, floor)

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        found = ruling(self._required, None, ticket, floor.desk(self.partner), floor)
        return (Step(str(self), self.answer(ticket, floor), (found,)),)

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        staff = context.staff
        if not staff.knows_partner(self.partner):
            yield Problem(f"{path}.partner", f"names the unknown partner {self.partner!r}", "unknown_partner")
        elif staff.partner(self.partner).scope.states_nothing:
            reason = f"hands tickets to {self.partner!r}, whose scope states nothing"
            yield Problem(f"{path}.partner", reason, "no_scope")
        elif not staff.partner(self.partner).languages:
            reason = f"hands tickets to {self.partner!r}, which states no language"
            yield Problem(f"{path}.partner", reason, "no_languages")
        yield from self.requires.lint(staff, f"{path}.requires")

    @property
    def claims(self) -> Claims:
        kept = to_candidates(self.requires.claims, PURE.union(("fair_turns", "cheapest")))
        once: tuple[Law, ...] = ("bounded_offers",) if NotTried() in conjuncts(self.requires) else ()
        return of_the_whole(self, kept.union(("never_unfit",), once))

    @property
    def may_hold(self) -> bool:
        return False

    def __str__(self) -> str:
        return f"desk {self.partner}"
