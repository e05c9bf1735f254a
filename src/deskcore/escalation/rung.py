"""One step of a ladder: when it is due, what it does, and everything that holds it, silences it or lets it repeat.

Not here: the ladders themselves and who climbs which (``matrix``).

Layer: escalation. Imports predicate and its own room.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._lasting import pickled, unpickled
from deskcore._value import as_tuple, instance_of_kind, named
from deskcore.errors import InvalidValue
from deskcore.escalation.actions import Action
from deskcore.escalation.due import Due
from deskcore.escalation.events import Axis
from deskcore.escalation.gates import Enough
from deskcore.escalation.recipients import A_RECIPIENT, Recipient
from deskcore.escalation.repeat import Repeat
from deskcore.hours.duration import ElapsedDuration
from deskcore.predicate import ALWAYS, Condition
from deskcore.predicate.nodes import A_CONDITION

Until: TypeAlias = Literal["resolved", "acked", "closed"]
"""What silences a rung: a solution, an acknowledgement (or a solution), or only the close."""
Once: TypeAlias = Literal["episode", "cycle"]
"""How often a rung fires: once an episode (opening or reopening), or again after each withdrawn acknowledgement."""
Outside: TypeAlias = Literal["hold", "skip", "stop"]
"""Of a rung with hours of its own, outside them: hold it until they open, skip it at no time, or end what follows."""
IfNobody: TypeAlias = Literal["fall_back", "skip", "hold"]
"""Where a rung's recipients are nobody: ask its fallback, skip it at no time, or hold it until somebody is there."""
Late: TypeAlias = Literal["each", "latest", "drop"]
"""Of rungs that are found late: do each, of several on one axis only the latest, or none (after ``grace``)."""

_A_DUE: Final = "must say when, for example Due.at_share('resolution', 0.5)"
_AN_ACTION: Final = "must be an action, for example Notify(TeamLead())"


def _actions(given: Action | Iterable[Action]) -> tuple[Action, ...]:
    return (given,) if isinstance(given, Action) else as_tuple(given)


def require_word(field: str, value: str, accepted: tuple[str, ...]) -> None:
    """Refuse a word that is not among those accepted."""
    if value not in accepted:
        raise InvalidValue(field, value, f"must be one of {', '.join(accepted)}")


