"""Laws of order and of merging: which events of one instant may change places, and what undoing a merge gives back.

Layer: testing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, final

import attrs
from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.log import Actor, Event, EventData
from deskcore.testing.tickets import NOON
from deskcore.testing.wire import values
from deskcore.tickets import TICKET_EVENTS, Lifecycle, Ticket, decide, evolve, replay
from deskcore.tickets import commands as do
from deskcore.tickets import events as on
from deskcore.tickets.thread import thread

EVERYTHING: Final = "*"
"""The part that stands for all parts: of an event that moves other parts about."""


@final
@attrs.frozen
class Footprint:
    """The parts of a ticket that an event looks at, and those that it changes, by name; a keyed part has its key."""

    writes: frozenset[str]
    reads: frozenset[str] = frozenset()


def _print(*writes: str, reads: Iterable[str] = ()) -> Footprint:
    return Footprint(frozenset(writes), frozenset(reads))


_PLACE: Final = _print("place")
_STATUS: Final = _print("status", "resolution")
_ALL: Final = _print(EVERYTHING)
_CLASSIFIED: Final = ("category", "service", "kind", "skills")
_PINNED: Final = ("policy", "matrix")

# Any: each footprint is taken of its own kind of event, which a mapping by type cannot say.
_PRINTS: Final[Mapping[type[EventData], Callable[[Any], Footprint]]] = {
    **dict.fromkeys((on.Opened, on.Adopted, on.Corrected, on.SubjectErased), lambda _: _ALL),
    **dict.fromkeys((on.MergedInto, on.MergeReceived, on.MergeUndone, on.MergeReturned), lambda _: _ALL),
    **dict.fromkeys((kind for kind in TICKET_EVENTS if issubclass(kind, on.StatusChange)), lambda _: _STATUS),
    **dict.fromkeys((on.Assigned, on.Unassigned, on.Transferred), lambda _: _PLACE),
    on.MessagePosted: lambda _: _print("messages"),
    on.SplitOff: lambda data: _print("messages", f"link split_into {data.into}"),
    on.SplitFrom: lambda data: _print("messages", f"link split_from {data.source}"),
    on.Classified: lambda data: _print(*(name for name in _CLASSIFIED if getattr(data, name) is not None)),
    on.ImpactUrgencySet: lambda _: _print("judgement"),
    on.PrioritySet: lambda _: _print("priority"),
    on.Reminded: lambda data: _print(f"reminder {data.key}", reads=("status",)),
    on.FieldSet: lambda data: _print(f"field {data.name}"),
    **dict.fromkeys((on.TagAdded, on.TagRemoved), lambda data: _print(f"tag {data.tag}")),
    on.PartyChanged: lambda _: _print("requester"),
    on.PolicyPinned: lambda data: _print(*(name for name in _PINNED if getattr(data, name) is not None)),
    on.SubjectSet: lambda _: _print("subject"),
    **dict.fromkeys((on.Linked, on.Unlinked), lambda data: _print(f"link {data.kind} {data.other}")),
    **dict.fromkeys((on.WatcherAdded, on.WatcherRemoved), lambda data: _print(f"watcher {data.who}")),
    on.SolutionProposed: lambda data: _print("solution", *(("resolution",) if data.code is not None else ())),
    on.SolutionRejected: lambda _: _print("solution"),
    on.ResolutionSet: lambda _: _print("resolution"),
    on.TimeLogged: lambda _: _print("effort"),
    on.ArticleLinked: lambda data: _print(f"article {data.article}"),
    on.Rated: lambda _: _print("rating"),
    on.Muted: lambda _: _print("muted"),
    on.MessageRedacted: lambda data: _print(f"redacted {data.message_id}"),
    **dict.fromkeys(
        (on.FollowedUp, on.MessageRedirected, on.SolutionAccepted, on.WorkPlanned, on.SurveySent), lambda _: _print()
    ),
}


def footprint(data: EventData) -> Footprint:
    """What an event looks at and changes; nothing, for one that this room does not own.

    >>> sorted(footprint(on.TagAdded("vip")).writes)
    ['tag vip']
    """
    known = _PRINTS.get(type(data))
    return _print() if known is None else known(data)


def are_independent(first: EventData, second: EventData) -> bool:
    """Whether neither event changes a part that the other looks at or changes: then their order does not matter.

    >>> are_independent(on.TagAdded("vip"), on.TagAdded("late")), are_independent(on.TagAdded("x"), on.TagRemoved("x"))
    (True, False)
    """
    one, two = footprint(first), footprint(second)
    if EVERYTHING in one.writes | two.writes:
        return not (one.writes and two.writes)
    return not (one.writes & (two.writes | two.reads) or two.writes & one.reads)


def happenings(most: int = 6) -> st.SearchStrategy[tuple[EventData, ...]]:
    """What may happen to an open ticket, legal or not: any event of the room but openings, in any order.

    >>> happenings().example()  # doctest: +SKIP
    (TagAdded(tag='network'), Rated(score=7))
    """
    kinds = [kind for kind in TICKET_EVENTS if kind not in {on.Opened, on.Adopted}]
    return st.lists(st.one_of(*(values(kind) for kind in kinds)), max_size=most).map(tuple)


def check_independent(events: tuple[Event, ...], first: EventData, second: EventData) -> None:
    """Law: two independent events that happen at one instant leave the same ticket in either order.

    Nothing is claimed of events that are not independent.

    Raises:
        AssertionError: the law is broken.

    >>> from deskcore.testing.tickets import opening
    >>> check_independent((opening("T-1"),), on.TagAdded("vip"), on.Muted())
    """
    if are_independent(first, second):
        assert after(events, first, second) == after(events, second, first), f"{first} and {second} do not commute"


def after(events: tuple[Event, ...], *data: EventData) -> Ticket:
    """The ticket of a log and some more events, all at the instant of its last one.

    >>> from deskcore.testing.tickets import opening
    >>> after((opening("T-1"),), on.TagAdded("vip")).version
    2
    """
    last = events[-1]
    more = (attrs.evolve(last, seq=last.seq + place, data=each) for place, each in enumerate(data, 1))
    return replay((*events, *more))


def check_merge_undo(
    lifecycle: Lifecycle, source: tuple[Event, ...], target: tuple[Event, ...], *, at: datetime = NOON
) -> None:
    """Law: a merge that is undone leaves both tickets as they were: threads, people, links, effort, status, waiting.

    Nothing is claimed where the merge or its undoing is refused. Only versions, counters of moves and of reopening, and
    the instants of activity tell of it afterwards.

    Raises:
        AssertionError: the law is broken.

    >>> from deskcore.presets import simple_lifecycle
    >>> from deskcore.testing.tickets import opening
    >>> check_merge_undo(simple_lifecycle(), (opening("T-1"),), (opening("T-2"),))
    """
    logs = {events[0].stream: list(events) for events in (source, target)}
    one, two = logs
    before = {name: _kept(log) for name, log in logs.items()}
    merge = do.Merge(one, two, messages=thread(logs[one]).messages)
    if _run(lifecycle, logs, merge, at) and _run(lifecycle, logs, do.UndoMerge(one), at):
        for name, log in logs.items():
            now = _kept(log)
            changed = [part for part in now if now[part] != before[name][part]]
            assert not changed, f"undoing the merge did not restore {changed} of {name}: {now}, not {before[name]}"


def _kept(log: list[Event]) -> dict[str, object]:
    ticket = replay(log)
    annex = ticket.annex
    return {
        "thread": thread(log).messages,
        "messages": ticket.counters.messages,
        "status": ticket.status,
        "assignee": ticket.assignee,
        "fields": ticket.fields,
        "tags": ticket.tags,
        "cc": annex.cc,
        "watchers": annex.watchers,
        "links": annex.links,
        "effort": annex.effort,
        "merged": annex.merged,
        "absorbed": annex.absorbed or FrozenDict(),
        "waiting_since": ticket.marks.waiting_since,
    }


def _run(lifecycle: Lifecycle, logs: dict[str, list[Event]], command: do.Command, at: datetime) -> bool:
    """Run a command and what follows from it on the tickets that are there; whether the command was accepted."""
    todo, accepted = deque([command]), True
    while todo:
        asked = todo.popleft()
        tickets = {name: replay(log) for name, log in logs.items()}
        if asked.ticket not in tickets:
            continue
        answer = decide(lifecycle, tickets[asked.ticket], asked, at=at, actor=_EVE, others=tickets)
        accepted = accepted and (answer.accepted or asked is not command)
        held = tickets[asked.ticket]
        for data in answer.events:
            logs[asked.ticket].append(Event(asked.ticket, held.version + 1, at, at, _EVE, data))
            held = evolve(held, logs[asked.ticket][-1])
        todo.extend(answer.then)
    return accepted


_EVE: Final = Actor.admin("eve")
