"""How products choose who gets a ticket, as ready policies: a desk that comes from one of them keeps its ways.

Each returns plain nodes of ``deskcore.routing``: print them, change them, build on them. What the agents must carry
(labels, queues, ceilings) is said with each.

Layer: presets.
"""

from __future__ import annotations

from collections.abc import Mapping

from deskcore.hours import ElapsedDuration
from deskcore.routing import RoutingPolicy, ToAgent
from deskcore.routing.eligibility import (
    Allowed,
    HasPreferredSkills,
    IsPreferred,
    MeetsSelectors,
    ServesQueue,
    UnderLimit,
)
from deskcore.routing.line import ByAge, ByPriority, InLine, Line
from deskcore.routing.ranking import FewestOpen, LeastUtilised, LongestIdle, LongestSinceAssigned, Ranking
from deskcore.routing.requirement import Requirement
from deskcore.routing.requirements import HasSkills, NeedsSkill, Present
from deskcore.routing.resort import IfAnybody, LastResort, PresenceIs
from deskcore.routing.rings import InRings, NearestRing, RingPlan, RingsOpenOver, RingWindow
from deskcore.routing.scores import SelectorScore
from deskcore.routing.steps import Steps, TimedStep
from deskcore.routing.turns import LongestUntouched, RoundRobin

__all__ = [
    "acs_best_worker",
    "acs_longest_idle",
    "asterisk_penalties",
    "chatwoot_balanced",
    "chatwoot_fair",
    "connect_criteria",
    "frappe_round_robin",
    "freeswitch_tiers",
    "genesys_bullseye",
    "salesforce_skills",
    "twilio_steps",
]

_COMMON: Requirement = Allowed() & ServesQueue() & HasSkills()


def asterisk_penalties(plan: RingPlan | None = None, within: Ranking | None = None) -> RoutingPolicy:
    """A queue of Asterisk: the label ``penalty`` is compared first, then the strategy; a window may move with the wait.

    >>> isinstance(asterisk_penalties(), ToAgent)
    True
    """
    rings = plan or RingPlan("penalty", RingWindow())
    order = NearestRing(rings).then(within or LongestSinceAssigned())
    return ToAgent(_COMMON & InRings(rings), order)


def freeswitch_tiers(wait: ElapsedDuration, *, multiply: bool = True, skip_empty: bool = True) -> RoutingPolicy:
    """Tiers of mod_callcenter: level L (label ``level``) opens after L waits, or every further one after one.

    >>> from deskcore.hours import elapsed
    >>> isinstance(freeswitch_tiers(elapsed(seconds=30)), ToAgent)
    True
    """
    opening = RingsOpenOver("level", wait, one_by_one=multiply, skip_empty=skip_empty)
    return ToAgent(_COMMON & opening, NearestRing(RingPlan("level")).then(LongestIdle()))


def genesys_bullseye(ring_timeout: ElapsedDuration) -> RoutingPolicy:
    """Bullseye routing: ring r (label ``ring``, from 1) opens after r - 1 timeouts and inner rings stay in.

    >>> from deskcore.hours import elapsed
    >>> isinstance(genesys_bullseye(elapsed(seconds=20)), ToAgent)
    True
    """
    return ToAgent(_COMMON & RingsOpenOver("ring", ring_timeout, first=1), LongestUntouched())


def twilio_steps(preferred_for: ElapsedDuration, queue_for: ElapsedDuration, default_queue: str) -> RoutingPolicy:
    """A TaskRouter workflow: the task's preferred workers, then its queue, then a default; empty steps are skipped.

    >>> from deskcore.hours import elapsed
    >>> len(twilio_steps(elapsed(seconds=15), elapsed(seconds=15), "everyone").parts_by_label())
    3
    """
    chosen, queue = IsPreferred(strict=True), ServesQueue()
    steps = (
        TimedStep(ToAgent(Allowed() & chosen, LongestIdle()), preferred_for, Present() & chosen),
        TimedStep(ToAgent(_COMMON, LongestIdle()), queue_for, Present() & queue),
    )
    return Steps("workflow", steps, ToAgent(Allowed() & ServesQueue(default_queue), LongestIdle()))


