"""Every error deskcore raises on purpose.

One root, one class for each thing a caller might handle differently: positional fields for programs, a sentence for
people. A sentence says what was asked, what we hold and what would be accepted. Not here: refusals of commands, which
are values (``deskcore.tickets.Refusal``) and only become an exception by ``unwrap()``.

Layer: errors, the lowest. Imports nothing.
"""

from __future__ import annotations

from typing import NamedTuple, final


class DeskcoreError(Exception):
    """Root of every error deskcore raises on purpose.

    Arguments are positional and complete, so that every error pickles.

    >>> try:
    ...     raise InvalidValue("hours", 25, "must lie in 0..24")
    ... except DeskcoreError as error:
    ...     print(error)
    hours must lie in 0..24 (got 25)
    """


@final
class InvalidValue(DeskcoreError, ValueError):
    """A value object was given something it cannot mean.

    >>> raise InvalidValue("capacity", -1, "must not be negative")
    Traceback (most recent call last):
    deskcore.errors.InvalidValue: capacity must not be negative (got -1)
    """

    def __init__(self, field: str, got: object, rule: str) -> None:
        super().__init__(field, got, rule)
        self.field = field
        self.got = got
        self.rule = rule

    def __str__(self) -> str:
        return f"{self.field} {self.rule} (got {self.got!r})"


@final
class UnknownName(DeskcoreError, KeyError):
    """A name was used that nothing in reach defines.

    >>> raise UnknownName("calendar", "offce", ("night", "office"))
    Traceback (most recent call last):
    deskcore.errors.UnknownName: cannot find calendar 'offce'; known: night, office
    """

    def __init__(self, noun: str, name: str, known: tuple[str, ...]) -> None:
        super().__init__(noun, name, known)
        self.noun = noun
        self.name = name
        self.known = known

    def __str__(self) -> str:
        known = ", ".join(self.known) or "none"
        return f"cannot find {self.noun} {self.name!r}; known: {known}"


@final
class OutOfRange(DeskcoreError, ValueError):
    """An instant or date lies outside what the thing asked can answer for.

    >>> raise OutOfRange("calendar", "2301-01-01", "the years 1900 to 2200")
    Traceback (most recent call last):
    deskcore.errors.OutOfRange: cannot ask calendar about 2301-01-01; it answers for the years 1900 to 2200
    """

    def __init__(self, noun: str, got: object, covered: str) -> None:
        super().__init__(noun, got, covered)
        self.noun = noun
        self.got = got
        self.covered = covered

    def __str__(self) -> str:
        return f"cannot ask {self.noun} about {self.got}; it answers for {self.covered}"


@final
class NeverHappens(DeskcoreError, ValueError):
    """An open-ended search ended at its bound without an answer.

    >>> raise NeverHappens("add 4 business hours to", "2026-05-22", "a calendar that opens")
    Traceback (most recent call last):
    deskcore.errors.NeverHappens: cannot add 4 business hours to 2026-05-22; it takes a calendar that opens
    """

    def __init__(self, asked: str, held: object, accepted: str) -> None:
        super().__init__(asked, held, accepted)
        self.asked = asked
        self.held = held
        self.accepted = accepted

    def __str__(self) -> str:
        return f"cannot {self.asked} {self.held}; it takes {self.accepted}"


class Problem(NamedTuple):
    """One fault of a configuration or document: where, what, and a code for programs.

    ``path`` reads like ``policies[0].targets[2].within``; an empty path means the whole.

    >>> print(Problem("staff.agents[1]", "speaks no language", "no_language"))
    staff.agents[1]: speaks no language
    """

    path: str
    message: str
    code: str = "invalid"

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


@final
class InvalidConfiguration(DeskcoreError, ValueError):
    """Several faults of one configuration or document, all found at once.

    >>> raise InvalidConfiguration("desk", (Problem("targets[0]", "is negative"), Problem("agents", "is empty")))
    Traceback (most recent call last):
    deskcore.errors.InvalidConfiguration: cannot use desk: 2 problems
      targets[0]: is negative
      agents: is empty
    """

    def __init__(self, noun: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(noun, problems)
        self.noun = noun
        self.problems = problems

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"cannot use {self.noun}: {count} problem{'' if count == 1 else 's'}"
        return "\n".join([head, *(f"  {problem}" for problem in self.problems)])


@final
class DecodeError(DeskcoreError, ValueError):
    """Stored or received data does not say what the value asked for needs; every fault of it at once.

    >>> raise DecodeError("event", (Problem("data.subject", "is missing", "missing"),))
    Traceback (most recent call last):
    deskcore.errors.DecodeError: cannot read event: 1 problem
      data.subject: is missing
    """

    def __init__(self, noun: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(noun, problems)
        self.noun = noun
        self.problems = problems

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"cannot read {self.noun}: {count} problem{'' if count == 1 else 's'}"
        return "\n".join([head, *(f"  {problem}" for problem in self.problems)])
