"""``ToAgent`` on a board: an index for each signature of demand, asked instead of every agent.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, cast, final

from deskcore.routing.assign import ToAgent
from deskcore.routing.choosing import counted
from deskcore.routing.contract import UnderBudget, UnderCap
from deskcore.routing.decision import Decision, assigned
from deskcore.routing.eligibility import Certified, HasSigned, NotRefused, Rested, UnderLimit
from deskcore.routing.events import DecisionKind
from deskcore.routing.firm import FIRM, Cleared, HasRoom, InScope, NotAbsent, OnShift, Present, UnderCeilings
from deskcore.routing.index import Index, Post, Standing
from deskcore.routing.keys import Order
from deskcore.routing.live import Figures, Live, candidate_at
from deskcore.routing.plan import Plan
from deskcore.routing.requirement import AllRequired, AnyRequired, NotRequired, Requirement
from deskcore.routing.requirements import HasSkills, NotTried
from deskcore.routing.signature import FIELDS, OF_THE_TICKET_ALONE, signature
from deskcore.routing.snapshot import Candidate
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff.presence import AgentPresence

if TYPE_CHECKING:
    from deskcore.routing.board import Board

_STANDING: Final = (Present, OnShift, NotAbsent, UnderCeilings, HasRoom)
"""What every standing asks by itself."""
_BARRING: Final = (NotTried, NotRefused)
_OF_THE_AGENT_ALONE: Final = (Certified, Rested, UnderLimit, UnderCap, UnderBudget)
_BY_ERA: Final = (Cleared, HasSigned)
"""What an index is good for until a clearance or an agreement begins or ends."""
_MOST: Final = 512
"""Indexes that one policy keeps; when there are more it begins again."""


@final
class Leaf(Plan):
    """A policy for agents, worked out once for a board."""

    policy: ToAgent

    def __init__(self, policy: ToAgent, board: Board) -> None:
        super().__init__(policy, board)
        staff = board.staff
        self._desk = board.desk(policy.desk)
        self._partner = staff.find_partner(policy.desk)
        self._required = FIRM & policy.requires
        self._name = str(policy)
        self._order = Order(policy.ranking)
        self._indexes: dict[Hashable, Index] = {}
        self._standings: dict[Hashable, Standing] = {}
        parts = tuple(dict.fromkeys(_flat(self._required)))
        self._parts = parts
        self._barring = tuple(part for part in parts if isinstance(part, _BARRING))
        self._extra = tuple(part for part in parts if _is_extra(part))
        sorted_out = (*_STANDING, InScope, *_BARRING)
        rest = tuple(part for part in parts if not isinstance(part, sorted_out) and part not in self._extra)
        signs = {part: signature(part, staff) for part in rest}
        self._static = rest
        self._marking = any(map(_marks, parts))
        alike = (*OF_THE_TICKET_ALONE, *_BY_ERA) if self._partner is None else (*OF_THE_TICKET_ALONE, *_BY_ERA, InScope)
        self._alike = tuple(part for part in parts if isinstance(part, alike))
        self._asking = tuple(part for part in self._extra if not isinstance(part, _OF_THE_AGENT_ALONE))
        # Scope is the desk's, so one look at it does for all of its agents.
        scoped = self._partner is not None and "ahead" in staff.scope_names
        asked_in_full = any(type(part).demand is Requirement.demand for part in self._asking)
        self.works = None not in signs.values() and not scoped and not asked_in_full
        by_field = [
            part for part in rest if type(part) in FIELDS and not (staff.has_dates and isinstance(part, _BY_ERA))
        ]
        sized = ["units", "channel", "queue"] if self._desk.has_ceilings else ["units"]
        self._size = attrgetter(*sized)
        self._fields: Callable[[WaitingFacts], Hashable] = attrgetter(
            *sized, *(FIELDS[type(part)] for part in by_field)
        )
        self._by_skills = any(isinstance(part, HasSkills) for part in rest)
        plain = (*by_field, *(part for part in rest if isinstance(part, HasSkills)))
        own = (sign for part, sign in signs.items() if sign is not None and part not in plain)
        self._signs = (*own, *(part.demand for part in self._asking))
        self._looks = not self._order.is_of_agents_alone
        self._lifts = self._order.lifts

    # what it answers

    def answer(self, ticket: WaitingFacts, told: tuple[str, ...]) -> Decision:
        """As the policy's own answer, with reasons found before it."""
        index = self._index(ticket)
        if index is None:
            return self._plainly(ticket, told)
        best, eligible = self._best(index, ticket)
        if best is None:
            return Decision("none", ticket.ticket, because=(*told, self._why_nobody(ticket)))
        live = best.live
        marks = self.policy.requires.marks(ticket, cast("Candidate", live), self.board.floor) if self._marking else ()
        choice = (self._tell, ticket, eligible, live, live.load.figures(), live.presence, self.board.floor.at, told)
        return assigned(ticket.ticket, live.id, live.desk, marks, choice)

    def _tell(
        self,
        ticket: WaitingFacts,
        eligible: int,
        live: Live,
        figures: Figures,
        presence: AgentPresence,
        at: datetime,
        told: tuple[str, ...],
    ) -> dict[str, object]:
        """The rest of a decision, from what was so when it was made."""
        candidate = candidate_at(live, figures, presence)
        words = self.policy.ranking.words(ticket, candidate, self.board.empty(at))
        of = "the only eligible agent" if eligible == 1 else f"first of {eligible} eligible agents"
        return {
            "team": live.team,
            "policy": self._name,
            "because": (*told, f"{of} of {self.policy.desk}: {self.policy.ranking}", *words),
            "key": words,
            "next_change": None,
            "expires_at": None,
        }

    def would(self, ticket: WaitingFacts) -> DecisionKind:
        """As the policy's own."""
        index = self._index(ticket)
        if index is None:
            return self.policy.would(ticket, self.board.snapshot())
        return "none" if self._best(index, ticket)[0] is None else "assign"

    def next_change(self, ticket: WaitingFacts) -> int | None:
        """As the policy's own. Cost: flat but where certificates, rests or limits change with time."""
        floor = self.board.floor
        if self._order.looks_at(ticket) is None:
            return self.policy.next_change(ticket, self.board.snapshot())
        here = [live for live in self._desk.lives.values() if live.here] if self._each_changes(ticket) else ()
        changes = [part.next_change(ticket, cast("Candidate", live), floor) for part in self._parts for live in here]
        changes += [floor.next_edge(calendar) for calendar in self._desk.calendars()]
        changes.append(self._desk.next_absence_edge(floor.at_us))
        somebody = self._desk.anybody_here() if self._alike else None
        if somebody is not None:
            changes += [part.next_change(ticket, cast("Candidate", somebody), floor) for part in self._alike]
        changes.append(self.policy.ranking.next_change(ticket, floor))
        changes.append(floor.routing.next_room_change(self.policy.desk, floor.at_us))
        return min((change for change in changes if change is not None), default=None)

    def _each_changes(self, ticket: WaitingFacts) -> bool:
        return any(self._changes_by_agent(part, ticket) for part in self._parts)

    def _changes_by_agent(self, part: Requirement, ticket: WaitingFacts) -> bool:
        """Whether the instants at which a part changes may differ from agent to agent, hours apart."""
        if isinstance(part, (AnyRequired, NotRequired)):
            return True
        if type(part).next_change is Requirement.next_change or isinstance(
            part, (OnShift, NotAbsent, InScope, *_BY_ERA, *OF_THE_TICKET_ALONE)
        ):
            return False
        return not isinstance(part, NotRefused) or bool(self.board.floor.routing.refused(ticket.ticket))

    def _plainly(self, ticket: WaitingFacts, told: tuple[str, ...]) -> Decision:
        return self.policy.answer(ticket, self.board.snapshot()).after(told)

    def _why_nobody(self, ticket: WaitingFacts) -> str:
        floor, required = self.board.floor, self._required
        failed = (required.failing(ticket, cast("Candidate", live), floor) for live in self._desk.lives.values())
        return f"no agent of {self.policy.desk}: {counted(failed)}"

    # how it finds them

    def _best(self, index: Index, ticket: WaitingFacts) -> tuple[Post | None, int]:
        standing = index.standing
        if standing.timers and standing.timers[0][0] <= self.board.floor.at_us:
            standing.catch_up(self.board.floor.at_us)
        if self._partner is not None and not self._desk_takes(ticket):
            return None, 0
        barred = self._barred(ticket) if ticket.tried or self.board.floor.routing.refusals else ()
        best, eligible = index.best_but(barred) if barred else (index.best(), index.able)
        if self._lifts and best is not None:
            best = self._lifted(index, ticket, best, barred)
        return best, eligible

    def _desk_takes(self, ticket: WaitingFacts) -> bool:
        partner = self._partner
        assert partner is not None
        floor = self.board.floor
        extra = floor.routing.extra_room(partner.id, floor.at_us)
        room = partner.capacity is None or self._desk.load.units + ticket.units <= partner.capacity + extra
        return room and partner.contract.holds_us(floor.at_us) and partner.scope.covers(self.board.floor.facts(ticket))

    def _barred(self, ticket: WaitingFacts) -> tuple[str, ...]:
        """Whom the ticket's own history rules out."""
        names: list[str] = []
        floor = self.board.floor
        for part in self._barring:
            known = (
                ticket.tried if isinstance(part, NotTried) else [one.by for one in floor.routing.refused(ticket.ticket)]
            )
            lives = (self._desk.lives.get(name) for name in known)
            names += [live.id for live in lives if live and not part.test(ticket, cast("Candidate", live), floor)]
        return tuple(names)

    def _lifted(self, index: Index, ticket: WaitingFacts, best: Post, barred: tuple[str, ...]) -> Post:
        """Whoever comes first once the places of those whom the ticket names are asked for."""
        names = [name for name in self._order.lifted(ticket) if name not in barred and index.holds(name)]
        if not names:
            return best
        return min((best, *(index.members[name] for name in names)), key=lambda one: self._key(ticket, one.live))

    def _key(self, ticket: WaitingFacts, live: Live) -> tuple[Any, ...]:
        return (*self.policy.ranking.key(ticket, cast("Candidate", live), self.board.floor), live.id)

    def _index(self, ticket: WaitingFacts) -> Index | None:
        """The index for tickets like this one; ``None`` where none can tell."""
        key: Hashable = self._fields(ticket)
        if self._by_skills:
            key = (key, tuple(ticket.skills.items()))
        if self._signs:
            floor = self.board.floor
            key = (key, *[sign(ticket, floor) for sign in self._signs])
        if self._looks:
            looked = self._order.looks_at(ticket)
            if looked is None:
                return None
            key = (key, looked)
        return self._indexes.get(key) or self._made(key, ticket)

    def _made(self, key: Hashable, ticket: WaitingFacts) -> Index:
        """A new index. Cost: a look at every agent of the desk."""
        if len(self._indexes) >= _MOST:
            self.forget()
        floor = self.board.floor
        size = (
            self._size(ticket),
            self._order.looks_at(ticket),
            *[part.demand(ticket, floor) for part in self._asking],
        )
        standing = self._standings.get(size)
        if standing is None:
            standing = self._standings[size] = Standing(self._order, self._extra, ticket, floor)
        standing.catch_up(floor.at_us)
        able = [
            live
            for live in self._desk.lives.values()
            if all(part.test(ticket, cast("Candidate", live), floor) for part in self._static)
        ]
        index = self._indexes[key] = Index(standing, able)
        return index

    def forget(self) -> None:
        """Begin again with no index."""
        for standing in self._standings.values():
            standing.close()
        self._standings.clear()
        self._indexes.clear()


def _flat(required: Requirement) -> tuple[Requirement, ...]:
    if not isinstance(required, AllRequired):
        return (required,)
    return tuple(part for one in required.parts for part in _flat(one))


def _is_extra(part: Requirement) -> bool:
    """Whether it depends on the agent's own load, presence and meters, and on time as it says."""
    if isinstance(part, (*_STANDING, *_BARRING, *_BY_ERA)):
        return False
    if isinstance(part, UnderLimit):
        return not part.shared
    return isinstance(part, (UnderCap, UnderBudget)) or part.depends_on == "candidate"


def _marks(part: Requirement) -> bool:
    if isinstance(part, (AllRequired, AnyRequired)):
        return any(map(_marks, part.parts))
    return type(part).marks is not Requirement.marks
