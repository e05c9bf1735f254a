"""The strategies of routing.json as public policies: each word stands for a node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any, Final

import attrs

from deskcore._value import FrozenDict
from deskcore.predicate import InRange, Is, where
from deskcore.routing import HandOff, RoutingPolicy, ToAgent, Wait, When
from deskcore.routing.eligibility import (
    ActiveWithin,
    Allowed,
    Among,
    HasLabel,
    HasLabelNamed,
    HasPreferredSkills,
    IsPreferred,
    MeetsSelectors,
    NotRefused,
    Rested,
    ServesQueue,
    TicketMeets,
    UnderLimit,
)
from deskcore.routing.intake import Intake, IntakeRule
from deskcore.routing.line import ByAge, ByPriority, ByQueueWeight, InLine, Line, LineKey, LineRule
from deskcore.routing.policy import AfterWait, Decline, Reject
from deskcore.routing.ranking import FewestOpen, LeastUtilised, LongestIdle, LongestSinceAssigned, Ranking
from deskcore.routing.requirement import ANYBODY, Requirement
from deskcore.routing.requirements import HasSkills, NeedsSkill, Present
from deskcore.routing.resort import IfAnybody, LastResort, PresenceIs
from deskcore.routing.rings import InRings, NearestRing, RingChange, RingPlan, RingsOpenOver, RingWindow
from deskcore.routing.scores import FirstScore, LabelMatch, ScoreLine, SelectorScore
from deskcore.routing.share import Blend, Portion
from deskcore.routing.steps import Offering, Steps, TimedStep
from deskcore.routing.turns import ByLabel, ByPlace, FewestTaken, LongestUntouched, MostRoom, PreferredFirst, RoundRobin
from tests.conformance.routing_words import Table, Words, elapsed
from tests.conformance.runner import NotExpressible

POLICY_KEYS: Final = frozenset(
    [
        "strategy",
        "initial_turn_order",
        "method",
        "tie_break",
        "cost_per_ticket",
        "keys",
        "weights",
        "filters",
        "default_queue",
        "pools",
        "within",
        "ring",
        "wait_s",
        "multiply_by_level",
        "skip_empty_rings",
        "ring_timeout_s",
        "inner_stays_eligible",
        "require",
        "steps",
        "drop_step_s",
        "drop_order",
        "selectors_as",
        "magnitude_score",
        "score",
        "rings",
        "ring_window",
        "over_time",
        "raise_ring_to",
        "raise_only_within_window",
        "ignore_rings_when_members_at_most",
        "capacity_model",
        "rate_limit",
        "queue_order",
        "default_priority",
        "batch_limit",
        "drain_on",
        "serve",
        "exclude_inactive_longer_than_h",
        "prefer",
        "prefer_for_s",
        "relax",
        "offer_expires_s",
        "exceptions",
        "overflow",
        "rule",
    ]
)


@attrs.frozen
class Built:
    """The policy of a scenario, and the nodes inside that expectations ask about."""

    policy: RoutingPolicy
    ranking: Ranking
    plan: RingPlan | None = None
    opening: RingsOpenOver | None = None
    preferred: HasPreferredSkills | None = None
    limit: UnderLimit | None = None
    intake: Intake | None = None


class Builder:
    """Reads a policy's settings word for word."""

    def __init__(self, words: Words) -> None:
        self.words, self.set = words, words.policy
        unknown = set(self.set) - POLICY_KEYS
        if unknown:
            raise NotExpressible(f"the policy has the unknown keys {sorted(unknown)}")
        self.strategy: str = self.set["strategy"]
        self.plan = self._plan()
        self.opening = self._opening()
        self.preferred = HasPreferredSkills(elapsed(self.set["drop_step_s"])) if "drop_step_s" in self.set else None
        limit = self.set.get("rate_limit")
        self.limit = None
        if limit is not None:
            self.limit = UnderLimit("rate", most=limit["max"], window=elapsed(limit["window_s"]))
        self.ranking = self._ranking(self.strategy)

    def build(self) -> Built:
        inner = self._strategy()
        if self._offers:
            lapses = self.set.get("offer_expires_s")
            inner = Offering(inner, lapses_after=None if lapses is None else elapsed(lapses))
        inner = self._overflow(inner)
        inner = When(Is("field.status", "open") & ~Is("field.owner", "bot"), inner)
        if self.strategy == "single_agent":
            inner = inner | Reject("refused")
        policy = InLine(inner, Line(self._order(), self._rules(), self.set.get("batch_limit")))
        return Built(policy, self.ranking, self.plan, self.opening, self.preferred, self.limit, self._intake())

    # requirements

    @property
    def _offers(self) -> bool:
        return "offer_expires_s" in self.set or any("decline" in one for one in self.words.arrivals)

    def _common(self) -> list[Requirement]:
        """What every agent must meet, whatever the step."""
        found: list[Requirement] = [Allowed(), HasSkills()]
        if self.set.get("selectors_as") != "preferences":
            found.append(MeetsSelectors())
        if any("wrap_up_s" in agent for agent in self.words.agents):
            found.append(Rested())
        if self.limit is not None:
            found.append(self.limit)
        if self.plan is not None:
            found.append(InRings(self.plan))
        if self.opening is not None:
            found.append(self.opening)
        if self.preferred is not None:
            found.append(self.preferred)
        if "exclude_inactive_longer_than_h" in self.set:
            found.append(ActiveWithin(elapsed(self.set["exclude_inactive_longer_than_h"] * 3600)))
        if self._offers:
            found.append(NotRefused())
        if isinstance(self.set.get("require"), Mapping | list):
            found += _skills(self.set["require"])
        return found

    def _agent(self, *more: Requirement, queue: Requirement | None = None) -> ToAgent:
        parts = [*self._common(), queue or ServesQueue(), *more]
        return ToAgent(_all(parts), self.ranking)

    # rings

    def _ring_label(self) -> str | None:
        within = self.set.get("within")
        if self.strategy != "fallback" and within in {"level", "ring", "penalty"}:
            return str(within)
        label = self.set.get("rings")
        if label is None and ({"ring_window", "over_time", "raise_ring_to"} & set(self.set)):
            label = "ring"
        return None if label is None else str(label)

    def _plan(self) -> RingPlan | None:
        label = self._ring_label()
        if label is None:
            return None
        return RingPlan(
            label,
            _windows(self.set.get("ring_window")),
            tuple(_change(one) for one in self.set.get("over_time") or ()),
            raise_to=self.set.get("raise_ring_to"),
            raise_inside=self.set.get("raise_only_within_window", False),
            all_if_at_most=self.set.get("ignore_rings_when_members_at_most", 0),
        )

    def _opening(self) -> RingsOpenOver | None:
        if self.strategy != "rings":
            return None
        if "ring_timeout_s" in self.set:
            label = self.set.get("ring", "ring")
            keep = self.set.get("inner_stays_eligible", True)
            return RingsOpenOver(label, elapsed(self.set["ring_timeout_s"]), first=1, keep=keep)
        return RingsOpenOver(
            self.set.get("ring", "level"),
            elapsed(self.set["wait_s"]),
            one_by_one=self.set.get("multiply_by_level", True),
            skip_empty=self.set.get("skip_empty_rings", True),
        )

    # order of agents

    def _ranking(self, strategy: str) -> Ranking:
        parts: list[Ranking] = []
        if self.plan is not None:
            parts.append(NearestRing(self.plan))
        elif self.opening is not None and "ring_timeout_s" not in self.set:
            parts.append(NearestRing(RingPlan(self.opening.label)))
        if self.set.get("prefer") == "named agent":
            parts.append(PreferredFirst())
        parts += self._keys(strategy)
        parts += [TIES[word] for word in self.set.get("tie_break") or ()]
        parts.append(ByPlace())
        return reduce(Ranking.then, parts)

    def _keys(self, strategy: str) -> list[Ranking]:
        if strategy in PLAIN:
            return list(PLAIN[strategy])
        match strategy:
            case "round_robin":
                order = tuple(self.set.get("initial_turn_order") or ())
                return [RoundRobin(self.set.get("method") == "move to end", order)]
            case "best_match":
                if any("selectors" in one for one in self.words.arrivals):
                    return [SelectorScore("magnitude_score" in self.set)]
                return [LabelMatch("label.")]
            case "best_score":
                return [FirstScore(tuple(ScoreLine(_when(one["when"]), one["score"]) for one in self.set["score"]))]
            case "order_by":
                return [ByLabel(label, direction) for label, direction in self.set["keys"]]
            case "fallback":
                return self._keys(self.set.get("within", "round_robin"))
            case _:
                raise NotExpressible(f"unknown strategy {strategy!r}")

    # strategies

    def _strategy(self) -> RoutingPolicy:
        match self.strategy:
            case "hold":
                return Wait()
            case "weighted_share":
                return self._share()
            case "fallback":
                return self._fallback()
            case "steps":
                return self._steps()
        if isinstance(self.set.get("steps"), list):
            steps = tuple(
                TimedStep(self._agent(*_skills(one["require"])), elapsed(one["expires_s"])) for one in self.set["steps"]
            )
            return Steps("criteria", steps, self._agent())
        if self.set.get("prefer") == "named agent" and "prefer_for_s" in self.set:
            first = self._agent(IsPreferred())
            return first | AfterWait(elapsed(self.set["prefer_for_s"]), self._agent())
        return self._agent()

    def _share(self) -> RoutingPolicy:
        method = "largest_deficit" if self.set.get("method") == "largest deficit" else "chairman"
        return Blend(
            "share",
            tuple(
                Portion(agent["id"], self._agent(Among((agent["id"],))), agent.get("weight", 1))
                for agent in self.words.agents
            ),
            method=method,  # type: ignore[arg-type]
        )

    def _fallback(self) -> RoutingPolicy:
        policy: RoutingPolicy = Decline()
        required = _all([*self._common(), ServesQueue()])
        for pool in reversed(self.set["pools"]):
            states = POOLS[pool]
            policy = IfAnybody(PresenceIs(states), LastResort(states, required, self.ranking), policy)
        return policy

    def _steps(self) -> RoutingPolicy:
        return Steps("steps", tuple(self._step(one) for one in self.set["steps"]), self._default())

    def _default(self) -> RoutingPolicy:
        queue = self.set.get("default_queue")
        return Decline() if queue is None else self._agent(queue=ServesQueue(queue))

    def _step(self, words: Table) -> TimedStep:
        if words.get("only") == "preferred agents":
            who: Requirement = IsPreferred(strict=True)
        elif "queue" in words:
            who = ServesQueue(words["queue"])
        else:
            who = ServesQueue()
        needs = Present() & who if "skip_if" in words else None
        return TimedStep(self._agent(queue=who), elapsed(words["timeout_s"]), needs)

    def _overflow(self, inner: RoutingPolicy) -> RoutingPolicy:
        words = self.set.get("overflow")
        if words is None:
            return inner
        full = When(InRange("ahead", least=words["queue_length_at_least"]), HandOff(words["target"]))
        return full | inner

    def _intake(self) -> Intake | None:
        if self.strategy != "first_match":
            return None
        rules = tuple(
            IntakeRule(where(**{f"field.{name}": value for name, value in one["when"].items()}), one["queue"])
            for one in self.set["filters"]
        )
        return Intake(rules, otherwise=self.set["default_queue"])

    # the line

    def _order(self) -> tuple[LineKey, ...]:
        weights = self.set.get("weights")
        keys: list[LineKey] = (
            [ByQueueWeight(FrozenDict(weights))] if self.strategy == "queue_weight" and weights else []
        )
        order = self.set.get("queue_order")
        words = [order] if isinstance(order, str) else order or ()
        unknown = [word for word in words if word not in LINE]
        if unknown:
            raise NotExpressible(f"the line is ordered by {unknown}")
        return (*keys, *(LINE[word] for word in words))

    def _rules(self) -> tuple[LineRule, ...]:
        return tuple(_rule(place, words) for place, words in enumerate(self.set.get("exceptions") or ()))


