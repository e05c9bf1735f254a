"""Every kind of node this room adds to a configuration, for whoever writes them down.

Layer: escalation.
"""

from __future__ import annotations

from deskcore.escalation.actions import ACTIONS, Action
from deskcore.escalation.recipients import RECIPIENTS, Recipient

ESCALATION_NODES: tuple[type[Recipient | Action], ...] = (*RECIPIENTS, *ACTIONS)
"""The recipients and the actions."""
