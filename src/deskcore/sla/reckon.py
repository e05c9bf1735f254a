"""Reckoning: from a cycle's marks and a calendar to what is used up, when it is due, and when it was breached.

Plain functions on integer microseconds of UTC. The one rule: due is the earliest instant at which the counted time
reaches the target; a cycle is breached at every later instant at which it is not fulfilled.

Layer: sla.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from deskcore.errors import NeverHappens
from deskcore.sla.meter import Meter, meter_of
from deskcore.sla.need import need_of
from deskcore.sla.setup import SlaSetup
from deskcore.sla.state import Cycle, Goal, Mark, Need, Terms

COUNTING: Final = frozenset({"running", "counted"})
_SETTLED: Final = frozenset({"stopped", "counted", "void", "cancelled"})


def reach(meter: Meter, start: int, amount: int) -> int | None:
    """The earliest instant from ``start`` on at which ``amount`` has been counted; for nothing, the first that counts.

    ``None``: never.
    """
    try:
        if amount:
            return meter.add_us(start, amount)
        return start if meter.is_open_us(start) else meter.next_change_us(start)
    except NeverHappens:
        return None


class Tally(NamedTuple):
    """What a cycle has used up, and when its target is, or will be, used up (``None``: not as it stands)."""

    used: int
    due: int | None


def tally(marks: tuple[Mark, ...], meter: Meter, need: int | None, until: int) -> Tally:
    """What the marks counted up to ``until``, and when they reach ``need``, in one go.

    A cycle that ended fulfilled while it ran, and sooner than that, is due when it would have been, had it gone on.
    """
    used = 0
    due: int | None = None
    last = len(marks) - 1
    for place, (start, _, state, _) in enumerate(marks):
        if state not in COUNTING:
            continue
        end = until if place == last else marks[place + 1].us
        if need is None or due is not None:
            used += meter.between_us(start, end) if end > start else 0
        elif place == last:
            here, due = _progress(meter, start, max(start, end), need - used)
            used += here
        elif end > start:
            here, found = _progress(meter, start, end, need - used)
            used += here
            if found is not None and (found <= end or (place == last - 1 and marks[last].state == "stopped")):
                due = found
    return _new(Tally, (used, due))


def _progress(meter: Meter, start: int, end: int, amount: int) -> tuple[int, int | None]:
    """What is counted from ``start`` to ``end``, and when ``amount`` has been counted since ``start``."""
    found = meter.progress_us(start, end, amount) if amount > 0 else None
    return (meter.between_us(start, end), reach(meter, start, amount)) if found is None else found


_new: Final = tuple.__new__  # half the time of calling the class


def reached(marks: tuple[Mark, ...], meter: Meter, need: int) -> int | None:
    """The earliest instant at which the marks have counted ``need``; the last one goes on until further notice."""
    left = need
    last = len(marks) - 1
    for place, (start, _, state, _) in enumerate(marks):
        if state not in COUNTING:
            continue
        if place == last:
            return reach(meter, start, left)
        end = marks[place + 1].us
        if end == start:
            continue
        here = meter.between_us(start, end)
        if here >= left:
            found = reach(meter, start, left)
            if found is not None and found <= end:
                return found
        left -= here
    return None


def line_of(marks: tuple[Mark, ...], meter: Meter, need: Need, grace: int = 0) -> int | None:
    """The earliest instant at which the marks fulfil a need, and ``grace`` on top of it: when it is due, mostly.

    A need that aims at an instant is due no earlier; pauses before it move it on, unless it is fixed.
    """
    floor = need.floor
    if floor is None:
        return reached(marks, meter, need.us + grace)
    if need.fixed:
        return _fixed(marks, floor if not grace else reach(meter, floor, grace))
    found = reached(marks, meter, need.us + grace) if grace or need.us else _fixed(marks, floor)
    return None if found is None else max(found, floor)


def shifted(need: Need, over: int) -> Need:
    """The need in terms of what the marks count, given by how much they overstate it (``carried``)."""
    return need if not over else need._replace(us=max(0, need.us + over))


def _fixed(marks: tuple[Mark, ...], due: int | None) -> int | None:
    """``due``, unless the cycle does not run then; at the earliest where it runs again."""
    if due is None:
        return None
    last = len(marks) - 1
    for place, mark in enumerate(marks):
        if mark.state in COUNTING and (place == last or marks[place + 1].us > due):
            return max(due, mark.us)
    return None


def live_from(marks: tuple[Mark, ...], us: int) -> int | None:
    """``us`` itself if the cycle is open then (its end included), else when it is taken up again (``None``: never)."""
    last = len(marks) - 1
    at = last
    while at >= 0 and marks[at].us >= us:
        at -= 1
    if at < 0 or marks[at].state not in _SETTLED:
        return us
    if marks[at].state == "counted":  # it counted as if it had been open: found out at the reopening
        return marks[at + 1].us
    for place in range(at + 1, last + 1):
        mark = marks[place]
        # Taken up and settled again in the same instant is not being open.
        if mark.state not in _SETTLED and (place == last or marks[place + 1].us > mark.us):
            return mark.us
    return None


def goals_of(cycle: Cycle, goals: tuple[Goal, ...]) -> tuple[Goal, ...]:
    """The goals a cycle was ever judged by: the one of its start and those that came before its end."""
    marks = cycle.marks
    if len(goals) == 1:
        return goals
    start, end = marks[0].us, marks[-1].us if marks[-1].state in _SETTLED else None
    first = 0
    for place, goal in enumerate(goals):
        if goal.since_us < start or (goal.since_us == start and _precedes(goal, cycle)):
            first = place
    if goals[first].terms.on_change == "frozen":
        return (goals[first],)
    later = tuple(goal for goal in goals[first + 1 :] if end is None or _reaches(goal, end, cycle))
    return (goals[first], *later)


def _precedes(goal: Goal, cycle: Cycle) -> bool:
    """Whether a goal of the instant at which a cycle began was there before it."""
    return goal.cycle < cycle.number or (goal.cycle == cycle.number and not goal.midway)


def _reaches(goal: Goal, end: int, cycle: Cycle) -> bool:
    """Whether a goal came before a cycle's end: of one instant, by what came first."""
    return goal.since_us < end or (goal.since_us == end and goal.cycle <= cycle.number)


