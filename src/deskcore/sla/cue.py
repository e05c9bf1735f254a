"""Cues: what starts, pauses, stops, resets or cancels a stopwatch, as values that print, compare and are saved.

A cue looks at one scene and the one before it, never at the time. Some name a happening (``Reply()``), some how things
stand (``InPhase``); ``Begins`` and ``Ends`` make a happening out of a standing. ``&``, ``|`` and ``~`` combine. Not
here: conditions over facts, which choose policies and targets (``deskcore.predicate``).

Layer: sla.
"""

from __future__ import annotations

import abc
from typing import Final, Literal, TypeAlias, final

import attrs

from deskcore.errors import InvalidValue
from deskcore.sla.beat import OPENING, Scene, What
from deskcore.tickets.status import PHASES, WAITS_FOR, Phase, WaitsFor

Whom: TypeAlias = Literal[WaitsFor, "any"]
"""For whom a waiting status waits; ``any`` takes every waiting status, also one that waits for nobody by name."""


def one_of(name: str, word: str, known: tuple[str, ...]) -> None:
    """Refuse a word that is none of those known.

    Raises:
        InvalidValue: saying which are.
    """
    if word not in known:
        raise InvalidValue(name, word, f"must be one of {', '.join(known)}")


@attrs.frozen
class Cue(abc.ABC):
    """A question about one step of a ticket. Subclass it, frozen, for a cue of your own and register its name.

    Its answer must depend on nothing but the two scenes: answers are remembered.

    >>> print(Reply() | InPhase(("resolved", "closed")))
    a reply or the ticket is resolved or closed
    """

    @abc.abstractmethod
    def seen(self, before: Scene | None, scene: Scene) -> bool:
        """Whether the cue is given at ``scene``; ``before`` is the scene before it, ``None`` at the first."""

    def __or__(self, other: Cue) -> Cue:
        """Either. Associative; ``NO_CUE`` is its identity."""
        return _joined(AnyCue, self, other, NO_CUE)

    def __and__(self, other: Cue) -> Cue:
        """Both. Associative; ``NO_CUE`` absorbs."""
        if NO_CUE in (self, other):
            return NO_CUE
        return _joined(AllCues, self, other, None)

    def __invert__(self) -> Cue:
        """The opposite. Twice is the cue itself."""
        return self.part if isinstance(self, NotCue) else NotCue(self)


@final
@attrs.frozen
class Opening(Cue):
    """The ticket is opened, by whomever."""

    def seen(self, before: Scene | None, scene: Scene) -> bool:  # noqa: ARG002 - the protocol of cues
        return scene.what in OPENING

    def __str__(self) -> str:
        return "the opening"


@final
@attrs.frozen
class Contact(Cue):
    """The requester's side writes publicly, or opens the ticket. Machines (out-of-office answers) do not count."""

    def seen(self, before: Scene | None, scene: Scene) -> bool:  # noqa: ARG002 - the protocol of cues
        return scene.what in _CONTACTS

    def __str__(self) -> str:
        return "a message of the requester"


_CONTACTS: Final[frozenset[What]] = frozenset({"requested", "contact"})
_REPLIES: Final[frozenset[What]] = frozenset({"reply"})


@final
@attrs.frozen
class Reply(Cue):
    """Staff write publicly, by hand. Notes and machines never count; the role is the author's at that instant."""

    def seen(self, before: Scene | None, scene: Scene) -> bool:  # noqa: ARG002 - the protocol of cues
        return scene.what == "reply"

    def __str__(self) -> str:
        return "a reply"


@final
@attrs.frozen
class InPhase(Cue):
    """The ticket stands in one of these phases.

    Raises:
        InvalidValue: a phase is none of the six.
    """

    phases: tuple[Phase, ...]

    def __attrs_post_init__(self) -> None:
        for phase in self.phases:
            one_of("phases", phase, PHASES)

    def seen(self, before: Scene | None, scene: Scene) -> bool:  # noqa: ARG002 - the protocol of cues
        return scene.status.phase in self.phases

    def __str__(self) -> str:
        return f"the ticket is {' or '.join(self.phases)}"


@final
@attrs.frozen
class WaitsOn(Cue):
    """The ticket stands in a waiting status that waits for one of these: what usually pauses a clock.

    >>> print(WaitsOn(("requester", "vendor")))
    the ticket waits for requester or vendor

    Raises:
        InvalidValue: a word is neither one of those a status may wait for nor ``any``.
    """

    whom: tuple[Whom, ...]

    def __attrs_post_init__(self) -> None:
        for word in self.whom:
            one_of("whom", word, (*WAITS_FOR, "any"))

    def seen(self, before: Scene | None, scene: Scene) -> bool:  # noqa: ARG002 - the protocol of cues
        status = scene.status
        return status.phase == "waiting" and (status.waits_for in self.whom or "any" in self.whom)

    def __str__(self) -> str:
        return f"the ticket waits for {' or '.join(self.whom)}"


@final
@attrs.frozen
class InStatus(Cue):
    """The ticket stands in one of these statuses, by name. Prefer phases: names are the host's and may change."""

    names: tuple[str, ...]

    def seen(self, before: Scene | None, scene: Scene) -> bool:  # noqa: ARG002 - the protocol of cues
        return scene.status.name in self.names

    def __str__(self) -> str:
        return f"the status is {' or '.join(self.names)}"


