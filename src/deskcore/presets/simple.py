"""The lifecycle to begin with, under the name by which presets are found.

Layer: presets.
"""

from __future__ import annotations

from deskcore.tickets.simple import simple_lifecycle

__all__ = ["simple_lifecycle"]
