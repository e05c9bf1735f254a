"""Every kind of node this room adds to a configuration, for whoever writes them down.

Layer: escalation.
"""

from __future__ import annotations

from deskcore.escalation.actions import ACTIONS, Action
from deskcore.escalation.byhand import ESCALATION_COMMANDS
from deskcore.escalation.recipients import RECIPIENTS, Recipient
from deskcore.tickets.commands import Command

ESCALATION_NODES: tuple[type[Recipient | Action | Command], ...] = (*RECIPIENTS, *ACTIONS, *ESCALATION_COMMANDS)
"""The recipients, the actions and the commands."""
