"""The ready policies of products are run on the cases that say what those products do."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pytest

from deskcore.hours import elapsed
from deskcore.presets import queues
from deskcore.routing import RoutingPolicy, ToAgent
from deskcore.routing.eligibility import Allowed, ServesQueue
from deskcore.routing.line import InLine, Line
from deskcore.routing.rings import RingChange, RingPlan, RingWindow
from deskcore.routing.turns import FewestTaken
from deskcore.testing.routing_claims import check_claims
from tests.conformance.routing import Scenario, _all_agree
from tests.routing.nodes import situations

HALF: Final = elapsed(seconds=30)
WIDENING: Final = RingPlan(
    "penalty",
    RingWindow(0, 1),
    (RingChange(HALF, high_by=3), RingChange(elapsed(seconds=60), low=5, high=10)),
)
PRESETS: Final[dict[str, RoutingPolicy]] = {
    "acs-best-worker-magnitude": queues.acs_best_worker(),
    "acs-longest-idle-load-ratio": queues.acs_longest_idle(),
    "asterisk-fewestcalls-penalty": queues.asterisk_penalties(within=FewestTaken()),
    "asterisk-leastrecent": queues.asterisk_penalties(),
    "asterisk-penalty-window-over-time": queues.asterisk_penalties(WIDENING),
    "chatwoot-balanced-least-open": queues.chatwoot_balanced(),
    "chatwoot-fair-distribution": queues.chatwoot_fair(2, elapsed(hours=1)),
    "connect-routing-criteria-exhausted": queues.connect_criteria(
        ({"english": 4, "kinesis": 2}, HALF), ({"english": 4}, HALF)
    ),
    "frappe-availability-away-next": queues.frappe_round_robin(),
    "frappe-round-robin": queues.frappe_round_robin(),
    "freeswitch-empty-ring-still-waits": queues.freeswitch_tiers(HALF, skip_empty=False),
    "freeswitch-tiers-multiply": queues.freeswitch_tiers(HALF),
    "salesforce-drop-additional-skills": queues.salesforce_skills(HALF),
    "twilio-falls-to-default": queues.twilio_steps(elapsed(seconds=15), elapsed(seconds=15), "everyone"),
}
"""Presets by the case that they are run on; the case's own settings are theirs."""


@lru_cache(maxsize=1)
def scenarios(file: Path) -> dict[str, dict[str, Any]]:
    document = json.loads(file.read_text(encoding="utf-8"))
    return {case["id"]: case for case in document["scenarios"]}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_does_what_its_product_does(name: str, shared: Path) -> None:
    case = scenarios(shared / "vectors" / "routing.json")[name]
    scenario = Scenario({key: case[key] for key in ("agents", "agent_defaults", "policy", "arrivals") if key in case})
    policy = PRESETS[name]
    scenario.policy = policy if isinstance(policy, InLine) else InLine(policy, Line())
    right, wrong = _all_agree(scenario, case["expect"])
    assert right, wrong


def test_bullseye_opens_ring_after_ring() -> None:
    case: dict[str, Any] = {
        "agents": [
            {"id": "a", "ring": 1, "busy_until": 100},
            {"id": "b", "ring": 2, "available_for_s": 5},
            {"id": "c", "ring": 2, "available_for_s": 50},
        ],
        "policy": {"strategy": "rings", "ring": "ring", "ring_timeout_s": 20, "inner_stays_eligible": True},
        "arrivals": [{"t": 0, "ticket": "x"}],
    }
    scenario = Scenario(case)
    scenario.policy = InLine(queues.genesys_bullseye(elapsed(seconds=20)), Line())
    right, wrong = _all_agree(scenario, [{"at": 19, "to": None}, {"at": 20, "to": "c"}])
    assert right, wrong


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_keeps_what_it_claims(name: str) -> None:
    for ticket, floor in situations().values():
        assert "explained" in check_claims(PRESETS[name], ticket, floor) or not PRESETS[name].decide(ticket, floor).acts


def test_every_preset_is_run_on_a_case() -> None:
    made = {str(policy) for policy in PRESETS.values()} | {str(queues.genesys_bullseye(elapsed(seconds=20)))}
    assert len(queues.__all__) == 11
    assert len(made) >= len(queues.__all__)
    assert str(ToAgent(Allowed() & ServesQueue())) not in made
