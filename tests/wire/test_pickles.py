"""Pickles that an earlier release wrote are read by every later one, and mean what their JSON means."""

from __future__ import annotations

import base64
import json
import pickle
from collections.abc import Iterable, Iterator, Mapping
from inspect import isabstract
from typing import Any, Final, get_args, get_origin, get_type_hints

import attrs
import pytest

from deskcore._lasting import unpickled
from deskcore.desk import Case, Floor
from deskcore.escalation import Ledger
from deskcore.hours.weekly import Weekly
from deskcore.log import EventData
from deskcore.predicate import Is
from deskcore.sla import SlaState
from deskcore.staff import Agent, Partner
from deskcore.tickets import Lifecycle, Status
from deskcore.tickets.annex import Annex, Gift
from deskcore.wire import Converter, load
from tests.wire.pickles import KINDS, PICKLES

LINES = tuple(PICKLES.read_text(encoding="utf-8").splitlines())


def _named(line: str) -> str:
    told = json.loads(line)
    return f"{told['kind']}-{told['value'].get('type') or told['value'].get('name') or 'one'}"


@pytest.mark.parametrize("line", LINES, ids=_named)
def test_a_stored_pickle_is_what_its_json_is(line: str) -> None:
    told = json.loads(line)
    held = pickle.loads(base64.b64decode(told["pickle"]))
    assert held == load(told["value"], KINDS[told["kind"]])
    assert type(held) is KINDS[told["kind"]]


def test_every_event_has_a_stored_pickle() -> None:
    stored = {json.loads(line)["value"]["type"] for line in LINES if json.loads(line)["kind"] == "Event"}
    assert {kind.TYPE for kind in Converter().events} <= stored


def _subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from _subclasses(each)


def _reached(kinds: Iterable[Any]) -> set[type]:
    """The values of this library that some kinds hold, by their annotations; of a base, whatever is made of it."""
    seen: set[type] = set()
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        waiting += get_args(kind)
        kind = get_origin(kind) or kind
        if not isinstance(kind, type) or kind in seen or not kind.__module__.startswith("deskcore."):
            continue
        seen.add(kind)
        waiting += _subclasses(kind)
        if attrs.has(kind):
            hints = get_type_hints(kind)
            waiting += [hints[field.name] for field in attrs.fields(kind) if field.init]
    return {kind for kind in seen if attrs.has(kind)}


def test_all_that_hosts_store_can_gain_a_field() -> None:
    """Events, tickets, cases, the floor and what they hold: defaults fill in what an older pickle lacks."""
    import deskcore.hours
    import deskcore.predicate  # noqa: F401 - so that every subclass is there

    stored = _reached([*Converter().events, *KINDS.values(), Case, Floor])
    assert {Annex, Gift, Status, Weekly, Is, SlaState, Ledger} <= stored
    assert {kind for kind in stored if not _lasts(kind)} == set()


def _lasts(kind: Any) -> bool:
    if isabstract(kind) or kind in {EventData, Lifecycle, Agent, Partner}:
        # Nothing is made of the first; the others have more to do: a memo, names that were once written without dates.
        return True
    return kind.__setstate__ is unpickled or kind.__reduce__ is not object.__reduce__


VALUES: Final = tuple(pickle.loads(base64.b64decode(json.loads(line)["pickle"])) for line in LINES)


def _parts(value: Any) -> Iterator[Any]:
    """A value and the values in it."""
    if attrs.has(type(value)):
        yield value
        for field in attrs.fields(type(value)):
            if field.init:
                yield from _parts(getattr(value, field.name))
    elif isinstance(value, tuple | frozenset):
        for one in value:
            yield from _parts(one)
    elif isinstance(value, Mapping):
        yield from _parts(tuple(value.values()))


def test_whatever_field_came_later_has_its_default_in_an_older_pickle() -> None:
    """For every value in the stored pickles, and every field of it that equals its default."""
    left_out = set()
    for value in (part for whole in VALUES for part in _parts(whole)):
        kind: Any = type(value)
        if not hasattr(kind, "__setstate__") or kind.__reduce__ is not object.__reduce__:
            continue  # of the second the constructor fills in what is left out
        state = value.__getstate__()
        for field in attrs.fields(kind):
            if field.init and field.default is not attrs.NOTHING and getattr(value, field.name) == _default_of(field):
                held = object.__new__(kind)
                held.__setstate__({name: part for name, part in state.items() if name != field.name})
                assert held == value
                assert repr(held) == repr(value)
                left_out.add((kind, field.name))
    assert {(Annex, "own_wait"), (Gift, "waiting_since"), (Lifecycle, "limits"), (Status, "waits_for")} <= left_out


def _default_of(field: attrs.Attribute[Any]) -> object:
    made: Any = field.default
    made = made.factory() if hasattr(made, "factory") else made
    convert: Any = field.converter
    return made if convert is None else convert(made)
