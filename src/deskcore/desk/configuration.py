"""Everything a desk is made of, as one value: lifecycles, calendars, agreement, matrix, staff, routing.

Not here: any ticket. A configuration is compared, printed, saved and linted before it meets one.

Layer: desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal, TypeAlias, final, get_args

import attrs

from deskcore._value import FrozenDict, as_frozen, as_tuple, instance_of_kind, named, require_kind, unique
from deskcore.errors import InvalidValue, UnknownName
from deskcore.escalation import Matrix
from deskcore.escalation.gates import Quiet
from deskcore.hours import Calendar
from deskcore.predicate import Condition
from deskcore.routing import RoutingPolicy
from deskcore.sla import PolicyBook, SlaSetup
from deskcore.staff import Staff
from deskcore.tickets import Lifecycle

Climbs: TypeAlias = Literal["whenever", "on_tick"]
"""When rungs are looked for: at whatever happens to a ticket, or at a ``Tick`` alone."""

A_CALENDAR: Final = "must be a calendar, for example Calendar.weekly('Mon-Fri 09:00-17:30', tz='Europe/Amsterdam')"
"""What a field that holds a calendar says of anything else."""


def _calendars(given: Mapping[str, Calendar]) -> FrozenDict[Calendar]:
    return as_frozen(given)


def _former(given: Iterable[Matrix]) -> tuple[Matrix, ...]:
    return as_tuple(given)


def _quiet(given: Iterable[Quiet]) -> tuple[Quiet, ...]:
    return as_tuple(given)


@final
@attrs.frozen
class Configuration:
    """What a ``Desk`` is built from.

    The first lifecycle is the one for every kind of ticket that no other names. Calendars go by name; ``"default"`` is
    what a policy, a timer or a rung uses that names none. Without a matrix nothing escalates, without a routing policy
    nobody is chosen. ``seed`` feeds whatever a routing policy draws by lot. A reopened ticket is taken from the person
    who had it and waits in the queue again, so that nobody ends up with more than they can hold;
    ``reopened_stay_assigned`` leaves it with them. ``quiet`` are the times in which tickets escalate in silence,
    such as a maintenance; a host keeps the list up to date. ``former`` are earlier versions of the matrix: a ticket for
    which one of them has fired stays with it until it is migrated. ``watched`` are the conditions that rungs of any of
    them count from. ``climbs="on_tick"`` looks for rungs at a ``Tick`` alone, as a batch run does: a rung whose reason
    is gone by then, or for which it is quiet then, does not fire, and what fires is dated at the look.

    Raises:
        InvalidValue: there is no lifecycle, two share a name, a calendar is something else, such as its text, or
            ``climbs`` is neither word.
    """

    lifecycles: tuple[Lifecycle, ...]
    calendars: FrozenDict[Calendar] = attrs.field(factory=FrozenDict[Calendar], converter=_calendars)
    book: PolicyBook = attrs.field(factory=PolicyBook)
    matrix: Matrix | None = None
    staff: Staff = attrs.field(factory=Staff)
    routing: RoutingPolicy | None = None
    name: str = attrs.field(default="desk", validator=named)
    seed: int = 0
    reopened_stay_assigned: bool = False
    former: tuple[Matrix, ...] = attrs.field(default=(), converter=_former)
    quiet: tuple[Quiet, ...] = attrs.field(
        default=(), converter=_quiet, validator=instance_of_kind(Quiet, "must be a Quiet", many=True)
    )
    climbs: Climbs = attrs.field(default="whenever", kw_only=True)
    _by_name: dict[str, Lifecycle] = attrs.field(init=False, eq=False, repr=False)
    _by_kind: dict[str, Lifecycle] = attrs.field(init=False, eq=False, repr=False)
    _sla: SlaSetup = attrs.field(init=False, eq=False, repr=False)
    watched: tuple[Condition, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not self.lifecycles:
            raise InvalidValue("lifecycles", (), "must hold at least one lifecycle")
        for name, calendar in self.calendars.items():
            require_kind(f"calendars[{name}]", calendar, Calendar, A_CALENDAR)
        if self.climbs not in get_args(Climbs):
            raise InvalidValue("climbs", self.climbs, f"must be one of {', '.join(get_args(Climbs))}")
        unique("lifecycles", tuple(lifecycle.name for lifecycle in self.lifecycles))
        self._index()

    def _index(self) -> None:
        by_name = {lifecycle.name: lifecycle for lifecycle in self.lifecycles}
        by_kind: dict[str, Lifecycle] = {}
        for lifecycle in self.lifecycles[1:]:
            for kind in lifecycle.kinds:
                by_kind.setdefault(kind, lifecycle)
        object.__setattr__(self, "_by_name", by_name)
        object.__setattr__(self, "_by_kind", by_kind)
        object.__setattr__(self, "_sla", SlaSetup(self.book, self.calendars))
        matrices = (held for held in (self.matrix, *self.former) if held is not None)
        watched = tuple(dict.fromkeys(one for held in matrices for one in held.watched))
        object.__setattr__(self, "watched", watched)

    def __getstate__(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in _STORED}

    def __setstate__(self, state: dict[str, object]) -> None:
        for name, value in {"climbs": "whenever", **state}.items():
            object.__setattr__(self, name, value)
        self._index()

    @property
    def sla(self) -> SlaSetup:
        """What the clocks are reckoned with: the book and the calendars."""
        return self._sla

    def matrix_for(self, pinned: str) -> Matrix | None:
        """The matrix of a case: the one it is pinned to where the desk still holds it, else the present one."""
        return next((held for held in self.former if held.reference == pinned), self.matrix)

    def lifecycle_for(self, kind: str) -> Lifecycle:
        """The lifecycle of a kind of ticket: the one that names it, else the first."""
        return self._by_kind.get(kind, self.lifecycles[0])

    def lifecycle(self, name: str) -> Lifecycle:
        """A lifecycle by its name.

        Raises:
            UnknownName: the desk has none of that name.
        """
        found = self._by_name.get(name)
        if found is None:
            raise UnknownName("lifecycle", name, tuple(self._by_name))
        return found


_STORED = tuple(field.name for field in attrs.fields(Configuration) if field.init)
