"""Escalation: a matrix of dated rungs on two axes, whom they address by name, and a ledger of what fired.

An escalation is a dated plan: ``plan`` applies a ``Matrix`` to a case and gives every rung its due instant or the
reason why it has none; ``owed`` reads which are due, ``preview`` plays the plan to its end. What a rung does stands in
``actions``, whom it addresses in ``recipients``, what firing one amounts to in ``firing``, taking it on in
``acknowledge``, the checks of a configuration in ``lint``, pictures in ``pictures``.

Layer: escalation. Above ``sla`` and ``routing``, below ``desk``.
"""

from deskcore.escalation.due import Due
from deskcore.escalation.events import ESCALATION_EVENTS
from deskcore.escalation.ledger import Ledger
from deskcore.escalation.matrix import Matrix, MatrixRow, Rung
from deskcore.escalation.nodes import ESCALATION_NODES
from deskcore.escalation.plans import Planned, next_change, owed, plan
from deskcore.escalation.timeline import preview

__all__ = [
    "ESCALATION_EVENTS",
    "ESCALATION_NODES",
    "Due",
    "Ledger",
    "Matrix",
    "MatrixRow",
    "Planned",
    "Rung",
    "next_change",
    "owed",
    "plan",
    "preview",
]
