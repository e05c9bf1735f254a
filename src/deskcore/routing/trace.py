"""What a policy looked at: the steps it asked and what each made of its candidates. Made only when somebody asks why.

Layer: routing.
"""

from __future__ import annotations

from typing import final

import attrs

from deskcore.routing.decision import Decision


@final
@attrs.frozen
class Ruling:
    """What one step made of one candidate: ruled out by a requirement, or ranked by a key.

    ``requirement`` is the first that failed, in words (``None``: none did), ``reason`` what was found; ``key`` and
    ``words`` are the places of an eligible one. The least key won. ``lacks_only_room``: all else was met.

    >>> Ruling("bo", "bo", "has room", "bo holds 3 of 3").is_eligible
    False
    """

    candidate: str
    called: str
    requirement: str | None
    reason: str
    key: tuple[object, ...] = ()
    words: tuple[str, ...] = ()
    lacks_only_room: bool = False

    @property
    def is_eligible(self) -> bool:
        """Whether no requirement failed."""
        return self.requirement is None


@final
@attrs.frozen
class Step:
    """One step that was asked: its policy, what it answered, and what it made of each candidate it looked at.

    >>> Step("wait", Decision("wait", "T-1")).rulings
    ()
    """

    policy: str
    decision: Decision
    rulings: tuple[Ruling, ...] = ()
    ranking: str = ""
    places: tuple[str, ...] = ()
