"""A desk's whole configuration as plain data, as TOML or JSON hold it, and back.

Reading takes every short form (``deskcore.wire.shorthands``), ``policies`` as another name of ``book``, and a
``$schema`` for editors; without ``lifecycles`` the desk has the simple one. Includes and presets are resolved before
(``deskcore.adapters``). Not here: files.

Layer: wire.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from deskcore.desk import Configuration, Desk
from deskcore.errors import DecodeError, InvalidConfiguration, Problem
from deskcore.wire.converter import OWN, Converter
from deskcore.wire.text import Plain

_SCHEMA = "$schema"
_BOOK, _ALIAS = "book", "policies"
_LIFECYCLES, _READY = "lifecycles", "simple"


def desk_from(data: Mapping[str, object], *, nodes: Iterable[type] = ()) -> Desk:
    """The desk that plain data describes: what a TOML or JSON file holds. ``nodes`` are the host's own classes.

    Raises:
        InvalidConfiguration: it does not fit; every fault at once, each with its path in the data as it was given.

    >>> desk = desk_from({"calendars": {"default": {"hours": "Mon-Fri 09:00-17:30", "tz": "Europe/Amsterdam"}},
    ...                   "policies": {"house": {"targets": {"first_response": "4 business hours"}}}})
    >>> print(desk.configuration.book.policies[0].targets[0])
    first_response within 4 business hours
    """
    own = tuple(nodes)
    return Desk(configuration_from(data, nodes=own), own)


def desk_to(desk: Desk, *, nodes: Iterable[type] = ()) -> dict[str, Plain]:
    """A desk as plain data, in the long form: the inverse of ``desk_from``. The desk's own ``nodes`` are known.

    Raises:
        InvalidValue: it holds a node that is neither among the desk's nor among ``nodes``.

    >>> sorted(desk_to(desk_from({"name": "acme"})))
    ['lifecycles', 'name']
    """
    return configuration_to(desk.configuration, nodes=(*desk.nodes, *nodes))


def configuration_from(data: Mapping[str, object], *, nodes: Iterable[type] = ()) -> Configuration:
    """The configuration that plain data describes. ``nodes`` are the host's own classes that it may name.

    Raises:
        InvalidConfiguration: it does not fit; every fault at once, each with its path in the data as it was given.

    >>> configuration_from({"lifecycles": {"tiny": {"statuses": {"Open": "actve"}, "transitions": {}}}, "sede": "x"})
    Traceback (most recent call last):
    deskcore.errors.InvalidConfiguration: cannot use desk: 2 problems
      lifecycles.tiny.statuses.Open.phase: must be one of the known words, not 'actve'; did you mean 'active'? known: active, cancelled, closed, new, resolved, waiting
      sede: is not known here; did you mean 'seed'? known: book, calendars, climbs, former, lifecycles, matrix, name, quiet, reopened_stay_assigned, routing, seed, staff
    """  # noqa: E501 - the message is shown whole
    given: dict[str, object] = {_LIFECYCLES: _READY, **{key: part for key, part in data.items() if key != _SCHEMA}}
    aliased = _ALIAS in given and _BOOK not in given
    if aliased:
        given = {(_BOOK if key == _ALIAS else key): part for key, part in given.items()}
    try:
        return _converter(nodes).load(given, Configuration)
    except DecodeError as error:
        problems = tuple(_as_written(problem) if aliased else problem for problem in error.problems)
        raise InvalidConfiguration("desk", problems) from None


def _converter(nodes: Iterable[type]) -> Converter:
    own = tuple(nodes)
    return Converter(own) if own else OWN


def _as_written(problem: Problem) -> Problem:
    head = problem.path[: len(_BOOK)]
    after = problem.path[len(_BOOK) : len(_BOOK) + 1]
    if head == _BOOK and after in {"", ".", "["}:
        return problem._replace(path=_ALIAS + problem.path[len(_BOOK) :])
    return problem


def configuration_to(configuration: Configuration, *, nodes: Iterable[type] = ()) -> dict[str, Plain]:
    """A configuration as plain data, in the long form: the inverse of ``configuration_from``.

    Raises:
        InvalidValue: it holds a node that is not among ``nodes``.

    >>> from deskcore.tickets import Lifecycle, Status
    >>> tiny = Lifecycle("tiny", (Status("Open", "active"),), ())
    >>> configuration_to(Configuration((tiny,)))
    {'lifecycles': [{'name': 'tiny', 'statuses': [{'name': 'Open', 'phase': 'active'}], 'transitions': []}]}
    """
    return cast("dict[str, Plain]", _converter(nodes).dump(configuration))
