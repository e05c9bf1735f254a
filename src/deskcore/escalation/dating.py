"""Dating one rung: from its trigger and a case to a due instant, or to the reason why there is none.

Not here: which rungs are asked (``plans``), what a trigger counts from (``anchors``), what holds a rung back
(``holding``), and what firing does (``firing``).

Layer: escalation. Imports its own room.
"""

from __future__ import annotations

from deskcore._value import from_us, to_us
from deskcore.escalation.anchors import reached_us
from deskcore.escalation.board import Board, Nowhere, nth_key
from deskcore.escalation.holding import Held, gate_us, held_back
from deskcore.escalation.matrix import Rung
from deskcore.escalation.planned import Planned
from deskcore.predicate import ALWAYS

_PAST = "past at the change that called for it, so it fires then"


def planned(rung: Rung, board: Board) -> Planned:
    """Where one rung stands. Total, but for names that nobody defines."""
    ledger, key = board.ledger, board.key(rung)
    number = 0
    if board.row.passes is not None:
        number = board.pass_number
        name = nth_key(key, number)
        if name in ledger.fired:
            done = ledger.fired[name]
            return Planned(name, rung, "fired", done, done, number=number)
    elif key in ledger.fired:
        done = ledger.fired[key]
        number = ledger.repeats.get(key, 0) + 1
        if rung.repeat is None or (rung.repeat.times is not None and number > rung.repeat.times):
            return Planned(key, rung, "fired", done, done)
    silence = silenced(rung, board)
    if silence is not None:
        return Planned(nth_key(key, number), rung, silence[0], why=silence[1], number=number)
    if ledger.hand.called:
        name = nth_key(key, number)
        if name in ledger.hand.called:
            called = ledger.hand.called[name]
            return Planned(name, rung, "ahead", called, called, "called for by hand", number)
    if rung.given is not ALWAYS and not rung.given.test(board.facts):
        return Planned(nth_key(key, number), rung, "waiting", why=rung.given.explain(board.facts).explain())
    reached = reached_us(rung, board)
    if not isinstance(reached, int):
        return Planned(nth_key(key, number), rung, reached[0], why=reached[1], number=number)
    return _dated(key, rung, reached, board, number)


def _dated(key: str, rung: Rung, reached: int, board: Board, number: int) -> Planned:
    before = _too_early(rung, reached, board)
    if before:
        return Planned(key, rung, "ended", None, from_us(reached), before)
    floor, why = board.changed_us, _PAST
    if rung.due.amount.microseconds < 0:
        started = board.clocks[rung.due.of or ""].started_at
        if started is not None and to_us(started) > max(floor, reached):
            floor = to_us(started)
            why = "the clock starts later than that, so it fires then"
    if not rung.is_plain or board.hushes:
        return _held(key, rung, reached, floor, board, number)
    name = nth_key(key, number)
    if reached >= floor:
        due = from_us(reached)
        return Planned(name, rung, "ahead", due, due, number=number)
    return Planned(name, rung, "ahead", from_us(floor), from_us(reached), why, number)


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
        return Planned(nth_key(key, number), rung, passed[0], None, from_us(reached), passed[1], number)
    first = due = passed
    repeat = rung.repeat
    if repeat is not None:
        let_go = held_back(rung, first, board) if board.hushes else None
        if isinstance(let_go, Held) and rung.during is None:
            first = due = let_go.us  # a repetition counts from its own first firing
        due = repeat.nth_us(first, number, board.calendars) if number else first
        if due < floor:
            number = max(number, repeat.last_us(first, floor, board.calendars))
            due = repeat.nth_us(first, number, board.calendars)
    bare, due = due, max(due, floor)
    let_go = held_back(rung, due, board)
    if not isinstance(let_go, Held):
        return Planned(nth_key(key, number), rung, let_go[0], None, from_us(due), let_go[1], number)
    if repeat is not None and let_go.us > due:
        number = max(number, repeat.last_us(first, let_go.us, board.calendars))
    why = let_go.why or (_PAST if due > bare else "")
    late_from = from_us(let_go.us) if let_go.us > due else None
    shown = due if rung.during is not None or let_go.us > due else bare
    name = nth_key(key, number)
    return Planned(
        name, rung, "ahead", from_us(let_go.us), from_us(shown), why, number, let_go.outcome, late_from=late_from
    )


def silenced(rung: Rung, board: Board) -> Nowhere | None:
    """Why a rung cannot fire whatever its date, if so."""
    phase, ledger = board.ticket.phase, board.ledger
    if phase in {"closed", "cancelled"}:
        return "ended", f"the ticket is {phase}"
    if ledger.hand.cancelled:
        return "ended", f"the escalation was cancelled by {ledger.hand.cancelled_by}"
    if phase == "resolved" and rung.until != "closed":
        return "suspended", "the ticket is resolved"
    if rung.until == "acked" and ledger.is_acknowledged:
        return "suspended", f"acknowledged by {ledger.acknowledged_by}"
    return None
