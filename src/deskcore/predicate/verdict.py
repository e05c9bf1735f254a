"""The answer of a condition, with the reasons that decided it.

Layer: predicate.
"""

from __future__ import annotations

from typing import final

import attrs


@final
@attrs.frozen
class Verdict:
    """Whether a condition holds, and the comparisons that settled it. Truthy when it holds.

    >>> bool(Verdict(True, ("priority is p1",)))
    True
    """

    holds: bool
    because: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.holds

    def explain(self) -> str:
        """The reasons in one line."""
        return "; ".join(self.because) if self.because else ("always" if self.holds else "never")

    def to_dict(self) -> dict[str, bool | list[str]]:
        """For programs: ``holds`` and ``because``."""
        return {"holds": self.holds, "because": list(self.because)}
