"""Strategies for escalation: triggers, recipients, actions, ladders, matrices, and what befalls a ticket.

Not here: the laws (``escalation_laws``) and the toy desk they run on (``escalation_life``).

Layer: testing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final, Literal, get_args

import attrs
from hypothesis import strategies as st

from deskcore.escalation import Due, Matrix, MatrixRow, Rung
from deskcore.escalation.actions import Action, AddTag, Notify, NotifyInTurn, NotifyThoseTold, RaisePriority, TransferTo
from deskcore.escalation.due import Counted
from deskcore.escalation.events import (
    Acknowledged,
    AcknowledgementWithdrawn,
    Alerted,
    DeEscalated,
    EscalationCancelled,
    Snoozed,
)
from deskcore.escalation.gates import Enough
from deskcore.escalation.matrix import OnMatch, Passes
from deskcore.escalation.recipients import (
    Assignee,
    ManagerOf,
    OnCall,
    PartnerContact,
    Person,
    Recipient,
    TeamLead,
    TeamMembers,
)
from deskcore.escalation.repeat import Repeat
from deskcore.escalation.rung import Once, Until
from deskcore.hours.duration import BusinessDuration, business, elapsed
from deskcore.log import EventData
from deskcore.predicate import ALWAYS, Condition, Has, InRange, Is, where
from deskcore.testing.escalation_life import PRIORITIES, START, Happening
from deskcore.tickets import events as did
from deskcore.tickets.status import Status

__all__ = ["actions", "dues", "lives", "matrices", "recipients", "rungs"]

# Built once: Hypothesis validates each new strategy object anew, which costs more than drawing from it.
_MINUTES: Final = st.integers(0, 48 * 60)
_AMOUNTS: Final = st.one_of(
    _MINUTES.map(lambda held: elapsed(minutes=held)),
    _MINUTES.map(lambda held: BusinessDuration.of_us(held * 60_000_000)),
)
_METRICS: Final = st.just("resolution")
_ANCHORS: Final[st.SearchStrategy[Literal["created", "updated", "contact", "assigned", "status", "resolved"]]] = (
    st.sampled_from(("created", "updated", "contact", "assigned", "status", "resolved"))
)
_SINCE: Final[st.SearchStrategy[Condition]] = st.sampled_from(
    [Is("field.sentiment", "negative"), Has("tags", "late"), ~Is("team", "network"), InRange("replies", least=1)]
)
_DUES: Final[st.SearchStrategy[Due]] = st.one_of(
    st.builds(Due.at_share, _METRICS, st.sampled_from([0.0, 0.25, 0.5, 0.75, 0.9, 1.0, 1.5])),
    st.builds(Due.after_breach, _METRICS, _AMOUNTS),
    st.builds(Due.before_breach, _METRICS, _AMOUNTS),
    st.builds(Due.after_opened, _AMOUNTS),
    st.builds(Due.unassigned_for, _AMOUNTS),
    st.builds(Due.unanswered_for, _AMOUNTS),
    st.builds(Due, _ANCHORS, _AMOUNTS),
    st.builds(Due.vendor_silent_for, _AMOUNTS),
    st.builds(
        Due.at_count,
        st.sampled_from(get_args(Counted)),
        st.integers(1, 3),
        within=st.none() | st.just(elapsed(days=1)),
    ),
    st.builds(
        Due.since,
        st.sampled_from(
            [
                Is("field.sentiment", "negative"),
                Has("tags", "late"),
                ~Is("team", "network"),
                InRange("replies", least=1),
            ]
        ),
        _AMOUNTS,
    ),
    st.just(Due.by_hand()),
)
_TEAMS: Final = st.sampled_from([None, "first", "network", "empty", "nowhere"])
_LEAVES: Final[st.SearchStrategy[Recipient]] = st.one_of(
    st.sampled_from(["bo", "mia", "dana", "stranger"]).map(Person),
    st.just(Assignee()),
    _TEAMS.map(TeamLead),
    _TEAMS.map(TeamMembers),
    st.sampled_from([None, "manila", "cebu", "nowhere"]).map(PartnerContact),
    st.sampled_from(["nights", "nowhere"]).map(OnCall),
)
_RECIPIENTS: Final[st.SearchStrategy[Recipient]] = st.one_of(_LEAVES, st.builds(ManagerOf, _LEAVES, st.integers(0, 3)))
_ACTIONS: Final[st.SearchStrategy[Action]] = st.one_of(
    st.builds(Notify, _RECIPIENTS, st.sampled_from(["notify", "page"])),
    st.builds(RaisePriority, st.sampled_from([None, "p1", "p2"])),
    st.builds(TransferTo, st.sampled_from(["first", "network"]), st.sampled_from([None, "house", "manila"])),
    st.builds(NotifyThoseTold),
    st.builds(AddTag, st.sampled_from(["escalated", "late"])),
    st.builds(NotifyInTurn, st.lists(_RECIPIENTS, min_size=1, max_size=3), st.just("page")),
)
_UNTIL: Final[st.SearchStrategy[Until]] = st.sampled_from(("resolved", "acked", "closed"))
_ONCE: Final[st.SearchStrategy[Once]] = st.sampled_from(("episode", "cycle"))
_REPEATS: Final = st.none() | st.builds(
    Repeat, st.sampled_from([elapsed(hours=5), elapsed(days=2), business(hours=3)]), st.sampled_from([1, 3])
)
_WHENS: Final[st.SearchStrategy[Condition]] = st.sampled_from(
    [ALWAYS, ALWAYS, where(priority="p1"), where(phase="active")]
)
_RUNGS: Final = st.builds(
    Rung,
    st.sampled_from(["lead", "manager", "director"]),
    _DUES,
    st.lists(_ACTIONS, min_size=1, max_size=3).map(tuple),
    axis=st.just("hierarchic"),
    until=_UNTIL,
    once=_ONCE,
    fallback=st.none() | _RECIPIENTS,
    repeat=_REPEATS,
    during=st.sampled_from([None, None, "default"]),
    when=_WHENS,
) | st.builds(
    Rung,
    st.sampled_from(["second line", "vendor"]),
    _DUES,
    st.lists(_ACTIONS, min_size=1, max_size=3).map(tuple),
    axis=st.just("functional"),
    until=_UNTIL,
    once=_ONCE,
    fallback=st.none() | _RECIPIENTS,
    given=_WHENS,
    during=st.sampled_from([None, None, "default"]),
    outside=st.sampled_from(["hold", "skip", "stop"]),
    if_nobody=st.sampled_from(["fall_back", "skip", "hold"]),
    enough=st.none() | st.builds(Enough, st.just("alerted"), more_than=st.integers(0, 2), within=st.none()),
    each_acks=st.booleans(),
)
_AFTER: Final = st.tuples(st.integers(0, 3), st.integers(0, 600))
_CONDITIONS: Final[st.SearchStrategy[Condition]] = st.one_of(
    st.sampled_from(PRIORITIES).map(lambda priority: where(priority=priority)),
    st.sampled_from(PRIORITIES).map(lambda priority: where(priority=priority, team="network")),
    st.just(ALWAYS),
)
_ON_MATCH: Final[st.SearchStrategy[OnMatch]] = st.sampled_from(("first", "most_specific"))
_ACTIVE: Final = Status("Open", "active")
_KINDS: Final[st.SearchStrategy[EventData]] = st.one_of(
    st.sampled_from(PRIORITIES).map(did.PrioritySet),
    st.builds(did.Assigned, st.sampled_from([None, "bo", "cy"]), st.sampled_from([None, "first", "network"])),
    st.builds(did.MessagePosted, st.just("m"), st.sampled_from(["requester", "agent"])),
    st.sampled_from(["negative", "neutral"]).map(lambda word: did.FieldSet("sentiment", word)),
    st.sampled_from([did.TagAdded("late"), did.TagRemoved("late")]),
    st.sampled_from(
        [
            did.Unassigned(),
            did.Started("New", _ACTIVE),
            did.Held("Open", Status("Pending", "waiting", waits_for="requester")),
            did.Resumed("Pending", _ACTIVE),
            did.Resolved("Open", Status("Resolved", "resolved")),
            did.Closed("Resolved", Status("Closed", "closed")),
            did.Reopened("Resolved", _ACTIVE),
            Acknowledged("mia"),
            AcknowledgementWithdrawn("mia"),
            Alerted("probe"),
            Snoozed("bo", START + timedelta(days=1, hours=3)),
            EscalationCancelled("bo"),
            DeEscalated("bo", "functional"),
        ]
    ),
)


def dues() -> st.SearchStrategy[Due]:
    """Triggers of every kind but those that hang on another rung; amounts up to two days, in whole minutes."""
    return _DUES


def recipients() -> st.SearchStrategy[Recipient]:
    """Recipients of every kind, of ``REGISTER`` and beyond it, some of whom stand for nobody."""
    return _RECIPIENTS


def actions() -> st.SearchStrategy[Action]:
    """Actions of every kind, in the words of ``REGISTER`` and ``PRIORITIES``."""
    return _ACTIONS


def rungs() -> st.SearchStrategy[tuple[Rung, ...]]:
    """Ladders of up to five rungs with unique ids, some of them after another one."""
    return _LADDERS


def matrices() -> st.SearchStrategy[Matrix]:
    """Matrices of up to four rows over priority and team, of either way to match."""
    return _MATRICES


def lives(*, max_size: int = 12, days: int = 6) -> st.SearchStrategy[tuple[Happening, ...]]:
    """An opening at ``START`` and what befalls the ticket in the days after it, in order of time.

    Not all of it is legal; ``live`` leaves out what the ticket's phase does not allow.
    """
    later = st.integers(0, days * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
    rest = st.lists(st.builds(Happening, later, _KINDS), max_size=max_size)
    return st.builds(_life, st.sampled_from(PRIORITIES), rest)


def _life(priority: str, rest: list[Happening]) -> tuple[Happening, ...]:
    opened = did.Opened("VPN drops", None, Status("New", "new"), "simple", priority=priority, channel="mail")
    return (Happening(START, opened), *sorted(rest, key=lambda one: one.at))


def _ladder(drawn: list[tuple[Rung, tuple[int, int]]]) -> tuple[Rung, ...]:
    """Hang some rungs on an earlier one."""
    held: list[Rung] = []
    for rung, (origin, minutes) in drawn:
        due = Due.after_rung(held[origin].id, elapsed(minutes=minutes)) if origin < len(held) else rung.due
        held.append(attrs.evolve(rung, due=due))
    return tuple(held)


_LADDERS: Final = st.lists(
    st.tuples(_RUNGS, st.just((9, 0)) | _AFTER), max_size=5, unique_by=lambda pair: pair[0].id
).map(_ladder)
_PASSES: Final = st.none() | st.builds(Passes, st.sampled_from([elapsed(hours=1), elapsed(days=1)]), st.integers(0, 2))


def _row(when: Condition, ladder: tuple[Rung, ...], passes: Passes | None) -> MatrixRow:
    """Passes are for ladders in which no rung repeats by itself."""
    return MatrixRow(when, ladder, passes=None if any(rung.repeat for rung in ladder) else passes)


_MATRICES: Final = st.builds(
    Matrix,
    st.just("m"),
    st.lists(st.builds(_row, _CONDITIONS, _LADDERS, _PASSES), min_size=1, max_size=4).map(tuple),
    _RECIPIENTS,
    on_match=_ON_MATCH,
    ack_expires=st.none() | st.sampled_from([elapsed(hours=2), elapsed(days=2)]),
)
