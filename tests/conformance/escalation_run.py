"""Runs one case of escalation.json on a desk: events become commands, what the desk answers becomes records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, cast

import attrs

from deskcore._value import FrozenDict
from deskcore.desk import Desk
from deskcore.desk.case import Case as Held
from deskcore.desk.configuration import Configuration
from deskcore.desk.effects import Notify
from deskcore.desk.outcome import Accepted
from deskcore.escalation import Matrix
from deskcore.escalation.acknowledge import Acknowledge, WithdrawAcknowledgement
from deskcore.escalation.events import RungFired
from deskcore.escalation.recipients import Person
from deskcore.hours import Calendar
from deskcore.log import Actor
from deskcore.sla import PolicyBook, SlaPolicy, Target
from deskcore.staff import Staff
from deskcore.tickets import Status
from deskcore.tickets import commands as do
from deskcore.tickets.events import Transferred
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.simple import simple_lifecycle
from deskcore.tickets.transition import Transition
from tests.conformance.oncall import Row, instant, rows
from tests.conformance.runner import Json, NotExpressible, through_wire

Record = dict[str, Json]
LOG: Final = Person("log")
"""The last resort of every mechanism."""
HORIZON: Final = timedelta(days=12)
ENDLESS_HORIZON: Final = timedelta(days=4)
SYSTEM: Final = Actor.system()


@attrs.frozen
class Mechanism:
    """What a dialect builds: a matrix, the promise it hangs on, and how its rungs are called in records."""

    matrix: Matrix
    targets: tuple[Target, ...] = ()
    staff: Staff = attrs.field(factory=Staff)
    calendars: FrozenDict[Calendar] = attrs.field(factory=FrozenDict[Calendar])
    priorities: tuple[str, ...] = ()
    names: Mapping[str, Row] = attrs.field(factory=dict[str, Row])
    """By rung id the keys that its records carry; a rung without an entry is called by its id."""
    transfer: tuple[str, str] = ("reassign", "target")
    """The action that a transfer is, and the key of whom it goes to."""
    values: Mapping[str, Json] = attrs.field(factory=dict[str, Json])
    """Words that a record writes otherwise than a ticket holds them: tiers are numbers there."""
    extras: Mapping[str, tuple[Row, ...]] = attrs.field(factory=dict[str, tuple[Row, ...]])
    """By rung id further records that its firing is."""
    numbers: Mapping[str, int] = attrs.field(factory=dict[str, int])
    """By rung id the number of its first notice, where notices are numbered and told to all at once."""
    reminders: bool = False
    """Whether records say what a notice is: of a problem, a reminder of it, or of the recovery."""
    gates: frozenset[str] = frozenset()
    """The rungs that are gates: their records say whether they held the case up."""
    log_code: str = ""
    """The code of the record that a notice to the last resort is: where nobody is to be told, the log is."""
    silent: str = ""
    """The action that a rung is which does nothing."""
    one_a_look: bool = False
    drifts: bool = False


def lifecycle_of(mechanism: Mechanism, timeline: Json) -> Lifecycle:
    """The simple lifecycle, free to move anywhere, with the case's priorities and statuses."""
    plain = simple_lifecycle()
    named = {
        str(event["value"]): Status(str(event["value"]), "waiting", waits_for="requester")
        if event.get("pauses_clock", True)
        else Status(str(event["value"]), "active")
        for event in rows(timeline)
        if event["event"] == "status"
    }
    return attrs.evolve(
        plain,
        statuses=(*(status for status in plain.statuses if status.name not in named), *named.values()),
        transitions=(Transition("*", "*"),),
        replies=(),
        timers=(),
        priorities=mechanism.priorities or plain.priorities,
        default_priority=None,
        matrix=None,
    )


def desk_of(mechanism: Mechanism, timeline: Json) -> Desk:
    """The desk a mechanism runs on; its matrix, register and promise have been through wire."""
    return Desk(
        Configuration(
            lifecycles=(lifecycle_of(mechanism, timeline),),
            calendars=FrozenDict({"default": Calendar.always(), **mechanism.calendars}),
            book=PolicyBook((through_wire(SlaPolicy("promise", mechanism.targets)),) if mechanism.targets else ()),
            matrix=through_wire(mechanism.matrix),
            staff=through_wire(mechanism.staff),
        )
    )


