"""Ready configurations: a plain lifecycle to begin with.

Layer: presets. Beside testing; may import every room below.
"""

from deskcore.presets.simple import simple_lifecycle

__all__ = ["simple_lifecycle"]
