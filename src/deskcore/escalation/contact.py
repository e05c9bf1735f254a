"""Calling a person by rules of their own: after a rung has addressed them, message after message until somebody acts.

The rules stand with the person (``Agent.contact_rules``); a rung that addresses such a person begins them.

Layer: escalation. Imports staff and its own room.
"""

from __future__ import annotations

from collections.abc import Iterator

from deskcore._value import to_us
from deskcore.escalation.actions import Notify
from deskcore.escalation.board import Board, Hush
from deskcore.escalation.due import Due
from deskcore.escalation.ledger import Call
from deskcore.escalation.planned import Planned
from deskcore.escalation.recipients import Person
from deskcore.escalation.rung import Rung
from deskcore.staff import Staff
from deskcore.staff.agent import ContactRule


def message(rung: str, person: str, rule: ContactRule) -> Rung:
    """One message of one person after a rung, as a rung of its own.

    >>> from deskcore.hours import elapsed
    >>> print(message("lead", "mia", ContactRule("sms", elapsed(minutes=5))))
    lead: mia by sms +5m: 5m after rung lead: sms mia
    """
    name = f"{rung}: {person} by {rule.channel} +{rule.after}".replace("/", ":")
    return Rung(
        name, Due.after_rung(rung, rule.after), Notify(Person(person), rule.channel), until="acked", once="cycle"
    )


def rules_of(staff: Staff, person: str) -> tuple[ContactRule, ...]:
    """The rules by which somebody is called; none for strangers."""
    return staff.agent(person).contact_rules if staff.knows_agent(person) else ()


def messages(board: Board) -> Iterator[Planned]:
    """The messages of everybody whose own rules have begun, dated."""
    for call in board.ledger.calls:
        for person in call.people:
            for rule in rules_of(board.staff, person):
                found = _dated(call, person, rule, board)
                if found is not None:
                    yield found


def _dated(call: Call, person: str, rule: ContactRule, board: Board) -> Planned | None:
    due = to_us(call.at) + rule.after.microseconds
    if rule.since is not None and due <= to_us(rule.since):
        return None  # added too late for this call
    key = f"{call.key}@{person}/{rule.channel}/{rule.after.microseconds}"
    rung = message(call.rung, person, rule)
    if key in board.ledger.fired:
        done = to_us(board.ledger.fired[key])
        return Planned(key, rung, "fired", done, done, call=call.key)
    silence = board.silences["acked"]
    answered = board.ledger.hand.answered.get(person)
    if silence is None and answered is not None and to_us(call.at) <= to_us(answered):
        silence = ("ended", f"{person} has acknowledged")
    if silence is not None:
        return Planned(key, rung, silence[0], why=silence[1], call=call.key)
    snooze = next((hush for hush in board.hushes if _is_snooze(hush) and due < hush.end), None)
    if snooze is None:
        return Planned(key, rung, "ahead", due, due, call=call.key)
    return Planned(key, rung, "ahead", snooze.end, due, snooze.why, call=call.key)


def _is_snooze(hush: Hush) -> bool:
    return hush.start == 0
