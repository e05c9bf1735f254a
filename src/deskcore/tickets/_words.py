"""Words that events, commands and rules share.

Layer: tickets. Imports nothing of the room.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

FieldValue: TypeAlias = str | int | float | bool | None
Visibility: TypeAlias = Literal["public", "internal", "partner"]
How: TypeAlias = Literal["manual", "policy", "escalation", "import", "timer", "computed"]
"""By what means something was decided."""

Offering: TypeAlias = Literal["offered", "helped", "failed"]
"""What became of a knowledge article: shown to the requester, solved it, did not."""