PLAIN: Final[dict[str, tuple[Ranking, ...]]] = {
    "fewest_open": (FewestOpen(),),
    "fewest_handled": (FewestTaken(),),
    "least_recent": (LongestSinceAssigned(),),
    "least_utilised": (LeastUtilised(),),
    "longest_idle": (LongestIdle(), LongestUntouched()),
    "longest_since_assigned": (LongestSinceAssigned(),),
    "most_spare": (MostRoom(),),
    "most_available": (MostRoom(),),
    "first_fit": (),
    "single_agent": (),
    "any": (),
    "hold": (),
    "agent_side_priority": (),
    "queue_weight": (),
    "first_match": (),
    "weighted_share": (),
    "rings": (LongestUntouched(),),
    "steps": (LongestUntouched(),),
    "skill_match": (LongestUntouched(),),
}

TIES: Final[dict[str, Ranking]] = {
    "longest_available": LongestUntouched(),
    "longest_since_assigned": LongestSinceAssigned(),
    "position": ByLabel("position"),
    "round_robin": RoundRobin(),
}

POOLS: Final = {
    "active": frozenset({"present"}),
    "away": frozenset({"away"}),
    "anyone": frozenset({"present", "away", "off"}),
}

LINE: Final[dict[str, LineKey]] = {
    "priority asc": ByPriority(),
    "priority desc": ByPriority(greatest_first=True),
    "age": ByAge(),
    "original age": ByAge(),
    "created": ByAge(),
    "age + adjustment desc": ByAge(own_head_start=True),
    "waited seconds + base score + skill score, highest first": ByAge(own_head_start=True),
}

