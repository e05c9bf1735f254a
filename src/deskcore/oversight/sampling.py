"""Samples: how large, how divided among strata, which tickets exactly, and what a stratified one says.

Drawing is reproducible by whoever knows seed and ids: an id's place in the draw depends on nothing else, neither on
the order of the list nor on other tickets. Not here: judging what was found (``audit``, ``intervals``).

Layer: oversight. Imports its own room only.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from hashlib import blake2b
from typing import final

import attrs

from deskcore._value import FrozenDict, not_negative, unique
from deskcore.errors import InvalidValue
from deskcore.oversight.distributions import as_written, check_sample, z_value


def sample_size(*, margin: float, confidence: float = 0.95, assumed: float = 0.5, population: int | None = None) -> int:
    """How many to sample for an interval of plus or minus ``margin``, by the normal approximation, rounded up.

    ``assumed`` is the share expected; 0.5 is the most cautious. A finite ``population`` needs fewer.

    >>> sample_size(margin=0.05), sample_size(margin=0.05, population=1000)
    (385, 278)

    Raises:
        InvalidValue: a margin or share outside 0..1, or a negative population.
    """
    _inside("margin", margin)
    _inside("assumed", assumed)
    endless = z_value(confidence) ** 2 * assumed * (1 - assumed) / margin**2
    if population is None:
        return math.ceil(endless)
    if population < 0:
        raise InvalidValue("population", population, "must not be negative")
    return min(math.ceil(endless / (1 + (endless - 1) / population)), population) if population else 0


def table_sample_size(population: int, *, chi2: float = 3.841, margin: float = 0.05, assumed: float = 0.5) -> int:
    """Krejcie and Morgan's table: the sample for a finite population, rounded half up. ``chi2``: one degree of freedom.

    >>> [table_sample_size(size) for size in (10, 100, 1000, 100_000)]
    [10, 80, 278, 383]

    Raises:
        InvalidValue: a population below 1, or a margin or share outside 0..1.
    """
    if population < 1:
        raise InvalidValue("population", population, "must be at least 1")
    _inside("margin", margin)
    _inside("assumed", assumed)
    spread = as_written(chi2) * as_written(assumed) * (1 - as_written(assumed))
    exact = spread * population / (as_written(margin) ** 2 * (population - 1) + spread)
    return math.floor(exact + Fraction(1, 2))


def allocate(sizes: Sequence[int], sample: int, *, deviations: Sequence[float] | None = None) -> tuple[int, ...]:
    """Divide a sample among strata in proportion to their sizes, by the largest remainder; it adds up to ``sample``.

    With ``deviations``, the standard deviations expected in each, noisier strata get more (Neyman). Equal remainders:
    the earlier stratum first. A proportional share is never larger than its stratum; a Neyman share may be.

    >>> allocate([600, 300, 100], 50), allocate([800, 200], 68, deviations=[0.3, 0.5])
    ((30, 15, 5), (48, 20))

    Raises:
        InvalidValue: negative numbers, a sample above all sizes together, or nothing to weigh by.
    """
    if any(size < 0 for size in sizes):
        raise InvalidValue("sizes", tuple(sizes), "must not be negative")
    check_sample(population=sum(sizes), sample=sample)
    if deviations is not None and (len(deviations) != len(sizes) or any(not one >= 0 for one in deviations)):
        raise InvalidValue("deviations", tuple(deviations), "must be one for each size, zero or more")
    spreads = [Fraction(1)] * len(sizes) if deviations is None else [as_written(one) for one in deviations]
    weights = [size * spread for size, spread in zip(sizes, spreads, strict=True)]
    total = sum(weights, Fraction(0))
    if not total:
        if sample:
            raise InvalidValue("deviations", deviations, "must not all be zero")
        return (0,) * len(sizes)
    shares = [sample * weight / total for weight in weights]
    whole = [math.floor(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda place: (whole[place] - shares[place], place))
    for place in order[: sample - sum(whole)]:
        whole[place] += 1
    return tuple(whole)


def draw(ids: Iterable[str], size: int, *, seed: str) -> tuple[str, ...]:
    """A simple random sample of ids, in the order drawn.

    Each id's lot is a hash of seed and id; the smallest lots are drawn. So the order of ``ids`` does not matter, a
    larger sample begins with the smaller one, and anybody can verify it later. Cost: a hash for each id and a sort.

    >>> draw(["T-1", "T-2", "T-3"], 2, seed="2026-05") == draw(["T-3", "T-2", "T-1"], 2, seed="2026-05")
    True

    Raises:
        InvalidValue: an id occurs twice, or the sample is larger than the list.
    """
    held = tuple(ids)
    unique("ids", held)
    check_sample(population=len(held), sample=size)
    return tuple(sorted(held, key=lambda name: (_lot(seed, name), name))[:size])


def draw_stratified(
    strata: Mapping[str, Iterable[str]], size: int, *, seed: str, deviations: Mapping[str, float] | None = None
) -> FrozenDict[tuple[str, ...]]:
    """A sample divided among named strata as ``allocate`` does, drawn in each as ``draw`` does.

    A Neyman share above its stratum takes the whole stratum, and the sample is smaller by the rest.

    >>> drawn = draw_stratified({"p1": ["T-1"], "p2": ["T-2", "T-3", "T-4"]}, 4, seed="s")
    >>> {name: len(ids) for name, ids in drawn.items()}
    {'p1': 1, 'p2': 3}
    """
    held = {name: tuple(ids) for name, ids in strata.items()}
    unique("ids", tuple(name for ids in held.values() for name in ids))
    spreads = None if deviations is None else [deviations[name] for name in held]
    shares = allocate([len(ids) for ids in held.values()], size, deviations=spreads)
    return FrozenDict(
        {
            name: draw(ids, min(share, len(ids)), seed=seed)
            for (name, ids), share in zip(held.items(), shares, strict=True)
        }
    )


def _lot(seed: str, name: str) -> bytes:
    # The length keeps ("ab", "c") and ("a", "bc") apart.
    return blake2b(f"{len(seed)}:{seed}:{name}".encode(), digest_size=16).digest()


def _within_sample(instance: Stratum, field: attrs.Attribute[int], value: int) -> None:
    if not 0 <= value <= instance.sample:
        raise InvalidValue(field.name, value, f"must lie in 0..{instance.sample}, the sample")


def _within_population(instance: Stratum, field: attrs.Attribute[int], value: int) -> None:
    if not 0 <= value <= instance.population:
        raise InvalidValue(field.name, value, f"must lie in 0..{instance.population}, the population")


@final
@attrs.frozen
class Stratum:
    """One stratum of a population: its size, how many were sampled, how many of those were successes.

    >>> Stratum(600, 30, 27).share
    0.9
    """

    population: int = attrs.field(validator=not_negative)
    sample: int = attrs.field(validator=_within_population)
    successes: int = attrs.field(validator=_within_sample)

    @property
    def share(self) -> float | None:
        """Successes over sampled; ``None`` when none was sampled."""
        return self.successes / self.sample if self.sample else None


@final
@attrs.frozen
class StratifiedSample:
    """What strata say together, each weighing as much as its part of the population.

    >>> sample = StratifiedSample((Stratum(900, 30, 30), Stratum(100, 30, 15)))
    >>> round(sample.estimate, 6), sample.naive
    (0.95, 0.75)
    """

    strata: tuple[Stratum, ...]

    @property
    def population(self) -> int:
        """All strata together."""
        return sum(stratum.population for stratum in self.strata)

    @property
    def estimate(self) -> float | None:
        """The share in the population; ``None`` when a stratum that is not empty was not sampled."""
        total = Fraction(0)
        for stratum in self.strata:
            if not stratum.population:
                continue
            if not stratum.sample:
                return None
            total += Fraction(stratum.population * stratum.successes, self.population * stratum.sample)
        return float(total) if self.population else None

    @property
    def naive(self) -> float | None:
        """All successes over all sampled: wrong as soon as strata were not sampled in proportion."""
        sampled = sum(stratum.sample for stratum in self.strata)
        return sum(stratum.successes for stratum in self.strata) / sampled if sampled else None

    @property
    def standard_error(self) -> float | None:
        """Of the estimate, with the finite population's correction; ``None`` when a stratum has too few to tell."""
        total = 0.0
        for stratum in self.strata:
            size, n, share = stratum.population, stratum.sample, stratum.share
            if not size or n == size:
                continue
            if share is None or n < 2:  # noqa: PLR2004 - one observation has no variance
                return None
            variance = n / (n - 1) * share * (1 - share)
            total += (size / self.population) ** 2 * (1 - n / size) * variance / n
        return math.sqrt(total) if self.population else None


def _inside(field: str, value: float | Decimal) -> None:
    if not 0 < value < 1:
        raise InvalidValue(field, value, "must lie strictly between 0 and 1")
