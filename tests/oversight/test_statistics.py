"""Our statistics beside those of scipy and statsmodels, to 1e-9; both are only installed for tests."""

from __future__ import annotations

import importlib
import itertools
import random
import warnings
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deskcore.errors import InvalidValue
from deskcore.oversight.acceptance import RiskPoint, plan_by_risks
from deskcore.oversight.amounts import CensoredAmounts
from deskcore.oversight.audit import ClaimTest, Discovery
from deskcore.oversight.distributions import (
    beta_at_most,
    beta_quantile,
    binomial_at_most,
    hypergeometric_at_least,
    hypergeometric_at_most,
    z_value,
)
from deskcore.oversight.intervals import Proportion, upper_bound_of_none
from deskcore.oversight.quality import cohen_kappa
from deskcore.oversight.sampling import StratifiedSample, Stratum, allocate, draw, draw_stratified, sample_size

TRIALS = [(0, 10), (1, 10), (10, 10), (4, 200), (15, 148), (999, 1000), (4500, 10_000)]
FEW = settings(max_examples=30)


def _peer(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what other packages warn of on import is not ours
        try:
            return importlib.import_module(name)
        except ImportError:
            pytest.skip(f"{name} is not installed, so our statistics cannot be held against it")


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
def test_normal_quantiles_agree_with_scipy(confidence: float) -> None:
    norm = _peer("scipy.stats").norm
    assert z_value(confidence) == pytest.approx(norm.ppf(1 - (1 - confidence) / 2), abs=1e-9)
    assert z_value(confidence, one_sided=True) == pytest.approx(norm.ppf(confidence), abs=1e-9)


@pytest.mark.parametrize(("a", "b"), [(0.5, 0.5), (1, 1), (2, 30), (30, 2), (400, 600), (5000, 20)])
def test_beta_agrees_with_scipy(a: float, b: float) -> None:
    beta = _peer("scipy.stats").beta
    for x in (0.001, 0.02, 0.4, 0.5, 0.93, 0.999):
        assert beta_at_most(x, a, b) == pytest.approx(beta.cdf(x, a, b), abs=1e-9)
    for share in (0.005, 0.025, 0.5, 0.975):
        assert beta_quantile(share, a, b) == pytest.approx(beta.ppf(share, a, b), abs=1e-9)


@pytest.mark.parametrize(("successes", "trials"), TRIALS)
@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_intervals_agree_with_statsmodels(successes: int, trials: int, confidence: float) -> None:
    peer = _peer("statsmodels.stats.proportion").proportion_confint
    found = Proportion(successes, trials)
    for ours, method in ((found.wilson(confidence), "wilson"), (found.clopper_pearson(confidence), "beta")):
        assert ours is not None
        low, high = peer(successes, trials, alpha=1 - confidence, method=method)
        assert (ours.low, ours.high) == pytest.approx((max(low, 0.0), min(high, 1.0)), abs=1e-9)


@pytest.mark.parametrize(("population", "marked", "sample"), [(20, 7, 5), (1000, 950, 80), (25_000, 600, 200)])
def test_hypergeometric_tails_agree_with_scipy(population: int, marked: int, sample: int) -> None:
    peer = _peer("scipy.stats").hypergeom(population, marked, sample)
    for count in (0, 1, sample // 2, sample - 1, sample):
        given_ = {"population": population, "marked": marked, "sample": sample}
        assert float(hypergeometric_at_most(count, **given_)) == pytest.approx(peer.cdf(count), abs=1e-9)
        assert float(hypergeometric_at_least(count, **given_)) == pytest.approx(peer.sf(count - 1), abs=1e-9)


@pytest.mark.parametrize(("count", "trials", "share"), [(0, 5, 0.1), (5, 80, 0.025), (40, 100, 0.4), (3, 3, 0.5)])
def test_binomial_tails_agree_with_scipy(count: int, trials: int, share: float) -> None:
    assert binomial_at_most(count, trials, share) == pytest.approx(
        _peer("scipy.stats").binom.cdf(count, trials, share), abs=1e-9
    )


@pytest.mark.parametrize(("margin", "assumed"), [(0.05, 0.5), (0.03, 0.2), (0.01, 0.9)])
def test_sample_sizes_agree_with_statsmodels(margin: float, assumed: float) -> None:
    peer = _peer("statsmodels.stats.proportion").samplesize_confint_proportion
    needed = peer(assumed, margin, alpha=0.05)
    assert 0 <= sample_size(margin=margin, assumed=assumed) - needed < 1


def test_agreement_of_raters_agrees_with_statsmodels() -> None:
    peer = _peer("statsmodels.stats.inter_rater")
    chooser = random.Random(7)
    one = [chooser.choice("abc") for _ in range(200)]
    other = [rating if chooser.random() < 0.7 else chooser.choice("abc") for rating in one]
    table = [[sum((x, y) == (a, b) for x, y in zip(one, other, strict=True)) for b in "abc"] for a in "abc"]
    assert cohen_kappa(one, other) == pytest.approx(peer.cohens_kappa(table).kappa, abs=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_medians_with_what_is_open_agree_with_statsmodels(seed: int) -> None:
    """Kaplan-Meier with ties between what ended and what lasts."""
    peer = _peer("statsmodels.duration.survfunc").SurvfuncRight
    chooser = random.Random(seed)
    times = [(chooser.randint(1, 30), chooser.random() < 0.6) for _ in range(150)]
    held = CensoredAmounts(
        tuple(time for time, ended in times if ended), tuple(time for time, ended in times if not ended)
    )
    theirs = peer([time for time, _ in times], [int(ended) for _, ended in times])
    curve = dict(held.curve())
    for time, left in zip(theirs.surv_times, theirs.surv_prob, strict=True):
        if time in curve:
            assert curve[time] == pytest.approx(left, abs=1e-9)
    ends = [time for time, left in zip(theirs.surv_times, theirs.surv_prob, strict=True) if left <= 0.5]
    assert held.median == (ends[0] if ends else None)


def test_a_median_exactly_at_the_half_is_found_though_floats_miss_it() -> None:
    """Of 49 that end one after another half is never left exactly; of 50 it is, after the 25th."""
    assert CensoredAmounts(tuple(range(1, 51))).median == 25
    assert CensoredAmounts(tuple(range(1, 50))).median == 25
    assert CensoredAmounts(tuple(range(1, 10_001))).median == 5_000


def test_the_standard_error_of_strata_is_that_of_its_parts() -> None:
    """Against numpy's sample variance, stratum by stratum, with the finite population's correction."""
    numpy = _peer("numpy")
    strata = [(600, 30, 27), (300, 20, 11), (100, 10, 2)]
    total = 0.0
    for size, sample, met in strata:
        marks = [1] * met + [0] * (sample - met)
        total += (size / 1000) ** 2 * (1 - sample / size) * float(numpy.var(marks, ddof=1)) / sample
    found = StratifiedSample(tuple(Stratum(*one) for one in strata))
    assert found.standard_error == pytest.approx(total**0.5, abs=1e-12)


# -- laws and oracles


@FEW
@given(st.integers(0, 14), st.data())
def test_hypergeometric_tails_are_head_counts(population: int, data: st.DataObject) -> None:
    """Against counting every possible sample."""
    marked, sample = data.draw(st.integers(0, population)), data.draw(st.integers(0, min(population, 6)))
    ways = [sum(one < marked for one in held) for held in itertools.combinations(range(population), sample)]
    for count in range(-1, sample + 1):
        share = Fraction(sum(held <= count for held in ways), len(ways))
        assert hypergeometric_at_most(count, population=population, marked=marked, sample=sample) == share


@FEW
@given(st.integers(1, 40), st.data())
def test_the_interval_of_a_population_holds_exactly_the_credible_counts(population: int, data: st.DataObject) -> None:
    """Against asking every possible count."""
    sample = data.draw(st.integers(0, population))
    found = data.draw(st.integers(0, sample))
    held = Proportion(found, sample).in_population(population, 0.9)
    credible = [
        count
        for count in range(found, population - (sample - found) + 1)
        if hypergeometric_at_least(found, population=population, marked=count, sample=sample) > Fraction(1, 20)
        and hypergeometric_at_most(found, population=population, marked=count, sample=sample) > Fraction(1, 20)
    ]
    assert (held.least, held.greatest) == (credible[0], credible[-1])


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.93])
def test_clopper_pearson_covers_at_least_what_it_says(share: float) -> None:
    """The exact coverage, by every possible outcome of 60 trials."""
    trials = 60
    covered = 0.0
    for x in range(trials + 1):
        interval = Proportion(x, trials).clopper_pearson(0.9)
        assert interval is not None
        chance = binomial_at_most(x, trials, share) - binomial_at_most(x - 1, trials, share)
        covered += chance if share in interval else 0.0
    assert covered >= 0.9 - 1e-12


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_wilson_covers_about_what_it_says(share: float) -> None:
    trials = 200
    covered = 0.0
    for x in range(trials + 1):
        interval = Proportion(x, trials).wilson(0.95)
        assert interval is not None
        chance = binomial_at_most(x, trials, share) - binomial_at_most(x - 1, trials, share)
        covered += chance if share in interval else 0.0
    assert covered == pytest.approx(0.95, abs=0.02)


@FEW
@given(st.lists(st.integers(0, 500), min_size=1, max_size=6), st.data())
def test_an_allocation_adds_up_and_stays_within_one_of_proportion(sizes: list[int], data: st.DataObject) -> None:
    """Largest remainder: no stratum is further than one from its exact share."""
    sample = data.draw(st.integers(0, sum(sizes)))
    shares = allocate(sizes, sample)
    assert sum(shares) == sample
    for size, share in zip(sizes, shares, strict=True):
        assert share <= size
        assert abs(share - Fraction(sample * size, max(sum(sizes), 1))) < 1


@FEW
@given(st.sets(st.text("abcdef0123456789", min_size=1, max_size=6), max_size=30), st.randoms(use_true_random=False))
def test_a_draw_depends_on_ids_and_seed_alone(ids: set[str], shuffler: Any) -> None:
    """Not on their order; and a larger sample begins with the smaller one."""
    held = sorted(ids)
    size = len(held) // 2
    drawn = draw(held, size, seed="s")
    shuffler.shuffle(held)
    assert draw(held, size, seed="s") == drawn == draw(held, len(held), seed="s")[:size]
    assert set(drawn) <= ids
    assert len(set(drawn)) == size


def test_a_draw_is_unbiased() -> None:
    """Over many seeds each of ten ids is drawn about as often: chi square below its 99.9 % quantile for 9 degrees."""
    ids, rounds = [f"T-{number}" for number in range(10)], 2000
    counts = dict.fromkeys(ids, 0)
    for seed in range(rounds):
        for name in draw(ids, 3, seed=str(seed)):
            counts[name] += 1
    expected = rounds * 3 / 10
    # Without replacement the counts vary less: by the factor (1 - 3 / 10) against independent ones.
    assert sum((count - expected) ** 2 / (expected * 0.7) for count in counts.values()) * 0.9 < 27.88


def test_a_stratified_draw_takes_what_is_there() -> None:
    drawn = draw_stratified(
        {"p1": ["a"], "p2": [f"b{n}" for n in range(9)]}, 5, seed="s", deviations={"p1": 0.9, "p2": 0.1}
    )
    assert [len(ids) for ids in drawn.values()] == [1, 2]


def test_a_stratified_estimate_weighs_by_population() -> None:
    sample = StratifiedSample((Stratum(900, 30, 30), Stratum(100, 30, 15)))
    assert sample.estimate == 0.95
    assert StratifiedSample((Stratum(900, 30, 30), Stratum(100, 0, 0))).estimate is None
    assert StratifiedSample(()).estimate is None


@pytest.mark.parametrize(("good", "bad"), [((0.01, 0.95), (0.06, 0.1)), ((0.02, 0.9), (0.1, 0.05))])
def test_no_smaller_plan_keeps_both_risks(good: tuple[float, float], bad: tuple[float, float]) -> None:
    sample, accept = plan_by_risks(RiskPoint(*good), RiskPoint(*bad))

    def keeps(n: int, c: int) -> bool:
        return binomial_at_most(c, n, good[0]) >= good[1] and binomial_at_most(c, n, bad[0]) <= bad[1]

    assert keeps(sample, accept)
    assert not any(keeps(n, c) for n in range(1, sample) for c in range(n))


def test_discovery_is_the_least_sample() -> None:
    held = Discovery(500, 10)
    assert held.sample_for(0.95) == 129
    assert held.detection(128) < 0.95 <= held.detection(129)
    assert Discovery(500, 0).sample_for(0.5) is None


def test_a_bound_of_none_is_where_none_has_that_chance() -> None:
    assert (1 - upper_bound_of_none(59)) ** 59 == pytest.approx(0.05, abs=1e-12)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ClaimTest(100, 101, 10, 5),
        lambda: ClaimTest(100, 50, 101, 5),
        lambda: ClaimTest(100, 50, 10, 11),
        lambda: Proportion(3, 2),
        lambda: Proportion(-1, 2),
        lambda: Proportion(1, 2).wilson(1.0),
        lambda: Discovery(10, 11),
        lambda: allocate([5], 6),
        lambda: draw(["a", "a"], 1, seed="s"),
    ],
)
def test_what_cannot_be_is_refused(wrong: Any) -> None:
    with pytest.raises(InvalidValue):
        wrong()


def test_nothing_sampled_says_nothing() -> None:
    nothing = Proportion(0, 0)
    assert (nothing.share, nothing.wilson(), nothing.clopper_pearson(), nothing.margin()) == (None,) * 4
    assert ClaimTest(10, 9, 0, 0).p_value == 1.0
