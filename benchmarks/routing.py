"""Rows of routing: applied decisions on a board beside a plain linear scan, and three figures that are no speeds.

``routing-100``, ``routing-1k``, ``routing-10k``: one ticket comes, is decided and placed, and the oldest one held is
finished, over so many agents of 30 skills, three each, capacity 3, least utilised then longest idle. The peer asks the
same of every agent of a list, ranks those who are left, and keeps who holds what. ``routing-share-error``
is in tickets, ``routing-gate-switches`` in switches per 1,000 arrivals of an M/M/20 house at 110 % load.
"""

from __future__ import annotations

import heapq
import json
import random
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Final, final

import attrs

from benchmarks.row import Row
from benchmarks.timing import Size, side_by_side
from deskcore._value import FrozenDict
from deskcore.routing import Gate, RoutingState, Snapshot, ToAgent, WaitingFacts
from deskcore.routing.board import Board
from deskcore.routing.events import ShareServed
from deskcore.routing.share import Blend, Portion, share_error
from deskcore.routing.signals import WaitingCount
from deskcore.staff import Agent, Presence, Staff
from deskcore.staff.presence import AgentPresence

NINE: Final = datetime(2026, 5, 22, 9, tzinfo=UTC)
SECOND: Final = timedelta(seconds=1)
BATCH: Final = 200
SKILLS: Final = 30
AIMS: Final = {100: ("routing-100", None), 1_000: ("routing-1k", 9.0), 10_000: ("routing-10k", 60.0)}

WORKS: Final = ("routing",)


def fleet(count: int) -> Snapshot:
    """So many agents, all present since nine."""
    agents = tuple(
        Agent(f"a{place:05}", skills=[f"s{(place * 7 + step * 11) % SKILLS}" for step in range(3)])
        for place in range(count)
    )
    present = FrozenDict({agent.id: AgentPresence("present", NINE) for agent in agents})
    return Snapshot(at=NINE, staff=Staff(agents=agents), presence=Presence(present))


