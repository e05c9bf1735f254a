"""The common part of all commands.

Layer: tickets. Imports _value only.
"""

from __future__ import annotations

from typing import ClassVar

import attrs

from deskcore._value import named


@attrs.frozen
class Command:
    """The common part of all commands: the ticket it is for, and a stable ``TYPE`` name."""

    TYPE: ClassVar[str] = ""
    ticket: str = attrs.field(validator=named)
