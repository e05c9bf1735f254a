"""From a place in a configuration to the file and line that say it.

A problem's path speaks of the configuration as it is built (``book.policies[0].targets[1]``), a file may have written
it in short (``[policies.all.targets]``). Best effort: where nothing fits, the nearest thing around it is shown.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, final

import attrs

from deskcore.adapters.documents import Document, Plain
from deskcore.adapters.positions import KeyPath, path_of, text_of
from deskcore.errors import Problem

_ALIASED: Final = ("book", "policies")
_JOINED: Final = frozenset({"steps", "parts"})
"""What a node calls the members that its short form, a list, holds itself."""


@final
@attrs.frozen
class Sources:
    """The files of a configuration, the outermost last, and the data they add up to."""

    documents: tuple[Document, ...]
    data: Mapping[str, Plain]

    def located(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The same problems, each path as it is written in the files, preceded by file and line."""
        return tuple(problem._replace(path=self._place(problem.path)) for problem in problems)

    def _place(self, dotted: str) -> str:
        path = self._as_written(path_of(dotted))
        # The file that holds the longest part of the path is the one that says it; of several the outermost.
        holder = max(reversed(self.documents), key=lambda document: document.depth(path))
        return f"{holder.where(path)} {text_of(path)}".rstrip()

    def _as_written(self, path: KeyPath) -> KeyPath:
        if path[:2] == _ALIASED and "book" not in self.data:
            path = path[1:]
        found: KeyPath = ()
        held: Plain = self.data
        rest = list(path)
        while rest:
            step = rest.pop(0)
            steps = _steps(held, step, found[-1] if found else "")
            if steps is None and (around := _around(held)) is not None and isinstance(step, str):
                steps, rest = (around,), [step, *rest]
            if steps is None:
                return (*found, step, *rest)
            found = (*found, *steps)
            for inner in steps:
                held = _member(held, inner)
        return found


def _steps(held: Plain, step: str | int, of: str | int) -> KeyPath | None:
    """The keys by which the written form reaches what the built form calls ``step``; ``None``: no way is known."""
    if isinstance(held, Mapping) and isinstance(step, int):
        members = [steps for key, value in held.items() for steps in _spelt(of, str(key), value)]
        return members[step] if step < len(members) else None
    if isinstance(held, list) and step in _JOINED:
        return ()
    if isinstance(held, list) and isinstance(step, str):
        for place, member in enumerate(held):
            if isinstance(member, Mapping) and step in {member.get("id"), member.get("name")}:
                return (place,)
        return None
    if isinstance(held, Mapping):
        return (step,) if step in held else None
    return (step,) if isinstance(held, list) and isinstance(step, int) and step < len(held) else None


def _around(held: Plain) -> str | int | None:
    """The one step into what stands around a node: a list of one, or a table whose only key names the node."""
    if isinstance(held, list) and len(held) == 1:
        return 0
    return str(next(iter(held))) if isinstance(held, Mapping) and len(held) == 1 else None


def _spelt(of: str | int, key: str, value: Plain) -> list[KeyPath]:
    """The members of a list that one key of its short form stands for."""
    if of in {"targets", "transitions"} and isinstance(value, list):
        return [(key, place) for place in range(len(value))]
    if of == "targets" and isinstance(value, Mapping) and "within" not in value:
        return [(key, str(inner)) for inner in value]
    return [(key,)]


def _member(held: Plain, step: str | int) -> Plain:
    if isinstance(held, Mapping) and isinstance(step, str):
        return held.get(step)
    return held[step] if isinstance(held, list) and isinstance(step, int) else None
