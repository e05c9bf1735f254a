"""Ticket numbers in sequence, for hosts that want them: a value, kept by the host with everything else.

Layer: tickets. Imports _value only.
"""

from __future__ import annotations

from typing import final

import attrs

from deskcore._value import not_negative


@final
@attrs.frozen
class Numbers:
    """The last number given, and a prefix for ids.

    >>> numbers, first = Numbers("T-").next()
    >>> first, numbers.next()[1]
    ('T-1', 'T-2')
    """

    prefix: str = ""
    last: int = attrs.field(default=0, validator=not_negative)

    def next(self) -> tuple[Numbers, str]:
        """The sequence after giving one more number, and that number as an id."""
        return Numbers(self.prefix, self.last + 1), f"{self.prefix}{self.last + 1}"
