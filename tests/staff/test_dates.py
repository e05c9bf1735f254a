"""Who may do what is a question about an instant: clearances, agreements, certificates, contracts and absences."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from deskcore.errors import InvalidValue, UnknownName
from deskcore.staff import Agent, Organisation, Partner, Requester, Staff
from deskcore.staff.absence import Absence
from deskcore.staff.access import sees_us, sight
from deskcore.staff.layers import OnDuty
from deskcore.staff.validity import ALWAYS, Validity
from deskcore.testing.staff import agents, check_absent_is_not_there, instants, staffs
from deskcore.wire import dump, load

MAY = datetime(2026, 5, 1, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, tzinfo=UTC)
JULY = datetime(2026, 7, 1, tzinfo=UTC)
JUST_BEFORE = timedelta(microseconds=1)
IN_JUNE = Validity(JUNE, JULY)


@pytest.mark.parametrize("who", [Agent, Partner])
def test_a_plain_list_of_names_holds_always(who: Any) -> None:
    held = who("bo", clearances=["health", "payment"], agreements=("nda",))
    assert held.is_cleared("health", at=MAY)
    assert held.is_cleared("payment", at=datetime(2199, 1, 1, tzinfo=UTC))
    assert held.has_signed("nda", at=MAY)
    assert not held.is_cleared("nda", at=MAY)
    assert held == who("bo", clearances={"payment": ALWAYS, "health": Validity()}, agreements={"nda": ALWAYS})


@pytest.mark.parametrize("who", [Agent, Partner])
def test_the_start_of_a_clearance_is_included_its_end_is_not(who: Any) -> None:
    held = who("bo", clearances={"health": IN_JUNE}, agreements={"nda": IN_JUNE})
    edges = (JUNE - JUST_BEFORE, JUNE, JULY - JUST_BEFORE, JULY)
    assert [held.is_cleared("health", at=at) for at in edges] == [False, True, True, False]
    assert [held.has_signed("nda", at=at) for at in edges] == [False, True, True, False]


def test_a_certificate_lapses_at_its_instant() -> None:
    bo = Agent("bo", certificates={"fire": JUNE})
    assert [bo.is_certified("fire", at=at) for at in (JUNE - JUST_BEFORE, JUNE)] == [True, False]
    assert not bo.is_certified("first aid", at=MAY)


@pytest.mark.parametrize("question", ["is_cleared", "has_signed", "is_certified"])
def test_a_naive_instant_is_refused(question: str) -> None:
    naive = datetime(2026, 5, 1)
    bo = Agent("bo", clearances=["x"], agreements=["x"], certificates={"x": JUNE})
    with pytest.raises(InvalidValue, match="must carry a time zone"):
        getattr(bo, question)("x", at=naive)
    with pytest.raises(InvalidValue, match="must carry a time zone"):
        bo.absence(at=naive)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Agent("bo", clearances={"health": JUNE}), r"clearances\[health\] must be a Validity"),
        (lambda: Agent("bo", agreements="nda"), r"agreements must be a list of names such as \['nda'\]"),
        (lambda: Agent("bo", agreements=[1]), "agreements must be a list of names"),  # type: ignore[list-item]
        (lambda: Agent("bo", agreements=7), "agreements must be a list of names"),  # type: ignore[arg-type]
        (lambda: Agent("bo", absences=["holiday"]), r"absences\[0\] must be an Absence"),  # type: ignore[list-item]
        (lambda: Partner("m", contract="2026"), "contract must be a Validity"),  # type: ignore[arg-type]
        (lambda: Validity(JUNE, JUNE), "end must be after the start"),
        (lambda: Absence(JULY, JUNE), "end must not lie before the start"),
        (lambda: Absence(JUNE, JULY, stand_in=7), "stand_in must be the id of an agent"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_meant_is_refused_at_the_door(make: Any, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        make()


def test_of_overlapping_absences_the_one_that_lasts_longest_answers() -> None:
    short, long, endless = Absence(MAY, JUNE, "sick"), Absence(MAY, JULY, "holiday"), Absence(JUNE, None)
    bo = Agent("bo", absences=(short, long, endless))
    assert [bo.absence(at=at) for at in (MAY - JUST_BEFORE, MAY, JUNE, JULY)] == [None, long, endless, endless]
    assert str(endless) == "absent until further notice"


@given(agents("a0"), instants())
def test_absence_agrees_with_what_is_written(agent: Agent, at: datetime) -> None:
    check_absent_is_not_there(agent, at=at)


@settings(max_examples=40)
@given(staffs())
def test_dates_survive_json_and_pickle(staff: Staff) -> None:
    assert load(dump(staff), Staff) == staff
    assert pickle.loads(pickle.dumps(staff)) == staff


@pytest.mark.parametrize("field", ["clearances", "agreements"])
def test_json_takes_bare_names_and_names_with_dates(field: str) -> None:
    plain = load({"id": "bo", field: ["health"]}, Agent)
    assert getattr(plain, field) == {"health": ALWAYS}
    dated = load({"id": "bo", field: {"health": {"end": "2026-06-01T00:00:00Z"}, "payment": {}}}, Agent)
    assert getattr(dated, field) == {"health": Validity(end=JUNE), "payment": ALWAYS}


@settings(max_examples=60)
@given(staffs(), instants(), instants())
def test_nothing_changes_within_an_era(staff: Staff, one: datetime, other: datetime) -> None:
    """Law: between two instants of one era everybody may see what they may see, and ``next_sight_change`` is tight."""
    first, second = sorted((int(one.timestamp()) * 1_000_000, int(other.timestamp()) * 1_000_000))
    asked = [(agent, staff.find_partner(agent.desk)) for agent in staff.agents] + [
        (None, one) for one in staff.partners
    ]
    for agent, partner in asked:
        for data_class in ("health", "payment"):
            before, after = (sees_us(staff, agent, partner, data_class, at) for at in (first, second))
            assert (" is cleared" in f" {sight(staff, agent, partner, data_class, first)}") >= before
            desk = agent.desk if agent is not None else partner.id if partner is not None else ""
            change = staff.next_sight_change_us(desk, data_class, first)
            if before is not after:
                assert staff.era_us(first) < staff.era_us(second)
                assert change is not None
                assert first < change <= second


def test_a_class_of_data_may_ask_for_an_agreement() -> None:
    """On top of the clearance; a partner's signature binds its people."""
    bo, mia = Agent("bo", clearances=["health"]), Agent("mia", clearances=["health"], agreements={"baa": IN_JUNE})
    pia = Agent("pia", desk="manila", clearances=["health"])
    manila = Partner("manila", clearances=["health"], agreements=["baa"])
    staff = Staff(agents=(bo, mia, pia), partners=(manila,), data_agreements={"health": "baa"})
    june, july = (int(at.timestamp()) * 1_000_000 for at in (JUNE, JULY))
    assert not sees_us(staff, bo, None, "health", june)
    assert sees_us(staff, mia, None, "health", june)
    assert not sees_us(staff, mia, None, "health", july)
    assert sees_us(staff, pia, manila, "health", july)
    assert sight(staff, bo, None, "health", june) == "is cleared for health, but has not signed baa, which it asks for"
    told = "is cleared for health, but has signed baa until 2026-07-01 00:00+00:00, which it asks for"
    assert sight(staff, mia, None, "health", july) == told


