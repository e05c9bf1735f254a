"""A stateful machine that lives tickets under any lifecycle: give it yours, and let Hypothesis look for a fault.

It keeps three tickets and their logs, runs every kind of command on them and whatever follows from each, lets time
pass, and after every step asks the laws of ``deskcore.testing.tickets`` and those that concern more than one ticket.

Layer: testing.
"""

from __future__ import annotations

from collections import deque
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from deskcore.log import Actor, Event, EventData
from deskcore.testing.tickets import ACTORS, NOON, check_replay, commands
from deskcore.tickets import Lifecycle, Ticket, decide, evolve
from deskcore.tickets import commands as do
from deskcore.tickets.decide import refusals
from deskcore.tickets.due import TIMER, due_timers
from deskcore.tickets.links import inverse
from deskcore.tickets.related import consequences
from deskcore.tickets.thread import thread

IDS = ("T-1", "T-2", "T-3")
"""The tickets that the machine keeps."""


class TicketMachine(RuleBasedStateMachine):
    """The machine without a lifecycle; ``machine`` makes one with yours."""

    lifecycle: Lifecycle
    taken: int
    """Steps taken so far."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOON
        self.tickets: dict[str, Ticket] = {}
        self.logs: dict[str, list[Event]] = {}
        self.posted = 0
        self.taken = 0
        for name in IDS:
            self._run(do.Open(name, subject=name, requester="ann"), ACTORS[0])

    @rule(data=st.data(), name=st.sampled_from(IDS), actor=st.sampled_from(ACTORS))
    def ask(self, data: st.DataObject, name: str, actor: Actor) -> None:
        """Somebody asks for something."""
        self.taken += 1
        self._run(data.draw(commands(self.lifecycle, ticket=name)), actor)

    @rule(name=st.sampled_from(IDS), actor=st.sampled_from(ACTORS))
    def write(self, name: str, actor: Actor) -> None:
        """Somebody writes a message that nobody wrote before."""
        self.taken += 1
        self.posted += 1
        self._run(do.Post(name, f"n-{self.posted}"), actor)

    @rule(name=st.sampled_from(IDS), into=st.sampled_from(IDS))
    def merge(self, name: str, into: str) -> None:
        """Somebody merges two of them."""
        self.taken += 1
        self._run(do.Merge(name, into, messages=thread(self.logs[name]).messages), ACTORS[-2])

    @rule(name=st.sampled_from(IDS))
    def undo_merge(self, name: str) -> None:
        """Somebody thinks better of it."""
        self.taken += 1
        self._run(do.UndoMerge(name), ACTORS[-2])

    @rule(days=st.sampled_from((0.01, 1, 30)))
    def wait(self, days: float) -> None:
        """Time passes, and the clock acts on all of them."""
        self.taken += 1
        self.at += timedelta(days=days)
        for name in tuple(self.tickets):
            for dated in due_timers(self.lifecycle, self.tickets[name], at=self.at):
                led = consequences(self.lifecycle, self.tickets[name], (dated.data,))
                self._keep(Event(name, self.tickets[name].version + 1, dated.at, self.at, TIMER, dated.data))
                for command in led:
                    self._run(command, TIMER)

    @invariant()
    def logs_replay_to_the_live_tickets(self) -> None:
        """Each log replays to its live ticket."""
        for name, log in self.logs.items():
            check_replay(tuple(log))
            assert evolve(None, log[0]).id == name

    @invariant()
    def merges_never_come_back(self) -> None:
        """No chain of merges comes back to itself."""
        for name in self.tickets:
            seen, at = {name}, self.tickets[name].merged_into
            while at is not None and at in self.tickets:
                assert at not in seen, f"merges come back to {at}"
                seen.add(at)
                at = self.tickets[at].merged_into

    @invariant()
    def links_stand_on_both_sides(self) -> None:
        """What one log says of another ticket, that one's says back."""
        for name, ticket in self.tickets.items():
            for link in ticket.links:
                if link.other not in self.tickets or link.kind in {"split_from", "split_into"}:
                    continue
                back = {(other.kind, other.other) for other in self.tickets[link.other].links}
                assert (inverse(link.kind), name) in back, f"{name} {link}, but {link.other} does not know"

    def _run(self, command: do.Command, actor: Actor) -> None:
        todo = deque([command])
        while todo:
            asked = todo.popleft()
            held = self.tickets.get(asked.ticket)
            if held is None and not isinstance(asked, do.Open):
                continue
            answer = decide(self.lifecycle, held, asked, at=self.at, actor=actor, others=self.tickets)
            refused = refusals(self.lifecycle, held, asked, at=self.at, actor=actor, others=self.tickets)
            assert answer.refusals == refused, "the dry run differs"
            assert answer.accepted or not (answer.events or answer.then), "a refusal does something"
            for data in answer.events:
                self._record(asked.ticket, data, actor)
            todo.extend(answer.then)

    def _record(self, name: str, data: EventData, actor: Actor) -> None:
        held = self.tickets.get(name)
        self._keep(Event(name, 1 if held is None else held.version + 1, self.at, self.at, actor, data))

    def _keep(self, event: Event) -> None:
        self.logs.setdefault(event.stream, []).append(event)
        self.tickets[event.stream] = evolve(self.tickets.get(event.stream), event)


def machine(lifecycle: Lifecycle) -> type[TicketMachine]:
    """A machine that lives tickets under a lifecycle: run it by ``run_state_machine_as_test``, or as a test case.

    >>> from deskcore.presets import simple_lifecycle
    >>> machine(simple_lifecycle()).lifecycle.name
    'simple'
    """
    return type("Machine", (TicketMachine,), {"lifecycle": lifecycle})
