"""Strategies for lifecycles, commands and logs of a case, and the laws that every lifecycle keeps.

Hand your own lifecycle to ``stories`` and each ``check_*`` to the result; or draw lifecycles as well. The lives that
are drawn are in ``tickets_stories``, the laws in ``tickets_laws``; both can be had from here.

Layer: testing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from hypothesis import strategies as st

from deskcore._value import FrozenDict
from deskcore.hours import elapsed
from deskcore.predicate import ALWAYS, Condition, InRange, Is
from deskcore.testing.tickets_laws import (
    aim,
    check_allowed,
    check_answer,
    check_order,
    check_replay,
    check_tick,
    check_unknown,
    meet,
)
from deskcore.testing.tickets_stories import ACTORS, NOON, Step, Story, envelopes, opening, play
from deskcore.tickets import Lifecycle, Party, PriorityTable, ReplyRule, Status, Timer, Transition
from deskcore.tickets import commands as do
from deskcore.tickets.action import Action
from deskcore.tickets.events_beside import MessageRef
from deskcore.tickets.field_spec import FieldSpec
from deskcore.tickets.seal import Seal
from deskcore.tickets.status import PHASES, WAITS_FOR, Phase
from deskcore.tickets.timers import Basis
from deskcore.tickets.transition import Entry

__all__ = [
    "ACTORS",
    "NOON",
    "Step",
    "Story",
    "aim",
    "check_allowed",
    "check_answer",
    "check_order",
    "check_replay",
    "check_tick",
    "check_unknown",
    "commands",
    "envelopes",
    "lifecycles",
    "meet",
    "opening",
    "play",
    "steps",
    "stories",
]

_NAMES: Final = ("New", "Open", "Pending", "On hold", "Solved", "Done", "Void")
_PEOPLE: Final = st.sampled_from(("bo", "cy", "di"))
_WORDS: Final = st.sampled_from(("vip", "network", "mail"))
_BASES: Final[tuple[Basis, ...]] = (
    "entered",
    "resolved",
    "updated",
    "message",
    "contact",
    "reply",
    "until",
    "active",
)
_NEEDS: Final = ("assignee", "reason", "code", "message", "field.cause")


@st.composite
def lifecycles(draw: st.DrawFn) -> Lifecycle:
    """Lifecycles of two to seven statuses with wildcards, needs, guards, replies, timers; most are odd, all valid.

    >>> lifecycles().example().lint()  # doctest: +SKIP
    """
    statuses = draw(_statuses())
    names = tuple(status.name for status in statuses)
    sides = st.sampled_from((*names, "*"))
    rows = draw(st.lists(st.tuples(sides, sides), unique=True, max_size=12))
    # Half of them let go of everything that no row forbids, or few stories would get anywhere.
    free = (Transition("*", "*"),) if ("*", "*") not in rows and draw(st.booleans()) else ()
    creation = tuple(draw(st.lists(st.sampled_from(names), unique=True, max_size=2)))
    # Needs at creation would keep a story from beginning.
    entered = tuple(name for name in names if name not in (creation or names[:1]))
    waiting = [status.name for status in statuses if status.phase == "waiting"]
    return Lifecycle(
        "drawn",
        statuses,
        (*(draw(_transitions(source, target)) for source, target in rows), *free),
        creation=creation,
        entries=tuple(draw(st.lists(_entries(entered), max_size=1))) if entered else (),
        replies=tuple(draw(st.lists(_replies(names), max_size=3))),
        timers=tuple(draw(_timers(statuses))),
        holds=FrozenDict({"parts": draw(st.sampled_from(waiting))} if waiting else {}),
        priorities=("p1", "p2", "p3"),
        default_priority=draw(st.sampled_from((None, "p2"))),
        matrix=draw(st.sampled_from((None, PriorityTable((("p1", "p2"), ("p2", None)))))),
        reopen_window=draw(st.sampled_from((None, elapsed(days=2)))),
        start_on_assign=draw(st.booleans()) and any(status.phase == "active" for status in statuses),
        final_accepts=draw(st.sampled_from((frozenset[str](), frozenset({"add_tag", "assign"})))),
        actions=draw(st.sampled_from(((), (Action("solve", names[:2], names[-1], effects=("take", "resolve")),)))),
        seals=draw(st.sampled_from(((), (Seal(names[-1]),), (Seal(names[-1], frozenset({"requester"})),)))),
        fields=draw(st.sampled_from(((), (FieldSpec("cause", longest=50, required="solving"),)))),
        permissions=FrozenDict(draw(st.sampled_from((dict[str, str](), {"set_priority": "priority.override"})))),
    )


@st.composite
def _statuses(draw: st.DrawFn) -> tuple[Status, ...]:
    names = draw(st.lists(st.sampled_from(_NAMES), unique=True, min_size=2))
    made: list[Status] = []
    for place, name in enumerate(names):
        phase: Phase = draw(st.sampled_from(PHASES[:2] if place == 0 else PHASES))
        waits_for = draw(st.sampled_from((None, *WAITS_FOR))) if phase == "waiting" else None
        made.append(Status(name, phase, waits_for))
    return tuple(made)


def _transitions(source: str, target: str) -> st.SearchStrategy[Transition]:
    guards: tuple[Condition, ...] = (ALWAYS, ALWAYS, Is("assigned", value=True), InRange("reopens", most=1))
    return st.builds(
        Transition,
        st.just(source),
        st.just(target),
        permission=st.sampled_from((None, None, "ticket.move")),
        roles=st.sampled_from((frozenset[str](), frozenset[str](), frozenset({"agent", "requester"}))),
        needs=st.lists(st.sampled_from(_NEEDS), unique=True, max_size=2).map(tuple),
        guard=st.sampled_from(guards),
    )


def _entries(names: tuple[str, ...]) -> st.SearchStrategy[Entry]:
    return st.builds(
        Entry,
        st.sampled_from(names),
        st.lists(st.sampled_from(_NEEDS), unique=True, min_size=1, max_size=2).map(tuple),
        st.sampled_from((None, "parts")),
    )


def _replies(names: tuple[str, ...]) -> st.SearchStrategy[ReplyRule]:
    phases = st.lists(st.sampled_from(PHASES), unique=True, max_size=3).map(tuple)
    moves = st.builds(
        ReplyRule,
        st.just("move"),
        st.sampled_from(names),
        phases=phases,
        roles=st.sampled_from((frozenset({"requester"}), frozenset({"agent", "vendor"}))),
        within=st.sampled_from((None, elapsed(days=1))),
        since=st.sampled_from(("done", "closed", "entered")),
    )
    others = st.builds(ReplyRule, st.sampled_from(("stay", "follow_up", "refuse")), phases=phases)
    return st.one_of(moves, others)


@st.composite
def _timers(draw: st.DrawFn, statuses: tuple[Status, ...]) -> list[Timer]:
    made: list[Timer] = []
    for place in range(draw(st.integers(0, 3))):
        where = draw(st.sampled_from(statuses))
        others = [status.name for status in statuses if status != where]
        made.append(
            Timer(
                f"timer-{place}",
                draw(st.sampled_from((elapsed(minutes=1), elapsed(hours=8), elapsed(days=3)))),
                to=draw(st.sampled_from((None, *others))),
                statuses=(where.name,),
                basis=draw(st.sampled_from(_BASES)),
                skip_tags=draw(st.sampled_from((frozenset[str](), frozenset({"vip"})))),
                when=draw(st.sampled_from((ALWAYS, Is("assigned", value=False)))),
            )
        )
    return made


def commands(lifecycle: Lifecycle, *, ticket: str = "T-1") -> st.SearchStrategy[do.Command]:
    """Commands of every kind on one ticket, the sensible and the senseless.

    >>> from deskcore.presets import simple_lifecycle
    >>> commands(simple_lifecycle()).example()  # doctest: +SKIP
    Close(ticket='T-1')
    """
    id_ = st.just(ticket)
    names = st.sampled_from((*lifecycle.status_names, "Nowhere"))
    reasons = st.sampled_from((*lifecycle.hold_reasons, "whim"))
    untils = st.sampled_from((None, None, NOON + timedelta(days=1), NOON + timedelta(days=9)))
    codes = st.sampled_from((None, "fixed"))
    some = st.none() | _WORDS
    known: tuple[st.SearchStrategy[do.Command], ...] = (
        st.builds(do.Open, id_, subject=_WORDS, requester=st.just("ann")),
        st.builds(do.Move, id_, names, reason=st.sampled_from(("", "parts")), until=untils, code=codes),
        st.builds(do.Move, id_, names, reason=st.just("parts"), code=st.just("fixed")),
        st.builds(
            do.Post,
            id_,
            st.sampled_from(("m-1", "m-2", "m-3")),
            visibility=st.sampled_from(("public", "public", "internal", "partner")),
            auto_generated=st.sampled_from((False, False, True)),
            then=st.none() | names,
            code=codes,
            follow_up=st.sampled_from((None, "T-2")),
        ),
        *(st.builds(kind, id_) for kind in (do.Start, do.Resume, do.Close, do.Reopen, do.Unassign, do.Tick)),
        st.builds(do.Resolve, id_, code=codes),
        st.builds(do.Cancel, id_, why=st.sampled_from(("", "spam"))),
        st.builds(do.Hold, id_, reasons, until=untils),
        st.builds(do.Assign, id_, st.none() | _PEOPLE, team=some, desk=some),
        st.builds(do.Transfer, id_, queue=some, team=some, desk=some),
        st.builds(do.Classify, id_, category=some, kind=st.sampled_from((None, "request", "riddle"))),
        st.builds(do.SetImpactUrgency, id_, st.sampled_from((None, 1, 2, 9)), st.sampled_from((None, 1, 2))),
        st.builds(do.SetPriority, id_, st.sampled_from((None, "p1", "p3", "p9"))),
        st.builds(do.SetField, id_, st.just("cause"), st.sampled_from((None, "dust", 1, True))),
        st.builds(do.AddTag, id_, _WORDS),
        st.builds(do.RemoveTag, id_, _WORDS),
        st.builds(do.ChangeParty, id_, st.builds(Party, st.just("ann"), tier=some)),
        *_rarer(id_),
    )
    return st.one_of(*known)


def _rarer(id_: st.SearchStrategy[str]) -> tuple[st.SearchStrategy[do.Command], ...]:
    """Commands on links, solutions, effort, ratings and privacy."""
    refs = st.builds(MessageRef, st.sampled_from(("m-1", "m-2")), st.just(NOON), st.just("requester"))
    other = st.sampled_from(("T-1", "T-2", "T-3"))
    kinds = st.sampled_from(("child_of", "depends_on", "related", "duplicates"))
    return (
        st.builds(do.Act, id_, st.sampled_from(("accept", "solve")), to=st.just("bo"), code=st.just("fixed")),
        st.builds(do.SetSubject, id_, _WORDS),
        *(st.builds(kind, id_) for kind in (do.ReviewAssignee, do.UndoMerge, do.AcceptSolution, do.RejectSolution)),
        *(st.builds(kind, id_) for kind in (do.PlanWork, do.LogTime, do.SendSurvey)),
        *(st.builds(kind, id_, kinds, other) for kind in (do.AddLink, do.RemoveLink)),
        st.builds(do.Split, id_, other, st.lists(refs, max_size=2).map(tuple)),
        *(st.builds(kind, id_, other) for kind in (do.Copy, do.FollowUp)),
        *(st.builds(kind, id_, _PEOPLE) for kind in (do.Watch, do.Unwatch, do.EraseSubject)),
        st.builds(do.ProposeSolution, id_, _WORDS),
        st.builds(do.LinkArticle, id_, _WORDS, st.sampled_from(("offered", "helped", "failed"))),
        st.builds(do.Rate, id_, st.integers(1, 5)),
        st.builds(do.Mute, id_, on=st.booleans()),
        st.builds(do.Redact, id_, st.sampled_from(("m-1", "m-2"))),
    )


def steps(lifecycle: Lifecycle, *, most: int = 12) -> st.SearchStrategy[tuple[Step, ...]]:
    """What people ask for over some days, at least three things, also at one instant and after a long silence.

    >>> steps(lifecycle).example()  # doctest: +SKIP
    """
    gaps = st.sampled_from((timedelta(0), timedelta(minutes=1), timedelta(hours=5), timedelta(days=2)))
    some = st.lists(st.builds(Step, gaps, st.sampled_from(ACTORS), commands(lifecycle)), min_size=3, max_size=most)
    return some.map(tuple)


@st.composite
def stories(draw: st.DrawFn, lifecycle: Lifecycle | None = None) -> Story:
    """Whole lives of a ticket under a lifecycle, given or drawn: legal logs, by construction.

    >>> stories().example().ticket  # doctest: +SKIP
    """
    held = draw(lifecycles()) if lifecycle is None else lifecycle
    return play(held, draw(steps(held)))
