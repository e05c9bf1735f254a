"""The lifecycles of the presets by the names under which a desk file finds them.

Layer: presets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from deskcore.presets.rt import rt_lifecycle
from deskcore.presets.servicenow import servicenow_change, servicenow_incident
from deskcore.presets.simple import simple_lifecycle
from deskcore.presets.zammad import zammad_lifecycle
from deskcore.presets.zendesk import zendesk_lifecycle
from deskcore.tickets import Lifecycle


def _one(make: Callable[[], Lifecycle]) -> tuple[Lifecycle, ...]:
    return (make(),)


def _servicenow(model: str = "normal") -> tuple[Lifecycle, ...]:
    return (servicenow_incident(), servicenow_change(model))


LIFECYCLES: Final[Mapping[str, Callable[[], tuple[Lifecycle, ...]]]] = MappingProxyType(
    {
        "simple": partial(_one, simple_lifecycle),
        "rt": partial(_one, rt_lifecycle),
        "zendesk": partial(_one, zendesk_lifecycle),
        "zammad": partial(_one, zammad_lifecycle),
        "servicenow": _servicenow,
        "servicenow-standard": partial(_servicenow, "standard"),
        "servicenow-emergency": partial(_servicenow, "emergency"),
    }
)
"""What ``preset`` may name in a desk file: the lifecycles that the desk then has, the first of them for most kinds.

The names that begin with ``servicenow`` have the incident and one model of change, the normal one unless it is named.

>>> [lifecycle.name for lifecycle in LIFECYCLES["servicenow"]()]
['servicenow-incident', 'servicenow-change-normal']
"""
