"""Every error that can be raised on purpose survives a process boundary, fields and sentence included."""

from __future__ import annotations

import importlib
import inspect
import pickle
import pkgutil
import typing

import pytest

import deskcore
from deskcore import errors
from deskcore.errors import DeskcoreError, Problem

SAMPLES: dict[object, object] = {
    str: "a name",
    int: 7,
    float: 0.5,
    bool: True,
    object: (1, "two"),
    type(None): None,
    tuple[str, ...]: ("one", "two"),
    tuple[Problem, ...]: (Problem("targets[0]", "is negative", "negative"), Problem("", "is empty")),
}


def _import_all() -> None:
    """Load every module whose libraries are installed, so that every subclass is known."""
    for found in pkgutil.walk_packages(deskcore.__path__, "deskcore.", onerror=lambda _: None):
        try:
            importlib.import_module(found.name)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("deskcore"):
                raise


def _family(root: type[DeskcoreError]) -> list[type[DeskcoreError]]:
    below = [inner for child in root.__subclasses__() for inner in _family(child)]
    own = [] if not root.__module__.startswith("deskcore.") else [root]
    return list(dict.fromkeys([*own, *below]))


def _sample(wanted: object) -> object:
    if wanted in SAMPLES:
        return SAMPLES[wanted]
    for choice in typing.get_args(wanted):
        if choice in SAMPLES:
            return SAMPLES[choice]
    # Errors also carry values of the domain; any picklable one shows whether the field survives.
    return ("held", 1)


def _build(kind: type[DeskcoreError]) -> DeskcoreError:
    if "__init__" not in vars(kind) and kind.__init__ is Exception.__init__:
        return kind("something is wrong")
    hints = typing.get_type_hints(kind.__init__)
    names = [
        name
        for name, field in inspect.signature(kind.__init__).parameters.items()
        if name != "self" and field.kind is not field.VAR_KEYWORD
    ]
    return kind(*(_sample(hints.get(name, object)) for name in names))


_import_all()
FAMILY = _family(DeskcoreError)


def test_every_error_of_the_errors_module_is_in_the_family() -> None:
    own = {kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)}
    assert own <= set(FAMILY)
    assert len(own) >= 5


@pytest.mark.parametrize("kind", FAMILY, ids=lambda kind: kind.__name__)
def test_an_error_survives_pickling(kind: type[DeskcoreError]) -> None:
    error = _build(kind)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert copy.args == error.args
    assert vars(copy) == vars(error)


@pytest.mark.parametrize(
    "kind", [kind for kind in FAMILY if kind.__module__ == "deskcore.errors"], ids=lambda k: k.__name__
)
def test_the_sentence_survives_too(kind: type[DeskcoreError]) -> None:
    """Lower case, no full stop: errors are quoted inside other sentences."""
    error = _build(kind)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert not str(error).endswith(".")
    assert str(error)[:1].islower()
