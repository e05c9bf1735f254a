"""Columns made out of other columns: put together, taken apart, or the first that holds something.

Layer: adapters. Imports _value only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias, final, get_args

import attrs

How: TypeAlias = Literal["join", "first", "split"]
"""``join`` puts texts together, ``first`` takes the first that is not empty, ``split`` takes a part of one."""

HOWS: tuple[How, ...] = get_args(How)


@final
@attrs.frozen
class Derived:
    """A column that the log does not have, made out of those that it has.

    ``mark`` stands between texts put together, or separates the parts of the one that is split; ``part`` counts those
    from 1, or from the end: -1 is the last. A part that is not there is empty.

    >>> Derived("join", ("Date", "Time")).of(["22/05/2026", "16:45"])
    '22/05/2026 16:45'
    >>> Derived("first", ("Closed", "Solved")).of(["", "2026-05-22"])
    '2026-05-22'
    >>> Derived("split", ("Comment",), ";", 2).of(["22/May/26 4:45 PM;ann;It works again"])
    'ann'
    """

    how: How
    columns: tuple[str, ...]
    mark: str = " "
    part: int = 1

    def of(self, texts: Sequence[str]) -> str:
        """The text of the column, from those of ``columns`` in their order, each stripped and empty where missing."""
        if self.how == "join":
            return self.mark.join(filter(None, texts))
        if self.how == "first":
            return next(filter(None, texts), "")
        parts = texts[0].split(self.mark)
        place = self.part - 1 if self.part > 0 else self.part
        return parts[place].strip() if -len(parts) <= place < len(parts) else ""
