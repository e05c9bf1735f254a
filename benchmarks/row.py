"""One measured row: how fast we did a piece of work, how fast its peer did, and whether that meets the aim."""

from __future__ import annotations

import json
from typing import final

import attrs


@final
@attrs.frozen
class Row:
    """A row of the benchmark.

    ``at_least`` is the ratio to the peer that meets the aim; where the aim is an amount of work in a second,
    ``per_s_at_least`` holds it. A peer that is not installed has no ``peer_per_s``, and its row is never met.

    >>> Row("hours-add", 250_000.0, "workclock", 100_000.0, aim="2x", at_least=2.0).met
    True
    """

    work: str
    deskcore_per_s: float
    peer: str
    peer_per_s: float | None
    aim: str
    at_least: float | None = attrs.field(default=None, kw_only=True)
    per_s_at_least: float | None = attrs.field(default=None, kw_only=True)

    @property
    def ratio(self) -> float | None:
        """Our speed over the peer's."""
        return self.deskcore_per_s / self.peer_per_s if self.peer_per_s else None

    @property
    def met(self) -> bool:
        """Whether every stated aim is reached."""
        if self.at_least is None and self.per_s_at_least is None:
            return False
        enough = self.at_least is None or (self.ratio is not None and self.ratio >= self.at_least)
        return enough and (self.per_s_at_least is None or self.deskcore_per_s >= self.per_s_at_least)

    def to_json(self) -> str:
        """The row as one line of JSON."""
        return json.dumps(
            {
                "work": self.work,
                "deskcore_per_s": _short(self.deskcore_per_s),
                "peer": self.peer,
                "peer_per_s": _short(self.peer_per_s),
                "ratio": None if self.ratio is None else round(self.ratio, 3),
                "aim": self.aim,
                "met": self.met,
            }
        )


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
