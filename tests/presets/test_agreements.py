"""The products' agreements, on the published cases of those products."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import pytest

from deskcore.presets.agreements import (
    first_solution_sla,
    frappe_sla,
    glpi_sla,
    osticket_sla,
    rt_sla,
    zammad_sla,
    zendesk_sla,
)
from deskcore.sla import PolicyBook, SlaPolicy, SlaSetup, Target
from tests.conformance.runner import Json
from tests.conformance.sla import Judged, Row, Timeline, agrees, calendar_of, instant, targets_of

CASES = Path(__file__).parents[3] / "shared" / "vectors" / "sla.json"
Preset = Callable[[str, Iterable[Target]], SlaPolicy]
PRODUCTS: dict[str, Preset] = {
    "zammad-first-response-late": zammad_sla,
    "zammad-update-late": zammad_sla,
    "zammad-closed-in-time": zammad_sla,
    "zammad-pending-then-reply-then-close": zammad_sla,
    "zammad-247-close-70-of-75": zammad_sla,
    "frappe-before-hours": frappe_sla,
    "frappe-saturday-low": frappe_sla,
    "frappe-two-holidays": frappe_sla,
    "frappe-hold-to-closing-instant": frappe_sla,
    "frappe-hold-one-second-past-closing": frappe_sla,
    "frappe-paused-not-breached": frappe_sla,
    "frappe-reply-after-closing-is-in-time": frappe_sla,
    "erpnext-customer-sla-2h-3h": frappe_sla,
    "erpnext-default-sla-4h-6h": frappe_sla,
    "erpnext-first-response-case-06": frappe_sla,
    "rt-level-2h-to-4h": rt_sla,
    "rt-reply-unsets-response": rt_sla,
    "rt-exclude-time-on-ignored-status": rt_sla,
    "glpi-30m-three-pauses-tto": glpi_sla,
    "glpi-4h-one-pause-tto": glpi_sla,
    "glpi-5-days-end-of-day": glpi_sla,
    "glpi-agreement-replaced": glpi_sla,
    "glpi-reassigned-shorter-target-retroactive": glpi_sla,
    "zendesk-schedule-changed-last-schedule-only": zendesk_sla,
    "zendesk-solve-fulfils-next-reply": zendesk_sla,
    "osticket-reopen-restarts": osticket_sla,
    "plain-first-resolution-ignores-reopen": first_solution_sla,
    "znuny-reopen-keeps-first-solution": first_solution_sla,
}


@pytest.mark.skipif(not CASES.exists(), reason="the published cases are not at hand")
@pytest.mark.parametrize("name", PRODUCTS)
def test_a_preset_judges_its_products_cases_as_published(name: str) -> None:
    (case,) = [one for one in cast("list[dict[str, Json]]", json.loads(CASES.read_text())) if one["id"] == name]
    policy = cast("Row", case["policy"])
    metrics = cast("dict[str, Row]", policy["metrics"])
    rows = [row for metric, told in metrics.items() for row in targets_of(metric, told)]
    setup = SlaSetup(
        PolicyBook((PRODUCTS[name]("sla", rows),)), {"default": calendar_of(cast("Row", case["schedule"]))}
    )
    events = Timeline(policy).events(cast("list[Row]", case["timeline"]))
    at = events[-1].at if case["check_at"] is None else instant(case["check_at"])
    judged = Judged(policy, events, at, setup, ())

    assert agrees(judged, cast("Row", case["expect"]), lambda: judged)