PHRASES: Final[dict[str, Callable[[], Requirement]]] = {
    "ticket not high priority": lambda: TicketMeets(~Is("field.label.HighPriority", True)),
    "agent not HighPrioritySupport": lambda: ~HasLabel("HighPrioritySupport"),
    "agent Support_XBOX": lambda: HasLabel("Support_XBOX"),
    "agent Support_<console type>": lambda: HasLabelNamed("Support_", "label.ConsoleType"),
    "otherwise": lambda: ANYBODY,
}


def _when(text: str) -> Requirement:
    parts = [part.strip() for part in text.split(" and ")]
    unknown = [part for part in parts if part not in PHRASES]
    if unknown:
        raise NotExpressible(f"unknown score conditions {unknown}")
    return _all([PHRASES[part]() for part in parts])


def _all(parts: list[Requirement]) -> Requirement:
    return reduce(Requirement.__and__, parts)


def _skills(required: Any) -> list[Requirement]:
    if isinstance(required, Mapping):
        return [NeedsSkill(name, level) for name, level in required.items() if level]
    return [NeedsSkill(name) for name in required or ()]


def _windows(words: Any) -> RingWindow | FrozenDict[RingWindow]:
    if not words:
        return RingWindow()
    if set(words) <= {"min", "max"}:
        return _window(words)
    return FrozenDict({queue: _window(one) for queue, one in words.items()})


def _window(words: Table) -> RingWindow:
    return RingWindow(words.get("min", 0), words.get("max"))


def _change(words: Table) -> RingChange:
    return RingChange(
        elapsed(words["after_s"]),
        low=words.get("min_to"),
        high=words.get("max_to"),
        low_by=words.get("min_by", 0),
        high_by=words.get("max_by", 0),
        raise_to=words.get("raise_ring_to"),
    )


def _rule(place: int, words: Table) -> LineRule:
    action = words["action"]
    doing: dict[str, Any] = {"cancels": True} if action == "cancel" else {}
    if isinstance(action, Mapping):
        doing = {"priority_rank": action.get("set_priority"), "move_to": action.get("move_to")}
    match words["trigger"]:
        case "waited":
            return LineRule(f"rule {place}", after=elapsed(words["s"]), **doing)
        case "queue_longer_than":
            return LineRule(f"rule {place}", longer_than=words["n"], **doing)
        case other:
            raise NotExpressible(f"unknown trigger {other!r}")
