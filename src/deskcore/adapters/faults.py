"""What can be wrong with a file, said so that the file can be mended: which, where, what, and what would do.

Layer: adapters. Imports errors only.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import final

from deskcore.errors import DeskcoreError


@final
class UnusableFile(DeskcoreError, ValueError):
    """A file cannot be read or written; ``line`` counts from 1 and is ``None`` where no line is to blame.

    >>> raise UnusableFile("mapping", "uci.toml", 12, "no TOML: expected '='", "mend that line")
    Traceback (most recent call last):
    deskcore.adapters.faults.UnusableFile: cannot use mapping uci.toml:12: no TOML: expected '='; mend that line
    """

    def __init__(self, noun: str, path: str, line: int | None, held: str, accepted: str) -> None:
        super().__init__(noun, path, line, held, accepted)
        self.noun = noun
        self.path = path
        self.line = line
        self.held = held
        self.accepted = accepted

    def __str__(self) -> str:
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"cannot use {self.noun} {where}: {self.held}; {self.accepted}"


def nearest(name: str, known: Iterable[str], *, shown: int = 12) -> str:
    """What somebody who wrote ``name`` may have meant, else what there is to choose from.

    >>> nearest("prioritty", ["priority", "impact"])
    "did you mean 'priority'?"
    >>> nearest("colour", ["priority", "impact"])
    'known: impact, priority'
    """
    names = sorted(set(known))
    by_folded = {other.casefold(): other for other in names}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1)
    if close:
        return f"did you mean {by_folded[close[0]]!r}?"
    if not names:
        return "none is known"
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return f"known: {', '.join(names[:shown])}{more}"
