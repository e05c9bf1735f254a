"""What lint finds in a policy, a register and a catalogue before any ticket does: one finding each."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from deskcore.errors import InvalidValue
from deskcore.hours import Calendar, elapsed
from deskcore.predicate import Is
from deskcore.routing import Gate, HandOff, Overflow, RoutingPolicy, ToAgent, Wait, WaitingFacts, When, lint
from deskcore.routing.best import ToBest
from deskcore.routing.catalogue import Catalogue, unanswered_leaves
from deskcore.routing.covering import ServiceHours, desks_asked
from deskcore.routing.dated import Dated, Override, Season
from deskcore.routing.eligibility import ServesQueue
from deskcore.routing.intake import Intake, IntakeMenu, IntakeRule
from deskcore.routing.policy import AfterWait, FirstOf
from deskcore.routing.requirements import ABLE, NeedsSkill
from deskcore.routing.resort import LastResort
from deskcore.routing.rings import InRings, RingPlan, RingsOpenOver, RingWindow
from deskcore.routing.signals import WaitingCount
from deskcore.routing.site import LabelIs, WeightedShare
from deskcore.routing.steps import Offering
from deskcore.staff import Agent, Partner, Scope, Staff

MONDAY = datetime(2026, 5, 18, tzinfo=UTC)
STAFF = Staff(
    agents=(
        Agent("bo", skills={"vpn": 2}, labels={"ring": 0}, calendar="early", queues=("sales",)),
        Agent("mia", skills=["mail"], labels={"ring": 2}, calendar="late", queues=("sales", "repair")),
    ),
    partners=(Partner("manila", scope=Scope.everything(), languages=("en",), calendar="manila"),),
)
HOURS = {
    "early": Calendar.weekly("Mon-Fri 06:00-14:00", tz="UTC"),
    "late": Calendar.weekly("Mon-Fri 13:00-18:00", tz="UTC"),
    "manila": Calendar.weekly("Sat,Sun 00:00-24:00", tz="UTC"),
    "promised": Calendar.weekly("Mon-Fri 06:00-20:00", tz="UTC"),
    "office": Calendar.weekly("Mon-Fri 08:00-18:00", tz="UTC"),
}


def codes(policy: RoutingPolicy, **more: object) -> list[str]:
    return [problem.code for problem in lint(policy, STAFF, **more)]  # type: ignore[arg-type]


def said(policy: RoutingPolicy, **more: object) -> str:
    return "\n".join(str(problem) for problem in lint(policy, STAFF, **more))  # type: ignore[arg-type]


def test_a_sound_policy_has_no_findings() -> None:
    assert codes(ToAgent() | HandOff("manila"), calendars=HOURS, catalogue=Catalogue({"vpn": ["vpn"]})) == []


def test_skills_nobody_holds() -> None:
    assert said(ToAgent(NeedsSkill("fax"))) == "routing.requires: asks for the skill 'fax', which nobody holds"
    assert codes(ToAgent(NeedsSkill("vpn", 3))) == ["nobody_eligible"]


def test_rings_nobody_is_in() -> None:
    window = InRings(RingPlan("ring", RingWindow(0, 2)))
    assert said(ToAgent(window)) == "routing.requires: opens ring 1 by ring, in which nobody is"
    passed = RingsOpenOver("ring", elapsed(seconds=30))
    assert codes(ToAgent(passed)) == ["empty_rings"]
    assert codes(ToAgent(RingsOpenOver("ring", elapsed(seconds=30), skip_empty=True))) == []
    assert "which nobody has" in said(ToAgent(InRings(RingPlan("level", RingWindow(0, 1)))))


def test_hours_nobody_covers() -> None:
    hours = ServiceHours("promised", MONDAY)
    found = said(ToAgent(), calendars=HOURS, hours=hours)
    assert found == (
        "hours.promised: nobody is on shift from 2026-05-18T18:00:00+00:00 until 2026-05-18T20:00:00+00:00"
    )
    assert codes(ToAgent(), calendars=HOURS, hours=ServiceHours("office", MONDAY)) == []
    assert codes(HandOff("manila"), calendars=HOURS, hours=ServiceHours("office", MONDAY)) == ["uncovered_hours"]
    assert codes(ToAgent(), calendars=HOURS, hours=ServiceHours("ofice", MONDAY)) == ["unknown_calendar"]
    whole = ToBest(desks=("house",), partners=("manila",)) | HandOff("manila")
    assert desks_asked(whole) == {"house", "desk manila"}


def test_products_in_the_catalogue_without_a_skill() -> None:
    found = said(ToAgent(), catalogue=Catalogue({"coffee": [], "fax": ["fax"], "vpn": {"vpn": 3}, "mail": ["mail"]}))
    assert found.splitlines() == [
        "catalogue.products[coffee]: asks for no skill, so that anybody may get its tickets",
        "catalogue.products[fax]: asks for 'fax' at level 1; the best holds 0",
        "catalogue.products[vpn]: asks for 'vpn' at level 3; the best holds 2",
    ]


def test_a_product_for_which_nobody_holds_every_skill() -> None:
    both = Catalogue({"mail over vpn": ["vpn", "mail"]})
    assert codes(ToAgent(), catalogue=both) == ["unanswered"]
    assert codes(ToAgent() | Wait(), catalogue=both) == ["nobody_eligible"]


def test_tickets_no_rule_answers() -> None:
    """Tried with gates shut and open, in and out of hours, new and long waiting."""
    sales = WaitingFacts("a sale", opened_at=MONDAY, queued_at=MONDAY, category="sales")
    other = WaitingFacts("other", opened_at=MONDAY, queued_at=MONDAY)
    typical = Catalogue(tickets=(sales, other))
    gate = Gate("busy", WaitingCount(), on=5, off=1)
    policy = When(Is("category", "sales"), Overflow(gate, inside=Wait(), outside=ToAgent()))
    assert said(policy, catalogue=typical).startswith(
        "catalogue.tickets[1]: is answered by no rule: category is unset, not sales"
    )
    later = AfterWait(elapsed(hours=4), When(~Is("open.office", True), ToAgent()))
    assert codes(later, calendars=HOURS, catalogue=typical) == []


def test_a_partner_that_is_not_there_is_found_once_and_nothing_is_tried() -> None:
    assert codes(HandOff("manilla"), catalogue=Catalogue({"vpn": ["vpn"]})) == ["unknown_partner"]
    assert codes(ToBest(partners=("manilla",))) == ["unknown_partner"]


def test_steps_nobody_reaches_and_gates_that_contradict() -> None:
    assert codes(FirstOf((Wait(), ToAgent()))) == ["unreachable"]
    one, other = Gate("busy", WaitingCount(), on=5, off=1), Gate("busy", WaitingCount(), on=9, off=1)
    twice = Overflow(one, inside=ToAgent(), outside=Wait()) | Overflow(other, inside=ToAgent(), outside=Wait())
    assert codes(twice) == ["contradictory_gates"]


def test_a_season_that_changes_nothing_and_labels_nobody_has() -> None:
    season = Season("launch", MONDAY, datetime(2026, 6, 1, tzinfo=UTC))
    assert codes(Dated(ToAgent(), (Override(season, ToAgent()),))) == ["no_change"]
    assert codes(ToAgent(ABLE & LabelIs("site", "field.site"))) == ["unknown_label"]
    assert codes(ToAgent(ABLE & LabelIs("ring", "sight"))) == ["unknown_fact"]
    assert codes(ToAgent(ranking=WeightedShare())) == ["unknown_label"]


def test_every_end_of_an_intake_is_served() -> None:
    """Total: whatever a caller does there is a queue, and lint says which of them nobody takes."""
    policy = ToAgent(ServesQueue())
    menu = IntakeMenu("About?", {"1": "sales", "2": IntakeMenu("New?", {"1": "setup"}, "repair")}, "general")
    assert [problem.path for problem in unanswered_leaves(menu, policy, STAFF)] == ["intake[2][1]", "intake.otherwise"]
    assert unanswered_leaves(menu, policy | HandOff("manila"), STAFF) == ()
    rules = Intake((IntakeRule(Is("category", "sales"), "sales"),), otherwise="fax")
    assert [problem.path for problem in unanswered_leaves(rules, policy, STAFF)] == ["intake.otherwise"]


def test_a_catalogue_is_a_mapping() -> None:
    with pytest.raises(InvalidValue, match="must map each product"):
        Catalogue(["vpn"])  # type: ignore[arg-type]


def test_an_offer_to_who_may_not_be_there_is_found() -> None:
    offered = Offering(ToAgent() | LastResort())
    assert [(one.path, one.code) for one in lint(offered, STAFF)] == [("routing.policy.steps[1]", "offer_in_vain")]
    assert lint(Offering(ToAgent()) | LastResort(), STAFF) == lint(Offering(LastResort("present")), STAFF) == ()
