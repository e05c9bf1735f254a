"""Answers to the commands on actions, solutions, watchers, effort, articles, ratings and privacy.

Layer: tickets.
"""

from __future__ import annotations

from deskcore.log import EventData
from deskcore.tickets import commands_beside as do
from deskcore.tickets import events as on
from deskcore.tickets._ask import Ask, Given, final_refusal, missing, sealed
from deskcore.tickets._moving import change
from deskcore.tickets.action import Action
from deskcore.tickets.decided import NOTHING, Decided
from deskcore.tickets.refusal import Refusal, among, refusal


def act(ask: Ask, command: do.Act) -> Decided:
    """A named action: its effects, then its move."""
    status, lifecycle = ask.ticket.status.name, ask.lifecycle
    rows = [row for row in lifecycle.actions if row.name == command.action]
    row = next((row for row in rows if status in row.sources), None)
    if row is None:
        known = among(dict.fromkeys(held.name for held in lifecycle.actions if status in held.sources))
        held = f"it is {status}, and {command.action} does not start from there"
        return Decided(refusals=(refusal("forbidden_transition", command.action, ask.ticket.id, held, known),))
    refusals = _act_refusals(ask, command, row)
    if refusals:
        return Decided(refusals=refusals)
    events = tuple(event for effect in row.effects for event in _effect(ask, command, effect))
    target = lifecycle.status(row.target)
    given = Given(code=command.code if "resolve" in row.effects else None)
    moved = () if target.name == status else (change(ask, target, given),)
    return Decided((*events, *moved))


def _act_refusals(ask: Ask, command: do.Act, row: Action) -> tuple[Refusal, ...]:
    found: tuple[Refusal, ...] = ()
    seal = ask.lifecycle.seal(ask.ticket.status.name, ask.actor.role)
    if seal is not None and command.TYPE not in seal.accepts:
        found += (sealed(ask, seal, command.action),)
    if row.permission is not None and not ask.actor.may(row.permission):
        held = f"{ask.actor.id} lacks the permission {row.permission}"
        accepted = f"somebody with {row.permission}"
        found += (refusal("permission", command.action, ask.ticket.id, held, accepted, permission=row.permission),)
    if "give" in row.effects and command.to is None:
        found += (missing("to", command.action, ask.ticket.id),)
    if "resolve" in row.effects and command.code is None:
        found += (missing("code", command.action, ask.ticket.id),)
    return found


def _effect(ask: Ask, command: do.Act, effect: str) -> tuple[EventData, ...]:
    place = ask.ticket.place
    if effect in {"take", "give"}:
        person = ask.actor.id if effect == "take" else command.to
        return () if person == place.assignee else (on.Assigned(person, place.team, place.desk),)
    code = command.code if effect == "resolve" else None
    return () if code == ask.ticket.resolution else (on.ResolutionSet(code),)


def set_subject(ask: Ask, command: do.SetSubject) -> Decided:
    """Call it something else."""
    refusals = final_refusal(ask, command)
    if refusals:
        return Decided(refusals=refusals)
    return NOTHING if command.subject == ask.ticket.subject else Decided((on.SubjectSet(command.subject),))


def watch(ask: Ask, command: do.Watch) -> Decided:
    """Somebody follows the ticket from here on, also one that is closed."""
    return NOTHING if command.who in ask.ticket.annex.watchers else Decided((on.WatcherAdded(command.who),))


def unwatch(ask: Ask, command: do.Unwatch) -> Decided:
    """Somebody does no more."""
    return Decided((on.WatcherRemoved(command.who),)) if command.who in ask.ticket.annex.watchers else NOTHING


def propose_solution(ask: Ask, command: do.ProposeSolution) -> Decided:
    """Record the solution; the lifecycle may lead on from it."""
    refusals = final_refusal(ask, command)
    if refusals:
        return Decided(refusals=refusals)
    return Decided((on.SolutionProposed(command.text, command.code), *_led(ask, "solution_proposed", command.code)))


