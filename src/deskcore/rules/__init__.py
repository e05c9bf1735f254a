"""First-match tables over facts: the one way a policy says "for these tickets, that".

Layer: rules. Above tickets and staff, below sla and routing.
"""

from deskcore.rules.table import Picked, Row, Table

__all__ = ["Picked", "Row", "Table"]
