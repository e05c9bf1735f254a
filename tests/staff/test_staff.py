"""The register of staff: looking people up, who leads whom, what lint finds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from deskcore._value import FrozenDict
from deskcore.errors import InvalidConfiguration, InvalidValue, UnknownName
from deskcore.predicate import Is, where
from deskcore.routing.waiting import WaitingFacts
from deskcore.staff import Agent, Organisation, Partner, Requester, Scope, Staff, Team
from deskcore.staff.layers import OnDuty
from deskcore.staff.rotation import groups_of
from deskcore.tickets import Party

STAFF = Staff(
    agents=(
        Agent("bo", team="first", skills=["vpn"], manager="mia"),
        Agent("cy", team="first"),
        Agent("mia", team="first", clearances=frozenset({"health"})),
        Agent("rey", desk="manila"),
    ),
    teams=(Team("first", lead="mia"),),
    partners=(Partner("manila", scope=Scope.everything(max_tier=1), languages=("en",)),),
    organisations=(Organisation("acme", tier="gold", languages=("nl",), data_class="health"),),
    requesters=(Requester("ann", organisation="acme", languages=("en",)), Requester("eve", vip=True)),
)


def test_a_sound_register_has_no_problems() -> None:
    assert STAFF.lint(calendars=()) == ()


def test_bare_skills_are_held_at_level_one() -> None:
    assert STAFF.agent("bo").level("vpn") == 1
    assert Agent("bo", skills=["vpn"]) == Agent("bo", skills={"vpn": 1})


NINE = datetime(2026, 5, 22, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "build"),
    [
        ("languages", lambda text: Agent("bo", languages=text)),
        ("clearances", lambda text: Agent("bo", clearances=text)),
        ("languages", lambda text: Partner("manila", languages=text)),
        ("clearances", lambda text: Partner("manila", clearances=text)),
        ("languages", lambda text: Organisation("acme", languages=text)),
        ("languages", lambda text: Requester("ann", languages=text)),
        ("languages", lambda text: Party("ann", languages=text)),
        ("people", OnDuty),
        *(
            (name, lambda text, name=name: WaitingFacts("T-1", opened_at=NINE, queued_at=NINE, **{name: text}))
            for name in ("languages", "tried", "allowed", "excluded", "preferred", "tags")
        ),
    ],
)
def test_one_text_is_not_a_list_of_names(field: str, build: Callable[[Any], object]) -> None:
    with pytest.raises(InvalidValue, match=rf"{field} must be a list of names such as \['en'\]"):
        build("en")
    for wrong in (7, [7]):
        with pytest.raises(InvalidValue, match=f"{field} must be a list of names"):
            build(wrong)
    assert build(["en", "nl"]) == build(("en", "nl"))
    hash(build(["en"]))


def test_one_text_is_not_a_list_of_groups() -> None:
    with pytest.raises(InvalidValue, match="groups must be a list of names or groups"):
        groups_of("ann")


def test_text_is_not_a_list_of_skills() -> None:
    with pytest.raises(InvalidValue, match="skills must be a list of names"):
        Agent("bo", skills="vpn")


@pytest.mark.parametrize("level", [0, -1, True])
def test_a_level_below_one_is_no_skill(level: int) -> None:
    with pytest.raises(InvalidValue, match=r"skills\[vpn\] must be a whole number of at least 1"):
        Agent("bo", skills={"vpn": level})


def test_what_a_requester_leaves_out_comes_from_the_organisation() -> None:
    ann = STAFF.requester("ann")

    assert (ann.tier, ann.languages, ann.data_class) == ("gold", ("en",), "health")


def test_a_stranger_is_known_by_id_only() -> None:
    assert STAFF.requester("nobody") == Requester("nobody")


def test_the_lead_manages_those_without_a_manager_of_their_own() -> None:
    assert STAFF.manager_of("bo") == "mia"
    assert STAFF.manager_of("cy") == "mia"
    assert STAFF.manager_of("mia") is None
    assert STAFF.manager_of("rey") is None


def test_members_keep_the_order_of_the_register() -> None:
    assert [agent.id for agent in STAFF.members("first")] == ["bo", "cy", "mia"]


def test_a_partner_may_have_named_agents() -> None:
    assert STAFF.desks == ("house", "manila")
    assert [agent.id for agent in STAFF.at_desk("manila")] == ["rey"]


@pytest.mark.parametrize("noun", ["agent", "team", "partner", "organisation", "roster"])
def test_an_unknown_id_names_those_known(noun: str) -> None:
    with pytest.raises(UnknownName, match=f"cannot find {noun} 'zoe'; known: "):
        getattr(STAFF, noun)("zoe")


def test_the_members_of_an_unknown_team_are_an_error_and_not_nobody() -> None:
    with pytest.raises(UnknownName, match="cannot find team 'thrid'"):
        STAFF.members("thrid")


def test_repeated_ids_are_found_all_at_once() -> None:
    with pytest.raises(InvalidConfiguration) as caught:
        Staff(agents=(Agent("bo"), Agent("bo")), teams=(Team("x"), Team("x")))

    assert [problem.path for problem in caught.value.problems] == ["agents[1].id", "teams[1].id"]


def test_lint_finds_every_name_that_nothing_defines() -> None:
    staff = Staff(
        agents=(
            Agent("bo", team="fist", desk="mars", manager="ghost", calendar="offce"),
            Agent("cy", signs_on_by_shift=True, manager="cy"),
            Agent("rey", desk="manila", team="house team"),
        ),
        teams=(Team("empty", lead="ghost", desk="mars"), Team("house team")),
        partners=(Partner("manila", price=Decimal(4), calendar="offce"),),
        organisations=(Organisation("acme", data_class="health"),),
        requesters=(Requester("ann", organisation="amce"),),
        rosters=FrozenDict({"nights": OnDuty(("ghost",)), "vacant": OnDuty(())}),
    )

    found = {(problem.path, problem.code) for problem in staff.lint(calendars=["office"])}

    assert found == {
        ("agents[bo].team", "unknown_team"),
        ("agents[bo].desk", "unknown_desk"),
        ("agents[bo].calendar", "unknown_calendar"),
        ("agents[bo].manager", "unknown_agent"),
        ("agents[cy].signs_on_by_shift", "no_calendar"),
        ("agents[cy].manager", "circular_managers"),
        ("agents[rey].team", "other_desk"),
        ("teams[empty].desk", "unknown_desk"),
        ("teams[empty].lead", "unknown_agent"),
        ("teams[empty]", "empty_team"),
        ("rosters[nights]", "unknown_agent"),
        ("rosters[vacant]", "empty_roster"),
        ("partners[manila].scope", "no_scope"),
        ("partners[manila].calendar", "unknown_calendar"),
        ("partners[manila].currency", "no_currency"),
        ("requesters[ann].organisation", "unknown_organisation"),
        ("organisations[acme].data_class", "nobody_cleared"),
    }


def test_a_circle_of_managers_is_found_however_long() -> None:
    circle = Staff(
        agents=(Agent("a", manager="b"), Agent("b", manager="c"), Agent("c", manager="a"), Agent("d", manager="a"))
    )

    assert [problem.path for problem in circle.lint()] == [
        "agents[a].manager",
        "agents[b].manager",
        "agents[c].manager",
    ]


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (lambda: Agent(""), "id"),
        (lambda: Agent("bo", tier=0), "tier"),
        (lambda: Agent("bo", capacity=-1), "capacity"),
        (lambda: Agent("bo", cost=Decimal("NaN")), "cost"),
        (lambda: Team("x", tier=0), "tier"),
        (lambda: Partner("house"), "id"),
        (lambda: Partner("p", capacity=-1), "capacity"),
        (lambda: Partner("p", price=Decimal(-1)), "price"),
        (lambda: Scope.everything(max_tier=0), "max_tier"),
    ],
)
def test_nonsense_is_refused_by_field(made: object, field: str) -> None:
    assert callable(made)
    with pytest.raises(InvalidValue) as caught:
        made()
    assert caught.value.field == field


def test_exclusion_wins_over_what_is_provided() -> None:
    scope = Scope(where(category=("password", "access")), excluded=Is("vip", True))

    answer = scope.classify({"category": "password", "vip": True})

    assert answer.explain() == "not provided: excluded, because vip is True"
    assert answer.to_dict() == {"answer": "not_provided", "reason": "excluded, because vip is True"}


def test_what_the_scope_does_not_speak_of_is_unstated_and_no_yes() -> None:
    answer = Scope(where(category="password")).classify({"category": "payroll"})

    assert answer.answer == "unstated"
    assert not answer


def test_the_highest_tier_is_included() -> None:
    first = Scope.everything(max_tier=1)

    assert first.covers({"tier": 1})
    assert not first.covers({"tier": 2})
    assert first.covers({}), "a tier that is not known is no bar"


def test_a_scope_names_the_facts_it_asks_about() -> None:
    scope = Scope(where(category="password"), excluded=Is("vip", True), max_tier=1)

    assert scope.names() == {"category", "vip", "tier"}