def accept_solution(ask: Ask, command: do.AcceptSolution) -> Decided:
    """The solution is taken."""
    refusals = (*final_refusal(ask, command), *_unproposed(ask, command.TYPE))
    if refusals:
        return Decided(refusals=refusals)
    return Decided((on.SolutionAccepted(), *_led(ask, "solution_accepted")))


def reject_solution(ask: Ask, command: do.RejectSolution) -> Decided:
    """The solution is not taken."""
    refusals = (*final_refusal(ask, command), *_unproposed(ask, command.TYPE))
    if refusals:
        return Decided(refusals=refusals)
    return Decided((on.SolutionRejected(command.why), *_led(ask, "solution_rejected")))


def _unproposed(ask: Ask, verb: str) -> tuple[Refusal, ...]:
    if ask.ticket.annex.solution is not None or not ask.ticket.status.is_open:
        return ()
    held = f"it is {ask.ticket.status.name}, and no solution was proposed"
    return (refusal("wrong_phase", verb, ask.ticket.id, held, "propose_solution"),)


def plan_work(ask: Ask, command: do.PlanWork) -> Decided:
    """Record that work is planned; the lifecycle may lead on from it."""
    refusals = final_refusal(ask, command)
    if refusals:
        return Decided(refusals=refusals)
    return Decided((on.WorkPlanned(command.begin), *_led(ask, "work_planned")))


def _led(ask: Ask, happening: str, code: str | None = None) -> tuple[EventData, ...]:
    name = ask.lifecycle.enters.get(happening)
    if name is None or name == ask.ticket.status.name:
        return ()
    return (change(ask, ask.lifecycle.status(name), Given(code=code)),)


def log_time(ask: Ask, command: do.LogTime) -> Decided:
    """Add effort, also to a ticket that is closed."""
    del ask
    return Decided((on.TimeLogged(command.effort),))


def link_article(ask: Ask, command: do.LinkArticle) -> Decided:
    """Record what became of an article."""
    annex, article = ask.ticket.annex, command.article
    known = (
        article in annex.helped if command.how == "helped" else article in annex.articles and command.how == "offered"
    )
    return NOTHING if known else Decided((on.ArticleLinked(article, command.how),))


def send_survey(ask: Ask, command: do.SendSurvey) -> Decided:
    """Ask how it went, once the ticket is done."""
    refusals = _open_still(ask, command.TYPE)
    return Decided(refusals=refusals) if refusals else Decided((on.SurveySent(),))


def rate(ask: Ask, command: do.Rate) -> Decided:
    """Record how it went, once the ticket is done."""
    refusals = _open_still(ask, command.TYPE)
    return Decided(refusals=refusals) if refusals else Decided((on.Rated(command.score),))


def _open_still(ask: Ask, verb: str) -> tuple[Refusal, ...]:
    status = ask.ticket.status
    if not status.is_open:
        return ()
    held = f"it is {status.name}, which is {status.phase}"
    return (refusal("wrong_phase", verb, ask.ticket.id, held, "a ticket that is done", phase=status.phase),)


def mute(ask: Ask, command: do.Mute) -> Decided:
    """From here on the requester's messages change no status, or do again."""
    return NOTHING if command.on is ask.ticket.annex.muted else Decided((on.Muted(command.on),))


def redact(ask: Ask, command: do.Redact) -> Decided:
    """Record that a message's content is gone, whatever the ticket's status."""
    known = command.message_id in ask.ticket.annex.redacted
    return NOTHING if known else Decided((on.MessageRedacted(command.message_id, command.why),))


def erase_subject(ask: Ask, command: do.EraseSubject) -> Decided:
    """Put a pseudonym in the requester's place, whatever the ticket's status."""
    requester = ask.ticket.requester
    if requester is None or requester.id == command.pseudonym:
        return NOTHING
    return Decided((on.SubjectErased(command.pseudonym),))
