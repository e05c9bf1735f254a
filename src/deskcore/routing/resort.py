"""Policies for when too few are there: whether anybody is, and the explicit last resort.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from typing import Final, final

import attrs

from deskcore._value import instance_of_kind, named
from deskcore.errors import InvalidValue, Problem
from deskcore.log import EventData
from deskcore.routing.assign import FAIR
from deskcore.routing.choosing import counted, places_of, ruling
from deskcore.routing.claims import ELIGIBLE, Claims, of_parts, of_the_whole, to_candidates
from deskcore.routing.context import Context
from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind
from deskcore.routing.firm import Cleared, HasRoom, InScope, NotAbsent, UnderCeilings
from deskcore.routing.policy import A_POLICY, RoutingPolicy
from deskcore.routing.ranking import A_RANKING, Ranking
from deskcore.routing.requirement import A_REQUIREMENT, Requirement
from deskcore.routing.requirements import ABLE
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.trace import Step
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import HOUSE

_STATES: Final = frozenset({"present", "away", "off"})


def _names(given: Iterable[str]) -> frozenset[str]:
    return frozenset({given} if isinstance(given, str) else given)


def _known_states(_: object, field: attrs.Attribute[frozenset[str]], value: frozenset[str]) -> None:
    if not value or not value <= _STATES:
        raise InvalidValue(field.name, sorted(value), f"must be some of {', '.join(sorted(_STATES))}")


@final
@attrs.frozen
class PresenceIs(Requirement):
    """The agent's presence is one of these states: ``present``, ``away``, ``off``. A desk as a whole is present.

    >>> print(PresenceIs(frozenset({"away"})))
    away
    """

    states: frozenset[str] = attrs.field(converter=_names, validator=_known_states)

    def test(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> bool:
        del ticket, floor
        return ("present" if candidate.presence is None else candidate.presence.state) in self.states

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        del ticket, floor
        return None

    def because(self, ticket: WaitingFacts, candidate: Candidate, floor: Snapshot) -> str:
        del ticket, floor
        return f"{candidate.called} is {'present' if candidate.presence is None else candidate.presence.explain()}"

    @property
    def claims(self) -> Claims:
        return ELIGIBLE

    def __str__(self) -> str:
        return " or ".join(sorted(self.states))


@final
@attrs.frozen
class LastResort(RoutingPolicy):
    """Give the ticket to somebody who may not be there: the one policy that does, for desks that leave none unassigned.

    ``states`` are those it gives to. Shifts are not asked; absences, room, scope and clearance are, as always.

    >>> print(LastResort(frozenset({"away"})))
    as a last resort, an agent of house who is away, least utilised, then longest idle
    """

    states: frozenset[str] = attrs.field(default=_STATES, converter=_names, validator=_known_states)
    requires: Requirement = attrs.field(default=ABLE, validator=instance_of_kind(Requirement, A_REQUIREMENT))
    ranking: Ranking = attrs.field(default=FAIR, validator=instance_of_kind(Ranking, A_RANKING))
    desk: str = attrs.field(default=HOUSE, kw_only=True, validator=named)
    _required: Requirement = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        firm = NotAbsent() & UnderCeilings() & HasRoom() & InScope() & Cleared()
        object.__setattr__(self, "_required", PresenceIs(self.states) & firm & self.requires)

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        able = [one for one in floor.agents_of(self.desk) if self._required.test(ticket, one, floor)]
        if not able:
            failed = (self._required.failing(ticket, one, floor) for one in floor.agents_of(self.desk))
            return Decision.none(ticket, f"no last resort at {self.desk}: {counted(failed)}")
        best = min(able, key=lambda one: (*self.ranking.key(ticket, one, floor), one.id))
        words = self.ranking.words(ticket, best, floor)
        return Decision(
            "assign",
            ticket.ticket,
            agent=best.id,
            team=best.team,
            desk=best.desk,
            policy=str(self),
            because=("a last resort", PresenceIs(self.states).because(ticket, best, floor), *words),
            key=words,
            marks=self.requires.marks(ticket, best, floor),
        )

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        own = (self._required.next_change(ticket, one, floor) for one in floor.agents_of(self.desk))
        changes = (*own, floor.routing.next_room_change(self.desk, floor.at_us))
        return min((change for change in changes if change is not None), default=None)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return self._required.demand(ticket, floor)

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        found = tuple(ruling(self._required, self.ranking, ticket, one, floor) for one in floor.agents_of(self.desk))
        places = places_of(self.ranking, found)
        return (Step(str(self), self.answer(ticket, floor), found, str(self.ranking), places),)

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        if self.desk not in context.staff.desks:
            yield Problem(f"{path}.desk", f"names the unknown desk {self.desk!r}", "unknown_desk")
        yield from self.requires.lint(context.staff, f"{path}.requires")
        yield from self.ranking.lint(context.staff, f"{path}.ranking")

    @property
    def claims(self) -> Claims:
        return of_the_whole(self, to_candidates(self.requires.claims, self.ranking.claims))

    @property
    def may_hold(self) -> bool:
        return False

    @property
    def reads_the_register_s_order(self) -> bool:
        return self.ranking.reads_the_register_s_order

    def __str__(self) -> str:
        who = " or ".join(sorted(self.states))
        return f"as a last resort, an agent of {self.desk} who is {who}, {self.ranking}"


@final
@attrs.frozen
class IfAnybody(RoutingPolicy):
    """One policy while anybody of a desk meets a requirement, another while nobody does.

    Only ``meets`` is asked: not room, nor presence, nor shift, unless it says so. ``ABLE & FIRM`` (both from
    ``deskcore.routing.requirements``) is whoever could have the ticket now.

    >>> from deskcore.routing import Wait
    >>> from deskcore.routing.requirements import Present
    >>> print(IfAnybody(Present(), Wait(), Wait("nobody there")))
    wait if anybody of house meets: present; else wait
    """

    meets: Requirement = attrs.field(validator=instance_of_kind(Requirement, A_REQUIREMENT))
    then: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))
    otherwise: RoutingPolicy = attrs.field(validator=instance_of_kind(RoutingPolicy, A_POLICY))
    desk: str = attrs.field(default=HOUSE, kw_only=True, validator=named)

    def _now(self, ticket: WaitingFacts, floor: Snapshot) -> RoutingPolicy:
        return self.then if anybody(self.meets, self.desk, ticket, floor) else self.otherwise

    def answer(self, ticket: WaitingFacts, floor: Snapshot) -> Decision:
        now = self._now(ticket, floor)
        state = "somebody" if now is self.then else "nobody"
        return now.answer(ticket, floor).after((self._found(state),))

    def _found(self, state: str) -> str:
        return f"{state} of {self.desk} meets: {self.meets}"

    def would(self, ticket: WaitingFacts, floor: Snapshot) -> DecisionKind:
        return self._now(ticket, floor).would(ticket, floor)

    def next_change(self, ticket: WaitingFacts, floor: Snapshot) -> int | None:
        own = (self.meets.next_change(ticket, one, floor) for one in floor.agents_of(self.desk))
        changes = (*own, self._now(ticket, floor).next_change(ticket, floor))
        return min((change for change in changes if change is not None), default=None)

    def demand(self, ticket: WaitingFacts, floor: Snapshot) -> Hashable:
        return (self.meets.demand(ticket, floor), self._now(ticket, floor).demand(ticket, floor))

    def trace(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[Step, ...]:
        now = self._now(ticket, floor)
        state = "somebody" if now is self.then else "nobody"
        own = Step(f"if anybody of {self.desk} meets: {self.meets}", Decision.none(ticket, self._found(state)))
        return (own, *now.trace(ticket, floor))

    def parts_by_label(self) -> tuple[tuple[str, RoutingPolicy], ...]:
        return (("then", self.then), ("otherwise", self.otherwise))

    def stages_due(self, ticket: WaitingFacts, floor: Snapshot) -> tuple[EventData, ...]:
        return self._now(ticket, floor).stages_due(ticket, floor)

    def problems(self, context: Context, path: str) -> Iterator[Problem]:
        yield from self.meets.lint(context.staff, f"{path}.meets")
        yield from super().problems(context, path)

    @property
    def always_answers(self) -> bool:
        return self.then.always_answers and self.otherwise.always_answers

    @property
    def claims(self) -> Claims:
        return of_parts(self, lost=("monotone", "work_conserving"))  # who is there decides, whatever their room

    def __str__(self) -> str:
        return f"{self.then} if anybody of {self.desk} meets: {self.meets}; else {self.otherwise}"


def anybody(meets: Requirement, desk: str, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Whether anybody of a desk meets a requirement.

    >>> from datetime import UTC, datetime
    >>> from deskcore.routing.requirement import ANYBODY
    >>> nine = datetime(2026, 5, 22, 9, tzinfo=UTC)
    >>> from deskcore.staff import Staff
    >>> anybody(ANYBODY, "house", WaitingFacts("T-1", opened_at=nine, queued_at=nine), Snapshot(at=nine, staff=Staff()))
    False
    """
    return any(meets.test(ticket, one, floor) for one in floor.agents_of(desk))
