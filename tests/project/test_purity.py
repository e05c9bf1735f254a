"""The core asks nothing of the machine: no clock, chance, environment, file, network, thread or terminal."""

from __future__ import annotations

import ast
import subprocess
import sys

from tests.project.rooms import OUTER, imports, layers, rooms, sources

IMPURE_MODULES = frozenset(
    {
        "asyncio", "csv", "http", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "shutil", "socket",
        "sqlite3", "subprocess", "sys", "tempfile", "threading", "time", "urllib", "uuid", "warnings",
    }
)  # fmt: skip
IMPURE_CALLS = frozenset({"open", "print", "input", "exec", "eval", "breakpoint"})
IMPURE_METHODS = frozenset({"utcnow", "today", "getenv"})
CONFINED = ("holidays", "dateutil", "cattrs", "hypothesis", "numpy", "typer", "rich", "sqlalchemy", "yaml")
PLACES = {
    "cattrs": ("wire/",),
    "hypothesis": ("testing/",),
    "holidays": ("hours/closures.py",),
    "dateutil": ("hours/closures.py", "staff/"),
    "numpy": ("hours/batch.py", "planning/"),
    "typer": ("cli/",),
    "rich": ("adapters/", "cli/"),
    "sqlalchemy": ("adapters/",),
    "yaml": ("adapters/", "cli/"),
    "tomli_w": ("adapters/", "cli/"),
}


def _impure(call: ast.Call) -> str | None:
    match call.func:
        case ast.Name(id=name) if name in IMPURE_CALLS:
            return name
        case ast.Attribute(attr=name) if name in IMPURE_METHODS:
            return name
        case ast.Attribute(attr="now", value=ast.Name(id="datetime") | ast.Attribute(attr="datetime")):
            return "datetime.now"
        case _:
            return None


def test_the_scan_sees_what_it_looks_for() -> None:
    """A scan that finds nothing proves nothing, so it is shown one of each first."""
    tree = ast.parse("open('x'); dt.datetime.now(); datetime.now(); date.today(); datetime.utcnow(); print()")
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert all(_impure(call) for call in calls)
    assert len(calls) == 6


def test_the_core_calls_nothing_impure() -> None:
    found = [
        f"{path}:{node.lineno} calls {_impure(node)}"
        for path, tree in sources(without=OUTER)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _impure(node)
    ]
    assert found == []


def test_the_core_imports_nothing_impure() -> None:
    found = [
        f"{path}:{line} imports {module}"
        for path, tree in sources(without=OUTER)
        for module, _, line in imports(tree)
        if module.partition(".")[0] in IMPURE_MODULES
    ]
    assert found == []


def test_the_core_keeps_no_global_state() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in sources(without=OUTER)
        for node in ast.walk(tree)
        if isinstance(node, ast.Global)
    ]
    assert found == []


def test_third_party_imports_stay_where_they_belong() -> None:
    found = [
        f"{path}:{line} imports {module}"
        for path, tree in sources()
        for module, _, line in imports(tree)
        if (top := module.partition(".")[0]) in PLACES and not path.startswith(PLACES[top])
    ]
    assert found == []


def _loaded_by(code: str) -> set[str]:
    """Which confined libraries a fresh interpreter holds after running ``code``."""
    ask = f"{code}\nimport sys\nprint(*(name for name in {CONFINED!r} if name in sys.modules))"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    return set(answer.stdout.split())


def test_the_face_loads_no_library_before_its_first_use() -> None:
    assert _loaded_by("import deskcore") == set()


def test_the_question_can_be_answered_with_yes() -> None:
    assert _loaded_by("import cattrs") == {"cattrs"}


def test_core_rooms_load_no_library_before_its_first_use() -> None:
    """Rooms are imported from the lowest up; each may add nothing, but for wire, which may add its converter."""
    order = [room for layer in layers() for room in sorted(layer) if room in rooms() and room not in OUTER]
    code = f"""
import importlib, sys
seen = set()
for room in {order!r}:
    importlib.import_module("deskcore." + room)
    new = {{name for name in {CONFINED!r} if name in sys.modules}} - seen
    seen |= new
    for name in sorted(new):
        print(room, name)
"""
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert set(answer.stdout.splitlines()) <= {"wire cattrs"}
    assert len(order) > 5
