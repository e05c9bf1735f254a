"""The kinds of signal: what a clock can announce without anything happening to the ticket.

Layer: sla.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

SignalKind: TypeAlias = Literal["warned", "breached"]
"""``warned``: a share of the target is used up, or only so much is left; ``breached``: due has passed unfulfilled."""
