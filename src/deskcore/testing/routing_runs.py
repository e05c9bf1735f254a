"""Laws of routing that show over several decisions: turns, shares, caps, offers, gates, a place in line, replay.

Each drives a floor through what it asks about, with your policy and your ticket again and again, and says whether there
was anything to look at. Their names and those of the laws of one decision are in ``deskcore.testing.routing_claims``.

Layer: testing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

import attrs

from deskcore._value import FrozenDict, to_us
from deskcore.log import Actor, Event, EventData
from deskcore.routing import RoutingPolicy, Snapshot, WaitingFacts, gates_due
from deskcore.routing.backtest import Happening, Made, backtest
from deskcore.routing.capped import ShareCapped
from deskcore.routing.commit import commit, in_line
from deskcore.routing.contract import Committed, UnderBudget, UnderCap
from deskcore.routing.eligibility import UnderLimit
from deskcore.routing.events import Dequeued, OfferDeclined, Queued, Released, ShareServed
from deskcore.routing.gate import Gate
from deskcore.routing.line import InLine
from deskcore.routing.policy import FirstOf
from deskcore.routing.requirement import Requirement, conjuncts
from deskcore.routing.share import Blend, share_error
from deskcore.routing.signals import WaitingCount

_SYSTEM: Final = Actor.system()
_AT_ONCE: Final = timedelta(0)
_MANY: Final = 60


def told(floor: Snapshot, *facts: EventData) -> Snapshot:
    """The floor after some more facts, all of its own instant.

    >>> from datetime import UTC
    >>> from deskcore.staff import Agent, Staff
    >>> from deskcore.staff.events import SignedOn
    >>> empty = Snapshot(at=datetime(2026, 5, 22, tzinfo=UTC), staff=Staff(agents=(Agent("bo"),)))
    >>> told(empty, SignedOn("bo")).presence.present()
    ('bo',)
    """
    presence, routing = floor.presence, floor.routing
    for data in facts:
        event = Event("floor", 1, floor.at, floor.at, _SYSTEM, data)
        presence, routing = presence.step(event), routing.step(event)
    return attrs.evolve(floor, presence=presence, routing=routing)


def again_and_again(
    policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot, times: int, *, apart: timedelta = _AT_ONCE
) -> Iterator[Made]:
    """Decide tickets like one given, one after the other, each finished as soon as it is placed; nobody else waits.

    So with nothing ``apart`` the same people are eligible for every one of them, but for what a policy counts.
    """
    floor = attrs.evolve(floor, routing=attrs.evolve(floor.routing, waiting=FrozenDict[WaitingFacts]()))
    for number in range(times):
        one = attrs.evolve(ticket, ticket=f"{ticket.ticket}~{number}")
        floor = told(attrs.evolve(floor, at=floor.at + apart) if number else floor, Queued(one))
        decision = policy.decide(one, floor)
        yield Made(floor.at, decision, floor)
        done = (Released(one.ticket),) if decision.places or decision.kind == "offer" else (Dequeued(one.ticket),)
        floor = told(floor, *commit(decision, one).floor, *done)


def check_turns_are_fair(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 8: over a constant set of eligible, counts differ by one at most, and nobody is second before all were first.

    Raises:
        AssertionError: somebody had a turn too many.
    """
    counts: Counter[str] = Counter()
    for made in again_and_again(policy, ticket, floor, 2 * len(floor.staff.agents) + 1):
        if made.decision.kind not in {"assign", "offer"}:
            break
        last = policy.trace(made.floor.routing.waiting[made.decision.ticket], made.floor)[-1]
        eligible = {ruling.candidate for ruling in last.rulings if ruling.is_eligible}
        if counts and eligible != set(counts):
            break  # the law speaks of a constant set
        counts.update(dict.fromkeys(eligible, 0))
        counts[made.decision.agent or ""] += 1
        assert max(counts.values()) - min(counts.values()) <= 1, f"turns are {dict(counts)}"
    return sum(counts.values()) > 1


