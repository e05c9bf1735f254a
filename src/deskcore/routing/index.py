"""An index of a board: the agents who meet one demand, the best first, kept up as their loads change.

What an agent may take and where they stand in the order is worked out once for each change, in a ``Standing`` that all
demands of one size share. Each ``Index`` keeps such keys of the agents whose record meets a demand, in sorted runs by
the first place of the key. A new key enters at once, mostly at the end of its run, for later instants are greater; one
that is no longer so is dropped when it comes up (lazy deletion).

Layer: routing.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Sequence
from heapq import heappop, heappush
from typing import Any, Final, cast, final

from deskcore.routing.firm import NotAbsent, OnShift, UnderCeilings
from deskcore.routing.keys import Key, Order
from deskcore.routing.live import Live
from deskcore.routing.requirement import Requirement
from deskcore.routing.snapshot import Candidate, Snapshot
from deskcore.routing.waiting import WaitingFacts

_SLACK: Final = 64
"""Entries of no more use that an index may hold, on top of as many as it has members."""
_ON_SHIFT: Final = OnShift()
_NOT_ABSENT: Final = NotAbsent()
_OF_EVERYBODY: Final = (_ON_SHIFT, _NOT_ABSENT, UnderCeilings())


@final
class Post:
    """One agent in one standing: their place there, ``None`` while they can take nothing."""

    __slots__ = ("indexes", "key", "live", "standing", "timer")

    def __init__(self, standing: Standing, live: Live) -> None:
        self.standing, self.live = standing, live
        self.indexes: list[Index] = []
        self.timer = 0
        self.key: Key | None = None


@final
class Standing:
    """Who can take a ticket of one size now, and in which order: for tickets that differ in what they need."""

    __slots__ = ("_extra", "_floor", "_read", "_ticket", "_timed", "_units", "posts", "timers")

    def __init__(self, order: Order, extra: tuple[Requirement, ...], ticket: WaitingFacts, floor: Snapshot) -> None:
        self._read = order.reader(ticket, floor)
        self._extra, self._ticket, self._floor, self._units = extra, ticket, floor, ticket.units
        self._timed = tuple(one for one in extra if type(one).next_change is not Requirement.next_change)
        self.posts: dict[str, Post] = {}
        self.timers: list[tuple[int, str]] = []

    def post(self, live: Live) -> Post:
        """The agent's post, made when first asked for."""
        known = self.posts.get(live.id)
        if known is None:
            known = self.posts[live.id] = Post(self, live)
            live.posts.append(known)
            self._watch(known)
            known.key = self._key(known)
        return known

    def close(self) -> None:
        """Follow nobody any more."""
        for post in self.posts.values():
            post.live.posts.remove(post)

    def update(self, post: Post) -> None:
        """Something happened to the agent: find their place again and tell the indexes."""
        if self._timed or post.live.dated:
            self._watch(post)
        before = post.key
        key = post.key = self._key(post)
        if key is None:
            if before is not None:
                for index in post.indexes:
                    index.able -= 1
        else:
            for index in post.indexes:
                if before is None:
                    index.able += 1
                index.enter(key)

    def _key(self, post: Post) -> Key | None:
        live = post.live
        if not live.here or live.load.units + self._units > live.capacity:
            return None
        if (self._extra or not live.plain) and not self._admits(live):
            return None
        return self._read(live, post)

    def _admits(self, live: Live) -> bool:
        candidate, ticket, floor = cast("Candidate", live), self._ticket, self._floor
        if not all(part.test(ticket, candidate, floor) for part in _OF_EVERYBODY):
            return False
        return all(part.test(ticket, candidate, floor) for part in self._extra)

    def _watch(self, post: Post) -> None:
        """Look again when time alone may change what the agent can take."""
        candidate, floor = cast("Candidate", post.live), self._floor
        parts = (_ON_SHIFT, _NOT_ABSENT, *self._timed) if post.live.dated else self._timed
        changes = [change for part in parts if (change := part.next_change(self._ticket, candidate, floor)) is not None]
        if not changes:
            return
        first = min(changes)
        if not floor.at_us < post.timer <= first:
            post.timer = first
            heappush(self.timers, (first, post.live.id))

    def catch_up(self, at_us: int) -> None:
        """Take in what time alone has changed by now."""
        timers = self.timers
        due: set[str] = set()
        while timers and timers[0][0] <= at_us:
            due.add(heappop(timers)[1])
        for name in due:
            self.update(self.posts[name])


@final
class _Run(list[Key]):
    """Keys of one first place, sorted. What stands before ``head`` is of no more use."""

    __slots__ = ("head",)

    def __init__(self) -> None:
        super().__init__()
        self.head = 0


@final
class Index:
    """The agents whose record meets a demand, the best first; ``able`` of them can take a ticket now."""

    __slots__ = ("_firsts", "_most", "_runs", "able", "members", "standing")

    def __init__(self, standing: Standing, members: Iterable[Live]) -> None:
        self.standing = standing
        self.members: dict[str, Post] = {}
        for live in members:
            post = self.members[live.id] = standing.post(live)
            post.indexes.append(self)
        self._runs: dict[Any, _Run] = {}
        self._firsts: list[Any] = []  # of the runs, sorted
        self._most = 2 * len(self.members) + _SLACK
        keys = sorted(post.key for post in self.members.values() if post.key is not None)
        self.able = len(keys)
        for key in keys:
            self.enter(key)

    def enter(self, key: Key) -> None:
        """Somebody has another place than before."""
        run = self._runs.get(key[0])
        if run is None:
            run = self._runs[key[0]] = _Run()
            insort(self._firsts, key[0])
        if run and key < run[-1]:
            insort(run, key, run.head)
        else:
            run.append(key)
        if len(run) > self._most:
            run[:] = [one for one in run if one[-1].key is one]
            run.head = 0

    def best(self) -> Post | None:
        """Whoever comes first; ``None`` when nobody can take a ticket."""
        firsts = self._firsts
        while firsts:
            run = self._runs[firsts[0]]
            for place in range(run.head, len(run)):
                key = run[place]
                post: Post = key[-1]
                if post.key is key:
                    run.head = place
                    return post
            del self._runs[firsts.pop(0)]
        return None

    def best_but(self, barred: Sequence[str]) -> tuple[Post | None, int]:
        """Whoever comes first of all but a few, and how many there are. Cost: as many looks as are barred."""
        able = self.able - sum(1 for name in set(barred) if self.holds(name))
        for first in self._firsts:
            run = self._runs[first]
            for place in range(run.head, len(run)):
                key = run[place]
                post: Post = key[-1]
                if post.key is key and post.live.id not in barred:
                    return post, able
        return None, able

    def holds(self, name: str) -> bool:
        """Whether somebody meets the demand and can take a ticket now."""
        post = self.members.get(name)
        return post is not None and post.key is not None