def connect_criteria(*criteria: tuple[Mapping[str, int], ElapsedDuration]) -> RoutingPolicy:
    """Routing criteria of Connect: skills at levels, each set for its time; after the last anybody of the queue.

    >>> from deskcore.hours import elapsed
    >>> half = elapsed(seconds=30)
    >>> policy = connect_criteria(({"english": 4, "kinesis": 2}, half), ({"english": 4}, half))
    >>> [label for label, _ in policy.parts_by_label()]
    ['steps[0]', 'steps[1]', 'then']
    """
    steps: list[TimedStep] = []
    for levels, lasts in criteria:
        required = _COMMON
        for skill, level in levels.items():
            required &= NeedsSkill(skill, level)
        steps.append(TimedStep(ToAgent(required, LongestIdle()), lasts))
    return Steps("routing criteria", tuple(steps), ToAgent(_COMMON, LongestIdle()))


def salesforce_skills(drop_every: ElapsedDuration) -> RoutingPolicy:
    """Skills-based routing of Omni-Channel: required skills never drop, additional ones a whole level at a time.

    The line goes by priority, the lowest number first, then by age; a declined item keeps its age.

    >>> from deskcore.hours import elapsed
    >>> print(salesforce_skills(elapsed(seconds=30)).line())
    gravest first, then oldest first
    """
    chosen = ToAgent(_COMMON & HasPreferredSkills(drop_every), LeastUtilised().then(LongestIdle()))
    return InLine(chosen, Line((ByPriority(), ByAge())))


def acs_longest_idle() -> RoutingPolicy:
    """Longest idle of Azure's job router, which is least utilised first and longest available among equals.

    >>> isinstance(acs_longest_idle(), ToAgent)
    True
    """
    return ToAgent(_COMMON & MeetsSelectors(), LeastUtilised().then(LongestUntouched()))


def acs_best_worker() -> RoutingPolicy:
    """Best worker of Azure's job router: the share of selectors met, comparisons by their margin.

    >>> isinstance(acs_best_worker(), ToAgent)
    True
    """
    return ToAgent(_COMMON & MeetsSelectors(), SelectorScore(by_margin=True).then(LongestUntouched()))


def chatwoot_fair(most: int, window: ElapsedDuration) -> RoutingPolicy:
    """Fair distribution of Chatwoot: in turn, and at most so many in a sliding window for each agent.

    >>> from deskcore.hours import elapsed
    >>> isinstance(chatwoot_fair(2, elapsed(hours=1)), ToAgent)
    True
    """
    return ToAgent(_COMMON & UnderLimit("fair distribution", most=most, window=window), RoundRobin(keep_turn=True))


def chatwoot_balanced() -> RoutingPolicy:
    """Balanced assignment of Chatwoot: the fewest open first. Limits are the agents' ``ceilings``.

    >>> isinstance(chatwoot_balanced(), ToAgent)
    True
    """
    return ToAgent(_COMMON, FewestOpen().then(RoundRobin(keep_turn=True)))


def frappe_round_robin() -> RoutingPolicy:
    """Round robin of Frappe Helpdesk: among the active, else among the away, else among all; nobody is left unassigned.

    That last resort gives to people who are not there. deskcore makes it an explicit choice.

    >>> isinstance(frappe_round_robin(), IfAnybody)
    True
    """
    present, away = frozenset({"present"}), frozenset({"away"})
    anyone = LastResort(requires=_COMMON, ranking=RoundRobin())
    second = IfAnybody(PresenceIs(away), LastResort(away, _COMMON, RoundRobin()), anyone)
    return IfAnybody(PresenceIs(present), LastResort(present, _COMMON, RoundRobin()), second)
