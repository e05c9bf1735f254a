"""What follows from a missed goal: somebody does something until a date, or somebody answers for leaving it.

Layer: oversight. Imports _value.
"""

from __future__ import annotations

from datetime import date
from typing import final

import attrs

from deskcore._value import named


@final
@attrs.frozen
class ActionItem:
    """What somebody does about a missed figure, until when.

    >>> ActionItem("attainment.resolution", "train on VPN", "dana", date(2026, 6, 15)).owner
    'dana'
    """

    about: str = attrs.field(validator=named)
    what: str = attrs.field(validator=named)
    owner: str = attrs.field(validator=named)
    due_on: date

    def is_overdue(self, on: date) -> bool:
        """Whether its date has passed; on the date itself it has not."""
        return on > self.due_on

    def explain(self) -> str:
        """The action in one line."""
        return f"{self.about}: {self.what} ({self.owner}, by {self.due_on.isoformat()})"


@final
@attrs.frozen
class Waiver:
    """Why nothing is done about a missed figure, who says so, and until when that holds.

    >>> Waiver("overflow", "the launch was announced", "dana", date(2026, 6, 30)).holds(date(2026, 6, 30))
    True
    """

    about: str = attrs.field(validator=named)
    because: str = attrs.field(validator=named)
    by: str = attrs.field(validator=named)
    until: date

    def holds(self, on: date) -> bool:
        """Whether it still holds on a date; its last day included."""
        return on <= self.until

    def explain(self) -> str:
        """The waiver in one line."""
        return f"{self.about}: waived by {self.by} until {self.until.isoformat()}, because {self.because}"
