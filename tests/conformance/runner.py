"""Runs files of cases: recognises a file's format by the shape of its cases, asks its adapter, counts the verdicts.

An adapter translates words: it builds public values from a case and names the public call that answers it. It never sees
`expect`; the runner compares. Every value built passes through `wire` and back before it is asked.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

import attrs

from deskcore.wire import Converter

T = TypeVar("T")
Json = object
Case = Mapping[str, Json]

USAGE: Final = """\
usage: python -m tests.conformance FILE...      or: make conformance FILES="FILE..."

Asks deskcore the cases of other systems. A FILE is JSON in one of these formats, told by its shape:
{formats}.

For each file, how many cases passed; and a line for each that did not:
  failed            deskcore answers something else
  not expressible   deskcore deliberately cannot say it; listed in docs/explanation/not-modelled.md
  disputed          what the file expects is argued against in tests/conformance/disputed.toml
The exit code is 0 when nothing failed and all that cannot be said is listed, 1 otherwise, 2 when no file was named."""

HERE: Final = Path(__file__).parent
DISPUTED: Final = HERE / "disputed.toml"
NOT_MODELLED: Final = HERE.parents[1] / "docs" / "explanation" / "not-modelled.md"


class NotExpressible(Exception):
    """The public model cannot say this case; the argument is the reason."""


@attrs.frozen
class Outcome:
    """What the public call answered for one case, and how to tell whether that is what the case expects."""

    answer: object
    agrees: Callable[[object], bool]


def words(text: str) -> frozenset[str]:
    """The words of a text, for a page's list of keys."""
    return frozenset(text.split())


UNREAD: Final = "words that the page does not define"
"""The key under which an adapter's `cases` hands on the names of a case's own keys that its page does not know."""


def own_words(case: Case, known: frozenset[str]) -> Case:
    """What is left over of a case's own keys, for `refuse_unread`; nothing when the page defines them all."""
    return {UNREAD: sorted(set(case) - known)} if set(case) - known else {}


def refuse_unread(case: Case) -> None:
    """A key that nobody reads would change nothing and pass, so it is refused by name."""
    if UNREAD in case:
        raise NotExpressible(f"the case has the unknown words {case[UNREAD]}")


class Adapter:
    """One format: recognises its cases and answers them. Subclassed by the sibling modules."""

    format: str = ""

    def recognises(self, document: Json) -> bool:
        """Whether a file's document has this format's shape."""
        raise NotImplementedError

    def cases(self, document: Json) -> Iterable[tuple[str, Case, Json]]:
        """Id, case without its expectation, expectation."""
        raise NotImplementedError

    def answer(self, case: Case) -> Outcome:
        """Ask deskcore. Raises NotExpressible with the reason."""
        raise NotImplementedError


@lru_cache(maxsize=1)
def _converter() -> Converter:
    return Converter()


def through_wire(value: T) -> T:
    """The value as it comes back from plain data; a difference is a failure of the case."""
    back = _converter().roundtrip(value)
    assert back == value, f"changed on the way through wire: {value!r} became {back!r}"
    return back


@attrs.define
class Report:
    """The verdicts of one file."""

    name: str
    passed: int = 0
    failed: dict[str, str] = attrs.Factory(dict)
    not_expressible: dict[str, str] = attrs.Factory(dict)
    disputed: dict[str, str] = attrs.Factory(dict)
    unlisted: list[str] = attrs.Factory(list)

    @property
    def ok(self) -> bool:
        return not self.failed and not self.unlisted

    def lines(self) -> list[str]:
        head = (
            f"{self.name}: {self.passed} passed, {len(self.failed)} failed, "
            f"{len(self.not_expressible)} not expressible, {len(self.disputed)} disputed"
        )
        listed = [("failed", self.failed), ("not expressible", self.not_expressible), ("disputed", self.disputed)]
        told = [f"  {word} {case}: {reason}" for word, group in listed for case, reason in group.items()]
        return [head, *told, *(f"  unlisted {case}: {NOT_MODELLED.name} does not name it" for case in self.unlisted)]


def adapters() -> list[Adapter]:
    """One of each adapter that lies beside this module, by module name."""
    import importlib

    found: list[Adapter] = []
    for path in sorted(HERE.glob("*.py")):
        if path.stem in {"__init__", "__main__", "runner"} or path.stem.startswith("test_"):
            continue
        module = importlib.import_module(f"{__package__}.{path.stem}")
        found += getattr(module, "ADAPTERS", ())
    return found


def disputes(path: Path = DISPUTED) -> dict[str, dict[str, str]]:
    """Format -> case id -> argument, from `[business-time]` tables of `id = "argument"`."""
    if not path.exists():
        return {}
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {name: {case: str(why) for case, why in table.items()} for name, table in tables.items()}


def listed_ids(path: Path = NOT_MODELLED) -> frozenset[str]:
    """The case ids that the page on what is not modelled names, in backquotes."""
    if not path.exists():
        return frozenset()
    return frozenset(re.findall(r"`([^`\s]+)`", path.read_text(encoding="utf-8")))


def run_file(path: Path, known: Sequence[Adapter] | None = None) -> Report | str:
    """The report of one file, or one line saying why it could not be run."""
    try:
        document: Json = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        return f"{path.stem}: cannot read {path}: {error}"
    for adapter in adapters() if known is None else known:
        if adapter.recognises(document):
            return run_document(path.stem, document, adapter)
    return f"{path.stem}: no adapter knows this format"


def run_document(name: str, document: Json, adapter: Adapter) -> Report:
    """Ask every case. A crash of one is that case's failure."""
    report = Report(name)
    argued, listed = disputes().get(adapter.format, {}), listed_ids()
    for case_id, case, expect in adapter.cases(document):
        if case_id in argued:
            report.disputed[case_id] = argued[case_id]
            continue
        try:
            outcome = adapter.answer(case)
            agrees = outcome.agrees(expect)
        except NotExpressible as reason:
            report.not_expressible[case_id] = str(reason)
            if case_id not in listed:
                report.unlisted.append(case_id)
        except Exception as error:  # noqa: BLE001 - whatever a case raises is its own failure
            report.failed[case_id] = f"{type(error).__name__}: {error}".splitlines()[0]
        else:
            if agrees:
                report.passed += 1
            else:
                report.failed[case_id] = f"expected {expect!r}, answered {outcome.answer!r}"
    return report


def main(arguments: Sequence[str], say: Callable[[str], None] = print, known: Sequence[Adapter] | None = None) -> int:
    """Run the files named; the exit code says whether all is well."""
    if not arguments or set(arguments) & {"-h", "--help"}:
        formats = sorted({adapter.format for adapter in (adapters() if known is None else known)})
        say(USAGE.format(formats=", ".join(formats)))
        return 2
    code = 0
    for argument in arguments:
        outcome = run_file(Path(argument), known)
        if isinstance(outcome, str):
            say(outcome)
            code = 1
            continue
        for line in outcome.lines():
            say(line)
        code = code if outcome.ok else 1
    return code