def test_why_somebody_is_not_cleared_has_its_date() -> None:
    bo = Agent("bo", clearances={"health": IN_JUNE})
    pia, manila = Agent("pia", desk="m", clearances=["health"]), Partner("m", name="Manila")
    at = [int(moment.timestamp()) * 1_000_000 for moment in (MAY, JUNE, JULY)]
    assert [sight(Staff(), bo, None, "health", moment) for moment in at] == [
        "will be cleared for health from 2026-06-01 00:00+00:00 on",
        "is cleared for health until 2026-07-01 00:00+00:00",
        "was cleared for health until 2026-07-01 00:00+00:00",
    ]
    assert sight(Staff(), pia, manila, "health", at[0]) == "works for Manila, which is not cleared for health"


def test_absences_from_elsewhere_are_added_once() -> None:
    staff = Staff(agents=(Agent("bo"), Agent("mia")))
    holiday = Absence(JUNE, JULY, "holiday")
    later = staff.with_absences({"bo": [holiday]}).with_absences({"bo": [holiday]})
    assert later.agent("bo").absences == (holiday,)
    assert later.absence("bo", at=JUNE) == holiday
    assert later.absence("mia", at=JUNE) is None
    assert later.absence("somebody@example.com", at=JUNE) is None
    with pytest.raises(UnknownName, match="cannot find agent 'zoe'"):
        staff.with_absences({"zoe": [holiday]})


def test_a_tier_is_lent_while_the_organisations_contract_runs() -> None:
    acme = Organisation("acme", tier="gold", data_class="health", contract=IN_JUNE)
    staff = Staff(organisations=(acme,), requesters=(Requester("ann", organisation="acme"),))
    tiers = [staff.requester("ann", at=at).tier for at in (JUNE - JUST_BEFORE, JUNE, JULY - JUST_BEFORE, JULY)]
    assert tiers == [None, "gold", "gold", None]
    assert staff.requester("ann", at=JULY).data_class == "health"
    assert staff.requester("ann").tier == "gold", "without an instant the contract is not asked"
    assert load(dump(staff), Staff) == staff


