"""What ties an assignee to the team that has the ticket.

Who is in which team is told with each command (``teams``); nothing is looked up here.

Layer: tickets. Imports errors only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import FrozenDict
from deskcore.errors import InvalidValue

Teams: TypeAlias = Mapping[str, tuple[str, ...]]
"""The members of each team, in order; a team that is not there has nobody that one knows of."""

NO_TEAMS: Final[Teams] = FrozenDict()

_WORDS: Final = {
    "outsider": ("ignore", "unassign"),
    "leaver": ("ignore", "unassign", "replace"),
    "checked": ("command", "message"),
    "moved": ("ignore", "unassign"),
}


@final
@attrs.frozen
@lasting
class Membership:
    """What happens to an assignee who does not belong to the ticket's team. ``ignore`` everywhere: nothing.

    ``outsider``: somebody from outside is assigned. ``leaver``: the assignee has left the team; ``replace`` puts the
    first remaining member in their place where the present status needs an assignee, and unassigns elsewhere.
    ``checked`` says when that is noticed: by ``ReviewAssignee``, or by the requester's next message unless the ticket
    is closed. ``moved``: the ticket goes to a team that its assignee is not in.

    >>> Membership(outsider="unassign").leaver
    'ignore'
    """

    outsider: Literal["ignore", "unassign"] = "ignore"
    leaver: Literal["ignore", "unassign", "replace"] = "ignore"
    checked: Literal["command", "message"] = "command"
    moved: Literal["ignore", "unassign"] = "ignore"

    def __attrs_post_init__(self) -> None:
        for name, words in _WORDS.items():
            if getattr(self, name) not in words:
                raise InvalidValue(name, getattr(self, name), f"must be one of {', '.join(words)}")


def is_outside(teams: Teams, team: str | None, person: str | None) -> bool:
    """Whether a person is known not to belong to a team: the team is known, and they are not in it.

    >>> is_outside({"net": ("bo",)}, "net", "cy"), is_outside({}, "net", "cy")
    (True, False)
    """
    return person is not None and team is not None and team in teams and person not in teams[team]