@attrs.define
class Run:
    """One case as it goes: the cases of its tickets, and the records so far."""

    desk: Desk
    mechanism: Mechanism
    polled: bool
    cases: dict[str, Held] = attrs.field(factory=dict[str, Held])
    records: list[Record] = attrs.field(factory=list[Record])
    edited: bool = False
    waiting: list[Record] = attrs.field(factory=list[Record])
    """What became due at an event and is seen at the next poll."""

    def play(self, timeline: Json) -> None:
        """Every event in order, then silence up to the horizon."""
        at: datetime | None = None
        for event in rows(timeline):
            at = instant(event["at"])
            self._event(event, at)
        if at is not None and not self.polled:
            endless = any(rung.repeat and rung.repeat.times is None for rung in self.mechanism.matrix.rungs)
            self._look(at + (ENDLESS_HORIZON if endless else HORIZON))

    def note_gates(self, case: Held, at: datetime) -> None:
        """Whether each gate lets the case pass when it is reached, as things stand."""
        for entry in self.desk.plan(case, at=at):
            known = any(record.get("gate") == entry.key for record in self.records)
            if entry.rung.id not in self.mechanism.gates or entry.reached is None or entry.due is None or known:
                continue
            held = entry.due != entry.reached
            said: Record = {"action": "hold_until" if held else "continue", "until": entry.due if held else None}
            self.records.append({"at": entry.reached, "gate": entry.key, **said})

    def _event(self, event: Row, at: datetime) -> None:
        word = str(event["event"])
        ticket = str(event.get("ticket") or event.get("alert") or "T-1")
        if word in {"evaluate", "replay"}:
            self._look(at, one=word == "evaluate" and self.mechanism.one_a_look, replay=word == "replay")
            return
        if word == "event" and ticket in self.cases:
            return  # one more alert of a ticket that runs
        if word in _OPENINGS:
            if self.edited:
                raise NotExpressible("a ticket created under an edited policy")
            self._handle(ticket, _opening(event, ticket), at, event)
            return
        if word in {"edit_policy", "delete_step"}:
            self.edited = True  # a new policy is another desk's; a running ticket stays with this one
            return
        command = _COMMANDS.get(word)
        if command is None:
            raise NotExpressible(f"the event {word!r}")
        if ticket not in self.cases:
            raise NotExpressible(f"{word} of a ticket that was not created")
        self._handle(ticket, command(event, ticket), at, event)

    def _handle(self, ticket: str, command: do.Command, at: datetime, event: Row) -> None:
        actor = Actor.agent(str(event.get("by") or "agent"))
        answer = self.desk.handle(self.cases.get(ticket), command, at=at, actor=actor)
        if not isinstance(answer, Accepted):
            raise NotExpressible(f"{event['event']}: {answer.explain()}")
        if self.polled:
            self._between(answer, at)
        self.cases[ticket] = answer.case
        self.note_gates(answer.case, at)
        self._note(answer, None)

    def _between(self, answer: Accepted, at: datetime) -> None:
        """A desk also looks when it is told something; a mechanism that does not may differ."""
        if self.waiting:
            raise NotExpressible("a reaction that waits for the next poll, and something happens before it")
        if any(one.data.due != at for one in answer.events if isinstance(one.data, RungFired)):
            raise NotExpressible("a look that comes only with a poll, although something happens before it")

    def _look(self, at: datetime, *, one: bool = False, replay: bool = False) -> None:
        for ticket, case in list(self.cases.items()):
            answer = self.desk.handle(case, do.Tick(ticket), at=at, actor=SYSTEM)
            assert isinstance(answer, Accepted), answer
            fired = [event.data for event in answer.events if isinstance(event.data, RungFired)]
            if one and len(fired) + len(self.waiting) > 1:
                raise NotExpressible("one rung a look, however many are due")
            late = any(data.due != at for data in fired) or any(record["at"] != at for record in self.waiting)
            if self.polled and self.mechanism.drifts and late:
                raise NotExpressible("waits that count from a late firing instead of from the due instant")
            self.cases[ticket] = answer.case
            self.records += [{**record, "at": at} for record in self.waiting]
            self.waiting = []
            self._note(answer, at if self.polled else None, replay=replay)
            if self.polled:
                self._state(answer.case, at)

    def _note(self, answer: Accepted, look: datetime | None, *, replay: bool = False) -> None:
        """Records of everything that fired; dated at the look where the mechanism polls."""
        ticket = answer.case.id
        notices = [effect for effect in answer.effects if isinstance(effect, Notify)]
        firing: RungFired | None = None
        order = 0
        for told in answer.events:
            if isinstance(told.data, RungFired):
                firing, order = told.data, order + 1
                self._fired(firing, [one for one in notices if one.key == firing.key], ticket, look, order * replay)
            elif isinstance(told.data, Transferred) and firing is not None:
                action, key = self.mechanism.transfer
                self._add(
                    action,
                    firing,
                    ticket,
                    look,
                    order * replay,
                    **{key: self.mechanism.values.get(str(told.data.team), told.data.team)},
                )

    def _fired(self, firing: RungFired, notices: list[Notify], ticket: str, look: datetime | None, order: int) -> None:
        if not firing.actions and self.mechanism.silent and "passed over" not in firing.because:
            self._add(self.mechanism.silent, firing, ticket, look, order)
        for extra in self.mechanism.extras.get(firing.rung, ()):
            keys = {key: value for key, value in extra.items() if key != "action"}
            self._add(str(extra["action"]), firing, ticket, look, order, **keys)
        if firing.rung in self.mechanism.numbers:
            number = self.mechanism.numbers[firing.rung] + firing.number
            self._add("notify", firing, ticket, look, order, targets=list(firing.people), number=number)
            return
        for notice in notices:
            for person in notice.people:
                if person == LOG.id:
                    self._add("log", firing, ticket, look, order, code=self.mechanism.log_code)
                    continue
                what = "recovery" if firing.rung == "recovery" else "reminder" if firing.number else "problem"
                said: Row = {"what": what} if self.mechanism.reminders or what == "recovery" else {}
                self._add(notice.channel, firing, ticket, look, order, target=person, **said)

    def _add(
        self, action: str, firing: RungFired, ticket: str, look: datetime | None, order: int, **keys: Json
    ) -> None:
        named = self.mechanism.names.get(firing.rung, {"rung": firing.rung})
        where: Row = {} if ticket == "T-1" else {"ticket": ticket, "alert": ticket}
        numbered: Row = {"order": order} if order else {}
        into = self.waiting if self.polled and look is None else self.records
        into.append({"at": look or firing.due, "action": action, **named, **where, **numbered, **keys})

    def _state(self, case: Held, at: datetime) -> None:
        """What is next, in the order of the ladder."""
        entries = {entry.rung.id: entry for entry in self.desk.plan(case, at=at)}
        ladder = [rung.id for rung in self.mechanism.matrix.rungs]
        ahead = [name for name in ladder if name in entries and entries[name].state not in {"fired", "ended"}]
        self.records.append({"at": at, "action": "state", "pending_rung": ahead[0] if ahead else None})


