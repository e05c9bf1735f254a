"""What most tickets have little of: cc, watchers, links, merges, effort, solution, rating, articles.

Kept apart so that the ticket that changes with every event stays small.

Layer: tickets. Imports the nouns only.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, final

import attrs

from deskcore._lasting import lasting
from deskcore._value import FrozenDict
from deskcore.tickets.links import Link
from deskcore.tickets.status import Status


@final
@attrs.frozen
@lasting
class Effort:
    """Time worked, estimated and left. Elapsed time as people report it, not what a clock says.

    >>> (Effort(timedelta(hours=1)) + Effort(timedelta(hours=2), left=timedelta(hours=3))).worked
    datetime.timedelta(seconds=10800)
    """

    worked: timedelta = timedelta(0)
    estimated: timedelta = timedelta(0)
    left: timedelta = timedelta(0)

    def __add__(self, other: Effort) -> Effort:
        return Effort(self.worked + other.worked, self.estimated + other.estimated, self.left + other.left)

    def __sub__(self, other: Effort) -> Effort:
        return Effort(self.worked - other.worked, self.estimated - other.estimated, self.left - other.left)


NO_EFFORT: Final = Effort()


@final
@attrs.frozen
@lasting
class Tally:
    """Counts that a mistake had added to a ticket's."""

    reopens: int = 0
    team_changes: int = 0
    assignee_changes: int = 0
    holds: int = 0


NO_TALLY: Final = Tally()


@final
@attrs.frozen
@lasting
class SolvedMarks:
    """What hangs on solutions, as it stands once a mistake is corrected."""

    first_resolved_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    done_at: datetime | None = None
    resolution: str | None = None


@final
@attrs.frozen
@lasting
class Gift:
    """What one ticket gives another in a merge, and gets back when it is undone: no more than what was new there.

    ``kin``: the link that the merge makes between the two was there before, so an undo leaves it.
    """

    messages: int = 0
    cc: frozenset[str] = frozenset()
    watchers: frozenset[str] = frozenset()
    links: frozenset[Link] = frozenset()
    effort: Effort = NO_EFFORT
    waiting_since: datetime | None = None
    kin: bool = False


@final
@attrs.frozen
@lasting
class MergedAway:
    """On the source of a merge: into which ticket it went, what it gave, and how it stood before."""

    into: str
    status: Status
    assignee: str | None
    gift: Gift
    undoable: bool = True


@final
@attrs.frozen
@lasting
class Annex:
    """Parts of a ticket that are empty in most.

    ``merged`` is set on a ticket that was merged away; ``absorbed`` are those merged into this one, with what each
    brought. ``rating`` is the
    requester's latest; ``articles`` are knowledge articles offered, ``helped`` those that solved it. ``muted``: the
    requester's messages change no status. ``redacted`` are messages whose content is gone. ``erased``: a person was
    erased from it. ``own_wait`` is, while it holds others, since when its own requester waits.
    """

    cc: frozenset[str] = frozenset()
    watchers: frozenset[str] = frozenset()
    links: frozenset[Link] = frozenset()
    merged: MergedAway | None = None
    absorbed: FrozenDict[Gift] = attrs.field(factory=FrozenDict[Gift])
    effort: Effort = NO_EFFORT
    solution: str | None = None
    rating: int | None = None
    articles: frozenset[str] = frozenset()
    helped: frozenset[str] = frozenset()
    muted: bool = False
    redacted: frozenset[str] = frozenset()
    erased: bool = False
    own_wait: datetime | None = None

    def others(self, *kinds: str) -> tuple[str, ...]:
        """The tickets linked by one of some kinds, in order of their names.

        >>> Annex(links=frozenset({Link("child_of", "T-1")})).others("child_of")
        ('T-1',)
        """
        return tuple(sorted({link.other for link in self.links if link.kind in kinds}))


NO_ANNEX: Final = Annex()
"""The annex of a ticket that has nothing of the kind; shared by all of them."""
