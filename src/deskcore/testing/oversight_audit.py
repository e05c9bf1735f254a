"""Strategies and laws for audits: proportions, their intervals, samples.

Layer: testing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

from deskcore.oversight.distributions import binomial_at_most
from deskcore.oversight.intervals import Interval, Proportion
from deskcore.oversight.outcome import TicketOutcome
from deskcore.oversight.sampled import AuditPlan
from deskcore.oversight.sampling import draw

__all__ = [
    "check_draw",
    "check_interval_is_sound",
    "check_sample_can_be_verified",
    "coverage_of",
    "proportions",
    "ticket_ids",
]


@st.composite
def proportions(draw_: st.DrawFn) -> Proportion:
    """Successes among up to 300 trials, none included."""
    trials = draw_(st.integers(0, 300))
    return Proportion(draw_(st.integers(0, trials)), trials)


def ticket_ids() -> st.SearchStrategy[list[str]]:
    """Up to thirty different ids in any order."""
    return st.lists(st.integers(1, 999).map(lambda number: f"T-{number}"), unique=True, max_size=30)


def check_interval_is_sound(found: Proportion, confidence: float, more: float) -> None:
    """Intervals hold the share found, lie in 0..1, grow with the confidence, and Wilson's is none only of nothing."""
    for method in (Proportion.wilson, Proportion.clopper_pearson):
        narrow, wide = method(found, min(confidence, more)), method(found, max(confidence, more))
        if found.share is None or narrow is None or wide is None:
            assert (narrow, wide, found.share) == (None, None, None)
            continue
        assert 0 <= wide.low <= narrow.low <= narrow.high <= wide.high <= 1
        assert narrow.low - 1e-12 <= found.share <= narrow.high + 1e-12


def coverage_of(method: Callable[[Proportion], Interval | None], trials: int, share: float) -> float:
    """The exact chance that an interval holds the true share, over every possible outcome of so many trials.

    >>> coverage_of(lambda found: found.clopper_pearson(0.9), 20, 0.3) >= 0.9
    True
    """
    covered = 0.0
    for successes in range(trials + 1):
        interval = method(Proportion(successes, trials))
        if interval is not None and share in interval:
            covered += binomial_at_most(successes, trials, share) - binomial_at_most(successes - 1, trials, share)
    return covered


def check_draw(ids: Sequence[str], order: Sequence[int], size: int, seed: str) -> None:
    """A draw hangs on ids and seed alone, takes no id twice, and a larger one begins with the smaller."""
    drawn = draw(ids, size, seed=seed)
    assert draw([ids[place] for place in order], size, seed=seed) == drawn
    assert draw(ids, len(ids), seed=seed)[:size] == drawn
    assert len(set(drawn)) == size
    assert set(drawn) <= set(ids)


def check_sample_can_be_verified(plan: AuditPlan, records: Sequence[TicketOutcome], order: Sequence[int]) -> None:
    """A sample is drawn again from its batch in any order, is of the planned size, and a smaller batch is noticed."""
    sample = plan.draw(records)
    assert sample.is_reproduced_by([records[place] for place in order])
    assert sample.is_drawn_from([records[place].id for place in order])
    assert len(sample.ids) == len(set(sample.ids)) == plan.size
    assert set(sample.ids) <= {record.id for record in records}
    for name, ids in sample.drawn.items():
        assert len(ids) <= sample.sizes[name]
    if records:
        assert not sample.is_drawn_from([record.id for record in records[1:]])
