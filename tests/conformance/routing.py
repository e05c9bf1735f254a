"""The dialect of routing.json: a scenario is a backtest, a value a formula of queueing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any, Final, cast

import attrs

from deskcore import queueing
from deskcore._value import FrozenDict
from deskcore.log import Actor, Event
from deskcore.queueing.overflow import hayward
from deskcore.routing import RoutingState, WaitingFacts
from deskcore.routing.backtest import Backtest, Happening, backtest
from deskcore.routing.commit import next_for
from deskcore.routing.events import Queued, Released
from deskcore.routing.explain import Explanation, explain, in_order
from deskcore.routing.firm import Ceiling, HasRoom
from deskcore.routing.line import InLine
from deskcore.routing.ranking import Then
from deskcore.routing.requirements import Present
from deskcore.routing.scores import Score
from deskcore.routing.share import share_error
from deskcore.routing.snapshot import Snapshot
from deskcore.routing.turns import ByPlace, RoundRobin
from tests.conformance.routing_policies import TIES, Builder, Built
from tests.conformance.routing_unread import refuse_unread, refuse_unread_value
from tests.conformance.routing_words import ZERO, Table, Words, elapsed, instant, sequence_of
from tests.conformance.runner import Adapter, Case, Json, NotExpressible, Outcome, through_wire

_RELATIVE: Final = 1e-12
_SCORES: Final = 1e-9

SCENARIO_KEYS: Final[tuple[str, ...]] = ("agents", "agent_defaults", "policy", "arrivals")

QUESTIONS: Final = frozenset({"at", "ticket", "case", "after_t", "queue_order_at", "tolerance"})


class Scenario:
    """A scenario after its run: what may be asked of it."""

    def __init__(self, case: Table) -> None:
        self.words = Words.of(case)
        built = Builder(self.words).build()
        self.built: Built = attrs.evolve(built, policy=through_wire(built.policy), intake=through_wire(built.intake))
        assert isinstance(self.built.policy, InLine)
        self.policy: InLine = self.built.policy
        self.start = self.words.start(through_wire(self.words.staff()))
        self.happenings = [self._in_queue(happening) for happening in self.words.happenings()]
        self.names = self.words.names()
        self._known: tuple[float, Backtest] | None = None

    def _in_queue(self, happening: Happening) -> Happening:
        if self.built.intake is None or not isinstance(happening.data, Queued):
            return happening
        facts = attrs.evolve(happening.data.facts, queue=None)  # the filters decide; what the ticket says they may ask
        return attrs.evolve(happening, data=Queued(self.built.intake.place(facts)))

    def run(self, until: float) -> Backtest:
        """The run up to an instant, at least to the last arrival; a longer one begins as a shorter one does."""
        if self._known is None or self._known[0] < until:
            here = max(until, self.words.last)
            self._known = (here, backtest(self.policy, self.start, self.happenings, until=instant(here)))
        return self._known[1]

    # what expectations ask for

    def answers(self, expect: Table) -> dict[str, Any]:
        """An answer for every key that is no question."""
        if "case" in expect:
            return {"takes": self._takes(expect["case"])}
        when = next((expect[key] for key in ("at", "after_t", "queue_order_at") if key in expect), self.words.last)
        looked = Look(self, float(when), expect.get("ticket"))
        found: dict[str, Any] = {}
        for key in expect:
            if key in QUESTIONS or key.startswith("peer_"):
                continue
            ask = ANSWERS.get(key)
            if ask is None:
                raise NotExpressible(f"unknown expectation {key!r}")
            found[key] = ask(looked)
        return found

    def _takes(self, case: int) -> str | None:
        """The queue of the ticket that the only agent takes."""
        words = next(one for one in self.words.arrivals if one.get("case") == case)
        waiting = [
            WaitingFacts(
                f"{case}.{place}",
                opened_at=ZERO - elapsed(one["waited_s"]).time,
                queued_at=ZERO - elapsed(one["waited_s"]).time,
                opened_order=place,
                queue=one["queue"],
                fields=FrozenDict({"status": "open"}),
            )
            for place, one in enumerate(words["waiting"])
        ]
        floor = attrs.evolve(self.start, at=ZERO, routing=RoutingState.of_waiting(waiting))
        decision = next_for(self.policy, floor, self.words.ids()[0])
        return None if decision is None else floor.routing.waiting[decision.ticket].queue


class Look:
    """A scenario as it stands at one instant, and one ticket of it."""

    def __init__(self, scenario: Scenario, at: float, ticket: str | None) -> None:
        self.scenario, self.words, self.built = scenario, scenario.words, scenario.built
        self.run = scenario.run(at)
        self.floor: Snapshot = self.run.at(instant(at))
        self.name = ticket if ticket is not None else (scenario.names or [""])[0]

    def made(self) -> list[tuple[str, str | None]]:
        """Who was given which ticket, in order, up to the instant."""
        return [
            (made.decision.ticket, made.decision.agent or made.decision.desk)
            for made in self.run.decisions
            if made.at <= self.floor.at and made.decision.kind != "reject"
        ]

    def to(self, name: str | None = None, served: Mapping[str, str | None] | None = None) -> str | None:
        name, state = name or self.name, self.floor.routing
        held = state.held.get(name)
        if held is not None:
            return held.agent or held.desk
        if name in state.waiting:
            return None
        return (dict(self.made()) if served is None else served).get(name)

    def facts(self) -> WaitingFacts:
        state = self.floor.routing
        waiting = state.waiting.get(self.name)
        if waiting is not None:
            return waiting
        held = state.held.get(self.name)
        if held is not None and held.facts is not None:
            return held.facts
        return next(
            one.data.facts
            for one in self.scenario.happenings
            if isinstance(one.data, Queued) and one.data.facts.ticket == self.name
        )

    def explained(self) -> Explanation:
        """The decision about the ticket: on the floor on which it was made, or as it would be made now."""
        waits = self.name in self.floor.routing.waiting
        mine = [made for made in self.run.of(self.name) if made.at <= self.floor.at]
        floor = mine[-1].floor if mine and not waits else self.floor
        return explain(self.scenario.policy, self.facts(), floor)

    def now(self) -> Explanation:
        """The decision on this floor, as though it had still to be made."""
        return explain(self.scenario.policy, self.facts(), self._asked_on())

    def _asked_on(self) -> Snapshot:
        """This floor, before the decision about the ticket where that is made just now."""
        mine = [made for made in self.run.of(self.name) if made.at == self.floor.at]
        return mine[-1].floor if mine and self.name not in self.floor.routing.waiting else self._without()

    def _without(self) -> Snapshot:
        """This floor without what the ticket holds of it."""
        floor = self.floor
        if self.name not in floor.routing.held:
            return floor
        event = Event("floor", 1, floor.at, floor.at, Actor.system(), Released(self.name))
        return attrs.evolve(floor, routing=floor.routing.step(event))

    def why(self) -> dict[str, str]:
        names = self._reasons()
        rulings = (ruling for step in self.explained().steps for ruling in step.rulings)
        return {
            one.candidate: names.get(one.requirement, one.requirement) for one in rulings if one.requirement is not None
        }

    def _reasons(self) -> dict[str, str]:
        model = self.words.policy.get("capacity_model") or {}
        names = {str(Ceiling("*")): "own limit", str(HasRoom()): "capacity", str(Present()): "not active"}
        for channel in model.get("max_tickets") or {}:
            names[str(Ceiling(f"channel:{channel}"))] = "channel limit"
        names[str(Ceiling("queue:*"))] = "inbox limit"
        if self.built.limit is not None:
            names[str(self.built.limit)] = "rate limit"
        return names

    def reason(self) -> list[str]:
        return list(dict.fromkeys(self.why().values()))

    def decided_by(self) -> str | None:
        found = self.explained().decided_by
        named = {str(part): word for word, part in TIES.items()}
        named[str(ByPlace())] = "configuration order"
        return None if found is None else named.get(found, self.words.policy["strategy"])

    def offer_order(self) -> list[str]:
        step = self.now().steps[-1]
        return [ruling.candidate for ruling in in_order(step) if ruling.is_eligible]

    def scores(self) -> dict[str, float]:
        ranking = self.built.ranking
        parts = ranking.parts if isinstance(ranking, Then) else (ranking,)
        score = next(part for part in parts if isinstance(part, Score))
        floor = self.floor
        return {one.id: score.score(self.facts(), one, floor) for one in floor.agents_of("house")}

    def eligible(self) -> list[str]:
        return list(self.now().eligible)

    def candidates(self) -> list[str]:
        return list(self.now().candidates)

    def eligible_rings(self) -> list[int]:
        if self.built.opening is not None:
            return list(self.built.opening.open_rings(self.facts(), self.floor))
        plan = self.built.plan
        assert plan is not None
        rings = {plan.ring(self.facts(), one, self.floor) for one in self.floor.agents_of("house")}
        return sorted(ring for ring in rings if plan.window(self.facts(), self.floor).admits(ring))

    def effective_ring(self) -> dict[str, int]:
        plan = self.built.plan
        assert plan is not None
        return {one.id: plan.ring(self.facts(), one, self.floor) for one in self.floor.agents_of("house")}

    def window(self) -> dict[str, int | None]:
        assert self.built.plan is not None
        window = self.built.plan.window(self.facts(), self.floor)
        return {"min": window.low, "max": window.high}

    def sequence(self) -> list[str | None]:
        return sequence_of(self.scenario.names, dict(self.made()))

    def counts(self) -> dict[str, int]:
        served = dict(self.made())
        counted = Counter(self.to(name, served) for name in self.scenario.names)
        return {name: counted[name] for name in self.words.ids()}

    def open(self) -> dict[str, int]:
        return {name: self.floor.routing.load(name).tickets for name in self.words.ids()}

    def turn_order(self) -> list[str]:
        ranking = self.built.ranking
        parts = ranking.parts if isinstance(ranking, Then) else (ranking,)
        turn = next(part for part in parts if isinstance(part, RoundRobin))
        return list(turn.turn_order(self.floor, "house"))

    def line(self) -> list[str]:
        return [one.ticket for one in self.scenario.policy.line().ordered(self.floor.routing.waiting.values())]

    def assigned(self) -> list[str]:
        return [name for name, _ in self.made() if name not in self.floor.routing.waiting]

    def overflow(self) -> str | None:
        mine = [made.decision for made in self.run.of(self.name) if made.decision.kind == "hand_off"]
        return mine[-1].desk if mine else None

    def offered_to(self) -> str | None:
        offer = self.floor.routing.offers.get(self.name)
        return None if offer is None else offer.agent

    def offer_revoked(self) -> bool:
        offers = [made for made in self.run.of(self.name) if made.decision.kind == "offer" and made.at <= self.floor.at]
        return bool(offers) and bool(self.floor.routing.refused(self.name))

    def still_asked(self) -> list[str]:
        preferred = () if self.built.preferred is None else self.built.preferred.still_asked(self.facts(), self.floor)
        return [*self.facts().skills, *preferred]

    def counted_in_window(self) -> dict[str, int]:
        limit = self.built.limit
        assert limit is not None
        floor = self._asked_on() if self.words.policy["strategy"] == "any" else self.floor
        return {one.id: limit.counted(one, floor) for one in floor.agents_of("house")}

    def share_error(self) -> Fraction:
        weights = {agent["id"]: agent.get("weight", 1) for agent in self.words.agents}
        return share_error([agent for _, agent in self.made() if agent is not None], weights)

    def state(self) -> str:
        return "queued" if self.name in self.floor.routing.waiting else "not queued"


ANSWERS: Final[dict[str, Callable[[Look], Any]]] = {
    "to": Look.to,
    "reason": Look.reason,
    "why": Look.why,
    "decided_by": Look.decided_by,
    "offer_order": Look.offer_order,
    "scores": Look.scores,
    "eligible": Look.eligible,
    "candidates": Look.candidates,
    "eligible_rings": Look.eligible_rings,
    "effective_ring": Look.effective_ring,
    "window": Look.window,
    "sequence": Look.sequence,
    "counts": Look.counts,
    "open": Look.open,
    "turn_order_after": Look.turn_order,
    "turn_order_after_is_permutation_of": Look.turn_order,
    "assigned": Look.assigned,
    "waiting": Look.line,
    "order": Look.line,
    "queued": lambda look: look.name in look.floor.routing.waiting,
    "overflow": Look.overflow,
    "queue": lambda look: look.facts().queue,
    "priority": lambda look: look.facts().priority_rank,
    "at_end_queue_length_at_least": lambda look: len(look.floor.routing.waiting),
    "offered_to": Look.offered_to,
    "offer_revoked": Look.offer_revoked,
    "ticket_state": Look.state,
    "still_asked": Look.still_asked,
    "counted_in_window": Look.counted_in_window,
    "max_share_error_fraction": Look.share_error,
}


def agrees(key: str, answer: Any, wanted: Any, tolerance: float) -> bool:
    """Whether an answer is the one wanted, each key in its own way."""
    match key:
        case "scores":
            return all(abs(answer[name] - value) <= tolerance for name, value in wanted.items())
        case "reason":
            return answer == [wanted] or wanted in answer if isinstance(wanted, str) else bool(wanted) is bool(answer)
        case "why" | "effective_ring" | "counts" | "open" | "window":
            return all(answer.get(name) == value for name, value in wanted.items())
        case "counted_in_window":
            values = wanted if isinstance(wanted, Mapping) else dict.fromkeys(answer, wanted)
            return all(answer[name] == value for name, value in values.items())
        case "turn_order_after_is_permutation_of":
            return sorted(answer) == sorted(wanted)
        case "at_end_queue_length_at_least":
            return bool(answer >= wanted)
        case "max_share_error_fraction":
            return bool(answer == Fraction(str(wanted)))
        case "assigned":
            return len(answer) == wanted if isinstance(wanted, int) else sorted(answer) == sorted(wanted)
        case "waiting" if isinstance(wanted, int):
            return len(answer) == wanted
        case _:
            return bool(answer == wanted)


def _all_agree(scenario: Scenario, expect: Json) -> tuple[bool, list[str]]:
    wrong: list[str] = []
    for entry in cast("list[Table]", expect):
        answers = scenario.answers(entry)
        tolerance = float(entry.get("tolerance", _SCORES))
        wrong += [
            f"{key}: {answer!r} for {entry}"
            for key, answer in answers.items()
            if not agrees(key, answer, entry[key], tolerance)
        ]
    return not wrong, wrong


# values


def _float(case: Table, key: str) -> float:
    return float(case[key])


def _number(case: Table) -> int:
    return int(case["servers"])


def _erlang_c(case: Table) -> dict[str, float]:
    servers, load = _number(case), _float(case, "offered_load")
    return {
        "value": queueing.erlang_c(servers, load),
        "mean_wait_in_service_times": queueing.mean_wait(servers, load),
        "mean_queue_length": queueing.mean_queue_length(servers, load),
        "service_level_within_0_2_service_times": queueing.service_level(servers, load, within=0.2),
    }


def _erlang_a(case: Table) -> dict[str, float]:
    found = queueing.erlang_a(
        _number(case),
        arrival_rate=_float(case, "arrival_rate"),
        service_rate=_float(case, "service_rate"),
        abandonment_rate=_float(case, "abandonment_rate"),
    )
    return {"p_wait": found.p_wait, "p_abandon": found.p_abandon, "mean_wait": found.mean_wait}


def _moments(case: Table) -> dict[str, float]:
    found = queueing.overflow_traffic(_number(case), _float(case, "offered_load"))
    return {"mean": found.mean, "variance": found.variance, "peakedness": found.peakedness}


def _wait_limit(case: Table) -> dict[str, float]:
    found = queueing.overflow_at_wait(
        _number(case),
        arrival_rate=_float(case, "arrival_rate"),
        service_rate=_float(case, "service_rate"),
        limit=_float(case, "wait_limit"),
    )
    return {"value": found.sent_on, "p_not_served_at_once": found.p_wait}


def _least(case: Table) -> dict[str, float]:
    load, within = _float(case, "offered_load"), _float(case, "within_service_times")
    servers = queueing.least_servers(load, level=_float(case, "service_level"), within=within)
    return {
        "value": servers,
        "achieved": queueing.service_level(servers, load, within=within),
        "one_fewer_achieves": queueing.service_level(servers - 1, load, within=within),
    }


KINDS: Final[dict[str, Callable[[Table], dict[str, float]]]] = {
    "erlang_b": lambda case: {"value": queueing.erlang_b(_number(case), _float(case, "offered_load"))},
    "erlang_c": _erlang_c,
    "erlang_a": _erlang_a,
    "hayward_blocking": lambda case: {
        "value": hayward(_float(case, "servers"), _float(case, "offered_load"), _float(case, "peakedness"))
    },
    "overflow_traffic_moments": _moments,
    "overflow_fraction_queue_limit": lambda case: {
        "value": queueing.overflow_at_queue(_number(case), int(case["waiting_places"]), _float(case, "offered_load"))
    },
    "overflow_fraction_wait_limit": _wait_limit,
    "least_servers_erlang_c": _least,
}

RESULTS: Final = frozenset(
    [
        "value",
        "p_wait",
        "p_abandon",
        "mean_wait",
        "mean_wait_in_service_times",
        "mean_queue_length",
        "mean",
        "variance",
        "peakedness",
        "service_level_within_0_2_service_times",
        "p_not_served_at_once",
        "achieved",
        "one_fewer_achieves",
    ]
)


def _results(case: Table) -> frozenset[str]:
    """The keys of a value that are results: a peakedness may also be asked with."""
    return RESULTS - {"peakedness"} if case["kind"] == "hayward_blocking" else RESULTS


def _close(answer: float, wanted: object) -> bool:
    if isinstance(wanted, int):
        return answer == wanted
    value = float(str(wanted))
    return abs(answer - value) <= _RELATIVE * abs(value)


class Routing(Adapter):
    """Scenarios and values of one file."""

    format = "routing"

    def recognises(self, document: Json) -> bool:
        return isinstance(document, dict) and {"scenarios", "values"} <= document.keys()

    def cases(self, document: Json) -> Iterable[tuple[str, Case, Json]]:
        table = cast("dict[str, list[dict[str, Any]]]", document)
        for case in table["scenarios"]:
            asked: dict[str, Json] = {key: case[key] for key in SCENARIO_KEYS if key in case}
            yield str(case["id"]), asked, case["expect"]
        for case in table["values"]:
            results = _results(case)
            asked = {key: value for key, value in case.items() if key not in results and key != "id"}
            yield str(case["id"]), asked, {key: value for key, value in case.items() if key in results}

    def answer(self, case: Case) -> Outcome:
        if "kind" in case:
            ask = KINDS.get(str(case["kind"]))
            if ask is None:
                raise NotExpressible(f"unknown kind {case['kind']!r}")
            refuse_unread_value(case)
            found = ask(case)
            return Outcome(
                found,
                lambda expect: all(_close(found[key], value) for key, value in cast("Table", expect).items()),
            )
        refuse_unread(case)
        scenario = Scenario(case)
        wrong: list[str] = []

        def check(expect: Json) -> bool:
            right, found = _all_agree(scenario, expect)
            wrong.extend(found)
            return right

        return Outcome(wrong, check)


ADAPTERS: Final = (Routing(),)
