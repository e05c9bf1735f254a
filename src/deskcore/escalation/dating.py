"""Dating one rung: from its trigger and a case to a due instant, or to the reason why there is none.

Not here: which rungs are asked (``plans``), what a trigger counts from (``anchors``), what holds a rung back
(``holding``), and what firing does (``firing``).

Layer: escalation. Imports its own room.
"""

from __future__ import annotations

from typing import Final

from deskcore._value import from_us, to_us
from deskcore.escalation.anchors import reached_us
from deskcore.escalation.board import Board, nth_key
from deskcore.escalation.holding import Held, gate_us, held_back
from deskcore.escalation.planned import Planned
from deskcore.escalation.rung import Rung
from deskcore.predicate import ALWAYS

BY_HAND: Final = "called for by hand"
"""Why a rung fires that somebody called for: at any hour."""
PAST = "past at the change that called for it, so it fires then"


def planned(rung: Rung, board: Board) -> Planned:
    """Where one rung stands. Total, but for names that nobody defines."""
    key = board.key(rung)
    number = 0
    if board.row.passes is not None or key in board.ledger.fired:
        found = _fired(rung, key, board)
        if isinstance(found, Planned):
            return found
        number = found
    silence = board.silences[rung.until]
    if silence is not None:
        return Planned(nth_key(key, number), rung, silence[0], why=silence[1], number=number)
    if board.called is not None:
        name = nth_key(key, number)
        if name in board.called:
            called = to_us(board.called[name])
            return Planned(name, rung, "ahead", called, called, BY_HAND, number)
    if rung.given is not ALWAYS and not rung.given.test(board.facts):
        return Planned(nth_key(key, number), rung, "waiting", why=rung.given.explain(board.facts).explain())
    reached = reached_us(rung, board)
    if not isinstance(reached, int):
        return Planned(nth_key(key, number), rung, reached[0], why=reached[1], number=number)
    if reached >= board.changed_us and rung.is_plain and not (number or board.hushes or board.has_past):
        return Planned(key, rung, "ahead", reached, reached)
    return _dated(key, rung, reached, board, number)


def _fired(rung: Rung, key: str, board: Board) -> Planned | int:
    """The rung as it fired for good, or else how many firings came before the next."""
    ledger, repeat = board.ledger, rung.repeat
    if board.row.passes is not None:
        number = board.pass_number
        name = nth_key(key, number)
        if name not in ledger.fired:
            return number
        done = to_us(ledger.fired[name])
        return Planned(name, rung, "fired", done, done, number=number)
    number = ledger.repeats.get(key, 0) + 1
    if repeat is not None and (repeat.times is None or number <= repeat.times):
        return number
    done = to_us(ledger.fired[key])
    return Planned(key, rung, "fired", done, done)


def _dated(key: str, rung: Rung, reached: int, board: Board, number: int) -> Planned:
    before = _too_early(rung, reached, board)
    if before:
        return Planned(key, rung, "ended", None, reached, before)
    floor, why = board.changed_us, PAST
    if rung.due.amount_us < 0:
        started = board.hold(rung.due.of or "").started_us
        if started > max(floor, reached):
            floor = started
            why = "the clock starts later than that, so it fires then"
    if not rung.is_free or board.hushes:
        return _held(key, rung, reached, floor, board, number)
    name = nth_key(key, number)
    if reached >= floor:
        return Planned(name, rung, "ahead", reached, reached, number=number)
    return Planned(name, rung, "ahead", floor, reached, why, number)


def _too_early(rung: Rung, reached: int, board: Board) -> str:
    """Why an instant lies in a past that never fires, if so."""
    if board.known_from_us is not None and reached < board.known_from_us:
        return "was due before the ticket came here"
    turned = board.ledger.hand.turned_at
    if turned and rung.axis in turned and reached < to_us(turned[rung.axis]):
        return "was due before the escalation was taken back"
    return ""


def _held(key: str, rung: Rung, reached: int, floor: int, board: Board, number: int) -> Planned:
    """A rung that repeats, or that a gate, hours, an empty roster or a quiet time may hold back.

    Of the firings of a repetition that were past at a change, or held together, only the latest is made up for.
    """
    passed = gate_us(rung, reached, board)
    if not isinstance(passed, int):
        return Planned(nth_key(key, number), rung, passed[0], None, reached, passed[1], number)
    first = due = passed
    repeat = rung.repeat
    if repeat is not None and repeat.from_look and number:
        first = due = to_us(board.ledger.looks.get(key, from_us(first)))
    elif repeat is not None:
        let_go = held_back(rung, first, board) if board.hushes else None
        if isinstance(let_go, Held) and rung.during is None:
            first = due = let_go.us  # a repetition counts from its own first firing
    if repeat is not None:
        due = repeat.nth_us(first, number, board.calendars) if number else first
        if due < floor:
            number = max(number, repeat.last_us(first, floor, board.calendars))
            due = repeat.nth_us(first, number, board.calendars)
    bare, due = due, max(due, floor)
    let_go = held_back(rung, due, board)
    if not isinstance(let_go, Held):
        return Planned(nth_key(key, number), rung, let_go[0], None, due, let_go[1], number)
    if repeat is not None and let_go.us > due:
        number = max(number, repeat.last_us(first, let_go.us, board.calendars))
    over = None if rung.lasts is None else reached + rung.lasts.microseconds
    if over is not None and let_go.us >= over:
        return Planned(nth_key(key, number), rung, "ended", None, due, "its time is over", number)
    why = let_go.why or (PAST if due > bare else "")
    late_from = let_go.us if let_go.us > due else None
    shown = due if rung.during is not None or let_go.us > due else bare
    name = nth_key(key, number)
    return Planned(
        name, rung, "ahead", let_go.us, shown, why, number, let_go.outcome, late_from_us=late_from, over_us=over
    )
