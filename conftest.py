"""How this project's tests are found and run: examples in documents, Hypothesis profiles, slow tests.

Profiles (``HYPOTHESIS_PROFILE``): ``dev`` by default; ``ci`` gives the same examples every time and is the default when
``CI=true``; ``fuzz`` and ``nightly`` try many more, fresh ones each time, and ``nightly`` runs what is marked slow.
"""

from __future__ import annotations

import ast
import importlib.util
import os
from collections.abc import Iterator
from doctest import ELLIPSIS
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.parsers.myst import ClearNamespaceParser, PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

ROOT: Final = Path(__file__).parent
PACKAGE: Final = ROOT / "src" / "deskcore"
PROFILE: Final = os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") == "true" else "dev")
MANY: Final = {"fuzz": 20, "nightly": 50}

# No deadlines anywhere: how long one example takes on a shared machine says nothing about the code.
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.register_profile("dev", deadline=None)
for _profile, _times in MANY.items():
    settings.register_profile(
        _profile,
        deadline=None,
        print_blob=True,
        max_examples=100 * _times,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile(PROFILE)


def _third_party(path: Path) -> Iterator[str]:
    """The foreign modules that importing a file of the package loads, its packages' own files included."""
    packages = (parent / "__init__.py" for parent in path.parents if parent.is_relative_to(PACKAGE))
    for file in (path, *filter(Path.exists, packages)):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]


def _without_their_extra() -> list[str]:
    """Files whose examples cannot run here because an extra of theirs is not installed."""
    optional = [path for room in ("adapters", "cli", "testing") for path in sorted((PACKAGE / room).rglob("*.py"))]
    return [
        str(path.relative_to(PACKAGE))
        for path in optional
        if any(importlib.util.find_spec(module) is None for module in _third_party(path))
    ]


pytest_collect_file = (
    Sybil(
        [PythonCodeBlockParser(doctest_optionflags=ELLIPSIS), SkipParser(), ClearNamespaceParser()],
        pattern="*.md",
    )
    + Sybil(
        [DocTestParser(ELLIPSIS)],
        pattern="*.py",
        path="src/deskcore",
        excludes=_without_their_extra(),
    )
).pytest()


class ExamplesOnly(pytest.File):
    """A module of the package: its examples are tests, which Sybil finds; nothing else in it is."""

    def collect(self) -> Iterator[pytest.Item]:
        yield from ()


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> ExamplesOnly | None:
    """Keep pytest from importing a module of the package that is named on the command line.

    It would run its file a second time under the same name, and pages and modules of one call would then hold two
    classes of each name, of which none is an instance of the other.
    """
    return ExamplesOnly.from_parent(parent, path=module_path) if module_path.is_relative_to(PACKAGE) else None


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Keep each file on one worker: the examples of a page share names and run in order."""
    from xdist.scheduler import LoadFileScheduling

    return LoadFileScheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave slow tests to the nightly run, and let that run raise the number of examples everywhere."""
    if PROFILE in MANY:
        for item in items:
            _raise_examples(item, MANY[PROFILE])
    if PROFILE == "nightly" or "slow" in config.getoption("-m"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="slow: run by make nightly or -m slow"))


def _raise_examples(item: pytest.Item, times: int) -> None:
    """Multiply a number of examples that a test set for itself, which no profile reaches."""
    test = getattr(item, "obj", None)
    own = getattr(test, "_hypothesis_internal_use_settings", None)
    if isinstance(own, settings) and own.max_examples != settings().max_examples:
        raised = settings(own, max_examples=own.max_examples * times)
        getattr(test, "__func__", test)._hypothesis_internal_use_settings = raised  # type: ignore[union-attr]  # noqa: SLF001 - the only handle there is


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project that holds real ticket logs and other systems' vectors."""
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("real ticket logs not beside the project: ../shared/data absent")
    return folder
