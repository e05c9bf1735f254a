"""What every recipient answers: the people it stands for, and how they were found.

Layer: escalation. Imports staff and tickets.
"""

from __future__ import annotations

import abc
from datetime import datetime
from typing import Final, final

import attrs

from deskcore.staff import Staff
from deskcore.tickets.ticket import Ticket


@final
@attrs.frozen
class Resolution:
    """The people a recipient stands for, and how they were found. Empty people: nobody, and the path says why.

    >>> Resolution(("cy",), ("assignee: bo", "manager of bo: cy")).explain()
    'assignee: bo; manager of bo: cy'
    """

    people: tuple[str, ...]
    path: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.people)

    def explain(self) -> str:
        """The path in one line."""
        return "; ".join(self.path)

    def to_dict(self) -> dict[str, list[str]]:
        """For programs: ``people`` and ``path``."""
        return {"people": list(self.people), "path": list(self.path)}


@attrs.frozen
class Recipient(abc.ABC):
    """Somebody to address, by role. Subclass it, frozen, for one of your own and register its name with the desk.

    >>> from deskcore.escalation.recipients import Assignee, ManagerOf
    >>> str(ManagerOf(Assignee()))
    'manager of assignee'
    """

    @abc.abstractmethod
    def resolve(self, staff: Staff, ticket: Ticket, *, at: datetime) -> Resolution:
        """The people it stands for at ``at``, absent or not. Total: unknown names lead to nobody, with the reason."""

    def in_place_of(self, person: str, staff: Staff) -> str | None:
        """Whom it stands for instead of one of them who is absent and has no stand-in: nobody, but for managers."""
        del person, staff
        return None


A_RECIPIENT: Final = "must be a recipient, for example Person('dana') or TeamLead()"
"""What a field that holds a recipient says of anything else, a bare name above all."""