@final
@attrs.frozen
class HasAssignee(Cue):
    """Some person has the ticket."""

    def seen(self, before: Scene | None, scene: Scene) -> bool:  # noqa: ARG002 - the protocol of cues
        return scene.assigned

    def __str__(self) -> str:
        return "somebody has the ticket"


@final
@attrs.frozen
class HeldBy(Cue):
    """A team, or a desk, has the ticket: what an operational agreement with a group or partner counts."""

    team: str | None = None
    desk: str | None = None

    def __attrs_post_init__(self) -> None:
        if (self.team is None) == (self.desk is None):
            raise InvalidValue("held by", (self.team, self.desk), "must name either a team or a desk")

    def seen(self, before: Scene | None, scene: Scene) -> bool:  # noqa: ARG002 - the protocol of cues
        return scene.desk == self.desk if self.team is None else scene.team == self.team

    def __str__(self) -> str:
        return f"desk {self.desk} has the ticket" if self.team is None else f"team {self.team} has the ticket"


@final
@attrs.frozen
class Reprioritised(Cue):
    """A priority is set on the ticket after its opening."""

    def seen(self, before: Scene | None, scene: Scene) -> bool:  # noqa: ARG002 - the protocol of cues
        return scene.what == "priority"

    def __str__(self) -> str:
        return "a change of priority"


@final
@attrs.frozen
class Agreed(Cue):
    """An agreement is pinned on the ticket: what counts from when it was attached, not from the opening."""

    def seen(self, before: Scene | None, scene: Scene) -> bool:  # noqa: ARG002 - the protocol of cues
        return scene.what == "pinned"

    def __str__(self) -> str:
        return "an agreement is attached"


@final
@attrs.frozen
class Merged(Cue):
    """The ticket has gone into another one."""

    def seen(self, before: Scene | None, scene: Scene) -> bool:  # noqa: ARG002 - the protocol of cues
        return scene.merged

    def __str__(self) -> str:
        return "the ticket is merged into another"


@final
@attrs.frozen
class Answered(Cue):
    """Staff had replied before this scene."""

    def seen(self, before: Scene | None, scene: Scene) -> bool:  # noqa: ARG002 - the protocol of cues
        return before is not None and before.answered

    def __str__(self) -> str:
        return "staff had replied before"


@final
@attrs.frozen
class Unanswered(Cue):
    """A message of the requester stands unanswered."""

    def seen(self, before: Scene | None, scene: Scene) -> bool:  # noqa: ARG002 - the protocol of cues
        return scene.waiting

    def __str__(self) -> str:
        return "the requester waits for an answer"


@final
@attrs.frozen
class Begins(Cue):
    """A standing begins to hold: it holds now and did not at the scene before (or there was none)."""

    part: Cue

    def seen(self, before: Scene | None, scene: Scene) -> bool:
        return self.part.seen(before, scene) and (before is None or not self.part.seen(None, before))

    def __str__(self) -> str:
        return f"it begins that {self.part}"


@final
@attrs.frozen
class Ends(Cue):
    """A standing ceases to hold: it held at the scene before and does not now."""

    part: Cue

    def seen(self, before: Scene | None, scene: Scene) -> bool:
        return before is not None and self.part.seen(None, before) and not self.part.seen(before, scene)

    def __str__(self) -> str:
        return f"it ends that {self.part}"


@final
@attrs.frozen
class AllCues(Cue):
    """Every part is given. Prefer ``&``, which flattens."""

    parts: tuple[Cue, ...]

    def seen(self, before: Scene | None, scene: Scene) -> bool:
        return all(part.seen(before, scene) for part in self.parts)

    def __str__(self) -> str:
        return " and ".join(f"({part})" if isinstance(part, AnyCue) else str(part) for part in self.parts)


@final
@attrs.frozen
class AnyCue(Cue):
    """Some part is given; no parts at all, never. Prefer ``|``, which flattens."""

    parts: tuple[Cue, ...]

    def seen(self, before: Scene | None, scene: Scene) -> bool:
        return any(part.seen(before, scene) for part in self.parts)

    def __str__(self) -> str:
        return " or ".join(str(part) for part in self.parts) or "never"


@final
@attrs.frozen
class NotCue(Cue):
    """The part is not given. Prefer ``~``, which cancels out."""

    part: Cue

    def seen(self, before: Scene | None, scene: Scene) -> bool:
        return not self.part.seen(before, scene)

    def __str__(self) -> str:
        return f"not ({self.part})"


NO_CUE: Final[Cue] = AnyCue(())
"""Never given."""

SETTLED: Final[Cue] = InPhase(("resolved", "closed"))
"""The ticket is resolved or closed: moving between the two is no event to a clock."""

VOID: Final[Cue] = AnyCue((InPhase(("cancelled",)), Merged()))
"""The ticket is cancelled (spam, withdrawn), or has gone into another one, whose own clocks keep their origin."""

SLA_NODES: Final[tuple[type[Cue], ...]] = (
    Opening, Contact, Reply, InPhase, WaitsOn, InStatus, HasAssignee, HeldBy,
    Reprioritised, Merged, Agreed, Answered, Unanswered,
    Begins, Ends, AllCues, AnyCue, NotCue,
)  # fmt: skip
"""Every built-in kind of cue: the polymorphic nodes of this room."""


def _joined(kind: type[AnyCue | AllCues], one: Cue, other: Cue, identity: Cue | None) -> Cue:
    parts = tuple(
        part
        for side in (one, other)
        if side != identity
        for part in (side.parts if isinstance(side, kind) else (side,))
    )
    return parts[0] if len(parts) == 1 else kind(parts)
