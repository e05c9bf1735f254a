"""Runs the benchmark: one JSON line a row on standard output, progress on standard error.

    python -m benchmarks.run [--work hours] [--small]

Every module of this folder with a function ``rows(size: Size) -> Iterable[Row]`` takes part. Its rows are
named after it (``hours-add`` in ``hours.py``) unless its ``WORKS`` lists other names. Before a row is timed it makes
sure that its work answers what it should, and where a peer does the same work, that both answer the same. A module that
cannot be imported because a peer is not installed is named and left out; better that it imports its peers inside
``rows`` and yields rows without them.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import platform
import sys
import time
from collections.abc import Iterable
from types import ModuleType

import benchmarks
from benchmarks.row import Row
from benchmarks.timing import Size


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; 2 when nothing has that name, 1 when a module failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description="deskcore beside its peers")
    parser.add_argument(
        "--work", default="", help="a room or a row, for example hours or hours-add; everything if left out"
    )
    parser.add_argument(
        "--small", action="store_true", help="the least work there is: shows that rows run; the figures mean nothing"
    )
    given = parser.parse_args(arguments)
    wanted: str = given.work
    size = Size(small=given.small)
    _say(f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}")
    printed, failed = 0, False
    for name in _modules():
        module = _imported(name)
        if module is None or not hasattr(module, "rows") or not _may_hold(module, name, wanted):
            continue
        try:
            printed += _print_rows(name, module.rows(size), wanted)
        except Exception as error:  # noqa: BLE001 - one broken module must not hide the others' rows
            failed = True
            _say(f"{name}: failed: {type(error).__name__}: {error}")
    if not printed and not failed:
        _say(f"no row is called {wanted!r}" if wanted else "no module has rows")
        return 2
    return 1 if failed else 0


def _modules() -> list[str]:
    return sorted(found.name for found in pkgutil.iter_modules(benchmarks.__path__) if found.name != "run")


def _imported(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(f"benchmarks.{name}")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in {"benchmarks", "deskcore"}:
            raise
        _say(f"{name}: left out, its peer is not installed: {error.name}")
        return None


def _may_hold(module: ModuleType, name: str, wanted: str) -> bool:
    works: tuple[str, ...] = getattr(module, "WORKS", (name,))
    return not wanted or wanted == name or any(_within(wanted, work) or _within(work, wanted) for work in works)


def _within(work: str, whole: str) -> bool:
    return work == whole or work.startswith(f"{whole}-")


def _print_rows(name: str, rows: Iterable[Row], wanted: str) -> int:
    _say(f"{name}: measuring")
    start, count = time.perf_counter(), 0
    for row in rows:
        if wanted and wanted != name and not _within(row.work, wanted):
            continue
        if row.peer_per_s is None:
            _say(f"{row.work}: peer {row.peer} is not installed")
        print(row.to_json(), flush=True)
        count += 1
    _say(f"{name}: {count} rows in {time.perf_counter() - start:.0f} s")
    return count


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
