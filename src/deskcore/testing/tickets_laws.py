"""The laws that every lifecycle keeps, each a function that fails where it is broken.

Laws of order and of merging are in ``tickets_orders``.

Layer: testing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import attrs

from deskcore._value import to_us
from deskcore.log import Actor, Event, EventLog, Unknown
from deskcore.testing.tickets_stories import NOON, Step
from deskcore.tickets import Lifecycle, Party, Ticket, allowed, decide, evolve, replay
from deskcore.tickets import commands as do
from deskcore.tickets.allowed import Option
from deskcore.tickets.decide import refusals
from deskcore.tickets.due import TIMER, due_timers, next_timer
from deskcore.tickets.events import Assigned, FieldSet, StatusChange
from deskcore.tickets.events_beside import MessageRef


def check_replay(events: tuple[Event, ...]) -> None:
    """Law: replaying a log gives the live ticket, step by step; its version counts the events.

    Raises:
        AssertionError: the law is broken.

    >>> from deskcore.testing.tickets_stories import opening
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

    >>> from deskcore.testing.tickets_stories import opening
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

    A wait that is put off, or goes on for another reason, leaves the ticket where it is: it is no option.

    Raises:
        AssertionError: the law is broken.

    >>> from deskcore.testing.tickets_stories import opening
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
    answer = decide(lifecycle, ticket, command, at=at, actor=step.actor)
    if any(isinstance(data, StatusChange) and data.status == ticket.status for data in answer.events):
        return
    if answer.accepted:
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

    >>> from deskcore.testing.tickets_stories import opening
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

    >>> from deskcore.testing.tickets_stories import opening
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

    >>> from deskcore.testing.tickets_stories import opening
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

    >>> from deskcore.testing.tickets_stories import opening
    >>> check_order((opening("T-1"),))
    """
    assert all(to_us(a.at) <= to_us(b.at) for a, b in pairwise(events)), "an event is dated before its cause"
    assert all(to_us(event.at) <= to_us(event.recorded_at) for event in events), "an event is known before it is true"


def _with(ticket: Ticket, data: Assigned | FieldSet, at: datetime) -> Ticket:
    return evolve(ticket, Event(ticket.id, ticket.version + 1, at, at, Actor.system(), data))
