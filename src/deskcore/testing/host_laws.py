"""What a host owes beyond single commands: consequences on other tickets, adoption, corrections, a partner's reach.

``deskcore.testing.hosts.check_host`` asks for all of it after a life. Each function here leaves tickets of its
own behind on the host that it is given, and may be called on its own.

Layer: testing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from deskcore.desk import Accepted, Case, Refused
from deskcore.desk.bulk import Fault, adopt_all, migrate_all
from deskcore.desk.host import Host
from deskcore.log import Actor
from deskcore.tickets import Party
from deskcore.tickets import commands as do
from deskcore.tickets.events import Adopted, MessagePosted, Opened
from deskcore.tickets.thread import thread

ANN: Final = Actor.requester("ann")
BO: Final = Actor.agent("bo")
DI: Final = Actor.partner("di", desk="manila", permissions=frozenset({"*"}))
"""Somebody of the partner desk of ``hosts.small_desk``."""

_EARLIEST: Final = datetime(2026, 5, 18, 9, tzinfo=UTC)


def now_on(host: Host) -> datetime:
    """An hour after everything that the host has recorded."""
    recorded = (host.floor.recorded_at or _EARLIEST, *(case.recorded_at for case in host.cases()))
    return max(recorded) + timedelta(hours=1)


def check_consequences(host: Host) -> None:
    """Law: what an accepted command entails on another ticket happens, or the command is refused and stores nothing.

    The actor need not reach the other ticket by themselves; it is recorded in their name.
    """
    at = now_on(host)
    for name in ("T-source", "T-target"):
        host.handle(do.Open(name, subject="VPN", requester="ann"), at=at, actor=ANN).unwrap()
        host.handle(do.Post(name, f"{name}/m"), at=at, actor=ANN).unwrap()
        host.handle(do.Transfer(name, desk="manila"), at=at, actor=BO).unwrap()
    host.handle(do.Merge("T-source", "T-target"), at=at, actor=DI).unwrap()
    host.handle(do.Assign("T-target", "mia", desk="house"), at=at, actor=BO).unwrap()
    assert host.desk.unreachable(host.case("T-target"), actor=DI, at=at)
    host.handle(do.UndoMerge("T-source"), at=at, actor=DI).unwrap()
    returned = [event for event in host.log("T-target") if event.type == "merge_returned"]
    assert [event.actor.id for event in returned] == ["di"], "the target did not hear that the merge is undone"

    before = {case.id: case for case in host.cases()}, host.floor
    taken = do.Split("T-source", "T-target", thread(host.log("T-source")).messages)
    answer = host.handle(taken, at=at, actor=BO)
    assert isinstance(answer, Refused), "messages were split off into a ticket that never took them"
    assert [refusal.code for refusal in answer.refusals] == ["already_open"]
    assert ({case.id: case for case in host.cases()}, host.floor) == before


def check_adopts(host: Host) -> None:
    """Law: a ticket is adopted once, as the desk says; a bulk goes on after faults and may be run again."""
    at = now_on(host)
    lifecycle = host.desk.configuration.lifecycles[0]
    status = next(status for status in lifecycle.statuses if status.phase == "active")

    def record(opened_at: datetime) -> Adopted:
        return Adopted(Opened("old", Party("ann"), status, lifecycle.name), opened_at=opened_at)

    old = record(at - timedelta(days=3))
    first = host.adopt(old, "OLD-1", at=at)
    assert isinstance(first, Accepted)
    assert next(iter(host.log("OLD-1"))).data == old
    again = host.adopt(old, "OLD-1", at=at)
    assert isinstance(again, Refused)
    assert [refusal.code for refusal in again.refusals] == ["already_open"]

    records = (("OLD-1", old), Fault("OLD-2", "no date"), ("OLD-3", record(at + timedelta(days=1))), ("OLD-4", old))
    found = adopt_all(host, records, at=at)
    assert (found.adopted, found.known, found.faulty) == (1, 1, 2)
    assert [fault.ticket for fault in found.faults] == ["OLD-2", "OLD-3"]
    logs = {case.id: case.version for case in host.cases()}
    found = adopt_all(host, records, at=at)
    assert (found.adopted, found.known, found.faulty) == (0, 2, 2)
    assert {case.id: case.version for case in host.cases()} == logs


def check_corrections(host: Host) -> None:
    """Law: a late fact is stored in its place, a pinned policy is recorded; a preview stores nothing."""
    at = now_on(host)
    host.handle(do.Open("T-late", subject="VPN", requester="ann"), at=at, actor=ANN).unwrap()
    end = at + timedelta(hours=2)
    host.handle(do.Post("T-late", "m-2"), at=end, actor=ANN).unwrap()
    said = MessagePosted("m-1", "agent")
    late = host.insert("T-late", said, happened_at=at + timedelta(minutes=5), at=end, actor=BO)
    assert host.case("T-late") == late.case == host.desk.case(host.log("T-late"))
    assert host.case("T-late").ticket.marks.first_response_at == at + timedelta(minutes=5)

    policy = host.desk.configuration.book.policies[0].id
    before = {case.id: case for case in host.cases()}
    preview = migrate_all(host, policy=policy, at=end, is_preview=True)
    assert preview.moved > 0
    assert {case.id: case for case in host.cases()} == before
    done = migrate_all(host, policy=policy, at=end)
    assert (done.moved, done.moves) == (preview.moved, preview.moves)
    assert host.case("T-late").ticket.header.policy == policy
    assert migrate_all(host, policy=policy, at=end).moved == 0


def check_reach(host: Host) -> None:
    """Law: a partner's people can act on a ticket exactly if they may read it, and of any other they see nothing."""
    at = now_on(host)
    for case in host.cases():
        reaches = not host.desk.unreachable(case, actor=DI, at=at)
        seen = host.desk.visible(case, host.log(case.id), actor=DI, at=at)
        assert bool(seen) == reaches, f"{case.id}: shown {len(seen)} events, reached: {reaches}"
        assert _may_act(host, case, at) == reaches, case.id


def _may_act(host: Host, case: Case, at: datetime) -> bool:
    refusals = host.desk.refusals(case, do.Tick(case.id), at=at, actor=DI)
    return not {"out_of_scope", "unknown_desk"} & {refusal.code for refusal in refusals}