def judged(cycle: Cycle, goals: tuple[Goal, ...], setup: SlaSetup) -> tuple[Goal, ...]:
    """The goals of ``goals_of``, with one more for each version of a calendar of which the last wins."""
    found = goals_of(cycle, goals)
    if all(goal.terms.on_calendar_change == "piecewise" for goal in found):
        return found
    last = cycle.marks[-1]
    end = last.us if last.state in _SETTLED else None
    spread = setup.spread(found)
    # What is judged only after its end has its first terms from then.
    return (spread[0], *(goal for goal in spread[1:] if end is None or goal.since_us <= end))


def carried(marks: tuple[Mark, ...], goals: tuple[Goal, ...], place: int, setup: SlaSetup) -> int:
    """By how much the marks overstate what is used up under a goal, because it took over what an older one counted.

    In microseconds of the goal's own measure; negative where they understate it.
    """
    if not place:
        return 0
    goal = goals[place]
    how = goal.terms.on_change
    if how not in {"carry", "carry_share"}:
        return 0
    calendar = setup.calendar(goal.terms.calendar)
    need = need_of(goal.terms, marks[0].us, calendar)
    if need is not None and need.floor is not None:
        return 0  # a date is a date, whatever was counted before
    before = goals[place - 1]
    theirs = setup.calendar(before.terms.calendar)
    past = tuple(mark for mark in marks if mark.us <= goal.since_us)
    used = tally(past, meter_of(before.terms, theirs), None, goal.since_us).used - carried(
        marks, goals, place - 1, setup
    )
    if how == "carry_share":
        old = need_of(before.terms, marks[0].us, theirs)
        used = round(used / old.us * need.us) if need is not None and old is not None and old.us else used
    return tally(past, meter_of(goal.terms, calendar), None, goal.since_us).used - used


class Crossing(NamedTuple):
    """A line that a cycle crossed: a warning's (``threshold`` names it) or due itself (``None``).

    ``us`` is the first instant at which it can be told, ``crossed_us`` the line's own, ``known_us`` since when it can
    be known, and ``goal`` what the cycle was judged by then.
    """

    threshold: str | None
    us: int
    crossed_us: int
    known_us: int
    goal: Goal