def tickets_for(room: int) -> Iterator[WaitingFacts]:
    """Tickets without end; a name is free again when its ticket is finished."""
    return cycle(
        [
            WaitingFacts(f"T-{number}", opened_at=NINE, queued_at=NINE, skills={f"s{number % SKILLS}": 1})
            for number in range((room // SKILLS + 2) * SKILLS)
        ]
    )


Held = deque[tuple[str, str]]
"""The tickets that somebody works on, with that agent's id; the oldest first."""


def on_board(count: int) -> Callable[[], Held]:
    """``BATCH`` tickets, a second apart, decided, placed and, once the house is half full, finished in turn."""
    board, policy = Board(fleet(count)), ToAgent()
    held: Held = deque()
    room = count * 3 // 2
    tickets = tickets_for(room)

    def call() -> Held:
        for _ in range(BATCH):
            ticket = next(tickets)
            board.move(board.at + SECOND)
            decision = board.decide(policy, ticket)
            board.apply(decision, ticket)
            assert decision.agent is not None
            held.append((ticket.ticket, decision.agent))
            if len(held) > room:
                board.release(held.popleft()[0])
        return held

    return call


class _Plain:
    """An agent of the linear scan: what the policy asks about, and nothing to index it by."""

    __slots__ = (
        "capacity", "clearances", "id", "idle_since", "languages", "last_placed", "on_shift", "present", "skills",
        "team", "tickets", "tier", "units",
    )  # fmt: skip

    def __init__(self, agent: Agent) -> None:
        self.id, self.skills, self.languages, self.tier = agent.id, dict(agent.skills), agent.languages, agent.tier
        self.team, self.clearances, self.capacity = agent.team, agent.clearances, agent.capacity
        self.present = self.on_shift = True
        self.units = self.tickets = 0
        self.idle_since = self.last_placed = 0  # in seconds, which compare quicker than datetimes


def _chosen(agents: list[_Plain], ticket: WaitingFacts) -> _Plain:
    """What the same policy says, by a look at every agent; the skill, which rules most out, is looked at first."""
    ((skill, level),) = ticket.skills.items()
    units, tier, languages = ticket.units, ticket.tier, ticket.languages
    team, data_class, tried = ticket.team, ticket.data_class, ticket.tried
    able = [
        one
        for one in agents
        if skill in one.skills
        and one.skills[skill] >= level
        and one.present
        and one.on_shift
        and one.units + units <= one.capacity
        and one.tier >= tier
        and (not languages or any(language in one.languages for language in languages))
        and (team is None or one.team == team)
        and (data_class is None or data_class in one.clearances)
        and one.id not in tried
    ]
    return min(
        able,
        key=lambda one: (
            one.units / one.capacity,
            one.tickets > 0,
            one.last_placed if one.tickets else one.idle_since,
            one.id,
        ),
    )


def scanning(count: int) -> Callable[[], Held]:
    """The same tickets by looking at every agent for every one, in as plain and tight Python as it goes."""
    agents = [_Plain(agent) for agent in fleet(count).staff.agents]
    holders: dict[str, _Plain] = {}
    held: Held = deque()
    room = count * 3 // 2
    tickets = tickets_for(room)
    at = 0

    def call() -> Held:
        nonlocal at
        for _ in range(BATCH):
            ticket = next(tickets)
            at += 1
            best = _chosen(agents, ticket)
            best.units += ticket.units
            best.tickets += 1
            best.last_placed = at
            holders[ticket.ticket] = best
            held.append((ticket.ticket, best.id))
            if len(held) > room:
                done = holders.pop(held.popleft()[0])
                done.units -= 1
                done.tickets -= 1
                done.idle_since = at
        return held

    return call


def taken(call: Callable[[], Held], times: int) -> list[tuple[str, str]]:
    """Who holds what after so many batches."""
    return [list(call()) for _ in range(times)][-1]


@final
@attrs.frozen
class Figure:
    """A figure that is no speed, beside its peer's: less is better."""

    work: str
    value: float
    peer: str
    peer_per_s: float
    aim: str
    met: bool

    def to_json(self) -> str:
        """The figure as one line of JSON."""
        own = {"work": self.work, "deskcore": self.value, "peer": self.peer, "peer_value": self.peer_per_s}
        return json.dumps({**own, "aim": self.aim, "met": self.met})


def _blended(weights: dict[str, int], method: str, turns: int) -> float:
    portions = tuple(Portion(name, ToAgent(), weight) for name, weight in weights.items())
    blend = Blend("b", portions, method=method)  # type: ignore[arg-type]  # one of the two words
    agents = (Agent("bo", capacity=10**9),)
    presence = Presence(FrozenDict({"bo": AgentPresence("present", NINE)}))
    floor = Snapshot(at=NINE, staff=Staff(agents=agents), presence=presence)
    ticket = WaitingFacts("T", opened_at=NINE, queued_at=NINE)
    owed: dict[str, int] = dict.fromkeys(weights, 0)
    served: list[str] = []
    whole = sum(weights.values())
    for _ in range(turns):
        state = RoutingState(shares=FrozenDict({"b": FrozenDict(owed)}))
        turn = blend.answer(ticket, attrs.evolve(floor, routing=state)).marks[-1]
        assert isinstance(turn, ShareServed)
        served.append(turn.member)
        for name, weight in turn.among.items():
            owed[name] += weight
        owed[turn.member] -= whole
    return float(share_error(served, weights))


def share_figure(turns: int = 10_000) -> Figure:
    """The worst distance from the exact shares over adversarial weights, by both rules."""
    adversarial = (
        {"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 45},
        {"a": 33, "b": 33, "c": 1, "d": 1, "e": 1, "f": 1},
    )
    # One long run settles the question for weights that repeat after at most their sum of turns.
    runs = [min(turns, 20 * sum(weights.values())) for weights in adversarial]
    ours = max(_blended(weights, "chairman", run) for weights, run in zip(adversarial, runs, strict=True))
    smooth = max(_blended(weights, "largest_deficit", run) for weights, run in zip(adversarial, runs, strict=True))
    return Figure(
        "routing-share-error", round(ours, 4), "smooth weighted round robin", round(smooth, 4), "< 1", ours < 1
    )


def switches(off: int, arrivals: int = 50_000, seed: int = 7) -> float:
    """A gate's switches per 1,000 arrivals, on at 10 waiting, where open sends newcomers away."""
    lots, servers, load = random.Random(seed), 20, 22.0
    gate = Gate("busy", WaitingCount(), on=10, off=off)
    now, waiting, busy, is_open, count = 0.0, 0, 0, False, 0
    leaving: list[float] = []
    for _ in range(arrivals):
        now += lots.expovariate(load)
        while leaving and leaving[0] <= now:
            left = heapq.heappop(leaving)
            if waiting:
                waiting -= 1
                heapq.heappush(leaving, left + lots.expovariate(1.0))
            else:
                busy -= 1
            if is_open and gate.should_close(waiting):
                is_open, count = False, count + 1
        if is_open:
            continue
        if busy < servers:
            busy += 1
            heapq.heappush(leaving, now + lots.expovariate(1.0))
        else:
            waiting += 1
        if gate.should_open(waiting):
            is_open, count = True, count + 1
    return 1_000 * count / arrivals


def rows(size: Size) -> Iterable[Row | Figure]:
    """Speeds at three sizes, then the figures."""
    assert taken(on_board(100), 2) == taken(scanning(100), 2), "the scan chooses others"
    for fleet_of, (work, at_least) in AIMS.items():
        count = size.of(fleet_of, 100)
        seconds = 0.6 if count < 10_000 else 1.0
        ours, theirs = side_by_side(on_board(count), scanning(count), size=size, seconds=seconds, turns=4)
        aim = "none stated" if at_least is None else f"{at_least:g}x, flat in the fleet"
        peer = None if theirs is None else theirs * BATCH
        yield Row(work, ours * BATCH, "linear scan", peer, aim=aim, at_least=at_least)
    yield share_figure(size.of(10_000, 500))
    arrivals = size.of(50_000, 5_000)
    with_band, without = switches(0, arrivals), switches(9, arrivals)
    yield Figure("routing-gate-switches", with_band, "without a band (off at 9)", without, "less", with_band < without)
