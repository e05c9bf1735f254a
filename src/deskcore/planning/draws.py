"""Random numbers that depend on a seed and a name, never on the order of asking.

Every quantity of a simulated ticket is drawn from its own stream, so that adding a draw somewhere moves no other.

Layer: planning.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import Final, TypeVar, final

import attrs

T = TypeVar("T")

_SPAN: Final = 1 << 53


@final
@attrs.frozen
class Draws:
    """A source of independent draws, each named.

    >>> Draws("demo").uniform("T-1", "patience") == Draws("demo").uniform("T-1", "patience")
    True
    """

    seed: str

    def uniform(self, *name: object) -> float:
        """A number in [0, 1), exact to 53 bits."""
        text = "\x1f".join([self.seed, *map(str, name)])
        digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
        return (int.from_bytes(digest, "big") >> 11) / _SPAN

    def exponential(self, mean: float, *name: object) -> float:
        """An exponential amount with the given mean, in the mean's own unit."""
        return -mean * math.log1p(-self.uniform(*name))

    def lognormal(self, median: float, sigma: float, *name: object) -> float:
        """A skewed amount with the given median, as handling times are. ``sigma`` is the spread of the logarithm."""
        radius = math.sqrt(-2.0 * math.log1p(-self.uniform(*name, "radius")))
        normal = radius * math.cos(2.0 * math.pi * self.uniform(*name, "angle"))
        return median * math.exp(sigma * normal)

    def happens(self, chance: float, *name: object) -> bool:
        """Whether something with the given chance comes true."""
        return self.uniform(*name) < chance

    def choice(self, weighted: Sequence[tuple[T, float]], *name: object) -> T:
        """One of several values, by weight. Weights need not sum to one.

        >>> Draws("demo").choice([("nl", 1.0)], "T-1", "language")
        'nl'
        """
        left = self.uniform(*name) * sum(weight for _, weight in weighted)
        for value, weight in weighted:
            left -= weight
            if left < 0:
                return value
        return weighted[-1][0]
