"""Strategies for lifecycles, commands and logs of a case, and the laws that every lifecycle keeps.

Hand your own lifecycle to ``stories`` and each ``check_*`` to the result; or draw lifecycles as well.

Layer: testing.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final, final

import attrs
from hypothesis import strategies as st

from deskcore._value import FrozenDict, to_us
from deskcore.hours import elapsed
from deskcore.log import Actor, Event, EventLog, Unknown
from deskcore.predicate import ALWAYS, Condition, InRange, Is
from deskcore.tickets import (
    Lifecycle,
    Party,
    PriorityTable,
    ReplyRule,
    Status,
    Ticket,
    Timer,
    Transition,
    allowed,
    decide,
    evolve,
    replay,
)
from deskcore.tickets import commands as do
from deskcore.tickets.action import Action
from deskcore.tickets.allowed import Option
from deskcore.tickets.decide import refusals
from deskcore.tickets.decided import Decided
from deskcore.tickets.due import TIMER, due_timers, next_timer
from deskcore.tickets.events import Assigned, FieldSet, Opened
from deskcore.tickets.events_beside import MessageRef
from deskcore.tickets.seal import Seal
from deskcore.tickets.status import PHASES, WAITS_FOR, Phase
from deskcore.tickets.timers import Basis
from deskcore.tickets.transition import Entry

NOON: Final = datetime(2026, 5, 22, 12, tzinfo=UTC)
"""The instant at which examples begin: a Friday."""

ACTORS: Final = (
    Actor.requester("ann"),
    Actor.agent("bo"),
    Actor.agent("cy", permissions=frozenset()),
    Actor.partner("di", desk="manila"),
    Actor("vi", "vendor"),
    Actor.admin("eve"),
    Actor.system(),
)
"""One actor of each role, and an agent who was granted nothing."""

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


def opening(
    ticket: str,
    *,
    at: datetime = NOON,
    requester: Party | str | None = "ann",
    status: Status | None = None,
    priority: str | None = "p3",
    lifecycle: str = "simple",
) -> Event:
    """The first event of a log, for examples and tests.

    >>> opening("T-1").type
    'opened'
    """
    party = Party(requester) if isinstance(requester, str) else requester
    data = Opened("it does not work", party, status or Status("New", "new"), lifecycle, priority=priority)
    return Event(ticket, 1, at, at, Actor.requester("ann"), data)


@final
@attrs.frozen
class Step:
    """One thing somebody asks for, some time after the one before."""

    after: timedelta
    actor: Actor
    command: do.Command


@final
@attrs.frozen
class Story:
    """Steps played to their end: the log they left, the ticket as it then is, and the answer to each step."""

    lifecycle: Lifecycle
    events: tuple[Event, ...]
    ticket: Ticket
    answers: tuple[Decided, ...]
    ended_at: datetime


def play(lifecycle: Lifecycle, steps: tuple[Step, ...], *, ticket: str = "T-1", start: datetime = NOON) -> Story:
    """Open a ticket and take the steps one by one, each after what the clock did until then.

    >>> from deskcore.presets import simple_lifecycle
    >>> story = play(simple_lifecycle(), (Step(timedelta(hours=1), Actor.agent("bo"), do.Resolve("T-1")),))
    >>> [event.type for event in story.events]
    ['opened', 'resolved']
    """
    ann = Actor.requester("ann")
    begun = decide(lifecycle, None, do.Open(ticket, subject="it does not work", requester="ann"), at=start, actor=ann)
    events = list(envelopes(ticket, 0, begun, start, ann))
    held, at, answers = replay(events), start, list[Decided]()
    for step in steps:
        at += step.after
        for dated in due_timers(lifecycle, held, at=at):
            events.append(Event(ticket, held.version + 1, dated.at, at, TIMER, dated.data))
            held = evolve(held, events[-1])
        answer = decide(lifecycle, held, step.command, at=at, actor=step.actor)
        answers.append(answer)
        for event in envelopes(ticket, held.version, answer, at, step.actor):
            events.append(event)
            held = evolve(held, event)
    return Story(lifecycle, tuple(events), held, tuple(answers), at)


def envelopes(ticket: str, version: int, decided: Decided, at: datetime, actor: Actor) -> tuple[Event, ...]:
    """What was decided as events that go on from ``version``.

    >>> envelopes("T-1", 0, Decided(), NOON, Actor.system())
    ()
    """
    return tuple(Event(ticket, version + place, at, at, actor, data) for place, data in enumerate(decided.events, 1))


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


def check_replay(events: tuple[Event, ...]) -> None:
    """Law: replaying a log gives the live ticket, step by step; its version counts the events.

    Raises:
        AssertionError: the law is broken.

    >>> check_replay((opening("T-1"),))
    """
    held: Ticket | None = None
    for event in events:
        held = evolve(held, event)
    assert held is not None, "there is no event"
    assert held == replay(events), "replay differs from the fold of evolve"
    assert held == replay(EventLog(events)), "replay of the log differs from replay of its events"
    assert held.version == len(events), f"version {held.version} after {len(events)} events"


def check_answer(lifecycle: Lifecycle, ticket: Ticket, step: Step, *, at: datetime) -> None:
    """Law: a command is accepted or refused, never both; it is refused exactly when the dry run says so, with reasons.

    Raises:
        AssertionError: the law is broken.

    >>> from deskcore.presets import simple_lifecycle
    >>> step = Step(timedelta(0), Actor.agent("bo"), do.Close("T-1"))
    >>> check_answer(simple_lifecycle(), replay([opening("T-1")]), step, at=NOON)
    """
    answer = decide(lifecycle, ticket, step.command, at=at, actor=step.actor)
    assert answer.accepted is not bool(answer.refusals), f"{answer} is neither accepted nor refused"
    assert answer.accepted or not (answer.events or answer.then), f"{answer} refuses and still does something"
    assert answer.refusals == refusals(lifecycle, ticket, step.command, at=at, actor=step.actor), "the dry run differs"
    assert answer == decide(lifecycle, ticket, step.command, at=at, actor=step.actor), "asked twice, answered twice"


def check_allowed(lifecycle: Lifecycle, ticket: Ticket, step: Step, *, at: datetime) -> None:
    """Law: every option is accepted once its needs are met, and what is accepted was an option.

    Raises:
        AssertionError: the law is broken.

    >>> from deskcore.presets import simple_lifecycle
    >>> step = Step(timedelta(0), Actor.agent("bo"), do.Resolve("T-1"))
    >>> check_allowed(simple_lifecycle(), replay([opening("T-1")]), step, at=NOON)
    """
    options = allowed(lifecycle, ticket, at=at, actor=step.actor)
    for option in options:
        held, command = meet(lifecycle, ticket, option, at=at)
        answer = decide(lifecycle, held, command, at=at, actor=step.actor)
        assert answer.accepted, f"{option} was offered, but: {answer.explain()}"
    command = step.command
    if isinstance(command, do.Post) and (command.visibility != "public" or command.auto_generated):
        return
    if decide(lifecycle, ticket, command, at=at, actor=step.actor).accepted:
        aimed = aim(command)
        asked = (command.TYPE, None if command.TYPE == "post" and aimed == ticket.status.name else aimed)
        assert asked in {(option.command, option.to) for option in options}, f"{command} was accepted but not offered"


def aim(command: do.Command) -> str | None:
    """What an option for this command would have as its ``to``.

    >>> aim(do.Move("T-1", "Closed"))
    'Closed'
    """
    if isinstance(command, do.Move):
        return command.to
    if isinstance(command, do.Post):
        return command.then
    if isinstance(command, do.Act):
        return command.action
    return command.reason if isinstance(command, do.Hold) else None


def meet(lifecycle: Lifecycle, ticket: Ticket, option: Option, *, at: datetime) -> tuple[Ticket, do.Command]:
    """The ticket and the command that meet every need of an option.

    >>> from deskcore.presets import simple_lifecycle
    >>> ticket = replay([opening("T-1")])
    >>> meet(simple_lifecycle(), ticket, Option("resolve"), at=NOON)[1]
    Resolve(ticket='T-1', code=None)
    """
    needs, id_, to = option.needs, ticket.id, option.to
    for need in needs:
        if need == "assignee":
            ticket = _with(ticket, Assigned("bo", ticket.team, ticket.desk), at)
        elif need.startswith("field."):
            ticket = _with(ticket, FieldSet(need.removeprefix("field."), "dust"), at)
    # A reason of nobody's: one that a status has needs for would bring those along.
    reason = "whim" if "reason" in needs else ""
    code = "fixed" if "code" in needs else None
    plain: dict[str, do.Command] = {
        "move": do.Move(id_, to or "-", reason=reason, code=code),
        "post": do.Post(
            id_, "m-9", then=to, reason=reason, code=code, follow_up="T-2" if "follow_up" in needs else None
        ),
        "hold": do.Hold(id_, to or "-"),
        "start": do.Start(id_),
        "resume": do.Resume(id_),
        "resolve": do.Resolve(id_, code=code),
        "close": do.Close(id_),
        "reopen": do.Reopen(id_),
        "cancel": do.Cancel(id_, why=reason),
        "assign": do.Assign(id_, "bo"),
        "unassign": do.Unassign(id_),
        "transfer": do.Transfer(id_, team="net"),
        "classify": do.Classify(id_, category="mail"),
        "set_impact_urgency": do.SetImpactUrgency(id_, 1, 1),
        "set_priority": do.SetPriority(id_, lifecycle.priorities[0] if lifecycle.priorities else "p1"),
        "set_field": _set_field(id_, lifecycle),
        "add_tag": do.AddTag(id_, "vip"),
        "remove_tag": do.RemoveTag(id_, "vip"),
        "change_party": do.ChangeParty(id_, Party("ann")),
        "tick": do.Tick(id_),
    }
    return ticket, plain.get(option.command) or _meet_rarer(id_, option)


def _set_field(id_: str, lifecycle: Lifecycle) -> do.SetField:
    spec = next(iter(lifecycle.fields), None)
    return do.SetField(id_, "cause", "dust") if spec is None else do.SetField(id_, spec.name, spec.example)


def _meet_rarer(id_: str, option: Option) -> do.Command:
    known: dict[str, do.Command] = {
        "act": do.Act(id_, option.to or "-", to="bo", code="fixed"),
        "set_subject": do.SetSubject(id_, "mail"),
        "review_assignee": do.ReviewAssignee(id_),
        "add_link": do.AddLink(id_, "related", "T-2"),
        "remove_link": do.RemoveLink(id_, "related", "T-2"),
        "undo_merge": do.UndoMerge(id_),
        "split": do.Split(id_, "T-2", (MessageRef("m-1", NOON, "requester"),)),
        "copy": do.Copy(id_, "T-2"),
        "follow_up": do.FollowUp(id_, "T-2"),
        "watch": do.Watch(id_, "bo"),
        "unwatch": do.Unwatch(id_, "bo"),
        "propose_solution": do.ProposeSolution(id_, "rebooted"),
        "accept_solution": do.AcceptSolution(id_),
        "reject_solution": do.RejectSolution(id_),
        "plan_work": do.PlanWork(id_),
        "log_time": do.LogTime(id_),
        "link_article": do.LinkArticle(id_, "kb-1"),
        "send_survey": do.SendSurvey(id_),
        "rate": do.Rate(id_, 4),
        "mute": do.Mute(id_),
        "redact": do.Redact(id_, "m-1"),
        "erase_subject": do.EraseSubject(id_, "person-1"),
    }
    return known[option.command]


def check_tick(lifecycle: Lifecycle, ticket: Ticket, *, at: datetime) -> None:
    """Law: ticking twice is ticking once; nothing happens before it is due; a late tick finds what timely ones do.

    Raises:
        AssertionError: the law is broken.

    >>> from deskcore.presets import simple_lifecycle
    >>> check_tick(simple_lifecycle(), replay([opening("T-1")]), at=NOON + timedelta(days=9))
    """
    due = due_timers(lifecycle, ticket, at=at)
    first = next_timer(lifecycle, ticket)
    assert bool(due) is (first is not None and first <= at), "the next timer is not the first that fires"
    if due:
        assert due[0].at == first, "the first firing is not dated when it was due"
        before = due[0].at - timedelta(microseconds=1)
        assert not due_timers(lifecycle, ticket, at=before), "something fires before it is due"
    assert all(a.at <= b.at for a, b in pairwise(due)), "firings are not in order of time"
    held = ticket
    for dated in due:
        assert due_timers(lifecycle, held, at=dated.at)[0] == dated, (
            "a timely tick finds something else than a late one"
        )
        held = evolve(held, Event(held.id, held.version + 1, dated.at, at, TIMER, dated.data))
    assert not due_timers(lifecycle, held, at=at), "a second tick does something"


def check_unknown(events: tuple[Event, ...], place: int) -> None:
    """Law: an event of a kind nobody knows never changes what is known, only the version.

    Raises:
        AssertionError: the law is broken.

    >>> check_unknown((opening("T-1"),), 0)
    """
    cut = 1 + place % len(events)
    stray = Unknown("acme.coffee_served", 1, '{"cups": 2}')
    before = events[cut - 1]
    shifted = (
        *events[:cut],
        attrs.evolve(before, seq=cut + 1, data=stray),
        *(attrs.evolve(event, seq=event.seq + 1) for event in events[cut:]),
    )
    plain, odd = replay(events), replay(shifted)
    assert odd.version == plain.version + 1, "an unknown event does not count"
    assert attrs.evolve(odd, version=plain.version) == plain, "an unknown event changed what is known"


def check_order(events: tuple[Event, ...]) -> None:
    """Law: no event is dated before the one that it follows, and none was recorded before it was true.

    Raises:
        AssertionError: the law is broken.

    >>> check_order((opening("T-1"),))
    """
    assert all(to_us(a.at) <= to_us(b.at) for a, b in pairwise(events)), "an event is dated before its cause"
    assert all(to_us(event.at) <= to_us(event.recorded_at) for event in events), "an event is known before it is true"


def _with(ticket: Ticket, data: Assigned | FieldSet, at: datetime) -> Ticket:
    return evolve(ticket, Event(ticket.id, ticket.version + 1, at, at, Actor.system(), data))
