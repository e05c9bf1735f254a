"""What a command must bring along besides what its move asks for.

Layer: tickets. Imports _value only.
"""

from __future__ import annotations

from typing import final

import attrs

from deskcore._lasting import lasting
from deskcore._value import named


@final
@attrs.frozen
@lasting
class Demand:
    """A command of type ``command`` on a ticket of one of ``kinds`` (none: every kind) must give ``needs``.

    ``needs`` are names of the command's own fields.

    >>> Demand("set_impact_urgency", ("reason",), kinds=("problem",)).needs
    ('reason',)
    """

    command: str = attrs.field(validator=named)
    needs: tuple[str, ...]
    kinds: tuple[str, ...] = attrs.field(default=(), kw_only=True)
