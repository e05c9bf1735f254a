"""A seeded discrete-event loop that drives the real desk through commands and ticks.

Agents work on one ticket at a time, in the order they got them, during their own hours; a partner desk without named
agents works with as many hands as it has capacity. What the desk decides, it decides: the loop only asks.

Layer: planning.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime
from typing import Final, Literal, NamedTuple, TypeAlias, final

from deskcore._value import MINUTE, FrozenDict, from_us, to_us
from deskcore.desk import Case, Desk, Memory
from deskcore.desk import floor_commands as ask
from deskcore.desk.host import RunningHost
from deskcore.hours import Calendar
from deskcore.log import Actor
from deskcore.planning.arrivals import arrivals
from deskcore.planning.draws import Draws
from deskcore.planning.scenario import Scenario
from deskcore.routing.events import Placed
from deskcore.staff import HOUSE, Agent
from deskcore.tickets import commands as do
from deskcore.tickets.party import Party

Kind: TypeAlias = Literal["arrive", "on", "off", "away", "back", "begin", "finish", "answer", "complain"]

_HALF_WAY: Final = 0.5


class Due(NamedTuple):
    """Something that happens at an instant; ``turn`` keeps the order of what was planned first."""

    us: int
    turn: int
    kind: Kind
    name: str
    stay: int = 0


@final
class Simulation:
    """One run: a host, by default in memory, a heap of what is to come, and everybody's hands.

    Mutable, for one thread. The same desk, scenario and seed give the same events on any machine.
    """

    def __init__(self, desk: Desk, scenario: Scenario, *, host: RunningHost | None = None) -> None:
        self.host: RunningHost = Memory(desk) if host is None else host
        self.scenario = scenario
        self.draws = Draws(scenario.seed)
        self.opened = 0
        self._heap: list[Due] = []
        self._turn = 0
        self._free_at: dict[str, int] = {}
        self._seen = 0
        self._stays: dict[str, int] = {}

    def run(self, progress: Callable[[float], object] = float, *, until: datetime | None = None) -> RunningHost:
        """Play the scenario and answer with the host; ``progress`` hears shares of 1.

        Tickets come in [start, end). The run stops at ``until``, by default the scenario's end, with whatever is open
        then left open; a later instant lets people go on working without anything new coming in.
        """
        start, end = to_us(self.scenario.start), to_us(until or self.scenario.end)
        self._plan_shifts(from_us(end))
        self._plan_arrivals()
        while self._heap and self._heap[0].us < end:
            due = heapq.heappop(self._heap)
            self.host.advance(from_us(due.us))
            self._notice_placements()
            _ACTS[due.kind](self, due)
            self._notice_placements()
            progress((due.us - start) / (end - start))
        self.host.advance(from_us(end))
        progress(1.0)
        return self.host

    def _plan(self, us: int, kind: Kind, name: str, stay: int = 0) -> None:
        self._turn += 1
        heapq.heappush(self._heap, Due(us, self._turn, kind, name, stay))

    def _plan_arrivals(self) -> None:
        scenario = self.scenario
        moments = arrivals(scenario.demand.rate, self.draws, start=scenario.start, end=scenario.end)
        for place, moment in enumerate(moments, start=1):
            self._plan(to_us(moment), "arrive", f"T-{place:04d}")

    def _plan_shifts(self, end: datetime) -> None:
        """Everybody signs on a little late, goes for lunch in the middle, and signs off at the end of the shift."""
        scenario = self.scenario
        for agent in self.host.desk.configuration.staff.agents:
            calendar = self._calendar(agent.calendar)
            for number, span in enumerate(calendar.intervals(scenario.start, end)):
                begins, ends = to_us(span.start), to_us(span.end)
                late = self.draws.exponential(scenario.behaviour.late_minutes, agent.id, number, "late")
                lunch = begins + int((ends - begins) * _HALF_WAY)
                self._plan(min(begins + round(late * MINUTE), ends), "on", agent.id)
                self._plan(lunch, "away", agent.id)
                self._plan(lunch + round(scenario.behaviour.lunch_minutes * MINUTE), "back", agent.id)
                self._plan(ends, "off", agent.id)

    def _calendar(self, name: str | None) -> Calendar:
        calendars = self.host.desk.configuration.calendars
        return calendars[name] if name is not None else Calendar.always()

    def _arrive(self, due: Due) -> None:
        demand, draws, name = self.scenario.demand, self.draws, due.name
        topic = draws.choice([(topic, topic.weight) for topic in demand.topics], name, "topic")
        impact, urgency = draws.choice(demand.impacts, name, "impact").split("/")
        person = f"caller-{int(draws.uniform(name, 'caller') * 400):03d}"
        party = Party(
            person,
            organisation="acme",
            tier=draws.choice(demand.customer_tiers, person, "tier"),
            languages=(draws.choice(demand.languages, person, "language"),),
        )
        opening = do.Open(
            name,
            subject=f"{topic.name} does not work",
            requester=party,
            channel=draws.choice(demand.channels, name, "channel"),
            impact=int(impact),
            urgency=int(urgency),
            category=topic.name,
            skills=frozenset() if topic.skill is None else frozenset({topic.skill}),
            fields=FrozenDict({"tier": topic.tier}),
        )
        self.host.handle(opening, at=from_us(due.us), actor=Actor.requester(person)).unwrap()
        self.opened += 1

    def _presence(self, due: Due) -> None:
        at, agent = from_us(due.us), due.name
        match due.kind:
            case "on":
                self.host.operate(ask.SignOn(agent), at=at)
            case "off":
                self.host.operate(ask.SignOff(agent), at=at)
            case "away":
                self.host.operate(ask.GoAway(agent, "lunch"), at=at)
            case _:
                self.host.operate(ask.ComeBack(agent), at=at)

    def _notice_placements(self) -> None:
        """Whoever got a ticket puts it at the end of their own line of work."""
        for event in self.host.since(self._seen):
            self._seen = event.seq
            if isinstance(event.data, Placed):
                stay = self._stays[event.data.ticket] = self._stays.get(event.data.ticket, 0) + 1
                self._work_on(event.data.ticket, stay, to_us(event.recorded_at))

    def _work_on(self, name: str, stay: int, now: int) -> None:
        hand, calendar = self._hand(self.host.case(name))
        start = max(now, self._free_at.get(hand, now))
        minutes = self.draws.lognormal(self._minutes(name), self.scenario.behaviour.spread, name, stay, "work")
        begins = calendar.add_us(start, 0)
        opens = calendar.next_open(from_us(begins))
        begins = begins if opens is None else to_us(opens)
        ends = calendar.add_us(begins, round(minutes * MINUTE))
        self._free_at[hand] = ends
        self._plan(begins, "begin", name, stay)
        self._plan(ends, "finish", name, stay)

    def _minutes(self, name: str) -> float:
        category = self.host.case(name).ticket.triage.category
        return next(topic.minutes for topic in self.scenario.demand.topics if topic.name == category)

    def _hand(self, case: Case) -> tuple[str, Calendar]:
        """Who works on a ticket, and when they work: its assignee, or the partner desk's hand that is free first."""
        staff = self.host.desk.configuration.staff
        if case.ticket.assignee is not None:
            return case.ticket.assignee, self._calendar(self._agent(case.ticket.assignee).calendar)
        partner = staff.partner(case.ticket.desk or HOUSE)
        hands = [f"{partner.id}-{number + 1}" for number in range(partner.capacity or 1)]
        return min(hands, key=lambda hand: (self._free_at.get(hand, 0), hand)), self._calendar(partner.calendar)

    def _agent(self, name: str) -> Agent:
        return self.host.desk.configuration.staff.agent(name)

    def _worker(self, due: Due) -> Actor | None:
        """Who acts on a ticket now; ``None`` when it left their hands since, or needs nobody."""
        ticket = self.host.case(due.name).ticket
        if self._stays.get(due.name) != due.stay or not ticket.is_open or ticket.phase == "waiting":
            return None
        if ticket.assignee is not None:
            return Actor.agent(ticket.assignee, desk=ticket.desk or HOUSE)
        if ticket.desk is None or ticket.desk == HOUSE:
            return None
        return Actor("partner", "partner", ticket.desk, frozenset({"*"}))

    def _begin(self, due: Due) -> None:
        worker = self._worker(due)
        if worker is None:
            return
        at, name = from_us(due.us), due.name
        if self.host.case(name).ticket.phase == "new":
            self.host.handle(do.Start(name), at=at, actor=worker).unwrap()
        self.host.handle(do.Post(name, f"{name}/reply-{due.stay}", channel="mail"), at=at, actor=worker).unwrap()

    def _finish(self, due: Due) -> None:
        worker = self._worker(due)
        if worker is None:
            return
        at, name = from_us(due.us), due.name
        behaviour, draws = self.scenario.behaviour, self.draws
        times = self.host.case(name).ticket.counters.holds
        if times == 0 and draws.happens(behaviour.asks, name, "asks"):
            self.host.handle(do.Post(name, f"{name}/question"), at=at, actor=worker).unwrap()
            self.host.handle(do.Hold(name, "requester"), at=at, actor=worker).unwrap()
            hours = draws.lognormal(behaviour.answer_hours, behaviour.spread, name, "answers")
            self._plan(due.us + round(hours * 60 * MINUTE), "answer", name, due.stay)
            return
        self.host.handle(do.Resolve(name, code="solved"), at=at, actor=worker).unwrap()
        if draws.happens(behaviour.reopens, name, due.stay, "reopens"):
            hours = draws.lognormal(behaviour.reopen_hours, behaviour.spread, name, due.stay, "complains")
            self._plan(due.us + round(hours * 60 * MINUTE), "complain", name, due.stay)

    def _answer(self, due: Due) -> None:
        ticket = self.host.case(due.name).ticket
        if ticket.phase != "waiting" or ticket.requester is None:
            return
        actor, at = Actor.requester(ticket.requester.id), from_us(due.us)
        self.host.handle(do.Post(due.name, f"{due.name}/answer-{due.stay}"), at=at, actor=actor).unwrap()
        if self._stays.get(due.name) == due.stay and self.host.case(due.name).ticket.is_open:
            stay = self._stays[due.name] = due.stay + 1
            self._work_on(due.name, stay, due.us)

    def _complain(self, due: Due) -> None:
        ticket = self.host.case(due.name).ticket
        if ticket.phase != "resolved" or ticket.requester is None:
            return
        actor, at = Actor.requester(ticket.requester.id), from_us(due.us)
        self.host.handle(do.Post(due.name, f"{due.name}/complaint-{due.stay}"), at=at, actor=actor).unwrap()


_ACTS: Final[dict[Kind, Callable[[Simulation, Due], None]]] = {
    "arrive": Simulation._arrive,  # noqa: SLF001 - the table of what each kind of event does, beside its class
    "on": Simulation._presence,  # noqa: SLF001
    "off": Simulation._presence,  # noqa: SLF001
    "away": Simulation._presence,  # noqa: SLF001
    "back": Simulation._presence,  # noqa: SLF001
    "begin": Simulation._begin,  # noqa: SLF001
    "finish": Simulation._finish,  # noqa: SLF001
    "answer": Simulation._answer,  # noqa: SLF001
    "complain": Simulation._complain,  # noqa: SLF001
}
