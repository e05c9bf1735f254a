"""Words of routing.json as public values: agents, tickets, what happens. No answers are worked out here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import attrs

from deskcore._value import FrozenDict
from deskcore.hours import ElapsedDuration
from deskcore.log import Actor, Event, EventData
from deskcore.routing import RoutingState, Snapshot, WaitingFacts
from deskcore.routing.asking import PreferredSkill, Selector
from deskcore.routing.backtest import Finishes, Happening
from deskcore.routing.events import Metered, OfferDeclined, Placed, Queued, Released
from deskcore.staff import Agent, Partner, Presence, Scope, Staff
from deskcore.staff.agent import Serves
from deskcore.staff.events import CapacityChanged, SignedOff, SignedOn, WentAway
from tests.conformance.runner import NotExpressible

Table = Mapping[str, Any]

ZERO: Final = datetime(2026, 1, 5, tzinfo=UTC)
LONG_AGO: Final = timedelta(days=4000)
NO_LIMIT: Final = 1_000_000_000
INBOX: Final = "inbox"

AGENT_KEYS: Final = frozenset(
    [
        "id",
        "labels",
        "skills",
        "queues",
        "capacity",
        "load",
        "limit",
        "open",
        "inbox_limit",
        "inbox_open",
        "sessions",
        "resolved",
        "in_window",
        "assigned_s_ago",
        "free",
        "busy_until",
        "free_from",
        "available",
        "active",
        "logged_in",
        "presence",
        "available_for_s",
        "idle_for_s",
        "last_end",
        "wrap_up_s",
        "lastcall",
        "last_assigned_s_ago",
        "calls",
    ]
)
TICKET_KEYS: Final = frozenset(
    [
        "t",
        "ticket",
        "tickets",
        "queue",
        "priority",
        "channel",
        "labels",
        "type",
        "lang",
        "status",
        "assignee",
        "owner",
        "created_s_ago",
        "created_h_ago",
        "last_activity_h_ago",
        "age_adjust_s",
        "base",
        "skill",
        "allowed",
        "available",
        "preferred",
        "required",
        "additional",
        "selectors",
    ]
)


def seconds(amount: float) -> timedelta:
    return timedelta(microseconds=round(amount * 1_000_000))


def elapsed(amount: float) -> ElapsedDuration:
    return ElapsedDuration(seconds(amount))


def instant(amount: float) -> datetime:
    return ZERO + seconds(amount)


def levels(skills: Any) -> dict[str, int]:
    if isinstance(skills, Mapping):
        return {name: level for name, level in skills.items() if level}
    return dict.fromkeys(skills or (), 1)


def as_list(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


@attrs.frozen
class Words:
    """One scenario, read: its agents with their defaults, its policy's settings, its arrivals."""

    agents: tuple[Table, ...]
    policy: Table
    arrivals: tuple[Table, ...]

    @classmethod
    def of(cls, case: Table) -> Words:
        defaults = case.get("agent_defaults") or {}
        agents = tuple({**defaults, **agent} for agent in case["agents"])
        return cls(agents, case["policy"], tuple(case["arrivals"]))

    @property
    def reference(self) -> float:
        """The instant that looks back start from."""
        return float(next((one["t"] for one in self.arrivals if "t" in one), 0))

    @property
    def last(self) -> float:
        return float(max((one["t"] for one in self.arrivals if "t" in one), default=0))

    @property
    def has_inbox(self) -> bool:
        return any("inbox_limit" in agent for agent in self.agents)

    def ids(self) -> list[str]:
        return [agent["id"] for agent in self.agents]

    # agents

    def staff(self) -> Staff:
        target = (self.policy.get("overflow") or {}).get("target")
        partners = (Partner(target, scope=Scope.everything()),) if target is not None else ()
        return Staff(agents=tuple(map(self._agent, self.agents)), partners=partners)

    def _agent(self, words: Table) -> Agent:
        numbers = {
            key: value
            for key, value in words.items()
            if key not in AGENT_KEYS and isinstance(value, int | float) and not isinstance(value, bool)
        }
        strange = set(words) - AGENT_KEYS - set(numbers) - {"weight", "ring", "level", "penalty", "position"}
        if strange:
            raise NotExpressible(f"agent {words['id']} has the unknown keys {sorted(strange)}")
        wrap_up = words.get("wrap_up_s")
        return Agent(
            words["id"],
            skills=levels(words.get("skills")),
            capacity=self._capacity(words),
            queues=_queues(words.get("queues")),
            ceilings=self._ceilings(words),
            wrap_up=None if wrap_up is None else elapsed(wrap_up),
            labels={**numbers, **(words.get("labels") or {})},
        )

    def _capacity(self, words: Table) -> int:
        model = self.policy.get("capacity_model") or {}
        given = (words.get("capacity"), words.get("sessions"), model.get("total"))
        return next((int(one) for one in given if one is not None), NO_LIMIT)

    def _ceilings(self, words: Table) -> FrozenDict[int]:
        model = self.policy.get("capacity_model") or {}
        found = {f"channel:{channel}": most for channel, most in (model.get("max_tickets") or {}).items()}
        if words.get("limit") is not None:
            found["*"] = words["limit"]
        if words.get("inbox_limit") is not None:
            found["queue:*"] = words["inbox_limit"]
        return FrozenDict(found)

    # how it stands at the start

    def start(self, staff: Staff) -> Snapshot:
        dated = sorted(((at, place, data) for place, (at, data) in enumerate(self._history())), key=lambda one: one[:2])
        events = [Event("floor", seq, at, at, Actor.system(), data) for seq, (at, _, data) in enumerate(dated, start=1)]
        routing = RoutingState.replay(events)
        fresh = {name: attrs.evolve(load, turn=0) for name, load in routing.agents.items()}
        begin = min([instant(self.reference), *(instant(one["t"]) for one in self.arrivals if "t" in one)])
        return Snapshot(
            at=begin,
            staff=staff,
            presence=Presence.replay(events),
            routing=attrs.evolve(routing, agents=FrozenDict(fresh), turns=0),
        )

    def _history(self) -> Iterator[tuple[datetime, EventData]]:
        for words in self.agents:
            yield from self._presence(words)
            yield from self._work(words)

    def _ago(self, amount: float) -> datetime:
        return instant(self.reference) - seconds(amount)

    def _presence(self, words: Table) -> Iterator[tuple[datetime, EventData]]:
        name, state = words["id"], words.get("presence", "active")
        free_for = next((words[key] for key in ("available_for_s", "idle_for_s") if key in words), None)
        since = ZERO - LONG_AGO if free_for is None else self._ago(free_for)
        if state == "unavailable" or words.get("logged_in") is False:
            return
        yield since, SignedOn(name)
        if state == "away" or words.get("available") is False or words.get("active") is False:
            yield since, WentAway(name)
        if words.get("free") is False or words.get("busy_until") is not None or words.get("free_from") is not None:
            yield since, CapacityChanged(name, 0)

    def _work(self, words: Table) -> Iterator[tuple[datetime, EventData]]:
        name, early = words["id"], ZERO - 2 * LONG_AGO
        held = self._held(words)
        assigned = words.get("last_assigned_s_ago")
        for place, (units, queue) in enumerate(held):
            at = self._ago(assigned) if assigned is not None and place == len(held) - 1 else early
            yield at, Placed(f"held {place} by {name}", name, "house", units, None, queue)
        for place in range(words.get("calls", 0) - len(held)):
            yield early, Placed(f"done {place} by {name}", name)
            yield early, Released(f"done {place} by {name}")
        if assigned is not None and not held:
            yield self._ago(assigned), Placed(f"last of {name}", name)
            yield self._ago(assigned), Released(f"last of {name}")
        for key in ("lastcall", "last_end"):
            if words.get(key) is not None:
                yield instant(words[key]), Placed(f"{key} of {name}", name)
                yield instant(words[key]), Released(f"{key} of {name}")
        yield from self._counted(words)

    def _held(self, words: Table) -> list[tuple[int, str | None]]:
        load, inbox = words.get("load", 0), words.get("inbox_open", 0)
        in_all = max(words.get("open", 0), inbox)
        one_piece = self.policy.get("capacity_model") is not None or self.policy.get("cost_per_ticket", 1) != 1
        units = ([load] if one_piece else [1] * load) if load else []
        queue = next((one["queue"] for one in self.arrivals if "queue" in one), INBOX)
        held = [(1, queue)] * inbox + [(1, None)] * (in_all - inbox)
        if held and load > len(held):  # so many tickets, so many units: the last one takes what is left
            return [*held[:-1], (load - len(held) + 1, held[-1][1])]
        return held or [(unit, None) for unit in units]

    def _counted(self, words: Table) -> Iterator[tuple[datetime, EventData]]:
        limit = self.policy.get("rate_limit")
        if limit is None:
            return
        keep = elapsed(limit["window_s"]).microseconds
        if words.get("in_window"):
            yield self._ago(0), Metered("rate", words["id"], words["in_window"], keep)
        ago = words.get("assigned_s_ago")
        for amount in [ago] if isinstance(ago, int | float) else ago or ():
            yield self._ago(amount), Metered("rate", words["id"], 1, keep)

    # what happens

    def happenings(self) -> list[Happening]:
        found = [
            (words[key], Happening(instant(words[key]), CapacityChanged(words["id"], None)))
            for words in self.agents
            for key in ("busy_until", "free_from")
            if words.get(key) is not None and words.get("free") is not False
        ]
        lent: list[str] = []
        for place, arrival in enumerate(one for one in self.arrivals if "t" in one):
            at = arrival["t"]
            found += [(at, Happening(instant(at), data)) for data in self._entry(arrival, place, lent)]
        return [happening for _, happening in sorted(found, key=lambda one: one[0])]

    def _entry(self, words: Table, place: int, lent: list[str]) -> Iterator[EventData]:
        if "release_from" in words:
            yield Finishes(words["release_from"], words.get("count"))
        elif words.get("release_all"):
            yield Finishes()
        elif "release" in words:
            yield Released(words["release"])
        elif "decline" in words:
            yield OfferDeclined(words["decline"], words["by"])
        elif "set" in words:
            yield _set(words)
        elif "tickets" in words:
            for number in range(words["tickets"]):
                yield Queued(self.ticket({**words, "ticket": f"{place}.{number}"}, place * 1000 + number))
        elif "ticket" in words:
            yield from self._arrival(words, place, lent)
        else:
            raise NotExpressible(f"unknown entry {sorted(words)}")

    def _arrival(self, words: Table, place: int, lent: list[str]) -> Iterator[EventData]:
        while lent:
            yield CapacityChanged(lent.pop(), None)
        if "available" in words:
            lent += [name for name in self.ids() if name not in words["available"]]
            for name in lent:
                yield CapacityChanged(name, 0)
        ticket = self.ticket(words, place * 1000)
        yield Queued(ticket)
        if words.get("assignee") is not None:
            yield Placed(ticket.ticket, words["assignee"], "house", ticket.units, ticket.channel, ticket.queue)

    def names(self) -> list[str]:
        """Every ticket, in order of arrival."""
        found: list[str] = []
        for place, words in enumerate(one for one in self.arrivals if "t" in one):
            if "tickets" in words:
                found += [f"{place}.{number}" for number in range(words["tickets"])]
            elif "ticket" in words:
                found.append(words["ticket"])
        return found

    def ticket(self, words: Table, order: int) -> WaitingFacts:
        strange = set(words) - TICKET_KEYS
        if strange:
            raise NotExpressible(f"a ticket has the unknown keys {sorted(strange)}")
        opened = instant(words["t"])
        age = seconds(words.get("created_s_ago", 0)) + timedelta(hours=words.get("created_h_ago", 0))
        active = words.get("last_activity_h_ago")
        fields = {
            key: words[key]
            for key in ("type", "lang", "status", "owner", "channel", "priority", "queue")
            if key in words
        }
        fields.setdefault("status", "open")
        labels = {f"label.{name}": value for name, value in (words.get("labels") or {}).items()}
        return WaitingFacts(
            words["ticket"],
            opened_at=opened - age,
            queued_at=opened,
            opened_order=order,
            priority_rank=self._rank(words),
            units=self._units(words),
            skills=levels(words.get("required")),
            channel=words.get("channel"),
            queue=self._queue(words),
            fields=FrozenDict({**fields, **labels}),
            allowed=tuple(words.get("allowed") or ()),
            preferred=tuple(as_list(words.get("preferred"))),
            preferred_skills=tuple(
                PreferredSkill(one["skill"], one.get("priority", 0)) for one in words.get("additional") or ()
            ),
            selectors=tuple(map(self._selector, words.get("selectors") or ())),
            head_start=elapsed(sum(words.get(key, 0) for key in ("age_adjust_s", "base", "skill"))),
            last_activity_at=None if active is None else opened - timedelta(hours=active),
        )

    def _rank(self, words: Table) -> int:
        rank = words.get("priority", self.policy.get("default_priority", 0))
        if isinstance(rank, bool) or not isinstance(rank, int) or rank < 0:
            raise NotExpressible(f"priority {rank!r} is no rank from 0")
        return rank

    def _units(self, words: Table) -> int:
        model = self.policy.get("capacity_model")
        if model is not None and words.get("channel") in model["cost"]:
            return int(model["cost"][words["channel"]])
        return int(self.policy.get("cost_per_ticket", 1))

    def _queue(self, words: Table) -> str | None:
        if words.get("queue") is not None:
            return str(words["queue"])
        if self.policy["strategy"] == "steps" and words.get("type") is not None:
            return str(words["type"])
        return INBOX if self.has_inbox else None

    def _selector(self, words: Table) -> Selector:
        relaxed = {_named(one["selector"]): one["after_s"] for one in self.policy.get("relax") or ()}
        expires = words.get("expires_after_s", relaxed.get(words["key"]))
        return Selector(words["key"], words["op"], words["value"], None if expires is None else elapsed(expires))


def _named(selector: Any) -> str:
    return str(selector["key"] if isinstance(selector, Mapping) else selector)


def _queues(served: Any) -> FrozenDict[Serves]:
    if isinstance(served, Mapping):
        return FrozenDict(
            {name: Serves(how.get("priority", 1), elapsed(how.get("delay_s", 0))) for name, how in served.items()}
        )
    return FrozenDict({name: Serves() for name in served or ()})


def _set(words: Table) -> EventData:
    match words["set"]:
        case "unavailable":
            return SignedOff(words["agent"])
        case "away":
            return WentAway(words["agent"])
        case "available" | "active":
            return SignedOn(words["agent"])
        case other:
            raise NotExpressible(f"an agent is set to {other!r}")


def sequence_of(names: Sequence[str], served: Mapping[str, str | None]) -> list[str | None]:
    """Who got the tickets, in order of arrival."""
    return [served.get(name) for name in names]
