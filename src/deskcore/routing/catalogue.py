"""What a policy will be asked: products and typical tickets, tried out on the best floor there could be.

There everybody of the register is present, on shift and free. What finds nobody even so never will.

Layer: routing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Final, final

import attrs

from deskcore._value import FrozenDict, as_tuple, instance_of_kind
from deskcore.errors import InvalidValue, Problem
from deskcore.hours import Calendar
from deskcore.routing.decision import Decision
from deskcore.routing.events import DecisionKind
from deskcore.routing.intake import Intake, IntakeMenu
from deskcore.routing.policy import RoutingPolicy
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.state import RoutingState
from deskcore.routing.waiting import WaitingFacts
from deskcore.routing.walk import calendars_asked
from deskcore.staff import Presence, Staff
from deskcore.staff.presence import AgentPresence
from deskcore.staff.skills import Levels, levels

_PLACES: Final[frozenset[DecisionKind]] = frozenset(("assign", "hand_off", "offer"))
_AT: Final = datetime(2026, 1, 5, 12, tzinfo=UTC)
_LONG: Final = timedelta(days=365)
_HOURS: Final = (Calendar.always(), Calendar.never())


def _products(given: Mapping[str, Iterable[str] | Mapping[str, int]]) -> FrozenDict[Levels]:
    if not isinstance(given, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidValue("products", given, "must map each product to its skills, for example {'vpn': ['vpn']}")
    return FrozenDict({name: levels(skills) for name, skills in given.items()})


def _tickets(given: Iterable[WaitingFacts]) -> tuple[WaitingFacts, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class Catalogue:
    """The products a desk supports, each with the skills it takes, and tickets of every kind that come.

    >>> Catalogue({"mail": ["exchange"], "vpn": {"vpn": 2}}).products["vpn"]
    FrozenDict({'vpn': 2})
    """

    products: FrozenDict[Levels] = attrs.field(factory=FrozenDict[Levels], converter=_products)
    tickets: tuple[WaitingFacts, ...] = attrs.field(
        default=(),
        converter=_tickets,
        validator=instance_of_kind(WaitingFacts, "must be the facts of a ticket", many=True),
    )

    def problems(self, policy: RoutingPolicy, staff: Staff, *, decide: bool = True) -> Iterator[Problem]:
        """Products without a skill or with one nobody holds, and tickets that no rule answers or nobody ever takes.

        ``decide=False`` tries no ticket: for policies that name partners who are not there.
        """
        best: dict[str, int] = {}
        for held in (*(agent.skills for agent in staff.agents), *(partner.skills for partner in staff.partners)):
            best.update({name: max(level, best.get(name, 0)) for name, level in held.items()})
        for name, skills in self.products.items():
            path = f"catalogue.products[{name}]"
            if not skills:
                yield Problem(path, "asks for no skill, so that anybody may get its tickets", "no_skill")
            lacking = [skill for skill, level in skills.items() if best.get(skill, 0) < level]
            for skill in lacking:
                reason = f"asks for {skill!r} at level {skills[skill]}; the best holds {best.get(skill, 0)}"
                yield Problem(path, reason, "unknown_skill")
            if decide and not lacking:
                yield from _tried(policy, staff, _probe(f"a ticket for {name}", service=name, skills=skills), path)
        for place, ticket in enumerate(self.tickets if decide else ()):
            yield from _tried(policy, staff, ticket, f"catalogue.tickets[{place}]")


def _probe(
    name: str, *, service: str | None = None, skills: Levels | None = None, queue: str | None = None
) -> WaitingFacts:
    return WaitingFacts(
        name, opened_at=_AT, queued_at=_AT, service=service, skills=skills or FrozenDict[int](), queue=queue
    )


def _tried(policy: RoutingPolicy, staff: Staff, ticket: WaitingFacts, path: str) -> Iterator[Problem]:
    answers = list(best_answers(policy, staff, ticket))
    if not any(answer.answers for answer in answers):
        why = "; ".join(dict.fromkeys(reason for answer in answers for reason in answer.because))
        yield Problem(path, f"is answered by no rule: {why}", "unanswered")
    elif not any(answer.kind in _PLACES or answer.kind == "reject" for answer in answers):
        why = "; ".join(dict.fromkeys(reason for answer in answers for reason in answer.because))
        yield Problem(path, f"waits for ever, with everybody there and free: {why}", "nobody_eligible")


def best_answers(policy: RoutingPolicy, staff: Staff, ticket: WaitingFacts) -> Iterator[Decision]:
    """A policy's answers with everybody there and free: gates shut and open, in and out of hours, new and waiting.

    Cost: at most eight decisions.

    >>> from deskcore.routing import ToAgent
    >>> from deskcore.staff import Agent
    >>> ticket = WaitingFacts("T-1", opened_at=_AT, queued_at=_AT)
    >>> {answer.agent for answer in best_answers(ToAgent(), Staff(agents=(Agent("bo", calendar="office"),)), ticket)}
    {'bo'}
    """
    idle = attrs.evolve(
        staff,
        agents=tuple(attrs.evolve(agent, calendar=None) for agent in staff.agents),
        partners=tuple(attrs.evolve(partner, calendar=None) for partner in staff.partners),
    )
    present = Presence(FrozenDict({agent.id: AgentPresence("present", _AT) for agent in staff.agents}))
    gates = tuple(gate.id for gate in policy.gates())
    opened = (False, True) if gates else (False,)
    asked = calendars_asked(policy, staff.partners)
    for is_open, hours, waited in product(opened, _HOURS if asked else _HOURS[:1], (timedelta(0), _LONG)):
        routing = RoutingState(gates=FrozenDict(dict.fromkeys(gates, _AT) if is_open else {}))
        calendars = FrozenDict(dict.fromkeys(asked, hours))
        floor = Snapshot(at=_AT, staff=idle, calendars=calendars, presence=present, routing=routing)
        yield policy.decide(attrs.evolve(ticket, queued_at=_AT - waited), floor)


def unanswered_leaves(intake: Intake | IntakeMenu, policy: RoutingPolicy, staff: Staff) -> tuple[Problem, ...]:
    """The ends of an intake whose queue nobody ever serves: a caller may get there and wait for ever.

    >>> from deskcore.routing import ToAgent
    >>> from deskcore.routing.eligibility import ServesQueue
    >>> from deskcore.staff import Agent
    >>> menu = IntakeMenu("About?", {"1": "sales", "2": "repair"}, "general")
    >>> staff = Staff(agents=(Agent("bo", queues=("sales", "general")),))
    >>> for problem in unanswered_leaves(menu, ToAgent(ServesQueue()), staff):
    ...     print(problem)
    intake[2]: leads to queue 'repair', whose tickets nobody ever takes
    """
    if isinstance(intake, IntakeMenu):
        ends = [("".join(f"[{answer}]" for answer in way) or ".otherwise", queue) for way, queue in intake.leaves()]
    else:
        ends = [(f".rules[{place}].queue", rule.queue) for place, rule in enumerate(intake.rules)]
        ends.append((".otherwise", intake.otherwise))
    found: list[Problem] = []
    for path, queue in ends:
        answers = best_answers(policy, staff, _probe("a caller", queue=queue))
        if not any(answer.kind in _PLACES or answer.kind == "reject" for answer in answers):
            reason = f"leads to queue {queue!r}, whose tickets nobody ever takes"
            found.append(Problem(f"intake{path}", reason, "unanswered_leaf"))
    return tuple(found)
