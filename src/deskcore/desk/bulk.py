"""What is done to every ticket of a host at once: taking over what lived elsewhere, moving to another policy.

One ticket after the other, each as safely as any command of the host; stopped half-way and begun again, it goes on
where it was. Nothing grows with the number of tickets but the counts.

Layer: desk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, NamedTuple, final

import attrs

from deskcore._value import FrozenDict
from deskcore.desk.history import differences
from deskcore.desk.host import Host
from deskcore.desk.outcome import Accepted, Refused
from deskcore.errors import DeskcoreError
from deskcore.escalation.renaming import NO_NAMES
from deskcore.log import Actor
from deskcore.tickets.events import Adopted

SHOWN: Final = 100
"""So many faults and examples are kept; all are counted."""

IMPORT: Final = Actor.system("import")
MIGRATION: Final = Actor.system("migration")


class Fault(NamedTuple):
    """A ticket that could not be dealt with, and why."""

    ticket: str
    why: str


@final
@attrs.frozen
class Adoptions:
    """What became of the records: taken over, here already, or at fault, the first ``SHOWN`` of these with reasons."""

    adopted: int = 0
    known: int = 0
    faulty: int = 0
    faults: tuple[Fault, ...] = ()

    def explain(self) -> str:
        """The counts in a line, and a line for each fault.

        >>> Adoptions(2, 1).explain()
        '2 tickets adopted, 1 here already, 0 at fault'
        """
        return _told(f"{self.adopted:,} tickets adopted, {self.known:,} here already", self.faulty, self.faults)

    def after(self, ticket: str, why: str | None) -> Adoptions:
        """With one more that is taken over, or at fault because of ``why``."""
        if why is None:
            return attrs.evolve(self, adopted=self.adopted + 1)
        faults = self.faults if len(self.faults) == SHOWN else (*self.faults, Fault(ticket, why))
        return attrs.evolve(self, faulty=self.faulty + 1, faults=faults)


@final
@attrs.frozen
class Migrated:
    """What a move does, or would do: how many tickets go, are there already, are done, or cannot.

    ``moves`` counts what changes of them, ``"resolution #1 state: running -> breached"``.
    """

    moved: int = 0
    there: int = 0
    done: int = 0
    moves: FrozenDict[int] = attrs.field(factory=FrozenDict[int])
    faulty: int = 0
    faults: tuple[Fault, ...] = ()

    def explain(self) -> str:
        """The counts, a line for each kind of change and for each fault.

        >>> Migrated(3, 1, 9, FrozenDict({"resolution #1 state: running -> breached": 2})).explain().splitlines()[1]
        '  2 x resolution #1 state: running -> breached'
        """
        head = f"{self.moved:,} tickets move, {self.there:,} are there already, {self.done:,} are done"
        lines = _told(head, self.faulty, self.faults).splitlines()
        return "\n".join([lines[0], *(f"  {count:,} x {move}" for move, count in self.moves.items()), *lines[1:]])


def adopt_all(
    host: Host,
    records: Iterable[tuple[str, Adopted] | Fault],
    *,
    at: datetime,
    actor: Actor = IMPORT,
    progress: Callable[[int], object] = int,
) -> Adoptions:
    """Take over tickets by their ids; those that are here already are counted, and those that cannot be are listed.

    Args:
        host: where to.
        records: read one at a time; a ``Fault`` among them is one that its reader could not make a record of.
        at: the instant of the import. Aware.
        actor: in whose name.
        progress: told after each record how many have been dealt with since the last time.

    Raises:
        DeskcoreError: what the host says when its store fails. Everything before is stored; begin again.

    >>> from datetime import UTC
    >>> from deskcore.desk import Desk, Memory
    >>> from deskcore.hours import Calendar
    >>> from deskcore.tickets import Party, Status
    >>> from deskcore.tickets.events import Opened
    >>> host, noon = Memory(Desk.simple(calendar=Calendar.always())), datetime(2026, 5, 22, 12, tzinfo=UTC)
    >>> status = host.desk.configuration.lifecycles[0].statuses[0]
    >>> old = Adopted(Opened("VPN", Party("ann"), status, "simple"), opened_at=noon)
    >>> adopt_all(host, [("OLD-1", old), ("OLD-1", old), Fault("OLD-2", "no date")], at=noon).explain().splitlines()
    ['1 tickets adopted, 1 here already, 1 at fault', '  OLD-2: no date']
    """
    found = Adoptions()
    for record in records:
        if isinstance(record, Fault):
            found = found.after(*record)
        else:
            found = _adopted(host, found, *record, at=at, actor=actor)
        progress(1)
    return found


def _adopted(host: Host, found: Adoptions, ticket: str, record: Adopted, *, at: datetime, actor: Actor) -> Adoptions:
    try:
        answer = host.adopt(record, ticket, at=at, actor=actor)
    except DeskcoreError as error:
        if not isinstance(error, ValueError | KeyError):  # the store's, not the record's
            raise
        return found.after(ticket, str(error))
    if isinstance(answer, Accepted):
        return found.after(ticket, None)
    if {refusal.code for refusal in answer.refusals} == {"already_open"}:
        return attrs.evolve(found, known=found.known + 1)
    return found.after(ticket, answer.explain())


def migrate_all(
    host: Host,
    *,
    policy: str | None = None,
    matrix: str | None = None,
    renamed: Mapping[str, str] = NO_NAMES,
    at: datetime,
    actor: Actor = MIGRATION,
    is_preview: bool = False,
    progress: Callable[[int], object] = int,
) -> Migrated:
    """Move every ticket that is not done to another policy or matrix of the desk; ``is_preview`` stores nothing.

    ``renamed`` are rungs that go by another id in that matrix, old to new. Which clocks and facts change is counted,
    the clock's catching up with ``at`` included. What is pinned there already stays untouched, so that a move may be
    run again.

    Raises:
        DeskcoreError: what the host says when its store fails. Everything before is stored; run it again.
    """
    found, moves = Migrated(), Counter[str]()
    for case in host.cases():
        progress(1)
        if not case.ticket.is_open:
            found = attrs.evolve(found, done=found.done + 1)
            continue
        header = case.ticket.header
        if policy in {None, header.policy} and matrix in {None, header.matrix}:
            found = attrs.evolve(found, there=found.there + 1)
            continue
        if is_preview:
            answer = host.desk.migrate(case, policy=policy, matrix=matrix, renamed=renamed, at=at, actor=actor)
        else:
            answer = host.migrate(case.id, policy=policy, matrix=matrix, renamed=renamed, at=at, actor=actor)
        if isinstance(answer, Refused):
            faults = (*found.faults, Fault(case.id, answer.explain()))[:SHOWN]
            found = attrs.evolve(found, faulty=found.faulty + 1, faults=faults)
            continue
        found = attrs.evolve(found, moved=found.moved + 1)
        changed = differences(host.desk.configuration, case, answer.case, at=at)
        moves.update(f"{one.what}: {one.before} -> {one.after}" for one in changed if one.what.endswith(" state"))
    return attrs.evolve(found, moves=FrozenDict({move: moves[move] for move in sorted(moves)}))


def _told(head: str, faulty: int, faults: tuple[Fault, ...]) -> str:
    more = [f"  and {faulty - len(faults):,} more"] if faulty > len(faults) else []
    lines = (f"  {fault.ticket}: {' '.join(fault.why.split())}" for fault in faults)
    return "\n".join([f"{head}, {faulty:,} at fault", *lines, *more])
