"""A command and everything that it entails on other tickets: all of it is carried out, or none.

A merge has a target, a redirected message a ticket where it lands, a solved problem its incidents. The person asks for
the first command only; the rest is the desk's own doing in their name, so nobody's reach or permission is asked for it
again. What cannot be done has the first command refused. Not here: the floor, and who is told; the host performs that.

Layer: desk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias, final

from deskcore.desk import handling
from deskcore.desk.case import Case
from deskcore.desk.desk import Desk
from deskcore.desk.effects import Effect, ForTicket
from deskcore.desk.outcome import Accepted, Refused
from deskcore.desk.reach import unreachable
from deskcore.errors import NeverHappens
from deskcore.log import Actor
from deskcore.tickets import Refusal, Ticket
from deskcore.tickets.commands import AddLink, Command, Follow, RemoveLink

BOUND: Final = 10_000
"""One command cannot entail more than this."""

When: TypeAlias = Callable[[datetime, datetime], datetime]
"""The instant at which a command given for the first is decided on a ticket last recorded at the second."""

_TIMING: Final = frozenset({"backward_time"})
_UNKNOWN: Final = frozenset({"unknown_ticket"})


class Step(NamedTuple):
    """One answer of a chain, and the instant at which it was given."""

    answer: Accepted
    at: datetime

    @property
    def effects(self) -> tuple[Effect, ...]:
        """What is left to be done: the commands to other tickets are steps of the chain."""
        return tuple(effect for effect in self.answer.effects if not isinstance(effect, ForTicket))


def _as_given(at: datetime, recorded_at: datetime) -> datetime:
    del recorded_at
    return at


def carried_out(
    desk: Desk, cases: Mapping[str, Case], command: Command, *, at: datetime, actor: Actor, when: When = _as_given
) -> tuple[Step, ...] | Refused:
    """Carry out a command and all that it entails, on the cases as they are; nothing is changed in ``cases``.

    Store the events of every step, in order and in one transaction, then perform their ``effects``. The first step is
    the answer to the command itself; one ticket may be in several. A link to a ticket of which nothing is known has no
    other side, and a ticket that cannot follow its leader stays as it is: neither is a fault.

    Args:
        desk: what decides.
        cases: every case by its ticket's id; only those concerned are read.
        command: what is asked.
        at: the instant. Aware.
        actor: who asks; in their name everything is recorded, but for what time alone has brought about.
        when: for hosts whose machines' clocks differ a little.

    Raises:
        NeverHappens: the commands never end.

    >>> from datetime import UTC
    >>> from deskcore.hours import Calendar
    >>> from deskcore.tickets import commands as do
    >>> desk, noon = Desk.simple(calendar=Calendar.always()), datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> ann, bo = Actor.requester("ann"), Actor.agent("bo")
    >>> cases = {}
    >>> for name in ("T-1", "T-2"):
    ...     asked = do.Open(name, subject="VPN", requester="ann")
    ...     cases[name] = carried_out(desk, cases, asked, at=noon, actor=ann)[0].answer.case
    >>> steps = carried_out(desk, cases, do.Merge("T-2", "T-1"), at=noon, actor=bo)
    >>> [(step.answer.case.id, [event.type for event in step.answer.events]) for step in steps]
    [('T-2', ['merged_into']), ('T-1', ['merge_received'])]
    """
    known = _Known(cases)
    first = _step(desk, known, command, at=at, actor=actor, when=when)
    return first if isinstance(first, Refused) else _followed(desk, known, first, actor, when)


def entailed(
    desk: Desk, cases: Mapping[str, Case], effect: ForTicket, *, at: datetime, actor: Actor, when: When = _as_given
) -> tuple[Step, ...] | Refused:
    """Carry out what somebody's earlier answer entails, as ``carried_out`` does by itself."""
    known = _Known(cases)
    doer = actor if effect.actor is None else effect.actor
    first = _step(desk, known, effect.command, at=at, actor=doer, when=when, is_entailed=True)
    return first if isinstance(first, Refused) else _followed(desk, known, first, doer, when)


def _followed(desk: Desk, known: _Known, first: Step, actor: Actor, when: When) -> tuple[Step, ...] | Refused:
    """The first step and what it entails, depth first: what a consequence entails comes before the next one."""
    done, asked = [first], first.answer.case.id
    todo = deque(_entailed_by(first))
    while todo:
        effect = todo.popleft()
        doer = actor if effect.actor is None else effect.actor
        step = _step(desk, known, effect.command, at=first.at, actor=doer, when=when, is_entailed=True)
        if isinstance(step, Refused):
            if _is_no_fault(effect.command, step):
                continue
            return _refused(desk, known, first, effect.command, step, actor)
        done.append(step)
        todo.extendleft(reversed(_entailed_by(step)))
        if len(done) > BOUND:
            raise NeverHappens("carry out everything that follows on ticket", asked, f"fewer than {BOUND} commands")
    return tuple(done)


def _step(
    desk: Desk, known: _Known, command: Command, *, at: datetime, actor: Actor, when: When, is_entailed: bool = False
) -> Step | Refused:
    case = known.case(command.ticket)
    moment = at if case is None else when(at, case.recorded_at)
    setup = desk.configuration
    answer = handling.handle(setup, case, command, at=moment, actor=actor, others=known, is_entailed=is_entailed)
    if isinstance(answer, Refused):
        return answer
    known.now[answer.case.id] = answer.case
    return Step(answer, moment)


def _entailed_by(step: Step) -> tuple[ForTicket, ...]:
    return tuple(effect for effect in step.answer.effects if isinstance(effect, ForTicket))


def _is_no_fault(command: Command, refused: Refused) -> bool:
    codes = {refusal.code for refusal in refused.refusals}
    if isinstance(command, Follow):
        return not codes & _TIMING
    return isinstance(command, AddLink | RemoveLink) and codes == _UNKNOWN


def _refused(desk: Desk, known: _Known, first: Step, command: Command, refused: Refused, actor: Actor) -> Refused:
    """The first command is refused for the consequence's reasons, unless these tell of a ticket beyond reach."""
    case, asked = known.before(command.ticket), first.answer.case.id
    if case is None or not unreachable(desk.configuration, case.ticket, actor, at=first.at):
        return Refused(asked, refused.refusals, refused.effects)
    held = f"{command.TYPE} on another ticket, which would follow, cannot be carried out"
    return Refused(asked, (Refusal("entailed", f"cannot change {asked}: {held}; accepted: somebody of the house"),))


@final
class _Known(Mapping[str, Ticket]):
    """All tickets as they are by now in the chain: what a command may ask of others."""

    __slots__ = ("_cases", "now")

    def __init__(self, cases: Mapping[str, Case]) -> None:
        self._cases = cases
        self.now: dict[str, Case] = {}

    def case(self, ticket: str) -> Case | None:
        """A case by now; ``None`` where there is none."""
        return self.now.get(ticket) or self._cases.get(ticket)

    def before(self, ticket: str) -> Case | None:
        """A case before the chain began."""
        return self._cases.get(ticket)

    def __getitem__(self, key: str) -> Ticket:
        case = self.case(key)
        if case is None:
            raise KeyError(key)
        return case.ticket

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self.now, *self._cases)))

    def __len__(self) -> int:
        return len({*self.now, *self._cases})