# --- words

_OPENINGS: Final = frozenset({"created", "event", "problem", "sla_start"})


def _opening(event: Row, ticket: str) -> do.Command:
    priority = event.get("severity", event.get("priority"))
    return do.Open(ticket, subject="alert", priority=None if priority is None else str(priority))


def _closing(event: Row, ticket: str) -> do.Command:
    del event
    return do.Close(ticket)


_COMMANDS: Final[dict[str, Callable[[Row, str], do.Command]]] = {
    "ack": lambda _, ticket: Acknowledge(ticket),
    "unack": lambda _, ticket: WithdrawAcknowledgement(ticket),
    "close": _closing,
    "closed": _closing,
    "resolved": lambda _, ticket: do.Resolve(ticket),
    "solved": lambda _, ticket: do.Resolve(ticket),
    "pause": lambda _, ticket: do.Move(ticket, "Pending requester"),
    "resume": lambda _, ticket: do.Move(ticket, "Open"),
    "status": lambda event, ticket: do.Move(ticket, str(event["value"])),
    "taken_into_account": lambda _, ticket: do.Assign(ticket, "tech"),
    "modified": lambda _, ticket: do.SetField(ticket, "modified", True),
}


# --- comparing

OUTWARD: Final = frozenset(
    {"notify", "escalate", "assign_tier", "assign_role", "add_group", "reassign", "raise_priority"}
)
_NOT_COMPARED: Final = frozenset({"at", "from", "to", "action", "tolerance_seconds", "count", "accept", "note"})


def asked(desk: Desk, mechanism: Mechanism, entry: Row) -> bool:
    """An entry that is a question of its own: the mechanism begins at its instant."""
    run = Run(desk, mechanism, polled=False)
    run.play([{"at": entry["at"], "event": "created"}])
    return agrees(run.records, entry)


def agrees(records: list[Record], entry: Row) -> bool:
    """Whether a run contains the record that an entry asks for, or none of those it forbids."""
    action = entry["action"]
    if action == "none":
        low, high = instant(entry["from"]), instant(entry["to"])
        keys = {key: entry[key] for key in ("target", "rung", "alert", "ticket") if key in entry}
        return not any(
            low <= cast("datetime", record["at"]) <= high and record["action"] in OUTWARD and _matches(record, keys)
            for record in records
        )
    ranged = "at" not in entry
    keys = {key: value for key, value in entry.items() if key not in _NOT_COMPARED}
    if action == "raise_priority":
        keys |= {key: entry[key] for key in ("from", "to") if key in entry}
        ranged = False
    slack = timedelta(seconds=cast("float", entry.get("tolerance_seconds", 0)))
    low, high = (
        (instant(entry["from"]), instant(entry["to"]))
        if ranged
        else (instant(entry["at"]) - slack, instant(entry["at"]) + slack)
    )
    found = [
        record
        for record in records
        if record["action"] == action and low <= cast("datetime", record["at"]) <= high and _matches(record, keys)
    ]
    if "count" in entry:
        return len(found) == entry["count"]
    return bool(found) or _accepted(records, entry, low, high)


def _matches(record: Record, keys: Row) -> bool:
    return all(key in record and _same(key, record[key], value) for key, value in keys.items())


def _same(key: str, held: Json, wanted: Json) -> bool:
    if key == "until":
        return held == (None if wanted is None else instant(wanted))
    if key == "targets":
        return set(cast("list[str]", held)) == set(cast("list[str]", wanted))
    return held == wanted


def _accepted(records: list[Record], entry: Row, low: datetime, high: datetime) -> bool:
    words = cast("list[str]", entry.get("accept", []))
    if "stay" in words:
        return not any(
            record["action"] in OUTWARD and low <= cast("datetime", record["at"]) <= high for record in records
        )
    return "reject" in words and any(
        record["action"] == "reject" and low <= cast("datetime", record["at"]) <= high for record in records
    )