@final
@attrs.frozen
class Rung:
    """One step of a ladder: an id, when it is due, and what it does (one action or several).

    A rung on an SLA clock fires once in each cycle of that clock, any other once in each episode; with ``once="cycle"``
    both fire again in each cycle of acknowledgement. It is silent while the ticket is resolved
    (``until="resolved"``), from an acknowledgement on (``"acked"``), or never before the close (``"closed"``); a
    reopening wakes what a solution silenced. ``during`` names a calendar outside of which it is held until that opens.
    ``repeat`` fires it again until silenced. ``when`` is asked of the ticket at
    each firing: where it does not hold, that firing is used up and does nothing. ``given`` is asked all along: while it
    does not hold the rung is not there, and what is past when it comes to hold fires then. ``enough`` holds it until so
    much has happened. ``fallback`` is who hears of it when a
    recipient stands for nobody; after it comes the matrix's last resort. ``outside`` says what its hours do,
    ``if_nobody`` what empty recipients do, ``late`` and ``grace`` what a late look does. ``lasts`` is how long after
    its trigger it may fire at all, its repetitions too: what is held back or looked for longer than that ends. With
    ``each_acks`` an acknowledgement silences only the messages of whoever gave it. The two axes move independently.

    >>> from deskcore.escalation.actions import Notify
    >>> from deskcore.escalation.recipients import TeamLead
    >>> rung = Rung("lead", Due.at_share("resolution", 0.5), Notify(TeamLead()))
    >>> print(rung)
    lead: 50 % of resolution: notify team lead
    """

    id: str = attrs.field(validator=named)
    due: Due = attrs.field(validator=instance_of_kind(Due, _A_DUE))
    actions: tuple[Action, ...] = attrs.field(
        converter=_actions, validator=instance_of_kind(Action, _AN_ACTION, many=True)
    )
    axis: Axis = attrs.field(default="hierarchic", kw_only=True)
    until: Until = attrs.field(default="resolved", kw_only=True)
    once: Once = attrs.field(default="episode", kw_only=True)
    fallback: Recipient | None = attrs.field(
        default=None, kw_only=True, validator=instance_of_kind(Recipient | None, A_RECIPIENT)
    )
    during: str | None = attrs.field(default=None, kw_only=True)
    repeat: Repeat | None = attrs.field(
        default=None, kw_only=True, validator=instance_of_kind(Repeat | None, "must be a Repeat")
    )
    when: Condition = attrs.field(default=ALWAYS, kw_only=True, validator=instance_of_kind(Condition, A_CONDITION))
    given: Condition = attrs.field(default=ALWAYS, kw_only=True, validator=instance_of_kind(Condition, A_CONDITION))
    enough: Enough | None = attrs.field(
        default=None, kw_only=True, validator=instance_of_kind(Enough | None, "must be an Enough")
    )
    outside: Outside = attrs.field(default="hold", kw_only=True)
    if_nobody: IfNobody = attrs.field(default="fall_back", kw_only=True)
    late: Late = attrs.field(default="each", kw_only=True)
    grace: ElapsedDuration = attrs.field(default=ElapsedDuration.of_us(0), kw_only=True)
    each_acks: bool = attrs.field(default=False, kw_only=True)
    lasts: ElapsedDuration | None = attrs.field(
        default=None, kw_only=True, validator=instance_of_kind(ElapsedDuration | None, "must be an elapsed duration")
    )
    is_free: bool = attrs.field(init=False, eq=False, repr=False, default=False)
    is_plain: bool = attrs.field(init=False, eq=False, repr=False, default=False)
    metric: str | None = attrs.field(init=False, eq=False, repr=False, default=None)
    kind: str = attrs.field(init=False, eq=False, repr=False, default="")
    is_straight: bool = attrs.field(init=False, eq=False, repr=False, default=False)

    def __attrs_post_init__(self) -> None:
        bare = self.repeat is None and self.during is None and self.enough is None and self.lasts is None
        # Memos for the plan, outside equality: whether nothing of its own holds it back, whether its trigger says it
        # all, the metric of its clock, what the head of its keys depends on, and whether ``straight`` may date it.
        object.__setattr__(self, "is_free", bare and self.if_nobody != "hold")
        object.__setattr__(self, "is_plain", self.is_free and self.due.amount_us >= 0)
        metric = self.due.of if self.due.on_sla else None
        object.__setattr__(self, "metric", metric)
        object.__setattr__(self, "kind", f"{self.axis} {metric} {self.once}")
        anchored = metric is not None or self.due.anchor == "opened"
        is_always = self.given == ALWAYS and self.late != "drop"
        object.__setattr__(self, "is_straight", self.is_free and anchored and is_always)
        require_word("axis", self.axis, get_args(Axis))
        require_word("outside", self.outside, get_args(Outside))
        require_word("if_nobody", self.if_nobody, get_args(IfNobody))
        require_word("late", self.late, get_args(Late))
        if self.grace.microseconds < 0:
            raise InvalidValue("grace", str(self.grace), "must not be negative")
        if self.lasts is not None and self.lasts.microseconds <= 0:
            raise InvalidValue("lasts", str(self.lasts), "must be some time")
        require_word("until", self.until, get_args(Until))
        require_word("once", self.once, get_args(Once))
        if "/" in self.id:
            raise InvalidValue("id", self.id, "must hold no '/', which separates the parts of a key")

    def __getstate__(self) -> dict[str, object]:
        return pickled(self)

    def __setstate__(self, state: Mapping[str, object]) -> None:
        unpickled(self, state)
        self.__attrs_post_init__()

    @property
    def schedule(self) -> str:
        """When it fires, in words: its due, its repetition and its condition."""
        again = "" if self.repeat is None else f", then {self.repeat}"
        if self.during is not None:
            word = {"hold": f"held until {self.during} opens", "skip": f"skipped outside {self.during}"}
            again += ", " + word.get(self.outside, f"only if due in {self.during}")
        again += "" if self.enough is None else f", held until {self.enough}"
        again += "" if self.given == ALWAYS else f", while {self.given}"
        return f"{self.due}{again}{'' if self.when == ALWAYS else f', if {self.when}'}"

    def __str__(self) -> str:
        return f"{self.id}: {self.schedule}: {', '.join(str(action) for action in self.actions)}"
