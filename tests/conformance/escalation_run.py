"""Runs one case of escalation.json on a desk: events become commands, what the desk answers becomes records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, TypeVar, cast

import attrs

from deskcore._value import FrozenDict
from deskcore.desk import Desk
from deskcore.desk.case import Case as Held
from deskcore.desk.configuration import Configuration
from deskcore.desk.effects import Notify, RouteNext
from deskcore.desk.floor import Floor
from deskcore.desk.outcome import Accepted, Refused, Routed
from deskcore.escalation import Matrix
from deskcore.escalation.acknowledge import Acknowledge, WithdrawAcknowledgement
from deskcore.escalation.byhand import Alert, Escalate
from deskcore.escalation.contact import message
from deskcore.escalation.events import PoolTurned, RungFired
from deskcore.escalation.gates import Quiet
from deskcore.escalation.recipients import Person
from deskcore.hours import Calendar, ElapsedDuration, elapsed
from deskcore.log import Actor, Event
from deskcore.predicate import ALWAYS, where
from deskcore.sla import PolicyBook, SlaPolicy, Target
from deskcore.staff import Agent, Staff
from deskcore.staff.agent import ContactRule
from deskcore.tickets import Status
from deskcore.tickets import commands as do
from deskcore.tickets.events import PrioritySet, Transferred
from deskcore.tickets.facts import FIELD_PREFIX
from deskcore.tickets.lifecycle import Lifecycle
from deskcore.tickets.simple import simple_lifecycle
from deskcore.tickets.transition import Transition
from tests.conformance.oncall import Row, instant, only, rows
from tests.conformance.runner import Json, NotExpressible, through_wire

T = TypeVar("T")
Record = dict[str, Json]
LOG: Final = Person("log")
"""The last resort of every mechanism."""
HORIZON: Final = timedelta(days=12)
ENDLESS_HORIZON: Final = timedelta(days=4)
SYSTEM: Final = Actor.system()
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FAR: Final = datetime(2199, 1, 1, tzinfo=UTC)
"""An end that is not known yet."""


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
    counting: frozenset[str] = frozenset()
    """The rungs that are gates for counts: their records say that they hold the case up."""
    quiet: tuple[Quiet, ...] = ()
    past_end: str = "reject"
    """The action that moving up past the end is."""
    is_snapshot: bool = True
    last_of_pool: str | None = None
    without: Callable[[frozenset[int], frozenset[str]], Mechanism] | None = None
    """A chain without some of its steps, by place, but for those that have begun, by name."""


def minutes(value: Json) -> ElapsedDuration:
    """An amount of minutes."""
    return elapsed(minutes=cast("float", value))


def is_polled(config: Row) -> bool:
    """Section 2."""
    return word(config, "evaluation", {"continuous": False, "polled": True}, "continuous")


def word(config: Row, key: str, words: Mapping[str | None, T], otherwise: str | None) -> T:
    """What a word of a config means; a word that the format does not know is refused."""
    given = cast("str | None", config.get(key, otherwise))
    if given not in words:
        raise NotExpressible(f"{key} {given!r}")
    return words[given]


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
    known = mechanism.priorities or plain.priorities
    given = (event.get("severity", event.get("priority")) for event in rows(timeline))
    others = dict.fromkeys(str(one) for one in given if one is not None and str(one) not in known)
    return attrs.evolve(
        plain,
        statuses=(*(status for status in plain.statuses if status.name not in named), *named.values()),
        transitions=(Transition("*", "*"),),
        replies=(),
        timers=(),
        priorities=(*known, *others),
        default_priority=None,
        matrix=None,
    )


def desk_of(mechanism: Mechanism, timeline: Json, *, polled: bool = False) -> Desk:
    """The desk a mechanism runs on; its matrix, register and promise have been through wire."""
    return Desk(
        Configuration(
            lifecycles=(lifecycle_of(mechanism, timeline),),
            calendars=FrozenDict({"default": Calendar.always(), **mechanism.calendars}),
            book=PolicyBook((through_wire(_promise(mechanism, timeline)),) if mechanism.targets else ()),
            matrix=through_wire(mechanism.matrix),
            staff=through_wire(mechanism.staff),
            quiet=tuple(map(through_wire, mechanism.quiet)),
            climbs="on_tick" if polled else "whenever",
        )
    )


def _promise(mechanism: Mechanism, timeline: Json) -> SlaPolicy:
    """The promise; one that is attached later is for the tickets that say so, from their opening on."""
    later = any(event["event"] == "sla_attached" for event in rows(timeline))
    when = where(**{f"{FIELD_PREFIX}sla": True}) if later else ALWAYS
    return SlaPolicy("promise", mechanism.targets, when=when)


@attrs.define
class Run:
    """One case as it goes: the cases of its tickets, and the records so far."""

    desk: Desk
    mechanism: Mechanism
    polled: bool
    build: Callable[[Row], Mechanism] | None = None
    config: Row = attrs.field(factory=dict[str, Json])
    cases: dict[str, Held] = attrs.field(factory=dict[str, Held])
    records: list[Record] = attrs.field(factory=list[Record])
    floor: Floor = attrs.field(factory=Floor)
    living: dict[str, Desk] = attrs.field(factory=dict[str, Desk])
    """The desk of each ticket: an edited policy is for those that come after it."""
    gone: frozenset[int] = frozenset()
    """The steps deleted from a chain."""
    timeline: Json = None
    looked: datetime | None = None
    """When the latest look was, until something happens."""

    def play(self, timeline: Json) -> None:
        """Every event in order, then silence up to the horizon."""
        self._begin()
        self.timeline = timeline
        at: datetime | None = None
        for event in _with_its_clock(rows(timeline)):
            at = instant(event["at"])
            if not self.polled:
                self._pass_time(at)
            self._event(event, at)
        if at is not None and not self.polled:
            self._pass_time(at + (ENDLESS_HORIZON if _is_endless(self.mechanism.matrix) else HORIZON))

    def _begin(self) -> None:
        last = self.mechanism.last_of_pool
        if last is not None:
            self.floor = self.floor.step(Event("floor", 1, EPOCH, EPOCH, SYSTEM, PoolTurned("pool", last)))

    def _pass_time(self, until: datetime) -> None:
        """Look whenever something changes, as a host does that sets a timer."""
        while True:
            wakes = [(self._next(ticket), ticket) for ticket in self.cases]
            due = min(((wake, ticket) for wake, ticket in wakes if wake is not None and wake <= until), default=None)
            if due is None:
                return
            self._look(due[0], [due[1]])

    def _next(self, ticket: str) -> datetime | None:
        case = self.cases[ticket]
        return self.living[ticket].next_change(case, at=case.recorded_at)

    def note_gates(self, case: Held, at: datetime) -> None:
        """Whether each gate lets the case pass when it is reached, as things stand."""
        for entry in self.living[case.id].plan(case, at=at):
            name = entry.rung.id
            if name in self.mechanism.counting and entry.state == "waiting" and entry.reached is not None:
                known = any(record.get("gate") == entry.key for record in self.records)
                seen = at if known or self.polled else entry.reached
                self.records.append({"at": seen, "gate": entry.key, "action": "pause"})
            known = any(record.get("gate") == entry.key for record in self.records)
            if name not in self.mechanism.gates or entry.reached is None or entry.due is None or known:
                continue
            held = entry.due != entry.reached
            told: Record = {"action": "hold_until" if held else "continue", "until": entry.due if held else None}
            self.records.append({"at": at if self.polled else entry.reached, "gate": entry.key, **told})

    def _event(self, event: Row, at: datetime) -> None:
        word = str(event["event"])
        only(event, f"at event ticket alert by {EVENT_WORDS.get(word, '')}", f"the event {word}")
        ticket = str(event.get("ticket") or event.get("alert") or "T-1")
        if word in {"evaluate", "replay"}:
            one = word == "evaluate" and self.mechanism.one_a_look
            if not (one and self.looked == at):  # another worker at the same instant finds the work done
                self._look(at, one=one, replay=word == "replay")
            self.looked = at
            return
        self.looked = None
        if word in _OPENINGS and ticket not in self.cases:
            self._handle(ticket, _opening(event, ticket), at, event)
            if word == "event":
                self._handle(ticket, Alert(ticket), at, event)
        elif word in {"edit_policy", "delete_step"}:
            self._edit(event, word)
        elif word in _QUIET:
            self._quiet(event, word, at)
        elif word == "add_rule":
            self._add_rule(event, at)
        else:
            self._command(event, word, ticket, at)

    def _command(self, event: Row, word: str, ticket: str, at: datetime) -> None:
        if word in _OPENINGS and word != "event":
            raise NotExpressible(f"{word} of a ticket that runs")
        if ticket not in self.cases:
            raise NotExpressible(f"{word} of a ticket that was not created")
        if word not in _COMMANDS:
            raise NotExpressible(f"the event {word!r}")
        if word == "modified":  # each is a change of its own
            self._handle(ticket, do.SetField(ticket, "modified_at", value=str(event["at"])), at, event)
        self._handle(ticket, _COMMANDS[word](event, ticket), at, event)

    def _edit(self, event: Row, word: str) -> None:
        """A new policy is for the tickets to come; a chain that is no snapshot changes for those that run as well."""
        before = self.mechanism
        if word == "edit_policy":
            assert self.build is not None
            self.config = {**self.config, "rules": event["rules"]}
            self.mechanism = self.build(self.config)
        else:
            self._delete(cast("int", event["step"]))
        quiet = self.desk.configuration.quiet
        made = desk_of(self.mechanism, self.timeline, polled=self.polled).configuration
        self.desk = Desk(attrs.evolve(made, quiet=quiet))
        self.mechanism = attrs.evolve(
            self.mechanism,
            names={**before.names, **self.mechanism.names},
            extras={**before.extras, **self.mechanism.extras},
            gates=before.gates | self.mechanism.gates,
            counting=before.counting | self.mechanism.counting,
        )

    def _delete(self, step: int) -> None:
        """Take a step out of the live chain, counted as it stands."""
        if self.mechanism.without is None:
            raise NotExpressible("delete_step of what is no chain")
        standing = [place for place in range(len(rows(self.config["steps"]))) if place not in self.gone]
        self.gone |= {standing[step]}
        if not self.mechanism.is_snapshot:
            for ticket, desk in self.living.items():
                begun = frozenset(key.rpartition("/")[2] for key in self.cases[ticket].ledger.fired)
                matrix = through_wire(self.mechanism.without(self.gone, begun).matrix)
                self.living[ticket] = Desk(attrs.evolve(desk.configuration, matrix=matrix))
        self.mechanism = self.mechanism.without(self.gone, frozenset())

    def _reconfigured(self, change: Callable[[Configuration], Configuration]) -> None:
        """Every desk with other quiet times or another register."""

        def changed(desk: Desk) -> Desk:
            return attrs.evolve(desk, configuration=change(desk.configuration))

        self.desk = changed(self.desk)
        self.living = {ticket: changed(desk) for ticket, desk in self.living.items()}

    def _quiet(self, event: Row, word: str, at: datetime) -> None:
        held = self.desk.configuration.quiet
        if word.endswith("_start"):
            end = instant(event["until"]) if "until" in event else FAR
            quiet = (*held, through_wire(Quiet(at, end)))
        else:
            quiet = tuple(through_wire(_ended(one, at)) for one in held)
        self._reconfigured(lambda setup: attrs.evolve(setup, quiet=quiet))

    def _add_rule(self, event: Row, at: datetime) -> None:
        staff = self.desk.configuration.staff
        person = str(event["user"])
        rule = ContactRule(str(event["channel"]), minutes(event["delay_minutes"]), since=at)
        agents = {agent.id: agent for agent in staff.agents}
        held = agents.get(person, Agent(person))
        agents[person] = attrs.evolve(held, contact_rules=(*held.contact_rules, rule))
        known = through_wire(attrs.evolve(staff, agents=tuple(agents.values())))
        self._reconfigured(lambda setup: attrs.evolve(setup, staff=known))
        said = {"rule_minutes": event["delay_minutes"], "via": rule.channel}
        self.mechanism = attrs.evolve(
            self.mechanism, names={**self.mechanism.names, message("call", person, rule).id: said}
        )

    def _handle(self, ticket: str, command: do.Command, at: datetime, event: Row) -> None:
        actor = Actor.agent(str(event.get("by") or "agent"))
        case = self.cases.get(ticket)
        desk = self.living.setdefault(ticket, self.desk)
        answer = desk.handle(case, command, at=at, actor=actor)
        if not isinstance(answer, Accepted):
            self._refused(answer, ticket, at, event)
            return
        if isinstance(command, Escalate) and case is not None and case.ledger.is_acknowledged:
            self.records.append({"at": at, "action": "state", "state": "unacknowledged", **_of(ticket)})
        if isinstance(command, Acknowledge):
            self.records.append({"at": at, "action": "log", "code": "ack", "by": actor.id, **_of(ticket)})
        self.cases[ticket] = answer.case
        if not self.polled:
            self.note_gates(answer.case, at)
        self._note(answer, None)

    def _refused(self, answer: Refused, ticket: str, at: datetime, event: Row) -> None:
        codes = {refusal.code for refusal in answer.refusals} - {"final_state"}  # a ticket that is over hears nothing
        actions = {"quiet": "reject", "no_higher_tier": self.mechanism.past_end}
        if not codes <= set(actions):
            raise NotExpressible(f"{event['event']}: {answer.explain()}")
        self.records += [
            {"at": at, "action": actions[code], "event": event["event"], **_of(ticket)} for code in sorted(codes)
        ]

    def _look(
        self, at: datetime, tickets: Iterable[str] | None = None, *, one: bool = False, replay: bool = False
    ) -> None:
        for ticket in list(self.cases if tickets is None else tickets):
            tick = do.Tick(ticket, rungs=1 if one else None)
            answer = self.living[ticket].handle(self.cases[ticket], tick, at=at, actor=SYSTEM)
            assert isinstance(answer, Accepted), answer
            self.cases[ticket] = answer.case
            self.note_gates(answer.case, at)
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
                team = self.mechanism.values.get(str(told.data.team), told.data.team)
                self._add(action, firing, ticket, look, order * replay, **{key: team})
            elif isinstance(told.data, PrioritySet) and firing is not None and told.data.priority is not None:
                now = int(told.data.priority)
                self._add("raise_priority", firing, ticket, look, order * replay, **{"from": now + 1, "to": now})
        if firing is not None and any(isinstance(effect, RouteNext) for effect in answer.effects):
            self._turn(firing, ticket, look)

    def _turn(self, firing: RungFired, ticket: str, look: datetime | None) -> None:
        """Ask the floor whose turn it is, and keep both answers."""
        routed = self.desk.route(self.cases[ticket], self.floor, at=self.cases[ticket].recorded_at)
        assert isinstance(routed, Routed), routed
        self.cases[ticket], self.floor = routed.case, routed.floor
        for effect in routed.effects:
            if isinstance(effect, Notify):
                for person in effect.people:
                    self._add(effect.channel, firing, ticket, look, 0, target=person)

    def _fired(self, firing: RungFired, notices: list[Notify], ticket: str, look: datetime | None, order: int) -> None:
        if firing.outcome in {"skipped", "late"}:
            self._add("skip", firing, ticket, look, order)
            return
        if not firing.actions and self.mechanism.silent and firing.outcome == "done":
            self._add(self.mechanism.silent, firing, ticket, look, order)
        for extra in self.mechanism.extras.get(firing.rung, ()):
            keys = {key: value for key, value in extra.items() if key != "action"}
            self._add(str(extra["action"]), firing, ticket, look, order, **keys)
        recovers = firing.rung == "recovery"
        if firing.rung in self.mechanism.numbers or (recovers and self.mechanism.numbers):
            said: Row = {"what": "recovery"} if recovers else {}
            if not recovers:
                said = {"number": self.mechanism.numbers[firing.rung] + firing.number}
            self._add("notify", firing, ticket, look, order, targets=list(firing.people), **said)
            return
        for notice in notices:
            self._told(firing, notice, ticket, look, order)

    def _told(self, firing: RungFired, notice: Notify, ticket: str, look: datetime | None, order: int) -> None:
        for person in notice.people:
            if person == LOG.id:
                if firing.people != (LOG.id,):
                    continue  # somebody else was there
                self._add("log", firing, ticket, look, order, code=self.mechanism.log_code)
                continue
            what = "recovery" if firing.rung == "recovery" else "reminder" if firing.number else "problem"
            said: Row = {"what": what} if self.mechanism.reminders or what == "recovery" else {}
            action = notice.channel if notice.channel in OUTWARD else "notify"
            self._add(action, firing, ticket, look, order, target=person, **said)

    def _add(
        self, action: str, firing: RungFired, ticket: str, look: datetime | None, order: int, **keys: Json
    ) -> None:
        named = self.mechanism.names.get(firing.rung, {"rung": firing.rung})
        numbered: Row = {"order": order} if order else {}
        about: Row = {"key": firing.key, "call": firing.call}
        self.records.append(
            {"at": look or firing.due, "action": action, **named, **about, **_of(ticket), **numbered, **keys}
        )

    def _state(self, case: Held, at: datetime) -> None:
        """What is next, in the order of the ladder."""
        entries = {entry.rung.id: entry for entry in self.living[case.id].plan(case, at=at)}
        ladder = [rung.id for rung in self.mechanism.matrix.rungs]
        ahead = [name for name in ladder if name in entries and entries[name].state not in {"fired", "ended"}]
        self.records.append({"at": at, "action": "state", "pending_rung": ahead[0] if ahead else None})


def _with_its_clock(timeline: list[Row]) -> list[Row]:
    """A clock that is attached later runs since its own start: there the ticket opens, wherever it was created."""
    starts = {
        event.get("ticket") or event.get("alert"): event.get("start", event["at"])
        for event in timeline
        if event["event"] == "sla_attached"
    }
    if not starts:
        return timeline
    moved = [
        {**event, "at": starts.get(event.get("ticket") or event.get("alert"), event["at"])}
        if event["event"] == "created"
        else event
        for event in timeline
    ]
    return sorted(moved, key=lambda event: instant(event["at"]))


def _of(ticket: str) -> Row:
    return {} if ticket == "T-1" else {"ticket": ticket, "alert": ticket}


def _is_endless(matrix: Matrix) -> bool:
    repeats = any(rung.repeat and rung.repeat.times is None for rung in matrix.rungs)
    return repeats or any(row.passes and row.passes.times is None for row in matrix.rows)


def _ended(quiet: Quiet, at: datetime) -> Quiet:
    return attrs.evolve(quiet, end=at) if quiet.start <= at < quiet.end and not quiet.rungs else quiet


# --- words

EVENT_WORDS: Final = {
    "created": "severity priority",
    "event": "severity priority",
    "problem": "severity priority",
    "maintenance_start": "until",
    "downtime_start": "until",
    "add_rule": "user channel delay_minutes",
    "edit_policy": "rules",
    "delete_step": "step",
    "status": "value pauses_clock",
    "sla_attached": "start",
    "evaluate": "worker roster",
    "replay": "worker roster",
}
"""Beside those of every event, the words of each."""
_QUIET: Final = frozenset({"maintenance_start", "maintenance_end", "downtime_start", "downtime_end"})
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
    "manual_escalate": lambda _, ticket: Escalate(ticket),
    "event": lambda _, ticket: Alert(ticket),
    "hold": lambda _, ticket: do.SetField(ticket, "hold", value=True),
    "sla_attached": lambda _, ticket: do.SetField(ticket, "sla", value=True),
    "modified": lambda _, ticket: do.SetField(ticket, "modified", value=True),
}


# --- comparing

OUTWARD: Final = frozenset(
    {"notify", "escalate", "assign_tier", "assign_role", "add_group", "reassign", "raise_priority"}
)
ACTIONS: Final = OUTWARD | frozenset(
    ["no_higher_tier", "log", "skip", "reject", "state", "pause", "hold_until", "continue", "run", "finished", "none"]
)
ACCEPTED: Final = frozenset({"invalid", "stay", "reject", "vendor", "hierarchic"})
_NOT_COMPARED: Final = frozenset({"at", "from", "to", "action", "tolerance_seconds", "count", "accept", "note"})


def asked(desk: Desk, mechanism: Mechanism, entry: Row) -> bool:
    """An entry that is a question of its own: the mechanism begins at its instant."""
    run = Run(desk, mechanism, polled=False)
    run.play([{"at": entry["at"], "event": "created"}])
    return agrees(run.records, entry)


def agrees(records: list[Record], entry: Row) -> bool:
    """Whether a run contains the record that an entry asks for, or none of those it forbids."""
    if unknown := set(cast("list[str]", entry.get("accept", []))) - ACCEPTED:
        raise NotExpressible(f"accepts {sorted(unknown)}")
    action = entry["action"]
    if action not in ACTIONS:
        raise NotExpressible(f"the action {action!r}")
    if action == "none":
        only(entry, "from to action target rung alert ticket note", "none")
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