class _Memo(NamedTuple):
    """The crossings of a cycle, and what they were found for: those very objects, since they never change."""

    goals: tuple[Goal, ...]
    setup: SlaSetup
    found: tuple[Crossing, ...]


def crossings(cycle: Cycle, goals: tuple[Goal, ...], setup: SlaSetup) -> tuple[Crossing, ...]:
    """Every line the cycle crosses, past or to come if nothing happens, each once.

    A line that a change of goal moves into the past is crossed at the change, and one that is found crossed while the
    ticket was settled at its reopening: nothing is dated before its cause. Remembered on the cycle, so that a long life
    is not reckoned again at every look.
    """
    memo = cycle.memo
    if isinstance(memo, _Memo) and memo.goals is goals and memo.setup is setup:
        return memo.found
    found = tuple(_crossings(cycle, goals, setup))
    object.__setattr__(cycle, "memo", _Memo(goals, setup, found))
    return found


def _crossings(cycle: Cycle, goals: tuple[Goal, ...], setup: SlaSetup) -> Iterator[Crossing]:
    told: set[str | None] = set()
    marks, terms_in_order = cycle.marks, judged(cycle, goals, setup)
    for place, goal in enumerate(terms_in_order):
        until = terms_in_order[place + 1].since_us if place + 1 < len(terms_in_order) else None
        calendar = setup.calendar(goal.terms.calendar)
        meter, need = meter_of(goal.terms, calendar), need_of(goal.terms, marks[0].us, calendar)
        if need is None:
            continue
        over = carried(marks, terms_in_order, place, setup)
        for threshold, amount in (*lines(goal.terms, need.us), (None, need)):
            if threshold in told:
                continue
            found = _crossing(cycle, goal, meter, threshold, shifted(amount, over))
            if found is not None and (until is None or found.us < until):
                told.add(threshold)
                yield found


def breach(cycle: Cycle, goals: tuple[Goal, ...], setup: SlaSetup) -> Crossing | None:
    """When the cycle is breached, if ever: ``goals`` are those of ``judged``."""
    for place, goal in enumerate(goals):
        calendar = setup.calendar(goal.terms.calendar)
        need = need_of(goal.terms, cycle.marks[0].us, calendar)
        if need is None:
            continue
        meter, over = meter_of(goal.terms, calendar), carried(cycle.marks, goals, place, setup)
        found = _crossing(cycle, goal, meter, None, shifted(need, over))
        if found is not None and (place + 1 == len(goals) or found.us < goals[place + 1].since_us):
            return found
    return None


def _crossing(cycle: Cycle, goal: Goal, meter: Meter, threshold: str | None, need: Need) -> Crossing | None:
    marks = cycle.marks
    line = line_of(marks, meter, need, 0 if threshold else goal.terms.grace_us)
    if line is None:
        return None
    line = max(line, marks[0].us)  # a promised date may lie before the cycle itself
    # Reaching an amount is enough for a warning; due must have passed.
    us = line if threshold else line + 1
    crossed = line
    earliest = goal.since_us if cycle.judged_us is None else max(goal.since_us, cycle.judged_us)
    if earliest > us:
        us = crossed = earliest
    live = live_from(marks, us)
    if live is None:
        # Judged only after its end: it was late all the same, and that is known since it is judged.
        if threshold or marks[-1].state != "stopped" or not line < marks[-1].us < goal.since_us:
            return None
    elif live > us:
        us = crossed = live
    known = max((mark.known_us for mark in marks if mark.us <= us), default=us)
    return Crossing(threshold, us, crossed, max(us, known, goal.known_us), goal)


def lines(terms: Terms, whole: int) -> Iterator[tuple[str | None, Need]]:
    """The amounts at which to warn, with the words that name them in a signal's key; none for a target of zero."""
    if not whole:
        return
    for share in terms.warn_at:
        yield f"{share:g}", Need(round(whole * share))
    for left in terms.warn_left:
        if left.microseconds < whole:
            yield f"{left} left", Need(whole - left.microseconds)