def found(staff: Staff, *, at: datetime | None = MAY) -> list[str]:
    return [str(problem) for problem in staff.lint(at=at)]


def test_lint_finds_stand_ins_who_cannot_stand_in() -> None:
    holiday = Absence(JUNE, JULY, "holiday", "mia")
    sick = Absence(JUNE + timedelta(days=3), None, "sick", "bo")
    staff = Staff(
        agents=(
            Agent("bo", absences=[holiday]),
            Agent("mia", absences=[sick]),
            Agent("cy", absences=[Absence(JUNE, JULY, stand_in="cy"), Absence(MAY, JUNE, stand_in="zoe")]),
        )
    )
    assert found(staff) == [
        (
            "agents[bo].absences[0].stand_in: names mia, who is absent until further notice (sick), "
            "from 2026-06-04 00:00+00:00: nobody stands in for a stand-in"
        ),
        (
            "agents[mia].absences[0].stand_in: names bo, who is absent until 2026-07-01 00:00+00:00 (holiday), "
            "from 2026-06-01 00:00+00:00: nobody stands in for a stand-in"
        ),
        "agents[cy].absences[0].stand_in: is the absent person; name somebody else",
        "agents[cy].absences[1].stand_in: names the unknown agent 'zoe'",
    ]


def test_lint_finds_what_ends_before_the_contract() -> None:
    scope = load({"provided": "always"}, type(Partner("m").scope))
    manila = Partner(
        "manila", scope=scope, contract=Validity(end=JULY), clearances={"health": Validity(end=JUNE)},
        agreements={"nda": Validity(end=JULY)},
    )  # fmt: skip
    assert found(Staff(partners=(manila,))) == [
        (
            "partners[manila].clearances[health]: ends 2026-06-01 00:00+00:00, before the contract, "
            "which runs until 2026-07-01 00:00+00:00"
        )
    ]


def test_lint_finds_the_last_clearance_that_ends() -> None:
    acme = Organisation("acme", data_class="health")
    ends = Agent("bo", clearances={"health": Validity(end=JUNE)})
    starts = Agent("mia", clearances={"health": Validity(JUNE)})
    assert found(Staff(agents=(ends, starts), organisations=(acme,))) == []
    assert found(Staff(agents=(ends,), organisations=(acme,)), at=None) == []
    assert found(Staff(agents=(ends,), organisations=(acme,)), at=JUNE - timedelta(days=400)) == []
    assert found(Staff(agents=(ends,), organisations=(acme,))) == [
        (
            "organisations[acme].data_class: is 'health', for which nobody of the house is cleared "
            "from 2026-06-01 00:00+00:00 on"
        )
    ]


def test_lint_finds_an_agreement_that_nobody_has_signed() -> None:
    staff = Staff(agents=(Agent("bo"),), data_agreements={"health": "baa"})
    assert found(staff) == ["data_agreements[health]: asks for the agreement 'baa', which nobody has signed"]


def test_lint_finds_a_roster_that_puts_an_absent_person_on_call() -> None:
    holiday = Absence(JUNE, JULY, "holiday")
    staff = Staff(agents=(Agent("bo", absences=[holiday]), Agent("mia")), rosters={"nights": OnDuty(("bo", "mia"))})
    assert found(staff) == [
        (
            "rosters[nights]: puts bo on call at 2026-06-01 00:00+00:00, who is absent until 2026-07-01 00:00+00:00 "
            "(holiday); override the roster or name a stand-in"
        )
    ]
    assert found(staff, at=JULY) == []
    stands_in = Agent("bo", absences=[Absence(JUNE, JULY, "holiday", "mia")])
    assert found(Staff(agents=(stands_in, Agent("mia")), rosters={"nights": OnDuty(("bo",))})) == []


def test_of_two_absences_the_one_that_ends_later_counts_in_the_hour_that_occurs_twice() -> None:
    """The clock shows 02:50 before it shows 02:10 again."""
    ams, start = ZoneInfo("Europe/Amsterdam"), datetime(2026, 10, 24, tzinfo=UTC)
    first = Absence(start, datetime(2026, 10, 25, 2, 50, tzinfo=ams), "sick")
    later = Absence(start, datetime(2026, 10, 25, 2, 10, tzinfo=ams, fold=1), "holiday")

    for absences in ([first, later], [later, first]):
        assert Agent("bo", absences=absences).absence(at=start) == later
