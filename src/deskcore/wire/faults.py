"""From whatever went wrong inside a converter to a list of problems with paths.

Not here: which values are faulty; hooks decide that and raise ``Fault``.

Layer: wire.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Final

import attrs
from cattrs.errors import (
    AttributeValidationNote,
    BaseValidationError,
    CattrsError,
    ForbiddenExtraKeysError,
    IterableValidationError,
    IterableValidationNote,
)

from deskcore.errors import DecodeError, DeskcoreError, InvalidConfiguration, InvalidValue, Problem

_LONGEST_SHOWN: Final = 60

_STEPS: Final = (AttributeValidationNote, IterableValidationNote)

TAKEN_AS_FAULTS: Final = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, CattrsError)
"""What a hook or a constructor may raise about the data it was given; anything else is a defect and passes through."""


class Fault(ValueError):
    """One thing wrong with the data at hand, in the words of a ``Problem``; never leaves this room."""

    def __init__(self, message: str, code: str = "invalid") -> None:
        super().__init__(message, code)
        self.message = message
        self.code = code


def shown(value: object) -> str:
    """A value as a message quotes it: its ``repr``, cut when it is long."""
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 3]}..."


def wrong_type(wanted: str, got: object) -> Fault:
    """The fault of a value of another kind than was wanted."""
    return Fault(f"must be {wanted} (got {shown(got)})", "wrong_type")


def not_one_of(noun: str, got: object, known: Iterable[str], code: str) -> Fault:
    """The fault of a name that nothing defines, with the nearest one that is defined."""
    return Fault(f"{noun} {shown(got)}{_hint(str(got), sorted(known))}", code)


def unknown_key(key: object, known: Iterable[str]) -> Fault:
    """The fault of a key that has no meaning where it stands."""
    return Fault(f"is not known here{_hint(str(key), sorted(known))}", "unknown_key")


def _hint(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    listed = ", ".join(known) or "none"
    return f"; did you mean {near[0]!r}? known: {listed}" if near else f"; known: {listed}"


def join(path: str, step: str | int) -> str:
    """A path with one more step.

    >>> join(join("policies", 0), "when"), join("calendars", "night shift")
    ('policies[0].when', "calendars['night shift']")
    """
    if isinstance(step, int):
        return f"{path}[{step}]"
    if not step.replace("-", "_").isidentifier():
        return f"{path}[{step!r}]"
    return f"{path}.{step}" if path else step


def at_step(step: str | int, error: Exception) -> Exception:
    """The error with a note of the step that led to it, from which ``problems_of`` makes its path."""
    error.add_note(IterableValidationNote(str(step), step, None))  # pyright: ignore[reportCallIssue] - its __new__ takes three
    return error


def without_step(error: Exception) -> Exception:
    """The error with the first step of its path forgotten: what was written has no such step."""
    for inner in error.exceptions if isinstance(error, BaseValidationError) else ():
        inner.__notes__ = [note for note in getattr(inner, "__notes__", ()) if not isinstance(note, _STEPS)]
    return error


def together(faults: list[Exception], of: object) -> BaseValidationError:
    """Several faults of one value as one error."""
    whole = of if isinstance(of, type) else object
    return IterableValidationError("faults", faults, whole)  # pyright: ignore[reportCallIssue] - its __new__ takes three


def problems_of(error: BaseException, path: str = "") -> tuple[Problem, ...]:
    """Everything an error says about the data, each fault with its path."""
    return tuple(_walk(error, path))


def _walk(error: BaseException, path: str, owner: type | None = None) -> Iterator[Problem]:
    if isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from _walk(inner, _stepped(path, inner), None if _note(inner) else error.cl)
    elif isinstance(error, ForbiddenExtraKeysError):
        known = [field.alias or field.name for field in attrs.fields(error.cl) if field.init]
        for key in sorted(error.extra_fields, key=str):
            yield from _walk(unknown_key(key, known), join(path, str(key)))
    elif isinstance(error, InvalidConfiguration | DecodeError):
        for problem in error.problems:
            yield Problem(".".join(filter(None, (path, problem.path))), problem.message, problem.code)
    elif isinstance(error, InvalidValue):
        yield _invalid_value(error, path, owner)
    else:
        yield _single(error, path)


def _single(error: BaseException, path: str) -> Problem:
    if isinstance(error, Fault):
        return Problem(path, error.message, error.code)
    if isinstance(error, DeskcoreError):
        return Problem(path, str(error))
    if isinstance(error, KeyError) and _note(error) is not None:
        return Problem(path, "is missing", "missing")
    if isinstance(error, RecursionError):
        return Problem(path, "is nested too deeply", "too_deep")
    if isinstance(error, TAKEN_AS_FAULTS):
        return Problem(path, f"cannot be used: {shown(error)}")
    raise error


def _invalid_value(error: InvalidValue, path: str, owner: type | None) -> Problem:
    said = f"{error.rule} (got {shown(error.got)})"
    if owner is None or not attrs.has(owner):
        return Problem(path, said)
    if any(error.field in {field.name, field.alias} for field in attrs.fields(owner)):
        return Problem(join(path, error.field), said)
    return Problem(path, f"{error.field} {said}")


def _note(error: BaseException) -> AttributeValidationNote | IterableValidationNote | None:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, _STEPS):
            return note
    return None


def _stepped(path: str, error: BaseException) -> str:
    note = _note(error)
    if isinstance(note, AttributeValidationNote):
        return join(path, note.name)
    if isinstance(note, IterableValidationNote):
        return join(path, note.index)
    return path
