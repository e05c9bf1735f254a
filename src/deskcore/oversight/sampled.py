"""An audit from plan to verdict: which tickets, drawn so that anybody can verify it, judged, held against the claim.

Not here: sample sizes and bare draws (``sampling``), what a claim test computes (``audit``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import final

import attrs

from deskcore._value import FrozenDict, named, not_negative, unique
from deskcore.errors import InvalidValue, UnknownName
from deskcore.oversight.audit import ClaimTest
from deskcore.oversight.outcome import DIMENSIONS, TicketOutcome
from deskcore.oversight.sampling import StratifiedSample, Stratum, draw_stratified
from deskcore.oversight.tally import NONE


@final
@attrs.frozen
class AuditPlan:
    """How many tickets to look at, by which seed; with ``by``, a dimension, in proportion to its values.

    >>> plan = AuditPlan(2, "manila 2026-05")
    >>> plan.draw_ids(["T-1", "T-2", "T-3"]).is_drawn_from(["T-3", "T-1", "T-2"])
    True

    Raises:
        InvalidValue: a negative size, an empty seed, an unknown dimension.
    """

    size: int = attrs.field(validator=not_negative)
    seed: str = attrs.field(validator=named)
    by: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.by is not None and self.by not in DIMENSIONS:
            raise InvalidValue("by", self.by, f"must be one of {', '.join(DIMENSIONS)}")

    def draw(self, outcomes: Iterable[TicketOutcome]) -> AuditSample:
        """Draw from records of tickets.

        Raises:
            InvalidValue: fewer tickets than the size, or one twice.
        """
        strata: dict[str, list[str]] = {}
        for one in outcomes:
            value = "" if self.by is None else one.dimension(self.by) or NONE
            strata.setdefault(value, []).append(one.id)
        return self._drawn(strata)

    def draw_ids(self, ids: Iterable[str]) -> AuditSample:
        """Draw from ids alone, without strata."""
        return self._drawn({"": list(ids)})

    def _drawn(self, strata: Mapping[str, list[str]]) -> AuditSample:
        ordered = {name: strata[name] for name in sorted(strata)}
        drawn = draw_stratified(ordered, self.size, seed=self.seed)
        sizes = FrozenDict({name: len(ids) for name, ids in ordered.items()})
        return AuditSample(self, sizes, _digest(id_ for ids in ordered.values() for id_ in ids), drawn)


@final
@attrs.frozen
class AuditSample:
    """What was drawn from what: made by ``AuditPlan.draw``. ``digest`` stands for the ids of the whole batch.

    >>> sample = AuditPlan(2, "s").draw_ids(["T-1", "T-2", "T-3"])
    >>> sample.population, len(sample.ids)
    (3, 2)
    """

    plan: AuditPlan
    sizes: FrozenDict[int]
    digest: str
    drawn: FrozenDict[tuple[str, ...]]

    @property
    def population(self) -> int:
        """How many it was drawn from."""
        return sum(self.sizes.values())

    @property
    def ids(self) -> tuple[str, ...]:
        """All drawn ids, stratum after stratum."""
        return tuple(id_ for ids in self.drawn.values() for id_ in ids)

    def is_drawn_from(self, ids: Iterable[str]) -> bool:
        """Whether a batch is the one it was drawn from: no ticket was added, taken out or replaced since."""
        return _digest(ids) == self.digest

    def is_reproduced_by(self, outcomes: Iterable[TicketOutcome]) -> bool:
        """Whether drawing again from these records gives the same sample: anybody can ask, later."""
        return self.plan.draw(outcomes) == self

    def judge(self, found: Mapping[str, bool], *, claimed_met: int) -> AuditResult:
        """The verdict on a claim, from what was found of each drawn ticket.

        >>> sample = AuditPlan(2, "s").draw_ids(["T-1", "T-2", "T-3"])
        >>> sample.judge(dict.fromkeys(sample.ids, True), claimed_met=3).claim.rejects()
        False

        Raises:
            UnknownName: a finding about a ticket that was not drawn.
            InvalidValue: a drawn ticket without a finding, or a claim above the batch.
        """
        held = frozenset(self.ids)
        for id_ in found:
            if id_ not in held:
                raise UnknownName("drawn ticket", id_, self.ids)
        missing = [id_ for id_ in self.ids if id_ not in found]
        if missing:
            raise InvalidValue("found", f"{len(found)} findings", f"must also speak of {', '.join(missing[:5])}")
        strata = tuple(
            Stratum(self.sizes[name], len(ids), sum(found[id_] for id_ in ids)) for name, ids in self.drawn.items()
        )
        claim = ClaimTest(self.population, claimed_met, len(self.ids), sum(found.values()))
        failed = tuple(sorted(id_ for id_, met in found.items() if not met))
        return AuditResult(self, claim, StratifiedSample(strata), failed)


@final
@attrs.frozen
class AuditResult:
    """What an audit found: the claim's test, the estimate weighed by stratum, the tickets that failed."""

    sample: AuditSample
    claim: ClaimTest
    strata: StratifiedSample
    failed: tuple[str, ...]

    def verdict(self, alpha: float = 0.05) -> str:
        """``rejected`` or ``not rejected``; a claim that is not rejected is not proved."""
        return "rejected" if self.claim.rejects(alpha) else "not rejected"

    def explain(self, alpha: float = 0.05) -> str:
        """The verdict, the seed, what the sample leaves credible, the tickets that failed."""
        lines = [f"{self.claim.explain(alpha)}; seed {self.sample.plan.seed!r}, batch {self.sample.digest[:12]}"]
        credible = self.claim.found.in_population(self.claim.population)
        lines.append(f"  credible in the batch: {credible.least:,} to {credible.greatest:,} of {credible.population:,}")
        if len(self.sample.sizes) > 1 and self.strata.estimate is not None:
            lines.append(f"  weighed by stratum: {self.strata.estimate * 100:.1f} %")
        if self.failed:
            lines.append(f"  failed: {', '.join(self.failed)}")
        return "\n".join(lines)


def _digest(ids: Iterable[str]) -> str:
    held = tuple(ids)
    unique("ids", held)
    state = blake2b(digest_size=16)
    for id_ in sorted(held):
        state.update(f"{len(id_)}:{id_}".encode())
    return state.hexdigest()
