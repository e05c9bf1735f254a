"""The desk: one frozen object that answers for every room, over cases and the floor that the host keeps.

Not here: any state. A host holds cases and the floor, stores events, performs effects and keeps one timer row each.

Layer: desk.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import final

import attrs

from deskcore._value import FrozenDict, require_aware, require_kind
from deskcore.desk import catch_up, checking, folding, foresight, handling, history, operating, options, placing
from deskcore.desk.case import Case
from deskcore.desk.configuration import A_CALENDAR, Configuration
from deskcore.desk.floor import FLOOR_STREAM, Floor
from deskcore.desk.floor_commands import FloorCommand
from deskcore.desk.outcome import Accepted, Refused, Routed
from deskcore.desk.reach import unreachable, visible
from deskcore.errors import Problem, UnknownName
from deskcore.escalation import Matrix, Planned
from deskcore.escalation.renaming import NO_NAMES
from deskcore.escalation.timeline import Timeline
from deskcore.hours import Calendar
from deskcore.log import Actor, Event, EventData, EventLog
from deskcore.routing import RoutingPolicy
from deskcore.routing.explain import Explanation
from deskcore.routing.explain import explain as explain_routing
from deskcore.sla import Clock, PolicyBook, Signal, SlaPolicy, Target, clocks, signals
from deskcore.staff import Staff
from deskcore.tickets import Lifecycle, Refusal
from deskcore.tickets.allowed import Option
from deskcore.tickets.commands import Command
from deskcore.tickets.events import Adopted
from deskcore.tickets.related import NO_OTHERS, Others
from deskcore.tickets.sight import DEFAULT_SIGHT, Sight
from deskcore.tickets.simple import simple_lifecycle


def _as_classes(nodes: Iterable[type]) -> tuple[type, ...]:
    return tuple(nodes)


@final
@attrs.frozen
class Desk:
    """Everything a host asks. Holds the configuration and nothing that changes.

    ``nodes`` are the host's own classes of conditions, requirements, rankings, signals, actions and the like that the
    configuration uses: ``lint`` names any that is missing here, ``wire`` reads and writes them by their names.

    >>> from datetime import datetime
    >>> from zoneinfo import ZoneInfo
    >>> from deskcore.hours import business
    >>> from deskcore.tickets import commands as do
    >>> ams = ZoneInfo("Europe/Amsterdam")
    >>> office = Calendar.weekly("Mon-Fri 09:00-17:30", tz=ams, holidays="NL")
    >>> desk = Desk.simple(calendar=office, targets=[Target.first_response(business(hours=2))])
    >>> friday = datetime(2026, 5, 22, 16, 45, tzinfo=ams)
    >>> ask = do.Open("T-1", subject="VPN drops", requester="ann")
    >>> opened = desk.handle(None, ask, at=friday, actor=Actor.requester("ann")).unwrap()
    >>> print(desk.clock(opened.case, "first_response", at=friday).due)
    2026-05-26 10:15:00+02:00
    """

    configuration: Configuration
    nodes: tuple[type, ...] = attrs.field(default=(), converter=_as_classes)

    @classmethod
    def simple(
        cls,
        *,
        calendar: Calendar,
        targets: Iterable[Target] = (),
        lifecycle: Lifecycle | None = None,
        staff: Staff | None = None,
        routing: RoutingPolicy | None = None,
        matrix: Matrix | None = None,
        calendars: Mapping[str, Calendar] | None = None,
        nodes: Iterable[type] = (),
    ) -> Desk:
        """A desk for the first five minutes: one calendar, one policy with these targets, the simple lifecycle.

        ``calendar`` is known as ``"default"``; ``calendars`` adds others by name. ``nodes`` are classes of your own
        that the desk uses.

        Raises:
            InvalidValue: what is given as a calendar is none.
        """
        require_kind("calendar", calendar, Calendar, A_CALENDAR)
        promised = tuple(targets)
        policies = (SlaPolicy("default", promised),) if promised else ()
        return cls(
            Configuration(
                lifecycles=(lifecycle or simple_lifecycle(),),
                calendars=FrozenDict({"default": calendar, **(calendars or {})}),
                book=PolicyBook(policies),
                matrix=matrix,
                staff=staff or Staff(),
                routing=routing,
            ),
            nodes=nodes,
        )

    def handle(
        self, case: Case | None, command: Command, *, at: datetime, actor: Actor, others: Others = NO_OTHERS
    ) -> Accepted | Refused:
        """Carry out a command on one case (``None``: a ticket not yet opened), or refuse it with every reason.

        First does what a tick at ``at`` would: timers, clock signals and rungs that became true since the last look are
        recorded, dated when they did, so that a late look and a timely one write the same log. A refusal stores
        nothing, not even those.

        Args:
            case: the case as the host last stored it.
            command: what is asked. The ticket named is the case's.
            at: the instant. Aware; not before the case's last ``recorded_at``.
            actor: who asks, with the permissions that the host grants.
            others: what is known of other tickets, by id, for commands that concern them too: the target of a merge,
                tickets that this one depends on or is linked to.

        Raises:
            InvalidValue: ``actor`` is no ``Actor``.
            UnknownName: the case names a lifecycle, policy or calendar that the desk does not have.
        """
        return handling.handle(self.configuration, case, command, at=at, actor=actor, others=others)

    def operate(self, floor: Floor | None, command: FloorCommand, *, at: datetime, actor: Actor) -> Accepted | Refused:
        """Carry out a command on the floor (``None``: nothing has happened there yet), or refuse it.

        Catches up first, as ``handle`` does. The effects name the next waiting ticket that somebody could take, until
        there is none: freed capacity serves the best waiting ticket, not the newcomer.

        Raises:
            InvalidValue: ``at`` is naive.
        """
        return operating.operate(self.configuration, floor, command, at=at, actor=actor)

    def route(self, case: Case, floor: Floor, *, at: datetime) -> Routed | Refused:
        """Find somebody for a waiting ticket. The host commits the events of both streams or neither.

        Refused when the floor does not know the ticket as waiting, or has not heard that somebody has it.

        Raises:
            InvalidValue: ``at`` is naive, the case is no ``Case`` or the floor no ``Floor``.
        """
        return placing.route(self.configuration, case, floor, at=at)

    def replay(self, events: Iterable[Event]) -> Case | Floor:
        """The state that a whole stream adds up to: a case, or the floor. Equals living through it, by law.

        Raises:
            InvalidValue: there is no event, or the first one opens nothing.
        """
        return folding.replay(self.configuration, events)

    def case(self, events: Iterable[Event]) -> Case:
        """The case that a case's stream adds up to.

        Raises:
            InvalidValue: it is the floor's stream, or empty.
        """
        return history.case_of(self.configuration, events)

    def step(self, state: Case | Floor | None, event: Event) -> Case | Floor:
        """The state after one more event, in the order ``(at, seq)``."""
        if isinstance(state, Floor):
            return state.step(event)
        if state is None and event.stream == FLOOR_STREAM:
            return Floor().step(event)
        return folding.step_case(self.configuration, state, event)

    def clock(self, case: Case, metric: str, *, at: datetime) -> Clock:
        """The clock of a metric, its latest cycle, as of an instant.

        Raises:
            UnknownName: the case has no clock of that metric; the message lists those that it has.
        """
        found = {clock.metric: clock for clock in self.clocks(case, at=at)}
        if metric not in found:
            raise UnknownName("clock", metric, tuple(found))
        return found[metric]

    def clocks(self, case: Case, *, at: datetime) -> tuple[Clock, ...]:
        """Every metric's clock, its latest cycle, as of an instant."""
        return clocks(case.sla, self.configuration.sla, at=at)

    def signals(self, case: Case, *, after: datetime, until: datetime) -> tuple[Signal, ...]:
        """The warnings and breaches that became known in (after, until]: a pure query, the same however often asked."""
        return signals(case.sla, self.configuration.sla, after=after, until=until)

    def plan(self, case: Case, *, at: datetime) -> tuple[Planned, ...]:
        """The case's ladder: every rung with its due, or the reason why it has none. Empty without a matrix."""
        return catch_up.ladder(self.configuration, case, at)

    def preview(self, case: Case, *, at: datetime) -> Timeline:
        """What fires when, and whom it reaches by name, if nothing but time happens from ``at`` on.

        Played ahead on a copy, so that what a rung does to the ticket, a raised priority say, has its consequences.

        Raises:
            InvalidValue: ``at`` is naive.
            UnknownName: the desk has no matrix.
        """
        require_aware("at", at)
        if self.configuration.matrix is None:
            raise UnknownName("matrix", "of this desk", ())
        return foresight.preview(self.configuration, case, at)

    def why(self, case: Case, floor: Floor, *, at: datetime) -> Explanation:
        """Why a waiting ticket would go where it would on this floor, and what stands against everybody else.

        Raises:
            UnknownName: the ticket does not wait on this floor, or the desk has no routing policy.
        """
        setup = self.configuration
        waiting = floor.routing.waiting.get(case.id)
        if waiting is None or setup.routing is None:
            holder = floor.routing.held.get(case.id)
            told = "" if holder is None else f" (it is with {holder.agent or holder.desk}: see its routed event)"
            raise UnknownName("waiting ticket", case.id + told, tuple(floor.routing.waiting))
        return explain_routing(setup.routing, waiting, operating.snapshot(setup, floor, at))

    def next_change(self, state: Case | Floor, *, at: datetime) -> datetime | None:
        """The earliest instant at which something changes with nothing happening: what a host's timer row holds.

        ``at`` itself when something is owed already; ``None`` when nothing waits for time.

        Raises:
            InvalidValue: ``at`` is naive.
        """
        require_aware("at", at)
        if isinstance(state, Floor):
            return operating.next_change(self.configuration, state, at)
        return catch_up.next_change(self.configuration, state, at)

    def refusals(
        self, case: Case | None, command: Command, *, at: datetime, actor: Actor, others: Others = NO_OTHERS
    ) -> tuple[Refusal, ...]:
        """The dry run: every reason why ``handle`` would refuse. Empty exactly when it accepts."""
        answer = self.handle(case, command, at=at, actor=actor, others=others)
        return answer.refusals if isinstance(answer, Refused) else ()

    def allowed(
        self, case: Case | None, *, at: datetime, actor: Actor, others: Others = NO_OTHERS
    ) -> tuple[Option, ...]:
        """Every command that would be accepted from this actor at this instant, with what each still needs.

        ``others`` are tickets that are known, by id: what depends on them is answered, a merge into each is offered.
        """
        return options.allowed_after_catch_up(self.configuration, case, at=at, actor=actor, others=others)

    def unreachable(self, case: Case, *, actor: Actor, at: datetime) -> tuple[Refusal, ...]:
        """Why an actor may not even read a case at ``at``; empty where they may. ``handle``, ``allowed`` ask it first.

        Somebody of a partner desk reaches what that desk has, and, while its contract runs, what waits for somebody and
        is within its scope and clearances. Everybody else reaches every case here; whose requests a requester may see
        is the host's to say.
        """
        return unreachable(self.configuration, case.ticket, actor, at=at)

    def visible(
        self, case: Case, events: Iterable[Event], *, actor: Actor, at: datetime, sight: Sight = DEFAULT_SIGHT
    ) -> tuple[Event, ...]:
        """The events of a case's log that somebody may see at ``at``; none of what ``unreachable`` keeps from them.

        What a partner's people can act on they see, too: what their desk has, and what waits within its contract.
        """
        return visible(self.configuration, case.ticket, events, actor, sight, at=at)

    def adopt(self, record: Adopted, ticket: str, *, at: datetime, actor: Actor) -> Accepted | Refused:
        """Take over a ticket that lived elsewhere, as one event; of its past only what the record says is known.

        Refused where it says what lies after ``at``, or what the desk's lifecycles do not have.
        """
        return history.adopt(self.configuration, record, ticket, at=at, actor=actor)

    def record(self, case: Case | None, event: Event) -> history.Recorded:
        """Fold an imported event, whatever the lifecycle would have said; its objections come along."""
        return history.record(self.configuration, case, event)

    def insert(
        self, log: EventLog, data: EventData, *, happened_at: datetime, at: datetime, actor: Actor
    ) -> history.Inserted:
        """Put a fact where it belongs in the past, fold the whole log again, and say what that changed.

        Raises:
            InvalidValue: ``happened_at`` lies before the opening or after ``at``, or ``at`` before the last record.
        """
        return history.insert(self.configuration, log, data, happened_at=happened_at, at=at, actor=actor)

    def migrate(
        self,
        case: Case,
        *,
        policy: str | None = None,
        matrix: str | None = None,
        renamed: Mapping[str, str] = NO_NAMES,
        at: datetime,
        actor: Actor,
    ) -> Accepted | Refused:
        """Pin an open case to another policy or matrix of the desk; without it, new versions never reach it.

        ``renamed`` are rungs that go by another id in that matrix, old to new, so that what has fired stays fired.
        The answer is a preview as long as its events are not stored. Refused where a policy, a matrix or a rung is
        unknown, or two rungs would become one.
        """
        return history.migrate(
            self.configuration, case, policy=policy, matrix=matrix, renamed=renamed, at=at, actor=actor
        )

    def lint(self, *, at: datetime | None = None, horizon: timedelta | None = None) -> tuple[Problem, ...]:
        """What is wrong or questionable in the whole configuration: every room's own findings, and those between rooms.

        Among these: priorities that no target is for, skills and hours that nobody has, calendars that never open,
        tickets that no row of the matrix takes, rungs that reach nobody or ask a roster with holes, rules and promises
        outside a partner's scope, values that nothing has, nodes that the desk was not told of.

        Args:
            at: the instant from which a year of hours is compared and as of which reviews may be overdue. Aware;
                without it an ordinary year is taken, rosters are looked through from when they begin, and no review
                is overdue.
            horizon: how far rosters that rungs ask are looked through for hours without anybody; a year and a week
                unless named, so that every change of clocks is in it.
        """
        return checking.lint(self.configuration, self.nodes, at=at, horizon=horizon)
