"""Why a command was not accepted: a stable code, a sentence, what is lacking, and parameters for programs.

A refusal is a value. Nothing was changed when one is given.

Layer: tickets. Imports _value only.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import FrozenDict, named

CODES: Final = (
    "unknown_ticket",
    "already_open",
    "unknown_command",
    "unknown_status",
    "unknown_kind",
    "unknown_priority",
    "unknown_reason",
    "forbidden_on_create",
    "forbidden_transition",
    "wrong_phase",
    "no_change",
    "final_state",
    "permission",
    "missing_field",
    "guard",
    "reopen_window_over",
    "until_passed",
    "follow_up",
    "reply_refused",
    "out_of_range",
    "final_for_role",
    "open_dependency",
    "status_not_mapped",
    "no_lifecycle_map",
    "read_only",
    "cannot_unset",
    "circular_link",
    "parent_is_child",
    "merge_into_self",
    "target_already_merged",
    "target_not_open",
    "wrong_kind",
    "merged",
    "not_undoable",
    "unknown_event",
    "oversize",
    "unknown_field",
    "wrong_value",
    "naive_time",
    "backward_time",
    "reserved_id",
)
"""Every code of a refusal in this room. Codes never change their meaning."""


@final
@attrs.frozen
@lasting
class Refusal:
    """One reason why a command was refused: ``code`` for programs, ``message`` for people.

    ``needs`` names what would have to be there, by the names of ``NEEDS`` or of the command's own fields; ``data``
    holds the parameters behind the sentence.

    >>> refusal("permission", "close ticket", "T-1", "ann lacks ticket.close", "somebody with ticket.close").explain()
    'cannot close ticket T-1: ann lacks ticket.close; accepted: somebody with ticket.close'
    """

    code: str = attrs.field(validator=named)
    message: str
    needs: tuple[str, ...] = ()
    data: FrozenDict[str] = attrs.field(factory=FrozenDict[str])

    def explain(self) -> str:
        """The sentence."""
        return self.message

    def to_dict(self) -> dict[str, object]:
        """For programs: ``code``, ``message``, ``needs`` and ``data``."""
        return {"code": self.code, "message": self.message, "needs": list(self.needs), "data": dict(self.data)}


def refusal(
    code: str, asked: str, ticket: str, held: str, accepted: str, *, needs: tuple[str, ...] = (), **data: str
) -> Refusal:
    """A refusal with the house's sentence: what was asked, what we hold, what would be accepted."""
    message = f"cannot {asked} {ticket}: {held}; accepted: {accepted}"
    return Refusal(code, message, needs, FrozenDict({"ticket": ticket, **data}))


def among(names: Iterable[str]) -> str:
    """Names for the end of a sentence: what would be accepted."""
    return ", ".join(names) or "nothing"
