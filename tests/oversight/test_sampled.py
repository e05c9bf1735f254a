"""From an audit's plan to its verdict; and the acceptance tables held against the structure they were published with."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from deskcore.errors import InvalidValue, UnknownName
from deskcore.oversight import TicketOutcome
from deskcore.oversight.acceptance import AQLS, AttributePlan, Level, Severity, accept_probability, plan_for
from deskcore.oversight.intervals import Proportion
from deskcore.oversight.sampled import AuditPlan
from deskcore.oversight.sampling import draw
from deskcore.testing.wire import check_roundtrip

NOON = datetime(2026, 5, 22, 12, tzinfo=UTC)
IDS = [f"T-{number}" for number in range(40)]


def test_a_sample_can_be_verified_later_and_a_changed_batch_is_noticed() -> None:
    sample = AuditPlan(8, "2026-05").draw_ids(IDS)
    assert sample.is_drawn_from(reversed(IDS))
    assert not sample.is_drawn_from([*IDS[:-1], "T-99"])
    assert not sample.is_drawn_from(IDS[:-1])
    assert set(sample.ids) == set(draw(IDS, 8, seed="2026-05"))
    check_roundtrip(sample)


def test_a_stratified_sample_is_in_proportion_and_weighed_so() -> None:
    records = [
        TicketOutcome(f"T-{n}", NOON, NOON, priority="p1" if n < 100 else "p2" if n < 400 else None)
        for n in range(1000)
    ]
    sample = AuditPlan(50, "s", by="priority").draw(records)
    assert {name: len(ids) for name, ids in sample.drawn.items()} == {"(none)": 30, "p1": 5, "p2": 15}
    assert sample.is_reproduced_by(random.Random(1).sample(records, len(records)))
    failed = set(sample.drawn["p1"])
    result = sample.judge({id_: id_ not in failed for id_ in sample.ids}, claimed_met=1000)
    assert result.strata.estimate == pytest.approx(0.9)
    assert (result.verdict(), set(result.failed)) == ("rejected", failed)
    assert result.explain().splitlines()[2] == "  weighed by stratum: 90.0 %"


def test_every_drawn_ticket_must_be_judged_and_no_other() -> None:
    sample = AuditPlan(3, "s").draw_ids(IDS)
    with pytest.raises(InvalidValue, match="must also speak of"):
        sample.judge({sample.ids[0]: True}, claimed_met=40)
    with pytest.raises(UnknownName):
        sample.judge({"T-99": True}, claimed_met=40)
    with pytest.raises(InvalidValue, match="claimed_met"):
        sample.judge(dict.fromkeys(sample.ids, True), claimed_met=41)
    with pytest.raises(InvalidValue, match="must be one of"):
        AuditPlan(3, "s", by="colour")
    with pytest.raises(InvalidValue):
        AuditPlan(-1, "s")


@pytest.mark.parametrize("bad", [20, 60, 150])
def test_intervals_of_drawn_samples_cover_what_they_say(bad: int) -> None:
    """Draw, judge, and ask for the interval, over many seeds: the truth is in it about as often as it says."""
    truth, held = set(IDS5[:bad]), 0
    rounds = 300
    for seed in range(rounds):
        drawn = draw(IDS5, 60, seed=str(seed))
        found = Proportion(sum(id_ not in truth for id_ in drawn), 60).in_population(len(IDS5), 0.9)
        held += found.least <= len(IDS5) - bad <= found.greatest
    # The exact interval covers at least 90 %; three standard deviations of chance below that are 84.8 %.
    assert held / rounds >= 0.848


IDS5 = [f"C-{number}" for number in range(200)]


# -- the acceptance tables


def plan(letter_lot: int, aql: float, severity: Severity) -> tuple[int, int]:
    found = plan_for(letter_lot, aql=aql, severity=severity, level="III")
    return found.sample, found.accept


@pytest.mark.parametrize(
    ("level", "letters"),
    [("I", "AABCCDEFGHJKLMN"), ("II", "ABCDEFGHJKLMNPQ"), ("III", "BCDEFGHJKLMNPQR")],
)
def test_code_letters_are_those_of_the_published_table(level: Level, letters: str) -> None:
    """As printed in MIL-STD-105E, table I, and in ISO 2859-1, table 1: lots of 2 to 8 up to 500,001 and more."""
    lots = [8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000, 500_001]
    sizes = dict(
        zip("ABCDEFGHJKLMNPQR", [2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000], strict=True)
    )
    for lot, letter in zip(lots, letters, strict=True):
        # A column in which this letter has a plan of its own, so that no arrow moves it.
        own = [
            found.letter
            for aql in AQLS
            for found in [_or_none(lot, aql, level)]
            if found is not None and found.sample == sizes[letter]
        ]
        assert letter in own or sizes[letter] >= lot


def _or_none(lot: int, aql: float, level: Level) -> AttributePlan | None:
    try:
        return plan_for(lot, aql=aql, level=level)
    except InvalidValue:
        return None


@pytest.mark.parametrize(
    ("lot", "aql", "severity", "expected"),
    [
        # Letters P and Q, normal: reject numbers 11, 15, 22 and 15, 22 from 0.65 on, as a public agency prints them.
        (500_000, 0.65, "normal", (1250, 14)),
        (500_000, 1.0, "normal", (1250, 21)),
        (150_000, 0.65, "normal", (800, 10)),
        (150_000, 1.0, "normal", (800, 14)),
        (150_000, 1.5, "normal", (800, 21)),
        # Letter R, normal: eight plans that end with 21 at 0.65 (MIL-STD-105E, table II-A).
        (500_001, 0.1, "normal", (2000, 5)),
        (500_001, 0.15, "normal", (2000, 7)),
        (500_001, 0.25, "normal", (2000, 10)),
        (500_001, 0.4, "normal", (2000, 14)),
        (500_001, 0.65, "normal", (2000, 21)),
        # Above the last plan the arrow leads up: a smaller sample, the same number.
        (500_001, 1.0, "normal", (1250, 21)),
        # Tightened: 1, 2, 3, 5, 8, 12, 18.
        (150_000, 0.1, "tightened", (800, 1)),
        (150_000, 1.5, "tightened", (800, 18)),
        (500_000, 0.1, "tightened", (1250, 2)),
        (500_000, 1.0, "tightened", (1250, 18)),
        (500_001, 0.1, "tightened", (2000, 3)),
        (500_001, 0.65, "tightened", (2000, 18)),
    ],
)
def test_the_largest_letters_have_the_published_plans(
    lot: int, aql: float, severity: Severity, expected: tuple[int, int]
) -> None:
    assert plan(lot, aql, severity) == expected


LOTS_BY_LETTER = (8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000, 500_001)


@pytest.mark.parametrize("severity", ["normal", "tightened"])
def test_a_letter_more_and_a_quality_level_less_is_the_same_plan(severity: Severity) -> None:
    """The tables are diagonal: the sample grows as the level shrinks, so that sample times level keeps its number."""
    for smaller, larger in pairwise(LOTS_BY_LETTER):
        for low, high in pairwise(AQLS):
            one, other = plan(smaller, high, severity), plan(larger, low, severity)
            if one[0] < smaller and other[0] < larger:  # neither looks at the whole lot
                ratio = (other[0] * low) / (one[0] * high)
                assert one[1] == other[1], (smaller, high, one, larger, low, other)
                assert 0.9 < ratio < 1.12


@pytest.mark.parametrize("severity", ["normal", "tightened"])
def test_a_batch_at_the_acceptable_level_mostly_passes(severity: Severity) -> None:
    """The binomial's chance at the quality level itself: 0.86 to 0.995 on normal, less but above 0.6 on tightened.

    Only for plans of a letter's own column; where an arrow led elsewhere, the level is another plan's.
    """
    chances: dict[int, list[float]] = {}
    for lot in LOTS_BY_LETTER:
        for aql in AQLS:
            sample, accept = plan(lot, aql, severity)
            if sample < lot:
                chances.setdefault(accept, []).append(accept_probability(sample, accept, nonconforming=aql / 100))
    low, high = (0.86, 0.996) if severity == "normal" else (0.6, 0.99)
    for accept, found in chances.items():
        own = sorted(found)[len(found) // 2]
        assert low < own < high, (accept, own)


@pytest.mark.parametrize("lot", LOTS_BY_LETTER)
def test_tightened_is_never_easier_than_normal(lot: int) -> None:
    """At every quality, by the exact chance of acceptance."""
    for aql in AQLS:
        normal, tight = plan(lot, aql, "normal"), plan(lot, aql, "tightened")
        for share in (aql / 100, 2 * aql / 100, 5 * aql / 100):
            easy = accept_probability(*normal, nonconforming=share)
            hard = accept_probability(*tight, nonconforming=share)
            assert hard <= easy + 1e-12
