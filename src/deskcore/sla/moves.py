"""What a step does to the stopwatches of a policy, worked out once for each way they may stand and remembered.

A ``Stand`` is how a ticket and its clocks stand; from it each thing that may happen leads by a ``Move`` to the next
one. Few ways of standing occur, so that a step is mostly one look-up; ``run.acts`` decides what is not known yet. The
memo is bounded: it starts over when it is full. Not here: instants, policies and targets.

Layer: sla.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from deskcore.sla.beat import Scene, What, scene_after
from deskcore.sla.run import Act, State, acts
from deskcore.sla.state import MarkState
from deskcore.sla.stopwatch import Stopwatch
from deskcore.tickets.status import Status
from deskcore.tickets.ticket import Place

MEMO: Final = 4096
"""How many answers a memo of this room keeps before it starts over."""

Todo: TypeAlias = tuple[tuple[int, tuple[Act, ...]], ...]
"""The places of the tracks that a step does anything to, and what."""


class Move(NamedTuple):
    """What happens: the scene that it leads to, the acts, and how things stand afterwards.

    ``marks`` are the acts that do no more than mark a track: its place, the state and why; ``todo`` the others, and
    ``begun`` the places where a cycle begins. ``status`` is the very one it was worked out for: another one may go by
    its name.
    """

    scene: Scene
    marks: tuple[tuple[int, MarkState, str], ...]
    todo: Todo
    begun: tuple[int, ...]
    to: Stand
    status: Status


class Stand:
    """How a ticket stands, and the latest cycle of each of its tracks; ``scene`` is ``None`` before the first beat."""

    __slots__ = ("_known", "_moves", "scene", "states")

    def __init__(self, scene: Scene | None, states: tuple[State, ...], moves: Moves) -> None:
        self.scene, self.states = scene, states
        self._moves = moves
        self._known: dict[tuple[object, ...], Move] = {}

    def move(self, what: What, status: Status, place: Place) -> Move:
        """What something that happened does, given the ticket's status and place after it."""
        key = (what, status.name, place.assignee is None, place.team, place.desk)
        found = self._known.get(key)
        if found is None or (found.status is not status and found.status != status):
            scene = scene_after(self.scene, what, status, place)
            found = self._known[key] = self._moves.move(self, scene, status)
        return found

    def to(self, scene: Scene) -> Move:
        """What leads to a scene that is already known: the rare way, not remembered."""
        return self._moves.move(self, scene, scene.status)


class Moves:
    """The stopwatches of a policy, and every way of standing and moving met so far."""

    __slots__ = ("_count", "_most", "_none", "_stands", "_watches")

    def __init__(self, watches: tuple[Stopwatch, ...], *, most: int = MEMO) -> None:
        self._watches, self._most = watches, most
        self._none: tuple[State, ...] = (None,) * len(watches)
        self._stands: dict[tuple[Scene | None, tuple[State, ...]], Stand] = {}
        self._count = 0

    def start(self) -> Stand:
        """Before anything happened."""
        return self.at(None, self._none)

    def at(self, scene: Scene | None, states: tuple[State, ...]) -> Stand:
        """The stand of that scene and those states."""
        key = (scene, states)
        found = self._stands.get(key)
        if found is None:
            found = self._stands[key] = Stand(scene, states, self)
        return found

    def move(self, stand: Stand, scene: Scene, status: Status) -> Move:
        """Work out what leads from a stand to a scene."""
        self._count += 1
        if self._count >= self._most:  # those still walked on keep what they lead to until they are left
            self._stands, self._count = {}, 0
        done = self.acts(stand.scene, scene, stand.states)
        after: tuple[State, ...] = tuple(
            [one[-1].state if one else state for one, state in zip(done, stand.states, strict=True)]
        )
        marks: list[tuple[int, MarkState, str]] = []
        todo: list[tuple[int, tuple[Act, ...]]] = []
        for place, one in enumerate(done):
            # The first cycle of a track begins where there is no mark yet: that is no more than a mark.
            if len(one) == 1 and (one[0].kind == "mark" or (one[0].kind == "begin" and stand.states[place] is None)):
                marks.append((place, one[0].state, one[0].why))
            elif one:
                todo.append((place, one))
        begun = tuple(place for place, one in enumerate(done) if any(act.kind == "begin" for act in one))
        return Move(scene, tuple(marks), tuple(todo), begun, self.at(scene, after), status)

    def acts(self, before: Scene | None, scene: Scene, states: tuple[State, ...]) -> list[tuple[Act, ...]]:
        """What a step does to each track: decided afresh."""
        return [acts(watch, state, before, scene) for watch, state in zip(self._watches, states, strict=True)]
