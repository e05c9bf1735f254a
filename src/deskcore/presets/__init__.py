"""Ready configurations: a plain lifecycle to begin with, and those of products that many desks come from.

Layer: presets. Beside testing; may import every room below.
"""

from deskcore.presets.rt import rt_lifecycle
from deskcore.presets.servicenow import servicenow_change, servicenow_incident
from deskcore.presets.simple import simple_lifecycle
from deskcore.presets.zammad import zammad_lifecycle
from deskcore.presets.zendesk import zendesk_lifecycle

__all__ = [
    "rt_lifecycle",
    "servicenow_change",
    "servicenow_incident",
    "simple_lifecycle",
    "zammad_lifecycle",
    "zendesk_lifecycle",
]
