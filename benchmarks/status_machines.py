"""State machine libraries doing what they do: one change of status, and nothing else.

They keep no log, no marks and no counters, and give no reasons; so the rows beside them tell what a whole answer costs
above a bare change of status, not which is faster at the same work.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import attrs

Turn = Callable[[], object]


def machines() -> Iterator[tuple[str, Turn | None]]:
    """Each library's name and a call that holds an open ticket and resumes it; ``None`` where it is not installed."""
    for name, module, make in (
        ("automat", "automat", _automat),
        ("transitions", "transitions", _transitions),
        ("python-statemachine", "statemachine", _statemachine),
    ):
        try:
            library = importlib.import_module(module)
        except ModuleNotFoundError:
            yield name, None
        else:
            yield name, make(library)


class Waits(Protocol):
    """What automat builds a machine of."""

    def start(self) -> None:
        """From new to open."""

    def hold(self) -> None:
        """From open to held."""

    def resume(self) -> None:
        """From held to open."""


@attrs.define
class Core:
    """What automat hands to its outputs."""


def _automat(library: Any) -> Turn:
    builder = library.TypeMachineBuilder(Waits, Core)
    new, opened, held = (builder.state(name) for name in ("new", "open", "held"))
    for source, move, target in ((new, Waits.start, opened), (opened, Waits.hold, held), (held, Waits.resume, opened)):
        source.upon(move).to(target)(_nothing)
    machine = builder.build()(Core())
    machine.start()
    return lambda: (machine.hold(), machine.resume())


def _nothing(machine: Waits, core: Core) -> None:
    """The output of every move."""


def _transitions(library: Any) -> Turn:
    machine = library.Machine(
        states=["new", "open", "held"],
        transitions=[["start", "new", "open"], ["hold", "open", "held"], ["resume", "held", "open"]],
        initial="open",
    )
    return lambda: (machine.hold(), machine.resume())


def _statemachine(library: Any) -> Turn:
    opened, held = library.State(initial=True), library.State()
    body = {"opened": opened, "held": held, "hold": opened.to(held), "resume": held.to(opened)}
    machine = type(library.StateMachine)("Waiting", (library.StateMachine,), body)()
    return lambda: (machine.hold(), machine.resume())