def check_shares_are_kept(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 9: shares stay within a ticket, no cap is passed in any window, a commitment is met while it can be.

    Raises:
        AssertionError: a share, a cap, a budget, a limit or a commitment was not kept.
    """
    nodes = tuple(_inside(policy))
    blends = {one.id: one for one in nodes if isinstance(one, Blend) and len(one.portions) > 1}
    said = Counter(map(str, nodes))  # a decision names its step in words: of two that say the same nothing is known
    limits = [(one, limit) for one in nodes if said[str(one)] == 1 for limit in _limits(one)]
    promised = _promised(policy)
    capped = _outermost(policy)
    if not (blends or limits or promised or isinstance(capped, ShareCapped)):
        return False
    fresh = attrs.evolve(floor, routing=attrs.evolve(floor.routing, shares=FrozenDict[FrozenDict[int]]()))
    turns = min(_MANY, max([12, *(2 * sum(p.weight for p in one.portions) for one in blends.values())]))
    at_once = list(again_and_again(policy, ticket, fresh, turns))
    found = [_share_kept(name, at_once) for name in blends]
    for step, limit in limits:
        found += [_limit_kept(step, limit, made) for made in (at_once, _spread(policy, ticket, fresh, limit))]
    if promised is not None:
        found.append(_commitment_kept(promised, at_once))
    if isinstance(capped, ShareCapped):
        found.append(_cap_kept(capped, at_once))
    return any(found)


def _inside(policy: RoutingPolicy) -> Iterator[RoutingPolicy]:
    yield policy
    for _, part in policy.parts_by_label():
        yield from _inside(part)


def _limits(policy: RoutingPolicy) -> Iterator[Requirement]:
    requires = getattr(policy, "requires", None)
    parts = conjuncts(requires) if isinstance(requires, Requirement) else ()
    yield from (part for part in parts if isinstance(part, (UnderLimit, UnderCap, UnderBudget)))


def _spread(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot, limit: Requirement) -> list[Made]:
    """Decisions over some lengths of the limit's window."""
    window = timedelta(microseconds=limit.window.microseconds) if isinstance(limit, UnderLimit) else timedelta(days=9)
    return list(again_and_again(policy, ticket, floor, 12, apart=window / 3))


def _share_kept(name: str, made: list[Made]) -> bool:
    turns = [
        mark for one in made for mark in one.decision.marks if isinstance(mark, ShareServed) and mark.share == name
    ]
    constant = [turn for turn in turns if turn.among == turns[0].among]
    if len(constant) < len(turns) or len(turns) < len(made):
        return False  # the law speaks of a constant set
    error = share_error([turn.member for turn in turns], turns[0].among) if turns else 0
    assert error < 1, f"share {name} is off by {error} of a ticket"
    return len(turns) > 1 and len(turns[0].among) > 1


def _limit_kept(step: RoutingPolicy, limit: Requirement, made: list[Made]) -> bool:
    """Counts what the step decided, in every window, whatever it told the floor to remember."""
    assert isinstance(limit, (UnderLimit, UnderCap, UnderBudget))
    given = [one for one in made if one.decision.policy == str(step) and _whom(one) is not None]
    for end in given:
        if isinstance(limit, UnderLimit):
            window = timedelta(microseconds=limit.window.microseconds)
            there = [one for one in given if end.at - window < one.at <= end.at]
        else:
            period = limit.period.name(end.at)
            there = [one for one in given if limit.period.name(one.at) == period and one.at <= end.at]
        shared = isinstance(limit, UnderLimit) and limit.shared
        mine = [one for one in there if shared or _whom(one) == _whom(end)]
        spent = _spent(limit, end.floor, mine)
        assert spent <= limit.most, f"{limit.id} lets {spent} through, of at most {limit.most}"
    return bool(given)


def _whom(made: Made) -> str | None:
    return made.decision.agent or made.decision.desk


def _spent(limit: Requirement, floor: Snapshot, mine: list[Made]) -> Decimal | int:
    if not isinstance(limit, UnderBudget):
        return len(mine)
    who = (
        floor.agent(one.decision.agent) if one.decision.agent else floor.desk(one.decision.desk or "") for one in mine
    )
    return sum((candidate.cost or Decimal(0) for candidate in who), Decimal(0))


def _outermost(policy: RoutingPolicy) -> RoutingPolicy:
    match policy:
        case InLine():
            return _outermost(policy.policy)
        case FirstOf() if policy.steps:
            return _outermost(policy.steps[0])
        case _:
            return policy


def _promised(policy: RoutingPolicy) -> Committed | None:
    found = _outermost(policy)
    return found if isinstance(found, Committed) else None


def _cap_kept(capped: ShareCapped, made: list[Made]) -> bool:
    own, whole = capped.counted(made[0].floor)
    for one in made:
        ticket = one.floor.routing.waiting[one.decision.ticket]
        alone = capped.partner.answer(ticket, one.floor)
        if not (one.decision.places or one.decision.kind == "offer"):
            continue
        whole += 1
        same = (alone.agent, alone.desk) == (one.decision.agent, one.decision.desk)
        if same and capped.is_partners(alone):
            own += 1
            assert 100 * own <= capped.most * whole, f"{own} of {whole} went to {capped.id}, at most {capped.most} %"
    return whole > 0


def _commitment_kept(promised: Committed, made: list[Made]) -> bool:
    owed = promised.least - promised.met(made[0].floor)
    for one in made[: max(0, owed)]:
        ticket = one.floor.routing.waiting[one.decision.ticket]
        if promised.partner.would(ticket, one.floor) not in {"assign", "hand_off", "offer"}:
            return False  # not enough came that the partner can take
        alone = promised.partner.answer(ticket, one.floor)
        given = (one.decision.agent, one.decision.desk)
        assert given == (alone.agent, alone.desk), f"commitment {promised.id} is not met first"
    return owed > 0


def check_nobody_starves(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 10: a ticket is overtaken only by tickets that were opened at most their head start after it.

    Raises:
        AssertionError: one was overtaken by a later one.
    """
    line = policy.line()
    if line is None:
        return False
    steps = (timedelta(0), timedelta(minutes=1), timedelta(hours=1), timedelta(days=2))
    priorities = {ticket.priority, *(one.priority for one in floor.routing.waiting.values()), "p1", "p2", "p3"}
    waiting = list(floor.routing.waiting.values())
    for place, priority in enumerate(sorted(priorities, key=str)):
        for step in steps:
            name = f"{ticket.ticket}~{place}~{step}"
            waiting.append(
                attrs.evolve(
                    ticket, ticket=name, priority=priority, priority_rank=place, opened_at=ticket.opened_at + step
                )
            )
    ordered = line.ordered(waiting)
    for place, later in enumerate(ordered):
        for before in ordered[:place]:
            gained = to_us(before.opened_at) - to_us(later.opened_at)
            assert gained <= max(0, line.head_start(before)), f"{later.ticket} is overtaken by {before.ticket}"
    return True


def check_gates_are_steady(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 11: one reading never switches twice, and between two switches lie as many moves as between the thresholds.

    Raises:
        AssertionError: a gate flaps.
    """
    for gate in policy.gates():
        assert gate.off <= gate.on, f"{gate} is open and closed at once"
        switched = told(floor, *(change.data for change in gates_due([gate], floor)))
        assert gates_due([gate], switched) == (), f"{gate} switches twice on one reading"
        reading = gate.signal.reading(floor)
        assert reading == gate.signal.reading(floor), f"{gate} reads differently twice"
        if isinstance(gate.signal, WaitingCount) and gate.on <= _MANY:
            _walk_the_line(gate, ticket, floor)
    return bool(policy.gates())


def _walk_the_line(gate: Gate, ticket: WaitingFacts, floor: Snapshot) -> None:
    """Fill the line one by one, empty it, and fill it again; look at where the gate switches."""
    routing = attrs.evolve(floor.routing, waiting=FrozenDict[WaitingFacts](), gates=FrozenDict[datetime]())
    floor = attrs.evolve(floor, routing=routing)
    names = [f"{ticket.ticket}~{number}" for number in range(int(gate.on) + 2)]
    moves: list[EventData] = [Queued(attrs.evolve(ticket, ticket=name)) for name in names]
    moves += [Dequeued(name) for name in names]
    counts: list[float] = []
    for move in (*moves, *moves):
        floor = told(floor, move)
        due = gates_due([gate], floor)
        counts += [gate.signal.reading(floor)] * len(due)
        floor = told(floor, *(change.data for change in due))
    for one, other in pairwise(counts):
        assert abs(one - other) >= gate.on - gate.off, f"{gate} switches at {one:g} and again at {other:g}"


def check_offers_are_bounded(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 12: who turned a ticket down is not given it again at once, no desk has it twice, and the asking ends.

    Raises:
        AssertionError: somebody was asked twice, or it goes on without end.
    """
    floor, asked = told(floor, Queued(ticket)), list[str]()
    for _ in range(len(floor.staff.agents) + len(floor.staff.partners) + 1):
        waiting = floor.routing.waiting[ticket.ticket]
        decision = policy.decide(waiting, floor)
        whom = decision.agent or decision.desk
        if whom is None or not (decision.places or decision.kind == "offer"):
            return bool(asked)
        assert whom not in asked, f"{whom} is asked again at once"
        asked.append(whom)
        floor = told(floor, *commit(decision, waiting).floor)
        if decision.agent is not None:
            floor = told(floor, OfferDeclined(ticket.ticket, decision.agent))
        else:  # a desk gives it back: the ticket knows where it was
            back = attrs.evolve(waiting, tried=(*waiting.tried, whom))
            floor = told(floor, Released(ticket.ticket), Queued(back))
    raise AssertionError(f"{ticket.ticket} goes from one to the other without end")


def check_places_are_kept(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 13: a place in line survives news, an offer turned down, a return from a desk, and time.

    Raises:
        AssertionError: the order of the line changed.
    """
    floor = told(floor, Queued(ticket))
    before = [one.ticket for one in in_line(policy, floor)]
    decision = policy.decide(ticket, floor)
    news = told(floor, Queued(attrs.evolve(ticket, tried=(*ticket.tried, "somebody"), queued_at=floor.at)))
    later = attrs.evolve(floor, at=floor.at + timedelta(hours=3))
    returned = [news, later]
    if decision.agent is not None and (decision.places or decision.kind == "offer"):
        taken = told(floor, *commit(decision, ticket).floor)
        returned.append(told(taken, OfferDeclined(ticket.ticket, decision.agent)))
    elif decision.kind == "hand_off":
        returned.append(told(floor, *commit(decision, ticket).floor, Queued(ticket)))
    for after in returned:
        assert [one.ticket for one in in_line(policy, after)] == before, f"{ticket.ticket} lost its place"
    return len(before) > 1


def check_replays_alike(policy: RoutingPolicy, ticket: WaitingFacts, floor: Snapshot) -> bool:
    """Law 15: run again, the same happenings give the same decisions, and every floor decides as it did.

    Raises:
        AssertionError: a replay differs.
    """
    came = [attrs.evolve(ticket, ticket=f"{ticket.ticket}~{number}") for number in range(3)]
    happened = [
        Happening(floor.at + timedelta(minutes=minute), Queued(one))
        for minute, one in zip((0, 0, 7), came, strict=True)
    ]
    until = floor.at + timedelta(minutes=30)
    first, second = (backtest(policy, floor, happened, until=until) for _ in range(2))
    assert first.decisions == second.decisions, "the same happenings give other decisions"
    for made in first.decisions:
        again = policy.decide(made.floor.routing.waiting[made.decision.ticket], made.floor)
        assert again == made.decision, f"{made.decision.ticket} would be decided otherwise on the same floor"
    return bool(first.decisions)
