"""Desk files: a whole configuration in TOML or JSON, with includes and presets, as a ``Desk``.

A file may say ``preset = "simple"`` and ``include = ["calendars.toml"]``. The preset comes first, then each included
file, then the file itself; later ones win. Tables are merged key by key, and so is a list of things with an id or a
name by a table of such things; everything else is replaced. Not here: what a configuration means, which
``deskcore.wire`` reads.

Layer: adapters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Final, final

import attrs

from deskcore._value import FrozenDict
from deskcore.adapters.documents import Document, Plain, load_document
from deskcore.adapters.faults import UnusableFile, nearest
from deskcore.adapters.sources import Sources
from deskcore.desk.configuration import Configuration
from deskcore.desk.desk import Desk
from deskcore.errors import InvalidConfiguration, Problem
from deskcore.presets.named import LIFECYCLES
from deskcore.tickets import Lifecycle
from deskcore.wire import desk_from, desk_to

_NOUN: Final = "desk file"
_KEYS: Final = ("id", "name")
_OF_A_MAPPING: Final = frozenset({"rows", "columns"})


def _desk(make: Callable[[], tuple[Lifecycle, ...]]) -> Desk:
    return Desk(Configuration(make()))


PRESETS: Final[Mapping[str, Callable[[], Desk]]] = MappingProxyType(
    {name: partial(_desk, make) for name, make in LIFECYCLES.items()}
)
"""What ``preset`` may name, and the desk it stands for."""


@final
@attrs.frozen
class DeskFile:
    """A desk, and the files it was read from: what points a finding of ``lint`` at its line."""

    desk: Desk
    sources: Sources = attrs.field(repr=False)

    def located(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The same problems, each path as it is written in the files, preceded by file and line."""
        return self.sources.located(problems)


def read_desk(path: Path, *, nodes: Iterable[type] = ()) -> Desk:
    r"""The desk that a TOML or JSON file describes.

    Args:
        path: the file; ``.json`` is read as JSON, everything else as TOML.
        nodes: the host's own classes that the file may name.

    Raises:
        UnusableFile: it, or a file it includes, cannot be opened or holds neither TOML nor JSON; with the line.
        InvalidConfiguration: naming every fault with file and line.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "desk.toml"
    ...     written = path.write_text('preset = "simple"\ncalendars.default = "always"')
    ...     read_desk(path).configuration.lifecycles[0].name
    'simple'
    """
    return load_desk(path, nodes=nodes).desk


def load_desk(path: Path, *, nodes: Iterable[type] = ()) -> DeskFile:
    """As ``read_desk``, with the files beside the desk.

    Raises:
        UnusableFile: as ``read_desk``.
        InvalidConfiguration: as ``read_desk``.
    """
    documents: list[Document] = []
    problems: list[Problem] = []
    data = _gathered(path, documents, problems, ())
    if data.keys() >= _OF_A_MAPPING:
        held = "this looks like a mapping, not a desk file"
        raise UnusableFile(_NOUN, str(path), None, held, "deskcore replay checks it, given as --mapping with its log")
    if problems:
        raise InvalidConfiguration(f"{_NOUN} {path}", tuple(problems))
    sources = Sources(tuple(documents), FrozenDict(data))
    try:
        desk = desk_from(data, nodes=nodes)
    except InvalidConfiguration as error:
        raise InvalidConfiguration(f"{_NOUN} {path}", sources.located(error.problems)) from None
    return DeskFile(desk, sources)


def _gathered(
    path: Path, documents: list[Document], problems: list[Problem], above: tuple[Path, ...]
) -> dict[str, Plain]:
    """A file's data over that of everything it includes; faults of ``preset`` and ``include`` are noted."""
    document = load_document(path, _NOUN)
    data: dict[str, Plain] = {}
    found: list[Problem] = []
    own = dict(document.data)
    preset = own.pop("preset", None)
    if isinstance(preset, str) and preset in PRESETS:
        data = dict(desk_to(PRESETS[preset]()))
    elif preset is not None:
        found.append(Problem("preset", f"names no preset (got {preset!r}); {nearest(str(preset), PRESETS)}", "unknown"))
    include = own.pop("include", [])
    if not isinstance(include, list) or not all(isinstance(name, str) for name in include):
        found.append(Problem("include", f"must be a list of files (got {include!r})"))
        include = []
    inner = (*above, path.resolve())
    for place, name in enumerate(include):
        other = path.parent / str(name)
        if other.resolve() in inner:
            found.append(Problem(f"include[{place}]", f"includes {name}, which includes this file in turn", "circle"))
        elif not other.is_file():
            found.append(Problem(f"include[{place}]", f"names no file: there is no {other}", "no_file"))
        else:
            data = _merged(data, _gathered(other, documents, problems, inner))
    problems += document.located(found)
    documents.append(document)
    return _merged(data, own)


def _merged(below: Mapping[str, Plain], above: Mapping[str, Plain]) -> dict[str, Plain]:
    found = dict(below)
    for key, value in above.items():
        held = found.get(key)
        if isinstance(value, Mapping) and isinstance(held, list):
            held = _by_key(held)
        if isinstance(held, Mapping) and isinstance(value, Mapping):
            found[key] = _merged(held, value)
        else:
            found[key] = value
    return found


def _by_key(rows: list[Plain]) -> dict[str, Plain] | None:
    """Things with an id or a name as the table that they could have been written as; ``None`` for any other list."""
    found: dict[str, Plain] = {}
    for row in rows:
        key = next((word for word in _KEYS if word in row), None) if isinstance(row, Mapping) else None
        if key is None or not isinstance(row, Mapping):
            return None
        found[str(row[key])] = {word: value for word, value in row.items() if word != key}
    return found
